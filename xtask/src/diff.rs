//! `diff`: what changed between two documents for those who use the crate, and what of it breaks their code.
//!
//! Both documents are lowered first, so that two ways to write the same thing are no change. What counts as breaking follows
//! from how types are generated: a member that is new in a reply is fine, because such structs are open; one that a request
//! now requires is an argument of its `new`. The lock may soften what is said here: a sent member that is gone stays for a
//! while, deprecated.

mod schema;

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Context, Result};
use logto_generator::load;
use logto_generator::lower::{self, Dialect};
use logto_generator::prose;
use logto_generator::walk::METHODS;
use serde_json::Value;

use crate::source;

/// What differs between two documents.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Diff {
    /// Operations that are new, with method and path.
    pub added: Vec<String>,
    /// Operations that are gone, with method and path. Each breaks code.
    pub removed: Vec<String>,
    /// What changed in operations that both have.
    pub changed: BTreeMap<String, Vec<Change>>,
}

/// One change of an operation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// Which part: `query page`, `body.profile.name`, `reply[].id`.
    pub place: String,
    /// What happened to it.
    pub what: String,
    /// Whether code that compiled may no longer.
    pub breaks: bool,
}

/// Compares two documents, each a file or a URL.
pub fn run(old: &str, new: &str) -> Result<Diff> {
    Ok(compare(&read(old)?, &read(new)?))
}

fn read(path: &str) -> Result<Value> {
    let source = source::read(path)?;
    lowered(&source.bytes).with_context(|| format!("cannot compare {}", source.origin))
}

/// A document as it is compared.
pub fn lowered(bytes: &[u8]) -> Result<Value> {
    let mut document = load::document(bytes)?;
    prose::note_facts(&mut document.value);
    Ok(lower::lower(document, &Dialect::Logto { floats: Default::default() }, &load::Files::NONE)?.value)
}

/// Compares two lowered documents.
pub fn compare(old: &Value, new: &Value) -> Diff {
    let (before, after) = (operations(old), operations(new));
    let mut diff = Diff::default();
    for (id, operation) in &after {
        match before.get(id) {
            None => diff.added.push(format!("{id} ({operation})")),
            Some(earlier) => {
                let mut changes = Changes::default();
                compare_operation(old, earlier, new, operation, &mut changes);
                changes.list.sort();
                changes.list.dedup();
                if !changes.list.is_empty() {
                    diff.changed.insert(id.clone(), changes.list);
                }
            }
        }
    }
    let gone = before.iter().filter(|(id, _)| !after.contains_key(*id));
    diff.removed.extend(gone.map(|(id, operation)| format!("{id} ({operation})")));
    diff
}

impl Diff {
    /// How many changes break code.
    pub fn breaking(&self) -> usize {
        self.removed.len() + self.changed.values().flatten().filter(|change| change.breaks).count()
    }
}

/// Collects changes.
#[derive(Default)]
struct Changes {
    list: Vec<Change>,
}

impl Changes {
    fn fine(&mut self, place: &str, what: impl Into<String>) {
        self.list.push(Change { place: place.into(), what: what.into(), breaks: false });
    }

    fn breaks(&mut self, place: &str, what: impl Into<String>) {
        self.list.push(Change { place: place.into(), what: what.into(), breaks: true });
    }
}

/// An operation and where it is.
struct Operation<'a> {
    method: &'a str,
    path: &'a str,
    value: &'a Value,
    shared: Option<&'a Value>,
}

impl fmt::Display for Operation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method.to_uppercase(), self.path)
    }
}

/// By operation id, or by method and path where there is none.
fn operations(document: &Value) -> BTreeMap<String, Operation<'_>> {
    let mut operations = BTreeMap::new();
    for (path, item) in document.get("paths").and_then(Value::as_object).into_iter().flatten() {
        for method in METHODS {
            let Some(value) = item.get(method) else { continue };
            let operation = Operation { method, path, value, shared: item.get("parameters") };
            let id = value.get("operationId").and_then(Value::as_str).map_or_else(|| operation.to_string(), Into::into);
            operations.insert(id, operation);
        }
    }
    operations
}

fn compare_operation(old: &Value, before: &Operation<'_>, new: &Value, after: &Operation<'_>, changes: &mut Changes) {
    if (before.method, before.path) != (after.method, after.path) {
        changes.fine("route", format!("{before} is now {after}"));
    }
    let tag = |operation: &Operation<'_>| {
        operation.value.pointer("/tags/0").and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    if tag(before) != tag(after) {
        changes.breaks("feature", format!("its tag was `{}` and is `{}`", tag(before), tag(after)));
    }
    let flag =
        |operation: &Operation<'_>| operation.value.get("deprecated").is_some_and(|deprecated| *deprecated == true);
    if !flag(before) && flag(after) {
        changes.fine("operation", "is deprecated now");
    }
    if before.value.get("security") != after.value.get("security") {
        changes.fine("security", "other requirements");
    }
    compare_parameters(old, before, new, after, changes);
    compare_body(old, before, new, after, changes);
    compare_reply(old, before, new, after, changes);
}

/// By place and name.
type Parameters<'a> = BTreeMap<(&'a str, &'a str), &'a Value>;

fn parameters<'a>(document: &'a Value, operation: &Operation<'a>) -> Parameters<'a> {
    let lists = [operation.shared, operation.value.get("parameters")];
    let all = lists.into_iter().flatten().filter_map(Value::as_array).flatten();
    all.filter_map(|parameter| {
        let parameter = schema::resolve(document, parameter);
        Some(((parameter.get("in")?.as_str()?, parameter.get("name")?.as_str()?), parameter))
    })
    .collect()
}

fn compare_parameters(old: &Value, before: &Operation<'_>, new: &Value, after: &Operation<'_>, changes: &mut Changes) {
    let required = |parameter: &Value| parameter.get("required").is_some_and(|required| *required == true);
    let (before, after) = (parameters(old, before), parameters(new, after));
    for ((place, name), parameter) in &after {
        let here = format!("{place} {name}");
        match before.get(&(*place, *name)) {
            None if required(parameter) => changes.breaks(&here, "new, required"),
            None => changes.fine(&here, "new"),
            Some(earlier) => {
                if required(earlier) != required(parameter) {
                    changes.breaks(&here, if required(parameter) { "required now" } else { "optional now" });
                }
                let (before, after) = (earlier.get("schema"), parameter.get("schema"));
                schema::compare((old, before), (new, after), &here, schema::Direction::Sent, changes);
            }
        }
    }
    for (place, name) in before.keys().filter(|key| !after.contains_key(*key)) {
        changes.breaks(&format!("{place} {name}"), "gone");
    }
}

fn compare_body(old: &Value, before: &Operation<'_>, new: &Value, after: &Operation<'_>, changes: &mut Changes) {
    let body = |document, operation: &Operation<'_>| {
        operation.value.get("requestBody").map(|body| schema::resolve(document, body).clone())
    };
    let (before, after) = match (body(old, before), body(new, after)) {
        (None, None) => return,
        (None, Some(_)) => return changes.breaks("body", "new"),
        (Some(_), None) => return changes.breaks("body", "gone"),
        (Some(before), Some(after)) => (before, after),
    };
    let required = |body: &Value| body.get("required").is_some_and(|required| *required == true);
    if required(&before) != required(&after) {
        changes.breaks("body", if required(&after) { "required now" } else { "optional now" });
    }
    compare_content((old, &before), (new, &after), "body", schema::Direction::Sent, changes);
}

/// The media types of both sides, and the schema of the one that is JSON or stands first.
fn compare_content(
    (old, before): (&Value, &Value),
    (new, after): (&Value, &Value),
    here: &str,
    direction: schema::Direction,
    changes: &mut Changes,
) {
    let content = |body: &Value| body.get("content").and_then(Value::as_object).cloned().unwrap_or_default();
    let (before, after) = (content(before), content(after));
    let main = |content: &serde_json::Map<String, Value>| {
        let json = content.keys().find(|media| media.contains("json"));
        json.or_else(|| content.keys().next()).cloned()
    };
    match (main(&before), main(&after)) {
        (None, None) => {}
        (None, Some(_)) => changes.breaks(here, "has content now"),
        (Some(_), None) => changes.breaks(here, "has no content any more"),
        (Some(one), Some(other)) if one != other => changes.breaks(here, format!("was {one} and is {other}")),
        (Some(media), Some(_)) => {
            let of = |content: &serde_json::Map<String, Value>| {
                content.get(&media).and_then(|content| content.get("schema")).cloned()
            };
            let (before, after) = (of(&before), of(&after));
            schema::compare((old, before.as_ref()), (new, after.as_ref()), here, direction, changes);
        }
    }
}

fn compare_reply(old: &Value, before: &Operation<'_>, new: &Value, after: &Operation<'_>, changes: &mut Changes) {
    let replies = |document, operation: &Operation<'_>| {
        let all = operation.value.get("responses").and_then(Value::as_object).cloned().unwrap_or_default();
        let good = all.into_iter().filter(|(status, _)| status.starts_with('2') || status.starts_with('3'));
        good.map(|(status, reply)| (status, schema::resolve(document, &reply).clone())).collect::<BTreeMap<_, _>>()
    };
    let (before, after) = (replies(old, before), replies(new, after));
    let statuses = |replies: &BTreeMap<String, Value>| replies.keys().cloned().collect::<Vec<_>>().join(", ");
    if !before.keys().eq(after.keys()) {
        changes.fine("reply", format!("status was {} and is {}", statuses(&before), statuses(&after)));
    }
    match (before.values().next(), after.values().next()) {
        (Some(before), Some(after)) => {
            compare_content((old, before), (new, after), "reply", schema::Direction::Received, changes)
        }
        (None, None) => {}
        _ => changes.breaks("reply", "is another"),
    }
}

impl fmt::Display for Diff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for operation in &self.removed {
            writeln!(f, "- {operation}: gone (breaks code)")?;
        }
        for operation in &self.added {
            writeln!(f, "+ {operation}: new")?;
        }
        for (operation, changes) in &self.changed {
            writeln!(f, "~ {operation}")?;
            for Change { place, what, breaks } in changes {
                writeln!(f, "    {place}: {what}{}", if *breaks { " (breaks code)" } else { "" })?;
            }
        }
        let (added, changed, removed) = (self.added.len(), self.changed.len(), self.removed.len());
        write!(
            f,
            "operations: {added} new, {changed} changed, {removed} gone; changes that break code: {}",
            self.breaking()
        )
    }
}
