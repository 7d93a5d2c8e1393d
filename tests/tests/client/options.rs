//! What one call does differently from its client.

use std::time::Duration;

use logto_management::types::{CreateOrganizationBody, UpdateUserBody};
use logto_management::{Client, Error};
use logto_runtime::clock::ManualClock;
use logto_tests::FaultServer;
use logto_tests::fault::Script;

/// A client of a server that gives a token first and then does one thing, always.
async fn client(script: Script) -> (FaultServer, Client, ManualClock) {
    let token = r#"{"access_token":"a.b.c","expires_in":3600,"token_type":"Bearer","scope":"all"}"#;
    let json = [("content-type", "application/json")];
    let server =
        FaultServer::start([Script::new().read_request().last_reply(200, &json, token)]).await.expect("a port");
    server.otherwise(script);
    let clock = ManualClock::skipping_pauses();
    let builder = Client::builder().self_hosted(server.endpoint()).client_credentials("app", "secret").no_proxy();
    let logto = builder.clock(clock.clone()).header("accept-language", "ja").build().expect("a client");
    (server, logto, clock)
}

fn ask() -> Script {
    Script::new().read_request()
}

#[tokio::test]
async fn a_call_has_attempts_of_its_own() {
    let (server, logto, _) = client(ask().last_reply(503, &[], "")).await;
    for (attempts, sent) in [(None, 3), (Some(1), 1), (Some(0), 1), (Some(5), 5)] {
        let before = server.requests().max(1);
        let error =
            logto.get_user("u").options(|options| options.max_attempts = attempts).send().await.expect_err("503");
        assert_eq!((error.attempts(), server.requests() - before), (sent, sent as usize), "{attempts:?}");
    }
}

#[tokio::test]
async fn a_call_says_whether_it_is_idempotent() {
    let (_server, logto, _) = client(ask().reset()).await;
    for (idempotent, posted, read, deleted) in [(None, 1, 3, 3), (Some(true), 3, 3, 3), (Some(false), 1, 1, 1)] {
        let attempts = |error: Error| (error.attempts(), error.may_have_been_executed());
        let body = CreateOrganizationBody::new("Company".to_owned());
        let call = logto.create_organization(body).options(|options| options.idempotent = idempotent);
        assert_eq!(attempts(call.send().await.expect_err("reset")), (posted, true), "{idempotent:?}");
        let call = logto.get_user("u").options(|options| options.idempotent = idempotent);
        assert_eq!(attempts(call.send().await.expect_err("reset")), (read, false), "{idempotent:?}");
        let call = logto.delete_user("u").options(|options| options.idempotent = idempotent);
        assert_eq!(attempts(call.send().await.expect_err("reset")), (deleted, true), "{idempotent:?}");
    }
}

#[tokio::test]
async fn a_call_has_a_time_of_its_own() {
    let (server, logto, clock) = client(ask().hold()).await;
    let call = logto.update_user("u", UpdateUserBody::default());
    let call = call.options(|options| options.timeout = Some(Duration::from_secs(5)));
    let sending = tokio::spawn(async move { call.send().await });
    server.requested(2).await;
    clock.advance(Duration::from_secs(5));
    let error = sending.await.expect("no panic").expect_err("a timeout");
    assert!(error.is_timeout() && error.to_string().contains("not done within 5s"), "{error}");
    assert_eq!((error.attempts(), error.may_have_been_executed()), (1, true));
}

#[tokio::test]
async fn a_call_has_headers_of_its_own() {
    let empty = [("content-type", "application/json"), ("total-number", "0")];
    let (server, logto, _) = client(ask().last_reply(200, &empty, "[]")).await;
    let list = logto.list_users().options(|options| {
        options.header("accept-language", "de");
        options.header("x-trace", "abc");
    });
    list.items().next().await.map_or(Ok(()), |user| user.map(drop)).expect("no users");
    let received = String::from_utf8_lossy(&server.connections()[1].received).to_lowercase();
    for (line, expected) in [
        ("accept-language: de", 1),
        ("accept-language: ja", 0),
        ("x-trace: abc", 1),
        ("authorization: bearer a.b.c", 1),
    ] {
        assert_eq!(received.lines().filter(|found| *found == line).count(), expected, "{line}: {received}");
    }
}

#[tokio::test]
async fn what_cannot_be_done_fails_before_any_io() {
    let (server, logto, _) = client(ask().close()).await;
    let table = [
        ("authorization", "canary"),
        ("cookie", "canary"),
        ("host", "canary"),
        ("x-a", "canary\r\nx-b: c"),
        ("x a", "canary"),
    ];
    for (name, value) in table {
        let error = logto.get_user("u").options(|options| options.header(name, value)).send().await.expect_err(name);
        assert!(error.is_input() && error.attempts() == 0, "{error:?}");
        assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
    }
    let call = logto.get_user("u").options(|options| options.timeout = Some(Duration::ZERO));
    assert!(call.send().await.expect_err("no time").is_input());
    assert_eq!(server.requests(), 0);
}
