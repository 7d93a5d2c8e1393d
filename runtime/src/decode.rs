//! From a reply to a value.
//!
//! Only the last step is generic. Errors name the place in the JSON and never a value of it.

use bytes::Bytes;
use reqwest::header::LOCATION;
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::charset;
use crate::download::Download;
use crate::error::{Error, Kind};
use crate::json::{Json, Mismatch};
use crate::reply::{Content, Redirect, Reply};

/// The longest path that an error names; keys of maps may be of any length.
const LONGEST_PATH: usize = 200;

/// The body as JSON of a type.
///
/// # Errors
///
/// When it is no JSON, or not of the type.
pub fn json<T: Json>(reply: &mut Reply) -> Result<T, Error> {
    if reply.or_text && reply.head.content_type().is_some_and(|found| is_text(&found)) {
        return as_text(reply);
    }
    T::from_json(value(reply)?).map_err(|mismatch| misfits(reply, &mismatch))
}

pub(crate) fn json_or_empty<T: Json>(reply: &mut Reply) -> Result<Option<T>, Error> {
    if reply.body.is_empty() { Ok(None) } else { json(reply).map(Some) }
}

pub(crate) fn empty(_reply: &mut Reply) -> Result<(), Error> {
    Ok(())
}

/// A text as a value of a type: a text itself, else a number or a truth value that is written as JSON writes it.
fn as_text<T: Json>(reply: &mut Reply) -> Result<T, Error> {
    let text = text(reply)?;
    let json = serde_json::from_str(&text);
    T::from_json(Value::String(text)).or_else(|mismatch| match json {
        Ok(json) => T::from_json(json).map_err(|mismatch| misfits(reply, &mismatch)),
        Err(_) => Err(misfits(reply, &mismatch)),
    })
}

/// The body as text.
///
/// # Errors
///
/// When it is not text in the charset of its content type, which is UTF-8 unless it says another.
pub fn text(reply: &mut Reply) -> Result<String, Error> {
    String::from_utf8(utf8(reply)?.into()).map_err(|_| fail(reply, "the reply is not UTF-8 text".to_owned()))
}

/// The body in UTF-8 without a byte order mark.
fn utf8(reply: &Reply) -> Result<Bytes, Error> {
    let text = charset::utf8(&reply.head.headers, &reply.body);
    text.ok_or_else(|| fail(reply, "the reply is not text in the charset that it names".to_owned()))
}

/// The body as it came.
///
/// # Errors
///
/// None; it is one of several ways to read a body.
pub fn bytes(reply: &mut Reply) -> Result<Bytes, Error> {
    Ok(reply.body.clone())
}

pub(crate) fn content(reply: &mut Reply) -> Result<Content, Error> {
    if reply.body.is_empty() {
        Ok(Content::Empty)
    } else if reply.head.content_type().is_some_and(|content_type| is_json(&content_type)) {
        value(reply).map(Content::Json)
    } else {
        refuse_html(reply)?;
        text(reply).map(Content::Text)
    }
}

/// The body itself, which was not read yet.
pub(crate) fn download(reply: &mut Reply) -> Result<Download, Error> {
    match reply.rest.take() {
        Some(rest) => Ok(Download::new(*rest, fail(reply, String::new()), reply.span.clone())),
        None => Err(fail(reply, "the body of the reply was already read".to_owned())),
    }
}

pub(crate) fn redirect(reply: &mut Reply) -> Result<Redirect, Error> {
    let location = reply.head.headers.get(LOCATION).and_then(|location| location.to_str().ok());
    match location {
        Some(location) if reply.head.status.is_redirection() => {
            Ok(Redirect { status: reply.head.status, location: location.to_owned() })
        }
        _ => Err(fail(reply, format!("a redirect was expected, the server answered {}", reply.head.status))),
    }
}

/// Decodes the items of a list that is a member of an object.
pub(crate) fn member<T: Json>(reply: &Reply, name: &str) -> Result<T, Error> {
    let items = match value(reply)? {
        Value::Object(mut members) => members.remove(name),
        _ => None,
    };
    let items = items.ok_or_else(|| fail(reply, format!("the reply has no member `{name}`")))?;
    T::from_json(items).map_err(|mismatch| misfits(reply, &mismatch.in_member(name)))
}

/// Decodes the items of a list one by one, so that the error of one leaves the others. They are the reply itself or in
/// this member of it.
pub(crate) fn each<T: Json>(reply: &Reply, within: Option<&str>) -> Result<Vec<Result<T, Error>>, Error> {
    let items: Vec<Value> = match within {
        Some(name) => member(reply, name)?,
        None => Json::from_json(value(reply)?).map_err(|mismatch| misfits(reply, &mismatch))?,
    };
    let place = |mismatch: Mismatch, index| {
        let mismatch = mismatch.in_item(index);
        within.map_or(mismatch.clone(), |name| mismatch.in_member(name))
    };
    let read = |(index, item)| T::from_json(item).map_err(|mismatch| misfits(reply, &place(mismatch, index)));
    Ok(items.into_iter().enumerate().map(read).collect())
}

/// The JSON of the body. Where an object has a member twice, the last one counts.
fn value(reply: &Reply) -> Result<Value, Error> {
    check(reply)?;
    serde_json::from_slice(&utf8(reply)?).map_err(|error| {
        let other = reply.head.content_type().filter(|content_type| !is_json(content_type));
        let content_type = other.map(|other| format!(" (its content type is {other})")).unwrap_or_default();
        let what = if error.is_eof() { "ends early" } else { "is not valid" };
        let (line, column) = (error.line(), error.column());
        fail(reply, format!("the JSON of the reply {what} at line {line}, column {column}{content_type}"))
    })
}

/// Whether a body is the beginning of JSON and not the end: a reply that only ends with its connection may be cut short.
pub(crate) fn ends_early(body: &[u8]) -> bool {
    !body.is_empty() && serde_json::from_slice::<IgnoredAny>(body).is_err_and(|error| error.is_eof())
}

/// Refuses what cannot be JSON before it is read as JSON.
fn check(reply: &Reply) -> Result<(), Error> {
    refuse_html(reply)?;
    if reply.body.is_empty() {
        return Err(fail(
            reply,
            format!("the server answered {} without a body where JSON is expected", reply.head.status),
        ));
    }
    Ok(())
}

/// A page for people where data is expected: another server, a login wall or the service's own console.
fn refuse_html(reply: &Reply) -> Result<(), Error> {
    match reply.head.essence() {
        Some(content_type) if content_type.eq_ignore_ascii_case("text/html") => {
            let what = format!("the server answered {} with a web page (text/html) instead of data", reply.head.status);
            Err(fail(reply, what)
                .hint("check that the base URL is that of the API and that no proxy or login page is in between"))
        }
        _ => Ok(()),
    }
}

pub(crate) fn is_json(content_type: &str) -> bool {
    ["/json", "/x-json", "+json"].iter().any(|end| content_type.ends_with(end))
}

/// Whether a content type is that of a text, other than JSON and the pages that other servers answer with.
fn is_text(content_type: &str) -> bool {
    content_type.starts_with("text/") && content_type != "text/html" && !is_json(content_type)
}

/// Says where a body differs from its type, and how.
pub(crate) fn misfit(body: &str, mismatch: &Mismatch) -> String {
    let path: String = mismatch.path().chars().filter(|c| !c.is_control()).take(LONGEST_PATH).collect();
    let place = if path.is_empty() { body.to_owned() } else { format!("{body} at `{path}`") };
    format!("{place} is not what the document says: {}", mismatch.reason())
}

fn misfits(reply: &Reply, mismatch: &Mismatch) -> Error {
    fail(reply, misfit("the reply", mismatch))
}

pub(crate) fn fail(reply: &Reply, what: String) -> Error {
    about(reply, Error::new(Kind::Decode, what))
}

/// Says of an error which reply it is about.
pub(crate) fn about(reply: &Reply, error: Error) -> Error {
    error
        .at(&reply.place)
        .with_status(reply.head.status)
        .with_raw_body(reply.body.clone())
        .with_request_id(reply.head.request_id())
        .with_attempts(reply.head.attempts)
        .with_maybe_executed(reply.changes)
}
