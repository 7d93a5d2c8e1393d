//! What all callers of a client share: the budget, the rate limit, the token.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::join_all;
use logto_runtime::clock::{Clock, ManualClock};
use logto_runtime::{Call, Client, Error, Event, Items, Method, Page, Paged, Pages, RateLimit, Response, Sending};
use logto_tests::fault::Script;

use super::super::scripted::{Timeless, answer, ask, builder, call, paused, profile, server, soon};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn c5_an_outage_is_not_answered_with_a_storm() {
    let server = server([answer(503, &[], "")]).await;
    let client = builder(server.endpoint()).clock(Timeless::new()).build().expect("a client");
    let storm = || join_all((0..200).map(|_| call(&client, Method::GET).send()));
    for result in soon(storm()).await {
        result.expect_err("503");
    }
    // 500 at 5 a retry.
    assert_eq!(server.requests(), 200 + 100);
    for result in soon(storm()).await {
        assert_eq!(result.expect_err("503").attempts(), 1);
    }
    assert_eq!(server.requests(), 300 + 200, "an empty budget adds no load at all");
    // Five successes pay for one retry.
    server.otherwise(answer(200, &[], ""));
    for _ in 0..5 {
        soon(call(&client, Method::GET).send()).await.expect("a reply");
    }
    server.otherwise(answer(503, &[], ""));
    let attempts = |result: Result<(), Error>| result.expect_err("503").attempts();
    assert_eq!(attempts(soon(call(&client, Method::GET).send()).await), 2);
    assert_eq!(attempts(soon(call(&client, Method::GET).send()).await), 1);
}

#[tokio::test]
async fn c18_a_bulk_job_keeps_the_rate_and_its_order() {
    let server = server([Script::new().forever(ask().reply(200, "text/plain", ""))]).await;
    let clock = ManualClock::new();
    let limit = RateLimit { requests: 150, per: 10 * SECOND };
    let builder = builder(server.endpoint()).rate_limit(Some(limit)).clock(clock.clone());
    // Those who were held back, in the order in which they went, and how many replies there are.
    let (held, replies) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicUsize::new(0)));
    let (order, count) = (Arc::clone(&held), Arc::clone(&replies));
    let builder = builder.observer(move |event: &Event<'_>| match event {
        Event::RateLimited { operation, waited } => order.lock().expect("no panic").push((operation.id, *waited)),
        Event::Attempt { .. } => drop(count.fetch_add(1, Ordering::SeqCst)),
        _ => {}
    });
    let client = builder.timeouts(|timeouts| timeouts.call = 1000 * SECOND).build().expect("a client");
    let names: Vec<&'static str> = (0..1000).map(|number| &*number.to_string().leak()).collect();
    let calls = names.iter().map(|name| client.request(Method::GET, name, "/api/things").empty().send());
    let mover = async {
        let mut late = Vec::new();
        for span in 1..=6 {
            while replies.load(Ordering::SeqCst) < span * 150 {
                tokio::task::yield_now().await;
            }
            assert_eq!(server.requests(), span * 150, "in the span there is no room for more");
            clock.advance(10 * SECOND);
            // Now there is room, but not for somebody who has only just come.
            let mut sending = client.request(Method::GET, "late", "/api/things").empty().send();
            assert!((&mut sending).now_or_never().is_none());
            late.push(sending);
        }
        late
    };
    let (results, late) = soon(async { tokio::join!(join_all(calls), mover) }).await;
    let results = results.into_iter().chain(soon(join_all(late)).await);
    assert!(results.into_iter().all(|result| result.is_ok()));
    assert_eq!((server.requests(), clock.now()), (1006, 60 * SECOND));
    // Whoever came first goes first. The last one came when there was room for all.
    let first = names.iter().zip(0..).skip(150).map(|(name, number)| (*name, number / 150 * 10 * SECOND));
    let late = (1..6).rev().map(|spans| ("late", spans * 10 * SECOND));
    assert_eq!(*held.lock().expect("no panic"), first.chain(late).collect::<Vec<_>>());
}

/// Logto Cloud allows 200 requests in 10 seconds for a whole tenant; a Logto of one's own has no limit of that kind.
#[tokio::test]
async fn c18_the_limit_is_on_for_cloud_alone() {
    let server = server([Script::new().forever(ask().reply(200, "application/json", r#"{"totalUserCount":1}"#))]).await;
    for (cloud, pauses) in [(true, vec![10 * SECOND]), (false, vec![])] {
        let clock = ManualClock::skipping_pauses();
        let builder = logto_management::Client::builder().anonymous().no_proxy().clock(clock.clone());
        let builder = match cloud {
            true => builder.cloud_with_domain("tenant", server.endpoint()),
            false => builder.self_hosted(server.endpoint()),
        };
        let logto = builder.build().expect("a client");
        for _ in 0..151 {
            soon(logto.get_total_user_count().send()).await.expect("a reply");
        }
        assert_eq!(clock.pauses(), pauses, "cloud: {cloud}");
    }
}

/// One call has the only turn of a long span and a hundred wait for theirs; the one who needs a token gets it all the same.
#[tokio::test]
async fn c19_a_token_does_not_queue_behind_calls() {
    let token = r#"{"access_token":"a.b.c","expires_in":60,"token_type":"Bearer","scope":"all"}"#;
    let tokens = ask().last_reply(200, &[("content-type", "application/json")], token);
    let server = server([tokens.clone(), answer(200, &[], ""), tokens]).await;
    let clock = ManualClock::new();
    let builder = Client::builder(profile()).base_url(server.endpoint()).client_credentials("app", "secret");
    let builder = builder.rate_limit(Some(RateLimit { requests: 1, per: 1000 * SECOND })).clock(clock.clone());
    let client = builder.timeouts(|timeouts| timeouts.call = 5000 * SECOND).build().expect("a client");
    soon(call(&client, Method::GET).send()).await.expect("the first has its turn");
    let sending: Vec<_> = (0..100)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { call(&client, Method::GET).send().await })
        })
        .collect();
    paused(&clock, 1).await;
    clock.advance(100 * SECOND);
    let late = tokio::spawn(async move { call(&client, Method::GET).send().await });
    soon(server.requested(3)).await;
    let last = server.connections().pop().expect("three");
    assert!(last.received.starts_with(b"POST /oidc/token "), "a token, without a turn of the rate limit");
    assert!(sending.iter().chain([&late]).all(|call| !call.is_finished()));
}

#[test]
fn c20_types_go_where_they_are_needed() {
    fn shared<T: Send + Sync + Clone + 'static>() {}
    fn sent<T: Send + Unpin + 'static>() {}
    shared::<Client>();
    shared::<logto_management::Client>();
    shared::<Error>();
    shared::<Call<String>>();
    shared::<Paged<String>>();
    shared::<Page<String>>();
    sent::<Sending<String>>();
    sent::<Items<String>>();
    sent::<Pages<String>>();
    sent::<Response<String>>();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn c20_clones_share_token_budget_and_limit() {
    let token = r#"{"access_token":"a.b.c","expires_in":3600,"token_type":"Bearer","scope":"all"}"#;
    let tokens = ask().last_reply(200, &[("content-type", "application/json")], token);
    let server = server([tokens, answer(503, &[], "")]).await;
    let Timeless(clock) = Timeless::new();
    let builder = Client::builder(profile()).base_url(server.endpoint()).client_credentials("app", "secret");
    let builder = builder.clock(Timeless(clock.clone())).retry(|retry| retry.budget = 4 * retry.retry_cost);
    let client = builder.rate_limit(Some(RateLimit { requests: 10, per: SECOND })).build().expect("a client");
    let calls = (0..26).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { call(&client, Method::GET).send().await })
    });
    for result in soon(join_all(calls)).await {
        result.expect("no panic").expect_err("503");
    }
    // One token, 26 first attempts and the four retries that the one budget pays for: three spans of the one limit.
    assert_eq!(server.requests(), 1 + 26 + 4);
    assert!(clock.now() >= 2 * SECOND, "{:?}", clock.pauses());
}
