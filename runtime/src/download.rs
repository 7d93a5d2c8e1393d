//! A reply whose body is read while it comes.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use tracing::Span;

use crate::clock::{Clock, Sleep};
use crate::error::{Error, Kind};
use crate::gather::Gathered;
use crate::{trace, transport};

/// The body of a reply, read while it comes. Nothing but the piece that was read last is in memory.
///
/// The retries of a call are over when its head has arrived; a body that ends early is an error
/// ([`Error::is_interrupted`]). The server may not be silent for longer than
/// [`Timeouts::idle_read`](crate::Timeouts::idle_read); how long the whole body takes is not limited. Status and headers come
/// with [`Call::response`](crate::Call::response).
///
/// ```
/// # use logto_runtime::{Call, Download, Error};
/// # use std::io::Write;
/// # async fn example(call: Call<Download>, mut file: impl Write) -> Result<(), Box<dyn std::error::Error>> {
/// let mut download = call.send().await?;
/// while let Some(chunk) = download.chunk().await? {
///     file.write_all(&chunk)?;
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "a body is not read unless it is asked for"]
pub struct Download {
    body: Option<Body>,
    clock: Arc<dyn Clock>,
    idle: Duration,
    /// When the server has been silent for too long, while it is silent.
    silence: Option<Sleep>,
    limit: usize,
    length: Option<u64>,
    /// How many bytes have been handed out.
    read: u64,
    about: Box<About>,
}

type Body = Pin<Box<dyn Stream<Item = reqwest::Result<Bytes>> + Send>>;

/// What an error says besides what went wrong.
struct About {
    error: Error,
    span: Span,
}

/// A body that was not read yet, and what bounds its reading.
pub(crate) struct Rest {
    pub(crate) response: reqwest::Response,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) idle: Duration,
    pub(crate) limit: usize,
}

impl Download {
    /// `error` is what errors of the body are made from.
    pub(crate) fn new(rest: Rest, error: Error, span: Span) -> Self {
        let Rest { response, clock, idle, limit } = rest;
        let length = response.content_length();
        Self {
            body: Some(Box::pin(response.bytes_stream())),
            clock,
            idle,
            silence: None,
            limit,
            length,
            read: 0,
            about: Box::new(About { error, span }),
        }
    }

    /// How many bytes there will be, if the server says it.
    pub fn length(&self) -> Option<u64> {
        self.length
    }

    /// The next piece, `None` at the end and after an error.
    ///
    /// # Errors
    ///
    /// When the body ends early, or the server is silent for too long.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        self.next().await.transpose()
    }

    /// All that is left of the body, up to the client's limit for replies ([`Limits::reply`](crate::Limits::reply)).
    ///
    /// # Errors
    ///
    /// As [`Download::chunk`], and when there is more ([`Error::is_too_large`]).
    pub async fn bytes(mut self) -> Result<Bytes, Error> {
        let limit = self.limit;
        let told = self.length.map(|length| usize::try_from(length.saturating_sub(self.read)).unwrap_or(usize::MAX));
        let mut gathered = Gathered::default();
        let mut fits = told.is_none_or(|told| told <= limit);
        while fits && let Some(chunk) = self.chunk().await? {
            fits = gathered.add(chunk, limit, || told);
        }
        if fits {
            return Ok(gathered.finish());
        }
        Err(self.fail(Error::new(Kind::TooLarge, format!("the body of the reply has more than {limit} bytes"))))
    }

    /// Ends it.
    fn fail(&mut self, error: Error) -> Error {
        self.body = None;
        self.silence = None;
        let error = error.about(&self.about.error);
        trace::failed(&self.about.span, &error);
        error
    }
}

impl Stream for Download {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let download = &mut *self;
        let Some(body) = &mut download.body else { return Poll::Ready(None) };
        match body.poll_next_unpin(context) {
            Poll::Ready(Some(Ok(chunk))) => {
                download.silence = None;
                download.read = download.read.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
                Poll::Ready(Some(Ok(chunk)))
            }
            Poll::Ready(Some(Err(error))) => {
                let (_, error) = transport::explain_body(error);
                Poll::Ready(Some(Err(download.fail(error))))
            }
            Poll::Ready(None) => {
                download.body = None;
                download.silence = None;
                Poll::Ready(None)
            }
            Poll::Pending => {
                let (clock, idle) = (&download.clock, download.idle);
                let silence = download.silence.get_or_insert_with(|| clock.deadline(idle));
                if silence.as_mut().poll(context).is_pending() {
                    return Poll::Pending;
                }
                let error = Error::new(Kind::Timeout, format!("the server was silent for {idle:?}"));
                Poll::Ready(Some(Err(download.fail(error))))
            }
        }
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download").field("length", &self.length).finish_non_exhaustive()
    }
}
