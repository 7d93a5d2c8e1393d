//! A call ends in the time that it has, and leaves nothing behind when it is dropped.

use std::error::Error as _;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use logto_runtime::clock::{Clock, ManualClock};
use logto_runtime::{Error, Method, RateLimit};

use super::super::scripted::{CountingClock, answer, ask, builder, call, paused, server, soon};

const SECOND: Duration = Duration::from_secs(1);

/// A call whose time would be over within a back-off does not begin it: it ends at once, with the real error, and never after
/// its deadline. To wait first would tell the caller the same, later.
#[tokio::test]
async fn c14_a_call_does_not_wait_for_a_retry_that_it_has_no_time_for() {
    let server = server([answer(503, &[("retry-after", "40"), ("x-request-id", "abc")], "")]).await;
    let clock = ManualClock::skipping_pauses();
    let builder = builder(server.endpoint()).timeouts(|timeouts| timeouts.call = 60 * SECOND);
    let client = builder.clock(clock.clone()).build().expect("a client");
    let error = soon(call(&client, Method::GET).send()).await.expect_err("503");
    assert_eq!((error.status().map(|it| it.as_u16()), error.attempts()), (Some(503), 2));
    assert_eq!(error.request_id(), Some("abc"));
    assert!(clock.now() < 60 * SECOND && clock.pauses().len() == 1);
}

#[tokio::test]
async fn c14_a_deadline_carries_the_last_real_error() {
    let server = server([answer(503, &[("retry-after", "40")], ""), ask().hold()]).await;
    let clock = CountingClock::skipping_pauses();
    let builder = builder(server.endpoint()).timeouts(|timeouts| timeouts.call = 50 * SECOND);
    let client = builder.clock(clock.clone()).build().expect("a client");
    let sending = tokio::spawn(async move { call(&client, Method::GET).send().await });
    soon(server.requested(2)).await;
    clock.clock.advance(10 * SECOND);
    let error = soon(sending).await.expect("no panic").expect_err("a timeout");
    assert!(error.is_timeout() && error.to_string().contains("not done within 50s"), "{error}");
    let source = error.source().and_then(|source| source.downcast_ref::<Error>()).expect("the error before");
    assert_eq!((source.status().map(|it| it.as_u16()), source.attempts()), (Some(503), 1));
    assert_eq!(error.attempts(), 2);
}

#[tokio::test]
async fn c15_an_attempt_has_no_more_time_than_its_call() {
    let server = server([ask().hold()]).await;
    let clock = CountingClock::skipping_pauses();
    let builder = builder(server.endpoint()).timeouts(|timeouts| {
        timeouts.idle_read = 60 * SECOND;
        timeouts.attempt = 30 * SECOND;
        timeouts.call = 40 * SECOND;
    });
    let client = builder.clock(clock.clone()).build().expect("a client");
    let sending = tokio::spawn(async move { call(&client, Method::GET).send().await });
    soon(server.requested(1)).await;
    clock.clock.advance(30 * SECOND);
    soon(server.requested(2)).await;
    // 250 ms went by in the back-off.
    clock.clock.advance(10 * SECOND - Duration::from_millis(250));
    let error = soon(sending).await.expect("no panic").expect_err("a timeout");
    assert_eq!((clock.now(), server.requests(), error.attempts()), (40 * SECOND, 2, 2));
    assert!(error.is_timeout() && error.to_string().contains("not done within 40s"), "{error}");
}

#[tokio::test]
async fn c15_a_call_that_only_waits_for_its_turn_ends_too() {
    let server = server([answer(200, &[], "")]).await;
    let clock = ManualClock::new();
    let builder = builder(server.endpoint()).rate_limit(Some(RateLimit { requests: 1, per: 1000 * SECOND }));
    let client = builder.clock(clock.clone()).build().expect("a client");
    soon(call(&client, Method::GET).send()).await.expect("the first one");
    let sending = tokio::spawn(async move { call(&client, Method::POST).send().await });
    paused(&clock, 1).await;
    clock.advance(120 * SECOND);
    let error = soon(sending).await.expect("no panic").expect_err("a timeout");
    assert!(error.is_timeout() && error.to_string().contains("rate limit"), "{error}");
    assert_eq!((error.attempts(), error.may_have_been_executed(), server.requests()), (0, false, 1));
}

/// Drops a call in its back-off, again and again: each has taken what the budget holds and one turn of the rate limit.
#[tokio::test]
async fn c16_a_call_dropped_in_its_back_off_gives_back_what_it_took() {
    let server = server([answer(503, &[], "")]).await;
    let clock = ManualClock::new();
    let builder = builder(server.endpoint()).retry(|retry| retry.budget = retry.retry_cost);
    let builder = builder.rate_limit(Some(RateLimit { requests: 1, per: SECOND }));
    let client = builder.clock(clock.clone()).build().expect("a client");
    for round in 1..=20 {
        let sending = tokio::spawn({
            let client = client.clone();
            async move { call(&client, Method::GET).send().await }
        });
        paused(&clock, round).await;
        assert_eq!(clock.pauses().len(), round, "one back-off a round, as the budget is whole again");
        sending.abort();
        assert!(soon(sending).await.expect_err("it was dropped").is_cancelled());
        clock.advance(SECOND);
    }
    assert_eq!(server.requests(), 20);
}

/// Drops a call after each number of polls, wherever that is; the next one finds everything free.
#[tokio::test]
async fn c16_a_call_can_be_dropped_anywhere() {
    let server = server([answer(200, &[], "")]).await;
    let clock = ManualClock::skipping_pauses();
    let builder = builder(server.endpoint()).rate_limit(Some(RateLimit { requests: 1, per: SECOND }));
    let builder = builder.retry(|retry| retry.budget = retry.retry_cost);
    let client = builder.clock(clock.clone()).build().expect("a client");
    let mut done = false;
    for polls in 0..1000 {
        let mut sending = call(&client, Method::GET).send();
        for _ in 0..polls {
            let mut context = Context::from_waker(Waker::noop());
            if let Poll::Ready(result) = std::pin::Pin::new(&mut sending).poll(&mut context) {
                result.expect("a reply");
                done = true;
                break;
            }
            tokio::time::sleep(Duration::from_micros(200)).await;
        }
        drop(sending);
        if done {
            break;
        }
    }
    assert!(done, "with enough polls it comes to its end");
    // Nobody holds the queue, and there is a retry left.
    server.push(answer(503, &[], ""));
    let reply = soon(call(&client, Method::GET).response()).await.expect("a reply");
    assert_eq!(reply.attempts(), 2);
}
