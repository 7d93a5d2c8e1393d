//! Small unions, values, and the variant that each is.

use super::{model, read_root};

/// Components, of which `Root` is the union, and values with their variants.
type Case<'a> = (&'a str, &'a [(&'a str, &'a str)]);

#[test]
fn each_value_is_the_variant_that_its_schema_says() {
    let cases: &[Case<'_>] = &[
        // The type of a member.
        (
            "Root: {oneOf: [{$ref: '#/components/schemas/Flat'}, {$ref: '#/components/schemas/Steps'}, {$ref: '#/components/schemas/Text'}]}, Flat: {type: object, required: [price], properties: {price: {type: number}}}, Steps: {type: object, required: [steps], properties: {steps: {type: array, items: {type: integer}}, price: {type: array, items: {type: number}}}}, Text: {type: object, required: [rule], properties: {rule: {type: string}, price: {type: string}}}",
            &[
                (r#"{"price": 1.5}"#, "Flat"),
                (r#"{"steps": [1], "price": [1]}"#, "Steps"),
                (r#"{"rule": "r", "price": "p"}"#, "Text"),
                (r#"{"price": "p"}"#, "Unknown"),
            ],
        ),
        // An object or a text, and what is inside of it.
        (
            "Root: {oneOf: [{$ref: '#/components/schemas/Deep'}, {$ref: '#/components/schemas/Flat'}]}, Deep: {type: object, required: [from], properties: {from: {type: object, required: [id], properties: {id: {type: string}}}, to: {type: object, properties: {id: {type: string}}}}}, Flat: {type: object, required: [from, to], properties: {from: {type: string}, to: {type: string}}}",
            &[
                (r#"{"from": {"id": "i"}, "to": {"id": "j"}}"#, "Deep"),
                (r#"{"from": "i", "to": "j"}"#, "Flat"),
                (r#"{"from": {"id": 1}, "to": {}}"#, "Unknown"),
            ],
        ),
        // A value that is fixed in one, without required members in the other.
        (
            "Root: {type: object, properties: {state: {type: string}}, oneOf: [{title: Open, properties: {output: {type: string}}}, {title: Broken, required: [state], properties: {state: {enum: [broken]}, cause: {type: string}}}]}",
            &[
                (r#"{"state": "fine", "output": "o"}"#, "Open"),
                (r#"{"state": "broken", "cause": "c"}"#, "Broken"),
                (r#"{"output": "o"}"#, "Open"),
            ],
        ),
        // Numbers as tags, one alternative without.
        (
            "Root: {oneOf: [{$ref: '#/components/schemas/Raw'}, {$ref: '#/components/schemas/One'}, {$ref: '#/components/schemas/Two'}]}, Raw: {type: object, required: [raw], properties: {raw: {type: string}}}, One: {type: object, required: [op], properties: {op: {const: 1}, d: {type: integer}}}, Two: {type: object, required: [op, d], properties: {op: {const: 2}, d: {type: string}}}",
            &[
                (r#"{"op": 1}"#, "One"),
                (r#"{"op": 1.0, "d": 4}"#, "One"),
                (r#"{"op": 2, "d": "x"}"#, "Two"),
                (r#"{"raw": "r"}"#, "Raw"),
                (r#"{"op": 3, "d": "x"}"#, "Unknown"),
            ],
        ),
        // `null` where an alternative does not allow it.
        (
            "Root: {oneOf: [{$ref: '#/components/schemas/Success'}, {$ref: '#/components/schemas/Failure'}]}, Success: {type: object, required: [id, result], properties: {id: {type: integer}, result: {type: string}}}, Failure: {type: object, required: [id, error], properties: {id: {type: integer}, error: {type: object, required: [code], properties: {code: {type: integer}}}}}",
            &[
                (r#"{"id": 1, "result": null, "error": {"code": 5}}"#, "Failure"),
                (r#"{"id": 1, "result": "r", "error": null}"#, "Success"),
                (r#"{"id": 1, "result": null, "error": null}"#, "Unknown"),
            ],
        ),
        // Enums of an optional member that have nothing in common.
        (
            "Root: {oneOf: [{$ref: '#/components/schemas/Bank'}, {$ref: '#/components/schemas/Card'}]}, Bank: {type: object, properties: {type: {type: string, enum: [ach, plaid]}, token: {type: string}}}, Card: {type: object, properties: {type: {type: string, enum: [scheme, card]}, token: {type: string}, number: {type: string}}}",
            &[
                (r#"{"type": "card"}"#, "Card"),
                (r#"{"type": "plaid", "token": "t"}"#, "Bank"),
                (r#"{"type": "cash", "token": "t"}"#, "Unknown"),
            ],
        ),
        // Limits of numbers and texts.
        (
            "Root: {anyOf: [{$ref: '#/components/schemas/Low'}, {$ref: '#/components/schemas/High'}]}, Low: {type: object, required: [n], properties: {n: {type: integer, maximum: 5}, s: {type: string, maxLength: 2}}}, High: {type: object, required: [n], properties: {n: {type: integer, exclusiveMinimum: 5}, t: {type: string}}}",
            &[(r#"{"n": 5, "s": "ab"}"#, "Low"), (r#"{"n": 6, "t": "x"}"#, "High"), (r#"{"n": 5, "s": "abc"}"#, "Low")],
        ),
        // A union inside that shares the tag, by its own mapping.
        (
            "Root: {oneOf: [{$ref: '#/components/schemas/Member'}, {$ref: '#/components/schemas/Paid'}], discriminator: {propertyName: type}}, Member: {oneOf: [{$ref: '#/components/schemas/Joined'}, {$ref: '#/components/schemas/Left'}], discriminator: {propertyName: type, mapping: {joined: '#/components/schemas/Joined', left: '#/components/schemas/Left'}}}, Joined: {type: object, required: [type], properties: {type: {type: string}, at: {type: string}}}, Left: {type: object, required: [type], properties: {type: {type: string}, reason: {type: string}}}, Paid: {type: object, required: [type], properties: {type: {type: string}, amount: {type: integer}}}",
            &[
                (r#"{"type": "joined", "at": "now"}"#, "Member/Joined"),
                (r#"{"type": "left"}"#, "Member/Left"),
                (r#"{"type": "Paid", "amount": 1}"#, "Paid"),
                (r#"{"type": "moved"}"#, "Unknown"),
            ],
        ),
        // One that has a tag beside one that has none.
        (
            "Root: {oneOf: [{$ref: '#/components/schemas/Member'}, {$ref: '#/components/schemas/Sum'}]}, Member: {oneOf: [{$ref: '#/components/schemas/Joined'}, {$ref: '#/components/schemas/Left'}], discriminator: {propertyName: type}}, Joined: {type: object, required: [type], properties: {type: {type: string}, at: {type: string}}}, Left: {type: object, required: [type], properties: {type: {type: string}, reason: {type: string}}}, Sum: {type: object, required: [amount], properties: {amount: {type: integer}}}",
            &[(r#"{"type": "Left", "reason": "r"}"#, "Member/Left"), (r#"{"amount": 1}"#, "Sum")],
        ),
        // One that others inherit from, between.
        (
            "Root: {$ref: '#/components/schemas/Car'}, Vehicle: {type: object, required: [kind], properties: {kind: {type: string}}, discriminator: {propertyName: kind, mapping: {car: '#/components/schemas/Car', van: '#/components/schemas/Van'}}}, Car: {allOf: [{$ref: '#/components/schemas/Vehicle'}, {type: object, properties: {doors: {type: integer}}}]}, Van: {allOf: [{$ref: '#/components/schemas/Car'}, {type: object, properties: {load: {type: integer}}}]}",
            &[(r#"{"kind": "van", "doors": 3, "load": 9}"#, "Van"), (r#"{"kind": "car", "doors": 5}"#, "Car")],
        ),
    ];
    for (schemas, values) in cases {
        let modelled = model(&format!(
            "openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths: {{/x: {{get: {{operationId: get, responses: {{'200': {{description: d, content: {{application/json: {{schema: {{$ref: '#/components/schemas/Root'}}}}}}}}}}}}}}}}\ncomponents: {{schemas: {{{schemas}}}}}\n"
        ));
        for (text, variant) in *values {
            let value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            let read = read_root(&modelled, &value);
            let name = read.as_ref().map_or_else(String::as_str, |(name, _)| name);
            assert_eq!(name, *variant, "{text}\n{schemas}");
            if let Ok((_, listed)) = &read {
                let is_lost = |name: &&String| !listed.contains(name) && !value[name.as_str()].is_null();
                let names = super::all_members(&value);
                let lost: Vec<&String> = names.iter().filter(is_lost).collect();
                assert!(lost.is_empty(), "{text} loses {lost:?}\n{schemas}");
            }
        }
    }
}
