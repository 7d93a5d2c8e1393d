//! The keywords of one schema: those of 3.1 become those of 3.0, and what has no effect goes.

use serde_json::{Map, Value, json};

use super::conditions::{self, left};
use super::findings::Findings;
use super::{alike, is_annotation, is_any, is_never, is_prose, limits, values};
use crate::load::Version;
use crate::walk::{Kind, Member, Way};

/// Keywords that only apply to values of some types; `format` applies to texts and numbers.
const TYPED: [(&str, &[&str]); 5] = [
    ("string", &["pattern", "minLength", "maxLength", "format", "x-content-encoding", "x-content-media-type"]),
    ("number", &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "format"]),
    (
        "object",
        &["properties", "required", "additionalProperties", "minProperties", "maxProperties", "x-pattern-properties"],
    ),
    ("array", &["items", "minItems", "maxItems", "uniqueItems", "x-prefix-items"]),
    ("boolean", &[]),
];

/// Keywords that 3.0 has no place for and that say nothing of which values are valid.
const SILENT: [&str; 13] = [
    "$id",
    "$schema",
    "$anchor",
    "$dynamicAnchor",
    "$vocabulary",
    "$defs",
    "definitions",
    "contentSchema",
    "contentEncoding",
    "contentMediaType",
    "additionalItems",
    "$comment",
    "xml",
];

/// `$ref` with siblings: in 3.1 they count; in 3.0 they do not, but those that describe do no harm, and `nullable`, which many
/// mean all the same, lets more values in.
pub(super) fn lower_reference(schema: &mut Map<String, Value>, version: Version, way: &Way<'_>, found: &mut Findings) {
    if schema.len() == 1 {
        return;
    }
    if version == Version::V3_0 {
        let counts = |key: &str| is_annotation(key) || matches!(key, "$ref" | "nullable");
        if let Some(key) = schema.keys().find(|key| !counts(key) && key.as_str() != "type") {
            found.note(way, format!("`{key}` stands beside `$ref`, where OpenAPI 3.0 ignores it"));
        }
        schema.retain(|key, _| counts(key));
    }
    // What a member is for is said of the member, and not of its type.
    let is_member = way.above().and_then(Way::last) == Some("properties");
    schema.retain(|key, _| (!is_prose(key) || (is_member && key == "description")) && !SILENT.contains(&key.as_str()));
    if schema.len() == 1 {
        return;
    }
    let Some(reference) = schema.shift_remove("$ref") else { return };
    lower(schema, way, found);
    let (beside, inside): (Map<_, _>, Map<_, _>) =
        std::mem::take(schema).into_iter().partition(|(key, _)| is_annotation(key) || key == "nullable");
    let reference = Map::from_iter([("$ref".to_owned(), reference)]);
    if inside.is_empty() && beside.keys().all(|key| key.starts_with("x-")) {
        *schema = reference;
        return;
    }
    let mut all = vec![Value::Object(reference)];
    if !inside.is_empty() {
        all.push(Value::Object(inside));
    }
    schema.insert("allOf".into(), Value::Array(all));
    schema.extend(beside);
}

/// Lowers a schema whose inner schemas are lowered.
pub(super) fn lower(schema: &mut Map<String, Value>, way: &Way<'_>, found: &mut Findings) {
    values::lower_const(schema);
    conditions::lower(schema, way, found);
    lower_objects(schema, way, found);
    lower_tuples(schema, way, found);
    lower_content(schema);
    lower_examples(schema);
    drop_unheld(schema, way, found);
    infer_type(schema);
    lower_type(schema, way, found);
    split_values(schema, way, found);
    limits::lower(schema);
    values::lower(schema, way, found);
    drop_foreign(schema);
}

fn lower_objects(schema: &mut Map<String, Value>, way: &Way<'_>, found: &mut Findings) {
    lower_patterns(schema, way, found);
    if let Some(rest) = schema.shift_remove("unevaluatedProperties")
        && !schema.contains_key("additionalProperties")
    {
        let parts = ["allOf", "oneOf", "anyOf", "$ref"];
        // Without other parts nothing else can have evaluated a member, so the two keywords mean the same.
        let key = if parts.iter().any(|key| schema.contains_key(*key)) {
            "x-unevaluated-properties"
        } else {
            "additionalProperties"
        };
        schema.insert(key.into(), rest);
    }
    for key in ["additionalProperties", "x-unevaluated-properties"] {
        if let Some(rest @ Value::Object(_)) = schema.get_mut(key) {
            if is_never(rest) {
                *rest = false.into();
            } else if is_any(rest) {
                *rest = true.into();
            }
        }
    }
    let names = schema.shift_remove("propertyNames");
    if let Some(names) = names
        && names.as_object().is_some_and(|names| names.keys().any(|key| key != "type" && !is_prose(key)))
    {
        left(way, "propertyNames", found);
    }
}

/// Members whose names match a pattern are members beyond those that are listed.
fn lower_patterns(schema: &mut Map<String, Value>, way: &Way<'_>, found: &mut Findings) {
    let Some(Value::Object(patterns)) = schema.shift_remove("patternProperties") else { return };
    if patterns.is_empty() {
        return;
    }
    let names: Value = patterns.keys().cloned().collect();
    let all =
        patterns.keys().any(|pattern| matches!(pattern.as_str(), "" | ".*" | "^.*$" | ".+" | "^.+$" | "^.*" | ".*$"));
    let mut values: Vec<Value> =
        patterns.into_iter().map(|(_, value)| value).filter(|value| !is_never(value)).collect();
    match schema.get("additionalProperties") {
        Some(rest) if is_never(rest) => {}
        Some(rest) => values.push(rest.clone()),
        None if all => {}
        None => found.note(way, "members whose names match none of `patternProperties` are taken as if they did"),
    }
    alike::distinct(&mut values, Member::One(Kind::Schema));
    let rest = match values.len() {
        0 => super::never(),
        1 => values.remove(0),
        _ if values.iter().any(is_any) => json!({}),
        _ => json!({ "anyOf": values }),
    };
    schema.insert("additionalProperties".into(), rest);
    schema.insert("x-pattern-properties".into(), names);
}

fn lower_tuples(schema: &mut Map<String, Value>, way: &Way<'_>, found: &mut Findings) {
    let unevaluated = schema.shift_remove("unevaluatedItems");
    let Some(Value::Array(prefix)) = schema.shift_remove("prefixItems") else {
        match unevaluated {
            Some(rest) if !is_any(&rest) && !schema.contains_key("items") => left(way, "unevaluatedItems", found),
            _ => {}
        }
        return;
    };
    let rest = schema.shift_remove("items").or(unevaluated);
    if prefix.is_empty() {
        schema.extend(rest.map(|rest| ("items".to_owned(), rest)));
        return;
    }
    let mut items = prefix.clone();
    match rest {
        Some(rest) if is_never(&rest) => {
            schema.entry("maxItems").or_insert(prefix.len().into());
        }
        Some(rest) => items.push(rest),
        None => items.push(json!({})),
    }
    alike::distinct(&mut items, Member::One(Kind::Schema));
    // One that allows anything makes the others void.
    let items = match items.len() {
        _ if items.iter().any(is_any) => json!({}),
        1 => items.remove(0),
        _ => json!({ "anyOf": items }),
    };
    schema.insert("items".into(), items);
    schema.insert("x-prefix-items".into(), Value::Array(prefix));
}

fn lower_content(schema: &mut Map<String, Value>) {
    let encoding = schema.get("contentEncoding").and_then(Value::as_str);
    let media = schema.get("contentMediaType").and_then(Value::as_str);
    let encoding = encoding.filter(|encoding| !matches!(*encoding, "7bit" | "8bit"));
    let format = match (encoding, media) {
        (None, None) => return,
        (Some("base64" | "base64url"), _) => Some("byte"),
        (Some("binary"), _) => Some("binary"),
        (None, Some(media)) if !is_text(media) => Some("binary"),
        _ => None,
    };
    let encoding = encoding.filter(|encoding| *encoding != "binary").map(Value::from);
    let media = media.map(Value::from);
    schema.entry("type").or_insert("string".into());
    if let Some(format) = format {
        schema.entry("format").or_insert(format.into());
    }
    schema.extend(encoding.map(|encoding| ("x-content-encoding".into(), encoding)));
    schema.extend(media.map(|media| ("x-content-media-type".into(), media)));
}

fn is_text(media: &str) -> bool {
    media.starts_with("text/") || media.contains("json") || media.contains("xml")
}

fn lower_examples(schema: &mut Map<String, Value>) {
    let first = match schema.shift_remove("examples") {
        Some(Value::Array(examples)) => examples.into_iter().next(),
        _ => None,
    };
    if let Some(first) = first {
        schema.entry("example").or_insert(first);
    }
}

/// What 3.0 has no place for.
fn drop_unheld(schema: &mut Map<String, Value>, way: &Way<'_>, found: &mut Findings) {
    if schema.contains_key("contains") {
        left(way, "contains", found);
    }
    if schema.get("not").is_some_and(|not| !is_any(not)) {
        left(way, "not", found);
        schema.shift_remove("not");
    } else if schema.contains_key("not") {
        schema.retain(|key, _| is_annotation(key));
        schema.insert("not".into(), json!({}));
    }
    const CONTAINS: [&str; 3] = ["contains", "minContains", "maxContains"];
    schema.retain(|key, _| !SILENT.contains(&key.as_str()) && !CONTAINS.contains(&key.as_str()));
}

/// A schema that only makes sense for one type has it, though the specification does not ask for it.
fn infer_type(schema: &mut Map<String, Value>) {
    if ["type", "oneOf", "anyOf", "allOf", "not"].iter().any(|key| schema.contains_key(*key)) {
        return;
    }
    let name = if schema.contains_key("properties") || schema.contains_key("additionalProperties") {
        "object"
    } else if schema.contains_key("items") {
        "array"
    } else {
        let names =
            schema.get("enum").and_then(Value::as_array).map(|values| values::types(values)).unwrap_or_default();
        match names[..] {
            [name] => name,
            _ => return,
        }
    };
    schema.insert("type".into(), name.into());
}

fn lower_type(schema: &mut Map<String, Value>, way: &Way<'_>, found: &mut Findings) {
    let mut names: Vec<String> = match schema.get("type") {
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).map(Into::into).collect(),
        Some(Value::String(name)) if name == "null" => vec![name.clone()],
        _ => return,
    };
    schema.shift_remove("type");
    let null = names.iter().any(|name| name == "null");
    names.retain(|name| name != "null");
    let mut seen: Vec<String> = Vec::new();
    names.retain(|name| {
        !seen.contains(name) && {
            seen.push(name.clone());
            true
        }
    });
    if names.iter().any(|name| name == "number") && names.iter().any(|name| name == "integer") {
        found.note(way, "whole numbers or fractions: `f64`, which rounds whole numbers beyond 2⁵³");
        names.retain(|name| name != "integer");
    }
    if null {
        schema.insert("nullable".into(), true.into());
    }
    match &names[..] {
        [] => {
            schema.insert("enum".into(), json!([null]));
        }
        [name] => {
            schema.insert("type".into(), name.as_str().into());
        }
        // The variants beside it say more.
        _ if schema.contains_key("oneOf") || schema.contains_key("anyOf") => {}
        names => split_types(schema, names, way, found),
    }
}

/// Values of several types and no type beside them: a variant for each.
fn split_values(schema: &mut Map<String, Value>, way: &Way<'_>, found: &mut Findings) {
    if ["type", "oneOf", "anyOf", "allOf"].iter().any(|key| schema.contains_key(*key)) {
        return;
    }
    let Some(values) = schema.get("enum").and_then(Value::as_array) else { return };
    let names = values::types(values);
    if names.len() > 1 && !names.iter().any(|name| matches!(*name, "array" | "object")) {
        split_types(schema, &names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>(), way, found);
    }
}

/// Several types: a variant for each, with the keywords that apply to it, or no type at all where it would be any.
fn split_types(schema: &mut Map<String, Value>, names: &[String], way: &Way<'_>, found: &mut Findings) {
    let says_more =
        schema.contains_key("enum") || TYPED.iter().any(|(_, keys)| keys.iter().any(|key| schema.contains_key(*key)));
    if names.len() >= TYPED.len() && !says_more {
        return;
    }
    let mut variants = Vec::new();
    for name in names {
        let mut variant = Map::from_iter([("type".to_owned(), Value::from(name.as_str()))]);
        for key in keywords_of(name) {
            variant.extend(schema.get(*key).map(|value| ((*key).to_owned(), value.clone())));
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            let fits = |value: &&Value| values::type_of(value) == name || (name == "number" && value.is_number());
            let values: Vec<_> = values.iter().filter(fits).cloned().collect();
            if values.is_empty() {
                continue;
            }
            variant.insert("enum".into(), values.into());
        }
        limits::lower(&mut variant);
        values::lower(&mut variant, way, found);
        drop_foreign(&mut variant);
        variants.push(Value::Object(variant));
    }
    let nullable = schema.get("enum").and_then(Value::as_array).is_some_and(|values| values.contains(&Value::Null));
    schema.retain(|key, _| key != "enum" && !TYPED.iter().any(|(_, keys)| keys.contains(&key.as_str())));
    if nullable {
        schema.insert("nullable".into(), true.into());
    }
    schema.insert("oneOf".into(), variants.into());
}

fn keywords_of(name: &str) -> &'static [&'static str] {
    let name = if name == "integer" { "number" } else { name };
    TYPED.iter().find(|(typed, _)| *typed == name).map_or(&[], |(_, keys)| keys)
}

/// Keywords for other types than a schema's own have no effect.
fn drop_foreign(schema: &mut Map<String, Value>) {
    let Some(name) = schema.get("type").and_then(Value::as_str) else { return };
    let (own, list) = (keywords_of(name), name == "array");
    if list {
        schema.entry("items").or_insert(json!({}));
    }
    schema.retain(|key, _| own.contains(&key.as_str()) || !TYPED.iter().any(|(_, keys)| keys.contains(&key.as_str())));
}
