//! Multipart bodies: texts, data with a type, and files, from bytes or from a stream.

use std::error::Error as StdError;
use std::fmt;

use bytes::Bytes;
use futures_util::Stream;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::multipart as wire;
use serde::Serialize;

use crate::error::{Error, Kind};
use crate::finite;
use crate::sent;
use crate::upload::{Upload, already_sent};

const CONTENT_TRANSFER_ENCODING: HeaderName = HeaderName::from_static("content-transfer-encoding");

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
    /// Data with a type, but without the name of a file.
    Data(DataPart),
}

/// Data of a multipart body.
#[derive(Clone)]
pub struct DataPart {
    /// Or why it cannot be written.
    content: Result<Bytes, &'static str>,
    mime: String,
    /// How it is encoded, where it is.
    encoding: Option<&'static str>,
}

/// A file of a multipart body.
///
/// ```
/// # use logto_runtime::FilePart;
/// let logo = FilePart::bytes(vec![0x89, b'P', b'N', b'G']).file_name("logo.png").mime("image/png");
/// ```
#[derive(Clone)]
pub struct FilePart {
    source: Upload,
    file_name: String,
    mime: Option<String>,
    limit: Option<u64>,
    /// Lists of media types; it must be of each.
    accepted: Vec<&'static [&'static str]>,
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

    /// Whether there is no part.
    pub(crate) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Whether it can be sent more than once.
    pub(crate) fn is_replayable(&self) -> bool {
        self.files().all(Upload::is_replayable)
    }

    /// What its files are read from.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Upload> {
        self.parts.iter().filter_map(|(_, part)| match part {
            Part::File(file) => Some(&file.source),
            Part::Text(_) | Part::Data(_) => None,
        })
    }

    /// What is in parts that are no files, and the names of files.
    pub(crate) fn collect(&self, texts: &mut Vec<String>) {
        for (_, part) in &self.parts {
            match part {
                Part::Text(text) => texts.push(text.clone()),
                Part::File(file) => texts.push(file.file_name.clone()),
                Part::Data(data) => data.collect(texts),
            }
        }
    }

    /// Whether the parts may be sent.
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.parts.iter().try_for_each(|(name, part)| match part {
            Part::File(file) => file.check(name),
            Part::Data(data) => data.part(name).map(drop),
            Part::Text(_) => Ok(()),
        })
    }

    /// The body for one attempt. Takes streams out.
    pub(crate) fn form(&self) -> Result<wire::Form, Error> {
        let mut form = wire::Form::new().percent_encode_noop();
        for (name, part) in &self.parts {
            let part = match part {
                Part::Text(text) => wire::Part::text(text.clone()),
                Part::File(file) => file.part(name)?,
                Part::Data(data) => data.part(name)?,
            };
            form = form.part(escaped(name), part);
        }
        Ok(form)
    }
}

impl Part {
    /// A part with JSON in it (`application/json`).
    pub fn json(value: &(impl Serialize + ?Sized)) -> Self {
        Self::Data(DataPart::new(finite::to_bytes(value), "application/json"))
    }

    /// The same of another media type, for example `application/ld+json`.
    pub fn mime(self, media_type: impl Into<String>) -> Self {
        match self {
            Self::Text(text) => Self::data(media_type, text),
            Self::File(file) => Self::File(file.mime(media_type)),
            Self::Data(data) => Self::Data(DataPart { mime: media_type.into(), ..data }),
        }
    }

    /// A part of this media type, for example `text/csv`.
    pub fn data(media_type: impl Into<String>, content: impl Into<Bytes>) -> Self {
        Self::Data(DataPart::new(Ok(content.into()), media_type))
    }

    /// Says how the content is encoded, which it must be already: `Content-Transfer-Encoding` (RFC 2045, section 6), for
    /// example `base64`.
    pub fn encoding(self, encoding: &'static str) -> Self {
        match self {
            Self::Data(data) => Self::Data(DataPart { encoding: Some(encoding), ..data }),
            other => other,
        }
    }
}

impl DataPart {
    fn new(content: Result<Bytes, &'static str>, mime: impl Into<String>) -> Self {
        Self { content, mime: mime.into(), encoding: None }
    }

    fn collect(&self, texts: &mut Vec<String>) {
        let content = self.content.as_deref().unwrap_or_default();
        match serde_json::from_slice(content) {
            Ok(value) => sent::collect(&value, texts),
            Err(_) => texts.extend(std::str::from_utf8(content).map(str::to_owned)),
        }
    }

    fn part(&self, name: &str) -> Result<wire::Part, Error> {
        let content =
            self.content.clone().map_err(|reason| Error::new(Kind::Input, format!("part `{name}` {reason}")))?;
        let length = u64::try_from(content.len()).unwrap_or(u64::MAX);
        let mut headers = HeaderMap::new();
        let encoding = self.encoding.and_then(|encoding| HeaderValue::from_str(encoding).ok());
        headers.extend(encoding.map(|encoding| (CONTENT_TRANSFER_ENCODING, encoding)));
        let part = wire::Part::stream_with_length(content, length).headers(headers);
        part.mime_str(&self.mime).map_err(|_| invalid_mime("part", name))
    }
}

impl FilePart {
    /// A file that is in memory.
    pub fn bytes(bytes: impl Into<Bytes>) -> Self {
        Self::new(Upload::from(bytes.into()))
    }

    /// A file that is read while it is sent. It can be sent once: such a request is not retried.
    pub fn stream<S, E>(stream: S) -> Self
    where
        S: Stream<Item = Result<Bytes, E>> + Send + 'static,
        E: Into<Box<dyn StdError + Send + Sync>> + 'static,
    {
        Self::new(Upload::stream(stream))
    }

    /// Tells how many bytes a stream gives, so that the request carries its length.
    pub fn length(mut self, bytes: u64) -> Self {
        self.source = self.source.length(bytes);
        self
    }

    /// The name of the file, `file` unless set. Folders before the last `/` or `\` are left out.
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.file_name = name.into();
        self
    }

    /// The media type, for example `image/png`; unless set, the one that is accepted, or `application/octet-stream`.
    pub fn mime(mut self, mime: impl Into<String>) -> Self {
        self.mime = Some(mime.into());
        self
    }

    /// The most bytes that may be sent; more is an error, before any IO where the length is known. Of several limits, that of the
    /// operation among them, the lowest holds.
    pub fn limit(mut self, bytes: u64) -> Self {
        self.limit = Some(self.limit.map_or(bytes, |limit| limit.min(bytes)));
        self
    }

    /// The media types that may be sent; another one is an error before any IO. `image/*` stands for all images, and parameters
    /// that are named, as in `text/csv; header=present`, must be there. Of several lists, that of the operation among them, each
    /// must hold. An empty list restricts nothing.
    pub fn accept(mut self, mimes: &'static [&'static str]) -> Self {
        if !mimes.is_empty() {
            self.accepted.push(mimes);
        }
        self
    }

    fn new(source: Upload) -> Self {
        Self { source, file_name: "file".to_owned(), mime: None, limit: None, accepted: Vec::new() }
    }

    fn mime_or_default(&self) -> &str {
        match (&self.mime, media::common(&self.accepted).as_slice()) {
            (Some(mime), _) => mime,
            (None, [only]) if !media::is_range(only) => only,
            (None, _) => "application/octet-stream",
        }
    }

    fn check(&self, name: &str) -> Result<(), Error> {
        let mime = self.mime_or_default();
        if let (Some(limit), Some(length)) = (self.limit, self.source.known_length())
            && length > limit
        {
            let what = format!("file `{name}` has {length} bytes, {limit} are allowed");
            return Err(Error::new(Kind::Input, what));
        }
        let is_accepted = |list: &&[&str]| list.iter().any(|accepted| media::is_in(mime, accepted));
        if !self.accepted.iter().all(is_accepted) {
            let common = media::common(&self.accepted);
            let what = if common.is_empty() {
                let lists: Vec<String> = self.accepted.iter().map(|list| list.join(", ")).collect();
                format!("file `{name}` can have no media type, because no type is in each of: {}", lists.join("; "))
            } else {
                format!("file `{name}` has a media type that is not accepted; set one of {}", common.join(", "))
            };
            return Err(Error::new(Kind::Input, what));
        }
        wire::Part::text("").mime_str(mime).map(drop).map_err(|_| invalid_mime("file", name))
    }

    fn part(&self, name: &str) -> Result<wire::Part, Error> {
        let part = match self.source.take(self.limit) {
            Some((body, Some(length))) => wire::Part::stream_with_length(body, length),
            Some((body, None)) => wire::Part::stream(body),
            None => return Err(already_sent(&format!("the stream of file `{name}`"))),
        };
        part.file_name(wire_name(&self.file_name))
            .mime_str(self.mime_or_default())
            .map_err(|_| invalid_mime("file", name))
    }
}

impl From<FilePart> for Part {
    fn from(file: FilePart) -> Self {
        Self::File(file)
    }
}

impl From<Upload> for Part {
    fn from(upload: Upload) -> Self {
        Self::File(FilePart::new(upload))
    }
}

impl From<String> for Part {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// A number that is none or infinite is an error before any IO.
impl From<f64> for Part {
    fn from(number: f64) -> Self {
        if number.is_finite() {
            return Self::Text(number.to_string());
        }
        Self::Data(DataPart::new(Err(finite::NOT_FINITE), "text/plain"))
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
            Self::Data(data) => data.fmt(f),
        }
    }
}

/// The content may be personal.
impl fmt::Debug for DataPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataPart").field("mime", &self.mime).finish_non_exhaustive()
    }
}

/// Content and name of the file may be personal.
impl fmt::Debug for FilePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FilePart")
            .field("length", &self.source.known_length())
            .field("mime", &self.mime)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

/// The last part of a path, as the name of a file.
fn wire_name(name: &str) -> String {
    let written = escaped(name.rsplit(['/', '\\']).next().unwrap_or(name));
    if matches!(written.as_str(), "" | "." | "..") { "file".to_owned() } else { written }
}

/// A name that cannot end its header early, encoded as browsers do it (WHATWG HTML, "multipart form data").
fn escaped(name: &str) -> String {
    let mut written = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '"' => written.push_str("%22"),
            '\r' => written.push_str("%0D"),
            '\n' => written.push_str("%0A"),
            c if c.is_control() => {}
            c => written.push(c),
        }
    }
    written
}

fn invalid_mime(what: &str, name: &str) -> Error {
    Error::new(Kind::Input, format!("{what} `{name}` has a media type that is not valid; write it like `image/png`"))
}

mod media;
#[cfg(test)]
mod tests;
