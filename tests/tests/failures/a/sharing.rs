//! Many callers, several clients, a source of one's own.

use std::error::Error as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use logto_runtime::clock::{Clock, ManualClock};
use logto_runtime::token::{MemoryTokenStore, TokenFuture};
use logto_runtime::{Client, Method, Token, TokenSource};
use logto_tests::fake::Answer;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;

use super::server::{Server, call, profile, soon, token};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn a1_a_thousand_callers_share_one_request() {
    let server = Server::start(|_, _| Answer::empty(204)).await;
    let (client, _) = server.client();
    server.hold("/oidc");
    let callers: Vec<_> = (0..1000)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.token().await })
        })
        .collect();
    server.wait_for(1).await;
    server.release();
    for caller in callers {
        let token = soon(caller).await.expect("no panic").expect("a token");
        assert_eq!(token.access_token.expose(), "t1");
    }
    assert_eq!(server.tokens(), 1);
}

/// The row allows two attempts; a 500 has two, a 503 three, as everywhere else. What counts is that there is one sequence of
/// them for all callers, and that nobody waits for more than that one.
#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn a2_a_thousand_callers_share_one_failure() {
    for (status, attempts) in [(500, 2), (503, 3)] {
        let server =
            Server::raw(move |_, _| Some(Answer::json(status, &json!({ "message": "Internal server error." })))).await;
        let alone = server.skipping();
        soon(alone.0.token()).await.expect_err("no token");
        assert_eq!(server.tokens(), attempts, "{status}");

        let (client, clock) = server.skipping();
        let callers: Vec<_> = (0..1000)
            .map(|_| {
                let client = client.clone();
                tokio::spawn(async move { client.token().await.expect_err("no token").to_string() })
            })
            .collect();
        let mut errors = Vec::new();
        for caller in callers {
            errors.push(soon(caller).await.expect("no panic"));
        }
        errors.dedup();
        assert_eq!((server.tokens(), errors.len()), (2 * attempts, 1), "{status}: {errors:?}");
        assert_eq!(clock.now(), alone.1.now(), "{status}: it takes as long as for one caller");
    }
}

/// Drops the caller who fetches after each number of steps, wherever that is, while another one waits for it. A step lets the
/// caller go on or the server.
#[tokio::test]
async fn a3_a_caller_dropped_anywhere_in_its_fetch_is_followed() {
    let mut seen = std::collections::BTreeSet::new();
    for steps in 0.. {
        let server = Server::start(|_, _| Answer::empty(204)).await;
        let (client, _) = server.client();
        let mut first = Box::pin(client.token());
        let mut is_done = first.as_mut().now_or_never().is_some();
        let mut second = Box::pin(client.token());
        assert!(second.as_mut().now_or_never().is_none(), "it waits its turn");
        for step in 0..steps {
            if step % 2 == 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            } else {
                is_done |= !is_done && first.as_mut().now_or_never().is_some();
            }
        }
        drop(first);
        let token = soon(second).await.expect("a token");
        assert!(server.tokens() <= 2 && (!is_done || server.tokens() == 1), "{steps} steps: {}", server.tokens());
        assert_eq!(soon(client.token()).await.expect("a token").access_token, token.access_token, "it is kept");
        seen.insert(server.tokens());
        if is_done {
            break;
        }
    }
    assert!(seen.len() == 2, "it was dropped both before and after the server was asked: {seen:?}");
}

/// What a source of one's own does.
#[derive(Clone, Copy, Debug)]
enum Act {
    Give,
    Fail,
    Panic,
    Hang,
}

struct Own(Act, Arc<AtomicUsize>);

impl TokenSource for Own {
    fn fetch(&self) -> TokenFuture<'_> {
        self.1.fetch_add(1, Ordering::SeqCst);
        match self.0 {
            Act::Give => Box::pin(async { Ok(Token::new("mine", 60 * SECOND)) }),
            Act::Fail => Box::pin(async { Err("the vault is sealed".into()) }),
            // In the call itself, not only in the future that it gives.
            Act::Panic => panic!("as told"),
            Act::Hang => Box::pin(std::future::pending()),
        }
    }
}

#[tokio::test]
async fn a22_a_source_of_ones_own_cannot_harm_more_than_its_call() {
    let table =
        [(Act::Give, None), (Act::Fail, Some("failed")), (Act::Panic, Some("panicked")), (Act::Hang, Some("too long"))];
    for (act, expected) in table {
        let server = Server::start(|_, _| Answer::empty(204)).await;
        let (clock, asked) = (ManualClock::new(), Arc::new(AtomicUsize::new(0)));
        let source = Own(act, Arc::clone(&asked));
        let client = Client::builder(profile()).base_url(server.url()).token_source(source).clock(clock.clone());
        let client = client.build().expect("a client");
        let mover = async {
            while asked.load(Ordering::SeqCst) == 0 {
                tokio::task::yield_now().await;
            }
            super::server::settle().await;
            clock.advance(10 * SECOND);
        };
        let (result, ()) = tokio::join!(call(&client, Method::GET), mover);
        match (result, expected) {
            (Ok(()), None) => {}
            (Err(error), Some(part)) => {
                assert!(error.is_token() && error.to_string().contains(part), "{act:?}: {error}");
                let source = error.source().map(ToString::to_string);
                assert_eq!(source.is_some(), matches!(act, Act::Fail), "{act:?}: {source:?}");
            }
            (result, _) => panic!("{act:?}: {result:?}"),
        }
        assert_eq!(asked.load(Ordering::SeqCst), 1, "{act:?}");
    }
}

#[test]
fn a23_tokens_never_cross_between_clients() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (one, other) = runtime.block_on(async { (telling().await, telling().await) });
    let clients = 24_usize;
    let steps = proptest::collection::vec((0..clients, 0_u64..4000), 1..60);
    let mut runner = TestRunner::new(Config { cases: 24, failure_persistence: None, ..Config::default() });
    let result = runner.run(&steps, |steps| {
        let (store, clock) = (MemoryTokenStore::new(), ManualClock::skipping_pauses());
        let clients: Vec<(Client, String)> = (0..clients)
            .map(|number| {
                let server = if number % 2 == 0 { &one } else { &other };
                let id = if number / 2 % 2 == 0 { "app" } else { "other app" };
                // Written so that parts put together without care would be the same.
                let resource = ["https://a.example/", "https://a.example/b"][number / 4 % 2];
                let (scope, organization) = [("all", None), ("all", Some("o1")), ("", Some("o1"))][number / 8];
                let mut builder = server.builder().client_credentials(id, "hunter2").resource(resource).scope(scope);
                if let Some(organization) = organization {
                    builder = builder.organization_id(organization);
                }
                let client = builder.token_store(store.clone()).clock(clock.clone()).build().expect("a client");
                let expected = format!("{}|{id}|{resource}|{scope}|{}", server.url(), organization.unwrap_or_default());
                (client, expected)
            })
            .collect();
        runtime.block_on(async {
            for (number, seconds) in steps {
                let (client, expected) = &clients[number];
                let token = soon(client.token()).await.expect("a token");
                let text = percent_encoding::percent_decode_str(token.access_token.expose()).decode_utf8_lossy();
                prop_assert_eq!(&*text, expected.as_str());
                clock.advance(Duration::from_secs(seconds));
            }
            Ok(())
        })
    });
    result.expect("every client has its own token");
}

/// A server whose tokens tell what they were asked for with.
async fn telling() -> Server {
    let url = Arc::new(std::sync::OnceLock::<String>::new());
    let own = Arc::clone(&url);
    let server = Server::raw(move |seen, _| {
        let form: Vec<(String, String)> =
            form_urlencoded::parse(seen.body.as_bytes()).map(|(name, value)| (name.into(), value.into())).collect();
        let get = |name| form.iter().find(|(other, _)| other == name).map_or("", |(_, value)| value.as_str());
        let own = own.get().map_or("", String::as_str);
        let parts = [own, get("client_id"), get("resource"), get("scope"), get("organization_id")].join("|");
        let name = percent_encoding::utf8_percent_encode(&parts, percent_encoding::NON_ALPHANUMERIC).to_string();
        let scope = get("scope");
        Some(Answer::json(
            200,
            &json!({ "access_token": name, "expires_in": 3600, "token_type": "Bearer", "scope": scope }),
        ))
    })
    .await;
    url.set(server.url()).expect("only once");
    server
}

#[tokio::test]
async fn a10_a_client_of_tokens_that_die_young_asks_once_a_second_at_most() {
    for lifetime in [0, 1, 5] {
        let server = Server::raw(move |seen, before| {
            let mut answer = token(before + 1);
            let name = format!("t{}", before + 1);
            let body = json!({ "access_token": name, "expires_in": lifetime, "token_type": "Bearer", "scope": "all" });
            answer.body = body.to_string().into();
            Some(if seen.is_token() { answer } else { Answer::empty(204) })
        })
        .await;
        let (client, clock) = server.skipping();
        while clock.now() < 60 * SECOND {
            call(&client, Method::GET).await.expect("a reply");
            clock.advance(Duration::from_millis(250));
        }
        assert!(server.tokens() <= 61, "lifetime {lifetime}: {} tokens in a minute", server.tokens());
    }
}
