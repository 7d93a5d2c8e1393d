//! Bytes that are sent as they are, from memory or from a stream.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures_util::{Stream, StreamExt};

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

pub(crate) type ByteStream = Pin<Box<dyn Stream<Item = Result<Bytes, BoxError>> + Send>>;
pub(crate) type BoxError = Box<dyn StdError + Send + Sync>;

#[derive(Clone)]
enum Source {
    Bytes(Bytes),
    /// A stream can be read once; clones share it, and whoever sends first takes it.
    Stream {
        stream: Arc<Mutex<Option<ByteStream>>>,
        length: Option<u64>,
    },
}

/// What is sent in one attempt.
pub(crate) enum Taken {
    Bytes(Bytes),
    Stream(ByteStream),
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

    /// Tells how many bytes a stream gives, so that the request carries its length. A stream that gives more or fewer is an
    /// error while it is sent.
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

    /// What is sent; `None` when the stream was taken before.
    pub(crate) fn take(&self) -> Option<Taken> {
        match &self.0 {
            Source::Bytes(bytes) => Some(Taken::Bytes(bytes.clone())),
            Source::Stream { stream, .. } => {
                stream.lock().unwrap_or_else(PoisonError::into_inner).take().map(Taken::Stream)
            }
        }
    }

    pub(crate) fn payload(&self) -> Result<Payload, Error> {
        match self.take() {
            Some(Taken::Bytes(bytes)) => Ok(Payload::Bytes(bytes)),
            Some(Taken::Stream(stream)) => {
                let length = self.known_length();
                let body = match length {
                    Some(length) => reqwest::Body::wrap_stream(exactly(stream, length)),
                    None => reqwest::Body::wrap_stream(stream),
                };
                Ok(Payload::Stream(body, length))
            }
            None => Err(Error::new(Kind::Input, "the stream of the body was already sent")
                .hint("make a new stream for every call, or give the bytes")),
        }
    }
}

/// A stream that fails unless it gives this many bytes.
fn exactly(stream: ByteStream, length: u64) -> impl Stream<Item = Result<Bytes, BoxError>> + Send {
    futures_util::stream::unfold(Some((stream, length)), |state| async {
        let (mut stream, left) = state?;
        match stream.next().await {
            Some(Ok(chunk)) => match left.checked_sub(u64::try_from(chunk.len()).unwrap_or(u64::MAX)) {
                Some(left) => Some((Ok(chunk), Some((stream, left)))),
                None => Some((Err("the stream has more bytes than were told".into()), None)),
            },
            Some(Err(error)) => Some((Err(error), None)),
            None if left > 0 => Some((Err("the stream has fewer bytes than were told".into()), None)),
            None => None,
        }
    })
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
