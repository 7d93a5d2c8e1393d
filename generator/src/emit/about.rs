//! The docs of an operation.

use crate::model::{Body, BodyKind, Operation, Reply, Status, Ty};

use super::operation::Printed;
use super::parameters::In;
use super::{Context, bodies, doc, rust_type};

impl Printed<'_> {
    /// What it does, where it is, what it takes, what goes wrong.
    pub(super) fn docs(&self) -> Vec<String> {
        let operation = self.operation;
        let mut line = doc::code(&format!("{} {}", operation.method, operation.path));
        if let Some(reference) = self.context.reference {
            let url = reference.replace("{id}", &operation.id.to_lowercase());
            line.push_str(&format!(" · [reference]({url})"));
        }
        let mut docs = doc::of_operation(operation, self.context);
        let mut paragraph = |text: String| docs.extend([String::new(), text]);
        paragraph(line);
        operation.server.iter().for_each(|server| paragraph(format!("Served at {}.", doc::code(server))));
        self.ways().into_iter().for_each(&mut paragraph);
        let arguments = self.arguments_told();
        if !arguments.is_empty() {
            docs.push(String::new());
            docs.extend(arguments);
        }
        let mut paragraph = |text: String| docs.extend([String::new(), text]);
        for part in operation.parts().iter().filter(|part| operation.takes_part(part)) {
            paragraph(bodies::part_docs(part, std::iter::empty()));
        }
        self.needed().into_iter().for_each(&mut paragraph);
        self.headers().into_iter().for_each(&mut paragraph);
        docs.extend(self.errors());
        docs
    }

    /// What the document says of the arguments, an item of a list for each.
    fn arguments_told(&self) -> Vec<String> {
        let (operation, context) = (self.operation, self.context);
        let path = self.names.path.iter().zip(&operation.path_params).map(|(name, param)| (In::Path, name, param));
        let taken = self.params().filter(|(_, _, param)| operation.takes(param));
        let params = path.chain(taken).map(|(place, name, param)| {
            let said = context.docs.said_of_parameter(operation, place.as_str(), &param.json);
            (name, said, doc::facts(&param.ty, &param.facts))
        });
        let parts = self.names.parts.iter().zip(operation.parts()).filter(|(_, part)| operation.takes_part(part));
        let parts = parts.map(|(name, part)| (name, context.docs.said_of_part(operation, &part.json), Vec::new()));
        let mut lines = Vec::new();
        for (name, said, facts) in params.chain(parts) {
            let [first, rest @ ..] = said else { continue };
            lines.push(format!("- {}: {first}", doc::code(name.trim_start_matches("r#"))));
            lines.extend(rest.iter().map(|line| format!("  {line}")));
            if !facts.is_empty() {
                lines.push(format!("  ({})", facts.join(", ")));
            }
        }
        lines
    }

    /// What must be given by setters.
    fn needed(&self) -> Option<String> {
        let operation = self.operation;
        let params = self.params().filter(|(_, _, param)| param.required && !operation.takes(param));
        let parts = self.names.parts.iter().zip(operation.parts());
        let parts = parts.filter(|(_, part)| operation.requires(part) && !operation.takes_part(part));
        let names = params.map(|(_, name, _)| name).chain(parts.map(|(name, _)| name));
        let names: Vec<String> = names.map(|name| doc::code(name.trim_start_matches("r#"))).collect();
        (!names.is_empty()).then(|| format!("Required setters: {}.", names.join(", ")))
    }

    /// How else the operation can be called: once for every way to write its body, and for every reply.
    fn ways(&self) -> Vec<String> {
        let (operation, model) = (self.operation, self.context.model);
        // They stand side by side.
        let here = place(operation);
        let first = model.operations.partition_point(|other| place(other) < here);
        let all = model.operations.iter().zip(&self.context.names.operations).skip(first);
        let all: Vec<_> = all.take_while(|(other, _)| place(other) == here).collect();
        let others = || all.iter().filter(|(other, _)| other.alternative != operation.alternative);
        // Each leads to the preferred one, and that to all.
        let leads = |other: &Operation| operation.alternative.is_none() || other.alternative.is_none();
        let bodies: Vec<String> = others()
            .filter(|(other, _)| other.accept.is_none() && operation.accept.is_none() && leads(other))
            .map(|(other, names)| format!("[`Client::{}`] takes {}", names.method, way(other.body.as_ref())))
            .collect();
        let replies: Vec<String> = others()
            .filter_map(|(other, names)| Some((other.accept.as_ref()?, names)))
            .map(|(accept, names)| format!("[`Client::{}`] asks for {}", names.method, doc::code(accept)))
            .collect();
        let mut lines = Vec::new();
        if !bodies.is_empty() {
            lines.push(format!("The body is {}; {}.", way(operation.body.as_ref()), bodies.join(", ")));
        }
        lines.extend(operation.accept.iter().map(|accept| format!("Asks for {}.", doc::code(accept))));
        if operation.alternative.is_none() && !replies.is_empty() {
            lines.push(format!("{}.", replies.join(", ")));
        }
        lines
    }

    /// The headers that come with the reply. Those of a list are read by its pages, the target of a redirect is its value.
    fn headers(&self) -> Option<String> {
        let known = |name: &str| self.operation.reply == Reply::Redirect && name.eq_ignore_ascii_case("location");
        let headers = self.operation.reply_headers.iter();
        let headers = headers.filter(|header| self.operation.paging.is_none() && !known(&header.name));
        let headers: Vec<String> = headers
            .map(|header| match header.ty {
                Ty::String => doc::code(&header.name),
                ref ty => {
                    format!("{} ({})", doc::code(&header.name), doc::code(&rust_type::text(ty, self.context.names)))
                }
            })
            .collect();
        let read = "[`Response::header_as`](crate::Response::header_as)";
        (!headers.is_empty()).then(|| format!("Headers of the reply, for {read}: {}.", headers.join(", ")))
    }

    /// The bodies of errors, one line for each type.
    fn errors(&self) -> Vec<String> {
        let mut types: Vec<(String, Vec<String>)> = Vec::new();
        for failure in &self.operation.failures {
            let ty = linked(&failure.ty, self.context);
            let status = match failure.status {
                Status::Default if self.operation.failures.len() == 1 => "any".to_owned(),
                Status::Default => "any other".to_owned(),
                status => status.to_string(),
            };
            match types.iter_mut().find(|(known, _)| *known == ty) {
                Some((_, statuses)) => statuses.push(status),
                None => types.push((ty, vec![status])),
            }
        }
        let read = "[`Error::body_as`](crate::Error::body_as)";
        let says = match types.as_slice() {
            [] => return Vec::new(),
            [(ty, statuses)] => vec![format!("{read} reads {ty}: {}.", statuses.join(", "))],
            several => {
                let lines = several.iter().map(|(ty, statuses)| format!("- {ty}: {}", statuses.join(", ")));
                std::iter::once(format!("{read} reads")).chain(lines).collect()
            }
        };
        [String::new(), "# Errors".to_owned(), String::new()].into_iter().chain(says).collect()
    }
}

/// Where an operation stands in the order of the model.
fn place(operation: &Operation) -> (&str, &str) {
    (&operation.path, &operation.method)
}

/// A type with a link to it, where it has a name.
fn linked(ty: &Ty, context: &Context<'_>) -> String {
    let text = doc::code(&rust_type::text(ty, context.names));
    match ty {
        Ty::Def(id) => format!("[{text}](crate::types::{})", context.names.types[id.0].name),
        _ => text,
    }
}

/// How a body is written, in words.
fn way(body: Option<&Body>) -> String {
    let Some(body) = body else { return "none".to_owned() };
    let kind = match &body.kind {
        BodyKind::Json(_) => "JSON",
        BodyKind::Form(..) => "a form",
        BodyKind::Multipart(_) => "a multipart form",
        BodyKind::Text => "a text",
        BodyKind::Binary => "bytes",
    };
    match &body.media {
        None => kind.to_owned(),
        Some(media) => format!("{kind} ({})", doc::code(media)),
    }
}
