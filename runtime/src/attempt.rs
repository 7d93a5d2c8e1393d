//! One request on the wire and its reply, bounded in time and size.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::future::{Either, select};
use reqwest::header::HeaderMap;
use reqwest::multipart::Form;
use reqwest::{Method, Response, StatusCode, Url};

use crate::clock::Clock;
use crate::error::{Error, Kind};
use crate::retry::Failure;
use crate::transport;

/// What is sent.
pub(crate) struct Outgoing {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Payload,
    pub(crate) limits: Limited,
    /// How long the server may be silent.
    pub(crate) idle: Option<Duration>,
}

/// A body as it is sent; its content type is among the headers, except for a form's.
pub(crate) enum Payload {
    Empty,
    Bytes(Bytes),
    Form(Form),
}

/// How many bytes of a body are taken in, counted after decompression.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limited {
    pub(crate) reply: usize,
    pub(crate) error: usize,
}

/// What came back.
pub(crate) struct Attempted {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Why nothing did.
pub(crate) type Failed = (Failure, Error);

/// Sends a request and reads its reply, both in this time.
pub(crate) async fn within(
    clock: &dyn Clock,
    time: Duration,
    http: &reqwest::Client,
    outgoing: Outgoing,
) -> Result<Attempted, Failed> {
    let exchange = Box::pin(exchange(clock, http, outgoing));
    match select(exchange, clock.deadline(time)).await {
        Either::Left((result, _)) => result,
        Either::Right(_) => Err(timeout(format!("no complete reply within {time:?}"))),
    }
}

async fn exchange(clock: &dyn Clock, http: &reqwest::Client, outgoing: Outgoing) -> Result<Attempted, Failed> {
    let Outgoing { method, url, headers, body, limits, idle } = outgoing;
    let request = http.request(method, url.clone()).headers(headers);
    let request = match body {
        Payload::Empty => request,
        Payload::Bytes(bytes) => request.body(bytes),
        Payload::Form(form) => request.multipart(form),
    };
    let mut response = awake(clock, idle, request.send()).await?;
    if *response.url() != url {
        // Only a handed-in HTTP client does this.
        let error =
            Error::new(Kind::Redirect, "the HTTP client followed a redirect, and the reply is not the server's")
                .hint("build the handed-in client with `redirect::Policy::none()`");
        return Err((Failure::Unreadable, error));
    }
    let status = response.status();
    let headers = std::mem::take(response.headers_mut());
    let body = if status.is_success() {
        read(clock, idle, response, limits.reply).await?.ok_or_else(|| {
            let what = format!("the body of the reply has more than {} bytes", limits.reply);
            (Failure::Unreadable, Error::new(Kind::TooLarge, what).with_status(status))
        })?
    } else {
        // The status says enough, so a body that is damaged or too large does not hide it.
        read(clock, idle, response, limits.error).await.ok().flatten().unwrap_or_default()
    };
    Ok(Attempted { status, headers, body })
}

/// Reads a body up to a number of bytes; `None` when there are more.
async fn read(
    clock: &dyn Clock,
    idle: Option<Duration>,
    mut response: Response,
    limit: usize,
) -> Result<Option<Bytes>, Failed> {
    let mut chunks = Vec::new();
    let mut length = 0_usize;
    while let Some(chunk) = awake(clock, idle, response.chunk()).await? {
        length = length.saturating_add(chunk.len());
        if length > limit {
            return Ok(None);
        }
        chunks.push(chunk);
    }
    // Most bodies come in one piece, which need not be copied.
    if chunks.len() < 2 {
        return Ok(Some(chunks.pop().unwrap_or_default()));
    }
    let mut body = BytesMut::with_capacity(length);
    for chunk in chunks {
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body.freeze()))
}

/// Waits for the server, but not for longer than it may be silent.
async fn awake<T>(
    clock: &dyn Clock,
    idle: Option<Duration>,
    wait: impl Future<Output = reqwest::Result<T>>,
) -> Result<T, Failed> {
    let wait = std::pin::pin!(wait);
    let result = match idle {
        None => wait.await,
        Some(idle) => match select(wait, clock.deadline(idle)).await {
            Either::Left((result, _)) => result,
            Either::Right(_) => return Err(timeout(format!("the server was silent for {idle:?}"))),
        },
    };
    result.map_err(transport::explain)
}

fn timeout(what: String) -> Failed {
    (Failure::Timeout, Error::new(Kind::Timeout, what))
}
