//! What stands around schemas: parameters, responses, media types, servers.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::alike;
use super::findings::Findings;
use crate::walk::{self, Kind, Member, Way};

/// Dialects of schemas that are read as they mean it.
const DIALECTS: [&str; 3] =
    ["https://spec.openapis.org/oas/3.1/", "https://json-schema.org/draft/", "http://json-schema.org/draft-"];

/// `webhooks` has no place in 3.0: `x-webhooks` has the same content.
pub(super) fn move_webhooks(document: &mut Value) {
    let Some(document) = document.as_object_mut() else { return };
    if let Some(webhooks) = document.shift_remove("webhooks") {
        document.insert("x-webhooks".into(), webhooks);
    }
}

/// Documents of 3.0 have `x-webhooks` too. Whatever is in it is their own affair, unless it is a path item.
pub(super) fn trim_webhooks(document: &mut Value) {
    match document.get_mut("x-webhooks") {
        Some(Value::Object(items)) => items.retain(|_, item| item.is_object()),
        Some(other) => *other = Value::Object(Map::new()),
        None => {}
    }
}

/// A parameter that is declared twice on one operation, in equal words or by reference, is declared once.
pub(super) fn dedupe_parameters(document: &mut Value) {
    let components = document.pointer("/components/parameters");
    let follow = |parameter: &Value| -> Option<(String, String)> {
        let name = parameter.get("$ref").and_then(Value::as_str).and_then(|target| target.rsplit('/').next());
        let parameter = name.and_then(|name| components?.get(name)).unwrap_or(parameter);
        let text = |key: &str| parameter.get(key).and_then(Value::as_str).map(str::to_owned);
        Some((text("in")?, text("name")?))
    };
    let whole = |parameter: &'_ Value| -> Value {
        let name = parameter.get("$ref").and_then(Value::as_str).and_then(|target| target.rsplit('/').next());
        name.and_then(|name| components?.get(name)).unwrap_or(parameter).clone()
    };
    let mut twice: Vec<(String, usize)> = Vec::new();
    walk::look(document, Member::One(Kind::Document), &Way::TOP, &mut |member, value, way| {
        if member != Member::List(Kind::Parameter) {
            return;
        }
        let parameters = value.as_array().map(Vec::as_slice).unwrap_or_default();
        let mut seen: HashMap<(String, String), Vec<usize>> = HashMap::with_capacity(parameters.len());
        for (index, parameter) in parameters.iter().enumerate() {
            let Some(name) = follow(parameter) else { continue };
            let others = seen.entry(name).or_default();
            let same = |other: &usize| {
                parameters
                    .get(*other)
                    .is_some_and(|other| alike::same(&whole(other), &whole(parameter), Member::One(Kind::Parameter)))
            };
            if others.iter().any(same) {
                twice.push((way.to_string(), index));
            } else {
                others.push(index);
            }
        }
    });
    for (pointer, index) in twice.into_iter().rev() {
        if let Some(Value::Array(parameters)) = document.pointer_mut(&pointer) {
            parameters.remove(index);
        }
    }
}

/// Lowers an object of the specification that is no schema, after what it holds.
pub(super) fn lower(kind: Kind, object: &mut Map<String, Value>, way: &Way<'_>, found: &mut Findings) {
    if object.contains_key("$ref") {
        return;
    }
    match kind {
        Kind::Document => lower_document(object, way, found),
        Kind::Info => lower_info(object),
        Kind::Components => {
            // All references to them are resolved.
            object.retain(|key, _| key != "pathItems" && key != "callbacks");
        }
        Kind::Operation => {
            object.entry("responses").or_insert_with(|| json!({}));
        }
        Kind::Callback => object.retain(|key, item| !key.starts_with("x-") && item.is_object()),
        Kind::Response => {
            object.entry("description").or_insert("".into());
        }
        Kind::RequestBody => {
            object.entry("content").or_insert_with(|| json!({}));
        }
        Kind::Parameter => lower_parameter(object, way, found),
        Kind::Header => lower_header(object, way, found),
        Kind::Encoding => lower_encoding(object, way, found),
        Kind::Server => {
            // A variable without a default is one that users have to say, like one that is not declared.
            if let Some(Value::Object(variables)) = object.get_mut("variables") {
                variables.retain(|_, variable| variable.get("default").is_some());
            }
        }
        Kind::ServerVariable => lower_variable(object),
        _ => {}
    }
    if matches!(kind, Kind::RequestBody | Kind::Response)
        && let Some(Value::Object(content)) = object.get_mut("content")
    {
        content.iter_mut().for_each(|(media, body)| lower_binary(media, body));
    }
}

fn lower_document(document: &mut Map<String, Value>, way: &Way<'_>, found: &mut Findings) {
    document.insert("openapi".into(), "3.0.3".into());
    let dialect = document.shift_remove("jsonSchemaDialect");
    if let Some(dialect) = dialect.as_ref().and_then(Value::as_str)
        && !DIALECTS.iter().any(|known| dialect.starts_with(known))
    {
        let message = format!(
            "nothing is known of the dialect `{}`: schemas are read as those of OpenAPI",
            dialect.escape_debug()
        );
        found.note(&way.name("jsonSchemaDialect"), message);
    }
    document.entry("paths").or_insert_with(|| json!({}));
}

fn lower_info(info: &mut Map<String, Value>) {
    for key in ["title", "version"] {
        info.entry(key).or_insert("".into());
    }
    if info.get("license").is_some_and(|license| license.get("name").is_none()) {
        info.shift_remove("license");
    }
}

fn lower_parameter(parameter: &mut Map<String, Value>, way: &Way<'_>, found: &mut Findings) {
    let place = parameter.get("in").and_then(Value::as_str).unwrap_or_default().to_owned();
    let styles: &[&str] = match place.as_str() {
        "path" => {
            parameter.insert("required".into(), true.into());
            &["simple", "label", "matrix"]
        }
        "query" => &["form", "spaceDelimited", "pipeDelimited", "deepObject"],
        "cookie" => &["form"],
        _ => &["simple"],
    };
    lower_style(parameter, styles, way, found);
    lower_format(parameter, way, found);
}

fn lower_header(header: &mut Map<String, Value>, way: &Way<'_>, found: &mut Findings) {
    lower_style(header, &["simple"], way, found);
    lower_format(header, way, found);
    // `openapiv3` has no place for it.
    if let Some(explode) = header.get("explode").cloned() {
        header.insert("x-explode".into(), explode);
    }
}

/// A style that there is not at this place is the one that goes without saying.
fn lower_style(object: &mut Map<String, Value>, styles: &[&str], way: &Way<'_>, found: &mut Findings) {
    let Some(style) = object.get("style").and_then(Value::as_str) else { return };
    if styles.contains(&style) {
        return;
    }
    if let Some(meant) = styles.iter().find(|known| known.eq_ignore_ascii_case(style)) {
        object.insert("style".into(), (*meant).into());
        return;
    }
    let (style, usual) = (style.escape_debug().to_string(), styles.first().copied().unwrap_or_default());
    found.note(way, format!("there is no style `{style}` here: it is read as `{usual}`"));
    object.shift_remove("style");
}

/// A parameter or a header has a schema or a content, and not both.
fn lower_format(object: &mut Map<String, Value>, way: &Way<'_>, found: &mut Findings) {
    if object.get("content").and_then(Value::as_object).is_some_and(Map::is_empty) {
        object.shift_remove("content");
    }
    if object.contains_key("content") {
        if object.get("schema").is_some_and(|schema| !super::is_any(schema)) {
            found.note(way, "there is `schema` beside `content`: `content` counts");
        }
        object.shift_remove("schema");
    } else {
        object.entry("schema").or_insert_with(|| json!({}));
    }
}

fn lower_encoding(encoding: &mut Map<String, Value>, way: &Way<'_>, found: &mut Findings) {
    let types = encoding.get("contentType").and_then(Value::as_array);
    if let Some(types) = types {
        let types: Vec<&str> = types.iter().filter_map(Value::as_str).collect();
        let types = types.join(", ");
        encoding.insert("contentType".into(), types.into());
    }
    lower_style(encoding, &["form", "spaceDelimited", "pipeDelimited", "deepObject"], way, found);
    // Whether a member of a form is exploded depends on its style, which typed documents do not know.
    let form = encoding.get("style").is_none_or(|style| style == "form");
    encoding.entry("explode").or_insert(form.into());
}

fn lower_variable(variable: &mut Map<String, Value>) {
    let first = variable.get("enum").and_then(Value::as_array).and_then(|values| values.first()).cloned();
    if let Some(first) = first {
        variable.entry("default").or_insert(first);
    }
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
