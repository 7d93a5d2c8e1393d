//! The bodies of errors.

use logto_runtime::{Client, Error, Method};
use logto_tests::fault::{Script, head};

use super::super::scripted::{ask, builder, client, server, soon};

/// What a body says: its code, whether it has a message, whether it has data.
type Said = (Option<&'static str>, bool, bool);

#[tokio::test]
async fn e10_an_error_is_told_by_its_status_whatever_its_body() {
    const NOTHING: Said = (None, false, false);
    let long = format!(r#"{{"code":"{}"}}"#, "a".repeat(129));
    let huge = format!(r#"{{"code":"a.b","message":"{}"}}"#, "x".repeat(10 * 1024 * 1024));
    let just_fits = format!(r#"{{"code":"a.b","x":"{}"}}"#, "x".repeat(64 * 1024 - 21));
    let table: Vec<(&str, &[u8], Said)> = vec![
        ("all parts", br#"{"code":"a.b","message":"m","data":{"x":1},"details":"d"}"#, (Some("a.b"), true, true)),
        ("a message alone", br#"{"message":"m"}"#, (None, true, false)),
        (
            "of OAuth",
            br#"{"code":"oidc.x","message":"m","error":"x","error_description":"d"}"#,
            (Some("oidc.x"), true, false),
        ),
        ("nothing", b"", NOTHING),
        ("HTML", b"<html><h1>502</h1></html>", NOTHING),
        ("text", b"Not Found", NOTHING),
        ("not UTF-8", b"{\"code\":\"a.\xff\"}", NOTHING),
        ("half of it", br#"{"code":"a.b","mess"#, NOTHING),
        ("null", b"null", NOTHING),
        ("a list", br#"[{"code":"a.b"}]"#, NOTHING),
        ("a text", br#""a.b""#, NOTHING),
        ("a code that is a number", br#"{"code":1,"message":2}"#, NOTHING),
        ("a code with spaces", br#"{"code":"a b","message":"m"}"#, (None, true, false)),
        ("an empty code", br#"{"code":"","message":"m"}"#, (None, true, false)),
        ("a code that is too long", long.as_bytes(), NOTHING),
        ("data that is a number", br#"{"code":"a.b","data":1}"#, (Some("a.b"), false, true)),
        ("data that is a list", br#"{"code":"a.b","data":[1]}"#, (Some("a.b"), false, true)),
        ("data that is null", br#"{"code":"a.b","data":null}"#, (Some("a.b"), false, false)),
        ("64 KiB", just_fits.as_bytes(), (Some("a.b"), false, false)),
        ("10 MiB", huge.as_bytes(), NOTHING),
    ];
    for (name, body, expected) in table {
        let head = head(422, &[("x-request-id", "abc"), ("connection", "close")], Some(body.len()));
        let server = server([ask().write([head.as_bytes(), body].concat()).close()]).await;
        let (client, _) = client(&server);
        let error = soon(client.request(Method::GET, "Op", "/api/things").empty().send()).await.expect_err(name);
        assert!(error.is_unprocessable() && error.is_status(), "{name}: {error:?}");
        assert_eq!((error.code(), error.message().is_some(), error.data().is_some()), expected, "{name}");
        assert_eq!((error.request_id(), server.requests()), (Some("abc"), 1), "{name}");
        assert!(error.to_string().len() < 2000, "{name}");
    }
}

#[tokio::test]
async fn e10_an_error_whose_body_never_ends_is_told_by_its_status() {
    let bodies = [
        ("it pours", Script::new().read_request().write(head(404, &[], None)).pour(vec![b'x'; 4096], 1 << 30)),
        ("it is cut off", ask().write(head(404, &[], Some(100))).write("{").close()),
        ("it is reset", ask().write(head(404, &[], Some(100))).write("{").reset()),
    ];
    for (name, script) in bodies {
        let server = server([script]).await;
        let (client, _) = client(&server);
        let error = soon(client.request(Method::GET, "Op", "/api/things").empty().send()).await.expect_err(name);
        assert!(error.is_not_found() && error.attempts() == 1, "{name}: {error:?}");
    }
}

/// What an error is, in every way that a caller or the retries can ask.
fn answers(error: &Error) -> Vec<bool> {
    let ask: [fn(&Error) -> bool; 12] = [
        Error::is_status,
        Error::is_bad_request,
        Error::is_unauthorized,
        Error::is_forbidden,
        Error::is_not_found,
        Error::is_conflict,
        Error::is_unprocessable,
        Error::is_rate_limited,
        Error::is_server_error,
        Error::is_missing_scope,
        Error::is_quota_exceeded,
        Error::may_have_been_executed,
    ];
    ask.iter().map(|ask| ask(error)).collect()
}

/// The same errors in three languages, one of them with the words of other errors in its messages.
#[tokio::test]
async fn e11_messages_are_for_people() {
    let codes = [
        (401, "auth.unauthorized"),
        (403, "auth.forbidden"),
        (404, "entity.not_found"),
        (422, "user.username_already_in_use"),
        (429, "request.message_rate_limited"),
        (429, "auth.exceed_token_limit"),
        (500, ""),
        (503, ""),
    ];
    let messages =
        ["Unauthorized.", "権限がありません。", "429 Too many requests, token expired, secret has expired, not found"];
    for (status, code) in codes {
        let mut seen = Vec::new();
        for message in messages {
            let code = if code.is_empty() { String::new() } else { format!(r#""code":"{code}","#) };
            let body = format!(r#"{{{code}"message":"{message}"}}"#);
            let script = ask().last_reply(status, &[("content-type", "application/json")], &body);
            let server = server([script]).await;
            let builder = builder(server.endpoint()).header("accept-language", "ja");
            let clock = logto_runtime::clock::ManualClock::skipping_pauses();
            let client: Client = builder.clock(clock.clone()).build().expect("a client");
            let error =
                soon(client.request(Method::GET, "Op", "/api/things").empty().send()).await.expect_err("status");
            assert_eq!(error.message(), Some(message));
            let received = String::from_utf8_lossy(&server.connections()[0].received).into_owned();
            assert!(received.contains("accept-language: ja\r\n"), "{received}");
            seen.push((
                answers(&error),
                error.code().map(str::to_owned),
                error.attempts(),
                server.requests(),
                clock.pauses(),
            ));
        }
        assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{status} {code}: {seen:?}");
    }
}
