//! `Link` and totals as servers send them.

use reqwest::header::{HeaderMap, HeaderValue, LINK};

use super::{Links, is_true, total};

fn links(first: u64, prev: u64, next: u64, last: u64) -> Links {
    let some = |number| (number > 0).then_some(number);
    Links { first: some(first), prev: some(prev), next: some(next), last: some(last) }
}

#[test]
fn links_are_read() {
    let logto = "http://localhost:3001/users";
    let one =
        |page: u32, rel: &str| format!(r#"<{logto}?page={page}&page_size=20&search.name=%25User%25>; rel="{rel}""#);
    let cases: Vec<(Vec<String>, Links)> = vec![
        (vec![], Links::default()),
        (vec![one(1, "first"), one(2, "prev"), one(13, "last"), one(4, "next")], links(1, 2, 4, 13)),
        (vec![format!("{}, {},{}", one(1, "first"), one(3, "last"), one(2, "next"))], links(1, 0, 2, 3)),
        (vec!["<?page=2>; rel=next".to_owned()], links(0, 0, 2, 0)),
        (vec!["<?page=2>; title=\"a, b; c\"; REL=\"next last\"".to_owned()], links(0, 0, 2, 2)),
        (
            vec!["<http://h/?a=1,2;3&page=5>; rel=\"next\", <http://h/?page=9>; rel=\"last\"".to_owned()],
            links(0, 0, 5, 9),
        ),
        (vec!["<?page=2&page=3>; rel=next".to_owned()], links(0, 0, 3, 0)),
        (vec!["<?page=2>; rel=next".to_owned(), "<?page=7>; rel=next".to_owned()], links(0, 0, 2, 0)),
        (vec!["<?page=-1>; rel=next".to_owned()], Links::default()),
        (vec!["<?page=99999999999999999999>; rel=next".to_owned()], Links::default()),
        (vec!["<>; rel=next".to_owned()], Links::default()),
        (vec!["<?page=2".to_owned()], Links::default()),
        (vec!["garbage".to_owned()], Links::default()),
        (vec!["<?page=2>".to_owned()], Links::default()),
        (vec!["<".repeat(1_000_000)], Links::default()),
        (vec!["<>".repeat(30_000)], Links::default()),
    ];
    for (lines, expected) in cases {
        let mut headers = HeaderMap::new();
        for line in &lines {
            headers.append(LINK, HeaderValue::from_str(line).unwrap());
        }
        let shown: Vec<String> = lines.iter().map(|line| line.chars().take(80).collect()).collect();
        assert_eq!(Links::parse(&headers), expected, "{shown:?}");
    }
}

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
