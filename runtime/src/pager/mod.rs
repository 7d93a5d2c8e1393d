//! Lists that come in pages.
//!
//! Pages are counted; the `Link` header is only shown, because its URLs may be wrong and following them would carry the
//! token to wherever they point.

mod consistent;
mod headers;
mod progress;
mod sample;
mod stream;

use std::fmt;
use std::sync::Arc;

use crate::call::{Call, Receiving, Sending};
use crate::clock::Clock;
use crate::decode;
use crate::error::{Error, Kind, Place};
use crate::json::Json;
use crate::options::CallOptions;
use crate::profile::Paging;
use crate::reply::Reply;
use crate::request::Request;
use crate::setters::setters;
use crate::settings::Limits;

pub use headers::Links;
pub use stream::{Items, Pages};

/// One page of a list, or all of it where the server pages only when asked to and was not.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// The number of all items, if the server says it.
    pub total: Option<u64>,
    /// Whether the total is only a lower bound, because the server stops counting somewhere.
    pub total_is_capped: bool,
    /// The number of this page, from 1; `None` when no page was asked for.
    pub number: Option<u64>,
    /// The page size that was asked for.
    pub size: Option<u64>,
    /// Which other pages the server knows of.
    pub links: Links,
}

/// A paged list that is ready to be sent: one page with [`Paged::send`], all of it with the others.
#[must_use = "a call does nothing until it is sent"]
pub struct Paged<T> {
    request: Request,
    list: List,
    decode: fn(&mut Reply) -> Result<Page<T>, Error>,
}

/// What page is asked for, and where its items are.
#[derive(Debug, Clone, Default)]
pub(crate) struct List {
    pub(crate) number: Option<u64>,
    pub(crate) size: Option<u64>,
    pub(crate) within: Option<&'static str>,
    pub(crate) if_asked: bool,
    pub(crate) page: &'static str,
    pub(crate) total_header: &'static str,
    pub(crate) capped_header: &'static str,
}

setters!(Paged);

impl<T> Paged<T> {
    pub(crate) fn new(request: Request) -> Self
    where
        T: Json,
    {
        let paging = &request.client.0.profile.paging;
        let list = List {
            page: paging.page,
            total_header: paging.total_header,
            capped_header: paging.capped_header,
            ..List::default()
        };
        Self { request, list, decode: page }
    }

    /// Says that the items are in this member of an object.
    pub fn within(mut self, member: &'static str) -> Self {
        self.list.within = Some(member);
        self
    }

    /// Says that the server pages only when asked to. [`Paged::send`] then gives the whole list, unless a page or a
    /// page size is set; streams always ask.
    pub fn if_asked(mut self) -> Self {
        self.list.if_asked = true;
        self
    }

    /// Changes what every call of this list does differently from its client: timeout, retries, headers.
    pub fn options(mut self, change: impl FnOnce(&mut CallOptions)) -> Self {
        self.request = self.request.options(change);
        self
    }

    /// The page to begin with, from 1.
    pub fn page(mut self, number: u64) -> Self {
        self.list.number = Some(number);
        self
    }

    /// Items on a page, at least 1. Larger pages than the server gives are an error before any IO. Streams ask for the
    /// largest unless told otherwise.
    pub fn page_size(mut self, size: u64) -> Self {
        self.list.size = Some(size);
        self
    }

    /// Goes on where an item does not decode: each item is a result of its own, and the error of one that does not fit
    /// names its place and never its values. A reply that is no list at all is an error as ever.
    ///
    /// ```
    /// # use logto_runtime::{Error, Paged};
    /// # async fn example(numbers: Paged<i64>) -> Result<(), Error> {
    /// let mut numbers = numbers.lenient().items();
    /// while let Some(number) = numbers.next().await {
    ///     // The outer error ends the list, the inner one is about this item alone.
    ///     match number? {
    ///         Ok(number) => println!("{number}"),
    ///         Err(error) => eprintln!("left out: {error}"),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn lenient(self) -> Paged<Result<T, Error>>
    where
        T: Json,
    {
        Paged { request: self.request, list: self.list, decode: lenient_page }
    }

    /// Gets one page.
    pub fn send(self) -> Sending<Page<T>> {
        self.call().send()
    }

    /// Gets one page with status, headers and request id.
    pub fn response(self) -> Receiving<Page<T>> {
        self.call().response()
    }

    /// A stream of all items, from the page to begin with.
    ///
    /// When items come or go while the pages are read, one may come twice or not at all; see
    /// [`Items::dedup_by_id`]. A server whose pages repeat nearly all items of the page before, told by their `id` or else as a
    /// whole, three times in a row, is an error ([`Error::is_paging`]).
    pub fn items(self) -> Items<T> {
        Items::new(self.pages())
    }

    /// A stream of all pages, from the page to begin with.
    pub fn pages(self) -> Pages<T> {
        Pages::new(self)
    }

    /// All items, from the page to begin with.
    ///
    /// # Errors
    ///
    /// When a page cannot be had, or there are more items than [`Limits::items`](crate::Limits::items); what came before is
    /// lost then, which [`Paged::items`] avoids.
    pub async fn all(self) -> Result<Vec<T>, Error> {
        let bound = self.most_items();
        let mut pages = self.pages();
        let mut all = Vec::new();
        while let Some(page) = pages.next().await {
            all.extend(page?.items);
            bound.check(all.len())?;
        }
        Ok(all)
    }

    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.request.client.0.clock)
    }

    /// The page size that streams ask for.
    pub(crate) fn size(&self) -> u64 {
        self.list.size.unwrap_or(self.paging().max_page_size)
    }

    fn limits(&self) -> &Limits {
        &self.request.client.0.limits
    }

    fn most_items(&self) -> MostItems {
        MostItems { items: self.limits().items, place: self.request.place.clone() }
    }

    fn paging(&self) -> &Paging {
        &self.request.client.0.profile.paging
    }

    fn call(mut self) -> Call<Page<T>> {
        let Paging { page, page_size, max_page_size, .. } = *self.paging();
        if self.list.number == Some(0) {
            self.request = self.request.fail(Error::new(Kind::Input, format!("`{page}` is 0, but pages count from 1")));
        }
        if self.list.size.is_some_and(|size| size == 0 || size > max_page_size) {
            let what = format!("`{page_size}` must be from 1 to {max_page_size}");
            self.request = self.request.fail(Error::new(Kind::Input, what));
        }
        self.request = self.request.query(page, self.list.number).query(page_size, self.list.size);
        self.request.list = Some(Box::new(self.list));
        Call::new(self.request, self.decode)
    }
}

/// The bound of a list that is put together in memory.
struct MostItems {
    items: usize,
    place: Place,
}

impl MostItems {
    fn check(&self, count: usize) -> Result<(), Error> {
        if count <= self.items {
            return Ok(());
        }
        Err(Error::new(Kind::Paging, format!("the list has {count} items and more, {} are put together", self.items))
            .at(&self.place)
            .hint("read it as a stream, or set `Limits::items`"))
    }
}

impl<T> Clone for Paged<T> {
    fn clone(&self) -> Self {
        Self { request: self.request.clone(), list: self.list.clone(), decode: self.decode }
    }
}

impl<T> fmt::Debug for Paged<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Paged").field("request", &self.request).field("list", &self.list).finish()
    }
}

impl<T: fmt::Debug> fmt::Debug for Page<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page")
            .field("items", &self.items)
            .field("total", &self.total)
            .field("total_is_capped", &self.total_is_capped)
            .field("number", &self.number)
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

impl<T> IntoIterator for Page<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

fn page<T: Json>(reply: &mut Reply) -> Result<Page<T>, Error> {
    let within = reply.list.as_ref().and_then(|list| list.within);
    let items = decode::items(reply, within)?;
    with_headers(reply, items)
}

fn lenient_page<T: Json>(reply: &mut Reply) -> Result<Page<Result<T, Error>>, Error> {
    let within = reply.list.as_ref().and_then(|list| list.within);
    let items = decode::each(reply, within)?;
    with_headers(reply, items)
}

fn with_headers<T>(reply: &mut Reply, items: Vec<T>) -> Result<Page<T>, Error> {
    let list = reply.list.clone().unwrap_or_default();
    reply.head.sample = sample::sample(&reply.body, list.within);
    let headers = &reply.head.headers;
    let total = headers::total(headers, list.total_header).map_err(|_| {
        let what =
            format!("the server tells the total in `{}`, but not as a number that can be read", list.total_header);
        decode::about(reply, Error::new(Kind::Paging, what))
    })?;
    Ok(Page {
        items,
        total,
        total_is_capped: headers::is_true(headers, list.capped_header),
        number: list.number,
        size: list.size,
        links: Links::parse(headers, list.page),
    })
}
