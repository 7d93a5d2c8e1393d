//! Many calls of one tenant: what is in front of the server refuses them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::join_all;
use futures_util::stream::FuturesUnordered;
use logto_runtime::clock::{Clock, ManualClock};
use logto_runtime::{Client, ClientBuilder, Error, Event, FilePart, Method, Multipart};
use logto_tests::fake::Answer;
use serde_json::json;

use super::a::server::{Seen, Server, call, settle, soon, token};

const SECOND: Duration = Duration::from_secs(1);

/// How the edge refuses: without a code of the service.
fn refused(retry_after: Option<&str>) -> Answer {
    let answer = Answer::text(429, "text/html", "<html>slow down</html>");
    match retry_after {
        Some(value) => answer.with("retry-after", value),
        None => answer,
    }
}

/// A server that refuses everything, or all but tokens, until a time of a clock.
async fn refusing_until(clock: &ManualClock, end: Duration, retry_after: Option<&'static str>, tokens: bool) -> Server {
    let clock = clock.clone();
    Server::raw(move |seen, before| {
        let is_refused = clock.now() < end && (tokens || !seen.is_token());
        Some(match (is_refused, seen.is_token()) {
            (true, _) => refused(retry_after),
            (false, true) => token(before + 1),
            (false, false) => Answer::empty(204),
        })
    })
    .await
}

/// Moves a clock on while calls are made: 20 ms in each, which is time enough for the sockets of this machine.
async fn moving<T>(clock: &ManualClock, calls: impl Future<Output = T>) -> T {
    let mover = async {
        loop {
            tokio::time::sleep(Duration::from_millis(1)).await;
            clock.advance(Duration::from_millis(20));
        }
    };
    soon(async {
        tokio::select! {
            result = calls => result,
            () = mover => unreachable!("it moves for ever"),
        }
    })
    .await
}

fn built(builder: ClientBuilder, clock: &ManualClock) -> Client {
    builder.clock(clock.clone()).build().expect("a client")
}

/// Writes down what an observer hears of pauses.
fn heard(builder: ClientBuilder) -> (ClientBuilder, Arc<Mutex<Vec<String>>>) {
    let log = Arc::new(Mutex::new(Vec::new()));
    let writing = Arc::clone(&log);
    let builder = builder.observer(move |event: &Event<'_>| match event {
        Event::PauseBegan { .. } | Event::PauseEnded { .. } | Event::Paused { .. } => {
            writing.lock().expect("no panic").push(format!("{event:?}"));
        }
        _ => {}
    });
    (builder, log)
}

#[tokio::test]
async fn h1_sixty_calls_over_a_server_that_refuses_for_a_while() {
    let mut cases = Vec::new();
    for retry_after in [None, Some("0"), Some("1"), Some("2")] {
        // How many are on the way at once; how many milliseconds lie between two that begin.
        for (at_once, apart) in [(60, 20), (60, 50), (10, 0), (3, 0), (1, 0)] {
            cases.extend([false, true].map(|tokens| sixty(retry_after, at_once, apart, tokens)));
        }
    }
    join_all(cases).await;
}

async fn sixty(retry_after: Option<&'static str>, at_once: usize, apart: u64, tokens: bool) {
    let name = format!("{at_once} at once, {apart} ms apart, {retry_after:?}, tokens too: {tokens}");
    let clock = ManualClock::new();
    let server = refusing_until(&clock, Duration::from_millis(2500), retry_after, tokens).await;
    let client = built(server.builder(), &clock);
    let one = |number: u64| {
        let (client, clock) = (client.clone(), clock.clone());
        async move {
            clock.deadline(Duration::from_millis(apart * number)).await;
            // Nobody has acted on what was refused, so a write is sent again too.
            let method = if number.is_multiple_of(2) { Method::GET } else { Method::POST };
            call(&client, method).await
        }
    };
    let calls = futures_util::stream::iter((0..60).map(one)).buffer_unordered(at_once);
    let results: Vec<Result<(), Error>> = moving(&clock, calls.collect()).await;
    assert_eq!(results.len(), 60);
    for result in results {
        result.unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    let requests = server.seen().len();
    assert!((61..=75).contains(&requests), "{name}: {requests} requests");
}

/// What is on its way when the first refusal comes cannot be taken back; all that comes later waits.
#[tokio::test]
async fn h1_what_is_in_flight_is_refused_once() {
    for retry_after in [None, Some("1")] {
        let clock = ManualClock::new();
        let server = refusing_until(&clock, Duration::from_millis(2500), retry_after, false).await;
        let client = built(server.builder(), &clock);
        client.token().await.expect("a token");
        server.hold("/api");
        let calls = join_all((0..60).map(|_| call(&client, Method::POST)));
        let releasing = async {
            server.wait_for(61).await;
            server.release();
            moving(&clock, std::future::pending::<()>()).await;
        };
        let results = soon(async {
            tokio::select! {
                results = calls => results,
                () = releasing => unreachable!("it moves for ever"),
            }
        })
        .await;
        assert!(results.iter().all(Result::is_ok), "{results:?}");
        let calls = server.calls();
        assert!((121..=135).contains(&calls), "{retry_after:?}: {calls} requests");
    }
}

#[tokio::test]
async fn h1_a_client_of_another_tenant_goes_on() {
    let clock = ManualClock::new();
    let refusing = refusing_until(&clock, 10 * SECOND, Some("30"), false).await;
    let other = refusing_until(&clock, Duration::ZERO, None, false).await;
    let (paused, goes_on) = (built(refusing.builder(), &clock), built(other.builder(), &clock));
    let first = tokio::spawn({
        let client = paused.clone();
        async move { call(&client, Method::GET).await }
    });
    refusing.wait_for(2).await;
    settle().await;
    call(&goes_on, Method::GET).await.expect("another server");
    // A clone is the same client.
    let second = tokio::spawn(async move { call(&paused, Method::GET).await });
    settle().await;
    assert_eq!((refusing.calls(), other.calls()), (1, 1));
    clock.advance(31 * SECOND);
    first.await.expect("no panic").expect("a reply");
    second.await.expect("no panic").expect("a reply");
    assert_eq!(refusing.calls(), 3);
}

#[tokio::test]
async fn h1_a_429_with_a_code_concerns_its_own_call_alone() {
    for code in ["request.message_rate_limited", "auth.exceed_token_limit"] {
        let body = json!({ "code": code, "message": "Too many." });
        let server = Server::start(move |seen: &Seen, _| match seen.path.as_str() {
            "/api/codes" => Answer::json(429, &body).with("retry-after", "20"),
            _ => Answer::empty(204),
        })
        .await;
        let builder = logto_management::Client::builder().self_hosted(server.url()).no_proxy();
        let (log, clock) = (Arc::new(Mutex::new(Vec::new())), ManualClock::new());
        let writing = Arc::clone(&log);
        let builder = builder.client_credentials("app", "hunter2").clock(clock.clone());
        let builder = builder.observer(move |event: &Event<'_>| {
            writing.lock().expect("no panic").push(format!("{event:?}"));
        });
        let logto = builder.build().expect("a client");
        let send = |method, path| soon(logto.request(method, "Op", path).empty().send());
        for method in [Method::POST, Method::GET] {
            let error = send(method, "/api/codes").await.expect_err("429");
            assert_eq!((error.code(), error.attempts(), error.is_paused()), (Some(code), 1, false));
            send(Method::GET, "/api/x").await.expect("others go on");
        }
        assert!(clock.pauses().is_empty(), "nobody waits");
        let log = log.lock().expect("no panic").join("\n");
        assert!(!log.contains("Pause") && log.contains("Attempt"), "{log}");
    }
}

#[tokio::test]
async fn h1_what_cannot_be_sent_again_is_returned_and_others_wait() {
    let clock = ManualClock::new();
    let server = refusing_until(&clock, SECOND, Some("5"), false).await;
    let (builder, log) = heard(server.builder());
    let client = built(builder, &clock);
    let chunks = futures_util::stream::iter([Ok::<_, std::io::Error>("chunk".into())]);
    let body = Multipart::new().part("file", FilePart::stream(chunks));
    let upload = client.request(Method::POST, "Upload", "/api/x").multipart(body).empty();
    let error = soon(upload.send()).await.expect_err("a stream can be sent once");
    assert!(error.is_rate_limited() && !error.is_paused() && error.retry_after() == Some(5 * SECOND), "{error:?}");
    let waiting = tokio::spawn({
        let client = client.clone();
        async move { call(&client, Method::POST).await }
    });
    // Whoever wants no retries is not sent again, but waits like everybody.
    let once = client.request(Method::GET, "Once", "/api/x").empty().options(|options| options.max_attempts = Some(1));
    let once = tokio::spawn(once.send());
    settle().await;
    assert_eq!(server.calls(), 1);
    clock.advance(6 * SECOND);
    waiting.await.expect("no panic").expect("a reply");
    once.await.expect("no panic").expect("a reply");
    assert_eq!(server.calls(), 3);
    let log = log.lock().expect("no panic").clone();
    assert_eq!(log.first().map(String::as_str), Some("PauseBegan { wait: 5.25s }"));
    assert_eq!(log.iter().filter(|event| event.starts_with("Paused {") && event.contains("waited: 6s")).count(), 2);
    assert_eq!(log.iter().filter(|event| event.starts_with("PauseEnded {")).count(), 1, "{log:?}");
}

#[tokio::test]
async fn h1_dropped_calls_leave_nothing_behind() {
    let clock = ManualClock::new();
    let server = refusing_until(&clock, SECOND, Some("5"), false).await;
    let client = built(server.builder(), &clock);
    let spawn = || {
        let client = client.clone();
        tokio::spawn(async move { call(&client, Method::GET).await })
    };
    let first = spawn();
    server.wait_for(2).await;
    settle().await;
    let calls: Vec<_> = (0..20).map(|_| spawn()).collect();
    settle().await;
    first.abort();
    calls.iter().step_by(2).for_each(tokio::task::JoinHandle::abort);
    settle().await;
    clock.advance(6 * SECOND);
    for (number, call) in calls.into_iter().enumerate() {
        let result = soon(call).await;
        assert_eq!(result.is_err_and(|error| error.is_cancelled()), number % 2 == 0, "{number}");
    }
    assert_eq!(server.calls(), 1 + 10);
    call(&client, Method::GET).await.expect("the client is open");
    assert_eq!(clock.pauses().len(), 2, "the first watched the clock, then one after it: {:?}", clock.pauses());
}

#[tokio::test]
async fn h2_the_pause_grows_until_a_call_may_wait_no_longer() {
    let server = Server::start(|_, _| refused(None)).await;
    let (builder, log) = heard(server.builder());
    let clock = ManualClock::skipping_pauses();
    let client = built(builder, &clock);
    let error = call(&client, Method::POST).await.expect_err("it refuses for ever");
    assert!(error.is_paused() && error.is_rate_limited() && !error.is_timeout(), "{error:?}");
    assert!(error.to_string().contains("no longer than 120s"), "{error}");
    assert!(!error.may_have_been_executed() && error.retry_after() == Some(15 * SECOND), "{error:?}");
    let last = std::error::Error::source(&error).expect("the last refusal").to_string();
    assert!(last.contains("429"), "{last}");
    let waits: Vec<Duration> = [375, 750, 1500, 3000, 6000, 12_000].map(Duration::from_millis).to_vec();
    let waits: Vec<_> = waits.into_iter().chain([15 * SECOND; 6]).collect();
    assert_eq!(clock.pauses()[..], waits[..clock.pauses().len()]);
    assert_eq!(server.calls(), clock.pauses().len() + 1);
    assert!(clock.now() <= 120 * SECOND, "{:?}", clock.now());
    let begun = log.lock().expect("no panic").iter().filter(|event| event.starts_with("PauseBegan")).count();
    assert_eq!(begun, server.calls());
}

#[tokio::test]
async fn h2_the_pause_does_not_count_as_the_calls_own_time() {
    // Time of the call, for pauses, and of the server; whether the call succeeds.
    let table = [
        (5, None, "20", true),
        (5, Some(21), "20", true),
        (5, Some(19), "20", false),
        (5, Some(0), "1", false),
        (200, Some(19), "20", false),
    ];
    for (own, pause, retry_after, succeeds) in table {
        let name = format!("{own} {pause:?} {retry_after}");
        let clock = ManualClock::new();
        let server = refusing_until(&clock, SECOND, Some(retry_after), false).await;
        let client = built(server.builder().timeouts(|timeouts| timeouts.call = own * SECOND), &clock);
        let sending = client.request(Method::POST, "Op", "/api/x").empty();
        let sending = sending.options(|options| options.pause = pause.map(|seconds| seconds * SECOND));
        let result = moving(&clock, sending.send()).await;
        match result {
            Ok(()) => assert!(succeeds, "{name}"),
            Err(error) => {
                assert!(!succeeds && error.is_paused() && error.attempts() == 1, "{name}: {error:?}");
                assert!(clock.now() < SECOND, "{name}: what is known to be too long is told at once");
            }
        }
    }
}

#[tokio::test]
async fn h2_a_long_retry_after_is_returned_and_nobody_is_held_for_it() {
    let clock = ManualClock::new();
    let server = refusing_until(&clock, SECOND, Some("3600"), false).await;
    let client = built(server.builder(), &clock);
    let error = call(&client, Method::GET).await.expect_err("429");
    assert_eq!((error.retry_after(), error.attempts(), error.is_paused()), (Some(3600 * SECOND), 1, false));
    clock.advance(10 * SECOND);
    let error = call(&client, Method::GET).await.expect_err("it is not even sent");
    assert_eq!((error.retry_after(), error.attempts(), error.is_paused()), (Some(3590 * SECOND), 0, true));
    assert_eq!(server.calls(), 1);
    // A server that asks for too long is not believed for ever.
    clock.advance(51 * SECOND);
    let calls: FuturesUnordered<_> = (0..5).map(|_| call(&client, Method::GET)).collect();
    let results: Vec<_> = calls.collect().await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    assert_eq!(server.calls(), 6);
}

/// A token is asked for by one call, and all the others wait for it: the refusal of its request is theirs.
#[tokio::test]
async fn h2_the_time_that_a_token_is_held_back_does_not_count_either() {
    let clock = ManualClock::new();
    let server = refusing_until(&clock, 8 * SECOND, Some("9"), true).await;
    let client = built(server.builder().timeouts(|timeouts| timeouts.call = 3 * SECOND), &clock);
    let calls = join_all((0..10).map(|_| call(&client, Method::GET)));
    let (results, token) = moving(&clock, async { tokio::join!(calls, client.token()) }).await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    token.expect("a token");
    assert_eq!((server.tokens(), server.calls()), (2, 10));

    // One that is held back for longer than it may be is the error of all.
    let server = refusing_until(&clock, 1000 * SECOND, Some("50"), true).await;
    let client = built(server.builder().timeouts(|timeouts| timeouts.pause = 10 * SECOND), &clock);
    let error = call(&client, Method::GET).await.expect_err("no token");
    assert!(error.is_paused() && error.is_token() && error.attempts() == 0, "{error:?}");
    assert!(client.token().await.expect_err("no token").is_paused());
    assert_eq!((server.tokens(), server.calls()), (1, 0));
}
