//! References: all of them resolve, and those of schemas are to components.
//!
//! A schema that is referred to where it stands (`#/paths/…`, `#/components/schemas/A/properties/b`, `$defs`, `$anchor`, `$id`)
//! becomes a component of its own. Path items, and other objects outside of the components, take the place of the reference.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value, json};

use crate::error::{Error, Problem, Result, push};
use crate::walk::{self, Kind};

/// How often what takes the place of a reference may itself be a reference that something takes the place of.
const MAX_ROUNDS: usize = 32;

/// Settles the references of a document.
pub(super) fn settle(document: &mut Value) -> Result<()> {
    let anchors = anchors(document);
    let found = find(document, &anchors)?;
    let names = names(document, &found.schemas);
    let get = |target: &String| document.pointer(target).cloned();
    let moved: Vec<_> = names.iter().filter_map(|(target, name)| Some((name.clone(), get(target)?))).collect();
    if !moved.is_empty() || found.respelled {
        add_components(document, moved);
        walk::document(document, &mut |_, value, _| point_to_components(value, &anchors, &names));
    }
    let mut inline = found.inline;
    for _ in 0..MAX_ROUNDS {
        if inline.is_empty() {
            return check_cycles(document);
        }
        let originals = inline.iter().filter_map(|target| Some((target.clone(), document.pointer(target)?.clone())));
        let originals: BTreeMap<_, _> = originals.collect();
        walk::document(document, &mut |kind, value, _| put_in_place(kind, value, &originals));
        inline = find(document, &anchors)?.inline;
    }
    let circles = inline.into_iter().map(|target| Problem::at(target, "refers to itself and to nothing else"));
    Error::check((), circles.collect())
}

/// The references of a document that must change.
#[derive(Default)]
struct Found {
    /// Schemas that are not components.
    schemas: Vec<String>,
    /// Other objects that are not components.
    inline: Vec<String>,
    /// Whether a reference is right but for the way it is written.
    respelled: bool,
}

fn find(document: &mut Value, anchors: &HashMap<String, String>) -> Result<Found> {
    let mut found = Found::default();
    let mut problems = Vec::new();
    let mut references = Vec::new();
    walk::document(document, &mut |kind, value, pointer| {
        if let Some(reference) = reference(value) {
            references.push((kind, pointer.to_owned(), reference.to_owned()));
        }
    });
    for (kind, pointer, written) in references {
        let Some(target) = target(&written, anchors) else {
            let message = format!("`{written}` is outside of this document; put what it refers to into the document");
            problems.push(Problem::at(push(&pointer, "$ref"), message));
            continue;
        };
        if document.pointer(&target).is_none() {
            let message = format!("`{written}` points to nothing in this document");
            problems.push(Problem::at(push(&pointer, "$ref"), message));
            continue;
        }
        found.respelled |= written.strip_prefix('#') != Some(&target);
        let list = match kind {
            Kind::Schema if !is_component(&target, "/components/schemas/") => &mut found.schemas,
            Kind::Schema => continue,
            Kind::PathItem => &mut found.inline,
            _ if !is_component(&target, "/components/") => &mut found.inline,
            _ => continue,
        };
        if !list.contains(&target) {
            list.push(target);
        }
    }
    Error::check(found, problems)
}

fn reference(value: &Value) -> Option<&str> {
    // A dynamic reference is taken as one to the anchor that it starts from.
    value.get("$ref").or_else(|| value.get("$dynamicRef"))?.as_str()
}

/// `target` is one name below `section`, or one below a section of the components.
fn is_component(target: &str, section: &str) -> bool {
    let depth = if section == "/components/" { 1 } else { 0 };
    target.strip_prefix(section).is_some_and(|rest| rest.matches('/').count() == depth)
}

/// The JSON pointer that a reference means; `None`: it leaves the document.
fn target(reference: &str, anchors: &HashMap<String, String>) -> Option<String> {
    if let Some(pointer) = anchors.get(reference) {
        return Some(pointer.clone());
    }
    let (base, fragment) = reference.split_once('#').unwrap_or((reference, ""));
    let fragment = percent_encoding::percent_decode_str(fragment).decode_utf8().ok()?;
    let base = if base.is_empty() { "" } else { anchors.get(base)? };
    (fragment.is_empty() || fragment.starts_with('/')).then(|| format!("{base}{fragment}"))
}

/// The schemas that have a name of their own: `#anchor` and `$id`.
fn anchors(document: &mut Value) -> HashMap<String, String> {
    let mut anchors = HashMap::new();
    walk::document(document, &mut |kind, value, pointer| {
        if kind != Kind::Schema {
            return;
        }
        for (key, prefix) in [("$id", ""), ("$anchor", "#"), ("$dynamicAnchor", "#")] {
            if let Some(name) = value.get(key).and_then(Value::as_str) {
                anchors.entry(format!("{prefix}{name}")).or_insert_with(|| pointer.to_owned());
            }
        }
    });
    anchors
}

/// A name for each schema that becomes a component, from the names on its way.
fn names(document: &Value, targets: &[String]) -> BTreeMap<String, String> {
    const STRUCTURE: [&str; 12] = [
        "paths",
        "components",
        "schemas",
        "responses",
        "content",
        "schema",
        "properties",
        "parameters",
        "requestBody",
        "$defs",
        "definitions",
        "application~1json",
    ];
    let taken = |name: &str| document.pointer("/components/schemas").is_some_and(|schemas| schemas.get(name).is_some());
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for target in targets {
        let steps = target.split('/').filter(|step| !step.is_empty() && !STRUCTURE.contains(step));
        let clean =
            |step: &str| step.replace("~1", "_").chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
        let mut name = steps.map(clean).collect::<Vec<String>>().join("_");
        if name.is_empty() {
            name.push_str("Document");
        }
        while taken(&name) || names.values().any(|other| *other == name) {
            name.push('_');
        }
        names.insert(target.clone(), name);
    }
    names
}

fn add_components(document: &mut Value, schemas: Vec<(String, Value)>) {
    let Some(document) = document.as_object_mut() else { return };
    let components = document.entry("components").or_insert_with(|| json!({}));
    let Some(components) = components.as_object_mut() else { return };
    let section = components.entry("schemas").or_insert_with(|| json!({}));
    section.as_object_mut().into_iter().for_each(|section| section.extend(schemas.clone()));
}

fn point_to_components(value: &mut Value, anchors: &HashMap<String, String>, names: &BTreeMap<String, String>) {
    let Some(target) = reference(value).and_then(|reference| target(reference, anchors)) else { return };
    let Some(object) = value.as_object_mut() else { return };
    let target = names.get(&target).map_or(target, |name| format!("/components/schemas/{name}"));
    object.shift_remove("$dynamicRef");
    object.insert("$ref".into(), format!("#{target}").into());
}

fn put_in_place(kind: Kind, value: &mut Value, originals: &BTreeMap<String, Value>) {
    if kind == Kind::Schema {
        return;
    }
    let target = reference(value).and_then(|reference| reference.strip_prefix('#'));
    let original = target.and_then(|target| originals.get(target)).and_then(Value::as_object);
    if let (Some(original), Some(object)) = (original, value.as_object_mut()) {
        object.shift_remove("$ref");
        for (key, value) in original {
            object.entry(key.clone()).or_insert_with(|| value.clone());
        }
    }
}

/// A component that is only a reference, and in the end to itself, is nothing.
fn check_cycles(document: &Value) -> Result<()> {
    let sections = document.get("components").and_then(Value::as_object);
    let mut problems = Vec::new();
    for (section, parts) in sections.into_iter().flatten() {
        let Some(parts) = parts.as_object() else { continue };
        for name in parts.keys() {
            if is_circle(parts, section, name) {
                let pointer = push(&push("/components", section), name);
                problems.push(Problem::at(pointer, "refers to itself and to nothing else"));
            }
        }
    }
    Error::check((), problems)
}

fn is_circle(parts: &Map<String, Value>, section: &str, start: &str) -> bool {
    let prefix = format!("#/components/{section}/");
    let mut name = start.to_owned();
    for _ in 0..parts.len() {
        let reference = parts.get(&name).and_then(|part| part.get("$ref")).and_then(Value::as_str);
        let Some(next) = reference.and_then(|reference| reference.strip_prefix(&prefix)) else { return false };
        name = next.replace("~1", "/").replace("~0", "~");
        if name == start {
            return true;
        }
    }
    // It ends in a circle that others report.
    false
}
