//! How far a list was followed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Kind};
use crate::timestamp::Timestamp;

/// As many of the latest entries are known by their ids at least, for when a server's clock runs backwards.
const KEPT: usize = 100;

/// How far a list was followed. It can be saved as text ([`Display`](fmt::Display), [`FromStr`]) or by serde, and
/// a stream that begins with it goes on exactly there.
///
/// ```
/// # use logto_runtime::{Cursor, Timestamp};
/// let cursor = Cursor::from(Timestamp::from_millis(1_700_000_000_000));
/// let saved = cursor.to_string();
/// assert_eq!(saved.parse::<Cursor>()?, cursor);
/// # Ok::<(), logto_runtime::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Saved", into = "Saved")]
pub struct Cursor {
    /// Everything before this moment was given, in milliseconds since the epoch.
    since: i64,
    /// The earliest moment that `since` goes back to: what was given before it is no longer known.
    floor: i64,
    /// What was given of the time after `since`, and the latest of what was given before: moments and ids.
    seen: BTreeSet<(i64, String)>,
}

/// A cursor as it is written.
#[derive(Serialize, Deserialize)]
struct Saved {
    since: i64,
    #[serde(default)]
    floor: Option<i64>,
    seen: BTreeMap<String, i64>,
}

impl From<Saved> for Cursor {
    fn from(saved: Saved) -> Self {
        let Saved { since, floor, seen } = saved;
        let seen = seen.into_iter().map(|(id, at)| (at, id)).collect();
        Self { since, floor: floor.unwrap_or(since).min(since), seen }
    }
}

impl From<Cursor> for Saved {
    fn from(cursor: Cursor) -> Self {
        let Cursor { since, floor, seen } = cursor;
        Self { since, floor: Some(floor), seen: seen.into_iter().map(|(at, id)| (id, at)).collect() }
    }
}

impl Cursor {
    /// The moment from which on entries are asked for.
    pub(super) fn since(&self) -> i64 {
        self.since
    }

    /// Whether an entry is still to be given.
    pub(super) fn wants(&self, at: i64, id: &str) -> bool {
        at >= self.since && !self.seen.contains(&(at, id.to_owned()))
    }

    /// How many entries of the time that is asked for were given.
    pub(super) fn given(&self) -> u64 {
        let given = self.seen.range((self.since, String::new())..).count();
        u64::try_from(given).unwrap_or(u64::MAX)
    }

    /// The moment of the latest entry that was given.
    pub(super) fn latest(&self) -> Option<i64> {
        self.seen.last().map(|(at, _)| *at)
    }

    /// Takes an entry as given. By the server's clock it is `now`, and what appears late does so within `overlap`.
    pub(super) fn give(&mut self, at: i64, id: &str, now: i64, overlap: Duration) {
        self.seen.insert((at, id.to_owned()));
        self.since = self.since.max(earlier(at.min(now), overlap));
        while self.seen.len() > KEPT && self.seen.first().is_some_and(|(at, _)| *at < self.since) {
            let Some((at, _)) = self.seen.pop_first() else { break };
            self.floor = self.floor.max(at.saturating_add(1));
        }
    }

    /// Goes back where the server's clock did, as far as it is known what was given. Says whether it went.
    pub(super) fn go_back(&mut self, now: i64, overlap: Duration) -> bool {
        let back = earlier(now, overlap).max(self.floor);
        let goes = back < self.since;
        self.since = self.since.min(back);
        goes
    }
}

/// A moment so much before another.
fn earlier(moment: i64, by: Duration) -> i64 {
    moment.saturating_sub(i64::try_from(by.as_millis()).unwrap_or(i64::MAX))
}

/// From this moment on, entries of that moment included.
impl From<Timestamp> for Cursor {
    fn from(moment: Timestamp) -> Self {
        let since = moment.as_millis();
        Self { since, floor: since, seen: BTreeSet::new() }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = serde_json::to_string(self).map_err(|_| fmt::Error)?;
        f.write_str(&text)
    }
}

impl FromStr for Cursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let what = "the text is not a saved cursor";
        serde_json::from_str(text).map_err(|_| Error::new(Kind::Input, what).hint("begin with a moment instead"))
    }
}
