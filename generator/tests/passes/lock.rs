//! The rules of the name lock, each from small documents.

use super::support::{Step, step, types};

/// A document from `operation: schema` pairs: replies, or bodies where the operation's name begins with `Send`.
fn document(operations: &[(&str, &str)]) -> String {
    let mut text = "paths:\n".to_owned();
    for (id, schema) in operations {
        let json = format!("content: {{application/json: {{schema: {schema}}}}}");
        let rest = if id.starts_with("Send") {
            format!("requestBody: {{required: true, {json}}}, responses: {{'204': {{description: d}}}}")
        } else {
            format!("responses: {{'200': {{description: d, {json}}}}}")
        };
        text.push_str(&format!("  /{id}: {{post: {{operationId: {id}, tags: [T], {rest}}}}}\n"));
    }
    text
}

fn object(members: &str) -> String {
    format!("{{type: object, required: [id], properties: {{id: {{type: string}}{members}}}}}")
}

/// Runs releases 1.0.0, 1.1.0, … in turn.
fn releases(documents: &[String]) -> Step {
    let mut lock = String::new();
    let mut last = None;
    for (index, document) in documents.iter().enumerate() {
        let made =
            step(&format!("1.{index}.0"), document, "", &lock).unwrap_or_else(|error| panic!("1.{index}.0: {error}"));
        assert!(made.lock.starts_with(&lock), "the lock is appended to");
        lock.clone_from(&made.lock);
        last = Some(made);
    }
    last.expect("some release")
}

#[test]
fn places_of_one_name_stay_one_type_while_a_union_of_their_members_fits() {
    let same = object("");
    let grown = object(", name: {type: string}");
    let made = releases(&[
        document(&[("GetUser", &same), ("UpdateUser", &same)]),
        document(&[("GetUser", &grown), ("UpdateUser", &same)]),
    ]);
    assert_eq!(types(&made.modelled), ["User { id: text, name?: text }"]);
    assert!(made.modelled.breaking.is_empty());
}

#[test]
fn on_a_conflict_the_home_place_keeps_the_name() {
    let text = object(", name: {type: string}");
    let number = object(", name: {type: integer}");
    let made = releases(&[
        document(&[("GetUser", &text), ("UpdateUser", &text)]),
        document(&[("GetUser", &text), ("UpdateUser", &number)]),
    ]);
    assert_eq!(types(&made.modelled), ["User { id: text, name?: text }", "UserReply { id: text, name?: int }"]);
    let breaking: Vec<String> = made.modelled.breaking.iter().map(ToString::to_string).collect();
    assert_eq!(
        breaking,
        [
            "UpdateUser.reply: is no longer `User`: `name` is a text here and an integer there",
            "UpdateUser: its reply was `User` and is `UserReply`",
        ]
    );
}

#[test]
fn two_released_names_never_merge_by_themselves() {
    let small = object("");
    let large = object(", name: {type: string}");
    let made = releases(&[
        document(&[("GetCat", &small), ("GetDog", &large)]),
        document(&[("GetCat", &large), ("GetDog", &large)]),
    ]);
    assert_eq!(types(&made.modelled), ["Cat { id: text, name?: text }", "Dog { id: text, name?: text }"]);
}

#[test]
fn names_that_people_merge_leave_an_alias() {
    let small = object("");
    let large = object(", name: {type: string}");
    let both = document(&[("GetCat", &small), ("GetDog", &large)]);
    let first = step("1.0.0", &both, "", "").expect("builds");
    let rules = "types: [{name: Dog, places: [GetDog.reply, GetCat.reply], reason: r}]";
    let made = step("1.1.0", &both, rules, &first.lock).expect("builds");
    assert_eq!(types(&made.modelled), ["Dog { id: text, name?: text }"]);
    assert_eq!(made.modelled.names.types[0].aliases, ["Cat"]);
    let again = step("1.1.0", &both, rules, &made.lock).expect("builds");
    assert_eq!(again.modelled.names.types[0].aliases, ["Cat"], "the alias stays");
    assert_eq!(again.lock, made.lock);
}

#[test]
fn a_new_place_joins_a_released_type_only_if_it_is_equal() {
    let user = object("");
    let made = releases(&[
        document(&[("GetUser", &user)]),
        document(&[("GetUser", &user), ("FindUser", &user), ("MatchUser", &object(", score: {type: integer}"))]),
    ]);
    assert_eq!(types(&made.modelled), ["MatchUserReply { id: text, score?: int }", "User { id: text }"]);
}

#[test]
fn a_member_that_the_document_dropped_stays_deprecated() {
    let large = object(", names: {type: array, items: {type: string}}");
    let made = releases(&[document(&[("SendUser", &large)]), document(&[("SendUser", &object(""))])]);
    assert_eq!(types(&made.modelled), ["SendUserBody { id: text, names?-: [text] }"]);
}

#[test]
fn what_is_received_and_younger_than_its_type_is_optional_for_good() {
    let old = object("");
    let new = "{type: object, required: [id, name], properties: {id: {type: string}, name: {type: string}}}";
    let made =
        releases(&[document(&[("GetUser", &old)]), document(&[("GetUser", new)]), document(&[("GetUser", new)])]);
    assert_eq!(types(&made.modelled), ["User { id: text, name^: text }"]);
    // Of a type that came with the release, nothing is younger.
    let made = releases(&[
        document(&[("GetCat", &old)]),
        document(&[("GetCat", &old), ("GetUser", new)]),
        document(&[("GetCat", &old), ("GetUser", new)]),
    ]);
    assert_eq!(types(&made.modelled), ["Cat { id: text }", "User { id: text, name: text }"]);
}

#[test]
fn variants_methods_and_modules_keep_their_names() {
    let of = |values: &str| {
        format!("{{type: object, required: [id], properties: {{id: {{type: string, enum: [{values}]}}}}}}")
    };
    let first = step("1.0.0", &document(&[("GetUser", &of("a, b"))]), "", "").expect("builds");
    let renamed = first
        .lock
        .replace("variant UserId a A", "variant UserId a First")
        .replace("operation GetUser get_user", "operation GetUser user")
        .replace("tag T t t", "tag T people people");
    let made = step("1.1.0", &document(&[("GetUser", &of("c, b, a"))]), "", &renamed).expect("builds");
    assert_eq!(types(&made.modelled), ["User { id: UserId }", "UserId { C | B | First }"]);
    assert_eq!(made.modelled.names.operations[0].method, "user");
    assert_eq!(made.modelled.names.tags["T"].module, "people");
    // A value that the document dropped stays.
    let made = step("1.2.0", &document(&[("GetUser", &of("c"))]), "", &made.lock).expect("builds");
    assert_eq!(types(&made.modelled), ["User { id: UserId }", "UserId { C | First | B }"]);
}

#[test]
fn an_older_document_and_a_broken_lock_are_refused() {
    let user = document(&[("GetUser", &object(""))]);
    let made = step("1.1.0", &user, "", "").expect("builds");
    let error = step("1.0.0", &user, "", &made.lock).err().expect("is refused");
    assert!(error.contains("take a document that is not older"), "{error}");
    let error = step("1.1.0", &user, "", "nonsense here\n").err().expect("is refused");
    assert!(error.starts_with("line 1:"), "{error}");
}

#[test]
fn a_second_run_of_a_release_changes_nothing() {
    let members = ", name: {type: string, nullable: true}, age: {type: integer}";
    let user = format!("{{type: object, required: [id, name, age], properties: {{id: {{type: string}}{members}}}}}");
    let document = document(&[("GetUser", &user), ("SendUser", &user)]);
    let first = step("1.0.0", &document, "", "").expect("builds");
    let second = step("1.0.0", &document, "", &first.lock).expect("builds");
    assert_eq!(types(&second.modelled), types(&first.modelled));
    assert_eq!(second.lock, first.lock);
    // A newer release, too.
    let newer = document.replace("age: {type: integer}", "age: {type: integer}, size: {type: integer, nullable: true}");
    let third = step("1.1.0", &newer, "", &second.lock).expect("builds");
    let fourth = step("1.1.0", &newer, "", &third.lock).expect("builds");
    assert_eq!(types(&fourth.modelled), types(&third.modelled));
    assert_eq!(fourth.lock, third.lock);
}

#[test]
fn what_callers_must_change_is_breaking() {
    let of =
        |name: &str| format!("{{type: object, required: [id], properties: {{id: {{type: string}}, name: {name}}}}}");
    let cases = [
        (of("{type: string}"), of("{type: integer}"), &["User.name: was `%string` and is `%int`"][..]),
        (
            of("{type: string}"),
            "{type: array, items: {type: string}}".to_owned(),
            &[
                "GetUser: its reply was `User` and is `[%string]`",
                "User: the type is gone; if it has another name now, a rule (`types`) can keep this one",
            ],
        ),
    ];
    for (old, new, expected) in cases {
        let first = step("1.0.0", &document(&[("GetUser", &old)]), "", "").expect("builds");
        let second = step("1.1.0", &document(&[("GetUser", &new)]), "", &first.lock).expect("builds");
        let breaking: Vec<String> = second.modelled.breaking.iter().map(ToString::to_string).collect();
        assert_eq!(breaking, expected);
    }
    let required = of("{type: string}").replace("required: [id]", "required: [id, name]");
    let first = step("1.0.0", &document(&[("SendUser", &of("{type: string}"))]), "", "").expect("builds");
    let second = step("1.1.0", &document(&[("SendUser", &required)]), "", &first.lock).expect("builds");
    let breaking: Vec<String> = second.modelled.breaking.iter().map(ToString::to_string).collect();
    assert_eq!(breaking, ["SendUserBody.name: was optional and must now be sent"]);
}

#[test]
fn released_names_come_before_new_ones() {
    let of = |values: &str| format!("{{type: object, properties: {{k: {{type: string, enum: [{values}]}}}}}}");
    let made = releases(&[document(&[("GetUser", &of("foo_bar"))]), document(&[("GetUser", &of("foo-bar, foo_bar"))])]);
    assert_eq!(types(&made.modelled), ["User { k?: UserK }", "UserK { FooDashBar | FooBar }"]);
}
