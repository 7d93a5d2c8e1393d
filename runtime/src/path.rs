//! Path values that cannot leave their segment.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but the unreserved characters of RFC 3986, section 2.3.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What a path of a URL cannot have in it (WHATWG URL, "path percent-encode set"), and `\`, which browsers take for a slash.
const PATH: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'^').add(b'`').add(b'{').add(b'}').add(b'|').add(b'\\');

/// Encodes a value as one path segment.
///
/// `.` and `..`, encoded or not, and blank values are refused: URL libraries and proxies resolve them, so that a call
/// would reach another operation (`DELETE /users/{id}/identities/..` deletes the user).
pub(crate) fn encode(value: &str) -> Result<String, &'static str> {
    if value.trim().is_empty() {
        return Err("is empty");
    }
    check(value)?;
    Ok(utf8_percent_encode(value, SEGMENT).to_string())
}

/// Refuses what is no segment of its own.
pub(crate) fn check(segment: &str) -> Result<(), &'static str> {
    let undotted = segment.to_ascii_lowercase().replace("%2e", ".");
    match undotted.as_str() {
        "" => Err("is empty"),
        "." | ".." => Err("is `.` or `..`, which would name another path"),
        _ => Ok(()),
    }
}

/// Fills the `{…}` of a template with encoded values, in order.
pub(crate) fn fill(template: &str, values: &[String]) -> Result<String, Cow<'static, str>> {
    let mut path = String::with_capacity(template.len());
    let mut values = values.iter();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').ok_or("its path template lacks a `}`")?;
        let value = values.next().ok_or_else(|| format!("path parameter `{name}` was not given"))?;
        path.push_str(before);
        path.push_str(value);
        rest = after;
    }
    if values.next().is_some() {
        return Err("more path values were given than the path has parameters".into());
    }
    path.push_str(rest);
    Ok(path)
}

/// A path of a document that is not written as URLs are, and the query that it ends in: what a path cannot have in it is
/// encoded, and a fragment, which is never sent, is left out.
pub(crate) fn mend(path: &str) -> (String, &str) {
    let path = path.split_once('#').map_or(path, |(path, _)| path);
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    (utf8_percent_encode(path, PATH).to_string(), query)
}

/// The name of the parameter with this number in a template.
pub(crate) fn parameter(template: &'static str, number: usize) -> &'static str {
    template.split('{').skip(1).nth(number).and_then(|rest| rest.split_once('}')).map_or("?", |(name, _)| name)
}

#[cfg(test)]
mod tests;
