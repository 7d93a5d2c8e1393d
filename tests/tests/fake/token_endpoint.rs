//! The token endpoint: what it grants, and each of its refusals.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::Method;
use logto_tests::FakeLogto;
use logto_tests::fake::RESOURCE;
use logto_tests::http::{Ask, Reply};
use serde_json::json;

const FORM: &str = "application/x-www-form-urlencoded";

async fn ask(fake: &FakeLogto, ask: Ask) -> Reply {
    ask.send(&fake.endpoint()).await.expect("a reply")
}

fn post(pairs: &[(&str, &str)]) -> Ask {
    let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    Ask::new(Method::POST, "/oidc/token").body(FORM, form)
}

#[tokio::test]
async fn a_token_is_granted() {
    let fake = FakeLogto::start().await;
    let request = [
        ("grant_type", "client_credentials"),
        ("client_id", fake.app_id()),
        ("client_secret", fake.app_secret()),
        ("resource", RESOURCE),
        ("scope", "all"),
    ];
    let reply = ask(&fake, post(&request)).await;
    let body = reply.json();
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    assert_eq!(body["access_token"].as_str().map(|token| token.split('.').count()), Some(3));
    assert_eq!(
        (&body["expires_in"], &body["token_type"], &body["scope"]),
        (&json!(3600), &json!("Bearer"), &json!("all"))
    );
    let basic = STANDARD.encode(format!("{}:{}", fake.app_id(), fake.app_secret()));
    let rest = [request[0], request[3], request[4]];
    let reply = ask(&fake, post(&rest).header("authorization", &format!("Basic {basic}"))).await;
    assert_eq!((reply.status, &reply.json()["scope"]), (200, &json!("all")));
    assert_eq!(fake.token_requests(), 2);
}

#[tokio::test]
async fn a_scope_needs_the_role_and_the_wish() {
    let fake = FakeLogto::start().await;
    for (app, scope) in [(fake.app_without_role(), "all"), (fake.app_id(), "nonsense"), (fake.app_id(), "")] {
        let request = [
            ("grant_type", "client_credentials"),
            ("client_id", app),
            ("client_secret", fake.app_secret()),
            ("resource", RESOURCE),
            ("scope", scope),
        ];
        let reply = ask(&fake, post(&request)).await;
        assert_eq!((reply.status, reply.json().get("scope")), (200, None), "{app} {scope}");
    }
}

#[tokio::test]
async fn refusals() {
    let fake = FakeLogto::start().await;
    let (id, secret) = (("client_id", fake.app_id()), ("client_secret", fake.app_secret()));
    let (grant, resource) = (("grant_type", "client_credentials"), ("resource", RESOURCE));
    let table = [
        (vec![grant, id, ("client_secret", "wrong"), resource], 401, "invalid_client", "client authentication failed"),
        (vec![grant, ("client_id", "nope"), secret, resource], 400, "invalid_client", "invalid client nope"),
        (
            vec![grant, id, secret, ("resource", "https://elsewhere.example")],
            400,
            "invalid_target",
            "resource indicator is missing, or unknown",
        ),
        (vec![grant, id, secret], 400, "invalid_target", "both `resource` and `organization_id` are not provided"),
        (
            vec![("grant_type", "magic"), id, secret, resource],
            400,
            "unsupported_grant_type",
            "unsupported grant_type requested",
        ),
        (vec![grant, resource], 400, "invalid_request", "no client authentication mechanism provided"),
    ];
    for (pairs, status, error, description) in table {
        let reply = ask(&fake, post(&pairs)).await;
        let body = reply.json();
        assert_eq!(reply.status, status, "{description}");
        assert_eq!(body["error"], error, "{description}");
        assert_eq!(body["code"], format!("oidc.{error}"));
        assert_eq!(body["error_description"], description);
        assert!(body["message"].is_string());
    }
    let json = json!({ "grant_type": "client_credentials", "client_id": fake.app_id(), "client_secret": "s" });
    let reply = ask(&fake, Ask::new(Method::POST, "/oidc/token").json(&json)).await;
    assert_eq!((reply.status, &reply.json()["error"]), (400, &json!("invalid_request")));
    let basic = STANDARD.encode(format!("{}:wrong", fake.app_id()));
    let reply = ask(&fake, post(&[grant, resource]).header("authorization", &format!("Basic {basic}"))).await;
    assert_eq!(reply.status, 401);
    assert!(reply.header("www-authenticate").is_some_and(|challenge| challenge.starts_with("Basic realm=")));
    fake.expire_secret(true);
    let reply = ask(&fake, post(&[grant, id, secret, resource])).await;
    assert_eq!((reply.status, &reply.json()["error_description"]), (400, &json!("client secret has expired")));
}
