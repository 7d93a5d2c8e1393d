//! From a lowered document to `openapiv3`.

use openapiv3::{Components, OpenAPI, Operation, PathItem};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::{Error, Problem, Result, push};
use crate::walk::METHODS;

/// Reads a lowered document.
///
/// # Errors
/// When a part of it is not what the specification asks for: one problem for each operation and component that is wrong.
pub fn typed(value: &Value) -> Result<OpenAPI> {
    // A schema of many levels is deep recursion.
    stacker::maybe_grow(STACK / 2, STACK, || read(value))
}

/// The stack that the deepest document takes, in bytes.
const STACK: usize = 64 << 20;

fn read(value: &Value) -> Result<OpenAPI> {
    OpenAPI::deserialize(value).map_err(|error| {
        let mut problems = Vec::new();
        find(value, &mut problems);
        if problems.is_empty() {
            problems.push(Problem::new(format!("this is not what OpenAPI asks for: {error}")));
        }
        Error { problems }
    })
}

/// `openapiv3` does not say where it failed, so the parts are tried one by one.
fn find(value: &Value, problems: &mut Vec<Problem>) {
    for (path, item) in members(value.get("paths")) {
        let pointer = push("/paths", path);
        let before = problems.len();
        for method in METHODS {
            if let Some(operation) = item.get(method) {
                check::<Operation>(operation, push(&pointer, method), problems);
            }
        }
        if problems.len() == before {
            check::<PathItem>(item, pointer, problems);
        }
    }
    for (section, parts) in members(value.get("components")) {
        for (name, part) in members(Some(parts)) {
            let one = serde_json::json!({ section.as_str(): { name.as_str(): part } });
            check::<Components>(&one, push(&push("/components", section), name), problems);
        }
    }
}

fn members(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}

fn check<T: DeserializeOwned>(value: &Value, pointer: String, problems: &mut Vec<Problem>) {
    if let Err(error) = T::deserialize(value) {
        problems.push(Problem::at(pointer, format!("this is not what OpenAPI asks for: {error}")));
    }
}
