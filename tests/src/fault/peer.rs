//! One connection, on which a script is run.

use std::io;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::script::Step;
use super::{Connection, Shared, h2};

/// The server's end of a connection.
pub(super) struct Peer<'a> {
    stream: Stream,
    shared: &'a Shared,
    index: usize,
    /// Bytes that were read and belong to no request yet.
    pending: Vec<u8>,
    /// The number of the HTTP/2 request that was read last; 0 before the first.
    h2_stream: u32,
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
    /// While one becomes the other.
    Gone,
}

trait Both: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Both for T {}

impl Stream {
    fn get(&mut self) -> io::Result<&mut dyn Both> {
        match self {
            Self::Plain(stream) => Ok(stream),
            Self::Tls(stream) => Ok(stream),
            Self::Gone => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    fn tcp(&self) -> io::Result<&TcpStream> {
        match self {
            Self::Plain(stream) => Ok(stream),
            Self::Tls(stream) => Ok(stream.get_ref().0),
            Self::Gone => Err(io::ErrorKind::NotConnected.into()),
        }
    }
}

impl<'a> Peer<'a> {
    pub(super) fn new(stream: TcpStream, shared: &'a Shared, index: usize) -> Self {
        Self { stream: Stream::Plain(stream), shared, index, pending: Vec::new(), h2_stream: 0 }
    }

    pub(super) async fn run(&mut self, steps: &[Step]) -> io::Result<()> {
        for step in steps {
            match step {
                Step::Handshake(identity) => {
                    if let Stream::Plain(stream) = std::mem::replace(&mut self.stream, Stream::Gone) {
                        let stream = TlsAcceptor::from(identity.0.clone()).accept(stream).await?;
                        self.stream = Stream::Tls(Box::new(stream));
                    }
                }
                Step::ReadHead => {
                    self.read_head().await?;
                }
                Step::ReadRequest => {
                    self.read_request().await?;
                    self.note(|connection| connection.requests += 1);
                }
                Step::ReadBytes(count) => self.need(*count).await?,
                Step::Write(bytes) => self.write(bytes).await?,
                Step::Dribble(bytes, pause) => {
                    for byte in bytes {
                        self.write(&[*byte]).await?;
                        tokio::time::sleep(*pause).await;
                    }
                }
                Step::Pour(piece, total) => self.pour(piece, *total).await?,
                Step::Wait(time) => tokio::time::sleep(*time).await,
                Step::HoldUntilClosed => while self.fill().await? {},
                Step::Close => {
                    self.stream.get()?.shutdown().await?;
                    // Closing with unread bytes would reset the connection instead.
                    while self.fill().await? {}
                    return Ok(());
                }
                Step::Reset => {
                    self.stream.tcp()?.set_zero_linger()?;
                    // Without this the end of TLS would be written first.
                    self.stream = Stream::Gone;
                    return Ok(());
                }
                Step::Repeat(steps) => loop {
                    Box::pin(self.run(steps)).await?;
                },
                Step::ReadStream => {
                    self.read_stream().await?;
                    self.note(|connection| connection.requests += 1);
                }
                Step::WriteFrames(frames) => self.write(&frames.bytes(self.h2_stream)?).await?,
            }
        }
        Ok(())
    }

    fn note(&self, change: impl FnOnce(&mut Connection)) {
        self.shared.with(|state| change(&mut state.connections[self.index]));
    }

    async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let stream = self.stream.get()?;
        stream.write_all(bytes).await?;
        stream.flush().await?;
        self.note(|connection| connection.written += bytes.len() as u64);
        Ok(())
    }

    async fn pour(&mut self, piece: &Bytes, total: u64) -> io::Result<()> {
        let mut left = total;
        while left > 0 && !piece.is_empty() {
            let count = usize::try_from(left).unwrap_or(usize::MAX).min(piece.len());
            self.write(&piece[..count]).await?;
            left -= count as u64;
        }
        Ok(())
    }

    /// Reads what is there; `false` at the end of the stream.
    async fn fill(&mut self) -> io::Result<bool> {
        let mut buffer = [0; 8192];
        let count = self.stream.get()?.read(&mut buffer).await?;
        let bytes = &buffer[..count];
        self.pending.extend_from_slice(bytes);
        self.note(|connection| connection.received.extend_from_slice(bytes));
        Ok(count > 0)
    }

    /// Reads until so many bytes are pending.
    async fn need(&mut self, count: usize) -> io::Result<()> {
        while self.pending.len() < count {
            if !self.fill().await? {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(())
    }

    /// Reads a head and takes it off the pending bytes.
    async fn read_head(&mut self) -> io::Result<String> {
        loop {
            if let Some(end) = find(&self.pending, b"\r\n\r\n") {
                let head = self.pending.drain(..end + 4).collect::<Vec<u8>>();
                return Ok(String::from_utf8_lossy(&head).to_lowercase());
            }
            self.need(self.pending.len() + 1).await?;
        }
    }

    async fn read_request(&mut self) -> io::Result<()> {
        let head = self.read_head().await?;
        let value = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        let end = if value("transfer-encoding:") == Some("chunked") {
            loop {
                match find(&self.pending, b"0\r\n\r\n") {
                    Some(end) => break end + 5,
                    None => self.need(self.pending.len() + 1).await?,
                }
            }
        } else {
            let length = value("content-length:").and_then(|length| length.parse().ok()).unwrap_or(0);
            self.need(length).await?;
            length
        };
        self.pending.drain(..end);
        Ok(())
    }

    /// Reads frames of HTTP/2 up to the end of a request.
    async fn read_stream(&mut self) -> io::Result<()> {
        if self.h2_stream == 0 {
            self.need(h2::PREFACE.len()).await?;
            self.pending.drain(..h2::PREFACE.len());
            self.write(&h2::settings()).await?;
        }
        loop {
            self.need(h2::Frame::HEAD).await?;
            let Some(frame) = h2::Frame::read(&self.pending) else { continue };
            self.need(h2::Frame::HEAD + frame.length).await?;
            self.pending.drain(..h2::Frame::HEAD + frame.length);
            if frame.is_settings() {
                self.write(&h2::settings_seen()).await?;
            } else if frame.ends_request() {
                self.h2_stream = frame.stream;
                return Ok(());
            }
        }
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}
