//! Values as callers give them.

use logto_runtime::FilePart;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::case::{FILE, Unsent};
use crate::same::same_number;

use super::document::Place;

/// A value as a type; written again it must be the same, since `null` and absent differ in what is sent.
pub(super) fn fitting<T: DeserializeOwned + Serialize>(value: &Value, what: &str) -> Result<T, Unsent> {
    let misfit = |why: String, with: String| Unsent::Misfit(format!("{what} does not fit its type: {why}"), with);
    let typed =
        serde_json::from_value::<T>(value.clone()).map_err(|error| misfit(error.to_string(), value.to_string()))?;
    let again = serde_json::to_value(&typed).map_err(|error| misfit(error.to_string(), value.to_string()))?;
    match differs(value, &again, "") {
        None => Ok(typed),
        Some(at) => Err(misfit(format!("written again, `{at}` is another"), format!("{value} and {again}"))),
    }
}

/// Where two values differ, numbers by what they are worth.
pub(super) fn differs(one: &Value, other: &Value, at: &str) -> Option<String> {
    match (one, other) {
        (Value::Object(before), Value::Object(after)) => {
            let names = before.keys().chain(after.keys());
            let mut found = names.map(|name| (name, format!("{at}.{name}")));
            found.find_map(|(name, at)| match (before.get(name), after.get(name)) {
                (Some(one), Some(other)) => differs(one, other, &at),
                _ => Some(at),
            })
        }
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
            before.iter().zip(after).find_map(|(one, other)| differs(one, other, &format!("{at}[]")))
        }
        (Value::Number(before), Value::Number(after)) if same_number(before, after) => None,
        _ => (one != other).then(|| at.to_owned()),
    }
}

pub(super) fn file(mime: &str) -> FilePart {
    FilePart::bytes(FILE).file_name("file \"1\".txt").mime(mime)
}

/// What a form can write of a value: there is no way to write a list or an object with nothing in it.
pub(super) fn written(value: &Value) -> Option<Value> {
    match value {
        Value::Array(items) => {
            let items: Vec<Value> = items.iter().filter_map(written).collect();
            (!items.is_empty()).then(|| items.into())
        }
        Value::Object(members) => {
            let members = members.iter().filter_map(|(name, value)| Some((name.clone(), written(value)?)));
            let members: Map<String, Value> = members.collect();
            (!members.is_empty()).then(|| members.into())
        }
        _ => Some(value.clone()),
    }
}

/// A value as a text, as callers give it.
pub(super) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Whether something of a value is written.
pub(super) fn is_written(value: &Value, place: Place) -> bool {
    match value {
        Value::Null => false,
        Value::Array(items) => items.iter().any(|item| is_written(item, place)),
        Value::Object(members) => members.values().any(|member| is_written(member, place)),
        Value::String(text) if place == Place::Path => !matches!(text.as_str(), "" | "." | ".."),
        _ => true,
    }
}
