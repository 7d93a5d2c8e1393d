//! Streams over all pages of a list.

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::hash::Hash;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::stream::FuturesOrdered;
use futures_util::{Stream, StreamExt};

use super::{Page, Paged};
use crate::call::Receiving;
use crate::error::{Error, Kind};

/// A stream of pages. After an error it ends; [`Pages::next_page`] says where to go on.
#[must_use = "a stream does nothing until it is read"]
pub struct Pages<T> {
    first: Paged<T>,
    size: u64,
    /// Requests on their way: one, and as many more as are to be prefetched.
    coming: FuturesOrdered<Receiving<Page<T>>>,
    prefetch: usize,
    /// The number of the next page to ask for, and of the next one to give.
    ask: u64,
    give: u64,
    seen: u64,
    fingerprint: Option<u64>,
    state: State,
}

/// How far a stream is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// The first page is not there yet, so nothing is known about the list.
    First,
    Running,
    Done,
}

/// A stream of items, page by page.
#[must_use = "a stream does nothing until it is read"]
pub struct Items<T> {
    pages: Pages<T>,
    ready: VecDeque<T>,
    /// The page after those items, or the end, if it is there already.
    page: Option<Option<Result<Page<T>, Error>>>,
    is_new: Option<IsNew<T>>,
}

type IsNew<T> = Box<dyn FnMut(&T) -> bool + Send>;

impl<T> Pages<T> {
    pub(super) fn new(first: Paged<T>) -> Self {
        let begin = first.list.number.unwrap_or(1);
        Self {
            size: first.list.size.unwrap_or(first.paging().max_page_size),
            coming: FuturesOrdered::new(),
            prefetch: 0,
            ask: begin,
            give: begin,
            seen: 0,
            fingerprint: None,
            state: State::First,
            first,
        }
    }

    /// Asks for as many pages ahead while one is read; none unless set. Nothing is asked for before the first page is
    /// there, and requests move on only while the stream is read.
    pub fn prefetch(mut self, pages: usize) -> Self {
        self.prefetch = pages;
        self
    }

    /// The next page, `None` after the last one.
    pub async fn next(&mut self) -> Option<Result<Page<T>, Error>> {
        StreamExt::next(self).await
    }

    /// The number of the page that comes next: after an error, the one to go on with.
    pub fn next_page(&self) -> u64 {
        self.give
    }

    /// Sends requests until this many are on their way, and looks for the next page.
    fn poll_page(&mut self, context: &mut Context<'_>, at_once: usize) -> Poll<Option<Result<Page<T>, Error>>> {
        if self.state == State::Done {
            return Poll::Ready(None);
        }
        let at_once = if self.state == State::First { 1 } else { at_once };
        while self.coming.len() < at_once {
            let page = self.first.clone().page(self.ask).page_size(self.size);
            self.coming.push_back(page.response());
            self.ask = self.ask.saturating_add(1);
        }
        let Poll::Ready(reply) = self.coming.poll_next_unpin(context) else { return Poll::Pending };
        Poll::Ready(match reply {
            Some(Ok(reply)) => {
                let fingerprint = reply.fingerprint();
                self.accept(reply.value, fingerprint)
            }
            Some(Err(error)) => {
                self.stop();
                Some(Err(error))
            }
            None => None,
        })
    }

    /// Takes a page in. `None` when it only repeats the one before.
    fn accept(&mut self, page: Page<T>, fingerprint: u64) -> Option<Result<Page<T>, Error>> {
        let count = u64::try_from(page.items.len()).unwrap_or(u64::MAX);
        let repeats = count > 0 && self.fingerprint == Some(fingerprint);
        if repeats {
            self.stop();
            let complete = page.total.is_none_or(|total| total <= self.seen);
            // The server ignores the number of the page: either all came at once, or the rest cannot be had.
            return (!complete).then(|| {
                let what = format!("the server answered page {} with the page before it", self.give);
                Err(Error::new(Kind::Paging, what)
                    .at(&self.first.request.place)
                    .hint("the list cannot be read further; what came so far is not all of it"))
            });
        }
        self.fingerprint = Some(fingerprint);
        self.seen = self.seen.saturating_add(count);
        self.give = self.give.saturating_add(1);
        self.state = State::Running;
        if is_last(&page, count, self.size, self.seen_from_start()) {
            self.stop();
        }
        Some(Ok(page))
    }

    /// Items up to here, those before the first page included.
    fn seen_from_start(&self) -> u64 {
        let skipped = self.first.list.number.unwrap_or(1).saturating_sub(1).saturating_mul(self.size);
        self.seen.saturating_add(skipped)
    }

    /// Ends the stream and drops what is on its way.
    fn stop(&mut self) {
        self.state = State::Done;
        self.coming = FuturesOrdered::new();
    }
}

impl<T> Stream for Pages<T> {
    type Item = Result<Page<T>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let at_once = self.prefetch.saturating_add(1);
        self.poll_page(context, at_once)
    }
}

impl<T> Items<T> {
    pub(super) fn new(pages: Pages<T>) -> Self {
        Self { pages, ready: VecDeque::new(), page: None, is_new: None }
    }

    /// As [`Pages::prefetch`].
    pub fn prefetch(mut self, pages: usize) -> Self {
        self.pages = self.pages.prefetch(pages);
        self
    }

    /// Leaves out items whose key came before, as happens when rows are added while the pages are read. Keeps every
    /// key in memory.
    pub fn without_repeats<K: Hash + Eq + Send + 'static>(
        mut self,
        mut key: impl FnMut(&T) -> K + Send + 'static,
    ) -> Self {
        let mut known = HashSet::new();
        self.is_new = Some(Box::new(move |item| known.insert(key(item))));
        self
    }

    /// The next item, `None` after the last one.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        StreamExt::next(self).await
    }

    /// As [`Pages::next_page`].
    pub fn next_page(&self) -> u64 {
        self.pages.next_page()
    }
}

impl<T> Stream for Items<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            // While items are left, the pages to come are only prefetched.
            let needed = usize::from(this.ready.is_empty());
            let at_once = this.pages.prefetch.saturating_add(needed);
            if this.page.is_none()
                && at_once > 0
                && let Poll::Ready(page) = this.pages.poll_page(context, at_once)
            {
                this.page = Some(page);
            }
            while let Some(item) = this.ready.pop_front() {
                if this.is_new.as_mut().is_none_or(|is_new| is_new(&item)) {
                    return Poll::Ready(Some(Ok(item)));
                }
            }
            match this.page.take() {
                Some(Some(Ok(page))) => this.ready.extend(page.items),
                Some(Some(Err(error))) => return Poll::Ready(Some(Err(error))),
                Some(None) => return Poll::Ready(None),
                // Here the items have just run out, which makes the next page one that is needed.
                None if needed == 0 => {}
                None => return Poll::Pending,
            }
        }
    }
}

// Nothing in them is pinned in place.
impl<T> Unpin for Pages<T> {}
impl<T> Unpin for Items<T> {}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("next_page", &self.give).field("state", &self.state).finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("pages", &self.pages).finish_non_exhaustive()
    }
}

/// Whether no page comes after this one.
///
/// A full page may always be followed by another. A short one is the last, unless the server says that there is more:
/// it may give smaller pages than asked for, and a capped total says nothing at all. An empty one always ends the list.
fn is_last<T>(page: &Page<T>, count: u64, size: u64, seen: u64) -> bool {
    let more_than_asked = count > size;
    let short = count < size;
    let more_is_known =
        page.total_is_capped || page.links.next.is_some() || page.total.is_some_and(|total| total > seen);
    count == 0 || more_than_asked || (short && !more_is_known)
}

#[cfg(test)]
mod tests;
