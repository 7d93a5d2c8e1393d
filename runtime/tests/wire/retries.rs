//! What is sent again, and what is not.

use std::time::Duration;

use logto_runtime::{Client, Error, Method, Profile, Scheme, SchemeKind};

use crate::server::{Act, Answer, Server, TOKEN, json, text};
use crate::{client, soon};

/// A reply that is always the same, and what becomes of a call.
struct Case {
    act: Act,
    method: Method,
    operation: &'static str,
    sent: usize,
    maybe_executed: bool,
}

fn case(act: impl Into<Act>, method: Method, sent: usize, maybe_executed: bool) -> Case {
    Case { act: act.into(), method, operation: "Op", sent, maybe_executed }
}

#[tokio::test]
async fn what_is_safe_is_sent_again() {
    let (get, post, put, delete) = (Method::GET, Method::POST, Method::PUT, Method::DELETE);
    let cut = || Act::Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"a\"".to_vec());
    let chunks = || Act::Raw(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"a\"".to_vec());
    let limited = || json(429, r#"{"code":"request.message_rate_limited","message":"x"}"#);
    let cases = [
        case(text(503, ""), get.clone(), 3, false),
        case(text(503, ""), post.clone(), 1, true),
        case(text(503, ""), put.clone(), 3, true),
        case(text(503, ""), delete.clone(), 3, true),
        Case { operation: "ReplaceRoles", ..case(text(503, ""), put, 1, true) },
        case(text(500, ""), get.clone(), 2, false),
        case(text(500, ""), post.clone(), 1, true),
        // It pauses the client, and goes as often as growing pauses fit into the time that a call has for them.
        case(text(429, ""), post.clone(), 13, false),
        case(limited(), post.clone(), 1, false),
        case(limited(), get.clone(), 1, false),
        case(json(422, r#"{"code":"user.username_already_in_use"}"#), get.clone(), 1, false),
        case(text(429, "").header("retry-after", "61"), get.clone(), 1, false),
        case(Act::Close, get.clone(), 3, false),
        case(Act::Close, post.clone(), 1, true),
        case(Act::Close, delete, 3, true),
        case(cut(), get.clone(), 3, false),
        case(cut(), post.clone(), 1, true),
        case(chunks(), get.clone(), 3, false),
        case(Act::Raw(b"SSH-2.0-OpenSSH_9.6\r\n".to_vec()), get, 1, false),
        case(Act::Raw(b"SSH-2.0-OpenSSH_9.6\r\n".to_vec()), post, 1, true),
    ];
    for Case { act, method, operation, sent, maybe_executed } in cases {
        let name = format!("{method} {operation} {act:?}");
        let server = Server::start(move |_, _| act.clone()).await;
        let (client, _) = client(&server);
        let error = soon(client.request(method, operation, "/api/x").json::<String>().send()).await.unwrap_err();
        assert_eq!(server.calls().len(), sent, "{name}: {error}");
        assert_eq!((error.attempts(), error.may_have_been_executed()), (sent as u32, maybe_executed), "{name}");
    }
}

#[tokio::test]
async fn a_call_succeeds_in_the_end() {
    let acts = [Act::Close, text(503, "").into(), json(200, r#""ok""#).into()];
    let server = Server::start(move |_, number| acts[number.min(2)].clone()).await;
    let (client, clock) = client(&server);
    let reply = soon(client.request(Method::GET, "Get", "/api/x").json::<String>().response()).await.unwrap();
    assert_eq!((reply.value.as_str(), reply.attempts()), ("ok", 3));
    assert_eq!(clock.pauses(), [Duration::from_millis(250), Duration::from_millis(500)]);
}

#[tokio::test]
async fn nobody_listens() {
    let server = Server::start(|_, _| text(200, "")).await;
    let (client, clock) = client(&server);
    server.stop().await;
    let error = soon(client.request(Method::POST, "Create", "/api/x").empty().send()).await.unwrap_err();
    assert!(error.is_connect() && error.is_token() && !error.may_have_been_executed(), "{error:?}");
    assert_eq!(clock.pauses().len(), 2);
}

#[tokio::test]
async fn a_silent_server_is_given_up() {
    // How long the clock moves; what the error says; attempts that are made until then.
    let cases: [(Method, &[u64], &str, u32, bool); 2] =
        [(Method::POST, &[15], "silent for 15s", 1, true), (Method::GET, &[15, 15, 15], "silent for 15s", 3, false)];
    for (method, moves, expected, attempts, maybe_executed) in cases {
        let server = Server::start(|_, _| Act::Hang).await;
        let (client, clock) = client(&server);
        let call = tokio::spawn(client.request(method.clone(), "Op", "/api/x").empty().send());
        for (number, seconds) in moves.iter().enumerate() {
            soon(server.wait_for(number + 2)).await;
            clock.advance(Duration::from_secs(*seconds));
        }
        let error = soon(call).await.unwrap().unwrap_err();
        assert!(error.is_timeout() && error.to_string().contains(expected), "{method} {moves:?}: {error}");
        assert_eq!(
            (error.attempts(), error.may_have_been_executed()),
            (attempts, maybe_executed),
            "{method} {moves:?}"
        );
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let other = Server::raw(|_, _| text(200, "").into()).await;
    for status in [301, 302, 303, 307, 308] {
        let location = format!("{}/secret?code=canary", other.url());
        let server = Server::start(move |_, _| Answer::new(status, "").header("location", &location)).await;
        let (client, _) = client(&server);
        let call = client.request(Method::POST, "Op", "/api/x").json_body("a");
        let error = soon(call.clone().empty().send()).await.unwrap_err();
        assert!(error.is_redirect() && error.to_string().contains(&other.url()), "{status}: {error}");
        assert!(!format!("{error} {error:?}").contains("canary"), "{status}: {error}");
        let redirect = soon(call.redirect().send()).await.unwrap();
        assert_eq!((redirect.status.as_u16(), redirect.location.ends_with("canary")), (status, true));
    }
    assert!(other.calls().is_empty() && other.tokens() == 0);
}

#[tokio::test]
async fn errors_carry_what_the_server_said() {
    type Is = fn(&Error) -> bool;
    let cases: Vec<(Answer, Is, Option<&str>, &str)> = vec![
        (
            json(404, r#"{"code":"entity.not_found","message":"No user-42 here."}"#),
            Error::is_not_found,
            Some("entity.not_found"),
            "No … here",
        ),
        (json(400, r#"{"message":"Unexpected end of JSON input"}"#), Error::is_bad_request, None, "Unexpected end"),
        (text(404, "Not Found"), Error::is_not_found, None, "check the base URL"),
        (text(405, "Method Not Allowed"), Error::is_status, None, "check the base URL"),
        (json(409, "[]"), Error::is_conflict, None, "409"),
        (Answer::new(422, vec![0xff, 0xfe]), Error::is_unprocessable, None, "422"),
        (json(400, &format!(r#"{{"code":"{}"}}"#, "a".repeat(70_000))), Error::is_bad_request, None, "400"),
    ];
    for (answer, is, code, part) in cases {
        let reply = answer.clone().header("x-request-id", "abc123");
        let server = Server::start(move |_, _| reply.clone()).await;
        let (client, _) = client(&server);
        let call =
            client.request(Method::GET, "GetUser", "/api/users/{id}").path("user-42").query("q", "first@example.com");
        let error = soon(call.empty().send()).await.unwrap_err();
        assert!(is(&error) && error.to_string().contains(part), "{error}");
        assert_eq!((error.code(), error.request_id(), error.operation()), (code, Some("abc123"), Some("GetUser")));
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("user-42") && !shown.contains("first@"), "{shown}");
    }
}

#[tokio::test]
async fn hints_are_about_what_was_sent() {
    const REFUSED: &str = "which was issued for the resource `https://default.example/api`";
    const NONE: &str = "no token was sent";
    const LACKS: &str = "give it a role";
    const ADDRESS: &str = "check the base URL";
    // The scope of the token, if one is sent; the answer; what the error says of these.
    let coded = |status| json(status, r#"{"code":"a.b","message":"No."}"#);
    let cases = [
        (Some("all"), text(401, ""), REFUSED),
        (Some(""), coded(401), REFUSED),
        (None, text(401, ""), NONE),
        (Some(""), coded(403), LACKS),
        (Some("all"), text(403, ""), ""),
        (None, coded(403), ""),
        (Some(""), text(404, ""), ADDRESS),
        (None, text(405, ""), ADDRESS),
        (Some("all"), coded(404), ""),
        // It is known how the service writes errors, and this one has no code.
        (Some("all"), json(404, r#"{"message":"No."}"#), ADDRESS),
        (Some("all"), text(400, "").header("location", "https://other.example"), ""),
    ];
    for (scope, answer, expected) in cases {
        let token = format!(
            r#"{{"access_token":"t","expires_in":3600,"token_type":"Bearer","scope":"{}"}}"#,
            scope.unwrap_or_default()
        );
        let name = format!("{scope:?} {answer:?}");
        let server =
            Server::raw(move |seen, _| if seen.path == TOKEN { json(200, &token) } else { answer.clone() }.into())
                .await;
        let call = client(&server).0.request(Method::GET, "Get", "/api/x");
        let call = if scope.is_some() { call } else { call.anonymous() };
        let error = soon(call.empty().send()).await.unwrap_err();
        assert_eq!((error.is_missing_scope(), error.is_redirect()), (expected == LACKS, false), "{name}: {error}");
        for hint in [REFUSED, NONE, LACKS, ADDRESS] {
            assert_eq!(error.to_string().contains(hint), hint == expected, "{name}: {error}");
        }
    }

    // Where the document declares what authenticates a request, and does not say how its errors are written.
    const SCHEMES: &[Scheme] = &[Scheme { name: "key", kind: SchemeKind::HeaderKey("X-Key"), set_by: &[] }];
    const KEYS: Profile = Profile { schemes: SCHEMES, security: &[&["key"]], ..Profile::NONE };
    let cases = [
        (false, text(401, ""), "no credentials were sent"),
        (true, text(401, ""), "refused the credentials that were sent, those for `key`"),
        (true, text(404, ""), ADDRESS),
        (true, json(404, r#"{"message":"No."}"#), ""),
    ];
    for (has_key, answer, expected) in cases {
        let name = format!("{has_key} {answer:?}");
        let server = Server::raw(move |_, _| answer.clone().into()).await;
        let builder = Client::builder(KEYS).base_url(server.url());
        let client = if has_key { builder.api_key("key", "hunter2") } else { builder.anonymous() };
        let call = client.build().unwrap().request(Method::GET, "Get", "/api/x").empty();
        let error = soon(call.send()).await.unwrap_err().to_string();
        assert!(error.contains(expected) && !error.contains(NONE), "{name}: {error}");
        assert_eq!(error.contains(ADDRESS), expected == ADDRESS, "{name}: {error}");
    }
}
