//! How many operations a document has, counted without the generator.

use anyhow::{Context, Result};
use serde_json::Value;

/// The methods that an operation can have.
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// The version that a document says, and the number of methods under its paths.
pub(super) fn operations(bytes: &[u8]) -> Result<(String, usize)> {
    let text = std::str::from_utf8(bytes).context("the text is not UTF-8")?;
    let text = text.trim_start_matches('\u{feff}');
    let document: Value = if text.trim_start().starts_with('{') {
        serde_json::from_str(text)?
    } else {
        // Keys that are numbers are no keys of JSON.
        json(serde_yaml::from_str(text)?)
    };
    let version = document["openapi"].as_str().unwrap_or("?").to_owned();
    let items = document["paths"].as_object().into_iter().flatten().filter(|(path, _)| path.starts_with('/'));
    Ok((version, items.map(|(_, item)| methods(item, &document, 0)).sum()))
}

fn methods(item: &Value, document: &Value, depth: usize) -> usize {
    let own = METHODS.iter().filter(|method| item.get(**method).is_some_and(Value::is_object)).count();
    let target = item["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
    let target = target.and_then(|pointer| document.pointer(pointer)).filter(|_| depth < 8);
    own + target.map_or(0, |item| methods(item, document, depth + 1))
}

fn json(value: serde_yaml::Value) -> Value {
    match value {
        serde_yaml::Value::Mapping(members) => {
            Value::Object(members.into_iter().map(|(key, value)| (text(&key), json(value))).collect())
        }
        serde_yaml::Value::Sequence(items) => Value::Array(items.into_iter().map(json).collect()),
        serde_yaml::Value::Tagged(tagged) => json(tagged.value),
        scalar => serde_json::to_value(scalar).unwrap_or_default(),
    }
}

fn text(key: &serde_yaml::Value) -> String {
    key.as_str().map_or_else(|| json(key.clone()).to_string(), str::to_owned)
}
