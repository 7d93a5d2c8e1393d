//! Names of types: each component keeps its own, whatever its shape and whatever it is called.

use super::super::support::{step, types};
use super::{lines, received};

#[test]
fn components_of_one_shape_stay_apart() {
    let modelled = received(
        "Root: {type: object, properties: {a: {$ref: '#/components/schemas/ErrorA'}, b: {$ref: '#/components/schemas/ErrorB'}, c: {type: object, properties: {message: {type: string}}}, d: {type: object, properties: {message: {type: string}}}, e: {type: object, properties: {e: {$ref: '#/components/schemas/ErrorA'}}}, f: {type: object, properties: {e: {$ref: '#/components/schemas/ErrorB'}}}}}, ErrorA: {type: object, properties: {message: {type: string}}}, ErrorB: {type: object, properties: {message: {type: string}}}",
    );
    assert_eq!(
        lines(&modelled),
        [
            "ErrorA { message?: text }",
            "ErrorB { message?: text }",
            "Root { a?: ErrorA, b?: ErrorB, c?: RootC, d?: RootC, e?: RootE, f?: RootF }",
            "RootC { message?: text }",
            "RootE { e?: ErrorA }",
            "RootF { e?: ErrorB }"
        ]
    );
}

#[test]
fn names_say_what_a_type_is_and_nothing_twice() {
    let object = |member: &str| format!("{{type: object, properties: {{{member}}}}}");
    let json = |schema: &str| format!("content: {{application/json: {{schema: {schema}}}}}");
    let operation = |id: &str, tag: &str, body: &str, responses: &str| {
        format!("/{id}: {{post: {{operationId: {id}, tags: [{tag}], {body}responses: {{{responses}}}}}}}")
    };
    let body = |member: &str| format!("requestBody: {{{}}}, ", json(&object(member)));
    let failed = "'400': {$ref: '#/components/responses/Refused'}, '404': {$ref: '#/components/responses/Missing'}";
    let components = format!(
        "components: {{responses: {{Refused: {{description: d, {0}}}, Missing: {{description: d, {0}}}}}}}",
        json(&object("why: {type: string}"))
    );
    let text = "name: {type: string}";
    let cases: &[(&[String], &[&str])] = &[
        // A body is its operation's own, though others are alike.
        (
            &[
                operation("addColumn", "a", &body(text), ""),
                operation("addRow", "a", &body(text), ""),
                operation("addLabel", "b", &body(text), ""),
            ],
            &["AddColumnBody { name?: text }", "AddLabelBody { name?: text }", "AddRowBody { name?: text }"],
        ),
        // Replies that have a name in the document.
        (
            &[operation("one", "a", "", failed), operation("two", "b", "", failed)],
            &["Missing { why?: text }", "Refused { why?: text }"],
        ),
        // What ends one word and begins the next is said once.
        (
            &[operation("setType", "a", &body("type: {enum: [x, y]}"), "")],
            &["SetType { X | Y }", "SetTypeBody { r#type?: SetType }"],
        ),
    ];
    for (operations, expected) in cases {
        let document = format!("paths: {{{}}}\n{components}", operations.join(", "));
        let step = step("1.0.0", &document, "", "").unwrap_or_else(|error| panic!("{document}\n{error}"));
        assert_eq!(types(&step.modelled), *expected, "{document}");
    }
}

#[test]
fn collisions_are_settled() {
    let names = [
        "String",
        "Option",
        "Box",
        "Error",
        "Client",
        "Value",
        "Result",
        "type",
        "Self",
        "User",
        "USER",
        "user",
        "user-",
        "ユーザー",
        "1st",
        "😀",
        "",
        "a/b~c",
    ];
    let long = "Long".repeat(50);
    let names: Vec<&str> = names.into_iter().chain([long.as_str()]).collect();
    let members: Vec<String> = (0..names.len())
        .map(|index| {
            let name = names[index].replace('~', "~0").replace('/', "~1");
            format!("m{index:02}: {{$ref: '#/components/schemas/{name}'}}")
        })
        .collect();
    let schemas: Vec<String> =
        names.iter().map(|name| format!("'{name}': {{type: object, properties: {{x: {{type: string}}}}}}")).collect();
    let forwards =
        received(&format!("Root: {{type: object, properties: {{{}}}}}, {}", members.join(", "), schemas.join(", ")));
    let names = |modelled: &logto_generator::pipeline::Modelled| -> Vec<String> {
        lines(modelled).iter().map(|line| line.split(' ').next().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(
        names(&forwards),
        [
            "ABC",
            "BoxSchema",
            "ClientSchema",
            "Error",
            "LongLongLongLongLongLongLongLongLongLongX268ac1",
            "OptionSchema",
            "PartSchema",
            "PartUnderscore",
            "ResultSchema",
            "Root",
            "SelfValue",
            "StringSchema",
            "Type",
            "User",
            "UserDash",
            "UserSchema",
            "UserXe8d6b9",
            "V1st",
            "ValueSchema",
            "ユーザー"
        ]
    );
    // The order of keys does not matter.
    let (members, schemas): (Vec<String>, Vec<String>) =
        (members.into_iter().rev().collect(), schemas.into_iter().rev().collect());
    let backwards =
        received(&format!("{}, Root: {{properties: {{{}}}, type: object}}", schemas.join(", "), members.join(", ")));
    assert_eq!(lines(&backwards), lines(&forwards));
}
