//! From a reply to a value.
//!
//! Only the last step is generic. Errors name the place in the JSON and never a value of it.

mod list;

use bytes::Bytes;
use reqwest::header::LOCATION;
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::charset;
use crate::download::Download;
use crate::error::{Concealed, Error, Kind};
use crate::json::{Json, Mismatch};
use crate::memory::{self, Beyond, Bounds};
use crate::reply::{Content, Redirect, Reply};

/// The memory of the error of an item.
const ERROR: usize = 2048;

/// The body as JSON of a type.
///
/// # Errors
///
/// When it is no JSON, or not of the type.
pub fn json<T: Json>(reply: &mut Reply) -> Result<T, Error> {
    if reply.or_text && reply.head.content_type().is_some_and(|found| is_text(&found)) {
        return as_text(reply);
    }
    let (value, left) = value(reply)?;
    make(reply, value, left)?.map_err(|mismatch| misfits(reply, &mismatch))
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
    let left = left(reply, text.as_bytes(), 0)?;
    let json = serde_json::from_str(&text);
    make(reply, Value::String(text), left)?.or_else(|mismatch| match json {
        Ok(json) => make(reply, json, left)?.map_err(|mismatch| misfits(reply, &mismatch)),
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
        value(reply).map(|(value, _)| Content::Json(value))
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

/// Decodes the items of a list, which is the reply itself or this member of it.
pub(crate) fn items<T: Json>(reply: &Reply, within: Option<&str>) -> Result<Vec<T>, Error> {
    let mut wrong = None;
    let read = each_item(reply, within, |index, item| match T::from_json(item) {
        Ok(item) => Some(item),
        Err(mismatch) => {
            wrong = Some(place(mismatch, index, within));
            None
        }
    })?;
    match wrong {
        Some(mismatch) => Err(misfits(reply, &mismatch)),
        None => Ok(read),
    }
}

/// Decodes the items of a list so that the error of one leaves the others.
pub(crate) fn each<T: Json>(reply: &Reply, within: Option<&str>) -> Result<Vec<Result<T, Error>>, Error> {
    each_item(reply, within, |index, item| {
        let read = T::from_json(item);
        // An error takes memory as well.
        let room = if read.is_err() { memory::bytes(ERROR) } else { Ok(()) };
        room.ok().map(|()| read.map_err(|mismatch| misfits(reply, &place(mismatch, index, within))))
    })
}

fn place(mismatch: Mismatch, index: usize, within: Option<&str>) -> Mismatch {
    let mismatch = mismatch.in_item(index);
    match within {
        Some(name) => mismatch.in_member(name),
        None => mismatch,
    }
}

/// The items of a list as they are made one after the other.
struct Made<T, F> {
    items: Vec<T>,
    make: F,
}

impl<T, F: FnMut(usize, Value) -> Option<T>> list::Take for Made<T, F> {
    fn begin(&mut self) {
        self.items.clear();
    }

    fn item(&mut self, index: usize, item: Value) -> bool {
        // The list grows by doubling, and both blocks are there while it is moved.
        let made = memory::take::<T>(3).ok().and_then(|()| (self.make)(index, item));
        made.map(|made| self.items.push(made)).is_some()
    }
}

fn each_item<T>(
    reply: &Reply,
    within: Option<&str>,
    make: impl FnMut(usize, Value) -> Option<T>,
) -> Result<Vec<T>, Error> {
    check(reply)?;
    let text = utf8(reply)?;
    let left = left(reply, &text, if within.is_some() { 2 } else { 1 })?;
    let mut made = Made { items: Vec::new(), make };
    let read = memory::within(left, true, || list::read(&text, within, &mut made));
    match read.map_err(|beyond| too_large(reply, beyond))? {
        Ok(()) => Ok(made.items),
        // There is no list: what there is instead is said as ever.
        Err(error) if error.is_data() => Err(no_list(reply, within)),
        Err(error) => Err(invalid(reply, &error)),
    }
}

/// Why a reply has no list.
fn no_list(reply: &Reply, within: Option<&str>) -> Error {
    let value = match value(reply) {
        Ok((value, _)) => value,
        Err(error) => return error,
    };
    match within {
        None => misfits(reply, &Mismatch::expected("a sequence", &value)),
        Some(name) => match value.get(name) {
            Some(found) => misfits(reply, &Mismatch::expected("a sequence", found).in_member(name)),
            None => fail(reply, format!("the reply has no member `{name}`")),
        },
    }
}

/// The JSON of the body, and how much memory is left beside it. Where an object has a member twice, the last one counts.
fn value(reply: &Reply) -> Result<(Value, usize), Error> {
    check(reply)?;
    let text = utf8(reply)?;
    let left = left(reply, &text, 0)?;
    let value = serde_json::from_slice(&text).map_err(|error| invalid(reply, &error))?;
    Ok((value, left))
}

/// Makes a type out of a tree.
fn make<T: Json>(reply: &Reply, value: Value, left: usize) -> Result<Result<T, Mismatch>, Error> {
    memory::within(left, false, || T::from_json(value)).map_err(|beyond| too_large(reply, beyond))
}

/// How much memory is left beside the body and what is parsed at once.
fn left(reply: &Reply, text: &[u8], depth: usize) -> Result<usize, Error> {
    let body = &reply.body;
    let is_copy = !body.as_ptr_range().contains(&text.as_ptr());
    // Text of another charset was given room for three bytes each.
    let held = if is_copy { body.len().saturating_mul(4) } else { body.len() };
    reply.bounds().left(text, held, depth).map_err(|beyond| too_large(reply, beyond))
}

fn too_large(reply: &Reply, beyond: Beyond) -> Error {
    let Bounds { values, memory } = reply.bounds();
    let (what, setting) = match beyond {
        Beyond::Values => (format!("the JSON of the reply has more than {values} values"), "values"),
        Beyond::Memory => (format!("the JSON of the reply may take more than {memory} bytes of memory"), "memory"),
    };
    about(reply, Error::new(Kind::TooLarge, what)).hint(format!("`Limits::{setting}` sets this bound"))
}

fn invalid(reply: &Reply, error: &serde_json::Error) -> Error {
    let other = reply.head.content_type().filter(|content_type| !is_json(content_type));
    let content_type = other.map(|other| format!(" (its content type is {})", reply.sent().shown(&other)));
    let content_type = content_type.unwrap_or_default();
    let what = if error.is_eof() { "ends early" } else { "is not valid" };
    let (line, column) = (error.line(), error.column());
    fail(reply, format!("the JSON of the reply {what} at line {line}, column {column}{content_type}"))
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

/// Says where a body differs from its type, and how. A key of a map may be what was sent: where that is not known, the place is
/// not told.
pub(crate) fn misfit(body: &str, mismatch: &Mismatch, sent: Option<&Concealed>) -> String {
    let path = match sent {
        Some(sent) => sent.shown(mismatch.path()),
        None if mismatch.is_plain() => mismatch.path().to_owned(),
        None => String::new(),
    };
    let place = if path.is_empty() { body.to_owned() } else { format!("{body} at `{path}`") };
    format!("{place} is not what the document says: {}", mismatch.reason())
}

fn misfits(reply: &Reply, mismatch: &Mismatch) -> Error {
    fail(reply, misfit("the reply", mismatch, Some(&reply.sent())))
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
        .conceal(&reply.sent())
        .with_attempts(reply.head.attempts)
        .with_maybe_executed(reply.changes)
}
