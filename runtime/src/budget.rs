//! A store of retries that all calls of a client share, so that an outage is not answered with a storm.

use std::sync::atomic::{AtomicU32, Ordering};

/// What is left to retry with. Every success pays into it, so it is a number that nobody waits for.
#[derive(Debug)]
pub(crate) struct Budget {
    size: u32,
    left: AtomicU32,
}

/// A cost that is given back unless it is spent.
#[derive(Debug)]
pub(crate) struct Cost<'a> {
    budget: &'a Budget,
    amount: u32,
}

impl Budget {
    pub(crate) fn new(size: u32) -> Self {
        Self { size, left: AtomicU32::new(size) }
    }

    /// Takes a cost out, if there is as much.
    pub(crate) fn take(&self, amount: u32) -> Option<Cost<'_>> {
        let less = |left: u32| left.checked_sub(amount);
        self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).ok()?;
        Some(Cost { budget: self, amount })
    }

    /// Puts something back, up to the size.
    pub(crate) fn put(&self, amount: u32) {
        // Nearly always it is full, which is not written again: a write would take the number from the other cores.
        let more = |left: u32| (left < self.size).then(|| left.saturating_add(amount).min(self.size));
        let _ = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
    }
}

impl Cost<'_> {
    /// Keeps the cost: the retry is made.
    pub(crate) fn spend(mut self) {
        self.amount = 0;
    }
}

/// A call that is dropped in its back-off makes no retry, so it gets its cost back.
impl Drop for Cost<'_> {
    fn drop(&mut self) {
        self.budget.put(self.amount);
    }
}

#[cfg(test)]
mod tests;
