//! What was sent, so that it can be kept out of messages that repeat it.

use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::body::Body;
use crate::request::Request;
use crate::token::Grant;

/// Every text of a request: path values, query, body, the headers that callers added (those of all calls are handed in),
/// and the token.
pub(crate) fn texts(request: &Request, headers: &HeaderMap, grant: Option<&Grant>) -> Vec<String> {
    let mut texts = request.values.clone();
    texts.extend(request.query.pairs().iter().map(|(_, value)| value.clone()));
    match &request.body {
        Body::Json(bytes) => {
            if let Ok(value) = serde_json::from_slice(bytes) {
                collect(value, &mut texts);
            }
        }
        Body::Text(bytes) => texts.extend(std::str::from_utf8(bytes).map(str::to_owned)),
        Body::Multipart(multipart) => multipart.collect(&mut texts),
        // The texts of a form are kept beside it.
        Body::None | Body::Form(_) | Body::Binary(_) => {}
    }
    if let Some(extras) = &request.extras {
        texts.extend_from_slice(&extras.texts);
    }
    if let Some(keyring) = &request.client.0.keyring {
        texts.extend(keyring.secrets().map(str::to_owned));
    }
    let own = request.options.iter().flat_map(|options| options.headers().values());
    let secret =
        headers.values().chain(own).filter(|value| value.is_sensitive()).filter_map(|value| value.to_str().ok());
    texts.extend(secret.map(str::to_owned));
    let token = grant.and_then(|grant| grant.header.to_str().ok()).and_then(|header| header.split_once(' '));
    texts.extend(token.map(|(_, token)| token.to_owned()));
    texts
}

/// The texts of a value; names of members are those of the document.
pub(crate) fn collect(value: Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => texts.push(text),
        Value::Array(items) => items.into_iter().for_each(|item| collect(item, texts)),
        Value::Object(members) => members.into_iter().for_each(|(_, member)| collect(member, texts)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
