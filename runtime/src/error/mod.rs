//! The one error of the crate.

mod body;
mod conceal;
mod display;
mod kind;
mod predicates;

use std::borrow::Cow;
use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::{Method, StatusCode};
use serde_json::Value;

pub(crate) use body::ErrorBody;
pub(crate) use conceal::Concealed;
pub(crate) use kind::{Kind, TokenFailure};

use crate::decode;
use crate::json::Json;
use crate::memory;

/// What went wrong, where, and what to do about it.
///
/// It is as large as a pointer. What it is can be asked with the `is_…` methods; `Display` says it in a sentence.
/// Neither `Display` nor `Debug` shows tokens, secrets, query strings, path values or the data of an error body; what the
/// server said in full is in [`Error::message`], [`Error::details`], [`Error::data`] and [`Error::body`], which may repeat
/// what was sent.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: Kind,
    what: Cow<'static, str>,
    hint: Option<Cow<'static, str>>,
    place: Option<Place>,
    status: Option<StatusCode>,
    body: ErrorBody,
    request_id: Option<String>,
    /// Whether the id repeats what was sent.
    is_id_hidden: bool,
    attempts: u32,
    retry_after: Option<Duration>,
    maybe_executed: bool,
    missing_scope: bool,
    for_token: bool,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

/// The operation that an error belongs to.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) operation: &'static str,
    pub(crate) method: Method,
    pub(crate) template: &'static str,
}

impl Error {
    /// An error about a setting; the text names the setting and says what is wrong with it.
    pub fn config(what: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Config, what)
    }

    /// The server's stable error code, for example `user.username_already_in_use`. `Display` leaves out one that repeats a
    /// value that was sent.
    pub fn code(&self) -> Option<&str> {
        self.0.body.code.as_deref()
    }

    /// The server's text for people. Its language may vary, and it may repeat what was sent.
    pub fn message(&self) -> Option<&str> {
        self.0.body.message.as_deref()
    }

    /// Further data of the error body. It may repeat what was sent, claims of the token among it: not for logs.
    pub fn data(&self) -> Option<&Value> {
        self.0.body.data.as_ref()
    }

    /// Further text of the error body. It may repeat what was sent.
    pub fn details(&self) -> Option<&str> {
        self.0.body.details.as_deref()
    }

    /// The body of the reply as it came: what the server said of the error, or a reply that is not of its type
    /// ([`Error::is_decode`]). Nothing of such a reply is lost: where one member is not what the document says (a whole
    /// number beyond 64 bits, say), the others are here. `None` where there was no body, or where it was not kept in memory.
    ///
    /// It may hold secrets, and is in no text of the error: not for logs.
    pub fn body(&self) -> Option<&Bytes> {
        Some(&self.0.body.raw).filter(|body| !body.is_empty())
    }

    /// The [`Error::body`] as a type that the document gives it, or as any value; `None` where there was no body, or none in
    /// JSON. It may repeat what was sent.
    ///
    /// # Errors
    ///
    /// When the body is not of that type ([`Error::is_decode`]).
    pub fn body_as<T: Json>(&self) -> Option<Result<T, Self>> {
        let value = memory::parse(&self.0.body.raw)?;
        let misfit =
            |mismatch| Self::new(Kind::Decode, decode::misfit("the body of the error", &mismatch, None)).about(self);
        Some(T::from_json(value).map_err(misfit))
    }

    /// The status of the reply, if there was one.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// The id of the operation, if the error belongs to one.
    pub fn operation(&self) -> Option<&'static str> {
        self.0.place.as_ref().map(|place| place.operation)
    }

    /// The server's id of the request, to be quoted to whoever runs it.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// How often the request was sent; 0 when the error came before.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// How long the server asks to wait before the next attempt.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    pub(crate) fn new(kind: Kind, what: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            kind,
            what: what.into(),
            hint: None,
            place: None,
            status: None,
            body: ErrorBody::default(),
            request_id: None,
            is_id_hidden: false,
            attempts: 0,
            retry_after: None,
            maybe_executed: false,
            missing_scope: false,
            for_token: false,
            source: None,
        }))
    }

    pub(crate) fn kind(&self) -> Kind {
        self.0.kind
    }

    /// What a trace calls it.
    pub(crate) fn type_name(&self) -> Cow<'static, str> {
        match self.0.status {
            Some(status) if self.0.kind == Kind::Status => status.as_str().to_owned().into(),
            _ => self.0.kind.name().into(),
        }
    }

    /// Says that it happened on the way to a token, before the request itself.
    pub(crate) fn for_token(mut self) -> Self {
        self.0.for_token = true;
        self.hint("this was the request for a token")
    }

    pub(crate) fn hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.0.hint.get_or_insert_with(|| hint.into());
        self
    }

    pub(crate) fn at(mut self, place: &Place) -> Self {
        self.0.place.get_or_insert_with(|| place.clone());
        self
    }

    /// Says of it what is known of another one: where, when and how often.
    pub(crate) fn about(mut self, other: &Self) -> Self {
        self.0.place.clone_from(&other.0.place);
        self.0.status = other.0.status;
        self.0.request_id.clone_from(&other.0.request_id);
        self.0.is_id_hidden = other.0.is_id_hidden;
        self.0.attempts = other.0.attempts;
        self.0.maybe_executed = other.0.maybe_executed;
        self
    }

    pub(crate) fn with_status(mut self, status: StatusCode) -> Self {
        self.0.status = Some(status);
        self
    }

    pub(crate) fn with_body(mut self, body: ErrorBody) -> Self {
        self.0.body = body;
        self
    }

    pub(crate) fn with_raw_body(mut self, body: Bytes) -> Self {
        self.0.body.raw = body;
        self
    }

    pub(crate) fn with_request_id(mut self, id: Option<&str>) -> Self {
        self.0.request_id = id.map(str::to_owned);
        self
    }

    pub(crate) fn with_attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    pub(crate) fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.0.retry_after = wait;
        self
    }

    pub(crate) fn with_maybe_executed(mut self, maybe: bool) -> Self {
        self.0.maybe_executed |= maybe;
        self
    }

    pub(crate) fn with_missing_scope(mut self) -> Self {
        self.0.missing_scope = true;
        self
    }

    pub(crate) fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(Arc::from(source.into()));
        self
    }

    /// Takes values that were sent out of what `Display` and `Debug` show of the server's texts, its request id among them.
    pub(crate) fn conceal(mut self, sent: &Concealed) -> Self {
        self.0.body.conceal(sent);
        self.0.is_id_hidden |= self.0.request_id.as_deref().is_some_and(|id| sent.is_in(id));
        self
    }

    /// The server's id of the request, where it repeats nothing that was sent.
    fn shown_id(&self) -> Option<&str> {
        self.0.request_id.as_deref().filter(|_| !self.0.is_id_hidden)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

#[cfg(test)]
mod tests;
