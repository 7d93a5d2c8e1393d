//! One call of one operation: the values that it is made with, and what came of it.

use std::cell::RefCell;
use std::fmt::Debug;
use std::sync::Arc;

use logto_generator::sample::Fill;
use logto_runtime::{FilePart, Multipart};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::answer::Choice;
use super::body;
use super::called::ReadFailure;
use super::check::Meant;
use super::document::{Document, Media, Operation, Place, essence};
use super::given::{file, fitting, is_written, plain, written};
use super::kind::Kinds;
use super::sampled::sampled;
use super::schema::{Way, follow};

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

impl Case {
    pub(super) fn new(
        document: &Arc<Document>,
        operation: usize,
        media: Option<&'static str>,
        full: bool,
        choice: Choice,
    ) -> Self {
        let name = document.operations.get(operation).map(|operation| operation.name.clone());
        let content_type = media.map(str::to_owned);
        let meant = RefCell::new(Meant { operation: name, content_type, ..Meant::default() });
        Self { document: Arc::clone(document), operation, media, full, choice, meant, failures: RefCell::default() }
    }

    /// Whether everything is given, and not only what is required.
    pub fn is_full(&self) -> bool {
        self.full || self.needs_more()
    }

    /// Whether parts that are required are not all that a body needs, as where one of several others is.
    fn needs_more(&self) -> bool {
        let parts = self.media.is_some_and(|media| essence(media).starts_with("multipart/"));
        let Some(pointer) = self.media().filter(|_| parts).and_then(|media| media.schema.as_deref()) else {
            return false;
        };
        let Ok(mut little) = sampled(&self.document, Way::Sent, pointer, Fill::Required, self.choice.seed) else {
            return false;
        };
        let required = required(self.document.schema(pointer), &self.document.value, 0);
        little.as_object_mut().into_iter().for_each(|parts| parts.retain(|name, _| required.contains(&name.as_str())));
        !self.document.faults(Way::Sent, pointer, &little).is_empty()
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
        let mut last = String::new();
        let mut empty = None;
        for (fill, more) in (0..4).flat_map(|more| [(fill, more), (Fill::Every, more)]) {
            match sampled(&self.document, Way::Sent, pointer, fill, self.choice.seed + more) {
                Ok(mut value) => match value.get_mut(name).map(Value::take).filter(|part| !part.is_null()) {
                    // A list without items has no part.
                    Some(part) if part.as_array().is_some_and(Vec::is_empty) => empty = Some(part),
                    Some(part) => return Ok(part),
                    None => last = format!("no value of the body has the part `{name}`"),
                },
                Err(why) => last = why,
            }
        }
        empty.ok_or(Unsent::NoValue(last))
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

/// The members that every value of a schema has.
fn required<'a>(schema: &'a Value, document: &'a Value, depth: usize) -> Vec<&'a str> {
    const DEEPEST: usize = 24;
    let Some(schema) = follow(schema, document).filter(|_| depth < DEEPEST) else { return Vec::new() };
    let own = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let parts = schema["allOf"].as_array().into_iter().flatten();
    own.chain(parts.flat_map(|part| required(part, document, depth + 1))).collect()
}
