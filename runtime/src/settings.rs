//! What a client can be told, with its defaults.

use std::time::Duration;

use crate::error::Error;
use crate::limiter::LARGEST;
use crate::memory::Bounds;

/// How long things may take.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// To open a connection, TLS included. Not used with a handed-in HTTP client. Default 5 s.
    pub connect: Duration,
    /// Without a byte from the server, also while a download is read. Not used before the head of the reply has come where a
    /// stream is sent, or bytes or a file of more than 1 MiB. Default 15 s.
    pub idle_read: Duration,
    /// One attempt, from sending to the last byte of the reply, or to the head of a download. Requests that send a stream, or
    /// bytes or a file of more than 1 MiB, have the whole call. Default 30 s.
    pub attempt: Duration,
    /// A whole call: token, waiting for the rate limit, every attempt and the back-off between them. Default 120 s.
    pub call: Duration,
    /// How long a call may be held back in all while the client is paused; that time does not count as the call's own.
    ///
    /// A client pauses as a whole when what is in front of the server refuses a request: 429 without an error code of the
    /// service. It waits as long as `Retry-After` says, or a time that doubles with each refusal, between
    /// [`RetryPolicy::base`] and [`RetryPolicy::cap`]. Then one request goes first, and the others follow as answers come. A call
    /// that was refused is sent again then, whatever its method, since nobody has acted on it; that takes nothing from
    /// [`RetryPolicy::max_attempts`] or [`RetryPolicy::budget`], but with `max_attempts` 1 it is not sent again. A call that may
    /// wait no longer is an error ([`Error::is_paused`]); so is, at once, one whose pause is known to be longer. Default 120 s;
    /// zero for calls that do not wait at all.
    pub pause: Duration,
    /// One request for a token. Default 10 s.
    pub token_attempt: Duration,
    /// How long an unused connection is kept. Node closes its side after 5 s. Not used with a handed-in HTTP client.
    /// Default 4 s.
    pub pool_idle: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            idle_read: Duration::from_secs(15),
            attempt: Duration::from_secs(30),
            call: Duration::from_secs(120),
            pause: Duration::from_secs(120),
            token_attempt: Duration::from_secs(10),
            pool_idle: Duration::from_secs(4),
        }
    }
}

impl Timeouts {
    pub(crate) fn check(&self) -> Result<(), Error> {
        let named: [(&str, Duration); 5] = [
            ("connect", self.connect),
            ("idle_read", self.idle_read),
            ("attempt", self.attempt),
            ("call", self.call),
            ("token_attempt", self.token_attempt),
        ];
        match named.into_iter().find(|(_, timeout)| timeout.is_zero()) {
            Some((name, _)) => {
                Err(Error::config(format!("the timeout `{name}` is zero, so nothing could ever succeed")))
            }
            None => Ok(()),
        }
    }
}

/// How often and how soon a failed attempt is repeated.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// Attempts of one call, the first one included; 1 turns retries off. Default 3.
    pub max_attempts: u32,
    /// Upper bound of the pause before the first retry; it doubles with each. Default 500 ms.
    pub base: Duration,
    /// Upper bound of every pause that the server did not ask for. Default 20 s.
    pub cap: Duration,
    /// The longest `Retry-After` that is waited for; a longer one is returned to the caller. Where it pauses the client, other
    /// calls fail at once for as long as this, and then one of them is sent. Default 60 s.
    pub max_retry_after: Duration,
    /// Size of the budget that all calls of a client share. Default 500.
    pub budget: u32,
    /// Whether a DELETE that was repeated after an ambiguous failure, and then finds nothing (404 or 410), counts as done:
    /// what is gone is most likely gone by the first attempt. Otherwise that reply is an error, which
    /// [may have been executed](crate::Error::may_have_been_executed). Only where the reply has no value. Default false.
    pub gone_is_deleted: bool,
    /// What a retry takes from the budget. Default 5.
    pub retry_cost: u32,
    /// What a retry after a timeout takes from the budget. Default 14.
    pub timeout_cost: u32,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 3,
            base: Duration::from_millis(500),
            cap: Duration::from_secs(20),
            max_retry_after: Duration::from_secs(60),
            budget: 500,
            gone_is_deleted: false,
            retry_cost: 5,
            timeout_cost: 14,
        }
    }
}

/// The most that is taken in of a reply: bytes, counted after decompression, and what they become in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Body of a successful reply. Default 32 MiB.
    pub reply: usize,
    /// Body of a reply that is an error; what is longer is read as if it had no body. Default 64 KiB.
    pub error: usize,
    /// Body of a reply of the token endpoint. Default 64 KiB.
    pub token: usize,
    /// Pages that are asked for while a list is read, for servers that never come to an end. A list with more is an error
    /// ([`Error::is_paging`]) after the last of them; [`Pages::next_page`](crate::Pages::next_page) says where to go on.
    /// Default 100,000.
    pub pages: u64,
    /// Items of a list that is put together in memory ([`Paged::all`](crate::Paged::all),
    /// [`Paged::collect_consistent`](crate::Paged::collect_consistent)). A list with more is an error
    /// ([`Error::is_paging`]); streams have no such bound. Default 1,000,000.
    pub items: usize,
    /// JSON values in a successful reply, those inside of others included. A reply with more is an error
    /// ([`Error::is_too_large`]). Default 2,000,000.
    pub values: usize,
    /// Bytes of memory for a successful reply at most: its body and all that is made of it. A few bytes of JSON may become
    /// hundreds in memory (`{},` as a struct with many optional fields), so the memory is estimated from above before and while
    /// values are made, and what would take more is an error ([`Error::is_too_large`]). Texts and bytes become nothing else, and
    /// are bounded by `reply` alone. A download that is read while it comes takes no more than its chunks. Default 256 MiB.
    pub memory: usize,
}

impl Default for Limits {
    fn default() -> Self {
        let Bounds { values, memory } = Bounds::default();
        Self {
            reply: 32 * 1024 * 1024,
            error: 64 * 1024,
            token: 64 * 1024,
            pages: 100_000,
            items: 1_000_000,
            values,
            memory,
        }
    }
}

/// At most this many requests in any span of this length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// Requests in a span: 1 to 1,000,000.
    pub requests: u32,
    /// Length of the span.
    pub per: Duration,
}

impl RateLimit {
    pub(crate) fn check(self) -> Result<(), Error> {
        if self.requests == 0 {
            return Err(Error::config("the rate limit allows no request at all; use None for no limit"));
        }
        if self.requests > LARGEST {
            let what =
                format!("the rate limit allows more than {LARGEST} requests in a span, which the client cannot count");
            return Err(Error::config(what).hint("use a shorter span, or None for no limit"));
        }
        Ok(())
    }
}
