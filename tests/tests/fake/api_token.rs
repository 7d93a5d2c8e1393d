//! Tokens at the API: 401 and 403.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use logto_tests::http::{Ask, token};
use serde_json::{Value, json};

use super::{get, started};

#[tokio::test]
async fn refusals() {
    let (fake, good) = started().await;
    let powerless = token(&fake.endpoint(), fake.app_without_role(), fake.app_secret()).await.expect("a token");
    let unsigned = format!("{}.{}.", URL_SAFE_NO_PAD.encode("{\"alg\":\"none\"}"), URL_SAFE_NO_PAD.encode("{}"));
    let table = [
        (None, 401, "auth.authorization_header_missing", Value::Null),
        (Some("Basic abc".to_owned()), 401, "auth.authorization_token_type_not_supported", Value::Null),
        (Some(format!("bearer {good}")), 401, "auth.authorization_token_type_not_supported", Value::Null),
        (Some("Bearer garbage".to_owned()), 401, "auth.unauthorized", json!("ERR_JWS_INVALID")),
        (Some(format!("Bearer {good}x")), 401, "auth.unauthorized", json!("ERR_JWS_INVALID")),
        (Some(format!("Bearer {unsigned}")), 401, "auth.unauthorized", json!("ERR_JOSE_NOT_SUPPORTED")),
        (Some(format!("Bearer {powerless}")), 403, "auth.forbidden", Value::Null),
    ];
    for (authorization, status, code, data_code) in table {
        let mut ask = Ask::get("/api/users");
        if let Some(authorization) = &authorization {
            ask = ask.header("authorization", authorization);
        }
        let reply = ask.send(&fake.endpoint()).await.expect("a reply");
        let body = reply.json();
        assert_eq!((reply.status, &body["code"]), (status, &json!(code)), "{authorization:?}");
        assert_eq!(body["data"]["code"], data_code, "{authorization:?}");
        assert_eq!(reply.header("www-authenticate"), None);
    }
    assert_eq!(get(&fake, &good, "/api/users").await.status, 200);
}

#[tokio::test]
async fn a_token_dies_of_age_and_of_a_rotated_key() {
    let (fake, old) = started().await;
    fake.advance(3599);
    assert_eq!(get(&fake, &old, "/api/users").await.status, 200);
    fake.advance(1);
    let reply = get(&fake, &old, "/api/users").await;
    assert_eq!((reply.status, &reply.json()["data"]["code"]), (401, &json!("ERR_JWT_EXPIRED")));
    assert_eq!(reply.json()["data"]["payload"]["sub"], fake.app_id());
    let next = token(&fake.endpoint(), fake.app_id(), fake.app_secret()).await.expect("a token");
    assert_eq!(get(&fake, &next, "/api/users").await.status, 200);
    fake.revoke_tokens();
    let reply = get(&fake, &next, "/api/users").await;
    assert_eq!((reply.status, &reply.json()["data"]["code"]), (401, &json!("ERR_JWKS_NO_MATCHING_KEY")));
}

#[tokio::test]
async fn some_operations_need_none() {
    let (fake, _) = started().await;
    for target in
        ["/api/status", "/api/.well-known/sign-in-exp", "/api/swagger.json", "/api/saml-applications/x/metadata"]
    {
        let reply = Ask::get(target).send(&fake.endpoint()).await.expect("a reply");
        assert!((200..300).contains(&reply.status), "{target} {}", reply.status);
    }
}
