//! What an observer sees of attempts, retries, waits and tokens.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use logto_management::{Client, Event, Observer, RateLimit};
use logto_runtime::clock::ManualClock;
use logto_tests::FaultServer;
use logto_tests::fault::Script;

/// Writes down what it sees.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Observer for Log {
    fn notice(&self, event: &Event<'_>) {
        let line = match event {
            Event::Attempt { operation, number, outcome, took } => {
                let outcome = outcome.map(|status| status.to_string()).map_err(|error| error.is_interrupted());
                format!("{} {} #{number}: {outcome:?} in {took:?}", operation.method, operation.template)
            }
            Event::Retry { operation, wait, .. } => format!("{} again in {wait:?}", operation.id),
            Event::RateLimited { operation, waited } => format!("{} held for {waited:?}", operation.id),
            Event::Token { outcome, took } => format!("token: {} in {took:?}", outcome.is_ok()),
            other => format!("{other:?}"),
        };
        self.0.lock().expect("no panic").push(line);
    }
}

#[tokio::test]
async fn an_observer_sees_all_that_happens() {
    let json = [("content-type", "application/json")];
    let answer = |status, body| Script::new().read_request().last_reply(status, &json, body);
    let token = r#"{"access_token":"a.b.c","expires_in":3600,"token_type":"Bearer","scope":"all"}"#;
    let total = r#"{"totalUserCount":7}"#;
    let server = FaultServer::start([
        answer(503, ""),
        answer(200, token),
        answer(502, ""),
        Script::new().read_request().reset(),
        answer(200, total),
    ])
    .await
    .expect("a port");
    let log = Log::default();
    let builder = Client::builder().self_hosted(server.endpoint()).client_credentials("app", "canary").no_proxy();
    let limit = RateLimit { requests: 2, per: Duration::from_secs(10) };
    let builder = builder.clock(ManualClock::skipping_pauses()).rate_limit(Some(limit)).observer(log.clone());
    let logto = builder.build().expect("a client");
    logto.get_total_user_count().send().await.expect("a reply");
    let expected = [
        // The token endpoint failed once, and the pause before it was asked again is part of the time.
        "token: true in 250ms",
        "GET /api/dashboard/users/total #1: Err(false) in 0ns",
        "GetTotalUserCount again in 250ms",
        "GET /api/dashboard/users/total #2: Err(true) in 0ns",
        "GetTotalUserCount again in 500ms",
        "GetTotalUserCount held for 9.25s",
        r#"GET /api/dashboard/users/total #3: Ok("200 OK") in 0ns"#,
    ];
    assert_eq!(*log.0.lock().expect("no panic"), expected);
}

#[tokio::test]
async fn an_observer_sees_that_no_token_could_be_had() {
    let seen = Arc::new(Mutex::new(String::new()));
    let log = Arc::clone(&seen);
    let endpoint = FaultServer::refusing().await.expect("a port");
    let builder = Client::builder().self_hosted(endpoint).client_credentials("app", "canary").no_proxy();
    let builder = builder.clock(ManualClock::skipping_pauses()).observer(move |event: &Event<'_>| {
        *log.lock().expect("no panic") += &format!("{event:?}");
    });
    let logto = builder.build().expect("a client");
    assert!(logto.get_total_user_count().send().await.expect_err("nobody listens").is_connect());
    let seen = seen.lock().expect("no panic");
    assert!(seen.starts_with("Token { outcome: Err(") && !seen.contains("canary"), "{seen}");
}
