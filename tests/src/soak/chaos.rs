//! A relay between the client and the fake that does harm, and keeps a ledger of what was executed.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::time::sleep;

use crate::listen::patiently;

/// What the mark of a write begins with.
pub(super) const MARK: &str = "soak-";
/// How long nobody listens when connections are refused.
const AWAY: Duration = Duration::from_millis(30);

/// What can go wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Fault {
    /// The connection is reset, and for a moment nobody listens.
    Refused,
    /// The connection is reset before the fake has seen the request.
    ResetBefore,
    /// The connection is reset after the fake has executed it.
    ResetAfter,
    /// The edge answers 429.
    TooMany,
    /// The edge answers 503.
    Unavailable,
    /// The reply ends in the middle.
    Truncated,
    /// The token is refused.
    Unauthorized,
}

impl Fault {
    /// All of them.
    pub(super) const ALL: [Self; 7] = [
        Self::Refused,
        Self::ResetBefore,
        Self::ResetAfter,
        Self::TooMany,
        Self::Unavailable,
        Self::Truncated,
        Self::Unauthorized,
    ];

    /// The reply of those that are one.
    fn reply(self) -> Option<String> {
        let (status, headers, body) = match self {
            Self::TooMany => ("429 Too Many Requests", "retry-after: 1\r\n", "slow down"),
            Self::Unavailable => ("503 Service Unavailable", "", "<html>"),
            Self::Unauthorized => (
                "401 Unauthorized",
                "content-type: application/json\r\n",
                r#"{"code":"auth.unauthorized","message":"Unauthorized.","data":{"code":"ERR_JWKS_NO_MATCHING_KEY"}}"#,
            ),
            Self::Refused | Self::ResetBefore | Self::ResetAfter | Self::Truncated => return None,
        };
        Some(format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n{body}", body.len()))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Refused => "refused",
            Self::ResetBefore => "reset before it is executed",
            Self::ResetAfter => "reset after it is executed",
            Self::TooMany => "429 of the edge",
            Self::Unavailable => "503 of the edge",
            Self::Truncated => "truncated reply",
            Self::Unauthorized => "401",
        })
    }
}

/// The relay. It stops when it is dropped.
#[derive(Debug)]
pub(super) struct Chaos {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
}

#[derive(Debug)]
struct Shared {
    upstream: String,
    per_mille: u32,
    requests: AtomicU64,
    tokens: AtomicU64,
    faults: Mutex<HashMap<Fault, u64>>,
    /// How often each write was executed.
    ledger: Mutex<HashMap<String, u64>>,
    open: watch::Sender<usize>,
    away: Notify,
}

impl Chaos {
    /// Starts one in front of a server.
    pub(super) async fn start(endpoint: &str, per_mille: u32) -> io::Result<Arc<Self>> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            upstream: endpoint.trim_start_matches("http://").to_owned(),
            per_mille,
            requests: AtomicU64::new(0),
            tokens: AtomicU64::new(0),
            faults: Mutex::default(),
            ledger: Mutex::default(),
            open: watch::channel(0).0,
            away: Notify::new(),
        });
        let (stop, stopped) = watch::channel(false);
        tokio::spawn(listen(listener, address, Arc::clone(&shared), stopped));
        Ok(Arc::new(Self { address, shared, stop }))
    }

    /// Where it is.
    pub(super) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How often the write with this mark was executed; it is forgotten.
    pub(super) fn executed(&self, mark: &str) -> u64 {
        lock(&self.shared.ledger).remove(mark).unwrap_or(0)
    }

    /// Requests that arrived, those for tokens not among them.
    pub(super) fn requests(&self) -> u64 {
        self.shared.requests.load(Ordering::Relaxed)
    }

    /// Requests for tokens that arrived.
    pub(super) fn tokens(&self) -> u64 {
        self.shared.tokens.load(Ordering::Relaxed)
    }

    /// How often each fault was met.
    pub(super) fn faults(&self) -> HashMap<Fault, u64> {
        lock(&self.shared.faults).clone()
    }

    /// Waits until no connection is open.
    pub(super) async fn idle(&self) {
        // The sender is as old as this.
        let _ = self.shared.open.subscribe().wait_for(|open| *open == 0).await;
    }
}

impl Drop for Chaos {
    fn drop(&mut self) {
        // Without a listener there is nothing to stop.
        let _ = self.stop.send(true);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn listen(first: TcpListener, address: SocketAddr, shared: Arc<Shared>, mut stopped: watch::Receiver<bool>) {
    let mut listener = Some(first);
    loop {
        let Some(open) = &listener else {
            sleep(AWAY).await;
            // The port may be taken for a moment by a connection on its way out; then it is tried again.
            listener = TcpListener::bind(address).await.ok();
            continue;
        };
        tokio::select! {
            (stream, _) = patiently(|| open.accept()) => {
                let shared = Arc::clone(&shared);
                let mut stopped = stopped.clone();
                tokio::spawn(async move {
                    shared.open.send_modify(|open| *open += 1);
                    tokio::select! {
                        // A connection that breaks is what this is for.
                        _ = serve(stream, &shared) => {}
                        _ = stopped.changed() => {}
                    }
                    shared.open.send_modify(|open| *open -= 1);
                });
            }
            () = shared.away.notified() => listener = None,
            _ = stopped.changed() => return,
        }
    }
}

/// One connection, each request with its own luck.
async fn serve(stream: TcpStream, shared: &Shared) -> io::Result<()> {
    let mut client = Wire::new(stream);
    let mut upstream: Option<Wire> = None;
    while let Some(request) = client.message().await? {
        let is_token = request.head.starts_with("post /oidc/token");
        (if is_token { &shared.tokens } else { &shared.requests }).fetch_add(1, Ordering::Relaxed);
        let fault = draw(shared.per_mille).filter(|fault| !is_token || *fault != Fault::Unauthorized);
        if let Some(fault) = fault {
            *lock(&shared.faults).entry(fault).or_default() += 1;
        }
        match fault {
            Some(Fault::Refused) => {
                shared.away.notify_one();
                return client.reset();
            }
            Some(Fault::ResetBefore) => return client.reset(),
            _ => {}
        }
        if let Some(reply) = fault.and_then(Fault::reply) {
            client.stream.write_all(reply.as_bytes()).await?;
            continue;
        }
        if upstream.is_none() {
            upstream = Some(Wire::new(TcpStream::connect(&shared.upstream).await?));
        }
        let Some(server) = &mut upstream else { continue };
        server.stream.write_all(&request.bytes).await?;
        let reply = server.message().await?.ok_or(io::ErrorKind::UnexpectedEof)?;
        if reply.head.starts_with("http/1.1 2")
            && let Some(mark) = mark(&request.bytes)
        {
            *lock(&shared.ledger).entry(mark).or_default() += 1;
        }
        match fault {
            Some(Fault::ResetAfter) => return client.reset(),
            Some(Fault::Truncated) => {
                let half = reply.bytes.len().saturating_sub(reply.body / 2 + 1);
                client.stream.write_all(&reply.bytes[..half]).await?;
                return client.stream.shutdown().await;
            }
            _ => client.stream.write_all(&reply.bytes).await?,
        }
    }
    Ok(())
}

fn draw(per_mille: u32) -> Option<Fault> {
    (fastrand::u32(0..1000) < per_mille).then(|| Fault::ALL[fastrand::usize(0..Fault::ALL.len())])
}

/// The mark of a write, from its body.
fn mark(request: &[u8]) -> Option<String> {
    let at = request.windows(MARK.len()).position(|window| window == MARK.as_bytes())?;
    let mark = request[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-');
    Some(mark.map(|byte| char::from(*byte)).collect())
}

/// A message as it came.
struct Message {
    /// The head in lower case.
    head: String,
    bytes: Vec<u8>,
    /// The length of the body.
    body: usize,
}

/// Reads messages off a connection.
struct Wire {
    stream: TcpStream,
    pending: Vec<u8>,
}

impl Wire {
    fn new(stream: TcpStream) -> Self {
        Self { stream, pending: Vec::new() }
    }

    /// The next message, its body by `Content-Length`; nothing at the end of the stream.
    async fn message(&mut self) -> io::Result<Option<Message>> {
        let end = loop {
            if let Some(end) = self.pending.windows(4).position(|window| window == b"\r\n\r\n") {
                break end + 4;
            }
            if !self.fill().await? {
                return Ok(None);
            }
        };
        let head = String::from_utf8_lossy(&self.pending[..end]).to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
        let body = length.and_then(|length| length.trim().parse().ok()).unwrap_or(0);
        while self.pending.len() < end + body {
            if !self.fill().await? {
                return Ok(None);
            }
        }
        let rest = self.pending.split_off(end + body);
        let bytes = std::mem::replace(&mut self.pending, rest);
        Ok(Some(Message { head, bytes, body }))
    }

    async fn fill(&mut self) -> io::Result<bool> {
        self.pending.reserve(8192);
        Ok(self.stream.read_buf(&mut self.pending).await? > 0)
    }

    /// Ends the connection with RST.
    fn reset(self) -> io::Result<()> {
        self.stream.set_zero_linger()
    }
}
