//! What stays of a document's words, and the order of its keys.

use logto_generator::{order, prose};
use serde_json::{Value, json};

#[test]
fn prose_goes_and_names_stay() {
    let mut document = json!({
        "openapi": "3.0.1",
        "info": {"title": "T", "description": "d", "summary": "s", "version": "1", "contact": {"name": "n"}},
        "tags": [{"name": "Users", "description": "d", "externalDocs": {"url": "u"}}],
        "paths": {"/description": {"summary": "s", "get": {
            "summary": "s", "description": "d", "operationId": "title",
            "parameters": [{"name": "description", "in": "query", "description": "d", "example": 1, "schema": {"type": "string", "title": "t"}}],
            "requestBody": {"description": "d", "content": {"application/json": {"example": {}, "schema": {
                "type": "object", "description": "d", "required": ["title", "description"],
                "properties": {
                    "title": {"type": "string", "description": "d", "example": "e"},
                    "description": {"type": "string", "default": {"description": "data"}},
                    "example": {"enum": ["title"], "type": "string"},
                    "summary": {"type": "array", "items": {"description": "d", "type": "string"}}
                }
            }}}},
            "responses": {"200": {"description": "d"}, "default": {"$ref": "#/components/responses/summary"}}
        }}},
        "components": {
            "examples": {"a": {"value": 1}},
            "schemas": {"title": {"title": "t", "oneOf": [{"description": "d", "type": "string"}]}},
            "responses": {"summary": {"description": "d"}},
            "securitySchemes": {"O": {"type": "oauth2", "description": "d", "flows": {"clientCredentials": {"tokenUrl": "/t", "scopes": {"all": "d"}}}}}
        }
    });
    prose::strip(&mut document, "Neutral");
    let expected = json!({
        "openapi": "3.0.1",
        "info": {"title": "Neutral", "version": "1"},
        "tags": [{"name": "Users"}],
        "paths": {"/description": {"get": {
            "operationId": "title",
            "parameters": [{"name": "description", "in": "query", "schema": {"type": "string"}}],
            "requestBody": {"content": {"application/json": {"schema": {
                "type": "object", "required": ["title", "description"],
                "properties": {
                    "title": {"type": "string"},
                    "description": {"type": "string", "default": {"description": "data"}},
                    "example": {"enum": ["title"], "type": "string"},
                    "summary": {"type": "array", "items": {"type": "string"}}
                }
            }}}},
            "responses": {"200": {"description": ""}, "default": {"$ref": "#/components/responses/summary"}}
        }}},
        "components": {
            "schemas": {"title": {"oneOf": [{"type": "string"}]}},
            "responses": {"summary": {"description": ""}},
            "securitySchemes": {"O": {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "/t", "scopes": {"all": ""}}}}}
        }
    });
    assert_eq!(document, expected);
}

#[test]
fn facts_in_descriptions_are_noted() {
    for (description, fact) in [
        ("Validator function", Some("x-validator")),
        ("arbitrary", Some("x-arbitrary")),
        ("arbitrary JSON object", Some("x-arbitrary")),
        ("null value", Some("x-null")),
        ("The validator.", None),
    ] {
        let mut document = json!({"components": {"schemas": {"A": {"type": "object", "description": description}}}});
        prose::note_facts(&mut document);
        prose::strip(&mut document, "T");
        let mut expected = json!({"type": "object"});
        if let Some(fact) = fact {
            expected[fact] = true.into();
        }
        assert_eq!(document["components"]["schemas"]["A"], expected, "{description}");
    }
}

#[test]
fn one_order_whatever_it_was() {
    let text = r#"{"openapi":"3.0.1","paths":{"/a":{"post":{"operationId":"a","responses":{"200":{"description":""},"404":{"description":""}}},"put":{}},"/b":{}},
        "components":{"schemas":{"A":{"type":"object","required":["z","a"],"default":{"a":1,"b":[{"c":1,"d":2}]},"properties":{"required":{"type":"string"},"type":{"type":"string","x-a":1}}}}}}"#;
    let ordered: Value = serde_json::from_str(text).unwrap();
    let mut reversed = reverse(&ordered);
    assert_ne!(reversed.to_string(), ordered.to_string());
    order::stable(&mut reversed);
    assert_eq!(reversed.to_string(), {
        let mut again = ordered.clone();
        order::stable(&mut again);
        again.to_string()
    });
    let schema = reversed["components"]["schemas"]["A"].to_string();
    let expected = r#"{"required":["z","a"],"type":"object","default":{"a":1,"b":[{"c":1,"d":2}]},"properties":{"required":{"type":"string"},"type":{"type":"string","x-a":1}}}"#;
    assert_eq!(schema, expected);
}

fn reverse(value: &Value) -> Value {
    match value {
        Value::Object(members) => members.iter().rev().map(|(key, value)| (key.clone(), reverse(value))).collect(),
        Value::Array(items) => items.iter().map(reverse).collect(),
        value => value.clone(),
    }
}
