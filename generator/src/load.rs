//! Text to a JSON value: JSON or YAML, told apart by the first character, with the version checked.
//!
//! JSON never goes through the YAML parser, which is many times slower. Size, nesting, the number of values and the growth of
//! YAML aliases are bounded, and a key that occurs twice is an error, because parsers differ in which one they keep.

mod json;
mod lines;
mod yaml;

use serde_json::Value;

use crate::error::{Error, Problem, Result, push};

pub use lines::{add_lines, with_lines};

/// The largest text that is read, in bytes.
pub const MAX_BYTES: usize = 64 << 20;

/// How deep lists and objects may nest: a little less than the parsers themselves allow, so that the error is ours.
pub const MAX_DEPTH: usize = 120;

/// How many values a text may hold, so that a text of a few bytes a value does not take gigabytes.
pub const MAX_VALUES: usize = 4 << 20;

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

/// The files that a document may refer to. The generator does no IO: whoever calls it reads them.
#[derive(Clone, Copy)]
pub struct Files<'a> {
    /// What the document itself is called among them: its path from the folder that holds all, such as `openapi.yaml` or
    /// `apis/users.yaml`, or the URL that it was fetched from; empty: nobody knows.
    pub document: &'a str,
    /// Reads a file by its path from that folder, with `/` between steps and no `.` or `..` in it. An error is in words.
    pub read: &'a dyn Fn(&str) -> std::result::Result<Vec<u8>, String>,
    /// Whether a schema that a reference does not find is any value, and not an error.
    pub lenient: bool,
}

impl std::fmt::Debug for Files<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Files").field("document", &self.document).finish_non_exhaustive()
    }
}

impl Files<'static> {
    /// No files: a document that stands alone.
    pub const NONE: Self =
        Self { document: "", read: &|_| Err("no other files were given".to_owned()), lenient: false };
}

/// Reads an OpenAPI 3.0 or 3.1 document, in JSON or YAML.
///
/// # Errors
/// When the text is empty, over [`MAX_BYTES`], not UTF-8, cut short, an HTML page, not JSON or YAML, holds a key twice, nests
/// over [`MAX_DEPTH`], holds over [`MAX_VALUES`], or is no OpenAPI document of these versions.
pub fn document(bytes: &[u8]) -> Result<Document> {
    let value = value(bytes)?;
    let version = version(&value).map_err(|mut error| {
        add_lines(&mut error, bytes);
        error
    })?;
    Ok(Document { version, value })
}

/// Reads JSON or YAML, whatever it holds.
///
/// # Errors
/// As [`document`], but for those about OpenAPI.
pub fn value(bytes: &[u8]) -> Result<Value> {
    if bytes.len() > MAX_BYTES {
        return Err(Problem::new(format!("the text has over {MAX_BYTES} bytes, and no more are read")).into());
    }
    let text = text(bytes)?;
    match text.trim_start().chars().next() {
        None => Err(Problem::new("the text is empty").into()),
        Some('<') => Err(Problem::new(
            "this is an HTML or XML page and no OpenAPI document; check the address, and that it needs no login",
        )
        .into()),
        // YAML may begin like JSON: what only YAML can read is that.
        Some('{' | '[') => json::read(text).or_else(|wrong| match wrong.kind {
            json::Kind::Syntax => yaml::read(text).map_err(|_| wrong.error),
            json::Kind::Other => Err(wrong.error),
        }),
        Some(_) => yaml::read(text),
    }
}

/// The text without a byte order mark.
fn text(bytes: &[u8]) -> Result<&str> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let message = match bytes {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [_, 0, ..] | [0, _, ..] => {
                "the text is UTF-16 or UTF-32; save it as UTF-8"
            }
            _ => "the text is not UTF-8; save it in that encoding",
        };
        Problem::new(message).on_line(line(good)).into()
    })
}

/// The number of the line that follows `before`, from 1.
fn line(before: &[u8]) -> usize {
    before.iter().filter(|&&byte| byte == b'\n').count() + 1
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
    // YAML reads an unquoted `3.1` as a number.
    let text = version.as_str().map_or_else(|| version.to_string(), str::to_owned);
    let version = match text.trim().splitn(3, '.').collect::<Vec<_>>()[..] {
        ["3", "0"] | ["3", "0", _] => Version::V3_0,
        ["3", "1"] | ["3", "1", _] => Version::V3_1,
        _ => {
            return problem("/openapi", format!("OpenAPI \"{text}\" is not supported; 3.0.x and 3.1.x are"));
        }
    };
    let mut problems = Vec::new();
    if !root.get("info").is_some_and(Value::is_object) {
        problems.push(Problem::at("/info", "the object `info` is missing; is the document whole?"));
    }
    let content: &[&str] = match version {
        Version::V3_0 => &["paths", "components", "x-webhooks"],
        Version::V3_1 => &["paths", "components", "webhooks"],
    };
    // An empty list is how PHP writes an empty object.
    let there = |value: &Value| value.is_object() || value.as_array().is_some_and(Vec::is_empty);
    if !content.iter().any(|key| root.get(*key).is_some_and(there)) {
        problems.push(Problem::at("/paths", "the object `paths` is missing; is the document whole?"));
    }
    Error::check(version, problems)
}

/// The parsers put the position into the message; ours stands in front.
fn strip_position(message: &str) -> String {
    let end = message.find(" at line ").unwrap_or(message.len());
    message.get(..end).unwrap_or(message).to_owned()
}

fn too_deep() -> String {
    format!("nested over {MAX_DEPTH} levels deep")
}

/// A problem at the end of a way that was gathered from the inside out.
fn problem(way: &[String], message: String, line: usize) -> Error {
    let pointer = way.iter().rev().fold(String::new(), |pointer, step| push(&pointer, step));
    Problem::at(pointer, message).on_line(line).into()
}
