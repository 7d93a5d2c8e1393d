//! Bodies, sent and received.

use std::collections::BTreeMap;

use logto_runtime::{Content, FilePart, Method, Multipart};
use serde_json::json as value;

use crate::server::{Answer, Server, json, text};
use crate::{client, soon};

#[tokio::test]
async fn replies_that_are_not_what_they_should_be() {
    let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
    let html = || Answer::new(200, "<html>canary</html>").header("content-type", "text/html; charset=utf-8");
    let cases: Vec<(Answer, &str)> = vec![
        (json(200, r#"{"a":"canary"}"#), "at `a`"),
        (json(200, r#"["canary"]"#), "the reply is not"),
        (json(200, r#"{"a":1} canary"#), "not valid at line 1, column 9"),
        (json(200, r#"{"a":"canary"#), "ends early"),
        (json(200, ""), "without a body"),
        (Answer::new(204, ""), "without a body"),
        (json(200, &deep), "not valid"),
        (Answer::new(200, b"{\"a\":\"\xff\"}".to_vec()), "not valid"),
        (text(201, "Created"), "text/plain"),
        (html(), "web page"),
    ];
    for (answer, part) in cases {
        let reply = answer.clone();
        let server = Server::start(move |_, _| reply.clone()).await;
        let (client, _) = client(&server);
        let call = client.request(Method::POST, "Op", "/api/x").json::<BTreeMap<String, i64>>();
        let error = soon(call.send()).await.unwrap_err();
        assert!(error.is_decode() && error.to_string().contains(part), "{answer:?}: {error}");
        assert!(error.may_have_been_executed() && error.status().is_some(), "{answer:?}");
        assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
        assert_eq!(server.calls().len(), 1, "{answer:?}");
    }
}

#[tokio::test]
async fn replies_of_every_kind() {
    let server = Server::start(|seen, _| match seen.path.as_str() {
        "/api/json" => json(201, r#"{"a":1}"#),
        "/api/text" => text(201, "Created"),
        "/api/html" => Answer::new(200, "<p>").header("content-type", "text/html"),
        _ => Answer::new(204, ""),
    })
    .await;
    let (client, _) = client(&server);
    let call = |path| client.request(Method::GET, "Op", path);
    assert_eq!(soon(call("/api/json").content().send()).await.unwrap(), Content::Json(value!({"a": 1})));
    assert_eq!(soon(call("/api/text").content().send()).await.unwrap(), Content::Text("Created".to_owned()));
    assert_eq!(soon(call("/api/empty").content().send()).await.unwrap(), Content::Empty);
    assert!(soon(call("/api/html").content().send()).await.unwrap_err().is_decode());
    assert_eq!(soon(call("/api/text").text().send()).await.unwrap(), "Created");
    soon(call("/api/json").empty().send()).await.unwrap();
    assert_eq!(soon(call("/api/empty").json_or_empty::<serde_json::Value>().send()).await.unwrap(), None);
    assert_eq!(soon(call("/api/json").json_or_empty().send()).await.unwrap(), Some(value!({"a": 1})));
    assert!(soon(call("/api/json").redirect().send()).await.unwrap_err().is_decode());
}

#[tokio::test]
async fn requests_of_every_kind() {
    let server = Server::start(|_, _| text(200, "")).await;
    let (client, _) = client(&server);
    let call = || client.request(Method::POST, "Op", "/api/x/{id}").path("a/b ?#%ä");
    soon(call().json_body(&value!({"a": null})).empty().send()).await.unwrap();
    soon(call().form_body(&value!({"a": "b&c", "d": true})).empty().send()).await.unwrap();
    soon(call().empty().send()).await.unwrap();
    soon(call().query("q", "a b&c").query("n", [1, 2]).query("none", None::<bool>).empty().send()).await.unwrap();
    let calls = server.calls();
    assert!(calls.iter().all(|seen| seen.method == "POST" && seen.path == "/api/x/a%2Fb%20%3F%23%25%C3%A4"));
    let kinds: Vec<_> = calls.iter().map(|seen| seen.headers.get("content-type").map(String::as_str)).collect();
    assert_eq!(kinds, [Some("application/json"), Some("application/x-www-form-urlencoded"), None, None]);
    let bodies: Vec<_> = calls.iter().map(|seen| seen.body.as_str()).collect();
    assert_eq!(bodies, [r#"{"a":null}"#, "a=b%26c&d=true", "", ""]);
    assert_eq!(calls[3].query, "q=a%20b%26c&n=1&n=2");
    assert_eq!(calls[0].headers["user-agent"], "test/1.0");
}

#[tokio::test]
async fn files_are_sent_from_bytes_and_from_streams() {
    let server = Server::start(|_, _| text(200, "")).await;
    let (client, _) = client(&server);
    let chunks = || futures_util::stream::iter(["con", "tent"].map(|chunk| Ok::<_, std::io::Error>(chunk.into())));
    let files = [
        (FilePart::bytes("content"), true),
        (FilePart::stream(chunks()).length(7), true),
        (FilePart::stream(chunks()), false),
    ];
    for (file, has_length) in files {
        let file = file.file_name("../a\"b\r\n.png").mime("image/png");
        let body = Multipart::new().part("file", file).part("name", "first");
        soon(client.request(Method::POST, "Op", "/api/x").multipart(body).empty().send()).await.unwrap();
        let seen = server.calls().pop().unwrap();
        assert!(seen.headers["content-type"].starts_with("multipart/form-data; boundary="));
        assert_eq!(seen.headers.contains_key("content-length"), has_length);
        for part in [
            "Content-Disposition: form-data; name=\"file\"; filename=\"a%22b%0D%0A.png\"\r\nContent-Type: image/png\r\n\r\ncon",
            "Content-Disposition: form-data; name=\"name\"\r\n\r\nfirst\r\n",
        ] {
            assert!(seen.body.contains(part), "{}", seen.body);
        }
    }
    let long = FilePart::stream(chunks()).limit(5);
    let error = soon(client.request(Method::POST, "Op", "/api/x").part("file", long).empty().send()).await.unwrap_err();
    assert!(!error.is_status(), "{error:?}");
}

#[tokio::test]
async fn what_cannot_be_sent_fails_before_any_io() {
    let server = Server::start(|_, _| text(200, "")).await;
    let (client, _) = client(&server);
    let call = || client.request(Method::POST, "Op", "/api/users/{userId}/identities/{target}");
    let large = "a".repeat(1023);
    let fits = "a".repeat(1022);
    let cases = [
        (call().path("a").path(".."), Some("`target`")),
        (call().path("").path("b"), Some("`userId`")),
        (call().path("a"), Some("`target`")),
        (call().path("a").path("b").path("c"), Some("more path values")),
        (call().path("a").path("b").query("n", f64::NAN), Some("`n`")),
        (call().path("a").path("b").json_body(&large), Some("1025 bytes")),
        (call().path("a").path("b").part("file", FilePart::bytes("abc").limit(2)), Some("3 bytes")),
        (call().path("a").path("b").json_body(&fits), None),
    ];
    for (request, expected) in cases {
        match (soon(request.empty().send()).await, expected) {
            (Err(error), Some(part)) => {
                assert!(error.to_string().contains(part) && error.attempts() == 0, "{error}");
                assert!(server.calls().is_empty() && server.tokens() == 0, "{error}");
            }
            (result, _) => result.unwrap(),
        }
    }
    assert_eq!(server.calls().len(), 1);
}

#[tokio::test]
async fn a_compressed_reply_is_read() {
    let server = Server::start(|_, _| Answer::new(200, zipped(1000)).header("content-encoding", "gzip")).await;
    let (client, _) = client(&server);
    assert_eq!(soon(client.request(Method::GET, "Get", "/api/x").text().send()).await.unwrap().len(), 1000);
    assert!(server.calls()[0].headers["accept-encoding"].contains("gzip"));
}

/// So many zeros as gzip.
fn zipped(count: usize) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(&vec![b'0'; count]).unwrap();
    encoder.finish().unwrap()
}

/// RFC 9110, section 8.6: a request that may have a body says so when it has none.
#[tokio::test]
async fn a_request_without_a_body_says_so() {
    let server = Server::start(|_, _| text(200, "")).await;
    let (client, _) = client(&server);
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::GET, Method::DELETE, Method::HEAD, Method::OPTIONS]
    {
        soon(client.request(method, "Op", "/api/x").empty().send()).await.unwrap();
    }
    soon(client.request(Method::POST, "Op", "/api/x").json_body(&1).empty().send()).await.unwrap();
    let told: Vec<_> = server.calls().iter().map(|seen| seen.headers.get("content-length").cloned()).collect();
    let told: Vec<_> = told.iter().map(Option::as_deref).collect();
    let zero = Some("0");
    assert_eq!(told, [zero, zero, zero, None, None, None, None, Some("1")]);
}
