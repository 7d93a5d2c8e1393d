//! Tokens that clients and processes share, tokens of organizations and of other resources.

use std::process::Stdio;
use std::time::Duration;

use logto_runtime::clock::ManualClock;
use logto_runtime::token::{
    FileTokenStore, MemoryTokenStore, StoreFuture, StoreLock, StoredToken, TokenFuture, TokenKey, TokenStore,
};
use logto_runtime::{Client, Method, Token, TokenSource};
use logto_tests::fake::Answer;
use serde_json::json;
use tokio::process::Command;

use super::server::{Server, call, refusal, soon};

const SECOND: Duration = Duration::from_secs(1);

/// Says to the test below that it is a process of its own, and where its server and its store are.
const CHILD: &str = "LOGTO_TESTS_TOKEN_STORE";

#[tokio::test]
async fn a23_processes_share_one_token_in_files() {
    let server = Server::start(|_, _| Answer::empty(204)).await;
    let directory = tempfile::tempdir().expect("a directory");
    let store = directory.path().join("tokens");
    server.hold("/oidc");
    let name = format!("{}::in_a_process_of_its_own", module_path!().split_once("::").expect("a module").1);
    let children: Vec<_> = (0..4)
        .map(|_| {
            Command::new(std::env::current_exe().expect("this test"))
                .args([&name, "--exact", "--nocapture"])
                .env(CHILD, format!("{} {}", server.url(), store.display()))
                .stdout(Stdio::piped())
                .spawn()
                .expect("a process")
        })
        .collect();
    // Those that come later find the lock held, or the token already there.
    server.wait_for(1).await;
    server.release();
    for child in children {
        let output = soon(child.wait_with_output()).await.expect("an end");
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && text.contains("token t1"), "{text}");
    }
    assert_eq!(server.tokens(), 1);
    #[cfg(unix)]
    for entry in std::fs::read_dir(&store).expect("the store") {
        use std::os::unix::fs::PermissionsExt;
        let entry = entry.expect("a file");
        let mode = entry.metadata().expect("its rights").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{:?} is its owner's alone", entry.path());
    }
}

#[tokio::test]
async fn in_a_process_of_its_own() {
    let Ok(told) = std::env::var(CHILD) else { return };
    let (url, directory) = told.split_once(' ').expect("a URL and a directory");
    let builder =
        Client::builder(super::server::profile()).base_url(url).client_credentials("app", "hunter2").no_proxy();
    let client = builder.token_store(FileTokenStore::new(directory)).build().expect("a client");
    println!("token {}", soon(client.token()).await.expect("a token").access_token.expose());
}

#[tokio::test]
async fn a_stored_token_is_taken_until_it_is_old_or_refused() {
    let directory = tempfile::tempdir().expect("a directory");
    let stores: [Box<dyn Fn(logto_runtime::ClientBuilder) -> logto_runtime::ClientBuilder>; 2] = [
        Box::new({
            let store = MemoryTokenStore::new();
            move |builder| builder.token_store(store.clone())
        }),
        Box::new(move |builder| builder.token_store(FileTokenStore::new(directory.path()))),
    ];
    for stored in stores {
        let clock = ManualClock::new();
        let server = Server::start(|seen, _| if seen.has(3) { refusal("ERR_JWT_EXPIRED") } else { Answer::empty(204) });
        let server = server.await;
        let client = || stored(server.builder()).clock(clock.clone()).build().expect("a client");
        let text =
            async |client: &Client| soon(client.token()).await.expect("a token").access_token.expose().to_owned();

        let (first, second) = (client(), client());
        assert_eq!((text(&first).await, text(&second).await), ("t1".to_owned(), "t1".to_owned()));
        // Another client that begins much later counts its age from when it was issued.
        clock.advance(3200 * SECOND);
        let third = client();
        let left = soon(third.token()).await.expect("a token").lifetime;
        assert_eq!(left, 370 * SECOND);
        // In the soft window one replaces it, and the others take what it stored.
        clock.advance(180 * SECOND);
        for client in [&first, &second, &third] {
            text(client).await;
            super::server::settle().await;
            while text(client).await == "t1" {
                tokio::task::yield_now().await;
            }
        }
        assert_eq!((server.tokens(), text(&third).await), (2, "t2".to_owned()));
        // Far behind its end it is of no use.
        clock.advance(7200 * SECOND);
        assert_eq!(text(&client()).await, "t3");
        // It is refused: the one who learns it replaces it and does not take it back from the store.
        call(&first, Method::GET).await.expect("repeated with another one");
        assert_eq!(server.tokens(), 4);
        assert_eq!(text(&second).await, "t4");
        assert_eq!(server.tokens(), 4, "what another client stored is taken");
    }
}

/// Whoever knows an id and not its secret gets nothing, though a token of the id lies in the store.
#[tokio::test]
async fn r5_a_wrong_secret_is_given_no_token() {
    let directory = tempfile::tempdir().expect("a directory");
    let memory = MemoryTokenStore::new();
    for in_files in [false, true] {
        let server = Server::raw(|seen, before| {
            Some(match (seen.is_token(), seen.body.contains("client_secret=hunter2")) {
                (true, true) => super::server::token(before + 1),
                (true, false) => Answer::json(401, &json!({ "error": "invalid_client" })),
                (false, _) => Answer::empty(204),
            })
        })
        .await;
        let client = |secret: &str| {
            let builder = Client::builder(super::server::profile()).base_url(server.url()).no_proxy();
            let builder = builder.client_credentials("app", secret);
            let builder = match in_files {
                true => builder.token_store(FileTokenStore::new(directory.path())),
                false => builder.token_store(memory.clone()),
            };
            builder.build().expect("a client")
        };
        soon(client("hunter2").token()).await.expect("a token");
        let error = soon(client("guessed").token()).await.expect_err("no token");
        assert!(error.is_invalid_client(), "{error:?}");
        soon(client("hunter2").token()).await.expect("the stored one");
        assert_eq!(server.tokens(), 2, "the secret that is right shares its token");
    }
}

/// A store that does not work.
#[derive(Clone, Copy)]
enum Broken {
    Fails,
    Panics,
    Hangs,
}

impl Broken {
    fn act<T: Send + 'static>(self) -> StoreFuture<'static, T> {
        match self {
            Self::Fails => Box::pin(async { Err("the canary is in here".into()) }),
            Self::Panics => Box::pin(async { panic!("as told") }),
            Self::Hangs => Box::pin(std::future::pending()),
        }
    }
}

impl TokenStore for Broken {
    fn load<'a>(&'a self, _: &'a TokenKey) -> StoreFuture<'a, Option<StoredToken>> {
        self.act()
    }

    fn save<'a>(&'a self, _: &'a TokenKey, _: &'a StoredToken) -> StoreFuture<'a, ()> {
        self.act()
    }

    fn try_lock<'a>(&'a self, _: &'a TokenKey) -> StoreFuture<'a, Option<StoreLock>> {
        self.act()
    }
}

#[tokio::test]
async fn a_store_that_does_not_work_is_passed_over() {
    for broken in [Broken::Fails, Broken::Panics, Broken::Hangs] {
        let server = Server::start(|_, _| Answer::empty(204)).await;
        let clock = ManualClock::new();
        let client = server.builder().token_store(broken).clock(clock.clone()).build().expect("a client");
        let mut reply = tokio::spawn(async move { call(&client, Method::GET).await });
        let reply = async {
            loop {
                tokio::select! {
                    biased;
                    reply = &mut reply => break reply,
                    () = super::server::settle() => clock.advance(5 * SECOND),
                }
            }
        };
        soon(reply).await.expect("no panic").expect("a reply");
        assert_eq!(server.tokens(), 1);
    }
}

#[tokio::test]
async fn a_token_is_asked_for_as_the_builder_says() {
    type Change = fn(logto_runtime::ClientBuilder) -> logto_runtime::ClientBuilder;
    let usual = "grant_type=client_credentials&client_id=app&client_secret=hunter2";
    let table: [(Change, &str); 4] = [
        (|builder| builder, "&resource=https%3A%2F%2Fdefault.example%2Fapi&scope=all"),
        (
            |builder| builder.resource("https://orders.example/api").scope("read write"),
            "&resource=https%3A%2F%2Forders.example%2Fapi&scope=read+write",
        ),
        (
            |builder| builder.resource("https://orders.example/api").scope("").organization_id("o 1"),
            "&resource=https%3A%2F%2Forders.example%2Fapi&organization_id=o+1",
        ),
        (|builder| builder.no_resource().organization_id("o1"), "&scope=all&organization_id=o1"),
    ];
    for (change, expected) in table {
        let server = Server::start(|_, _| Answer::empty(204)).await;
        let client = change(server.builder()).build().expect("a client");
        soon(client.token()).await.expect("a token");
        let body = server.seen().last().map(|seen| seen.body.clone());
        assert_eq!(body, Some(format!("{usual}{expected}")));
    }
}

#[test]
fn what_does_not_go_together_is_named() {
    struct Own;
    impl TokenSource for Own {
        fn fetch(&self) -> TokenFuture<'_> {
            Box::pin(async { Ok(Token::new("mine", SECOND)) })
        }
    }
    let own = || Client::builder(super::server::profile()).base_url("https://a.example").token_source(Own);
    let wrong = [
        own().token_store(MemoryTokenStore::new()),
        own().organization_id("o1"),
        own().client_credentials("app", "hunter2").organization_id(" "),
    ];
    for builder in wrong {
        assert!(builder.build().expect_err("a wrong setting").is_config());
    }
}

#[tokio::test]
async fn a_client_without_tokens_has_none_to_give() {
    let client = Client::builder(super::server::profile()).base_url("https://a.example").anonymous().build();
    let error = client.expect("a client").token().await.expect_err("no token");
    assert!(error.is_config(), "{error}");
}
