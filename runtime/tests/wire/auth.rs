//! Tokens on the wire.

use logto_runtime::{Error, Method, Multipart};

use crate::server::{Act, Answer, Seen, Server, TOKEN, json, text, token};
use crate::{builder, client, profile, soon};

fn is_new(seen: &Seen) -> bool {
    seen.headers.get("authorization").map(String::as_str) != Some("Bearer t1")
}

const EXPIRED: &str =
    r#"{"code":"auth.unauthorized","message":"Unauthorized","data":{"code":"ERR_JWT_EXPIRED","payload":"canary"}}"#;

#[tokio::test]
async fn a_token_is_fetched_once_and_sent_where_it_is_needed() {
    let server = Server::start(|_, _| json(200, r#""ok""#)).await;
    let client = builder(&server).client_credentials("a:b%c+d&e=f", "ü hunter2/?#").build().unwrap();
    for _ in 0..3 {
        let reply: String = soon(client.request(Method::GET, "Get", "/api/x").json().send()).await.unwrap();
        assert_eq!(reply, "ok");
    }
    soon(client.request(Method::GET, "Open", "/api/open").anonymous().empty().send()).await.unwrap();
    assert_eq!(server.tokens(), 1);
    let tokens: Vec<_> = server.calls().iter().map(|seen| seen.headers.get("authorization").cloned()).collect();
    let bearer = Some("Bearer t1".to_owned());
    assert_eq!(tokens, [bearer.clone(), bearer.clone(), bearer, None]);
    let request = server.token_request();
    assert_eq!(request.headers["content-type"], "application/x-www-form-urlencoded");
    assert_eq!(
        request.body,
        "grant_type=client_credentials&client_id=a%3Ab%25c%2Bd%26e%3Df&client_secret=%C3%BC+hunter2%2F%3F%23\
         &resource=https%3A%2F%2Fdefault.example%2Fapi&scope=all"
    );
}

#[tokio::test]
async fn a_refused_token_is_replaced_and_the_call_repeated_once() {
    let server = Server::start(|seen, _| if is_new(seen) { json(200, r#""ok""#) } else { json(401, EXPIRED) }).await;
    let (client, _) = client(&server);
    let call = client.request(Method::POST, "Create", "/api/x").json_body("a").json::<String>();
    let reply = soon(call.response()).await.unwrap();
    assert_eq!((reply.value.as_str(), reply.attempts()), ("ok", 2));
    assert_eq!((server.calls().len(), server.tokens()), (2, 2));
}

#[tokio::test]
async fn a_server_that_refuses_every_token_is_asked_twice() {
    let server = Server::start(|_, _| json(401, EXPIRED)).await;
    let (client, _) = client(&server);
    let get = || client.request(Method::GET, "Get", "/api/x").empty().send();
    let error = soon(get()).await.unwrap_err();
    assert!(error.is_unauthorized() && error.to_string().contains("https://default.example/api"), "{error}");
    assert!(!format!("{error} {error:?}").contains("canary"));
    assert_eq!((server.calls().len(), server.tokens()), (2, 2));
    for _ in 0..50 {
        assert!(soon(get()).await.unwrap_err().is_unauthorized());
    }
    assert_eq!(server.tokens(), 2, "it does not help to fetch more");
}

#[tokio::test]
async fn a_stream_is_not_repeated_but_the_token_is_dropped() {
    let server = Server::start(|seen, _| if is_new(seen) { text(200, "ok") } else { text(401, "<html>") }).await;
    let (client, _) = client(&server);
    let upload = || {
        let chunks = futures_util::stream::iter([Ok::<_, std::io::Error>("chunk".into())]);
        let body = Multipart::new().part("file", logto_runtime::FilePart::stream(chunks));
        client.request(Method::POST, "Upload", "/api/x").multipart(body).empty().send()
    };
    assert!(soon(upload()).await.unwrap_err().is_unauthorized());
    assert_eq!(server.calls().len(), 1);
    soon(upload()).await.unwrap();
}

#[tokio::test]
async fn refusals_of_the_token_endpoint_are_told_apart() {
    type Is = fn(&Error) -> bool;
    // Answer; what it is; how often it is asked.
    let cases: Vec<(Answer, Is, usize)> = vec![
        (json(401, r#"{"code":"oidc.invalid_client","error":"invalid_client"}"#), Error::is_invalid_client, 1),
        (
            json(400, r#"{"error":"invalid_request","error_description":"secret has expired"}"#),
            Error::is_secret_expired,
            1,
        ),
        (json(400, r#"{"error":"invalid_target"}"#), Error::is_invalid_target, 1),
        (json(429, r#"{"code":"auth.exceed_token_limit","message":"x"}"#), Error::is_quota_exceeded, 1),
        (text(429, "slow down"), Error::is_rate_limited, 3),
        (text(503, "down"), Error::is_server_error, 3),
        (json(500, r#"{"message":"Internal server error."}"#), Error::is_server_error, 2),
        (text(200, "<html>canary</html>"), Error::is_token, 1),
        (json(200, r#"{"access_token":"canary","token_type":"mac"}"#), Error::is_token, 1),
        (
            json(200, &format!(r#"{{"access_token":"{}","token_type":"Bearer"}}"#, "a".repeat(70_000))),
            Error::is_too_large,
            1,
        ),
        (Answer::new(307, "").header("location", "http://127.0.0.1:1/evil"), Error::is_token, 1),
    ];
    for (answer, is, asked) in cases {
        let reply = answer.clone();
        let server = Server::raw(move |_, _| reply.clone().into()).await;
        let (client, _) = client(&server);
        let error = soon(client.request(Method::GET, "Get", "/api/x").empty().send()).await.unwrap_err();
        assert!(is(&error) && error.is_token(), "{answer:?}: {error:?}");
        assert_eq!((server.tokens(), server.calls().len()), (asked, 0), "{answer:?}");
        assert_eq!((error.operation(), error.may_have_been_executed()), (Some("Get"), false), "{answer:?}");
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("canary") && !shown.contains("hunter2"), "{shown}");
    }
}

#[tokio::test]
async fn a_token_without_scope_is_named_in_the_error_of_a_403() {
    let server = Server::raw(|seen, _| {
        if seen.path == TOKEN {
            json(200, r#"{"access_token":"t","expires_in":3600,"token_type":"Bearer"}"#).into()
        } else {
            json(403, r#"{"code":"auth.forbidden","message":"Forbidden"}"#).into()
        }
    })
    .await;
    let (client, _) = client(&server);
    let error = soon(client.request(Method::GET, "Get", "/api/x").empty().send()).await.unwrap_err();
    assert!(
        error.is_forbidden() && error.is_missing_scope() && error.to_string().contains("give it a role"),
        "{error}"
    );
}

#[tokio::test]
async fn a_client_recovers_when_the_token_endpoint_does() {
    let server = Server::raw(|seen, all| match (seen.path == TOKEN, all.len()) {
        (true, 0) => json(401, r#"{"error":"invalid_client"}"#).into(),
        (true, _) => token(2).into(),
        (false, _) => Act::from(text(200, "ok")),
    })
    .await;
    let (client, clock) = client(&server);
    let get = || client.request(Method::GET, "Get", "/api/x").empty().send();
    assert!(soon(get()).await.unwrap_err().is_invalid_client());
    clock.advance(std::time::Duration::from_secs(1));
    soon(get()).await.unwrap();
}

#[tokio::test]
async fn an_own_source_and_no_token_at_all() {
    struct Fixed;
    impl logto_runtime::TokenSource for Fixed {
        fn fetch(&self) -> logto_runtime::token::TokenFuture<'_> {
            Box::pin(async { Ok(logto_runtime::Token::new("mine", std::time::Duration::from_secs(60))) })
        }
    }
    let server = Server::start(|_, _| text(200, "ok")).await;
    let base = || logto_runtime::Client::builder(profile()).base_url(server.url());
    for client in [base().token_source(Fixed).build().unwrap(), base().anonymous().build().unwrap()] {
        soon(client.request(Method::GET, "Get", "/api/x").empty().send()).await.unwrap();
    }
    let tokens: Vec<_> = server.calls().iter().map(|seen| seen.headers.get("authorization").cloned()).collect();
    assert_eq!(tokens, [Some("Bearer mine".to_owned()), None]);
}
