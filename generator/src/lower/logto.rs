//! Logto writes schemas from validators that OpenAPI 3.0 cannot express; this reads what was meant.
//!
//! | written | meant |
//! |---|---|
//! | `type: string, format: "\"Totp\""` | `enum: ["Totp"]`; numbers and booleans alike |
//! | `type: string, format: empty` | `enum: [""]` |
//! | `format: regex, pattern: /^a$/i` | `pattern: (?i:^a$)` |
//! | `format: url` | `format: uri` |
//! | `x-validator` (from prose: "Validator function") | any value |
//! | `type: number` | `type: integer`, but for the members that the caller names |
//! | `x-null` (from prose: "null value") | `null` |
//! | a variant twice, once with its constants and once without | the one with |
//! | a query parameter that is the text `true` or `false` | `type: boolean` |
//! | a path parameter declared twice on one operation | once |

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::alike;
use crate::walk::{Kind, Way};

/// Lowers a schema whose inner schemas are lowered, before its keywords are.
pub(super) fn lower_schema(schema: &mut Map<String, Value>, way: &Way<'_>, floats: &BTreeSet<String>) {
    if schema.shift_remove("x-null").is_some_and(|null| null == true) {
        schema.shift_remove("type");
        schema.insert("enum".into(), json!([null]));
    }
    // Only a correction can say what a validator takes; without one it is any value.
    if schema.get("x-validator").is_some_and(|validator| validator == true) {
        schema.retain(|key, _| key == "nullable");
    }
    lower_format(schema);
    if schema.get("type").is_some_and(|name| name == "number")
        && !member_of(way).is_some_and(|member| floats.contains(member))
        && only_whole(schema)
    {
        schema.insert("type".into(), "integer".into());
    }
    for key in ["oneOf", "anyOf"] {
        if let Some(Value::Array(variants)) = schema.get_mut(key) {
            drop_untold_twins(variants);
        }
    }
}

/// Lowers what holds schemas, after these are lowered.
pub(super) fn lower_structure(kind: Kind, object: &mut Map<String, Value>) {
    match kind {
        Kind::Parameter if object.get("in").is_some_and(|place| place == "query") => {
            if let Some(Value::Object(schema)) = object.get_mut("schema") {
                lower_text_boolean(schema);
            }
        }
        _ => {}
    }
}

fn lower_format(schema: &mut Map<String, Value>) {
    let text = |key: &str| schema.get(key).and_then(Value::as_str);
    let (Some(name), Some(format)) = (text("type"), text("format")) else { return };
    let literal = match (name, format) {
        ("string", "empty") => Some(Value::from("")),
        ("string", "url") => {
            schema.insert("format".into(), "uri".into());
            return;
        }
        ("string", "regex") => {
            let pattern = text("pattern").map(plain_pattern);
            schema.shift_remove("format");
            schema.extend(pattern.map(|pattern| ("pattern".to_owned(), pattern.into())));
            return;
        }
        _ => serde_json::from_str::<Value>(format).ok().filter(|literal| match name {
            "string" => literal.is_string(),
            "boolean" => literal.is_boolean(),
            "number" | "integer" => literal.is_number(),
            _ => false,
        }),
    };
    if let Some(literal) = literal {
        schema.shift_remove("format");
        schema.insert("enum".into(), json!([literal]));
    }
}

/// The pattern of a literal of JavaScript: without its slashes, its flags in front.
fn plain_pattern(pattern: &str) -> String {
    let literal = pattern.strip_prefix('/').and_then(|rest| rest.rsplit_once('/'));
    let Some((body, flags)) = literal.filter(|(_, flags)| flags.chars().all(|flag| flag.is_ascii_lowercase())) else {
        return pattern.to_owned();
    };
    let body = body.replace("\\/", "/");
    // `g`, `y`, `u`, `v` and `d` do not change which texts match.
    let flags: String = flags.chars().filter(|flag| "ims".contains(*flag)).collect();
    if flags.is_empty() { body } else { format!("(?{flags}:{body})") }
}

/// The name of the member that a schema belongs to.
fn member_of<'a>(way: &Way<'a>) -> Option<&'a str> {
    let mut name = None;
    let mut way = way;
    loop {
        let above = way.above()?;
        if above.last() == Some("properties") {
            name = way.last();
        }
        if name.is_some() {
            return name;
        }
        way = above;
    }
}

fn only_whole(schema: &Map<String, Value>) -> bool {
    const LIMITS: [&str; 5] = ["default", "minimum", "maximum", "multipleOf", "enum"];
    let whole = |value: &Value| value.as_f64().is_none_or(|number| number.fract() == 0.0);
    LIMITS.iter().filter_map(|key| schema.get(*key)).all(|value| match value {
        Value::Array(values) => values.iter().all(whole),
        value => whole(value),
    })
}

/// Of two variants that are equal but for constants, the one that has the constants says what the other leaves out.
fn drop_untold_twins(variants: &mut Vec<Value>) {
    let widened: Vec<Option<Value>> = variants.iter().map(without_constants).collect();
    if widened.iter().all(Option::is_none) || widened.iter().all(Option::is_some) {
        return;
    }
    let mut told = widened.iter().map(Option::is_some);
    variants.retain(|variant| {
        let twin = || widened.iter().flatten().any(|widened| alike::same_schema(widened, variant));
        told.next().unwrap_or_default() || !twin()
    });
}

/// A schema without the constants of its members; `None`: it has none.
fn without_constants(schema: &Value) -> Option<Value> {
    let is_constant =
        |member: &Value| member.get("enum").and_then(Value::as_array).is_some_and(|values| values.len() == 1);
    schema.get("properties")?.as_object()?.values().find(|member| is_constant(member))?;
    let mut schema = schema.clone();
    let members = schema.get_mut("properties").and_then(Value::as_object_mut);
    for member in members.into_iter().flat_map(Map::values_mut).filter(|member| is_constant(member)) {
        member.as_object_mut().map(|member| member.shift_remove("enum"));
    }
    Some(schema)
}

/// In a query there are only texts: the two that Logto reads as a boolean are one.
fn lower_text_boolean(schema: &mut Map<String, Value>) {
    let values = schema.get("enum").and_then(Value::as_array);
    if values.is_some_and(|values| {
        values.len() == 2 && ["true", "false"].iter().all(|text| values.iter().any(|value| value == text))
    }) {
        schema.insert("type".into(), "boolean".into());
        schema.shift_remove("enum");
        schema.shift_remove("x-enum-varnames");
    }
}
