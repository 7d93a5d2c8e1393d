//! What the body of an error says.

use bytes::Bytes;
use serde_json::{Map, Value};

use super::conceal::Concealed;
use crate::memory;
use crate::profile::ErrorShape;

/// The longest code and text that are kept for `Display`.
const LONGEST_CODE: usize = 128;
const LONGEST_TEXT: usize = 500;

/// The parts of an error body; each may be missing, because proxies answer too.
#[derive(Clone, Default)]
pub(crate) struct ErrorBody {
    pub(crate) code: Option<String>,
    /// Whether `Display` does not show the code.
    is_code_hidden: bool,
    pub(crate) message: Option<String>,
    /// The message as `Display` shows it.
    pub(crate) shown: Option<String>,
    pub(crate) details: Option<String>,
    pub(crate) data: Option<Value>,
    /// `error` of an OAuth reply (RFC 6749, section 5.2).
    pub(crate) oauth: Option<String>,
    /// `error_description` of an OAuth reply.
    pub(crate) description: Option<String>,
    /// The body itself.
    pub(crate) raw: Bytes,
}

impl ErrorBody {
    /// Reads a body. Whatever is not a JSON object gives an empty one.
    pub(crate) fn parse(bytes: &[u8], shape: Option<&ErrorShape>) -> Self {
        let Some(Value::Object(mut members)) = memory::parse(bytes) else {
            return Self::default();
        };
        let Some(shape) = shape else { return Self::usual(members) };
        let mut text = |name: &str| match members.remove(name) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        };
        let code = text(shape.code).filter(|code| is_code(code));
        let message = text(shape.message);
        let details = text(shape.details);
        let oauth = text("error").filter(|code| is_code(code));
        let description = text("error_description");
        let shown = message.as_deref().or(description.as_deref()).map(clean);
        let data = members.remove(shape.data).filter(|data| !data.is_null());
        Self { code, message, shown, details, data, oauth, description, ..Self::default() }
    }

    /// Keeps the body itself too.
    pub(crate) fn keeping(self, raw: Bytes) -> Self {
        Self { raw, ..self }
    }

    /// Reads a body of which nobody has said how it is written.
    fn usual(members: Map<String, Value>) -> Self {
        let within = |name: &str| match members.get(name) {
            Some(Value::Object(error)) => Some(error),
            Some(Value::Array(errors)) => errors.first().and_then(Value::as_object),
            _ => None,
        };
        // From the outside to the inside, so that what is said of the whole goes before what is said of a part.
        let places = [Some(&members), within("error"), within("errors"), within("detail")];
        let find = |names: &[&str], is: fn(&str) -> bool| {
            let texts = |place| names.iter().filter_map(move |name| scalar(place, name));
            places.iter().flatten().copied().flat_map(texts).find(|text| is(text))
        };
        let code = find(&["code", "error_code", "errorCode"], is_code)
            .or_else(|| find(&["error", "type"], |text| is_code(text) && text != "about:blank"));
        let message = find(&["message", "detail", "error_description", "error_message", "msg"], is_said)
            .or_else(|| find(&["title", "error", "errors", "description", "reason"], is_said))
            .filter(|message| Some(message) != code.as_ref());
        let details = find(&["details", "title"], is_said).filter(|details| Some(details) != message.as_ref());
        let data = ["data", "errors", "details"].into_iter().find_map(|name| members.get(name));
        let data = data.filter(|data| data.is_object() || data.is_array()).cloned();
        let shown = message.as_deref().map(clean);
        let oauth = scalar(&members, "error").filter(|error| is_code(error));
        let description = scalar(&members, "error_description");
        Self { code, message, shown, details, data, oauth, description, ..Self::default() }
    }

    /// The code as `Display` shows it.
    pub(crate) fn shown_code(&self) -> Option<&str> {
        self.code.as_deref().or(self.oauth.as_deref()).filter(|_| !self.is_code_hidden)
    }

    /// Takes values that were sent out of what `Display` shows: servers like to repeat them, in codes too, and in other forms.
    pub(crate) fn conceal(&mut self, sent: &Concealed) {
        // What is left of a code without a part of it would be another one.
        self.is_code_hidden |= self.shown_code().is_some_and(|code| sent.is_in(code));
        let Some(said) = self.message.as_ref().or(self.description.as_ref()) else { return };
        let beginning: String = said.chars().take(LONGEST_TEXT).collect();
        self.shown = Some(clean(&sent.hide(&beginning)));
    }
}

/// A text, or a number as one.
fn scalar(place: &Map<String, Value>, name: &str) -> Option<String> {
    match place.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(texts) => texts.first()?.as_str().map(str::to_owned),
        _ => None,
    }
}

fn is_said(text: &str) -> bool {
    !text.trim().is_empty()
}

fn is_code(text: &str) -> bool {
    !text.is_empty() && text.len() <= LONGEST_CODE && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn clean(text: &str) -> String {
    text.trim().chars().take(LONGEST_TEXT).map(|c| if c.is_control() { ' ' } else { c }).collect()
}
