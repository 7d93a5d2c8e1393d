//! How the types of a generated crate read and write JSON.
//!
//! serde's derived code is generic over every format, and checking it took two thirds of the build of a crate with
//! hundreds of types. These types only ever meet JSON, so they read a [`Value`] and write one, and serde's traits are
//! thin bridges on top. It also lets an error name the place and never the value, which may be a secret.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value};

use crate::patch::Patch;
use crate::secret::Secret;
use crate::timestamp::{DateTime, Timestamp, UnixTime};

/// A type that reads and writes JSON.
pub trait Json: Sized {
    /// Reads a value.
    ///
    /// # Errors
    ///
    /// When the value, or one inside it, is of another type or lacks a member.
    fn from_json(value: Value) -> Result<Self, Mismatch>;

    /// Writes a value.
    fn to_json(&self) -> Value;

    /// What a member is that is absent; `None` where it must not be.
    fn absent() -> Option<Self> {
        None
    }

    /// Whether a member is left out when written.
    fn is_absent(&self) -> bool {
        false
    }
}

/// A value that does not have the type it should have: where, and what is wrong, without the value itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    path: String,
    reason: String,
}

impl Mismatch {
    /// A value of another type than expected.
    pub fn expected(expected: &str, found: &Value) -> Self {
        Self { path: String::new(), reason: format!("invalid type: {}, expected {expected}", type_of(found)) }
    }

    /// A member that has another value than the only one that it may have.
    pub(crate) fn other(member: &str, only: &Value) -> Self {
        Self { path: String::new(), reason: format!("`{member}` is not {only}") }
    }

    /// Why a value is none of several variants.
    pub(crate) fn of_all(variants: &[(&str, Mismatch)]) -> Self {
        let reasons: Vec<String> = variants.iter().map(|(name, mismatch)| format!("{name}: {mismatch}")).collect();
        Self { path: String::new(), reason: format!("no variant fits ({})", reasons.join("; ")) }
    }

    /// The same mismatch, seen from the object that has the value as a member.
    #[must_use]
    pub fn in_member(mut self, name: &str) -> Self {
        let dot = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        self.path = format!("{name}{dot}{}", self.path);
        self
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
    Mismatch { path: String::new(), reason: format!("missing field `{name}`") }
}

impl Json for Value {
    fn from_json(value: Value) -> Result<Self, Mismatch> {
        Ok(value)
    }

    fn to_json(&self) -> Value {
        self.clone()
    }
}

impl Json for bool {
    fn from_json(value: Value) -> Result<Self, Mismatch> {
        value.as_bool().ok_or_else(|| Mismatch::expected("a boolean", &value))
    }

    fn to_json(&self) -> Value {
        Value::Bool(*self)
    }
}

impl Json for i64 {
    fn from_json(value: Value) -> Result<Self, Mismatch> {
        whole(&value).ok_or_else(|| Mismatch::expected("a whole number of 64 bits", &value))
    }

    fn to_json(&self) -> Value {
        Value::from(*self)
    }
}

impl Json for u64 {
    fn from_json(value: Value) -> Result<Self, Mismatch> {
        let whole = value.as_u64().or_else(|| whole(&value).and_then(|whole| Self::try_from(whole).ok()));
        whole.ok_or_else(|| Mismatch::expected("a whole number of 64 bits, not below 0", &value))
    }

    fn to_json(&self) -> Value {
        Value::from(*self)
    }
}

impl Json for f64 {
    fn from_json(value: Value) -> Result<Self, Mismatch> {
        value.as_f64().ok_or_else(|| Mismatch::expected("a number", &value))
    }

    /// Without a fraction where it has none, as most servers write it.
    fn to_json(&self) -> Value {
        let value = Value::from(*self);
        match whole(&value) {
            Some(whole) if self.is_sign_positive() || whole != 0 => Value::from(whole),
            _ => value,
        }
    }
}

impl Json for String {
    fn from_json(value: Value) -> Result<Self, Mismatch> {
        match value {
            Value::String(text) => Ok(text),
            other => Err(Mismatch::expected("a string", &other)),
        }
    }

    fn to_json(&self) -> Value {
        Value::String(self.clone())
    }
}

impl Json for Secret {
    fn from_json(value: Value) -> Result<Self, Mismatch> {
        String::from_json(value).map(Self::new)
    }

    fn to_json(&self) -> Value {
        Value::from(self.expose())
    }
}

impl Json for DateTime {
    fn from_json(value: Value) -> Result<Self, Mismatch> {
        String::from_json(value).map(Self::from)
    }

    fn to_json(&self) -> Value {
        Value::from(self.as_str())
    }
}

impl Json for Timestamp {
    fn from_json(value: Value) -> Result<Self, Mismatch> {
        let millis = whole(&value).ok_or_else(|| Mismatch::expected("whole milliseconds since the epoch", &value))?;
        Ok(Self::from_millis(millis))
    }

    fn to_json(&self) -> Value {
        Value::from(self.as_millis())
    }
}

impl Json for UnixTime {
    fn from_json(value: Value) -> Result<Self, Mismatch> {
        let secs = whole(&value).ok_or_else(|| Mismatch::expected("whole seconds since the epoch", &value))?;
        Ok(Self::from_secs(secs))
    }

    fn to_json(&self) -> Value {
        Value::from(self.as_secs())
    }
}

impl<T: Json> Json for Box<T> {
    fn from_json(value: Value) -> Result<Self, Mismatch> {
        T::from_json(value).map(Self::new)
    }

    fn to_json(&self) -> Value {
        (**self).to_json()
    }
}

impl<T: Json> Json for Option<T> {
    fn from_json(value: Value) -> Result<Self, Mismatch> {
        if value.is_null() { Ok(None) } else { T::from_json(value).map(Some) }
    }

    fn to_json(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::to_json)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: Json> Json for Patch<T> {
    fn from_json(value: Value) -> Result<Self, Mismatch> {
        Option::from_json(value).map(Self::set_or_clear)
    }

    fn to_json(&self) -> Value {
        self.value().map_or(Value::Null, T::to_json)
    }

    fn absent() -> Option<Self> {
        Some(Self::Keep)
    }

    fn is_absent(&self) -> bool {
        self.is_keep()
    }
}

impl<T: Json> Json for Vec<T> {
    fn from_json(value: Value) -> Result<Self, Mismatch> {
        let Value::Array(items) = value else {
            return Err(Mismatch::expected("a sequence", &value));
        };
        let read = |(index, item)| T::from_json(item).map_err(|mismatch| mismatch.in_item(index));
        items.into_iter().enumerate().map(read).collect()
    }

    fn to_json(&self) -> Value {
        self.iter().map(T::to_json).collect()
    }
}

/// Lists whose items each have a type of their own.
macro_rules! tuples {
    ($($count:literal: $($name:ident $value:ident)+;)+) => {
        $(impl<$($name: Json),+> Json for ($($name,)+) {
            fn from_json(value: Value) -> Result<Self, Mismatch> {
                let mut items = items(value, $count)?.into_iter().enumerate();
                $(let $value = item(items.next())?;)+
                Ok(($($value,)+))
            }

            fn to_json(&self) -> Value {
                let ($($value,)+) = self;
                Value::Array(vec![$($value.to_json()),+])
            }
        })+
    };
}

tuples! {
    1: A a;
    2: A a B b;
    3: A a B b C c;
    4: A a B b C c D d;
    5: A a B b C c D d E e;
    6: A a B b C c D d E e F f;
    7: A a B b C c D d E e F f G g;
    8: A a B b C c D d E e F f G g H h;
    9: A a B b C c D d E e F f G g H h I i;
    10: A a B b C c D d E e F f G g H h I i J j;
    11: A a B b C c D d E e F f G g H h I i J j K k;
    12: A a B b C c D d E e F f G g H h I i J j K k L l;
}

/// The items of a list that must have so many.
fn items(value: Value, count: usize) -> Result<Vec<Value>, Mismatch> {
    match value {
        Value::Array(items) if items.len() == count => Ok(items),
        Value::Array(items) => {
            let reason = format!("invalid length {}, expected a sequence of {count}", items.len());
            Err(Mismatch { path: String::new(), reason })
        }
        other => Err(Mismatch::expected("a sequence", &other)),
    }
}

/// Reads one item of a tuple.
fn item<T: Json>(item: Option<(usize, Value)>) -> Result<T, Mismatch> {
    let (index, value) = item.unwrap_or_default();
    T::from_json(value).map_err(|mismatch| mismatch.in_item(index))
}

impl<T: Json> Json for BTreeMap<String, T> {
    fn from_json(value: Value) -> Result<Self, Mismatch> {
        let Value::Object(members) = value else {
            return Err(Mismatch::expected("a map", &value));
        };
        let read = |(name, value): (String, Value)| match T::from_json(value) {
            Ok(value) => Ok((name, value)),
            Err(mismatch) => Err(mismatch.in_member(&name)),
        };
        members.into_iter().map(read).collect()
    }

    fn to_json(&self) -> Value {
        self.iter().map(|(name, value)| (name.clone(), value.to_json())).collect()
    }
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

/// A whole number, also one that is written as a float (`1.7e12`).
fn whole(value: &Value) -> Option<i64> {
    // Beyond 2^53 a float no longer names one whole number.
    const LIMIT: f64 = 9_007_199_254_740_992.0;
    let exact = |float: &f64| float.fract() == 0.0 && float.abs() <= LIMIT;
    #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53, so exact")]
    value.as_i64().or_else(|| value.as_f64().filter(exact).map(|float| float as i64))
}
