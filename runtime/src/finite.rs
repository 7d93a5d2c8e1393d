//! Values as JSON, except for numbers that JSON has no word for: in their place `null` would be sent, or nothing.

use std::fmt;

use bytes::Bytes;
use serde::ser::{self, Serialize};
use serde_json::Value;

/// What is wrong with a value that has such a number, to follow its name.
pub(crate) const NOT_FINITE: &str = "has a number that is infinite or none at all";

/// A value as JSON, or why it cannot be written, to follow its name.
pub(crate) fn to_value(value: &(impl Serialize + ?Sized)) -> Result<Value, &'static str> {
    let mut json = serde_json::to_value(value).map_err(|error| reason(&error))?;
    // One order of members, whatever other crates of the program ask of the JSON library.
    json.sort_all_objects();
    // Those numbers are written as null, so where there is no null, there is none.
    if has_null(&json) && value.serialize(Finite).is_err() {
        return Err(NOT_FINITE);
    }
    Ok(json)
}

/// A value as the text of its JSON, or why it cannot be written, to follow its name.
pub(crate) fn to_bytes(value: &(impl Serialize + ?Sized)) -> Result<Bytes, &'static str> {
    let json = serde_json::to_vec(value).map_err(|error| reason(&error))?;
    if json.windows(4).any(|word| word == b"null") && value.serialize(Finite).is_err() {
        return Err(NOT_FINITE);
    }
    Ok(json.into())
}

/// Other errors come from types of callers and may tell what is in them.
fn reason(error: &serde_json::Error) -> &'static str {
    if error.to_string() == NOT_FINITE { NOT_FINITE } else { "cannot be written as JSON" }
}

fn has_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().any(has_null),
        Value::Object(members) => members.values().any(has_null),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// Goes through a value and fails at a number that is not finite.
struct Finite;

type End = Result<(), fmt::Error>;

macro_rules! passes {
    ($($method:ident($($argument:ty),*))+) => {$(
        fn $method(self, $(_: $argument),*) -> End {
            Ok(())
        }
    )+};
}

macro_rules! opens {
    ($($method:ident($($argument:ty),*): $compound:ident)+) => {
        $(
            type $compound = Self;
        )+
        $(
            fn $method(self, $(_: $argument),*) -> Result<Self, fmt::Error> {
                Ok(self)
            }
        )+
    };
}

macro_rules! compounds {
    ($($compound:ident { $($method:ident($($name:ty)?))+ })+) => {$(
        impl ser::$compound for Finite {
            type Ok = ();
            type Error = fmt::Error;

            $(
                fn $method<T: Serialize + ?Sized>(&mut self, $(_: $name,)? value: &T) -> End {
                    value.serialize(Self)
                }
            )+

            fn end(self) -> End {
                Ok(())
            }
        }
    )+};
}

impl ser::Serializer for Finite {
    type Ok = ();
    type Error = fmt::Error;

    passes! {
        serialize_bool(bool) serialize_char(char) serialize_str(&str) serialize_bytes(&[u8])
        serialize_i8(i8) serialize_i16(i16) serialize_i32(i32) serialize_i64(i64) serialize_i128(i128)
        serialize_u8(u8) serialize_u16(u16) serialize_u32(u32) serialize_u64(u64) serialize_u128(u128)
        serialize_none() serialize_unit() serialize_unit_struct(&'static str)
        serialize_unit_variant(&'static str, u32, &'static str)
    }

    opens! {
        serialize_seq(Option<usize>): SerializeSeq
        serialize_tuple(usize): SerializeTuple
        serialize_tuple_struct(&'static str, usize): SerializeTupleStruct
        serialize_tuple_variant(&'static str, u32, &'static str, usize): SerializeTupleVariant
        serialize_map(Option<usize>): SerializeMap
        serialize_struct(&'static str, usize): SerializeStruct
        serialize_struct_variant(&'static str, u32, &'static str, usize): SerializeStructVariant
    }

    fn serialize_f32(self, value: f32) -> End {
        if value.is_finite() { Ok(()) } else { Err(fmt::Error) }
    }

    fn serialize_f64(self, value: f64) -> End {
        if value.is_finite() { Ok(()) } else { Err(fmt::Error) }
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> End {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> End {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> End {
        value.serialize(self)
    }
}

compounds! {
    SerializeSeq { serialize_element() }
    SerializeTuple { serialize_element() }
    SerializeTupleStruct { serialize_field() }
    SerializeTupleVariant { serialize_field() }
    SerializeMap { serialize_key() serialize_value() }
    SerializeStruct { serialize_field(&'static str) }
    SerializeStructVariant { serialize_field(&'static str) }
}
