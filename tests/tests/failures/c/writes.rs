//! What a server may have executed is not executed twice.

use std::collections::BTreeMap;
use std::time::Duration;

use logto_runtime::{Method, Timeouts};
use logto_tests::FaultServer;
use logto_tests::fault::Script;

use super::super::scripted::{CountingClock, answer, ask, builder, call, client, server, soon};

/// A reply after which the connection stays open.
fn kept() -> Script {
    ask().reply(200, "application/json", "{}")
}

#[tokio::test]
async fn c8_a_post_that_may_have_been_executed_is_not_sent_again() {
    let table = [
        ("reset", ask().reset()),
        ("closed", ask().close()),
        ("half a head", ask().half_head().close()),
        ("a short body", ask().lie_about_length(100, "{").close()),
        ("408", answer(408, &[], "")),
        ("502", answer(502, &[], "")),
        ("503", answer(503, &[], "")),
        ("504", answer(504, &[], "")),
    ];
    for (name, script) in table {
        for method in [Method::POST, Method::PATCH] {
            let server = server([script.clone()]).await;
            let (client, clock) = client(&server);
            let error = soon(call(&client, method.clone()).send()).await.expect_err(name);
            assert!(error.may_have_been_executed(), "{method}, {name}: {error:?}");
            assert_eq!((error.attempts(), server.requests(), clock.pauses()), (1, 1, vec![]), "{method}, {name}");
        }
    }
}

#[tokio::test]
async fn c8_a_post_that_times_out_is_not_sent_again() {
    let server = server([ask().hold()]).await;
    let clock = CountingClock::default();
    let client = builder(server.endpoint()).clock(clock.clone()).build().expect("a client");
    let sending = tokio::spawn(async move { call(&client, Method::POST).send().await });
    soon(server.requested(1)).await;
    clock.clock.advance(Duration::from_secs(15));
    let error = soon(sending).await.expect("no panic").expect_err("a timeout");
    assert!(error.is_timeout() && error.may_have_been_executed(), "{error:?}");
    assert_eq!((error.attempts(), server.requests()), (1, 1));
}

#[tokio::test]
async fn c9_a_post_that_was_never_sent_is_sent_again() {
    let endpoint = FaultServer::refusing().await.expect("a port");
    let clock = logto_runtime::clock::ManualClock::new();
    let client = builder(endpoint.clone()).clock(clock.clone()).build().expect("a client");
    let sending = tokio::spawn(async move { call(&client, Method::POST).response().await });
    super::super::scripted::paused(&clock, 1).await;
    let server = FaultServer::start_at(&endpoint, [kept()]).await.expect("the port is free");
    clock.advance(Duration::from_secs(1));
    let reply = soon(sending).await.expect("no panic").expect("a reply");
    assert_eq!((reply.attempts(), server.requests()), (2, 1));
}

/// What becomes of a second request on a connection that the server closes as it arrives.
#[tokio::test]
async fn c10_a_stale_connection_costs_a_write_only_what_is_safe() {
    let table = [
        (Method::GET, "Op", true),
        (Method::HEAD, "Op", true),
        (Method::DELETE, "Op", true),
        (Method::PUT, "Op", true),
        (Method::PUT, "ReplaceRoles", false),
        (Method::POST, "Op", false),
        (Method::PATCH, "Op", false),
    ];
    for (method, operation, again) in table {
        let stale = kept().read_request().close();
        let server = server([stale, ask().last_reply(200, &[], "")]).await;
        let (client, _) = client(&server);
        soon(call(&client, Method::GET).send()).await.expect("the connection is open");
        let result = soon(client.request(method.clone(), operation, "/api/things").empty().response()).await;
        match (again, result) {
            (true, Ok(reply)) => assert_eq!((reply.attempts(), server.requests()), (2, 3), "{method}"),
            (false, Err(error)) => {
                assert!(error.may_have_been_executed(), "{method}: {error:?}");
                assert_eq!((error.attempts(), server.requests()), (1, 2), "{method}");
            }
            (_, result) => panic!("{method} {operation}: {result:?}"),
        }
    }
}

/// The server closes each connection right after its reply, as Node does after 5 s, while the next request is on its way:
/// sometimes the client sees the end first, sometimes only after it has written. Two hundred times over.
#[tokio::test]
async fn c10_requests_race_with_the_end_of_their_connection() {
    let server = server([kept().close()]).await;
    let (client, _) = client(&server);
    let client =
        |name: &'static str| client.request(if name == "r" { Method::GET } else { Method::POST }, "Op", "/api/{x}");
    let mut unsure = Vec::new();
    for number in 0..200 {
        soon(client("r").path(format!("r{number}")).empty().send()).await.expect("a read is always answered");
        let name = format!("w{number}");
        if let Err(error) = soon(client("w").path(&name).empty().send()).await {
            assert!(error.may_have_been_executed() && error.attempts() == 1, "{error:?}");
            unsure.push(name);
        }
    }
    let mut seen = BTreeMap::<String, usize>::new();
    for connection in server.connections() {
        for line in String::from_utf8_lossy(&connection.received).lines().filter(|line| line.starts_with("POST ")) {
            *seen.entry(line.to_owned()).or_default() += 1;
        }
    }
    assert!(seen.values().all(|count| *count == 1), "no write came twice: {seen:?}");
    assert!(seen.len() >= 200 - unsure.len(), "every write that succeeded came once");
}

/// Node closes a connection that was unused for 5 s; the client does so before.
#[tokio::test]
async fn c10_unused_connections_are_closed_before_the_server_does() {
    assert!(Timeouts::default().pool_idle < Duration::from_secs(5));
    for (pool_idle, connections) in [(Timeouts::default().pool_idle, 1), (Duration::ZERO, 3)] {
        let server = server([Script::new().forever(kept())]).await;
        let builder = builder(server.endpoint()).timeouts(|timeouts| timeouts.pool_idle = pool_idle);
        let client = builder.build().expect("a client");
        for _ in 0..3 {
            soon(call(&client, Method::GET).send()).await.expect("a reply");
        }
        assert_eq!(server.connections().len(), connections, "{pool_idle:?}");
    }
}

#[tokio::test]
async fn c11_a_repeated_delete_that_finds_nothing() {
    for status in [404, 410] {
        for gone_is_deleted in [false, true] {
            let scripts = || [ask().reset(), answer(status, &[], "Not Found")];
            let server = server(scripts()).await;
            let builder = builder(server.endpoint()).clock(logto_runtime::clock::ManualClock::skipping_pauses());
            let builder = builder.retry(|retry| retry.gone_is_deleted = gone_is_deleted);
            let client = builder.build().expect("a client");
            let delete = || client.request(Method::DELETE, "DeleteThing", "/api/things/{id}").path("a");
            match (gone_is_deleted, soon(delete().empty().response()).await) {
                (true, Ok(reply)) => assert_eq!((reply.status().as_u16(), reply.attempts()), (status, 2)),
                (false, Err(error)) => {
                    assert!(error.may_have_been_executed(), "{error:?}");
                    assert_eq!((error.status().map(|it| it.as_u16()), error.attempts()), (Some(status), 2));
                }
                (_, result) => panic!("{status} {gone_is_deleted}: {result:?}"),
            }
            // Without an attempt before it that may have deleted the thing, it was never there.
            let error = soon(delete().empty().send()).await.expect_err("nothing to delete");
            assert_eq!((error.attempts(), error.may_have_been_executed()), (1, false));
            // Nor does it help where the reply has a value.
            scripts().into_iter().for_each(|script| server.push(script));
            let error = soon(delete().json::<String>().send()).await.expect_err("nothing to read");
            assert_eq!((error.status().map(|it| it.as_u16()), error.attempts()), (Some(status), 2));
        }
    }
}
