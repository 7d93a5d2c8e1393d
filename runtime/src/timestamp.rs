//! Moments as the wire writes them: milliseconds, seconds or ISO 8601 text.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A moment as whole milliseconds since 1970-01-01T00:00:00Z; negative before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Timestamp(i64);

/// A moment as whole seconds since 1970-01-01T00:00:00Z; negative before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct UnixTime(i64);

/// A moment as an ISO 8601 text, kept exactly as it was received.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct DateTime(String);

/// A moment that cannot be converted: it lies outside the range of the target, or its text is not ISO 8601.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeRangeError;

impl Timestamp {
    /// The moment this many milliseconds after the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }
}

impl UnixTime {
    /// The moment this many seconds after the epoch.
    pub const fn from_secs(secs: i64) -> Self {
        Self(secs)
    }

    /// Seconds since the epoch.
    pub const fn as_secs(self) -> i64 {
        self.0
    }
}

impl DateTime {
    /// The text as it was received.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The moment in milliseconds, a finer fraction cut off.
    ///
    /// # Errors
    ///
    /// When the text is not an ISO 8601 date and time with an offset or `Z`.
    pub fn timestamp(&self) -> Result<Timestamp, TimeRangeError> {
        let parsed: jiff::Timestamp = self.0.parse().map_err(|_| TimeRangeError)?;
        Ok(Timestamp(parsed.as_millisecond()))
    }
}

impl TryFrom<Timestamp> for SystemTime {
    type Error = TimeRangeError;

    fn try_from(moment: Timestamp) -> Result<Self, TimeRangeError> {
        after_epoch(moment.0 < 0, Duration::from_millis(moment.0.unsigned_abs()))
    }
}

impl TryFrom<UnixTime> for SystemTime {
    type Error = TimeRangeError;

    fn try_from(moment: UnixTime) -> Result<Self, TimeRangeError> {
        after_epoch(moment.0 < 0, Duration::from_secs(moment.0.unsigned_abs()))
    }
}

impl TryFrom<&DateTime> for SystemTime {
    type Error = TimeRangeError;

    fn try_from(moment: &DateTime) -> Result<Self, TimeRangeError> {
        Self::try_from(moment.timestamp()?)
    }
}

/// Rounds towards the epoch.
impl TryFrom<SystemTime> for Timestamp {
    type Error = TimeRangeError;

    fn try_from(moment: SystemTime) -> Result<Self, TimeRangeError> {
        let (negative, distance) = since_epoch(moment);
        signed(negative, distance.as_millis()).map(Self)
    }
}

/// Rounds towards the epoch.
impl TryFrom<SystemTime> for UnixTime {
    type Error = TimeRangeError;

    fn try_from(moment: SystemTime) -> Result<Self, TimeRangeError> {
        let (negative, distance) = since_epoch(moment);
        signed(negative, distance.as_secs().into()).map(Self)
    }
}

impl From<UnixTime> for Timestamp {
    /// The same moment, or the last one of its range.
    fn from(moment: UnixTime) -> Self {
        Self(moment.0.saturating_mul(1000))
    }
}

impl From<String> for DateTime {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for DateTime {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// ISO 8601 in UTC, or the bare number where that has no year of four digits.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(moment) => write!(f, "{moment}"),
            Err(_) => self.0.fmt(f),
        }
    }
}

/// ISO 8601 in UTC, or the bare number where that has no year of four digits.
impl fmt::Display for UnixTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_second(self.0) {
            Ok(moment) => write!(f, "{moment}"),
            Err(_) => self.0.fmt(f),
        }
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Display for TimeRangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the moment is not ISO 8601 or lies outside the range of the target type")
    }
}

impl std::error::Error for TimeRangeError {}

crate::json_serde!(Timestamp);
crate::json_serde!(UnixTime);
crate::json_serde!(DateTime);

fn after_epoch(negative: bool, distance: Duration) -> Result<SystemTime, TimeRangeError> {
    let moment = if negative { UNIX_EPOCH.checked_sub(distance) } else { UNIX_EPOCH.checked_add(distance) };
    moment.ok_or(TimeRangeError)
}

fn since_epoch(moment: SystemTime) -> (bool, Duration) {
    match moment.duration_since(UNIX_EPOCH) {
        Ok(distance) => (false, distance),
        Err(before) => (true, before.duration()),
    }
}

fn signed(negative: bool, distance: u128) -> Result<i64, TimeRangeError> {
    let distance = i64::try_from(distance).map_err(|_| TimeRangeError)?;
    Ok(if negative { distance.saturating_neg() } else { distance })
}
