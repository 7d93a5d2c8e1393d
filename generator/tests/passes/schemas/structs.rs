//! Objects.

use super::{Case, check, lines, received};

#[test]
fn members_that_are_not_listed() {
    let cases: &[Case<'_>] = &[
        ("Root: {type: object}", &["{any}"], &[], &[r#"{"a": 1}"#]),
        ("Root: {type: object, properties: {}, additionalProperties: false}", &["{any}"], &[], &["{}"]),
        ("Root: {type: object, additionalProperties: {type: integer}}", &["{int}"], &[], &[r#"{"a": 1}"#]),
        (
            "Root: {type: object, properties: {a: {type: string}}, additionalProperties: {type: array, items: {type: string}}}",
            &["Root { a?: text, ..[text] }"],
            &[],
            &[r#"{"a": "x", "b": ["y"]}"#],
        ),
        (
            "Root: {type: object, properties: {a: {type: string}}, additionalProperties: true}",
            &["Root { a?: text, ..any }"],
            &[],
            &[r#"{"a": "x", "b": null}"#],
        ),
        (
            "Root: {type: object, properties: {rest: {type: string}, other_members: {type: string}}, additionalProperties: true}",
            &["Root { other_members?: text, rest?: text, ..any }"],
            &[],
            &[r#"{"rest": "x", "other_members": "y", "z": 1}"#],
        ),
        (
            "Root: {type: object, patternProperties: {'^x-': {type: string}}, additionalProperties: false}",
            &["{text}"],
            &[],
            &[r#"{"x-a": "x"}"#],
        ),
        (
            "Root: {type: object, properties: {id: {type: string}}, patternProperties: {'^n': {type: integer}, '^s': {type: string}}}",
            &["Root { id?: text, ..RootValue }", "RootValue { Number(int) | Text(text) }"],
            &[
                "/components/schemas/Root: members whose names match none of `patternProperties` are taken as if they did",
            ],
            &[r#"{"id": "i", "n1": 1, "s1": "x"}"#],
        ),
        // What none of the parts knows.
        (
            "Root: {allOf: [{type: object, properties: {a: {type: string}}}, {type: object, properties: {b: {type: integer}}}], unevaluatedProperties: {type: boolean}}",
            &["Root { a?: text, b?: int, ..bool }"],
            &[],
            &[r#"{"a": "x", "b": 1, "c": true}"#],
        ),
        (
            "Root: {allOf: [{type: object, properties: {a: {type: string}}}, {type: object, properties: {b: {type: integer}}}], unevaluatedProperties: false}",
            &["Root { a?: text, b?: int }"],
            &[],
            &[r#"{"a": "x", "b": 1}"#],
        ),
        // A member that must be there and has no schema, and one that cannot be there.
        (
            "Root: {type: object, required: [a, b], properties: {a: {type: string}}}",
            &["Root { a: text, b: any }"],
            &["/components/schemas/Root: `b` is required and has no schema: any value is taken"],
            &[r#"{"a": "x", "b": [1]}"#],
        ),
        (
            "Root: {type: object, properties: {a: {type: string}, b: false}}",
            &["Root { a?: text }"],
            &[],
            &[r#"{"a": "x"}"#],
        ),
        ("Root: {required: [a]}", &["{any}"], &[], &[r#"{"a": 1}"#]),
    ];
    check(cases);
}

#[test]
fn names_of_members() {
    let modelled = received(
        "Root: {type: object, additionalProperties: true, properties: {'': {type: string}, ' ': {type: string}, self: {type: string}, type: {type: string}, 'r#type': {type: string}, 1st: {type: string}, $ref: {type: string}, größe: {type: string}, 名前: {type: string}, 😀: {type: string}, foo-bar: {type: string}, foo_bar: {type: string}, fooBar: {type: string}, FooBar: {type: string}, _: {type: string}, __: {type: string}, '+1': {type: string}, '-1': {type: string}, rest: {type: string}}}",
    );
    assert_eq!(
        lines(&modelled),
        [
            "Root { empty?: text, space?: text, r#ref?: text, plus_1?: text, minus_1?: text, n1st?: text, foo_bar?: text, underscore?: text, underscore_underscore?: text, foo_dash_bar?: text, foo_bar_value?: text, foo_underscore_bar?: text, größe?: text, r_type?: text, rest?: text, self_?: text, r#type?: text, 名前?: text, sign_1f600?: text, ..any }"
        ]
    );
}

#[test]
fn three_hundred_members() {
    let members: Vec<String> = (0..300).map(|index| format!("m{index}: {{type: string}}")).collect();
    let modelled = received(&format!("Root: {{type: object, properties: {{{}}}}}", members.join(", ")));
    assert_eq!(modelled.names.types[0].members.len(), 300);
}
