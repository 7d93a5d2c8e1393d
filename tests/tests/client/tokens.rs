//! Tokens are fetched once, dropped when refused, and never asked for in vain.

use logto_management::types::CreateOrganizationBody;
use logto_management::{Client, ClientBuilder};
use logto_tests::fake::Answer;
use logto_tests::fault::Script;
use logto_tests::{FakeLogto, FaultServer};
use serde_json::json;

use super::{builder, started};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_callers_share_one_token() {
    let (fake, logto) = started().await;
    let calls = (0..100).map(|_| {
        let logto = logto.clone();
        tokio::spawn(async move { logto.list_roles().send().await.map(|page| page.items.len()) })
    });
    let calls: Vec<_> = calls.collect();
    for call in calls {
        assert_eq!(call.await.expect("no panic").expect("a reply"), 3);
    }
    assert_eq!((fake.token_requests(), fake.requests().len()), (1, 100));
}

#[tokio::test]
async fn a_refused_token_is_replaced_and_the_call_replayed_once() {
    let (fake, logto) = started().await;
    logto.list_roles().send().await.expect("a reply");
    fake.expire_tokens();
    logto.list_roles().send().await.expect("a reply");
    assert_eq!(fake.token_requests(), 2);
    let before = fake.rows("organizations").len();
    fake.forget();
    // A forced refresh so soon after the last one is not made: the second refusal is the caller's.
    fake.revoke_tokens();
    let error =
        logto.create_organization(CreateOrganizationBody::new("Company".to_owned())).send().await.expect_err("401");
    assert!(error.is_unauthorized());
    assert!(!error.may_have_been_executed());
    assert_eq!(fake.rows("organizations").len(), before);
}

#[tokio::test]
async fn a_write_is_replayed_after_401_since_it_was_not_executed() {
    let (fake, logto) = started().await;
    logto.list_roles().send().await.expect("a reply");
    let before = fake.rows("organizations").len();
    fake.revoke_tokens();
    let created =
        logto.create_organization(CreateOrganizationBody::new("Company".to_owned())).send().await.expect("a reply");
    assert_eq!((created.name.as_str(), fake.rows("organizations").len()), ("Company", before + 1));
    let statuses: Vec<u16> = fake.requests().iter().map(|request| request.status).collect();
    assert_eq!((statuses, fake.token_requests()), (vec![200, 401, 201], 2));
}

#[tokio::test]
async fn refusals_of_the_token_endpoint() {
    let fake = FakeLogto::start().await;
    let quota = Answer::json(429, &json!({ "code": "auth.exceed_token_limit", "message": "Token limit exceeded." }));
    let wrong_secret = builder(&fake).client_credentials(fake.app_id(), "wrong").build().expect("a client");
    let wrong_resource = builder(&fake).resource("https://elsewhere.example/api").build().expect("a client");
    let good = builder(&fake).build().expect("a client");

    let error = wrong_secret.list_users().send().await.expect_err("no token");
    assert!(error.is_token() && error.is_invalid_client(), "{error:?}");
    let error = wrong_resource.list_users().send().await.expect_err("no token");
    assert!(error.is_token() && error.is_invalid_target(), "{error:?}");
    fake.expire_secret(true);
    let error = good.list_users().send().await.expect_err("no token");
    assert!(error.is_secret_expired(), "{error:?}");
    fake.expire_secret(false);
    let other = builder(&fake).build().expect("a client");
    fake.answer_next_token(quota);
    let error = other.list_users().send().await.expect_err("no token");
    assert!(error.is_quota_exceeded(), "{error:?}");
    assert_eq!((fake.token_requests(), fake.requests().len()), (4, 0), "nothing is retried, nothing is sent");
}

#[tokio::test]
async fn an_app_without_the_role_is_told_what_it_lacks() {
    let fake = FakeLogto::start().await;
    let logto =
        builder(&fake).client_credentials(fake.app_without_role(), fake.app_secret()).build().expect("a client");
    let error = logto.list_users().send().await.expect_err("403");
    assert!(error.is_forbidden() && error.is_missing_scope(), "{error:?}");
    assert!(error.to_string().contains("role"), "{error}");
}

#[tokio::test]
async fn what_needs_no_token_gets_none() {
    let (fake, logto) = started().await;
    logto.get_status().send().await.expect("a reply");
    assert_eq!(fake.token_requests(), 0);
    assert!(fake.requests().iter().all(|request| !request.is_authorized()));
}

#[tokio::test]
async fn tokens_of_organizations_and_for_other_resources_are_asked_for() {
    type Change = fn(ClientBuilder) -> ClientBuilder;
    let management = "&resource=https%3A%2F%2Fdefault.logto.app%2Fapi&scope=all";
    let table: [(Change, &str); 5] = [
        (|builder| builder, management),
        (
            |builder| builder.resource("https://orders.example/api").scope("read:orders"),
            "&resource=https%3A%2F%2Forders.example%2Fapi&scope=read%3Aorders",
        ),
        (|builder| builder.organization_id("o1"), "&organization_id=o1"),
        (|builder| builder.organization_id("o1").scope("read write"), "&scope=read+write&organization_id=o1"),
        (
            |builder| builder.organization_id("o1").resource("https://orders.example/api").scope("read:orders"),
            "&resource=https%3A%2F%2Forders.example%2Fapi&scope=read%3Aorders&organization_id=o1",
        ),
    ];
    let body = r#"{"access_token":"a.b.c","expires_in":3600,"token_type":"Bearer","scope":"all"}"#;
    for (change, expected) in table {
        let script = Script::new().read_request().reply(200, "application/json", body);
        let server = FaultServer::start([script]).await.expect("a port");
        let builder = Client::builder().self_hosted(server.endpoint()).client_credentials("app", "hunter2").no_proxy();
        let client = change(builder).build().expect("a client");
        let token = client.token().await.expect("a token");
        assert_eq!(token.access_token.expose(), "a.b.c");
        let sent = String::from_utf8(server.connections().remove(0).received).expect("text");
        let form = format!("grant_type=client_credentials&client_id=app&client_secret=hunter2{expected}");
        assert_eq!(sent.rsplit("\r\n").next(), Some(form.as_str()));
    }
}
