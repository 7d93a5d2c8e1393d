//! A clock that stands still until it is moved.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::oneshot;

use super::{Clock, Sleep};

/// A clock for tests: it stands still until [`ManualClock::advance`] moves it. Clones share the time.
///
/// ```
/// # use std::time::Duration;
/// # use logto_runtime::clock::{Clock, ManualClock};
/// let clock = ManualClock::new();
/// clock.advance(Duration::from_secs(3));
/// assert_eq!(clock.now(), Duration::from_secs(3));
/// ```
#[derive(Debug, Clone, Default)]
pub struct ManualClock(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    now: Duration,
    wall: SystemTime,
    random: f64,
    skips: bool,
    slept: Vec<Duration>,
    waiting: Vec<(Duration, oneshot::Sender<()>)>,
}

impl ManualClock {
    /// A clock at zero, at the epoch, whose chance is always 0.5.
    pub fn new() -> Self {
        Self::default()
    }

    /// A clock that jumps over every pause of the client, while timeouts only end when it is moved.
    pub fn skipping_pauses() -> Self {
        let clock = Self::default();
        clock.state().skips = true;
        clock
    }

    /// Moves both times on and ends what is due.
    pub fn advance(&self, by: Duration) {
        let mut state = self.state();
        state.advance(by);
        let now = state.now;
        let (due, waiting) = std::mem::take(&mut state.waiting).into_iter().partition(|(at, _)| *at <= now);
        state.waiting = waiting;
        let due: Vec<(Duration, oneshot::Sender<()>)> = due;
        drop(state);
        for (_, sender) in due {
            // Whoever waited may be gone.
            let _ = sender.send(());
        }
    }

    /// Sets the time of day alone, as a jump of the system clock does.
    pub fn set_wall(&self, wall: SystemTime) {
        self.state().wall = wall;
    }

    /// Sets the number that [`Clock::random`] gives.
    pub fn set_random(&self, random: f64) {
        self.state().random = random;
    }

    /// Every pause that was asked for so far, in order; timeouts are not among them.
    pub fn pauses(&self) -> Vec<Duration> {
        self.state().slept.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait(&self, pause: Duration) -> Sleep {
        let (sender, receiver) = oneshot::channel();
        {
            let mut state = self.state();
            let at = state.now.saturating_add(pause);
            if pause.is_zero() {
                return Box::pin(std::future::ready(()));
            }
            state.waiting.retain(|(_, waiter)| !waiter.is_closed());
            state.waiting.push((at, sender));
        }
        Box::pin(async move {
            let _ = receiver.await;
        })
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Duration {
        self.state().now
    }

    fn wall(&self) -> SystemTime {
        self.state().wall
    }

    fn sleep(&self, pause: Duration) -> Sleep {
        let skips = {
            let mut state = self.state();
            state.slept.push(pause);
            state.skips
        };
        if skips {
            self.advance(pause);
            return Box::pin(std::future::ready(()));
        }
        self.wait(pause)
    }

    fn deadline(&self, after: Duration) -> Sleep {
        self.wait(after)
    }

    fn random(&self) -> f64 {
        self.state().random
    }
}

impl State {
    fn advance(&mut self, by: Duration) {
        self.now = self.now.saturating_add(by);
        self.wall = self.wall.checked_add(by).unwrap_or(self.wall);
    }
}

impl Default for State {
    fn default() -> Self {
        Self {
            now: Duration::ZERO,
            wall: UNIX_EPOCH,
            random: 0.5,
            skips: false,
            slept: Vec::new(),
            waiting: Vec::new(),
        }
    }
}
