//! Totals as servers send them.

use reqwest::header::{HeaderMap, HeaderValue};

use super::{Unreadable, is_true, total};

#[test]
fn totals_are_read() {
    let cases = [
        ("250", Ok(Some(250))),
        (" 250 ", Ok(Some(250))),
        ("0", Ok(Some(0))),
        ("-1", Err(Unreadable)),
        ("abc", Err(Unreadable)),
        ("", Err(Unreadable)),
        ("1.5", Err(Unreadable)),
        ("99999999999999999999", Err(Unreadable)),
    ];
    for (value, expected) in cases {
        let mut headers = HeaderMap::new();
        headers.insert("total-number", HeaderValue::from_str(value).unwrap());
        assert_eq!(total(&headers, "Total-Number"), expected, "{value:?}");
    }
    assert_eq!(total(&HeaderMap::new(), "Total-Number"), Ok(None));
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
