//! Bodies that are not what was asked for.

use std::collections::BTreeMap;

use logto_runtime::{Client, Content, Error, Method};
use logto_tests::fault::{Script, head};
use serde_json::{Value, json};

use super::super::scripted::{answer, ask, client, json as reply, server, soon};

#[tokio::test]
async fn e4_odd_text_in_json() {
    // Bytes of the body; the value, or what the error says of them.
    let table: [(&str, &[u8], Result<Value, &str>); 13] = [
        ("invalid UTF-8", b"{\"a\":\"canary\xff\"}", Err("not valid at line 1")),
        ("half of a character", b"\"canary\xe4\xbd\"", Err("not valid")),
        ("UTF-16 with its mark", b"\xff\xfe{\x00}\x00", Ok(json!({}))),
        ("a byte order mark", b"\xef\xbb\xbf{\"a\":\"canary\"}", Ok(json!({"a": "canary"}))),
        ("half of a surrogate pair", b"\"canary\\ud800\"", Err("not valid")),
        ("a NUL in a text", b"\"canary\x00\"", Err("not valid")),
        ("a NUL behind the value", b"\"canary\"\x00", Err("not valid")),
        ("text behind the value", b"{} canary", Err("not valid at line 1, column 4")),
        ("two values", b"\"canary\" \"canary\"", Err("not valid")),
        ("a number that is none", b"[NaN]", Err("not valid")),
        ("an escaped NUL", b"\"a\\u0000b\"", Ok(json!("a\0b"))),
        ("a member twice: the last one counts", br#"{"a":1,"a":2}"#, Ok(json!({"a": 2}))),
        ("white space around", b"\r\n\t {} \n", Ok(json!({}))),
    ];
    for (name, body, expected) in table {
        let head = head(200, &[("content-type", "application/json"), ("connection", "close")], Some(body.len()));
        let server = server([ask().write([head.as_bytes(), body].concat()).close()]).await;
        let (client, _) = client(&server);
        let result = soon(client.request(Method::GET, "Op", "/api/things").json::<Value>().send()).await;
        match (expected, result) {
            (Ok(expected), Ok(value)) => assert_eq!(value, expected, "{name}"),
            (Err(part), Err(error)) => {
                assert!(error.is_decode() && error.to_string().contains(part), "{name}: {error}");
                assert!(!format!("{error} {error:?}").contains("canary"), "{name}: {error:?}");
                assert_eq!(server.requests(), 1, "{name}: it comes out the same again");
            }
            (_, result) => panic!("{name}: {result:?}"),
        }
    }
}

/// A page for people instead of data. The error has no piece of it, not even a short one: what a login page repeats is what
/// its user has just typed.
#[tokio::test]
async fn e5_a_web_page_is_not_data() {
    for content_type in ["text/html", "text/html; charset=utf-8", "TEXT/HTML"] {
        let script = answer(200, &[("content-type", content_type)], "<html>canary</html>");
        let server = server([script]).await;
        let (client, _) = client(&server);
        let request = || client.request(Method::GET, "Op", "/api/things");
        let errors = [
            soon(request().json::<Value>().send()).await.expect_err("a page"),
            soon(request().json_or_empty::<Value>().send()).await.map(drop).expect_err("a page"),
            soon(request().list::<Value>().send()).await.map(drop).expect_err("a page"),
            soon(request().content().send()).await.map(drop).expect_err("a page"),
        ];
        for error in errors {
            let text = error.to_string();
            assert!(error.is_decode() && text.contains("web page (text/html)"), "{text}");
            assert!(
                text.contains("check that the base URL") && !format!("{text} {error:?}").contains("canary"),
                "{text}"
            );
            assert_eq!(error.attempts(), 1, "{text}");
        }
    }
}

/// What an operation takes as its reply; every operation of every document ends in one of these.
#[derive(Debug, Clone, Copy, PartialEq)]
enum End {
    Json,
    JsonOrEmpty,
    List,
    Empty,
    Text,
    Content,
}

async fn send(client: &Client, end: End) -> Result<String, Error> {
    let request = client.request(Method::GET, "Op", "/api/things");
    Ok(match end {
        End::Json => format!("{:?}", soon(request.json::<BTreeMap<String, i64>>().send()).await?),
        End::JsonOrEmpty => format!("{:?}", soon(request.json_or_empty::<BTreeMap<String, i64>>().send()).await?),
        End::List => format!("{:?}", soon(request.list::<i64>().send()).await?.items),
        End::Empty => format!("{:?}", soon(request.empty().send()).await?),
        End::Text => soon(request.text().send()).await?,
        End::Content => match soon(request.content().send()).await? {
            Content::Empty => "nothing".to_owned(),
            Content::Text(text) => text,
            Content::Json(value) => value.to_string(),
            other => format!("{other:?}"),
        },
    })
}

#[tokio::test]
async fn e6_any_success_that_the_type_allows() {
    let object = r#"{"a":1}"#;
    let (json, text) = ("application/json", "text/plain");
    // Status, content type and body; what each end makes of it, `None` for an error.
    type Row = (u16, &'static str, &'static str, [(End, Option<&'static str>); 6]);
    let table: [Row; 7] = [
        (200, json, object, ends(Some("{\"a\": 1}"), Some("Some({\"a\": 1})"), None, object, object)),
        (201, json, object, ends(Some("{\"a\": 1}"), Some("Some({\"a\": 1})"), None, object, object)),
        (
            202,
            "application/problem+json",
            object,
            ends(Some("{\"a\": 1}"), Some("Some({\"a\": 1})"), None, object, object),
        ),
        (200, json, "[1,2]", ends(None, None, Some("[1, 2]"), "[1,2]", "[1,2]")),
        (201, text, "Created", ends(None, None, None, "Created", "Created")),
        (200, json, "", ends(None, Some("None"), None, "", "nothing")),
        (204, text, "", ends(None, Some("None"), None, "", "nothing")),
    ];
    for (status, content_type, body, expected) in table {
        let head = [("content-type", content_type)];
        let script = match status {
            // It has no length either.
            204 => ask().write("HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").close(),
            _ => answer(status, &head, body),
        };
        let server = server([script]).await;
        let (client, _) = client(&server);
        for (end, expected) in expected {
            match (send(&client, end).await, expected) {
                (Ok(value), Some(expected)) => assert_eq!(value, expected, "{status} {body} {end:?}"),
                (Err(error), None) => {
                    assert!(error.is_decode() && error.status().map(|it| it.as_u16()) == Some(status), "{error:?}");
                    let empty = error.to_string().contains("without a body");
                    assert_eq!(empty, body.is_empty(), "{status} {end:?}: {error}");
                }
                (result, _) => panic!("{status} {body} {end:?}: {result:?}"),
            }
        }
    }
}

/// What the ends make of a body; `Empty` takes every success.
fn ends(
    object: Option<&'static str>,
    optional: Option<&'static str>,
    list: Option<&'static str>,
    text: &'static str,
    content: &'static str,
) -> [(End, Option<&'static str>); 6] {
    [
        (End::Json, object),
        (End::JsonOrEmpty, optional),
        (End::List, list),
        (End::Empty, Some("()")),
        (End::Text, Some(text)),
        (End::Content, Some(content)),
    ]
}

/// Each member of a reply is wrong in turn: the error names its place and never its value.
#[tokio::test]
async fn e8_a_reply_that_does_not_fit_names_the_place() {
    let good = json!({
        "tenantId": "default", "id": "a", "name": "A", "secret": "s", "description": null, "type": "SPA",
        "oidcClientMetadata": { "redirectUris": ["https://a.example"], "postLogoutRedirectUris": [] },
        "customClientMetadata": {}, "protectedAppMetadata": null, "customData": {}, "isThirdParty": false,
        "createdAt": 1_700_000_000_000_i64,
    });
    // Path of the member that is changed, its value (`None`: it is missing), and what the error says.
    let table: [(&str, Option<Value>, &str); 6] = [
        ("/name", Some(Value::Null), "`name` is not what the document says: invalid type: null, expected a string"),
        ("/name", None, "missing field `name`"),
        ("/createdAt", Some(json!("canary")), "`createdAt` is not what the document says: invalid type: string"),
        ("/isThirdParty", Some(json!("canary")), "`isThirdParty` is not what"),
        ("/oidcClientMetadata/redirectUris", Some(json!([{"canary": 1}])), "`oidcClientMetadata.redirectUris[0]`"),
        ("/oidcClientMetadata", Some(json!("canary")), "`oidcClientMetadata` is not what"),
    ];
    let token = r#"{"access_token":"a.b.c","expires_in":3600,"token_type":"Bearer","scope":"all"}"#;
    for (path, value, expected) in table {
        let mut changed = good.clone();
        match value {
            Some(value) => *changed.pointer_mut(path).expect("a member") = value,
            None => drop(changed.as_object_mut().expect("an object").remove(path.trim_start_matches('/'))),
        }
        let server = server([reply(200, token), reply(200, &good.to_string()), reply(200, &changed.to_string())]).await;
        let builder = logto_management::Client::builder().self_hosted(server.endpoint()).no_proxy();
        let logto = builder.client_credentials("app", "secret").build().expect("a client");
        soon(logto.get_application("a").send()).await.expect("the reply as it should be");
        let error = soon(logto.get_application("a").send()).await.expect_err(path);
        let text = error.to_string();
        assert!(error.is_decode() && text.contains(expected), "{path}: {text}");
        assert!(!format!("{text} {error:?}").contains("canary"), "{path}: {error:?}");
    }
}

/// One item of a list that does not fit is that item's error, where the caller wants to go on.
#[tokio::test]
async fn e8_a_lenient_list_loses_one_item_and_no_more() {
    let body = r#"[{"a":1},{"a":"canary"},null,{"a":3}]"#;
    let server = server([Script::new().forever(ask().reply(200, "application/json", body))]).await;
    let (client, _) = client(&server);
    let list = || client.request(Method::GET, "List", "/api/things").list::<BTreeMap<String, i64>>();
    let error = soon(list().send()).await.map(drop).expect_err("it does not fit");
    assert!(error.to_string().contains("`[1].a`"), "{error}");
    let page = soon(list().lenient().send()).await.expect("a page");
    let found: Vec<_> =
        page.items.iter().map(|item| item.as_ref().map(|item| item["a"]).map_err(Error::is_decode)).collect();
    assert_eq!(found, [Ok(1), Err(true), Err(true), Ok(3)]);
    let mut shown = page.items.iter().filter_map(|item| item.as_ref().err()).map(|error| format!("{error} {error:?}"));
    assert!(shown.all(|text| !text.contains("canary")));
}
