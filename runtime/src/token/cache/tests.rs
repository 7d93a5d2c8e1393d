//! The token cache with a source in memory and a clock that is moved.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::join_all;
use tokio::sync::Semaphore;

use super::{Again, TokenCache};
use crate::clock::{Clock, ManualClock};
use crate::error::{Error, Kind, TokenFailure};
use crate::token::{Fetcher, Grant, Token, TokenFuture, TokenPolicy, TokenSource};

mod clocks;

const SECOND: Duration = Duration::from_secs(1);

/// A source that counts, answers with numbered tokens and does what it is told.
#[derive(Clone)]
struct Source(Arc<Script>);

struct Script {
    fetched: AtomicUsize,
    /// A fetch waits for a permit.
    gate: Semaphore,
    acts: Mutex<Act>,
}

#[derive(Clone, Copy)]
enum Act {
    Give(Duration),
    Fail(Option<Duration>),
    Panic,
}

impl Source {
    fn new(act: Act) -> Self {
        Self(Arc::new(Script { fetched: AtomicUsize::new(0), gate: Semaphore::new(10_000), acts: Mutex::new(act) }))
    }

    fn closed(act: Act) -> Self {
        let source = Self::new(act);
        source.0.gate.forget_permits(10_000);
        source
    }

    fn open(&self) {
        self.0.gate.add_permits(10_000);
    }

    fn act(&self, act: Act) {
        *self.0.acts.lock().unwrap() = act;
    }

    fn fetched(&self) -> usize {
        self.0.fetched.load(Ordering::SeqCst)
    }
}

impl TokenSource for Source {
    fn fetch(&self) -> TokenFuture<'_> {
        Box::pin(async move {
            let number = self.0.fetched.fetch_add(1, Ordering::SeqCst) + 1;
            self.0.gate.acquire().await?.forget();
            let act = *self.0.acts.lock().unwrap();
            match act {
                Act::Give(lifetime) => Ok(Token::new(format!("t{number}"), lifetime).scope("all")),
                Act::Fail(wait) => {
                    let error = Error::new(Kind::Token(TokenFailure::Status), format!("failure {number}"));
                    Err(error.with_retry_after(wait).into())
                }
                Act::Panic => panic!("as told"),
            }
        })
    }
}

fn cache(source: &Source, clock: &ManualClock) -> TokenCache {
    let policy = TokenPolicy { scope: Some("all".to_owned()), deadline: Some(10 * SECOND) };
    let (source, clock) = (Arc::new(source.clone()), Arc::new(clock.clone()));
    TokenCache::new(Fetcher { source, store: None, policy, clock })
}

fn hour() -> Act {
    Act::Give(3600 * SECOND)
}

fn text(grant: &Grant) -> String {
    grant.header.to_str().unwrap().to_owned()
}

/// Lets tasks run until they wait.
async fn settle() {
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a1_a_thousand_callers_share_one_fetch() {
    let (source, clock) = (Source::closed(hour()), ManualClock::new());
    let cache = cache(&source, &clock);
    let opener = async {
        settle().await;
        source.open();
    };
    let (grants, ()) = tokio::join!(join_all((0..1000).map(|_| cache.get())), opener);
    assert!(grants.into_iter().all(|grant| text(&grant.unwrap()) == "Bearer t1"));
    assert_eq!(source.fetched(), 1);
}

#[tokio::test]
async fn a2_a_thousand_callers_share_one_failure() {
    let (source, clock) = (Source::closed(Act::Fail(None)), ManualClock::new());
    let cache = cache(&source, &clock);
    let opener = async {
        settle().await;
        source.open();
    };
    let (grants, ()) = tokio::join!(join_all((0..1000).map(|_| cache.get())), opener);
    assert!(grants.into_iter().all(|grant| grant.unwrap_err().to_string() == "failure 1"));
    assert_eq!(source.fetched(), 1);
}

#[tokio::test]
async fn a13_a_failure_is_shared_for_a_second_and_then_forgotten() {
    let (source, clock) = (Source::new(Act::Fail(None)), ManualClock::new());
    let cache = cache(&source, &clock);
    for _ in 0..3 {
        assert!(cache.get().await.is_err());
    }
    assert_eq!(source.fetched(), 1);
    source.act(hour());
    clock.advance(SECOND);
    assert_eq!(text(&cache.get().await.unwrap()), "Bearer t2");
}

#[tokio::test]
async fn a15_a_server_that_asks_to_wait_is_left_alone() {
    let (source, clock) = (Source::new(Act::Fail(Some(30 * SECOND))), ManualClock::new());
    let cache = cache(&source, &clock);
    assert!(cache.get().await.is_err());
    clock.advance(29 * SECOND);
    assert!(cache.get().await.is_err());
    assert_eq!(source.fetched(), 1);
    clock.advance(SECOND);
    assert!(cache.get().await.is_err());
    assert_eq!(source.fetched(), 2);
}

#[tokio::test]
async fn a3_a_leader_that_goes_away_is_followed() {
    let (source, clock) = (Source::closed(hour()), ManualClock::new());
    let cache = Arc::new(cache(&source, &clock));
    let spawn = || {
        let cache = Arc::clone(&cache);
        tokio::spawn(async move { cache.get().await.map(|grant| text(&grant)) })
    };
    let leader = spawn();
    settle().await;
    let follower = spawn();
    settle().await;
    leader.abort();
    settle().await;
    source.open();
    assert_eq!(follower.await.unwrap().unwrap(), "Bearer t2");
    assert_eq!(source.fetched(), 2);
}

#[tokio::test]
async fn a4_all_callers_going_away_leaves_the_cache_usable() {
    let (source, clock) = (Source::closed(hour()), ManualClock::new());
    let cache = cache(&source, &clock);
    for _ in 0..3 {
        let mut call = Box::pin(cache.get());
        assert!(call.as_mut().now_or_never().is_none());
    }
    source.open();
    assert_eq!(text(&cache.get().await.unwrap()), "Bearer t4");
}

#[tokio::test]
async fn a5_a_source_that_panics_is_an_error() {
    let (source, clock) = (Source::new(Act::Panic), ManualClock::new());
    let cache = cache(&source, &clock);
    let error = cache.get().await.unwrap_err();
    assert!(error.is_token() && error.to_string().contains("panicked"), "{error}");
    source.act(hour());
    clock.advance(SECOND);
    assert!(cache.get().await.is_ok());
}

#[tokio::test]
async fn a22_a_source_that_hangs_is_an_error() {
    let (source, clock) = (Source::closed(hour()), ManualClock::new());
    let cache = cache(&source, &clock);
    let mover = async {
        settle().await;
        clock.advance(10 * SECOND);
    };
    let (result, ()) = tokio::join!(cache.get(), mover);
    assert!(result.unwrap_err().to_string().contains("too long"));
}

#[tokio::test]
async fn a17_a_stale_token_serves_while_one_task_replaces_it() {
    let (source, clock) = (Source::new(hour()), ManualClock::new());
    let cache = cache(&source, &clock);
    cache.get().await.unwrap();
    clock.advance(3300 * SECOND);
    source.0.gate.forget_permits(10_000);
    for _ in 0..1000 {
        assert_eq!(text(&cache.get().await.unwrap()), "Bearer t1");
    }
    settle().await;
    assert_eq!(source.fetched(), 2);
    source.open();
    settle().await;
    assert_eq!(text(&cache.get().await.unwrap()), "Bearer t2");
}

#[tokio::test]
async fn a17_a_token_that_serves_is_read_while_every_lock_is_held() {
    let (source, clock) = (Source::new(hour()), ManualClock::new());
    let cache = cache(&source, &clock);
    cache.get().await.unwrap();
    let read = || {
        let (_turn, _state) = (cache.0.turn.try_lock().unwrap(), cache.0.state());
        text(&cache.get().now_or_never().expect("nothing to wait for").unwrap())
    };
    assert_eq!(read(), "Bearer t1");
    clock.advance(3300 * SECOND);
    source.0.gate.forget_permits(10_000);
    cache.get().await.unwrap();
    settle().await;
    assert_eq!(source.fetched(), 2, "its replacement is on its way");
    assert_eq!(read(), "Bearer t1");
}

#[tokio::test]
async fn a16_a_stale_token_serves_while_its_replacement_fails() {
    let (source, clock) = (Source::new(hour()), ManualClock::new());
    let cache = cache(&source, &clock);
    cache.get().await.unwrap();
    source.act(Act::Fail(None));
    clock.advance(3300 * SECOND);
    let mut fetched = Vec::new();
    for _ in 0..260 {
        assert_eq!(text(&cache.get().await.unwrap()), "Bearer t1");
        settle().await;
        fetched.push(source.fetched());
        clock.advance(SECOND);
    }
    assert!((5..15).contains(fetched.last().unwrap()), "attempts back off: {:?}", fetched.last());
    clock.advance(20 * SECOND);
    assert!(cache.get().await.is_err(), "behind the hard edge the failure shows");
}

#[tokio::test]
async fn a10_tokens_that_die_young_are_not_fetched_in_a_loop() {
    for lifetime in [0, 1, 5] {
        let (source, clock) = (Source::new(Act::Give(lifetime * SECOND)), ManualClock::skipping_pauses());
        let cache = cache(&source, &clock);
        while clock.now() < 60 * SECOND {
            cache.get().await.unwrap();
            settle().await;
            clock.advance(Duration::from_millis(100));
        }
        assert!(source.fetched() <= 61, "lifetime {lifetime}: {} fetches in a minute", source.fetched());
    }
}

#[tokio::test]
async fn a9_a_token_that_is_used_once_is_shared_by_those_who_waited() {
    let (source, clock) = (Source::closed(Act::Give(Duration::ZERO)), ManualClock::new());
    let cache = cache(&source, &clock);
    let opener = async {
        settle().await;
        source.open();
    };
    let (grants, ()) = tokio::join!(join_all((0..10).map(|_| cache.get())), opener);
    assert!(grants.into_iter().all(|grant| text(&grant.unwrap()) == "Bearer t1"));
}

#[tokio::test]
async fn b3_a_late_refusal_drops_no_newer_token() {
    let (source, clock) = (Source::new(hour()), ManualClock::new());
    let cache = cache(&source, &clock);
    let first = cache.get().await.unwrap();
    // Many calls were refused with the same token.
    for _ in 0..500 {
        assert_eq!(cache.refuse(&first, None), Again::Now);
    }
    let second = cache.get().await.unwrap();
    assert_eq!((text(&second).as_str(), source.fetched()), ("Bearer t2", 2));
    assert_eq!(cache.refuse(&first, None), Again::Now, "a late refusal of the old one");
    assert_eq!(text(&cache.get().await.unwrap()), "Bearer t2");
    assert_eq!(cache.refuse(&second, None), Again::Never, "a fresh one is refused as well, so fetching does not help");
    assert_eq!(cache.refuse(&second, Some(true)), Again::Never, "it was never taken");
    second.accept();
    assert_eq!(cache.refuse(&second, None), Again::Never, "nobody knows whether another one helps");
    assert_eq!(cache.refuse(&second, Some(false)), Again::Never, "another one does not help");
    assert_eq!(cache.refuse(&second, Some(true)), Again::At(10 * SECOND), "the next fetch is worth waiting for");
    assert_eq!(text(&cache.get().await.unwrap()), "Bearer t2");
    clock.advance(10 * SECOND);
    assert_eq!(cache.refuse(&second, Some(false)), Again::Never, "another one still does not help");
    assert_eq!(cache.refuse(&second, None), Again::Now, "later it may be tried again");
    assert_eq!(text(&cache.get().await.unwrap()), "Bearer t3");
    // One that is newer because of its age, not of a refusal, is not dropped either.
    let (source, clock) = (Source::new(hour()), ManualClock::new());
    let cache = self::cache(&source, &clock);
    let first = cache.get().await.unwrap();
    clock.advance(3600 * SECOND);
    assert_eq!(text(&cache.get().await.unwrap()), "Bearer t2");
    assert_eq!(cache.refuse(&first, None), Again::Now);
    assert_eq!((text(&cache.get().await.unwrap()).as_str(), source.fetched()), ("Bearer t2", 2));
}

#[tokio::test]
async fn a4_a_background_fetch_ends_with_the_client() {
    let (source, clock) = (Source::new(hour()), ManualClock::new());
    let cache = cache(&source, &clock);
    cache.get().await.unwrap();
    clock.advance(3300 * SECOND);
    source.0.gate.forget_permits(10_000);
    cache.get().await.unwrap();
    settle().await;
    let holders = Arc::strong_count(&source.0);
    drop(cache);
    settle().await;
    assert!(Arc::strong_count(&source.0) < holders);
    assert_eq!(Arc::strong_count(&source.0), 1, "nothing holds the source any more");
}
