//! Values made from the document are valid by an independent validator, and reach every variant.

use logto_generator::sample::{Fill, matching, sample, sample_variant, variants};
use logto_tests::fake::Schema;
use logto_tests::fake::document::Document;
use serde_json::{Value, json};

/// Every schema of the document: parameters, bodies, replies, each with its place.
fn schemas(document: &Document) -> Vec<(String, &Value)> {
    let mut found = Vec::new();
    for operation in &document.operations {
        for parameter in &operation.parameters {
            found.push((format!("{} {}", operation.id, parameter.name), &parameter.schema));
        }
        if let Some(body) = &operation.body {
            found.push((format!("{} body", operation.id), &body.schema));
        }
        for reply in &operation.replies {
            if let Some((_, schema)) = &reply.content {
                found.push((format!("{} {}", operation.id, reply.status), schema));
            }
        }
    }
    found
}

#[test]
fn samples_are_valid_and_the_same_every_time() {
    let document = Document::committed();
    let mut checked = 0;
    for (place, schema) in schemas(document) {
        let check = Schema::new(schema, &document.value);
        for fill in [Fill::Required, Fill::Every] {
            for seed in 0..4 {
                let value = sample(schema, &document.value, fill, seed);
                assert_eq!(check.strict_faults(&value), [], "{place} {fill:?} {seed}: {value}");
                assert_eq!(value, sample(schema, &document.value, fill, seed), "{place}");
                checked += 1;
            }
        }
    }
    assert!(checked > 2000, "{checked}");
}

#[test]
fn every_variant_is_reached() {
    let union = json!({ "oneOf": [
        { "type": "object", "required": ["type"], "properties": { "type": { "type": "string", "enum": ["A"] } } },
        { "type": "object", "required": ["type", "n"],
          "properties": { "type": { "type": "string", "enum": ["B"] }, "n": { "type": "integer" } } },
        { "type": "boolean" },
    ] });
    assert_eq!(variants(&union, &Value::Null).len(), 3);
    let by_seed: Vec<Value> = (0..3).map(|seed| sample(&union, &Value::Null, Fill::Required, seed)).collect();
    assert_eq!(by_seed, [json!({ "type": "A" }), json!({ "type": "B", "n": 2 }), json!(false)]);
    let by_index = sample_variant(&union, 1, &Value::Null, Fill::Required, 7);
    assert_eq!(by_index, Some(json!({ "type": "B", "n": 8 })));
    assert_eq!(sample_variant(&union, 3, &Value::Null, Fill::Required, 0), None);
}

#[test]
fn limits_and_formats_are_kept() {
    let table = [
        json!({ "type": "string", "minLength": 30 }),
        json!({ "type": "string", "maxLength": 2 }),
        json!({ "type": "string", "pattern": "^\\d{4}(-\\d{2}){2}" }),
        json!({ "type": "string", "pattern": "^[A-Z_a-z]\\w*$", "minLength": 12 }),
        json!({ "type": "string", "pattern": "^#[\\da-f]{3}([\\da-f]{3})?$" }),
        json!({ "type": "string", "enum": ["one", "two"] }),
        json!({ "type": "integer", "minimum": 7, "maximum": 9 }),
        json!({ "type": "integer", "minimum": 0, "exclusiveMinimum": true, "maximum": 1 }),
        json!({ "type": "number", "maximum": 0.5 }),
        json!({ "type": "integer", "multipleOf": 25 }),
        json!({ "type": "array", "items": { "type": "string" }, "minItems": 3 }),
        json!({ "type": "object", "additionalProperties": { "type": "integer" }, "minProperties": 2 }),
        json!({ "type": "string", "nullable": true }),
    ];
    for schema in table {
        let check = Schema::new(&schema, &Value::Null);
        for (fill, seed) in [(Fill::Required, 0), (Fill::Every, 0), (Fill::Required, 95), (Fill::Every, 95)] {
            let value = sample(&schema, &Value::Null, fill, seed);
            assert_eq!(check.faults(&value), [], "{schema} gave {value}");
        }
    }
}

#[test]
fn recursion_ends() {
    let document = json!({ "components": { "schemas": {
        "Node": { "type": "object", "required": ["next"], "properties": {
            "next": { "oneOf": [{ "$ref": "#/components/schemas/Node" }, { "type": "string" }] },
            "children": { "type": "array", "items": { "$ref": "#/components/schemas/Node" } },
            "parent": { "$ref": "#/components/schemas/Node" },
        } },
    } } });
    let node = json!({ "$ref": "#/components/schemas/Node" });
    let check = Schema::new(&node, &document);
    for fill in [Fill::Required, Fill::Every] {
        for seed in 0..3 {
            let value = sample(&node, &document, fill, seed);
            assert_eq!(check.faults(&value), []);
            assert!(value.to_string().len() < 20_000, "{}", value.to_string().len());
        }
    }
}

#[test]
fn a_pattern_is_matched_or_given_up() {
    let table = [
        ("^\\S+@\\S+\\.\\S+$", 0, Some("a@a.a")),
        ("^[a-z]{2,5}$", 4, Some("aaaa")),
        ("^(foo|bar)+$", 0, Some("foo")),
        ("^(\\S(.*\\S)?)?$", 3, Some("aaa")),
        ("^(?=.{1,9}\\)$)(?!b)a\\|.+$", 0, Some("a|a")),
        ("^(a)\\1$", 0, None),
    ];
    for (pattern, min, expected) in table {
        assert_eq!(matching(pattern, min).as_deref(), expected, "{pattern}");
    }
}
