//! Parameters and headers, and what is left in them of Swagger 2.

use serde_json::{Map, Value, json};

use super::{Findings, leaf};
use crate::walk::{Kind, Way};

/// Keywords that stand on the parameter itself in Swagger 2.
const KEYWORDS: [&str; 18] = [
    "type",
    "format",
    "items",
    "enum",
    "default",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "uniqueItems",
    "nullable",
    "properties",
];

/// Puts a parameter or a header into shape, before its plain members are read.
pub(super) fn parameter(kind: Kind, object: &mut Map<String, Value>, way: &Way<'_>, found: &mut Findings) {
    if kind == Kind::Header {
        object.retain(|key, _| key != "name" && key != "in");
    } else {
        place(object, way, found);
    }
    if object.contains_key("type") && !object.contains_key("schema") && !object.contains_key("content") {
        let mut schema = Map::new();
        for key in KEYWORDS {
            schema.extend(object.shift_remove(key).map(|value| (key.to_owned(), value)));
        }
        object.insert("schema".into(), schema.into());
        found.note(way, "the type stands on the parameter itself, as in Swagger 2: it is read as its schema");
    }
    let (style, explode) = match object.shift_remove("collectionFormat").as_ref().and_then(Value::as_str) {
        Some("csv") => (None, Some(false)),
        Some("multi") => (None, Some(true)),
        Some("ssv") => (Some("spaceDelimited"), Some(false)),
        Some("pipes") => (Some("pipeDelimited"), Some(false)),
        _ => (None, None),
    };
    if let Some(style) = style {
        object.entry("style").or_insert(style.into());
    }
    if let Some(explode) = explode {
        object.entry("explode").or_insert(explode.into());
    }
    if !object.contains_key("content") && !object.contains_key("schema") {
        object.insert("schema".into(), json!({}));
    }
}

/// `name` and `in`, without which a parameter is none.
fn place(object: &mut Map<String, Value>, way: &Way<'_>, found: &mut Findings) {
    if !object.get_mut("name").is_some_and(leaf::text) {
        found.problem(way, "the parameter has no `name`");
        object.insert("name".into(), "".into());
    }
    let place = object.get("in").and_then(Value::as_str).unwrap_or_default();
    let small = place.trim().to_ascii_lowercase();
    let message = match small.as_str() {
        "path" | "query" | "header" | "cookie" => {
            if small != place {
                object.insert("in".into(), small.into());
            }
            return;
        }
        "" => "the parameter does not say `in` what it is: path, query, header or cookie".to_owned(),
        "body" | "formdata" => format!("parameters in `{place}` are of Swagger 2; write a `requestBody` instead"),
        _ => format!("a parameter is in path, query, header or cookie, and not in `{}`", place.escape_debug()),
    };
    found.problem(way, message);
}
