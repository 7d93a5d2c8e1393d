//! As much of HTTP/2 (RFC 9113) as it takes to read a request, answer it, refuse it or go away.

use std::io;

use bytes::Bytes;

/// What a client sends first.
pub(super) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RESET: u8 = 3;
const SETTINGS: u8 = 4;
const GO_AWAY: u8 = 7;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
const ACK: u8 = 1;
const REFUSED_STREAM: u32 = 7;

/// What is written about the request that was read last.
#[derive(Debug, Clone)]
pub(super) enum Frames {
    Reply(u16, Bytes),
    /// The first bytes of a reply.
    Part(u16, Bytes, usize),
    Head(u16),
    GoAway,
    Refuse,
}

/// The head of a frame.
pub(super) struct Frame {
    pub(super) length: usize,
    kind: u8,
    flags: u8,
    pub(super) stream: u32,
}

impl Frame {
    pub(super) const HEAD: usize = 9;

    /// Reads the head of a frame, once its nine bytes are there.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let [a, b, c, kind, flags, id @ ..] = bytes.get(..Self::HEAD)? else { return None };
        let length = usize::from(*a) << 16 | usize::from(*b) << 8 | usize::from(*c);
        let stream = u32::from_be_bytes(id.try_into().ok()?) & 0x7fff_ffff;
        Some(Self { length, kind: *kind, flags: *flags, stream })
    }

    /// Whether it is the last one of a request.
    pub(super) fn ends_request(&self) -> bool {
        (self.kind == HEADERS || self.kind == DATA) && self.flags & END_STREAM != 0
    }

    /// Whether it asks for an answer to its settings.
    pub(super) fn is_settings(&self) -> bool {
        self.kind == SETTINGS && self.flags & ACK == 0
    }
}

/// The settings of the server, all of them the default.
pub(super) fn settings() -> Vec<u8> {
    frame(SETTINGS, 0, 0, &[])
}

/// The answer to the settings of the client.
pub(super) fn settings_seen() -> Vec<u8> {
    frame(SETTINGS, ACK, 0, &[])
}

impl Frames {
    pub(super) fn bytes(&self, stream: u32) -> io::Result<Vec<u8>> {
        Ok(match self {
            Self::Reply(status, body) => {
                let mut bytes = head(*status, stream)?;
                bytes.extend(frame(DATA, END_STREAM, stream, body));
                bytes
            }
            Self::Part(status, body, length) => {
                let mut bytes = Self::Reply(*status, body.clone()).bytes(stream)?;
                bytes.truncate(*length);
                bytes
            }
            Self::Head(status) => head(*status, stream)?,
            // The last stream that was or might be processed: none. No error.
            Self::GoAway => frame(GO_AWAY, 0, 0, &[0; 8]),
            Self::Refuse => frame(RESET, 0, stream, &REFUSED_STREAM.to_be_bytes()),
        })
    }
}

fn head(status: u16, stream: u32) -> io::Result<Vec<u8>> {
    let text = status.to_string();
    // HPACK (RFC 7541): a literal value for the indexed name `:status`, not to be indexed itself.
    let mut block = vec![0x08, u8::try_from(text.len()).map_err(io::Error::other)?];
    block.extend_from_slice(text.as_bytes());
    Ok(frame(HEADERS, END_HEADERS, stream, &block))
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap_or(0).to_be_bytes();
    let mut bytes = vec![length[1], length[2], length[3], kind, flags];
    bytes.extend_from_slice(&stream.to_be_bytes());
    bytes.extend_from_slice(payload);
    bytes
}
