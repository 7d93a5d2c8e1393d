//! `oneOf` without a tag, and around one.

use super::{Case, check, lines, made, notes_of};

#[test]
fn types_of_json() {
    let cases: &[Case<'_>] = &[
        (
            "Root: {oneOf: [{type: string}, {type: integer}, {type: boolean}, {type: array, items: {type: string}}, {type: object, properties: {a: {type: string}}}]}",
            &[
                "Root { Text(text) | Number(int) | Bool(bool) | List([text]) | Object(RootObject) }",
                "RootObject { a?: text }",
            ],
            &[],
            &[r#""x""#, "1", "true", r#"["x"]"#, r#"{"a": "x"}"#],
        ),
        (
            "Root: {oneOf: [{type: integer}, {type: number}]}",
            &["float"],
            &["/components/schemas/Root: whole numbers or fractions: `f64`, which rounds whole numbers beyond 2⁵³"],
            &["1", "1.5"],
        ),
        // Limits beside it widen nothing.
        (
            "Root: {oneOf: [{type: string}, {type: integer}], anyOf: [{minLength: 3}, {minimum: 5}]}",
            &["Root { Text(text) | Number(int) }"],
            &[],
            &["7", r#""abc""#],
        ),
        (
            "Root: {oneOf: [{type: integer, enum: [1, 2]}, {type: integer, enum: [3]}, {type: string}]}",
            &["Root { Number(int) | Text(text) }"],
            &[],
            &["1", "3", r#""x""#],
        ),
        // A list of texts beside any text is open anyway.
        (
            "Root: {oneOf: [{type: string, enum: [a, b]}, {type: string}]}",
            &["Root = A | B"],
            &[],
            &[r#""a""#, r#""z""#],
        ),
        (
            "Root: {oneOf: [{$ref: '#/components/schemas/Known'}, {type: string}]}, Known: {type: string, enum: [a, b]}",
            &["Known = A | B"],
            &[],
            &[r#""z""#],
        ),
        (
            "Root: {oneOf: [{type: string, format: date-time}, {type: string, format: date}]}",
            &["text"],
            &[],
            &[r#""2020-01-01""#],
        ),
        // `null` anywhere.
        (
            "Root: {type: object, required: [a], properties: {a: {oneOf: [{type: string}, {type: 'null'}]}, b: {oneOf: [{$ref: '#/components/schemas/N'}, {type: integer}]}}}, N: {type: [string, 'null']}",
            &["Root { a~: text, b?~: RootB }", "RootB { Text(text) | Number(int) }"],
            &[],
            &[r#"{"a": null, "b": 1}"#, r#"{"a": "x", "b": "x"}"#],
        ),
        (
            "Root: {type: array, items: {oneOf: [{type: 'null'}, {type: string}, {type: integer}]}}",
            &["Root { Text(text) | Number(int) }", "[Root~]"],
            &[],
            &[r#"[null, "x", 1]"#],
        ),
        ("Root: {oneOf: [{const: null}, {type: integer}]}", &["int~"], &[], &["null", "1"]),
        // Lists and maps that their JSON type does not tell apart.
        (
            "Root: {oneOf: [{type: string}, {type: array, items: {type: string}}, {type: array, items: {type: integer}}, {type: array, items: {type: array, items: {type: integer}}}]}",
            &["Root { Text(text) | TextList([text]) fits | IntegerList([int]) fits | IntegerListList([[int]]) fits }"],
            &[],
            &[r#""x""#, r#"["x"]"#, "[1]", "[[1]]", "[]"],
        ),
        (
            "Root: {oneOf: [{type: object, additionalProperties: {type: integer}}, {type: object, additionalProperties: {type: string}}]}",
            &["Root { IntegerMap({int}) fits | TextMap({text}) fits }"],
            &[],
            &[r#"{"a": 1}"#, r#"{"a": "x"}"#],
        ),
        (
            "Root: {oneOf: [{type: object, additionalProperties: {type: string}}, {$ref: '#/components/schemas/Known'}]}, Known: {type: object, required: [id], properties: {id: {type: string}, n: {type: integer}}}",
            &["Known { id: text, n?: int }", "Root { Known(Known) fits | TextMap({text}) fits }"],
            &[],
            &[r#"{"id": "x", "n": 1}"#, r#"{"id": "x", "m": "y"}"#],
        ),
        // Any value.
        (
            "Root: {type: object, properties: {a: {oneOf: [{type: string}, {}]}}}",
            &["Root { a?: any }"],
            &["/components/schemas/Root/properties/a: an alternative is any value: so is the whole"],
            &[r#"{"a": {"b": 1}}"#],
        ),
        // What no value is.
        ("Root: {oneOf: [{type: string}, false]}", &["text"], &[], &[r#""x""#]),
        ("Root: {type: object, properties: {a: {oneOf: [false]}}}", &["Root { a?: any }"], &[], &[]),
        // Equal ones are one.
        (
            "Root: {oneOf: [{type: array, items: {type: string}}, {type: array, items: {type: string, maxLength: 3}}]}",
            &["[text]"],
            &[],
            &[r#"["x"]"#],
        ),
        (
            "Root: {oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/A'}]}, A: {type: object, properties: {a: {type: string}}}",
            &["A { a?: text }"],
            &[],
            &[r#"{"a": "x"}"#],
        ),
    ];
    check(cases);
}

#[test]
fn members_tell_objects_apart() {
    let cases: &[Case<'_>] = &[
        (
            "Root: {oneOf: [{$ref: '#/components/schemas/Card'}, {$ref: '#/components/schemas/Bank'}]}, Card: {type: object, required: [name, expires], properties: {name: {type: string}, expires: {type: string}}}, Bank: {type: object, required: [name, account], properties: {name: {type: string}, account: {type: string}}}",
            &[
                "Bank { account: text, name: text }",
                "Card { expires: text, name: text }",
                "Root { Card(Card) if expires | Bank(Bank) if account }",
            ],
            &[],
            &[r#"{"name": "n", "expires": "e"}"#, r#"{"name": "n", "account": "a"}"#],
        ),
        // Only one side gives the member: another one tells.
        (
            "Root: {oneOf: [{type: object, required: [cvc, month], properties: {cvc: {type: string, writeOnly: true}, month: {type: integer}}}, {type: object, required: [iban], properties: {iban: {type: string}}}]}",
            &[
                "Root { Month(RootMonth) if month | Iban(RootIban) if iban }",
                "RootIban { iban: text }",
                "RootMonth { month: int }",
            ],
            &[],
            &[r#"{"month": 1}"#, r#"{"iban": "i"}"#],
        ),
        // Components that nothing tells apart stay what they are: the one is taken that fits best.
        (
            "Root: {oneOf: [{$ref: '#/components/schemas/Small'}, {$ref: '#/components/schemas/Large'}]}, Small: {type: object, properties: {a: {type: string}}}, Large: {type: object, properties: {a: {type: string}, b: {type: integer}}}",
            &["Large { a?: text, b?: int }", "Root { Small(Small) fits | Large(Large) fits }", "Small { a?: text }"],
            &[],
            &[r#"{"a": "x"}"#, r#"{"a": "x", "b": 1}"#],
        ),
        // Of equal ones it is the first, which is noted.
        (
            "Root: {oneOf: [{$ref: '#/components/schemas/Put'}, {$ref: '#/components/schemas/Taken'}, {$ref: '#/components/schemas/Kept'}]}, Put: {type: object, required: [of], properties: {of: {type: object, properties: {a: {type: string}}}}}, Taken: {type: object, required: [of], properties: {of: {type: object, properties: {a: {type: string}}}}}, Kept: {type: object, properties: {of: {type: object, properties: {a: {type: string}}}}}",
            &[
                "Kept { of?: Of }",
                "Of { a?: text }",
                "Put { of: Of }",
                "Root { Put(Put) fits | Taken(Taken) fits | Kept(Kept) fits }",
                "Taken { of: Of }",
            ],
            &[
                "/components/schemas/Root: no value tells `Put` from `Taken`, which have equal members: it is read as `Put`",
            ],
            &[r#"{"of": {"a": "x"}}"#, r#"{}"#],
        ),
        // Members of one name tell others apart by their type, and only equal ones are one.
        (
            "Root: {oneOf: [{type: object, properties: {a: {type: string}}}, {type: object, properties: {a: {type: integer}, b: {type: integer}}}]}",
            &[
                "Root { Object(RootObject) fits | B(RootB) fits }",
                "RootB { a?: int, b?: int }",
                "RootObject { a?: text }",
            ],
            &[],
            &[r#"{"a": "x"}"#, r#"{"a": 1, "b": 1}"#],
        ),
        (
            "Root: {oneOf: [{type: object, properties: {a: {type: string}}}, {type: object, properties: {a: {type: string, description: d}}}]}",
            &["Root { a?: text }"],
            &[],
            &[r#"{"a": "x"}"#],
        ),
        // Titles and constants name the variants.
        (
            "Root: {oneOf: [{title: Paid By Card, type: object, required: [card], properties: {card: {type: string}}}, {title: Cash, type: object, required: [coins], properties: {coins: {type: integer}}}]}",
            &[
                "Root { PaidByCard(RootPaidByCard) if card | Cash(RootCash) if coins }",
                "RootCash { coins: int }",
                "RootPaidByCard { card: text }",
            ],
            &[],
            &[r#"{"card": "c"}"#, r#"{"coins": 1}"#],
        ),
    ];
    check(cases);
}

#[test]
fn unions_in_unions() {
    let shapes = "Circle: {type: object, required: [k, r], properties: {k: {const: circle}, r: {type: number}}}, Square: {type: object, required: [k], properties: {k: {const: square}}}, Line: {type: object, required: [k], properties: {k: {const: line}}}, Flat: {oneOf: [{$ref: '#/components/schemas/Circle'}, {$ref: '#/components/schemas/Square'}]}";
    let nested = format!(
        "Root: {{oneOf: [{{$ref: '#/components/schemas/Flat'}}, {{$ref: '#/components/schemas/Line'}}]}}, {shapes}"
    );
    let inline = format!(
        "Root: {{oneOf: [{{oneOf: [{{$ref: '#/components/schemas/Circle'}}, {{$ref: '#/components/schemas/Square'}}]}}, {{$ref: '#/components/schemas/Line'}}]}}, {shapes}"
    );
    let beside = format!("Root: {{oneOf: [{{$ref: '#/components/schemas/Flat'}}, {{type: string}}]}}, {shapes}");
    let cases: &[Case<'_>] = &[
        (
            &nested,
            &[
                "Circle { r: float }",
                "Flat on k { Circle(Circle) circle | Square(Square) square }",
                "Line {  }",
                "Root on k { Flat(Flat) circle/square | Line(Line) line }",
                "Square {  }",
            ],
            &[],
            &[r#"{"k": "circle", "r": 1.5}"#, r#"{"k": "square"}"#, r#"{"k": "line"}"#],
        ),
        (
            &inline,
            &[
                "Circle { r: float }",
                "Line {  }",
                "Root on k { Circle(Circle) circle | Square(Square) square | Line(Line) line }",
                "Square {  }",
            ],
            &[],
            &[r#"{"k": "circle", "r": 1.5}"#, r#"{"k": "line"}"#],
        ),
        (
            &beside,
            &[
                "Circle { r: float }",
                "Flat on k { Circle(Circle) circle | Square(Square) square }",
                "Root { Flat(Flat) | Text(text) }",
                "Square {  }",
            ],
            &[],
            &[r#"{"k": "circle", "r": 1.5}"#, r#""x""#],
        ),
        // One that is of several types is taken apart.
        (
            "Root: {oneOf: [{$ref: '#/components/schemas/Id'}, {type: boolean}]}, Id: {oneOf: [{type: string}, {type: integer}]}",
            &["Root { Text(text) | Number(int) | Bool(bool) }"],
            &[],
            &[r#""x""#, "1", "true"],
        ),
    ];
    check(cases);
}

#[test]
fn what_stands_beside_holds_for_all() {
    let cases: &[Case<'_>] = &[
        (
            "Root: {type: object, required: [id], properties: {id: {type: string}}, oneOf: [{type: object, required: [k, a], properties: {k: {const: a}, a: {type: integer}}}, {type: object, required: [k], properties: {k: {const: b}}}]}",
            &["Root on k { A(RootA) a | B(RootB) b }", "RootA { id: text, a: int }", "RootB { id: text }"],
            &[],
            &[r#"{"id": "i", "k": "a", "a": 1}"#, r#"{"id": "i", "k": "b"}"#],
        ),
        (
            "Root: {allOf: [{$ref: '#/components/schemas/Base'}, {oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}]}, Base: {type: object, required: [id], properties: {id: {type: string}}}, A: {type: object, required: [a], properties: {a: {type: string}}}, B: {type: object, required: [b], properties: {b: {type: string}}}",
            &["Root { A(RootA) if a | B(RootB) if b }", "RootA { id: text, a: text }", "RootB { id: text, b: text }"],
            &[],
            &[r#"{"id": "i", "a": "x"}"#, r#"{"id": "i", "b": "x"}"#],
        ),
        // Alternatives that only say what must be there.
        (
            "Root: {type: object, properties: {a: {type: string}, b: {type: string}}, oneOf: [{required: [a]}, {required: [b]}]}",
            &["Root { a?: text, b?: text }"],
            &[
                "/components/schemas/Root: `oneOf` of what is required is left to the server: the type takes any combination",
            ],
            &[r#"{"a": "x"}"#],
        ),
        (
            "Root: {type: object, properties: {a: {type: string}, b: {type: string}}, anyOf: [{required: [a], not: {required: [b]}}, {required: [b]}]}",
            &["Root { a?: text, b?: text }"],
            &[
                "/components/schemas/Root/anyOf/0: `not` is left to the server: the type also takes what it refuses",
                "/components/schemas/Root: `anyOf` of what is required is left to the server: the type takes any combination",
            ],
            &[r#"{"b": "x"}"#],
        ),
        // The type beside them.
        ("Root: {type: string, oneOf: [{format: ipv4}, {format: ipv6}]}", &["text"], &[], &[r#""::1""#]),
        ("Root: {type: integer, oneOf: [{title: A, const: 0}, {title: B, const: 1}]}", &["int"], &[], &["1"]),
        // Two lists of alternatives.
        (
            "Root: {allOf: [{oneOf: [{type: object, required: [a], properties: {a: {type: string}}}, {type: object, required: [b], properties: {b: {type: string}}}]}, {oneOf: [{type: object, required: [c], properties: {c: {type: string}}}, {type: object, required: [d], properties: {d: {type: string}}}]}]}",
            &["Root { a?: text, b?: text, c?: text, d?: text }"],
            &[],
            &[r#"{"a": "x", "c": "x"}"#, r#"{"b": "x", "d": "x"}"#],
        ),
    ];
    check(cases);
}

#[test]
fn in_parameters() {
    let operation = "parameters: [{in: query, name: ids, schema: {oneOf: [{type: string}, {type: array, items: {type: string}}]}}, {in: query, name: when, schema: {anyOf: [{type: integer}, {type: object, properties: {gt: {type: integer}}}]}}], responses: {'204': {description: d}}";
    let modelled = made("3.0.3", "", operation);
    let params: Vec<String> = modelled.model.operations[0]
        .query
        .iter()
        .map(|param| super::super::support::ty(&param.ty, &modelled))
        .collect();
    assert_eq!(params, ["[text]", "When"]);
    assert_eq!(
        (lines(&modelled), notes_of(&modelled)),
        (vec!["When { Number(int) | Object(WhenObject) }".to_owned(), "WhenObject { gt?: int }".to_owned()], vec![])
    );
}
