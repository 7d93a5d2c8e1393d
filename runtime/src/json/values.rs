//! Rust's own types and those of this crate as JSON.

use std::cell::Cell;
use std::collections::BTreeMap;

use serde_json::Value;

use super::{Json, Mismatch};
use crate::memory;
use crate::patch::Patch;
use crate::secret::Secret;
use crate::shape::{Of, Shape};
use crate::timestamp::{DateTime, Timestamp, UnixTime};

thread_local! {
    /// Whether a number was met that JSON has no word for. A [`Value`] cannot hold it, so it is told beside it.
    static LOST: Cell<bool> = const { Cell::new(false) };
}

/// Writes a value; `None` where a number in it is infinite or none at all.
pub(crate) fn write(value: &impl Json) -> Option<Value> {
    let outer = LOST.replace(false);
    let written = value.to_json();
    let is_lost = LOST.replace(outer);
    (!is_lost).then_some(written)
}

impl Json for Value {
    const HAS_NULL: bool = true;

    fn from_json(value: Value) -> Result<Self, Mismatch> {
        memory::take_value(&value)?;
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

    fn shape() -> Shape {
        Shape::Bool
    }

    fn to_json(&self) -> Value {
        Value::Bool(*self)
    }
}

impl Json for i64 {
    fn from_json(value: Value) -> Result<Self, Mismatch> {
        whole(&value).ok_or_else(|| Mismatch::expected("a whole number of 64 bits", &value))
    }

    fn shape() -> Shape {
        Shape::Whole { signed: true }
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

    fn shape() -> Shape {
        Shape::Whole { signed: false }
    }

    fn to_json(&self) -> Value {
        Value::from(*self)
    }
}

impl Json for f64 {
    fn from_json(value: Value) -> Result<Self, Mismatch> {
        value.as_f64().ok_or_else(|| Mismatch::expected("a number", &value))
    }

    fn shape() -> Shape {
        Shape::Number
    }

    /// Without a fraction where it has none, as most servers write it.
    fn to_json(&self) -> Value {
        if !self.is_finite() {
            LOST.set(true);
        }
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
            Value::String(text) => memory::take_text(&text).map(|()| text),
            other => Err(Mismatch::expected("a string", &other)),
        }
    }

    fn shape() -> Shape {
        Shape::Text
    }

    fn to_json(&self) -> Value {
        Value::String(self.clone())
    }
}

impl Json for Secret {
    fn from_json(value: Value) -> Result<Self, Mismatch> {
        String::from_json(value).map(Self::new)
    }

    fn shape() -> Shape {
        Shape::Text
    }

    fn to_json(&self) -> Value {
        Value::from(self.expose())
    }
}

impl Json for DateTime {
    fn from_json(value: Value) -> Result<Self, Mismatch> {
        String::from_json(value).map(Self::from)
    }

    fn shape() -> Shape {
        Shape::Text
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

    fn shape() -> Shape {
        Shape::Whole { signed: true }
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

    fn shape() -> Shape {
        Shape::Whole { signed: true }
    }

    fn to_json(&self) -> Value {
        Value::from(self.as_secs())
    }
}

impl<T: Json> Json for Box<T> {
    const HAS_NULL: bool = T::HAS_NULL;

    fn from_json(value: Value) -> Result<Self, Mismatch> {
        memory::take::<T>(1)?;
        T::from_json(value).map(Self::new)
    }

    fn shape() -> Shape {
        T::shape()
    }

    fn to_json(&self) -> Value {
        (**self).to_json()
    }
}

impl<T: Json> Json for Option<T> {
    fn from_json(value: Value) -> Result<Self, Mismatch> {
        if value.is_null() && !T::HAS_NULL { Ok(None) } else { T::from_json(value).map(Some) }
    }

    fn shape() -> Shape {
        Shape::Optional(Of::Type(T::shape))
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

    fn shape() -> Shape {
        Shape::Nullable(Of::Type(T::shape))
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
        memory::take::<T>(items.len())?;
        let mut list = Self::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            list.push(T::from_json(item).map_err(|mismatch| mismatch.in_item(index))?);
        }
        Ok(list)
    }

    fn shape() -> Shape {
        Shape::List(Of::Type(T::shape))
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

            fn shape() -> Shape {
                Shape::Tuple(const { &[$(Of::Type($name::shape)),+] })
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
            Err(Mismatch { path: String::new(), has_key: false, reason })
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
        memory::take_map::<T>(members.len())?;
        let read = |(name, value): (String, Value)| {
            memory::take_text(&name)?;
            match T::from_json(value) {
                Ok(value) => Ok((name, value)),
                Err(mismatch) => Err(mismatch.in_key(&name)),
            }
        };
        members.into_iter().map(read).collect()
    }

    fn shape() -> Shape {
        Shape::Map(Of::Type(T::shape))
    }

    fn to_json(&self) -> Value {
        self.iter().map(|(name, value)| (name.clone(), value.to_json())).collect()
    }
}

/// A whole number, also one that is written as a float (`1.7e12`).
pub(crate) fn whole(value: &Value) -> Option<i64> {
    // Beyond 2^53 a float no longer names one whole number.
    const LIMIT: f64 = 9_007_199_254_740_992.0;
    let exact = |float: &f64| float.fract() == 0.0 && float.abs() <= LIMIT;
    #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53, so exact")]
    value.as_i64().or_else(|| value.as_f64().filter(exact).map(|float| float as i64))
}
