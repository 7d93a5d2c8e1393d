//! The body of a request.

use bytes::Bytes;
use reqwest::header::HeaderValue;
use serde::Serialize;
use serde_json::Value;

use crate::attempt::Payload;
use crate::error::{Error, Kind};
use crate::finite;
use crate::multipart::{Multipart, Part};
use crate::request::Request;
use crate::sent;
use crate::style::{self, Style};
use crate::upload::Upload;

/// Bytes in memory that are sent in no time where a server can be reached at all.
const LARGE: u64 = 1024 * 1024;

/// The body of a request.
#[derive(Clone)]
pub(crate) enum Body {
    None,
    Json(Bytes),
    Form(Bytes),
    Text(Bytes),
    Multipart(Multipart),
    Binary(Box<Upload>),
}

impl Request {
    /// Sets a JSON body.
    pub fn json_body(mut self, body: &(impl Serialize + ?Sized)) -> Self {
        match finite::to_bytes(body) {
            Ok(bytes) => self.body = Body::Json(bytes),
            Err(reason) => self = self.fail(Error::new(Kind::Input, format!("the body {reason}"))),
        }
        self
    }

    /// Sets a form body (`application/x-www-form-urlencoded`) from a struct or a map. A list repeats its member, an
    /// object inside of one is written as JSON. A form has no `null`: a member that is `null` is sent empty (`name=`),
    /// which is how forms clear a value.
    pub fn form_body(self, body: &(impl Serialize + ?Sized)) -> Self {
        self.form_body_as(body, &[])
    }

    /// Sets a form body, some of whose members have a style of their own: the `encoding` of the document. In
    /// [`Style::Json`] `null` is sent as it is.
    pub fn form_body_as(self, body: &(impl Serialize + ?Sized), styles: &[(&str, Style)]) -> Self {
        self.form_body_reserving(body, styles, &[])
    }

    /// The same, where some of the members with a style are written as [`Request::query_reserved_as`] does it.
    pub fn form_body_reserving(
        mut self,
        body: &(impl Serialize + ?Sized),
        styles: &[(&str, Style)],
        reserved: &[&str],
    ) -> Self {
        let mut members = match finite::to_value(body) {
            Ok(Value::Object(members)) => members,
            Ok(_) => return self.fail(Error::new(Kind::Input, "the body cannot be written as a form")),
            Err(reason) => return self.fail(Error::new(Kind::Input, format!("the form {reason}"))),
        };
        let mut form = String::new();
        for (name, value) in &mut members {
            let style = styles.iter().find(|(styled, _)| styled == name).map(|(_, style)| *style);
            let pairs = match style {
                Some(Style::Json) if value.is_null() => style::query_pair(name, "null"),
                Some(style) => {
                    empty(value, Some(style));
                    let write = if reserved.contains(&name.as_str()) { style::reserved_query } else { style::query };
                    match write(style, name, value) {
                        Ok(pairs) => pairs,
                        Err(reason) => return self.refuse("form", name, reason),
                    }
                }
                None => {
                    empty(value, None);
                    plain(name, value)
                }
            };
            style::join(&mut form, "&", &pairs);
        }
        // Several values may be in one text of the form, so a message could tell one of them.
        sent::collect(&Value::Object(members), &mut self.extras().texts);
        self.body = Body::Form(form.into());
        self
    }

    /// Sets a multipart body.
    pub fn multipart(mut self, body: Multipart) -> Self {
        self.body = Body::Multipart(body);
        self
    }

    /// Adds a part to the multipart body.
    pub fn part(self, name: &'static str, part: impl Into<Part>) -> Self {
        self.parts(name, [part])
    }

    /// Adds a part of one name for each item: several files, or a list. Without items the body is a form all the same.
    pub fn parts(mut self, name: &'static str, parts: impl IntoIterator<Item = impl Into<Part>>) -> Self {
        let multipart = match std::mem::replace(&mut self.body, Body::None) {
            Body::Multipart(multipart) => multipart,
            _ => Multipart::new(),
        };
        self.body = Body::Multipart(parts.into_iter().fold(multipart, |form, part| form.part(name, part)));
        self
    }

    /// Sets a text body (`text/plain` in UTF-8).
    pub fn text_body(mut self, text: impl Into<String>) -> Self {
        self.body = Body::Text(text.into().into());
        self
    }

    /// Sets a body of bytes or of a stream (`application/octet-stream`).
    pub fn binary_body(mut self, body: impl Into<Upload>) -> Self {
        self.body = Body::Binary(Box::new(body.into()));
        self
    }
}

/// The boundary of a multipart body without parts, its media type, and the body.
pub(crate) const NO_BOUNDARY: &str = "none";
const NO_PARTS: (&str, &str) = ("multipart/form-data; boundary=none", "--none--\r\n");

impl Body {
    /// Whether it can be sent more than once.
    pub(crate) fn is_replayable(&self) -> bool {
        match self {
            Self::Multipart(multipart) => multipart.is_replayable(),
            Self::Binary(upload) => upload.is_replayable(),
            Self::None | Self::Json(_) | Self::Form(_) | Self::Text(_) => true,
        }
    }

    /// Whether it may be large, so that nobody can say how long it takes to send.
    pub(crate) fn is_upload(&self) -> bool {
        let is_large = |upload: &Upload| upload.known_length().is_none_or(|length| length > LARGE);
        match self {
            Self::Multipart(multipart) => !multipart.is_replayable() || multipart.files().any(is_large),
            Self::Binary(upload) => !upload.is_replayable() || is_large(upload),
            Self::None | Self::Json(_) | Self::Form(_) | Self::Text(_) => false,
        }
    }

    /// Its length where it is written by the client.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Json(bytes) | Self::Form(bytes) | Self::Text(bytes) => bytes.len(),
            Self::None | Self::Multipart(_) | Self::Binary(_) => 0,
        }
    }

    /// What can be checked before any IO.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match self {
            Self::Multipart(multipart) => multipart.check(),
            _ => Ok(()),
        }
    }

    /// Its media type, except for a multipart's, and what is sent. Takes streams out.
    pub(crate) fn payload(&self) -> Result<(Option<HeaderValue>, Payload), Error> {
        let (media_type, payload) = match self {
            Self::None => return Ok((None, Payload::Empty)),
            Self::Json(bytes) => ("application/json", Payload::Bytes(bytes.clone())),
            Self::Form(bytes) => ("application/x-www-form-urlencoded", Payload::Bytes(bytes.clone())),
            Self::Text(bytes) => ("text/plain; charset=utf-8", Payload::Bytes(bytes.clone())),
            Self::Binary(upload) => ("application/octet-stream", upload.payload()?),
            // Of a form without parts `reqwest` writes nothing at all, and a server misses its end.
            Self::Multipart(multipart) if multipart.is_empty() => (NO_PARTS.0, Payload::Bytes(NO_PARTS.1.into())),
            Self::Multipart(multipart) => return Ok((None, Payload::Form(multipart.form()?))),
        };
        Ok((Some(HeaderValue::from_static(media_type)), payload))
    }
}

/// Puts an empty text in place of `null`, where it would be left out. What is written as JSON stays.
fn empty(value: &mut Value, style: Option<Style>) {
    match (value, style) {
        (value @ Value::Null, _) => *value = Value::String(String::new()),
        (Value::Object(members), Some(style)) if style != Style::Json => {
            let inside = (style == Style::Deep).then_some(style);
            members.values_mut().for_each(|member| empty(member, inside));
        }
        _ => {}
    }
}

/// A member of a form without a style of its own, after the defaults of the Encoding Object (OpenAPI 3.0.4 and 3.1.1):
/// a list repeats the member, an object is written as JSON.
fn plain(name: &str, value: &Value) -> String {
    let items = match value {
        Value::Array(items) => items.as_slice(),
        value => std::slice::from_ref(value),
    };
    let pairs = items.iter().filter(|item| !item.is_null()).map(|item| (name, style::text(item)));
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}
