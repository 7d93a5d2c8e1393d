//! One fetch: from the store that processes share, else from the source, with bounds on what both may do.

use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;

use super::grant::{Freshness, Grant, Moment};
use super::store::{StoreLock, StoredToken, TokenKey, TokenStore};
use super::{Token, TokenError, TokenSource};
use crate::clock::Clock;
use crate::error::{Error, Kind, TokenFailure};
use crate::patience::at_most;

/// How long an operation of a store may take.
const STORE_TIME: Duration = Duration::from_secs(5);
/// How often a lock of a store that is held is tried again, and for how long.
const LOCK_PAUSE: Duration = Duration::from_millis(50);
const LOCK_TIME: Duration = Duration::from_secs(10);

/// What a fetch needs to know besides its source.
#[derive(Debug, Clone)]
pub(crate) struct TokenPolicy {
    /// The scope that tokens should have.
    pub(crate) scope: Option<String>,
    /// How long the source may take; `None` for one that keeps its own time.
    pub(crate) deadline: Option<Duration>,
}

/// Gets tokens.
#[derive(Clone)]
pub(crate) struct Fetcher {
    pub(crate) source: Arc<dyn TokenSource>,
    pub(crate) store: Option<Shelf>,
    pub(crate) policy: TokenPolicy,
    pub(crate) clock: Arc<dyn Clock>,
}

/// A client's place in a store.
#[derive(Clone)]
pub(crate) struct Shelf {
    pub(crate) store: Arc<dyn TokenStore>,
    pub(crate) key: Arc<TokenKey>,
}

/// A token, and how old it was when it was asked for.
#[derive(Debug)]
pub(crate) struct Fetched {
    pub(crate) token: Token,
    pub(crate) age: Duration,
}

impl Fetcher {
    /// A token other than the last one.
    pub(crate) async fn fetch(&self, last: Option<&Grant>) -> Result<Fetched, Error> {
        let Some(shelf) = &self.store else {
            return self.ask().await.map(|token| Fetched { token, age: Duration::ZERO });
        };
        if let Some(stored) = self.load(shelf, last).await {
            return Ok(stored);
        }
        let lock = self.lock(shelf).await;
        // Whoever held the lock has probably stored one.
        if let Some(stored) = self.load(shelf, last).await {
            return Ok(stored);
        }
        let issued = self.clock.wall();
        let token = self.ask().await?;
        if !token.lifetime.is_zero() {
            let stored = StoredToken { token: token.clone(), issued };
            self.guarded("save", shelf.store.save(&shelf.key, &stored)).await;
        }
        drop(lock);
        Ok(Fetched { token, age: Duration::ZERO })
    }

    /// The stored token, if it is another one than the last and not yet to be replaced.
    async fn load(&self, shelf: &Shelf, last: Option<&Grant>) -> Option<Fetched> {
        let StoredToken { token, issued } = self.guarded("load", shelf.store.load(&shelf.key)).await??;
        let now = Moment::of(&*self.clock);
        // One that was issued in the future has no age to tell.
        let age = self.clock.wall().duration_since(issued).ok()?;
        let grant = Grant::new(&token, self.policy.scope.as_deref(), 0, now, 0.5).ok()?.aged(age);
        let serves = grant.freshness(now) == Freshness::Fresh && !last.is_some_and(|last| last.is(&token));
        serves.then_some(Fetched { token, age })
    }

    /// The lock of the store; `None` where it cannot be had, which only means that two may fetch at once.
    async fn lock(&self, shelf: &Shelf) -> Option<StoreLock> {
        let begin = self.clock.now();
        loop {
            if let Some(lock) = self.guarded("lock", shelf.store.try_lock(&shelf.key)).await? {
                return Some(lock);
            }
            if self.clock.now().saturating_sub(begin) >= LOCK_TIME {
                return None;
            }
            self.clock.sleep(LOCK_PAUSE).await;
            tokio::task::yield_now().await;
        }
    }

    async fn ask(&self) -> Result<Token, Error> {
        let fetch = AssertUnwindSafe(async { self.source.fetch().await }).catch_unwind();
        let ended = match self.policy.deadline {
            None => fetch.await,
            Some(deadline) => at_most(&*self.clock, deadline, pin!(fetch))
                .await
                .ok_or_else(|| failed("the token source took too long"))?,
        };
        match ended {
            Ok(Ok(token)) => Ok(token),
            Ok(Err(error)) => Err(match error.downcast::<Error>() {
                Ok(error) => *error,
                Err(error) => failed("the token source failed").with_source(error),
            }),
            // The source may be the caller's own, whose panic must not be everybody's.
            Err(_) => Err(failed("the token source panicked")),
        }
    }

    /// What an operation of a store gives. A store that fails, hangs or panics is as good as none.
    async fn guarded<T>(
        &self,
        operation: &str,
        future: impl Future<Output = Result<T, TokenError>> + Send,
    ) -> Option<T> {
        let future = AssertUnwindSafe(future).catch_unwind();
        let failure = match at_most(&*self.clock, STORE_TIME, pin!(future)).await {
            Some(Ok(Ok(value))) => return Some(value),
            Some(Ok(Err(_))) => "failed",
            Some(Err(_)) => "panicked",
            None => "took too long",
        };
        // What the error says is not told: it may hold the token.
        tracing::warn!(operation, "the token store {failure}, so it is not used this time");
        None
    }
}

fn failed(what: &'static str) -> Error {
    Error::new(Kind::Token(TokenFailure::Source), what)
}
