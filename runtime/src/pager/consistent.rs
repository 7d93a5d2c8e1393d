//! A whole list of a server that gives its rows in no fixed order.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;

use super::{Page, Paged};
use crate::error::{Error, Kind};

impl<T> Paged<T> {
    /// All items, each once, of a list that the server gives in no fixed order or that changes while it is read.
    ///
    /// Pages of such a list repeat some rows and miss others. So the list is read again, at most this many times in all,
    /// and the readings are put together by id, until there are as many items as the server tells, and it told the same
    /// total on every page. Where it tells no total, or a capped one, the list must be found the same in two readings.
    /// Of an item that was read more than once, the last reading counts. The order is that in which they were found.
    ///
    /// A server without snapshots can still deceive: a row that is removed and another that is added between two pages
    /// leave the total as it was.
    ///
    /// A list that the server pages only when asked to is got whole in one request, unless a page size is set.
    ///
    /// ```
    /// # use logto_runtime::{Error, Paged};
    /// # async fn example(numbers: Paged<i64>) -> Result<(), Error> {
    /// let all = numbers.collect_consistent(|number| *number, 10).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When a page cannot be had, when a page to begin with was set ([`Error::is_input`]), when there are more items than
    /// [`Limits::items`](crate::Limits::items), and when the list was still not the same after the last reading
    /// ([`Error::is_paging`]).
    pub async fn collect_consistent<K>(self, id: impl Fn(&T) -> K + Send, readings: u32) -> Result<Vec<T>, Error>
    where
        K: Hash + Eq,
    {
        let place = self.request.place.clone();
        if self.list.number.is_some() {
            let what = format!("`{}` is set, but the whole list is to be read", self.paging().page);
            return Err(Error::new(Kind::Input, what).at(&place));
        }
        if self.list.if_asked && self.list.size.is_none() {
            let (bound, page) = (self.most_items(), self.send().await?);
            bound.check(page.items.len())?;
            return Ok(page.items);
        }
        let bound = self.most_items();
        let mut gathered = Gathered::default();
        for reading in 1..=readings {
            gathered.begin(reading);
            let mut pages = self.clone().pages();
            while let Some(page) = pages.next().await {
                match page {
                    Ok(page) => {
                        gathered.take(page, &id);
                        bound.check(gathered.items.len())?;
                    }
                    Err(_) if pages.is_broken() => gathered.unsteady = true,
                    Err(error) => return Err(error),
                }
            }
            if gathered.is_complete() {
                return Ok(gathered.into_items());
            }
        }
        Err(Error::new(Kind::Paging, format!("the list was not the same twice in {readings} readings"))
            .at(&place)
            .hint("read it when fewer rows change, or allow more readings"))
    }
}

/// What was found in the readings so far.
struct Gathered<K, T> {
    items: HashMap<K, Found<T>>,
    reading: u32,
    /// What this reading has found: items, and those among them that none before had.
    found: usize,
    fresh: usize,
    /// The total that was told last; `None` when none was, or a capped one.
    total: Option<u64>,
    pages: u64,
    /// Whether the list has changed in this reading.
    unsteady: bool,
}

/// An item, how many were found before it, and the last reading that found it.
struct Found<T> {
    item: T,
    order: usize,
    reading: u32,
}

impl<K, T> Default for Gathered<K, T> {
    fn default() -> Self {
        Self { items: HashMap::new(), reading: 0, found: 0, fresh: 0, total: None, pages: 0, unsteady: false }
    }
}

impl<K: Hash + Eq, T> Gathered<K, T> {
    fn begin(&mut self, reading: u32) {
        match self.total {
            // What was found while the list changed may be gone.
            _ if self.unsteady => self.items.clear(),
            Some(total) if total < self.count() => self.items.clear(),
            Some(_) => {}
            None => self.items.retain(|_, found| found.reading == self.reading),
        }
        *self = Self { items: std::mem::take(&mut self.items), reading, total: self.total, ..Self::default() };
    }

    fn take(&mut self, page: Page<T>, id: &impl Fn(&T) -> K) {
        let total = page.total.filter(|_| !page.total_is_capped);
        if self.total != total {
            if self.pages == 0 {
                // It has changed between two readings, so what was found before says nothing about it.
                self.items.clear();
            } else {
                self.unsteady = true;
            }
        }
        self.total = total;
        self.pages = self.pages.saturating_add(1);
        for item in page.items {
            let order = self.items.len();
            match self.items.entry(id(&item)) {
                Entry::Occupied(mut known) => {
                    let known = known.get_mut();
                    self.found = self.found.saturating_add(usize::from(known.reading != self.reading));
                    (known.item, known.reading) = (item, self.reading);
                }
                Entry::Vacant(place) => {
                    place.insert(Found { item, order, reading: self.reading });
                    self.found = self.found.saturating_add(1);
                    self.fresh = self.fresh.saturating_add(1);
                }
            }
        }
    }

    fn is_complete(&self) -> bool {
        !self.unsteady
            && match self.total {
                Some(total) => total == self.count(),
                None => self.reading > 1 && self.fresh == 0 && self.found == self.items.len(),
            }
    }

    fn into_items(self) -> Vec<T> {
        let mut found: Vec<_> = self.items.into_values().collect();
        found.sort_by_key(|found| found.order);
        found.into_iter().map(|found| found.item).collect()
    }

    fn count(&self) -> u64 {
        u64::try_from(self.items.len()).unwrap_or(u64::MAX)
    }
}
