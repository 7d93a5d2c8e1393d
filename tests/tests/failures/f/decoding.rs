//! What an error of decoding tells.

use logto_generator::sample::Fill;
use logto_management::{Client, Error};
use logto_tests::FakeLogto;
use logto_tests::fake::Answer;
use serde_json::json;

/// What is in every body, and in no error.
const BODY: &str = "canary-body-6f";

#[tokio::test]
async fn f9_an_error_of_decoding_names_the_place_and_not_the_value() {
    let fake = FakeLogto::stateless().await;
    let logto = super::builder(fake.endpoint()).build().expect("a client");
    let mut user = json!({});
    fake.set_fill(Some(Fill::Every));
    if logto.get_user("u").send().await.is_ok() {
        user = fake_reply(&logto).await;
    }
    let table = [
        ("name", json!({"token": BODY})),
        ("createdAt", json!(BODY)),
        ("isSuspended", json!(BODY)),
        ("identities", json!(BODY)),
        ("id", json!([BODY])),
        ("profile", json!(BODY)),
    ];
    for (member, wrong) in table {
        let mut reply = user.clone();
        reply[member] = wrong;
        fake.answer_next("GetUser", Answer::json(200, &reply));
        let error = logto.get_user("u").send().await.expect_err(member);
        let shown = format!("{error} {error:?}");
        assert!(error.is_decode() && shown.contains(&format!("`{member}`")) && !shown.contains(BODY), "{shown}");
    }
    for text in [format!("{{\"name\":\"{BODY}\",}}"), format!("{{\"{BODY}\"}}"), BODY.to_owned()] {
        fake.answer_next("GetUser", Answer::text(200, "application/json", &text));
        let error = logto.get_user("u").send().await.expect_err("no JSON");
        let shown = format!("{error} {error:?}");
        assert!(error.is_decode() && shown.contains("line 1, column") && !shown.contains(BODY), "{shown}");
    }
}

/// A user as the fake sends it.
async fn fake_reply(logto: &Client) -> serde_json::Value {
    let user: Result<_, Error> = logto.get_user("u").send().await;
    serde_json::to_value(user.expect("a reply")).expect("JSON")
}
