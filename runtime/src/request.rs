//! A request as an operation states it.

use std::fmt;

use bytes::Bytes;
use reqwest::{Method, Url};

use crate::body::Body;
use crate::call::Call;
use crate::client::Client;
use crate::decode;
use crate::download::Download;
use crate::error::{Error, Kind, Place};
use crate::extras::Extras;
use crate::json::Json;
use crate::options::CallOptions;
use crate::pager::{List, Paged};
use crate::path::{self, Path};
use crate::query_value::{Query, QueryValue};
use crate::replies::{self, FromReply};
use crate::reply::{Content, Redirect};
use crate::security::Security;
use crate::style;

/// The media type of JSON.
const JSON: &str = "application/json";

/// A request that is being put together. What is wrong with it is kept and returned when it is sent, before any IO.
#[derive(Clone)]
pub struct Request {
    pub(crate) client: Client,
    pub(crate) place: Place,
    pub(crate) query: Query,
    pub(crate) body: Body,
    pub(crate) anonymous: bool,
    pub(crate) redirects: bool,
    /// Whether the reply is JSON, if it is anything.
    pub(crate) json: bool,
    /// Whether only the status of the reply matters.
    pub(crate) discards: bool,
    /// Whether the reply may be the text that its JSON would hold.
    pub(crate) or_text: bool,
    /// The media types that the operation describes.
    pub(crate) accept: Option<&'static str>,
    pub(crate) options: Option<Box<CallOptions>>,
    pub(crate) extras: Option<Box<Extras>>,
    /// What it needs, in place of what the profile says.
    pub(crate) security: Option<Security>,
    pub(crate) error: Option<Error>,
    /// What page of a list it asks for.
    pub(crate) list: Option<Box<List>>,
    /// Path values as they were given, so that they can be kept out of messages.
    pub(crate) values: Vec<String>,
    path: Path,
}

impl Request {
    pub(crate) fn new(client: Client, method: Method, operation: &'static str, template: &'static str) -> Self {
        Self {
            client,
            place: Place { operation, method, template },
            query: Query::default(),
            body: Body::None,
            anonymous: false,
            redirects: false,
            json: false,
            discards: false,
            or_text: false,
            accept: None,
            options: None,
            extras: None,
            security: None,
            error: None,
            list: None,
            values: Vec::new(),
            path: Path::new(template),
        }
    }

    /// Fills the next `{…}` of the template. An empty value, `.` and `..` are refused.
    pub fn path(mut self, value: impl AsRef<str>) -> Self {
        let value = value.as_ref();
        match path::encode(value) {
            Ok(encoded) => {
                self.values.push(value.to_owned());
                self.filled(&encoded)
            }
            Err(reason) => {
                let name = self.next_parameter();
                self.refuse("path", name, reason).filled("")
            }
        }
    }

    /// Adds a query parameter.
    pub fn query(mut self, name: &'static str, value: impl QueryValue) -> Self {
        value.append(name, &mut self.query);
        self
    }

    /// Changes what this call does differently from its client.
    pub fn options(mut self, change: impl FnOnce(&mut CallOptions)) -> Self {
        change(self.options.get_or_insert_default());
        self
    }

    /// Sends no token.
    pub fn anonymous(mut self) -> Self {
        self.anonymous = true;
        self
    }

    /// The media types of the replies that the operation describes, the best first (RFC 9110, section 12.5.1). Unless said,
    /// JSON where the reply is JSON, and any otherwise.
    pub fn accept(mut self, media_types: &'static str) -> Self {
        self.accept = Some(media_types);
        self
    }

    /// A reply whose content type is that of a text is the text itself, where it would be JSON otherwise.
    pub fn or_text(mut self) -> Self {
        self.or_text = true;
        self
    }

    /// The reply is JSON.
    pub fn json<T: Json>(mut self) -> Call<T> {
        self.json = true;
        Call::new(self, decode::json)
    }

    /// The reply is JSON, or has no body.
    pub fn json_or_empty<T: Json>(mut self) -> Call<Option<T>> {
        self.json = true;
        Call::new(self, decode::json_or_empty)
    }

    /// Only the status of the reply matters.
    pub fn empty(mut self) -> Call<()> {
        self.discards = true;
        Call::new(self, decode::empty)
    }

    /// The reply is text.
    pub fn text(self) -> Call<String> {
        Call::new(self, decode::text)
    }

    /// The reply is a redirect, which is returned and not followed.
    pub fn redirect(mut self) -> Call<Redirect> {
        self.redirects = true;
        Call::new(self, decode::redirect)
    }

    /// Redirects count as successes. They are not followed.
    pub fn redirects(mut self) -> Self {
        self.redirects = true;
        self
    }

    /// The reply is bytes, all of which are read.
    pub fn bytes(self) -> Call<Bytes> {
        Call::new(self, decode::bytes)
    }

    /// The reply is bytes that are read while they come.
    pub fn download(mut self) -> Call<Download> {
        self.extras().streamed = true;
        Call::new(self, decode::download)
    }

    /// The reply is one of several, told apart by status and content type.
    pub fn reply<T: FromReply>(mut self) -> Call<T> {
        self.json = T::CASES.iter().all(|case| case.accepts.is_json());
        Call::new(self, replies::decode)
    }

    /// The reply is read as its content type says.
    pub fn content(mut self) -> Call<Content> {
        self.accept.get_or_insert(JSON);
        Call::new(self, decode::content)
    }

    /// The reply is a page of a list.
    pub fn list<T: Json>(mut self) -> Paged<T> {
        self.json = true;
        Paged::new(self)
    }

    /// Keeps the first error.
    pub(crate) fn fail(mut self, error: Error) -> Self {
        self.error.get_or_insert(error);
        self
    }

    /// The name of the parameter that is to be filled next.
    pub(crate) fn next_parameter(&self) -> &'static str {
        self.path.next()
    }

    /// The media types of replies.
    pub(crate) fn accepted(&self) -> &'static str {
        self.accept.unwrap_or(if self.json && !self.discards { JSON } else { "*/*" })
    }

    pub(crate) fn filled(mut self, encoded: &str) -> Self {
        self.path.fill(encoded);
        self
    }

    /// Where it goes, with its parameters in the order in which they were added.
    pub(crate) fn url(&self) -> Result<Url, Error> {
        let path = self.path.filled().map_err(|reason| Error::new(Kind::Internal, reason))?;
        let others = self.extras.as_deref().map_or(&[][..], |extras| &extras.query);
        let pairs = self.query.encoded(others);
        let url = self.base().join(&path, &pairs);
        // Few documents have paths that are not written as URLs are.
        let url = url.or_else(|| {
            let (path, query) = path::mend(&path);
            let mut pairs = pairs;
            style::join(&mut pairs, "&", query);
            self.base().join(&path, &pairs)
        });
        url.ok_or_else(|| Error::new(Kind::Input, "the path cannot be written as a URL without changing it"))
    }
}

/// Values and bodies are left out: they may be personal.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("operation", &self.place.operation)
            .field("method", &self.place.method)
            .field("path", &self.place.template)
            .finish_non_exhaustive()
    }
}
