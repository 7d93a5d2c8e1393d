//! A call that is being made, and what it gave.

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;

use logto_runtime::{Content, Download, Error, HeaderMap, Json, Page, Receiving, Redirect, Response};
use serde_json::{Value, json};

/// A call that is being made.
pub struct Called(pub(super) Pin<Box<dyn Future<Output = Result<Got, Error>>>>);

/// What a call gave.
#[derive(Debug)]
pub struct Got {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) read: Read,
}

/// The value of a reply.
#[derive(Debug, Clone, PartialEq)]
pub enum Read {
    /// JSON: written again, and as `Debug` shows it.
    Json(Value, String),
    /// A text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// Where a redirect points to.
    Redirect(String),
    /// Nothing.
    Nothing,
}

/// Reads the body of a reply that says what went wrong.
pub type ReadFailure = fn(&Error) -> Option<Result<Read, String>>;

/// Reads the body of a reply that says what went wrong as its type.
pub fn failure<T: Json + Debug>(error: &Error) -> Option<Result<Read, String>> {
    error.body_as::<T>().map(|body| body.map(|body| value(&body)).map_err(|error| error.to_string()))
}

/// A value that was read from JSON.
pub fn value<T: Json + Debug>(value: &T) -> Read {
    Read::Json(value.to_json(), format!("{value:?}"))
}

impl Called {
    /// A reply that is JSON.
    pub fn json<T: Json + Debug + 'static>(call: Receiving<T>) -> Self {
        Self::read(call, |reply| value(&reply))
    }

    /// A reply that is a page of items, by themselves or in a member.
    pub fn page<T: Json + Debug + 'static>(call: Receiving<Page<T>>, member: Option<&'static str>) -> Self {
        Self::read(call, move |page| {
            let items = page.items.to_json();
            let body = member.map_or_else(|| items.clone(), |member| json!({ member: items }));
            Read::Json(body, format!("{:?}", page.items))
        })
    }

    /// A reply without a value.
    pub fn empty(call: Receiving<()>) -> Self {
        Self::read(call, |()| Read::Nothing)
    }

    /// A reply that is a text.
    pub fn text(call: Receiving<String>) -> Self {
        Self::read(call, Read::Text)
    }

    /// A reply that is bytes.
    pub fn download(call: Receiving<Download>) -> Self {
        Self(Box::pin(async move {
            let response = call.await?;
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            let bytes = response.into_value().bytes().await?;
            Ok(Got { status, headers, read: Read::Bytes(bytes.to_vec()) })
        }))
    }

    /// A reply that points elsewhere.
    pub fn redirect(call: Receiving<Redirect>) -> Self {
        Self::read(call, |redirect| Read::Redirect(redirect.location))
    }

    /// A reply that is whatever its content type says.
    pub fn content(call: Receiving<Content>) -> Self {
        Self::read(call, |content| match content {
            Content::Json(json) => value(&json),
            Content::Text(text) => Read::Text(text),
            _ => Read::Nothing,
        })
    }

    /// A reply that is one of several.
    pub fn read<T: 'static>(call: Receiving<T>, read: impl FnOnce(T) -> Read + 'static) -> Self {
        Self(Box::pin(async move {
            let response: Response<T> = call.await?;
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            Ok(Got { status, headers, read: read(response.into_value()) })
        }))
    }
}

impl Debug for Called {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Called")
    }
}
