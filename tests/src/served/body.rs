//! Request bodies, read by their content type.

use bytes::Bytes;
use serde_json::{Map, Value};

use crate::multipart::{FormPart, parts};
use crate::same::same;

use super::document::{Document, Media, Place, essence, is_json};
use super::kind::Kinds;
use super::style::{Manner, Written, readings, scalar};

/// The way to write a body that a content type means: itself, or a range that it is in.
pub(super) fn media<'a>(all: &'a [Media], content_type: &str) -> Option<&'a Media> {
    let sent = essence(content_type);
    let kind = sent.split('/').next().unwrap_or_default();
    let exact = all.iter().find(|media| media.name.eq_ignore_ascii_case(content_type));
    exact
        .or_else(|| all.iter().find(|media| media.essence() == sent))
        .or_else(|| all.iter().find(|media| media.essence() == format!("{kind}/*")))
        .or_else(|| all.iter().find(|media| media.essence() == "*/*"))
}

/// Reads a body; where a text may be several values, it is the one that was meant.
pub(super) async fn read(
    media: &Media,
    content_type: &str,
    bytes: Bytes,
    meant: Option<&Value>,
    document: &Document,
) -> Result<Value, String> {
    let sent = essence(content_type);
    if is_json(&sent) {
        return serde_json::from_slice(&bytes).map_err(|error| format!("is no JSON: {error}"));
    }
    let schema = media.schema.as_deref().map_or(&Value::Null, |pointer| document.schema(pointer));
    match sent.as_str() {
        "application/x-www-form-urlencoded" => {
            let text = std::str::from_utf8(&bytes).map_err(|_| "is a form that is not ASCII")?;
            Ok(form(media, schema, text, meant, &document.value))
        }
        "multipart/form-data" => {
            let parts = parts(content_type, bytes).await.map_err(|error| format!("is no multipart body: {error}"))?;
            multipart(media, schema, &parts, meant, &document.value)
        }
        _ => Ok(scalar(&String::from_utf8_lossy(&bytes), &Kinds::of(schema, &document.value), true)),
    }
}

fn form(media: &Media, schema: &Value, text: &str, meant: Option<&Value>, document: &Value) -> Value {
    let pairs = pairs(text);
    let kinds = Kinds::of(schema, document);
    let mut members = Map::new();
    let mut claimed = vec![false; pairs.len()];
    for name in kinds.names() {
        let inside = kinds.schema_of(name).unwrap_or(&Value::Null);
        let encoding = media.encoding.get(name);
        let style = encoding.and_then(|encoding| encoding.style.as_deref());
        let shape = Kinds::of(inside, document);
        // Without a style an object is JSON.
        let told = encoding.is_some_and(|encoding| encoding.style.is_some() || encoding.explode.is_some());
        let manner = Manner {
            name,
            place: Place::Query,
            style: style.unwrap_or("form"),
            explode: encoding
                .and_then(|encoding| encoding.explode)
                .unwrap_or(style.is_none_or(|style| style == "form")),
            json: shape.object && !shape.scalar && !shape.array && !told,
            schema: inside,
        };
        for (claimed, (key, _)) in claimed.iter_mut().zip(&pairs) {
            *claimed |= manner.claims(&decoded(key), document);
        }
        let Some(values) = readings(&manner, Written::Pairs(&pairs), document) else { continue };
        members.extend(chosen(values, name, meant));
    }
    for ((name, value), _) in pairs.iter().zip(&claimed).filter(|(_, claimed)| !**claimed) {
        let name = decoded(name);
        let inside = kinds.member(&name);
        let values = [true, false].map(|as_text| scalar(&decoded(value), &inside, as_text));
        members.extend(chosen(values.to_vec(), &name, meant));
    }
    Value::Object(members)
}

/// The reading of a member that was meant, else the first.
fn chosen(mut values: Vec<Value>, name: &str, meant: Option<&Value>) -> Option<(String, Value)> {
    let meant = meant.and_then(|meant| meant.get(name));
    let index = values.iter().position(|value| meant.is_some_and(|meant| same(meant, value))).unwrap_or(0);
    (index < values.len()).then(|| (name.to_owned(), values.swap_remove(index)))
}

/// The pairs of a query or a form, still encoded.
pub(super) fn pairs(text: &str) -> Vec<(String, String)> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

fn multipart(
    media: &Media,
    schema: &Value,
    parts: &[FormPart],
    meant: Option<&Value>,
    document: &Value,
) -> Result<Value, String> {
    let kinds = Kinds::of(schema, document);
    let mut members = Map::new();
    let mut names: Vec<&str> = parts.iter().map(|part| part.name.as_str()).collect();
    names.dedup();
    for name in names {
        let inside = kinds.member(name);
        let mut items = Vec::new();
        for part in parts.iter().filter(|part| part.name == name) {
            let text = String::from_utf8_lossy(&part.content);
            let kind = essence(part.content_type.as_deref().unwrap_or("text/plain"));
            let told = media.encoding.get(name).and_then(|encoding| encoding.content_type.as_deref());
            if let Some(told) = told.filter(|told| !told.split(',').any(|one| fits(&essence(one), &kind))) {
                return Err(format!("has the part `{name}` as {kind}, which is not {told}"));
            }
            // A text that says what is in it is one, whatever that is.
            let schema = kinds.schema_of(name).unwrap_or(&Value::Null);
            let inner = schema["contentMediaType"].as_str().or(schema["items"]["contentMediaType"].as_str());
            if let Some(inner) = inner.filter(|inner| told.is_none() && essence(inner) != kind) {
                return Err(format!("has the part `{name}` as {kind}, which is not {inner}"));
            }
            let is_text = told.is_none() && inner.is_some();
            items.push(if is_json(&kind) && part.file_name.is_none() && !is_text {
                let value = serde_json::from_str(&text);
                vec![value.map_err(|error| format!("has the part `{name}`, which is no JSON: {error}"))?]
            } else {
                let item = if inside.array && !inside.scalar { inside.item() } else { inside.clone() };
                let readings = vec![scalar(&text, &item, true), scalar(&text, &item, false)];
                if readings.iter().any(|value| value.is_object() || value.is_array()) {
                    return Err(format!("has the part `{name}` as {kind}, which is JSON"));
                }
                readings
            });
        }
        let mut values: Vec<Value> = Vec::new();
        if inside.array {
            for choice in [0, 1] {
                values
                    .push(items.iter().filter_map(|item| item.get(choice).or_else(|| item.first()).cloned()).collect());
            }
        }
        if let [one] = items.as_slice() {
            values.extend(one.iter().cloned());
        }
        members.extend(chosen(values, name, meant));
    }
    Ok(Value::Object(members))
}

/// Whether a media type is another one, or in the range that it is.
pub(super) fn fits(range: &str, kind: &str) -> bool {
    range == kind || range == "*/*" || range.strip_suffix('*').is_some_and(|start| kind.starts_with(start))
}
