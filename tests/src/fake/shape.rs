//! What an operation does to stored rows, told from its template and its schemas alone.

use hyper::Method;
use logto_generator::sample::follow;
use serde_json::Value;

use super::document::{Document, Operation};
use super::routes::Segment;

/// What an operation is about.
#[derive(Debug)]
pub(super) enum Shape<'a> {
    /// A list of rows that are created below it.
    Rows(Rows<'a>),
    /// A list of rows of another collection, linked to the row above.
    Links {
        /// The collection that the linked rows are in.
        target: String,
        /// The member of a write's body that holds the ids; `None` where the list is only read.
        ids: Option<String>,
    },
    /// One row of a list.
    Row(Rows<'a>),
    /// One linked row of a list.
    Link {
        /// The collection that the linked rows are in.
        target: String,
    },
    /// A member of a row that has a path of its own (`custom-data`).
    Member(Rows<'a>, String),
    /// Nothing that the store keeps.
    Other,
}

/// The rows of a list.
#[derive(Debug, Clone)]
pub(super) struct Rows<'a> {
    /// The member that tells rows apart.
    pub key: String,
    /// The schema of a row.
    pub item: &'a Value,
}

/// Finds out what an operation is about.
pub(super) fn shape<'a>(document: &'a Document, operation: &'a Operation) -> Shape<'a> {
    let Some((parent, last)) = operation.template.rsplit_once('/') else {
        return Shape::Other;
    };
    match operation.segments.last() {
        Some(Segment::Literal(_)) => {
            if let Some(list) = list_at(document, &operation.template) {
                return list;
            }
            match list_at(document, parent.rsplit_once('/').map_or("", |(list, _)| list)) {
                Some(Shape::Rows(rows)) if below_row(operation) => member(document, rows, last),
                _ => Shape::Other,
            }
        }
        _ => match list_at(document, parent) {
            Some(Shape::Rows(rows)) => Shape::Row(rows),
            Some(Shape::Links { target, .. }) => Shape::Link { target },
            _ => Shape::Other,
        },
    }
}

/// Whether the segment before the last is a parameter.
fn below_row(operation: &Operation) -> bool {
    let before = operation.segments.iter().rev().nth(1);
    matches!(before, Some(Segment::Parameter(_)))
}

fn list_at<'a>(document: &'a Document, template: &str) -> Option<Shape<'a>> {
    let list = document.at(&Method::GET, template)?;
    let (_, item) = list.item_schema(&document.value)?;
    if let Some((target, ids)) = link_of(document, template) {
        return Some(Shape::Links { target, ids: Some(ids) });
    }
    if let Some(target) = mirrored(document, list) {
        return Some(Shape::Links { target, ids: None });
    }
    let item = follow(item, &document.value)?;
    let prefix = format!("{template}/");
    let below =
        |name: &str| name.strip_prefix(&prefix).is_some_and(|rest| rest.starts_with('{') && !rest.contains('/'));
    let row = document.operations.iter().find(|operation| below(&operation.template))?;
    let parameter = match row.segments.last()? {
        Segment::Parameter(name) => name.as_str(),
        Segment::Literal(_) => return None,
    };
    let key = ["id", parameter, "name"].into_iter().find(|name| item["properties"].get(*name).is_some())?;
    Some(Shape::Rows(Rows { key: key.to_owned(), item }))
}

/// The collection and the member of a write to a list whose body holds ids of rows of another collection.
fn link_of(document: &Document, template: &str) -> Option<(String, String)> {
    if !template.contains('{') {
        // A new row may name the rows it belongs to from the start, which makes its list no list of links.
        return None;
    }
    [Method::POST, Method::PUT].iter().find_map(|method| {
        let body = document.at(method, template)?.body.as_ref()?;
        let members = follow(&body.schema, &document.value)?["properties"].as_object()?;
        members.keys().find_map(|name| {
            let target = format!("{}s", kebab(name.strip_suffix("Ids")?));
            Some((target, name.clone()))
        })
    })
}

/// A list that is only read, and is the other side of a link.
fn mirrored(document: &Document, list: &Operation) -> Option<String> {
    let [Segment::Literal(_), Segment::Literal(owner), Segment::Parameter(_), Segment::Literal(relation)] =
        list.segments.as_slice()
    else {
        return None;
    };
    let other = document.operations.iter().find(|operation| match operation.segments.as_slice() {
        [_, Segment::Literal(first), Segment::Parameter(_), Segment::Literal(last)] => {
            first == relation && last == owner
        }
        _ => false,
    })?;
    link_of(document, &other.template).map(|_| relation.clone())
}

fn member<'a>(document: &'a Document, rows: Rows<'a>, literal: &str) -> Shape<'a> {
    let name = camel(literal);
    let found = rows.item["properties"].get(&name).and_then(|member| follow(member, &document.value));
    match found {
        Some(_) => Shape::Member(rows, name),
        None => Shape::Other,
    }
}

fn kebab(name: &str) -> String {
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            out.push('-');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

fn camel(name: &str) -> String {
    let mut parts = name.split('-');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut letters = part.chars();
        out.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        out.push_str(letters.as_str());
    }
    out
}
