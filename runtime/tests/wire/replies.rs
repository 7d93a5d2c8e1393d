//! Replies of several forms, redirects, and the bodies of errors.

use logto_runtime::clock::ManualClock;
use logto_runtime::{Bytes, Error, Method, object, replies};
use serde_json::{Value, json as value};

use crate::server::{Act, Answer, Server, json, text};
use crate::{builder, client, soon};

#[derive(Debug, PartialEq)]
struct Made {
    id: i64,
}
object!(Made { id: "id" });

#[derive(Debug, PartialEq)]
enum Reply {
    Ok(Made),
    Table(String),
    File(Bytes),
    Accepted(Made),
    NoContent,
    Other(Value),
    Moved(String),
}
replies!(Reply {
    Ok = 200 json,
    Table = 200 text,
    File = 200 bytes,
    Accepted = 202 json,
    NoContent = 204 empty,
    Other = 2 xx json,
    Moved = 3 xx text,
});

#[derive(Debug, PartialEq)]
enum Only {
    Ok(Made),
    Any(String),
}
replies!(Only { Ok = 201 json, Any = default text });

#[tokio::test]
async fn a_reply_is_what_its_status_and_its_type_say() {
    let typed = |status, content_type: &str, body: &str| Answer::new(status, body).header("content-type", content_type);
    let cases = [
        (json(200, r#"{"id":1}"#), Ok(Reply::Ok(Made { id: 1 }))),
        (typed(200, "text/csv", "a,b"), Ok(Reply::Table("a,b".to_owned()))),
        (typed(200, "application/pdf", "%PDF"), Ok(Reply::File("%PDF".into()))),
        (json(202, r#"{"id":2}"#), Ok(Reply::Accepted(Made { id: 2 }))),
        (Answer::new(204, ""), Ok(Reply::NoContent)),
        (json(203, "[3]"), Ok(Reply::Other(value!([3])))),
        (text(301, "there").header("location", "/y"), Ok(Reply::Moved("there".to_owned()))),
        (json(200, r#"{"id":"canary"}"#), Err("the reply at `id`")),
        (json(202, ""), Err("without a body")),
        (json(404, r#"{"id":1}"#), Err("404")),
    ];
    for (answer, expected) in cases {
        let reply = answer.clone();
        let server = Server::start(move |_, _| reply.clone()).await;
        let (client, _) = client(&server);
        let call = client.request(Method::GET, "Op", "/api/x").redirects().reply::<Reply>();
        match (soon(call.send()).await, expected) {
            (Ok(reply), Ok(expected)) => assert_eq!(reply, expected, "{answer:?}"),
            (Err(error), Err(part)) => {
                assert!(error.to_string().contains(part), "{answer:?}: {error}");
                assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
            }
            (result, _) => panic!("{answer:?}: {result:?}"),
        }
    }
}

#[tokio::test]
async fn a_reply_that_is_not_of_its_type_is_kept_whole() {
    let beyond = r#"{"id":18446744073709551617,"name":"canary"}"#;
    let cases = [
        (json(200, beyond), Some(beyond)),
        (json(200, "{"), Some("{")),
        (json(400, r#"{"id":1}"#), Some(r#"{"id":1}"#)),
        (text(502, "canary"), Some("canary")),
        (json(200, ""), None),
    ];
    for (answer, expected) in cases {
        let reply = answer.clone();
        let server = Server::start(move |_, _| reply.clone()).await;
        let (client, _) = client(&server);
        let error = soon(client.request(Method::POST, "Op", "/api/x").json::<Made>().send()).await.unwrap_err();
        assert_eq!(error.body().map(|body| &body[..]), expected.map(str::as_bytes), "{answer:?}: {error}");
        assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
    }
}

#[tokio::test]
async fn a_success_that_is_not_listed() {
    #[derive(Debug)]
    enum Two {
        Done,
        Nothing,
    }
    replies!(Two { Done = 200 empty, Nothing = 204 empty });
    let server = Server::start(|_, number| text([202, 301][number.min(1)], "x").header("location", "/y")).await;
    let (client, _) = client(&server);
    let call = || client.request(Method::POST, "Op", "/api/x");
    let error = soon(call().reply::<Two>().send()).await.unwrap_err();
    assert!(error.is_decode() && error.may_have_been_executed(), "{error:?}");
    assert_eq!(
        error.to_string(),
        "Op (POST /api/x): the server answered 202 Accepted, a success that the document does not list; it may have been \
         executed, so look before repeating it"
    );
    // A redirect is none unless it is asked for, whatever is listed.
    let error = soon(call().reply::<Only>().send()).await.unwrap_err();
    assert!(error.is_redirect(), "{error}");
    assert_eq!(soon(call().redirects().reply::<Only>().send()).await.unwrap(), Only::Any("x".to_owned()));
    let made = Server::start(|_, _| json(201, r#"{"id":1}"#)).await;
    let (client, _) = self::client(&made);
    let reply = soon(client.request(Method::POST, "Op", "/api/x").reply::<Only>().send()).await.unwrap();
    assert_eq!(reply, Only::Ok(Made { id: 1 }));
}

/// A redirect that is wanted is as good as a success: it must be whole and no larger than one, and is asked for again.
#[tokio::test]
async fn a_redirect_that_is_wanted_is_read_in_full() {
    let large = "a".repeat(100_000);
    let whole = || text(301, "there").header("location", "/y");
    let cut = b"HTTP/1.1 301 X\r\ncontent-length: 9\r\nlocation: /y\r\n\r\nthe".to_vec();
    let cases = [
        (Act::from(whole()), Ok("there".to_owned()), 1),
        (text(301, &large).header("location", "/y").into(), Ok(large), 1),
        (text(301, &"a".repeat(200_001)).header("location", "/y").into(), Err("more than 200000 bytes"), 1),
        (Act::Raw(cut), Ok("there".to_owned()), 2),
    ];
    for (act, expected, sent) in cases {
        let server = Server::start(move |_, number| if number == 0 { act.clone() } else { whole().into() }).await;
        let client = builder(&server).clock(ManualClock::skipping_pauses());
        let client = client.limits(|limits| limits.reply = 200_000).build().unwrap();
        let call = client.request(Method::GET, "Op", "/api/x").redirects().text();
        match (soon(call.send()).await, expected) {
            (Ok(found), Ok(expected)) => assert!(found == expected, "{}", found.len()),
            (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{error}"),
            (result, _) => panic!("{sent}: {result:?}"),
        }
        assert_eq!(server.calls().len(), sent);
    }
}

#[tokio::test]
async fn an_error_has_a_body_of_its_own_type() {
    type Body = Option<Result<Made, &'static str>>;
    let cases: [(Answer, Body); 6] = [
        (json(400, r#"{"id":7,"message":"canary"}"#), Some(Ok(Made { id: 7 }))),
        (json(400, r#"{"id":"canary"}"#), Some(Err("the body of the error at `id` is not what the document says"))),
        (json(400, "[]"), Some(Err("the body of the error is not"))),
        (text(400, "canary"), None),
        (json(400, ""), None),
        (json(400, &format!(r#"{{"id":"{}"}}"#, "a".repeat(70_000))), None),
    ];
    for (answer, expected) in cases {
        let reply = answer.clone();
        let server = Server::start(move |_, _| reply.clone()).await;
        let (client, _) = client(&server);
        let error = soon(client.request(Method::GET, "Op", "/api/x").empty().send()).await.unwrap_err();
        match (error.body_as::<Made>(), expected) {
            (None, None) => {}
            (Some(Ok(made)), Some(Ok(expected))) => assert_eq!(made, expected),
            (Some(Err(misfit)), Some(Err(part))) => {
                assert!(misfit.is_decode() && misfit.to_string().contains(part), "{misfit}");
                assert_eq!((misfit.status(), misfit.operation()), (error.status(), Some("Op")));
                assert!(!format!("{misfit} {misfit:?}").contains("canary"), "{misfit:?}");
            }
            (found, expected) => panic!("{answer:?}: {found:?} instead of {expected:?}"),
        }
    }
    assert!(Error::config("x").body_as::<Made>().is_none());
}

/// A reply is decoded by its own content type: its charset, its byte order mark, and as a text where the document describes
/// one beside JSON.
#[tokio::test]
async fn a_reply_is_decoded_by_its_own_content_type() {
    let typed = |content_type: &str, body: &[u8]| Answer::new(200, body).header("content-type", content_type);
    let texts: [(&str, &[u8], Result<&str, &str>); 8] = [
        ("text/plain", b"hi", Ok("hi")),
        ("text/plain; charset=utf-8", b"\"hi\"", Ok("\"hi\"")),
        ("Text/Plain", b"", Ok("")),
        ("application/json", b"\"hi\"", Ok("hi")),
        ("text/json", b"\xef\xbb\xbf\"hi\"", Ok("hi")),
        ("text/plain; charset=iso-8859-1", b"caf\xe9", Ok("caf\u{e9}")),
        ("text/plain", b"caf\xe9", Err("is not UTF-8 text")),
        ("application/json", b"hi", Err("is not valid")),
    ];
    for (content_type, body, expected) in texts {
        let answer = typed(content_type, body);
        let server = Server::start(move |_, _| answer.clone()).await;
        let (client, _) = client(&server);
        let call = || client.request(Method::GET, "Op", "/api/x").or_text();
        match (soon(call().json::<String>().send()).await, expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found, expected, "{content_type}"),
            (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{content_type}: {error}"),
            (found, _) => panic!("{content_type}: {found:?}"),
        }
    }
    let answer = typed("text/plain", b"9007199254740993");
    let server = Server::start(move |_, _| answer.clone()).await;
    let (client, _) = client(&server);
    let call = || client.request(Method::GET, "Op", "/api/x");
    assert_eq!(soon(call().or_text().json::<i64>().send()).await.unwrap(), 9_007_199_254_740_993);
    assert_eq!(soon(call().or_text().json_or_empty::<Value>().send()).await.unwrap(), Some("9007199254740993".into()));
    // Where only JSON is described, it is JSON whatever its content type says.
    assert_eq!(soon(call().json::<Value>().send()).await.unwrap(), 9_007_199_254_740_993_i64);
    for (content_type, body) in [
        ("application/json", &b"\xef\xbb\xbf{\"id\":1}"[..]),
        ("application/json", b"\xff\xfe{\0\"\0i\0d\0\"\0:\x001\0}\0"),
        ("application/json; charset=iso-8859-1", b"{\"id\":1,\"name\":\"\xe9\"}"),
    ] {
        let answer = typed(content_type, body);
        let server = Server::start(move |_, number| if number < 2 { answer.clone() } else { json(404, "{}") }).await;
        let (client, _) = self::client(&server);
        let call = || client.request(Method::GET, "Op", "/api/x");
        assert_eq!(soon(call().json::<Made>().send()).await.unwrap(), Made { id: 1 }, "{content_type}");
        assert!(matches!(soon(call().content().send()).await.unwrap(), logto_runtime::Content::Json(_)));
        assert!(soon(call().text().send()).await.is_err());
    }
    let error =
        Answer::new(409, b"\xef\xbb\xbf{\"id\":7,\"message\":\"no\"}").header("content-type", "application/json");
    let server = Server::start(move |_, _| error.clone()).await;
    let (client, _) = self::client(&server);
    let error = soon(client.request(Method::GET, "Op", "/api/x").empty().send()).await.unwrap_err();
    assert_eq!((error.message(), error.body_as::<Made>().unwrap().unwrap()), (Some("no"), Made { id: 7 }));
}

/// Only an answer that is not the service's own makes one doubt the base URL.
#[tokio::test]
async fn an_error_in_json_is_no_sign_of_another_service() {
    let cases = [
        (json(404, r#"{"missing":"x"}"#), false),
        (json(404, r#""gone""#), false),
        (Answer::new(404, "{}").header("content-type", "application/problem+json"), false),
        (text(404, "not found"), true),
        (Answer::new(404, "<html>").header("content-type", "text/html"), true),
    ];
    for (answer, doubted) in cases {
        let reply = answer.clone();
        let server = Server::start(move |_, _| reply.clone()).await;
        let client =
            logto_runtime::Client::builder(logto_runtime::Profile::NONE).base_url(server.url()).build().unwrap();
        let error = soon(client.request(Method::GET, "Op", "/x").empty().send()).await.unwrap_err();
        assert_eq!(error.to_string().contains("check the base URL"), doubted, "{answer:?}: {error}");
    }
}

/// `Accept` names what the operation describes (RFC 9110, section 12.5.1).
#[tokio::test]
async fn accept_names_what_the_operation_describes() {
    const TYPES: &str = "application/vnd.acme.hub+json;version=67, application/problem+json;q=0.9";
    let server = Server::start(|_, _| json(200, "1")).await;
    let client = builder(&server).header("accept-language", "de").build().unwrap();
    let call = || client.request(Method::GET, "Op", "/api/x");
    soon(call().json::<i64>().send()).await.unwrap();
    soon(call().content().send()).await.unwrap();
    soon(call().empty().send()).await.unwrap();
    soon(call().bytes().send()).await.unwrap();
    soon(call().accept(TYPES).json::<i64>().send()).await.unwrap();
    soon(call().accept(TYPES).json::<i64>().options(|call| call.header("accept", "a/b")).send()).await.unwrap();
    let told: Vec<String> = server.calls().iter().map(|seen| seen.headers["accept"].clone()).collect();
    assert_eq!(told, ["application/json", "application/json", "*/*", "*/*", TYPES, "a/b"]);
    let client = builder(&server).header("accept", "application/xml").build().unwrap();
    let call = || client.request(Method::GET, "Op", "/api/x");
    soon(call().json::<i64>().send()).await.unwrap();
    soon(call().accept("text/csv").bytes().send()).await.unwrap();
    let told: Vec<String> = server.calls().iter().skip(6).map(|seen| seen.headers["accept"].clone()).collect();
    assert_eq!(told, ["application/xml", "text/csv"]);
}
