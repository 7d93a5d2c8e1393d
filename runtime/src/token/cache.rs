//! Keeps a token, and lets everybody who needs a new one share a single fetch and its failure.
//!
//! Whoever finds a token that serves takes it without any lock. The others wait for their turn: the first fetches, the
//! rest find what it brought, or how it failed.

use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use arc_swap::{ArcSwap, Guard};
use reqwest::StatusCode;
use tokio::runtime::Handle;
use tokio::sync::Mutex as Turn;
use tokio::task::AbortHandle;

use super::Token;
use super::fetch::{Fetched, Fetcher};
use super::grant::{Freshness, Grant, Moment};
use crate::error::Error;
use crate::patience::at_most;
use crate::step::step;

/// The least time between two fetches, and how long a failure is shared with those who come later.
const PAUSE: Duration = Duration::from_secs(1);
/// The least time between two fetches that replies with 401 force.
const FORCED_PAUSE: Duration = Duration::from_secs(10);
/// How old a token without its scope must be for a 403 to be worth another one.
const SCOPE_PAUSE: Duration = Duration::from_secs(60);
/// The longest time between two background fetches that fail.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// How long a caller without a token waits for a background fetch, whose runtime may stand still.
const STALL: Duration = Duration::from_secs(10);
/// Instead of the time of the next background fetch: there is one.
const IN_FLIGHT: u64 = u64::MAX;

/// A token that was read. Reading does not count its holders, which threads would contend for.
pub(crate) type Held = Guard<Arc<Grant>>;

/// Whether a request whose token was refused may be repeated with another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Again {
    /// It may not.
    Never,
    /// It may.
    Now,
    /// It may from this time on, which has to be asked for again then.
    At(Duration),
}

/// The token of a client.
pub(crate) struct TokenCache(Arc<Shared>);

struct Shared {
    fetcher: Fetcher,
    /// Written under the lock of the state, read without. Where there is none, it is one that has expired.
    current: ArcSwap<Grant>,
    /// When the next background fetch may begin, in nanoseconds of the clock.
    background_from: AtomicU64,
    /// Held by the caller who fetches. It hands itself on in order, also across runtimes, and frees itself when its
    /// holder is dropped, so a fetch that dies with its caller is simply taken over by the next in line.
    turn: Turn<()>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The last token, also where it no longer serves.
    last: Option<Arc<Grant>>,
    /// How many tokens there have been.
    generation: u64,
    /// How many fetches have ended, and how the last one did.
    ended: u64,
    outcome: Option<Result<Arc<Grant>, Error>>,
    last_end: Option<Duration>,
    /// Until when the last failure is answered without a fetch.
    failing_until: Duration,
    background: Background,
    /// The last time that a 401 forced a fetch, and the generation that it dropped.
    forced: Option<(Duration, u64)>,
    /// Whether the next fetch is such a one and so need not wait.
    is_forced: bool,
}

/// Fetches that nobody waits for.
#[derive(Default)]
struct Background {
    /// Counts them; the result of one that was given up is not taken.
    number: u64,
    /// How many have failed since the last success.
    failures: u32,
    /// Held by the one that is on its way.
    turn: Arc<Turn<()>>,
    task: Option<AbortHandle>,
}

impl TokenCache {
    pub(crate) fn new(fetcher: Fetcher) -> Self {
        Self(Arc::new(Shared {
            fetcher,
            current: ArcSwap::from_pointee(Grant::none()),
            background_from: AtomicU64::new(0),
            turn: Turn::new(()),
            state: Mutex::default(),
        }))
    }

    /// A token that serves: the one that is kept, or a new one that all who wait share.
    pub(crate) async fn get(&self) -> Result<Held, Error> {
        match self.kept(self.0.fetcher.clock.now()) {
            Some(grant) => Ok(grant),
            // Boxed, so that a read need not make room for it.
            None => Box::pin(self.0.wait()).await.map(Guard::from_inner),
        }
    }

    /// The token of [`TokenCache::get`] for use elsewhere.
    pub(crate) async fn token(&self) -> Result<Token, Error> {
        let grant = self.get().await?;
        Ok(grant.token(Moment::of(&*self.0.fetcher.clock)))
    }

    /// Hears how the server answered a request with a token, and whether another token is known to cure that. Whether the request
    /// may be repeated with another one.
    pub(crate) fn answered(&self, status: Option<StatusCode>, grant: &Grant, is_cured: Option<bool>) -> Again {
        match status {
            Some(StatusCode::UNAUTHORIZED) => self.refuse(grant, is_cured),
            // The scope may have been granted since it was issued.
            Some(StatusCode::FORBIDDEN)
                if grant.lacks_scope && grant.age(Moment::of(&*self.0.fetcher.clock)) >= SCOPE_PAUSE =>
            {
                self.refuse(grant, None)
            }
            _ => Again::Never,
        }
    }

    /// Drops a token that the server refused. Whether the request may be repeated with another one.
    ///
    /// A refusal of an older token than the kept one drops nothing, and a client forces a fetch only so often: where
    /// the server refuses every token, fetching more of them does not help. Where it has taken the token before, and another one
    /// is known to help, the next fetch is worth waiting for.
    fn refuse(&self, refused: &Grant, is_cured: Option<bool>) -> Again {
        step();
        let shared = &*self.0;
        let mut state = shared.state();
        if refused.generation != state.generation {
            return Again::Now;
        }
        if is_cured == Some(false) {
            return Again::Never;
        }
        let now = shared.fetcher.clock.now();
        if let Some((at, generation)) = state.forced {
            if generation == refused.generation {
                return Again::Now;
            }
            let next = at.saturating_add(FORCED_PAUSE);
            if now < next {
                let is_worth_it = is_cured == Some(true) && refused.is_accepted();
                return if is_worth_it { Again::At(next) } else { Again::Never };
            }
        }
        state.forced = Some((now, refused.generation));
        state.is_forced = true;
        shared.current.store(Arc::new(Grant::none()));
        Again::Now
    }

    /// The kept token if it serves. One that should be replaced is, in the background.
    pub(crate) fn kept(&self, now: Duration) -> Option<Held> {
        step();
        let shared = &self.0;
        let grant = shared.current.load();
        match grant.freshness(Moment::at(now, &*shared.fetcher.clock)) {
            Freshness::Fresh => Some(grant),
            Freshness::Stale => {
                shared.replace_in_background();
                Some(grant)
            }
            Freshness::Expired => None,
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The kept token if it serves.
    fn serving(&self) -> Option<Arc<Grant>> {
        let now = Moment::of(&*self.fetcher.clock);
        Some(self.current.load_full()).filter(|grant| grant.freshness(now) != Freshness::Expired)
    }

    /// A new token: from who fetches already, or by a fetch of our own.
    async fn wait(&self) -> Result<Arc<Grant>, Error> {
        step();
        let ended = self.state().ended;
        step();
        let turn = self.turn.lock().await;
        self.join_background().await;
        step();
        // Somebody may have brought one since we looked.
        if let Some(grant) = self.serving() {
            return Ok(grant);
        }
        let (pause, last) = {
            let state = self.state();
            if state.ended > ended
                && let Some(outcome) = &state.outcome
            {
                return outcome.clone();
            }
            let now = self.fetcher.clock.now();
            let pause = match &state.outcome {
                Some(Err(error)) if now < state.failing_until => return Err(error.clone()),
                _ if state.is_forced => Duration::ZERO,
                _ => state.last_end.map_or(Duration::ZERO, |end| end.saturating_add(PAUSE).saturating_sub(now)),
            };
            (pause, state.last.clone())
        };
        if !pause.is_zero() {
            self.fetcher.clock.sleep(pause).await;
        }
        let asked = Moment::of(&*self.fetcher.clock);
        let result = self.fetcher.fetch(last.as_deref()).await;
        step();
        let outcome = self.store(result, asked);
        step();
        drop(turn);
        outcome
    }

    /// Waits for a background fetch that is on its way, but gives it up when it does not end.
    async fn join_background(&self) {
        let turn = Arc::clone(&self.state().background.turn);
        if at_most(&*self.fetcher.clock, STALL, pin!(turn.lock())).await.is_none() {
            self.free_background(&mut self.state().background);
        }
    }

    /// Makes room for another background fetch.
    fn free_background(&self, background: &mut Background) {
        background.number = background.number.saturating_add(1);
        background.turn = Arc::default();
        if let Some(task) = background.task.take() {
            task.abort();
        }
        self.background_from.store(nanos(self.fetcher.clock.now()), Ordering::Release);
    }

    fn replace_in_background(self: &Arc<Self>) {
        let from = self.background_from.load(Ordering::Acquire);
        if nanos(self.fetcher.clock.now()) < from {
            return;
        }
        // Without a runtime nobody can fetch in the background; the hard edge will make somebody wait instead.
        let Ok(runtime) = Handle::try_current() else { return };
        if self.background_from.compare_exchange(from, IN_FLIGHT, Ordering::AcqRel, Ordering::Relaxed).is_err() {
            return;
        }
        let mut state = self.state();
        let turn = Arc::clone(&state.background.turn).try_lock_owned();
        let mark = Mark { shared: Arc::downgrade(self), number: state.background.number };
        let fetcher = self.fetcher.clone();
        let last = state.last.clone();
        let task = runtime.spawn(async move {
            let asked = Moment::of(&*fetcher.clock);
            let result = fetcher.fetch(last.as_deref()).await;
            if let Some(shared) = mark.shared.upgrade() {
                shared.store_in_background(result, asked, mark.number);
            }
            drop(mark);
            drop(turn);
        });
        state.background.task = Some(task.abort_handle());
    }

    /// Keeps the result of a fetch that somebody waits for.
    fn store(&self, result: Result<Fetched, Error>, asked: Moment) -> Result<Arc<Grant>, Error> {
        let mut state = self.state();
        self.store_in(&mut state, result, asked)
    }

    fn store_in(&self, state: &mut State, result: Result<Fetched, Error>, asked: Moment) -> Result<Arc<Grant>, Error> {
        let outcome = self.admit(state, result, asked);
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
    fn store_in_background(&self, result: Result<Fetched, Error>, asked: Moment, number: u64) {
        let now = self.fetcher.clock.now();
        let asked_to_wait = result.as_ref().err().and_then(Error::retry_after).unwrap_or_default();
        let serves = self.serving().is_some();
        let mut state = self.state();
        if state.background.number != number {
            return;
        }
        let failed = if result.is_err() && serves {
            state.last_end = Some(now);
            true
        } else {
            self.store_in(&mut state, result, asked).is_err()
        };
        state.background.number = number.saturating_add(1);
        let pause = if failed {
            let doublings = state.background.failures.min(6);
            state.background.failures = state.background.failures.saturating_add(1);
            PAUSE.saturating_mul(1_u32 << doublings).max(asked_to_wait).min(LONGEST_PAUSE)
        } else {
            PAUSE
        };
        self.background_from.store(nanos(now.saturating_add(pause)), Ordering::Release);
    }

    fn admit(&self, state: &mut State, result: Result<Fetched, Error>, asked: Moment) -> Result<Arc<Grant>, Error> {
        let Fetched { token, age } = result?;
        let generation = state.generation.saturating_add(1);
        let clock = &self.fetcher.clock;
        let grant = Grant::new(&token, self.fetcher.policy.scope.as_deref(), generation, asked, clock.random())?;
        let grant = Arc::new(grant.aged(age));
        let from = self.background_from.load(Ordering::Acquire);
        if from != IN_FLIGHT {
            let pause = nanos(clock.now().saturating_add(PAUSE));
            // Where it fails, a background fetch has just begun.
            let _ = self.background_from.compare_exchange(from, pause, Ordering::AcqRel, Ordering::Relaxed);
        }
        state.generation = generation;
        state.background.failures = 0;
        state.last = Some(Arc::clone(&grant));
        let kept = if token.lifetime.is_zero() { Arc::new(Grant::none()) } else { Arc::clone(&grant) };
        self.current.store(kept);
        Ok(grant)
    }
}

/// A background fetch must not outlive the client.
impl Drop for Shared {
    fn drop(&mut self) {
        if let Some(task) = self.state().background.task.take() {
            task.abort();
        }
    }
}

/// Says that a background fetch has ended, also where it was dropped with its runtime.
struct Mark {
    shared: Weak<Shared>,
    number: u64,
}

impl Drop for Mark {
    fn drop(&mut self) {
        let Some(shared) = self.shared.upgrade() else { return };
        let mut state = shared.state();
        if state.background.number == self.number {
            shared.free_background(&mut state.background);
        }
    }
}

/// Nanoseconds, as an atomic holds them: enough for centuries.
fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).map_or(IN_FLIGHT.saturating_sub(1), |nanos| nanos.min(IN_FLIGHT.saturating_sub(1)))
}

#[cfg(test)]
mod model;
#[cfg(test)]
mod speed;
#[cfg(test)]
mod tests;
