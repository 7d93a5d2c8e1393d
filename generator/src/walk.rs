//! What stands where in an OpenAPI document: the one table that tells a keyword from a name, and a walk along it.
//!
//! `description` under `properties` is a member's name and not prose, `type` in an example is data. Passes that change a
//! document as JSON ask here.

use std::fmt;

use serde_json::{Map, Value};

/// An object of the specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The document itself.
    Document,
    /// `info`.
    Info,
    /// `components`.
    Components,
    /// A path item: the operations of one path.
    PathItem,
    /// An operation.
    Operation,
    /// A parameter.
    Parameter,
    /// A header of a reply or of a part.
    Header,
    /// A request body.
    RequestBody,
    /// A response, whose `description` the specification requires.
    Response,
    /// A media type of a body.
    MediaType,
    /// An encoding of a part.
    Encoding,
    /// A schema.
    Schema,
    /// A tag, whose `name` is a name.
    Tag,
    /// A security scheme.
    SecurityScheme,
    /// A link.
    Link,
    /// A callback: path items by the expressions that give their addresses.
    Callback,
    /// An example.
    Example,
    /// A server.
    Server,
    /// A variable of a server.
    ServerVariable,
}

/// What a member of an object of the specification holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Member {
    /// An object.
    One(Kind),
    /// A list of objects.
    List(Kind),
    /// Objects by name.
    Map(Kind),
    /// Texts or other plain data by name.
    Names,
    /// Data, or a keyword with a plain value.
    Plain,
}

/// The methods that a path item may have.
pub const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// What the member `key` of an object of this kind holds.
pub fn member(kind: Kind, key: &str) -> Member {
    use Kind as K;
    use Member::{List, Map, Names, One, Plain};
    match kind {
        K::Schema => match key {
            "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas" => Map(K::Schema),
            "oneOf" | "anyOf" | "allOf" | "prefixItems" => List(K::Schema),
            "items"
            | "additionalProperties"
            | "not"
            | "if"
            | "then"
            | "else"
            | "contains"
            | "propertyNames"
            | "unevaluatedItems"
            | "unevaluatedProperties"
            | "contentSchema" => One(K::Schema),
            "dependentRequired" => Names,
            _ => Plain,
        },
        K::Document => match key {
            "info" => One(K::Info),
            "paths" | "webhooks" | "x-webhooks" => Map(K::PathItem),
            "components" => One(K::Components),
            "tags" => List(K::Tag),
            "servers" => List(K::Server),
            _ => Plain,
        },
        K::Components => match key {
            "schemas" => Map(K::Schema),
            "parameters" => Map(K::Parameter),
            "headers" => Map(K::Header),
            "responses" => Map(K::Response),
            "requestBodies" => Map(K::RequestBody),
            "callbacks" => Map(K::Callback),
            "securitySchemes" => Map(K::SecurityScheme),
            "links" => Map(K::Link),
            "examples" => Map(K::Example),
            "pathItems" => Map(K::PathItem),
            _ => Plain,
        },
        K::PathItem | K::Operation => match key {
            "servers" => List(K::Server),
            "parameters" => List(K::Parameter),
            method if kind == K::PathItem && METHODS.contains(&method) => One(K::Operation),
            "responses" if kind == K::Operation => Map(K::Response),
            "callbacks" if kind == K::Operation => Map(K::Callback),
            "requestBody" if kind == K::Operation => One(K::RequestBody),
            _ => Plain,
        },
        K::Response | K::RequestBody | K::Parameter | K::Header => match key {
            "content" => Map(K::MediaType),
            "headers" if kind == K::Response => Map(K::Header),
            "links" if kind == K::Response => Map(K::Link),
            "schema" if matches!(kind, K::Parameter | K::Header) => One(K::Schema),
            "examples" if matches!(kind, K::Parameter | K::Header) => Map(K::Example),
            _ => Plain,
        },
        K::MediaType => match key {
            "schema" => One(K::Schema),
            "examples" => Map(K::Example),
            "encoding" => Map(K::Encoding),
            _ => Plain,
        },
        K::Encoding if key == "headers" => Map(K::Header),
        K::Server if key == "variables" => Map(K::ServerVariable),
        K::Callback if key != "$ref" && !key.starts_with("x-") => One(K::PathItem),
        _ => Plain,
    }
}

/// Whether the name `key` in a map of these is an extension.
fn is_extension(kind: Kind, key: &str) -> bool {
    matches!(kind, Kind::PathItem | Kind::Response) && key.starts_with("x-")
}

/// The way to a value from the top, as a chain of borrowed steps: it costs nothing until it is written.
///
/// `Display` writes a JSON pointer (RFC 6901).
#[derive(Debug, Clone, Copy)]
pub struct Way<'a> {
    above: Option<&'a Way<'a>>,
    step: Step<'a>,
}

#[derive(Debug, Clone, Copy)]
enum Step<'a> {
    /// A pointer that is written already.
    From(&'a str),
    Name(&'a str),
    Index(usize),
}

impl<'a> Way<'a> {
    /// The way to the document itself.
    pub const TOP: Way<'static> = Way::from("");

    /// The way to what a pointer points to.
    pub const fn from(pointer: &'a str) -> Self {
        Self { above: None, step: Step::From(pointer) }
    }

    /// One step further, into an object.
    pub const fn name(&'a self, name: &'a str) -> Self {
        Self { above: Some(self), step: Step::Name(name) }
    }

    /// One step further, into a list.
    pub const fn index(&'a self, index: usize) -> Self {
        Self { above: Some(self), step: Step::Index(index) }
    }

    /// The way to what holds this; `None` at the start.
    pub const fn above(&self) -> Option<&'a Way<'a>> {
        self.above
    }

    /// The name of the last step, if it went into an object.
    pub const fn last(&self) -> Option<&'a str> {
        match self.step {
            Step::Name(name) => Some(name),
            Step::From(_) | Step::Index(_) => None,
        }
    }
}

impl fmt::Display for Way<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(above) = self.above {
            above.fmt(f)?;
        }
        match self.step {
            Step::From(pointer) => f.write_str(pointer),
            Step::Index(index) => write!(f, "/{index}"),
            Step::Name(name) if name.contains(['~', '/']) => {
                write!(f, "/{}", name.replace('~', "~0").replace('/', "~1"))
            }
            Step::Name(name) => write!(f, "/{name}"),
        }
    }
}

/// What a walk along a document does, on the way in, on the way out, or both.
pub trait Visitor {
    /// Comes to a value, before what it holds: an object of the specification, or a list or map of such.
    ///
    /// It may be anything, where the document is not as the specification says.
    fn enter(&mut self, member: Member, value: &mut Value, way: &Way<'_>) {
        let _ = (member, value, way);
    }

    /// Leaves an object of the specification, after what it holds. Booleans in the place of a schema are such too.
    fn leave(&mut self, kind: Kind, value: &mut Value, way: &Way<'_>) {
        let _ = (kind, value, way);
    }
}

/// Walks along everything in `value` that is of the specification.
pub fn walk<V: Visitor + ?Sized>(value: &mut Value, member: Member, way: &Way<'_>, visitor: &mut V) {
    visitor.enter(member, value, way);
    match (member, &mut *value) {
        (Member::One(kind), inner) => {
            if let Value::Object(members) = inner {
                for (key, inner) in members.iter_mut() {
                    let shape = self::member(kind, key);
                    if shape != Member::Plain && shape != Member::Names {
                        walk(inner, shape, &way.name(key), visitor);
                    }
                }
            }
            visitor.leave(kind, value, way);
        }
        (Member::List(kind), Value::Array(items)) => {
            for (index, item) in items.iter_mut().enumerate() {
                walk(item, Member::One(kind), &way.index(index), visitor);
            }
        }
        (Member::Map(kind), Value::Object(members)) => {
            for (key, inner) in members.iter_mut().filter(|(key, _)| !is_extension(kind, key)) {
                walk(inner, Member::One(kind), &way.name(key), visitor);
            }
        }
        _ => {}
    }
}

/// Visits every object of the specification in a document, inner ones before the ones around them.
pub fn document(value: &mut Value, visit: &mut dyn FnMut(Kind, &mut Value, &Way<'_>)) {
    struct Leave<'a>(&'a mut dyn FnMut(Kind, &mut Value, &Way<'_>));
    impl Visitor for Leave<'_> {
        fn leave(&mut self, kind: Kind, value: &mut Value, way: &Way<'_>) {
            (self.0)(kind, value, way);
        }
    }
    walk(value, Member::One(Kind::Document), &Way::TOP, &mut Leave(visit));
}

/// Looks at everything in `value` that is of the specification, and at the lists and maps of such, from the outside in.
pub fn look<'v>(value: &'v Value, member: Member, way: &Way<'_>, visit: &mut impl FnMut(Member, &'v Value, &Way<'_>)) {
    visit(member, value, way);
    match (member, value) {
        (Member::One(kind), Value::Object(members)) => look_into(kind, members, way, visit),
        (Member::List(kind), Value::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                look(item, Member::One(kind), &way.index(index), visit);
            }
        }
        (Member::Map(kind), Value::Object(members)) => {
            for (key, inner) in members.iter().filter(|(key, _)| !is_extension(kind, key)) {
                look(inner, Member::One(kind), &way.name(key), visit);
            }
        }
        _ => {}
    }
}

fn look_into<'v>(
    kind: Kind,
    members: &'v Map<String, Value>,
    way: &Way<'_>,
    visit: &mut impl FnMut(Member, &'v Value, &Way<'_>),
) {
    for (key, inner) in members {
        let shape = member(kind, key);
        if shape != Member::Plain && shape != Member::Names {
            look(inner, shape, &way.name(key), visit);
        }
    }
}
