//! From a document to named types: build, analyze, dedupe and name.

use super::support::{operations, step, types};

/// A reply of one operation with a schema in YAML flow style.
fn reply(schema: &str) -> String {
    format!(
        "paths: {{/x: {{get: {{operationId: GetThing, tags: [T], responses: {{'200': {{description: d, content: {{application/json: {{schema: {schema}}}}}}}}}}}}}}}"
    )
}

#[test]
fn shapes_become_types() {
    let cases: &[(&str, &[&str])] = &[
        (
            "{type: object, required: [id], properties: {id: {type: string}, n: {type: integer, nullable: true}}}",
            &["Thing { id: text, n?~: int }"],
        ),
        ("{type: object, additionalProperties: {type: integer}}", &[]),
        ("{type: object, properties: {a: {type: string}}, additionalProperties: true}", &["Thing { a?: text }"]),
        ("{type: array, items: {type: string, enum: [a, b-c, '']}}", &["Thing { A | BC | Empty }"]),
        // A union of enums is one enum; a union of a text and the empty text is the text.
        (
            "{type: object, properties: {k: {oneOf: [{type: string, enum: [a]}, {type: string, enum: [b]}]}}}",
            &["Thing { k?: ThingK }", "ThingK { A | B }"],
        ),
        (
            "{type: object, properties: {k: {oneOf: [{type: string, format: uri}, {type: string, enum: ['']}]}}}",
            &["Thing { k?: text }"],
        ),
        // Tagged by a constant, a boolean one too, also where one variant may lack it.
        (
            "{oneOf: [{type: object, required: [type], properties: {type: {type: string, enum: [A]}, a: {type: string}}}, {type: object, required: [type], properties: {type: {type: string, enum: [B]}}}]}",
            &["Thing { A(ThingA) | B(ThingB) }", "ThingA { a?: text }", "ThingB {  }"],
        ),
        (
            "{oneOf: [{type: object, properties: {on: {type: boolean, enum: [false]}}}, {type: object, required: [on, n], properties: {on: {type: boolean, enum: [true]}, n: {type: integer}}}]}",
            &["Thing { NotOn(ThingFalse) | On(ThingTrue) }", "ThingFalse { on?: bool }", "ThingTrue { n: int }"],
        ),
        // Told apart by JSON type, and by required members.
        ("{oneOf: [{type: string}, {type: array, items: {type: string}}]}", &["Thing { Text(text) | List([text]) }"]),
        (
            "{oneOf: [{type: object, required: [email], properties: {email: {type: string}}}, {type: object, required: [phone], properties: {phone: {type: string}}}]}",
            &[
                "Thing { Email(ThingEmail) | Phone(ThingPhone) }",
                "ThingEmail { email: text }",
                "ThingPhone { phone: text }",
            ],
        ),
        // Tagged objects beside a text are a union of their own.
        (
            "{oneOf: [{type: string}, {type: object, required: [t], properties: {t: {type: string, enum: [A]}}}, {type: object, properties: {t: {type: string, enum: [B]}}}]}",
            &[
                "Thing { Object(ThingObject) | Text(text) }",
                "ThingObject { A(ThingObjectA) | B(ThingObjectB) }",
                "ThingObjectA {  }",
                "ThingObjectB { t?: ThingObjectBT }",
                "ThingObjectBT { B }",
            ],
        ),
        // Members that only one has tell it where they are there.
        (
            "{oneOf: [{type: object, required: [a, b], properties: {a: {type: string}, b: {type: string}}}, {type: object, required: [a, b], properties: {a: {type: string}, b: {type: string}, c: {type: integer}}}]}",
            &[
                "Thing { Object(ThingObject) | C(ThingC) }",
                "ThingC { a: text, b: text, c?: int }",
                "ThingObject { a: text, b: text }",
            ],
        ),
    ];
    for (schema, expected) in cases {
        let made = step("1.0.0", &reply(schema), "", "").unwrap_or_else(|error| panic!("{schema}: {error}"));
        assert_eq!(types(&made.modelled), *expected, "{schema}");
    }
}

#[test]
fn one_shape_is_one_type_named_from_all_its_origins() {
    let user = "{type: object, required: [id], properties: {id: {type: string}, address: {type: object, properties: {city: {type: string}}}}}";
    let json = format!("content: {{application/json: {{schema: {user}}}}}");
    let list = format!("content: {{application/json: {{schema: {{type: array, items: {user}}}}}}}");
    let paths = format!(
        "paths:
  /users:
    get: {{operationId: ListUsers, tags: [Users], parameters: [{{in: query, name: page, schema: {{type: integer}}}}, {{in: query, name: page_size, schema: {{type: integer}}}}], responses: {{'200': {{description: d, {list}}}}}}}
    post: {{operationId: CreateUser, tags: [Users], responses: {{'200': {{description: d, {json}}}}}}}
  /users/{{userId}}:
    get: {{operationId: GetUser, tags: [Users], parameters: [{{in: path, name: userId, required: true, schema: {{type: string}}}}, {{in: query, name: type, schema: {{type: string}}}}], responses: {{'200': {{description: d, {json}}}}}}}"
    );
    let made = step("1.0.0", &paths, "paging_if_asked: [{operations: [ListUsers], reason: r}]", "").expect("builds");
    assert_eq!(types(&made.modelled), ["User { address?: UserAddress, id: text }", "UserAddress { city?: text }"]);
    assert_eq!(
        operations(&made.modelled),
        ["list_users() -> [User] paged if asked", "create_user() -> User", "get_user(user_id, r#type?) -> User"]
    );
}

#[test]
fn recursion_is_boxed_only_where_it_must_be() {
    let paths = "paths: {/n: {get: {operationId: GetNode, responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Node'}}}}}}}}
components: {schemas: {Node: {type: object, properties: {next: {$ref: '#/components/schemas/Node'}, all: {type: array, items: {$ref: '#/components/schemas/Node'}}, tree: {$ref: '#/components/schemas/Tree'}}},
  Tree: {type: object, additionalProperties: {oneOf: [{type: string}, {$ref: '#/components/schemas/Tree'}]}}}}";
    let made = step("1.0.0", paths, "", "").expect("builds");
    assert_eq!(
        types(&made.modelled),
        ["Node { all?: [Node], next?*: Node, tree?: {Tree} }", "Tree { Text(text) | Object({Tree}) }"]
    );
}

#[test]
fn a_long_chain_of_references_is_no_deep_stack() {
    let mut text = "paths: {/n: {get: {operationId: GetNode, responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/N0'}}}}}}}}\ncomponents:\n  schemas:\n".to_owned();
    for index in 0..1500 {
        let next = index + 1;
        text.push_str(&format!(
            "    N{index}: {{type: object, properties: {{n{index}: {{$ref: '#/components/schemas/N{next}'}}}}}}\n"
        ));
    }
    text.push_str("    N1500: {type: object, properties: {last: {type: string}}}\n");
    let made = step("1.0.0", &text, "", "").expect("builds");
    assert_eq!(made.modelled.model.defs.len(), 1501);
}

#[test]
fn what_cannot_be_generated_is_an_error_with_its_place() {
    let cases = [
        (reply("{$ref: '#/components/schemas/Gone'}"), "Gone"),
        (
            "paths: {'/x/{id': {get: {operationId: GetThing, responses: {'204': {description: d}}}}}".to_owned(),
            "/paths/~1x~1{id/get: the path cannot be used: it has a `{`",
        ),
    ];
    for (document, expected) in cases {
        let error = step("1.0.0", &document, "", "").err().expect("is refused");
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn a_rule_that_matches_nothing_is_an_error_inside_its_releases() {
    let document = reply("{type: object, properties: {at: {type: integer}}}");
    let rule = |releases: &str| format!("times: [{{members: [gone], reason: r{releases}}}]");
    assert!(
        step("1.0.0", &document, &rule(""), "")
            .err()
            .is_some_and(|error| error.contains("matches nothing in release 1.0.0"))
    );
    assert!(step("1.0.0", &document, &rule(", releases: {from: 1.1.0}"), "").is_ok());
    assert!(step("1.2.0", &document, &rule(", releases: {from: 1.1.0}"), "").is_err());
    let made = step("1.0.0", &document, "times: [{members: [at], reason: r}]", "").expect("builds");
    assert_eq!(types(&made.modelled), ["Thing { at?: millis }"]);
}
