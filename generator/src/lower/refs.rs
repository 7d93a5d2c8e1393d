//! References: all of them resolve, and those that may are to components.
//!
//! A part that is referred to where it stands, in the document (`#/paths/…`, `#/components/schemas/A/properties/b`, `$defs`,
//! `$anchor`, `$id`) or in a file next to it, becomes a component of its own. What cannot be a component, path items above all,
//! takes the place of the reference. Names that cannot stand in a reference as they are become ones that can.

mod find;
mod names;
mod rewrite;
mod sources;
mod uri;
mod wrong;

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::findings::Findings;
use crate::error::{Result, push};
use crate::load::Files;
use crate::walk::{Kind, Way};

/// Settles the references of a document that is in shape; `named`: schemas in it have names of their own.
pub(super) fn settle(document: &mut Value, named: bool, files: &Files<'_>, found: &mut Findings) -> Result<()> {
    let mut finder = find::Finder::new(std::mem::take(document), named, files, found);
    finder.run();
    finder.tell_wrong();
    let find::Finder { mut sources, fates, parts, homes, settled, .. } = finder;
    found.check()?;
    if settled {
        *document = sources.take_document();
    } else {
        let names = names::assign(&sources, &parts, &homes);
        *document = rewrite::rewrite(sources, &fates, &parts, &names, found);
    }
    check_circles(document, found);
    found.check()
}

/// The section of the components that holds objects of this kind, where references to them stay.
fn section(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Schema => Some("schemas"),
        Kind::Parameter => Some("parameters"),
        Kind::Header => Some("headers"),
        Kind::RequestBody => Some("requestBodies"),
        Kind::Response => Some("responses"),
        Kind::SecurityScheme => Some("securitySchemes"),
        _ => None,
    }
}

/// The reference of an object that is one: it comes first in the stable order.
fn reference(value: &Value) -> Option<&str> {
    let (key, reference) = value.as_object()?.iter().next()?;
    if matches!(key.as_str(), "$ref" | "$dynamicRef") { reference.as_str() } else { None }
}

/// Whether a pointer leads to a component of this section, and its name there, as it is written in pointers.
fn component<'a>(pointer: &'a str, section: &str) -> Option<&'a str> {
    let name = pointer.strip_prefix("/components/")?.strip_prefix(section)?.strip_prefix('/')?;
    (!name.contains('/')).then_some(name)
}

/// Whether a name may stand in a reference as it is.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-'))
}

/// A schema that is only a reference, and in the end to itself, is nothing.
fn check_circles(document: &Value, found: &mut Findings) {
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    let Some(schemas) = schemas else { return };
    // From which start each name was passed first.
    let mut passed: HashMap<&str, &str> = HashMap::new();
    for start in schemas.keys() {
        let mut name = start.as_str();
        while !passed.contains_key(name) {
            passed.insert(name, start);
            let Some(next) = next_schema(schemas, name) else { break };
            if passed.get(next) == Some(&start.as_str()) {
                let pointer = push("/components/schemas", next);
                found.problem(&Way::from(&pointer), "refers to itself and to nothing else");
            }
            name = next;
        }
    }
}

fn next_schema<'a>(schemas: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    reference(schemas.get(name)?)?.strip_prefix("#/components/schemas/")
}
