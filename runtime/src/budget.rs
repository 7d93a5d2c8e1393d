//! A store of retries that all calls of a client share, so that an outage is not answered with a storm.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// What is left to retry with.
#[derive(Debug)]
pub(crate) struct Budget {
    size: u32,
    left: Mutex<u32>,
}

/// A cost that is given back unless it is spent.
#[derive(Debug)]
pub(crate) struct Cost<'a> {
    budget: &'a Budget,
    amount: u32,
}

impl Budget {
    pub(crate) fn new(size: u32) -> Self {
        Self { size, left: Mutex::new(size) }
    }

    /// Takes a cost out, if there is as much.
    pub(crate) fn take(&self, amount: u32) -> Option<Cost<'_>> {
        let mut left = self.left();
        *left = left.checked_sub(amount)?;
        Some(Cost { budget: self, amount })
    }

    /// Puts something back, up to the size.
    pub(crate) fn put(&self, amount: u32) {
        let mut left = self.left();
        *left = left.saturating_add(amount).min(self.size);
    }

    fn left(&self) -> MutexGuard<'_, u32> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
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
