//! Multipart bodies: texts and files, the latter from bytes or from a stream.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use reqwest::multipart as wire;

use crate::error::{Error, Kind};

/// A `multipart/form-data` body.
#[derive(Debug, Clone, Default)]
pub struct Multipart {
    parts: Vec<(String, Part)>,
}

/// One part of a multipart body.
#[derive(Clone)]
#[non_exhaustive]
pub enum Part {
    /// A text.
    Text(String),
    /// A file.
    File(FilePart),
}

/// A file of a multipart body.
///
/// ```
/// # use logto_runtime::FilePart;
/// let logo = FilePart::bytes(vec![0x89, b'P', b'N', b'G']).file_name("logo.png").mime("image/png");
/// ```
#[derive(Clone)]
pub struct FilePart {
    source: Source,
    file_name: String,
    mime: Option<String>,
    limit: Option<u64>,
    accepted: &'static [&'static str],
}

type ByteStream = Pin<Box<dyn Stream<Item = Result<Bytes, BoxError>> + Send>>;
type BoxError = Box<dyn StdError + Send + Sync>;

#[derive(Clone)]
enum Source {
    Bytes(Bytes),
    /// A stream can be read once; clones of the part share it, and whoever sends first takes it.
    Stream {
        stream: Arc<Mutex<Option<ByteStream>>>,
        length: Option<u64>,
    },
}

impl Multipart {
    /// A body without parts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a part.
    pub fn part(mut self, name: impl Into<String>, part: impl Into<Part>) -> Self {
        self.parts.push((name.into(), part.into()));
        self
    }

    /// Whether it can be sent more than once.
    pub(crate) fn is_replayable(&self) -> bool {
        self.parts.iter().all(|(_, part)| match part {
            Part::File(file) => matches!(file.source, Source::Bytes(_)),
            Part::Text(_) => true,
        })
    }

    /// The parts that are texts, and the names of files.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().map(|(_, part)| match part {
            Part::Text(text) => text.as_str(),
            Part::File(file) => file.file_name.as_str(),
        })
    }

    /// Whether the parts may be sent.
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.parts.iter().try_for_each(|(name, part)| match part {
            Part::File(file) => file.check(name),
            Part::Text(_) => Ok(()),
        })
    }

    /// The body for one attempt. Takes streams out.
    pub(crate) fn form(&self) -> Result<wire::Form, Error> {
        // Names are those of the document, so they are written as they are.
        let mut form = wire::Form::new().percent_encode_noop();
        for (name, part) in &self.parts {
            form = match part {
                Part::Text(text) => form.text(name.clone(), text.clone()),
                Part::File(file) => form.part(name.clone(), file.part(name)?),
            };
        }
        Ok(form)
    }
}

impl FilePart {
    /// A file that is in memory.
    pub fn bytes(bytes: impl Into<Bytes>) -> Self {
        Self::new(Source::Bytes(bytes.into()))
    }

    /// A file that is read while it is sent. It can be sent once: such a request is not retried.
    pub fn stream<S, E>(stream: S) -> Self
    where
        S: Stream<Item = Result<Bytes, E>> + Send + 'static,
        E: Into<BoxError> + 'static,
    {
        let stream: ByteStream = Box::pin(stream.map(|chunk| chunk.map_err(Into::into)));
        Self::new(Source::Stream { stream: Arc::new(Mutex::new(Some(stream))), length: None })
    }

    /// Tells how many bytes a stream gives, so that the request carries its length.
    pub fn length(mut self, bytes: u64) -> Self {
        if let Source::Stream { length, .. } = &mut self.source {
            *length = Some(bytes);
        }
        self
    }

    /// The name of the file, `file` unless set. Folders before the last `/` or `\` are left out.
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.file_name = name.into();
        self
    }

    /// The media type, for example `image/png`; `application/octet-stream` unless set.
    pub fn mime(mut self, mime: impl Into<String>) -> Self {
        self.mime = Some(mime.into());
        self
    }

    /// The most bytes that may be sent; more is an error, before any IO where the length is known.
    pub fn limit(mut self, bytes: u64) -> Self {
        self.limit = Some(bytes);
        self
    }

    /// The media types that may be sent; another one is an error before any IO.
    pub fn accept(mut self, mimes: &'static [&'static str]) -> Self {
        self.accepted = mimes;
        self
    }

    fn new(source: Source) -> Self {
        Self { source, file_name: "file".to_owned(), mime: None, limit: None, accepted: &[] }
    }

    fn known_length(&self) -> Option<u64> {
        match &self.source {
            Source::Bytes(bytes) => u64::try_from(bytes.len()).ok(),
            Source::Stream { length, .. } => *length,
        }
    }

    fn mime_or_default(&self) -> &str {
        self.mime.as_deref().unwrap_or("application/octet-stream")
    }

    fn check(&self, name: &str) -> Result<(), Error> {
        let mime = self.mime_or_default();
        if let (Some(limit), Some(length)) = (self.limit, self.known_length())
            && length > limit
        {
            let what = format!("file `{name}` has {length} bytes, {limit} are allowed");
            return Err(Error::new(Kind::Input, what));
        }
        if !self.accepted.is_empty() && !self.accepted.iter().any(|accepted| accepted.eq_ignore_ascii_case(mime)) {
            let what =
                format!("file `{name}` has a media type that is not accepted; set one of {}", self.accepted.join(", "));
            return Err(Error::new(Kind::Input, what));
        }
        wire::Part::text("").mime_str(mime).map(drop).map_err(|_| invalid_mime(name))
    }

    fn part(&self, name: &str) -> Result<wire::Part, Error> {
        let part = match &self.source {
            Source::Bytes(bytes) => {
                wire::Part::stream_with_length(bytes.clone(), self.known_length().unwrap_or_default())
            }
            Source::Stream { stream, length } => {
                let stream = stream.lock().unwrap_or_else(PoisonError::into_inner).take();
                let stream = stream.ok_or_else(|| {
                    Error::new(Kind::Input, format!("the stream of file `{name}` was already sent"))
                        .hint("make a new stream for every call, or give the bytes")
                })?;
                let body = reqwest::Body::wrap_stream(limited(stream, self.limit));
                match length {
                    Some(length) => wire::Part::stream_with_length(body, *length),
                    None => wire::Part::stream(body),
                }
            }
        };
        part.file_name(wire_name(&self.file_name)).mime_str(self.mime_or_default()).map_err(|_| invalid_mime(name))
    }
}

impl From<FilePart> for Part {
    fn from(file: FilePart) -> Self {
        Self::File(file)
    }
}

impl From<String> for Part {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Part {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// The text may be personal.
impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => f.write_str("Text"),
            Self::File(file) => file.fmt(f),
        }
    }
}

/// Content and name of the file may be personal.
impl fmt::Debug for FilePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FilePart")
            .field("length", &self.known_length())
            .field("mime", &self.mime)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

/// A file name that cannot end its header early: the last part of a path, encoded as browsers do it (WHATWG HTML,
/// "multipart form data").
fn wire_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let mut written = String::with_capacity(last.len());
    for c in last.chars() {
        match c {
            '"' => written.push_str("%22"),
            '\r' => written.push_str("%0D"),
            '\n' => written.push_str("%0A"),
            c if c.is_control() => {}
            c => written.push(c),
        }
    }
    if matches!(written.as_str(), "" | "." | "..") { "file".to_owned() } else { written }
}

/// A stream that fails beyond a number of bytes.
fn limited(stream: ByteStream, limit: Option<u64>) -> impl Stream<Item = Result<Bytes, BoxError>> + Send {
    let mut left = limit.unwrap_or(u64::MAX);
    stream.map(move |chunk| {
        let chunk = chunk?;
        let length = u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        match left.checked_sub(length) {
            Some(rest) => left = rest,
            None => return Err("the file has more bytes than are allowed".into()),
        }
        Ok(chunk)
    })
}

fn invalid_mime(name: &str) -> Error {
    Error::new(Kind::Input, format!("file `{name}` has a media type that is not valid; write it like `image/png`"))
}

#[cfg(test)]
mod tests;
