//! What a builder refuses, and what clones share.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use logto_runtime::token::MemoryTokenStore;
use logto_runtime::{Client, ClientBuilder, Method, Profile, RateLimit, Scheme, SchemeKind};

use crate::server::{Server, text};
use crate::{builder, profile, soon};

#[test]
fn wrong_settings_are_named() {
    type Change = fn(ClientBuilder) -> ClientBuilder;
    let cases: Vec<(Change, Option<&str>)> = vec![
        (|b| b, None),
        (|b| b.base_url("http://auth.example.com").allow_http(), None),
        (|b| b.base_url("http://auth.example.com"), Some("base URL")),
        (|b| b.base_url("https://auth.example.com/api"), Some("base URL")),
        (|b| b.client_credentials("", "hunter2"), Some("client id")),
        (|b| b.client_credentials("app", " "), Some("client secret")),
        (|b| b.resource("nonsense"), Some("resource")),
        (|b| b.resource("https://a.example/#b"), Some("resource")),
        (|b| b.timeouts(|t| t.attempt = Duration::ZERO), Some("`attempt`")),
        (|b| b.rate_limit(Some(RateLimit { requests: 0, per: Duration::from_secs(1) })), Some("rate limit")),
        (
            |b| b.rate_limit(Some(RateLimit { requests: 1_000_001, per: Duration::from_secs(1) })),
            Some("1000000 requests"),
        ),
        (|b| b.rate_limit(Some(RateLimit { requests: 1_000_000, per: Duration::from_secs(1) })), None),
        (|b| b.header("accept-language", "ja"), None),
        (|b| b.header("x-a\r\nx-b", "hunter2"), Some("name of a header")),
        (|b| b.header("x-a", "hunter2\r\nx-b: c"), Some("`x-a`")),
        (|b| b.header("authorization", "hunter2"), Some("`authorization`")),
        (|b| b.header("Cookie", "hunter2"), Some("`cookie`")),
        (|b| b.header("Content-Length", "7"), Some("`content-length`")),
        (|b| b.header("Transfer-Encoding", "hunter2"), Some("`transfer-encoding`")),
    ];
    for (number, (change, expected)) in cases.into_iter().enumerate() {
        let builder =
            Client::builder(profile()).base_url("https://auth.example.com").client_credentials("app", "hunter2");
        match (change(builder).build(), expected) {
            (Ok(_), None) => {}
            (Err(error), Some(part)) => {
                assert!(error.is_config() && error.to_string().contains(part), "{number}: {error}");
                assert!(!format!("{error} {error:?}").contains("hunter2"), "{number}: {error}");
            }
            (result, _) => panic!("{number}: {result:?}"),
        }
    }
    const KEYS: Profile = Profile {
        schemes: &[Scheme { name: "key", kind: SchemeKind::HeaderKey("X-Key"), set_by: &[] }],
        ..Profile::NONE
    };
    let keys = || Client::builder(KEYS).base_url("https://a.example");
    let missing = [
        (Client::builder(profile()).client_credentials("a", "b"), "base URL"),
        (Client::builder(profile()).base_url("https://a.example"), "credentials"),
        // What would never be sent.
        (keys().bearer_token("a"), "declares `key`"),
        (keys().client_credentials("a", "b").token_url("/token"), "declares `key`"),
        (
            Client::builder(profile()).base_url("https://a.example").bearer_token("a").organization_id("b"),
            "organization id",
        ),
        (
            Client::builder(profile())
                .base_url("https://a.example")
                .bearer_token("a")
                .token_store(MemoryTokenStore::new()),
            "token store",
        ),
    ];
    for (builder, part) in missing {
        let error = builder.build().unwrap_err();
        assert!(error.is_config() && error.to_string().contains(part), "{error}");
    }
}

#[tokio::test]
async fn a_path_prefix_is_kept() {
    let server = Server::raw(|seen, all| match seen.path.as_str() {
        "/logto/oidc/token" => crate::server::token(all.len()).into(),
        _ => text(200, "").into(),
    })
    .await;
    let client = Client::builder(profile())
        .base_url(format!("{}/logto/", server.url()))
        .client_credentials("a", "b")
        .build()
        .unwrap();
    soon(client.request(Method::GET, "Get", "/api/x").empty().send()).await.unwrap();
    let paths: Vec<_> = server.calls().into_iter().map(|seen| seen.path).collect();
    assert_eq!(paths, ["/logto/oidc/token", "/logto/api/x"]);
}

#[tokio::test]
async fn a_handed_in_client_that_follows_redirects_is_noticed() {
    let server = Server::start(|seen, _| match seen.path.as_str() {
        "/api/x" => crate::server::Answer::new(302, "").header("location", "/elsewhere"),
        _ => text(200, ""),
    })
    .await;
    // A client with its own TLS, as the features of this crate bring none that works by itself.
    let tls = rustls::ClientConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    let http = logto_runtime::reqwest::Client::builder().no_proxy().tls_backend_preconfigured(tls).build().unwrap();
    let client = builder(&server).http_client(http).build().unwrap();
    let error = soon(client.request(Method::GET, "Get", "/api/x").empty().send()).await.unwrap_err();
    assert!(error.is_redirect() && error.to_string().contains("Policy::none"), "{error}");
}

/// Nothing overflows, neither here nor in what the HTTP client does behind the scenes.
#[tokio::test]
async fn r16_every_setting_takes_every_value() {
    let (here, panics) = (std::thread::current().id(), Arc::new(AtomicUsize::new(0)));
    let (count, before) = (Arc::clone(&panics), std::panic::take_hook());
    // Tasks of this runtime run on this thread.
    std::panic::set_hook(Box::new(move |info| {
        if std::thread::current().id() == here {
            count.fetch_add(1, Ordering::SeqCst);
        }
        before(info);
    }));
    let server = Server::start(|_, _| text(200, "")).await;
    for extreme in [Duration::MAX, Duration::from_secs(1 << 60), Duration::from_secs(60), Duration::from_nanos(1)] {
        let builder = builder(&server).timeouts(|timeouts| {
            timeouts.connect = extreme;
            timeouts.idle_read = extreme;
            timeouts.attempt = extreme;
            timeouts.call = extreme;
            timeouts.token_attempt = extreme;
            timeouts.pool_idle = extreme;
            timeouts.pause = extreme;
        });
        let builder = builder.retry(|retry| {
            retry.base = extreme;
            retry.cap = extreme;
            retry.max_retry_after = extreme;
            retry.max_attempts = 1;
            retry.budget = u32::MAX;
        });
        let builder = builder.rate_limit(Some(RateLimit { requests: 10, per: extreme }));
        let builder = builder.limits(|limits| {
            limits.reply = usize::MAX;
            limits.error = usize::MAX;
            limits.token = usize::MAX;
        });
        let client = builder.build().unwrap();
        for number in 0..3 {
            let sent = soon(client.request(Method::GET, "Get", "/api/x").text().send()).await;
            assert!(sent.is_ok() || extreme < Duration::from_secs(1), "{extreme:?}, {number}: {sent:?}");
            // The pool looks after its connections in a task of its own.
            let _ = tokio::time::timeout(Duration::from_millis(5), std::future::pending::<()>()).await;
        }
    }
    assert_eq!(panics.load(Ordering::SeqCst), 0);
}
