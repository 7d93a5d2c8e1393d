//! What the macros expand to; not for callers.

use serde::de::Error as _;
pub use serde::{Deserialize, Deserializer, Serialize, Serializer};
pub use serde_json::Value;

use crate::json::Json;

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
/// Those of the serializer.
pub fn write<T: Json, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    value.to_json().serialize(serializer)
}

/// The tag of a value; `null` where there is none.
pub fn tag(value: &Value, tag: &str) -> Value {
    value.get(tag).cloned().unwrap_or_default()
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

/// The types of JSON, each as a test of a value and of the members that it must have.
pub mod kind {
    use super::Value;

    /// Whether it is `true` or `false`.
    pub fn bool(value: &Value, _members: &[&str]) -> bool {
        value.is_boolean()
    }

    /// Whether it is a number.
    pub fn number(value: &Value, _members: &[&str]) -> bool {
        value.is_number()
    }

    /// Whether it is a text.
    pub fn string(value: &Value, _members: &[&str]) -> bool {
        value.is_string()
    }

    /// Whether it is a list.
    pub fn array(value: &Value, _members: &[&str]) -> bool {
        value.is_array()
    }

    /// Whether it is an object with these members.
    pub fn object(value: &Value, members: &[&str]) -> bool {
        value.as_object().is_some_and(|object| members.iter().all(|member| object.contains_key(*member)))
    }
}
