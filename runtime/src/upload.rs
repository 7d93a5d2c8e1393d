//! Bytes that are sent as they are, from memory or from a stream.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use reqwest::Body;

use crate::attempt::Payload;
use crate::error::{Error, Kind};

/// A body of bytes: from memory, or from a stream that is read while it is sent.
///
/// ```
/// # use logto_runtime::Upload;
/// use bytes::Bytes;
/// use futures_util::stream;
///
/// let small = Upload::from(vec![1, 2, 3]);
/// let large = Upload::stream(stream::iter([Ok::<_, std::io::Error>(Bytes::from("abc"))])).length(3);
/// assert_eq!(format!("{small:?} {large:?}"), "Upload { length: Some(3), .. } Upload { length: Some(3), .. }");
/// ```
#[derive(Clone)]
pub struct Upload(Source);

type ByteStream = Pin<Box<dyn Stream<Item = Result<Bytes, BoxError>> + Send>>;
type BoxError = Box<dyn StdError + Send + Sync>;

/// What is wrong with a stream that is sent. By its type it is told from all else that ends a request, while the server may have
/// received the whole of it.
#[derive(Debug)]
pub(crate) struct StreamError(BoxError);

#[derive(Clone)]
enum Source {
    Bytes(Bytes),
    /// A stream can be read once; clones share it, and whoever sends first takes it.
    Stream {
        stream: Arc<Mutex<Option<ByteStream>>>,
        length: Option<u64>,
    },
}

impl Upload {
    /// Bytes that are read while they are sent. They can be sent once: such a request is not retried.
    pub fn stream<S, E>(stream: S) -> Self
    where
        S: Stream<Item = Result<Bytes, E>> + Send + 'static,
        E: Into<Box<dyn StdError + Send + Sync>> + 'static,
    {
        let stream: ByteStream = Box::pin(stream.map(|chunk| chunk.map_err(Into::into)));
        Self(Source::Stream { stream: Arc::new(Mutex::new(Some(stream))), length: None })
    }

    /// Tells how many bytes a stream gives, so that the request carries its length, unless that is 0. A stream that gives
    /// more or fewer is an error while it is sent.
    pub fn length(mut self, bytes: u64) -> Self {
        if let Source::Stream { length, .. } = &mut self.0 {
            *length = Some(bytes);
        }
        self
    }

    /// Whether it can be sent more than once.
    pub(crate) fn is_replayable(&self) -> bool {
        matches!(self.0, Source::Bytes(_))
    }

    pub(crate) fn known_length(&self) -> Option<u64> {
        match &self.0 {
            Source::Bytes(bytes) => u64::try_from(bytes.len()).ok(),
            Source::Stream { length, .. } => *length,
        }
    }

    /// What is sent, and how many bytes it has where that is known; beyond a limit it is an error while it is sent. `None`
    /// when a stream was taken before.
    pub(crate) fn take(&self, limit: Option<u64>) -> Option<(Body, Option<u64>)> {
        let length = self.known_length();
        let body = match (&self.0, length) {
            (Source::Bytes(bytes), _) => bytes.clone().into(),
            (Source::Stream { stream, .. }, Some(length)) => {
                Body::wrap_stream(exactly(taken(stream)?, length).map(|chunk| chunk.map_err(StreamError)))
            }
            (Source::Stream { stream, .. }, None) => {
                Body::wrap_stream(limited(taken(stream)?, limit).map(|chunk| chunk.map_err(StreamError)))
            }
        };
        Some((body, length))
    }

    pub(crate) fn payload(&self) -> Result<Payload, Error> {
        match self.take(None) {
            // Of a body without bytes nobody would ask for any, and what a stream has all the same would be lost in silence.
            Some((body, length)) => {
                Ok(Payload::Stream(body, length.filter(|bytes| *bytes > 0 || self.is_replayable())))
            }
            None => Err(already_sent("the stream of the body")),
        }
    }
}

impl fmt::Display for StreamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the stream of the body failed")
    }
}

impl StdError for StreamError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.0)
    }
}

fn taken(stream: &Mutex<Option<ByteStream>>) -> Option<ByteStream> {
    stream.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// The error for a stream that was taken before.
pub(crate) fn already_sent(what: &str) -> Error {
    Error::new(Kind::Input, format!("{what} was already sent"))
        .hint("make a new stream for every call, or give the bytes")
}

/// A stream that fails unless it gives this many bytes.
fn exactly(stream: ByteStream, length: u64) -> impl Stream<Item = Result<Bytes, BoxError>> + Send {
    // Nobody asks for more when all bytes are there, so the last ones are held back until it is certain that they are.
    futures_util::stream::unfold(Some((stream, length, Bytes::new())), |state| async {
        let (mut stream, mut left, mut held) = state?;
        loop {
            match stream.next().await {
                Some(Ok(chunk)) if chunk.is_empty() => {}
                Some(Ok(chunk)) => match left.checked_sub(size(&chunk)) {
                    Some(0) => (left, held) = (0, chunk),
                    Some(left) => return Some((Ok(chunk), Some((stream, left, held)))),
                    None => return Some((Err("the stream has more bytes than were told".into()), None)),
                },
                Some(Err(error)) => return Some((Err(error), None)),
                None if left > 0 => return Some((Err("the stream has fewer bytes than were told".into()), None)),
                None if held.is_empty() => return None,
                None => return Some((Ok(held), None)),
            }
        }
    })
}

/// A stream that fails beyond a number of bytes.
fn limited(stream: ByteStream, limit: Option<u64>) -> impl Stream<Item = Result<Bytes, BoxError>> + Send {
    let mut left = limit.unwrap_or(u64::MAX);
    stream.map(move |chunk| {
        let chunk = chunk?;
        left = left.checked_sub(size(&chunk)).ok_or("the file has more bytes than are allowed")?;
        Ok(chunk)
    })
}

fn size(chunk: &Bytes) -> u64 {
    u64::try_from(chunk.len()).unwrap_or(u64::MAX)
}

impl From<Bytes> for Upload {
    fn from(bytes: Bytes) -> Self {
        Self(Source::Bytes(bytes))
    }
}

impl From<Vec<u8>> for Upload {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes::from(bytes).into()
    }
}

impl From<String> for Upload {
    fn from(text: String) -> Self {
        Bytes::from(text).into()
    }
}

impl From<&'static [u8]> for Upload {
    fn from(bytes: &'static [u8]) -> Self {
        Bytes::from_static(bytes).into()
    }
}

impl<const N: usize> From<&'static [u8; N]> for Upload {
    fn from(bytes: &'static [u8; N]) -> Self {
        Bytes::from_static(bytes).into()
    }
}

impl From<&'static str> for Upload {
    fn from(text: &'static str) -> Self {
        Bytes::from_static(text.as_bytes()).into()
    }
}

/// The bytes may be personal.
impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload").field("length", &self.known_length()).finish_non_exhaustive()
    }
}
