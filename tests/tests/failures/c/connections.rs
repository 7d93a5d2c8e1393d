//! Connections that never come about.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use logto_runtime::Method;
use logto_runtime::clock::ManualClock;
use logto_runtime::reqwest::dns::{Addrs, Name, Resolve, Resolving};
use logto_tests::fault::Script;
use logto_tests::fault::tls::{Authority, Validity};

use super::super::scripted::{ask, builder, call, server, soon};

#[tokio::test]
async fn c9_a_connection_that_breaks_before_tls_is_made_again() {
    let authority = Authority::new().expect("a key");
    let identity = authority.identity("localhost", Validity::Now).expect("a certificate");
    let server = server([
        Script::new().reset(),
        Script::new().close(),
        Script::new().handshake(&identity).read_request().last_reply(200, &[], ""),
    ])
    .await;
    let http = authority.client().and_then(|http| Ok(http.build()?)).expect("an HTTP client");
    let builder = builder(server.https()).http_client(http);
    let client = builder.clock(ManualClock::skipping_pauses()).build().expect("a client");
    let reply = soon(call(&client, Method::POST).response()).await.expect("a reply");
    assert_eq!((reply.attempts(), server.requests(), server.connections().len()), (3, 1, 3));
    let received = String::from_utf8_lossy(&server.connections()[2].received).into_owned();
    assert!(received.starts_with("POST /api/things HTTP/1.1\r\n"), "{received}");
}

/// Names that resolve the second time.
struct Names(AtomicUsize);

impl Resolve for Names {
    fn resolve(&self, _: Name) -> Resolving {
        let first = self.0.fetch_add(1, Ordering::SeqCst) == 0;
        Box::pin(async move {
            let addresses: Addrs = Box::new(std::iter::once(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))));
            if first { Err("no such name".into()) } else { Ok(addresses) }
        })
    }
}

#[tokio::test]
async fn c9_a_name_that_does_not_resolve_is_asked_again() {
    let server = server([ask().last_reply(200, &[], "")]).await;
    let names = Arc::new(Names(AtomicUsize::new(0)));
    let address = server.endpoint().replace("127.0.0.1", "logto.test");
    let http = Authority::new().and_then(|nobody| nobody.client()).expect("settings");
    let http = http.dns_resolver(Arc::clone(&names)).build().expect("an HTTP client");
    let builder = builder(address).allow_http().http_client(http).clock(ManualClock::skipping_pauses());
    let client = builder.build().expect("a client");
    let reply = soon(call(&client, Method::POST).response()).await.expect("a reply");
    assert_eq!((reply.attempts(), server.requests(), names.0.load(Ordering::SeqCst)), (2, 1, 2));
}

#[tokio::test]
async fn c17_an_untrusted_certificate_is_final() {
    let authority = Authority::new().expect("a key");
    let stranger = Authority::new().expect("a key");
    let table = [
        ("another name", authority.identity("logto.example", Validity::Now)),
        ("expired", authority.identity("localhost", Validity::Expired)),
        ("not valid yet", authority.identity("localhost", Validity::NotYet)),
        ("another authority", stranger.identity("localhost", Validity::Now)),
    ];
    for (name, identity) in table {
        let script =
            Script::new().handshake(&identity.expect("a certificate")).read_request().reply(200, "text/plain", "");
        let server = server([script]).await;
        let clock = ManualClock::skipping_pauses();
        let http = authority.client().and_then(|http| Ok(http.build()?)).expect("an HTTP client");
        let builder = builder(server.https()).http_client(http);
        let client = builder.clock(clock.clone()).build().expect("a client");
        let error = soon(call(&client, Method::GET).send()).await.expect_err(name);
        assert!(error.is_certificate() && error.is_connect(), "{name}: {error:?}");
        assert!(!error.may_have_been_executed() && error.attempts() == 1, "{name}: {error:?}");
        let text = error.to_string();
        assert!(text.contains("certificate is not trusted") && text.contains("base URL"), "{name}: {text}");
        assert_eq!((server.connections().len(), server.requests(), clock.pauses().len()), (1, 0, 0), "{name}");
    }
}
