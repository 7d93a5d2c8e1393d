//! The size of an error, what it is and how it reads.

use std::error::Error as _;
use std::time::Duration;

use reqwest::{Method, StatusCode};

use super::{Error, ErrorBody, Kind, Place, TokenFailure};
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
        &ErrorShape::default(),
    );
    let error = status(404)
        .with_body(body)
        .at(&place)
        .conceal(["gxiy27j6"])
        .with_request_id(Some("abc".to_owned()))
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
        let body = ErrorBody::parse(bytes, &ErrorShape::default());
        let found = (body.code.as_deref(), body.message.as_deref(), body.details.as_deref());
        assert_eq!(found, expected, "{:?}", String::from_utf8_lossy(bytes.get(..40.min(bytes.len())).unwrap()));
    }
}

#[test]
fn its_source_is_told() {
    let error = Error::new(Kind::Connect, "no").with_source(std::io::Error::other("refused"));
    assert_eq!(error.source().map(ToString::to_string).as_deref(), Some("refused"));
    assert!(Error::config("x").source().is_none());
}
