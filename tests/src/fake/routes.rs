//! Which operation a method and a path mean.

use hyper::Method;
use percent_encoding::percent_decode_str;

use super::document::{Document, Operation};

/// A segment of a path template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// A fixed text.
    Literal(String),
    /// A parameter.
    Parameter(String),
}

/// What a method and a path mean.
#[derive(Debug)]
pub(super) enum Route<'a> {
    /// An operation with its path values, decoded, in the order of the template.
    Operation(&'a Operation, Vec<String>),
    /// The path is known, but not with this method; these are.
    Methods(Vec<&'a Method>),
    /// No such path.
    Unknown,
}

/// The segments of a template.
pub(super) fn segments(template: &str) -> Vec<Segment> {
    let parts = template.split('/').skip(1);
    parts
        .map(|part| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(name) => Segment::Parameter(name.to_owned()),
            None => Segment::Literal(part.to_owned()),
        })
        .collect()
}

/// Finds what a method and a raw path mean. A fixed segment beats a parameter, from left to right. As on a real server a
/// slash at the end is ignored, which is why an empty last path value means another operation. `HEAD` is `GET`.
pub(super) fn route<'a>(document: &'a Document, method: &Method, path: &str) -> Route<'a> {
    let path = path.strip_suffix('/').unwrap_or(path);
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    let mut found: Vec<&Operation> =
        document.operations.iter().filter(|operation| fits(&operation.segments, &parts)).collect();
    found.sort_by_key(|operation| {
        let is_parameter = |segment| matches!(segment, &Segment::Parameter(_));
        operation.segments.iter().map(is_parameter).collect::<Vec<_>>()
    });
    let wanted = if *method == Method::HEAD { &Method::GET } else { method };
    match found.iter().find(|operation| operation.method == *wanted) {
        Some(operation) => Route::Operation(operation, values(&operation.segments, &parts)),
        None if found.is_empty() => Route::Unknown,
        None => Route::Methods(found.iter().map(|operation| &operation.method).collect()),
    }
}

fn fits(segments: &[Segment], parts: &[&str]) -> bool {
    segments.len() == parts.len()
        && segments.iter().zip(parts).all(|(segment, part)| match segment {
            Segment::Literal(text) => text == part,
            Segment::Parameter(_) => !part.is_empty(),
        })
}

fn values(segments: &[Segment], parts: &[&str]) -> Vec<String> {
    let pairs = segments.iter().zip(parts);
    pairs
        .filter(|(segment, _)| matches!(segment, Segment::Parameter(_)))
        .map(|(_, part)| percent_decode_str(part).decode_utf8_lossy().into_owned())
        .collect()
}
