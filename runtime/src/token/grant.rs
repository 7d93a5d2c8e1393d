//! A token that is in use, and when it must be replaced.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use reqwest::header::HeaderValue;

use super::Token;
use crate::clock::Clock;
use crate::error::{Error, Kind, TokenFailure};
use crate::secret::Secret;

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// How long before its end a token is replaced at most, and no longer used at most.
const LONGEST_LEAD: Duration = Duration::from_secs(5 * 60);
const LONGEST_EDGE: Duration = Duration::from_secs(30);
const LONGEST_TOKEN: usize = 16 * 1024;

/// A token in use.
#[derive(Debug)]
pub(crate) struct Grant {
    /// The value of the `Authorization` header.
    pub(crate) header: HeaderValue,
    /// Counts the tokens of a client.
    pub(crate) generation: u64,
    /// Whether it is known to lack the scope that was asked for.
    pub(crate) lacks_scope: bool,
    /// The scopes that it was issued with, where that is known.
    scope: Option<Box<str>>,
    /// Whether the server has taken it.
    is_accepted: AtomicBool,
    asked: Moment,
    /// How old it was when it was asked for: one that another process has stored.
    head_start: Duration,
    /// The age from which it is replaced while it still serves.
    soft: Duration,
    /// The age from which it no longer serves.
    hard: Duration,
}

/// A moment on both clocks: the monotonic one may stand still in suspend, the other one may jump.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    now: Duration,
    wall: SystemTime,
}

/// How a token can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Freshness {
    Fresh,
    /// It still serves, but should be replaced.
    Stale,
    Expired,
}

impl Moment {
    pub(crate) fn of(clock: &dyn Clock) -> Self {
        Self::at(clock.now(), clock)
    }

    /// The moment at which the monotonic clock, which has just been read, shows this.
    pub(crate) fn at(now: Duration, clock: &dyn Clock) -> Self {
        Self { now, wall: clock.wall() }
    }

    /// How much time has passed, by the clock that saw more of it.
    fn until(self, later: Self) -> Duration {
        let steady = later.now.saturating_sub(self.now);
        let wall = later.wall.duration_since(self.wall).unwrap_or_default();
        steady.max(wall)
    }
}

impl Grant {
    /// Checks a token and plans its replacement.
    pub(crate) fn new(
        token: &Token,
        wanted_scope: Option<&str>,
        generation: u64,
        asked: Moment,
        random: f64,
    ) -> Result<Self, Error> {
        let text = token.access_token.expose();
        if text.is_empty() || text.len() > LONGEST_TOKEN || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            let what = "the token is empty, too long or has characters that cannot be sent in a header";
            return Err(Error::new(Kind::Token(TokenFailure::Malformed), what));
        }
        let mut header = HeaderValue::from_str(&format!("Bearer {text}"))
            .map_err(|_| Error::new(Kind::Token(TokenFailure::Malformed), "the token cannot be sent in a header"))?;
        header.set_sensitive(true);
        let lacks_scope = match (wanted_scope, &token.scope) {
            (Some(wanted), Some(scope)) => !wanted.split(' ').all(|one| scope.split(' ').any(|other| other == one)),
            _ => false,
        };
        let longest = if lacks_scope { MINUTE } else { DAY };
        let lifetime = token.lifetime.min(longest);
        // Spread, so that many processes that began together do not refresh together.
        let spread = 0.9 + 0.2 * random.clamp(0.0, 1.0);
        let lead = lifetime.mul_f64(0.25).min(LONGEST_LEAD).mul_f64(spread);
        let hard = lifetime.saturating_sub(lifetime.mul_f64(0.05).min(LONGEST_EDGE));
        let soft = lifetime.saturating_sub(lead).min(hard);
        let scope = token.scope.as_deref().map(Box::from);
        let (is_accepted, head_start) = (AtomicBool::new(false), Duration::ZERO);
        Ok(Self { header, generation, lacks_scope, scope, is_accepted, asked, head_start, soft, hard })
    }

    /// A token that never changes.
    pub(crate) fn fixed(token: &Secret, clock: &dyn Clock) -> Result<Self, Error> {
        let grant = Self::new(&Token::new(token.clone(), DAY), None, 1, Moment::of(clock), 0.0);
        grant.map_err(|_| {
            Error::config("the bearer token is empty, too long or has characters that cannot be sent in a header")
        })
    }

    /// None: what expired before it began.
    pub(crate) fn none() -> Self {
        Self {
            header: HeaderValue::from_static(""),
            generation: 0,
            lacks_scope: false,
            scope: None,
            is_accepted: AtomicBool::new(false),
            asked: Moment { now: Duration::ZERO, wall: SystemTime::UNIX_EPOCH },
            head_start: Duration::ZERO,
            soft: Duration::ZERO,
            hard: Duration::ZERO,
        }
    }

    /// The same token, which was already so old when it was asked for.
    pub(crate) fn aged(self, head_start: Duration) -> Self {
        Self { head_start, ..self }
    }

    /// Whether it is this token.
    pub(crate) fn is(&self, token: &Token) -> bool {
        self.header.as_bytes().strip_prefix(b"Bearer ") == Some(token.access_token.expose().as_bytes())
    }

    /// The token as others see it, with the time that it will serve yet.
    pub(crate) fn token(&self, now: Moment) -> Token {
        let scope = self.scope.as_deref().map(str::to_owned);
        Token { scope, ..Token::new(self.text(), self.hard.saturating_sub(self.age(now))) }
    }

    /// Takes down that the server has taken it.
    pub(crate) fn accept(&self) {
        // It is written once: a write would take it from the other cores.
        if !self.is_accepted() {
            self.is_accepted.store(true, Ordering::Relaxed);
        }
    }

    pub(crate) fn is_accepted(&self) -> bool {
        self.is_accepted.load(Ordering::Relaxed)
    }

    /// The token itself.
    pub(crate) fn text(&self) -> &str {
        self.header.to_str().ok().and_then(|header| header.strip_prefix("Bearer ")).unwrap_or_default()
    }

    /// The token as others see it where it never changes.
    pub(crate) fn unchanging(&self) -> Token {
        Token::new(self.text(), DAY)
    }

    /// How long ago it was issued, or longer: it was asked for before.
    pub(crate) fn age(&self, now: Moment) -> Duration {
        self.asked.until(now).saturating_add(self.head_start)
    }

    pub(crate) fn freshness(&self, now: Moment) -> Freshness {
        let age = self.age(now);
        if age < self.soft {
            Freshness::Fresh
        } else if age < self.hard {
            Freshness::Stale
        } else {
            Freshness::Expired
        }
    }
}

#[cfg(test)]
mod tests;
