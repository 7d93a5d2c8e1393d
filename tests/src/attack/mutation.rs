//! Changes of a document that know what a document is made of.

use fastrand::Rng;
use serde_json::{Map, Value, json};

use super::one_of;
use crate::fuzz::NAMES;

/// Changes a document at a random place.
pub(super) fn mutate(document: &mut Value, chance: &mut Rng) {
    let count = count(document);
    let other = nth(document, chance.usize(0..count)).map(|(pointer, value)| (pointer, value.clone()));
    let Some((place, _)) = nth(document, chance.usize(0..count)) else { return };
    let (other_place, copy) = other.unwrap_or_default();
    let Some(node) = document.pointer_mut(&place) else { return };
    match chance.u8(0..10) {
        0 => remove(node, chance),
        1 => *node = hostile(chance),
        2 => *node = copy,
        3 => rename(node, chance),
        4 => duplicate(node, chance),
        5 => *node = json!({ "$ref": format!("#{}", escape(&other_place)) }),
        6 => *node = json!({ "$ref": format!("#{}", escape(&place)) }),
        7 => wrap(node, chance),
        8 => add(node, chance),
        _ => retype(node, chance),
    }
}

/// How many values a value has in it, itself included.
fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(members) => members.values().map(count).sum(),
        _ => 0,
    }
}

/// The value with this number, in the order of the document, and where it is.
fn nth(value: &Value, number: usize) -> Option<(String, &Value)> {
    fn walk<'a>(value: &'a Value, left: &mut usize, pointer: &mut String) -> Option<&'a Value> {
        if *left == 0 {
            return Some(value);
        }
        *left -= 1;
        let length = pointer.len();
        let children: Box<dyn Iterator<Item = (String, &Value)>> = match value {
            Value::Array(items) => Box::new(items.iter().enumerate().map(|(index, item)| (index.to_string(), item))),
            Value::Object(members) => Box::new(members.iter().map(|(name, member)| (name.clone(), member))),
            _ => return None,
        };
        for (name, child) in children {
            pointer.push('/');
            pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
            if let Some(found) = walk(child, left, pointer) {
                return Some(found);
            }
            pointer.truncate(length);
        }
        None
    }
    let (mut left, mut pointer) = (number, String::new());
    walk(value, &mut left, &mut pointer).map(|found| (pointer, found))
}

/// A pointer as it stands in a URL.
fn escape(pointer: &str) -> String {
    pointer.replace('%', "%25").replace(' ', "%20").replace('{', "%7B").replace('}', "%7D")
}

/// Removes a child; a value without any becomes null.
fn remove(node: &mut Value, chance: &mut Rng) {
    match node {
        Value::Array(items) if !items.is_empty() => drop(items.remove(chance.usize(0..items.len()))),
        Value::Object(members) if !members.is_empty() => {
            let name = members.keys().nth(chance.usize(0..members.len())).cloned();
            name.and_then(|name| members.shift_remove(&name));
        }
        other => *other = Value::Null,
    }
}

/// A value that does not belong anywhere.
fn hostile(chance: &mut Rng) -> Value {
    match chance.u8(0..14) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(-1),
        3 => json!(u64::MAX),
        4 => json!(i64::MIN),
        5 => json!(1e308),
        6 => json!(-0.0),
        7 => json!([]),
        8 => json!({}),
        9 => json!([[{ "": null }]]),
        10 => json!("x".repeat(chance.usize(1..5000))),
        11 => (0..chance.usize(1..100)).fold(json!({}), |inner, _| json!({ "properties": { "a": inner } })),
        12 => (0..chance.usize(1..40))
            .fold(json!({ "type": "string" }), |inner, _| json!({ "type": "array", "items": inner })),
        _ => json!(one_of(chance, &NAMES)),
    }
}

/// Gives a member a hostile name.
fn rename(node: &mut Value, chance: &mut Rng) {
    let Value::Object(members) = node else {
        *node = json!(one_of(chance, &NAMES));
        return;
    };
    let at = chance.usize(0..members.len().max(1));
    let new = one_of(chance, &NAMES);
    let renamed: Map<String, Value> = std::mem::take(members)
        .into_iter()
        .enumerate()
        .map(|(index, (name, member))| (if index == at { new.to_owned() } else { name }, member))
        .collect();
    *members = renamed;
}

/// Repeats an item of a list, or a member by another name.
fn duplicate(node: &mut Value, chance: &mut Rng) {
    match node {
        Value::Array(items) if !items.is_empty() => {
            let item = items[chance.usize(0..items.len())].clone();
            items.extend(std::iter::repeat_n(item, chance.usize(1..4)));
        }
        Value::Object(members) if !members.is_empty() => {
            let member = members.iter().nth(chance.usize(0..members.len()));
            let Some((name, member)) = member.map(|(name, member)| (name.clone(), member.clone())) else { return };
            let name = match chance.u8(0..4) {
                0 => name.to_uppercase(),
                1 => format!("{name}_"),
                2 => format!("-{name}"),
                _ => one_of(chance, &NAMES).to_owned(),
            };
            members.insert(name, member);
        }
        other => *other = json!([other.clone(), other.clone()]),
    }
}

/// Puts a value into a keyword that combines schemas.
fn wrap(node: &mut Value, chance: &mut Rng) {
    let inner = node.take();
    *node = match chance.u8(0..7) {
        0 => json!({ "allOf": [inner] }),
        1 => json!({ "oneOf": [inner, { "type": "null" }] }),
        2 => json!({ "anyOf": [inner, { "type": "string" }] }),
        3 => json!({ "allOf": [inner, inner], "nullable": true }),
        4 => json!({ "not": inner }),
        5 => json!({ "type": "array", "items": inner }),
        _ => json!({ "additionalProperties": inner, "discriminator": { "propertyName": "type" } }),
    };
}

/// Adds a keyword that does not fit.
fn add(node: &mut Value, chance: &mut Rng) {
    let Value::Object(members) = node else {
        *node = hostile(chance);
        return;
    };
    const KEYWORDS: [&str; 30] = [
        "$ref",
        "type",
        "nullable",
        "enum",
        "const",
        "default",
        "format",
        "pattern",
        "required",
        "properties",
        "items",
        "additionalProperties",
        "allOf",
        "oneOf",
        "anyOf",
        "discriminator",
        "minimum",
        "maxItems",
        "readOnly",
        "title",
        "description",
        "operationId",
        "tags",
        "parameters",
        "requestBody",
        "responses",
        "security",
        "servers",
        "style",
        "x-any",
    ];
    members.insert(one_of(chance, &KEYWORDS).to_owned(), hostile(chance));
}

/// Turns a value into one of another type that says the same.
fn retype(node: &mut Value, chance: &mut Rng) {
    *node = match node.take() {
        Value::String(text) if chance.bool() => json!([text]),
        Value::String(text) => json!({ text: {} }),
        Value::Number(number) => json!(number.to_string()),
        Value::Bool(flag) => json!(if flag { "yes" } else { "no" }),
        Value::Array(items) => items.into_iter().enumerate().map(|(at, item)| (at.to_string(), item)).collect(),
        Value::Object(members) => members.into_iter().map(|(_, member)| member).collect(),
        Value::Null => json!("null"),
    };
}

/// Puts a text in the place of a random one, or into the name of a random member.
pub(super) fn put_text(document: &mut Value, text: &str, chance: &mut Rng) {
    let count = count(document);
    // Most values are texts or have members; a few more tries find one.
    for _ in 0..20 {
        let Some((place, _)) = nth(document, chance.usize(0..count)) else { continue };
        match document.pointer_mut(&place) {
            Some(Value::String(old)) => {
                *old = if chance.bool() { format!("{old}{text}") } else { text.to_owned() };
                return;
            }
            Some(Value::Object(members)) if !members.is_empty() && chance.u8(0..4) == 0 => {
                let name = members.keys().nth(chance.usize(0..members.len())).cloned().unwrap_or_default();
                if let Some(member) = members.shift_remove(&name) {
                    members.insert(format!("{name}{text}"), member);
                }
                return;
            }
            _ => {}
        }
    }
}
