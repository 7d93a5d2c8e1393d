//! The model: what a document means, free of how OpenAPI writes it.
//!
//! `build` makes it, `analyze` and `dedupe` complete it, `name` names it and `emit` prints it. Types live in one arena
//! and refer to each other by [`DefId`], so that recursion needs no special case.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::error::push;

/// The most values that a method takes; with `self` that is what clippy's `too_many_arguments` allows.
const MOST_ARGUMENTS: usize = 6;

/// The whole of a document.
#[derive(Debug, Clone, Default)]
pub struct Model {
    /// `info.title` is prose and left out; this is the release that was imported.
    pub release: String,
    /// Operations, by path, then method.
    pub operations: Vec<Operation>,
    /// Every type that needs a name. After `dedupe` equal shapes are one entry.
    pub defs: Vec<Def>,
    /// Where the API is served, as in the document; the first is meant where nothing else is said.
    pub servers: Vec<Server>,
    /// How callers can prove who they are, by name.
    pub schemes: Vec<Scheme>,
    /// What every operation asks for that does not say so itself.
    pub security: Security,
    /// What the server sends by itself (`webhooks`): types without operations.
    pub webhooks: Vec<Webhook>,
}

impl Model {
    /// The type behind an id.
    pub fn def(&self, id: DefId) -> &Def {
        &self.defs[id.0]
    }
}

/// An index into [`Model::defs`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DefId(pub usize);

/// The type of a value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Ty {
    /// Any JSON value.
    #[default]
    Any,
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Int,
    /// A whole number from 0 on, beyond 2⁶³ too.
    Unsigned,
    /// A number that may have a fraction.
    Float,
    /// A text.
    String,
    /// A moment as milliseconds since the epoch.
    Millis,
    /// A moment as seconds since the epoch.
    Seconds,
    /// A moment as an ISO 8601 text.
    DateTime,
    /// A text that must not be shown (`logto_runtime::Secret`).
    Secret,
    /// A value with secrets inside, that must not be shown (`logto_runtime::Hidden`).
    Hidden(Box<Ty>),
    /// A list.
    List(Box<Ty>),
    /// A list whose items have types of their own.
    Tuple(Vec<Ty>),
    /// A map with text keys.
    Map(Box<Ty>),
    /// A value or `null`, where it is not the member of a struct (members have a bit of their own).
    Nullable(Box<Ty>),
    /// A type with a name.
    Def(DefId),
    /// A hand-written type of the generated crate, by its path from the crate's root (`search::Search`).
    Extern(String),
}

/// Where in the document a type or a member was found.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The operation, or the name of the component where there is no operation.
    pub operation: String,
    /// Which part of the operation.
    pub part: Part,
    /// The members from there on: `profile`, `[]` for items, `{}` for values of a map, `|Totp` for a variant.
    pub path: Vec<String>,
}

/// A part of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// The body of a success reply.
    Reply,
    /// The request body.
    Body,
    /// A parameter; its name is the first step of the path.
    Parameter,
    /// The body of a reply that says what went wrong; its status is the first step of the path.
    Failure,
    /// The payload of a webhook, whose name stands for the operation.
    Webhook,
    /// A schema of `components`, reached by reference from a reply.
    Component,
    /// A schema of `components`, reached by reference from a request.
    SentComponent,
}

/// A type that needs a name.
#[derive(Debug, Clone)]
pub struct Def {
    /// Everywhere it was found, sorted.
    pub places: BTreeSet<Place>,
    /// What it is.
    pub kind: DefKind,
    /// Whether a request contains it.
    pub sent: bool,
    /// Whether a reply contains it.
    pub received: bool,
    /// The tags of the operations that use it, in their order in the document; the first is its home.
    pub tags: Vec<String>,
    /// Whether the document calls it deprecated.
    pub deprecated: bool,
}

/// What a named type is.
#[derive(Debug, Clone, PartialEq)]
pub enum DefKind {
    /// An object with known members.
    Struct(Struct),
    /// One of a list of texts, open.
    Enum(Enum),
    /// One of several types, open.
    Union(Union),
}

/// An object with known members.
#[derive(Debug, Clone, PartialEq)]
pub struct Struct {
    /// Members, as in the document.
    pub fields: Vec<Field>,
    /// The type of members that are not listed, where they are kept.
    pub rest: Option<Ty>,
}

/// A member of a struct.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its name on the wire.
    pub json: String,
    /// Its type, without its optionality.
    pub ty: Ty,
    /// Whether the document requires it.
    pub required: bool,
    /// Whether it may be `null`.
    pub nullable: bool,
    /// Younger than the oldest release that the crate reads: `Option` where received, whatever `required` says.
    pub young: bool,
    /// Whether it must be boxed, because the type would contain itself.
    pub boxed: bool,
    /// The only value it can have, where the document fixes one and the type does not (booleans).
    pub constant: Option<Value>,
    /// What the document says of its values.
    pub facts: Facts,
    /// Whether the document calls it deprecated, or no longer has it.
    pub deprecated: bool,
}

/// Limits and units of a value: docs, never part of a shape.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Facts {
    /// `default`, as JSON.
    pub default: Option<String>,
    /// `minLength`, `minItems` or `minimum`.
    pub min: Option<String>,
    /// `maxLength`, `maxItems` or `maximum`.
    pub max: Option<String>,
    /// `pattern`, without slashes.
    pub pattern: Option<String>,
    /// `format`, where it is one of a text (`uri`, `email`).
    pub format: Option<String>,
    /// What a number counts: `seconds`.
    pub unit: Option<String>,
    /// Whether `min` itself is too small.
    pub exclusive_min: bool,
    /// Whether `max` itself is too large.
    pub exclusive_max: bool,
    /// `multipleOf`.
    pub multiple_of: Option<String>,
    /// The numbers that are allowed, as JSON; empty: all within the limits.
    pub values: Vec<String>,
    /// Whether only one side may give the value.
    pub access: Option<Access>,
}

/// Which side alone gives a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Access {
    /// The server (`readOnly`).
    Read,
    /// The caller (`writeOnly`).
    Write,
}

/// One of a list of texts.
#[derive(Debug, Clone, PartialEq)]
pub struct Enum {
    /// The values, as in the document.
    pub values: Vec<String>,
}

/// One of several types.
#[derive(Debug, Clone, PartialEq)]
pub struct Union {
    /// The member that tells the variants apart; the variants' structs do not have it. `None`: untagged.
    pub tag: Option<String>,
    /// The variants, as in the document.
    pub variants: Vec<Variant>,
    /// The variant that is meant where the tag is absent, by index.
    pub missing: Option<usize>,
}

/// A variant of a union.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// How it is recognised.
    pub select: Select,
    /// What it holds.
    pub ty: Ty,
    /// Whether it is boxed, because it is much larger than the others.
    pub boxed: bool,
    /// Whether only the lock knows it: the document dropped it.
    pub dropped: bool,
}

/// How a variant is recognised.
#[derive(Debug, Clone, PartialEq)]
pub enum Select {
    /// The tag has one of these values (texts or booleans). Several: the variant's struct keeps the tag as a member.
    Tag(Vec<Value>),
    /// An object that has these members. Variants are tried in their order, those with more members first.
    Keys(Vec<String>),
    /// A value of this JSON type.
    Json(JsonType),
    /// A value of this JSON type that can be read as the variant: where several have one JSON type, the first that fits.
    Fits(JsonType),
}

/// A type of JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum JsonType {
    /// `true` or `false`.
    Bool,
    /// A number.
    Number,
    /// A text.
    String,
    /// A list.
    Array,
    /// An object.
    Object,
}

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
    /// What it asks for, where that is not what [`Model::security`] says.
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
    /// A text with the characters that RFC 3986 reserves.
    Reserved,
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
    Form(Ty, Vec<(String, Style)>),
    /// `multipart/form-data`.
    Multipart(Vec<MultipartField>),
    /// A text.
    Text,
    /// Bytes.
    Binary,
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

/// Where an API is served.
#[derive(Debug, Clone, PartialEq)]
pub struct Server {
    /// Its URL with `{variables}`; relative: below wherever the document was.
    pub url: String,
    /// Its variables, as in the document.
    pub variables: Vec<ServerVariable>,
}

/// A variable in the URL of a server.
#[derive(Debug, Clone, PartialEq)]
pub struct ServerVariable {
    /// Its name.
    pub name: String,
    /// Its value where none is given.
    pub default: String,
    /// The values that it may have; empty: any.
    pub values: Vec<String>,
}

/// A way to prove who one is.
#[derive(Debug, Clone, PartialEq)]
pub struct Scheme {
    /// Its name in the document.
    pub name: String,
    /// What it is.
    pub kind: SchemeKind,
}

/// What a security scheme is.
#[derive(Debug, Clone, PartialEq)]
pub enum SchemeKind {
    /// A bearer token; for OAuth 2 client credentials where it is fetched.
    Token {
        /// The token URL of the client credentials flow, as in the document.
        token_url: Option<String>,
        /// The scopes of that flow, as in the document.
        scopes: Vec<String>,
    },
    /// User and password (RFC 7617).
    Basic,
    /// A key in a header of this name.
    HeaderKey(String),
    /// A key in a query parameter of this name.
    QueryKey(String),
    /// A key in a cookie of this name.
    CookieKey(String),
    /// One that calls cannot be given, by what the document calls it: `digest`, mutual TLS.
    Other(String),
}

/// What an operation asks for: alternatives, each of names of schemes that it takes together. Without alternatives, or with
/// one that is empty, a call needs none.
pub type Security = Vec<Vec<String>>;

/// What the server sends by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Webhook {
    /// Its name in the document.
    pub name: String,
    /// The type of its JSON payload.
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
