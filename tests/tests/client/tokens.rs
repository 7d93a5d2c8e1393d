//! Tokens are fetched once, dropped when refused, and never asked for in vain.

use std::time::Duration;

use logto_management::types::CreateOrganizationBody;
use logto_management::{Client, ClientBuilder};
use logto_runtime::clock::ManualClock;
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
    let fake = FakeLogto::start().await;
    let clock = ManualClock::skipping_pauses();
    let logto = builder(&fake).clock(clock.clone()).build().expect("a client");
    logto.list_roles().send().await.expect("a reply");
    fake.expire_tokens();
    logto.list_roles().send().await.expect("a reply");
    assert_eq!((fake.token_requests(), clock.pauses()), (2, vec![]));
    let before = fake.rows("organizations").len();
    // So soon after the last one no other token is fetched: the call waits, since the token was good before.
    fake.revoke_tokens();
    let create = || logto.create_organization(CreateOrganizationBody::new("Company".to_owned()));
    create().send().await.expect("a reply");
    assert_eq!((fake.token_requests(), clock.pauses()), (3, vec![Duration::from_secs(10)]));
    // Unless it has not the time.
    fake.revoke_tokens();
    let hurried = create().options(|options| options.timeout = Some(Duration::from_secs(9)));
    let error = hurried.send().await.expect_err("401");
    assert!(error.is_unauthorized() && !error.may_have_been_executed(), "{error:?}");
    assert!(error.to_string().contains("its signing keys were rotated"), "{error}");
    assert_eq!((fake.token_requests(), fake.rows("organizations").len()), (3, before + 1));
}

/// Logto says in `data.code` why it refuses a token.
#[tokio::test]
async fn the_hint_of_a_refused_token_follows_its_reason() {
    // Reason; what the error says; tokens that are fetched.
    let table = [
        ("ERR_JWKS_NO_MATCHING_KEY", "its signing keys were rotated", 2),
        ("ERR_JWT_EXPIRED", "it has expired by Logto's clock", 2),
        ("ERR_JWS_INVALID", "it is not a JWT", 2),
        ("ERR_JWT_CLAIM_VALIDATION_FAILED", "it was issued for the resource `https://default.logto.app/api`", 1),
        ("ERR_SOMETHING_NEW", "check that the resource and the base URL", 2),
    ];
    for (reason, expected, tokens) in table {
        let data = json!({ "code": reason, "payload": { "sub": "canary" } });
        let refusal = json!({ "code": "auth.unauthorized", "message": "Unauthorized.", "data": data }).to_string();
        let token = r#"{"access_token":"a.b.c","expires_in":3600,"token_type":"Bearer","scope":"all"}"#;
        let answer = |status, body: &str| {
            Script::new().read_request().last_reply(status, &[("content-type", "application/json")], body)
        };
        let scripts = [answer(200, token), answer(401, &refusal), answer(200, token), answer(401, &refusal)];
        let server = FaultServer::start(scripts).await.expect("a port");
        let builder = Client::builder().self_hosted(server.endpoint()).client_credentials("app", "hunter2").no_proxy();
        let logto = builder.clock(ManualClock::new()).build().expect("a client");
        let error = logto.list_roles().send().await.expect_err("401");
        assert!(error.is_unauthorized() && error.to_string().contains(expected), "{reason}: {error}");
        assert!(!format!("{error} {error:?}").contains("canary"), "the claims are not shown");
        assert_eq!(server.requests(), 2 * tokens, "{reason}");
    }
}

/// The scope that the endpoint answered, also where it is not the one that was asked for.
#[tokio::test]
async fn a_token_tells_the_scope_that_it_was_issued_with() {
    type Change = fn(ClientBuilder) -> ClientBuilder;
    let kinds: [Change; 3] = [
        |builder| builder,
        |builder| builder.organization_id("o1"),
        |builder| builder.resource("https://orders.example/api").scope("read:orders write:orders"),
    ];
    let table =
        [(r#","scope":"all""#, "all"), (r#","scope":"read:orders""#, "read:orders"), ("", ""), (r#","scope":"""#, "")];
    for change in kinds {
        for (member, scope) in table {
            let body = format!(r#"{{"access_token":"a.b.c","expires_in":3600,"token_type":"Bearer"{member}}}"#);
            let script = Script::new().read_request().reply(200, "application/json", &body);
            let server = FaultServer::start([script]).await.expect("a port");
            let builder = Client::builder().self_hosted(server.endpoint()).client_credentials("app", "x").no_proxy();
            let client = change(builder).build().expect("a client");
            // Also the one that comes from the cache.
            for _ in 0..2 {
                assert_eq!(client.token().await.expect("a token").scope.as_deref(), Some(scope), "{member}");
            }
            assert_eq!(server.requests(), 1);
        }
    }
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
