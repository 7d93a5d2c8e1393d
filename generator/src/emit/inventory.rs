//! Prints `operations.json`: every operation with where it is and what it takes and gives.

use serde_json::{Map, Value, json};

use crate::model::{BodyKind, Operation, Reply};
use crate::names::OperationNames;

use super::{Context, File, rust_type};

/// The file.
pub(super) fn file(context: &Context<'_>) -> File {
    let operations = context.model.operations.iter().zip(&context.names.operations);
    let entries: Vec<String> = operations.map(|(operation, names)| entry(operation, names, context)).collect();
    let text = if entries.is_empty() { "[]\n".to_owned() } else { format!("[\n{}\n]\n", entries.join(",\n")) };
    File { path: "operations.json".to_owned(), text }
}

/// One operation on one line, so that a diff shows it whole. Another way to write its body is a further line.
fn entry(operation: &Operation, names: &OperationNames, context: &Context<'_>) -> String {
    let mut members = vec![
        ("operation_id", json!(operation.id)),
        ("method", json!(operation.method)),
        ("path", json!(operation.path)),
        ("tag", json!(operation.tag)),
        ("function", json!(names.method)),
        ("body", body(operation, context)),
        ("reply", reply(operation, names, context)),
        ("paged", json!(operation.paging.is_some())),
    ];
    members.extend(failures(operation, context).map(|failures| ("failures", failures)));
    let members: Vec<String> = members.iter().map(|(name, value)| format!("{}: {value}", json!(name))).collect();
    format!("  {{{}}}", members.join(", "))
}

/// The type of the body, `multipart`, `text`, `binary`, or `null`.
fn body(operation: &Operation, context: &Context<'_>) -> Value {
    match operation.body.as_ref().map(|body| &body.kind) {
        None => Value::Null,
        Some(BodyKind::Json(ty) | BodyKind::Form(ty, _)) => json!(rust_type::text(ty, context.names)),
        Some(BodyKind::Multipart(_)) => json!("multipart"),
        Some(BodyKind::Text) => json!("text"),
        Some(BodyKind::Binary) => json!("binary"),
    }
}

/// The type of the value that is returned, of an item where it is paged, or `null`.
fn reply(operation: &Operation, names: &OperationNames, context: &Context<'_>) -> Value {
    match (&operation.paging, &operation.reply) {
        (Some(paging), _) => json!(rust_type::text(&paging.item, context.names)),
        (None, Reply::Empty) => Value::Null,
        (None, _) => json!(context.value_text(operation, names)),
    }
}

/// The types of bodies of errors by status.
fn failures(operation: &Operation, context: &Context<'_>) -> Option<Value> {
    let failures = operation.failures.iter();
    let types: Map<String, Value> = failures
        .map(|failure| (failure.status.to_string(), json!(rust_type::text(&failure.ty, context.names))))
        .collect();
    (!types.is_empty()).then_some(Value::Object(types))
}
