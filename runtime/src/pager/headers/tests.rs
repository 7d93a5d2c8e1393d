//! Totals as servers send them.

use reqwest::header::{HeaderMap, HeaderValue};

use super::{is_true, total};

#[test]
fn totals_are_read() {
    let cases = [
        ("250", Some(250)),
        (" 250 ", Some(250)),
        ("0", Some(0)),
        ("-1", None),
        ("abc", None),
        ("", None),
        ("1.5", None),
        ("99999999999999999999", None),
    ];
    for (value, expected) in cases {
        let mut headers = HeaderMap::new();
        headers.insert("total-number", HeaderValue::from_str(value).unwrap());
        assert_eq!(total(&headers, "Total-Number"), expected, "{value:?}");
    }
    assert_eq!(total(&HeaderMap::new(), "Total-Number"), None);
}

#[test]
fn a_capped_total_is_told() {
    for (value, expected) in [("true", true), ("TRUE", true), ("false", false), ("1", false)] {
        let mut headers = HeaderMap::new();
        headers.insert("x", HeaderValue::from_static(value));
        assert_eq!(is_true(&headers, "x"), expected, "{value}");
    }
    assert!(!is_true(&HeaderMap::new(), "x"));
}
