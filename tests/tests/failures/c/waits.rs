//! What the server asks to wait is waited for, and what it does not is not asked again.

use std::time::{Duration, UNIX_EPOCH};

use logto_management::types::{CreateVerificationCodeBody, CreateVerificationCodeEmail};
use logto_runtime::Method;
use logto_runtime::clock::ManualClock;

use super::super::scripted::{answer, builder, call, client, json, paused, server, soon};

const METHODS: [Method; 5] = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

#[tokio::test]
async fn c1_an_edge_429_is_waited_for_whatever_the_method() {
    for method in METHODS {
        let server = server([answer(429, &[("retry-after", "3")], ""), answer(200, &[], "")]).await;
        let clock = ManualClock::new();
        let client = builder(server.endpoint()).clock(clock.clone()).build().expect("a client");
        let sending = tokio::spawn(call(&client, method.clone()).send());
        paused(&clock, 1).await;
        clock.advance(Duration::from_secs(3) - Duration::from_millis(1));
        assert!(clock.pauses()[0] >= Duration::from_secs(3), "{method}: not before the server said");
        assert!(clock.pauses()[0] <= Duration::from_millis(3500), "{method}: a little jitter on top");
        assert_eq!(server.requests(), 1, "{method}");
        clock.advance(Duration::from_millis(501));
        soon(sending).await.expect("no panic").expect("a reply");
        assert_eq!(server.requests(), 2, "{method}");
    }
}

#[tokio::test]
async fn c2_dates_count_from_the_clock_of_the_server() {
    // The RFC's own example of a date, 784111777 s after the epoch.
    let now = "Sun, 06 Nov 1994 08:49:37 GMT";
    let millis = Duration::from_millis;
    let table = [
        ("a future date", None, "Sun, 06 Nov 1994 08:49:47 GMT", millis(10_250)),
        ("a past date", None, "Sun, 06 Nov 1994 08:49:27 GMT", millis(250)),
        (
            "the server is ten minutes ahead",
            Some("Sun, 06 Nov 1994 08:59:37 GMT"),
            "Sun, 06 Nov 1994 08:59:40 GMT",
            millis(3250),
        ),
        (
            "the server is ten minutes behind",
            Some("Sun, 06 Nov 1994 08:39:37 GMT"),
            "Sun, 06 Nov 1994 08:39:40 GMT",
            millis(3250),
        ),
        ("past for the server too", Some(now), "Sun, 06 Nov 1994 08:49:36 GMT", millis(250)),
    ];
    for (name, date, until, expected) in table {
        let mut headers = vec![("retry-after", until)];
        headers.extend(date.map(|date| ("date", date)));
        let server = server([answer(503, &headers, ""), answer(200, &[], "")]).await;
        let (client, clock) = client(&server);
        clock.set_wall(UNIX_EPOCH + Duration::from_secs(784_111_777));
        soon(call(&client, Method::GET).send()).await.expect(name);
        assert_eq!(clock.pauses(), [expected], "{name}");
    }
}

#[tokio::test]
async fn c3_an_absurd_retry_after_is_returned_or_left_out() {
    // Whether a retry is made, and what the error of the first attempt tells.
    let day = Duration::from_secs(24 * 60 * 60);
    let table: [(&[&str], Option<Duration>); 8] = [
        (&["99999999999999999999"], Some(365 * day)),
        (&["86400"], Some(day)),
        (&["61"], Some(Duration::from_secs(61))),
        (&["-1"], None),
        (&["1.5"], None),
        (&[""], None),
        (&["garbage"], None),
        (&["3", "4"], None),
    ];
    for (values, told) in table {
        let headers: Vec<_> = values.iter().map(|value| ("retry-after", *value)).collect();
        let server = server([answer(503, &headers, "")]).await;
        let (client, clock) = client(&server);
        let error = soon(call(&client, Method::GET).send()).await.expect_err("503");
        assert_eq!(error.retry_after(), told, "{values:?}");
        let (pauses, attempts) = if told.is_some() { (vec![], 1) } else { (vec![250, 500], 3) };
        let expected: Vec<_> = pauses.into_iter().map(Duration::from_millis).collect();
        assert_eq!((clock.pauses(), error.attempts()), (expected, attempts), "{values:?}");
    }
}

#[tokio::test]
async fn c4_limits_of_logto_itself_are_not_asked_again() {
    for code in ["request.message_rate_limited", "connector.usage_limit_exceeded"] {
        let body = format!(r#"{{"code":"{code}","message":"Too many."}}"#);
        let token = r#"{"access_token":"a.b.c","expires_in":3600,"token_type":"Bearer","scope":"all"}"#;
        let server = server([json(200, token), json(429, &body)]).await;
        let builder = logto_management::Client::builder().self_hosted(server.endpoint()).no_proxy();
        let builder = builder.client_credentials("app", "secret").clock(ManualClock::skipping_pauses());
        let logto = builder.build().expect("a client");
        let body = CreateVerificationCodeBody::Email(CreateVerificationCodeEmail::new("first@example.com".to_owned()));
        let error = soon(logto.create_verification_code(body).send()).await.expect_err("429");
        assert_eq!((error.code(), error.attempts(), server.requests()), (Some(code), 1, 2));
        // Nor is a read, for which a 429 with another code would be.
        let error = soon(logto.get_user("u").send()).await.expect_err("429");
        assert_eq!((error.attempts(), server.requests()), (1, 3));
    }
}

#[tokio::test]
async fn c12_a_500_may_come_every_time() {
    let body = r#"{"message":"Internal server error."}"#;
    for (method, sent) in METHODS.into_iter().zip([2, 1, 1, 1, 1]) {
        let server = server([json(500, body)]).await;
        let (client, _) = client(&server);
        let error = soon(call(&client, method.clone()).send()).await.expect_err("500");
        assert!(error.is_server_error(), "{method}: {error:?}");
        assert_eq!((server.requests(), error.attempts()), (sent, sent as u32), "{method}");
    }
}
