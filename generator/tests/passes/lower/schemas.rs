//! What schemas become.

use std::collections::BTreeSet;

use logto_generator::load::Version;
use logto_generator::lower::Dialect;
use serde_json::{Value, json};

use super::check;

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
        (
            json!({"type": "string", "contentMediaType": "application/json"}),
            json!({"type": "string", "x-content-media-type": "application/json"}),
        ),
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
