//! A server on loopback: what both fakes stand on.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::watch;

/// How long a connection may idle, as Node has it.
const KEEP_ALIVE: Duration = Duration::from_secs(5);
/// How long a listener rests that cannot accept.
const PAUSE: Duration = Duration::from_millis(50);

/// Takes a port on loopback; 0: a free one.
pub(crate) async fn bind(port: u16) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Accepts a connection. Where that fails, as with a full table of open files, it is not tried again at once: it would fail
/// as fast as it can be asked.
pub(crate) async fn patiently<T, F: Future<Output = io::Result<T>>>(mut accept: impl FnMut() -> F) -> T {
    loop {
        match accept().await {
            Ok(accepted) => return accepted,
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}

/// Serves until told to stop; open connections finish the reply that they are at.
pub(crate) async fn serve<F>(
    listener: TcpListener,
    mut stopped: watch::Receiver<bool>,
    answer: impl Fn(Request<Incoming>) -> F + Clone + Send + Sync + 'static,
) where
    F: Future<Output = Response<Full<Bytes>>> + Send + 'static,
{
    loop {
        let stream = tokio::select! {
            (stream, _) = patiently(|| listener.accept()) => stream,
            _ = stopped.changed() => return,
        };
        let answer = answer.clone();
        let mut stopped = stopped.clone();
        tokio::spawn(async move {
            let service = service_fn(|request| {
                let reply = answer(request);
                async move { Ok::<_, Infallible>(reply.await) }
            });
            let mut http = hyper::server::conn::http1::Builder::new();
            http.timer(TokioTimer::new()).header_read_timeout(KEEP_ALIVE);
            let connection = http.serve_connection(TokioIo::new(stream), service);
            let mut connection = std::pin::pin!(connection);
            // A connection that breaks is the client's business; the server has nobody to tell.
            let _ = tokio::select! {
                done = connection.as_mut() => done,
                _ = stopped.changed() => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn r18_a_listener_does_not_spin_on_a_full_table_of_files() {
        // EMFILE, as Linux and BSD number it.
        let full = || io::Error::from_raw_os_error(24);
        let mut tried = 0;
        let accepting = patiently(|| {
            tried += 1;
            std::future::ready(Err::<(), _>(full()))
        });
        assert!(tokio::time::timeout(Duration::from_millis(500), accepting).await.is_err());
        assert!((2..=11).contains(&tried), "{tried} times in half a second");
    }
}
