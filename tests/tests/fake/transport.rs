//! Headers, compression, caching, and what a test can set.

use std::io::Read;

use flate2::read::GzDecoder;
use hyper::Method;
use logto_generator::sample::Fill;
use logto_tests::FakeLogto;
use logto_tests::fake::Answer;
use logto_tests::http::Ask;
use serde_json::{Value, json};

use super::{get, send, started};

#[tokio::test]
async fn an_etag_saves_a_body() {
    let (fake, token) = started().await;
    let first = get(&fake, &token, "/api/users").await;
    let etag = first.header("etag").expect("an ETag").to_owned();
    let second = send(&fake, &token, Ask::get("/api/users").header("if-none-match", &etag)).await;
    assert_eq!((second.status, second.body.len()), (304, 0));
    assert_eq!(second.header("total-number"), Some("45"));
    let head = send(&fake, &token, Ask::new(Method::HEAD, "/api/users")).await;
    assert_eq!((head.status, head.body.len(), head.header("total-number")), (200, 0, Some("45")));
}

#[tokio::test]
async fn a_long_body_is_compressed_where_asked() {
    let (fake, token) = started().await;
    let plain = get(&fake, &token, "/api/users").await;
    assert_eq!(plain.header("content-encoding"), None);
    let packed = send(&fake, &token, Ask::get("/api/users").header("accept-encoding", "gzip, br")).await;
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    let mut text = String::new();
    GzDecoder::new(packed.body.as_ref()).read_to_string(&mut text).expect("gzip");
    assert_eq!(text, plain.text());
}

#[tokio::test]
async fn kinds_of_replies() {
    let fake = FakeLogto::stateless().await;
    let token = logto_tests::http::token(&fake.endpoint(), fake.app_id(), fake.app_secret()).await.expect("a token");
    let form = "SAMLRequest=x";
    let table = [
        (Ask::get("/api/status"), 204, None),
        (Ask::get("/api/saml-applications/a/metadata"), 200, Some("text/xml;charset=utf-8")),
        (Ask::get("/api/saml/a/authn?SAMLRequest=x"), 302, Some("text/html; charset=utf-8")),
        (
            Ask::new(Method::POST, "/api/saml/a/authn").body("application/x-www-form-urlencoded", form),
            302,
            Some("text/html; charset=utf-8"),
        ),
        (
            Ask::new(Method::POST, "/api/organizations/o/jit/roles").json(&json!({ "organizationRoleIds": ["r"] })),
            201,
            Some("text/plain; charset=utf-8"),
        ),
        (
            Ask::new(Method::PUT, "/api/applications/a/roles").json(&json!({ "roleIds": ["r"] })),
            200,
            Some("text/plain; charset=utf-8"),
        ),
    ];
    for (ask, status, content_type) in table {
        let reply = send(&fake, &token, ask.clone()).await;
        assert_eq!((reply.status, reply.header("content-type")), (status, content_type), "{ask:?} {}", reply.text());
        assert_eq!(reply.header("location").is_some(), status == 302);
    }
}

#[tokio::test]
async fn a_test_sets_what_is_sampled_and_what_comes_next() {
    let fake = FakeLogto::stateless().await;
    let token = logto_tests::http::token(&fake.endpoint(), fake.app_id(), fake.app_secret()).await.expect("a token");
    let user = get(&fake, &token, "/api/users/u1").await.json();
    assert_eq!((&user["id"], user.get("ssoIdentities")), (&json!("u1"), None));
    assert!(
        get(&fake, &token, "/api/users/u1").await.json().get("ssoIdentities").is_some(),
        "everything the second time"
    );
    fake.set_fill(Some(Fill::Required));
    assert_eq!(get(&fake, &token, "/api/users/u1").await.json().get("ssoIdentities"), None);
    fake.answer_next("GetUser", Answer::text(502, "text/html", "<html>bad gateway</html>"));
    assert_eq!(get(&fake, &token, "/api/users/u1").await.status, 502);
    assert_eq!(get(&fake, &token, "/api/users/u1").await.status, 200);
    fake.answer_next_token(Answer::json(429, &json!({ "code": "auth.exceed_token_limit", "message": "" })));
    let refused = logto_tests::http::token(&fake.endpoint(), fake.app_id(), fake.app_secret()).await;
    assert!(refused.is_err_and(|error| error.to_string().contains("429")));
    fake.forget();
    assert!(fake.requests().is_empty());
    assert!(get(&fake, &token, "/api/.well-known/management.openapi.json").await.json()["openapi"].is_string());
    assert_eq!(fake.rows("users"), Vec::<Value>::new());
}

#[tokio::test]
async fn it_stops_when_it_is_dropped() {
    let fake = FakeLogto::stateless().await;
    let endpoint = fake.endpoint();
    assert!(Ask::get("/api/status").send(&endpoint).await.is_ok());
    drop(fake);
    while Ask::get("/api/status").send(&endpoint).await.is_ok() {
        tokio::task::yield_now().await;
    }
}
