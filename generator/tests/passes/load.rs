//! What `load` accepts, and what it says of the rest.

use logto_generator::error::{Error, Problem};
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
        ("an unquoted version", yaml.replace("3.1.0", "3.1").into(), Version::V3_1),
        ("a candidate", yaml.replace("3.1.0", "3.1.0-rc.1").into(), Version::V3_1),
        ("yaml with the ends of lines of Windows", yaml.replace('\n', "\r\n").into(), Version::V3_1),
        ("json with the ends of lines of Windows", SMALL.replace(' ', "\r\n").into(), Version::V3_0),
        ("yaml that begins like json", b"{openapi: 3.0.0, info: {}, paths: {}}".to_vec(), Version::V3_0),
        ("json with a comma too many", SMALL.replace("{}}", "{},}").into(), Version::V3_0),
        ("an empty object of PHP", SMALL.replace("\"paths\": {}", "\"paths\": []").into(), Version::V3_0),
        ("a mark of the end", [yaml, "...\n"].concat().into(), Version::V3_1),
        ("a mark of another document", [yaml, "---\n"].concat().into(), Version::V3_1),
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
    let yaml_blocks: String = (0..2_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    let bomb: String = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned()]
        .into_iter()
        .chain(
            (1..12).map(|level| format!("a{level}: &a{level} [{}]\n", vec![format!("*a{}", level - 1); 10].join(", "))),
        )
        .collect();
    let fat_bomb = format!("a: &a {}\nb: [{}]\n", "x".repeat(100_000), vec!["*a"; 10_000].join(","));
    let nested: String = (1..10_000).fold("a0: &a0 {x: 1}\n".to_owned(), |text, level| {
        text + &format!("a{level}: &a{level} {{x: *a{}}}\n", level - 1)
    });
    let deep_alias = format!("a: &a {}{}\nb: {}*a{}", "[".repeat(70), "]".repeat(70), "[".repeat(70), "]".repeat(70));
    let many_values = [b"[".to_vec(), b"1,".repeat(load::MAX_VALUES), b"1]".to_vec()].concat();
    let cases: &[(&str, Vec<u8>, &str)] = &[
        ("nothing", b"".to_vec(), "the text is empty"),
        ("blanks", b" \n\t ".to_vec(), "the text is empty"),
        ("a page", b"\n<!doctype html><html></html>".to_vec(), "HTML or XML page"),
        ("another encoding", b"{\n\"a\": \"\xff\"}".to_vec(), "line 2: the text is not UTF-8"),
        ("UTF-16", b"\xff\xfe{\0}\0".to_vec(), "line 1: the text is UTF-16 or UTF-32; save it as UTF-8"),
        ("UTF-16 without its mark", b"{\0\xff\0".to_vec(), "UTF-16 or UTF-32"),
        ("too large", vec![b' '; MAX_BYTES + 1], "and no more are read"),
        ("cut short", SMALL.as_bytes()[..40].to_vec(), "cut short"),
        ("bad JSON", b"{\n\"openapi\": 3,,}".to_vec(), "line 2: "),
        ("two documents", format!("{SMALL}{SMALL}").into(), "trailing characters"),
        ("a list", b"[1]".to_vec(), "it is not an object"),
        ("a text", b"hello".to_vec(), "it is not an object"),
        ("something else", br#"{"name": "a"}"#.to_vec(), "no member `openapi`"),
        ("swagger", br#"{"swagger": "2.0", "paths": {}}"#.to_vec(), "Swagger \"2.0\""),
        ("version 4", br#"{"openapi": "4.0.0"}"#.to_vec(), "/openapi: OpenAPI \"4.0.0\" is not supported"),
        ("version 3.2", br#"{"openapi": "3.2.0"}"#.to_vec(), "3.0.x and 3.1.x are"),
        ("an old version", b"openapi: 2.0\n".to_vec(), "line 1: /openapi: OpenAPI \"2.0\" is not supported"),
        ("no paths", br#"{"openapi": "3.0.0", "info": {}}"#.to_vec(), "/paths: "),
        ("no info", br#"{"openapi": "3.0.0", "paths": {}}"#.to_vec(), "/info: "),
        (
            "key twice in JSON",
            b"{\"a\": {\n\"b/c\": [1, {\"x\": 1, \"x\": 2}]}}".to_vec(),
            "line 2: /a/b~1c/1/x: the key `x` occurs twice",
        ),
        ("key twice in YAML", b"a:\n  b: 1\n  b: 2\n".to_vec(), "line 3: /a/b: the key `b` occurs twice"),
        ("deep JSON lists", deep("[", "]").into(), "levels deep"),
        ("deep JSON objects", deep("{\"a\": ", "}").into(), "levels deep"),
        ("deep YAML", "- ".repeat(20_000).into(), "levels deep"),
        ("deep YAML in a line", yaml_deep.into(), "levels deep"),
        ("deep YAML over lines", yaml_blocks.into(), "levels deep"),
        ("deep YAML keys", "? ".repeat(20_000).into(), "a key must be a text"),
        ("a YAML bomb", bomb.into(), "the aliases of this YAML blow it up"),
        ("a bomb of one long text", fat_bomb.into(), "the aliases of this YAML blow it up"),
        ("aliases in aliases", nested.into(), "line 120: /a119/x: nested over 120 levels deep"),
        ("a deep alias in a deep place", deep_alias.into(), "line 2: /b/0"),
        (
            "an alias in what it stands for",
            b"a: &a\n  - b\n  - *a\n".to_vec(),
            "line 3: /a/1: this alias stands for something that holds it",
        ),
        ("an alias for nothing", b"a: *b\n".to_vec(), "line 1: "),
        (
            "a tag of one's own",
            b"a: !!binary x\nb: !own x\n".to_vec(),
            "line 2: /b: the tag `!own` says something that JSON cannot",
        ),
        ("an include", b"a:\n  - !include b.yaml\n".to_vec(), "line 2: /a/0: the tag `!include`"),
        ("a number that is none", b"a: !!int x\n".to_vec(), "line 1: /a: `x` is not what its tag"),
        ("a key that is a list", b"? [a]\n: b\n".to_vec(), "a key must be a text"),
        ("two documents in YAML", b"a: 1\n---\nb: 2\n".to_vec(), "line 3: the text holds more than one document"),
        ("a tab in YAML", b"a:\n\tb: 1\n".to_vec(), "line 2: "),
        ("NUL in YAML", b"a: \0\n".to_vec(), "line 1: "),
        ("NUL in JSON", b"{\"a\": \0}".to_vec(), "line 1: "),
        ("YAML that ends too early", b"a: [b,\n  c".to_vec(), "line "),
        ("too many values", many_values, "values; is this the right file?"),
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
        ("200: a\ntrue: b\n1.0: c\n~: d\nno: e", json!({"200": "a", "true": "b", "1.0": "c", "~": "d", "no": "e"})),
        (
            "a: yes\nb: 2024-01-01\nc: 0x10\nd: ~\ne: '1'\nf:",
            json!({"a": "yes", "b": "2024-01-01", "c": 16, "d": null, "e": "1", "f": null}),
        ),
        (
            "[1, -1, +1, 007, 0o17, 1_000, 1e3, .5, 1., -0.0, 18446744073709551615, 12:30:00]",
            json!([1, -1, 1, "007", 15, "1_000", 1000.0, 0.5, 1.0, -0.0, 18446744073709551615_u64, "12:30:00"]),
        ),
        ("[.inf, -.inf, .nan, 1e999, +, '', e5]", json!([".inf", "-.inf", ".nan", "1e999", "+", "", "e5"])),
        ("a: 123456789012345678901234567890", json!({"a": 1.2345678901234568e29})),
        ("a: |\n  two\n  lines\nb: >-\n  one\n  line", json!({"a": "two\nlines\n", "b": "one line"})),
        (
            "a: !!str 1\nb: !!binary aGk=\nc: ! 2\nd: !!float 3\ne: !!set {f}",
            json!({"a": "1", "b": "aGk=", "c": "2", "d": 3, "e": {"f": null}}),
        ),
        // Aliases and merge keys.
        ("a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  c: 3", json!({"a": {"b": 1, "c": 2}, "d": {"c": 3, "b": 1}})),
        (
            "a: &x {b: 1}\nc: &y {b: 2, d: 3}\ne: {<<: [*x, *y]}",
            json!({"a": {"b": 1}, "c": {"b": 2, "d": 3}, "e": {"b": 1, "d": 3}}),
        ),
        ("&k a: 1\nb: *k\n'<<': 2", json!({"a": 1, "b": "a", "<<": 2})),
    ];
    for (yaml, value) in cases {
        assert_eq!(load::value(yaml.as_bytes()).unwrap_or_else(|error| panic!("{yaml}: {error}")), value, "{yaml}");
    }
    // What no float holds is left as it is written.
    assert_eq!(load::value(br#"{"a": 1e999}"#).unwrap(), json!({"a": "1e999"}));
    // What is a merge key in YAML is a name in JSON.
    assert_eq!(load::value(br#"{"<<": {"a": 1}}"#).unwrap(), json!({"<<": {"a": 1}}));
}

#[test]
fn problems_get_their_lines() {
    let json = "{\n\"paths\": {\n\"/a\": {\"get\":\n{\"tags\": [\n1,\n{}]}}}}";
    let yaml = "paths:\n  /a:\n    get:\n      tags:\n      - 1\n      - {}\n# end\n";
    let cases = [
        ("", None, None),
        ("/paths", Some(2), Some(1)),
        ("/paths/~1a", Some(3), Some(2)),
        ("/paths/~1a/get", Some(4), Some(3)),
        ("/paths/~1a/get/tags/1", Some(6), Some(6)),
        // What is not there is on the line of what should hold it.
        ("/paths/~1a/get/responses", Some(4), Some(3)),
        ("specs/rules.yaml: types", None, None),
    ];
    for (pointer, in_json, in_yaml) in cases {
        for (text, line) in [(json, in_json), (yaml, in_yaml)] {
            let mut error = Error::from(Problem::at(pointer, "m"));
            load::add_lines(&mut error, text.as_bytes());
            assert_eq!(error.problems[0].line, line, "{pointer} in {text}");
        }
    }
}

#[test]
fn r14_yaml_of_more_values_than_documents_have_is_refused_with_its_line() {
    let head = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\n";
    let flow = |item: &str| format!("{head}x-a: [{}]\n", vec![item; 100_000].join(","));
    for (name, dense) in [
        ("texts", flow("a")),
        ("lists", flow("[]")),
        ("maps", flow("{a: 1}")),
        ("lines", format!("{head}x-a:\n{}", "- a\n".repeat(100_000))),
    ] {
        let error = load::document(dense.as_bytes()).expect_err(name).to_string();
        assert!(error.contains("values, too many for its size") && error.starts_with("line "), "{name}: {error}");
    }
    // Denser than any published document in YAML.
    load::document(flow("a value of 24 bytes or so").as_bytes()).expect("a document");
}
