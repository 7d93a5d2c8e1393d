//! Charsets that senders name, and bodies that say their own.

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
