//! What URLs come of an address. Which addresses are taken is in `tests/tests/failures/f/transport.rs`.

use super::BaseUrl;
use crate::query_value::Query;

fn parse(text: &str) -> BaseUrl {
    BaseUrl::parse(text, false, Some("/api")).unwrap()
}

#[test]
fn a_prefix_is_kept_and_a_path_is_not_changed() {
    let mut query = Query::default();
    query.push("search.name", "a&b=c+d#e\r\n%");
    query.push("search.name", "ä");
    let none = Query::default();
    let cases = [
        ("https://a.example", "/api/users", &none, Some("https://a.example/api/users")),
        ("https://a.example/", "/api/users", &none, Some("https://a.example/api/users")),
        ("https://a.example/logto/", "/api/users", &none, Some("https://a.example/logto/api/users")),
        ("https://a.example", "/api/users/..", &none, None),
        ("https://a.example", "/api/users/%2e%2e", &none, None),
        ("https://a.example", "/api/users/a b", &none, None),
        (
            "https://a.example",
            "/api/users",
            &query,
            Some("https://a.example/api/users?search.name=a%26b%3Dc%2Bd%23e%0D%0A%25&search.name=%C3%A4"),
        ),
    ];
    for (base, path, query, expected) in cases {
        let joined = parse(base).join(path, &query.encoded(&[]));
        assert_eq!(joined.as_ref().map(reqwest::Url::as_str), expected, "{base} {path}");
    }
}

#[test]
fn origin_host_and_port_are_told() {
    let base = parse("https://auth.example.com/logto");
    assert_eq!(
        (base.origin().as_str(), base.host(), base.port()),
        ("https://auth.example.com", "auth.example.com", 443)
    );
}
