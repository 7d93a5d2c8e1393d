//! Path values that cannot leave their segment.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but the unreserved characters of RFC 3986, section 2.3.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Encodes a value as one path segment.
///
/// `.` and `..`, encoded or not, and blank values are refused: URL libraries and proxies resolve them, so that a call
/// would reach another operation (`DELETE /users/{id}/identities/..` deletes the user).
pub(crate) fn encode(value: &str) -> Result<String, &'static str> {
    if value.trim().is_empty() {
        return Err("is empty");
    }
    let undotted = value.to_ascii_lowercase().replace("%2e", ".");
    if undotted == "." || undotted == ".." {
        return Err("is `.` or `..`, which would name another path");
    }
    Ok(utf8_percent_encode(value, SEGMENT).to_string())
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

/// The name of the parameter with this number in a template.
pub(crate) fn parameter(template: &str, number: usize) -> &str {
    template.split('{').skip(1).nth(number).and_then(|rest| rest.split_once('}')).map_or("?", |(name, _)| name)
}

#[cfg(test)]
mod tests;
