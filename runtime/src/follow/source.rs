//! Reading what is new of a list that gives its newest entries first.
//!
//! A poll reads the first page. Where little is new, it reads on until it has as many new entries as the total tells. Where
//! much is new, a [`Backlog`] is read from its oldest page to its newest, in parts, between two moments that stay: an entry
//! that comes meanwhile is later than both, and one that appears late moves what was read by one place, which is seen
//! from the total.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::Cursor;
use crate::error::{Error, Kind};
use crate::pager::{Page, Paged};
use crate::retry_after;
use crate::timestamp::Timestamp;

/// A backlog is read in parts of about as many entries, so that memory stays flat.
const PART: u64 = 1000;

/// As often in a row a page may miss what it was asked for, because the list moved meanwhile.
const MOST_MISSES: u32 = 3;

/// A server may count a beginning in whole seconds, and give what came in the same second before it.
const COARSE: i64 = 1000;

type Read<T> = Arc<dyn Fn(Timestamp, Option<Timestamp>) -> Paged<T> + Send + Sync>;

/// Where entries come from.
pub(super) struct Source<T> {
    /// The list between two moments, newest first. Whether the bounds belong to it does not matter.
    pub(super) read: Read<T>,
    /// When an entry came to be, and its id.
    pub(super) key: fn(&T) -> (Timestamp, &str),
}

/// New entries, oldest first.
pub(super) struct Part<T> {
    pub(super) entries: Vec<T>,
    /// What time it is by the server's clock, in milliseconds since the epoch.
    pub(super) now: i64,
    /// What is left of a backlog.
    pub(super) backlog: Option<Backlog>,
    /// Whether there may be more already.
    pub(super) more: bool,
}

/// Many entries between two moments, of which the oldest were read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Backlog {
    from: i64,
    end: i64,
    /// How many entries the server had when it was asked last, and how many of them, the oldest, were read.
    total: u64,
    read: u64,
}

/// New entries while they are gathered.
struct Gathered<T> {
    entries: Vec<T>,
    known: HashSet<String>,
}

impl<T> Clone for Source<T> {
    fn clone(&self) -> Self {
        Self { read: Arc::clone(&self.read), key: self.key }
    }
}

impl<T> Source<T> {
    /// The list from one moment to another, both included.
    pub(super) fn between(&self, from: i64, end: Option<i64>) -> Paged<T> {
        // One millisecond more at both ends, as the bounds may or may not belong to what is asked for.
        let end = end.map(|end| Timestamp::from_millis(end.saturating_add(1)));
        (self.read)(Timestamp::from_millis(from.saturating_sub(1)), end)
    }

    /// Reads what is new, or the oldest part of it where there is much.
    pub(super) async fn part(
        &self,
        mut cursor: Cursor,
        backlog: Option<Backlog>,
        overlap: Duration,
    ) -> Result<Part<T>, Error> {
        if let Some(backlog) = backlog {
            return self.rise(&cursor, backlog).await;
        }
        let mut list = self.between(cursor.since(), None);
        let (mut page, mut now) = get(&list, 1).await?;
        if cursor.go_back(now, overlap) {
            list = self.between(cursor.since(), None);
            (page, now) = get(&list, 1).await?;
        }
        let latest = page.items.iter().map(|entry| self.at(entry)).max();
        match (exact_total(&page), latest) {
            (Some(total), Some(end)) if total.saturating_sub(cursor.given()) > PART => {
                let read = self.read_already(&cursor).await?;
                self.rise(&cursor, Backlog { from: cursor.since(), end, total, read }).await
            }
            _ => self.descend(&cursor, &list, page, now).await,
        }
    }

    /// From the newest page on, until as many new entries were found as there are.
    async fn descend(&self, cursor: &Cursor, list: &Paged<T>, page: Page<T>, now: i64) -> Result<Part<T>, Error> {
        let given = cursor.given();
        let mut gathered = Gathered { entries: Vec::new(), known: HashSet::new() };
        let mut rest = list.clone().page(2).page_size(list.size()).pages();
        let mut next = Some(page);
        while let Some(page) = next.take() {
            let total = exact_total(&page);
            let count = u64::try_from(page.items.len()).unwrap_or(u64::MAX);
            // The stream of the others finds their end itself.
            let is_alone = page.number == Some(1)
                && total.map_or(count < list.size() && page.links.next.is_none(), |total| count >= total);
            // What was given may be gone by now, and a total older than its page: only a page that comes down to what was given
            // shows that the count is right.
            let reaches = page.items.iter().any(|entry| !cursor.wants(self.at(entry), (self.key)(entry).1));
            self.gather(cursor, page.items, &mut gathered);
            let found = u64::try_from(gathered.entries.len()).unwrap_or(u64::MAX);
            let is_all = |total: u64| found >= total || (reaches && found >= total.saturating_sub(given));
            if !is_alone && !total.is_some_and(is_all) {
                next = rest.next().await.transpose()?;
            }
        }
        // Of one moment, the server gives the later entries first as well.
        gathered.entries.reverse();
        Ok(self.sorted(gathered, now, None, false))
    }

    /// From the oldest page that was not read on, until there is a part.
    async fn rise(&self, cursor: &Cursor, mut backlog: Backlog) -> Result<Part<T>, Error> {
        let list = self.between(backlog.from, Some(backlog.end));
        let size = list.size();
        let mut gathered = Gathered { entries: Vec::new(), known: HashSet::new() };
        let (mut now, mut misses) = (i64::MAX, 0_u32);
        // So many pages may hold nothing but what was given.
        let mut known_pages = cursor.given().checked_div(size).unwrap_or_default().saturating_add(3);
        while backlog.read < backlog.total && gathered.entries.len() < usize::try_from(PART).unwrap_or(usize::MAX) {
            let last = backlog.total.saturating_sub(backlog.read).saturating_sub(1);
            let number = last.checked_div(size).unwrap_or_default().saturating_add(1);
            let (page, clock) = get(&list, number).await?;
            now = clock;
            let Some(total) = exact_total(&page) else { return Err(refused("no longer tells its total")) };
            self.check(&page, &backlog)?;
            // Where the oldest are gone, what was read is fewer.
            backlog.read = backlog.read.saturating_sub(backlog.total.saturating_sub(total));
            backlog.total = total;
            let count = u64::try_from(page.items.len()).unwrap_or(u64::MAX);
            let upto = total.saturating_sub(number.saturating_sub(1).saturating_mul(size));
            let is_next = count > 0 && upto.saturating_sub(count) <= backlog.read && upto > backlog.read;
            if is_next {
                misses = 0;
                backlog.read = upto;
                let before = gathered.entries.len();
                self.gather(cursor, page.items.into_iter().rev(), &mut gathered);
                if gathered.entries.len() == before {
                    let left = known_pages.checked_sub(1);
                    known_pages =
                        left.ok_or_else(|| refused("gives pages of what was given before, again and again"))?;
                }
            } else if misses < MOST_MISSES {
                misses = misses.saturating_add(1);
            } else {
                return Err(refused("gives pages that do not agree with its total and the page size"));
            }
        }
        let left = (backlog.read < backlog.total).then_some(backlog);
        Ok(self.sorted(gathered, now, left, true))
    }

    /// Refuses a page of a server that does not look at the times that it is asked for.
    fn check(&self, page: &Page<T>, backlog: &Backlog) -> Result<(), Error> {
        let earliest = backlog.from.saturating_sub(COARSE);
        let latest = backlog.end.saturating_add(1);
        if page.items.iter().any(|entry| self.at(entry) > latest) {
            return Err(refused("gives entries that are later than the time that was asked for"));
        }
        if !page.items.is_empty() && page.items.iter().all(|entry| self.at(entry) < earliest) {
            return Err(refused("gives entries that are earlier than the time that was asked for"));
        }
        Ok(())
    }

    /// How many of the oldest entries were all given, where it would take many requests to read them again.
    async fn read_already(&self, cursor: &Cursor) -> Result<u64, Error> {
        let given = cursor.given();
        let Some(latest) = cursor.latest().filter(|_| given > PART) else { return Ok(0) };
        let (page, _) = get(&self.between(cursor.since(), Some(latest)), 1).await?;
        Ok(if exact_total(&page) == Some(given) { given } else { 0 })
    }

    fn gather(&self, cursor: &Cursor, entries: impl IntoIterator<Item = T>, gathered: &mut Gathered<T>) {
        for entry in entries {
            let (at, id) = (self.key)(&entry);
            if cursor.wants(at.as_millis(), id) && gathered.known.insert(id.to_owned()) {
                gathered.entries.push(entry);
            }
        }
    }

    fn sorted(&self, gathered: Gathered<T>, now: i64, backlog: Option<Backlog>, more: bool) -> Part<T> {
        let mut entries = gathered.entries;
        entries.sort_by_key(|entry| (self.key)(entry).0);
        Part { entries, now, backlog, more }
    }

    fn at(&self, entry: &T) -> i64 {
        (self.key)(entry).0.as_millis()
    }
}

/// A page, and what time it is by the server's clock, or by ours where it does not say.
async fn get<T>(list: &Paged<T>, number: u64) -> Result<(Page<T>, i64), Error> {
    let clock = list.clock();
    let reply = list.clone().page(number).page_size(list.size()).response().await?;
    let now = retry_after::date(reply.headers()).unwrap_or_else(|| clock.wall());
    Ok((reply.into_value(), millis(now)))
}

fn millis(moment: SystemTime) -> i64 {
    let since = moment.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

fn exact_total<T>(page: &Page<T>) -> Option<u64> {
    page.total.filter(|_| !page.total_is_capped)
}

fn refused(what: &str) -> Error {
    Error::new(Kind::Paging, format!("the server {what}"))
        .hint("the list cannot be followed; check that the page size is one that the server gives")
}
