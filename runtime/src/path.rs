//! Path values that cannot leave their segment.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::style::COMPONENT;

/// What a path of a URL cannot have in it (WHATWG URL, "path percent-encode set"), and `\`, which browsers take for a slash.
const PATH: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'^').add(b'`').add(b'{').add(b'}').add(b'|').add(b'\\');

/// The longest way to write `..`.
const LONGEST_DOTS: usize = "%2e%2e".len();

/// A path while the `{…}` of its template are filled, in order.
#[derive(Clone)]
pub(crate) struct Path {
    /// What is written, up to the value that was filled in last.
    written: String,
    /// What is left of the template.
    rest: &'static str,
    /// Whether more values were given than there are parameters.
    is_overfull: bool,
}

impl Path {
    pub(crate) fn new(template: &'static str) -> Self {
        Self { written: String::new(), rest: template, is_overfull: false }
    }

    /// The name of the parameter that is filled next.
    pub(crate) fn next(&self) -> &'static str {
        parameter(self.rest).map_or("?", |(_, name, _)| name)
    }

    /// Fills the next parameter with an encoded value.
    pub(crate) fn fill(&mut self, value: &str) {
        let Some((before, _, after)) = parameter(self.rest) else {
            self.is_overfull = true;
            return;
        };
        self.written.reserve(self.rest.len().saturating_add(value.len()));
        self.written.push_str(before);
        self.written.push_str(value);
        self.rest = after;
    }

    /// The whole path.
    pub(crate) fn filled(&self) -> Result<Cow<'_, str>, Cow<'static, str>> {
        if let Some((_, name, _)) = parameter(self.rest) {
            return Err(format!("path parameter `{name}` was not given").into());
        }
        if self.rest.contains('{') {
            return Err("its path template lacks a `}`".into());
        }
        if self.is_overfull {
            return Err("more path values were given than the path has parameters".into());
        }
        Ok(match (self.written.as_str(), self.rest) {
            ("", rest) => Cow::Borrowed(rest),
            (written, "") => Cow::Borrowed(written),
            (written, rest) => Cow::Owned([written, rest].concat()),
        })
    }
}

/// Encodes a value as one path segment.
///
/// `.` and `..`, encoded or not, and blank values are refused: URL libraries and proxies resolve them, so that a call
/// would reach another operation (`DELETE /users/{id}/identities/..` deletes the user).
pub(crate) fn encode(value: &str) -> Result<Cow<'_, str>, &'static str> {
    if value.chars().all(char::is_whitespace) {
        return Err("is empty");
    }
    check(value)?;
    Ok(utf8_percent_encode(value, COMPONENT).into())
}

/// Refuses what is no segment of its own.
pub(crate) fn check(segment: &str) -> Result<(), &'static str> {
    if segment.len() > LONGEST_DOTS {
        return Ok(());
    }
    let undotted = segment.to_ascii_lowercase().replace("%2e", ".");
    match undotted.as_str() {
        "" => Err("is empty"),
        "." | ".." => Err("is `.` or `..`, which would name another path"),
        _ => Ok(()),
    }
}

/// A path of a document that is not written as URLs are, and the query that it ends in: what a path cannot have in it is
/// encoded, and a fragment, which is never sent, is left out.
pub(crate) fn mend(path: &str) -> (String, &str) {
    let path = path.split_once('#').map_or(path, |(path, _)| path);
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    (utf8_percent_encode(path, PATH).to_string(), query)
}

/// What is before the first parameter of a template, its name, and what is after it.
fn parameter(template: &'static str) -> Option<(&'static str, &'static str, &'static str)> {
    let (before, rest) = template.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

#[cfg(test)]
mod tests;
