//! `readOnly` and `writeOnly`: what is there on one side only; and what a request may leave out.

use logto_generator::model::Access;

use super::{both_ways, facts, keep, lines, made, received, sent};

const ACCOUNT: &str = "Root: {type: object, required: [id, name, password], properties: {id: {type: string, readOnly: true}, name: {type: string}, password: {type: string, writeOnly: true}, inner: {$ref: '#/components/schemas/Inner'}}}, Inner: {type: object, required: [at, on], properties: {at: {type: integer, readOnly: true}, on: {type: boolean}}}";

#[test]
fn what_only_the_other_side_gives_is_not_there() {
    let modelled = received(ACCOUNT);
    assert_eq!(lines(&modelled), ["Inner { at: int, on: bool }", "Root { id: text, inner?: Inner, name: text }"]);
    keep(&modelled, &[r#"{"id": "i", "name": "n", "inner": {"at": 1, "on": true}}"#], ACCOUNT);
    let access: Vec<Option<Access>> = facts(&modelled).iter().map(|facts| facts.access).collect();
    assert_eq!(access, [Some(Access::Read), None, None]);
    let modelled = sent(ACCOUNT);
    assert_eq!(lines(&modelled), ["Inner { on: bool }", "Root { inner?: Inner, name: text, password: text }"]);
    keep(&modelled, &[r#"{"name": "n", "password": "p"}"#], ACCOUNT);
    // Both ways these are two types, and what does not differ stays one.
    let both = format!("{ACCOUNT}, Plain: {{type: object, properties: {{p: {{type: string}}}}}}");
    let both = both.replace("on: {type: boolean}", "on: {$ref: '#/components/schemas/Plain'}");
    let modelled = both_ways(&both);
    let lines = lines(&modelled);
    let without_names = |line: &String| line.split_once(' ').map(|(_, members)| members.to_owned()).unwrap_or_default();
    let mut members: Vec<String> = lines.iter().map(without_names).collect();
    members.sort();
    assert_eq!(lines.len(), 5, "{lines:?}");
    assert_eq!(lines.iter().filter(|line| line.starts_with("Plain ")).count(), 1, "{lines:?}");
    assert!(lines.iter().any(|line| line == "Root { id: text, inner?: Inner, name: text }"), "{lines:?}");
    assert!(
        lines.iter().any(|line| line.starts_with("Root") && line.ends_with("name: text, password: text }")),
        "{lines:?}"
    );
}

/// Wherever a member stands, and however it says which side gives it.
#[test]
fn wherever_a_member_says_it() {
    let cases = [
        // Beside a reference, in the schema referred to, in a part of `allOf`, in a list, in a variant.
        (
            "Root: {type: object, properties: {a: {allOf: [{$ref: '#/components/schemas/A'}], readOnly: true}, b: {type: string}}}, A: {type: string}",
            "Root { b?: text }",
        ),
        (
            "Root: {type: object, properties: {a: {$ref: '#/components/schemas/A'}, b: {type: string}}}, A: {type: string, readOnly: true}",
            "Root { b?: text }",
        ),
        (
            "Root: {allOf: [{type: object, properties: {a: {type: string}, b: {type: string}}}, {type: object, properties: {a: {readOnly: true}}}]}",
            "Root { b?: text }",
        ),
        (
            "Root: {type: object, properties: {b: {type: array, items: {type: object, required: [c, d], properties: {c: {type: integer, readOnly: true}, d: {type: integer}}}}}}",
            "RootB { d: int }",
        ),
        // The tag of a union tells its variants apart, whoever gives it.
        (
            "Root: {oneOf: [{type: object, required: [t], properties: {t: {type: string, enum: [a, b], readOnly: true}}}, {type: object, required: [t, x], properties: {t: {type: string, enum: [c, d], readOnly: true}, x: {type: string}}}], discriminator: {propertyName: t}}",
            "t",
        ),
    ];
    for (schemas, expected) in cases {
        let lines = lines(&sent(schemas));
        assert!(lines.iter().any(|line| line.contains(expected)), "{schemas}: {lines:?}");
    }
}

/// What the server knows without being told may be left out; what it always says is there.
#[test]
fn what_has_a_default_may_be_left_out() {
    let schemas = "Root: {type: object, required: [name, size, kind, flag, note], properties: {name: {type: string}, size: {type: integer, default: 5}, kind: {const: fixed, default: fixed}, flag: {type: boolean, default: false}, note: {type: [string, 'null'], default: null}}}";
    let modelled = sent(schemas);
    assert_eq!(
        lines(&modelled),
        ["Root { flag?: bool, kind: RootKind, name: text, note~: text, size?: int }", "RootKind = Fixed"]
    );
    assert_eq!(
        modelled.optional,
        ["/components/schemas/Root/properties/flag", "/components/schemas/Root/properties/size"]
    );
    keep(&modelled, &[r#"{"name": "n", "kind": "fixed", "note": null}"#], schemas);
    let modelled = received(schemas);
    assert_eq!(lines(&modelled)[0], "Root { flag: bool, kind: RootKind, name: text, note~: text, size: int }");
    assert!(modelled.optional.is_empty());
    // In forms too, and at each place of a schema that stands in a body.
    let body = "requestBody: {required: true, content: {application/x-www-form-urlencoded: {schema: {type: object, required: [a, b], properties: {a: {type: string, default: x}, b: {type: string}}}}}}, responses: {'204': {description: d}}";
    let modelled = made("3.0.3", "", body);
    assert_eq!(lines(&modelled), ["CallBody { a?: text, b: text }"]);
    let form = "/paths/~1x/post/requestBody/content/application~1x-www-form-urlencoded/schema/properties/a";
    assert_eq!(modelled.optional, [form]);
}
