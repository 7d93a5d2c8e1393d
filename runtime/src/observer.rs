//! What happens inside of calls, for metrics.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Method, StatusCode};

use crate::clock::Clock;
use crate::error::{Error, Place};
use crate::token::{TokenFuture, TokenSource};

/// Sees what happens inside of calls: attempts, retries, waits, tokens. For metrics; a trace has more.
///
/// It is called where the event happens and the call goes on when it returns, so it must not block. A closure is one too:
///
/// ```
/// # use logto_runtime::{Client, Event, Profile};
/// # use std::sync::atomic::{AtomicU64, Ordering};
/// # use std::sync::Arc;
/// let retries = Arc::new(AtomicU64::new(0));
/// let counter = Arc::clone(&retries);
/// let client = Client::builder(Profile::new("example/1.0"))
///     .base_url("https://api.example.com")
///     .anonymous()
///     .observer(move |event: &Event<'_>| {
///         if let Event::Retry { .. } = event {
///             counter.fetch_add(1, Ordering::Relaxed);
///         }
///     })
///     .build();
/// ```
pub trait Observer: Send + Sync + 'static {
    /// Something has happened.
    fn notice(&self, event: &Event<'_>);
}

/// Something that has happened.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A request was sent and has been answered, or has failed.
    Attempt {
        /// What was called.
        operation: Operation<'a>,
        /// The number of the request in its call, from 1.
        number: u32,
        /// The status of a reply that was asked for, or what went wrong.
        outcome: Result<StatusCode, &'a Error>,
        /// From sending to the end of the reply.
        took: Duration,
    },
    /// The last attempt failed, and there will be another one.
    Retry {
        /// What was called.
        operation: Operation<'a>,
        /// Why.
        error: &'a Error,
        /// The pause before it.
        wait: Duration,
    },
    /// The rate limit of the client has held a request back.
    RateLimited {
        /// What was called.
        operation: Operation<'a>,
        /// For so long.
        waited: Duration,
    },
    /// What is in front of the server has refused a request (429 without an error code of the service), so all requests of the
    /// client wait. Told again where the first request after a pause is refused too.
    PauseBegan {
        /// How long they wait; what the server asked for may be longer.
        wait: Duration,
    },
    /// The client is no longer paused, and nobody waits any more.
    PauseEnded {
        /// How long it was, from the first refusal on.
        after: Duration,
    },
    /// The pause of the client has held a request back.
    Paused {
        /// What was called.
        operation: Operation<'a>,
        /// For so long.
        waited: Duration,
    },
    /// A token was fetched, or was not to be had.
    Token {
        /// What went wrong.
        outcome: Result<(), &'a (dyn StdError + Send + Sync + 'static)>,
        /// How long it took, retries included.
        took: Duration,
    },
}

/// An operation as its document names it. Never a path value or a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation<'a> {
    /// Its id.
    pub id: &'static str,
    /// Its method.
    pub method: &'a Method,
    /// Its path, with `{…}` for values.
    pub template: &'static str,
}

impl<F: Fn(&Event<'_>) + Send + Sync + 'static> Observer for F {
    fn notice(&self, event: &Event<'_>) {
        self(event);
    }
}

impl<'a> From<&'a Place> for Operation<'a> {
    fn from(place: &'a Place) -> Self {
        Self { id: place.operation, method: &place.method, template: place.template }
    }
}

/// A source whose fetches an observer sees.
pub(crate) struct Observed {
    pub(crate) source: Arc<dyn TokenSource>,
    pub(crate) observer: Arc<dyn Observer>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl TokenSource for Observed {
    fn fetch(&self) -> TokenFuture<'_> {
        Box::pin(async {
            let begin = self.clock.now();
            let result = self.source.fetch().await;
            let took = self.clock.now().saturating_sub(begin);
            self.observer.notice(&Event::Token { outcome: result.as_ref().map(drop).map_err(AsRef::as_ref), took });
            result
        })
    }
}
