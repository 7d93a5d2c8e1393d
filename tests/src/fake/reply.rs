//! Replies made from the document, for operations that have no entity behind them.

use logto_generator::sample::{Fill, follow, sample};
use serde_json::{Value, json};

use crate::answer::Answer;

use super::document::{Document, Operation, Success};
use super::paging::{LinkBase, Window};
use super::routes::Segment;

/// How much is in a sampled reply.
#[derive(Debug, Clone, Copy)]
pub(super) struct Taste {
    /// Whether optional members are there.
    pub fill: Fill,
    /// Chooses among variants, enum values and statuses.
    pub seed: u64,
    /// How many rows a list has.
    pub rows: usize,
}

/// A success reply to an operation, made from the document.
pub(super) fn sampled(
    document: &Document,
    operation: &Operation,
    values: &[String],
    window: Option<&Window>,
    link: &LinkBase<'_>,
    taste: Taste,
) -> Answer {
    let count = operation.replies.len().max(1) as u64;
    let Some(success) = operation.replies.get((taste.seed % count) as usize) else {
        return Answer::empty(204);
    };
    if let (true, Some((member, item))) = (operation.pages(), operation.item_schema(&document.value)) {
        let shown = window.map_or(0..taste.rows, |window| window.range(taste.rows));
        let rows = shown.map(|index| row(document, operation, item, taste, index)).collect();
        return page(success.status, member, rows, taste.rows, window, link);
    }
    let mut answer = single(document, operation, success, taste);
    if answer.content_type.as_deref().is_some_and(|kind| kind.contains("json"))
        && let Ok(mut body) = serde_json::from_slice::<Value>(&answer.body)
    {
        echo(document, operation, values, &mut body);
        answer.body = body.to_string().into();
    }
    answer
}

/// The rows that are shown of a list, as a reply; with a window they are a page of `total` rows.
pub(super) fn page(
    status: u16,
    member: Option<&str>,
    shown: Vec<Value>,
    total: usize,
    window: Option<&Window>,
    link: &LinkBase<'_>,
) -> Answer {
    let body = match member {
        Some(member) => json!({ member: shown }),
        None => Value::Array(shown),
    };
    let answer = Answer::json(status, &body);
    match window {
        Some(window) => window.headers(answer, total as u64, link),
        None => answer,
    }
}

fn row(document: &Document, operation: &Operation, item: &Value, taste: Taste, index: usize) -> Value {
    let mut row = sample(item, &document.value, taste.fill, taste.seed + index as u64);
    if row["id"].is_string() {
        row["id"] = json!(format!("{:.6}-{index:04}", operation.id.to_lowercase()));
    }
    row
}

fn single(document: &Document, operation: &Operation, success: &Success, taste: Taste) -> Answer {
    if (300..400).contains(&success.status) {
        let target = format!("https://app.example.com/{}", operation.id);
        let body = format!("Redirecting to {target}.");
        return Answer::text(success.status, "text/html; charset=utf-8", &body).with("Location", target);
    }
    let Some((content_type, schema)) = &success.content else {
        return match success.status {
            201 => Answer::text(201, "text/plain; charset=utf-8", "Created"),
            200 => Answer::text(200, "text/plain; charset=utf-8", "OK"),
            status => Answer::empty(status),
        };
    };
    if content_type.contains("xml") {
        let body = "<EntityDescriptor xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"fake\"/>";
        return Answer::text(success.status, "text/xml;charset=utf-8", body);
    }
    if content_type.contains("html") {
        return Answer::text(success.status, "text/html; charset=utf-8", "<html><body><form></form></body></html>");
    }
    if is_empty(schema, &document.value) {
        return untyped(document, operation, success.status);
    }
    Answer::json(success.status, &sample(schema, &document.value, taste.fill, taste.seed))
}

fn is_empty(schema: &Value, document: &Value) -> bool {
    let schema = follow(schema, document).and_then(Value::as_object);
    schema.is_none_or(|schema| schema.keys().all(|key| key == "description" || key.starts_with("x-")))
}

/// The document says nothing about the body. On the wire it is a short text after a write, and a document where the path
/// names one.
fn untyped(document: &Document, operation: &Operation, status: u16) -> Answer {
    if operation.template.ends_with(".json") {
        return Answer::json(status, &document.published);
    }
    if operation.method == hyper::Method::GET {
        return Answer::json(status, &json!({}));
    }
    let text = if status == 201 { "Created" } else { "OK" };
    Answer::text(status, "text/plain; charset=utf-8", text)
}

/// Puts path values into members of the same name, as a server would, and the last one into `id`.
fn echo(document: &Document, operation: &Operation, values: &[String], body: &mut Value) {
    let schema = operation.reply_schema().and_then(|schema| follow(schema, &document.value)).unwrap_or(&Value::Null);
    let names = operation.segments.iter().filter_map(|segment| match segment {
        Segment::Parameter(name) => Some(name.as_str()),
        Segment::Literal(_) => None,
    });
    let last = matches!(operation.segments.last(), Some(Segment::Parameter(_))).then_some("id");
    let pairs = names.zip(values).chain(last.into_iter().zip(values.last()));
    for (name, value) in pairs {
        let member = &schema["properties"][name];
        let longest = member["maxLength"].as_u64().unwrap_or(u64::MAX);
        let free = member["type"] == "string" && member.get("enum").is_none() && member.get("pattern").is_none();
        if free && value.chars().count() as u64 <= longest && body.get(name).is_some() {
            body[name] = json!(value);
        }
    }
}
