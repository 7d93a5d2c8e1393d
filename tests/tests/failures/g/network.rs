//! Networks that change, and servers that go away politely.
//!
//! A process that forks is not among the tests: a runtime with threads does not survive a fork, in Rust as elsewhere, so a
//! client belongs to the process that made it. Nothing is kept outside of it: no file, no background thread.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use logto_management::types::CreateOrganizationBody;
use logto_management::{Client, reqwest};
use logto_runtime::clock::ManualClock;
use logto_tests::fault::Script;
use logto_tests::fault::tls::{Authority, Validity};
use logto_tests::{FakeLogto, FaultServer};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::net::{TcpListener, TcpStream};

const TOKEN: &str = r#"{"access_token":"a.b.c","expires_in":3600,"token_type":"Bearer","scope":"all"}"#;
/// What a connection does, with the row that answers a creation.
type Act = fn(Script, &str) -> Script;

/// A client that speaks HTTP/2 to a server with these connections.
async fn over_h2(acts: impl IntoIterator<Item = Act>) -> (FaultServer, Client) {
    let authority = Authority::new().expect("an authority");
    let identity = authority.identity("localhost", Validity::Now).expect("a certificate").h2();
    let row = FakeLogto::start().await.rows("organizations")[0].to_string();
    let scripts: Vec<Script> = acts.into_iter().map(|act| act(Script::new().handshake(&identity), &row)).collect();
    let server = FaultServer::start(scripts).await.expect("a port");
    let http = authority.client().expect("TLS").build().expect("an HTTP client");
    let builder = Client::builder().self_hosted(server.https()).client_credentials("app", "secret");
    let client = builder.http_client(http).clock(ManualClock::skipping_pauses()).build().expect("a client");
    (server, client)
}

/// The server has not looked at the request, so that even a write is sent again.
#[tokio::test]
async fn g3_a_write_that_was_not_looked_at_is_sent_again() {
    let table: [(&str, Act); 2] = [
        ("GOAWAY", |s, _| s.h2_read_request().h2_reply(200, TOKEN).h2_read_request().h2_go_away().close()),
        ("REFUSED_STREAM", |s, row| {
            let refused = s.h2_read_request().h2_reply(200, TOKEN).h2_read_request().h2_refuse();
            refused.h2_read_request().h2_reply(201, row)
        }),
    ];
    for (name, first) in table {
        let (server, logto) = over_h2([first, |s, row| s.h2_read_request().h2_reply(201, row)]).await;
        let created = logto.create_organization(CreateOrganizationBody::new("Company")).send().await;
        assert!(created.is_ok(), "{name}: {created:?}");
        assert_eq!(server.requests(), 3, "{name}");
    }
}

/// Once the head of a reply has come, the server has looked at the request, whatever it says afterwards.
#[tokio::test]
async fn r2_after_the_head_of_a_reply_nothing_counts_as_unprocessed() {
    let table: [(&str, Act); 2] = [
        ("REFUSED_STREAM", |s, row| {
            let refused = s.h2_read_request().h2_reply(200, TOKEN).h2_read_request().h2_head(201).h2_refuse();
            refused.h2_read_request().h2_reply(201, row)
        }),
        ("GOAWAY", |s, _| s.h2_read_request().h2_reply(200, TOKEN).h2_read_request().h2_head(201).h2_go_away().close()),
    ];
    for (name, first) in table {
        let (server, logto) = over_h2([first, |s, row| s.h2_read_request().h2_reply(201, row)]).await;
        let error = logto.create_organization(CreateOrganizationBody::new("Company")).send().await.expect_err(name);
        // Who goes away politely ends the body, which then is none.
        assert!(error.may_have_been_executed() && (error.is_interrupted() || error.is_decode()), "{name}: {error:?}");
        assert_eq!((server.requests(), error.attempts()), (2, 1), "{name}: it is not sent again");
    }
}

/// A pooled connection is driven by the runtime that opened it. When that ends, the request may have been executed.
#[test]
fn r1_a_runtime_that_ends_does_not_hide_what_was_executed() {
    let runtime =
        || tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    let servers = runtime();
    for round in 0..20 {
        let first = Script::new().read_request().reply(204, "text/plain", "").read_request().hold();
        let server = servers.block_on(FaultServer::start([first])).expect("a port");
        let profile = logto_runtime::Profile::new("test/1.0");
        let client = logto_runtime::Client::builder(profile).base_url(server.endpoint()).anonymous().build();
        let client = client.expect("a client");
        let post = || client.request(reqwest::Method::POST, "Create", "/api/things").empty().send();
        let owner = runtime();
        owner.block_on(post()).expect("a reply");
        let sending = post();
        let other = std::thread::spawn(move || runtime().block_on(sending));
        servers.block_on(server.requested(2));
        owner.shutdown_background();
        let error = other.join().expect("no panic").expect_err("the connection is gone");
        assert!(error.may_have_been_executed() && !error.is_input(), "{round}: {error:?}");
        assert_eq!((error.attempts(), server.requests()), (1, 2), "{round}");
    }
}

/// The marks of the requests that a server has read to their end.
fn executed(server: &FaultServer) -> HashMap<String, usize> {
    let mut marks = HashMap::new();
    for connection in server.connections() {
        let text = String::from_utf8_lossy(&connection.received).into_owned();
        // What follows the last empty line was cut short.
        for head in text.split("\r\n\r\n").take(connection.requests) {
            let mark = head.split_whitespace().nth(1).unwrap_or_default().to_owned();
            *marks.entry(mark).or_default() += 1;
        }
    }
    marks
}

/// Of 300 writes at once, over connections of which a runtime that ends at any moment has opened some, each tells the truth.
#[test]
fn r1_every_one_of_many_writes_tells_whether_it_was_executed() {
    let runtime =
        || tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let servers = runtime();
    let (mut reused, mut failed, mut hidden) = (0, 0, 0);
    for seed in 0..8 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let answer = Script::new().read_request().wait(Duration::from_millis(2)).reply(204, "text/plain", "");
        let server = servers.block_on(FaultServer::start([])).expect("a port");
        server.otherwise(Script::new().forever(answer));
        let profile = logto_runtime::Profile::new("test/1.0");
        let builder = logto_runtime::Client::builder(profile).base_url(server.endpoint()).anonymous().no_proxy();
        // What is sent on a connection at the very moment of its end may get no answer at all.
        let builder = builder.timeouts(|timeouts| timeouts.idle_read = Duration::from_secs(2));
        let client = builder.retry(|retry| retry.max_attempts = 1).build().expect("a client");
        let create = || client.request(reqwest::Method::POST, "Create", "/api/things");
        let post = |mark: u32| create().query("mark", Some(mark)).empty().send();
        let owner = runtime();
        owner.block_on(futures_util::future::join_all((1_000..1_060).map(post)));
        let opened = server.connections().len();
        let calls: Vec<_> = (0..300).map(|mark| (post(mark), mark)).collect();
        let (moment, other) = (Duration::from_micros(rng.u64(0..8_000)), runtime());
        let writers = std::thread::spawn(move || {
            let each = calls.into_iter().map(|(call, mark)| async move { (mark, call.await) });
            other.block_on(futures_util::future::join_all(each))
        });
        std::thread::sleep(moment);
        owner.shutdown_background();
        let results = writers.join().expect("no panic");
        // Without clients each connection ends once all that was sent on it is read.
        drop(client);
        servers.block_on(server.served(server.connections().len()));
        let executed = executed(&server);
        for (mark, result) in results {
            let count = executed.get(&format!("/api/things?mark={mark}")).copied().unwrap_or_default();
            match result {
                Ok(()) => assert_eq!(count, 1, "{mark}, seed {seed}"),
                Err(error) => {
                    failed += 1;
                    hidden += count;
                    assert!(!error.is_input() && count <= 1, "{mark}, seed {seed}: {error:?}");
                    assert!(error.may_have_been_executed() || count == 0, "{mark}, seed {seed}: {error:?}");
                }
            }
        }
        reused += opened;
    }
    assert!(
        reused > 0 && hidden > 0,
        "{reused} connections, {failed} failures, {hidden} executed: it ended too late to matter"
    );
}

/// A server that never looks is an error that says that nothing was executed.
#[tokio::test]
async fn g3_what_was_refused_to_the_end_was_not_executed() {
    let refuse: Act = |s, _| {
        let token = s.h2_read_request().h2_reply(200, TOKEN);
        (0..12).fold(token, |script, _| script.h2_read_request().h2_refuse())
    };
    let (server, logto) = over_h2([refuse]).await;
    let error = logto.create_organization(CreateOrganizationBody::new("Company")).send().await.expect_err("refused");
    assert!(!error.may_have_been_executed() && error.is_interrupted(), "{error:?}");
    assert!(server.requests() > 2 && error.attempts() > 1, "{error:?}");
}

/// Where a name points to, which the test changes.
#[derive(Clone)]
struct Names(Arc<Mutex<SocketAddr>>);

impl Resolve for Names {
    fn resolve(&self, _: Name) -> Resolving {
        let address = *self.0.lock().expect("no panic");
        Box::pin(async move { Ok(Box::new(std::iter::once(address)) as Addrs) })
    }
}

#[tokio::test]
async fn g3_a_name_that_moves_is_followed() {
    let address = |fake: &FakeLogto| fake.endpoint().trim_start_matches("http://").parse().expect("an address");
    let (old, new) = (FakeLogto::stateless().await, FakeLogto::stateless().await);
    let names = Names(Arc::new(Mutex::new(address(&old))));
    let http = Authority::new().expect("an authority").client().expect("TLS");
    let http = http.dns_resolver(Arc::new(names.clone())).build().expect("an HTTP client");
    let builder = Client::builder().self_hosted("http://logto.test").allow_http().http_client(http);
    let builder = builder.client_credentials(old.app_id(), old.app_secret()).clock(ManualClock::skipping_pauses());
    let logto = builder.build().expect("a client");
    logto.get_user("u").send().await.expect("a reply");
    *names.0.lock().expect("no panic") = address(&new);
    let before = old.requests().len();
    drop(old);
    // The open connection ends with its server; what comes after goes where the name points to now.
    let mut replies = 0;
    for _ in 0..3 {
        replies += usize::from(logto.get_user("u").send().await.is_ok());
    }
    assert!(before == 1 && replies >= 1, "{replies} replies");
    assert!(!new.requests().is_empty());
}

#[tokio::test]
async fn g3_a_server_may_have_nothing_but_ipv6() {
    // A machine without it has nothing to test.
    let Ok(listener) = TcpListener::bind("[::1]:0").await else { return };
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    let fake = FakeLogto::stateless().await;
    let upstream = fake.endpoint().trim_start_matches("http://").to_owned();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let upstream = upstream.clone();
            tokio::spawn(async move {
                let mut server = TcpStream::connect(upstream).await?;
                tokio::io::copy_bidirectional(&mut client, &mut server).await
            });
        }
    });
    let builder = Client::builder().self_hosted(endpoint).client_credentials(fake.app_id(), fake.app_secret());
    builder.no_proxy().build().expect("a client").get_user("u").send().await.expect("a reply");
    assert_eq!(fake.requests().len(), 1);
}
