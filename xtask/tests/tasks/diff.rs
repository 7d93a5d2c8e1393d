//! What counts as a change between two documents, and what of it breaks code.

use serde_json::{Value, json};
use xtask::diff::{self, Diff};

/// A document with one operation whose body and reply have this schema.
fn document(parameters: Value, body: Value, reply: Value) -> Value {
    json!({
        "openapi": "3.0.1", "info": {"title": "t", "version": "1"},
        "paths": {"/a": {"post": {
            "operationId": "Create", "tags": ["A"], "parameters": parameters,
            "requestBody": {"required": true, "content": {"application/json": {"schema": body}}},
            "responses": {"200": {"description": "", "content": {"application/json": {"schema": reply}}}}
        }}},
        "components": {"schemas": {"Tree": {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Tree"}}}}}
    })
}

fn compare(old: &Value, new: &Value) -> Diff {
    let lower = |value: &Value| diff::lowered(value.to_string().as_bytes()).unwrap();
    diff::compare(&lower(old), &lower(new))
}

fn lines(diff: &Diff) -> Vec<String> {
    let changes = diff.changed.values().flatten();
    changes
        .map(|change| format!("{}{}: {}", if change.breaks { "! " } else { "" }, change.place, change.what))
        .collect()
}

fn object(members: Value, required: &[&str]) -> Value {
    json!({"type": "object", "properties": members, "required": required})
}

#[test]
fn schemas() {
    let text = || json!({"type": "string"});
    let empty = || object(json!({}), &[]);
    let one = || object(json!({"a": text()}), &[]);
    let variant = |name: &str| object(json!({"type": {"type": "string", "format": format!("\"{name}\"")}}), &["type"]);
    let cases: Vec<(Value, Value, &[&str], &[&str])> = vec![
        // Before, after, as a body, as a reply.
        (one(), one(), &[], &[]),
        (empty(), one(), &["body.a: new"], &["reply.a: new"]),
        (empty(), object(json!({"a": text()}), &["a"]), &["! body.a: new, required"], &["reply.a: new"]),
        (one(), empty(), &["! body.a: gone"], &["! reply.a: gone"]),
        (one(), object(json!({"a": text()}), &["a"]), &["! body.a: required now"], &["! reply.a: required now"]),
        (
            one(),
            object(json!({"a": {"type": "boolean"}}), &[]),
            &["! body.a: was string and is boolean"],
            &["! reply.a: was string and is boolean"],
        ),
        (
            one(),
            object(json!({"a": {"type": "string", "nullable": true}}), &[]),
            &["! body.a: may be null now"],
            &["! reply.a: may be null now"],
        ),
        (
            one(),
            object(json!({"a": {"type": "string", "maxLength": 3}}), &[]),
            &["body.a: maxLength was none and is 3"],
            &["reply.a: maxLength was none and is 3"],
        ),
        (one(), object(json!({"a": {"type": "string", "description": "d", "example": "e"}}), &[]), &[], &[]),
        (
            json!({"type": "string", "enum": ["a"]}),
            json!({"type": "string", "enum": ["a", "b"]}),
            &["body: new value \"b\""],
            &["reply: new value \"b\""],
        ),
        (
            json!({"type": "string", "enum": ["a"]}),
            json!({"type": "string", "enum": ["b"]}),
            &["body: new value \"b\"", "! body: value \"a\" is gone"],
            &["reply: new value \"b\"", "! reply: value \"a\" is gone"],
        ),
        (json!({"type": "string", "enum": ["a"]}), json!({"type": "string", "format": "\"a\""}), &[], &[]),
        (
            json!({"type": "array", "items": text()}),
            json!({"type": "array", "items": {"type": "number"}}),
            &["! body[]: was string and is integer"],
            &["! reply[]: was string and is integer"],
        ),
        (
            json!({"oneOf": [variant("A"), variant("B")]}),
            json!({"oneOf": [variant("B"), variant("A"), variant("C")]}),
            &["body|C: new variant"],
            &["reply|C: new variant"],
        ),
        (
            json!({"oneOf": [variant("A"), variant("B"), variant("C")]}),
            json!({"oneOf": [variant("B"), variant("A")]}),
            &["! body|C: variant is gone"],
            &["! reply|C: variant is gone"],
        ),
        (json!({"$ref": "#/components/schemas/Tree"}), json!({"$ref": "#/components/schemas/Tree"}), &[], &[]),
    ];
    for (before, after, sent, received) in cases {
        let body =
            compare(&document(json!([]), before.clone(), json!({})), &document(json!([]), after.clone(), json!({})));
        assert_eq!(lines(&body), sent, "{before} -> {after}");
        let reply =
            compare(&document(json!([]), json!({}), before.clone()), &document(json!([]), json!({}), after.clone()));
        assert_eq!(lines(&reply), received, "{before} -> {after}");
    }
}

#[test]
fn parameters() {
    let query = |name: &str, required: bool| json!({"name": name, "in": "query", "required": required, "schema": {"type": "string"}});
    let cases: Vec<(Value, Value, &[&str])> = vec![
        (json!([]), json!([query("a", false)]), &["query a: new"]),
        (json!([]), json!([query("a", true)]), &["! query a: new, required"]),
        (json!([query("a", false)]), json!([]), &["! query a: gone"]),
        (json!([query("a", false)]), json!([query("a", true)]), &["! query a: required now"]),
        (json!([query("a", false), query("b", false)]), json!([query("b", false), query("a", false)]), &[]),
    ];
    for (before, after, expected) in cases {
        let diff =
            compare(&document(before.clone(), json!({}), json!({})), &document(after.clone(), json!({}), json!({})));
        assert_eq!(lines(&diff), expected, "{before} -> {after}");
    }
}

#[test]
fn operations() {
    let old = document(json!([]), json!({}), json!({}));
    let mut new = old.clone();
    new["paths"]["/b"] = json!({"get": {"operationId": "List", "responses": {}}});
    let diff = compare(&old, &new);
    assert_eq!(diff.added, ["List (GET /b)"]);
    assert_eq!(diff.breaking(), 0);
    let diff = compare(&new, &old);
    assert_eq!(diff.removed, ["List (GET /b)"]);
    assert_eq!(diff.breaking(), 1);

    let mut moved = old.clone();
    moved["paths"]["/c"] = moved["paths"]["/a"].take();
    moved["paths"].as_object_mut().unwrap().remove("/a");
    moved["paths"]["/c"]["post"]["tags"] = json!(["B"]);
    let diff = compare(&old, &moved);
    assert_eq!(lines(&diff), ["! feature: its tag was `A` and is `B`", "route: POST /a is now POST /c"]);
    assert!(diff.to_string().ends_with("operations: 0 new, 1 changed, 0 gone; changes that break code: 1"), "{diff}");
}
