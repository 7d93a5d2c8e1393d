//! Where references lead: inside a document, and to the files next to it.

use std::collections::BTreeMap;

use logto_generator::load::{self, Files};
use logto_generator::lower::{self, Dialect, Lowered};
use serde_json::{Value, json};

/// Lowers `parts`, the YAML of a document without its head, with these files next to it.
fn lowered(parts: &str, files: &[(&str, &str)]) -> Result<Lowered, String> {
    let text = format!("openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\n{parts}");
    let files: BTreeMap<&str, &str> = files.iter().copied().collect();
    let read = |path: &str| {
        files.get(path).map(|text| text.as_bytes().to_vec()).ok_or_else(|| "there is no such file".to_owned())
    };
    let document = load::document(text.as_bytes()).map_err(|error| error.to_string())?;
    let files = Files { document: "api.yaml", read: &read, lenient: false };
    let lowered = lower::lower(document, &Dialect::Standard, &files).map_err(|error| error.to_string())?;
    lower::typed(&lowered.value).map_err(|error| error.to_string())?;
    Ok(lowered)
}

/// What must be at some places, for each document with its files.
#[test]
fn parts_become_components() {
    type Case<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], &'a [(&'a str, Value)]);
    let text = || json!({"type": "string"});
    let to = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let cases: &[Case<'_>] = &[
        (
            "a schema of another file",
            "components: {schemas: {A: {properties: {x: {$ref: 'other.yaml#/components/schemas/X'}}}}}",
            &[("other.yaml", "components: {schemas: {X: {type: string}}}")],
            &[("/components/schemas/A/properties/x", to("X")), ("/components/schemas/X", text())],
        ),
        (
            "a whole file, JSON, by a path with a space",
            "components: {schemas: {A: {properties: {x: {$ref: './my%20models/Pet.json'}}}}}",
            &[("my models/Pet.json", r#"{"type": "string"}"#)],
            &[("/components/schemas/A/properties/x", to("Pet")), ("/components/schemas/Pet", text())],
        ),
        (
            "references in the other file are relative to it, also back to the document",
            "components: {schemas: {A: {properties: {x: {$ref: 'models/x.yaml#/X'}}}, B: {type: boolean}}}",
            &[
                (
                    "models/x.yaml",
                    "X: {properties: {y: {$ref: y.yaml}, b: {$ref: '../api.yaml#/components/schemas/B'}, z: {$ref: '#/Z'}}}\nZ: {type: number}",
                ),
                ("models/y.yaml", "type: string"),
            ],
            &[
                ("/components/schemas/X/properties", json!({"y": to("y"), "b": to("B"), "z": to("Z")})),
                ("/components/schemas/y", text()),
                ("/components/schemas/Z", json!({"type": "number"})),
            ],
        ),
        (
            "files that refer to each other",
            "components: {schemas: {A: {$ref: 'a.yaml'}}}",
            &[("a.yaml", "properties: {b: {$ref: b.yaml}}"), ("b.yaml", "properties: {a: {$ref: a.yaml}}")],
            &[("/components/schemas/A/properties/b", to("b")), ("/components/schemas/b/properties/a", to("A"))],
        ),
        (
            "a component that is another file stays where it is",
            "components: {schemas: {Pet: {$ref: 'schemas/pet.yaml'}, Pets: {type: array, items: {$ref: '#/components/schemas/Pet'}}, One: {properties: {p: {$ref: 'schemas/pet.yaml'}}}}}",
            &[("schemas/pet.yaml", "type: string")],
            &[
                ("/components/schemas/Pet", text()),
                ("/components/schemas/Pets/items", to("Pet")),
                ("/components/schemas/One/properties/p", to("Pet")),
            ],
        ),
        (
            "names are told apart by their files, and by nothing else",
            "components: {schemas: {A: {properties: {x: {$ref: 'a.yaml#/X'}, y: {$ref: 'b/b.yaml#/X'}, z: {$ref: 'c/b.yaml#/X'}}}}}",
            &[("a.yaml", "X: {type: string}"), ("b/b.yaml", "X: {type: number}"), ("c/b.yaml", "X: {type: boolean}")],
            &[("/components/schemas/A/properties", json!({"x": to("a_X"), "y": to("b_b_X"), "z": to("c_b_X")}))],
        ),
        (
            "path items, parameters, bodies, responses and headers",
            "paths: {/a: {$ref: 'paths/a.yaml'}}",
            &[
                (
                    "paths/a.yaml",
                    "get:\n  parameters: [{$ref: '../parts.yaml#/P'}]\n  requestBody: {$ref: '../parts.yaml#/B'}\n  responses: {200: {$ref: '../parts.yaml#/R'}}",
                ),
                (
                    "parts.yaml",
                    "P: {name: p, in: query, schema: {$ref: '#/S'}}\nB: {content: {application/json: {schema: {$ref: '#/S'}}}}\nR: {description: d, headers: {H: {$ref: '#/H'}}}\nH: {schema: {$ref: '#/S'}}\nS: {type: string}",
                ),
            ],
            &[
                ("/paths/~1a/get/parameters/0/$ref", json!("#/components/parameters/P")),
                ("/components/parameters/P/schema", to("S")),
                ("/paths/~1a/get/requestBody/$ref", json!("#/components/requestBodies/B")),
                ("/components/requestBodies/B/content/application~1json/schema", to("S")),
                ("/paths/~1a/get/responses/200/$ref", json!("#/components/responses/R")),
                ("/components/responses/R/headers/H/$ref", json!("#/components/headers/H")),
                ("/components/headers/H/schema", to("S")),
            ],
        ),
        (
            "maps that are elsewhere",
            "paths: {$ref: paths.yaml}\ncomponents: {schemas: {$ref: 'schemas.yaml'}}",
            &[
                (
                    "paths.yaml",
                    "/a: {get: {responses: {200: {content: {application/json: {schema: {$ref: 'api.yaml#/components/schemas/X'}}}}}}}",
                ),
                ("schemas.yaml", "X: {properties: {y: {$ref: '#/Y'}}}\nY: {type: string}"),
            ],
            &[
                ("/paths/~1a/get/responses/200/content/application~1json/schema", to("X")),
                ("/components/schemas/X/properties/y", to("Y")),
                ("/components/schemas/Y", text()),
            ],
        ),
        (
            "operations, media types and callbacks take the place of their references",
            "paths: {/a: {get: {$ref: 'a.yaml#/get'}}}",
            &[(
                "a.yaml",
                "get: {operationId: a, callbacks: {c: {$ref: '#/c'}}, responses: {200: {description: d, content: {application/json: {$ref: '#/m'}}}}}\nc: {'{$url}': {post: {operationId: c}}}\nm: {schema: {type: string}}",
            )],
            &[
                ("/paths/~1a/get/operationId", json!("a")),
                ("/paths/~1a/get/responses/200/content/application~1json/schema", text()),
                ("/paths/~1a/get/callbacks/c/{$url}/post/operationId", json!("c")),
            ],
        ),
        (
            "odd places, and pointers with percent signs",
            "paths: {/a: {get: {responses: {200: {description: d, content: {application/json: {schema: {type: string}}}}}}}}\ncomponents:\n  schemas:\n    A: {properties: {b: {type: number}}}\n    B: {properties: {x: {$ref: '#/paths/~1a/get/responses/200/content/application~1json/schema'}, y: {$ref: '#/components/schemas/A/properties/b'}, z: {$ref: '#/paths/%7E1a/get/responses/200/content/application~1json/schema'}}}",
            &[],
            &[
                (
                    "/components/schemas/B/properties",
                    json!({"x": to("a_get_200"), "y": to("A_b"), "z": to("a_get_200")}),
                ),
                ("/components/schemas/a_get_200", text()),
                ("/components/schemas/A_b", json!({"type": "number"})),
            ],
        ),
        (
            "names that cannot stand in a reference",
            "components: {schemas: {'List<A/B>': {type: array, items: {$ref: '#/components/schemas/A~1B'}}, A/B: {type: string}, C: {$ref: '#/components/schemas/List%3CA~1B%3E'}, 名: {$ref: '#/components/schemas/%E5%90%8D2'}, 名2: {type: string}}}",
            &[],
            &[
                ("/components/schemas/List_A_B/items", to("A_B")),
                ("/components/schemas/A_B", text()),
                ("/components/schemas/C", to("List_A_B")),
                ("/components/schemas/名", to("名2")),
            ],
        ),
        (
            "references through references",
            "paths: {/a: {get: {parameters: [{$ref: '#/components/parameters/A'}], responses: {200: {$ref: '#/components/responses/A'}}}}}\ncomponents:\n  parameters: {A: {$ref: '#/components/parameters/B'}, B: {name: b, in: query, schema: {}}}\n  responses: {A: {$ref: '#/components/responses/B'}, B: {$ref: 'r.yaml'}}",
            &[("r.yaml", "description: there")],
            &[
                ("/paths/~1a/get/parameters/0/$ref", json!("#/components/parameters/B")),
                ("/paths/~1a/get/responses/200/$ref", json!("#/components/responses/A")),
                ("/components/responses/A/description", json!("there")),
                ("/components/responses/B/$ref", json!("#/components/responses/A")),
            ],
        ),
        (
            "$defs, of the schema around and of the document",
            "$defs: {D: {type: string}}\ncomponents: {schemas: {A: {properties: {x: {$ref: '#/$defs/D'}, y: {$ref: '#/components/schemas/A/$defs/E'}, z: {items: {$ref: '#/$defs/E'}}}, $defs: {E: {type: number}}}}}",
            &[],
            &[
                ("/components/schemas/A/properties/x", to("D")),
                ("/components/schemas/A/properties/y", to("A_E")),
                ("/components/schemas/A/properties/z/items", to("A_E")),
                ("/components/schemas/A_E", json!({"type": "number"})),
            ],
        ),
        (
            "$id, $anchor and what is relative to them",
            "components:\n  schemas:\n    Tree: {$id: 'https://example.com/tree', properties: {leaf: {$ref: leaf}, all: {type: array, items: {$ref: '#'}}, in: {$ref: '#/$defs/In'}}, $defs: {In: {$anchor: in, type: boolean}}}\n    Leaf: {$id: 'https://example.com/leaf', type: string}\n    Use: {properties: {a: {$ref: 'https://example.com/tree#in'}, b: {$ref: '#named'}, c: {$ref: 'https://example.com/tree'}}}\n    Named: {$anchor: named, type: number}",
            &[],
            &[
                ("/components/schemas/Tree/properties/leaf", to("Leaf")),
                ("/components/schemas/Tree/properties/all/items", to("Tree")),
                ("/components/schemas/Tree/properties/in", to("Tree_In")),
                ("/components/schemas/Use/properties", json!({"a": to("Tree_In"), "b": to("Named"), "c": to("Tree")})),
            ],
        ),
        (
            "a dynamic reference is to the nearest",
            "components: {schemas: {A: {$dynamicAnchor: node, properties: {next: {$dynamicRef: '#node'}}}, B: {$dynamicAnchor: node, properties: {next: {$dynamicRef: '#node'}}}}}",
            &[],
            &[("/components/schemas/A/properties/next", to("A")), ("/components/schemas/B/properties/next", to("B"))],
        ),
        (
            "components.pathItems",
            "paths: {/a: {$ref: '#/components/pathItems/P', summary: s}}\ncomponents: {pathItems: {P: {$ref: '#/components/pathItems/Q'}, Q: {get: {operationId: q}}}}",
            &[],
            &[("/paths/~1a/get/operationId", json!("q")), ("/components/pathItems", Value::Null)],
        ),
        (
            "the names in a discriminator",
            "components:\n  schemas:\n    A: {oneOf: [{$ref: '#/components/schemas/X%20Y'}, {$ref: 'z.yaml'}], discriminator: {propertyName: t, mapping: {x: X Y, q: '#/components/schemas/Q'}}}\n    X Y: {type: object}\n    Q: {type: object}\n    z: {type: object}",
            &[("z.yaml", "type: object")],
            &[(
                "/components/schemas/A/discriminator/mapping",
                json!({"x": "#/components/schemas/X_Y", "q": "#/components/schemas/Q", "z": "#/components/schemas/z_"}),
            )],
        ),
        (
            "what is only an example, or an extension, leads nowhere",
            "x-a: {$ref: nowhere.yaml}\npaths: {/a: {get: {responses: {200: {description: d, links: {l: {$ref: nowhere.yaml}}, content: {application/json: {example: {$ref: 'https://example.com'}, examples: {a: {$ref: nowhere.yaml}}, schema: {default: {$ref: nowhere.yaml}}}}}}}}}\ncomponents: {examples: {e: {$ref: nowhere.yaml}}}",
            &[],
            &[(
                "/paths/~1a/get/responses/200/content/application~1json/example",
                json!({"$ref": "https://example.com"}),
            )],
        ),
    ];
    for (name, parts, files, places) in cases {
        let value = lowered(parts, files).unwrap_or_else(|error| panic!("{name}: {error}")).value;
        for (pointer, expected) in *places {
            let found = value.pointer(pointer).unwrap_or(&Value::Null);
            assert_eq!(found, expected, "{name}: {pointer} in {value:#}");
        }
    }
}

/// A document, the files beside it as path and text, and the error.
type Wrong<'a> = (String, &'a [(&'a str, &'a str)], &'a str);

#[test]
fn wrong_references_are_errors() {
    let schema = |schema: &str| format!("components: {{schemas: {{S: {schema}}}}}");
    let cases: &[Wrong] = &[
        (
            schema("{$ref: 'other.yaml#/X'}"),
            &[],
            "/components/schemas/S/$ref: `other.yaml#/X` is outside of this document, and `other.yaml` cannot be read: there is no such file",
        ),
        (schema("{$ref: 'other.yaml#/X'}"), &[("other.yaml", "Y: {}")], "`other.yaml#/X` points to nothing in `other.yaml`"),
        (schema("{$ref: 'other.yaml'}"), &[("other.yaml", "a: [")], "`other.yaml` is in `other.yaml`, which is wrong: line 2: /a: "),
        (schema("{$ref: '../other.yaml'}"), &[], "`../other.yaml` is outside of the folder of the document"),
        (schema("{$ref: 'a/../../../other.yaml'}"), &[], "is outside of the folder of the document"),
        (schema("{$ref: '%2e%2e/other.yaml'}"), &[], "is outside of the folder of the document"),
        (schema("{$ref: '.%2e/other.yaml'}"), &[], "is outside of the folder of the document"),
        (schema("{$ref: 'a%2F..%2F..%2Fother.yaml'}"), &[], "is outside of the folder of the document"),
        (schema("{$ref: '..%5Cother.yaml'}"), &[], "is outside of the folder of the document"),
        (schema("{$ref: 'C%3A/other.yaml'}"), &[], "is outside of the folder of the document"),
        (schema("{$ref: '%2Ftmp%2Fother.yaml'}"), &[], "and `tmp/other.yaml` cannot be read"),
        (schema("{$ref: '%252e%252e/other.yaml'}"), &[], "and `%2e%2e/other.yaml` cannot be read"),
        (schema("{$ref: 'https://example.com/a.json#/A'}"), &[], "is an address, and nothing is fetched"),
        (schema("{$ref: 'file:///etc/passwd'}"), &[], "is an address, and nothing is fetched"),
        (
            schema("{properties: {x: {$ref: 'a.yaml'}}}"),
            &[("a.yaml", "properties: {y: {$ref: '#/none'}}")],
            "a.yaml#/properties/y/$ref: `#/none` points to nothing in `a.yaml`",
        ),
        (schema("{items: {$ref: '#nowhere'}}"), &[], "/components/schemas/S/items/$ref: `#nowhere` points to nothing"),
        (schema("{$ref: '#/components/schemas/T'}, T: {$ref: '#/components/schemas/S'}"), &[], "refers to itself and to nothing else"),
        (
            "components: {responses: {A: {$ref: '#/components/responses/B'}, B: {$ref: '#/components/responses/A'}}}".to_owned(),
            &[],
            "leads back to itself",
        ),
        (
            "paths: {/a: {$ref: '#/components/pathItems/P'}}\ncomponents: {pathItems: {P: {post: {callbacks: {c: {x: {$ref: '#/components/pathItems/P'}}}}}}}".to_owned(),
            &[],
            "refers to itself, and to nothing that could end it",
        ),
    ];
    for (parts, files, message) in cases {
        let error = lowered(parts, files).expect_err(parts);
        assert!(error.contains(message), "{parts}: {error}");
    }
}

#[test]
fn the_document_is_known_by_its_address() {
    let text = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\ncomponents: {schemas: {A: {properties: {b: {$ref: 'https://example.com/v1/api.yaml#/components/schemas/B'}, c: {$ref: 'api.yaml#/components/schemas/B'}}}, B: {type: string}}}";
    let document = load::document(text.as_bytes()).unwrap();
    let files = Files {
        document: "https://example.com/v1/api.yaml",
        read: &|_| Err("nothing is read".to_owned()),
        lenient: false,
    };
    let value = lower::lower(document, &Dialect::Standard, &files).unwrap().value;
    let reference = json!({"$ref": "#/components/schemas/B"});
    assert_eq!(value["components"]["schemas"]["A"]["properties"], json!({"b": reference, "c": reference}));
}

#[test]
fn a_schema_of_schemas_is_any_value() {
    let lowered = lowered(
        "components: {schemas: {S: {properties: {x: {$ref: 'https://json-schema.org/draft/2020-12/schema'}}}}}",
        &[],
    )
    .unwrap();
    assert_eq!(lowered.value["components"]["schemas"]["S"]["properties"]["x"], json!({}));
    assert_eq!(lowered.notes[0].pointer, "/components/schemas/S/properties/x");
}

#[test]
fn the_order_of_files_and_keys_does_not_matter() {
    let files: &[(&str, &str)] = &[("a.yaml", "X: {type: string}"), ("b.yaml", "X: {type: number}")];
    let one = "components: {schemas: {A: {properties: {x: {$ref: 'a.yaml#/X'}, y: {$ref: 'b.yaml#/X'}}}}}";
    let other = "components: {schemas: {A: {properties: {y: {$ref: 'b.yaml#/X'}, x: {$ref: 'a.yaml#/X'}}}}}";
    let text = |parts| lowered(parts, files).unwrap().value.to_string();
    assert_eq!(text(one), text(other));
}

#[test]
fn references_cannot_blow_a_document_up() {
    // Each path item holds ten callbacks that are the next one.
    let items: String = (0..12)
        .map(|level| {
            let next: String = (0..10)
                .map(|index| format!("c{index}: {{x: {{$ref: '#/components/pathItems/P{}'}}}}, ", level + 1))
                .collect();
            format!("    P{level}: {{post: {{callbacks: {{{next}}}}}}}\n")
        })
        .collect();
    let parts = format!(
        "paths: {{/a: {{$ref: '#/components/pathItems/P0'}}}}\ncomponents:\n  pathItems:\n{items}    P12: {{}}\n"
    );
    let error = lowered(&parts, &[]).expect_err("a bomb");
    assert!(error.contains("the references of this document blow it up"), "{error}");
}

/// A reference to a schema that is not there is told at each place; where the caller wants it, any value is taken there.
#[test]
fn references_to_nothing_are_told_at_every_place() {
    let text = "openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /a:
    get:
      responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/None'}}}}}
components:
  schemas:
    A:
      properties:
        x: {$ref: '#/components/schemas/None'}
        y: {$ref: '#/components/schemas/None', description: What it is.}
        z: {type: array, items: {$ref: 'b.yaml#/B'}}
";
    let read = |path: &str| match path {
        "b.yaml" => Ok(b"B: {properties: {c: {$ref: '#/None'}, d: {$ref: '#/None'}}}".to_vec()),
        _ => Err("there is no such file".to_owned()),
    };
    let lowered = |lenient: bool| {
        let files = Files { document: "api.yaml", read: &read, lenient };
        lower::lower(load::document(text.as_bytes()).unwrap(), &Dialect::Standard, &files)
    };
    let places = [
        "/paths/~1a/get/responses/200/content/application~1json/schema/$ref",
        "/components/schemas/A/properties/x/$ref",
        "/components/schemas/A/properties/y/$ref",
        "b.yaml#/B/properties/c/$ref",
        "b.yaml#/B/properties/d/$ref",
    ];
    let pointers = |problems: &[logto_generator::error::Problem]| {
        problems.iter().map(|problem| problem.pointer.clone()).collect::<Vec<_>>()
    };
    assert_eq!(pointers(&lowered(false).unwrap_err().problems), places);
    let lowered = lowered(true).unwrap();
    assert_eq!(pointers(&lowered.dangling), places);
    let message = "`#/components/schemas/None` points to nothing in this document: any value is taken";
    assert_eq!(lowered.dangling[0].message, message);
    assert_eq!(lowered.value["components"]["schemas"]["A"]["properties"]["x"], json!({}));
    let told = load::with_lines(lowered.dangling, text.as_bytes());
    assert_eq!(told.iter().map(|place| place.line).collect::<Vec<_>>(), [Some(6), Some(11), Some(12), None, None]);
    // Of an operation nothing may be missing but what a schema says.
    for (part, kind) in [
        ("get: {parameters: [{$ref: '#/components/parameters/P'}], responses: {}}", "parameter"),
        ("get: {responses: {'200': {$ref: '#/components/responses/R'}}}", "response"),
        ("post: {requestBody: {$ref: '#/components/requestBodies/B'}, responses: {}}", "body"),
    ] {
        let text = format!("openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths: {{/a: {{{part}}}}}");
        let files = Files { document: "api.yaml", read: &read, lenient: true };
        let error = lower::lower(load::document(text.as_bytes()).unwrap(), &Dialect::Standard, &files).expect_err(kind);
        assert!(error.to_string().contains("points to nothing"), "{error}");
    }
}
