//! Texts, numbers, booleans, tuples, and what says nothing.

use super::{Case, check, facts, received};

#[test]
fn formats() {
    let cases: &[Case<'_>] = &[
        (
            "Root: {type: object, properties: {a: {type: string, format: date-time}, b: {type: string, format: date}, c: {type: string, format: password}, d: {type: string, format: byte}, e: {type: string, format: uuid}, f: {type: string, contentEncoding: base64}}}",
            &["Root { a?: moment, b?: text, c?: secret, d?: text, e?: text, f?: text }"],
            &[],
            &[r#"{"a": "x", "b": "x", "c": "x", "d": "x", "e": "x", "f": "x"}"#],
        ),
        (
            "Root: {type: object, properties: {a: {type: integer, format: int32}, b: {type: integer, format: uint64}, c: {type: integer, minimum: 0, maximum: 18446744073709551615}, d: {type: integer, maximum: 1e30}, e: {type: number, format: float}, f: {type: integer, minimum: -9223372036854775808}}}",
            &["Root { a?: int, b?: unsigned, c?: unsigned, d?: int, e?: float, f?: int }"],
            &["/components/schemas/Root/properties/d: whole numbers that no `i64` holds are refused"],
            &[
                r#"{"a": 1, "b": 18446744073709551615, "c": 18446744073709551615, "d": 1, "e": 1.5, "f": -9223372036854775808}"#,
            ],
        ),
        // Limits beyond those of 64 bits, and what is whole or not.
        (
            "Root: {type: object, properties: {a: {type: integer, minimum: 0, maximum: 1e24}, b: {type: integer, enum: [1, 170141183460469231731687303715884105727]}, c: {oneOf: [{type: integer}, {type: number}]}, d: {type: [integer, number]}, e: {type: integer, minimum: -9223372036854775808, maximum: 9223372036854775807}}}",
            &["Root { a?: unsigned, b?: int = 1, c?: float, d?: float, e?: int }"],
            &[
                "/components/schemas/Root/properties/b: values of `enum` that no 64 bits hold are left out",
                "/components/schemas/Root/properties/d: whole numbers or fractions: `f64`, which rounds whole numbers beyond 2⁵³",
                "/components/schemas/Root/properties/a: whole numbers that no `u64` holds are refused",
                "/components/schemas/Root/properties/c: whole numbers or fractions: `f64`, which rounds whole numbers beyond 2⁵³",
            ],
            &[r#"{"a": 18446744073709551615, "b": 1, "c": 1.5, "d": 2, "e": 9223372036854775807}"#],
        ),
        // Values that no `i64` holds, and those beside which some are negative.
        (
            "Root: {type: object, properties: {a: {type: integer, enum: [1, 9223372036854775808]}, b: {const: 18446744073709551615}, c: {type: integer, enum: [-1, 18446744073709551615]}}}",
            &["Root { a?: unsigned, b?: unsigned = 18446744073709551615, c?: int }"],
            &["/components/schemas/Root/properties/c: whole numbers that no `i64` holds are refused"],
            &[r#"{"a": 9223372036854775808, "b": 18446744073709551615, "c": -1}"#],
        ),
        // Numbers that are whole by their format.
        (
            "Root: {type: object, properties: {a: {type: number, format: int64}, b: {type: number, format: uint64}, c: {type: [number, 'null'], format: int32}, d: {type: array, items: {type: number, format: int64}}, e: {allOf: [{type: number}, {format: int64}]}, f: {type: number, format: int64, enum: [1.5]}, g: {type: number, format: double}, h: {oneOf: [{type: number, format: int64}, {type: string}]}}}",
            &[
                "Root { a?: int, b?: unsigned, c?~: int, d?: [int], e?: int, f?: float = 1.5, g?: float, h?: RootH }",
                "RootH { Number(int) | Text(text) }",
            ],
            &[],
            &[
                r#"{"a": 9007199254740993, "b": 18446744073709551615, "c": 1, "d": [-9007199254740993], "e": 9007199254740993, "f": 1.5, "g": 2.5, "h": 9007199254740993}"#,
            ],
        ),
        // Several types, no type, an unknown type, and everything but.
        (
            "Root: {type: object, properties: {a: {type: [string, integer]}, b: {}, c: true, d: {not: {type: string}}, e: {minLength: 1}, f: {type: file}, g: {type: string, not: {enum: [x]}}}}",
            &[
                "Root { a?: RootA, b?: any, c?: any, d?: any, e?: any, f?: text, g?: text }",
                "RootA { Text(text) | Number(int) }",
            ],
            &[
                "/components/schemas/Root/properties/f/type: `type: file` is none of OpenAPI: it is read as `string`",
                "/components/schemas/Root/properties/d: `not` is left to the server: the type also takes what it refuses (and at 1 more: `/components/schemas/Root/properties/g`)",
            ],
            &[r#"{"a": 1, "b": [1], "c": null, "d": 1, "e": "x", "f": "x", "g": "y"}"#],
        ),
    ];
    check(cases);
}

#[test]
fn tuples() {
    let cases: &[Case<'_>] = &[
        (
            "Root: {type: array, prefixItems: [{type: string}, {type: integer}], minItems: 2, maxItems: 2}",
            &["(text int)"],
            &[],
            &[r#"["x", 1]"#],
        ),
        (
            "Root: {type: array, prefixItems: [{type: string}, {type: object, properties: {a: {type: string}}}], items: false, minItems: 2}",
            &["RootItem2 { a?: text }", "(text RootItem2)"],
            &[],
            &[r#"["x", {"a": "y"}]"#],
        ),
        (
            "Root: {type: array, prefixItems: [{type: string}, {type: integer}], items: false}",
            &["(text int)"],
            &["/components/schemas/Root: a tuple without `minItems`: a shorter one is refused"],
            &[r#"["x", 1]"#],
        ),
        (
            "Root: {type: array, prefixItems: [{type: string}, {type: integer}], items: {type: boolean}}",
            &["Root { Text(text) | Number(int) | Bool(bool) }", "[Root]"],
            &[
                "/components/schemas/Root: a list that may be longer or shorter than its first items say: each may be of any of the types",
            ],
            &[r#"["x", 1, true]"#, r#"["x"]"#],
        ),
        (
            "Root: {type: array, prefixItems: [{type: string}]}",
            &["[any]"],
            &[
                "/components/schemas/Root: a list that may be longer or shorter than its first items say: each may be of any of the types",
            ],
            &[r#"["x", 1, {}]"#],
        ),
        (
            "Root: {type: array, prefixItems: [{type: string}, {type: integer}], minItems: 1, maxItems: 2}",
            &["Root { Text(text) | Number(int) }", "[Root]"],
            &[
                "/components/schemas/Root: a list that may be longer or shorter than its first items say: each may be of any of the types",
            ],
            &[r#"["x"]"#],
        ),
        (
            "Root: {type: array, items: false}",
            &["[any]"],
            &["/components/schemas/Root/items: no value is valid here: any is taken"],
            &["[]"],
        ),
    ];
    check(cases);
}

#[test]
fn limits_and_defaults() {
    let modelled = received(
        "Root: {type: object, properties: {a: {type: integer, exclusiveMinimum: 3, exclusiveMaximum: 9}, b: {type: number, minimum: 0.5, multipleOf: 0.5, default: 1}, c: {type: array, items: {type: string}, minItems: 1, default: [x]}}}",
    );
    let [a, b, c] = facts(&modelled)[..] else { panic!("three members") };
    assert_eq!(
        (a.min.as_deref(), a.exclusive_min, a.max.as_deref(), a.exclusive_max),
        (Some("3"), true, Some("9"), true)
    );
    assert_eq!(
        (b.min.as_deref(), b.multiple_of.as_deref(), b.default.as_deref()),
        (Some("0.5"), Some("0.5"), Some("1"))
    );
    assert_eq!((c.min.as_deref(), c.default.as_deref()), (Some("1"), Some(r#"["x"]"#)));
}
