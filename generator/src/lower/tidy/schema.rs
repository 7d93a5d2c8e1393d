//! Schemas: keywords of older drafts, and types that other languages have.

use serde_json::{Map, Value, json};

use super::leaf::{self, Leaf, Loss};
use super::{Findings, is_empty_list, name_of};
use crate::walk::{self, Kind, Member, Way};

/// The types that a schema may have.
const TYPES: [&str; 7] = ["string", "number", "integer", "boolean", "array", "object", "null"];

/// Types that are none, and what they mean: a type, and a format that goes with it.
const FOREIGN: [(&[&str], &str, Option<&str>); 11] = [
    (&["file", "binary"], "string", Some("binary")),
    (&["date"], "string", Some("date")),
    (&["datetime", "date-time", "timestamp"], "string", Some("date-time")),
    (&["uuid", "guid"], "string", Some("uuid")),
    (&["str", "text", "char", "email", "uri", "url", "password"], "string", None),
    (&["int", "int32", "int64", "long", "short"], "integer", None),
    (&["float", "double", "decimal", "numeric"], "number", None),
    (&["bool"], "boolean", None),
    (&["list", "set", "tuple"], "array", None),
    (&["dict", "map", "hash", "struct"], "object", None),
    (&["none", "nil"], "null", None),
];

/// Puts the keywords of one schema into shape. Says whether it has a name of its own.
pub(super) fn tidy(value: &mut Value, way: &Way<'_>, found: &mut Findings) -> bool {
    match value {
        Value::Object(schema) => return keywords(schema, way, found),
        Value::Bool(_) => {}
        Value::String(text) if matches!(text.as_str(), "true" | "false") => *value = (text == "true").into(),
        other => {
            let message =
                format!("this must be a schema, which is an object, `true` or `false`, and is {}", name_of(other));
            found.problem(way, message);
        }
    }
    false
}

fn keywords(schema: &mut Map<String, Value>, way: &Way<'_>, found: &mut Findings) -> bool {
    types(schema, way, found);
    schema.retain(|key, value| !value.is_null() || matches!(key.as_str(), "default" | "example" | "const"));
    if schema.contains_key("dependencies") {
        dependencies(schema);
    }
    if schema.get("items").is_some_and(|items| items.is_array() && !is_empty_list(items)) {
        tuple(schema);
    }
    if let Some(discriminator) = schema.get_mut("discriminator")
        && !read_discriminator(discriminator)
    {
        found.note(&way.name("discriminator"), "a discriminator without `propertyName` has no effect");
        schema.shift_remove("discriminator");
    }
    if schema.get("required").is_some_and(Value::is_boolean) {
        schema.shift_remove("required");
        found.note(
            way,
            "`required` of a member belongs into the list `required` of the object around it: here it has no effect",
        );
    }
    let mut gone = Vec::new();
    let mut named = false;
    for (key, value) in schema.iter_mut() {
        named |= key.starts_with('$') && matches!(key.as_str(), "$id" | "$anchor" | "$dynamicAnchor");
        if walk::member(Kind::Schema, key) != Member::Plain {
            continue;
        }
        // Keywords that nobody knows are allowed, and say nothing.
        let Some((leaf, loss)) = leaf::of(Kind::Schema, key).filter(|(leaf, _)| *leaf != Leaf::Data) else { continue };
        if !leaf.read(value) {
            if loss == Loss::Fact {
                let message = format!("`{key}` must be {} and is {}: it has no effect", leaf.name(), name_of(value));
                found.note(&way.name(key), message);
            }
            gone.push(key.clone());
        }
    }
    for key in gone {
        schema.shift_remove(&key);
    }
    if let Some(nullable) = schema.get_mut("nullable")
        && !leaf::flag(nullable)
    {
        found.problem(&way.name("nullable"), format!("`nullable` must be true or false and is {}", name_of(nullable)));
    }
    if let Some(nullable) = schema.shift_remove("x-nullable") {
        // How Swagger 2 said it.
        schema.entry("nullable").or_insert((nullable == true).into());
    }
    named
}

/// `type` is one of the seven names, or a list of such.
fn types(schema: &mut Map<String, Value>, way: &Way<'_>, found: &mut Findings) {
    let says_more = ["properties", "items", "enum", "format", "allOf", "oneOf", "anyOf", "$ref"];
    let says_more = says_more.iter().any(|key| schema.contains_key(*key));
    let mut format = None;
    let known = match schema.get_mut("type") {
        None => return,
        Some(Value::String(name)) if TYPES.contains(&name.as_str()) => return,
        // What YAML makes of an unquoted `null`; beside other keywords it is a member that was not set.
        Some(Value::Null) if says_more => None,
        Some(null @ Value::Null) => Some(null.take()),
        Some(Value::Array(names))
            if names.iter().all(|name| name.as_str().is_some_and(|name| TYPES.contains(&name))) =>
        {
            (!names.is_empty()).then(|| std::mem::take(names).into())
        }
        Some(Value::Array(names)) => {
            let known: Vec<Value> = names.iter().filter_map(|name| read_type(name, &mut format, way, found)).collect();
            // One that is unknown makes the others void.
            (known.len() == names.len() && !known.is_empty()).then(|| known.into())
        }
        Some(name) => read_type(name, &mut format, way, found),
    };
    match known {
        Some(Value::Null) => schema.insert("type".into(), "null".into()),
        Some(known) => schema.insert("type".into(), known),
        None => schema.shift_remove("type"),
    };
    if let Some(format) = format {
        schema.entry("format").or_insert(format.into());
    }
}

fn read_type(written: &Value, format: &mut Option<&'static str>, way: &Way<'_>, found: &mut Findings) -> Option<Value> {
    let Some(text) = written.as_str() else {
        if written.is_null() {
            return Some("null".into());
        }
        found.note(&way.name("type"), format!("`type` must be a text and is {}: any value is taken", name_of(written)));
        return None;
    };
    let small = text.trim().to_ascii_lowercase();
    if TYPES.contains(&small.as_str()) {
        return Some(small.into());
    }
    let foreign = FOREIGN.iter().find(|(names, ..)| names.contains(&small.as_str()));
    let Some((_, name, its_format)) = foreign else {
        let any = small == "any" || small.is_empty();
        if !any {
            found.note(
                &way.name("type"),
                format!("`type: {}` is none of OpenAPI: any value is taken", text.escape_debug()),
            );
        }
        return None;
    };
    *format = *its_format;
    found
        .note(&way.name("type"), format!("`type: {}` is none of OpenAPI: it is read as `{name}`", text.escape_debug()));
    Some((*name).into())
}

/// `dependencies` was split into two keywords.
fn dependencies(schema: &mut Map<String, Value>) {
    let Some(Value::Object(all)) = schema.shift_remove("dependencies") else { return };
    for (name, needs) in all {
        let keyword = if needs.is_array() { "dependentRequired" } else { "dependentSchemas" };
        if let Value::Object(known) = schema.entry(keyword).or_insert_with(|| json!({})) {
            known.insert(name, needs);
        }
    }
}

/// A list in `items` is now `prefixItems`, and what was `additionalItems` is `items`.
fn tuple(schema: &mut Map<String, Value>) {
    if let Some(items) = schema.shift_remove("items") {
        schema.entry("prefixItems").or_insert(items);
    }
    if let Some(rest) = schema.shift_remove("additionalItems") {
        schema.insert("items".into(), rest);
    }
}

/// Swagger 2 has the name of the member alone.
fn read_discriminator(value: &mut Value) -> bool {
    if let Value::String(name) = value {
        *value = json!({ "propertyName": std::mem::take(name) });
    }
    let Some(discriminator) = value.as_object_mut() else { return false };
    if let Some(mapping) = discriminator.get_mut("mapping") {
        match mapping {
            Value::Object(mapping) => mapping.retain(|_, target| target.is_string()),
            _ => {
                discriminator.shift_remove("mapping");
            }
        }
    }
    discriminator.get_mut("propertyName").is_some_and(leaf::text)
}
