//! What stands where in an OpenAPI document: the one table that tells a keyword from a name, and a walk along it.
//!
//! `description` under `properties` is a member's name and not prose, `type` in an example is data. Passes that change a
//! document as JSON ask here.

use serde_json::Value;

/// An object of the specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// A parameter or a header.
    Parameter,
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
    /// A server.
    Server,
    /// A variable of a server.
    ServerVariable,
}

/// What a member of an object of the specification holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Member {
    /// An object.
    One(Kind),
    /// A list of objects.
    List(Kind),
    /// Objects by name.
    Map(Kind),
    /// Maps of objects, by name: callbacks.
    MapOfMaps(Kind),
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
    use Member::{List, Map, MapOfMaps, Names, One, Plain};
    match (kind, key) {
        (K::Document, "info") => One(K::Info),
        (K::Document, "paths" | "webhooks" | "x-webhooks") | (K::Components, "pathItems") => Map(K::PathItem),
        (K::Document, "components") => One(K::Components),
        (K::Document, "tags") => List(K::Tag),
        (K::Document | K::PathItem | K::Operation, "servers") => List(K::Server),
        (K::Components, "schemas") => Map(K::Schema),
        (K::Components, "parameters") => Map(K::Parameter),
        (K::Components | K::Response | K::Encoding, "headers") => Map(K::Parameter),
        (K::Components | K::Operation, "responses") => Map(K::Response),
        (K::Components, "requestBodies") => Map(K::RequestBody),
        (K::Components | K::Operation, "callbacks") => MapOfMaps(K::PathItem),
        (K::Components, "securitySchemes") => Map(K::SecurityScheme),
        (K::Components | K::Response, "links") => Map(K::Link),
        (K::Components, "examples") => Names,
        (K::PathItem | K::Operation, "parameters") => List(K::Parameter),
        (K::PathItem, method) if METHODS.contains(&method) => One(K::Operation),
        (K::Operation, "requestBody") => One(K::RequestBody),
        (K::RequestBody | K::Response | K::Parameter, "content") => Map(K::MediaType),
        (K::MediaType | K::Parameter, "schema") => One(K::Schema),
        (K::MediaType, "encoding") => Map(K::Encoding),
        (K::Server, "variables") => Map(K::ServerVariable),
        (K::Schema, "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas") => {
            Map(K::Schema)
        }
        (K::Schema, "oneOf" | "anyOf" | "allOf" | "prefixItems") => List(K::Schema),
        (
            K::Schema,
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
            | "contentSchema",
        ) => One(K::Schema),
        (K::Schema, "dependentRequired") => Names,
        _ => Plain,
    }
}

/// Visits every object of the specification in `value`, which is one of `kind`: inner ones before the ones around them.
///
/// Booleans in the place of a schema are visited too. `pointer` is that of `value`, and the same again afterwards.
pub fn walk(value: &mut Value, kind: Kind, pointer: &mut String, visit: &mut dyn FnMut(Kind, &mut Value, &str)) {
    if let Value::Object(members) = value {
        for (key, inner) in members.iter_mut() {
            let shape = member(kind, key);
            if shape != Member::Plain && shape != Member::Names {
                step(pointer, key, |pointer| walk_member(inner, shape, pointer, visit));
            }
        }
    }
    visit(kind, value, pointer);
}

fn walk_member(value: &mut Value, shape: Member, pointer: &mut String, visit: &mut dyn FnMut(Kind, &mut Value, &str)) {
    match (shape, value) {
        (Member::One(kind), value @ (Value::Object(_) | Value::Bool(_))) => walk(value, kind, pointer, visit),
        (Member::List(kind), Value::Array(items)) => {
            for (index, item) in items.iter_mut().enumerate() {
                step(pointer, &index.to_string(), |pointer| walk(item, kind, pointer, visit));
            }
        }
        (Member::Map(kind), Value::Object(members)) => {
            for (key, inner) in members.iter_mut() {
                step(pointer, key, |pointer| walk(inner, kind, pointer, visit));
            }
        }
        (Member::MapOfMaps(kind), Value::Object(members)) => {
            for (key, inner) in members.iter_mut() {
                step(pointer, key, |pointer| walk_member(inner, Member::Map(kind), pointer, visit));
            }
        }
        _ => {}
    }
}

/// Visits a whole document.
pub fn document(value: &mut Value, visit: &mut dyn FnMut(Kind, &mut Value, &str)) {
    walk(value, Kind::Document, &mut String::new(), visit);
}

fn step(pointer: &mut String, key: &str, inside: impl FnOnce(&mut String)) {
    let length = pointer.len();
    pointer.push('/');
    if key.contains(['~', '/']) {
        pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
    } else {
        pointer.push_str(key);
    }
    inside(pointer);
    pointer.truncate(length);
}
