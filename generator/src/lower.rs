//! A document of either version and any dialect to one of plain 3.0, still as JSON, and from there to `openapiv3`.
//!
//! Afterwards nobody knows about 3.1, about other files or about Logto's way to write schemas:
//!
//! - everything has the shape that the specification says, and the names of components are plain words;
//! - every `$ref` is to a component of this document, `#/components/schemas/…`, and resolves in one step, those between
//!   schemas in as many as it takes; path items, callbacks and media types are never references; the mapping of a
//!   discriminator is one of such references;
//! - `type` is one name, `nullable` says whether `null` is allowed, and no variant of a union does;
//! - a schema that only allows `null` is `{"nullable": true, "enum": [null]}`; one that allows nothing is `{"not": {}}`, and
//!   there is no other `not`;
//! - a reference that is nullable, deprecated or has a default is `{"allOf": [{"$ref": …}], "nullable": true, …}`;
//! - a constant is an `enum` of one value; an `enum` holds values of its `type` only, and stands beside texts, numbers and
//!   booleans; for lists and objects, and for numbers that no `i64` holds, it is `x-enum`;
//! - equal variants of a union are one, variants that are enums are one enum, a union of one is that one; variants that only
//!   say what is required are gone;
//! - `additionalProperties` is absent, a boolean or a schema that says something; the keys of `patternProperties` are in
//!   `x-pattern-properties`, `unevaluatedProperties` beside other parts is `x-unevaluated-properties`;
//! - a tuple is a list of any of its items, with the items in `x-prefix-items`;
//! - `exclusiveMinimum` and `exclusiveMaximum` are booleans; limits of whole numbers are whole; one that no `i64` holds is
//!   `x-minimum` or `x-maximum`;
//! - a text that may be empty beside its format or pattern is a plain text with these in `x-or-empty`;
//! - `contentEncoding` and `contentMediaType` are `format`, and `x-content-encoding` and `x-content-media-type`;
//! - `webhooks` are in `x-webhooks`; `explode` of a header, where it is said, is `x-explode` too, and that of an
//!   encoding is always said; a client certificate is an `http` scheme with `x-mutual-tls`;
//! - a variable of a server has a default, or is gone;
//! - the first of several examples is `example`; links are gone.
//!
//! What is lost on the way and changes which values are valid is a note.

mod alike;
mod conditions;
mod findings;
mod keywords;
mod limits;
mod logto;
mod refs;
mod structure;
mod tidy;
mod typed;
mod unions;
mod values;

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::error::{Problem, Result};
use crate::load::{Document, Files, Version};
use crate::walk::{self, Kind, Member, Visitor, Way};
use findings::Findings;
pub(crate) use findings::joined;
pub(crate) use limits::WHOLE;

pub use typed::typed;

/// How a document uses the specification.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Dialect {
    /// As the specification means it.
    #[default]
    Standard,
    /// As Logto writes it: literals in `format`, patterns between slashes, `number` for whole numbers.
    Logto {
        /// Members whose numbers may have a fraction.
        floats: BTreeSet<String>,
    },
}

/// A document of plain 3.0.
#[derive(Debug, Clone, PartialEq)]
pub struct Lowered {
    /// The document.
    pub value: Value,
    /// What was lost, or read in another way than it is written, each with its first place; equal notes are one.
    pub notes: Vec<Problem>,
    /// References to schemas that are not there, each with its place: any value is taken.
    pub dangling: Vec<Problem>,
}

/// Lowers a document. Its keys come into their stable order first, so that nothing after depends on how they were written.
///
/// `files` are those that it may refer to; [`Files::NONE`] for a document that stands alone.
///
/// # Errors
/// When something that matters is not what the specification asks for, or a reference points nowhere, at itself, or to
/// an address.
pub fn lower(document: Document, dialect: &Dialect, files: &Files<'_>) -> Result<Lowered> {
    let Document { version, mut value } = document;
    let mut found = Findings::default();
    structure::trim_webhooks(&mut value);
    let named = tidy::tidy(&mut value, Member::One(Kind::Document), &Way::TOP, &mut found);
    refs::settle(&mut value, named, files, &mut found)?;
    structure::move_webhooks(&mut value);
    structure::dedupe_parameters(&mut value);
    let mut lowering = Lowering { version, dialect, found: &mut found };
    walk::walk(&mut value, Member::One(Kind::Document), &Way::TOP, &mut lowering);
    found.check()?;
    let dangling = found.take_dangling();
    Ok(Lowered { value, notes: found.into_notes(), dangling })
}

struct Lowering<'a> {
    version: Version,
    dialect: &'a Dialect,
    found: &'a mut Findings,
}

impl Visitor for Lowering<'_> {
    fn leave(&mut self, kind: Kind, value: &mut Value, way: &Way<'_>) {
        if kind == Kind::Schema {
            self.schema(value, way);
        } else if let Some(object) = value.as_object_mut() {
            structure::lower(kind, object, way, self.found);
            if let Dialect::Logto { .. } = self.dialect {
                logto::lower_structure(kind, object);
            }
        }
    }
}

impl Lowering<'_> {
    /// Inner schemas are lowered before the ones around them.
    fn schema(&mut self, value: &mut Value, way: &Way<'_>) {
        match value {
            Value::Bool(true) => *value = Value::Object(Map::new()),
            Value::Bool(false) => *value = never(),
            Value::Object(schema) => {
                if schema.contains_key("$ref") {
                    keywords::lower_reference(schema, self.version, way, self.found);
                    return;
                }
                if let Dialect::Logto { floats } = self.dialect {
                    logto::lower_schema(schema, way, floats);
                }
                keywords::lower(schema, way, self.found);
                unions::fold(schema, way, self.found);
            }
            _ => {}
        }
    }
}

/// Whether a member only describes, so that a schema means the same without it.
fn is_prose(key: &str) -> bool {
    matches!(key, "title" | "description" | "summary" | "example" | "examples" | "externalDocs" | "$comment")
}

/// Whether a member says nothing about which values are valid.
fn is_annotation(key: &str) -> bool {
    is_prose(key) || key.starts_with("x-") || matches!(key, "default" | "deprecated" | "readOnly" | "writeOnly" | "xml")
}

/// The schema that allows nothing.
fn never() -> Value {
    serde_json::json!({ "not": {} })
}

/// Whether this is the schema that allows nothing.
fn is_never(schema: &Value) -> bool {
    let schema = schema.as_object();
    schema.is_some_and(|schema| {
        schema.len() == 1 && schema.get("not").and_then(Value::as_object).is_some_and(Map::is_empty)
    })
}

/// Whether a schema, lowered, allows everything.
fn is_any(schema: &Value) -> bool {
    schema.as_object().is_some_and(|schema| schema.keys().all(|key| is_prose(key)))
}

/// Whether a schema allows `null` and nothing else.
fn is_null(schema: &Value) -> bool {
    let values = schema.get("enum").and_then(Value::as_array);
    values.is_some_and(|values| all_null(values))
}

/// Whether these are the values of an `enum` that only allows `null`.
fn all_null(values: &[Value]) -> bool {
    !values.is_empty() && values.iter().all(Value::is_null)
}
