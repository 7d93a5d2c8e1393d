//! Streams over all pages of a list.

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::hash::Hash;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::stream::FuturesOrdered;
use futures_util::{Stream, StreamExt};

use super::progress::{Progress, Step};
use super::{Page, Paged};
use crate::call::Receiving;
use crate::error::{Error, Kind};
use crate::reply::Response;

/// The most pages that are asked for ahead, whatever the server says of its total.
const MOST_AHEAD: usize = 64;

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
    progress: Progress,
    /// The number of the first page.
    begin: u64,
    /// Whether the pages that came cannot all be of one list.
    is_broken: bool,
    state: State,
}

/// How far a stream is.
#[derive(Debug)]
enum State {
    /// The first page is not there yet, so nothing is known about the list.
    First,
    Running,
    /// The last page that can be had was given, but the list has more.
    Failed(Error),
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
        let size = first.size();
        Self {
            size,
            coming: FuturesOrdered::new(),
            prefetch: 0,
            ask: begin,
            give: begin,
            progress: Progress::new(begin, size),
            begin,
            is_broken: false,
            state: State::First,
            first,
        }
    }

    /// Asks for as many pages ahead while one is read; none unless set, at most 64. Nothing is asked for before the first
    /// page is there, nor ahead beyond the total that the server tells, and requests move on only while the stream is read.
    ///
    /// Pages come in their order all the same, and as many as are asked for ahead are held in memory at most. While rows
    /// are added, a server may make a later page before an earlier one, and the row that moves from one to the other is
    /// in neither; one page at a time only repeats it.
    pub fn prefetch(mut self, pages: usize) -> Self {
        self.prefetch = pages.min(MOST_AHEAD);
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

    /// Whether the pages that came cannot all be of one list: rows in another order may look so.
    pub(super) fn is_broken(&self) -> bool {
        self.is_broken
    }

    /// Sends requests until this many are on their way, and looks for the next page.
    fn poll_page(&mut self, context: &mut Context<'_>, at_once: usize) -> Poll<Option<Result<Page<T>, Error>>> {
        loop {
            let at_once = match self.state {
                State::First => 1,
                State::Running => at_once,
                State::Failed(_) | State::Done => {
                    let state = std::mem::replace(&mut self.state, State::Done);
                    return Poll::Ready(if let State::Failed(error) = state { Some(Err(error)) } else { None });
                }
            };
            // The page that is needed is asked for whatever the total: that may be wrong, and is no reason to stop.
            while self.coming.len() < at_once && (self.coming.is_empty() || self.is_wanted(self.ask)) {
                let page = self.first.clone().page(self.ask).page_size(self.size);
                self.coming.push_back(page.response());
                self.ask = self.ask.saturating_add(1);
            }
            let Poll::Ready(reply) = self.coming.poll_next_unpin(context) else { return Poll::Pending };
            match reply {
                Some(Ok(reply)) => {
                    if let Some(page) = self.accept(reply) {
                        return Poll::Ready(Some(page));
                    }
                }
                Some(Err(error)) => {
                    self.stop(State::Done);
                    return Poll::Ready(Some(Err(error)));
                }
                None => return Poll::Ready(None),
            }
        }
    }

    /// Takes a page in. `None` when it only repeats the one before.
    fn accept(&mut self, reply: Response<Page<T>>) -> Option<Result<Page<T>, Error>> {
        let step = self.progress.take(&reply.value, reply.fingerprint(), reply.sample());
        let page = reply.into_value();
        let number = self.give;
        // One page more is looked at: an empty one says that the list has ended.
        if !self.is_within(number) && !page.items.is_empty() {
            self.stop(State::Done);
            return Some(Err(self.beyond()));
        }
        self.is_broken |= matches!(step, Step::Broken(_) | Step::Fail(_));
        match step {
            Step::Give | Step::Skip => self.state = State::Running,
            Step::Last | Step::End => self.stop(State::Done),
            Step::Broken(what) => self.stop(State::Failed(self.broken(what, number))),
            Step::Fail(what) => {
                self.stop(State::Done);
                return Some(Err(self.broken(what, number)));
            }
        }
        self.give = number.saturating_add(1);
        (!matches!(step, Step::Skip | Step::End)).then_some(Ok(page))
    }

    fn broken(&self, what: &str, number: u64) -> Error {
        Error::new(Kind::Paging, format!("{what}, at page {number}"))
            .at(&self.first.request.place)
            .hint("the list cannot be read further; what came so far is not all of it")
    }

    /// Whether a page is among those that may be asked for.
    fn is_within(&self, number: u64) -> bool {
        number.saturating_sub(self.begin) < self.first.limits().pages
    }

    /// Whether a page is worth to be asked for ahead.
    fn is_wanted(&self, number: u64) -> bool {
        self.is_within(number) && number <= self.progress.last_known()
    }

    fn beyond(&self) -> Error {
        let most = self.first.limits().pages;
        Error::new(Kind::Paging, format!("the list has more pages than the {most} that are read of it"))
            .at(&self.first.request.place)
            .hint("set `Limits::pages`, or go on with the page that `next_page` says")
    }

    /// Ends the stream and drops what is on its way.
    fn stop(&mut self, state: State) {
        self.state = state;
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

    /// Leaves out items whose id came before, as happens when rows are added while the pages are read. Every id is kept
    /// in memory as long as the stream.
    ///
    /// Rows that are missed, because others before them were removed while the pages were read, are still missed; see
    /// [`Paged::collect_consistent`].
    ///
    /// ```
    /// # use logto_runtime::{Error, Paged};
    /// # async fn example(numbers: Paged<i64>) -> Result<(), Error> {
    /// let mut numbers = numbers.items().dedup_by_id(|number| *number);
    /// while let Some(number) = numbers.next().await {
    ///     println!("{}", number?);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn dedup_by_id<K: Hash + Eq + Send + 'static>(mut self, mut id: impl FnMut(&T) -> K + Send + 'static) -> Self {
        let mut known = HashSet::new();
        self.is_new = Some(Box::new(move |item| known.insert(id(item))));
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
