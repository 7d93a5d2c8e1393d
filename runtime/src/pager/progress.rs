//! Where a list ends, told from its pages as they come in.

use super::{Page, sample};

/// As many pages beyond the total that the server tells are read; more is a server that never ends.
const GUARD: u64 = 100;

/// So many pages in a row that repeat nearly all of the page before are a server that never ends.
const MOST_ECHOES: u32 = 3;

/// What is known of a list while its pages are read.
#[derive(Debug, Clone)]
pub(super) struct Progress {
    /// Items on a page that was asked for.
    size: u64,
    /// Items before the page that comes next, if all pages are full.
    offset: u64,
    /// Items that came, those before the first page included.
    seen: u64,
    /// The body of the page before, and how often in a row it has come again.
    fingerprint: Option<u64>,
    repeats: u32,
    /// The first items of the page before, and how many pages in a row have begun with nearly the same.
    sample: Box<[u64]>,
    echoes: u32,
    /// The total that was told last, and the largest one; capped ones say nothing.
    total: Option<u64>,
    largest_total: Option<u64>,
}

/// What becomes of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// It is given, and the list goes on.
    Give,
    /// It is given as the last one.
    Last,
    /// It is given, but the rest of the list cannot be had.
    Broken(&'static str),
    /// It only repeats the one before.
    Skip,
    /// It only repeats the one before, and the list ends.
    End,
    /// It is not given, and the list cannot be read further.
    Fail(&'static str),
}

impl Progress {
    /// Before the first page, which is asked for by this number.
    pub(super) fn new(number: u64, size: u64) -> Self {
        let skipped = number.saturating_sub(1).saturating_mul(size);
        Self {
            size,
            offset: skipped,
            seen: skipped,
            fingerprint: None,
            repeats: 0,
            sample: Box::default(),
            echoes: 0,
            total: None,
            largest_total: None,
        }
    }

    /// The number of the page that ends the list by its total, the first one that is not full.
    pub(super) fn last_known(&self) -> u64 {
        let full = self.total.and_then(|total| total.checked_div(self.size));
        full.map_or(u64::MAX, |full| full.saturating_add(1))
    }

    /// Takes a page in: the page, a hash of its body, and hashes of its first items.
    pub(super) fn take<T>(&mut self, page: &Page<T>, fingerprint: u64, sample: &[u64]) -> Step {
        let count = u64::try_from(page.items.len()).unwrap_or(u64::MAX);
        let before = std::mem::replace(&mut self.total, page.total.filter(|_| !page.total_is_capped));
        self.largest_total = self.largest_total.max(self.total);
        let beyond = self.largest_total.is_some_and(|total| {
            self.offset >= total.saturating_add(self.size.saturating_mul(GUARD)) && !page.total_is_capped
        });
        self.offset = self.offset.saturating_add(self.size);
        if count == 0 {
            return Step::Last;
        }
        if beyond {
            return Step::Fail("the server goes on giving pages far beyond the total that it tells");
        }
        // As many rows as a page has were added meanwhile and pushed the same ones on.
        let pushed = before
            .zip(self.total)
            .is_some_and(|(before, now)| before.checked_add(count).is_some_and(|pushed| now >= pushed));
        if self.fingerprint == Some(fingerprint) {
            self.repeats = if pushed { 0 } else { self.repeats.saturating_add(1) };
            return self.repeated(count);
        }
        self.fingerprint = Some(fingerprint);
        self.repeats = 0;
        let is_echo = !pushed && sample::repeats(sample, &self.sample);
        self.echoes = if is_echo { self.echoes.saturating_add(1) } else { 0 };
        self.sample = sample.into();
        if self.echoes >= MOST_ECHOES {
            return Step::Fail("the server repeats the items of the page before again and again");
        }
        self.seen = self.seen.saturating_add(count);
        let missing = self.total.is_some_and(|total| total > self.seen);
        if count > self.size {
            // Whoever gives more than a page does not look at the number of the page either.
            return if missing { Step::Broken("the server gave more than a page, but not all") } else { Step::Last };
        }
        // A full page may always be followed by another. A short one is the last, unless the server says that there is
        // more: it may give smaller pages than asked for, and a capped total says nothing at all.
        let more = page.total_is_capped || page.links.next.is_some() || missing;
        if count < self.size && !more { Step::Last } else { Step::Give }
    }

    /// A page that is the same as the one before: either the server ignores the number of the page, or rows were added
    /// and others removed meanwhile. One more page tells.
    fn repeated(&self, count: u64) -> Step {
        const WHAT: &str = "the server answered with the same page again and again";
        match self.total {
            Some(total) if total <= self.seen => Step::End,
            None if count < self.size => Step::End,
            _ if self.repeats < 2 => Step::Skip,
            Some(_) => Step::Fail(WHAT),
            None => Step::End,
        }
    }
}

#[cfg(test)]
mod tests;
