//! A server that breaks connections on purpose, step by step.
//!
//! An ordinary mock cannot send a reset, half a head, a body that ends early or one byte at a time. This one speaks TCP
//! and does what its script says, one script for each connection, in the order in which connections are accepted:
//!
//! ```no_run
//! # async fn example() -> std::io::Result<()> {
//! use logto_tests::fault::{FaultServer, Script};
//!
//! let server = FaultServer::start([
//!     Script::new().read_request().reset(),
//!     Script::new().read_request().reply(200, "application/json", "{}"),
//! ])
//! .await?;
//! // …one request is reset, the next one is answered…
//! server.served(2).await;
//! # Ok(())
//! # }
//! ```
//!
//! A connection without a script is closed as soon as it is accepted. Nothing here waits for time on its own: a test
//! waits for [`FaultServer::accepted`] and [`FaultServer::served`], and a script waits where it says so.

use std::collections::VecDeque;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What a connection does, in order.
#[derive(Debug, Clone, Default)]
pub struct Script {
    steps: Vec<Step>,
}

#[derive(Debug, Clone)]
enum Step {
    ReadHead,
    ReadRequest,
    Write(Bytes),
    Dribble(Bytes, Duration),
    Wait(Duration),
    HoldUntilClosed,
    Close,
    Reset,
    Repeat(Vec<Step>),
}

/// A connection that was accepted.
#[derive(Debug, Clone, Default)]
pub struct Connection {
    /// Everything that the client sent.
    pub received: Vec<u8>,
    /// How many requests were read to their end.
    pub requests: usize,
    /// Whether the script has run to its end, or the client has left before.
    pub done: bool,
}

impl Script {
    /// An empty script: the connection is closed at once.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads up to the end of a request's head.
    #[must_use]
    pub fn read_head(self) -> Self {
        self.step(Step::ReadHead)
    }

    /// Reads a whole request, its body by `Content-Length` or in chunks.
    #[must_use]
    pub fn read_request(self) -> Self {
        self.step(Step::ReadRequest)
    }

    /// Writes bytes as they are.
    #[must_use]
    pub fn write(self, bytes: impl Into<Bytes>) -> Self {
        self.step(Step::Write(bytes.into()))
    }

    /// Writes bytes one at a time with a pause after each.
    #[must_use]
    pub fn dribble(self, bytes: impl Into<Bytes>, pause: Duration) -> Self {
        self.step(Step::Dribble(bytes.into(), pause))
    }

    /// Writes a whole reply that keeps the connection open.
    #[must_use]
    pub fn reply(self, status: u16, content_type: &str, body: &str) -> Self {
        self.reply_with(status, &[("content-type", content_type)], body)
    }

    /// Writes a whole reply with these headers; the length is added.
    #[must_use]
    pub fn reply_with(self, status: u16, headers: &[(&str, &str)], body: &str) -> Self {
        self.write(format!("{}{body}", head(status, headers, Some(body.len()))))
    }

    /// Writes the first half of a reply's head, and nothing more.
    #[must_use]
    pub fn half_head(self) -> Self {
        self.write("HTTP/1.1 200 OK\r\ncontent-type: application/js")
    }

    /// Writes a reply whose head tells this length, whatever the body's is: longer cuts the body short when the
    /// connection closes, shorter leaves bytes on the connection.
    #[must_use]
    pub fn lie_about_length(self, length: usize, body: &str) -> Self {
        let head = head(200, &[("content-type", "application/json")], Some(length));
        self.write(format!("{head}{body}"))
    }

    /// Writes a reply in chunks without the last, empty one.
    #[must_use]
    pub fn truncated_chunks(self, body: &str) -> Self {
        let headers = [("content-type", "application/json"), ("transfer-encoding", "chunked")];
        self.write(format!("{}{:x}\r\n{body}\r\n", head(200, &headers, None), body.len()))
    }

    /// Writes a reply that only ends with the connection.
    #[must_use]
    pub fn until_closed(self, body: &str) -> Self {
        let headers = [("content-type", "application/json"), ("connection", "close")];
        self.write(format!("{}{body}", head(200, &headers, None))).close()
    }

    /// Lets time pass.
    #[must_use]
    pub fn wait(self, time: Duration) -> Self {
        self.step(Step::Wait(time))
    }

    /// Says nothing until the client closes the connection.
    #[must_use]
    pub fn hold(self) -> Self {
        self.step(Step::HoldUntilClosed)
    }

    /// Closes the connection in good order (FIN).
    #[must_use]
    pub fn close(self) -> Self {
        self.step(Step::Close)
    }

    /// Resets the connection (RST).
    #[must_use]
    pub fn reset(self) -> Self {
        self.step(Step::Reset)
    }

    /// Runs these steps again and again until the client leaves.
    #[must_use]
    pub fn forever(self, steps: Script) -> Self {
        self.step(Step::Repeat(steps.steps))
    }

    fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }
}

fn head(status: u16, headers: &[(&str, &str)], length: Option<usize>) -> String {
    let mut head = format!("HTTP/1.1 {status} Scripted\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if let Some(length) = length {
        head.push_str(&format!("content-length: {length}\r\n"));
    }
    head + "\r\n"
}

/// A server that runs scripts. It stops when it is dropped.
#[derive(Debug)]
pub struct FaultServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    changed: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct State {
    scripts: VecDeque<Script>,
    otherwise: Option<Script>,
    connections: Vec<Connection>,
}

impl Shared {
    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        let result = work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.send_modify(|count| *count += 1);
        result
    }

    fn read<T>(&self, work: impl FnOnce(&State) -> T) -> T {
        work(&self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl FaultServer {
    /// Starts one on a free port of loopback.
    ///
    /// # Errors
    ///
    /// When no port can be had.
    pub async fn start(scripts: impl IntoIterator<Item = Script>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let state = State { scripts: scripts.into_iter().collect(), ..State::default() };
        let shared = Arc::new(Shared { state: Mutex::new(state), changed: watch::channel(0).0 });
        let (stop, stopped) = watch::channel(false);
        tokio::spawn(accept(listener, Arc::clone(&shared), stopped));
        Ok(Self { address, shared, stop })
    }

    /// An address on loopback where nobody listens, so that connections are refused.
    ///
    /// # Errors
    ///
    /// When no port can be had.
    pub async fn refusing() -> io::Result<String> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        Ok(format!("http://{}", listener.local_addr()?))
    }

    /// Where it is: `http://127.0.0.1:port`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Adds a script for the next connection that has none.
    pub fn push(&self, script: Script) {
        self.shared.with(|state| state.scripts.push_back(script));
    }

    /// What connections do for which there is no script of their own.
    pub fn otherwise(&self, script: Script) {
        self.shared.with(|state| state.otherwise = Some(script));
    }

    /// The connections that were accepted, in their order.
    pub fn connections(&self) -> Vec<Connection> {
        self.shared.read(|state| state.connections.clone())
    }

    /// How many requests were read to their end, over all connections.
    pub fn requests(&self) -> usize {
        self.shared.read(|state| state.connections.iter().map(|connection| connection.requests).sum())
    }

    /// Waits until so many connections were accepted.
    pub async fn accepted(&self, count: usize) {
        self.until(|state| state.connections.len() >= count).await;
    }

    /// Waits until so many connections have run to their end.
    pub async fn served(&self, count: usize) {
        self.until(|state| state.connections.iter().filter(|connection| connection.done).count() >= count).await;
    }

    async fn until(&self, reached: impl Fn(&State) -> bool) {
        let mut changes = self.shared.changed.subscribe();
        while !self.shared.read(&reached) {
            if changes.changed().await.is_err() {
                return;
            }
        }
    }
}

impl Drop for FaultServer {
    fn drop(&mut self) {
        // Without a listener there is nothing left to stop.
        let _ = self.stop.send(true);
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>, mut stopped: watch::Receiver<bool>) {
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(_) => continue,
            },
            _ = stopped.changed() => return,
        };
        let (index, script) = shared.with(|state| {
            state.connections.push(Connection::default());
            let script = state.scripts.pop_front().or_else(|| state.otherwise.clone());
            (state.connections.len() - 1, script.unwrap_or_default())
        });
        let shared = Arc::clone(&shared);
        let mut stopped = stopped.clone();
        tokio::spawn(async move {
            let mut peer = Peer { stream, shared: &shared, index, pending: Vec::new() };
            tokio::select! {
                // An error is the client leaving early, which is where a script may end.
                _ = peer.run(&script.steps) => {}
                _ = stopped.changed() => {}
            }
            drop(peer);
            shared.with(|state| state.connections[index].done = true);
        });
    }
}

struct Peer<'a> {
    stream: TcpStream,
    shared: &'a Shared,
    index: usize,
    /// Bytes that were read and belong to no request yet.
    pending: Vec<u8>,
}

impl Peer<'_> {
    async fn run(&mut self, steps: &[Step]) -> io::Result<()> {
        for step in steps {
            match step {
                Step::ReadHead => {
                    self.read_head().await?;
                }
                Step::ReadRequest => {
                    self.read_request().await?;
                    self.shared.with(|state| state.connections[self.index].requests += 1);
                }
                Step::Write(bytes) => self.stream.write_all(bytes).await?,
                Step::Dribble(bytes, pause) => {
                    for byte in bytes {
                        self.stream.write_all(&[*byte]).await?;
                        tokio::time::sleep(*pause).await;
                    }
                }
                Step::Wait(time) => tokio::time::sleep(*time).await,
                Step::HoldUntilClosed => while self.fill().await? {},
                Step::Close => {
                    self.stream.shutdown().await?;
                    // Closing with unread bytes would reset the connection instead.
                    while self.fill().await? {}
                    return Ok(());
                }
                Step::Reset => {
                    self.stream.set_zero_linger()?;
                    return Ok(());
                }
                Step::Repeat(steps) => loop {
                    Box::pin(self.run(steps)).await?;
                },
            }
        }
        Ok(())
    }

    /// Reads what is there; `false` at the end of the stream.
    async fn fill(&mut self) -> io::Result<bool> {
        let mut buffer = [0; 8192];
        let count = self.stream.read(&mut buffer).await?;
        let bytes = &buffer[..count];
        self.pending.extend_from_slice(bytes);
        self.shared.with(|state| state.connections[self.index].received.extend_from_slice(bytes));
        Ok(count > 0)
    }

    async fn need(&mut self) -> io::Result<()> {
        match self.fill().await? {
            true => Ok(()),
            false => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    /// Reads a head and takes it off the pending bytes.
    async fn read_head(&mut self) -> io::Result<String> {
        loop {
            if let Some(end) = find(&self.pending, b"\r\n\r\n") {
                let head = self.pending.drain(..end + 4).collect::<Vec<u8>>();
                return Ok(String::from_utf8_lossy(&head).to_lowercase());
            }
            self.need().await?;
        }
    }

    async fn read_request(&mut self) -> io::Result<()> {
        let head = self.read_head().await?;
        let value = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        let end = if value("transfer-encoding:") == Some("chunked") {
            loop {
                match find(&self.pending, b"0\r\n\r\n") {
                    Some(end) => break end + 5,
                    None => self.need().await?,
                }
            }
        } else {
            let length = value("content-length:").and_then(|length| length.parse().ok()).unwrap_or(0);
            while self.pending.len() < length {
                self.need().await?;
            }
            length
        };
        self.pending.drain(..end);
        Ok(())
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}
