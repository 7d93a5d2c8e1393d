//! What `load` accepts, and what it says of the rest.

use logto_generator::load::{self, MAX_BYTES, MAX_DEPTH, Version};
use serde_json::json;

const SMALL: &str = r#"{"openapi": "3.0.3", "info": {"title": "a", "version": "1"}, "paths": {}}"#;

#[test]
fn accepted() {
    let yaml = "openapi: 3.1.0\ninfo: {title: a, version: '1'}\npaths: {}\n";
    let webhooks = "openapi: 3.1.0\ninfo: {title: a, version: '1'}\nwebhooks: {}\n";
    let cases: &[(&str, Vec<u8>, Version)] = &[
        ("json", SMALL.into(), Version::V3_0),
        ("json after a byte order mark", ["\u{feff}", SMALL].concat().into(), Version::V3_0),
        ("json after blank lines", ["\n\n  ", SMALL].concat().into(), Version::V3_0),
        ("yaml", yaml.into(), Version::V3_1),
        ("yaml after a byte order mark", ["\u{feff}", yaml].concat().into(), Version::V3_1),
        ("yaml after a comment", ["# {\n---\n", yaml].concat().into(), Version::V3_1),
        ("3.1 without paths", webhooks.into(), Version::V3_1),
    ];
    for (name, bytes, version) in cases {
        let document = load::document(bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(document.version, *version, "{name}");
    }
}

#[test]
fn refused() {
    let deep = |open: &str, close: &str| format!("{{\"openapi\": {}1{}}}", open.repeat(20_000), close.repeat(20_000));
    let yaml_deep = format!("a: {}", "[".repeat(20_000));
    let bomb: String = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned()]
        .into_iter()
        .chain(
            (1..12).map(|level| format!("a{level}: &a{level} [{}]\n", vec![format!("*a{}", level - 1); 10].join(", "))),
        )
        .collect();
    let cases: &[(&str, Vec<u8>, &str)] = &[
        ("nothing", b"".to_vec(), "the text is empty"),
        ("blanks", b" \n\t ".to_vec(), "the text is empty"),
        ("a page", b"\n<!doctype html><html></html>".to_vec(), "HTML or XML page"),
        ("another encoding", b"{\n\"a\": \"\xff\"}".to_vec(), "line 2: the text is not UTF-8"),
        ("UTF-16", b"\xff\xfe{\0}\0".to_vec(), "line 1: the text is not UTF-8"),
        ("too large", vec![b' '; MAX_BYTES + 1], "at most"),
        ("cut short", SMALL.as_bytes()[..40].to_vec(), "cut short"),
        ("bad JSON", b"{\n\"openapi\": 3,,}".to_vec(), "line 2: "),
        ("two documents", format!("{SMALL}{SMALL}").into(), "trailing characters"),
        ("a list", b"[1]".to_vec(), "it is not an object"),
        ("a text", b"hello".to_vec(), "it is not an object"),
        ("something else", br#"{"name": "a"}"#.to_vec(), "no member `openapi`"),
        ("swagger", br#"{"swagger": "2.0", "paths": {}}"#.to_vec(), "Swagger \"2.0\""),
        ("version 4", br#"{"openapi": "4.0.0"}"#.to_vec(), "/openapi: OpenAPI \"4.0.0\" is not supported"),
        ("version 3.2", br#"{"openapi": "3.2.0"}"#.to_vec(), "3.0.x and 3.1.x are"),
        ("a number", b"openapi: 3.1\n".to_vec(), "/openapi: the version is 3.1 and not a text"),
        ("no paths", br#"{"openapi": "3.0.0", "info": {}}"#.to_vec(), "/paths: "),
        ("no info", br#"{"openapi": "3.0.0", "paths": {}}"#.to_vec(), "/info: "),
        (
            "key twice in JSON",
            b"{\"a\": {\n\"b/c\": [1, {\"x\": 1, \"x\": 2}]}}".to_vec(),
            "line 2: /a/b~1c/1/x: the key `x` occurs twice",
        ),
        ("key twice in YAML", b"a:\n  b: 1\n  b: 2\n".to_vec(), "/a/b: the key `b` occurs twice"),
        ("deep JSON lists", deep("[", "]").into(), "levels deep"),
        ("deep JSON objects", deep("{\"a\": ", "}").into(), "levels deep"),
        ("deep YAML", "- ".repeat(20_000).into(), "levels deep"),
        ("open brackets in YAML", yaml_deep.into(), "brackets are left open"),
        ("a YAML bomb", bomb.into(), "line "),
        ("a tag of YAML", b"a: !!binary x\nb: !own x\n".to_vec(), "line "),
        ("infinity", b"a: .inf\n".to_vec(), "/a: infinity and NaN"),
    ];
    for (name, bytes, message) in cases {
        let error = load::document(bytes).expect_err(name).to_string();
        assert!(error.contains(message), "{name}: {error}");
        assert!(error.lines().count() < 4 && error.len() < 350, "{name}: {error}");
    }
}

#[test]
fn depth_is_bounded_where_it_is_said() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(load::value(nested(MAX_DEPTH).as_bytes()).is_ok());
    assert!(load::value(nested(MAX_DEPTH + 2).as_bytes()).is_err());
}

#[test]
fn yaml_values_become_json() {
    let cases = [
        ("200: a\ntrue: b\n1.0: c", json!({"200": "a", "true": "b", "1.0": "c"})),
        (
            "a: yes\nb: 2024-01-01\nc: 0x10\nd: ~\ne: '1'",
            json!({"a": "yes", "b": "2024-01-01", "c": 16, "d": null, "e": "1"}),
        ),
        ("a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  c: 3", json!({"a": {"b": 1, "c": 2}, "d": {"b": 1, "c": 3}})),
        ("a: 123456789012345678901234567890", json!({"a": 1.2345678901234568e29})),
        ("a: |\n  two\n  lines", json!({"a": "two\nlines"})),
    ];
    for (yaml, value) in cases {
        assert_eq!(load::value(yaml.as_bytes()).unwrap(), value, "{yaml}");
    }
}
