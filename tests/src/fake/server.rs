//! Connections, and the way of a request: route, size, token, page, document, then an answer.

use std::collections::HashMap;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use logto_generator::sample::Fill;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::answer::Answer;
use crate::listen;

use super::document::{Document, Operation};
use super::entities::{self, Asked};
use super::errors;
use super::ids::Maker;
use super::paging::{LinkBase, Window};
use super::record::Recorded;
use super::reply::{self, Taste};
use super::routes::{Route, route};
use super::seed::{Counts, seed};
use super::store::Store;
use super::token::{self, App, TokenRequest, Tokens};
use super::validate::{self, Issue, ReadBody};

/// The app that may use the Management API.
pub(super) const APP_ID: &str = "fake-app";
/// Its secret.
pub(super) const APP_SECRET: &str = "fake-secret";
/// An app without the role, with the same secret.
pub(super) const APP_WITHOUT_ROLE: &str = "no-role";
/// A body that is larger, and no upload, is answered as an unknown path is. In bytes.
pub const API_BODY_LIMIT: usize = 1024 * 1024;
/// Replies shorter than this are not compressed.
const GZIP_FROM: usize = 1024;

/// How a fake behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whether every operation replies with a success made from the document, whatever the ids.
    pub stateless: bool,
    /// How many rows it begins with.
    pub counts: Counts,
    /// How many rows a sampled list has.
    pub rows: usize,
    /// How much is in sampled replies; `None`: what is required at first, everything later.
    pub fill: Option<Fill>,
    /// What chooses among variants; `None`: how often the operation was called before.
    pub seed: Option<u64>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { stateless: false, counts: Counts::default(), rows: 2, fill: None, seed: None }
    }
}

/// What all connections share.
#[derive(Debug)]
pub(super) struct Shared {
    /// The document.
    pub document: &'static Document,
    state: Mutex<State>,
}

/// What changes.
#[derive(Debug)]
pub(super) struct State {
    pub settings: Settings,
    pub tokens: Tokens,
    pub store: Store,
    pub maker: Maker,
    pub requests: Vec<Recorded>,
    pub scripted: Vec<(String, Answer)>,
    pub scripted_tokens: Vec<Answer>,
    calls: HashMap<String, u64>,
}

impl Shared {
    /// The state at the start.
    pub(super) fn new(document: &'static Document, settings: Settings) -> Self {
        let app = |id: &str, granted| App { id: id.to_owned(), secret: APP_SECRET.to_owned(), granted, expired: false };
        let apps = vec![app(APP_ID, true), app(APP_WITHOUT_ROLE, false)];
        let mut maker = Maker::default();
        let store = match settings.stateless {
            true => Store::default(),
            false => seed(document, settings.counts, &apps, &mut maker),
        };
        let state = State {
            settings,
            tokens: Tokens::new(apps),
            store,
            maker,
            requests: Vec::new(),
            scripted: Vec::new(),
            scripted_tokens: Vec::new(),
            calls: HashMap::new(),
        };
        Self { document, state: Mutex::new(state) }
    }

    /// Works on the state.
    pub(super) fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Serves until told to stop.
pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>, stopped: watch::Receiver<bool>) {
    let answer = move |request| {
        let shared = Arc::clone(&shared);
        async move { handle(&shared, request).await }
    };
    listen::serve(listener, stopped, answer).await;
}

/// A request that was read to its end.
struct Read {
    method: Method,
    path: String,
    query: String,
    headers: HeaderMap,
    body: Bytes,
}

impl Read {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    fn host(&self) -> &str {
        self.header("host").unwrap_or("localhost")
    }
}

async fn handle(shared: &Shared, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let (parts, body) = request.into_parts();
    let Ok(body) = body.collect().await else {
        return Response::new(Full::default());
    };
    let read = Read {
        method: parts.method,
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        body: body.to_bytes(),
    };
    let answer = match read.path.as_str() {
        "/oidc/token" if read.method == Method::POST => shared.with(|state| grant(state, &read)),
        "/oidc/.well-known/openid-configuration" => token::discovery(read.host()),
        path if path == "/api" || path.starts_with("/api/") => api(shared, &read).await,
        _ => page(),
    };
    finish(shared, &read, answer)
}

/// What is served on every other path: the page that signs users in. A client with a wrong base URL gets it with 200.
fn page() -> Answer {
    Answer::text(200, "text/html; charset=utf-8", "<html><head></head><body>stub</body></html>")
        .with("Logto-Static-Package", "experience")
        .with("Cache-Control", "no-cache, no-store, must-revalidate")
}

fn grant(state: &mut State, read: &Read) -> Answer {
    if !state.scripted_tokens.is_empty() {
        state.tokens.requests += 1;
        return state.scripted_tokens.remove(0);
    }
    state.tokens.grant(&TokenRequest {
        content_type: read.header("content-type").unwrap_or_default(),
        authorization: read.header("authorization"),
        body: &read.body,
        host: read.host(),
        now: state.maker.seconds(),
    })
}

async fn api(shared: &Shared, read: &Read) -> Answer {
    let (operation, values) = match route(shared.document, &read.method, &read.path) {
        Route::Operation(operation, values) => (operation, values),
        Route::Unknown => return note(shared, read, None, Vec::new(), errors::not_found_text()),
        Route::Methods(methods) => return note(shared, read, None, Vec::new(), other_method(read, &methods)),
    };
    let content_type = read.header("content-type");
    let upload = content_type.is_some_and(|kind| kind.contains("multipart"));
    if read.body.len() > API_BODY_LIMIT && !upload {
        return note(shared, read, Some(operation), Vec::new(), errors::not_found_text());
    }
    let body = validate::read_body(content_type, &read.body).await;
    let pairs: Vec<(String, String)> = form_urlencoded::parse(read.query.as_bytes()).into_owned().collect();
    let mut issues = validate::query(operation, &pairs);
    issues.extend(validate::body(operation, content_type, &body));
    issues.extend(validate::path(operation, &values));
    let parsed = Parsed { read, operation, values, pairs, body, issues };
    let answer = shared.with(|state| decide(shared.document, state, &parsed));
    note(shared, read, Some(operation), parsed.issues, answer)
}

fn other_method(read: &Read, methods: &[&Method]) -> Answer {
    let mut allow: Vec<&str> = methods.iter().map(|method| method.as_str()).filter(|method| *method != "GET").collect();
    if methods.contains(&&Method::GET) {
        allow.extend(["HEAD", "GET"]);
    }
    let allow = allow.join(", ");
    match read.method {
        Method::OPTIONS => Answer::text(200, "text/plain; charset=utf-8", "").with("Allow", allow),
        _ => errors::wrong_method(&allow),
    }
}

/// A request to an operation, with what the document says of it.
struct Parsed<'a> {
    read: &'a Read,
    operation: &'a Operation,
    values: Vec<String>,
    pairs: Vec<(String, String)>,
    body: ReadBody,
    issues: Vec<Issue>,
}

/// The answer to an operation, in the order in which the server looks at things.
fn decide(document: &Document, state: &mut State, request: &Parsed<'_>) -> Answer {
    let Parsed { read, operation, values, pairs, body, issues } = request;
    if operation.auth
        && let Err(answer) = state.tokens.check(read.header("authorization"), state.maker.seconds())
    {
        return answer;
    }
    let window = match operation.pages() {
        true => match Window::read(&operation.template, pairs) {
            Ok(window) => window,
            Err(answer) => return answer,
        },
        false => None,
    };
    if let Some(message) = &body.malformed {
        return errors::bare(400, message);
    }
    let refused: Vec<&Issue> = issues.iter().filter(|issue| issue.refused).collect();
    if let Some(first) = refused.first() {
        let same: Vec<&Issue> = refused.iter().copied().filter(|issue| issue.part == first.part).collect();
        return errors::guard(&same);
    }
    if let Some(index) = state.scripted.iter().position(|(id, _)| *id == operation.id) {
        return state.scripted.remove(index).1;
    }
    let link = LinkBase { host: read.host(), path: &read.path, pairs };
    if !state.settings.stateless {
        let asked = Asked {
            document,
            operation,
            path: concrete(operation, values),
            pairs,
            window,
            link,
            body: body.value.as_ref(),
            language: read.header("accept-language").and_then(|list| list.get(..2)).unwrap_or("en"),
        };
        if let Some(answer) = entities::answer(&asked, &mut state.store, &mut state.maker) {
            return answer;
        }
    }
    let calls = state.calls.entry(operation.id.clone()).or_default();
    let before = *calls;
    *calls += 1;
    let usual = if before == 0 { Fill::Required } else { Fill::Every };
    let taste = Taste {
        fill: state.settings.fill.unwrap_or(usual),
        seed: state.settings.seed.unwrap_or(before),
        rows: state.settings.rows,
    };
    reply::sampled(document, operation, values, window.as_ref(), &link, taste)
}

/// The path after `/api/` with its values decoded.
fn concrete(operation: &Operation, values: &[String]) -> Vec<String> {
    let mut values = values.iter();
    let parts = operation.segments.iter().skip(1).map(|segment| match segment {
        super::routes::Segment::Literal(text) => text.clone(),
        super::routes::Segment::Parameter(_) => values.next().cloned().unwrap_or_default(),
    });
    parts.collect()
}

fn note(shared: &Shared, read: &Read, operation: Option<&Operation>, issues: Vec<Issue>, answer: Answer) -> Answer {
    let headers = read.headers.iter().map(|(name, value)| {
        let value = value.to_str().unwrap_or("(not text)");
        let shown = match name.as_str() {
            "authorization" => value.split(' ').next().unwrap_or_default(),
            _ => value,
        };
        (name.as_str().to_owned(), shown.to_owned())
    });
    let recorded = Recorded {
        method: read.method.to_string(),
        path: read.path.clone(),
        query: read.query.clone(),
        headers: headers.collect(),
        body: read.body.clone(),
        operation: operation.map(|operation| operation.id.clone()),
        issues,
        status: answer.status,
    };
    shared.with(|state| state.requests.push(recorded));
    answer
}

/// Writes an answer: what every reply has, `ETag`, compression.
fn finish(shared: &Shared, read: &Read, mut answer: Answer) -> Response<Full<Bytes>> {
    let etag = (matches!(read.method, Method::GET | Method::HEAD) && answer.status == 200)
        .then(|| format!("\"{:x}-{:016x}\"", answer.body.len(), hash(&answer.body)));
    if etag.is_some() && etag.as_deref() == read.header("if-none-match") {
        answer.status = 304;
        answer.content_type = None;
        answer.body = Bytes::new();
    }
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    let mut add = |name: &str, value: &str| {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            headers.append(name, value);
        }
    };
    add("Vary", "Accept-Encoding, Origin");
    add("X-Content-Type-Options", "nosniff");
    add("Logto-Core-Request-Id", &shared.with(|state| state.maker.request_id()));
    add("Connection", "keep-alive");
    add("Keep-Alive", "timeout=5");
    if let Some(content_type) = &answer.content_type {
        add("Content-Type", content_type);
    }
    for (name, value) in &answer.headers {
        add(name, value);
    }
    if let Some(etag) = &etag {
        add("ETag", etag);
    }
    let gzip = read.header("accept-encoding").is_some_and(|list| list.contains("gzip"));
    if gzip && answer.body.len() >= GZIP_FROM {
        add("Content-Encoding", "gzip");
        answer.body = compressed(&answer.body);
    }
    *response.body_mut() = Full::new(answer.body);
    response
}

fn compressed(body: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    // Writing to memory cannot fail.
    let _ = encoder.write_all(body);
    encoder.finish().unwrap_or_default().into()
}

/// FNV-1a.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
