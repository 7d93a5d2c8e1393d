//! One call of one operation: the values that it is made with, and what came of it.

use std::cell::RefCell;
use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use logto_generator::sample::Fill;
use logto_runtime::{
    Content, Download, Error, FilePart, HeaderMap, Json, Multipart, Page, Receiving, Redirect, Response,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::answer::Choice;
use super::body;
use super::check::Meant;
use super::document::{Document, Media, Operation, Place, essence};
use super::given::{file, fitting, is_written, plain, written};
use super::kind::Kinds;
use super::sampled::sampled;
use super::schema::Way;

/// What a file holds that is sent.
pub(super) const FILE: &str = "a small file";

/// One call: hands out values of the document's own schemas, and remembers them, so that they can be compared with what
/// arrives.
#[derive(Debug)]
pub struct Case {
    document: Arc<Document>,
    operation: usize,
    media: Option<&'static str>,
    full: bool,
    choice: Choice,
    meant: RefCell<Meant>,
    failures: RefCell<Vec<(&'static str, ReadFailure)>>,
}

/// Why a call was not made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unsent {
    /// No valid value can be made for something that it needs.
    NoValue(String),
    /// A valid value does not fit the type that takes it: what, and the value.
    Misfit(String, String),
}

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

impl Case {
    pub(super) fn new(
        document: &Arc<Document>,
        operation: usize,
        media: Option<&'static str>,
        full: bool,
        choice: Choice,
    ) -> Self {
        let meant = RefCell::new(Meant { content_type: media.map(str::to_owned), ..Meant::default() });
        Self { document: Arc::clone(document), operation, media, full, choice, meant, failures: RefCell::default() }
    }

    /// Whether everything is given, and not only what is required.
    pub fn is_full(&self) -> bool {
        self.full
    }

    /// A value of a parameter.
    ///
    /// # Errors
    ///
    /// There is no valid one, or it does not fit.
    pub fn value<T: DeserializeOwned + Serialize>(&self, place: Place, name: &str) -> Result<T, Unsent> {
        let value = self.parameter(place, name)?;
        let what = format!("parameter `{name}`");
        // A text may be a boolean or a number in the crate: it is written as the same text.
        let plain =
            || serde_json::from_str::<Value>(value.as_str()?).ok().and_then(|plain| fitting(&plain, &what).ok());
        let typed = fitting(&value, &what).or_else(|unsent| plain().ok_or(unsent))?;
        self.meant.borrow_mut().parameters.push((place, name.to_owned(), value));
        Ok(typed)
    }

    /// A list of values of a parameter.
    ///
    /// # Errors
    ///
    /// As [`Case::value`].
    pub fn list<T: DeserializeOwned + Serialize>(&self, place: Place, name: &str) -> Result<Vec<T>, Unsent> {
        let value = self.parameter(place, name)?;
        let list = if value.is_array() { value.clone() } else { json!([value]) };
        let typed = fitting(&list, &format!("parameter `{name}`"))?;
        self.meant.borrow_mut().parameters.push((place, name.to_owned(), value));
        Ok(typed)
    }

    /// A value of a parameter that is given as a text.
    ///
    /// # Errors
    ///
    /// There is no valid one.
    pub fn text(&self, place: Place, name: &str) -> Result<String, Unsent> {
        let value = self.parameter(place, name)?;
        let text = plain(&value);
        self.meant.borrow_mut().parameters.push((place, name.to_owned(), value));
        Ok(text)
    }

    /// The number of a page.
    pub fn page(&self) -> u64 {
        self.counter("page", 1)
    }

    /// The size of a page.
    pub fn page_size(&self) -> u64 {
        self.counter("page_size", 10)
    }

    fn counter(&self, name: &str, value: u64) -> u64 {
        self.meant.borrow_mut().parameters.push((Place::Query, name.to_owned(), json!(value)));
        value
    }

    fn parameter(&self, place: Place, name: &str) -> Result<Value, Unsent> {
        if place == Place::Header && name.eq_ignore_ascii_case("content-type") {
            // The document says a range, and callers say which type of it.
            let range = self.media().map_or("*/*", |media| media.name.as_str());
            let kind = range.replace("*/*", "application/octet-stream").replace('*', "png");
            self.meant.borrow_mut().content_type = Some(kind.clone());
            return Ok(Value::from(kind));
        }
        let known =
            self.operation().parameters.iter().find(|known| (known.place, known.name.as_str()) == (place, name));
        let Some(known) = known else {
            return Err(Unsent::Misfit(format!("the document has no parameter `{name}` there"), String::new()));
        };
        let mut last = String::new();
        // A value that leaves nothing to write is none.
        for more in 0..4 {
            match sampled(&self.document, Way::Sent, &known.schema, Fill::Every, self.choice.seed + more) {
                Ok(value) if is_written(&value, place) => return Ok(value),
                Ok(value) => last = format!("{value} leaves nothing to write of `{name}`"),
                Err(why) => last = why,
            }
        }
        Err(Unsent::NoValue(last))
    }

    /// The body.
    ///
    /// # Errors
    ///
    /// There is no valid one, or it does not fit.
    pub fn body<T: DeserializeOwned + Serialize>(&self) -> Result<T, Unsent> {
        let value = self.whole_body()?;
        let typed = fitting(&value, "the body")?;
        self.meant.borrow_mut().body = Some(value);
        Ok(typed)
    }

    /// The body as a text.
    ///
    /// # Errors
    ///
    /// There is no valid one.
    pub fn body_text(&self) -> Result<String, Unsent> {
        let value = self.whole_body()?;
        let text = plain(&value);
        self.meant.borrow_mut().body = Some(value);
        Ok(text)
    }

    /// A part of the body.
    ///
    /// # Errors
    ///
    /// As [`Case::body`].
    pub fn part<T: DeserializeOwned + Serialize>(&self, name: &str) -> Result<T, Unsent> {
        let value = self.part_value(name)?;
        let typed = fitting(&value, &format!("part `{name}`"))?;
        self.put_part(name, value);
        Ok(typed)
    }

    /// Parts of the body that have one name.
    ///
    /// # Errors
    ///
    /// As [`Case::body`].
    pub fn parts<T: DeserializeOwned + Serialize>(&self, name: &str) -> Result<Vec<T>, Unsent> {
        self.part(name)
    }

    /// A part of the body that is given as a text.
    ///
    /// # Errors
    ///
    /// There is no valid one.
    pub fn part_text(&self, name: &str) -> Result<String, Unsent> {
        let value = self.part_value(name)?;
        let text = plain(&value);
        self.put_part(name, value);
        Ok(text)
    }

    /// Parts of the body that have one name and are given as texts.
    ///
    /// # Errors
    ///
    /// There is none that is valid.
    pub fn part_texts(&self, name: &str) -> Result<Vec<String>, Unsent> {
        let value = self.part_value(name)?;
        let texts = value.as_array().map_or_else(|| vec![plain(&value)], |items| items.iter().map(plain).collect());
        self.put_part(name, value);
        Ok(texts)
    }

    /// A small file as a part of the body.
    pub fn file(&self, name: &str, mime: &str) -> FilePart {
        self.put_part(name, json!(FILE));
        file(mime)
    }

    /// Two small files as parts of the body.
    pub fn files(&self, name: &str, mime: &str) -> Vec<FilePart> {
        self.put_part(name, json!([FILE, FILE]));
        vec![file(mime), file(mime)]
    }

    /// A body of parts that the document says nothing about.
    pub fn multipart(&self) -> Multipart {
        self.put_part("part", json!("a part"));
        Multipart::new().part("part", "a part")
    }

    fn put_part(&self, name: &str, value: Value) {
        let mut meant = self.meant.borrow_mut();
        let body = meant.body.get_or_insert_with(|| Value::Object(Map::new()));
        body[name] = value;
    }

    fn part_value(&self, name: &str) -> Result<Value, Unsent> {
        let pointer = self.media().and_then(|media| media.schema.as_deref());
        let pointer = pointer
            .ok_or_else(|| Unsent::Misfit("the document has no schema of the body".to_owned(), String::new()))?;
        let fill = if self.full { Fill::Every } else { Fill::Required };
        // What is optional too: a setter may ask for it.
        let values =
            [fill, Fill::Every].map(|fill| sampled(&self.document, Way::Sent, pointer, fill, self.choice.seed));
        let mut last = String::new();
        for value in values {
            match value {
                Ok(mut value) => {
                    if let Some(part) = value.get_mut(name).map(Value::take).filter(|part| !part.is_null()) {
                        return Ok(part);
                    }
                    last = format!("no value of the body has the part `{name}`");
                }
                Err(why) => last = why,
            }
        }
        Err(Unsent::NoValue(last))
    }

    fn whole_body(&self) -> Result<Value, Unsent> {
        let fill = if self.full { Fill::Every } else { Fill::Required };
        match self.media().map(|media| media.schema.as_deref()) {
            Some(Some(pointer)) => {
                let value = |fill| sampled(&self.document, Way::Sent, pointer, fill, self.choice.seed);
                let little = value(fill).map_err(Unsent::NoValue)?;
                if !self.is_form() || written(&little).unwrap_or_else(|| json!({})) == little {
                    return Ok(little);
                }
                let much = value(Fill::Every).unwrap_or(little);
                Ok(written(&much).unwrap_or(much))
            }
            Some(None) => Ok(json!("anything")),
            None => Err(Unsent::Misfit(
                format!("the document has no {} there", self.media.unwrap_or("body")),
                String::new(),
            )),
        }
    }

    fn media(&self) -> Option<&Media> {
        let all = &self.operation().body.as_ref()?.media;
        // Of a range callers say which type it is, so the crate has none of its own.
        body::media(all, self.media?).or_else(|| all.iter().find(|media| media.name.ends_with("/*")))
    }

    fn is_form(&self) -> bool {
        self.media.is_some_and(|media| essence(media) == "application/x-www-form-urlencoded")
    }

    pub(super) fn operation(&self) -> &Operation {
        &self.document.operations[self.operation]
    }

    pub(super) fn choice(&self) -> &Choice {
        &self.choice
    }

    pub(super) fn meant(&self) -> Meant {
        self.meant.borrow().clone()
    }

    /// The parameters that were not asked for, though everything was to be given.
    pub(super) fn left_out(&self) -> Vec<String> {
        let meant = self.meant.borrow();
        let given =
            |place, name: &str| meant.parameters.iter().any(|(at, known, _)| (*at, known.as_str()) == (place, name));
        let parameters = self.operation().parameters.iter();
        parameters.filter(|known| !given(known.place, &known.name)).map(|known| known.name.clone()).collect()
    }

    /// Tells how replies of these statuses are read.
    pub fn fails(&self, statuses: &[&'static str], read: ReadFailure) {
        self.failures.borrow_mut().extend(statuses.iter().map(|status| (*status, read)));
    }

    pub(super) fn failure(&self, status: &str) -> Option<ReadFailure> {
        self.failures.borrow().iter().find(|(known, _)| *known == status).map(|(_, read)| *read)
    }

    /// Whether the schema at a pointer says anything about JSON.
    pub(super) fn is_typed(&self, pointer: &str) -> bool {
        let kinds = Kinds::of(self.document.schema(pointer), &self.document.value);
        !(kinds.object && kinds.array && kinds.scalar)
    }
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
