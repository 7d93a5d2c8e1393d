//! Where a model of the cache lets another caller run.
//!
//! What the cache does between two of these points touches what callers share at most once, under a lock that is not
//! held any longer or in one atomic operation. So a test that tries orders of these points tries what can happen.

/// Outside a model this is nothing.
#[inline(always)]
pub(super) fn step() {
    #[cfg(test)]
    super::cache::model_step();
}
