//! Files that are checked before they are sent.

use super::{FilePart, Multipart, wire_name};

#[test]
fn file_names_cannot_end_their_header() {
    let cases = [
        ("logo.png", "logo.png"),
        ("a \"b\".png", "a %22b%22.png"),
        ("a\r\nX-Evil: 1.png", "a%0D%0AX-Evil: 1.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\logo.png", "logo.png"),
        ("a\0b\u{7f}.png", "ab.png"),
        ("日本.png", "日本.png"),
        ("", "file"),
        ("..", "file"),
        ("a/", "file"),
    ];
    for (name, expected) in cases {
        assert_eq!(wire_name(name), expected, "{name:?}");
    }
}

const PICTURES: &[&str] = &["image/png", "image/svg+xml"];

#[test]
fn files_are_checked() {
    let file = || FilePart::bytes(vec![0; 20]).mime("image/png");
    let cases = [
        (file(), None),
        (file().limit(20), None),
        (file().limit(19), Some("20 bytes, 19 are allowed")),
        (file().accept(&["image/png", "image/jpeg"]), None),
        (file().accept(&["image/jpeg"]), Some("set one of image/jpeg")),
        (file().mime("nonsense"), Some("not valid")),
        // What a caller says and what the operation says both hold, whoever is stricter.
        (file().limit(19).limit(30), Some("20 bytes, 19 are allowed")),
        (file().limit(30).limit(19), Some("20 bytes, 19 are allowed")),
        (file().mime("image/svg+xml").accept(&["image/png"]).accept(PICTURES), Some("set one of image/png")),
        (file().accept(&["image/png"]).accept(PICTURES), None),
        (file().accept(&[]).accept(PICTURES), None),
        (file().accept(&["image/*"]).accept(PICTURES), None),
        (file().accept(&["IMAGE/*"]).accept(&["text/plain", "Image/PNG"]), None),
        (file().mime("text/csv").accept(&["image/*"]).accept(PICTURES), Some("set one of image/png, image/svg+xml")),
        (file().accept(&["*/*"]).accept(PICTURES), None),
        (file().mime("image/png; a=b").accept(&["image/png"]), None),
        (file().mime("text/csv; Header=\"present\"").accept(&["text/csv;header=present"]), None),
        (file().mime("text/csv").accept(&["text/csv;header=present"]), Some("set one of text/csv;header=present")),
        (
            file().accept(&["text/csv", "image/gif"]).accept(PICTURES),
            Some("because no type is in each of: text/csv, image/gif; image/png, image/svg+xml"),
        ),
        // A single type that is left is the file's.
        (FilePart::bytes("a").accept(&["image/png", "text/csv"]).accept(PICTURES), None),
        (FilePart::bytes("a").accept(&["image/*"]), Some("set one of image/*")),
        (file().mime("image/png\r\nX: y"), Some("not valid")),
        (FilePart::stream(futures_util::stream::empty::<std::io::Result<_>>()).length(30).limit(20), Some("30 bytes")),
    ];
    for (file, expected) in cases {
        match (Multipart::new().part("file", file).check(), expected) {
            (Ok(()), None) => {}
            (Err(error), Some(part)) => assert!(error.is_input() && error.to_string().contains(part), "{error}"),
            (result, _) => panic!("{expected:?}: {result:?}"),
        }
    }
}

#[test]
fn a_stream_is_sent_once() {
    let stream = FilePart::stream(futures_util::stream::empty::<std::io::Result<_>>());
    let body = Multipart::new().part("file", stream).part("name", "a");
    assert!(!body.is_replayable());
    assert!(body.clone().form().is_ok());
    let error = body.form().expect_err("the clone took it");
    assert!(error.to_string().contains("already sent"), "{error}");
    assert!(Multipart::new().part("file", FilePart::bytes("a")).is_replayable());
}
