//! Unions of objects that a member tells apart.

use super::{Case, both_ways, check, lines};

/// Two components that differ in a constant, and what refers to them.
const CAT: &str = "Cat: {type: object, required: [kind, lives], properties: {kind: {type: string, enum: [cat]}, lives: {type: integer}}}";
const DOG: &str = "Dog: {type: object, required: [kind], properties: {kind: {const: dog}, breed: {type: string}}}";

#[test]
fn constants() {
    let pets = format!(
        "Root: {{oneOf: [{{$ref: '#/components/schemas/Cat'}}, {{$ref: '#/components/schemas/Dog'}}]}}, {CAT}, {DOG}"
    );
    let cases: &[Case<'_>] = &[
        // Of components.
        (
            &pets,
            &["Cat { lives: int }", "Dog { breed?: text }", "Root on kind { Cat(Cat) cat | Dog(Dog) dog }"],
            &[],
            &[r#"{"kind": "cat", "lives": 9}"#, r#"{"kind": "dog", "breed": "b"}"#],
        ),
        // The constant is a component, or narrowed in an `allOf`, or of whole numbers, or boolean.
        (
            "Root: {oneOf: [{type: object, required: [k], properties: {k: {$ref: '#/components/schemas/A'}}}, {type: object, required: [k, b], properties: {k: {allOf: [{$ref: '#/components/schemas/K'}, {enum: [b]}]}, b: {type: string}}}]}, A: {type: string, enum: [a]}, K: {type: string, enum: [a, b]}",
            &["Root on k { A(RootA) a | B(RootB) b }", "RootA {  }", "RootB { b: text }"],
            &[],
            &[r#"{"k": "a"}"#, r#"{"k": "b", "b": "x"}"#],
        ),
        (
            "Root: {oneOf: [{$ref: '#/components/schemas/Row'}, {$ref: '#/components/schemas/Button'}]}, Row: {type: object, required: [type, items], properties: {type: {type: integer, enum: [1]}, items: {type: array, items: {$ref: '#/components/schemas/Root'}}}}, Button: {type: object, required: [type], properties: {type: {const: -5000000000}, label: {type: string}}}",
            &[
                "Button { label?: text }",
                "Root on type { Row(Row) 1 | Button(Button) -5000000000 }",
                "Row { items: [Root] }",
            ],
            &[],
            &[r#"{"type": 1, "items": [{"type": -5000000000, "label": "l"}]}"#],
        ),
        (
            "Root: {oneOf: [{type: object, required: [ok, value], properties: {ok: {const: true}, value: {type: integer}}}, {type: object, required: [ok], properties: {ok: {const: false}, error: {type: string}}}]}",
            &[
                "Root on ok { Ok(RootTrue) true | NotOk(RootFalse) false }",
                "RootFalse { error?: text }",
                "RootTrue { value: int }",
            ],
            &[],
            &[r#"{"ok": true, "value": 1}"#, r#"{"ok": false, "error": "e"}"#],
        ),
        // Several values for one.
        (
            "Root: {oneOf: [{type: object, required: [k], properties: {k: {enum: [a, b]}}}, {type: object, required: [k, c], properties: {k: {const: c}, c: {type: string}}}]}",
            &["Root on k { A(RootA) a/b | C(RootC) c }", "RootA { k: RootAK }", "RootAK = A | B", "RootC { c: text }"],
            &[],
            &[r#"{"k": "a"}"#, r#"{"k": "b"}"#, r#"{"k": "c", "c": "x"}"#],
        ),
        // One value for several: these are a union of their own.
        (
            "Root: {oneOf: [{type: object, required: [k, a], properties: {k: {const: m}, a: {type: string}}}, {type: object, required: [k, b], properties: {k: {const: m}, b: {type: string}}}, {type: object, required: [k], properties: {k: {const: n}}}]}",
            &[
                "Root on k { M(RootM) m | N(RootN) n }",
                "RootK = M",
                "RootM { A(RootMA) if a | B(RootMB) if b }",
                "RootMA { a: text, k: RootK }",
                "RootMB { b: text, k: RootK }",
                "RootN {  }",
            ],
            &[],
            &[r#"{"k": "m", "a": "x"}"#, r#"{"k": "m", "b": "x"}"#, r#"{"k": "n"}"#],
        ),
        // One may lack it.
        (
            "Root: {oneOf: [{type: object, properties: {k: {const: a}, a: {type: string}}}, {type: object, required: [k], properties: {k: {const: b}}}]}",
            &[
                "Root on k { A(RootA) a | B(RootB) b } else A",
                "RootA { a?: text, k?: RootAK }",
                "RootAK = A",
                "RootB {  }",
            ],
            &[],
            &[r#"{"a": "x"}"#, r#"{"k": "a"}"#, r#"{"k": "b"}"#],
        ),
        // Several may lack it: the one is taken that fits.
        (
            "Root: {oneOf: [{type: object, properties: {k: {const: a}, a: {type: string}}}, {type: object, properties: {k: {const: b}, b: {type: string}}}]}",
            &[
                "Root { A(RootA) fits | B(RootB) fits }",
                "RootA { a?: text, k?: RootAK }",
                "RootAK = A",
                "RootB { b?: text, k?: RootBK }",
                "RootBK = B",
            ],
            &[],
            &[r#"{"a": "x"}"#, r#"{"k": "b", "b": "x"}"#],
        ),
    ];
    check(cases);
}

#[test]
fn discriminators() {
    let union = |discriminator: &str, rest: &str| {
        format!(
            "Root: {{oneOf: [{{$ref: '#/components/schemas/Cat'}}, {{$ref: '#/components/schemas/Dog'}}], discriminator: {{{discriminator}}}}}, {rest}"
        )
    };
    let free = "Cat: {type: object, required: [kind], properties: {kind: {type: string}, lives: {type: integer}}}, Dog: {type: object, required: [kind], properties: {kind: {type: string}, breed: {type: string}}}";
    let absent = "Cat: {type: object, properties: {lives: {type: integer}}}, Dog: {type: object, properties: {breed: {type: string}}}";
    let named = union("propertyName: kind", free);
    let mapped = union("propertyName: kind, mapping: {c: '#/components/schemas/Cat', d: Dog}", free);
    let none = union("propertyName: kind, mapping: {c: Cat, d: Dog}", absent);
    let twice = union("propertyName: kind, mapping: {c: Cat, cc: Cat, d: Dog}", free);
    let twice_absent = union("propertyName: kind, mapping: {c: Cat, cc: Cat, d: Dog}", absent);
    let wrong = union("propertyName: kind, mapping: {c: Cat, d: Dog, e: Emu}", free);
    let fixed = union("propertyName: kind", &format!("{CAT}, {DOG}"));
    let both = union("propertyName: kind, mapping: {Kitty: Cat}", &format!("{CAT}, {DOG}"));
    let cases: &[Case<'_>] = &[
        // Names that are implied, mapped to references and to names.
        (
            &named,
            &["Cat { lives?: int }", "Dog { breed?: text }", "Root on kind { Cat(Cat) Cat | Dog(Dog) Dog }"],
            &[],
            &[r#"{"kind": "Cat", "lives": 9}"#, r#"{"kind": "Dog", "breed": "b"}"#],
        ),
        (
            &mapped,
            &[
                "Cat { lives?: int, kind?: text }",
                "Dog { breed?: text, kind?: text }",
                "Root on kind { C(Cat) c/Cat | D(Dog) d/Dog }",
            ],
            &[],
            &[r#"{"kind": "c", "lives": 9}"#, r#"{"kind": "d", "breed": "b"}"#],
        ),
        // The variants do not say the member.
        (
            &none,
            &[
                "Cat { lives?: int, kind?: text }",
                "Dog { breed?: text, kind?: text }",
                "Root on kind { C(Cat) c/Cat | D(Dog) d/Dog }",
            ],
            &[],
            &[r#"{"kind": "c", "lives": 9}"#, r#"{"kind": "d", "breed": "b"}"#],
        ),
        // Several values for one, that says the member or does not.
        (
            &twice,
            &[
                "Cat { kind: text, lives?: int }",
                "Dog { breed?: text, kind?: text }",
                "Root on kind { Cat(Cat) c/cc/Cat | D(Dog) d/Dog }",
            ],
            &[],
            &[r#"{"kind": "cc", "lives": 9}"#],
        ),
        (
            &twice_absent,
            &[
                "Cat { lives?: int, kind?: text }",
                "Dog { breed?: text, kind?: text }",
                "Root on kind { C(Cat) c/Cat | Cc(Cat) cc | D(Dog) d/Dog }",
            ],
            &[],
            &[r#"{"kind": "cc", "lives": 9}"#],
        ),
        // To nothing.
        (
            &wrong,
            &[
                "Cat { lives?: int, kind?: text }",
                "Dog { breed?: text, kind?: text }",
                "Root on kind { C(Cat) c/Cat | D(Dog) d/Dog }",
            ],
            &[
                "/components/schemas/Root/discriminator/mapping: `Emu` is outside of this document, and `Emu` cannot be read: no other files were given: it has no effect here",
            ],
            &[r#"{"kind": "c", "lives": 9}"#],
        ),
        // What the schemas fix holds.
        (
            &fixed,
            &["Cat { lives: int }", "Dog { breed?: text }", "Root on kind { Cat(Cat) cat | Dog(Dog) dog }"],
            &[],
            &[r#"{"kind": "cat", "lives": 9}"#],
        ),
        (
            &both,
            &[
                "Cat { kind: CatKind, lives: int }",
                "CatKind = Cat",
                "Dog { breed?: text }",
                "Root on kind { Cat(Cat) Kitty/cat | Dog(Dog) dog }",
            ],
            &[],
            &[r#"{"kind": "cat", "lives": 9}"#, r#"{"kind": "Kitty", "lives": 9}"#],
        ),
    ];
    check(cases);
}

#[test]
fn discriminators_that_are_no_texts() {
    let mapped = |ty: &str, first: &str, second: &str| {
        format!(
            "Root: {{oneOf: [{{$ref: '#/components/schemas/A'}}, {{$ref: '#/components/schemas/B'}}], discriminator: {{propertyName: v, mapping: {{'{first}': A, '{second}': '#/components/schemas/B'}}}}}}, A: {{type: object, required: [v], properties: {{v: {{type: {ty}}}, a: {{type: string}}}}}}, B: {{type: object, required: [v], properties: {{v: {{type: {ty}}}, b: {{type: integer}}}}}}"
        )
    };
    let (numbers, booleans) = (mapped("integer", "1", "2"), mapped("boolean", "true", "false"));
    let cases: &[Case<'_>] = &[
        (
            &numbers,
            &["A { a?: text }", "B { b?: int }", "Root on v { A(A) 1 | B(B) 2 }"],
            &[],
            &[r#"{"v": 1, "a": "x"}"#, r#"{"v": 2, "b": 1}"#],
        ),
        (
            &booleans,
            &["A { a?: text }", "B { b?: int }", "Root on v { V(A) true | NotV(B) false }"],
            &[],
            &[r#"{"v": true, "a": "x"}"#, r#"{"v": false, "b": 1}"#],
        ),
    ];
    check(cases);
}

#[test]
fn a_parent_with_a_discriminator_is_the_union_of_its_children() {
    let cases: &[Case<'_>] = &[
        (
            "Root: {type: array, items: {$ref: '#/components/schemas/Pet'}}, Pet: {type: object, required: [kind], properties: {kind: {type: string}, name: {type: string}}, discriminator: {propertyName: kind}}, Cat: {allOf: [{$ref: '#/components/schemas/Pet'}, {type: object, properties: {lives: {type: integer}}}]}, Dog: {allOf: [{$ref: '#/components/schemas/Pet'}], properties: {friend: {$ref: '#/components/schemas/Pet'}}}",
            &[
                "Cat { name?: text, lives?: int }",
                "Dog { friend?*: Pet, name?: text }",
                "Pet on kind { Cat(Cat) Cat | Dog(Dog) Dog }",
                "[Pet]",
            ],
            &[],
            &[r#"[{"kind": "Cat", "name": "n", "lives": 9}, {"kind": "Dog", "friend": {"kind": "Cat"}}]"#],
        ),
        // Through one that is between, and mapped.
        (
            "Root: {$ref: '#/components/schemas/Pet'}, Pet: {type: object, required: [kind], properties: {kind: {type: string}}, discriminator: {propertyName: kind, mapping: {lab: Labrador, cat: '#/components/schemas/Cat', dog: Dog}}}, Cat: {allOf: [{$ref: '#/components/schemas/Pet'}, {type: object, properties: {lives: {type: integer}}}]}, Dog: {allOf: [{$ref: '#/components/schemas/Pet'}, {type: object, properties: {breed: {type: string}}}]}, Labrador: {allOf: [{$ref: '#/components/schemas/Dog'}, {type: object, properties: {colour: {type: string}}}]}",
            &[
                "Cat { lives?: int, kind?: text }",
                "DogBase { breed?: text, kind?: text }",
                "Labrador { breed?: text, colour?: text, kind?: text }",
                "Pet on kind { Cat(Cat) cat/Cat | Dog(DogBase) dog/Dog | Lab(Labrador) lab/Labrador }",
            ],
            &[],
            &[r#"{"kind": "lab", "breed": "b", "colour": "c"}"#, r#"{"kind": "dog", "breed": "b"}"#],
        ),
        // One that says its alternatives too, which are `allOf` it.
        (
            "Root: {oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}], type: object, required: [kind], properties: {kind: {type: string}, name: {type: string}}, discriminator: {propertyName: kind}}, Cat: {allOf: [{$ref: '#/components/schemas/Root'}, {type: object, properties: {lives: {type: integer}}}]}, Dog: {allOf: [{$ref: '#/components/schemas/Root'}, {type: object, properties: {breed: {type: string}}}]}",
            &[
                "Cat { name?: text, lives?: int }",
                "Dog { name?: text, breed?: text }",
                "Root on kind { Cat(Cat) Cat | Dog(Dog) Dog }",
            ],
            &[],
            &[r#"{"kind": "Cat", "name": "n", "lives": 9}"#],
        ),
    ];
    check(cases);
}

#[test]
fn a_variant_that_is_also_used_whole_is_one_type_with_its_tag() {
    let modelled = both_ways(&format!(
        "Root: {{type: object, properties: {{pet: {{oneOf: [{{$ref: '#/components/schemas/Cat'}}, {{$ref: '#/components/schemas/Dog'}}]}}, cat: {{$ref: '#/components/schemas/Cat'}}}}}}, {CAT}, {DOG}"
    ));
    assert_eq!(
        lines(&modelled),
        [
            "Cat { kind: CatKind, lives: int }",
            "CatKind = Cat",
            "Dog { breed?: text }",
            "Root { cat?: Cat, pet?: RootPet }",
            "RootPet on kind { Cat(Cat) cat | Dog(Dog) dog }"
        ]
    );
}
