//! What stands around schemas: parameters, responses, media types, security schemes.

use serde_json::{Map, Value, json};

use super::unions::without_prose;
use crate::walk::{self, Kind};

/// `webhooks` has no place in 3.0: `x-webhooks` has the same content.
pub(super) fn move_webhooks(document: &mut Value) {
    let Some(document) = document.as_object_mut() else { return };
    if let Some(webhooks) = document.shift_remove("webhooks") {
        document.insert("x-webhooks".into(), webhooks);
    }
}

/// A parameter that is declared twice on one operation, in equal words or by reference, is declared once.
pub(super) fn dedupe_parameters(document: &mut Value) {
    let components = document.pointer("/components/parameters").cloned().unwrap_or_default();
    walk::document(document, &mut |kind, value, _| {
        if !matches!(kind, Kind::Operation | Kind::PathItem) {
            return;
        }
        let Some(parameters) = value.get_mut("parameters").and_then(Value::as_array_mut) else { return };
        let mut seen: Vec<Value> = Vec::new();
        parameters.retain(|parameter| {
            let name = parameter.get("$ref").and_then(Value::as_str).and_then(|target| target.rsplit('/').next());
            let component = name.and_then(|name| components.get(name));
            let plain = without_prose(component.unwrap_or(parameter), Kind::Parameter);
            let new = !seen.contains(&plain);
            seen.push(plain);
            new
        });
    });
}

/// Lowers an object of the specification that is no schema, after what it holds.
pub(super) fn lower(kind: Kind, object: &mut Map<String, Value>) {
    object.retain(|key, value| !value.is_null() || key == "example" || key == "value");
    match kind {
        Kind::Document => lower_document(object),
        Kind::Operation => lower_operation(object),
        Kind::Response if !object.contains_key("$ref") => {
            object.entry("description").or_insert("".into());
        }
        Kind::RequestBody if !object.contains_key("$ref") => lower_body(object),
        Kind::Parameter if !object.contains_key("$ref") => lower_parameter(object),
        Kind::SecurityScheme => lower_security_scheme(object),
        Kind::Encoding => lower_encoding(object),
        _ => {}
    }
    if matches!(kind, Kind::RequestBody | Kind::Response)
        && let Some(Value::Object(content)) = object.get_mut("content")
    {
        content.iter_mut().for_each(|(media, body)| lower_binary(media, body));
    }
}

fn lower_document(document: &mut Map<String, Value>) {
    document.insert("openapi".into(), "3.0.3".into());
    document.shift_remove("jsonSchemaDialect");
    document.entry("paths").or_insert_with(|| json!({}));
    let Some(components) = document.get_mut("components").and_then(Value::as_object_mut) else { return };
    // All references to them are resolved.
    components.shift_remove("pathItems");
}

fn lower_operation(operation: &mut Map<String, Value>) {
    let responses = operation.entry("responses").or_insert_with(|| json!({}));
    if let Value::Object(responses) = responses
        && responses.keys().any(|status| is_range(status) && status.ends_with('x'))
    {
        let ranges = std::mem::take(responses).into_iter();
        *responses = ranges
            .map(|(status, reply)| (if is_range(&status) { status.to_uppercase() } else { status }, reply))
            .collect();
    }
}

/// Whether a status is a range such as `4XX`.
fn is_range(status: &str) -> bool {
    status.len() == 3
        && status.starts_with(|digit: char| digit.is_ascii_digit())
        && status[1..].eq_ignore_ascii_case("xx")
}

fn lower_body(body: &mut Map<String, Value>) {
    body.entry("content").or_insert_with(|| json!({}));
}

fn lower_parameter(parameter: &mut Map<String, Value>) {
    if parameter.get("in").is_some_and(|place| place == "path") {
        parameter.insert("required".into(), true.into());
    }
    if parameter.contains_key("content") {
        parameter.shift_remove("schema");
    } else {
        parameter.entry("schema").or_insert_with(|| json!({}));
    }
    // 3.1 allows a list of examples nowhere but in schemas; documents have it here too.
    if parameter.get("examples").is_some_and(|examples| !examples.is_object()) {
        parameter.shift_remove("examples");
    }
}

/// Whether a member of a form is exploded depends on its style, which typed documents do not know.
fn lower_encoding(encoding: &mut Map<String, Value>) {
    let form = encoding.get("style").is_none_or(|style| style == "form");
    encoding.entry("explode").or_insert(form.into());
}

/// 3.1 has no schema for bytes: the media type says it all.
fn lower_binary(media: &str, body: &mut Value) {
    let Some(body) = body.as_object_mut() else { return };
    if media.starts_with("application/octet-stream") {
        let schema = body.entry("schema").or_insert_with(|| json!({}));
        if schema.as_object().is_some_and(Map::is_empty) {
            *schema = json!({ "type": "string", "format": "binary" });
        }
    }
}

/// A client certificate is nothing that a request says.
fn lower_security_scheme(scheme: &mut Map<String, Value>) {
    if scheme.get("type").is_some_and(|name| name == "mutualTLS") {
        scheme.insert("type".into(), "http".into());
        scheme.insert("scheme".into(), "mutual".into());
        scheme.insert("x-mutual-tls".into(), true.into());
    }
}
