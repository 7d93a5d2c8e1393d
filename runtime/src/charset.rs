//! The text of a reply as UTF-8: charsets, and byte order marks.

use std::borrow::Cow;

use bytes::Bytes;
use encoding_rs::{Encoding, UTF_8};
use reqwest::header::{CONTENT_TYPE, HeaderMap};

/// A body as UTF-8, by its byte order mark, which is left out, else by the charset of its content type; `None`: it is not
/// text of that charset. Where neither says anything, or the charset is not known, the body is returned as it is.
pub(crate) fn utf8(headers: &HeaderMap, body: &Bytes) -> Option<Bytes> {
    let (encoding, mark) = match Encoding::for_bom(body) {
        Some(found) => found,
        None => (named(headers).unwrap_or(UTF_8), 0),
    };
    let text = body.slice(mark..);
    if encoding == UTF_8 {
        return Some(text);
    }
    match encoding.decode_without_bom_handling_and_without_replacement(&text)? {
        // ASCII stays what it is.
        Cow::Borrowed(_) => Some(text),
        Cow::Owned(text) => Some(text.into()),
    }
}

/// A body without the byte order mark of UTF-8 (RFC 8259, section 8.1).
pub(crate) fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

/// The charset that the content type names.
fn named(headers: &HeaderMap) -> Option<&'static Encoding> {
    let mut parameters = headers.get(CONTENT_TYPE)?.to_str().ok()?.split(';').skip(1);
    let charset = parameters.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"'))
    });
    Encoding::for_label(charset?.as_bytes())
}

#[cfg(test)]
mod tests;
