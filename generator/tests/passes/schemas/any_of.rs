//! `anyOf`: alternatives that may hold at once lose nothing.

use super::{Case, check};

#[test]
fn objects() {
    let cases: &[Case<'_>] = &[
        // One struct; what not all require is optional.
        (
            "Root: {anyOf: [{type: object, required: [id, mail], properties: {id: {type: string}, mail: {type: string}}}, {type: object, required: [id, phone], properties: {id: {type: string}, phone: {type: string}}}]}",
            &["Root { id: text, mail?: text, phone?: text }"],
            &[],
            &[r#"{"id": "i", "mail": "m"}"#, r#"{"id": "i", "mail": "m", "phone": "p"}"#],
        ),
        // A member of another type in each tells them apart.
        (
            "Root: {anyOf: [{type: object, properties: {at: {type: string}, n: {type: integer}}}, {type: object, properties: {at: {type: integer}, n: {type: number}}}]}",
            &[
                "Root { Object(RootObject) fits | Object2(RootObject2) fits }",
                "RootObject { at?: text, n?: int }",
                "RootObject2 { at?: int, n?: float }",
            ],
            &[],
            &[r#"{"at": "x", "n": 1}"#, r#"{"at": 1, "n": 1.5}"#, r#"{"n": 1.5}"#],
        ),
        (
            "Root: {anyOf: [{type: object, properties: {at: {type: array, items: {type: string}}}}, {type: object, properties: {at: {type: object, additionalProperties: {type: string}}}}, {type: object, properties: {at: {type: boolean}}}]}",
            &[
                "Root { Object(RootObject) fits | Object2(RootObject2) fits | Object3(RootObject3) fits }",
                "RootObject { at?: [text] }",
                "RootObject2 { at?: {text} }",
                "RootObject3 { at?: bool }",
            ],
            &[],
            &[r#"{"at": ["x"]}"#, r#"{"at": {"a": "x"}}"#, r#"{"at": true}"#],
        ),
        // Components keep their names; a value of several at once is kept as it is.
        (
            "Root: {anyOf: [{$ref: '#/components/schemas/Mail'}, {$ref: '#/components/schemas/Phone'}]}, Mail: {type: object, required: [mail], properties: {mail: {type: string}}}, Phone: {type: object, required: [phone], properties: {phone: {type: string}}}",
            &["Mail { mail: text }", "Phone { phone: text }", "Root { Mail(Mail) fits | Phone(Phone) fits }"],
            &[],
            &[r#"{"mail": "m"}"#, r#"{"phone": "p"}"#],
        ),
        // Constants tell apart what cannot hold at once.
        (
            "Root: {anyOf: [{type: object, required: [k], properties: {k: {const: a}}}, {type: object, required: [k], properties: {k: {const: b}, b: {type: string}}}]}",
            &["Root on k { A(RootA) a | B(RootB) b }", "RootA {  }", "RootB { b?: text }"],
            &[],
            &[r#"{"k": "a"}"#, r#"{"k": "b", "b": "x"}"#],
        ),
        // Beside a free object all that is beyond is kept.
        (
            "Root: {anyOf: [{$ref: '#/components/schemas/Known'}, {type: object}]}, Known: {type: object, required: [id], properties: {id: {type: string}}}",
            &["Known { id: text }", "Root { Known(Known) fits | Object({any}) fits }"],
            &[],
            &[r#"{"id": "i"}"#, r#"{"id": "i", "more": 1}"#, r#"{"id": 1}"#],
        ),
    ];
    check(cases);
}

#[test]
fn others() {
    let cases: &[Case<'_>] = &[
        (
            "Root: {anyOf: [{type: string}, {type: string, enum: [a, b]}]}",
            &["Root = A | B"],
            &[],
            &[r#""a""#, r#""z""#],
        ),
        ("Root: {anyOf: [{type: string, format: uri}, {const: ''}]}", &["text"], &[], &[r#""""#]),
        (
            "Root: {anyOf: [{type: string, enum: ['']}, {type: object, properties: {a: {type: string}}}]}",
            &["Root { Text(RootString) | Object(RootObject) }", "RootObject { a?: text }", "RootString = Empty"],
            &[],
            &[r#""""#, r#"{"a": "x"}"#],
        ),
        (
            "Root: {type: object, additionalProperties: {anyOf: [{type: string}, {type: number}, {type: boolean}, {type: array, items: {type: string}}]}}",
            &["Root { Text(text) | Number(float) | Bool(bool) | List([text]) }", "{Root}"],
            &[],
            &[r#"{"a": 1.5, "b": "x", "c": true, "d": ["x"]}"#],
        ),
    ];
    check(cases);
}
