//! The model: what a document means, free of how OpenAPI writes it.
//!
//! `build` makes it, `analyze` and `dedupe` complete it, `name` names it and `emit` prints it. Types live in one arena
//! and refer to each other by [`DefId`], so that recursion needs no special case.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

mod operation;
mod presence;
mod security;

pub(crate) use operation::MOST_ARGUMENTS;
pub use operation::{
    Answer, AnswerContent, Body, BodyKind, Failure, MultipartField, Operation, Paging, Param, PartContent, Reply,
    ReplyHeader, Status, Style, StyledMember,
};
pub use presence::Presence;
pub use security::{Scheme, SchemeKind, Security, Server, ServerVariable};

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
    /// All payloads of webhooks as one union, where a member tells them apart.
    pub event: Option<Ty>,
    /// Types of components that neither operations nor webhooks refer to, where these are wanted.
    pub components: Vec<Ty>,
    /// The components that bodies and replies are, by their places.
    pub called: BTreeMap<Place, String>,
    /// Names that the document gives to values of an enum (`x-enum-varnames`), by its places: each value and its name.
    pub value_names: BTreeMap<Place, Vec<(String, String)>>,
    /// Whether no operation has a tag: what stands for it is of its path.
    pub untagged: bool,
}

impl Model {
    /// Whether the document has a name for the body or the reply at a place, or for the list or map that it is in.
    pub fn is_called(&self, place: &Place) -> bool {
        let around = || match place.path.split_last() {
            Some((last, around)) if last == "[]" || last == "{}" => {
                self.called.contains_key(&Place { path: around.to_vec(), ..place.clone() })
            }
            _ => false,
        };
        self.called.contains_key(place) || around()
    }

    /// The names that the document gives to values of an enum.
    pub fn value_names(&self, id: DefId) -> BTreeMap<&str, &str> {
        let named = self.def(id).places.iter().filter_map(|place| self.value_names.get(place)).flatten();
        named.map(|(value, name)| (value.as_str(), name.as_str())).collect()
    }

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
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Struct {
    /// Members, as in the document.
    pub fields: Vec<Field>,
    /// The type of members that are not listed, where they are kept.
    pub rest: Option<Ty>,
    /// Whether the document forbids members that are not listed. It is no part of a shape: they are read over.
    pub closed: bool,
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
    /// An object; these are the members that it must have and the others need not.
    Keys(Vec<String>),
    /// A value of this JSON type.
    Json(JsonType),
    /// A value of this JSON type that fits the variant: several have it.
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

/// What the server sends by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Webhook {
    /// Its name in the document.
    pub name: String,
    /// The type of its JSON payload.
    pub ty: Ty,
}
