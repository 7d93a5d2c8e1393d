//! Members that hold plain values: which there are, and how they are read.

use serde_json::{Map, Number, Value};

use super::{is_list, listed};
use crate::walk::Kind;

/// The shape of a plain value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leaf {
    /// Anything.
    Data,
    Text,
    Flag,
    Number,
    /// A limit of a number, or whether it is exclusive.
    NumberOrFlag,
    /// A list of texts.
    Texts,
    /// A list of anything.
    List,
    /// Texts by name.
    Words,
    /// The same, with an address.
    Docs,
    /// Alternatives of security: lists of scopes by the names of schemes.
    Security,
}

/// What it means when a member cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Loss {
    /// Nothing: it only describes.
    Words,
    /// The crate knows less.
    Fact,
    /// Nothing can be generated without it.
    Vital,
}

/// How the member `key` of an object of this kind is read; `None`: there is none of this name.
pub(super) fn of(kind: Kind, key: &str) -> Option<(Leaf, Loss)> {
    use Leaf::{Data, Docs, Flag, List, Number, NumberOrFlag, Security, Text, Texts, Words};
    use Loss::{Fact, Vital};
    let words = Some((Text, Loss::Words));
    match (kind, key) {
        (Kind::Schema, key) => match key {
            "type" | "nullable" | "discriminator" | "default" | "example" | "examples" | "const" | "xml" => {
                Some((Data, Fact))
            }
            "title" | "description" | "summary" | "$comment" => words,
            "externalDocs" => Some((Docs, Loss::Words)),
            "format" | "contentEncoding" | "contentMediaType" | "$id" | "$anchor" | "$dynamicAnchor" | "$schema" => {
                Some((Text, Loss::Words))
            }
            "pattern" | "$dynamicRef" => Some((Text, Fact)),
            "readOnly" | "writeOnly" | "deprecated" | "uniqueItems" => Some((Flag, Fact)),
            "minimum" | "maximum" | "multipleOf" | "minLength" | "maxLength" | "minItems" | "maxItems"
            | "minProperties" | "maxProperties" | "minContains" | "maxContains" => Some((Number, Fact)),
            "exclusiveMinimum" | "exclusiveMaximum" => Some((NumberOrFlag, Fact)),
            "required" => Some((Texts, Fact)),
            "enum" => Some((List, Fact)),
            _ => Some((Data, Loss::Words)),
        },
        (_, "description" | "summary") => words,
        (_, "externalDocs") => Some((Docs, Loss::Words)),
        (Kind::Document, "openapi" | "$schema") => Some((Data, Vital)),
        (Kind::Document, "jsonSchemaDialect") => Some((Text, Fact)),
        (Kind::Document | Kind::Operation, "security") => Some((Security, Vital)),
        (Kind::Info, "title" | "version" | "termsOfService") => words,
        (Kind::Info, "contact" | "license") => Some((Words, Loss::Words)),
        (Kind::Tag, "name") | (Kind::Server, "url") => Some((Text, Fact)),
        (Kind::Tag, "parent" | "kind") | (Kind::Server, "name") => words,
        (Kind::ServerVariable, "enum") => Some((Texts, Fact)),
        (Kind::ServerVariable, "default") => Some((Text, Fact)),
        (Kind::PathItem, "$ref") | (Kind::Parameter, "name" | "in") => Some((Text, Vital)),
        (Kind::Operation, "tags") => Some((Texts, Fact)),
        (Kind::Operation, "operationId") => Some((Text, Fact)),
        (Kind::Operation, "deprecated") => Some((Flag, Fact)),
        (
            Kind::Parameter | Kind::Header,
            "required" | "deprecated" | "explode" | "allowReserved" | "allowEmptyValue",
        ) => Some((Flag, Fact)),
        (Kind::Parameter | Kind::Header, "style") => Some((Text, Fact)),
        (Kind::Parameter | Kind::Header | Kind::MediaType, "example" | "examples") => Some((Data, Loss::Words)),
        (Kind::RequestBody, "required") => Some((Flag, Fact)),
        (Kind::Encoding, "contentType") => Some((Texts, Fact)),
        (Kind::Encoding, "style") => Some((Text, Fact)),
        (Kind::Encoding, "explode" | "allowReserved") => Some((Flag, Fact)),
        _ => None,
    }
}

/// What an object of this kind is called.
pub(super) fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Document => "a document",
        Kind::Info => "`info`",
        Kind::Components => "`components`",
        Kind::PathItem => "a path item",
        Kind::Operation => "an operation",
        Kind::Parameter => "a parameter",
        Kind::Header => "a header",
        Kind::RequestBody => "a request body",
        Kind::Response => "a response",
        Kind::MediaType => "a media type",
        Kind::Encoding => "an encoding",
        Kind::Schema => "a schema",
        Kind::Tag => "a tag",
        Kind::SecurityScheme => "a security scheme",
        Kind::Link => "a link",
        Kind::Callback => "a callback",
        Kind::Example => "an example",
        Kind::Server => "a server",
        Kind::ServerVariable => "a variable of a server",
    }
}

impl Leaf {
    /// What is asked for, in words.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Data => "a value",
            Self::Text => "a text",
            Self::Flag => "true or false",
            Self::Number => "a number",
            Self::NumberOrFlag => "a number, or true or false",
            Self::Texts => "a list of texts",
            Self::List => "a list",
            Self::Words | Self::Docs => "an object of texts",
            Self::Security => "a list of objects that name security schemes",
        }
    }

    /// Makes a value what is asked for; `false`: it cannot be meant so.
    pub(super) fn read(self, value: &mut Value) -> bool {
        match self {
            Self::Data => true,
            Self::Text => text(value),
            Self::Flag => flag(value),
            Self::Number => number(value),
            Self::NumberOrFlag => value.is_number() || flag(value) || number(value),
            Self::Texts => texts(value),
            Self::List => list(value),
            Self::Words => words(value),
            Self::Docs => words(value) && value.get("url").is_some(),
            Self::Security => security(value),
        }
    }
}

pub(super) fn text(value: &mut Value) -> bool {
    if let Value::Number(_) | Value::Bool(_) = value {
        *value = value.to_string().into();
    }
    value.is_string()
}

pub(super) fn flag(value: &mut Value) -> bool {
    let meant = match value {
        Value::Bool(_) => return true,
        Value::String(text) => text.trim().to_ascii_lowercase().parse().ok(),
        Value::Number(number) => match number.as_u64() {
            Some(0) => Some(false),
            Some(1) => Some(true),
            _ => None,
        },
        _ => None,
    };
    *value = meant.map_or_else(|| value.take(), Value::Bool);
    meant.is_some()
}

fn words(value: &mut Value) -> bool {
    value.as_object_mut().is_some_and(|words| {
        words.retain(|_, word| !word.is_null());
        words.values_mut().all(text)
    })
}

fn number(value: &mut Value) -> bool {
    if let Value::String(text) = value {
        let text = text.trim();
        let whole = text.parse::<i64>().ok().map(Number::from);
        let meant = whole.or_else(|| text.parse::<f64>().ok().and_then(Number::from_f64));
        if let Some(meant) = meant {
            *value = Value::Number(meant);
        }
    }
    value.is_number()
}

fn list(value: &mut Value) -> bool {
    match value {
        Value::Array(_) => true,
        Value::Object(object) if is_list(object) => {
            *value = listed(object);
            true
        }
        Value::Object(_) | Value::Null => false,
        _ => {
            *value = Value::Array(vec![value.take()]);
            true
        }
    }
}

fn texts(value: &mut Value) -> bool {
    list(value) && value.as_array_mut().is_some_and(|items| items.iter_mut().all(text))
}

fn security(value: &mut Value) -> bool {
    match value {
        Value::Array(_) => {}
        Value::Object(object) if object.is_empty() => *value = Value::Array(Vec::new()),
        Value::Object(_) | Value::String(_) => *value = Value::Array(vec![value.take()]),
        _ => return false,
    }
    let Some(alternatives) = value.as_array_mut() else { return false };
    alternatives.iter_mut().all(|alternative| {
        match alternative {
            Value::String(name) => *alternative = Map::from_iter([(std::mem::take(name), Value::Null)]).into(),
            Value::Array(list) if list.is_empty() => *alternative = Map::new().into(),
            _ => {}
        }
        let Some(schemes) = alternative.as_object_mut() else { return false };
        schemes.values_mut().all(|scopes| {
            if matches!(scopes, Value::Null | Value::Bool(_)) {
                *scopes = Value::Array(Vec::new());
            }
            texts(scopes)
        })
    })
}
