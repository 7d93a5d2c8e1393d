//! Clocks that jump or stand still, and runtimes that do.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use proptest::prelude::*;

use super::{Act, SECOND, Source, cache, hour, settle, text};
use crate::clock::{Clock, ManualClock};
use crate::token::cache::TokenCache;
use crate::token::{Fetcher, TokenPolicy};

#[tokio::test]
async fn a19_a_clock_that_jumps_ahead_expires_the_token() {
    let (source, clock) = (Source::new(hour()), ManualClock::new());
    let cache = cache(&source, &clock);
    cache.get().await.unwrap();
    clock.advance(2 * SECOND);
    clock.set_wall(clock.wall() + 86_400 * SECOND);
    assert_eq!(text(&cache.get().await.unwrap()), "Bearer t2");
    clock.set_wall(std::time::UNIX_EPOCH);
    assert_eq!(text(&cache.get().await.unwrap()), "Bearer t2");
}

#[test]
fn a18_a_background_fetch_that_lost_its_runtime_is_taken_over() {
    let (source, clock) = (Source::new(hour()), ManualClock::new());
    let cache = cache(&source, &clock);
    let runtime = || tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_time().build().unwrap();
    let first = runtime();
    first.block_on(cache.get()).unwrap();
    clock.advance(3300 * SECOND);
    source.0.gate.forget_permits(10_000);
    first.block_on(async {
        cache.get().await.unwrap();
        while source.fetched() < 2 {
            tokio::task::yield_now().await;
        }
    });
    drop(first);
    source.open();
    // It still serves, and the next caller lets it be replaced on the runtime that there is.
    runtime().block_on(async {
        assert_eq!(text(&cache.get().await.unwrap()), "Bearer t1");
        // Its task runs on another thread of this runtime, which a busy machine may keep waiting.
        let replaced = async {
            while text(&cache.get().await.unwrap()) != "Bearer t3" {
                settle().await;
            }
        };
        tokio::time::timeout(20 * SECOND, replaced).await.expect("another token in time");
    });
}

#[test]
fn a18_a_background_fetch_whose_runtime_stands_still_is_given_up() {
    let (source, clock) = (Source::new(hour()), ManualClock::new());
    let cache = cache(&source, &clock);
    let runtime = || tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (still, live) = (runtime(), runtime());
    still.block_on(cache.get()).unwrap();
    clock.advance(3300 * SECOND);
    source.0.gate.forget_permits(10_000);
    still.block_on(async {
        cache.get().await.unwrap();
        settle().await;
    });
    assert_eq!(source.fetched(), 2, "one is on its way, on a runtime that nobody drives any more");
    source.open();
    clock.advance(300 * SECOND);
    let mover = async {
        settle().await;
        clock.advance(10 * SECOND);
    };
    let (grant, ()) = live.block_on(async { tokio::join!(cache.get(), mover) });
    assert_eq!(text(&grant.unwrap()), "Bearer t3");
    // The old runtime is driven again: what its task brings is not taken.
    still.block_on(settle());
    assert_eq!(text(&still.block_on(cache.get()).unwrap()), "Bearer t3");
}

#[tokio::test]
async fn a20_a_lifetime_counts_from_when_the_token_was_asked_for() {
    let (source, clock) = (Source::closed(hour()), ManualClock::new());
    let policy = TokenPolicy { scope: None, deadline: None };
    let fetcher = Fetcher { source: Arc::new(source.clone()), store: None, policy, clock: Arc::new(clock.clone()) };
    let cache = TokenCache::new(fetcher);
    let opener = async {
        settle().await;
        clock.advance(600 * SECOND);
        source.open();
    };
    let (first, ()) = tokio::join!(cache.get(), opener);
    first.unwrap();
    clock.advance(2969 * SECOND);
    source.0.gate.forget_permits(10_000);
    assert_eq!(text(&cache.get().await.unwrap()), "Bearer t1", "3569 s old");
    source.open();
    clock.advance(SECOND);
    assert_ne!(text(&cache.get().await.unwrap()), "Bearer t1", "3570 s old, which is its hard edge");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn a19_what_the_cache_gives_is_valid_by_both_clocks(
        lifetime in 2_u64..10_000,
        steps in proptest::collection::vec((0_u64..4000, -90_000_i64..90_000), 1..30),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let lifetime = Duration::from_secs(lifetime);
        let (source, clock) = (Source::new(Act::Give(lifetime)), ManualClock::skipping_pauses());
        let cache = cache(&source, &clock);
        // When each token was fetched, by both clocks.
        let mut fetched: Vec<(Duration, SystemTime)> = Vec::new();
        runtime.block_on(async {
            for (steady, jump) in steps {
                clock.advance(Duration::from_secs(steady));
                let (wall, far) = (clock.wall(), Duration::from_secs(jump.unsigned_abs()));
                let jumped = if jump < 0 { wall.checked_sub(far) } else { wall.checked_add(far) };
                clock.set_wall(jumped.unwrap_or(wall));
                settle().await;
                let grant = cache.get().await.unwrap();
                let number: usize = text(&grant).trim_start_matches("Bearer t").parse().unwrap();
                fetched.resize(source.fetched(), (clock.now(), clock.wall()));
                let (then, wall_then) = fetched[number - 1];
                prop_assert!(clock.now() - then < lifetime);
                prop_assert!(clock.wall().duration_since(wall_then).unwrap_or_default() < lifetime);
                settle().await;
                // What was fetched in the background came at this time as well.
                fetched.resize(source.fetched(), (clock.now(), clock.wall()));
            }
            Ok(())
        })?;
    }
}
