//! Security schemes: what is sent for which operation, and what stays out of messages.

use std::time::Duration;

use logto_runtime::clock::ManualClock;
use logto_runtime::token::MemoryTokenStore;
use logto_runtime::{Client, ClientBuilder, Error, Method, Profile, Scheme, SchemeKind, Security};

use crate::server::{Answer, Seen, Server, json, text};
use crate::soon;

const SCHEMES: &[Scheme] = &[
    Scheme { name: "oauth", kind: SchemeKind::Token, set_by: &[] },
    Scheme { name: "user", kind: SchemeKind::Basic, set_by: &[] },
    Scheme { name: "key", kind: SchemeKind::HeaderKey("X-Key"), set_by: &[] },
    Scheme { name: "plain", kind: SchemeKind::HeaderKey("Authorization"), set_by: &[] },
    Scheme { name: "secret", kind: SchemeKind::QueryKey("the secret"), set_by: &[] },
    Scheme { name: "session", kind: SchemeKind::CookieKey("sid"), set_by: &[] },
    Scheme { name: "jar", kind: SchemeKind::HeaderKey("Cookie"), set_by: &[] },
    Scheme { name: "other", kind: SchemeKind::Token, set_by: &[] },
];

const PROFILE: Profile = Profile {
    user_agent: "test/1.0",
    schemes: SCHEMES,
    security: &[&["oauth"], &["user"], &["key"], &["plain"], &["secret", "session"], &["jar"], &["other"]],
    ..Profile::NONE
};

fn builder(server: &Server) -> ClientBuilder {
    Client::builder(PROFILE).base_url(server.url())
}

async fn call(client: &Client, security: Option<Security>) -> Result<(), Error> {
    let request = client.request(Method::GET, "Get", "/x").query("a", "b").cookie("c", "d e");
    let request = security.into_iter().fold(request, |request, security| request.security(security));
    soon(request.empty().send()).await
}

fn header<'a>(seen: &'a Seen, name: &str) -> Option<&'a str> {
    seen.headers.get(name).map(String::as_str)
}

#[tokio::test]
async fn what_the_client_has_is_sent() {
    type Has = fn(ClientBuilder) -> ClientBuilder;
    type Sent = (Option<&'static str>, Option<&'static str>, &'static str, &'static str);
    let server = Server::start(|_, _| text(200, "")).await;
    // Authorization, the key's header, the cookies and the query.
    let cases: [(Has, Sent); 11] = [
        (|b| b.bearer_token("t0"), (Some("Bearer t0"), None, "c=d%20e", "a=b")),
        (
            |b| b.client_credentials("app", "hunter2").token_url("/oidc/token"),
            (Some("Bearer t1"), None, "c=d%20e", "a=b"),
        ),
        (
            |b| b.basic("user", "Aladdin", "open sesame"),
            (Some("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="), None, "c=d%20e", "a=b"),
        ),
        (|b| b.basic("user", "test", "123£"), (Some("Basic dGVzdDoxMjPCow=="), None, "c=d%20e", "a=b")),
        (|b| b.api_key("key", "k 1"), (None, Some("k 1"), "c=d%20e", "a=b")),
        (|b| b.api_key("plain", "Key k1"), (Some("Key k1"), None, "c=d%20e", "a=b")),
        (
            |b| b.api_key("secret", "a/b&c").api_key("session", "s%3D1+="),
            (None, None, "c=d%20e; sid=s%3D1+=", "a=b&the%20secret=a%2Fb%26c"),
        ),
        (|b| b.api_key("jar", "x=ü; y=2"), (None, None, "c=d%20e; x=ü; y=2", "a=b")),
        (|b| b.bearer_token_for("other", "t7"), (Some("Bearer t7"), None, "c=d%20e", "a=b")),
        // The first alternative goes before others that fit too.
        (|b| b.api_key("key", "k1").bearer_token("t0"), (Some("Bearer t0"), None, "c=d%20e", "a=b")),
        // What was set last counts.
        (|b| b.api_key("key", "k1").api_key("key", "k2"), (None, Some("k2"), "c=d%20e", "a=b")),
    ];
    for (number, (has, (authorization, key, cookies, query))) in cases.into_iter().enumerate() {
        let client = has(builder(&server)).build().unwrap();
        call(&client, None).await.unwrap();
        let seen = server.calls().pop().unwrap();
        assert_eq!((header(&seen, "authorization"), header(&seen, "x-key")), (authorization, key), "{number}");
        assert_eq!((header(&seen, "cookie"), seen.query.as_str()), (Some(cookies), query), "{number}");
        // An operation that needs nothing gets nothing.
        call(&client, Some(&[])).await.unwrap();
        soon(client.request(Method::GET, "Get", "/x").anonymous().empty().send()).await.unwrap();
        for seen in server.calls().iter().rev().take(2) {
            assert_eq!((header(seen, "authorization"), header(seen, "x-key")), (None, None), "{number}");
            assert!(
                !seen.query.contains("secret") && !format!("{:?}", header(seen, "cookie")).contains("sid"),
                "{number}"
            );
        }
    }
}

#[tokio::test]
async fn what_is_missing_is_said_before_any_io() {
    let server = Server::start(|_, _| text(200, "")).await;
    let client = builder(&server).api_key("secret", "hunter2").build().unwrap();
    let error = call(&client, None).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "Get (GET /x): the client has no credentials that it takes: `oauth`, or `user`, or `key`, or `plain`, or `secret` \
         with `session`, or `jar`, or `other`; set them on the builder: `bearer_token`, `client_credentials` or \
         `token_source` for a token; `basic` for `user`; `api_key` for `key`; `api_key` for `plain`; `api_key` for `session`; \
         `api_key` for `jar`"
    );
    assert!(error.is_input() && error.attempts() == 0 && server.calls().is_empty());
    // A generated builder has methods of its own.
    const OWN: Profile = Profile {
        schemes: &[
            Scheme { name: "app", kind: SchemeKind::QueryKey("app_id"), set_by: &["app"] },
            Scheme { name: "X-Key", kind: SchemeKind::HeaderKey("X-Key"), set_by: &["x_key"] },
            Scheme { name: "user", kind: SchemeKind::Basic, set_by: &["basic"] },
            Scheme { name: "token", kind: SchemeKind::Token, set_by: &["bearer_token", "token_source"] },
        ],
        security: &[&["app", "X-Key"], &["user"], &["token"]],
        ..PROFILE
    };
    let client = Client::builder(OWN).base_url(server.url()).build().unwrap();
    let error = call(&client, None).await.unwrap_err().to_string();
    let hint = "set them on the builder: `app`; `x_key` for `X-Key`; `basic` for `user`; `bearer_token` or `token_source` \
                for a token";
    assert!(error.ends_with(hint), "{error}");
    // Where they are optional, none is as good, and so it is for who wants none.
    call(&client, Some(&[&["key"], &[]])).await.unwrap();
    call(&builder(&server).anonymous().build().unwrap(), None).await.unwrap();
    assert!(server.calls().iter().all(|seen| !seen.query.contains("secret")));
}

#[tokio::test]
async fn a_token_that_never_changes_is_not_fetched_again() {
    let server = Server::start(|_, _| json(401, r#"{"message":"canary-token is not known"}"#)).await;
    let clock = ManualClock::skipping_pauses();
    let client = builder(&server).bearer_token("canary-token").clock(clock.clone()).build().unwrap();
    for sent in 1..3 {
        let error = call(&client, None).await.unwrap_err();
        assert!(error.is_unauthorized() && error.to_string().contains("the server refused the token"), "{error}");
        assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
        assert_eq!(server.calls().len(), sent);
    }
    clock.advance(Duration::from_secs(100_000));
    let token = client.token().await.unwrap();
    assert_eq!((token.access_token.expose(), token.lifetime.as_secs()), ("canary-token", 24 * 60 * 60));
    let error = builder(&server).api_key("key", "canary").build().unwrap().token().await.unwrap_err();
    assert!(error.is_config() && error.to_string().contains("no token; set `client_credentials`"), "{error}");
    let error = builder(&server).bearer_token("canary token").build().unwrap_err();
    assert!(error.is_config() && !format!("{error} {error:?}").contains("canary"), "{error:?}");
}

#[tokio::test]
async fn credentials_that_a_server_repeats_are_not_told() {
    type Has = fn(ClientBuilder) -> ClientBuilder;
    let server = Server::start(|seen, _| {
        let all = format!("{} {:?} {:?}", seen.query, header(seen, "cookie"), header(seen, "authorization"));
        let said = format!("canary/1 and {} are wrong", all.replace('"', ""));
        json(401, &format!(r#"{{"message":"{said}"}}"#))
    })
    .await;
    let cases: [(Has, &str); 3] = [
        (|b| b.api_key("secret", "canary/1").api_key("session", "canary/1"), "those for `secret`, `session`"),
        (|b| b.api_key("key", "canary/1"), "those for `key`"),
        (|b| b.basic("user", "canary/1", "hunter2"), "those for `user`"),
    ];
    for (has, part) in cases {
        let client = has(builder(&server)).build().unwrap();
        let error = call(&client, None).await.unwrap_err();
        let shown = format!("{error} {error:?} {client:?}");
        assert!(shown.contains(part) && shown.contains("are wrong"), "{shown}");
        for canary in ["canary", "Y2FuYXJ5", "hunter2"] {
            assert!(!shown.contains(canary), "{shown}");
        }
    }
}

#[tokio::test]
async fn tokens_come_from_where_the_document_says() {
    let server = Server::raw(|seen, all| match seen.path.as_str() {
        "/auth/token" => crate::server::token(all.len()).into(),
        "/x" | "/v1/x" => text(200, "").into(),
        _ => Answer::new(404, "").into(),
    })
    .await;
    let elsewhere = format!("{}/auth/token?tenant=1", server.url());
    let cases =
        [("", "/auth/token", ""), ("/v1", "/auth/token", ""), ("/v1", "auth/token", ""), ("", &elsewhere, "tenant=1")];
    for (prefix, url, query) in cases {
        let client = builder(&server)
            .base_url(format!("{}{prefix}", server.url()))
            .client_credentials("a:b", "c d")
            .token_url(url)
            .client_secret_basic()
            .scope("read write")
            .build()
            .unwrap();
        call(&client, None).await.unwrap();
        let [token, called] = &server.calls()[server.calls().len() - 2..] else { panic!("{url}") };
        assert_eq!((token.path.as_str(), token.query.as_str()), ("/auth/token", query), "{url}");
        assert_eq!(token.body, "grant_type=client_credentials&scope=read+write");
        assert_eq!(header(token, "authorization"), Some("Basic YSUzQWI6Yytk"));
        assert!(header(called, "authorization").is_some_and(|bearer| bearer.starts_with("Bearer t")), "{url}");
    }
    // A store keeps the tokens of one endpoint apart from those of another, which may differ in its query alone.
    let store = MemoryTokenStore::new();
    let before = server.calls().len();
    for (query, fetched) in [("tenant=1", 1), ("tenant=2", 2), ("tenant=1", 2), ("", 3)] {
        let builder = builder(&server).client_credentials("a", "b").token_store(store.clone());
        let client = builder.token_url(format!("/auth/token?{query}")).build().unwrap();
        client.token().await.unwrap();
        assert_eq!(server.calls().len(), before + fetched, "{query}");
    }
    for (url, part) in [("http://auth.example.com/token", "http"), ("https://a b/token", "not a URL")] {
        let error = builder(&server).client_credentials("a", "hunter2").token_url(url).build().unwrap_err();
        let text = error.to_string();
        assert!(error.is_config() && text.contains("token endpoint") && text.contains(part), "{url}: {error}");
    }
}
