//! Documents that do not keep to the specification: what is read all the same, what is told, and what is an error.

mod objects;

use logto_generator::load::{self, Files};
use logto_generator::lower::{self, Dialect, Lowered};
use serde_json::{Value, json};

fn lowered(version: &str, parts: &str) -> Result<Lowered, String> {
    let text = format!("openapi: {version}\ninfo: {{title: t, version: '1'}}\n{parts}");
    let document = load::document(text.as_bytes()).map_err(|error| error.to_string())?;
    let lowered = lower::lower(document, &Dialect::Standard, &Files::NONE).map_err(|error| error.to_string())?;
    lower::typed(&lowered.value).map_err(|error| format!("typed: {error}"))?;
    Ok(lowered)
}

/// Each: a part of a document, a place, what is there, and the note on it, if there is one.
fn check(version: &str, cases: &[(&str, &str, Value, &str)]) {
    for (parts, pointer, expected, note) in cases {
        let Lowered { value, notes, .. } = lowered(version, parts).unwrap_or_else(|error| panic!("{parts}: {error}"));
        assert_eq!(value.pointer(pointer).unwrap_or(&Value::Null), expected, "{parts}: {pointer} in {value:#}");
        let notes: Vec<String> = notes.iter().map(ToString::to_string).collect();
        let told = if note.is_empty() { notes.is_empty() } else { notes.iter().any(|told| told.contains(note)) };
        assert!(told, "{parts}: {notes:?}");
    }
}

#[test]
fn schemas() {
    let cases = [
        // Types.
        (
            "{type: file}",
            json!({"type": "string", "format": "binary"}),
            "`type: file` is none of OpenAPI: it is read as `string`",
        ),
        ("{type: any}", json!({}), ""),
        ("{type: Integer}", json!({"type": "integer"}), ""),
        ("{type: datetime}", json!({"type": "string", "format": "date-time"}), "`type: datetime` is none"),
        ("{type: what}", json!({}), "`type: what` is none of OpenAPI: any value is taken"),
        ("{type: [string, what]}", json!({}), "`type: what`"),
        ("{type: 3}", json!({}), "`type` must be a text and is the number 3"),
        ("{type: null}", json!({"nullable": true, "enum": [null]}), ""),
        ("{type: [string, null]}", json!({"type": "string", "nullable": true}), ""),
        ("{type: null, properties: {a: {}}}", json!({"type": "object", "properties": {"a": {}}}), ""),
        ("{oneOf: [{type: string}, {type: null}]}", json!({"type": "string", "nullable": true}), ""),
        ("{anyOf: [{type: string}, null]}", json!({"anyOf": [{"type": "string"}, {}]}), ""),
        ("{nullable: true}", json!({"nullable": true}), ""),
        ("{type: string, x-nullable: true}", json!({"type": "string", "nullable": true}), ""),
        // Empty objects of PHP and YAML.
        ("{type: object, properties: []}", json!({"type": "object", "properties": {}}), ""),
        (
            "{type: object, properties: {a: null, b: []}}",
            json!({"type": "object", "properties": {"a": {}, "b": {}}}),
            "",
        ),
        ("{type: array, items: []}", json!({"type": "array", "items": {}}), ""),
        ("{type: array, items: null}", json!({"type": "array", "items": {}}), ""),
        ("{type: string, enum: {'0': a, '2': b}}", json!({"type": "string", "enum": ["a", "b"]}), ""),
        ("{allOf: {type: string}}", json!({"allOf": [{"type": "string"}]}), ""),
        // Plain values of another type.
        (
            "{type: integer, minimum: '3', maximum: '7', exclusiveMaximum: 'true'}",
            json!({"type": "integer", "minimum": 3, "maximum": 7, "exclusiveMaximum": true}),
            "",
        ),
        (
            "{type: integer, minimum: low}",
            json!({"type": "integer"}),
            "`minimum` must be a number and is the text `low`",
        ),
        ("{type: number, maximum: 1e400}", json!({"type": "number"}), "`maximum` must be a number"),
        (
            "{type: string, minLength: .inf, pattern: 3}",
            json!({"type": "string", "pattern": "3"}),
            "`minLength` must be a number",
        ),
        ("{type: string, title: [a], description: 4, format: {}}", json!({"type": "string", "description": "4"}), ""),
        ("{type: object, required: a}", json!({"type": "object", "required": ["a"]}), ""),
        (
            "{type: object, properties: {a: {type: string, required: true}}}",
            json!({"type": "object", "properties": {"a": {"type": "string"}}}),
            "/components/schemas/S/properties/a: `required` of a member belongs",
        ),
        ("{type: object, additionalProperties: 'false'}", json!({"type": "object", "additionalProperties": false}), ""),
        (
            "{type: object, discriminator: kind}",
            json!({"type": "object", "discriminator": {"propertyName": "kind"}}),
            "",
        ),
        (
            "{type: object, discriminator: {mapping: {}}}",
            json!({"type": "object"}),
            "a discriminator without `propertyName`",
        ),
        (
            "{type: object, discriminator: {propertyName: k, mapping: {a: Nothing, b: T, c: 3}}}",
            json!({"type": "object", "discriminator": {"propertyName": "k", "mapping": {"b": "#/components/schemas/T"}}}),
            "`Nothing` is outside of this document",
        ),
        ("{type: object, externalDocs: {description: d}, xml: {name: a}}", json!({"type": "object"}), ""),
        (
            "{type: string, example: {a: [1]}, default: 3}",
            json!({"type": "string", "default": 3, "example": {"a": [1]}}),
            "",
        ),
        // Values.
        ("{type: string, enum: []}", json!({"type": "string"}), "an empty `enum` would allow nothing"),
        ("{type: string, enum: a}", json!({"type": "string", "enum": ["a"]}), ""),
        (
            "{type: integer, enum: [1, '2', 3.0, x]}",
            json!({"type": "integer", "enum": [1, 2, 3]}),
            "of another type than `integer`",
        ),
        (
            "{type: integer, enum: [1, 18446744073709551615]}",
            json!({"type": "integer", "x-enum": [1, 18446744073709551615_u64]}),
            "",
        ),
        ("{type: number, enum: [1, 2.5, '3']}", json!({"type": "number", "enum": [1, 2.5, 3]}), ""),
        ("{type: boolean, enum: ['true']}", json!({"type": "boolean", "enum": [true]}), ""),
        (
            "{type: object, enum: [{a: 1}]}",
            json!({"type": "object", "x-enum": [{"a": 1}]}),
            "values that are lists or objects",
        ),
        (
            "{enum: [a, 1, null]}",
            json!({"oneOf": [{"type": "string", "enum": ["a"]}, {"type": "integer", "enum": [1]}], "nullable": true}),
            "",
        ),
        ("{enum: [1, 2.5]}", json!({"type": "number", "enum": [1, 2.5]}), ""),
        ("{enum: [a, [b]]}", json!({"x-enum": ["a", ["b"]]}), "values that are lists or objects"),
        // Older drafts.
        (
            "{type: array, items: [{type: string}], additionalItems: false}",
            json!({"type": "array", "items": {"type": "string"}, "maxItems": 1, "x-prefix-items": [{"type": "string"}]}),
            "",
        ),
        (
            "{type: object, dependencies: {a: [b], c: {properties: {d: {type: string}}}}}",
            json!({"type": "object", "properties": {"d": {"type": "string"}}}),
            "`dependentRequired` is left to the server",
        ),
    ];
    for (schema, expected, note) in cases {
        let parts = format!("paths: {{}}\ncomponents: {{schemas: {{S: {schema}, T: {{type: object}}}}}}");
        for version in ["3.0.3", "3.1.0"] {
            check(version, &[(&parts, "/components/schemas/S", expected.clone(), note)]);
        }
    }
}

#[test]
fn what_makes_no_sense_is_an_error() {
    let schema = |schema: &str| format!("paths: {{}}\ncomponents: {{schemas: {{S: {schema}}}}}");
    let op = |inside: &str| format!("paths: {{/a: {{get: {{{inside}}}}}}}");
    let cases = [
        ("paths: {/a: [x]}".to_owned(), "/paths/~1a: this must be an object and is a list"),
        ("paths: {/a: {get: text}}".to_owned(), "/paths/~1a/get: this must be an object and is the text `text`"),
        ("paths: {/a: {query: {responses: {}}}}".to_owned(), "/paths/~1a/query: this operation cannot be generated"),
        ("paths: {/a: {}, a: {}}".to_owned(), "/paths/~1a: this path is there twice"),
        (
            "paths: {/a: {GET: {responses: {}}, get: {responses: {}}}}".to_owned(),
            "/paths/~1a/GET: there is an operation of `get` too",
        ),
        ("paths: {/a: {Get: {}, GET: {}}}".to_owned(), "there is an operation of `get` too"),
        (
            op("responses: text"),
            "/paths/~1a/get/responses: this must be an object, its members by name, and is the text `text`",
        ),
        (op("parameters: 3"), "/paths/~1a/get/parameters: this must be a list and is the number 3"),
        (op("parameters: [{in: query}]"), "/paths/~1a/get/parameters/0: the parameter has no `name`"),
        (op("parameters: [{name: a}]"), "/paths/~1a/get/parameters/0: the parameter does not say `in` what it is"),
        (op("parameters: [{name: a, in: body}]"), "/paths/~1a/get/parameters/0: parameters in `body` are of Swagger 2"),
        (op("parameters: [{name: a, in: matrix}]"), "and not in `matrix`"),
        (
            op("security: 3"),
            "/paths/~1a/get/security: `security` must be a list of objects that name security schemes and is the number 3",
        ),
        (
            schema("text"),
            "/components/schemas/S: this must be a schema, which is an object, `true` or `false`, and is the text `text`",
        ),
        (
            schema("{properties: [a]}"),
            "/components/schemas/S/properties: this must be an object, its members by name, and is a list",
        ),
        (schema("{properties: {a: string}}"), "/components/schemas/S/properties/a: this must be a schema"),
        (schema("{items: 3}"), "/components/schemas/S/items: this must be a schema"),
        (
            schema("{nullable: maybe}"),
            "/components/schemas/S/nullable: `nullable` must be true or false and is the text `maybe`",
        ),
        (
            "paths: {}\ncomponents: {securitySchemes: {S: {type: apiKey, in: query}}}".to_owned(),
            "/components/securitySchemes/S: the API key has no `name`",
        ),
        (
            "paths: {}\ncomponents: {schemas: 3}".to_owned(),
            "/components/schemas: this must be an object, its members by name, and is the number 3",
        ),
    ];
    for (parts, message) in cases {
        for version in ["3.0.3", "3.1.0"] {
            let error = lowered(version, &parts).expect_err(&parts);
            assert!(error.contains(message), "{parts}: {error}");
        }
    }
}

#[test]
fn everything_wrong_is_told_at_once_and_equal_notes_are_one() {
    let parts = "paths: {/a: {get: {parameters: 3}}, /b: {get: {responses: {200: {$ref: '#/none'}}}}}";
    let error = lowered("3.0.3", parts).expect_err("two things are wrong");
    assert_eq!(error.lines().count(), 2, "{error}");

    let members: String = (0..500).map(|index| format!("m{index:03}: {{type: odd}}, ")).collect();
    let parts = format!("paths: {{}}\ncomponents: {{schemas: {{S: {{properties: {{{members}}}}}}}}}");
    let notes = lowered("3.0.3", &parts).unwrap().notes;
    let told: Vec<String> = notes.iter().map(ToString::to_string).collect();
    let at = |index| format!("/components/schemas/S/properties/m00{index}/type");
    let expected = format!(
        "{}: `type: odd` is none of OpenAPI: any value is taken (and at 499 more: `{}`, `{}`, …)",
        at(0),
        at(1),
        at(2)
    );
    assert_eq!(told, [expected]);
}
