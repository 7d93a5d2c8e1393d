//! Types of one shape in several operations: none is called after what only another one is about, and none gets another name
//! when an operation comes or goes.

use std::collections::BTreeMap;

use logto_generator::pipeline::Modelled;

use super::support::{operations, step, types};

const ITEMS: &str = "{type: array, items: {type: object, properties: {id: {type: string}, state: {type: string, enum: [open, done]}, place: {type: object, properties: {city: {type: string}}}}}}";

/// An operation with a body, a filter and a failure that all others have too.
fn operation(path: &str, method: &str, id: &str, tag: &str) -> (String, String) {
    let page = "{type: object, properties: {next: {type: string}}}";
    let links = "{type: object, properties: {self: {type: string}}}";
    let reply = format!("{{type: object, properties: {{data: {ITEMS}, page: {page}, links: {links}}}}}");
    let body = "{type: object, properties: {address: {type: object, properties: {city: {type: string}}}, kind: {type: string, enum: [a, b]}}}";
    let content = |schema: &str| format!("content: {{application/json: {{schema: {schema}}}}}");
    let failure = content("{type: object, properties: {why: {type: string}}}");
    let (ok, body) = (content(&reply), content(body));
    let order = "{in: query, name: direction, schema: {type: string, enum: [asc, desc]}}";
    let of = format!(
        "{method}: {{operationId: {id}, tags: [{tag}], parameters: [{order}], requestBody: {{{body}}}, responses: {{'200': {{description: d, {ok}}}, '404': {{description: d, {failure}}}}}}}"
    );
    (path.to_owned(), of)
}

fn document(operations: &[(String, String)]) -> String {
    let mut paths: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (path, operation) in operations {
        paths.entry(path).or_default().push(operation);
    }
    let paths: Vec<String> = paths.iter().map(|(path, all)| format!("'{path}': {{{}}}", all.join(", "))).collect();
    format!("paths: {{{}}}", paths.join(", "))
}

fn made(operations: &[(String, String)]) -> Modelled {
    step("1.0.0", &document(operations), "", "").unwrap_or_else(|error| panic!("{error}")).modelled
}

fn all() -> Vec<(String, String)> {
    vec![
        operation("/users", "get", "listUsers", "users"),
        operation("/orders", "get", "listOrders", "orders"),
        operation("/orders", "post", "createOrder", "orders"),
        operation("/projects/{id}", "delete", "deleteProject", "projects"),
        operation("/tasks/{id}/dependencies", "post", "addDependenciesForTask", "tasks"),
    ]
}

#[test]
fn no_operation_returns_what_is_called_after_another() {
    let expected = [
        "create_order(direction?, body: CreateOrderBody) -> Order",
        "list_orders(direction?, body: ListOrdersBody) -> Orders",
        "delete_project(id, direction?, body: DeleteProjectBody) -> DeleteProjectReply",
        "add_dependencies_for_task(id, direction?, body: AddDependenciesForTaskBody) -> AddDependenciesForTaskReply",
        "list_users(direction?, body: ListUsersBody) -> Users",
    ];
    let mut made = operations(&made(&all()));
    made.sort();
    let mut expected = expected.map(str::to_owned);
    expected.sort();
    assert_eq!(made, expected);
}

#[test]
fn an_operation_more_or_less_renames_no_type_of_another() {
    let whole = types(&made(&all()));
    for left_out in 0..all().len() {
        let mut some = all();
        some.remove(left_out);
        let fewer = types(&made(&some));
        let lost: Vec<&String> = fewer.iter().filter(|line| !whole.contains(line)).collect();
        assert!(lost.is_empty(), "without operation {left_out}: {lost:#?}\nof {whole:#?}");
    }
}

#[test]
fn shapes_inside_of_what_is_sent_are_one_type_that_their_member_names() {
    let whole = types(&made(&all()));
    for shared in ["Address { city?: text }", "NotFoundFailure { why?: text }"] {
        assert!(whole.iter().any(|line| line == shared), "{shared}\n{whole:#?}");
    }
    // What is inside of a reply is called after the entity of the reply.
    for own in ["UsersLinks { self_?: text }", "OrdersLinks { self_?: text }", "UsersDataState { Open | Done }"] {
        assert!(whole.iter().any(|line| line == own), "{own}\n{whole:#?}");
    }
}

#[test]
fn a_released_name_is_taken_by_a_new_operation_only_where_it_is_true() {
    let thing = |path: &str, id: &str| {
        let schema = "{type: object, properties: {id: {type: string}}}";
        let of = format!(
            "get: {{operationId: {id}, tags: [t], responses: {{'200': {{description: d, content: {{application/json: {{schema: {schema}}}}}}}}}}}"
        );
        (path.to_owned(), of)
    };
    let first = [thing("/users/{id}", "GetUser")];
    let first = step("1.0.0", &document(&first), "", "").expect("the first release");
    let second = [thing("/users/{id}", "GetUser"), thing("/me", "GetCurrentUser"), thing("/orders/{id}", "GetOrder")];
    let second = step("1.1.0", &document(&second), "", &first.lock).expect("the second release");
    assert_eq!(types(&second.modelled), ["Order { id?: text }", "User { id?: text }"]);
    let made = operations(&second.modelled);
    assert!(made.iter().any(|line| line.ends_with("get_current_user() -> User")), "{made:?}");
}

/// The types of a document with these components, where `GET /a` answers with the first and `GET /b` with the second.
fn types_of(components: &str) -> Vec<String> {
    let document = format!(
        "paths:
  /a: {{get: {{operationId: getA, responses: {{'200': {{description: d, content: {{application/json: {{schema: {{$ref: '#/components/schemas/A'}}}}}}}}}}}}}}
  /b: {{get: {{operationId: getB, responses: {{'200': {{description: d, content: {{application/json: {{schema: {{$ref: '#/components/schemas/B'}}}}}}}}}}}}}}
components:
  schemas: {components}"
    );
    let made = step("1.0.0", &document, "", "").unwrap_or_else(|error| panic!("{document}\n{error}"));
    types(&made.modelled)
}

#[test]
fn a_variant_that_is_also_used_alone_is_one_type() {
    let made = types_of(
        "
    A: {oneOf: [{$ref: '#/components/schemas/Person--Short'}, {$ref: '#/components/schemas/Team--Short'}]}
    B: {type: object, properties: {team: {allOf: [{$ref: '#/components/schemas/Team--Short'}]}}}
    Team--Base: {type: object, required: [kind, id], properties: {kind: {type: string, enum: [team]}, id: {type: string}}}
    Team--Short: {allOf: [{$ref: '#/components/schemas/Team--Base'}, {type: object, properties: {name: {type: string}}}]}
    Person--Short: {type: object, required: [kind], properties: {kind: {type: string, enum: [person]}, email: {type: string}}}",
    );
    let expected = [
        "A { Person(PersonShort) | Team(TeamShort) }",
        "B { team?: TeamShort }",
        "PersonShort { email?: text }",
        "TeamBaseKind { Team }",
        "TeamShort { id: text, kind: TeamBaseKind, name?: text }",
    ];
    assert_eq!(made, expected);
}

#[test]
fn variants_are_called_after_their_components() {
    let made = types_of(
        "
    A: {oneOf: [{$ref: '#/components/schemas/SignKey'}, {$ref: '#/components/schemas/SealKey'}]}
    B: {type: object}
    SignKey:
      type: object
      properties: {use: {type: string, enum: [sign]}, alg: {type: string}}
      oneOf: [{$ref: '#/components/schemas/OctKey'}, {$ref: '#/components/schemas/OkpKey'}]
      discriminator: {propertyName: kty, mapping: {oct: '#/components/schemas/OctKey', OKP: '#/components/schemas/OkpKey'}}
    OctKey: {type: object, properties: {kty: {type: string, enum: [oct]}, k: {type: string}}}
    OkpKey: {type: object, properties: {kty: {type: string, enum: [OKP]}, crv: {type: string}}}
    SealKey: {type: object, properties: {use: {type: string, enum: [seal]}, kty: {type: string, enum: [oct]}, k: {type: string}}}",
    );
    let unions = ["A { SignKey(SignKey) | SealKey(SealKey) }", "SignKey { Oct(SignKeyOct) | Okp(SignKeyOkp) }"];
    let found: Vec<&String> = made.iter().filter(|line| line.contains('(')).collect();
    assert_eq!(found, unions);
}
