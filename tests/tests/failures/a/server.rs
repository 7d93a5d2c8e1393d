//! A service of which a test says how it answers, and that keeps its answers back until it is told.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use logto_runtime::clock::ManualClock;
use logto_runtime::{Client, ClientBuilder, Error, Method, Profile};
use logto_tests::fake::Answer;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

const TOKEN_PATH: &str = "/oidc/token";

/// A request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) path: String,
    pub(crate) authorization: Option<String>,
    pub(crate) body: String,
}

impl Seen {
    /// Whether it asks for a token.
    pub(crate) fn is_token(&self) -> bool {
        self.path == TOKEN_PATH
    }

    /// Whether it came with the token of this number.
    pub(crate) fn has(&self, number: usize) -> bool {
        self.authorization.as_deref() == Some(&format!("Bearer t{number}"))
    }
}

type Script = Box<dyn Fn(&Seen, usize) -> Option<Answer> + Send + Sync>;

/// The service. It stops when it is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    script: Script,
    seen: Mutex<Vec<Seen>>,
    count: watch::Sender<usize>,
    /// Paths that begin so get no answer yet.
    held: watch::Sender<Option<&'static str>>,
}

impl Server {
    /// Answers as the script says, which is given the request and how many of its kind (for tokens, or not) were before;
    /// without an answer it says nothing until the client leaves.
    pub(crate) async fn raw(script: impl Fn(&Seen, usize) -> Option<Answer> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            script: Box::new(script),
            seen: Mutex::default(),
            count: watch::channel(0).0,
            held: watch::channel(None).0,
        });
        let answering = Arc::clone(&shared);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shared = Arc::clone(&answering);
                let service = service_fn(move |request| answer(request, Arc::clone(&shared)));
                let connection = hyper::server::conn::http1::Builder::new();
                // A client that leaves early is part of some tests.
                tokio::spawn(connection.serve_connection(TokioIo::new(stream), service));
            }
        });
        Self { address, shared, task }
    }

    /// Gives numbered tokens, and answers the rest as the script says.
    pub(crate) async fn start(script: impl Fn(&Seen, usize) -> Answer + Send + Sync + 'static) -> Self {
        Self::raw(move |seen, before| Some(if seen.is_token() { token(before + 1) } else { script(seen, before) }))
            .await
    }

    /// Gives numbered tokens and accepts the last that it was told of.
    pub(crate) async fn accepting(number: usize) -> Self {
        Self::start(move |seen, _| if seen.has(number) { Answer::empty(204) } else { refusal("ERR_JWT_EXPIRED") }).await
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A builder for a client of it.
    pub(crate) fn builder(&self) -> ClientBuilder {
        Client::builder(profile()).base_url(self.url()).client_credentials("app", "hunter2").no_proxy()
    }

    /// A client whose time stands still.
    pub(crate) fn client(&self) -> (Client, ManualClock) {
        let clock = ManualClock::new();
        (self.builder().clock(clock.clone()).build().expect("a client"), clock)
    }

    /// A client that jumps over its pauses.
    pub(crate) fn skipping(&self) -> (Client, ManualClock) {
        let clock = ManualClock::skipping_pauses();
        (self.builder().clock(clock.clone()).build().expect("a client"), clock)
    }

    /// How many tokens were asked for.
    pub(crate) fn tokens(&self) -> usize {
        self.seen().iter().filter(|seen| seen.is_token()).count()
    }

    /// How many other requests there were.
    pub(crate) fn calls(&self) -> usize {
        self.seen().iter().filter(|seen| !seen.is_token()).count()
    }

    /// Every request.
    pub(crate) fn seen(&self) -> MutexGuard<'_, Vec<Seen>> {
        self.shared.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps the answers to paths back that begin so.
    pub(crate) fn hold(&self, path: &'static str) {
        self.shared.held.send_replace(Some(path));
    }

    /// Gives all answers.
    pub(crate) fn release(&self) {
        self.shared.held.send_replace(None);
    }

    /// Waits until as many requests have arrived.
    pub(crate) async fn wait_for(&self, count: usize) {
        let mut seen = self.shared.count.subscribe();
        soon(seen.wait_for(|seen| *seen >= count)).await.expect("the server lives");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(request: Request<Incoming>, shared: Arc<Shared>) -> Result<Response<Full<Bytes>>, Infallible> {
    let path = request.uri().path().to_owned();
    let authorization = request.headers().get("authorization").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let body = request.into_body().collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let seen = Seen { path, authorization, body: String::from_utf8_lossy(&body).into_owned() };
    let before = {
        let mut all = shared.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let before = all.iter().filter(|other| other.is_token() == seen.is_token()).count();
        all.push(seen.clone());
        before
    };
    let mut held = shared.held.subscribe();
    shared.count.send_modify(|count| *count += 1);
    let answer = (shared.script)(&seen, before);
    let is_free = |held: &Option<&str>| !held.is_some_and(|prefix| seen.path.starts_with(prefix));
    // The sender lives as long as this does.
    let _ = held.wait_for(is_free).await;
    let Some(answer) = answer else { return std::future::pending().await };
    let mut response = Response::builder().status(answer.status);
    for (name, value) in &answer.headers {
        response = response.header(name, value);
    }
    if let Some(content_type) = &answer.content_type {
        response = response.header("content-type", content_type);
    }
    Ok(response.body(Full::new(answer.body)).expect("an answer that can be sent"))
}

/// What the service is like: as Logto, as far as tokens go.
pub(crate) fn profile() -> Profile {
    Profile {
        token_path: Some(TOKEN_PATH),
        resource: Some("https://default.example/api".to_owned()),
        scope: Some("all"),
        scope_always_told: true,
        missing_scope_hint: "give it a role",
        request_id_header: Some("logto-core-request-id"),
        quota_codes: &["auth.exceed_token_limit"],
        expired_secret: Some("expired"),
        ..Profile::new("test/1.0")
    }
}

/// A token of an hour.
pub(crate) fn token(number: usize) -> Answer {
    let token = format!("t{number}");
    Answer::json(200, &json!({ "access_token": token, "expires_in": 3600, "token_type": "Bearer", "scope": "all" }))
}

/// How Logto refuses a token.
pub(crate) fn refusal(reason: &str) -> Answer {
    let data = json!({ "code": reason, "payload": { "sub": "canary" } });
    Answer::json(401, &json!({ "code": "auth.unauthorized", "message": "Unauthorized.", "data": data }))
}

/// Calls an operation that answers with nothing.
pub(crate) async fn call(client: &Client, method: Method) -> Result<(), Error> {
    soon(client.request(method, "Try", "/api/x").empty().send()).await
}

/// Lets tasks run until they wait.
pub(crate) async fn settle() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

/// Long enough for anything that does not hang.
pub(crate) async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), future).await.expect("it hangs")
}
