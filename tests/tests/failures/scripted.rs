//! A client of a server that does what its scripts say.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use logto_runtime::clock::{Clock, ManualClock, Sleep};
use logto_runtime::token::{TokenFuture, TokenSource};
use logto_runtime::{Call, Client, ClientBuilder, Method, Profile, Token};
use logto_tests::FaultServer;
use logto_tests::fault::Script;

/// A token that is always there, so that a script is about the call alone.
struct Given;

impl TokenSource for Given {
    fn fetch(&self) -> TokenFuture<'_> {
        Box::pin(async { Ok(Token::new("a.b.c", Duration::from_secs(3600)).scope("all")) })
    }
}

/// A service like the one that the runtime was made for.
pub(super) fn profile() -> Profile {
    Profile {
        token_path: Some("/oidc/token"),
        resource: Some("https://default.example/api".to_owned()),
        scope: Some("all"),
        scope_always_told: true,
        path_prefix: Some("/api"),
        request_id_header: Some("x-request-id"),
        permanent_codes: &["request.message_rate_limited", "connector.usage_limit_exceeded"],
        quota_codes: &["auth.exceed_token_limit"],
        unsafe_puts: &["ReplaceRoles"],
        ..Profile::new("test/1.0")
    }
}

/// A builder for an address, with a token and without a proxy.
pub(super) fn builder(address: impl Into<String>) -> ClientBuilder {
    Client::builder(profile()).base_url(address).token_source(Given).no_proxy()
}

/// A client whose pauses take no time and whose timeouts only end when the clock is moved.
pub(super) fn client(server: &FaultServer) -> (Client, ManualClock) {
    let clock = ManualClock::skipping_pauses();
    let client = builder(server.endpoint()).clock(clock.clone()).build().expect("a client");
    (client, clock)
}

/// A server whose connections do these things, and after them always the last one.
pub(super) async fn server(scripts: impl IntoIterator<Item = Script>) -> FaultServer {
    let scripts: Vec<Script> = scripts.into_iter().collect();
    let last = scripts.last().cloned();
    let server = FaultServer::start(scripts).await.expect("a port");
    last.into_iter().for_each(|script| server.otherwise(script));
    server
}

/// A connection that reads a request.
pub(super) fn ask() -> Script {
    Script::new().read_request()
}

/// A connection that answers one request.
pub(super) fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Script {
    ask().last_reply(status, headers, body)
}

/// A connection that answers one request with JSON.
pub(super) fn json(status: u16, body: &str) -> Script {
    answer(status, &[("content-type", "application/json")], body)
}

/// A call of which only the status matters.
pub(super) fn call(client: &Client, method: Method) -> Call<()> {
    client.request(method, "Op", "/api/things").empty()
}

/// Waits until a clock was asked for so many pauses.
pub(super) async fn paused(clock: &ManualClock, count: usize) {
    soon(async {
        while clock.pauses().len() < count {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

/// Long enough for anything that does not hang.
pub(super) async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), future).await.expect("it hangs")
}

/// A manual clock that counts how often a timeout was asked for: a test sees from it that something is waited for.
#[derive(Debug, Clone, Default)]
pub(super) struct CountingClock {
    pub(super) clock: ManualClock,
    deadlines: Arc<AtomicUsize>,
}

impl CountingClock {
    /// One that jumps over every pause of the client.
    pub(super) fn skipping_pauses() -> Self {
        Self { clock: ManualClock::skipping_pauses(), deadlines: Arc::default() }
    }

    /// How many timeouts were begun.
    fn deadlines(&self) -> usize {
        self.deadlines.load(Ordering::SeqCst)
    }

    /// Waits until so many timeouts were begun.
    pub(super) async fn waited(&self, count: usize) {
        soon(async {
            while self.deadlines() < count {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }
}

impl Clock for CountingClock {
    fn now(&self) -> Duration {
        self.clock.now()
    }

    fn wall(&self) -> SystemTime {
        self.clock.wall()
    }

    fn sleep(&self, pause: Duration) -> Sleep {
        self.clock.sleep(pause)
    }

    fn deadline(&self, after: Duration) -> Sleep {
        let sleep = self.clock.deadline(after);
        self.deadlines.fetch_add(1, Ordering::SeqCst);
        sleep
    }

    fn random(&self) -> f64 {
        self.clock.random()
    }
}

/// A manual clock that jumps over every pause and never ends a timeout: for many callers at once, where the pause of one must
/// not be the timeout of another.
#[derive(Debug, Clone)]
pub(super) struct Timeless(pub(super) ManualClock);

impl Timeless {
    pub(super) fn new() -> Self {
        Self(ManualClock::skipping_pauses())
    }
}

impl Clock for Timeless {
    fn now(&self) -> Duration {
        self.0.now()
    }

    fn wall(&self) -> SystemTime {
        self.0.wall()
    }

    fn sleep(&self, pause: Duration) -> Sleep {
        self.0.sleep(pause)
    }

    fn deadline(&self, _after: Duration) -> Sleep {
        Box::pin(std::future::pending())
    }

    fn random(&self) -> f64 {
        self.0.random()
    }
}
