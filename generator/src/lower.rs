//! A document of either version and any dialect to one of plain 3.0, still as JSON, and from there to `openapiv3`.
//!
//! Afterwards nobody knows about 3.1 or about Logto's way to write schemas:
//!
//! - every `$ref` of a schema is `#/components/schemas/…` and resolves; other references resolve too;
//! - `type` is one name, `nullable` says whether `null` is allowed, and no variant of a union does;
//! - a schema that only allows `null` is `{"nullable": true, "enum": [null]}`;
//! - a reference that is nullable, deprecated or has a default is `{"allOf": [{"$ref": …}], "nullable": true, …}`;
//! - a constant is an `enum` of one value, also where it is a boolean;
//! - equal variants of a union are one, variants that are enums are one enum, a union of one is that one;
//! - `additionalProperties` is absent, a boolean or a schema that says something;
//! - a tuple is a list of any of its items, with the items in `x-prefix-items`;
//! - a text that may be empty beside its format or pattern is a plain text with these in `x-or-empty`;
//! - `webhooks` are in `x-webhooks`.

mod keywords;
mod logto;
mod refs;
mod structure;
mod typed;
mod unions;

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::error::Result;
use crate::load::{Document, Version};
use crate::order;
use crate::walk::{self, Kind};

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

/// Lowers a document. Its keys come into their stable order first, so that nothing after depends on how they were written.
///
/// # Errors
/// When a reference points nowhere, at itself, or out of the document.
pub fn lower(document: Document, dialect: &Dialect) -> Result<Value> {
    let Document { version, mut value } = document;
    order::stable(&mut value);
    refs::settle(&mut value)?;
    structure::move_webhooks(&mut value);
    structure::dedupe_parameters(&mut value);
    walk::document(&mut value, &mut |kind, value, pointer| {
        if kind == Kind::Schema {
            lower_schema(value, pointer, version, dialect);
        } else if let Some(object) = value.as_object_mut() {
            structure::lower(kind, object);
            if let Dialect::Logto { .. } = dialect {
                logto::lower_structure(kind, object);
            }
        }
    });
    Ok(value)
}

/// Inner schemas are lowered before the ones around them.
fn lower_schema(value: &mut Value, pointer: &str, version: Version, dialect: &Dialect) {
    match value {
        Value::Bool(true) => *value = Value::Object(Map::new()),
        Value::Bool(false) => *value = serde_json::json!({ "not": {} }),
        Value::Object(schema) => {
            if schema.contains_key("$ref") {
                if version == Version::V3_1 {
                    keywords::lower_reference(schema);
                }
                return;
            }
            if let Dialect::Logto { floats } = dialect {
                logto::lower_schema(schema, pointer, floats);
            }
            keywords::lower(schema);
            unions::fold(schema);
        }
        _ => {}
    }
}

/// Whether a member only describes, so that a schema means the same without it.
fn is_prose(key: &str) -> bool {
    matches!(key, "title" | "description" | "summary" | "example" | "examples" | "externalDocs" | "$comment")
}

/// Whether a member says nothing about which values are valid.
fn is_annotation(key: &str) -> bool {
    is_prose(key) || key.starts_with("x-") || matches!(key, "default" | "deprecated" | "readOnly" | "writeOnly")
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
