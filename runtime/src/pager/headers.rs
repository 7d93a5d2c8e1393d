//! What headers say about a list.

use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderValue, LINK};

/// The `Link` header (RFC 8288): the numbers of other pages. Its URLs are not to be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Links {
    /// The first page.
    pub first: Option<u64>,
    /// The page before.
    pub prev: Option<u64>,
    /// The page after; `None` on the last one, and wherever the server does not say.
    pub next: Option<u64>,
    /// The last page.
    pub last: Option<u64>,
}

impl Links {
    /// Reads all `Link` headers, whether relations come in one line or in several. The parameter is the one that numbers
    /// pages in a query.
    ///
    /// What is not a link, or has no number, is left out; nothing is an error. The time that it takes grows with the
    /// length of the headers and with nothing else.
    ///
    /// ```
    /// # use logto_runtime::{HeaderMap, Links, reqwest::header::LINK};
    /// let mut headers = HeaderMap::new();
    /// headers.append(LINK, "</users?page=3>; rel=next, </users?page=9>; rel=last".parse()?);
    /// let links = Links::parse(&headers, "page");
    /// assert_eq!((links.prev, links.next, links.last), (None, Some(3), Some(9)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn parse(headers: &HeaderMap, parameter: &str) -> Self {
        let mut links = Self::default();
        for text in headers.get_all(LINK).iter().filter_map(|value| value.to_str().ok()) {
            links.read(text, parameter);
        }
        links
    }

    fn read(&mut self, text: &str, parameter: &str) {
        let mut rest = text;
        // A URL ends at the first `>`, so commas and semicolons in it do no harm.
        while let Some((url, after)) = rest.split_once('<').and_then(|(_, rest)| rest.split_once('>')) {
            let (attributes, next) = split(after, ',');
            rest = next;
            let Some(number) = page(url, parameter) else { continue };
            for relation in relations(attributes) {
                let slot = match relation.to_ascii_lowercase().as_str() {
                    "first" => &mut self.first,
                    "prev" | "previous" => &mut self.prev,
                    "next" => &mut self.next,
                    "last" => &mut self.last,
                    _ => continue,
                };
                slot.get_or_insert(number);
            }
        }
    }
}

/// A header with a number of items, if it is there.
///
/// # Errors
///
/// When it is no number, or one beyond 64 bits.
pub(crate) fn total(headers: &HeaderMap, name: &str) -> Result<Option<u64>, Unreadable> {
    let read = |value: &HeaderValue| value.to_str().ok()?.trim().parse().ok();
    headers.get(name).map(|value| read(value).ok_or(Unreadable)).transpose()
}

/// A header whose value cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unreadable;

/// A header that says `true`.
pub(crate) fn is_true(headers: &HeaderMap, name: &str) -> bool {
    headers.get(name).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"true"))
}

/// The last number of a page in a URL, which may be relative.
fn page(url: &str, parameter: &str) -> Option<u64> {
    let base = Url::parse("http://localhost").ok()?;
    let url = base.join(url).ok()?;
    url.query_pairs().filter(|(name, _)| name == parameter).last()?.1.parse().ok()
}

/// The relations of a link, quoted or not; the first `rel` counts, and it may hold several.
fn relations(mut attributes: &str) -> impl Iterator<Item = &str> {
    let mut relations = "";
    while !attributes.is_empty() {
        let (attribute, rest) = split(attributes, ';');
        attributes = rest;
        match attribute.split_once('=') {
            Some((name, value)) if name.trim().eq_ignore_ascii_case("rel") => {
                relations = value.trim().trim_matches('"');
                break;
            }
            _ => {}
        }
    }
    relations.split_ascii_whitespace()
}

/// Splits at the first separator that is not inside quotes.
fn split(text: &str, separator: char) -> (&str, &str) {
    let mut quoted = false;
    let mut escaped = false;
    for (at, char) in text.char_indices() {
        match char {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if char == separator && !quoted => {
                let rest = text.get(at.saturating_add(char.len_utf8())..);
                return (text.get(..at).unwrap_or(text), rest.unwrap_or_default());
            }
            _ => {}
        }
    }
    (text, "")
}

#[cfg(test)]
mod tests;
