//! When a client goes on that the edge of its server has refused: a state machine without IO, and without a clock or chance of
//! its own.
//!
//! Requests pass while it is open. A refusal pauses it: nothing passes until the pause is over. Then one request passes as a
//! probe, and each answer makes room for one more, so that the number in flight doubles with each round. It is open again once
//! nobody waits any more. A refused probe begins the next pause.

use std::time::Duration;

use crate::retry::fraction;
use crate::settings::RetryPolicy;

/// The least computed pause, whatever the policy says.
const LEAST: Duration = Duration::from_millis(100);
/// How long a probe without an answer holds others back.
const STEP: Duration = Duration::from_secs(1);

/// Where a client is between a refusal and going on.
#[derive(Debug, Default)]
pub(super) struct State {
    phase: Phase,
    /// How often the next computed pause is doubled: each pause adds one, each answer to a probe takes one off.
    doublings: u32,
    /// How many pauses there were. A request knows the number under which it passed.
    number: u64,
    /// How long it has not been open in all, up to the last time that it opened, and since when it is not.
    closed: Duration,
    closed_since: Option<Duration>,
    opened: Duration,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Phase {
    #[default]
    Open,
    Paused {
        until: Duration,
        /// Until when the server asked to wait, where that is longer than callers are held.
        asked_until: Option<Duration>,
    },
    Probing {
        window: u32,
        in_flight: u32,
        /// When another one passes although there is no room.
        next: Duration,
    },
}

/// Whether a request may pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Admission {
    /// It passes, in a client that is open.
    Open,
    /// It passes as a probe.
    Probe,
    /// It waits until this time at least.
    At(Duration),
    /// It waits for an answer to those in flight, but not beyond this time.
    News(Duration),
    /// It is not worth waiting: the server wants to be left alone for so long.
    Hopeless(Duration),
}

impl State {
    /// How many pauses there were.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    pub(super) fn is_open(&self) -> bool {
        self.phase == Phase::Open
    }

    /// How long it was not open, in all.
    pub(super) fn closed(&self, now: Duration) -> Duration {
        let current = self.closed_since.map(|since| now.saturating_sub(since));
        self.closed.saturating_add(current.unwrap_or_default())
    }

    /// How long the pause takes yet.
    pub(super) fn rest(&self, now: Duration) -> Duration {
        match self.phase {
            Phase::Paused { until, asked_until } => asked_until.unwrap_or(until).saturating_sub(now),
            Phase::Open | Phase::Probing { .. } => Duration::ZERO,
        }
    }

    /// Whether the next request in line passes; if it does, it counts as one in flight.
    pub(super) fn admit(&mut self, now: Duration) -> Admission {
        if let Phase::Paused { until, asked_until } = self.phase {
            match asked_until {
                _ if now >= until => self.phase = Phase::Probing { window: 1, in_flight: 0, next: now },
                Some(asked) => return Admission::Hopeless(asked.saturating_sub(now)),
                None => return Admission::At(until),
            }
        }
        match &mut self.phase {
            Phase::Probing { window, in_flight, next } if *in_flight < *window || now >= *next => {
                *in_flight = in_flight.saturating_add(1);
                *next = now.saturating_add(STEP);
                Admission::Probe
            }
            Phase::Probing { next, .. } => Admission::News(*next),
            Phase::Open | Phase::Paused { .. } => Admission::Open,
        }
    }

    /// The edge has refused a request that passed under this number. Gives the length of the pause that this begins; `None` where
    /// the request had passed before the last pause began, which then can only get longer.
    pub(super) fn refused(
        &mut self,
        number: u64,
        now: Duration,
        asked: Option<Duration>,
        random: f64,
        policy: &RetryPolicy,
    ) -> Option<Duration> {
        // To come back at once is nothing that a server can mean that has just refused.
        let asked = asked.filter(|asked| !asked.is_zero());
        if number != self.number {
            if let (Some(asked), Phase::Paused { until, asked_until }) = (asked, &mut self.phase) {
                let (longer, is_too_long) = as_asked(asked, now, random, policy);
                *until = (*until).max(longer);
                *asked_until = (*asked_until).max(is_too_long);
            }
            return None;
        }
        if self.is_open() {
            self.closed_since = Some(now);
            if now.saturating_sub(self.opened) >= policy.cap {
                self.doublings = 0;
            }
        }
        let (until, asked_until) = match asked {
            Some(asked) => as_asked(asked, now, random, policy),
            None => (now.saturating_add(computed(policy, self.doublings, random)), None),
        };
        self.phase = Phase::Paused { until, asked_until };
        self.number = self.number.saturating_add(1);
        self.doublings = self.doublings.saturating_add(1);
        Some(until.saturating_sub(now))
    }

    /// A probe that passed under this number was answered. Says for how long the client was not open, if it is open now.
    pub(super) fn answered(&mut self, number: u64, now: Duration, someone_waits: bool) -> Option<Duration> {
        if number != self.number {
            return None;
        }
        let Phase::Probing { window, in_flight, .. } = &mut self.phase else { return None };
        *in_flight = in_flight.saturating_sub(1);
        *window = window.saturating_add(1);
        self.doublings = self.doublings.saturating_sub(1);
        if someone_waits {
            return None;
        }
        let since = self.closed_since.take().unwrap_or(now);
        let closed = now.saturating_sub(since);
        self.closed = self.closed.saturating_add(closed);
        self.opened = now;
        self.phase = Phase::Open;
        Some(closed)
    }

    /// A probe that passed under this number has ended without an answer.
    pub(super) fn released(&mut self, number: u64) {
        if let Phase::Probing { in_flight, .. } = &mut self.phase
            && number == self.number
        {
            *in_flight = in_flight.saturating_sub(1);
        }
    }
}

/// Until when a pause lasts that the server asked for; and until when it asked, where nobody is held for so long.
fn as_asked(asked: Duration, now: Duration, random: f64, policy: &RetryPolicy) -> (Duration, Option<Duration>) {
    let held = asked.min(policy.max_retry_after);
    // A little more than asked, so that all who were told the same do not come back together.
    let until = now.saturating_add(held).saturating_add(fraction(policy.base, random));
    (until, (asked > policy.max_retry_after).then(|| now.saturating_add(asked)))
}

/// A pause of between half of a bound and the whole; the bound doubles with each pause.
fn computed(policy: &RetryPolicy, doublings: u32, random: f64) -> Duration {
    let factor = 1_u32.checked_shl(doublings).unwrap_or(u32::MAX);
    let bound = policy.base.saturating_mul(factor).min(policy.cap).max(LEAST);
    let half = bound.checked_div(2).unwrap_or_default();
    half.saturating_add(fraction(half, random))
}
