//! What schemas and the objects around them become.

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

#[test]
fn keywords_of_3_1() {
    let cases = [
        // Types.
        (
            json!({"type": ["string", "null"], "minLength": 1}),
            json!({"type": "string", "minLength": 1, "nullable": true}),
        ),
        (json!({"type": ["string"]}), json!({"type": "string"})),
        (json!({"type": ["integer", "number"]}), json!({"type": "number"})),
        (
            json!({"type": ["string", "integer", "null"], "maxLength": 3, "minimum": 1}),
            json!({"oneOf": [{"type": "string", "maxLength": 3}, {"type": "integer", "minimum": 1}], "nullable": true}),
        ),
        (
            json!({"type": ["array", "string"], "items": {"type": "string"}}),
            json!({"oneOf": [{"type": "array", "items": {"type": "string"}}, {"type": "string"}]}),
        ),
        (json!({"type": ["object", "array", "string", "number", "boolean", "null"]}), json!({"nullable": true})),
        (json!({"type": "null"}), json!({"nullable": true, "enum": [null]})),
        (
            json!({"properties": {"a": {"type": "string"}}}),
            json!({"type": "object", "properties": {"a": {"type": "string"}}}),
        ),
        (json!({"type": "array"}), json!({"type": "array", "items": {}})),
        // Constants.
        (json!({"const": "a"}), json!({"type": "string", "enum": ["a"]})),
        (json!({"const": 3}), json!({"type": "integer", "enum": [3]})),
        (json!({"const": null}), json!({"nullable": true, "enum": [null]})),
        (json!({"enum": ["a", "b", "a", null]}), json!({"type": "string", "enum": ["a", "b"], "nullable": true})),
        (json!({"type": "string", "enum": [1, true, "a"]}), json!({"type": "string", "enum": ["1", "true", "a"]})),
        // Limits.
        (
            json!({"type": "integer", "exclusiveMinimum": 3}),
            json!({"type": "integer", "minimum": 3, "exclusiveMinimum": true}),
        ),
        (json!({"type": "number", "minimum": 5, "exclusiveMinimum": 3}), json!({"type": "number", "minimum": 5})),
        (
            json!({"type": "number", "maximum": 5, "exclusiveMaximum": 3.5}),
            json!({"type": "number", "maximum": 3.5, "exclusiveMaximum": true}),
        ),
        (
            json!({"type": "integer", "minimum": 1.0, "maximum": 1e30}),
            json!({"type": "integer", "minimum": 1, "x-maximum": 1e30}),
        ),
        (
            json!({"type": "string", "maxLength": 5.0, "minLength": -1}),
            json!({"type": "string", "maxLength": 5, "x-minLength": -1}),
        ),
        (
            json!({"type": "integer", "exclusiveMinimum": 0.5, "maximum": 9.5, "multipleOf": 0.5}),
            json!({"type": "integer", "minimum": 1, "maximum": 9, "x-multipleOf": 0.5}),
        ),
        (json!({"type": "number", "exclusiveMinimum": true}), json!({"type": "number"})),
        (
            json!({"type": "integer", "maximum": 18446744073709551615_u64, "exclusiveMaximum": true}),
            json!({"type": "integer", "x-maximum": 18446744073709551615_u64}),
        ),
        // What has no effect goes.
        (json!({"type": "string", "minimum": 1, "items": {}}), json!({"type": "string"})),
        (json!({"type": "boolean", "format": "x"}), json!({"type": "boolean"})),
        // Boolean schemas.
        (json!(true), json!({})),
        (
            json!({"type": "object", "additionalProperties": {}}),
            json!({"type": "object", "additionalProperties": true}),
        ),
        (
            json!({"type": "object", "properties": {"a": true, "b": false}, "additionalProperties": false}),
            json!({"type": "object", "properties": {"a": {}, "b": {"not": {}}}, "additionalProperties": false}),
        ),
        (
            json!({"type": "object", "unevaluatedProperties": false}),
            json!({"type": "object", "additionalProperties": false}),
        ),
        (
            json!({"patternProperties": {"^x-": {"type": "string"}}, "additionalProperties": false}),
            json!({"type": "object", "additionalProperties": {"type": "string"}, "x-pattern-properties": ["^x-"]}),
        ),
        (
            json!({"patternProperties": {"^x-": {"type": "string"}}}),
            json!({"type": "object", "additionalProperties": {"type": "string"}, "x-pattern-properties": ["^x-"]}),
        ),
        (
            json!({"patternProperties": {"^a": {"type": "string"}, "^b": {"type": "string", "title": "t"}}, "additionalProperties": true}),
            json!({"type": "object", "additionalProperties": true, "x-pattern-properties": ["^a", "^b"]}),
        ),
        (
            json!({"allOf": [{"$ref": "#/components/schemas/Other"}], "unevaluatedProperties": false}),
            json!({"allOf": [{"$ref": "#/components/schemas/Other"}], "x-unevaluated-properties": false}),
        ),
        (
            json!({"allOf": [{"$ref": "#/components/schemas/Other"}], "unevaluatedProperties": {"type": "string"}}),
            json!({"allOf": [{"$ref": "#/components/schemas/Other"}], "x-unevaluated-properties": {"type": "string"}}),
        ),
        // Conditions: members of any branch are members.
        (
            json!({"properties": {"a": {"type": "string"}}, "if": {"properties": {"a": {"const": "b"}}}, "then": {"properties": {"b": {"type": "string"}}, "required": ["b"]}, "else": {"properties": {"a": {}, "c": true}}}),
            json!({"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}, "c": {}}}),
        ),
        (
            json!({"dependentSchemas": {"a": {"properties": {"b": {"type": "string"}}}, "c": {"properties": {"b": {"type": "number"}}}}}),
            json!({"type": "object", "properties": {"b": {"anyOf": [{"type": "string"}, {"type": "number"}]}}}),
        ),
        (json!({"not": {"type": "null"}}), json!({})),
        (json!({"type": "string", "not": {"const": "a"}}), json!({"type": "string"})),
        (json!({"not": {}}), json!({"not": {}})),
        // Tuples.
        (
            json!({"prefixItems": [{"type": "string"}, {"type": "boolean"}], "items": false}),
            json!({"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "boolean"}]}, "maxItems": 2, "x-prefix-items": [{"type": "string"}, {"type": "boolean"}]}),
        ),
        (
            json!({"type": "array", "prefixItems": [{"type": "string"}]}),
            json!({"type": "array", "items": {}, "x-prefix-items": [{"type": "string"}]}),
        ),
        // Content, examples, the rest.
        (
            json!({"type": "string", "contentEncoding": "base64"}),
            json!({"type": "string", "format": "byte", "x-content-encoding": "base64"}),
        ),
        (
            json!({"type": "string", "contentMediaType": "image/png"}),
            json!({"type": "string", "format": "binary", "x-content-media-type": "image/png"}),
        ),
        (json!({"type": "string", "contentMediaType": "application/json"}), json!({"type": "string"})),
        (json!({"type": "string", "examples": ["a", "b"]}), json!({"type": "string", "example": "a"})),
        (
            json!({"type": "object", "if": {"required": ["a"]}, "then": {}, "$comment": "c", "propertyNames": {"pattern": "a"}}),
            json!({"type": "object"}),
        ),
        // References.
        (
            json!({"$ref": "#/components/schemas/Other", "description": "d"}),
            json!({"$ref": "#/components/schemas/Other"}),
        ),
        (
            json!({"$ref": "#/components/schemas/Other", "deprecated": true}),
            json!({"allOf": [{"$ref": "#/components/schemas/Other"}], "deprecated": true}),
        ),
        (
            json!({"type": "object", "properties": {"a": {"$ref": "#/components/schemas/Other", "description": "d", "x-a": 1}, "b": {"$ref": "#/components/schemas/Other", "x-a": 1}}}),
            json!({"type": "object", "properties": {"a": {"allOf": [{"$ref": "#/components/schemas/Other"}], "description": "d", "x-a": 1}, "b": {"$ref": "#/components/schemas/Other"}}}),
        ),
        (
            json!({"$ref": "#/components/schemas/Other", "required": ["a"]}),
            json!({"allOf": [{"$ref": "#/components/schemas/Other"}, {"required": ["a"]}]}),
        ),
    ];
    check(Version::V3_1, &Dialect::Standard, &cases);
}

#[test]
fn unions() {
    let other = json!({"$ref": "#/components/schemas/Other"});
    let cases = [
        (json!({"anyOf": [other, {"type": "null"}]}), json!({"allOf": [other], "nullable": true})),
        (
            json!({"anyOf": [{"type": "string"}, {"type": "null"}], "title": "t"}),
            json!({"title": "t", "type": "string", "nullable": true}),
        ),
        (json!({"oneOf": [other]}), other.clone()),
        (json!({"oneOf": [{"type": "null"}]}), json!({"nullable": true, "enum": [null]})),
        (
            json!({"oneOf": [{"type": "string", "title": "a"}, {"type": "string", "title": "b"}]}),
            json!({"type": "string", "title": "a"}),
        ),
        (
            json!({"oneOf": [{"const": 1, "title": "A"}, {"const": 2, "title": "B"}]}),
            json!({"type": "integer", "enum": [1, 2], "x-enum-varnames": ["A", "B"]}),
        ),
        (
            json!({"oneOf": [{"enum": ["a", "b"]}, {"enum": ["b", "c"], "nullable": true}]}),
            json!({"type": "string", "enum": ["a", "b", "c"], "nullable": true}),
        ),
        (json!({"oneOf": [{"const": true}, {"const": false}]}), json!({"type": "boolean"})),
        (
            json!({"oneOf": [{"enum": ["a"]}, {"const": 1}]}),
            json!({"oneOf": [{"type": "string", "enum": ["a"]}, {"type": "integer", "enum": [1]}]}),
        ),
        (
            json!({"type": "object", "oneOf": [{"type": "object", "minProperties": 1}, {"type": "object", "minProperties": 2}]}),
            json!({"oneOf": [{"type": "object", "minProperties": 1}, {"type": "object", "minProperties": 2}]}),
        ),
        (
            json!({"type": "object", "properties": {"a": {"type": "string"}}, "oneOf": [other, {"type": "object"}]}),
            json!({"type": "object", "properties": {"a": {"type": "string"}}, "oneOf": [other, {"type": "object"}]}),
        ),
    ];
    check(Version::V3_1, &Dialect::Standard, &cases);
}

#[test]
fn logto() {
    let literal = |text: &str| json!({"type": "string", "format": format!("\"{text}\"")});
    let object = |members: Value| json!({"type": "object", "required": ["type"], "properties": members});
    let told = |text: &str| object(json!({"type": {"type": "string", "enum": [text]}}));
    let cases = [
        (literal("Totp"), json!({"type": "string", "enum": ["Totp"]})),
        (literal("a \\\" b"), json!({"type": "string", "enum": ["a \" b"]})),
        (json!({"type": "boolean", "format": "false"}), json!({"type": "boolean", "enum": [false]})),
        (json!({"type": "number", "format": "3"}), json!({"type": "integer", "enum": [3]})),
        (json!({"type": "string", "format": "url"}), json!({"type": "string", "format": "uri"})),
        (json!({"type": "string", "format": "email"}), json!({"type": "string", "format": "email"})),
        (
            json!({"type": "string", "format": "regex", "pattern": "/^\\d+$/"}),
            json!({"type": "string", "pattern": "^\\d+$"}),
        ),
        (
            json!({"type": "string", "format": "regex", "pattern": "/^a\\/b$/i"}),
            json!({"type": "string", "pattern": "(?i:^a/b$)"}),
        ),
        (json!({"type": "string", "format": "regex", "pattern": "^a$"}), json!({"type": "string", "pattern": "^a$"})),
        // Numbers.
        (json!({"type": "number"}), json!({"type": "integer"})),
        (json!({"type": "number", "minimum": 0.5}), json!({"type": "number", "minimum": 0.5})),
        (
            json!({"type": "object", "properties": {"score": {"type": "number"}, "count": {"type": "array", "items": {"type": "number"}}}}),
            json!({"type": "object", "properties": {"score": {"type": "number"}, "count": {"type": "array", "items": {"type": "integer"}}}}),
        ),
        // Literals beside each other.
        (json!({"oneOf": [literal("a"), literal("b")]}), json!({"type": "string", "enum": ["a", "b"]})),
        (
            json!({"oneOf": [{"type": "string", "enum": ["a", "b"]}, {"type": "string", "enum": ["c"]}]}),
            json!({"type": "string", "enum": ["a", "b", "c"]}),
        ),
        (
            json!({"oneOf": [{"type": "boolean", "format": "true"}, {"type": "boolean", "format": "false"}]}),
            json!({"type": "boolean"}),
        ),
        // The empty text.
        (
            json!({"oneOf": [{"type": "string"}, {"type": "string", "format": "empty"}], "nullable": true, "type": "string"}),
            json!({"nullable": true, "type": "string"}),
        ),
        (
            json!({"oneOf": [{"type": "string", "format": "url", "maxLength": 9, "nullable": true}, {"type": "string", "format": "empty"}]}),
            json!({"nullable": true, "type": "string", "maxLength": 9, "x-or-empty": {"format": "uri"}}),
        ),
        (
            json!({"oneOf": [{"type": "string", "format": "regex", "pattern": "/^a$/", "minLength": 1}, {"type": "string", "format": "empty"}]}),
            json!({"type": "string", "x-or-empty": {"pattern": "^a$", "minLength": 1}}),
        ),
        // A variant that is there again without its constant.
        (
            json!({"oneOf": [object(json!({"type": literal("A")})), object(json!({"type": literal("B")})), object(json!({"type": {"type": "string", "description": "d"}}))]}),
            json!({"oneOf": [told("A"), told("B")]}),
        ),
        // Members that only describe.
        (
            json!({"oneOf": [told("A"), told("B")], "properties": {"type": {"description": "d"}, "payload": {"properties": {"a": {"description": "d"}}}}}),
            json!({"oneOf": [told("A"), told("B")]}),
        ),
        (
            json!({"type": "object", "properties": {"a": {"oneOf": [{"type": "string"}, {"type": "string", "nullable": true, "x-null": true}]}}}),
            json!({"type": "object", "properties": {"a": {"type": "string", "nullable": true}}}),
        ),
    ];
    let dialect = Dialect::Logto { floats: BTreeSet::from(["score".to_owned()]) };
    check(Version::V3_0, &dialect, &cases);
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
