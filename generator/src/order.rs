//! One order of keys, whatever the order they were written in: keywords as people read them, names by alphabet.
//!
//! The order of lists is left alone, because there it may mean something.

use serde_json::{Map, Value};

use crate::walk::{self, Kind, METHODS, Member};

/// Keywords in their order; those that are not here follow by alphabet.
const KEYWORDS: [&str; 60] = [
    "$ref",
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
    walk::document(document, &mut |kind, value, _| {
        if let Value::Object(object) = value {
            sort_object(kind, object);
        }
    });
}

fn sort_object(kind: Kind, object: &mut Map<String, Value>) {
    for (key, value) in object.iter_mut() {
        match walk::member(kind, key) {
            Member::Plain | Member::Names => sort_data(value),
            Member::Map(_) => sort_names(value),
            Member::MapOfMaps(_) => {
                sort_names(value);
                value.as_object_mut().into_iter().flat_map(Map::values_mut).for_each(sort_names);
            }
            Member::One(_) | Member::List(_) => {}
        }
    }
    sort_by(object, rank);
}

/// Keywords first, then methods, then the rest.
fn rank(key: &str) -> usize {
    let methods = KEYWORDS.len();
    let keyword = KEYWORDS.iter().position(|keyword| *keyword == key);
    let method = || METHODS.iter().position(|method| *method == key).map(|index| methods + index);
    keyword.or_else(method).unwrap_or(usize::MAX)
}

fn sort_names(value: &mut Value) {
    if let Value::Object(members) = value {
        sort_by(members, |_| 0);
    }
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
    let mut entries: Vec<_> =
        std::mem::take(members).into_iter().map(|(key, value)| (rank(&key), key, value)).collect();
    entries.sort_by(|(a_rank, a, _), (b_rank, b, _)| (a_rank, a).cmp(&(b_rank, b)));
    members.extend(entries.into_iter().map(|(_, key, value)| (key, value)));
}
