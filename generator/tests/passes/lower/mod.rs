//! What schemas and the objects around them become.

mod schemas;

use std::collections::BTreeSet;

use logto_generator::load::{self, Document, Files, Version};
use logto_generator::lower::{self, Dialect};
use serde_json::{Value, json};

fn document(version: Version, schema: Value) -> Document {
    let value = json!({
        "openapi": if version == Version::V3_1 { "3.1.0" } else { "3.0.3" },
        "info": {"title": "t", "version": "1"},
        "paths": {},
        "components": {"schemas": {"S": schema, "Other": {"type": "object"}}}
    });
    Document { version, value }
}

fn lowered(version: Version, dialect: &Dialect, schema: &Value) -> Value {
    let value = lower::lower(document(version, schema.clone()), dialect, &Files::NONE)
        .unwrap_or_else(|error| panic!("{schema}: {error}"))
        .value;
    lower::typed(&value).unwrap_or_else(|error| panic!("{schema}: {error}"));
    value["components"]["schemas"]["S"].clone()
}

fn check(version: Version, dialect: &Dialect, cases: &[(Value, Value)]) {
    for (schema, expected) in cases {
        assert_eq!(lowered(version, dialect, schema), *expected, "{schema}");
    }
}

fn operation(dialect: &Dialect, operation: Value) -> Value {
    let value = json!({
        "openapi": "3.0.3", "info": {"title": "t", "version": "1"},
        "paths": {"/a/{id}": {"get": operation}},
        "components": {"parameters": {"Id": {"name": "id", "in": "path", "required": true, "description": "d", "schema": {"type": "string"}}}}
    });
    let value = lower::lower(Document { version: Version::V3_0, value }, dialect, &Files::NONE).unwrap().value;
    lower::typed(&value).unwrap();
    value["paths"]["/a/{id}"]["get"].clone()
}

#[test]
fn around_schemas() {
    let logto = Dialect::Logto { floats: BTreeSet::new() };
    let id = json!({"name": "id", "in": "path", "required": true, "schema": {"type": "string"}});
    let flag = |schema: Value| json!({"responses": {}, "parameters": [{"name": "a", "in": "query", "schema": schema}]});
    let cases = [
        (
            &logto,
            json!({"parameters": [{"$ref": "#/components/parameters/Id"}, id]}),
            json!({"responses": {}, "parameters": [{"$ref": "#/components/parameters/Id"}]}),
        ),
        (
            &logto,
            flag(
                json!({"oneOf": [{"type": "string", "format": "\"true\""}, {"type": "string", "format": "\"false\""}]}),
            ),
            flag(json!({"type": "boolean"})),
        ),
        (
            &Dialect::Standard,
            flag(json!({"type": "string", "enum": ["true", "false"]})),
            flag(json!({"type": "string", "enum": ["true", "false"]})),
        ),
        (
            &Dialect::Standard,
            json!({"responses": {"4xx": {}, "200": {}}}),
            json!({"responses": {"4XX": {"description": ""}, "200": {"description": ""}}}),
        ),
        (
            &Dialect::Standard,
            json!({"requestBody": {"content": {"application/octet-stream": {}}}, "responses": {}}),
            json!({"requestBody": {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}, "responses": {}}),
        ),
    ];
    for (dialect, given, expected) in cases {
        assert_eq!(operation(dialect, given.clone()), expected, "{given}");
    }
}

#[test]
fn references_are_to_components() {
    let value = json!({
        "openapi": "3.1.0", "info": {"title": "t", "version": "1"},
        "paths": {
            "/a": {"get": {"responses": {"200": {"content": {"application/json": {"schema": {"type": "object", "properties": {"x": {"$ref": "#/components/schemas/A/properties/b"}}}}}}}}},
            "/b": {"$ref": "#/components/pathItems/Shared"},
            "/c": {"get": {"responses": {"200": {"$ref": "#/paths/~1a/get/responses/200"}}}}
        },
        "components": {
            "pathItems": {"Shared": {"get": {"operationId": "shared", "responses": {}}}},
            "schemas": {
                "A": {"type": "object", "properties": {"b": {"$ref": "#/components/schemas/A/$defs/D"}, "c": {"$ref": "#named"}}, "$defs": {"D": {"type": "string"}}},
                "N": {"$anchor": "named", "type": "boolean"}
            }
        }
    });
    let value =
        lower::lower(Document { version: Version::V3_1, value }, &Dialect::Standard, &Files::NONE).unwrap().value;
    lower::typed(&value).unwrap();
    let at = |pointer: &str| value.pointer(pointer).cloned().unwrap_or_default();
    assert_eq!(
        at("/components/schemas/A/properties"),
        json!({"b": {"$ref": "#/components/schemas/A_D"}, "c": {"$ref": "#/components/schemas/N"}})
    );
    assert_eq!(at("/components/schemas/A_D"), json!({"type": "string"}));
    assert_eq!(at("/components/schemas/A_b"), json!({"$ref": "#/components/schemas/A_D"}));
    assert_eq!(at("/paths/~1b/get/operationId"), json!("shared"));
    assert_eq!(at("/paths/~1c/get/responses/200"), json!({"$ref": "#/components/responses/a_get_200"}));
    assert_eq!(at("/components/responses/a_get_200"), at("/paths/~1a/get/responses/200"));
}

#[test]
fn wrong_references_are_errors() {
    let cases = [
        (
            json!({"$ref": "#/components/schemas/None"}),
            "/components/schemas/S/$ref: `#/components/schemas/None` points to nothing",
        ),
        (json!({"$ref": "other.yaml#/A"}), "is outside of this document"),
        (json!({"$ref": "https://example.com/a.json"}), "is an address, and nothing is fetched"),
        (json!({"$ref": "#"}), "refers to the document itself"),
        (json!({"$ref": "#/info/title"}), "refers to something that is no object"),
        (json!({"$ref": "#/components/schemas/S"}), "/components/schemas/S: refers to itself"),
        (json!({"type": "array", "items": {"$ref": "#nowhere"}}), "/components/schemas/S/items/$ref: "),
    ];
    for (schema, message) in cases {
        let error = lower::lower(document(Version::V3_1, schema.clone()), &Dialect::Standard, &Files::NONE)
            .expect_err("wrong")
            .to_string();
        assert!(error.contains(message), "{schema}: {error}");
    }
}

#[test]
fn webhooks_are_kept() {
    let value = json!({
        "openapi": "3.1.0", "info": {"title": "t", "version": "1"},
        "webhooks": {"a": {"post": {"requestBody": {"content": {"application/json": {"schema": {"const": 1}}}}}}}
    });
    let value =
        lower::lower(Document { version: Version::V3_1, value }, &Dialect::Standard, &Files::NONE).unwrap().value;
    let schema = value.pointer("/x-webhooks/a/post/requestBody/content/application~1json/schema");
    assert_eq!(schema, Some(&json!({"type": "integer", "enum": [1]})));
    assert!(lower::typed(&value).unwrap().extensions.contains_key("x-webhooks"));
}

#[test]
fn an_extension_of_the_name_may_be_something_else() {
    let item = json!({"post": {"responses": {}}});
    let cases = [
        (json!({"a": item}), json!({"a": item})),
        (json!({"a": item, "x-enabled": true}), json!({"a": item})),
        (json!([1]), json!({})),
    ];
    for (webhooks, kept) in cases {
        let value = json!({"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "x-webhooks": webhooks});
        let document = Document { version: Version::V3_0, value };
        let value = lower::lower(document, &Dialect::Standard, &Files::NONE).unwrap().value;
        assert_eq!(value["x-webhooks"], kept);
    }
}

#[test]
fn references_of_3_0() {
    let other = json!({"$ref": "#/components/schemas/Other"});
    let cases = [
        (json!({"$ref": "#/components/schemas/Other", "required": ["a"], "type": "object"}), other.clone()),
        (json!({"$ref": "#/components/schemas/Other", "nullable": true}), json!({"allOf": [other], "nullable": true})),
        (
            json!({"$ref": "#/components/schemas/Other", "deprecated": true}),
            json!({"allOf": [other], "deprecated": true}),
        ),
    ];
    check(Version::V3_0, &Dialect::Standard, &cases);
}

/// What is lost and changes which values are valid, and what changes nothing.
#[test]
fn losses_are_notes() {
    let cases = [
        (json!({"if": {"type": "string"}, "then": {"minLength": 1}}), "`if`, `then` and `else` are left to the server"),
        (json!({"if": {"type": "string"}}), ""),
        (json!({"then": {"type": "string"}}), ""),
        (json!({"if": {"type": "string"}, "then": true}), ""),
        (json!({"dependentRequired": {"a": ["b"]}}), "`dependentRequired` is left to the server"),
        (json!({"dependentRequired": {}}), ""),
        (json!({"dependentSchemas": {"a": {"required": ["b"]}}}), "`dependentSchemas` is left to the server"),
        (json!({"dependentSchemas": {"a": true}}), ""),
        (json!({"not": {"type": "string"}}), "`not` is left to the server"),
        (json!({"not": {}}), ""),
        (
            json!({"type": "array", "contains": {"type": "string"}, "minContains": 2}),
            "`contains` is left to the server",
        ),
        (json!({"type": "array", "minContains": 2}), ""),
        (json!({"type": "object", "propertyNames": {"pattern": "^a"}}), "`propertyNames` is left to the server"),
        (json!({"type": "object", "propertyNames": {"type": "string"}}), ""),
        (json!({"type": "array", "unevaluatedItems": false}), "`unevaluatedItems` is left to the server"),
        (json!({"type": "array", "prefixItems": [{"type": "string"}], "unevaluatedItems": false}), ""),
        (json!({"patternProperties": {"^a": {"type": "string"}}}), "match none of `patternProperties`"),
        (json!({"patternProperties": {".*": {"type": "string"}}}), ""),
        (json!({"patternProperties": {"^a": {"type": "string"}}, "additionalProperties": false}), ""),
        (
            json!({"type": "object", "properties": {"a": {"type": "string"}}, "anyOf": [{"required": ["a"]}, {"required": ["b"]}]}),
            "`anyOf` of what is required is left to the server",
        ),
        (
            json!({"$comment": "c", "$schema": "s", "$vocabulary": {}, "contentSchema": {"type": "string"}, "xml": {}, "other": 1}),
            "",
        ),
        (json!({"type": "string", "enum": ["a", 1, {}]}), "values of `enum` that are of another type than `string`"),
    ];
    for (schema, expected) in cases {
        let lowered = lower::lower(document(Version::V3_1, schema.clone()), &Dialect::Standard, &Files::NONE)
            .unwrap_or_else(|error| panic!("{schema}: {error}"));
        lower::typed(&lowered.value).unwrap_or_else(|error| panic!("{schema}: {error}"));
        let notes: Vec<String> = lowered.notes.iter().map(ToString::to_string).collect();
        if expected.is_empty() {
            assert!(notes.is_empty(), "{schema}: {notes:?}");
        } else {
            assert_eq!(notes.len(), 1, "{schema}: {notes:?}");
            assert!(
                notes[0].starts_with("/components/schemas/S: ") && notes[0].contains(expected),
                "{schema}: {notes:?}"
            );
        }
    }
    let beside = json!({"$ref": "#/components/schemas/Other", "required": ["a"]});
    let lowered = lower::lower(document(Version::V3_0, beside), &Dialect::Standard, &Files::NONE).unwrap();
    assert!(lowered.notes[0].message.starts_with("`required` stands beside `$ref`"), "{:?}", lowered.notes);
}

#[test]
fn dialects() {
    let notes = |dialect: &str| {
        let value = json!({"openapi": "3.1.0", "info": {}, "paths": {}, "jsonSchemaDialect": dialect});
        lower::lower(Document { version: Version::V3_1, value }, &Dialect::Standard, &Files::NONE).unwrap().notes
    };
    for known in [
        "https://spec.openapis.org/oas/3.1/dialect/base",
        "https://json-schema.org/draft/2020-12/schema",
        "http://json-schema.org/draft-07/schema#",
    ] {
        assert_eq!(notes(known), [], "{known}");
    }
    let told: Vec<String> = notes("https://example.com/own").iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "/jsonSchemaDialect: nothing is known of the dialect `https://example.com/own`: schemas are read as those of OpenAPI"
        ]
    );
}

#[test]
fn the_deepest_document_is_typed() {
    let deepest =
        (0..load::MAX_DEPTH / 2 - 4).fold(json!({}), |inner, _| json!({"type": "object", "properties": {"a": inner}}));
    let text =
        json!({"openapi": "3.0.0", "info": {}, "paths": {}, "components": {"schemas": {"S": deepest}}}).to_string();
    let document = load::document(text.as_bytes()).unwrap();
    let lowered = lower::lower(document, &Dialect::Standard, &Files::NONE).unwrap();
    assert!(lower::typed(&lowered.value).is_ok());
}
