//! What was sent stays out of errors, wherever a server repeats it.

use std::collections::BTreeMap;

use logto_runtime::Method;

use crate::server::{Answer, Server, json};
use crate::{client, soon};

/// What is sent as a query value, and its beginning, which counts as the whole.
const SENT: &str = "zqcanary-77aa31bb";
const BEGINNING: &str = "zqcanary";

#[tokio::test]
async fn r7_what_was_sent_is_hidden_beside_the_body_too() {
    let long = format!("text/{SENT}{}", "x".repeat(5_000));
    let cases = [
        ("request id of an error", json(404, "{}").header("x-request-id", SENT)),
        ("request id of a reply", json(200, "[]").header("x-request-id", SENT)),
        ("content type", Answer::new(200, "no JSON").header("content-type", &long)),
        ("origin of a redirect", Answer::new(302, "").header("location", &format!("http://{SENT}.example/x"))),
        ("key of a map", json(200, &format!("{{\"{SENT}\":\"text\"}}"))),
        ("key of a map, cut", json(200, "{\"zqcanary-77aa\":\"text\"}")),
        ("long key of a map", json(200, &format!("{{\"{}{SENT}\":\"text\"}}", "k".repeat(400)))),
    ];
    for (place, answer) in cases {
        let reply = answer.clone();
        let server = Server::start(move |_, _| reply.clone()).await;
        let (client, _) = client(&server);
        let request = client.request(Method::GET, "Op", "/api/x").query("q", Some(SENT));
        let error = soon(request.json::<BTreeMap<String, i64>>().send()).await.expect_err(place);
        let shown = format!("{error} {error:?}").to_lowercase();
        assert!(!shown.contains(BEGINNING), "{place}: {shown}");
        assert!(shown.len() < 2_000, "{place}: {} bytes", shown.len());
        if place.starts_with("request id") {
            assert_eq!(error.request_id(), Some(SENT), "whoever asks for it gets it");
        }
    }
}
