//! Getting a token and keeping it. What needs no socket is tested beside the cache, in `runtime/src/token`.

mod endpoint;
mod replies;
pub(crate) mod server;
mod sharing;
mod stores;
