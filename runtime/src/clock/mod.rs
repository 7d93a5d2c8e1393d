//! Time, sleep and randomness, passed in so that tests can move them.

mod manual;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, SystemTime};

pub use manual::ManualClock;

/// A future that ends when its time has come.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Where a client takes time and chance from.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// Time since a fixed moment; never goes backwards, may stand still while the machine is suspended.
    fn now(&self) -> Duration;

    /// The time of day, which may jump.
    fn wall(&self) -> SystemTime;

    /// A pause that the client makes on purpose: back-off, rate limit.
    fn sleep(&self, pause: Duration) -> Sleep;

    /// The end of something that waits for others: a timeout.
    fn deadline(&self, after: Duration) -> Sleep {
        self.sleep(after)
    }

    /// As [`Clock::deadline`], at a time of [`Clock::now`].
    fn deadline_at(&self, at: Duration) -> Sleep {
        self.deadline(at.saturating_sub(self.now()))
    }

    /// A number in `[0, 1)` for jitter.
    fn random(&self) -> f64;
}

/// The clock of the machine, with tokio's timer.
#[derive(Debug)]
pub struct SystemClock {
    start: tokio::time::Instant,
}

impl SystemClock {
    /// A clock that starts now.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the machine")]
    pub fn new() -> Self {
        Self { start: tokio::time::Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that asks the machine")]
impl Clock for SystemClock {
    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    fn wall(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, pause: Duration) -> Sleep {
        // The timer is made when it is first polled, on the runtime that polls it.
        Box::pin(async move { tokio::time::sleep(pause).await })
    }

    fn deadline_at(&self, at: Duration) -> Sleep {
        match self.start.checked_add(at) {
            // It saves reading the time.
            Some(at) => Box::pin(async move { tokio::time::sleep_until(at).await }),
            None => Box::pin(std::future::pending()),
        }
    }

    fn random(&self) -> f64 {
        fastrand::f64()
    }
}
