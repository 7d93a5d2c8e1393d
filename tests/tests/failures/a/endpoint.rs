//! A token endpoint that fails, refuses, says nothing or sends elsewhere.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use logto_runtime::{Error, Method};
use logto_tests::FaultServer;
use logto_tests::fake::Answer;
use logto_tests::fault::Script;
use serde_json::json;

use super::server::{Server, call, settle, soon, token};

const SECOND: Duration = Duration::from_secs(1);

/// An answer of the endpoint to each request, the last one for all that follow.
async fn endpoint(answers: Vec<Answer>) -> Server {
    Server::raw(move |seen, before| match seen.is_token() {
        true => answers.get(before).or(answers.last()).cloned(),
        false => Some(Answer::empty(204)),
    })
    .await
}

fn failing(status: u16) -> Answer {
    Answer::json(status, &json!({ "message": "Internal server error." })).with("logto-core-request-id", "abc")
}

fn oauth(status: u16, error: &str, description: &str) -> Answer {
    let code = format!("oidc.{error}");
    Answer::json(status, &json!({ "code": code, "error": error, "error_description": description }))
}

#[tokio::test]
async fn a6_an_endpoint_that_fails_is_asked_again_as_the_budget_allows() {
    // Status; how often it is asked. A 500 may come every time, so it is worth one more request only.
    for (status, asked) in [(500, 2), (502, 3), (503, 3), (504, 3)] {
        let server = endpoint(vec![failing(status), token(1)]).await;
        call(&server.skipping().0, Method::GET).await.expect("the second answer is a token");
        assert_eq!(server.tokens(), 2, "{status}");

        let server = endpoint(vec![failing(status)]).await;
        let error = call(&server.skipping().0, Method::POST).await.expect_err("no token");
        assert!(error.is_token() && error.is_server_error(), "{status}: {error:?}");
        assert_eq!((error.status().map(|it| it.as_u16()), error.request_id()), (Some(status), Some("abc")));
        assert_eq!((server.tokens(), server.calls()), (asked, 0), "{status}");
        assert!(!error.may_have_been_executed(), "{status}");

        let server = endpoint(vec![failing(status)]).await;
        let client = server.builder().retry(|retry| retry.budget = 0).build().expect("a client");
        call(&client, Method::GET).await.expect_err("no token");
        assert_eq!(server.tokens(), 1, "{status}: without a budget nothing is repeated");
    }
}

#[tokio::test]
async fn a7_an_endpoint_that_says_nothing_is_given_ten_seconds_an_attempt() {
    let server = Server::raw(|_, _| None).await;
    let (client, clock) = server.skipping();
    let mover = async {
        for attempt in 1..=3 {
            server.wait_for(attempt).await;
            clock.advance(9 * SECOND);
            settle().await;
            assert_eq!(server.tokens(), attempt, "not before its ten seconds");
            clock.advance(SECOND);
        }
    };
    let (result, ()) = tokio::join!(call(&client, Method::GET), mover);
    let error = result.expect_err("no token");
    assert!(error.is_token() && error.is_timeout(), "{error:?}");
}

#[tokio::test]
async fn a7_the_time_of_the_call_counts_as_well() {
    let server = Server::raw(|_, _| None).await;
    let clock = logto_runtime::clock::ManualClock::new();
    let builder = server.builder().clock(clock.clone()).timeouts(|timeouts| timeouts.call = 4 * SECOND);
    let client = builder.build().expect("a client");
    let mover = async {
        server.wait_for(1).await;
        clock.advance(4 * SECOND);
    };
    let (result, ()) = tokio::join!(call(&client, Method::GET), mover);
    let error = result.expect_err("no token");
    assert!(error.is_timeout() && error.to_string().contains("token"), "{error}");
}

#[tokio::test]
async fn a13_what_stays_wrong_is_not_asked_again_but_tried_later() {
    type Is = fn(&Error) -> bool;
    let table: Vec<(Answer, Is)> = vec![
        (oauth(400, "invalid_client", "invalid client app"), Error::is_invalid_client),
        (oauth(401, "invalid_client", "client authentication failed"), Error::is_invalid_client),
        (oauth(400, "invalid_request", "client secret has expired"), Error::is_secret_expired),
        (oauth(400, "invalid_target", "resource indicator is missing"), Error::is_invalid_target),
    ];
    for (answer, is) in table {
        let server = endpoint(vec![answer.clone(), token(2)]).await;
        let (client, clock) = server.skipping();
        for _ in 0..3 {
            let error = call(&client, Method::GET).await.expect_err("no token");
            assert!(is(&error) && error.is_token(), "{answer:?}: {error:?}");
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
        assert_eq!((server.tokens(), server.calls(), clock.pauses().len()), (1, 0, 0), "{answer:?}");
        clock.advance(30 * SECOND);
        call(&client, Method::GET).await.expect("it was put right meanwhile");
    }
}

#[tokio::test]
async fn a14_a_used_up_quota_is_told_and_not_asked_again() {
    let body = json!({ "code": "auth.exceed_token_limit", "message": "Token limit exceeded." });
    let server = endpoint(vec![Answer::json(429, &body)]).await;
    let (client, clock) = server.skipping();
    let error = call(&client, Method::GET).await.expect_err("no token");
    assert!(error.is_quota_exceeded() && error.is_token(), "{error:?}");
    assert_eq!((server.tokens(), server.calls(), clock.pauses().len()), (1, 0, 0));
}

#[tokio::test]
async fn a15_everybody_waits_as_long_as_the_endpoint_asks() {
    let slow_down = Answer::text(429, "text/plain", "slow down").with("retry-after", "7");
    let server = endpoint(vec![slow_down, token(1)]).await;
    let (client, clock) = server.client();
    let callers: Vec<_> = (0..20)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { call(&client, Method::POST).await })
        })
        .collect();
    soon(paused(&clock, 1)).await;
    clock.advance(6 * SECOND);
    settle().await;
    assert_eq!((server.tokens(), server.calls()), (1, 0));
    clock.advance(2 * SECOND);
    for caller in callers {
        caller.await.expect("no panic").expect("a reply");
    }
    assert_eq!((server.tokens(), server.calls()), (2, 20));
}

#[tokio::test]
async fn a15_also_where_the_caller_who_was_told_goes_away() {
    let slow_down = Answer::text(429, "text/plain", "slow down").with("retry-after", "7");
    let server = endpoint(vec![slow_down, token(1)]).await;
    let (client, clock) = server.client();
    let spawn = || {
        let client = client.clone();
        tokio::spawn(async move { call(&client, Method::GET).await })
    };
    let told = spawn();
    soon(paused(&clock, 1)).await;
    told.abort();
    let other = spawn();
    soon(paused(&clock, 2)).await;
    clock.advance(6 * SECOND);
    settle().await;
    assert_eq!(server.tokens(), 1);
    clock.advance(2 * SECOND);
    other.await.expect("no panic").expect("a reply");
    assert_eq!(server.tokens(), 2);
}

async fn paused(clock: &logto_runtime::clock::ManualClock, times: usize) {
    while clock.pauses().len() < times {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a21_the_secret_never_follows_a_redirect() {
    for code in [301, 302, 303, 307, 308] {
        let elsewhere = FaultServer::start([]).await.expect("a port");
        elsewhere.otherwise(Script::new().read_request().reply(200, "application/json", "{}"));
        for target in [format!("{}/oidc/token", elsewhere.endpoint()), "/oidc/other".to_owned()] {
            let server = endpoint(vec![Answer::empty(code).with("location", target.clone())]).await;
            let error = call(&server.skipping().0, Method::GET).await.expect_err("no token");
            assert!(error.is_token() && error.to_string().contains("redirect"), "{code} {target}: {error}");
            assert_eq!((server.tokens(), server.calls()), (1, 0), "{code} {target}");
        }
        assert!(elsewhere.connections().is_empty(), "{code}");
    }
}

#[tokio::test]
async fn a12_a_scope_that_is_granted_later_is_seen() {
    let granted = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&granted);
    let server = Server::raw(move |seen, before| {
        let is_granted = told.load(Ordering::SeqCst);
        Some(match (seen.is_token(), is_granted) {
            (true, true) => token(before + 1),
            (true, false) => {
                let name = format!("t{}", before + 1);
                Answer::json(200, &json!({ "access_token": name, "expires_in": 3600, "token_type": "Bearer" }))
            }
            (false, true) if !seen.has(1) => Answer::empty(204),
            (false, _) => Answer::json(403, &json!({ "code": "auth.forbidden", "message": "Forbidden." })),
        })
    })
    .await;
    let (client, clock) = server.skipping();
    for _ in 0..3 {
        let error = call(&client, Method::GET).await.expect_err("403");
        assert!(error.is_forbidden() && error.is_missing_scope(), "{error:?}");
        assert!(error.to_string().contains("give it a role"), "{error}");
    }
    assert_eq!(server.tokens(), 1);
    granted.store(true, Ordering::SeqCst);
    clock.advance(60 * SECOND);
    call(&client, Method::GET).await.expect("a token with its scope");
    assert_eq!((server.tokens(), server.calls()), (2, 4), "the old one was not tried again");
}
