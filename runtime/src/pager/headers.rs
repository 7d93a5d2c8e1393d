//! What headers say about a list.

use reqwest::Url;
use reqwest::header::{HeaderMap, LINK};

/// The longest `Link` header that is read; a longer one is left out.
const LONGEST: usize = 64 * 1024;

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
    /// Reads all `Link` headers, whether relations come in one line or in several.
    pub(crate) fn parse(headers: &HeaderMap) -> Self {
        let mut links = Self::default();
        for text in headers.get_all(LINK).iter().filter_map(|value| value.to_str().ok()) {
            if text.len() <= LONGEST {
                links.read(text);
            }
        }
        links
    }

    fn read(&mut self, text: &str) {
        let mut rest = text;
        // A URL ends at the first `>`, so commas and semicolons in it do no harm.
        while let Some((url, after)) = rest.split_once('<').and_then(|(_, rest)| rest.split_once('>')) {
            let (parameters, next) = after
                .split_once('<')
                .map_or((after, ""), |(parameters, _)| (parameters, after.get(parameters.len()..).unwrap_or_default()));
            rest = next;
            let Some(number) = page(url) else { continue };
            for relation in relations(parameters) {
                let slot = match relation {
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

/// A header with a number of items.
pub(crate) fn total(headers: &HeaderMap, name: &str) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

/// A header that says `true`.
pub(crate) fn is_true(headers: &HeaderMap, name: &str) -> bool {
    headers.get(name).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"true"))
}

/// The last `page` of a URL, which may be relative.
fn page(url: &str) -> Option<u64> {
    let base = Url::parse("http://localhost").ok()?;
    let url = base.join(url).ok()?;
    url.query_pairs().filter(|(name, _)| name == "page").last()?.1.parse().ok()
}

/// The values of `rel`, quoted or not; one may hold several.
fn relations(parameters: &str) -> impl Iterator<Item = &str> {
    parameters
        .split([';', ','])
        .filter_map(|parameter| parameter.split_once('='))
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("rel"))
        .flat_map(|(_, value)| value.trim().trim_matches('"').split_ascii_whitespace())
}

#[cfg(test)]
mod tests;
