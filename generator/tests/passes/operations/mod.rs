//! Operations of small documents: a document in, a line for each operation out.

mod bodies;
mod ids;
mod lock;
mod parameters;
mod replies;
mod security;

use logto_generator::model::{
    AnswerContent, BodyKind, MultipartField, Operation, Param, PartContent, Reply, StyledMember,
};
use logto_generator::names::OperationNames;
use logto_generator::pipeline::Modelled;

use super::support::{step, ty};

/// What becomes of a document: the operations, then the notes.
pub(super) struct Told {
    pub(super) operations: Vec<String>,
    pub(super) notes: Vec<String>,
    pub(super) modelled: Modelled,
}

/// Runs the passes over a document without its first lines.
pub(super) fn told(document: &str) -> Told {
    let modelled = step("1.0.0", document, "", "").unwrap_or_else(|error| panic!("{document}\n{error}")).modelled;
    let operations = lines(&modelled);
    let notes = modelled.notes.iter().map(ToString::to_string).collect();
    Told { operations, notes, modelled }
}

/// A line for each operation.
pub(super) fn lines(modelled: &Modelled) -> Vec<String> {
    let operations = modelled.model.operations.iter().zip(&modelled.names.operations);
    operations.map(|(operation, names)| line(operation, names, modelled)).collect()
}

/// The problems of a document that is refused.
pub(super) fn refused(document: &str) -> String {
    step("1.0.0", document, "", "").err().unwrap_or_else(|| panic!("is not refused: {document}"))
}

/// Checks what becomes of documents.
pub(super) fn check(cases: &[(&str, &[&str])]) {
    for (document, expected) in cases {
        assert_eq!(told(document).operations, *expected, "{document}");
    }
}

/// `GET get_user(/id: text, &page?: int, @x_id: text, $sid?: text) <- json Body -> User ! 404: Error`.
fn line(operation: &Operation, names: &OperationNames, modelled: &Modelled) -> String {
    let params = |sign: char, params: &[Param], names: &[String]| -> Vec<String> {
        params
            .iter()
            .zip(names)
            .map(|(param, name)| {
                let optional = if param.required { "" } else { "?" };
                let style = param.style.map(|style| format!(" {style:?}")).unwrap_or_default();
                let reserved = if param.reserved { " reserved" } else { "" };
                format!("{sign}{name}{optional}: {}{style}{reserved}", ty(&param.ty, modelled))
            })
            .collect()
    };
    let mut all = params('/', &operation.path_params, &names.path);
    all.extend(params('&', &operation.query, &names.query));
    all.extend(params('@', &operation.headers, &names.headers));
    all.extend(params('$', &operation.cookies, &names.cookies));
    let mut line = format!("{} {}({})", operation.method, names.method, all.join(", "));
    if let Some(body) = &operation.body {
        let optional = if body.required { "" } else { "?" };
        let media = body.media.as_ref().map(|media| format!(" as {media}")).unwrap_or_default();
        line.push_str(&format!(" <-{optional} {}{media}", kind(&body.kind, names, modelled)));
    }
    line.push_str(&format!(" -> {}", reply(&operation.reply, names, modelled)));
    if let Some(accept) = &operation.accept {
        line.push_str(&format!(" by {accept}"));
    }
    for failure in &operation.failures {
        line.push_str(&format!(" ! {}: {}", failure.status, ty(&failure.ty, modelled)));
    }
    for header in &operation.reply_headers {
        line.push_str(&format!(" # {}: {}", header.name, ty(&header.ty, modelled)));
    }
    if let Some(security) = &operation.security {
        line.push_str(&format!(" needs {security:?}"));
    }
    if let Some(server) = &operation.server {
        line.push_str(&format!(" on {server}"));
    }
    line
}

fn kind(kind: &BodyKind, names: &OperationNames, modelled: &Modelled) -> String {
    match kind {
        BodyKind::Json(of) => format!("json {}", ty(of, modelled)),
        BodyKind::Form(of, styles) => {
            let styled = |StyledMember { json, style, reserved }: &StyledMember| {
                format!(" {json}={style:?}{}", if *reserved { " reserved" } else { "" })
            };
            let styles: Vec<String> = styles.iter().map(styled).collect();
            format!("form {}{}", ty(of, modelled), styles.concat())
        }
        BodyKind::Multipart(parts) => {
            let parts: Vec<String> =
                parts.iter().zip(&names.parts).map(|(part, name)| self::part(part, name, modelled)).collect();
            format!("parts({})", parts.join(", "))
        }
        BodyKind::Text => "text".to_owned(),
        BodyKind::Binary => "bytes".to_owned(),
    }
}

fn part(part: &MultipartField, name: &str, modelled: &Modelled) -> String {
    let optional = if part.required { "" } else { "?" };
    let content = match &part.content {
        PartContent::File => "file".to_owned(),
        PartContent::Text(of) => ty(of, modelled),
        PartContent::Json(of) => format!("json {}", ty(of, modelled)),
    };
    let content = if part.list { format!("[{content}]") } else { content };
    let types = part.mime_types.iter().chain(&part.media).map(|media| format!(" {media}")).collect::<String>();
    let encoding = part.encoding.as_ref().map(|encoding| format!(" in {encoding}")).unwrap_or_default();
    format!("{name}{optional}: {content}{types}{encoding}")
}

fn reply(reply: &Reply, names: &OperationNames, modelled: &Modelled) -> String {
    match reply {
        Reply::Json(of) => ty(of, modelled),
        Reply::JsonOrEmpty(of) => format!("{} or nothing", ty(of, modelled)),
        Reply::Several(answers) => {
            let answers = answers.iter().zip(&names.answers).map(|(answer, name)| match &answer.content {
                AnswerContent::Json(of) => format!("{name} {}: {}", answer.status, ty(of, modelled)),
                other => format!("{name} {}: {}", answer.status, format!("{other:?}").to_lowercase()),
            });
            format!("{} {{ {} }}", names.reply, answers.collect::<Vec<_>>().join(", "))
        }
        other => format!("{other:?}").to_lowercase(),
    }
}
