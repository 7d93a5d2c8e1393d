//! Which operation leads to a component: the pointer of a component alone does not say whom a note concerns.

use std::collections::HashMap;

use serde_json::Value;

use crate::walk::METHODS;

/// An operation for each component that one leads to, by the pointer of the component: the first of the document.
pub(super) fn operations(document: &Value) -> HashMap<String, String> {
    let mut found = HashMap::new();
    for (path, item) in document.get("paths").and_then(Value::as_object).into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            if METHODS.contains(&method.as_str()) {
                let id = operation.get("operationId").and_then(Value::as_str).filter(|id| !id.trim().is_empty());
                let name = match id {
                    Some(id) => format!("`{id}`"),
                    None => format!("`{} {path}`", method.to_uppercase()),
                };
                follow(operation, document, &name, &mut found);
                follow(item.get("parameters").unwrap_or(&Value::Null), document, &name, &mut found);
            }
        }
    }
    found
}

/// The component that a pointer is in.
pub(super) fn component(pointer: &str) -> Option<&str> {
    let mut steps = pointer.strip_prefix("/components/")?.splitn(3, '/');
    let length = "/components/".len() + steps.next()?.len() + 1 + steps.next()?.len();
    pointer.get(..length)
}

/// Everything that references below a value lead to.
fn follow(value: &Value, document: &Value, name: &str, found: &mut HashMap<String, String>) {
    let mut left = vec![value];
    while let Some(value) = left.pop() {
        match value {
            Value::Object(members) => {
                let reference = members.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#'));
                if let Some(pointer) = reference.and_then(component).filter(|pointer| !found.contains_key(*pointer)) {
                    found.insert(pointer.to_owned(), name.to_owned());
                    left.extend(document.pointer(pointer));
                }
                left.extend(members.values());
            }
            Value::Array(items) => left.extend(items),
            _ => {}
        }
    }
}
