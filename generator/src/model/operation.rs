//! One operation: what it takes and what it returns.

use super::{Facts, Security, Ty};
use crate::error::push;

/// The most values that a method takes; with `self` that is what clippy's `too_many_arguments` allows.
pub(crate) const MOST_ARGUMENTS: usize = 6;

/// One operation of the document, with one way to write its body and one of its replies.
#[derive(Debug, Clone, Default)]
pub struct Operation {
    /// `operationId`, as in the document, or made of method and path where there is none.
    pub id: String,
    /// The method, in capitals.
    pub method: String,
    /// The path template, as in the document.
    pub path: String,
    /// The first tag.
    pub tag: String,
    /// What tells this way to write the body, or this reply, from the one that is preferred (`form`, `csv`): the operation is
    /// in the model once for each. `None`: the preferred one.
    pub alternative: Option<String>,
    /// The media type that the server is asked for, where that is not the preferred one.
    pub accept: Option<String>,
    /// The media types of its replies that can be read, the best first.
    pub accepts: Vec<String>,
    /// Whether the document describes a reply both as JSON and as a text of the same schema.
    pub or_text: bool,
    /// Path parameters, in the order of the template.
    pub path_params: Vec<Param>,
    /// Query parameters, as in the document, without those of paging.
    pub query: Vec<Param>,
    /// Header parameters, as in the document.
    pub headers: Vec<Param>,
    /// Cookies, as in the document.
    pub cookies: Vec<Param>,
    /// The request body.
    pub body: Option<Body>,
    /// The success reply.
    pub reply: Reply,
    /// Headers of the success reply that the document declares.
    pub reply_headers: Vec<ReplyHeader>,
    /// The replies that say what went wrong and have a JSON body of their own type.
    pub failures: Vec<Failure>,
    /// How it pages; then [`Operation::reply`] is the whole reply and this says where the items are.
    pub paging: Option<Paging>,
    /// What it asks for, where that is not what [`super::Model::security`] says.
    pub security: Option<Security>,
    /// Another address than that of the other operations.
    pub server: Option<String>,
    /// Whether the document calls it deprecated.
    pub deprecated: bool,
}

/// A parameter.
#[derive(Debug, Clone, Default)]
pub struct Param {
    /// Its name on the wire.
    pub json: String,
    /// Its type.
    pub ty: Ty,
    /// How it is written; `None`: a text, a number or a list in the usual way of its place.
    pub style: Option<Style>,
    /// Whether the characters that RFC 3986 reserves are sent as they are.
    pub reserved: bool,
    /// Whether it must be given.
    pub required: bool,
    /// What the document says of its values.
    pub facts: Facts,
    /// Whether the document calls it deprecated.
    pub deprecated: bool,
}

/// How the value of a parameter is written: the styles of the specification, exploded or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Style {
    /// `a,b` in a path or a header.
    Simple,
    /// `a,b` or `k=v,k=v` in a path or a header.
    SimpleExploded,
    /// `.a,b` in a path.
    Label,
    /// `.a.b` in a path.
    LabelExploded,
    /// `;name=a,b` in a path.
    Matrix,
    /// `;name=a;name=b` in a path.
    MatrixExploded,
    /// `name=a,b` in a query or a cookie.
    Form,
    /// `name=a&name=b`, or the members of an object, in a query or a cookie.
    FormExploded,
    /// `name=a%20b`.
    Space,
    /// `name=a|b`.
    Pipe,
    /// `name[key]=value`.
    Deep,
    /// JSON in a text.
    Json,
}

/// A request body.
#[derive(Debug, Clone)]
pub struct Body {
    /// How it is written.
    pub kind: BodyKind,
    /// Whether it must be given.
    pub required: bool,
    /// The media type to be sent, where it is not the usual one of the kind.
    pub media: Option<String>,
}

/// How a request body is written.
#[derive(Debug, Clone)]
pub enum BodyKind {
    /// JSON.
    Json(Ty),
    /// `application/x-www-form-urlencoded`; members that are written in a style of their own.
    Form(Ty, Vec<StyledMember>),
    /// `multipart/form-data`.
    Multipart(Vec<MultipartField>),
    /// A text.
    Text,
    /// Bytes.
    Binary,
}

/// A member of a form that is written in a style of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct StyledMember {
    /// Its name on the wire.
    pub json: String,
    /// How it is written.
    pub style: Style,
    /// Whether the characters that RFC 3986 reserves are sent as they are.
    pub reserved: bool,
}

/// A part of a multipart body.
#[derive(Debug, Clone)]
pub struct MultipartField {
    /// Its name on the wire.
    pub json: String,
    /// What it holds.
    pub content: PartContent,
    /// Whether there may be several of the name.
    pub list: bool,
    /// Whether it must be given.
    pub required: bool,
    /// The media type of the part, where the document says it.
    pub media: Option<String>,
    /// How its content is encoded (`contentEncoding`), where it is: the caller gives it so.
    pub encoding: Option<String>,
    /// The largest file in bytes that the server takes.
    pub max_bytes: Option<u64>,
    /// The mime types that the server takes; empty: any.
    pub mime_types: Vec<String>,
}

/// What a part of a multipart body holds.
#[derive(Debug, Clone, PartialEq)]
pub enum PartContent {
    /// A file.
    File,
    /// A text, a number or a boolean, as a text.
    Text(Ty),
    /// JSON.
    Json(Ty),
}

/// What a successful operation returns.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Reply {
    /// Nothing.
    #[default]
    Empty,
    /// JSON of this type.
    Json(Ty),
    /// JSON of this type, or nothing (200 or 204).
    JsonOrEmpty(Ty),
    /// A text: plain or XML.
    Text,
    /// Bytes, as a stream.
    Binary,
    /// A redirect, returned and not followed.
    Redirect,
    /// Whatever the server says: JSON, text or nothing, told apart by its content type.
    Content,
    /// Several, told apart by status and content type: an enum.
    Several(Vec<Answer>),
}

/// One of several replies.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The statuses that it has.
    pub status: Status,
    /// What it holds.
    pub content: AnswerContent,
}

/// What one of several replies holds.
#[derive(Debug, Clone, PartialEq)]
pub enum AnswerContent {
    /// Nothing.
    Empty,
    /// JSON of this type.
    Json(Ty),
    /// A text.
    Text,
    /// Bytes.
    Binary,
}

/// The statuses of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// This one.
    Code(u16),
    /// A hundred of them: `4` for `4XX`.
    Range(u16),
    /// All that are not named.
    Default,
}

/// A reply that says what went wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// The statuses that it has.
    pub status: Status,
    /// The type of its JSON body.
    pub ty: Ty,
}

/// A header of a reply.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplyHeader {
    /// Its name on the wire.
    pub name: String,
    /// The type of its value.
    pub ty: Ty,
}

/// How a list pages.
#[derive(Debug, Clone, PartialEq)]
pub struct Paging {
    /// The type of an item.
    pub item: Ty,
    /// The member of the reply that holds the items; `None`: the reply is the list.
    pub member: Option<String>,
    /// Whether the server returns everything unless asked for a page.
    pub if_asked: bool,
}

impl Body {
    /// The media type that is sent.
    pub fn media_type(&self) -> &str {
        let usual = match &self.kind {
            BodyKind::Json(_) => "application/json",
            BodyKind::Form(..) => "application/x-www-form-urlencoded",
            BodyKind::Multipart(_) => "multipart/form-data",
            BodyKind::Text => "text/plain",
            BodyKind::Binary => "application/octet-stream",
        };
        self.media.as_deref().unwrap_or(usual)
    }
}

impl Operation {
    /// What it is called where every way to write its body is an entry of its own: in the lock and in rules.
    pub fn key(&self) -> String {
        match &self.alternative {
            None => self.id.clone(),
            Some(alternative) => format!("{}|{alternative}", self.id),
        }
    }

    /// Its parameters: path, query, headers, cookies.
    pub fn params(&self) -> impl Iterator<Item = &Param> {
        self.path_params.iter().chain(&self.query).chain(&self.headers).chain(&self.cookies)
    }

    /// Whether a parameter besides those of the path is an argument of the method. What may be left out is a setter, and so
    /// is what must be given where there is too much of it to tell one argument from another.
    pub fn takes(&self, param: &Param) -> bool {
        param.required && !self.is_wide()
    }

    /// Whether a part of a multipart body is an argument of the method, as [`Operation::takes`]; in an optional body none is.
    pub fn takes_part(&self, part: &MultipartField) -> bool {
        self.requires(part) && !self.is_wide()
    }

    /// Whether a part of a multipart body must be given.
    pub fn requires(&self, part: &MultipartField) -> bool {
        part.required && self.body.as_ref().is_some_and(|body| body.required)
    }

    /// The parts of a multipart body; none where there is another body, or it is given as a whole.
    pub fn parts(&self) -> &[MultipartField] {
        match self.body.as_ref().map(|body| &body.kind) {
            Some(BodyKind::Multipart(parts)) => parts,
            _ => &[],
        }
    }

    /// Whether more must be given than can be told apart by its place.
    pub fn is_wide(&self) -> bool {
        let params = self.params().filter(|param| param.required).count();
        let body = match self.parts() {
            [] => usize::from(self.body.as_ref().is_some_and(|body| body.required)),
            parts => parts.iter().filter(|part| self.requires(part)).count(),
        };
        params + body > MOST_ARGUMENTS
    }

    /// What each parameter is called in the lock and in rules: its name, and where it is, unless that is path or query.
    pub fn param_keys(&self) -> Vec<String> {
        let path = self.path_params.iter().map(|param| param.json.clone());
        let query = self.query.iter().map(|param| {
            let taken = self.path_params.iter().any(|other| other.json == param.json);
            if taken { format!("{} query", param.json) } else { param.json.clone() }
        });
        let headers = self.headers.iter().map(|param| format!("{} header", param.json));
        let cookies = self.cookies.iter().map(|param| format!("{} cookie", param.json));
        path.chain(query).chain(headers).chain(cookies).collect()
    }

    /// Where it stands in the document.
    pub fn pointer(&self) -> String {
        push(&push("/paths", &self.path), self.method.to_lowercase())
    }

    /// Whether it is to be called without proof of who calls, whatever a caller has.
    pub fn is_anonymous(&self) -> bool {
        self.security.as_ref().is_some_and(Vec::is_empty)
    }
}
