//! Replies that a real server gave, against the types that read them.
//!
//! The recordings lie beside the project and not in it. Where they are absent the check says so and passes.

use std::fmt::{Debug, Write as _};
use std::fs;
use std::io::Write as _;

use hyper::Method;
use logto_generator::sample::{Fill, follow, sample, variants};
use logto_runtime::Json;
use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::fake::document::{Document, Operation, root};
use crate::same::same;

/// Where the recordings are, from the root of the workspace.
const CALLS: &str = "../shared/wire/recorded-calls.jsonl";
/// A document of the oldest release that is read, from the root of the workspace.
const OLDEST: &str = "../shared/specs/logto/management-1.34.0.json";
/// Payloads of these operations carry more than is documented, and all of it is kept.
const KEPT_WHOLE: [&str; 6] =
    ["ListLogs", "GetLog", "ListHookRecentLogs", "ListUserGrants", "ListUserSessions", "GetUserSession"];

/// A body that was read by its type: written again, and as `Debug` shows it. Or why it cannot be read.
pub type Again = Result<(Value, String), String>;

/// Reads a body as a type.
///
/// # Errors
///
/// When the body does not fit, with the place.
pub fn reply<T: Json + Debug>(body: Value) -> Again {
    let value = T::from_json(body).map_err(|mismatch| mismatch.to_string())?;
    Ok((value.to_json(), format!("{value:?}")))
}

/// Reads a page whose items are inside a member.
///
/// # Errors
///
/// When the member is not there or its items do not fit.
pub fn page<T: Json + Debug>(member: &str, mut body: Value) -> Again {
    let items = body.get_mut(member).map(Value::take).ok_or_else(|| format!("no member `{member}`"))?;
    let (items, debug) = reply::<Vec<T>>(items)?;
    body[member] = items;
    Ok((body, debug))
}

/// Reads every recorded success with JSON: it must be read, written again unchanged, know every value that the document
/// lists, and still be read without the members that are younger than the oldest release.
///
/// # Panics
///
/// When a body fails, with all that failed; or when fewer than 200 were there to be read.
pub fn check(again: impl Fn(&str, Value) -> Option<Again>) {
    let Ok(lines) = fs::read_to_string(root().join(CALLS)) else {
        println!("skipped: there are no recorded calls at {CALLS}");
        return;
    };
    let document = Document::committed();
    let oldest = fs::read_to_string(root().join(OLDEST)).ok().and_then(|text| serde_json::from_str(&text).ok());
    let (mut checked, mut cut, mut unread) = (0, 0, Vec::new());
    let mut failures = String::new();
    for (number, call) in lines.lines().enumerate() {
        let Some((operation, body)) = success(document, call) else {
            continue;
        };
        let at = format!("line {}, {}", number + 1, operation.id);
        let Some(read) = again(&operation.id, body.clone()) else {
            unread.push(operation.id.clone());
            continue;
        };
        checked += 1;
        for problem in problems(document, operation, &body, read) {
            let _ = writeln!(failures, "{at}: {problem}");
        }
        if let Some(old) = oldest.as_ref().and_then(|oldest| old_schema(oldest, operation)) {
            let mut older = body;
            let new = operation.reply_schema().unwrap_or(&Value::Null);
            remove_young(&mut older, new, &old, document, oldest.as_ref().unwrap_or(&Value::Null));
            cut += 1;
            if let Some(Err(error)) = again(&operation.id, older) {
                let _ = writeln!(failures, "{at}: without its younger members: {error}");
            }
        }
    }
    // Past the test runner, which keeps what a test prints to itself when it passes.
    let line = format!(
        "{checked} recorded bodies were read and written again, {cut} of them also without their younger members\n"
    );
    let _ = std::io::stderr().write_all(line.as_bytes());
    assert!(unread.is_empty(), "no type reads the replies of {unread:?}");
    assert!(failures.is_empty(), "{failures}");
    assert!(checked > 200, "only {checked} recorded bodies were read");
}

/// Reads replies of every operation that are made from the document, of any seed: each must be read, written again
/// unchanged, and know every value; so each variant of each union is read as itself.
///
/// # Panics
///
/// When a reply fails, with the seed that made it.
pub fn sampled(again: impl Fn(&str, Value) -> Option<Again>) {
    let document = Document::committed();
    let cases = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) };
    proptest!(cases, |(seed in any::<u64>(), every in any::<bool>())| {
        let fill = if every { Fill::Every } else { Fill::Required };
        for operation in &document.operations {
            let Some(schema) = operation.reply_schema() else { continue };
            let body = sample(schema, &document.value, fill, seed);
            let Some(read) = again(&operation.id, body.clone()) else { continue };
            let problems = problems(document, operation, &body, read);
            prop_assert!(problems.is_empty(), "{}: {problems:?}\n{body}", operation.id);
        }
    });
}

/// The operation and the body of a recorded call, where it is a success with JSON and the document has the operation.
fn success<'a>(document: &'a Document, call: &str) -> Option<(&'a Operation, Value)> {
    let mut call: Value = serde_json::from_str(call).ok()?;
    let status = call["status"].as_u64()?;
    let json = call["headers"]["Content-Type"].as_str().is_some_and(|kind| kind.contains("json"));
    let method = Method::from_bytes(call["method"].as_str()?.as_bytes()).ok()?;
    let operation = document.at(&method, call["template"].as_str()?)?;
    ((200..300).contains(&status) && json).then(|| (operation, call["body"].take()))
}

/// What is wrong with the way in which a body of an operation was read and written again.
pub fn problems(document: &Document, operation: &Operation, body: &Value, again: Again) -> Vec<String> {
    let (written, debug) = match again {
        Ok(again) => again,
        Err(error) => return vec![error],
    };
    let schema = operation.reply_schema().unwrap_or(&Value::Null);
    let keeps = KEPT_WHOLE.contains(&operation.id.as_str());
    let mut found = Vec::new();
    compare(body, &written, schema, &Compare { document, keeps }, "", &mut found);
    for part in debug.split("Unknown(").skip(1) {
        let value = part.split('"').nth(1).filter(|_| part.starts_with('"')).unwrap_or_default();
        if value.is_empty() || lists(schema, value, document) {
            let shown: String = part.chars().take(60).collect();
            found.push(format!("`Unknown` of a value that the document lists: {shown}"));
        }
    }
    found
}

/// Whether an enum somewhere in a schema lists a value.
fn lists(schema: &Value, value: &str, document: &Document) -> bool {
    let Some(schema) = follow(schema, &document.value) else {
        return false;
    };
    match schema {
        Value::Object(members) => members.iter().any(|(name, member)| match name.as_str() {
            "enum" => member.as_array().is_some_and(|values| values.iter().any(|known| known == value)),
            _ => lists(member, value, document),
        }),
        Value::Array(items) => items.iter().any(|item| lists(item, value, document)),
        _ => false,
    }
}

struct Compare<'a> {
    document: &'a Document,
    keeps: bool,
}

/// What differs between a body and what was written again. `null` is absent; members that the document lacks may go.
fn compare(one: &Value, other: &Value, schema: &Value, how: &Compare<'_>, at: &str, found: &mut Vec<String>) {
    let schema = follow(schema, &how.document.value).unwrap_or(&Value::Null);
    let union = variants(schema, &how.document.value);
    if !union.is_empty() && (one.is_object() || one.is_array()) {
        let tries = union.iter().map(|variant| {
            let mut found = Vec::new();
            compare(one, other, &merged(schema, variant, how.document), how, at, &mut found);
            found
        });
        // The variant that a body is of is the one by which nothing is lost; of the others, something is.
        if let Some(best) = tries.min_by_key(Vec::len) {
            found.extend(best);
        }
        return;
    }
    match (one, other) {
        (Value::Object(before), Value::Object(after)) => {
            let members = schema["properties"].as_object();
            for (name, value) in before.iter().filter(|(_, value)| !value.is_null()) {
                let at = format!("{at}.{name}");
                let listed = members.and_then(|members| members.get(name));
                let member = listed.or_else(|| schema.get("additionalProperties").filter(|rest| rest.is_object()));
                let whole = how.keeps && name == "payload";
                match (after.get(name), member) {
                    (Some(written), _) if whole => exact(value, written, &at, found),
                    (Some(written), Some(member)) => compare(value, written, member, how, &at, found),
                    (Some(written), None) => exact(value, written, &at, found),
                    (None, None) if members.is_some() && !whole => {}
                    (None, _) => found.push(format!("`{at}` is lost")),
                }
            }
            for (name, value) in after.iter().filter(|(_, value)| !value.is_null()) {
                // The tag of a variant that is meant without it too is said when it is written.
                let is_only =
                    members.and_then(|members| members.get(name)).is_some_and(|member| is_only(value, member));
                if before.get(name).is_none_or(Value::is_null) && !is_only {
                    found.push(format!("`{at}.{name}` is new"));
                }
            }
        }
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
            for (index, (before, after)) in before.iter().zip(after).enumerate() {
                compare(before, after, &schema["items"], how, &format!("{at}[{index}]"), found);
            }
        }
        _ => exact(one, other, at, found),
    }
}

/// Whether a value is the only one that a schema allows.
fn is_only(value: &Value, schema: &Value) -> bool {
    // As Logto's document writes it: `false` in the format of a boolean, a text there in quotes.
    let literal = schema["format"].as_str().and_then(|format| serde_json::from_str::<Value>(format).ok());
    literal.as_ref() == Some(value)
        || schema["enum"].as_array().is_some_and(|values| values.as_slice() == std::slice::from_ref(value))
}

fn exact(one: &Value, other: &Value, at: &str, found: &mut Vec<String>) {
    if !same(one, other) {
        found.push(format!("`{at}` differs"));
    }
}

/// A variant with the members that the union has beside it.
fn merged(union: &Value, variant: &Value, document: &Document) -> Value {
    let mut variant = follow(variant, &document.value).cloned().unwrap_or_default();
    if let (Some(shared), Some(members)) = (union["properties"].as_object(), variant.as_object_mut()) {
        let own = members.entry("properties").or_insert_with(|| Value::Object(Map::new()));
        for (name, member) in shared {
            own[name] = member.clone();
        }
    }
    variant
}

/// The schema of the same reply in an older document.
fn old_schema(oldest: &Value, operation: &Operation) -> Option<Value> {
    let method = operation.method.as_str().to_lowercase();
    let replies = oldest["paths"].get(&operation.template)?.get(method)?["responses"].as_object()?;
    let reply = replies.iter().find(|(status, _)| status.starts_with('2'))?.1;
    reply["content"].get("application/json")?.get("schema").cloned()
}

/// Removes the members that the newer document has and the older one lacks.
fn remove_young(body: &mut Value, new: &Value, old: &Value, document: &Document, oldest: &Value) {
    let members = |schema: &Value, document: &Value| -> Map<String, Value> {
        let Some(schema) = follow(schema, document) else {
            return Map::new();
        };
        let own = schema["properties"].as_object().into_iter().flatten();
        let inner = variants(schema, document).iter().filter_map(|variant| follow(variant, document));
        let inner = inner.filter_map(|variant| variant["properties"].as_object()).flatten();
        own.chain(inner).map(|(name, member)| (name.clone(), member.clone())).collect()
    };
    match body {
        Value::Array(items) => {
            let empty = Value::Null;
            let item =
                |schema: &Value, document: &Value| follow(schema, document).map(|schema| schema["items"].clone());
            let new = item(new, &document.value).unwrap_or_else(|| empty.clone());
            let old = item(old, oldest).unwrap_or(empty);
            items.iter_mut().for_each(|item| remove_young(item, &new, &old, document, oldest));
        }
        Value::Object(body) => {
            let (new, old) = (members(new, &document.value), members(old, oldest));
            if new.is_empty() || old.is_empty() {
                return;
            }
            body.retain(|name, _| !new.contains_key(name) || old.contains_key(name));
            for (name, value) in body {
                if let (Some(new), Some(old)) = (new.get(name), old.get(name)) {
                    remove_young(value, new, old, document, oldest);
                }
            }
        }
        _ => {}
    }
}
