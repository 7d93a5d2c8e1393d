//! JSON.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::{MAX_DEPTH, MAX_VALUES, problem, strip_position};
use crate::error::Error;

/// Why a text could not be read as JSON.
pub(super) struct Wrong {
    pub(super) kind: Kind,
    pub(super) error: Error,
}

/// Whether it may still be YAML.
pub(super) enum Kind {
    /// It is not JSON.
    Syntax,
    /// It is, and something else is wrong with it.
    Other,
}

pub(super) fn read(text: &str) -> Result<Value, Wrong> {
    let mut state = State { left: MAX_VALUES, way: Vec::new(), message: None };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let result = (Node { state: &mut state, depth: 0 })
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value));
    result.map_err(|error| {
        let kind = if error.is_syntax() && state.message.is_none() { Kind::Syntax } else { Kind::Other };
        let message = match state.message {
            Some(message) => message,
            None if error.is_eof() => "the JSON ends too early; the file or the download is cut short".to_owned(),
            None => strip_position(&error.to_string()),
        };
        Wrong { kind, error: problem(&state.way, message, error.line()) }
    })
}

/// What the nodes of one text share.
struct State {
    /// How many values may still be made.
    left: usize,
    /// The way to the error, innermost step first: built while it is passed up, so that good documents pay nothing.
    way: Vec<String>,
    /// What we ourselves found wrong.
    message: Option<String>,
}

impl State {
    fn fail<E: serde::de::Error>(&mut self, message: impl Into<String>) -> E {
        let message = message.into();
        let error = E::custom(&message);
        self.message = Some(message);
        error
    }
}

/// Makes one value, and is the visitor that fills it.
struct Node<'a> {
    state: &'a mut State,
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        let Some(left) = self.state.left.checked_sub(1) else {
            return Err(self.state.fail(format!("the text holds over {MAX_VALUES} values; is this the right file?")));
        };
        self.state.left = left;
        if self.depth > MAX_DEPTH {
            return Err(self.state.fail(super::too_deep()));
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        loop {
            let node = Node { state: &mut *self.state, depth: self.depth + 1 };
            match seq.next_element_seed(node) {
                Ok(Some(item)) => items.push(item),
                Ok(None) => return Ok(Value::Array(items)),
                Err(error) => {
                    self.state.way.push(items.len().to_string());
                    return Err(error);
                }
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            if members.contains_key(&key) {
                let error = self.state.fail(format!("the key `{key}` occurs twice"));
                self.state.way.push(key);
                return Err(error);
            }
            let node = Node { state: &mut *self.state, depth: self.depth + 1 };
            match map.next_value_seed(node) {
                Ok(value) => {
                    members.insert(key, value);
                }
                Err(error) => {
                    self.state.way.push(key);
                    return Err(error);
                }
            }
        }
        Ok(Value::Object(members))
    }
}
