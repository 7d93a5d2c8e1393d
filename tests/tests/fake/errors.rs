//! Error bodies of the API.

use hyper::Method;
use logto_tests::http::Ask;
use serde_json::json;

use super::{get, send, started};

#[tokio::test]
async fn unknown_paths_methods_and_ids() {
    let (fake, token) = started().await;
    let table = [
        (Method::GET, "/api/nonsense", 404, "Not Found"),
        (Method::PUT, "/api/users", 405, "Method Not Allowed"),
        (
            Method::GET,
            "/api/users/nope",
            404,
            r#"{"code":"entity.not_found","message":"The resource does not exist."}"#,
        ),
        (
            Method::GET,
            "/api/applications/nope",
            404,
            r#"{"code":"entity.not_exists_with_id","message":"The applications with ID `nope` does not exist."}"#,
        ),
        (
            Method::DELETE,
            "/api/roles/nope",
            404,
            r#"{"code":"entity.not_exists_with_id","message":"The roles with ID `nope` does not exist."}"#,
        ),
    ];
    for (method, target, status, body) in table {
        let reply = send(&fake, &token, Ask::new(method.clone(), target)).await;
        assert_eq!((reply.status, reply.text().as_str()), (status, body), "{method} {target}");
        assert!(reply.header("logto-core-request-id").is_some());
    }
    let reply = Ask::get("/api/nonsense").send(&fake.endpoint()).await.expect("a reply");
    assert_eq!((reply.status, reply.header("content-type")), (404, Some("text/plain; charset=utf-8")));
    let reply = send(&fake, &token, Ask::new(Method::PUT, "/api/users")).await;
    assert_eq!(reply.header("allow"), Some("POST, HEAD, GET"));
    let reply = send(&fake, &token, Ask::new(Method::OPTIONS, "/api/users")).await;
    assert_eq!((reply.status, reply.header("allow")), (200, Some("POST, HEAD, GET")));
}

#[tokio::test]
async fn the_message_follows_the_language_and_the_code_does_not() {
    let (fake, token) = started().await;
    let table = [
        ("fr", "/api/users/nope", "entity.not_found", "La ressource n'existe pas."),
        (
            "de-CH, en;q=0.5",
            "/api/applications/x",
            "entity.not_exists_with_id",
            "applications mit ID `x` existiert nicht.",
        ),
        ("en", "/api/users/nope", "entity.not_found", "The resource does not exist."),
    ];
    for (language, target, code, message) in table {
        let reply = send(&fake, &token, Ask::get(target).header("accept-language", language)).await;
        assert_eq!(reply.json(), json!({ "code": code, "message": message }), "{language}");
    }
}

#[tokio::test]
async fn bodies_that_do_not_fit() {
    let (fake, token) = started().await;
    let post = |target| Ask::new(Method::POST, target);
    let reply = send(&fake, &token, post("/api/users").body("application/json", "{\"a\":")).await;
    assert_eq!((reply.status, reply.json()), (400, json!({ "message": "Unexpected end of JSON input" })));
    let reply = send(&fake, &token, post("/api/users").json(&json!({ "primaryEmail": "x", "username": 1 }))).await;
    let body = reply.json();
    assert_eq!((reply.status, &body["code"]), (400, &json!("guard.invalid_input")));
    assert_eq!(body["message"], "The request body is invalid.");
    assert_eq!(body["data"]["name"], "ZodError");
    let codes: Vec<&str> =
        body["data"]["issues"].as_array().into_iter().flatten().filter_map(|issue| issue["code"].as_str()).collect();
    assert_eq!(codes, ["invalid_string", "invalid_type"]);
    assert_eq!(
        body["details"],
        "Error in key path \"primaryEmail\": (invalid_string) Invalid.\n\
         Error in key path \"username\": (invalid_type) Expected string but received number."
    );
    let reply = send(&fake, &token, post("/api/organizations").json(&json!({}))).await;
    let issue = json!({ "code": "invalid_type", "path": ["name"], "message": "Required", "expected": "string", "received": "undefined" });
    assert_eq!(reply.json()["data"]["issues"], json!([issue]));
    let reply = send(&fake, &token, post("/api/organizations").body("text/plain", "hello")).await;
    assert_eq!(reply.json()["data"]["issues"][0]["message"], "Expected object, received string");
}

#[tokio::test]
async fn a_large_body_is_an_unknown_path() {
    let (fake, token) = started().await;
    let text = |length: usize| json!({ "name": "x", "description": "y".repeat(length) });
    for (length, status) in [(900_000, 400), (1024 * 1024, 404)] {
        let reply = send(&fake, &token, Ask::new(Method::POST, "/api/organizations").json(&text(length))).await;
        assert_eq!(reply.status, status, "{length}");
    }
}

#[tokio::test]
async fn what_the_server_drops_is_recorded() {
    let (fake, token) = started().await;
    let reply = send(
        &fake,
        &token,
        Ask::new(Method::POST, "/api/organizations?odd=1").json(&json!({ "name": "x", "extra": 1 })),
    )
    .await;
    assert_eq!(reply.status, 201);
    let record = fake.last_request().expect("a record");
    let shown: Vec<String> = record.issues.iter().map(ToString::to_string).collect();
    assert_eq!(shown.len(), 2, "{shown:?}");
    assert!(shown[0].starts_with("query at `odd`") && shown[1].contains("'extra'"), "{shown:?}");
    assert_eq!(record.header("authorization"), Some("Bearer"));
    assert_eq!(get(&fake, &token, "/api/organizations?q=nothing-like-it").await.json(), json!([]));
}
