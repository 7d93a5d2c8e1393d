//! Retry, rate limit, deadlines.
//!
//! Rows that are a decision without IO have their tests beside it: C3, C6, C7 and C13 in `runtime/src/retry` and
//! `runtime/src/retry_after`, C18 in `runtime/src/limiter` as well.

mod connections;
mod deadlines;
mod limits;
mod waits;
mod writes;
