//! A reply before it is written to the wire.

use bytes::Bytes;
use serde_json::Value;

/// A reply: status, headers and body.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Headers beside those that every reply has. A name may be repeated.
    pub headers: Vec<(String, String)>,
    /// The content type; `None` where there is no body.
    pub content_type: Option<String>,
    /// The body.
    pub body: Bytes,
}

impl Answer {
    /// A reply without a body.
    pub fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), content_type: None, body: Bytes::new() }
    }

    /// A reply with JSON.
    pub fn json(status: u16, body: &Value) -> Self {
        Self {
            content_type: Some("application/json; charset=utf-8".to_owned()),
            body: body.to_string().into(),
            ..Self::empty(status)
        }
    }

    /// A reply with a text of any kind.
    pub fn text(status: u16, content_type: &str, body: &str) -> Self {
        Self { content_type: Some(content_type.to_owned()), body: body.to_owned().into(), ..Self::empty(status) }
    }

    /// The reply with one header more.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}
