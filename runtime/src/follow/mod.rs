//! Following a list that grows: new entries as they come, across polls and restarts.

mod cursor;
mod source;

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::{Stream, StreamExt};

use crate::error::Error;
use crate::pager::Paged;
use crate::timestamp::Timestamp;

pub use cursor::Cursor;
use source::{Backlog, Part, Source};

/// A stream of the entries of a list as they come, each once. It has no end: it asks for new entries time and again, and
/// after an error too.
///
/// What has come since the last poll is given oldest first, however much it is: much is read in parts, from the oldest page
/// on. An entry that appears late ([`Follow::overlap`]) is given by the next poll, after others that are later than it.
///
/// Time is that of the server, by the `Date` of its replies. An entry that is dated ahead is given once and holds nothing up.
/// Where the server's clock goes back, what comes then is given too, as far as the ids of the last 100 entries tell it from what
/// was given before.
///
/// Dropping it, or the future of [`Follow::next`], loses nothing: [`Follow::cursor`] says how far it was read.
#[must_use = "a stream does nothing until it is read"]
pub struct Follow<T> {
    source: Source<T>,
    cursor: Cursor,
    /// Entries that were read and not given yet, and what time it was by the server's clock when they were.
    ready: VecDeque<T>,
    now: i64,
    /// What is left of many entries that came at once.
    backlog: Option<Backlog>,
    work: Option<Work<T>>,
    /// Whether all that there was has been read, so that a pause is due.
    pause: bool,
    interval: Duration,
    overlap: Duration,
}

type Work<T> = Pin<Box<dyn Future<Output = Result<Part<T>, Error>> + Send>>;

impl<T: Send + 'static> Follow<T> {
    /// Follows a list that can be asked for entries after one moment and before another, where it is given, newest first.
    /// `key` tells when an entry came to be, and its id.
    pub fn new(
        read: impl Fn(Timestamp, Option<Timestamp>) -> Paged<T> + Send + Sync + 'static,
        key: fn(&T) -> (Timestamp, &str),
        from: impl Into<Cursor>,
    ) -> Self {
        Self {
            source: Source { read: Arc::new(read), key },
            cursor: from.into(),
            ready: VecDeque::new(),
            now: i64::MIN,
            backlog: None,
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
        self.cursor.give(at.as_millis(), id, self.now, self.overlap);
        Some(entry)
    }

    fn work(&self) -> Work<T> {
        let (source, cursor, backlog, overlap) = (self.source.clone(), self.cursor.clone(), self.backlog, self.overlap);
        let pause = self.pause.then_some(self.interval);
        Box::pin(async move {
            if let Some(pause) = pause {
                source.between(cursor.since(), None).clock().sleep(pause).await;
            }
            source.part(cursor, backlog, overlap).await
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
                    // What has come meanwhile is asked for at once, but only where this gave anything.
                    this.pause = part.backlog.is_none() && (!part.more || part.entries.is_empty());
                    this.now = part.now;
                    this.backlog = part.backlog;
                    this.ready = part.entries.into();
                    this.cursor.go_back(part.now, this.overlap);
                }
                Poll::Ready(Err(error)) => {
                    this.pause = true;
                    // What the pages contradict is begun anew.
                    this.backlog = this.backlog.filter(|_| !error.is_paging());
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
    }
}

// Nothing in it is pinned in place.
impl<T> Unpin for Follow<T> {}

impl<T> fmt::Debug for Follow<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Follow").field("cursor", &self.cursor).finish_non_exhaustive()
    }
}
