//! How the types of a generated crate read and write JSON.
//!
//! serde's derived code is generic over every format, and checking it took two thirds of the build of a crate with
//! hundreds of types. These types only ever meet JSON, so they read a [`Value`] and write one, and serde's traits are
//! thin bridges on top. It also lets an error name the place and never the value, which may be a secret.

mod values;

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value};

use crate::shape::Shape;

pub(crate) use values::{whole, write};

/// A type that reads and writes JSON.
pub trait Json: Sized {
    /// Reads a value.
    ///
    /// # Errors
    ///
    /// When the value, or one inside it, is of another type or lacks a member.
    fn from_json(value: Value) -> Result<Self, Mismatch>;

    /// Writes a value. A number that JSON has no word for becomes `null`; serde's traits make an error of it.
    fn to_json(&self) -> Value;

    /// What the type says of its values, by which the variant of a union is chosen; any value, where it says nothing.
    fn shape() -> Shape {
        Shape::Any
    }

    /// Whether `null` is a value of its own, which is not the same as none at all.
    const HAS_NULL: bool = false;

    /// What a member is that is absent; `None` where it must not be.
    fn absent() -> Option<Self> {
        None
    }

    /// Whether a member is left out when written.
    fn is_absent(&self) -> bool {
        false
    }
}

/// The most signs that a reason has that is made of others.
const LONGEST_REASON: usize = 1000;

/// A value that does not have the type it should have: where, and what is wrong, without the value itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    path: String,
    /// Whether a key of a map is in the path, which is data.
    has_key: bool,
    reason: String,
}

impl Mismatch {
    /// A value of another type than expected.
    pub fn expected(expected: &str, found: &Value) -> Self {
        Self {
            path: String::new(),
            has_key: false,
            reason: format!("invalid type: {}, expected {expected}", type_of(found)),
        }
    }

    /// A value that is wrong for a reason.
    pub(crate) fn because(reason: String) -> Self {
        Self { path: String::new(), has_key: false, reason }
    }

    /// Why a value is none of several variants. Of many only the first reasons, because each may be one of these too.
    pub(crate) fn of_all(variants: &[(&str, Mismatch)]) -> Self {
        let reasons: Vec<String> = variants.iter().map(|(name, mismatch)| format!("{name}: {mismatch}")).collect();
        let reasons = reasons.join("; ");
        let end = reasons.char_indices().nth(LONGEST_REASON).map(|(end, _)| end);
        let shown = match end.and_then(|end| reasons.get(..end)) {
            Some(first) => format!("{first} …"),
            None => reasons,
        };
        Self { path: String::new(), has_key: false, reason: format!("no variant fits ({shown})") }
    }

    /// The same mismatch, seen from the object that has the value as a member.
    #[must_use]
    pub fn in_member(mut self, name: &str) -> Self {
        let dot = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        self.path = format!("{name}{dot}{}", self.path);
        self
    }

    /// The same mismatch, seen from the map that has the value under a key.
    pub(crate) fn in_key(mut self, key: &str) -> Self {
        self.has_key = true;
        self.in_member(key)
    }

    /// Whether the path is made of the document's names alone.
    pub(crate) fn is_plain(&self) -> bool {
        !self.has_key
    }

    /// The same mismatch, seen from the list that has the value as an item.
    #[must_use]
    pub fn in_item(mut self, index: usize) -> Self {
        let dot = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        self.path = format!("[{index}]{dot}{}", self.path);
        self
    }

    /// The place in the JSON, `tokens[1].value`; empty for the value itself.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What is wrong there, in the words of serde.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() { f.write_str(&self.reason) } else { write!(f, "at `{}`: {}", self.path, self.reason) }
    }
}

impl std::error::Error for Mismatch {}

/// The members of an object while it is read or written.
#[derive(Default)]
pub struct Members(Map<String, Value>);

impl Members {
    /// The members of a value.
    ///
    /// # Errors
    ///
    /// When the value is not an object.
    pub fn of(value: Value) -> Result<Self, Mismatch> {
        match value {
            Value::Object(members) => Ok(Self(members)),
            other => Err(Mismatch::expected("a map", &other)),
        }
    }

    /// Gives a member another name, unless there is one of that name.
    pub fn rename(&mut self, from: &str, to: &str) {
        if !self.0.contains_key(to)
            && let Some(value) = self.0.remove(from)
        {
            self.0.insert(to.to_owned(), value);
        }
    }

    /// Takes a member out and reads it.
    ///
    /// # Errors
    ///
    /// When it does not fit its type, or is absent and must not be.
    pub fn take<T: Json>(&mut self, name: &str) -> Result<T, Mismatch> {
        match self.0.remove(name) {
            Some(value) => T::from_json(value).map_err(|mismatch| mismatch.in_member(name)),
            None => T::absent().ok_or_else(|| missing(name)),
        }
    }

    /// Takes all members that are left.
    ///
    /// # Errors
    ///
    /// When one does not fit the type.
    pub fn rest<T: Json>(&mut self) -> Result<T, Mismatch> {
        Json::from_json(Value::Object(std::mem::take(&mut self.0)))
    }

    /// Writes a member, unless it is left out.
    pub fn put<T: Json>(&mut self, name: &str, value: &T) {
        if !value.is_absent() {
            self.0.insert(name.to_owned(), value.to_json());
        }
    }

    /// Writes `null`, which a value that follows replaces.
    pub fn null(&mut self, name: &str) {
        self.0.insert(name.to_owned(), Value::Null);
    }

    /// Writes members that are not listed; a listed one of the same name stays.
    pub fn put_rest<T: Json>(&mut self, rest: &BTreeMap<String, T>) {
        for (name, value) in rest {
            if !self.0.contains_key(name) {
                self.0.insert(name.clone(), value.to_json());
            }
        }
    }

    /// The object.
    pub fn into_value(self) -> Value {
        Value::Object(self.0)
    }
}

/// Names only: nobody knows what is in the values.
impl fmt::Debug for Members {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

fn missing(name: &str) -> Mismatch {
    Mismatch { path: String::new(), has_key: false, reason: format!("missing field `{name}`") }
}

/// The type of a value, in the words of serde.
pub(crate) fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "floating point",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "sequence",
        Value::Object(_) => "map",
    }
}
