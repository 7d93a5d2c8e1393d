//! The size of an error, what it is and how it reads.

use std::error::Error as _;
use std::time::Duration;

use reqwest::{Method, StatusCode};

use super::{Concealed, Error, ErrorBody, Kind, Place, TokenFailure};
use crate::profile::ErrorShape;

fn status(code: u16) -> Error {
    let status = StatusCode::from_u16(code).unwrap();
    Error::new(Kind::Status, format!("the server answered {status}")).with_status(status)
}

#[test]
fn it_is_as_large_as_a_pointer() {
    assert_eq!(size_of::<Error>(), size_of::<usize>());
    assert_eq!(size_of::<Result<(), Error>>(), size_of::<usize>());
}

#[test]
fn it_can_go_anywhere() {
    fn goes<T: Send + Sync + Clone + std::error::Error + 'static>() {}
    goes::<Error>();
}

#[test]
fn predicates_tell_kinds_apart() {
    type Is = fn(&Error) -> bool;
    let new = |kind| Error::new(kind, "x");
    let cases: Vec<(Error, Is)> = vec![
        (new(Kind::Config), Error::is_config),
        (new(Kind::Input), Error::is_input),
        (new(Kind::Connect), Error::is_connect),
        (new(Kind::Timeout), Error::is_timeout),
        (new(Kind::Interrupted), Error::is_interrupted),
        (new(Kind::Redirect), Error::is_redirect),
        (new(Kind::Decode), Error::is_decode),
        (new(Kind::TooLarge), Error::is_too_large),
        (new(Kind::Paging), Error::is_paging),
        (new(Kind::Signature), Error::is_signature),
        (new(Kind::Stale), Error::is_stale),
        (new(Kind::Token(TokenFailure::Malformed)), Error::is_token),
        (status(400), Error::is_bad_request),
        (status(401), Error::is_unauthorized),
        (status(403), Error::is_forbidden),
        (status(404), Error::is_not_found),
        (status(409), Error::is_conflict),
        (status(422), Error::is_unprocessable),
        (status(429), Error::is_rate_limited),
        (status(500), Error::is_server_error),
        (status(503), Error::is_server_error),
    ];
    for (error, is) in &cases {
        assert!(is(error), "{error:?}");
        let alike = cases.iter().map(|(_, other)| other).filter(|other| other(error)).count();
        assert!(alike == 1 || error.is_server_error(), "{error:?} is {alike} things at once");
    }
}

#[test]
fn it_reads_as_a_sentence() {
    let place = Place { operation: "GetUser", method: Method::GET, template: "/api/users/{userId}" };
    let body = ErrorBody::parse(
        br#"{"code":"entity.not_found","message":"The resource gxiy27j6 does not exist.\n","data":{"a":"canary"}}"#,
        Some(&ErrorShape::default()),
    );
    let error = status(404)
        .with_body(body)
        .at(&place)
        .conceal(&Concealed::new(["gxiy27j6"]))
        .with_request_id(Some("abc"))
        .with_attempts(2)
        .with_retry_after(Some(Duration::from_secs(90)))
        .with_maybe_executed(true)
        .hint("look again");
    assert_eq!(
        error.to_string(),
        "GetUser (GET /api/users/{userId}): the server answered 404 Not Found, code `entity.not_found`: \
         The resource … does not exist; it may have been executed, so look before repeating it; \
         the server asks to wait 90 s; look again (request id abc, 2 attempts)"
    );
    assert_eq!(error.message(), Some("The resource gxiy27j6 does not exist.\n"));
    let debug = format!("{error:?}");
    assert!(!debug.contains("gxiy27j6") && !debug.contains("canary"), "{debug}");
}

#[test]
fn bodies_of_any_shape_are_read() {
    type Parts = (Option<&'static str>, Option<&'static str>, Option<&'static str>);
    let nested = "[".repeat(100_000);
    let cases: Vec<(&[u8], Parts)> = vec![
        (br#"{"code":"a.b","message":"m","data":[1],"details":"d"}"#, (Some("a.b"), Some("m"), Some("d"))),
        (br#"{"message":"m"}"#, (None, Some("m"), None)),
        (br#"{"code":"oidc.x","error":"x","error_description":"y"}"#, (Some("oidc.x"), None, None)),
        (br#"{"code":7,"message":["m"],"details":{}}"#, (None, None, None)),
        (br#"{"code":"a b"}"#, (None, None, None)),
        (br#"{"code":""}"#, (None, None, None)),
        (b"", (None, None, None)),
        (b"Not Found", (None, None, None)),
        (b"<html>", (None, None, None)),
        (b"[1]", (None, None, None)),
        (b"\xff\xfe", (None, None, None)),
        (nested.as_bytes(), (None, None, None)),
    ];
    for (bytes, expected) in cases {
        let body = ErrorBody::parse(bytes, Some(&ErrorShape::default()));
        let found = (body.code.as_deref(), body.message.as_deref(), body.details.as_deref());
        assert_eq!(found, expected, "{:?}", String::from_utf8_lossy(bytes.get(..40.min(bytes.len())).unwrap()));
    }
}

/// What services write where nobody has said how: code, message, details, and whether there is data.
#[test]
fn usual_bodies_are_read() {
    type Parts = (Option<&'static str>, Option<&'static str>, Option<&'static str>, bool);
    let cases: [(&str, Parts); 22] = [
        (r#"{"code":"a.b","message":"m","data":[1],"details":"d"}"#, (Some("a.b"), Some("m"), Some("d"), true)),
        (r#"{"code":42,"message":"m"}"#, (Some("42"), Some("m"), None, false)),
        // RFC 9457, section 3.
        (
            r#"{"type":"https://e.example/out-of-credit","title":"Not enough.","detail":"Your balance is 30.","status":403}"#,
            (Some("https://e.example/out-of-credit"), Some("Your balance is 30."), Some("Not enough."), false),
        ),
        (r#"{"type":"about:blank","title":"Not Found"}"#, (None, Some("Not Found"), None, false)),
        (r#"{"message":"m","errors":[{"message":"n"}]}"#, (None, Some("m"), None, true)),
        (r#"{"error":"not_found"}"#, (Some("not_found"), None, None, false)),
        (r#"{"error":"There is no such thing."}"#, (None, Some("There is no such thing."), None, false)),
        (r#"{"error":"invalid_grant","error_description":"m"}"#, (Some("invalid_grant"), Some("m"), None, false)),
        (r#"{"error":{"code":"c","message":"m","details":[1]}}"#, (Some("c"), Some("m"), None, false)),
        (r#"{"error":{"type":"card_error","message":"m"}}"#, (Some("card_error"), Some("m"), None, false)),
        (r#"{"error":"Bad Request","message":["a","b"],"statusCode":400}"#, (None, Some("a"), None, false)),
        (r#"{"errors":[{"code":"c","detail":"m","title":"t"}]}"#, (Some("c"), Some("m"), Some("t"), true)),
        (r#"{"errors":["m","n"]}"#, (None, Some("m"), None, true)),
        (r#"{"detail":"m"}"#, (None, Some("m"), None, false)),
        (r#"{"detail":[{"loc":["a"],"msg":"m","type":"missing"}]}"#, (Some("missing"), Some("m"), None, false)),
        (r#"{"title":"t","errors":{"a":["x"]}}"#, (None, Some("t"), None, true)),
        (r#"{"message":"","error":"e"}"#, (Some("e"), None, None, false)),
        (r#"{"code":null,"message":null,"error":null,"errors":[],"detail":{}}"#, (None, None, None, true)),
        (r#"{"code":{"a":1},"message":true}"#, (None, None, None, false)),
        ("[]", (None, None, None, false)),
        ("", (None, None, None, false)),
        ("<html>", (None, None, None, false)),
    ];
    for (bytes, expected) in cases {
        let body = ErrorBody::parse(bytes.as_bytes(), None);
        let found = (body.code.as_deref(), body.message.as_deref(), body.details.as_deref(), body.data.is_some());
        assert_eq!(found, expected, "{bytes}");
    }
}

/// A server that repeats a value anywhere: what is shown, and what is not.
#[test]
fn what_was_sent_is_not_shown() {
    let cases = [
        (r#"{"code":"canary","message":"no"}"#, "x: no"),
        (r#"{"code":"bad.canary.x"}"#, "x"),
        (r#"{"error":"canary"}"#, "x"),
        (r#"{"type":"https://e.example/canary","title":"canary is bad"}"#, "x: … is bad"),
        (r#"{"error":"canary","error_description":"canary"}"#, "x: …"),
        (r#"{"code":"a.b","message":"canary."}"#, "x, code `a.b`: …"),
    ];
    for (bytes, expected) in cases {
        for shape in [Some(ErrorShape::default()), None] {
            let body = ErrorBody::parse(bytes.as_bytes(), shape.as_ref());
            let (code, is_usual) = (body.code.clone(), shape.is_none());
            let error = Error::new(Kind::Status, "x").with_body(body).conceal(&Concealed::new(["canary"]));
            assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
            assert_eq!(error.code(), code.as_deref(), "who asks is told");
            assert!(!is_usual || error.to_string() == expected, "{bytes}: {error}");
        }
    }
}

#[test]
fn its_source_is_told() {
    let error = Error::new(Kind::Connect, "no").with_source(std::io::Error::other("refused"));
    assert_eq!(error.source().map(ToString::to_string).as_deref(), Some("refused"));
    assert!(Error::config("x").source().is_none());
}
