//! The pieces of a body, put together.

use bytes::Bytes;

/// The size that few bodies have.
const USUAL: usize = 64 * 1024;
/// The room that a body gets which has more.
const LARGE: usize = 512 * 1024;

/// What has come of a body.
#[derive(Default)]
pub(crate) struct Gathered {
    /// Most bodies come in one piece, which need not be copied.
    first: Bytes,
    body: Vec<u8>,
}

impl Gathered {
    /// Adds a piece; false when there are more bytes than the limit then. `told` is how long the whole is said to be.
    pub(crate) fn add(&mut self, chunk: Bytes, limit: usize, told: impl FnOnce() -> Option<usize>) -> bool {
        let Self { first, body } = self;
        let before = if body.is_empty() { first.len() } else { body.len() };
        let needed = before.saturating_add(chunk.len());
        if needed > limit {
            return false;
        }
        if before == 0 {
            *first = chunk;
            return true;
        }
        if body.is_empty() {
            // A told length may be a lie, so it is at most what is taken in anyway.
            body.reserve_exact(told().unwrap_or_default().min(limit));
            body.extend_from_slice(&std::mem::take(first));
        }
        if needed > body.capacity() {
            // Twice as much, as a vector does by itself, but no more than may come. What is larger than most bodies is large
            // at once: allocators move large blocks without a copy.
            let least = if needed > USUAL { LARGE } else { 0 };
            let wanted = needed.max(body.capacity().saturating_mul(2)).max(least).min(limit);
            body.reserve_exact(wanted.saturating_sub(body.len()));
        }
        body.extend_from_slice(&chunk);
        true
    }

    /// All that has come.
    pub(crate) fn finish(self) -> Bytes {
        if self.body.is_empty() { self.first } else { self.body.into() }
    }
}
