//! Errors tell what happened, and nothing that must stay secret.

use logto_management::StatusCode;
use logto_tests::FakeLogto;
use logto_tests::fake::Answer;
use serde_json::json;

use super::{builder, started};

#[tokio::test]
async fn an_error_of_logto_is_taken_apart() {
    let (_fake, logto) = started().await;
    let error = logto.get_application("nope").send().await.expect_err("404");
    assert!(error.is_not_found() && error.is_status());
    assert_eq!(error.code(), Some("entity.not_exists_with_id"));
    assert_eq!(error.message(), Some("The applications with ID `nope` does not exist."));
    assert_eq!(error.status(), Some(StatusCode::NOT_FOUND));
    assert_eq!(error.operation(), Some("GetApplication"));
    assert_eq!(error.request_id().map(str::len), Some(16));
    assert_eq!(error.attempts(), 1);
}

#[tokio::test]
async fn shapes_of_error_bodies() {
    let fake = FakeLogto::stateless().await;
    let logto = builder(&fake).build().expect("a client");
    let table = [
        (
            Answer::json(422, &json!({ "code": "a.b", "message": "m", "data": { "x": 1 } })),
            Some("a.b"),
            Some("m"),
            true,
        ),
        (
            Answer::json(400, &json!({ "message": "Unexpected end of JSON input" })),
            None,
            Some("Unexpected end of JSON input"),
            false,
        ),
        (
            Answer::json(400, &json!({ "code": "guard.invalid_input", "message": "m", "details": "d" })),
            Some("guard.invalid_input"),
            Some("m"),
            false,
        ),
        (Answer::text(404, "text/plain", "Not Found"), None, None, false),
        (Answer::text(418, "text/html", "<html>"), None, None, false),
        (Answer::json(409, &json!([1])), None, None, false),
        (Answer::empty(410), None, None, false),
    ];
    for (answer, code, message, data) in table {
        let status = answer.status;
        fake.answer_next("GetUser", answer);
        let error = logto.get_user("u").send().await.expect_err("an error");
        assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
        assert_eq!(
            (error.code(), error.message(), error.data().is_some()),
            (code, message, data),
            "{status} {error:?}"
        );
    }
}

#[tokio::test]
async fn replies_that_are_none() {
    let fake = FakeLogto::stateless().await;
    let logto = builder(&fake).build().expect("a client");
    let table = [
        Answer::text(200, "text/html; charset=utf-8", "<html></html>"),
        Answer::text(200, "application/json", "{\"id\":"),
        Answer::json(200, &json!({ "id": 1 })),
        Answer::empty(200),
    ];
    for answer in table {
        let shown = format!("{answer:?}");
        // For all the client knows it was cut short on the way, so that it may ask again.
        for _ in 0..3 {
            fake.answer_next("GetUser", answer.clone());
        }
        let error = logto.get_user("u").send().await.expect_err("an error");
        assert!(error.is_decode() || error.is_interrupted(), "{shown} {error:?}");
        fake.forget_answers();
    }
    fake.answer_next("GetUser", Answer::empty(307).with("location", "https://elsewhere.example/"));
    let error = logto.get_user("u").send().await.expect_err("an error");
    assert!(error.is_redirect(), "{error:?}");
    assert!(!format!("{error:?}").contains("/api/users/u\""));
}
