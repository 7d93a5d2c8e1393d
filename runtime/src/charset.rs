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
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn text_becomes_utf8() {
        let cases: [(&str, &[u8], Option<&str>); 12] = [
            ("", "é".as_bytes(), Some("é")),
            ("text/plain", b"\xef\xbb\xbfx", Some("x")),
            ("text/plain; charset=utf-8", "é".as_bytes(), Some("é")),
            ("text/plain; charset=iso-8859-1", b"caf\xe9", Some("café")),
            ("text/plain;Charset=\"ISO-8859-1\"", b"caf\xe9", Some("café")),
            ("text/plain; format=flowed; charset = windows-1252 ", b"\x80", Some("€")),
            ("application/json; charset=utf-16", b"1\x002\x00", Some("12")),
            ("application/json", b"\xfe\xff\x001\x002", Some("12")),
            ("text/plain; charset=shift_jis", b"\x82\xa0", Some("あ")),
            ("text/plain; charset=shift_jis", b"\x82", None),
            // What the body says goes before what its sender says.
            ("text/plain; charset=iso-8859-1", b"\xef\xbb\xbf\xc3\xa9", Some("é")),
            ("text/plain; charset=nobody-knows", b"x", Some("x")),
        ];
        for (content_type, body, expected) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, HeaderValue::from_str(content_type).unwrap());
            let found = utf8(&headers, &Bytes::from_static(body));
            assert_eq!(found.as_deref(), expected.map(str::as_bytes), "{content_type} {body:?}");
        }
        assert_eq!(without_mark(b"\xef\xbb\xbf{}"), b"{}");
    }
}
