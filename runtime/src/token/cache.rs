//! Keeps a token, and lets everybody who needs a new one share a single fetch and its failure.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{Either, select};
use tokio::runtime::Handle;
use tokio::sync::Mutex as Turn;
use tokio::task::AbortHandle;

use super::grant::{Freshness, Grant, Moment};
use super::{Token, TokenSource};
use crate::clock::Clock;
use crate::error::{Error, Kind, TokenFailure};

/// The least time between two fetches, and how long a failure is shared with those who come later.
const PAUSE: Duration = Duration::from_secs(1);
/// The least time between two fetches that replies with 401 force.
const FORCED_PAUSE: Duration = Duration::from_secs(10);
/// The longest time between two background fetches that fail.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// What the cache needs to know besides its source.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TokenPolicy {
    /// The scope that tokens should have.
    pub(crate) scope: Option<&'static str>,
    /// How long the source may take; `None` for one that keeps its own time.
    pub(crate) deadline: Option<Duration>,
}

/// The token of a client.
pub(crate) struct TokenCache(Arc<Shared>);

struct Shared {
    fetcher: Fetcher,
    /// Held by whoever fetches. It hands itself on in order, also across runtimes, and frees itself when its holder is
    /// dropped, so a fetch that dies with its caller or its runtime is simply taken over by the next in line.
    turn: Arc<Turn<()>>,
    state: Mutex<State>,
}

#[derive(Clone)]
struct Fetcher {
    source: Arc<dyn TokenSource>,
    policy: TokenPolicy,
    clock: Arc<dyn Clock>,
}

#[derive(Default)]
struct State {
    current: Option<Arc<Grant>>,
    /// How many tokens there have been.
    generation: u64,
    /// How many fetches have ended, and how the last one did.
    ended: u64,
    outcome: Option<Result<Arc<Grant>, Error>>,
    last_end: Option<Duration>,
    /// Until when the last failure is answered without a fetch.
    failing_until: Duration,
    /// When the next background fetch may begin, and how many have failed since the last success.
    background_from: Duration,
    background_failures: u32,
    background: Option<AbortHandle>,
    /// The last time that a 401 forced a fetch, and the generation that it dropped.
    forced: Option<(Duration, u64)>,
    /// Whether the next fetch is such a one and so need not wait.
    is_forced: bool,
}

impl TokenCache {
    pub(crate) fn new(source: Arc<dyn TokenSource>, policy: TokenPolicy, clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Shared {
            fetcher: Fetcher { source, policy, clock },
            turn: Arc::new(Turn::new(())),
            state: Mutex::default(),
        }))
    }

    /// A token that serves: the one that is kept, or a new one that all who wait share.
    pub(crate) async fn get(&self) -> Result<Arc<Grant>, Error> {
        let shared = &*self.0;
        if let Some(grant) = self.kept() {
            return Ok(grant);
        }
        let ended = shared.state().ended;
        let turn = shared.turn.lock().await;
        let pause = {
            let state = shared.state();
            if state.ended > ended
                && let Some(outcome) = &state.outcome
            {
                return outcome.clone();
            }
            let now = shared.fetcher.clock.now();
            match &state.outcome {
                Some(Err(error)) if now < state.failing_until => return Err(error.clone()),
                _ if state.is_forced => Duration::ZERO,
                _ => state.last_end.map_or(Duration::ZERO, |end| end.saturating_add(PAUSE).saturating_sub(now)),
            }
        };
        if !pause.is_zero() {
            shared.fetcher.clock.sleep(pause).await;
        }
        let asked = Moment::of(&*shared.fetcher.clock);
        let result = shared.fetcher.fetch().await;
        let outcome = shared.store(result, asked);
        drop(turn);
        outcome
    }

    /// Drops a token that the server refused. Whether the request may be repeated with another one.
    ///
    /// A refusal of an older token than the kept one drops nothing, and a client forces a fetch only so often: where
    /// the server refuses every token, fetching more of them does not help.
    pub(crate) fn refuse(&self, refused: &Grant) -> bool {
        let mut state = self.0.state();
        if refused.generation != state.generation {
            return true;
        }
        if let Some((at, generation)) = state.forced {
            if generation == refused.generation {
                return true;
            }
            if self.0.fetcher.clock.now().saturating_sub(at) < FORCED_PAUSE {
                return false;
            }
        }
        state.forced = Some((self.0.fetcher.clock.now(), refused.generation));
        state.is_forced = true;
        state.current = None;
        true
    }

    /// The kept token if it serves. One that should be replaced is, in the background.
    fn kept(&self) -> Option<Arc<Grant>> {
        let now = Moment::of(&*self.0.fetcher.clock);
        let grant = self.0.state().current.clone()?;
        match grant.freshness(now) {
            Freshness::Fresh => Some(grant),
            Freshness::Stale => {
                self.replace_in_background();
                Some(grant)
            }
            Freshness::Expired => None,
        }
    }

    fn replace_in_background(&self) {
        let shared = &self.0;
        if shared.fetcher.clock.now() < shared.state().background_from {
            return;
        }
        // Without a runtime nobody can fetch in the background; the hard edge will make somebody wait instead.
        let Ok(runtime) = Handle::try_current() else { return };
        let Ok(turn) = Arc::clone(&shared.turn).try_lock_owned() else { return };
        let fetcher = shared.fetcher.clone();
        let weak = Arc::downgrade(shared);
        let task = runtime.spawn(async move {
            let asked = Moment::of(&*fetcher.clock);
            let result = fetcher.fetch().await;
            if let Some(shared) = weak.upgrade() {
                shared.store_in_background(result, asked);
            }
            drop(turn);
        });
        shared.state().background = Some(task.abort_handle());
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps the result of a fetch that somebody waits for.
    fn store(&self, result: Result<Token, Error>, asked: Moment) -> Result<Arc<Grant>, Error> {
        let mut state = self.state();
        let outcome = self.admit(&mut state, result, asked);
        let now = self.fetcher.clock.now();
        if let Err(error) = &outcome {
            let pause = error.retry_after().unwrap_or_default().clamp(PAUSE, LONGEST_PAUSE);
            state.failing_until = now.saturating_add(pause);
        }
        state.ended = state.ended.saturating_add(1);
        state.last_end = Some(now);
        state.outcome = Some(outcome.clone());
        state.is_forced = false;
        outcome
    }

    /// Keeps the result of a fetch that nobody waits for: a failure does not matter while the old token serves.
    fn store_in_background(&self, result: Result<Token, Error>, asked: Moment) {
        let moment = Moment::of(&*self.fetcher.clock);
        let now = self.fetcher.clock.now();
        let failed = match &result {
            Err(error) => error.retry_after().unwrap_or_default(),
            Ok(_) => Duration::ZERO,
        };
        let still_serves =
            self.state().current.as_ref().is_some_and(|grant| grant.freshness(moment) != Freshness::Expired);
        let outcome = if result.is_err() && still_serves {
            let mut state = self.state();
            state.last_end = Some(now);
            None
        } else {
            Some(self.store(result, asked))
        };
        let mut state = self.state();
        if matches!(outcome, Some(Ok(_))) {
            return;
        }
        let doublings = state.background_failures.min(6);
        let pause = PAUSE.saturating_mul(1_u32 << doublings).max(failed).min(LONGEST_PAUSE);
        state.background_failures = state.background_failures.saturating_add(1);
        state.background_from = now.saturating_add(pause);
    }

    fn admit(&self, state: &mut State, result: Result<Token, Error>, asked: Moment) -> Result<Arc<Grant>, Error> {
        let token = result?;
        let generation = state.generation.saturating_add(1);
        let random = self.fetcher.clock.random();
        let grant = Arc::new(Grant::new(&token, self.fetcher.policy.scope, generation, asked, random)?);
        state.generation = generation;
        state.background_failures = 0;
        state.background_from = self.fetcher.clock.now().saturating_add(PAUSE);
        state.current = (!token.lifetime.is_zero()).then(|| Arc::clone(&grant));
        Ok(grant)
    }
}

/// A background fetch must not outlive the client.
impl Drop for Shared {
    fn drop(&mut self) {
        if let Some(background) = self.state().background.take() {
            background.abort();
        }
    }
}

impl Fetcher {
    async fn fetch(&self) -> Result<Token, Error> {
        // The source may be the caller's own, whose panic must not be everybody's.
        let fetch = AssertUnwindSafe(async { self.source.fetch().await }).catch_unwind();
        let ended = match self.policy.deadline {
            None => fetch.await,
            Some(deadline) => match select(Box::pin(fetch), self.clock.deadline(deadline)).await {
                Either::Left((ended, _)) => ended,
                Either::Right(_) => return Err(failed("the token source took too long")),
            },
        };
        match ended {
            Ok(Ok(token)) => Ok(token),
            Ok(Err(error)) => Err(match error.downcast::<Error>() {
                Ok(error) => *error,
                Err(error) => failed("the token source failed").with_source(error),
            }),
            Err(_) => Err(failed("the token source panicked")),
        }
    }
}

fn failed(what: &'static str) -> Error {
    Error::new(Kind::Token(TokenFailure::Source), what)
}

#[cfg(test)]
mod tests;
