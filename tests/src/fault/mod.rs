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
//! | to see | write |
//! |---|---|
//! | refused, then up | [`FaultServer::refusing`], later [`FaultServer::start_at`] |
//! | accepted and reset | `Script::new().reset()` |
//! | reset or closed after the request | `read_request().reset()`, `read_request().close()` |
//! | half of the headers, then nothing, or the end | `read_request().half_head().hold()`, `….close()` |
//! | a byte at a time | `read_request().dribble(bytes, pause)` |
//! | a body that ends early | `lie_about_length(100, "{")`, `truncated_chunks("{")`, `until_closed("{")` |
//! | 1 GiB that is never in memory | `read_request().write(head(200, &[], None)).pour(piece, 1 << 30)` |
//! | TLS with a wrong name or date | `handshake(&authority.identity("other.test", Validity::Expired)?)` |
//! | a connection broken before TLS | `Script::new().reset()` under [`FaultServer::https`] |
//! | HTTP/2 that goes away or refuses | `handshake(&identity.h2()).h2_read_request().h2_go_away()` |
//!
//! Every byte that arrived is in [`Connection::received`], decrypted where it was encrypted.
//!
//! A connection without a script is closed as soon as it is accepted; [`FaultServer::otherwise`] changes that. Nothing
//! here waits for time on its own: a test waits for [`FaultServer::accepted`], [`FaultServer::requested`] and
//! [`FaultServer::served`], and a script waits where it says so.

mod h2;
mod peer;
mod script;
pub mod tls;

use std::collections::VecDeque;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::net::TcpListener;
use tokio::sync::watch;

use peer::Peer;

use crate::listen::patiently;
pub use script::{Script, head};

/// A connection that was accepted.
#[derive(Debug, Clone, Default)]
pub struct Connection {
    /// Everything that the client sent.
    pub received: Vec<u8>,
    /// How many requests were read to their end.
    pub requests: usize,
    /// How many bytes were written, all of which the client need not have read.
    pub written: u64,
    /// Whether the script has run to its end, or the client has left before.
    pub done: bool,
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
        Self::on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?, scripts)
    }

    /// Starts one where [`FaultServer::refusing`] said that nobody listens.
    ///
    /// # Errors
    ///
    /// When the port is taken by now.
    pub async fn start_at(endpoint: &str, scripts: impl IntoIterator<Item = Script>) -> io::Result<Self> {
        let address = endpoint.rsplit('/').next().unwrap_or_default();
        Self::on(TcpListener::bind(address).await?, scripts)
    }

    fn on(listener: TcpListener, scripts: impl IntoIterator<Item = Script>) -> io::Result<Self> {
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

    /// Where it is for clients that begin with TLS: `https://localhost:port`.
    pub fn https(&self) -> String {
        format!("https://localhost:{}", self.address.port())
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

    /// Waits until so many requests were read to their end, over all connections.
    pub async fn requested(&self, count: usize) {
        self.until(|state| state.connections.iter().map(|connection| connection.requests).sum::<usize>() >= count)
            .await;
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
            (stream, _) = patiently(|| listener.accept()) => stream,
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
            let mut peer = Peer::new(stream, &shared, index);
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
