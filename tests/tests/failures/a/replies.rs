//! A token endpoint that answers 200 with something odd.

use std::error::Error as _;

use logto_runtime::Method;
use logto_tests::FaultServer;
use logto_tests::fake::Answer;
use logto_tests::fault::Script;
use serde_json::json;

use super::server::{Server, call, profile, soon};

const GOOD: &str = r#"{"access_token":"canary","expires_in":3600,"token_type":"Bearer","scope":"all"}"#;

/// Everything that an error shows.
fn shown(error: &logto_runtime::Error) -> String {
    let mut text = format!("{error} {error:?}");
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(&format!(" {error} {error:?}"));
        source = error.source();
    }
    text
}

#[tokio::test]
async fn a8_what_is_not_a_token_is_an_error_that_repeats_nothing() {
    let table = [
        ("application/json", "canary"),
        ("application/json", ""),
        ("application/json", r#"["canary"]"#),
        ("application/json", r#""canary""#),
        ("application/json", r#"{"access_token":"canary""#),
        ("application/json", r#"{"access_token":{"canary":1},"token_type":"Bearer"}"#),
        ("application/json", r#"{"access_token":"x","token_type":"canary"}"#),
        ("text/html", "<html>canary</html>"),
        // It reads like a token, but RFC 6749, section 5.1, wants JSON.
        ("text/html", GOOD),
        ("text/plain; charset=utf-8", GOOD),
    ];
    for (content_type, body) in table {
        let server = Server::raw(move |_, _| Some(Answer::text(200, content_type, body))).await;
        let error = call(&server.skipping().0, Method::GET).await.expect_err(body);
        assert!(error.is_token() && error.status().is_some(), "{content_type} {body}: {error:?}");
        assert!(!shown(&error).contains("canary"), "{content_type} {body}: {}", shown(&error));
        assert_eq!((server.tokens(), server.calls()), (1, 0), "{content_type} {body}");
    }
}

#[tokio::test]
async fn a8_a_body_that_is_too_large_is_not_taken_in() {
    let body = json!({ "access_token": "canary".repeat(20_000), "token_type": "Bearer" });
    let server = Server::raw(move |_, _| Some(Answer::json(200, &body))).await;
    let error = call(&server.skipping().0, Method::GET).await.expect_err("no token");
    assert!(error.is_token() && error.is_too_large(), "{error:?}");
    assert!(!shown(&error).contains("canary"));
    assert_eq!((server.tokens(), server.calls()), (1, 0));
}

#[tokio::test]
async fn a8_a_body_that_is_cut_short_is_asked_for_again() {
    let cut = || Script::new().read_request().lie_about_length(1000, GOOD).close();
    let server = FaultServer::start([cut(), cut(), cut()]).await.expect("a port");
    let clock = logto_runtime::clock::ManualClock::skipping_pauses();
    let builder = logto_runtime::Client::builder(profile()).base_url(server.endpoint()).no_proxy().clock(clock);
    let client = builder.client_credentials("app", "hunter2").build().expect("a client");
    let error = call(&client, Method::GET).await.expect_err("no token");
    assert!(error.is_token() && error.is_interrupted(), "{error:?}");
    assert!(!shown(&error).contains("canary"));
    assert_eq!(server.requests(), 3);
}

#[tokio::test]
async fn a11_odd_tokens_are_errors() {
    let long = "a".repeat(16 * 1024 + 1);
    let texts = ["", " ", "a b", "a\r\nx: y", "a\u{0}", "ä", "a\u{7f}", &long];
    let mut bodies: Vec<_> = texts.map(|text| json!({ "access_token": text, "token_type": "Bearer" })).into();
    bodies.extend([
        json!({ "token_type": "Bearer" }),
        json!({ "access_token": null, "token_type": "Bearer" }),
        json!({ "access_token": "abc" }),
        json!({ "access_token": "abc", "token_type": "mac" }),
        json!({ "access_token": "abc", "token_type": "DPoP" }),
        json!({ "access_token": "abc", "token_type": null }),
    ]);
    for body in bodies {
        let answer = Answer::json(200, &body);
        let server = Server::raw(move |_, _| Some(answer.clone())).await;
        let error = call(&server.skipping().0, Method::GET).await.expect_err("no token");
        assert!(error.is_token(), "{error:?}");
        assert_eq!((server.tokens(), server.calls()), (1, 0), "{error}");
    }
    for kind in ["bearer", "BEARER", "Bearer"] {
        let answer = Answer::json(200, &json!({ "access_token": "abc", "token_type": kind, "scope": "all" }));
        let server =
            Server::raw(move |seen, _| Some(if seen.is_token() { answer.clone() } else { Answer::empty(204) })).await;
        call(&server.skipping().0, Method::GET).await.expect(kind);
        // RFC 6750, section 2.1: whatever case the endpoint writes it in, it is sent as `Bearer`.
        let sent = server.seen().iter().find_map(|seen| seen.authorization.clone());
        assert_eq!(sent.as_deref(), Some("Bearer abc"));
    }
}

#[tokio::test]
async fn a9_a_lifetime_of_nothing_is_used_once() {
    let server = Server::raw(|seen, before| {
        Some(if seen.is_token() {
            let name = format!("t{}", before + 1);
            Answer::json(200, &json!({ "access_token": name, "expires_in": 0, "token_type": "Bearer", "scope": "all" }))
        } else {
            Answer::empty(204)
        })
    })
    .await;
    let (client, clock) = server.skipping();
    for number in 1..=3 {
        call(&client, Method::GET).await.expect("a reply");
        let last = server.seen().last().cloned().expect("a request");
        assert!(last.has(number), "{last:?}");
    }
    let seconds: f64 = clock.pauses().iter().map(std::time::Duration::as_secs_f64).sum();
    assert!(seconds >= 2.0, "at least a second between two fetches, but {seconds} s");
}

#[tokio::test]
async fn a12_a_server_that_tells_no_scopes_is_believed_where_its_profile_says_so() {
    let answer = Answer::json(200, &json!({ "access_token": "abc", "expires_in": 3600, "token_type": "Bearer" }));
    let server = Server::raw(move |seen, _| {
        Some(if seen.is_token() { answer.clone() } else { Answer::json(403, &json!({ "code": "auth.forbidden" })) })
    })
    .await;
    let profile = logto_runtime::Profile { scope_always_told: false, ..profile() };
    let builder = logto_runtime::Client::builder(profile).base_url(server.url()).client_credentials("app", "hunter2");
    let client = builder.build().expect("a client");
    // RFC 6749, section 5.1: what is not told is what was asked for.
    let error = soon(client.request(Method::GET, "Try", "/api/x").empty().send()).await.expect_err("403");
    assert!(error.is_forbidden() && !error.is_missing_scope(), "{error:?}");
}
