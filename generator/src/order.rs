//! One order of keys, whatever the order they were written in: keywords as people read them, names by alphabet.
//!
//! The order of lists is left alone, because there it may mean something.

use std::sync::LazyLock;

use serde_json::{Map, Value};

use crate::walk::{self, Kind, METHODS, Member, Visitor, Way};

/// Keywords in their order; those that are not here follow by alphabet.
const KEYWORDS: [&str; 61] = [
    "$ref",
    "$dynamicRef",
    "openapi",
    "info",
    "title",
    "version",
    "servers",
    "url",
    "security",
    "tags",
    "paths",
    "webhooks",
    "components",
    "operationId",
    "name",
    "in",
    "summary",
    "description",
    "deprecated",
    "required",
    "style",
    "explode",
    "parameters",
    "requestBody",
    "responses",
    "headers",
    "content",
    "schema",
    "encoding",
    "type",
    "format",
    "nullable",
    "const",
    "enum",
    "default",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "exclusiveMinimum",
    "maximum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "items",
    "properties",
    "additionalProperties",
    "discriminator",
    "oneOf",
    "anyOf",
    "allOf",
    "not",
    "readOnly",
    "writeOnly",
    "example",
    "examples",
    "schemas",
    "securitySchemes",
    "flows",
];

/// Puts the keys of a document into their order.
pub fn stable(document: &mut Value) {
    walk::walk(document, Member::One(Kind::Document), &Way::TOP, &mut Order);
}

struct Order;

impl Visitor for Order {
    fn enter(&mut self, member: Member, value: &mut Value, _: &Way<'_>) {
        keys(member, value);
        if let Member::One(kind) = member {
            data(kind, value);
        }
    }
}

/// Puts the keys of one object or map of the specification into their order, and not those of what it holds.
pub(crate) fn keys(member: Member, value: &mut Value) {
    match (member, value) {
        (Member::One(_), Value::Object(members)) => sort_by(members, rank),
        (Member::Map(_), Value::Object(members)) => sort_by(members, |_| 0),
        _ => {}
    }
}

/// Puts the keys of the data in one object of the specification into their order.
pub(crate) fn data(kind: Kind, value: &mut Value) {
    for (key, value) in value.as_object_mut().into_iter().flatten() {
        let plain = || matches!(walk::member(kind, key), Member::Plain | Member::Names);
        if (value.is_object() || value.is_array()) && plain() {
            sort_data(value);
        }
    }
}

/// Keywords first, then methods, then the rest.
fn rank(key: &str) -> usize {
    static RANKS: LazyLock<Vec<(&str, usize)>> = LazyLock::new(|| {
        let mut ranks: Vec<_> = KEYWORDS.iter().chain(&METHODS).copied().zip(0..).collect();
        ranks.sort_unstable();
        ranks
    });
    let found = RANKS.binary_search_by_key(&key, |(keyword, _)| keyword);
    found.ok().and_then(|index| RANKS.get(index)).map_or(usize::MAX, |(_, rank)| *rank)
}

fn sort_data(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(sort_data);
            sort_by(members, |_| 0);
        }
        Value::Array(items) => items.iter_mut().for_each(sort_data),
        _ => {}
    }
}

fn sort_by(members: &mut Map<String, Value>, rank: impl Fn(&str) -> usize) {
    let mut last: Option<(usize, &str)> = None;
    let sorted = members.keys().all(|key| {
        let this = (rank(key), key.as_str());
        last.replace(this).is_none_or(|last| last < this)
    });
    if sorted {
        return;
    }
    let mut entries: Vec<_> =
        std::mem::take(members).into_iter().map(|(key, value)| (rank(&key), key, value)).collect();
    entries.sort_unstable_by(|(a_rank, a, _), (b_rank, b, _)| (a_rank, a).cmp(&(b_rank, b)));
    members.extend(entries.into_iter().map(|(_, key, value)| (key, value)));
}
