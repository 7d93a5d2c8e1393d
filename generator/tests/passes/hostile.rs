//! Documents that were made to do harm: each ends in a few seconds, in files or in an error that says where it is wrong.

use std::time::{Duration, Instant};

use logto_generator::config::Runtime;
use logto_generator::load::Files;
use logto_generator::{Output, Project};
use proc_macro2::{TokenStream, TokenTree};
use serde_json::{Map, Value, json};

/// How long one document may take on a slow machine, without optimizations.
const PATIENCE: Duration = Duration::from_secs(30);

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn text(name: String) -> (String, Value) {
    (name, json!({ "type": "string" }))
}

/// A document whose only reply is the component `S0`.
fn document(schemas: impl IntoIterator<Item = (String, Value)>) -> String {
    let schemas: Map<String, Value> = schemas.into_iter().collect();
    let content = json!({ "application/json": { "schema": reference("S0") } });
    let get = json!({ "operationId": "get", "responses": { "200": { "description": "d", "content": content } } });
    let document = json!({
        "openapi": "3.1.0",
        "info": { "title": "t", "version": "1" },
        "paths": { "/x": { "get": get } },
        "components": { "schemas": schemas },
    });
    document.to_string()
}

/// Components `S0` to the last, each made of its number and the name of the next.
fn chain(length: usize, of: impl Fn(usize, &str) -> Value, last: Value) -> String {
    let links = (0..length).map(|index| (format!("S{index}"), of(index, &format!("S{}", index + 1))));
    document(links.chain([(format!("S{length}"), last)]))
}

fn generate(document: &str) -> Result<Output, String> {
    let project = Project {
        document: document.as_bytes().to_vec(),
        name: "hostile".to_owned(),
        runtime: Runtime { path: Some("runtime".to_owned()), ..Runtime::default() },
        ..Project::default()
    };
    logto_generator::project(&project, &Files::NONE, &mut |_| ()).map_err(|error| error.to_string())
}

fn in_time(name: &str, document: &str) -> Result<Output, String> {
    let start = Instant::now();
    let result = generate(document);
    assert!(start.elapsed() < PATIENCE, "{name}: {:?}", start.elapsed());
    result
}

/// An object that has a member of its own beside what it is made of.
fn with_member(schema: Value, name: String) -> Value {
    json!({ "allOf": [schema, { "type": "object", "properties": { name: { "type": "string" } } }] })
}

#[test]
fn what_multiplies_is_refused_or_made_once() {
    let object = || json!({ "type": "object", "properties": { "x": { "type": "string" } } });
    let twice =
        |key: &'static str| chain(30, move |_, next| json!({ key: [reference(next), reference(next)] }), object());
    let doubled = |key: &'static str| {
        let of = move |index: usize, next: &str| {
            let half = |side: &str| with_member(reference(next), format!("{side}{index}"));
            json!({ key: [half("left"), half("right")] })
        };
        chain(30, of, object())
    };
    let crossed = |key: &str| {
        let needs = |name: String| json!({ "type": "object", "required": [name], "properties": { name: {} } });
        let choices = (0..20).map(|index| json!({ key: [needs(format!("a{index}")), needs(format!("b{index}"))] }));
        document([("S0".to_owned(), json!({ "allOf": choices.collect::<Vec<_>>() }))])
    };
    let members = chain(
        30,
        |_, next| json!({ "type": "object", "properties": { "l": reference(next), "r": with_member(reference(next), "m".to_owned()) } }),
        object(),
    );
    let cases: [(&str, String, Option<&str>); 9] = [
        ("allOf of one twice", twice("allOf"), None),
        ("anyOf of one twice", twice("anyOf"), None),
        ("oneOf of one twice", twice("oneOf"), None),
        ("allOf of two that differ", doubled("allOf"), None),
        (
            "anyOf of two that differ",
            doubled("anyOf"),
            Some("/components/schemas/S0: the unions in this union multiply"),
        ),
        (
            "oneOf of two that differ",
            doubled("oneOf"),
            Some("/components/schemas/S0: the unions in this union multiply"),
        ),
        ("allOf of oneOf", crossed("oneOf"), None),
        ("allOf of anyOf", crossed("anyOf"), None),
        ("members of one type twice", members, None),
    ];
    for (name, document, message) in &cases {
        match (in_time(name, document), message) {
            (Ok(_), None) => {}
            (Err(error), Some(message)) => assert!(error.contains(message), "{name}: {error}"),
            (result, _) => panic!("{name}: {:?}", result.map(|output| output.summary.to_string())),
        }
    }
}

/// Components that are each `allOf` all after them, with a member and a description of their own, and `S0` that has each as a
/// member.
fn clique(count: usize) -> String {
    let of = |index: usize| {
        let own = json!({ "type": "object", "description": "d", "properties": { format!("p{index}"): { "type": "string", "description": "d" } } });
        let after = (index + 1..=count).map(|other| reference(&format!("S{other}")));
        (format!("S{index}"), json!({ "allOf": after.chain([own]).collect::<Vec<_>>() }))
    };
    let members: Map<String, Value> =
        (1..=count).map(|index| (format!("q{index}"), reference(&format!("S{index}")))).collect();
    let root = ("S0".to_owned(), json!({ "type": "object", "properties": members }));
    document([root].into_iter().chain((1..=count).map(of)))
}

#[test]
fn r13_all_of_everything_before_costs_what_it_makes() {
    // Twice as many make four times as many members: each of them has those of all before it.
    let cost = |count: usize| {
        let text = clique(count);
        let start = Instant::now();
        generate(&text).unwrap_or_else(|error| panic!("{count}: {error}"));
        start.elapsed()
    };
    let (small, large) = (cost(40), cost(80));
    assert!(large < PATIENCE / 3 && large < small * 12, "{small:?} for 40, {large:?} for 80");
}

#[test]
fn long_chains_end() {
    let object =
        |index: usize| json!({ "type": "object", "properties": { format!("p{index}"): { "type": "string" } } });
    let described = |next: &str| json!({ "allOf": [reference(next), { "type": "object", "description": "x" }] });
    // A component that refers to all the others, so that each of them is built.
    let all = |count: usize, of: &dyn Fn(&str) -> Value| {
        let members: Map<String, Value> =
            (1..count).map(|index| (format!("q{index}"), reference(&format!("S{index}")))).collect();
        let root = ("S0".to_owned(), json!({ "type": "object", "properties": members }));
        let links = (1..count).map(|index| (format!("S{index}"), of(&format!("S{}", index + 1))));
        document([root].into_iter().chain(links).chain([(format!("S{count}"), object(count))]))
    };
    let cases: [(&str, String, Option<&str>); 8] = [
        ("allOf that only describes", all(2_000, &described), None),
        ("allOf with the same member", all(300, &|next| with_member(reference(next), "m".to_owned())), None),
        ("references", chain(2_000, |_, next| reference(next), json!({ "type": "string" })), None),
        (
            "members",
            chain(500, |_, next| json!({ "type": "object", "properties": { "n": reference(next) } }), json!({})),
            None,
        ),
        ("lists", chain(2_000, |_, next| json!({ "type": "array", "items": reference(next) }), json!({})), None),
        (
            "maps",
            chain(2_000, |_, next| json!({ "type": "object", "additionalProperties": reference(next) }), json!({})),
            None,
        ),
        ("allOf", chain(500, |index, next| json!({ "allOf": [reference(next), object(index)] }), object(500)), None),
        (
            "anyOf",
            chain(2_000, |index, next| json!({ "anyOf": [reference(next), object(index)] }), object(2_000)),
            Some("the unions in this union multiply"),
        ),
    ];
    for (name, document, message) in &cases {
        match (in_time(name, document), message) {
            (Ok(_), None) => {}
            (Err(error), Some(message)) => assert!(error.contains(message), "{name}: {error}"),
            (result, _) => panic!("{name}: {:?}", result.map(|output| output.summary.to_string())),
        }
    }
}

#[test]
fn circles_are_made_or_refused() {
    let circle = |schema: Value| document([("S0".to_owned(), schema)]);
    let back = || reference("S0");
    let cases: [(&str, Value, Option<&str>); 9] = [
        ("itself", back(), Some("/components/schemas/S0: refers to itself and to nothing else")),
        ("allOf", json!({ "allOf": [back()] }), Some("this `allOf` contains itself")),
        ("oneOf", json!({ "oneOf": [back()] }), Some("leads back to itself")),
        ("anyOf", json!({ "anyOf": [back(), back()] }), Some("leads back to itself")),
        ("a required member", json!({ "type": "object", "required": ["a"], "properties": { "a": back() } }), None),
        ("a list", json!({ "type": "array", "items": back() }), None),
        ("a map", json!({ "type": "object", "additionalProperties": back() }), None),
        ("a tuple", json!({ "type": "array", "prefixItems": [back(), back()], "items": false, "minItems": 2 }), None),
        ("not", json!({ "not": back() }), None),
    ];
    for (name, schema, message) in cases {
        match (in_time(name, &circle(schema)), message) {
            (Ok(_), None) => {}
            (Err(error), Some(message)) => assert!(error.contains(message), "{name}: {error}"),
            (result, _) => panic!("{name}: {:?}", result.map(|output| output.summary.to_string())),
        }
    }
}

#[test]
fn large_numbers_of_things_take_no_longer_than_they_must() {
    let one = |schema: Value| document([("S0".to_owned(), schema)]);
    let values = |count: usize| (0..count).map(|index| format!("v{index}")).collect::<Vec<_>>();
    let members: Map<String, Value> = values(10_000).into_iter().map(text).collect();
    let constants: Vec<Value> = values(2_000).into_iter().map(|value| json!({ "const": value })).collect();
    let needing = |name: String| json!({ "type": "object", "required": [name], "properties": { name: {} } });
    let objects: Vec<Value> = values(500).into_iter().map(needing).collect();
    let parts: Vec<Value> = values(2_000).into_iter().map(|name| with_member(json!({}), name)).collect();
    let pattern = |pattern: &str| json!({ "type": "object", "required": ["a"], "properties": { "a": { "type": "string", "pattern": pattern } }, "patternProperties": { pattern: {} } });
    let cases = [
        ("values of an enum", one(json!({ "type": "string", "enum": values(20_000) }))),
        ("numbers of an enum", one(json!({ "type": "integer", "enum": (0..100_000).collect::<Vec<_>>() }))),
        ("members", one(json!({ "type": "object", "properties": members }))),
        ("names that are required", one(json!({ "type": "object", "required": values(100_000) }))),
        ("constants", one(json!({ "oneOf": constants }))),
        ("alternatives", one(json!({ "oneOf": objects }))),
        ("parts", one(json!({ "allOf": parts }))),
        ("a long name", one(json!({ "type": "object", "properties": { "x".repeat(100_000): {} } }))),
        (
            "a long description",
            one(json!({ "type": "object", "description": "x y ".repeat(250_000), "properties": { "a": {} } })),
        ),
        ("a pattern that goes back and forth", one(pattern("(a+)+$"))),
        ("a pattern that unfolds", one(pattern("(((a{1,1000}){1,1000}){1,1000}){1,1000}"))),
        ("a pattern that never ends", one(pattern("a{999999999}"))),
        ("a pattern that is none", one(pattern(&"[".repeat(200)))),
        ("a pattern that nests", one(pattern(&format!("{}{}", "(".repeat(50_000), ")".repeat(50_000))))),
        (
            "texts and lists of a billion",
            one(
                json!({ "type": "object", "required": ["a", "b"], "properties": { "a": { "type": "string", "minLength": 1_000_000_000 }, "b": { "type": "array", "minItems": 1_000_000_000 } } }),
            ),
        ),
    ];
    for (name, document) in &cases {
        in_time(name, document).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn many_problems_are_told_in_time() {
    let nowhere = (0..20_000).map(|index| (format!("S{index}"), reference(&format!("None{index}"))));
    let error = in_time("problems", &document(nowhere)).expect_err("leads nowhere");
    assert!(error.contains("line 1: /components/schemas/S0/$ref: "), "{error}");
    assert!(error.ends_with("and 19800 more"), "{error}");
}

#[test]
fn nothing_that_a_document_says_becomes_code() {
    let said = [
        "*/ evil!{} /*",
        "\"] evil!{} \"",
        "\"#] evil!{} #\"",
        "\u{202e}evil!{}",
        "a\nevil!{}//",
        "\revil!{}",
        "r#\"evil!{}\"#",
        "\u{0}evil!{}",
        "\u{2028}evil!{}",
        "{evil!{}}",
        "`evil!{}`",
        "```\nevil!{}\n```",
        "${evil!{}}",
        "\u{1b}[2Jevil!{}",
        "\\\" evil!{}",
    ];
    let members: Map<String, Value> = said
        .iter()
        .map(|said| {
            let member = json!({ "type": "string", "description": said, "default": said, "pattern": said, "format": said, "enum": [said, "x"], "title": said, "example": said });
            ((*said).to_owned(), member)
        })
        .collect();
    let components =
        said.iter().map(|said| ((*said).to_owned(), json!({ "type": "object", "properties": { "a": {} } })));
    let root = json!({ "type": "object", "description": said.join("\n"), "required": said, "properties": members });
    let mut document: Value =
        serde_json::from_str(&document([("S0".to_owned(), root)].into_iter().chain(components))).expect("JSON");
    document["info"] = json!({ "title": said.join(" "), "version": said.join(" "), "description": said.join("\n") });
    document["tags"] = said.iter().map(|said| json!({ "name": said, "description": said })).collect();
    for (index, said) in said.iter().enumerate() {
        document["paths"][format!("/{index}")]["get"] = json!({ "operationId": said, "tags": [said], "summary": said, "description": said, "responses": { "200": { "description": said } } });
    }
    let output = in_time("injection", &document.to_string()).unwrap_or_else(|error| panic!("{error}"));
    for file in &output.files {
        let is_data = file.path.ends_with(".json");
        let hidden = |sign: char| matches!(sign, '\u{0}' | '\u{1b}' | '\u{202e}' | '\u{2028}');
        assert!(is_data || !file.text.contains(hidden), "{}: {:?}", file.path, file.text);
        if file.path.ends_with(".rs") {
            let tokens: TokenStream = file.text.parse().unwrap_or_else(|error| panic!("{}: {error}", file.path));
            assert!(!calls_evil(tokens), "{}: {}", file.path, file.text);
        }
    }
    assert!(!output.cargo_toml.contains("\\u0000"), "{}", output.cargo_toml);
    // An error is one line too, whatever it quotes.
    let error = generate(&document.to_string().replace("#/components/schemas/S0", "#/none\\u001b[2J\\n\\u202e"))
        .expect_err("is wrong");
    assert!(!error.contains(['\u{1b}', '\n', '\u{202e}']), "{error:?}");
}

/// Whether the macro that the document would like to call is called.
fn calls_evil(tokens: TokenStream) -> bool {
    let mut named = false;
    tokens.into_iter().any(|token| {
        let called = named && matches!(&token, TokenTree::Punct(sign) if sign.as_char() == '!');
        named = matches!(&token, TokenTree::Ident(name) if name == "evil");
        called || matches!(token, TokenTree::Group(group) if calls_evil(group.stream()))
    })
}

/// A line of docs that ends like code does not end its item.
#[test]
fn docs_stay_with_their_item() {
    for end in [";", "}"] {
        let words = format!("{} {}{end} {}.", "a".repeat(50), "b".repeat(40), "c".repeat(40));
        let schema = json!({"type": "object", "description": words, "properties": {"a": {"type": "string"}}});
        let made = generate(&document([("S0".to_owned(), schema)])).unwrap();
        let text = made.files.iter().map(|file| file.text.as_str()).collect::<Vec<_>>().join("\n");
        let first = text.lines().position(|line| line.starts_with("///") && line.ends_with(&format!("b{end}")));
        let next = first.and_then(|first| text.lines().nth(first + 1));
        assert!(next.is_some_and(|next| next.starts_with("/// c")), "{end}: {next:?}");
    }
}
