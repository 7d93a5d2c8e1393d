//! Operations: what the methods of the client are made from.

use openapiv3::{PathItem, ReferenceOr};
use serde_json::Value;

use super::Builder;
use super::body::Way;
use super::ids::{self, Identified};
use super::reply::Other;
use crate::error::push;
use crate::model::{Operation, Param, Server, Ty, Webhook};
use crate::template::Template;

/// The tag of operations that have none.
const UNTAGGED: &str = "Default";

/// An operation where it stands.
#[derive(Clone, Copy)]
struct Standing<'a> {
    path: &'a str,
    item: &'a PathItem,
    method: &'a str,
    operation: &'a openapiv3::Operation,
}

impl<'a> Builder<'a> {
    /// Every operation of the document, by path, then method, each once for every way to call it; and what the server calls
    /// back.
    pub(super) fn operations(&mut self, servers: &[Server]) -> (Vec<Operation>, Vec<Webhook>) {
        let standing = self.standing();
        let identified: Vec<Identified<'_>> = standing
            .iter()
            .map(|Standing { path, method, operation, .. }| {
                let id = operation.operation_id.as_deref().filter(|id| !id.trim().is_empty());
                Identified { path, method, id, called: called(operation) }
            })
            .collect();
        let ids = ids::settle(&identified, &mut self.notes);
        let (mut operations, mut callbacks) = (Vec::new(), Vec::new());
        for (standing, id) in standing.into_iter().zip(ids) {
            let at = push(&push("/paths", standing.path), standing.method);
            callbacks.extend(self.callbacks(standing.operation, &id, &at));
            operations.extend(self.operation(standing, id, &at, servers));
        }
        operations.sort_by(|a, b| (&a.path, &a.method).cmp(&(&b.path, &b.method)));
        (operations, callbacks)
    }

    fn standing(&mut self) -> Vec<Standing<'a>> {
        let api = self.api;
        let mut standing = Vec::new();
        for (path, item) in &api.paths.paths {
            match item {
                ReferenceOr::Item(item) => {
                    let operations = item.iter();
                    standing.extend(operations.map(|(method, operation)| Standing { path, item, method, operation }));
                }
                ReferenceOr::Reference { reference } => {
                    let what = format!("the path item refers to `{reference}`: write it in place");
                    self.problem(push("/paths", path), what);
                }
            }
        }
        standing
    }

    /// An operation once for every way to write its body, the preferred one first, and for every other reply.
    fn operation(&mut self, standing: Standing<'a>, id: String, at: &str, servers: &[Server]) -> Vec<Operation> {
        let Standing { path, item, method, operation } = standing;
        let template = match Template::parse(path) {
            Ok(template) => template,
            Err(what) => {
                self.problem(at, format!("the path cannot be used: {what}"));
                return Vec::new();
            }
        };
        if let Some(fragment) = &template.fragment {
            self.note_at(at, format!("`#{fragment}` of the path is never sent: servers do not see fragments"));
        }
        if template.path.split('/').any(|step| matches!(step, "." | "..")) {
            self.note_at(at, "a URL has no step `.` or `..`: every call is an error");
        }
        let own = if operation.servers.is_empty() { &item.servers } else { &operation.servers };
        let around = at.rsplit_once('/').map_or(at, |(around, _)| around);
        let tag = operation.tags.iter().find(|tag| !tag.trim().is_empty());
        let mut made = Operation {
            id,
            method: method.to_uppercase(),
            path: path.to_owned(),
            tag: tag.map_or_else(|| UNTAGGED.to_owned(), Clone::clone),
            server: self.elsewhere(own, servers, if operation.servers.is_empty() { around } else { at }),
            deprecated: operation.deprecated,
            ..Operation::default()
        };
        made.security = self.security_of(operation, at);
        self.parameters(item, operation, &template, at, &mut made);
        let ways = match &operation.request_body {
            Some(body) => self.bodies(&made.id, body, at),
            None => Vec::new(),
        };
        let others = self.replies(&operation.responses, at, &mut made);
        let of_way = |way: Way| {
            let mut operation = Operation { alternative: way.alternative, body: Some(way.body), ..made.clone() };
            operation.headers.extend(way.open.then(content_type));
            operation
        };
        let mut all: Vec<Operation> = ways.into_iter().map(of_way).collect();
        if all.is_empty() {
            all.push(made);
        }
        for Other { alternative, accept, accepts, reply } in others {
            let taken = all.iter().any(|other| other.alternative.as_ref() == Some(&alternative));
            let alternative = if taken { format!("{alternative}_reply") } else { alternative };
            let (alternative, accept) = (Some(alternative), Some(accept));
            all.push(Operation { alternative, accept, accepts, reply, or_text: false, ..all[0].clone() });
        }
        all
    }
}

/// Where no operation has a tag, the first words of the paths stand for them: those after what all paths begin with. Says
/// whether they do.
pub(super) fn tags_of_paths(operations: &mut [Operation]) -> bool {
    if operations.iter().any(|operation| operation.tag != UNTAGGED) {
        return false;
    }
    let steps =
        |operation: &Operation| -> Vec<String> { operation.path.split('/').skip(1).map(str::to_owned).collect() };
    let paths: Vec<Vec<String>> = operations.iter().map(steps).collect();
    let Some(first) = paths.first() else { return true };
    let shortest = paths.iter().map(Vec::len).min().unwrap_or(0);
    let alike = |index: &usize| paths.iter().all(|path| path[*index] == first[*index]);
    let alike = (0..shortest.saturating_sub(1)).take_while(alike).count();
    let plain = |step: &&String| !step.is_empty() && !step.contains('{');
    for (operation, path) in operations.iter_mut().zip(&paths) {
        let found = path[alike..].iter().find(plain).or_else(|| path[..alike].iter().rev().find(plain));
        let word = found.and_then(|step| step.split(['.', '?', '#']).next()).filter(|word| !word.is_empty());
        operation.tag = word.map_or_else(|| UNTAGGED.to_owned(), str::to_owned);
    }
    true
}

/// What a document says that the method of a client is called, with its group, which tells it from those of others.
fn called(operation: &openapiv3::Operation) -> Option<String> {
    let text = |key: &str| match operation.extensions.get(key)? {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Array(texts) => Some(texts.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("_")),
        _ => None,
    };
    let either = |keys: [&str; 2]| keys.into_iter().find_map(text);
    let name = either(["x-speakeasy-name-override", "x-fern-sdk-method-name"])?;
    match either(["x-speakeasy-group", "x-fern-sdk-group-name"]) {
        Some(group) => Some(format!("{}_{name}", group.replace('.', "_"))),
        None => Some(name),
    }
}

/// What says of which media type a body is, where it may be of several.
fn content_type() -> Param {
    Param { json: "Content-Type".to_owned(), ty: Ty::String, ..Param::default() }
}
