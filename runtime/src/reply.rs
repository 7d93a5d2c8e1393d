//! What comes back.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::str::FromStr;
use std::sync::Arc;

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use serde_json::Value;

use crate::download::Rest;
use crate::error::{Concealed, Place};
use crate::memory::Bounds;
use crate::pager::List;
use crate::request::Request;
use crate::sent;
use crate::token::Grant;

/// The value of a reply with what came around it.
pub struct Response<T> {
    /// The decoded body.
    pub value: T,
    head: Head,
}

/// A body whose type is only known from its content type.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Content {
    /// JSON.
    Json(Value),
    /// Any other text.
    Text(String),
    /// No body.
    Empty,
}

/// A redirect, not followed.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Redirect {
    /// The status, 300 to 399.
    pub status: StatusCode,
    /// Where it points to, as the server wrote it. It may carry one-time values: not for logs.
    pub location: String,
}

/// Everything about a reply but its body.
#[derive(Clone)]
pub(crate) struct Head {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) request_id_header: Option<&'static str>,
    pub(crate) attempts: u32,
    /// A hash of the body.
    pub(crate) fingerprint: u64,
    /// Hashes of the first items, where it is a page of a list.
    pub(crate) sample: Box<[u64]>,
}

/// A reply that is not decoded yet.
pub struct Reply {
    pub(crate) place: Place,
    pub(crate) head: Head,
    pub(crate) body: Bytes,
    /// The body, where it was not read yet.
    pub(crate) rest: Option<Box<Rest>>,
    /// What page of a list was asked for.
    pub(crate) list: Option<Box<List>>,
    /// Whether it may be the text that its JSON would hold.
    pub(crate) or_text: bool,
    /// Whether the request may have changed something.
    pub(crate) changes: bool,
    /// The span of the call, which also covers decoding.
    pub(crate) span: tracing::Span,
    /// What it answers, for an error that must repeat nothing of it; the request is added when the call has ended.
    pub(crate) request: Option<Box<Request>>,
    pub(crate) grant: Option<Arc<Grant>>,
}

impl Reply {
    /// What may be made of the body.
    pub(crate) fn bounds(&self) -> Bounds {
        let limits = self.request.as_ref().map(|request| &request.client.0.limits);
        limits.map_or_else(Bounds::default, |limits| Bounds { values: limits.values, memory: limits.memory })
    }

    /// What was sent.
    pub(crate) fn sent(&self) -> Concealed {
        match &self.request {
            Some(request) => sent::of(request, self.grant.as_deref()),
            None => Concealed::new([]),
        }
    }
}

impl<T> Response<T> {
    pub(crate) fn new(value: T, head: Head) -> Self {
        Self { value, head }
    }

    /// The decoded body.
    pub fn into_value(self) -> T {
        self.value
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.head.status
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    /// A header as a value of a type; `None` where it is missing or does not fit.
    pub fn header_as<V: FromStr>(&self, name: &str) -> Option<V> {
        self.head.headers.get(name)?.to_str().ok()?.trim().parse().ok()
    }

    /// The server's id of the request.
    pub fn request_id(&self) -> Option<&str> {
        self.head.request_id()
    }

    /// How often the request was sent.
    pub fn attempts(&self) -> u32 {
        self.head.attempts
    }

    pub(crate) fn fingerprint(&self) -> u64 {
        self.head.fingerprint
    }

    pub(crate) fn sample(&self) -> &[u64] {
        &self.head.sample
    }
}

impl Head {
    /// The content type without parameters, as it was written.
    pub(crate) fn essence(&self) -> Option<&str> {
        essence(&self.headers)
    }

    /// The server's id of the request.
    pub(crate) fn request_id(&self) -> Option<&str> {
        request_id(&self.headers, self.request_id_header)
    }

    /// The content type without parameters, in lower case.
    pub(crate) fn content_type(&self) -> Option<String> {
        self.essence().map(str::to_ascii_lowercase)
    }
}

/// A content type without parameters, as it was written.
pub(crate) fn essence(headers: &HeaderMap) -> Option<&str> {
    let essence = headers.get(CONTENT_TYPE)?.as_bytes().split(|byte| *byte == b';').next()?;
    std::str::from_utf8(essence.trim_ascii()).ok()
}

/// A hash of a body, to recognise one that came before.
pub(crate) fn fingerprint(body: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    body.hash(&mut hasher);
    hasher.finish()
}

/// An id of a request as far as it can be shown: at most 128 visible ASCII characters.
pub(crate) fn request_id<'a>(headers: &'a HeaderMap, name: Option<&str>) -> Option<&'a str> {
    let text = headers.get(name?)?.to_str().ok()?;
    let visible = !text.is_empty() && text.len() <= 128 && text.bytes().all(|byte| byte.is_ascii_graphic());
    visible.then_some(text)
}

/// Headers are left out: cookies and locations may be among them.
impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("value", &self.value)
            .field("status", &self.head.status)
            .field("request_id", &self.head.request_id())
            .field("attempts", &self.head.attempts)
            .finish_non_exhaustive()
    }
}

/// Only what kind it is: nobody knows what is in it.
impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Json(_) => "Json",
            Self::Text(_) => "Text",
            Self::Empty => "Empty",
        })
    }
}

impl fmt::Debug for Redirect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redirect").field("status", &self.status).finish_non_exhaustive()
    }
}
