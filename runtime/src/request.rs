//! A request as an operation states it.

use std::fmt;

use bytes::Bytes;
use reqwest::Method;
use serde::Serialize;

use crate::call::Call;
use crate::client::Client;
use crate::decode;
use crate::error::{Error, Kind, Place};
use crate::json::Json;
use crate::multipart::{Multipart, Part};
use crate::options::CallOptions;
use crate::pager::{List, Paged};
use crate::path;
use crate::query_value::{Query, QueryValue};
use crate::reply::{Content, Redirect};

/// A request that is being put together. What is wrong with it is kept and returned when it is sent, before any IO.
#[derive(Clone)]
pub struct Request {
    pub(crate) client: Client,
    pub(crate) place: Place,
    pub(crate) query: Query,
    pub(crate) body: Body,
    pub(crate) anonymous: bool,
    pub(crate) redirects: bool,
    /// Whether the reply is JSON.
    pub(crate) json: bool,
    /// Whether only the status of the reply matters.
    pub(crate) discards: bool,
    pub(crate) options: Option<Box<CallOptions>>,
    pub(crate) error: Option<Error>,
    /// What page of a list it asks for.
    pub(crate) list: Option<List>,
    /// Path values as they were given, so that they can be kept out of messages.
    pub(crate) values: Vec<String>,
    encoded: Vec<String>,
}

/// The body of a request.
#[derive(Clone)]
pub(crate) enum Body {
    None,
    Json(Bytes),
    Form(Bytes),
    Multipart(Multipart),
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
            options: None,
            error: None,
            list: None,
            values: Vec::new(),
            encoded: Vec::new(),
        }
    }

    /// Fills the next `{…}` of the template. An empty value, `.` and `..` are refused.
    pub fn path(mut self, value: impl AsRef<str>) -> Self {
        let value = value.as_ref();
        match path::encode(value) {
            Ok(encoded) => {
                self.encoded.push(encoded);
                self.values.push(value.to_owned());
            }
            Err(reason) => {
                let name = path::parameter(self.place.template, self.encoded.len());
                let what = format!("path parameter `{name}` {reason}");
                self.encoded.push(String::new());
                self = self.fail(Error::new(Kind::Input, what));
            }
        }
        self
    }

    /// Adds a query parameter.
    pub fn query(mut self, name: &'static str, value: impl QueryValue) -> Self {
        value.append(name, &mut self.query);
        self
    }

    /// Sets a JSON body.
    pub fn json_body(mut self, body: &(impl Serialize + ?Sized)) -> Self {
        match serde_json::to_vec(body) {
            Ok(bytes) => self.body = Body::Json(bytes.into()),
            Err(_) => self = self.fail(Error::new(Kind::Input, "the body cannot be written as JSON")),
        }
        self
    }

    /// Sets a form body (`application/x-www-form-urlencoded`) from a struct or a map.
    pub fn form_body(mut self, body: &(impl Serialize + ?Sized)) -> Self {
        let mut form = Query::default();
        match serde_json::to_value(body) {
            Ok(serde_json::Value::Object(members)) => {
                for (name, value) in &members {
                    value.append(name, &mut form);
                }
                let text = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form.pairs()).finish();
                self.body = Body::Form(text.into());
            }
            _ => self = self.fail(Error::new(Kind::Input, "the body cannot be written as a form")),
        }
        self
    }

    /// Sets a multipart body.
    pub fn multipart(mut self, body: Multipart) -> Self {
        self.body = Body::Multipart(body);
        self
    }

    /// Adds a part to the multipart body.
    pub fn part(mut self, name: &'static str, part: impl Into<Part>) -> Self {
        let multipart = match std::mem::replace(&mut self.body, Body::None) {
            Body::Multipart(multipart) => multipart,
            _ => Multipart::new(),
        };
        self.body = Body::Multipart(multipart.part(name, part));
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

    /// The reply is read as its content type says.
    pub fn content(self) -> Call<Content> {
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

    /// The path with its values.
    pub(crate) fn filled_path(&self) -> Result<String, Error> {
        path::fill(self.place.template, &self.encoded).map_err(|reason| Error::new(Kind::Internal, reason))
    }
}

impl Body {
    /// Whether it can be sent more than once.
    pub(crate) fn is_replayable(&self) -> bool {
        match self {
            Self::Multipart(multipart) => multipart.is_replayable(),
            Self::None | Self::Json(_) | Self::Form(_) => true,
        }
    }

    /// Its length where it is held in memory.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Json(bytes) | Self::Form(bytes) => bytes.len(),
            Self::None | Self::Multipart(_) => 0,
        }
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
