//! Types that contain themselves.

use super::{Case, check, try_made};

#[test]
fn boxes_stand_only_where_they_must() {
    let cases: &[Case<'_>] = &[
        (
            "Root: {type: object, properties: {next: {$ref: '#/components/schemas/Root'}, all: {type: array, items: {$ref: '#/components/schemas/Root'}}}}",
            &["Root { all?: [Root], next?*: Root }"],
            &[],
            &[r#"{"next": {"all": [{}]}}"#],
        ),
        (
            "Root: {type: object, properties: {a: {$ref: '#/components/schemas/A'}}}, A: {type: object, required: [root], properties: {root: {oneOf: [{$ref: '#/components/schemas/Root'}, {type: 'null'}]}}}",
            &["A { root~*: Root }", "Root { a?*: A }"],
            &[],
            &[r#"{"a": {"root": null}}"#],
        ),
        // Through unions, with and without a struct between.
        (
            "Root: {oneOf: [{type: string}, {type: object, required: [not], properties: {not: {$ref: '#/components/schemas/Root'}}}]}",
            &["Root { Text(text) | Object(RootObject) }", "RootObject { not*: Root }"],
            &[],
            &[r#"{"not": {"not": "x"}}"#],
        ),
        (
            "Root: {oneOf: [{type: integer}, {type: array, prefixItems: [{$ref: '#/components/schemas/Root'}, {type: string}], minItems: 2, maxItems: 2}]}",
            &["Root { Number(int) | List*((Root text)) }"],
            &[],
            &[r#"[[1, "a"], "b"]"#],
        ),
        ("Root: {oneOf: [{type: string}, {$ref: '#/components/schemas/Root'}]}", &["text"], &[], &[r#""x""#]),
        (
            "Root: {oneOf: [{type: string}, {$ref: '#/components/schemas/Other'}]}, Other: {oneOf: [{type: integer}, {$ref: '#/components/schemas/Root'}]}",
            &["Root { Text(text) | Number(int) }"],
            &[],
            &[r#""x""#, "1"],
        ),
        // Lists and maps of themselves.
        (
            "Root: {type: array, items: {$ref: '#/components/schemas/Root'}}",
            &["Root { List([Root]) }"],
            &[],
            &["[[], [[]]]"],
        ),
        (
            "Root: {type: object, additionalProperties: {$ref: '#/components/schemas/Root'}}",
            &["Root { Object({Root}) }"],
            &[],
            &[r#"{"a": {"b": {}}}"#],
        ),
        (
            "Root: {oneOf: [{type: string}, {type: array, items: {$ref: '#/components/schemas/Root'}}, {type: object, additionalProperties: {$ref: '#/components/schemas/Root'}}]}",
            &["Root { Text(text) | List([Root]) | Object({Root}) }"],
            &[],
            &[r#"["x", {"a": ["y"]}]"#],
        ),
        (
            "Root: {type: array, items: {$ref: '#/components/schemas/B'}}, B: {type: array, items: {$ref: '#/components/schemas/Root'}}",
            &["Root { List([[Root]]) }"],
            &[],
            &["[[[]]]"],
        ),
        // Of `allOf`.
        (
            "Root: {allOf: [{$ref: '#/components/schemas/Base'}, {type: object, properties: {child: {$ref: '#/components/schemas/Root'}, base: {$ref: '#/components/schemas/Base'}}}]}, Base: {type: object, properties: {up: {$ref: '#/components/schemas/Root'}}}",
            &["Base { up?*: Root }", "Root { up?*: Root, base?*: Base, child?*: Root }"],
            &[],
            &[r#"{"child": {"up": {}}, "base": {}}"#],
        ),
        (
            "Root: {allOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}, A: {type: object, properties: {next: {$ref: '#/components/schemas/A'}, a: {type: string}}}, B: {type: object, properties: {next: {$ref: '#/components/schemas/B'}, b: {type: string}}}",
            &["Root { a?: text, next?: RootNext, b?: text }", "RootNext { a?: text, next?*: RootNext, b?: text }"],
            &[],
            &[r#"{"a": "x", "b": "x", "next": {"a": "x", "b": "x"}}"#],
        ),
    ];
    check(cases);
}

#[test]
fn what_is_nothing_but_itself_is_refused() {
    let reply = "responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Root'}}}}}";
    let error =
        try_made("3.1.0", "Root: {oneOf: [{$ref: '#/components/schemas/Root'}]}", reply).expect_err("is refused");
    assert!(error.contains("leads back to itself"), "{error}");
}
