//! The pause of a client that the edge in front of its server has refused (429): all its requests wait, then go on one by one.
//!
//! What is decided is in `state`, without IO; here is the waiting. Whoever waits does so in a line: the first watches the clock,
//! the others wait for their turn, which hands itself on in order, also where its holder is dropped.

mod allowance;
mod state;

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Mutex as Turn, Notify};

use crate::attempt::Failed;
use crate::clock::Clock;
use crate::error::{Error, Kind};
use crate::limiter::Waiting;
use crate::observer::{Event, Observer};
use crate::patience::until;
use crate::retry::Failure;
use crate::settings::RetryPolicy;
use state::{Admission, State};

pub(crate) use allowance::{Allowance, Over};

/// Lets requests pass, or holds them back.
pub(crate) struct Pause {
    clock: Arc<dyn Clock>,
    policy: RetryPolicy,
    observer: Option<Arc<dyn Observer>>,
    state: Mutex<State>,
    /// Twice the number of pauses, and one more while it is not open: so that a request that need not wait takes no lock.
    mark: AtomicU64,
    /// How long it was not open in all when it opened last, in nanoseconds.
    closed: AtomicU64,
    /// How many wait, the one with the turn included.
    waiting: AtomicUsize,
    turn: Turn<()>,
    /// An answer to a probe.
    news: Notify,
}

/// Leave to send one request.
#[derive(Debug)]
#[must_use = "what comes of the request is to be told"]
pub(crate) struct Ticket<'a> {
    pause: &'a Pause,
    /// Twice the number of pauses that there were, and one more if it is of a probe. Every call holds one while it is sent, so it is
    /// small.
    mark: u64,
}

/// What came of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heard {
    /// What is in front of the server has refused it, and has perhaps asked to wait.
    Refusal(Option<Duration>),
    /// The server has answered, whatever it said.
    Answer,
    /// Nothing.
    Nothing,
}

impl Heard {
    /// What a failure says.
    fn of(failure: Failure, error: &Error) -> Self {
        match error.status() {
            _ if failure.is_of_the_edge() => Self::Refusal(error.retry_after()),
            Some(_) => Self::Answer,
            None => Self::Nothing,
        }
    }
}

impl Pause {
    pub(crate) fn new(clock: Arc<dyn Clock>, policy: RetryPolicy, observer: Option<Arc<dyn Observer>>) -> Self {
        Self {
            clock,
            policy,
            observer,
            state: Mutex::default(),
            mark: AtomicU64::new(0),
            closed: AtomicU64::new(0),
            waiting: AtomicUsize::new(0),
            turn: Turn::new(()),
            news: Notify::new(),
        }
    }

    /// Leave to send a request now; `None` where it must wait.
    pub(crate) fn pass(&self) -> Option<Ticket<'_>> {
        let mark = self.mark.load(Ordering::Acquire);
        (mark & 1 == 0).then_some(Ticket { pause: self, mark })
    }

    /// Waits for leave to send a request.
    ///
    /// # Errors
    ///
    /// How long the pause takes yet, where that is known to be beyond a time of the clock.
    pub(crate) async fn enter(&self, latest: Duration) -> Result<Ticket<'_>, Duration> {
        let _waiting = Waiting::new(&self.waiting);
        let _turn = self.turn.lock().await;
        loop {
            let now = self.clock.now();
            let (admission, number) = self.change(|state| (state.admit(now), state.number()));
            let is_probe = match admission {
                Admission::Open => false,
                Admission::Probe => true,
                Admission::Hopeless(rest) => return Err(rest),
                Admission::At(at) if at > latest => return Err(at.saturating_sub(now)),
                Admission::At(at) => {
                    self.clock.sleep(at.saturating_sub(now)).await;
                    continue;
                }
                Admission::News(at) => {
                    let _ = until(&*self.clock, || at, Box::pin(self.news.notified())).await;
                    continue;
                }
            };
            return Ok(Ticket { pause: self, mark: (number << 1) | u64::from(is_probe) });
        }
    }

    /// How long the pause takes yet.
    pub(crate) fn rest(&self) -> Duration {
        let now = self.clock.now();
        self.state().rest(now)
    }

    /// The error of a call that may wait no longer.
    pub(crate) fn error(&self, rest: Duration, bound: Duration) -> Error {
        let what = format!(
            "the client is paused, because what is in front of the server refuses its requests (429), and a call waits no \
             longer than {bound:?} for that"
        );
        Error::new(Kind::Paused, what)
            .with_retry_after(Some(rest).filter(|rest| !rest.is_zero()))
            .hint("send fewer requests at once, keep a `rate_limit`, or give the timeout `pause` more time")
    }

    fn is_open(&self) -> bool {
        self.mark.load(Ordering::Acquire) & 1 == 0
    }

    /// How long it was not open, in all.
    fn total(&self) -> Duration {
        if self.is_open() {
            return Duration::from_nanos(self.closed.load(Ordering::Relaxed));
        }
        let now = self.clock.now();
        self.state().closed(now)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state, and what is read of it without a lock.
    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.state();
        let result = change(&mut state);
        let is_open = state.is_open();
        if is_open {
            let closed = u64::try_from(state.closed(Duration::ZERO).as_nanos()).unwrap_or(u64::MAX);
            self.closed.store(closed, Ordering::Relaxed);
        }
        self.mark.store((state.number() << 1) | u64::from(!is_open), Ordering::Release);
        drop(state);
        result
    }

    fn tell(&self, event: &Event<'_>) {
        if let Some(observer) = &self.observer {
            observer.notice(event);
        }
    }
}

impl Ticket<'_> {
    /// Whether it is one of those few that go first after a pause.
    pub(crate) fn is_probe(&self) -> bool {
        self.mark & 1 == 1
    }

    /// How many pauses there were when it was given.
    fn number(&self) -> u64 {
        self.mark >> 1
    }

    /// Makes it none of a probe, and says whether it was.
    fn settle(&mut self) -> bool {
        let was_probe = self.is_probe();
        self.mark &= !1;
        was_probe
    }

    /// Whether no pause has begun since.
    pub(crate) fn is_valid(&self) -> bool {
        self.number() == self.pause.mark.load(Ordering::Acquire) >> 1
    }

    /// Takes down what came of the request, and gives it on.
    pub(crate) fn after<T>(self, result: Result<T, Failed>) -> Result<T, Failed> {
        self.heard(match &result {
            Ok(_) => Heard::Answer,
            Err((failure, error)) => Heard::of(*failure, error),
        });
        result
    }

    fn heard(self, heard: Heard) {
        match heard {
            Heard::Refusal(asked) => self.refused(asked),
            Heard::Answer => self.answered(),
            Heard::Nothing => drop(self),
        }
    }

    fn refused(mut self, asked: Option<Duration>) {
        self.settle();
        let Pause { clock, policy, .. } = self.pause;
        let (now, random) = (clock.now(), clock.random());
        let begun = self.pause.change(|state| state.refused(self.number(), now, asked, random, policy));
        if let Some(wait) = begun {
            self.pause.tell(&Event::PauseBegan { wait });
            self.pause.news.notify_one();
        }
    }

    fn answered(mut self) {
        if !self.settle() {
            return;
        }
        let now = self.pause.clock.now();
        let someone_waits = self.pause.waiting.load(Ordering::Relaxed) > 0;
        let opened = self.pause.change(|state| state.answered(self.number(), now, someone_waits));
        self.pause.news.notify_one();
        if let Some(after) = opened {
            self.pause.tell(&Event::PauseEnded { after });
        }
    }
}

/// A request that ends without an answer, or is given up, makes room for another one.
impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        if self.is_probe() {
            self.pause.change(|state| state.released(self.number()));
            self.pause.news.notify_one();
        }
    }
}

impl std::fmt::Debug for Pause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pause").field("state", &*self.state()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
