//! The keywords of one schema: those of 3.1 become those of 3.0, and what has no effect goes.

use serde_json::{Map, Number, Value, json};

use super::{all_null, is_annotation, is_prose};

/// Keywords that only apply to values of some types; `format` applies to texts and numbers.
const TYPED: [(&str, &[&str]); 5] = [
    ("string", &["pattern", "minLength", "maxLength", "format"]),
    ("number", &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "format"]),
    (
        "object",
        &["properties", "required", "additionalProperties", "minProperties", "maxProperties", "x-pattern-properties"],
    ),
    ("array", &["items", "minItems", "maxItems", "uniqueItems", "x-prefix-items"]),
    ("boolean", &[]),
];

/// Keywords that 3.0 has no place for and that do not change what a value is made of.
const UNHELD: [&str; 22] = [
    "$id",
    "$schema",
    "$anchor",
    "$dynamicAnchor",
    "$vocabulary",
    "$defs",
    "definitions",
    "if",
    "then",
    "else",
    "contains",
    "minContains",
    "maxContains",
    "propertyNames",
    "dependentRequired",
    "dependentSchemas",
    "unevaluatedItems",
    "unevaluatedProperties",
    "contentSchema",
    "contentEncoding",
    "contentMediaType",
    "$comment",
];

/// `$ref` with siblings: in 3.1 they count.
pub(super) fn lower_reference(schema: &mut Map<String, Value>) {
    schema.retain(|key, _| !is_prose(key) && !matches!(key.as_str(), "$defs" | "definitions"));
    if schema.len() == 1 {
        return;
    }
    let Some(reference) = schema.shift_remove("$ref") else { return };
    lower(schema);
    let (beside, inside): (Map<_, _>, Map<_, _>) =
        std::mem::take(schema).into_iter().partition(|(key, _)| is_annotation(key) || key == "nullable");
    let mut all = vec![json!({ "$ref": reference })];
    if !inside.is_empty() {
        all.push(Value::Object(inside));
    }
    schema.insert("allOf".into(), Value::Array(all));
    schema.extend(beside);
}

/// Lowers a schema whose inner schemas are lowered.
pub(super) fn lower(schema: &mut Map<String, Value>) {
    schema.retain(|key, value| !value.is_null() || matches!(key.as_str(), "default" | "example" | "const"));
    lower_const(schema);
    lower_objects(schema);
    lower_tuples(schema);
    lower_content(schema);
    lower_limits(schema);
    lower_examples(schema);
    UNHELD.iter().for_each(|key| {
        schema.shift_remove(*key);
    });
    infer_type(schema);
    lower_type(schema);
    lower_null_in_enum(schema);
    drop_foreign(schema);
}

fn lower_const(schema: &mut Map<String, Value>) {
    if let Some(value) = schema.shift_remove("const") {
        schema.insert("enum".into(), Value::Array(vec![value]));
    }
}

fn lower_objects(schema: &mut Map<String, Value>) {
    if let Some(Value::Object(patterns)) = schema.shift_remove("patternProperties") {
        let mut values: Vec<_> = patterns.values().cloned().collect();
        let rest =
            schema.get("additionalProperties").filter(|rest| rest.as_object().is_some_and(|rest| !is_never(rest)));
        values.extend(rest.cloned());
        values.dedup();
        let values = if values.len() == 1 { values.remove(0) } else { json!({ "anyOf": values }) };
        schema.insert("additionalProperties".into(), values);
        schema.insert("x-pattern-properties".into(), patterns.keys().cloned().collect());
    }
    // Without `allOf` nothing else can have evaluated a member, so the two keywords mean the same.
    if !schema.contains_key("allOf")
        && !schema.contains_key("additionalProperties")
        && let Some(rest) = schema.shift_remove("unevaluatedProperties")
    {
        schema.insert("additionalProperties".into(), rest);
    }
    if let Some(rest @ Value::Object(_)) = schema.get_mut("additionalProperties") {
        match rest.as_object() {
            Some(inner) if is_never(inner) => *rest = false.into(),
            Some(inner) if inner.keys().all(|key| is_prose(key)) => *rest = true.into(),
            _ => {}
        }
    }
    if schema.get("required").is_some_and(|required| !required.is_array()) {
        schema.shift_remove("required");
    }
}

/// Whether this is the schema `false`.
fn is_never(schema: &Map<String, Value>) -> bool {
    schema.len() == 1 && schema.get("not").is_some_and(|not| *not == json!({}))
}

fn lower_tuples(schema: &mut Map<String, Value>) {
    let prefix = match (schema.shift_remove("prefixItems"), schema.get("items")) {
        (Some(Value::Array(prefix)), _) => prefix,
        // How drafts before 2020-12 wrote a tuple.
        (_, Some(Value::Array(_))) => match schema.shift_remove("items") {
            Some(Value::Array(prefix)) => prefix,
            _ => return,
        },
        _ => return,
    };
    let rest = schema.shift_remove("items").or_else(|| schema.shift_remove("unevaluatedItems"));
    let mut items = Vec::new();
    for item in &prefix {
        if !items.contains(item) {
            items.push(item.clone());
        }
    }
    match rest {
        Some(Value::Object(rest)) if is_never(&rest) => {
            schema.entry("maxItems").or_insert(prefix.len().into());
        }
        Some(rest @ Value::Object(_)) if !items.contains(&rest) => items.push(rest),
        Some(_) => {}
        None => items.push(json!({})),
    }
    // One that allows anything makes the others void.
    let any = items.iter().any(|item| item.as_object().is_some_and(Map::is_empty));
    let items = match items.len() {
        _ if any => json!({}),
        1 => items.remove(0),
        _ => json!({ "anyOf": items }),
    };
    schema.insert("items".into(), items);
    schema.insert("x-prefix-items".into(), Value::Array(prefix));
}

fn lower_content(schema: &mut Map<String, Value>) {
    let encoding = schema.get("contentEncoding").and_then(Value::as_str);
    let media = schema.get("contentMediaType").and_then(Value::as_str);
    let format = match (encoding, media) {
        (Some("base64" | "base64url"), _) => "byte",
        (Some("binary"), _) => "binary",
        (None, Some(media)) if !is_text(media) => "binary",
        _ => return,
    };
    let (encoding, media) = (encoding.map(Value::from), media.map(Value::from));
    schema.entry("type").or_insert("string".into());
    schema.entry("format").or_insert(format.into());
    schema.extend(encoding.map(|encoding| ("x-content-encoding".into(), encoding)));
    schema.extend(media.map(|media| ("x-content-media-type".into(), media)));
}

fn is_text(media: &str) -> bool {
    media.starts_with("text/") || media.contains("json") || media.contains("xml")
}

/// `exclusiveMinimum: 3` becomes `minimum: 3, exclusiveMinimum: true`; counts and bounds of whole numbers become such.
fn lower_limits(schema: &mut Map<String, Value>) {
    for (exclusive, inclusive, upper) in [("exclusiveMinimum", "minimum", false), ("exclusiveMaximum", "maximum", true)]
    {
        let Some(limit) = schema.get(exclusive).and_then(Value::as_f64) else { continue };
        let other = schema.get(inclusive).and_then(Value::as_f64);
        let tighter = other.is_none_or(|other| if upper { limit <= other } else { limit >= other });
        if let Some(limit) = schema.shift_remove(exclusive).filter(|_| tighter) {
            schema.insert(inclusive.into(), limit);
            schema.insert(exclusive.into(), true.into());
        }
    }
    const COUNTS: [&str; 6] = ["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"];
    const BOUNDS: [&str; 3] = ["minimum", "maximum", "multipleOf"];
    let whole = schema.get("type").is_some_and(|name| name == "integer");
    for key in COUNTS.iter().chain(BOUNDS.iter().filter(|_| whole)) {
        let Some(value) = schema.get_mut(*key) else { continue };
        if let Some(limit) =
            value.as_f64().filter(|limit| !value.is_i64() && limit.fract() == 0.0 && limit.abs() < 9e15)
        {
            *value = Number::from(limit as i64).into();
        } else if !value.is_i64() || (COUNTS.contains(key) && !value.is_u64()) {
            let limit = value.take();
            schema.shift_remove(*key);
            schema.insert(format!("x-{key}"), limit);
        }
    }
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

/// A schema that only makes sense for one type has it, though the specification does not ask for it.
fn infer_type(schema: &mut Map<String, Value>) {
    if schema.contains_key("type") || ["oneOf", "anyOf", "allOf", "not"].iter().any(|key| schema.contains_key(*key)) {
        return;
    }
    let name = if schema.contains_key("properties") || schema.contains_key("additionalProperties") {
        "object"
    } else if schema.contains_key("items") {
        "array"
    } else {
        let values = schema.get("enum").and_then(Value::as_array);
        let mut names: Vec<_> = values.into_iter().flatten().filter(|value| !value.is_null()).map(type_of).collect();
        names.dedup();
        match names[..] {
            [name] => name,
            _ => return,
        }
    };
    schema.insert("type".into(), name.into());
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn lower_type(schema: &mut Map<String, Value>) {
    let mut names: Vec<String> = match schema.get("type") {
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).map(Into::into).collect(),
        Some(Value::String(name)) if name == "null" => vec![name.clone()],
        _ => return,
    };
    schema.shift_remove("type");
    let null = names.iter().any(|name| name == "null");
    names.retain(|name| name != "null");
    if names.iter().any(|name| name == "number") {
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
        names => split_types(schema, names),
    }
}

/// Several types: a variant for each, with the keywords that apply to it, or no type at all where it would be any.
fn split_types(schema: &mut Map<String, Value>, names: &[String]) {
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
            let fits = |value: &&Value| type_of(value) == name || (name == "number" && value.is_number());
            let values: Vec<_> = values.iter().filter(fits).cloned().collect();
            if values.is_empty() {
                continue;
            }
            variant.insert("enum".into(), values.into());
        }
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

/// `nullable` alone says whether `null` is allowed.
fn lower_null_in_enum(schema: &mut Map<String, Value>) {
    let text = schema.get("type").is_some_and(|name| name == "string");
    let Some(values) = schema.get_mut("enum").and_then(Value::as_array_mut) else { return };
    if all_null(values) {
        schema.retain(|key, _| is_annotation(key));
        schema.insert("nullable".into(), true.into());
        schema.insert("enum".into(), json!([null]));
        return;
    }
    let before = values.len();
    values.retain(|value| !value.is_null());
    let nullable = values.len() < before;
    if text {
        // YAML reads an unquoted `1` or `no` as something else than the text that was meant.
        values
            .iter_mut()
            .filter(|value| value.is_number() || value.is_boolean())
            .for_each(|value| *value = value.to_string().into());
    }
    let mut seen = Vec::new();
    values.retain(|value| {
        !seen.contains(value) && {
            seen.push(value.clone());
            true
        }
    });
    if nullable {
        schema.insert("nullable".into(), true.into());
    }
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
