//! Whether a failed attempt is repeated: a decision without IO.

use std::time::Duration;

use reqwest::Method;

use crate::settings::RetryPolicy;

/// What repeating a request does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Safety {
    /// It changes nothing: GET and HEAD.
    Safe,
    /// A second time changes nothing more: DELETE, and PUT unless the profile lists it.
    Repeatable,
    /// A second time may do it twice.
    Once,
}

/// How an attempt failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// No connection, so nothing was sent.
    Connect,
    /// The server's certificate is not trusted.
    Certificate,
    /// No reply in time.
    Timeout,
    /// The connection ended after something was sent.
    Interrupted,
    /// The body of the reply ended early.
    Truncated,
    /// The server answered.
    Status {
        /// The status.
        status: u16,
        /// Whether the reply had an error code of the service, so did not come from something in front of it.
        coded: bool,
        /// Whether the profile lists the code as permanent.
        permanent: bool,
    },
    /// A reply that comes out the same again and cannot be used: too large, not HTTP.
    Unreadable,
    /// The request cannot be sent.
    Permanent,
}

/// What the decision needs to know besides the failure.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attempt {
    /// The number of the attempt that failed, from 1.
    pub(crate) number: u32,
    /// How many attempts there may be.
    pub(crate) max_attempts: u32,
    /// What repeating does.
    pub(crate) safety: Safety,
    /// Whether the body can be sent again.
    pub(crate) replayable: bool,
    /// Whether an earlier attempt of this call was answered with 500.
    pub(crate) seen_500: bool,
    /// What the server asked to wait.
    pub(crate) retry_after: Option<Duration>,
    /// A number in `[0, 1)`.
    pub(crate) random: f64,
}

/// What to do about a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Repeat it after this pause, for this part of the budget.
    Retry {
        /// The pause.
        wait: Duration,
        /// What it costs.
        cost: u32,
    },
    /// Repeat it once the client goes on, which the edge has paused; that costs nothing and is no retry.
    Pause,
    /// Return the failure.
    Stop,
}

impl Safety {
    /// What repeating a method does, where nothing else is known.
    pub(crate) fn of(method: &Method, unsafe_put: bool) -> Self {
        match *method {
            Method::GET | Method::HEAD | Method::OPTIONS => Self::Safe,
            Method::PUT if unsafe_put => Self::Once,
            Method::PUT | Method::DELETE => Self::Repeatable,
            _ => Self::Once,
        }
    }

    /// The same, where a caller says whether it is idempotent.
    pub(crate) fn told(self, idempotent: Option<bool>) -> Self {
        match idempotent {
            Some(true) if self == Self::Once => Self::Repeatable,
            Some(false) => Self::Once,
            _ => self,
        }
    }
}

impl Failure {
    /// Whether the server may have acted on the request although it failed.
    pub(crate) fn is_ambiguous(self) -> bool {
        match self {
            Self::Timeout | Self::Interrupted | Self::Truncated | Self::Unreadable => true,
            Self::Status { status, .. } => {
                matches!(status, 408 | 500 | 502 | 503 | 504 | 520 | 522 | 524)
            }
            Self::Connect | Self::Certificate | Self::Permanent => false,
        }
    }
}

impl Failure {
    /// Whether the edge in front of the service has refused the request, so that all the client's requests are to wait: too many,
    /// and no error code of the service.
    pub(crate) fn is_of_the_edge(self) -> bool {
        matches!(self, Self::Status { status: 429, coded: false, permanent: false })
    }
}

/// Decides.
pub(crate) fn decide(policy: &RetryPolicy, failure: Failure, attempt: Attempt) -> Decision {
    let is_too_long = attempt.retry_after.is_some_and(|asked| asked > policy.max_retry_after);
    if failure.is_of_the_edge() {
        let again = attempt.max_attempts > 1 && attempt.replayable && !is_too_long;
        return if again { Decision::Pause } else { Decision::Stop };
    }
    if is_too_long || attempt.number >= attempt.max_attempts || !attempt.replayable || !is_worth_it(failure, attempt) {
        return Decision::Stop;
    }
    let wait = match attempt.retry_after {
        // A little more than asked, so that all who were told the same do not come back together.
        Some(asked) => asked.saturating_add(fraction(policy.base, attempt.random)),
        None => backoff(policy, attempt.number, attempt.random),
    };
    let cost = if failure == Failure::Timeout { policy.timeout_cost } else { policy.retry_cost };
    Decision::Retry { wait, cost }
}

/// A pause between nothing and a bound that doubles with each attempt ("full jitter").
pub(crate) fn backoff(policy: &RetryPolicy, number: u32, random: f64) -> Duration {
    let doublings = number.saturating_sub(1);
    let factor = 1_u32.checked_shl(doublings).unwrap_or(u32::MAX);
    fraction(policy.base.saturating_mul(factor).min(policy.cap), random)
}

fn is_worth_it(failure: Failure, attempt: Attempt) -> bool {
    let safe = attempt.safety == Safety::Safe;
    let repeatable = attempt.safety != Safety::Once;
    match failure {
        Failure::Connect => true,
        Failure::Certificate | Failure::Unreadable | Failure::Permanent => false,
        Failure::Timeout | Failure::Interrupted | Failure::Truncated => repeatable,
        Failure::Status { permanent: true, .. } => false,
        Failure::Status { status: 429, .. } => safe,
        Failure::Status { status: 408 | 502 | 503 | 504 | 520..=524, .. } => repeatable,
        Failure::Status { status: 425, .. } => safe,
        // A 500 may be transient or come every time, so it is worth one more attempt.
        Failure::Status { status: 500, .. } => safe && !attempt.seen_500,
        Failure::Status { .. } => false,
    }
}

pub(crate) fn fraction(of: Duration, random: f64) -> Duration {
    let random = if random.is_finite() { random.clamp(0.0, 1.0) } else { 0.0 };
    // A product beyond all durations, or rounded up, is still no more than the whole.
    Duration::try_from_secs_f64(of.as_secs_f64() * random).map_or(of, |part| part.min(of))
}

#[cfg(test)]
mod tests;
