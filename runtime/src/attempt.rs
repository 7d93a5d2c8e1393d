//! One request on the wire and its reply, bounded in time and size.

use std::pin::{Pin, pin};
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue, TRANSFER_ENCODING};
use reqwest::multipart::Form;
use reqwest::{Method, Response, StatusCode, Url, Version};

use crate::clock::Clock;
use crate::error::{Error, Kind};
use crate::gather::Gathered;
use crate::patience::until;
use crate::retry::Failure;
use crate::transport;

/// What is sent.
pub(crate) struct Outgoing<'a> {
    pub(crate) method: Method,
    pub(crate) url: &'a Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Payload,
    pub(crate) bounds: Bounds,
    /// Whether redirects are successes.
    pub(crate) redirects: bool,
    /// Whether the body of a success is left to be read by whoever asked for it.
    pub(crate) streamed: bool,
}

/// A body as it is sent; its content type is among the headers, except for a form's, which is there only in place of its own.
pub(crate) enum Payload {
    Empty,
    Bytes(Bytes),
    Form(Form),
    /// Bytes that are sent as they are, maybe a stream, and how many there are.
    Stream(reqwest::Body, Option<u64>),
}

/// What bounds an exchange.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// When it began, and how long it may take.
    pub(crate) begin: Duration,
    pub(crate) time: Duration,
    /// How long the server may be silent.
    pub(crate) idle: Duration,
    /// Whether it may be silent for longer while it takes a file in.
    pub(crate) uploads: bool,
    /// How many bytes of the body of a reply, and of an error, are taken in, counted after decompression.
    pub(crate) reply: usize,
    pub(crate) error: usize,
}

/// What came back.
pub(crate) struct Attempted {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Whether nothing but the end of the connection said that the body is whole.
    pub(crate) until_closed: bool,
    /// The body, where it was left to be read.
    pub(crate) rest: Option<Box<Response>>,
}

/// Why nothing did.
pub(crate) type Failed = (Failure, Error);

/// Waits for a server.
struct Patience<'a> {
    clock: &'a dyn Clock,
    bounds: Bounds,
}

/// Sends a request and reads its reply.
pub(crate) fn within<'a>(
    clock: &'a dyn Clock,
    http: &reqwest::Client,
    outgoing: Outgoing<'a>,
) -> impl Future<Output = Result<Attempted, Failed>> + use<'a> {
    let Outgoing { url, bounds, redirects, streamed, .. } = outgoing;
    let patience = Patience { clock, bounds };
    // Outside of the future, which so need not hold what is sent.
    let sending = outgoing.request(http).map(|request| http.execute(request));
    async move {
        let end = || patience.bounds.head_until();
        let mut response = patience.wait(end, pin!(sending?), transport::explain).await?;
        if response.url() != url {
            // Only a handed-in HTTP client does this.
            let error =
                Error::new(Kind::Redirect, "the HTTP client followed a redirect, and the reply is not the server's")
                    .hint("build the handed-in client with `redirect::Policy::none()`");
            return Err((Failure::Unreadable, error));
        }
        let status = response.status();
        let is_wanted = status.is_success() || (redirects && status.is_redirection());
        if streamed && is_wanted {
            let headers = response.headers().clone();
            return Ok(Attempted {
                status,
                headers,
                body: Bytes::new(),
                until_closed: false,
                rest: Some(Box::new(response)),
            });
        }
        let until_closed = response.version() < Version::HTTP_2
            && length(&response).is_none()
            && !response.headers().contains_key(TRANSFER_ENCODING);
        let body = if is_wanted {
            let limit = patience.bounds.reply;
            patience.read(&mut response, limit).await?.ok_or_else(|| {
                let what = format!("the body of the reply has more than {limit} bytes");
                let error = Error::new(Kind::TooLarge, what).with_status(status);
                (Failure::Unreadable, error.hint("`Limits::reply` sets this bound"))
            })?
        } else {
            // The status says enough, so a body that is damaged or too large does not hide it.
            patience.read(&mut response, patience.bounds.error).await.ok().flatten().unwrap_or_default()
        };
        let headers = std::mem::take(response.headers_mut());
        Ok(Attempted { status, headers, body, until_closed, rest: None })
    }
}

impl Bounds {
    fn end(&self) -> Duration {
        self.begin.saturating_add(self.time)
    }

    /// How long the head of the reply may take to come.
    fn head_until(&self) -> Duration {
        if self.uploads { self.end() } else { self.silent_until(self.begin) }
    }

    /// How long a server may be silent that was heard at a time.
    fn silent_until(&self, heard: Duration) -> Duration {
        heard.saturating_add(self.idle).min(self.end())
    }
}

impl Outgoing<'_> {
    fn request(self, http: &reqwest::Client) -> Result<reqwest::Request, Failed> {
        let Self { method, url, mut headers, body, .. } = self;
        if let Payload::Form(form) = body {
            let told = headers.remove(CONTENT_TYPE).and_then(|told| bounded(&told, form.boundary()));
            let form = http.request(method, url.clone()).headers(headers).multipart(form);
            let mut request = form.build().map_err(transport::explain)?;
            if let Some(told) = told {
                request.headers_mut().insert(CONTENT_TYPE, told);
            }
            return Ok(request);
        }
        let mut request = reqwest::Request::new(method, url.clone());
        // As they are: a builder would copy them one by one.
        *request.headers_mut() = headers;
        // RFC 9110, section 8.6: some servers refuse a request whose body they cannot tell the length of.
        let is_told = matches!(*request.method(), Method::POST | Method::PUT | Method::PATCH);
        match body {
            Payload::Bytes(bytes) if bytes.is_empty() && is_told => {
                request.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
            }
            Payload::Bytes(bytes) => *request.body_mut() = Some(bytes.into()),
            Payload::Stream(stream, length) => {
                *request.body_mut() = Some(stream);
                if let Some(length) = length {
                    request.headers_mut().insert(CONTENT_LENGTH, length.into());
                }
            }
            Payload::Empty if is_told => {
                request.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
            }
            Payload::Empty | Payload::Form(_) => {}
        }
        Ok(request)
    }
}

impl Patience<'_> {
    /// Waits for the server until a time that is only asked for when there is something to wait for.
    async fn wait<T>(
        &self,
        end: impl Fn() -> Duration + Unpin,
        wait: Pin<&mut impl Future<Output = reqwest::Result<T>>>,
        explain: impl Fn(reqwest::Error) -> Failed,
    ) -> Result<T, Failed> {
        match until(self.clock, end, wait).await {
            Some(result) => result.map_err(explain),
            None => {
                let what = if self.clock.now() < self.bounds.end() {
                    format!("the server was silent for {:?}", self.bounds.idle)
                } else {
                    format!("no complete reply within {:?}", self.bounds.time)
                };
                Err((Failure::Timeout, Error::new(Kind::Timeout, what)))
            }
        }
    }

    /// Reads a body up to a number of bytes; `None` when there are more.
    async fn read(&self, response: &mut Response, limit: usize) -> Result<Option<Bytes>, Failed> {
        let mut gathered = Gathered::default();
        loop {
            let end = || self.bounds.silent_until(self.clock.now());
            let chunk = self.wait(end, pin!(response.chunk()), transport::explain_body).await?;
            let Some(chunk) = chunk else { return Ok(Some(gathered.finish())) };
            if !gathered.add(chunk, limit, || length(response)) {
                return Ok(None);
            }
        }
    }
}

/// How long a body is, where it was told.
fn length(response: &Response) -> Option<usize> {
    response.headers().get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// A multipart type that a document names, with the boundary of this body and no other.
pub(crate) fn bounded(told: &HeaderValue, boundary: &str) -> Option<HeaderValue> {
    let mut quoted = false;
    let mut escaped = false;
    // What is in quotes does not end a parameter (RFC 9110, section 5.6.6).
    let ends = |c: char| {
        let is_end = c == ';' && !quoted;
        quoted ^= c == '"' && !escaped;
        escaped = quoted && c == '\\' && !escaped;
        is_end
    };
    let is_other = |parameter: &&str| {
        !parameter.split('=').next().is_some_and(|name| name.trim().eq_ignore_ascii_case("boundary"))
    };
    let others: Vec<&str> = told.to_str().ok()?.split(ends).filter(is_other).collect();
    HeaderValue::from_str(&format!("{}; boundary={boundary}", others.join(";").trim_end())).ok()
}
