//! What was sent, so that it can be kept out of messages that repeat it.

use std::borrow::Cow;

use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::Value;

use crate::body::Body;
use crate::error::Concealed;
use crate::request::Request;
use crate::style;
use crate::token::Grant;

/// What was sent with a request and a token, to be kept out of what a server says.
pub(crate) fn of(request: &Request, grant: Option<&Grant>) -> Concealed {
    Concealed::new(texts(request, &request.client.0.headers, grant).iter().map(AsRef::as_ref))
}

/// Every text and number of a request: path values, query, body, the headers that callers added (those of all calls are
/// handed in), and the credentials. What is in the URL comes as it was given and as it is written there.
fn texts<'a>(request: &'a Request, headers: &'a HeaderMap, grant: Option<&'a Grant>) -> Vec<Cow<'a, str>> {
    let given = request.values.iter().chain(request.query.pairs().iter().map(|(_, value)| value));
    let extras = request.extras.as_deref();
    let given = given.chain(extras.into_iter().flat_map(|extras| &extras.texts));
    let mut texts: Vec<Cow<'a, str>> = Vec::new();
    for text in given {
        texts.extend([Cow::Borrowed(text.as_str()), Cow::Owned(style::component(text))]);
    }
    texts.extend(extras.into_iter().flat_map(|extras| extras.written()).map(Cow::Borrowed));
    let mut owned = Vec::new();
    match &request.body {
        Body::Json(bytes) => {
            if let Ok(value) = serde_json::from_slice(bytes) {
                collect(&value, &mut owned);
            }
        }
        Body::Text(bytes) => texts.extend(std::str::from_utf8(bytes).map(Cow::Borrowed)),
        Body::Multipart(multipart) => multipart.collect(&mut owned),
        // The texts of a form are kept beside it.
        Body::None | Body::Form(_) | Body::Binary(_) => {}
    }
    texts.extend(owned.into_iter().map(Cow::Owned));
    if let Some(keyring) = &request.client.0.keyring {
        texts.extend(keyring.secrets().map(Cow::Borrowed));
    }
    texts.extend(request.client.0.secret.iter().map(|secret| Cow::Borrowed(secret.expose())));
    let own = request.options.iter().flat_map(|options| options.headers().values());
    let secret = headers.values().chain(own).filter(|value| value.is_sensitive()).filter_map(text);
    texts.extend(secret.map(Cow::Borrowed));
    texts.extend(grant.map(|grant| Cow::Borrowed(grant.text())));
    texts
}

/// The texts and numbers of a value; names of members are those of the document.
pub(crate) fn collect(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(_) | Value::Number(_) => texts.push(style::text(value).into_owned()),
        Value::Array(items) => items.iter().for_each(|item| collect(item, texts)),
        Value::Object(members) => members.values().for_each(|member| collect(member, texts)),
        Value::Null | Value::Bool(_) => {}
    }
}

/// A header as a text, also one beyond ASCII.
fn text(value: &HeaderValue) -> Option<&str> {
    std::str::from_utf8(value.as_bytes()).ok()
}
