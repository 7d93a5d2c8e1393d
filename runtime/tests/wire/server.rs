//! A server on loopback that does what it is told and remembers what it saw.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// A request as it arrived. Header names are in lower case.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

/// What the server does about a request.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    /// Answers.
    Answer(Answer),
    /// Writes these bytes and closes.
    Raw(Vec<u8>),
    /// Closes without a word.
    Close,
    /// Writes these bytes and says nothing more.
    Part(Vec<u8>),
    /// Keeps the connection open and says nothing.
    Hang,
}

/// An answer: status, headers, body.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

type Script = Arc<dyn Fn(&Seen, usize) -> Act + Send + Sync>;

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    arrived: Arc<Notify>,
    task: JoinHandle<()>,
}

pub(crate) fn json(status: u16, body: &str) -> Answer {
    Answer::new(status, body).header("content-type", "application/json; charset=utf-8")
}

pub(crate) fn text(status: u16, body: &str) -> Answer {
    Answer::new(status, body).header("content-type", "text/plain; charset=utf-8")
}

impl Answer {
    pub(crate) fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: Vec::new(), body: body.into() }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} X\r\ncontent-length: {}\r\n", self.status, self.body.len());
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        let mut bytes = (head + "\r\n").into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

impl From<Answer> for Act {
    fn from(answer: Answer) -> Self {
        Self::Answer(answer)
    }
}

impl Server {
    /// Answers the token endpoint with numbered tokens, and everything else as the script says; it is given the request
    /// and the number of requests before it that were not for tokens.
    pub(crate) async fn start<A: Into<Act>>(script: impl Fn(&Seen, usize) -> A + Send + Sync + 'static) -> Self {
        Self::raw(move |request, all| {
            let tokens = all.iter().filter(|seen| seen.path == TOKEN).count();
            if request.path == TOKEN { token(tokens + 1).into() } else { script(request, all.len() - tokens).into() }
        })
        .await
    }

    /// Does what the script says, which is given the request and all before it.
    pub(crate) async fn raw(script: impl Fn(&Seen, &[Seen]) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let arrived = Arc::new(Notify::new());
        let (log, bell) = (Arc::clone(&seen), Arc::clone(&arrived));
        let script: Script = Arc::new(move |request, _| {
            let mut log = log.lock().unwrap();
            let act = script(request, &log);
            log.push(request.clone());
            bell.notify_waiters();
            act
        });
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&script)));
            }
        });
        Self { address, seen, arrived, task }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Every request but those for tokens.
    pub(crate) fn calls(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().iter().filter(|seen| seen.path != TOKEN).cloned().collect()
    }

    /// How many tokens were asked for.
    pub(crate) fn tokens(&self) -> usize {
        self.seen.lock().unwrap().iter().filter(|seen| seen.path == TOKEN).count()
    }

    /// The first request for a token.
    pub(crate) fn token_request(&self) -> Seen {
        self.seen.lock().unwrap().iter().find(|seen| seen.path == TOKEN).cloned().unwrap()
    }

    /// Closes the port.
    pub(crate) async fn stop(mut self) {
        self.task.abort();
        let _ = (&mut self.task).await;
    }

    /// Waits until as many requests have arrived, those for tokens among them.
    pub(crate) async fn wait_for(&self, count: usize) {
        loop {
            let arrived = self.arrived.notified();
            if self.seen.lock().unwrap().len() >= count {
                break;
            }
            arrived.await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub(crate) const TOKEN: &str = "/oidc/token";

/// A token that says its number.
pub(crate) fn token(number: usize) -> Answer {
    let body = format!(r#"{{"access_token":"t{number}","expires_in":3600,"token_type":"Bearer","scope":"all"}}"#);
    json(200, &body)
}

async fn serve(mut stream: TcpStream, script: Script) {
    while let Some(request) = read(&mut stream).await {
        match script(&request, 0) {
            Act::Answer(answer) => {
                if stream.write_all(&answer.bytes()).await.is_err() {
                    return;
                }
            }
            Act::Raw(bytes) => {
                let _ = stream.write_all(&bytes).await;
                return;
            }
            Act::Part(bytes) => {
                let _ = stream.write_all(&bytes).await;
                std::future::pending::<()>().await;
            }
            Act::Close => return,
            Act::Hang => std::future::pending().await,
        }
    }
}

async fn read(stream: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = find(&bytes, b"\r\n\r\n") {
            break end;
        }
        more(stream, &mut bytes).await?;
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers: BTreeMap<String, String> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let mut body = bytes.split_off(end + 4);
    if let Some(length) = headers.get("content-length") {
        let length: usize = length.parse().ok()?;
        while body.len() < length {
            more(stream, &mut body).await?;
        }
    } else if headers.contains_key("transfer-encoding") {
        while !body.ends_with(b"0\r\n\r\n") {
            more(stream, &mut body).await?;
        }
        body = joined(&body);
    }
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let body = String::from_utf8_lossy(&body).into_owned();
    Some(Seen { method, path: path.to_owned(), query: query.to_owned(), headers, body })
}

async fn more(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> Option<()> {
    let mut chunk = [0; 4096];
    let count = stream.read(&mut chunk).await.ok().filter(|count| *count > 0)?;
    bytes.extend_from_slice(&chunk[..count]);
    Some(())
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

/// A chunked body as one piece.
fn joined(mut chunked: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = find(chunked, b"\r\n") {
        let length = std::str::from_utf8(&chunked[..end]).ok().and_then(|text| usize::from_str_radix(text, 16).ok());
        let Some(length) = length.filter(|length| *length > 0) else { break };
        let begin = end + 2;
        body.extend_from_slice(&chunked[begin..begin + length]);
        chunked = &chunked[begin + length + 2..];
    }
    body
}
