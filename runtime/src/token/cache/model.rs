//! The cache under orders of events that a scheduler chooses: which caller goes on, who is dropped and when.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use shuttle::future::{block_on, spawn, yield_now};

use super::{Again, TokenCache};
use crate::clock::ManualClock;
use crate::error::{Error, Kind, TokenFailure};
use crate::step::model::check;
use crate::token::{Fetcher, Token, TokenFuture, TokenPolicy, TokenSource};

/// A source whose fetch can be interrupted at three points.
#[derive(Clone, Default)]
struct Source {
    begun: Arc<AtomicUsize>,
    fails: bool,
}

impl TokenSource for Source {
    fn fetch(&self) -> TokenFuture<'_> {
        Box::pin(async {
            let number = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
            for _ in 0..2 {
                yield_now().await;
            }
            if self.fails {
                return Err(Error::new(Kind::Token(TokenFailure::Status), format!("failure {number}")).into());
            }
            Ok(Token::new(format!("t{number}"), Duration::from_secs(3600)))
        })
    }
}

fn cache(source: &Source) -> Arc<TokenCache> {
    let policy = TokenPolicy { scope: None, deadline: None };
    let clock = Arc::new(ManualClock::skipping_pauses());
    Arc::new(TokenCache::new(Fetcher { source: Arc::new(source.clone()), store: None, policy, clock }))
}

async fn ask(cache: Arc<TokenCache>) -> String {
    match cache.get().await {
        Ok(grant) => grant.header.to_str().unwrap().to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a1_three_callers_make_one_fetch_in_any_order() {
    for (fails, answer) in [(false, "Bearer t1"), (true, "failure 1")] {
        check(move || {
            let source = Source { fails, ..Source::default() };
            let cache = cache(&source);
            let callers: Vec<_> = (0..3).map(|_| spawn(ask(Arc::clone(&cache)))).collect();
            for caller in callers {
                assert_eq!(block_on(caller).unwrap(), answer);
            }
            assert_eq!(source.begun.load(Ordering::SeqCst), 1);
        });
    }
}

#[test]
fn a3_a_caller_that_is_dropped_anywhere_holds_nobody_up() {
    check(|| {
        let source = Source::default();
        let cache = cache(&source);
        let dropped = spawn(ask(Arc::clone(&cache)));
        let others: Vec<_> = (0..2).map(|_| spawn(ask(Arc::clone(&cache)))).collect();
        dropped.abort();
        let found: Vec<String> = others.into_iter().map(|other| block_on(other).unwrap()).collect();
        let fetched = source.begun.load(Ordering::SeqCst);
        assert!(fetched <= 2, "{fetched} fetches, where one and another one after it are enough");
        assert!(found.iter().all(|token| token.starts_with("Bearer t")), "{found:?}");
        assert_eq!(block_on(ask(cache)), found[0], "the cache is usable, and keeps what was fetched");
    });
}

#[test]
fn b2_refusals_of_one_token_make_one_fetch_in_any_order() {
    check(|| {
        let source = Source::default();
        let cache = cache(&source);
        let old = block_on(cache.get()).unwrap();
        let callers: Vec<_> = (0..3)
            .map(|_| {
                let (cache, old) = (Arc::clone(&cache), Arc::clone(&old));
                spawn(async move {
                    assert!(cache.refuse(&old, None) == Again::Now, "each may try again");
                    ask(cache).await
                })
            })
            .collect();
        for caller in callers {
            assert_eq!(block_on(caller).unwrap(), "Bearer t2");
        }
        assert_eq!(source.begun.load(Ordering::SeqCst), 2);
    });
}
