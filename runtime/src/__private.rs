//! What the macros expand to; not for callers.

use serde::de::Error as _;
use serde::ser::Error as _;
pub use serde::{Deserialize, Deserializer, Serialize, Serializer};
pub use serde_json::Value;

use crate::finite::NOT_FINITE;
pub use crate::fit::{choose, why};
pub use crate::hidden::outline;
use crate::json::{self, Json, Mismatch};
use crate::memory;

/// Reads a type through any deserializer.
///
/// # Errors
///
/// Those of the deserializer, and the mismatch, its path in front: ``at `a.b`: reason``.
pub fn read<'de, T: Json, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::from_json(Value::deserialize(deserializer)?).map_err(D::Error::custom)
}

/// Writes a type through any serializer.
///
/// # Errors
///
/// Those of the serializer, and one for a number that JSON has no word for.
pub fn write<T: Json, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    json::write(value).ok_or_else(|| S::Error::custom(NOT_FINITE))?.serialize(serializer)
}

/// A base URL that ends in a path: as it is where it does, else with the path.
pub fn below(url: String, path: &str) -> String {
    let bare = url.trim_end_matches('/');
    if path.is_empty() || bare.ends_with(path) { url } else { format!("{bare}{path}") }
}

/// The tag of a value; `null` where there is none. No variant has a list or an object as its tag, so these are not copied.
pub fn tag(value: &Value, tag: &str) -> Value {
    match value.get(tag) {
        None => Value::Null,
        Some(Value::Array(_) | Value::Object(_)) => Value::Array(Vec::new()),
        Some(tag) => tag.clone(),
    }
}

/// A value without its tag.
pub fn without(mut value: Value, tag: &str) -> Value {
    if let Value::Object(members) = &mut value {
        members.remove(tag);
    }
    value
}

/// The content of a variant with its tag.
pub fn tagged(mut content: Value, tag: &str, value: Value) -> Value {
    if let Value::Object(members) = &mut content {
        members.insert(tag.to_owned(), value);
    }
    content
}

/// How a variant is read.
pub type Read<T> = fn(Value) -> Result<T, Mismatch>;

/// Reads an untagged union: the variant that the value fits, else the value itself.
///
/// # Errors
///
/// When the variant cannot be read after all.
pub fn read_chosen<T: Json>(value: Value, read: &[Read<T>], unknown: fn(Value) -> T) -> Result<T, Mismatch> {
    match memory::for_a_while(|| choose(T::shape(), &value)).and_then(|chosen| read.get(chosen)) {
        Some(read) => read(value),
        None => Value::from_json(value).map(unknown),
    }
}

/// The content of a variant with its tag, where it has none of its own.
pub fn tagged_unless(content: Value, tag: &str, value: Value) -> Value {
    if content.get(tag).is_some() { content } else { tagged(content, tag, value) }
}

/// The types of JSON, each as a test of a value.
pub mod kind {
    use super::Value;

    /// Whether it is `true` or `false`.
    pub fn bool(value: &Value) -> bool {
        value.is_boolean()
    }

    /// Whether it is a number.
    pub fn number(value: &Value) -> bool {
        value.is_number()
    }

    /// Whether it is a text.
    pub fn string(value: &Value) -> bool {
        value.is_string()
    }

    /// Whether it is a list.
    pub fn array(value: &Value) -> bool {
        value.is_array()
    }

    /// Whether it is an object.
    pub fn object(value: &Value) -> bool {
        value.is_object()
    }
}

/// What the shapes of types are made of.
pub mod shape {
    pub use crate::shape::{Alternative, Limits, Member, Object, Of, Tagged, Variant, content, field};
}

/// Replies that come in several forms.
pub mod replies {
    pub use crate::decode::{bytes, json, text};
    pub use crate::replies::{Accepts, Case, Form, When};
    pub use crate::reply::Reply;
}

/// What reads what servers send, for tests that hand it any bytes.
pub mod parse {
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    use reqwest::StatusCode;
    use reqwest::header::HeaderMap;

    use crate::error::{Error, ErrorBody, Kind};
    use crate::profile::ErrorShape;
    use crate::token::{self, Token};

    /// The body of a success of a token endpoint.
    ///
    /// # Errors
    ///
    /// When it is not a token.
    pub fn token_response(body: &[u8]) -> Result<Token, Error> {
        token::parse(body, true)
    }

    /// The error that a body of a reply with status 400 means.
    pub fn error_body(body: &[u8]) -> Error {
        let body = ErrorBody::parse(body, Some(&ErrorShape::default()));
        Error::new(Kind::Status, "the server answered 400 Bad Request")
            .with_status(StatusCode::BAD_REQUEST)
            .with_body(body)
    }

    /// How long a reply asks to wait, seen at a moment after the epoch.
    pub fn retry_after(headers: &HeaderMap, now: Duration) -> Option<Duration> {
        crate::retry_after::parse(headers, UNIX_EPOCH.checked_add(now).unwrap_or(SystemTime::UNIX_EPOCH))
    }
}
