//! What few requests have, so that the others do not carry it.

use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HeaderMap, HeaderValue};
use serde::Serialize;
use serde_json::Value;

use crate::base_url::BaseUrl;
use crate::error::{Error, Kind};
use crate::finite;
use crate::headers;
use crate::request::Request;
use crate::security::Security;
use crate::sent;
use crate::style::{self, Style};

/// What few requests have.
#[derive(Clone, Default)]
pub(crate) struct Extras {
    /// Pairs of the query that are encoded already, each with the number of those of [`Request::query`](Request) before it.
    pub(crate) query: Vec<(usize, String)>,
    headers: HeaderMap,
    /// Pairs of the `Cookie` header.
    cookies: String,
    /// In place of the body's own.
    pub(crate) content_type: Option<HeaderValue>,
    /// In place of the client's.
    pub(crate) base: Option<BaseUrl>,
    /// Whether the body of the reply is handed out while it comes.
    pub(crate) streamed: bool,
    /// The texts of all of these, so that they can be kept out of messages.
    pub(crate) texts: Vec<String>,
}

impl Extras {
    /// The values of queries and cookies as they are written.
    pub(crate) fn written(&self) -> impl Iterator<Item = &str> {
        let pairs = self.query.iter().flat_map(|(_, pairs)| pairs.split('&')).chain(self.cookies.split("; "));
        pairs.filter_map(|pair| pair.split_once('=')).map(|(_, value)| value)
    }

    /// Adds the headers of the operation.
    pub(crate) fn put(&self, headers: &mut HeaderMap) {
        for (name, value) in &self.headers {
            headers.insert(name, value.clone());
        }
        headers::add_cookies(headers, self.cookies.as_bytes());
    }

    fn push_cookies(&mut self, pairs: &str) {
        style::join(&mut self.cookies, "; ", pairs);
    }
}

impl Request {
    /// Fills the next `{…}` of the template with a value in a style. An empty value, `.` and `..` are refused.
    pub fn path_as(mut self, style: Style, value: &(impl Serialize + ?Sized)) -> Self {
        let name = self.next_parameter();
        let Some(value) = self.value("path", name, value) else { return self.filled("") };
        match style::path(style, name, &value) {
            Ok(written) => {
                sent::collect(&value, &mut self.values);
                self.filled(&written)
            }
            Err(reason) => self.refuse("path", name, reason).filled(""),
        }
    }

    /// Adds a query parameter in a style. `None` adds nothing.
    pub fn query_as(mut self, name: &'static str, style: Style, value: &(impl Serialize + ?Sized)) -> Self {
        let Some(value) = self.value("query", name, value) else { return self };
        match style::query(style, name, &value) {
            Ok(pairs) => self.written(pairs, &value),
            Err(reason) => self.refuse("query", name, reason),
        }
    }

    /// Adds a query parameter whose reserved characters (RFC 3986, section 2.2) are sent as they are, and so are those
    /// that are encoded already: `allowReserved`. `#`, `[`, `]`, `'`, `&` and `+` are encoded all the same, because
    /// they would end the query, are not allowed in the query of a URL, or would arrive as something else. A list
    /// repeats the key, `None` adds nothing.
    pub fn query_reserved(self, name: &'static str, value: &(impl Serialize + ?Sized)) -> Self {
        self.query_reserved_as(name, Style::FormExploded, value)
    }

    /// The same in a style. A comma inside of an item that others follow after a comma is encoded.
    pub fn query_reserved_as(mut self, name: &'static str, style: Style, value: &(impl Serialize + ?Sized)) -> Self {
        let Some(value) = self.value("query", name, value) else { return self };
        match style::reserved_query(style, name, &value) {
            Ok(pairs) => self.written(pairs, &value),
            Err(reason) => self.refuse("query", name, reason),
        }
    }

    /// Adds a header, a list with commas. `None` adds nothing. See [`Request::header_as`].
    pub fn header(self, name: &'static str, value: &(impl Serialize + ?Sized)) -> Self {
        self.header_as(name, Style::Simple, value)
    }

    /// Adds a header in a style. `None` adds nothing. Values are not encoded; a comma in an item of a list, a line
    /// break, another control character, or a blank at either end is an error before any IO. `Content-Type` replaces
    /// the type of the body. `Content-Length` is made by the client whatever is given here.
    pub fn header_as(mut self, name: &'static str, style: Style, value: &(impl Serialize + ?Sized)) -> Self {
        let Some(value) = self.value("header", name, value) else { return self };
        let text = match style::header(style, &value) {
            Ok(Some(text)) => text,
            Ok(None) => return self,
            Err(reason) => return self.refuse("header", name, reason),
        };
        if name.eq_ignore_ascii_case(CONTENT_LENGTH.as_str()) {
            return self;
        }
        let header = match headers::of_operation(name) {
            Ok(header) => header,
            Err(reason) => return self.refuse("header", name, &reason),
        };
        let Ok(mut written) = HeaderValue::from_str(&text) else {
            return self.refuse("header", name, "has characters that cannot be sent");
        };
        if text.trim_matches([' ', '\t']).len() != text.len() {
            return self.refuse("header", name, "begins or ends with a blank, which would not arrive");
        }
        written.set_sensitive(true);
        let extras = self.extras();
        if header == COOKIE {
            extras.push_cookies(&text);
        } else if header == CONTENT_TYPE {
            extras.content_type = Some(written);
        } else {
            extras.headers.insert(header, written);
        }
        sent::collect(&value, &mut extras.texts);
        extras.texts.push(text);
        self
    }

    /// Adds a cookie, a list as several of one name. `None` adds nothing. See [`Request::cookie_as`].
    pub fn cookie(self, name: &'static str, value: &(impl Serialize + ?Sized)) -> Self {
        self.cookie_as(name, Style::FormExploded, value)
    }

    /// Adds a cookie in a style. `None` adds nothing. What cannot be in a cookie (RFC 6265, section 4.1.1) is
    /// percent-encoded.
    pub fn cookie_as(mut self, name: &'static str, style: Style, value: &(impl Serialize + ?Sized)) -> Self {
        if let Some(value) = self.value("cookie", name, value) {
            let pairs = style::cookie(style, name, &value);
            let extras = self.extras();
            extras.push_cookies(&pairs);
            sent::collect(&value, &mut extras.texts);
        }
        self
    }

    /// The media type of the body, in place of its own. A `multipart` type gets its boundary.
    pub fn content_type(mut self, media_type: impl AsRef<str>) -> Self {
        match HeaderValue::from_str(media_type.as_ref()) {
            Ok(value) => self.extras().content_type = Some(value),
            Err(_) => return self.fail(Error::new(Kind::Input, "the media type of the body cannot be sent")),
        }
        self
    }

    /// What the operation needs, in place of what the profile says.
    pub fn security(mut self, security: Security) -> Self {
        self.security = Some(security);
        self
    }

    /// Another server that the document gives this operation: a URL, or a path on the host of the client's own. It counts
    /// while the client is at the document's server; a client with a base URL of its own sends everything there. Where the
    /// document names no server for the rest, only another path on the client's own host counts.
    pub fn server(mut self, url: &'static str) -> Self {
        match self.client.0.server(url) {
            Ok(None) => self,
            Ok(base) => {
                self.extras().base = base;
                self
            }
            Err(reason) => self.fail(Error::new(Kind::Config, format!("the server of the operation {reason}"))),
        }
    }

    /// Adds pairs to the query that are encoded already.
    fn written(mut self, pairs: String, value: &Value) -> Self {
        let before = self.query.pairs().len();
        let extras = self.extras();
        extras.query.push((before, pairs));
        sent::collect(value, &mut extras.texts);
        self
    }

    pub(crate) fn extras(&mut self) -> &mut Extras {
        self.extras.get_or_insert_default()
    }

    /// The address that it goes to.
    pub(crate) fn base(&self) -> &BaseUrl {
        self.extras.as_ref().and_then(|extras| extras.base.as_ref()).unwrap_or(&self.client.0.base)
    }

    /// A value as JSON; `None` for nothing, and where it cannot be had.
    fn value(&mut self, place: &str, name: &str, value: &(impl Serialize + ?Sized)) -> Option<Value> {
        let reason = match finite::to_value(value) {
            Ok(Value::Null) if place != "path" => return None,
            Ok(value) => return Some(value),
            Err(reason) => reason,
        };
        let what = format!("{place} parameter `{name}` {reason}");
        self.error.get_or_insert_with(|| Error::new(Kind::Input, what));
        None
    }

    pub(crate) fn refuse(self, place: &str, name: &str, reason: &str) -> Self {
        self.fail(Error::new(Kind::Input, format!("{place} parameter `{name}` {reason}")))
    }
}
