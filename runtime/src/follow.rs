//! Following a list that grows: new entries as they come, across polls and restarts.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::fmt;
use std::pin::Pin;
use std::str::FromStr;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::{Stream, StreamExt};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Kind};
use crate::pager::{Page, Paged};
use crate::timestamp::Timestamp;

/// A backlog is read in parts of about as many entries, so that memory stays flat.
const PART: u64 = 1000;

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
pub struct Cursor {
    /// Everything before this moment was given, in milliseconds since the epoch.
    since: i64,
    /// What was given of the time after it: ids, and the moments of their entries.
    seen: BTreeMap<String, i64>,
}

/// A stream of the entries of a list as they come, oldest first, each once. It has no end: it asks for new entries time
/// and again, and after an error too.
///
/// Dropping it, or the future of [`Follow::next`], loses nothing: [`Follow::cursor`] says how far it was read.
#[must_use = "a stream does nothing until it is read"]
pub struct Follow<T> {
    source: Source<T>,
    cursor: Cursor,
    /// Entries that were read and not given yet, and how far the list is known with them.
    ready: VecDeque<T>,
    reached: i64,
    work: Option<Work<T>>,
    /// Whether all that there was has been read, so that a pause is due.
    pause: bool,
    interval: Duration,
    overlap: Duration,
}

type Read<T> = Arc<dyn Fn(Timestamp, Option<Timestamp>) -> Paged<T> + Send + Sync>;
type Work<T> = Pin<Box<dyn Future<Output = Result<Part<T>, Error>> + Send>>;

/// Where entries come from.
struct Source<T> {
    /// The list between two moments, newest first. Whether the bounds belong to it does not matter.
    read: Read<T>,
    /// When an entry came to be, and its id.
    key: fn(&T) -> (Timestamp, &str),
}

/// New entries, oldest first.
struct Part<T> {
    entries: Vec<T>,
    reached: i64,
    more: bool,
}

impl<T: Send + 'static> Follow<T> {
    /// Follows a list that can be asked for entries after one moment and before another, where it is given, newest first.
    /// `key` tells when an entry came to be, and its id.
    pub fn new(
        read: impl Fn(Timestamp, Option<Timestamp>) -> Paged<T> + Send + Sync + 'static,
        key: fn(&T) -> (Timestamp, &str),
        from: impl Into<Cursor>,
    ) -> Self {
        let cursor = from.into();
        Self {
            source: Source { read: Arc::new(read), key },
            reached: cursor.since,
            cursor,
            ready: VecDeque::new(),
            work: None,
            pause: false,
            interval: Duration::from_secs(10),
            overlap: Duration::from_secs(10),
        }
    }

    /// The pause after all that there was has been read, 10 seconds unless set.
    pub fn every(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// How long after its moment an entry may still appear in the list, 10 seconds unless set: as much is read again each
    /// time. What appears later is missed. The cursor holds the ids of the entries of this time.
    pub fn overlap(mut self, overlap: Duration) -> Self {
        self.overlap = overlap;
        self
    }

    /// How far the list was given: the entries that [`Follow::next`] has returned, and no other. Saved after an entry was
    /// dealt with, it makes sure that each is dealt with at least once; saved before, at most once.
    pub fn cursor(&self) -> &Cursor {
        &self.cursor
    }

    /// The next entry; waits until there is one.
    ///
    /// # Errors
    ///
    /// When the list cannot be read. The next call reads it again, after the pause.
    pub async fn next(&mut self) -> Result<T, Error> {
        loop {
            if let Some(next) = StreamExt::next(self).await {
                return next;
            }
        }
    }

    /// Takes the next entry that was read.
    fn give(&mut self) -> Option<T> {
        let entry = self.ready.pop_front()?;
        let (at, id) = (self.source.key)(&entry);
        self.cursor.seen.insert(id.to_owned(), at.as_millis());
        let reached = if self.ready.is_empty() { self.reached.max(at.as_millis()) } else { at.as_millis() };
        self.cursor.reach(reached, self.overlap);
        Some(entry)
    }

    fn work(&self) -> Work<T> {
        let source = Source { read: Arc::clone(&self.source.read), key: self.source.key };
        let cursor = self.cursor.clone();
        let pause = self.pause.then_some(self.interval);
        Box::pin(async move {
            if let Some(pause) = pause {
                source.list(&cursor, None).clock().sleep(pause).await;
            }
            source.part(&cursor).await
        })
    }
}

impl<T: Send + 'static> Stream for Follow<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if let Some(entry) = this.give() {
                return Poll::Ready(Some(Ok(entry)));
            }
            let mut work = this.work.take().unwrap_or_else(|| this.work());
            match work.as_mut().poll(context) {
                Poll::Pending => {
                    this.work = Some(work);
                    return Poll::Pending;
                }
                Poll::Ready(Ok(part)) => {
                    this.pause = !part.more;
                    this.reached = part.reached;
                    this.ready = part.entries.into();
                    if this.ready.is_empty() {
                        this.cursor.reach(part.reached, this.overlap);
                    }
                }
                Poll::Ready(Err(error)) => {
                    this.pause = true;
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
    }
}

impl<T> Source<T> {
    fn list(&self, cursor: &Cursor, end: Option<i64>) -> Paged<T> {
        // One millisecond more at both ends, as the bounds may or may not belong to what is asked for.
        let end = end.map(|end| Timestamp::from_millis(end.saturating_add(1)));
        (self.read)(Timestamp::from_millis(cursor.since.saturating_sub(1)), end)
    }

    /// Reads what is new, or the oldest part of it where there is much.
    async fn part(&self, cursor: &Cursor) -> Result<Part<T>, Error> {
        let mut end = None;
        let mut pages = self.list(cursor, end).pages();
        let mut first = pages.next().await.transpose()?;
        // Half the time, and half again, until there are not too many.
        while let Some(latest) = first.as_ref().and_then(|page| self.too_late(page, cursor)) {
            if end.is_some_and(|end| latest > end) {
                let what = "the server gives entries that are later than the time that was asked for";
                return Err(Error::new(Kind::Paging, what).hint("this version of the server cannot be followed"));
            }
            let half = cursor.since.saturating_add(latest.saturating_sub(cursor.since) / 2);
            end = Some(half);
            pages = self.list(cursor, end).pages();
            first = pages.next().await.transpose()?;
        }
        let mut part = Part { entries: Vec::new(), reached: end.unwrap_or(cursor.since), more: end.is_some() };
        let mut known = HashSet::new();
        while let Some(page) = first.take() {
            for entry in page.items {
                let (at, id) = (self.key)(&entry);
                let at = at.as_millis();
                let wanted = at >= cursor.since && end.is_none_or(|end| at <= end);
                if wanted && !cursor.seen.contains_key(id) && known.insert(id.to_owned()) {
                    part.reached = part.reached.max(at);
                    part.entries.push(entry);
                }
            }
            first = pages.next().await.transpose()?;
        }
        // Of one moment, the server gives the later entries first as well.
        part.entries.reverse();
        part.entries.sort_by_key(|entry| (self.key)(entry).0);
        Ok(part)
    }

    /// The moment of the latest entry, where there are too many entries to be read at once and time can be halved.
    fn too_late(&self, page: &Page<T>, cursor: &Cursor) -> Option<i64> {
        let total = page.total.filter(|total| *total > PART)?;
        let latest = page.items.iter().map(|entry| (self.key)(entry).0.as_millis()).max()?;
        // Entries that were given already are read again and again; they are no backlog.
        let given = u64::try_from(cursor.seen.len()).unwrap_or(u64::MAX);
        (total.saturating_sub(given) > PART && latest > cursor.since.saturating_add(1)).then_some(latest)
    }
}

impl Cursor {
    /// Everything up to this moment was given, but for what appears late.
    fn reach(&mut self, moment: i64, overlap: Duration) {
        let overlap = i64::try_from(overlap.as_millis()).unwrap_or(i64::MAX);
        let since = moment.saturating_sub(overlap);
        if since > self.since {
            self.since = since;
            self.seen.retain(|_, at| *at >= since);
        }
    }
}

/// From this moment on, entries of that moment included.
impl From<Timestamp> for Cursor {
    fn from(moment: Timestamp) -> Self {
        Self { since: moment.as_millis(), seen: BTreeMap::new() }
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

// Nothing in it is pinned in place.
impl<T> Unpin for Follow<T> {}

impl<T> fmt::Debug for Follow<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Follow").field("cursor", &self.cursor).finish_non_exhaustive()
    }
}
