//! From a reply to a value.
//!
//! Only the last step is generic. Errors name the place in the JSON and never a value of it.

use reqwest::header::LOCATION;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::{Error, Kind};
use crate::reply::{Content, Redirect, Reply};
use crate::union::locate;

/// The longest path that an error names; keys of maps may be of any length.
const LONGEST_PATH: usize = 200;

pub(crate) fn json<T: DeserializeOwned>(reply: &Reply) -> Result<T, Error> {
    check(reply)?;
    let mut deserializer = serde_json::Deserializer::from_slice(&reply.body);
    let value = serde_path_to_error::deserialize(&mut deserializer)
        .map_err(|error| mismatch(reply, &error.path().to_string(), error.inner()))?;
    deserializer.end().map_err(|error| mismatch(reply, ".", &error))?;
    Ok(value)
}

pub(crate) fn json_or_empty<T: DeserializeOwned>(reply: &Reply) -> Result<Option<T>, Error> {
    if reply.body.is_empty() { Ok(None) } else { json(reply).map(Some) }
}

pub(crate) fn empty(_reply: &Reply) -> Result<(), Error> {
    Ok(())
}

pub(crate) fn text(reply: &Reply) -> Result<String, Error> {
    match std::str::from_utf8(&reply.body) {
        Ok(text) => Ok(text.to_owned()),
        Err(_) => Err(fail(reply, "the reply is not UTF-8 text".to_owned())),
    }
}

pub(crate) fn content(reply: &Reply) -> Result<Content, Error> {
    if reply.body.is_empty() {
        Ok(Content::Empty)
    } else if reply.head.content_type().is_some_and(|content_type| is_json(&content_type)) {
        json(reply).map(Content::Json)
    } else {
        refuse_html(reply)?;
        text(reply).map(Content::Text)
    }
}

pub(crate) fn redirect(reply: &Reply) -> Result<Redirect, Error> {
    let location = reply.head.headers.get(LOCATION).and_then(|location| location.to_str().ok());
    match location {
        Some(location) if reply.head.status.is_redirection() => {
            Ok(Redirect { status: reply.head.status, location: location.to_owned() })
        }
        _ => Err(fail(reply, format!("a redirect was expected, the server answered {}", reply.head.status))),
    }
}

/// Decodes the items of a list that is a member of an object.
pub(crate) fn member<T: DeserializeOwned>(reply: &Reply, name: &str) -> Result<T, Error> {
    let items = match json(reply)? {
        Value::Object(mut members) => members.remove(name),
        _ => None,
    };
    let items = items.ok_or_else(|| fail(reply, format!("the reply has no member `{name}`")))?;
    serde_path_to_error::deserialize(items).map_err(|error| {
        let (path, message) = locate(&error.path().to_string(), &error.inner().to_string());
        let dot = if path.is_empty() || path.starts_with('[') { "" } else { "." };
        misfit(reply, &format!("{name}{dot}{path}"), &reason(&message))
    })
}

/// What a message of serde says without the value that it complains about.
pub(crate) fn reason(message: &str) -> String {
    let message = message.rsplit_once(" at line ").map_or(message, |(message, _)| message);
    // serde puts the value between the kind and what was expected, so the last mark is its own.
    let expected = message.rsplit_once(", expected ").map(|(_, expected)| expected);
    match (message.split_once(": "), expected) {
        (Some(("invalid type" | "invalid value", found)), Some(expected)) => {
            format!("expected {expected}, found {}", found_kind(found))
        }
        (_, Some(expected)) if message.starts_with("invalid length ") => format!("expected {expected}"),
        _ if message.starts_with("missing field `") || message.starts_with("duplicate field `") => message.to_owned(),
        _ if message.starts_with("unknown variant `") => "the value is not one of those that are known".to_owned(),
        _ => "the value does not fit".to_owned(),
    }
}

/// Refuses what cannot be JSON before it is read as JSON.
fn check(reply: &Reply) -> Result<(), Error> {
    refuse_html(reply)?;
    if reply.body.is_empty() {
        return Err(fail(reply, format!("the server answered {} without a body where JSON is expected", reply.head.status)));
    }
    Ok(())
}

/// A page for people where data is expected: another server, a login wall or the service's own console.
fn refuse_html(reply: &Reply) -> Result<(), Error> {
    match reply.head.content_type() {
        Some(content_type) if content_type == "text/html" => {
            let what = format!("the server answered {} with a web page (text/html) instead of data", reply.head.status);
            Err(fail(reply, what).hint("check that the base URL is that of the API and that no proxy or login page is in between"))
        }
        _ => Ok(()),
    }
}

fn is_json(content_type: &str) -> bool {
    content_type == "application/json" || content_type.ends_with("+json")
}

fn mismatch(reply: &Reply, path: &str, error: &serde_json::Error) -> Error {
    if !error.is_data() {
        let line = error.line();
        let column = error.column();
        let what = if error.is_eof() { "ends early" } else { "is not valid" };
        let other = reply.head.content_type().filter(|content_type| !is_json(content_type));
        let content_type = other.map(|other| format!(" (its content type is {other})")).unwrap_or_default();
        return fail(reply, format!("the JSON of the reply {what} at line {line}, column {column}{content_type}"));
    }
    let (path, message) = locate(path, &error.to_string());
    misfit(reply, &path, &reason(&message))
}

fn misfit(reply: &Reply, path: &str, reason: &str) -> Error {
    let path: String = path.chars().filter(|c| !c.is_control()).take(LONGEST_PATH).collect();
    let place = if path.is_empty() { "the reply".to_owned() } else { format!("the reply at `{path}`") };
    fail(reply, format!("{place} is not what the document says: {reason}"))
}

fn fail(reply: &Reply, what: String) -> Error {
    Error::new(Kind::Decode, what)
        .at(&reply.place)
        .with_status(reply.head.status)
        .with_request_id(reply.head.request_id.clone())
        .with_attempts(reply.head.attempts)
        .with_maybe_executed(reply.changes)
}

fn found_kind(found: &str) -> &'static str {
    const KINDS: [&str; 9] =
        ["null", "boolean", "integer", "floating point", "string", "map", "sequence", "character", "byte array"];
    KINDS.into_iter().find(|kind| found.starts_with(kind)).unwrap_or("something else")
}

#[cfg(test)]
mod tests;
