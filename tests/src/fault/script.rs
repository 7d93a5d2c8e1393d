//! What a connection does, step by step.

use std::io;
use std::time::Duration;

use bytes::Bytes;

use super::h2;
use super::tls::Identity;

/// What a connection does, in order. At the end of the script the connection is closed.
#[derive(Debug, Clone, Default)]
pub struct Script {
    pub(super) steps: Vec<Step>,
}

#[derive(Debug, Clone)]
pub(super) enum Step {
    Handshake(Identity),
    ReadHead,
    ReadRequest,
    ReadBytes(usize),
    Write(Bytes),
    Dribble(Bytes, Duration),
    Pour(Bytes, u64),
    Wait(Duration),
    HoldUntilClosed,
    Close,
    Reset,
    Repeat(Vec<Step>),
    ReadStream,
    WriteFrames(h2::Frames),
}

impl Script {
    /// An empty script: the connection is closed at once.
    pub fn new() -> Self {
        Self::default()
    }

    /// Speaks TLS from here on and shows this certificate. What comes before is not encrypted: a reset before it breaks
    /// the connection before the client has sent a request.
    #[must_use]
    pub fn handshake(self, identity: &Identity) -> Self {
        self.step(Step::Handshake(identity.clone()))
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

    /// Reads at least so many bytes of a request, and not up to its end.
    #[must_use]
    pub fn read_bytes(self, count: usize) -> Self {
        self.step(Step::ReadBytes(count))
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

    /// Writes a piece again and again until so many bytes are written, which are never all in memory.
    #[must_use]
    pub fn pour(self, piece: impl Into<Bytes>, total: u64) -> Self {
        self.step(Step::Pour(piece.into(), total))
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

    /// Writes a whole reply and closes the connection, which the reply says.
    #[must_use]
    pub fn last_reply(self, status: u16, headers: &[(&str, &str)], body: &str) -> Self {
        let headers = [headers, &[("connection", "close")]].concat();
        self.reply_with(status, &headers, body).close()
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

    /// Reads a whole request of HTTP/2, after TLS that has agreed on it ([`Identity::h2`]).
    #[must_use]
    pub fn h2_read_request(self) -> Self {
        self.step(Step::ReadStream)
    }

    /// Answers the request of HTTP/2 that was read last.
    #[must_use]
    pub fn h2_reply(self, status: u16, body: &str) -> Self {
        self.step(Step::WriteFrames(h2::Frames::Reply(status, Bytes::copy_from_slice(body.as_bytes()))))
    }

    /// Writes the first bytes of an answer to the request of HTTP/2 that was read last.
    #[must_use]
    pub fn h2_reply_part(self, status: u16, body: &str, bytes: usize) -> Self {
        self.step(Step::WriteFrames(h2::Frames::Part(status, Bytes::copy_from_slice(body.as_bytes()), bytes)))
    }

    /// How many bytes an answer of HTTP/2 takes.
    ///
    /// # Errors
    ///
    /// When the status is none.
    pub fn h2_reply_length(status: u16, body: &str) -> io::Result<usize> {
        h2::Frames::Reply(status, Bytes::copy_from_slice(body.as_bytes())).bytes(0).map(|bytes| bytes.len())
    }

    /// Begins an answer to the request of HTTP/2 that was read last, and does not end it.
    #[must_use]
    pub fn h2_head(self, status: u16) -> Self {
        self.step(Step::WriteFrames(h2::Frames::Head(status)))
    }

    /// Says that the server goes away and has not looked at the request that was read last (RFC 9113, section 6.8).
    #[must_use]
    pub fn h2_go_away(self) -> Self {
        self.step(Step::WriteFrames(h2::Frames::GoAway))
    }

    /// Refuses the request that was read last, unprocessed (`REFUSED_STREAM`; RFC 9113, section 8.7).
    #[must_use]
    pub fn h2_refuse(self) -> Self {
        self.step(Step::WriteFrames(h2::Frames::Refuse))
    }

    fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }
}

/// The head of a reply, for scripts that write the body themselves.
pub fn head(status: u16, headers: &[(&str, &str)], length: Option<usize>) -> String {
    let mut head = format!("HTTP/1.1 {status} Scripted\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if let Some(length) = length {
        head.push_str(&format!("content-length: {length}\r\n"));
    }
    head + "\r\n"
}
