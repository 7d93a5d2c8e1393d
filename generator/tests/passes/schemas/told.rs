//! What is told by more than names: unions in unions, heirs at each level, and `allOf` of what contradicts in part.

use super::{Case, check, lines, made, received};

#[test]
fn a_union_in_a_union_keeps_its_tag() {
    let parts = "User: {oneOf: [{$ref: '#/components/schemas/Joined'}, {$ref: '#/components/schemas/Left'}], discriminator: {propertyName: type, mapping: {joined: '#/components/schemas/Joined', left: '#/components/schemas/Left'}}}, Joined: {type: object, required: [type], properties: {type: {type: string}, at: {type: string}}}, Left: {type: object, required: [type], properties: {type: {type: string}, reason: {type: string}}}, Paid: {type: object, required: [type], properties: {type: {type: string}, amount: {type: integer}}}";
    let alternatives = "oneOf: [{$ref: '#/components/schemas/User'}, {$ref: '#/components/schemas/Paid'}]";
    let values: &[&str] = &[r#"{"type": "joined", "at": "now"}"#, r#"{"type": "left", "reason": "r"}"#];
    for (discriminator, paid) in [
        (", discriminator: {propertyName: type}", r#"{"type": "Paid", "amount": 1}"#),
        (
            ", discriminator: {propertyName: type, mapping: {joined: '#/components/schemas/Joined', left: '#/components/schemas/Left', paid: '#/components/schemas/Paid'}}",
            r#"{"type": "paid", "amount": 1}"#,
        ),
    ] {
        let modelled = received(&format!("Root: {{{alternatives}{discriminator}}}, {parts}"));
        super::keep(&modelled, values, discriminator);
        super::keep(&modelled, &[paid], discriminator);
        let types = lines(&modelled);
        assert!(types.iter().any(|line| line.starts_with("User on type { Joined(Joined) joined/Joined")), "{types:?}");
    }
}

#[test]
fn a_schema_that_others_inherit_from_is_their_union_at_each_level() {
    let schemas = "Root: {type: object, properties: {cars: {type: array, items: {$ref: '#/components/schemas/Car'}}, vehicle: {$ref: '#/components/schemas/Vehicle'}, sight: {$ref: '#/components/schemas/Sight'}}}, Vehicle: {type: object, required: [kind], properties: {kind: {type: string}, id: {type: integer}}, discriminator: {propertyName: kind, mapping: {car: '#/components/schemas/Car', volvo: '#/components/schemas/Volvo', boat: '#/components/schemas/Boat'}}}, Car: {allOf: [{$ref: '#/components/schemas/Vehicle'}, {type: object, properties: {doors: {type: integer}}}]}, Volvo: {allOf: [{$ref: '#/components/schemas/Car'}, {type: object, properties: {seat: {type: string}}}]}, Boat: {allOf: [{$ref: '#/components/schemas/Vehicle'}, {type: object, required: [mast], properties: {mast: {type: boolean}}}]}, Sight: {oneOf: [{$ref: '#/components/schemas/Car'}, {$ref: '#/components/schemas/Boat'}]}";
    let modelled = received(schemas);
    super::keep(
        &modelled,
        &[
            r#"{"cars": [{"kind": "volvo", "id": 1, "doors": 5, "seat": "s"}, {"kind": "car", "doors": 3}]}"#,
            r#"{"vehicle": {"kind": "volvo", "seat": "s"}}"#,
            r#"{"vehicle": {"kind": "boat", "mast": true}}"#,
            r#"{"sight": {"kind": "volvo", "seat": "s"}}"#,
            r#"{"sight": {"kind": "boat", "mast": true}}"#,
        ],
        schemas,
    );
}

#[test]
fn all_of_is_an_intersection() {
    let cases: &[Case<'_>] = &[
        // Alternatives that contradict another part fall away.
        (
            "Root: {allOf: [{type: object, required: [r], properties: {r: {anyOf: [{type: object}, {type: array, items: {}}, {type: string}]}}}, {type: object, properties: {r: {type: array, items: {type: object, required: [id], properties: {id: {type: string}}}}}}]}",
            &["Root { r: [RootR] }", "RootR { id: text }"],
            &[],
            &[r#"{"r": [{"id": "i"}]}"#],
        ),
        (
            "Root: {allOf: [{allOf: [{type: object, required: [r], properties: {r: {anyOf: [{type: object}, {type: array, items: {}}, {type: string}]}}}, {type: object, properties: {r: {anyOf: [{type: [object, 'null']}, {type: [string, 'null']}]}}}]}, {type: object, properties: {r: {type: object, properties: {hold: {type: boolean}}}}}]}",
            &["Root { r: RootR }", "RootR { hold?: bool }"],
            &[],
            &[r#"{"r": {"hold": true}}"#],
        ),
        (
            "Root: {allOf: [{type: object, properties: {r: {oneOf: [{type: integer}, {type: string}]}}}, {type: object, properties: {r: {oneOf: [{type: string}, {type: boolean}]}}}]}",
            &["Root { r?: text }"],
            &[],
            &[r#"{"r": "x"}"#],
        ),
        // `null` is valid where all parts allow it, and the type is that of the part that says more.
        (
            "Root: {allOf: [{type: object, properties: {v: {type: [string, 'null']}, w: {type: string}, n: {type: [integer, 'null']}}}, {type: object, required: [v], properties: {v: {type: string}, w: {type: string, format: date-time}, n: {type: [integer, 'null']}}}]}",
            &["Root { n?~: int, v: text, w?: moment }"],
            &[],
            &[r#"{"v": "x", "w": "2020-01-01T00:00:00Z"}"#],
        ),
        (
            "Root: {allOf: [{type: object, required: [v], properties: {v: {type: string}, w: {type: string, format: date-time}}}, {type: object, properties: {v: {type: [string, 'null']}, w: {type: string}}}]}",
            &["Root { v: text, w?: moment }"],
            &[],
            &[r#"{"v": "x"}"#],
        ),
    ];
    check(cases);
}

#[test]
fn nothing_but_nullable_is_null() {
    let reply = "responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Root'}}}}}";
    let modelled = made(
        "3.0.3",
        "Root: {type: object, properties: {a: {anyOf: [{$ref: '#/components/schemas/Filter'}, {nullable: true}]}, b: {oneOf: [{$ref: '#/components/schemas/Filter'}, {$ref: '#/components/schemas/Null'}]}}}, Filter: {type: object, properties: {key: {type: string}}}, Null: {nullable: true}",
        reply,
    );
    assert_eq!(lines(&modelled), ["Filter { key?: text }", "Root { a?~: Filter, b?~: Filter }"]);
}

#[test]
fn a_variant_that_is_also_used_alone_is_one_type_where_its_tag_is_inherited() {
    let modelled = received(
        "Root: {type: object, properties: {group: {allOf: [{$ref: '#/components/schemas/GroupMini'}]}, grantee: {oneOf: [{$ref: '#/components/schemas/User'}, {$ref: '#/components/schemas/GroupMini'}]}}}, GroupBase: {type: object, required: [type, id], properties: {type: {type: string, enum: [group]}, id: {type: string}}}, GroupMini: {allOf: [{$ref: '#/components/schemas/GroupBase'}, {type: object, properties: {name: {type: string}}}]}, User: {type: object, required: [type], properties: {type: {type: string, enum: [user]}, login: {type: string}}}",
    );
    assert_eq!(
        lines(&modelled),
        [
            "GroupBaseType = Group",
            "GroupMini { id: text, r#type: GroupBaseType, name?: text }",
            "Root { grantee?: RootGrantee, group?: GroupMini }",
            "RootGrantee on type { User(User) user | Group(GroupMini) group }",
            "User { login?: text }",
        ]
    );
}

#[test]
fn values_of_members_tell_variants_where_no_tag_does() {
    let cases: &[Case<'_>] = &[
        (
            "Root: {oneOf: [{$ref: '#/components/schemas/Ach'}, {$ref: '#/components/schemas/Card'}]}, Ach: {type: object, properties: {type: {type: string, enum: [ach, plaid]}}}, Card: {type: object, properties: {type: {type: string, enum: [scheme, card]}, number: {type: string}}}",
            &[
                "Ach { r#type?: AchType }",
                "AchType = Ach | Plaid",
                "Card { number?: text, r#type?: CardType }",
                "CardType = Scheme | Card",
                "Root { Ach(Ach) fits | Card(Card) fits }",
            ],
            &[],
            &[r#"{"type": "ach"}"#, r#"{"type": "card", "number": "1"}"#],
        ),
        // A tag that may be `null` tells nothing by itself.
        (
            "Root: {oneOf: [{type: object, required: [k], properties: {k: {type: [string, 'null'], enum: [a, null]}, x: {type: integer}}}, {type: object, required: [k], properties: {k: {type: string, enum: [b]}}}]}",
            &[
                "Root { A(RootA) fits | B(RootB) fits }",
                "RootA { k~: RootAK, x?: int }",
                "RootAK = A",
                "RootB { k: RootBK }",
                "RootBK = B",
            ],
            &[],
            &[r#"{"k": null, "x": 1}"#, r#"{"k": "b"}"#],
        ),
    ];
    check(cases);
}
