//! A server made from a document.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{HeaderName, HeaderValue};
use hyper::{Request, Response, StatusCode};
use logto_generator::sample::Fill;
use serde_json::Value;
use tokio::sync::watch;

use crate::answer::Answer;
use crate::listen;

use super::answer::{self, Choice, is_success};
use super::body;
use super::check::{self, Asked, Issue, Meant};
use super::document::Document;

/// The path that the API is below.
const BASE: &str = "/below/here";

/// A server that answers every operation of a document as the document says, and finds fault with every request that is
/// not as the document says. It stops when it is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
}

/// A request, and what became of it.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The operation that the request was taken for: `GET /users/{id}`.
    pub operation: Option<String>,
    /// The request line.
    pub line: String,
    /// Everything that is wrong with the request.
    pub issues: Vec<Issue>,
    /// The status of the reply.
    pub status: u16,
    /// The headers of the reply that the document declares.
    pub headers: Vec<(String, String)>,
    /// The body of the reply.
    pub body: Bytes,
    /// The body of the reply where it is JSON, and the pointer of its schema.
    pub json: Option<(Value, String)>,
    /// Why the reply has no body that is valid by the document.
    pub unmade: Option<String>,
}

#[derive(Debug)]
struct Shared {
    document: Arc<Document>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    next: Option<(Choice, Meant)>,
    exchanges: Vec<Exchange>,
    calls: HashMap<String, u64>,
}

impl Server {
    /// Starts one on a free port.
    ///
    /// # Errors
    ///
    /// No port on loopback can be had.
    pub async fn start(document: Arc<Document>) -> io::Result<Self> {
        let (listener, address) = listen::bind(0).await?;
        let shared = Arc::new(Shared { document, state: Mutex::default() });
        let (stop, stopped) = watch::channel(false);
        let answering = Arc::clone(&shared);
        let answer = move |request| {
            let shared = Arc::clone(&answering);
            async move { handle(&shared, request).await }
        };
        tokio::spawn(listen::serve(listener, stopped, answer));
        Ok(Self { address, shared, stop })
    }

    /// Where the API is: scheme, host, port and a path.
    pub fn base_url(&self) -> String {
        format!("http://{}{BASE}", self.address)
    }

    /// The document that it serves.
    pub fn document(&self) -> &Document {
        &self.shared.document
    }

    /// Answers the next request with the reply that is chosen, and compares the request with what was meant. Without it a
    /// request is answered with each success in turn.
    pub fn expect(&self, choice: Choice, meant: Meant) {
        self.shared.with(|state| state.next = Some((choice, meant)));
    }

    /// The requests since it was last asked for them.
    pub fn take(&self) -> Vec<Exchange> {
        self.shared.with(|state| std::mem::take(&mut state.exchanges))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nobody listens any more when the runtime is gone already; then there is nothing left to stop.
        let _ = self.stop.send(true);
    }
}

impl Shared {
    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn handle(shared: &Shared, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let line = format!("{} {}", request.method(), request.uri());
    let (parts, body) = request.into_parts();
    let Ok(body) = body.collect().await else {
        return Response::new(Full::default());
    };
    let cookies = parts.headers.get_all("cookie").iter().filter_map(|value| value.to_str().ok());
    let cookies =
        cookies.flat_map(|line| line.split(';')).map(|pair| pair.trim().split_once('=').unwrap_or((pair.trim(), "")));
    let asked = Asked {
        method: parts.method,
        path: below(parts.uri.path(), &shared.document.below).unwrap_or_default().to_owned(),
        query: body::pairs(parts.uri.query().unwrap_or_default()),
        cookies: cookies.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        headers: parts.headers,
        body: body.to_bytes(),
    };
    let (exchange, answer) = respond(shared, &asked, line).await;
    shared.with(|state| state.exchanges.push(exchange));
    write(answer)
}

/// The path of an operation.
fn below<'a>(path: &'a str, server: &str) -> Option<&'a str> {
    path.strip_prefix(BASE)?.strip_prefix(server)
}

async fn respond(shared: &Shared, asked: &Asked, line: String) -> (Exchange, Answer) {
    let document = &shared.document;
    let next = shared.with(|state| state.next.take());
    let mut exchange = Exchange {
        operation: None,
        line,
        issues: Vec::new(),
        status: 404,
        headers: Vec::new(),
        body: Bytes::new(),
        json: None,
        unmade: None,
    };
    let meant = next.as_ref().map(|(_, meant)| meant);
    let Some((operation, paths)) = check::route(document, asked, meant) else {
        exchange.issues.push(Issue::new("path", "no operation has this method and path", ""));
        return (exchange, Answer::empty(404));
    };
    exchange.operation = Some(operation.name.clone());
    exchange.issues = check::issues(document, operation, &paths, asked, meant).await;
    let choice = next.map_or_else(
        || {
            let calls = shared.with(|state| {
                let calls = state.calls.entry(operation.name.clone()).or_default();
                *calls += 1;
                *calls - 1
            });
            let successes: Vec<_> = operation.replies.iter().filter(|reply| is_success(reply, operation)).collect();
            let status = successes.get((calls % successes.len().max(1) as u64) as usize);
            let status = status.map_or_else(String::new, |reply| reply.status.clone());
            Choice { status, fill: if calls == 0 { Fill::Required } else { Fill::Every }, seed: calls }
        },
        |(choice, _)| choice,
    );
    let accept = asked.header("accept");
    let Some(sent) = answer::answer(document, operation, &choice, accept) else {
        let why = format!("nothing of reply {} is acceptable", choice.status);
        exchange.issues.push(Issue::new("header `accept`", why, accept.unwrap_or_default()));
        return (exchange, Answer::empty(406));
    };
    exchange.status = sent.answer.status;
    exchange.headers.clone_from(&sent.answer.headers);
    exchange.body = sent.answer.body.clone();
    exchange.json = sent.json;
    exchange.unmade = sent.unmade;
    (exchange, on_the_wire(sent.answer, choice.seed))
}

/// A reply in the charset of its content type; now and then JSON begins with a byte order mark, which means nothing.
fn on_the_wire(mut answer: Answer, seed: u64) -> Answer {
    let Some(content_type) = answer.content_type.as_deref() else { return answer };
    let charset = content_type.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let charset =
        charset.filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset")).map(|(_, value)| value.trim());
    let encoding = charset.last().and_then(|charset| encoding_rs::Encoding::for_label(charset.as_bytes()));
    if let (Some(encoding), Ok(text)) = (encoding, std::str::from_utf8(&answer.body)) {
        answer.body = encoding.encode(text).0.into_owned().into();
    } else if super::document::is_json(&super::document::essence(content_type)) && seed % 4 == 3 {
        answer.body = ["\u{feff}".as_bytes(), &answer.body].concat().into();
    }
    answer
}

fn write(answer: Answer) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let content_type = answer.content_type.map(|kind| ("content-type".to_owned(), kind));
    for (name, value) in answer.headers.into_iter().chain(content_type) {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().append(name, value);
        }
    }
    response
}
