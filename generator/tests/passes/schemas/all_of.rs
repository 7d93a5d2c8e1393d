//! `allOf`: what holds for all parts.

use super::{Case, check, facts, received, try_made};

#[test]
fn objects() {
    let cases: &[Case<'_>] = &[
        // Inheritance, and one reference with words beside it.
        (
            "Root: {allOf: [{$ref: '#/components/schemas/Base'}, {type: object, required: [b], properties: {b: {type: integer}}}]}, Base: {type: object, required: [a], properties: {a: {type: string}, s: {type: string, enum: [x, y]}}}",
            &["BaseS = X | Y", "Root { a: text, s?: BaseS, b: int }"],
            &[],
            &[r#"{"a": "x", "s": "y", "b": 1}"#],
        ),
        (
            "Root: {type: object, properties: {a: {allOf: [{$ref: '#/components/schemas/A'}], description: d, nullable: true}, b: {$ref: '#/components/schemas/A'}, c: {allOf: [{$ref: '#/components/schemas/A'}, {type: object}, {description: d}]}}}, A: {type: object, properties: {x: {type: string}}}",
            &["A { x?: text }", "Root { a?~: A, b?: A, c?: A }"],
            &[],
            &[r#"{"a": {"x": "x"}, "b": {}, "c": {"x": "x"}}"#],
        ),
        // Parts that only demand.
        (
            "Root: {allOf: [{$ref: '#/components/schemas/A'}, {required: [x]}]}, A: {type: object, properties: {x: {type: string}}}",
            &["Root { x: text }"],
            &[],
            &[r#"{"x": "x"}"#],
        ),
        (
            "Root: {allOf: [{$ref: '#/components/schemas/A'}, {required: [x]}], properties: {y: {type: integer}}}, A: {type: object, required: [x], properties: {x: {type: string}}}",
            &["Root { y?: int, x: text }"],
            &[],
            &[r#"{"x": "x", "y": 1}"#],
        ),
        // A member that is said again, in words only, narrower, and of another type.
        (
            "Root: {allOf: [{$ref: '#/components/schemas/A'}, {type: object, properties: {x: {description: d}, s: {enum: [a]}, n: {type: number}, o: {type: object, properties: {q: {type: string}}}}}]}, A: {type: object, properties: {x: {type: string, format: date-time}, s: {type: string, enum: [a, b]}, n: {type: integer}, o: {type: object, properties: {p: {type: string}}}}}",
            &["Root { n?: int, o?: RootO, s?: RootS, x?: moment }", "RootO { p?: text, q?: text }", "RootS = A"],
            &[],
            &[r#"{"x": "x", "s": "a", "n": 1, "o": {"p": "x", "q": "x"}}"#],
        ),
        (
            "Root: {allOf: [{type: object, properties: {x: {type: string}}}, {type: object, properties: {x: {type: integer}}}]}",
            &["Root { x?: any }"],
            &[
                "/components/schemas/Root/properties/x: it must be of type string and of type number: any value is taken",
            ],
            &[r#"{"x": {}}"#],
        ),
        // What is beyond.
        (
            "Root: {allOf: [{$ref: '#/components/schemas/A'}, {type: object, additionalProperties: {type: integer}}]}, A: {type: object, properties: {x: {type: string}}}",
            &["Root { x?: text, ..int }"],
            &[],
            &[r#"{"x": "x", "y": 1}"#],
        ),
        (
            "Root: {allOf: [{$ref: '#/components/schemas/A'}, {type: object, additionalProperties: false, properties: {y: {type: string}}}]}, A: {type: object, additionalProperties: false, properties: {x: {type: string}}}",
            &["Root { x?: text, y?: text }"],
            &[],
            &[r#"{"x": "x", "y": "x"}"#],
        ),
        // A line of ancestors, one of them twice.
        (
            "Root: {allOf: [{$ref: '#/components/schemas/B'}, {$ref: '#/components/schemas/C'}]}, A: {type: object, properties: {a: {type: string}}}, B: {allOf: [{$ref: '#/components/schemas/A'}], properties: {b: {type: string}}}, C: {allOf: [{$ref: '#/components/schemas/A'}], properties: {c: {type: string}}}",
            &["Root { b?: text, a?: text, c?: text }"],
            &[],
            &[r#"{"a": "x", "b": "x", "c": "x"}"#],
        ),
        // Nullable parts.
        (
            "Root: {type: object, properties: {a: {allOf: [{$ref: '#/components/schemas/A'}]}, b: {allOf: [{$ref: '#/components/schemas/A'}, {type: object, properties: {y: {type: string}}}]}}}, A: {type: [object, 'null'], properties: {x: {type: string}}}",
            &["A { x?: text }", "Root { a?~: A, b?: RootB }", "RootB { x?: text, y?: text }"],
            &[],
            &[r#"{"b": {"x": "x"}}"#],
        ),
    ];
    check(cases);
}

#[test]
fn others() {
    let cases: &[Case<'_>] = &[
        (
            "Root: {type: object, properties: {a: {allOf: [{type: string}, {minLength: 3}]}, b: {allOf: [{type: integer, minimum: 1}, {maximum: 9}]}, c: {allOf: [{type: array, items: {type: string}}, {minItems: 1}]}}}",
            &["Root { a?: text, b?: int, c?: [text] }"],
            &[],
            &[r#"{"a": "abc", "b": 1, "c": ["x"]}"#],
        ),
        (
            "Root: {type: object, properties: {k: {allOf: [{type: string, enum: [a, b, c]}, {enum: [b, c, d]}]}, one: {allOf: [{$ref: '#/components/schemas/K'}, {const: b}]}, none: {allOf: [{const: a}, {const: b}]}}}, K: {type: string, enum: [a, b]}",
            &["Root { k?: RootK, none?: text, one?: RootOne }", "RootK = B | C", "RootOne = B"],
            &[
                "/components/schemas/Root/properties/none: no value is in all the lists that it must be in: they are left out",
            ],
            &[r#"{"k": "b", "one": "b"}"#],
        ),
        (
            "Root: {type: object, properties: {x: {allOf: [{type: string}, {type: integer}]}}}",
            &["Root { x?: any }"],
            &[
                "/components/schemas/Root/properties/x: it must be of type string and of type number: any value is taken",
            ],
            &[],
        ),
        // A union in a wrapper is that union.
        (
            "Root: {type: object, properties: {u: {allOf: [{$ref: '#/components/schemas/U'}], default: 1}}}, U: {oneOf: [{type: string}, {type: integer}]}",
            &["Root { u?: U }", "U { Text(text) | Number(int) }"],
            &[],
            &[r#"{"u": 1}"#],
        ),
    ];
    check(cases);
}

#[test]
fn limits_are_those_of_all_parts() {
    let modelled = received(
        "Root: {type: object, properties: {n: {allOf: [{type: integer, minimum: 1, maximum: 20}, {type: integer, minimum: 5, exclusiveMaximum: 20, multipleOf: 5}]}, d: {allOf: [{$ref: '#/components/schemas/S'}], default: x}}}, S: {type: string, maxLength: 9, default: y}",
    );
    let [default, limit] = facts(&modelled)[..] else { panic!("two members") };
    assert_eq!((limit.min.as_deref(), limit.max.as_deref()), (Some("5"), Some("20")));
    assert_eq!((limit.exclusive_min, limit.exclusive_max, limit.multiple_of.as_deref()), (false, true, Some("5")));
    assert_eq!((default.default.as_deref(), default.max.as_deref()), (Some("\"x\""), Some("9")));
}

#[test]
fn a_circle_is_refused() {
    let reply = "responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Root'}}}}}";
    for schemas in [
        "Root: {allOf: [{$ref: '#/components/schemas/Root'}, {type: object, properties: {a: {type: string}}}]}",
        "Root: {allOf: [{$ref: '#/components/schemas/A'}], properties: {a: {type: string}}}, A: {allOf: [{$ref: '#/components/schemas/Root'}], properties: {b: {type: string}}}",
    ] {
        let error = try_made("3.1.0", schemas, reply).expect_err("is refused");
        assert!(error.contains("this `allOf` contains itself"), "{error}");
    }
}
