//! Which addresses are taken.

use super::BaseUrl;
use crate::query_value::Query;

fn parse(text: &str, allow_http: bool) -> Result<BaseUrl, String> {
    BaseUrl::parse(text, allow_http, Some("/api"))
}

#[test]
fn addresses_are_checked() {
    let cases = [
        ("https://auth.example.com", None),
        ("https://auth.example.com/", None),
        ("https://auth.example.com:8443/logto", None),
        ("https://auth.example.com/my-api", None),
        ("http://localhost:3001", None),
        ("http://LOCALHOST", None),
        ("http://127.0.0.1:3001", None),
        ("http://127.8.9.1", None),
        ("http://[::1]:3001", None),
        ("http://auth.example.com", Some("clear text")),
        ("http://localhost.evil.com", Some("clear text")),
        ("http://127.0.0.1.nip.io", Some("clear text")),
        ("http://[::2]", Some("clear text")),
        ("http://10.0.0.1", Some("clear text")),
        ("ftp://auth.example.com", Some("neither https nor http")),
        ("auth.example.com", Some("not a URL")),
        ("localhost:3001", Some("neither https nor http")),
        ("", Some("not a URL")),
        ("https://", Some("not a URL")),
        (" https://auth.example.com", Some("blank")),
        ("https://auth.example.com\n", Some("blank")),
        ("https://user@auth.example.com", Some("user name")),
        ("https://user:hunter2@auth.example.com", Some("user name")),
        ("https://:hunter2@auth.example.com", Some("user name")),
        ("https://auth.example.com?a=b", Some("query")),
        ("https://auth.example.com#a", Some("fragment")),
        ("https://auth.example.com/api", Some("`/api`")),
        ("https://auth.example.com/api/", Some("`/api`")),
        ("https://auth.example.com/logto/api", Some("`/api`")),
    ];
    for (text, expected) in cases {
        match (parse(text, false), expected) {
            (Ok(_), None) => {}
            (Err(reason), Some(part)) => {
                assert!(reason.contains(part), "{text}: {reason}");
                assert!(!reason.contains("hunter2"), "{text}: {reason}");
            }
            (result, _) => panic!("{text}: {result:?}"),
        }
    }
    assert!(parse("http://auth.example.com", true).is_ok());
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
        let joined = parse(base, false).unwrap().join(path, query);
        assert_eq!(joined.as_ref().map(reqwest::Url::as_str), expected, "{base} {path}");
    }
}

#[test]
fn origin_host_and_port_are_told() {
    let base = parse("https://auth.example.com/logto", false).unwrap();
    assert_eq!(
        (base.origin().as_str(), base.host(), base.port()),
        ("https://auth.example.com", "auth.example.com", 443)
    );
}
