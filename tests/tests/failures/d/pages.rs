//! D8 to D12: which requests are made, and what becomes of a stream that fails or is left.

use std::sync::atomic::{AtomicBool, Ordering};

use logto_runtime::{Error, Items};
use logto_tests::FakeLogto;
use logto_tests::fake::Answer as FakeAnswer;
use logto_tests::fault::{FaultServer, Script};
use proptest::prelude::*;

use super::rows::{Answer, Rows};
use super::{block_on, client, drain, list, soon};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A size that the server would refuse, or that is none, is an error before any IO, in every way to read a list.
    #[test]
    fn d8_a_page_size_out_of_range_is_never_sent(
        size in prop_oneof![Just(0), Just(101), Just(u64::from(u32::MAX)), Just(u64::MAX), 101_u64.., 0_u64..=100],
        page in prop_oneof![Just(0_u64), Just(1), Just(u64::MAX), any::<u64>()],
    ) {
        block_on(async {
            let server = Rows::counted(3).await;
            let list = list(&client(&server)).page(page).page_size(size);
            let sound = (1..=100).contains(&size) && page > 0;
            let results = [
                soon(list.clone().send()).await.map(drop),
                soon(list.clone().all()).await.map(drop),
                soon(list.clone().pages().next()).await.transpose().map(drop),
                drain(list.items()).await.1.map_or(Ok(()), Err),
            ];
            for result in results {
                match result {
                    Ok(()) => assert!(sound, "{page} {size}"),
                    Err(error) => assert!(!sound && error.is_input(), "{page} {size}: {error}"),
                }
            }
            assert_eq!(!server.asked().is_empty(), sound, "{page} {size}");
        });
    }
}

#[tokio::test]
async fn d9_an_error_comes_after_the_items_before_it_and_ends_the_stream() {
    for prefetch in [0, 3] {
        let rows: Vec<i64> = (0..95).collect();
        let failed = AtomicBool::new(false);
        let server = Rows::serve(move |asked| {
            // The seventh page fails once.
            let broken = asked.page == 7 && !failed.swap(true, Ordering::Relaxed);
            if broken { Answer::status(400) } else { Answer::page(asked, &rows).total(95) }
        })
        .await;
        let list = list(&client(&server)).page_size(10);
        let mut items = list.clone().items().prefetch(prefetch);
        let mut found = Vec::new();
        let error = loop {
            match soon(items.next()).await.expect("no end before the error") {
                Ok(item) => found.push(item),
                Err(error) => break error,
            }
        };
        assert!(error.is_bad_request(), "{error}");
        assert_eq!(found, (0..60).collect::<Vec<_>>(), "pages 1 to 6");
        assert!(soon(items.next()).await.is_none() && soon(items.next()).await.is_none(), "fused");
        assert_eq!(items.next_page(), 7);
        assert!(server.asked().len() <= 7 + prefetch, "nothing is asked for after an error");
        found.extend(soon(list.page(items.next_page()).all()).await.expect("the rest"));
        assert_eq!(found, (0..95).collect::<Vec<_>>(), "resumed by its number");
    }
}

#[tokio::test]
async fn d10_nothing_is_asked_for_beyond_the_prefetch() {
    // Pages ahead; requests after the first item, and at most after the first of the second page.
    for (prefetch, first, second) in [(0, 1, 2), (1, 1, 3), (3, 1, 5)] {
        let server = Rows::counted(2000).await;
        let mut items = list(&client(&server)).items().prefetch(prefetch);
        assert_eq!(soon(items.next()).await.expect("an item").expect("a row"), 0);
        assert_eq!(server.asked().len(), first, "prefetch {prefetch}");
        for _ in 0..100 {
            soon(items.next()).await.expect("an item").expect("a row");
        }
        server.arrived(second).await;
        // Whoever reads no further causes no further request.
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        assert_eq!(server.asked().len(), second, "prefetch {prefetch}");
    }
}

#[tokio::test]
async fn d10_nothing_is_asked_for_ahead_beyond_the_total() {
    let server = Rows::counted(250).await;
    let (found, error) = drain(list(&client(&server)).items().prefetch(50)).await;
    assert!(error.is_none() && found.len() == 250, "{error:?}");
    assert_eq!(server.pages(), [1, 2, 3]);
}

/// The request that a dropped stream was waiting for goes with it: its connection closes.
#[tokio::test]
async fn d10_a_dropped_stream_leaves_no_request_behind() {
    let head = [("content-type", "application/json"), ("total-number", "900")];
    let page = format!("{:?}", (0..100).collect::<Vec<_>>());
    let server = FaultServer::start([Script::new().read_request().reply_with(200, &head, &page).read_request().hold()])
        .await
        .expect("a port");
    server.otherwise(Script::new().read_request().hold());
    let profile = logto_runtime::Profile::new("test/1.0");
    let client = logto_runtime::Client::builder(profile).base_url(server.endpoint()).anonymous().no_proxy();
    let client = client.clock(logto_runtime::clock::ManualClock::skipping_pauses()).build().expect("a client");
    let mut items: Items<i64> = list(&client).items().prefetch(3);
    for _ in 0..100 {
        soon(items.next()).await.expect("an item").expect("a row");
    }
    let mut next = Box::pin(items.next());
    let connections = soon(async {
        tokio::select! {
            _ = &mut next => unreachable!("the server holds its answer"),
            () = server.accepted(4) => server.connections().len(),
        }
    });
    assert_eq!(connections.await, 4, "one for each page on its way");
    drop(next);
    drop(items);
    soon(server.served(4)).await;
}

#[tokio::test]
async fn d11_repeated_query_keys_are_the_same_on_every_page() {
    let server = Rows::counted(230).await;
    let list = list(&client(&server)).query("search.primaryEmail", ["a&b", "c,d"]).query("mode", "exact");
    for prefetch in [0, 2] {
        drain(list.clone().items().prefetch(prefetch)).await;
    }
    let kept = "search.primaryEmail=a%26b&search.primaryEmail=c%2Cd&mode=exact";
    for asked in server.asked() {
        assert_eq!(asked.query, format!("{kept}&page={}&page_size=100", asked.page));
    }
    assert_eq!(server.asked().len(), 6);
}

#[tokio::test]
async fn d12_a_dead_token_and_a_rate_limit_in_the_middle_are_not_noticed() {
    let fake = FakeLogto::start().await;
    let builder = logto_management::Client::builder().self_hosted(fake.endpoint()).no_proxy();
    let clock = logto_runtime::clock::ManualClock::skipping_pauses();
    let logto = builder.client_credentials(fake.app_id(), fake.app_secret()).clock(clock.clone()).build();
    let logto = logto.expect("a client");
    let whole = ids(logto.list_users().page_size(10).items(), |_| {}).await;
    fake.forget();
    let interrupted = ids(logto.list_users().page_size(10).items(), |count| match count {
        // Before the second and the fourth page.
        10 => fake.revoke_tokens(),
        30 => {
            let limited = FakeAnswer::text(429, "text/plain", "slow down").with("retry-after", "2");
            fake.answer_next("ListUsers", limited);
        }
        _ => {}
    })
    .await;
    assert_eq!(interrupted.expect("all users"), whole.expect("all users"));
    let asked: Vec<_> = fake.requests().iter().map(|request| (request.status, request.query_values("page"))).collect();
    let page = |status: u16, page: &str| (status, vec![page.to_owned()]);
    let expected = [page(200, "1"), page(401, "2"), page(200, "2"), page(200, "3"), page(429, "4"), page(200, "4")];
    assert_eq!(asked[..6], expected);
    assert!(clock.pauses().iter().any(|pause| pause.as_secs() >= 2), "{:?}", clock.pauses());
}

/// The ids of all users; what happens in between is told how many came.
async fn ids(mut users: Items<logto_management::types::User>, between: impl Fn(usize)) -> Result<Vec<String>, Error> {
    let mut ids = Vec::new();
    while let Some(user) = soon(users.next()).await {
        ids.push(user?.id);
        between(ids.len());
    }
    Ok(ids)
}
