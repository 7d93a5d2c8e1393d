//! Where a model lets another caller run.
//!
//! What the token cache and the rate limit do between two of these points touches what callers share at most once, under a
//! lock that is not held any longer or in one atomic operation. So a test that tries orders of these points tries what can
//! happen.

#[cfg(test)]
pub(crate) mod model;

/// Outside a model this is nothing.
#[inline(always)]
pub(crate) fn step() {
    #[cfg(test)]
    model::step();
}
