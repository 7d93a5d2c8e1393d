//! The check of recorded replies sees what it should see.

use logto_tests::fake::document::Document;
use logto_tests::recorded::problems;
use serde_json::{Value, json};

#[test]
fn losses_are_seen() {
    let document = Document::committed();
    let user =
        json!({ "id": "u", "name": null, "createdAt": 1.0, "identities": { "github": { "userId": "g" } }, "young": 1 });
    let log = json!({ "id": "l", "payload": { "key": "k", "extra": { "a": null } } });
    let debug = |text: &str| format!("x {text} y");
    let table: [(&str, &Value, Value, &str, &[&str]); 9] = [
        ("GetUser", &user, user.clone(), "", &[]),
        (
            "GetUser",
            &user,
            json!({ "id": "u", "createdAt": 1, "identities": { "github": { "userId": "g" } } }),
            "",
            &[],
        ),
        (
            "GetUser",
            &user,
            json!({ "createdAt": 1, "identities": { "github": { "userId": "g" } } }),
            "",
            &["`.id` is lost"],
        ),
        (
            "GetUser",
            &user,
            json!({ "id": "u", "createdAt": 2, "identities": { "github": { "userId": "g" } } }),
            "",
            &["`.createdAt` differs"],
        ),
        (
            "GetUser",
            &user,
            json!({ "id": "u", "createdAt": 1, "identities": { "github": {} } }),
            "",
            &["`.identities.github.userId` is lost"],
        ),
        ("GetUser", &json!({ "id": "u" }), json!({ "id": "u", "name": "n" }), "", &["`.name` is new"]),
        ("GetLog", &log, json!({ "id": "l", "payload": { "key": "k" } }), "", &["`.payload` differs"]),
        (
            "GetApplication",
            &json!({}),
            json!({}),
            "Unknown(\"SPA\")",
            &["`Unknown` of a value that the document lists: \"SPA\") y"],
        ),
        ("GetApplication", &json!({}), json!({}), "Unknown(\"Future\")", &[]),
    ];
    for (operation, body, written, shown, expected) in table {
        let operation = document.operation(operation).expect("an operation");
        let found = problems(document, operation, body, Ok((written.clone(), debug(shown))));
        assert_eq!(found, expected, "{written}");
    }
}
