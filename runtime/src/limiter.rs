//! The rate limit that a client keeps by itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Mutex;

use crate::clock::Clock;
use crate::settings::RateLimit;
use crate::step::step;

/// The most requests that a limit can allow in a span, because each has a place in memory.
pub(crate) const LARGEST: u32 = 1_000_000;

/// A bucket of tokens, each of which comes back one span after it was taken.
///
/// So no span of that length ever sees more requests than the bucket holds, wherever it begins. Where nobody waits, a token
/// is taken without a lock. Callers who wait are served in the order in which they came: whoever holds the turn is next,
/// and the turn hands itself on in order.
#[derive(Debug)]
pub(crate) struct Limiter {
    clock: Arc<dyn Clock>,
    /// The span, in nanoseconds.
    per: u64,
    /// When each token is back, in nanoseconds of the clock. It only ever grows, so a token whose time is as it was
    /// has not been taken meanwhile.
    back: Box<[AtomicU64]>,
    /// The token after the one that was taken last, which most likely is the first that is back.
    next: AtomicUsize,
    /// How many callers wait, the one with the turn included.
    waiting: AtomicUsize,
    turn: Mutex<()>,
}

impl Limiter {
    /// A limit of 1 to [`LARGEST`] requests.
    pub(crate) fn new(limit: RateLimit, clock: Arc<dyn Clock>) -> Self {
        let back = (0..limit.requests.clamp(1, LARGEST)).map(|_| AtomicU64::new(0)).collect();
        let (next, waiting) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Self { clock, per: nanos(limit.per), back, next, waiting, turn: Mutex::new(()) }
    }

    /// Waits for a token and says for how long. A caller that goes away while waiting takes none.
    pub(crate) async fn acquire(&self) -> Duration {
        let begin = self.clock.now();
        if self.try_acquire(begin) { Duration::ZERO } else { self.wait(begin).await }
    }

    /// Takes a token where nobody need wait for one.
    pub(crate) fn try_acquire(&self, now: Duration) -> bool {
        step();
        // Nobody overtakes those who wait already.
        self.waiting.load(Ordering::Relaxed) == 0 && self.take(nanos(now)).is_ok()
    }

    async fn wait(&self, begin: Duration) -> Duration {
        let _waiting = Waiting::new(&self.waiting);
        let _turn = self.turn.lock().await;
        loop {
            let now = self.clock.now();
            match self.take(nanos(now)) {
                Ok(()) => return now.saturating_sub(begin),
                Err(back) => self.clock.sleep(Duration::from_nanos(back).saturating_sub(now)).await,
            }
        }
    }

    /// Takes a token that is back at this time, or says when the next one is.
    fn take(&self, now: u64) -> Result<(), u64> {
        let start = self.next.load(Ordering::Relaxed);
        let (before, from) = self.back.split_at_checked(start).unwrap_or_default();
        let mut earliest = u64::MAX;
        // At one time tokens only go, so there is none where none is found.
        for (number, token) in (start..).zip(from).chain((0..).zip(before)) {
            step();
            let mut back = token.load(Ordering::Relaxed);
            if back <= now {
                step();
                let then = now.saturating_add(self.per);
                match token.compare_exchange(back, then, Ordering::Relaxed, Ordering::Relaxed) {
                    Ok(_) => {
                        self.next.store(number.saturating_add(1), Ordering::Relaxed);
                        return Ok(());
                    }
                    Err(taken) => back = taken,
                }
            }
            earliest = earliest.min(back);
        }
        Err(earliest)
    }
}

/// Counts a caller for as long as it waits.
pub(crate) struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    pub(crate) fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Nanoseconds, as an atomic holds them: enough for centuries.
fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;
