//! Lists of values.

use super::{Case, check, facts, lines, received};

#[test]
fn of_texts() {
    let cases: &[Case<'_>] = &[
        (
            "Root: {type: string, enum: ['', ' ', '-1', '+1', a, A, aB, AB, ab, ä, 😀, '*', unknown, Unknown, self, '1', a-b, a_b, a b]}",
            &[
                "Root = Empty | Space | Minus1 | Plus1 | A | AValue | AB | Ab | AbValue | Ä | Sign1f600 | Any | UnknownValue | UnknownValueValue | SelfValue | V1 | ADashB | AUnderscoreB | ASpaceB",
            ],
            &[],
            &[r#""😀""#],
        ),
        (
            "Root: {type: object, properties: {a: {type: [string, 'null'], enum: [x, null]}, b: {type: string, nullable: true, enum: [x, y]}, c: {const: only}}}",
            &["Root { a?~: RootA, b?~: RootB, c?: RootC }", "RootA = X", "RootB = X | Y", "RootC = Only"],
            &[],
            &[r#"{"a": "x", "b": "y", "c": "only"}"#],
        ),
    ];
    check(cases);
}

#[test]
fn of_others() {
    let cases: &[Case<'_>] = &[
        (
            "Root: {type: object, properties: {i: {enum: [1, 2, 3]}, f: {type: number, enum: [1, 1.5]}, b: {enum: [true]}, z: {enum: [null]}, one: {const: 5}, half: {const: 0.5}}}",
            &["Root { b?: bool = true, f?: float, half?: float = 0.5, i?: int, one?: int = 5, z?~: any = null }"],
            &[],
            &[r#"{"i": 1, "f": 1.5, "b": true, "one": 5, "half": 0.5}"#],
        ),
        (
            "Root: {enum: [a, 1, true]}",
            &["Root { Text(RootString) | Number(int) | Bool(bool) }", "RootString = A"],
            &[],
            &[r#""a""#, "1", "true"],
        ),
        (
            "Root: {type: object, properties: {x: {enum: [{a: 1}, [1]]}, o: {const: {a: 1}}}}",
            &["Root { o?: {any}, x?: any }"],
            &[
                "/components/schemas/Root/properties/o: values that are lists or objects are left to the server: the type takes others, too (and at 1 more: `/components/schemas/Root/properties/x`)",
            ],
            &[r#"{"x": [1], "o": {"a": 1}}"#],
        ),
    ];
    check(cases);
    for schema in ["type: integer, enum: [1, 2, 3]", "type: array, items: {type: integer, enum: [1, 2, 3]}"] {
        let modelled = received(&format!("Root: {{type: object, properties: {{i: {{{schema}}}}}}}"));
        assert_eq!(facts(&modelled)[0].values, ["1", "2", "3"], "{schema}");
    }
}

#[test]
fn a_thousand_values() {
    let values: Vec<String> = (0..1000).map(|index| format!("v{index}")).collect();
    let modelled = received(&format!("Root: {{type: string, enum: [{}]}}", values.join(", ")));
    assert_eq!(lines(&modelled)[0].matches('|').count(), 999);
}
