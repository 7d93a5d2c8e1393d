//! Takes the prose out of a document before it is kept: words are their author's, facts are not.
//!
//! A description that is a fact in disguise becomes an `x-` member first, so that overlays and dialects can still tell.

use serde_json::{Map, Value};

use crate::walk::{self, Kind};

/// The members that hold prose, wherever they are keywords.
const PROSE: [&str; 7] = ["summary", "description", "title", "example", "examples", "externalDocs", "$comment"];

/// Descriptions that say what a schema is, and the member that says it without them.
const FACTS: [(&str, &str); 4] = [
    // A validator that could not be expressed; the schema is a stand-in.
    ("Validator function", "x-validator"),
    // An object of which nothing is known.
    ("arbitrary", "x-arbitrary"),
    ("arbitrary JSON object", "x-arbitrary"),
    // `null`, which has no type of its own in 3.0.
    ("null value", "x-null"),
];

/// Notes the facts that stand in descriptions as `x-` members; the descriptions stay.
pub fn note_facts(document: &mut Value) {
    walk::document(document, &mut |kind, value, _| {
        let (Kind::Schema, Some(schema)) = (kind, value.as_object_mut()) else { return };
        let description = schema.get("description").and_then(Value::as_str);
        if let Some((_, fact)) = FACTS.iter().find(|(text, _)| description == Some(text)) {
            schema.insert((*fact).into(), Value::Bool(true));
        }
    });
}

/// Takes out summaries, descriptions, titles, examples and links to further documentation.
///
/// Names of tags and members stay, `info` gets `title`, and the descriptions that the specification requires become empty.
pub fn strip(document: &mut Value, title: &str) {
    walk::document(document, &mut |kind, value, _| {
        let Some(object) = value.as_object_mut() else { return };
        PROSE.iter().for_each(|key| {
            object.shift_remove(*key);
        });
        match kind {
            Kind::Info => {
                object.insert("title".into(), title.into());
                object.shift_remove("contact");
                object.shift_remove("termsOfService");
            }
            Kind::Response if !object.contains_key("$ref") => {
                object.insert("description".into(), "".into());
            }
            Kind::SecurityScheme => empty_scopes(object),
            _ => {}
        }
    });
}

/// The keys of `scopes` are names, its values prose that is required.
fn empty_scopes(scheme: &mut Map<String, Value>) {
    let flows = scheme.get_mut("flows").and_then(Value::as_object_mut);
    for flow in flows.into_iter().flat_map(Map::values_mut) {
        let scopes = flow.get_mut("scopes").and_then(Value::as_object_mut);
        for scope in scopes.into_iter().flat_map(Map::values_mut) {
            *scope = "".into();
        }
    }
}
