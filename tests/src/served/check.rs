//! Requests against the document: which operation is meant, and everything that is wrong with the request.

use std::fmt;

use bytes::Bytes;
use hyper::Method;
use hyper::header::HeaderMap;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::same::same;

use super::body;
use super::document::{Document, Operation, Parameter, Place, essence, is_json};
use super::given::{differs, written};
use super::kind::Kinds;
use super::schema::Way;
use super::security;
use super::style::{Manner, Written, readings};
use super::template::Reading;

/// A request that was read to its end.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) method: Method,
    /// The path below that of the server, still encoded.
    pub(super) path: String,
    /// The pairs of the query, still encoded.
    pub(super) query: Vec<(String, String)>,
    pub(super) cookies: Vec<(String, String)>,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// What a request was meant to say, where that is known: it is compared with what arrived.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Meant {
    /// The operation, by method and template.
    pub operation: Option<String>,
    /// Values of parameters.
    pub parameters: Vec<(Place, String, Value)>,
    /// The body, or the parts of it.
    pub body: Option<Value>,
    /// The content type of the body.
    pub content_type: Option<String>,
}

/// What is wrong with a request: where, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// Where: `query parameter "limit"`.
    pub place: String,
    /// Why.
    pub why: String,
    /// The values, where there are some to show.
    pub with: String,
}

impl Issue {
    pub(super) fn new(place: impl Into<String>, why: impl Into<String>, with: impl Into<String>) -> Self {
        Self { place: place.into(), why: why.into(), with: with.into() }
    }
}

impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.why)
    }
}

impl Asked {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// A key, decoded.
    pub(super) fn key(&self, place: Place, name: &str) -> Option<String> {
        let named = |pairs: &[(String, String)]| {
            let found = pairs.iter().find(|(key, _)| decoded(key) == name);
            found.map(|(_, value)| decoded(value))
        };
        match place {
            Place::Header => self.header(name).map(str::to_owned),
            Place::Query => named(&self.query),
            Place::Cookie => named(&self.cookies),
            Place::Path => None,
        }
    }

    fn decoded_query(&self) -> Vec<(String, String)> {
        self.query.iter().map(|(name, value)| (decoded(name), decoded(value))).collect()
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// The operation that a request means, with every way to read its path; of those that are the same on the wire, the one that
/// was meant.
pub(super) fn route<'a>(
    document: &'a Document,
    asked: &Asked,
    meant: Option<&Meant>,
) -> Option<(&'a Operation, Vec<Reading>)> {
    let meant = meant.and_then(|meant| meant.operation.as_deref());
    let rank = |operation: &Operation| (operation.template.rank(), meant != Some(operation.name.as_str()));
    let query = asked.decoded_query();
    let fits = |method: &Method| {
        let all = document.operations.iter().filter(|operation| operation.method == *method);
        let found = all.map(|operation| (operation, operation.template.read(&asked.path, &query)));
        found.filter(|(_, readings)| !readings.is_empty()).min_by_key(|(operation, _)| rank(operation))
    };
    fits(&asked.method).or_else(|| if asked.method == Method::HEAD { fits(&Method::GET) } else { None })
}

/// Everything that is wrong with a request.
pub(super) async fn issues(
    document: &Document,
    operation: &Operation,
    paths: &[Reading],
    asked: &Asked,
    meant: Option<&Meant>,
) -> Vec<Issue> {
    let check = Check { document, operation, meant };
    let by_path = paths.iter().map(|path| check.path(path));
    let mut issues = by_path.min_by_key(Vec::len).unwrap_or_default();
    issues.extend(check.pairs(Place::Query, &asked.query));
    issues.extend(check.pairs(Place::Cookie, &asked.cookies));
    issues.extend(check.headers(asked));
    issues.extend(check.accept(asked));
    issues.extend(length(asked));
    issues.extend(check.body(asked).await);
    let security = security::issue(operation, asked, document);
    issues.extend(security.map(|why| Issue::new("security", why, "")));
    issues
}

struct Check<'a> {
    document: &'a Document,
    operation: &'a Operation,
    meant: Option<&'a Meant>,
}

impl Check<'_> {
    fn of(&self, place: Place) -> impl Iterator<Item = &Parameter> {
        self.operation.parameters.iter().filter(move |parameter| parameter.place == place)
    }

    fn path(&self, reading: &Reading) -> Vec<Issue> {
        let mut issues = Vec::new();
        for parameter in self.of(Place::Path) {
            let text = reading.iter().find(|(name, _)| *name == parameter.name).map(|(_, text)| text.as_str());
            issues.extend(self.parameter(parameter, text.map(Written::Text)));
        }
        issues
    }

    fn headers(&self, asked: &Asked) -> Vec<Issue> {
        let headers = self.of(Place::Header);
        headers.filter_map(|header| self.parameter(header, asked.header(&header.name).map(Written::Text))).collect()
    }

    /// `Accept` names media types of the document as they are written there; any is asked for where it names none.
    fn accept(&self, asked: &Asked) -> Option<Issue> {
        let plain = |media_type: &str| media_type.to_ascii_lowercase().replace(' ', "");
        let readable =
            self.operation.replies.iter().filter(|reply| {
                !reply.status.starts_with('1') && !["204", "205", "304"].contains(&reply.status.as_str())
            });
        let described: Vec<String> = readable.flat_map(|reply| &reply.media).map(|media| plain(&media.name)).collect();
        if asked.method == Method::HEAD || described.iter().any(|name| name.contains('*')) {
            return None;
        }
        // A request without the header takes any (RFC 9110, section 12.5.1).
        let accept = asked.header("accept")?;
        let told = |range: &str| {
            let range = plain(range);
            let (range, quality) = range.rsplit_once(";q=").unwrap_or((&range, "1"));
            quality.parse::<f32>().is_ok()
                && (described.iter().any(|name| name == range) || range == "*/*" && accept == range)
        };
        let wrong = accept.split(',').find(|range| !told(range))?;
        Some(Issue::new("header `accept`", format!("`{}` is none that the document describes", wrong.trim()), accept))
    }

    /// The query or the cookies: each parameter, and pairs that are of none.
    fn pairs(&self, place: Place, pairs: &[(String, String)]) -> Vec<Issue> {
        let mut issues = Vec::new();
        for parameter in self.of(place) {
            // The members of an object may have any names but those of other parameters.
            let is_other = |name: &str| self.of(place).any(|other| other.name == name && other.name != parameter.name);
            let pairs: Vec<_> = pairs.iter().filter(|(name, _)| !is_other(&decoded(name))).cloned().collect();
            issues.extend(self.parameter(parameter, Some(Written::Pairs(&pairs))));
        }
        for (name, _) in pairs {
            let name = decoded(name);
            let known = self
                .of(place)
                .any(|parameter| Manner::of(parameter, self.document).claims(&name, &self.document.value));
            let fixed = place == Place::Query && self.operation.template.has_query(&name);
            // A header of this name is a text like any other.
            let fixed = fixed
                || place == Place::Cookie && self.of(Place::Header).any(|one| one.name.eq_ignore_ascii_case("cookie"));
            if !known && !fixed && !security::claims(self.document, place, &name) {
                issues.push(Issue::new(format!("{} `{name}`", noun(place)), "there is none of this name", ""));
            }
        }
        issues
    }

    fn parameter(&self, parameter: &Parameter, written: Option<Written<'_>>) -> Option<Issue> {
        let issue =
            |why: &str, with: String| Issue::new(format!("{} `{}`", noun(parameter.place), parameter.name), why, with);
        let manner = Manner::of(parameter, self.document);
        let found = written.and_then(|written| readings(&manner, written, &self.document.value));
        let meant = self.meant.map(|meant| {
            let mut values = meant.parameters.iter();
            let found = values.find(|(place, name, _)| (*place, name) == (parameter.place, &parameter.name));
            found.map_or(&Value::Null, |(.., value)| value)
        });
        let Some(found) = found else {
            let lost = meant.is_some_and(|meant| !is_nothing(meant));
            let why = if lost { "it was given, and did not arrive" } else { "it is required, and was not sent" };
            return (lost || parameter.required).then(|| issue(why, String::new()));
        };
        let arrived = || found.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ");
        if let Some(meant) = meant
            && !found.iter().any(|value| alike(meant, value, !parameter.json))
        {
            return Some(issue("what arrived is not what was given", format!("{meant} and {}", arrived())));
        }
        if found.is_empty() {
            return Some(issue("it is not written as the document says", String::new()));
        }
        let mut faults = found.iter().map(|value| self.document.faults(Way::Sent, &parameter.schema, value));
        let first = faults.next()?;
        (!first.is_empty() && !faults.any(|faults| faults.is_empty()))
            .then(|| issue("it is not valid", format!("{}: {}", arrived(), first.join("; "))))
    }

    async fn body(&self, asked: &Asked) -> Option<Issue> {
        let issue = |why: &str, with: String| Some(Issue::new("body", why, with));
        let content_type = asked.header("content-type");
        let meant = self.meant.and_then(|meant| meant.body.as_ref());
        let Some(body) = &self.operation.body else {
            return if asked.body.is_empty() { None } else { issue("there is none in the document", String::new()) };
        };
        let Some(content_type) = content_type else {
            let lost = meant.is_some() || !asked.body.is_empty();
            let why = if lost { "it has no content type" } else { "it is required, and was not sent" };
            return if lost || (body.required && !body.media.is_empty()) { issue(why, String::new()) } else { None };
        };
        if let Some(wanted) = self.meant.and_then(|meant| meant.content_type.as_deref())
            && !body::fits(&essence(wanted), &essence(content_type))
        {
            return issue("it has another content type", format!("{wanted} and {content_type}"));
        }
        let Some(media) = body::media(&body.media, content_type) else {
            return issue("its content type is not in the document", content_type.to_owned());
        };
        let value = match body::read(media, content_type, asked.body.clone(), meant, self.document).await {
            Ok(value) => value,
            Err(why) => return issue("it cannot be read", why),
        };
        if let Some(meant) = meant
            && !alike(meant, &value, !is_json(&essence(content_type)))
        {
            let at = differs(meant, &value, "").unwrap_or_default();
            return issue("what arrived is not what was given", format!("at `{at}`: {meant} and {value}"));
        }
        let schema = media.schema.as_ref().filter(|schema| {
            // Of a form that is said to be a text there is nothing to hold its parts against.
            let kinds = Kinds::of(self.document.schema(schema), &self.document.value);
            kinds.object || !essence(content_type).starts_with("multipart/")
        });
        let faults = schema.map(|schema| self.document.faults(Way::Sent, schema, &value));
        let faults = faults.filter(|faults| !faults.is_empty());
        faults.and_then(|faults| issue("it is not valid", format!("{value}: {}", faults.join("; "))))
    }
}

/// A request that may have a body says how long it is, also where it has none (RFC 9110, section 8.6).
fn length(asked: &Asked) -> Option<Issue> {
    let may_have_one = [Method::POST, Method::PUT, Method::PATCH].contains(&asked.method);
    let is_told = ["content-length", "transfer-encoding"].iter().any(|name| asked.headers.contains_key(*name));
    (may_have_one && !is_told).then(|| Issue::new("body", "nothing says how long it is", ""))
}

fn noun(place: Place) -> &'static str {
    match place {
        Place::Path => "path parameter",
        Place::Query => "query parameter",
        Place::Header => "header",
        Place::Cookie => "cookie",
    }
}

/// Whether a value leaves nothing to send.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().all(Value::is_null),
        Value::Object(members) => members.values().all(Value::is_null),
        _ => false,
    }
}

/// Whether two values are the same where `null` inside of lists and objects is left out, and in a `form` what is empty.
fn alike(meant: &Value, found: &Value, form: bool) -> bool {
    let [meant, found] = [meant, found].map(without_null);
    same(&meant, &found) || (form && same(&left(&meant), &left(&found)))
}

/// What a form can say of a value.
fn left(value: &Value) -> Value {
    written(value).unwrap_or_else(|| Value::Object(Map::new()))
}

fn without_null(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().filter(|item| !item.is_null()).map(without_null).collect(),
        Value::Object(members) => {
            let members = members.iter().filter(|(_, member)| !member.is_null());
            Value::Object(members.map(|(name, member)| (name.clone(), without_null(member))).collect::<Map<_, _>>())
        }
        plain => plain.clone(),
    }
}
