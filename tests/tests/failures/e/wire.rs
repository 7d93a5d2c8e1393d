//! Replies that are cut short, slow or not HTTP.

use std::time::Duration;

use logto_runtime::Method;
use logto_runtime::clock::Clock;
use logto_tests::fault::{Script, head};
use serde_json::{Value, json};

use super::super::scripted::{CountingClock, answer, ask, builder, call, client, json as reply, server, soon};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn e1_a_body_that_ends_early_is_read_again() {
    let zipped = format!("{}\u{1f}", head(200, &[("content-encoding", "gzip")], Some(1)));
    let table = [
        ("a length that is too long", ask().lie_about_length(100, r#"{"a":"#).close()),
        ("chunks without an end", ask().truncated_chunks(r#"{"a":"#).close()),
        ("half a chunk", ask().write(head(200, &[("transfer-encoding", "chunked")], None) + "ff\r\n{").close()),
        ("the end of the connection", ask().until_closed(r#"{"a":"#)),
        ("a string cut off by the end of the connection", ask().until_closed(r#"{"a":"b"#)),
        ("a reset within the body", ask().lie_about_length(100, r#"{"a":"#).reset()),
        ("half of a compressed body", ask().write(zipped).close()),
    ];
    for (name, script) in table {
        let server = server([script.clone(), reply(200, r#"{"a":1}"#), script]).await;
        let (client, _) = client(&server);
        let call = |method| client.request(method, "Op", "/api/things").json::<Value>();
        let found = soon(call(Method::GET).response()).await.expect(name);
        assert_eq!((found.value.clone(), found.attempts()), (json!({"a": 1}), 2), "{name}");
        let error = soon(call(Method::GET).send()).await.expect_err(name);
        assert!(error.is_interrupted() && error.attempts() == 3, "{name}: {error:?}");
        let error = soon(call(Method::POST).send()).await.expect_err(name);
        assert!(error.is_interrupted() && error.attempts() == 1, "{name}: {error:?}");
        assert!(error.may_have_been_executed(), "{name}: {error:?}");
    }
}

/// A body whose end was told is whole, so JSON that ends early in it comes out the same again.
#[tokio::test]
async fn e1_a_whole_body_that_is_half_of_something_is_not_read_again() {
    let server = server([reply(200, r#"{"a":"#)]).await;
    let (client, _) = client(&server);
    let error = soon(client.request(Method::GET, "Op", "/api/things").json::<Value>().send()).await.expect_err("half");
    assert!(error.is_decode() && error.to_string().contains("ends early"), "{error}");
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn e12_headers_that_never_come_end_after_the_idle_time() {
    let byte_by_byte = Script::new().forever(Script::new().write("a").wait(Duration::from_millis(1)));
    let table = [
        ("nothing", ask().hold()),
        ("half a head", ask().half_head().hold()),
        ("a head without an end", ask().write("HTTP/1.1 200 OK\r\nx: ").forever(byte_by_byte)),
    ];
    for (name, script) in table {
        let server = server([script]).await;
        let clock = CountingClock::default();
        let client = builder(server.endpoint()).clock(clock.clone()).build().expect("a client");
        let sending = tokio::spawn(async move { call(&client, Method::POST).send().await });
        soon(server.requested(1)).await;
        clock.clock.advance(15 * SECOND - Duration::from_millis(1));
        tokio::task::yield_now().await;
        assert!(!sending.is_finished(), "{name}");
        clock.clock.advance(Duration::from_millis(1));
        let error = soon(sending).await.expect("no panic").expect_err(name);
        assert!(error.is_timeout() && error.to_string().contains("silent for 15s"), "{name}: {error}");
    }
}

/// The server never stops sending and never ends: each byte begins the idle time anew, but an attempt has its own end.
#[tokio::test]
async fn e12_a_body_that_drips_ends_with_its_attempt() {
    let drop = Script::new().write("1\r\n1\r\n").wait(Duration::from_millis(1));
    let server = server([ask().write(head(200, &[("transfer-encoding", "chunked")], None)).forever(drop)]).await;
    let clock = CountingClock::default();
    let client = builder(server.endpoint()).clock(clock.clone()).build().expect("a client");
    let sending = tokio::spawn(async move { call(&client, Method::POST).send().await });
    // The first timeout is that of the head; each further one shows that a byte has come.
    for second in 0..30 {
        clock.waited(2 + 2 * second).await;
        assert!(!sending.is_finished(), "after {second} s");
        clock.clock.advance(SECOND);
    }
    let error = soon(sending).await.expect("no panic").expect_err("it never ends");
    assert!(error.is_timeout() && error.to_string().contains("no complete reply within 30s"), "{error}");
    assert_eq!(clock.now(), 30 * SECOND);
}

#[tokio::test]
async fn e13_what_is_not_http_is_final() {
    let headers = |count: usize| (0..count).map(|number| format!("x-{number}: a\r\n")).collect::<String>();
    let table = [
        ("101 headers", format!("HTTP/1.1 200 OK\r\n{}content-length: 0\r\n\r\n", headers(100))),
        ("a header of 1 MB", format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "a".repeat(1024 * 1024))),
        ("no version", "HELLO 200 OK\r\n\r\n".to_owned()),
        ("no status", "HTTP/1.1 abc OK\r\n\r\n".to_owned()),
        ("HTTP/0.9", "<html>hello</html>\r\n\r\n".to_owned()),
        ("another protocol", "SSH-2.0-OpenSSH_9.6\r\n\r\n".to_owned()),
        ("two lengths", "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab".to_owned()),
        ("a length that is none", "HTTP/1.1 200 OK\r\ncontent-length: abc\r\n\r\n".to_owned()),
    ];
    for (name, bytes) in table {
        for method in [Method::GET, Method::POST] {
            let server = server([ask().write(bytes.clone()).hold()]).await;
            let (client, clock) = client(&server);
            let error = soon(call(&client, method.clone()).send()).await.expect_err(name);
            assert!(error.to_string().contains("not HTTP"), "{name}: {error:?}");
            assert_eq!((server.requests(), error.attempts(), clock.pauses().len()), (1, 1, 0), "{name}");
            assert_eq!(error.may_have_been_executed(), method == Method::POST, "{name}");
        }
    }
}

/// Interim replies without an end cannot be told from a server that is busy, so what ends them is the idle time: they are no
/// reply.
#[tokio::test]
async fn e13_a_flood_of_interim_replies_ends() {
    let flood = Script::new().write("HTTP/1.1 102 Processing\r\n\r\n").wait(Duration::from_millis(1));
    let server = server([ask().forever(flood)]).await;
    let clock = CountingClock::default();
    let client = builder(server.endpoint()).clock(clock.clone()).build().expect("a client");
    let sending = tokio::spawn(async move { call(&client, Method::POST).send().await });
    soon(server.requested(1)).await;
    clock.clock.advance(15 * SECOND);
    let error = soon(sending).await.expect("no panic").expect_err("no reply");
    assert!(error.is_timeout() && error.may_have_been_executed(), "{error:?}");
}

#[tokio::test]
async fn e13_a_few_interim_replies_do_no_harm() {
    let interim = "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n".repeat(3);
    let server = server([ask().write(interim).last_reply(200, &[], "")]).await;
    let (client, _) = client(&server);
    soon(call(&client, Method::POST).send()).await.expect("a reply");
}

#[tokio::test]
async fn e14_redirects_and_replies_without_a_body() {
    let to = "https://elsewhere.example:8443/secret?code=canary#canary";
    let table = [
        (301, Some(to), "301 Moved Permanently to https://elsewhere.example:8443, which"),
        (302, Some(to), "to https://elsewhere.example:8443, which"),
        (303, Some(to), "to https://elsewhere.example:8443, which"),
        (307, Some(to), "to https://elsewhere.example:8443, which"),
        (308, Some(to), "to https://elsewhere.example:8443, which"),
        (302, Some("/canary?code=canary"), "to another path of its own"),
        (302, Some("https://user:canary@elsewhere.example/"), "to https://elsewhere.example, which"),
        (302, None, "302"),
        (300, None, "300"),
        (304, None, "304"),
    ];
    for (status, location, expected) in table {
        for method in [Method::GET, Method::HEAD, Method::POST] {
            let headers: Vec<_> = location.map(|location| ("location", location)).into_iter().collect();
            let server = server([answer(status, &headers, "")]).await;
            let (client, clock) = client(&server);
            let error = soon(call(&client, method.clone()).send()).await.expect_err("no success");
            assert_eq!(error.is_redirect(), location.is_some(), "{method} {status}: {error:?}");
            let shown = format!("{error} {error:?}");
            assert!(shown.contains(expected) && !shown.contains("canary"), "{method} {status}: {shown}");
            assert_eq!(error.status().map(|it| it.as_u16()), Some(status));
            assert_eq!((server.requests(), clock.pauses().len()), (1, 0), "{method} {status}");
        }
    }
    // A reply to HEAD tells the length of a body that does not come.
    let server = server([ask().write(head(200, &[("content-type", "application/json")], Some(1000))).hold()]).await;
    let (client, _) = client(&server);
    soon(call(&client, Method::HEAD).send()).await.expect("a reply");
}
