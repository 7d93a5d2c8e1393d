//! The time of a call: its own, and what it may spend in pauses, which does not count as its own.

use std::pin::Pin;
use std::time::Duration;

use super::Pause;
use crate::patience::until;

/// How often a call whose own time is nearly over looks whether a pause goes on.
const LOOK: Duration = Duration::from_secs(1);

/// The time that a call has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Allowance {
    /// When it is over, as far as is known by now.
    pub(crate) end: Duration,
    /// How long it may yet be held back by pauses.
    pub(crate) pause_left: Duration,
}

/// Which time is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Over {
    /// Its own.
    Call,
    /// That for pauses.
    Pause,
}

impl Allowance {
    /// When a call begins, its own time, and how long it may be held back by pauses in all.
    pub(crate) fn new(begin: Duration, time: Duration, pause: Duration) -> Self {
        Self { end: begin.saturating_add(time), pause_left: pause }
    }

    fn paused_for(self, time: Duration) -> Self {
        Self { end: self.end.saturating_add(time), pause_left: self.pause_left.saturating_sub(time) }
    }

    /// Which time is over, if one is.
    fn over(&self, now: Duration, is_open: bool) -> Option<Over> {
        match is_open {
            true => (now >= self.end).then_some(Over::Call),
            false => self.pause_left.is_zero().then_some(Over::Pause),
        }
    }

    /// When to look again whether one is over.
    fn look(&self, now: Duration, is_open: bool) -> Duration {
        let own = self.end.saturating_sub(now);
        let left = if is_open { own } else { own.max(LOOK).min(self.pause_left) };
        now.saturating_add(left)
    }
}

impl Pause {
    /// Waits for what a pause may hold back, as long as a call may wait, and takes down how long it was held.
    pub(crate) async fn within<F: Future>(
        &self,
        allowance: &mut Allowance,
        mut future: Pin<&mut F>,
    ) -> Result<F::Output, Over> {
        let from = self.total();
        let so_far = || allowance.paused_for(self.total().saturating_sub(from));
        let ended = loop {
            let look = || so_far().look(self.clock.now(), self.is_open());
            if let Some(output) = until(&*self.clock, look, future.as_mut()).await {
                break Ok(output);
            }
            if let Some(over) = so_far().over(self.clock.now(), self.is_open()) {
                break Err(over);
            }
        };
        *allowance = so_far();
        ended
    }
}
