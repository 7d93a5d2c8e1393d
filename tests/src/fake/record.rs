//! What the fake was asked, for tests to look at.

use bytes::Bytes;
use serde_json::Value;

use super::validate::Issue;

/// A request and what became of it.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// The method.
    pub method: String,
    /// The path as it was sent, still encoded.
    pub path: String,
    /// The query as it was sent, still encoded.
    pub query: String,
    /// Headers, names in lower case. The value of `authorization` is only its scheme.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
    /// The operation that the request was taken for.
    pub operation: Option<String>,
    /// What is wrong with the request by the document, whether or not the server minds.
    pub issues: Vec<Issue>,
    /// The status of the reply.
    pub status: u16,
}

impl Recorded {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The pairs of the query, decoded.
    pub fn pairs(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(self.query.as_bytes()).into_owned().collect()
    }

    /// The values of a query parameter, decoded.
    pub fn query_values(&self, name: &str) -> Vec<String> {
        self.pairs().into_iter().filter(|(key, _)| key == name).map(|(_, value)| value).collect()
    }

    /// The body as JSON; `Null` where it is not.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// Whether the request carried a bearer token.
    pub fn is_authorized(&self) -> bool {
        self.header("authorization").is_some()
    }
}
