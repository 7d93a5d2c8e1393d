//! Media types: how what they name is written and read.

use openapiv3::{MediaType, ReferenceOr, Schema, SchemaKind, StringFormat, Type, VariantOrUnknownOrEmpty};

use super::Builder;
use super::find::LONGEST;

/// Words in the names of media types that are bytes, whatever their schema says of what these mean.
const BINARY: [&str; 16] = [
    "avro",
    "bson",
    "cbor",
    "compress",
    "gzip",
    "json-seq",
    "jsonl",
    "msgpack",
    "ndjson",
    "octet-stream",
    "parquet",
    "pdf",
    "proto",
    "tar",
    "thrift",
    "zip",
];

/// How the content of a media type is written, the preferred way first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Written {
    Json,
    Form,
    Multipart,
    Text,
    Binary,
}

impl Written {
    /// How the content of a media type is written; `None`: its name leaves it open, as `*/*` and names of their own do.
    pub(super) fn of(media_type: &str) -> Option<Self> {
        let (essence, _) = parts(media_type);
        let (kind, subtype) = essence.split_once('/').unwrap_or((essence.as_str(), ""));
        let written = match (kind, subtype) {
            ("*", _) | ("application", "*") => return None,
            ("text", "event-stream") => Self::Binary,
            (_, "json" | "x-json") => Self::Json,
            (_, subtype) if subtype.ends_with("+json") => Self::Json,
            ("application", "x-www-form-urlencoded") => Self::Form,
            ("multipart", "form-data") => Self::Multipart,
            ("text", _) => Self::Text,
            ("application", "xml" | "yaml" | "x-yaml" | "javascript" | "graphql" | "sql" | "toml" | "csv") => {
                Self::Text
            }
            ("application", subtype) if subtype.ends_with("+xml") || subtype.ends_with("+yaml") => Self::Text,
            ("application", subtype) if !BINARY.iter().any(|word| subtype.contains(word)) => return None,
            _ => Self::Binary,
        };
        Some(written)
    }

    /// The word for it in the names of alternatives.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Form => "form",
            Self::Multipart => "multipart",
            Self::Text => "text",
            Self::Binary => "binary",
        }
    }

    /// The media type that is sent unless another is told.
    fn usual(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Form => "application/x-www-form-urlencoded",
            Self::Multipart => "multipart/form-data",
            Self::Text => "text/plain",
            Self::Binary => "application/octet-stream",
        }
    }

    /// The media type to be told, where it is not the usual one. One with a `*` is no type that can be sent.
    pub(super) fn told(self, media_type: &str) -> Option<String> {
        let (essence, parameters) = parts(media_type);
        let plain = parameters.iter().all(|parameter| parameter.starts_with("charset="));
        let usual = essence == self.usual() && plain;
        (!usual && !essence.contains('*') && !essence.is_empty()).then(|| media_type.trim().to_owned())
    }
}

impl<'a> Builder<'a> {
    /// How the content of a media type is written: by its name, else by its schema.
    pub(super) fn written(&self, media_type: &str, media: &'a MediaType) -> Written {
        Written::of(media_type).unwrap_or_else(|| self.written_as(media_type, media))
    }

    fn written_as(&self, media_type: &str, media: &'a MediaType) -> Written {
        let text = if media_type.contains('*') { Written::Text } else { Written::Binary };
        match media.schema.as_ref().and_then(|schema| self.find(schema)) {
            None => Written::Binary,
            Some(schema) if is_binary(schema) || is_empty(schema) => Written::Binary,
            Some(schema) if is_text(schema) => text,
            Some(_) => Written::Json,
        }
    }

    /// Tells that a schema of something else than a text has no type, since its content is no JSON.
    pub(super) fn untyped(&mut self, media_type: &str, media: &'a MediaType, at: &str) {
        let written = self.written(media_type, media);
        let schema = media.schema.as_ref().and_then(|schema| self.find(schema));
        let plain = schema.is_none_or(|schema| is_empty(schema) || is_text(schema));
        if plain || !matches!(written, Written::Text | Written::Binary | Written::Form | Written::Multipart) {
            return;
        }
        let given = if matches!(written, Written::Text | Written::Form) { "a text" } else { "bytes" };
        let essence = parts(media_type).0;
        self.note_at(at, format!("there are no types for what is `{essence}`: it is {given} here"));
    }

    /// The schema behind references, without its place.
    pub(super) fn find(&self, mut schema: &'a ReferenceOr<Schema>) -> Option<&'a Schema> {
        for _ in 0..LONGEST {
            let (found, _) = self.component(schema, "schemas", |components| &components.schemas)?;
            schema = match &found.schema_kind {
                SchemaKind::AllOf { all_of } if all_of.len() == 1 => all_of.first()?,
                _ => return Some(found),
            };
        }
        None
    }
}

/// Whether a media type says anything of its content; `{}` does not.
pub(super) fn has_schema(media: &MediaType) -> bool {
    match &media.schema {
        None => false,
        Some(ReferenceOr::Reference { .. }) => true,
        Some(ReferenceOr::Item(schema)) => !is_empty(schema),
    }
}

/// Whether a schema says nothing.
pub(super) fn is_empty(schema: &Schema) -> bool {
    matches!(&schema.schema_kind, SchemaKind::Any(any) if *any == openapiv3::AnySchema::default())
}

/// Whether a schema is of a text.
pub(super) fn is_text(schema: &Schema) -> bool {
    matches!(schema.schema_kind, SchemaKind::Type(Type::String(_)))
}

/// Whether a text is a media type (RFC 9110, section 8.3.1), or a range of such.
pub(super) fn is_media_type(text: &str) -> bool {
    let (essence, _) = parts(text);
    let is_token = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
    };
    essence.split_once('/').is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype))
}

/// Whether a schema means bytes.
pub(super) fn is_binary(schema: &Schema) -> bool {
    matches!(&schema.schema_kind, SchemaKind::Type(Type::String(string))
        if matches!(string.format, VariantOrUnknownOrEmpty::Item(StringFormat::Binary)))
}

/// A media type in lower case, without its parameters, and these.
pub(super) fn parts(media_type: &str) -> (String, Vec<String>) {
    let mut parts = media_type.split(';').map(|part| part.trim().to_ascii_lowercase());
    (parts.next().unwrap_or_default(), parts.filter(|part| !part.is_empty()).collect())
}
