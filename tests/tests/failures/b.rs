//! A server that refuses a token: 401 and 403.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use logto_runtime::clock::ManualClock;
use logto_runtime::{Client, FilePart, Method, Multipart, Profile, TokenRefusal};
use logto_tests::fake::Answer;
use serde_json::json;

use super::a::server::{Server, call, profile, refusal, settle, soon, token};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn b1_a_refused_token_is_replaced_and_the_call_repeated_once() {
    let refusals = [refusal("ERR_JWKS_NO_MATCHING_KEY"), refusal("ERR_JWT_EXPIRED"), Answer::empty(401)];
    for refused in refusals {
        // The server has not acted on what it refused, so a POST is repeated as well.
        for method in [Method::GET, Method::POST, Method::PATCH, Method::DELETE] {
            let answer = refused.clone();
            let server =
                Server::start(move |seen, _| if seen.has(1) { answer.clone() } else { Answer::empty(204) }).await;
            let (client, clock) = server.client();
            call(&client, method.clone()).await.expect("the second token is taken");
            assert_eq!((server.tokens(), server.calls()), (2, 2), "{method} {refused:?}");
            assert!(clock.pauses().is_empty(), "nothing to wait for");
            call(&client, method).await.expect("a reply");
            assert_eq!((server.tokens(), server.calls()), (2, 3), "the new token is kept");
        }
    }
}

/// A server that takes the tokens that it has given since keys were rotated last, which is when a test says so.
async fn rotating(reason: &'static str) -> (Server, Arc<AtomicUsize>) {
    let rotations = Arc::new(AtomicUsize::new(0));
    let (number, issued) = (Arc::clone(&rotations), Mutex::new(std::collections::HashMap::new()));
    let server = Server::raw(move |seen, before| {
        let now = number.load(Ordering::SeqCst);
        let mut issued = issued.lock().expect("no panic");
        if seen.is_token() {
            issued.insert(format!("Bearer t{}", before + 1), now);
            return Some(token(before + 1));
        }
        let is_good = seen.authorization.as_ref().and_then(|header| issued.get(header)) == Some(&now);
        Some(if is_good { Answer::empty(204) } else { refusal(reason) })
    })
    .await;
    (server, rotations)
}

/// What Logto says of a token that another one replaces, and of one that is wrong.
const REFUSALS: &[TokenRefusal] = &[
    TokenRefusal { code: "ERR_JWKS_NO_MATCHING_KEY", is_cured: true, hint: "its key is gone" },
    TokenRefusal { code: "ERR_JWT_CLAIM_VALIDATION_FAILED", is_cured: false, hint: "it is for another API" },
];

fn rotated(server: &Server, clock: &ManualClock) -> Client {
    let profile = Profile { token_refusals: REFUSALS, ..profile() };
    let builder = Client::builder(profile).base_url(server.url()).client_credentials("app", "hunter2").no_proxy();
    builder.clock(clock.clone()).build().expect("a client")
}

#[tokio::test]
async fn b1_a_second_rotation_of_keys_is_recovered_at_the_end_of_the_pause() {
    let (server, rotations) = rotating("ERR_JWKS_NO_MATCHING_KEY").await;
    let clock = ManualClock::new();
    let client = rotated(&server, &clock);
    call(&client, Method::GET).await.expect("the first token");
    rotations.fetch_add(1, Ordering::SeqCst);
    call(&client, Method::POST).await.expect("the first rotation costs no time");
    assert_eq!((server.tokens(), clock.pauses().len()), (2, 0));
    clock.advance(3 * SECOND);
    rotations.fetch_add(1, Ordering::SeqCst);
    let calls: Vec<_> = (0..50)
        .map(|number| {
            let (client, method) = (client.clone(), if number % 2 == 0 { Method::POST } else { Method::GET });
            tokio::spawn(async move { call(&client, method).await })
        })
        .collect();
    // One that has not the time is told at once.
    let hurried = client.request(Method::GET, "Hurried", "/api/x").empty();
    let hurried = hurried.options(|options| options.timeout = Some(7 * SECOND));
    let error = soon(hurried.send()).await.expect_err("401");
    assert!(
        error.is_unauthorized() && error.attempts() == 1 && error.to_string().contains("its key is gone"),
        "{error}"
    );
    soon(paused(&clock, 50)).await;
    assert!(clock.pauses().iter().all(|pause| *pause == 7 * SECOND), "{:?}", clock.pauses());
    clock.advance(7 * SECOND - Duration::from_millis(1));
    settle().await;
    assert_eq!(server.tokens(), 2, "not before its end");
    clock.advance(Duration::from_millis(1));
    for call in calls {
        call.await.expect("no panic").expect("a reply");
    }
    assert_eq!(server.tokens(), 3, "all share one token");
}

#[tokio::test]
async fn b1_whoever_goes_away_while_it_waits_for_a_token_holds_nobody_up() {
    let (server, rotations) = rotating("ERR_JWKS_NO_MATCHING_KEY").await;
    let clock = ManualClock::new();
    let client = rotated(&server, &clock);
    for _ in 0..2 {
        call(&client, Method::GET).await.expect("a reply");
        rotations.fetch_add(1, Ordering::SeqCst);
    }
    let spawn = || {
        let client = client.clone();
        tokio::spawn(async move { call(&client, Method::POST).await })
    };
    let (first, second) = (spawn(), spawn());
    soon(paused(&clock, 2)).await;
    first.abort();
    clock.advance(10 * SECOND);
    second.await.expect("no panic").expect("a reply");
    assert_eq!(server.tokens(), 3);
}

async fn paused(clock: &ManualClock, times: usize) {
    while clock.pauses().len() < times {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn b4_a_token_that_was_never_taken_is_no_reason_to_wait() {
    // The reason; tokens and requests of two calls.
    let table =
        [("ERR_JWKS_NO_MATCHING_KEY", 2, 3), ("ERR_JWT_CLAIM_VALIDATION_FAILED", 1, 2), ("ERR_SOMETHING", 2, 3)];
    for (reason, tokens, calls) in table {
        let server = Server::start(move |_, _| refusal(reason)).await;
        let clock = ManualClock::new();
        let client = rotated(&server, &clock);
        for _ in 0..2 {
            assert!(call(&client, Method::GET).await.expect_err("401").is_unauthorized(), "{reason}");
        }
        assert_eq!((server.tokens(), server.calls(), clock.pauses().len()), (tokens, calls, 0), "{reason}");
    }
    // Nor is a reason that nobody knows, though it was taken before.
    let (server, rotations) = rotating("ERR_SOMETHING").await;
    let clock = ManualClock::new();
    let client = rotated(&server, &clock);
    for _ in 0..2 {
        call(&client, Method::GET).await.expect("a reply");
        rotations.fetch_add(1, Ordering::SeqCst);
    }
    assert!(call(&client, Method::GET).await.expect_err("401").is_unauthorized());
    assert_eq!((server.tokens(), clock.pauses().len()), (2, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn b2_five_hundred_refusals_of_one_token_make_one_fetch() {
    let server = Server::accepting(2).await;
    let (client, _) = server.client();
    client.token().await.expect("a token");
    server.hold("/api");
    let calls: Vec<_> = (0..500)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { call(&client, Method::POST).await })
        })
        .collect();
    server.wait_for(501).await;
    server.release();
    for call in calls {
        call.await.expect("no panic").expect("a reply");
    }
    assert_eq!((server.tokens(), server.calls()), (2, 1000));
}

#[tokio::test]
async fn b3_a_late_refusal_does_not_drop_the_token_after() {
    let server = Server::accepting(2).await;
    let (client, _) = server.client();
    client.token().await.expect("a token");
    server.hold("/api/late");
    let late = tokio::spawn(client.request(Method::GET, "Late", "/api/late").empty().send());
    server.wait_for(2).await;
    call(&client, Method::GET).await.expect("replaced and repeated");
    assert_eq!(server.tokens(), 2);
    server.release();
    soon(late).await.expect("no panic").expect("repeated with the token that is there by now");
    call(&client, Method::GET).await.expect("a reply");
    assert_eq!((server.tokens(), server.calls()), (2, 5));
}

#[tokio::test]
async fn b4_a_server_that_refuses_every_token_is_not_asked_for_more() {
    let server = Server::start(|_, _| refusal("ERR_JWT_CLAIM_VALIDATION_FAILED")).await;
    let (client, clock) = server.client();
    let error = call(&client, Method::GET).await.expect_err("401");
    assert!(error.is_unauthorized() && error.to_string().contains("https://default.example/api"), "{error}");
    assert!(!format!("{error} {error:?}").contains("canary"), "the claims are not shown");
    let calls = (0..999).map(|_| call(&client, Method::GET));
    let results = futures_util::future::join_all(calls).await;
    assert!(results.iter().all(|result| result.as_ref().is_err_and(logto_runtime::Error::is_unauthorized)));
    assert_eq!(server.tokens(), 2, "the first one, and one that was forced");
    assert!(server.calls() <= 1001, "one call at most was repeated: {}", server.calls());
    clock.advance(10 * SECOND);
    call(&client, Method::GET).await.expect_err("401");
    assert_eq!(server.tokens(), 3, "later it may be tried again");
}

#[tokio::test]
async fn b5_a_second_refusal_is_the_callers() {
    let server = Server::start(|_, _| refusal("ERR_JWT_EXPIRED")).await;
    let error = call(&server.client().0, Method::POST).await.expect_err("401");
    assert!(error.is_unauthorized() && error.attempts() == 2 && !error.may_have_been_executed(), "{error:?}");
    assert_eq!((server.tokens(), server.calls()), (2, 2));

    // Also where the server takes so long that another fetch may be forced by then.
    let clock = ManualClock::new();
    let moved = clock.clone();
    let server = Server::start(move |_, _| {
        moved.advance(11 * SECOND);
        refusal("ERR_JWT_EXPIRED")
    });
    let server = server.await;
    let client = server.builder().clock(clock).build().expect("a client");
    assert!(call(&client, Method::GET).await.expect_err("401").is_unauthorized());
    assert_eq!((server.tokens(), server.calls()), (2, 2));
}

#[tokio::test]
async fn b6_a_stream_is_not_repeated_but_the_token_is_dropped() {
    let server = Server::accepting(2).await;
    let (client, _) = server.client();
    let upload = || {
        let chunks = futures_util::stream::iter([Ok::<_, std::io::Error>("chunk".into())]);
        let body = Multipart::new().part("file", FilePart::stream(chunks));
        soon(client.request(Method::POST, "Upload", "/api/x").multipart(body).empty().send())
    };
    assert!(upload().await.expect_err("401").is_unauthorized());
    assert_eq!((server.tokens(), server.calls()), (1, 1));
    upload().await.expect("the next one has another token");
    assert_eq!((server.tokens(), server.calls()), (2, 2));
}

/// A token without its scope is kept for less than a minute, so the case of the row, one that is older when it is refused, only
/// comes about while a request is on its way.
#[tokio::test]
async fn b7_a_token_without_its_scope_is_replaced_when_it_is_old_enough() {
    // Age of the token when the refusal arrives; whether its scope is granted by then; tokens; requests to the API.
    let table = [(0, true, 1, 1), (59, true, 1, 1), (61, true, 2, 2), (61, false, 2, 2)];
    for (age, is_granted, tokens, calls) in table {
        let granted = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&granted);
        let server = Server::raw(move |seen, before| {
            let scope = if told.load(Ordering::SeqCst) { "all" } else { "" };
            let name = format!("{}{}", if scope.is_empty() { "none" } else { "all" }, before + 1);
            Some(if seen.is_token() {
                Answer::json(
                    200,
                    &json!({ "access_token": name, "expires_in": 3600, "token_type": "Bearer", "scope": scope }),
                )
            } else if seen.authorization.as_deref().is_some_and(|header| header.starts_with("Bearer all")) {
                Answer::empty(204)
            } else {
                Answer::json(403, &json!({ "code": "auth.forbidden", "message": "Forbidden." }))
            })
        })
        .await;
        let clock = ManualClock::new();
        let builder = server.builder().clock(clock.clone()).timeouts(|timeouts| {
            timeouts.attempt = 100 * SECOND;
            timeouts.idle_read = 100 * SECOND;
        });
        let client = builder.build().expect("a client");
        server.hold("/api");
        let mover = async {
            server.wait_for(2).await;
            clock.advance(Duration::from_secs(age));
            granted.store(is_granted, Ordering::SeqCst);
            server.release();
        };
        let (result, ()) = tokio::join!(call(&client, Method::POST), mover);
        assert_eq!((server.tokens(), server.calls()), (tokens, calls), "{age} {is_granted}");
        match result {
            Ok(()) => assert!(is_granted && age > 60),
            Err(error) => {
                assert!(error.is_forbidden() && error.is_missing_scope(), "{error:?}");
                assert!(error.to_string().contains("give it a role"), "{error}");
            }
        }
    }
}

#[tokio::test]
async fn b7_a_token_with_its_scope_is_not_replaced() {
    let server = Server::start(|_, _| Answer::json(403, &json!({ "code": "auth.forbidden" }))).await;
    let (client, _) = server.client();
    let error = call(&client, Method::GET).await.expect_err("403");
    assert!(error.is_forbidden() && !error.is_missing_scope(), "{error:?}");
    assert_eq!((server.tokens(), server.calls()), (1, 1));
}

#[tokio::test]
async fn b8_a_refusal_by_something_in_front_is_treated_alike() {
    let server = Server::start(|_, _| Answer::text(401, "text/html", "<html>canary</html>")).await;
    let (client, _) = server.client();
    let error = call(&client, Method::GET).await.expect_err("401");
    assert!(error.is_unauthorized() && error.code().is_none() && error.data().is_none(), "{error:?}");
    assert!(error.to_string().contains("https://default.example/api"), "{error}");
    for _ in 0..50 {
        assert!(call(&client, Method::GET).await.expect_err("401").is_unauthorized());
    }
    settle().await;
    assert_eq!((server.tokens(), server.calls()), (2, 52));
}
