//! Text to a JSON value: JSON or YAML, told apart by the first character, with the version checked.
//!
//! JSON never goes through the YAML parser, which is many times slower. Size, nesting and the growth of YAML aliases are
//! bounded, and a key that occurs twice is an error, because parsers differ in which one they keep.

use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::error::{Error, Problem, Result, push};

/// The largest text that is read, in bytes.
pub const MAX_BYTES: usize = 64 << 20;

/// How deep lists and objects may nest: a little less than the parsers themselves allow, so that the error is ours.
pub const MAX_DEPTH: usize = 120;

/// A document as it was written, before any change.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Which specification it follows.
    pub version: Version,
    /// Its content, keys in the order of the text.
    pub value: Value,
}

/// A version of the OpenAPI specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// 3.0.x.
    V3_0,
    /// 3.1.x.
    V3_1,
}

/// Reads an OpenAPI 3.0 or 3.1 document, in JSON or YAML.
///
/// # Errors
/// When the text is empty, over [`MAX_BYTES`], not UTF-8, cut short, an HTML page, not JSON or YAML, holds a key twice, nests
/// over [`MAX_DEPTH`], or is no OpenAPI document of these versions.
pub fn document(bytes: &[u8]) -> Result<Document> {
    let value = value(bytes)?;
    let version = version(&value)?;
    Ok(Document { version, value })
}

/// Reads JSON or YAML, whatever it holds.
///
/// # Errors
/// As [`document`], but for those about OpenAPI.
pub fn value(bytes: &[u8]) -> Result<Value> {
    if bytes.len() > MAX_BYTES {
        return Err(Problem::new(format!("the text has {} bytes; at most {MAX_BYTES} are read", bytes.len())).into());
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let good = &bytes[..error.valid_up_to()];
        let line = good.iter().filter(|&&byte| byte == b'\n').count() + 1;
        Problem::new("the text is not UTF-8; save it in that encoding").on_line(line)
    })?;
    match text.trim_start().chars().next() {
        None => Err(Problem::new("the text is empty").into()),
        Some('<') => Err(Problem::new(
            "this is an HTML or XML page and no OpenAPI document; check the address, and that it needs no login",
        )
        .into()),
        Some('{' | '[') => json(text),
        Some(_) => yaml(text),
    }
}

fn version(value: &Value) -> Result<Version> {
    let problem = |pointer: &str, message: String| Err(Error::from(Problem::at(pointer, message)));
    let Some(root) = value.as_object() else {
        return problem("", "this is no OpenAPI document: it is not an object".into());
    };
    if let Some(version) = root.get("swagger") {
        return problem("/swagger", format!("this is Swagger {version}; convert it to OpenAPI 3.0 or 3.1 first"));
    }
    let Some(version) = root.get("openapi") else {
        return problem("", "this is no OpenAPI document: it has no member `openapi`".into());
    };
    let Some(text) = version.as_str() else {
        return problem(
            "/openapi",
            format!("the version is {version} and not a text; write it as \"3.0.3\" or \"3.1.0\""),
        );
    };
    let version = match text.split('.').collect::<Vec<_>>()[..] {
        ["3", "0", _] => Version::V3_0,
        ["3", "1", _] => Version::V3_1,
        _ => {
            return problem("/openapi", format!("OpenAPI \"{text}\" is not supported; 3.0.x and 3.1.x are"));
        }
    };
    let mut problems = Vec::new();
    if !root.get("info").is_some_and(Value::is_object) {
        problems.push(Problem::at("/info", "the object `info` is missing; is the document whole?"));
    }
    let content: &[&str] = match version {
        Version::V3_0 => &["paths"],
        Version::V3_1 => &["paths", "components", "webhooks"],
    };
    if !content.iter().any(|key| root.get(*key).is_some_and(Value::is_object)) {
        problems.push(Problem::at("/paths", "the object `paths` is missing; is the document whole?"));
    }
    Error::check(version, problems)
}

fn json(text: &str) -> Result<Value> {
    let mut state = State::new(usize::MAX);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let result = (Node { state: &mut state, depth: 0 })
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value));
    result.map_err(|error| {
        let message = if error.is_eof() {
            "the JSON ends too early; the file or the download is cut short".to_owned()
        } else {
            strip_position(&error.to_string())
        };
        state.problem(message, error.line())
    })
}

fn yaml(text: &str) -> Result<Value> {
    if brackets(text) > MAX_BRACKETS {
        return Err(Problem::new(format!("over {MAX_BRACKETS} brackets are left open")).into());
    }
    // Without aliases each node takes at least a character, so only they can pass this.
    let mut state = State::new(text.len().saturating_mul(4).saturating_add(10_000));
    let result = (Node { state: &mut state, depth: 0 }).deserialize(serde_yaml::Deserializer::from_str(text));
    result.map_err(|error| {
        let line = error.location().map_or(0, |location| location.line());
        state.problem(strip_position(&error.to_string()), line)
    })
}

/// The most brackets that are open at once: the YAML parser takes time in the square of it before the depth is seen.
/// Those in texts count too, which cannot come near the limit.
const MAX_BRACKETS: usize = 4096;

fn brackets(text: &str) -> usize {
    let (mut open, mut most) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        most = most.max(open);
    }
    most
}

/// The parsers put the position into the message; ours stands in front.
fn strip_position(message: &str) -> String {
    let end = message.find(" at line ").unwrap_or(message.len());
    message[..end].to_owned()
}

/// What the nodes of one text share.
struct State {
    /// How many nodes may still be made.
    left: usize,
    /// The way to the error, innermost step first: built while it is passed up, so that good documents pay nothing.
    way: Vec<String>,
    /// What we ourselves found wrong; the YAML parser puts words of its own around it.
    message: Option<String>,
}

impl State {
    fn new(left: usize) -> Self {
        Self { left, way: Vec::new(), message: None }
    }

    fn fail<E: serde::de::Error>(&mut self, message: impl Into<String>) -> E {
        let message = message.into();
        let error = E::custom(&message);
        self.message = Some(message);
        error
    }

    fn problem(&self, message: String, line: usize) -> Error {
        let message = self.message.clone().unwrap_or(message);
        let pointer = self.way.iter().rev().fold(String::new(), |pointer, step| push(&pointer, step));
        Problem::at(pointer, message).on_line(line).into()
    }
}

/// Makes one value, and is the visitor that fills it.
struct Node<'a> {
    state: &'a mut State,
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<Value, D::Error> {
        let Some(left) = self.state.left.checked_sub(1) else {
            return Err(self.state.fail("the aliases of this YAML blow it up; write it without them"));
        };
        self.state.left = left;
        if self.depth > MAX_DEPTH {
            return Err(self.state.fail(format!("nested over {MAX_DEPTH} levels deep")));
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of JSON")
    }

    fn visit_bool<E>(self, value: bool) -> std::result::Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> std::result::Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> std::result::Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_i128<E: serde::de::Error>(self, value: i128) -> std::result::Result<Value, E> {
        self.visit_f64(value as f64)
    }

    fn visit_u128<E: serde::de::Error>(self, value: u128) -> std::result::Result<Value, E> {
        self.visit_f64(value as f64)
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> std::result::Result<Value, E> {
        let number = Number::from_f64(value);
        number.map(Value::Number).ok_or_else(|| self.state.fail("infinity and NaN are no values of JSON"))
    }

    fn visit_str<E>(self, value: &str) -> std::result::Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_string<E>(self, value: String) -> std::result::Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> std::result::Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> std::result::Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> std::result::Result<Value, A::Error> {
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

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(Key(key)) = map.next_key()? {
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
        Ok(Value::Object(merge_keys(members)))
    }
}

/// YAML's `<<: *anchor`: the members of the anchor, where there is none of their name.
fn merge_keys(mut members: Map<String, Value>) -> Map<String, Value> {
    let sources = match members.get("<<") {
        Some(Value::Object(source)) => vec![source.clone()],
        Some(Value::Array(sources)) if sources.iter().all(Value::is_object) => {
            sources.iter().filter_map(Value::as_object).cloned().collect()
        }
        _ => return members,
    };
    members.shift_remove("<<");
    for (key, value) in sources.into_iter().flatten() {
        members.entry(key).or_insert(value);
    }
    members
}

/// A key as it is written: YAML allows `200:` and `true:`.
struct Key(String);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        String::deserialize(deserializer).map(Key)
    }
}
