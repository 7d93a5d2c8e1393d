//! What one call does differently from its client.

use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::error::{Error, Kind};
use crate::headers;

/// What one call does differently from its client; what is not set stays as the client has it.
///
/// ```
/// # use logto_runtime::{Call, Client, Error, Method};
/// # use std::time::Duration;
/// # async fn example(client: Client) -> Result<(), Error> {
/// let call: Call<String> = client.request(Method::POST, "SendReport", "/api/reports").json();
/// let report = call
///     .options(|options| {
///         options.timeout = Some(Duration::from_secs(5));
///         options.max_attempts = Some(2);
///         // This server knows a report by this key, so that sending it twice does no harm.
///         options.idempotent = Some(true);
///         options.header("idempotency-key", "2f1c7a");
///     })
///     .send()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct CallOptions {
    /// The time of the whole call, all its attempts included, instead of [`Timeouts::call`](crate::Timeouts::call). An
    /// attempt still has no more than its own.
    pub timeout: Option<Duration>,
    /// How long the call may be held back while the client is paused, instead of [`Timeouts::pause`](crate::Timeouts::pause).
    pub pause: Option<Duration>,
    /// Attempts, the first one included, instead of [`RetryPolicy::max_attempts`](crate::RetryPolicy::max_attempts); 1
    /// turns retries off.
    pub max_attempts: Option<u32>,
    /// Whether a second execution does no harm. Of itself a client takes GET, HEAD, OPTIONS, DELETE and nearly every PUT for
    /// such; those alone are repeated where the server may have executed them.
    pub idempotent: Option<bool>,
    headers: HeaderMap,
    error: Option<Error>,
}

impl CallOptions {
    /// Adds a header, in place of the client's of the same name. `Authorization`, `Cookie` and `Host` are refused; an error
    /// comes when the call is sent, before any IO.
    pub fn header(&mut self, name: &str, value: &str) {
        match headers::parse(name, value) {
            Ok((name, value)) => self.set(name, value),
            Err(reason) => {
                self.error.get_or_insert_with(|| Error::new(Kind::Input, reason));
            }
        }
    }

    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// What is wrong with them.
    pub(crate) fn error(&self) -> Option<Error> {
        let zero = self.timeout.is_some_and(|timeout| timeout.is_zero());
        let zero = zero.then(|| Error::new(Kind::Input, "the timeout of the call is zero, so it could never succeed"));
        self.error.clone().or(zero)
    }

    fn set(&mut self, name: HeaderName, value: HeaderValue) {
        self.headers.insert(name, value);
    }
}
