//! The parts of multipart bodies.

use openapiv3::{AdditionalProperties, Encoding, MediaType, QueryStyle, ReferenceOr, Schema, SchemaKind, Type};
use serde_json::Value;

use super::media::{Written, is_binary, is_empty, is_text, parts};
use super::object::Members;
use super::view::View;
use super::{Builder, Typed};
use crate::error::push;
use crate::model::{DefKind, MultipartField, Part, PartContent, Place, Ty};

impl<'a> Builder<'a> {
    /// The parts of a multipart body; none where it does not say.
    pub(super) fn fields(&mut self, media: &'a MediaType, place: &Place, at: &str) -> Vec<MultipartField> {
        let found = media.schema.as_ref().and_then(|schema| self.resolve(schema, place));
        let members = match &found {
            Some((schema, place)) => self.members(schema, place),
            None => Members::default(),
        };
        if members.properties.is_empty() {
            self.note_at(at, "the document lists no parts: the body is given as a whole");
            return Vec::new();
        }
        if found
            .as_ref()
            .is_some_and(|(schema, _)| matches!(View::of(schema).additional, Some(AdditionalProperties::Schema(_))))
        {
            self.note_at(at, "parts that the document does not name cannot be given");
        }
        let place = found.map_or_else(|| place.clone(), |(_, place)| place);
        let mut fields = Vec::new();
        for (name, property) in &members.properties {
            let encoding = media.encoding.get(*name);
            if let Some(encoding) = encoding {
                self.not_kept(encoding, &push(&push(at, "encoding"), name));
            }
            let place = place.step(name);
            let Some((schema, target)) = self.resolve_boxed(property.schema(), &place) else { continue };
            let said = || {
                let beside = property.all().filter_map(|(schema, _)| schema.as_item());
                beside.map(|schema| &schema.schema_data).chain([&schema.schema_data])
            };
            // What only the server gives is not sent.
            if said().any(|data| data.read_only && !data.write_only) {
                continue;
            }
            let mut required = members.requires(name);
            if required && said().any(|data| data.default.as_ref().is_some_and(|default| !default.is_null())) {
                self.optional.push(place.to_string());
                required = false;
            }
            let place = target;
            let at = push(&push(&push(at, "encoding"), name), "contentType");
            fields.push(MultipartField { required, ..self.part(name, schema, &place, encoding, &at) });
        }
        for name in media.encoding.keys().filter(|name| !members.properties.iter().any(|(known, _)| known == name)) {
            let at = push(&push(at, "encoding"), name);
            self.note_at(&at, "the body has no part of this name: the encoding has no effect");
        }
        fields
    }

    /// Tells what of an encoding a part does not have.
    fn not_kept(&mut self, encoding: &Encoding, at: &str) {
        // The media type of a part is no header of its own, as the specification says.
        if encoding.headers.keys().any(|name| !name.eq_ignore_ascii_case("content-type")) {
            self.note_at(at, "headers of a part are not sent");
        }
        // `lower` has said whether it is exploded, and a form that is becomes what parts are anyway.
        if !encoding.explode || !matches!(encoding.style, None | Some(QueryStyle::Form)) {
            self.note_at(at, "a style of a part is not kept: a list is several parts, an object is JSON");
        }
    }

    fn part(
        &mut self,
        name: &str,
        schema: &'a Schema,
        place: &Place,
        encoding: Option<&Encoding>,
        at: &str,
    ) -> MultipartField {
        let told = encoding.and_then(|encoding| encoding.content_type.as_deref());
        if let Some(part) = self.annotated(name, schema, place, told) {
            return part;
        }
        let json = told.and_then(Written::of) == Some(Written::Json);
        let (item, item_place, list) = match self.items(schema, place).filter(|_| !json) {
            Some((item, place)) => (item, place, true),
            None => (schema, place.clone(), false),
        };
        let extension = |key: &str| [item, schema].into_iter().find_map(|of| of.schema_data.extensions.get(key));
        let max_bytes = extension("x-max-bytes").and_then(Value::as_u64);
        let types = extension("x-mime-types").and_then(Value::as_array);
        let types = types.map(|types| types.iter().filter_map(Value::as_str).map(str::to_owned).collect());
        let mut content = self.content(item, &item_place, told);
        let several = told.is_some_and(|told| told.contains([',', '*']));
        let mut first = None;
        if let Some(told) = told.filter(|told| is_no_json(told)) {
            let given = match &content {
                PartContent::Json(_) => {
                    content = PartContent::Text(Ty::String);
                    first = told.split(',').next().map(|one| one.trim().to_owned());
                    first.take_if(|one| parts(one).0 == "text/plain");
                    Some("a text")
                }
                PartContent::File => (!(is_text(item) || is_empty(item))).then_some("a file"),
                PartContent::Text(_) => None,
            };
            if let Some(given) = given {
                self.note_at(at, format!("there are no types for what is `{told}`: the part is {given} here"));
            }
        }
        let usual = match &content {
            PartContent::File => "application/octet-stream",
            PartContent::Text(_) => "text/plain",
            PartContent::Json(_) => "application/json",
        };
        let told = told.filter(|told| !told.contains('*') && parts(told).0 != usual);
        let (media, mime_types) = match (told, &content) {
            (Some(told), PartContent::File) => (None, told.split(',').map(|one| one.trim().to_owned()).collect()),
            (told, _) => (first.or_else(|| told.filter(|_| !several).map(str::to_owned)), Vec::new()),
        };
        let mime_types = types.unwrap_or(mime_types);
        let json = name.to_owned();
        MultipartField { json, content, list, required: false, media, encoding: None, max_bytes, mime_types }
    }

    /// A part that is a text, or a list of such, of which its schema says by `contentEncoding` and `contentMediaType` what is
    /// in it. The media type of an `encoding` goes before that of the schema (3.1.1, section 4.8.15.1).
    fn annotated(
        &mut self,
        name: &str,
        schema: &'a Schema,
        place: &Place,
        told: Option<&str>,
    ) -> Option<MultipartField> {
        let items = self.items(schema, place);
        let (item, list) = items.map_or((schema, false), |(item, _)| (item, true));
        let said = |key: &str| item.schema_data.extensions.get(key).and_then(Value::as_str);
        let (encoding, media) = (said("x-content-encoding"), said("x-content-media-type"));
        let several = told.is_some_and(|told| told.contains([',', '*']));
        if encoding.is_none() && (media.is_none() || told.is_some()) || several {
            return None;
        }
        let media = told.or(media).unwrap_or("application/octet-stream").to_owned();
        let is_file = encoding.is_none() && matches!(Written::of(&media), None | Some(Written::Binary));
        let (content, media, mime_types) = match is_file {
            true => (PartContent::File, None, vec![media]),
            false => (PartContent::Text(Ty::String), Some(media), Vec::new()),
        };
        let (json, encoding) = (name.to_owned(), encoding.map(str::to_owned));
        Some(MultipartField { json, content, list, required: false, media, encoding, max_bytes: None, mime_types })
    }

    /// The items of a list that become a part each; those of a list inside of a list do not.
    fn items(&mut self, schema: &'a Schema, place: &Place) -> Option<(&'a Schema, Place)> {
        let SchemaKind::Type(Type::Array(array)) = &schema.schema_kind else { return None };
        let (item, place) = self.resolve_boxed(array.items.as_ref()?, &place.step("[]"))?;
        (!matches!(item.schema_kind, SchemaKind::Type(Type::Array(_)))).then_some((item, place))
    }

    /// What a part holds, by its media type and else by its schema (3.0.4 and 3.1.1, Encoding Object, `contentType`).
    fn content(&mut self, schema: &'a Schema, place: &Place, told: Option<&str>) -> PartContent {
        match told.and_then(Written::of) {
            Some(Written::Json) => return PartContent::Json(self.at(schema, place).element()),
            Some(Written::Binary) if !is_plain(schema) => return PartContent::File,
            // A type that is no text makes a text bytes.
            None if told.is_some_and(|told| !told.contains('*')) && is_text(schema) => return PartContent::File,
            _ if is_binary(schema) || is_empty(schema) => return PartContent::File,
            _ => {}
        }
        let Typed { ty, .. } = self.at(schema, place);
        match &ty {
            Ty::Def(id) => match &self.defs[id.0].kind {
                DefKind::Enum(_) => PartContent::Text(ty),
                DefKind::Struct(_) => PartContent::Json(ty),
                DefKind::Union(union) if union.variants.iter().all(|variant| self.is_scalar(&variant.ty)) => {
                    PartContent::Text(Ty::String)
                }
                DefKind::Union(_) => PartContent::Json(ty),
            },
            Ty::List(_) | Ty::Tuple(_) | Ty::Map(_) | Ty::Hidden(_) | Ty::Nullable(_) | Ty::Any => {
                PartContent::Json(ty)
            }
            _ => PartContent::Text(ty),
        }
    }

    /// The schema that a member refers to, or that it is.
    fn resolve_boxed(&mut self, schema: &'a ReferenceOr<Box<Schema>>, place: &Place) -> Option<(&'a Schema, Place)> {
        let (mut schema, mut place) = match schema {
            ReferenceOr::Item(schema) => (&**schema, place.clone()),
            ReferenceOr::Reference { reference } => self.resolve_named(reference, place)?,
        };
        for _ in 0..super::find::LONGEST {
            match &schema.schema_kind {
                SchemaKind::AllOf { all_of } if all_of.len() == 1 => {
                    (schema, place) = self.resolve(all_of.first()?, &place)?;
                }
                _ => break,
            }
        }
        Some((schema, place))
    }

    fn resolve_named(&mut self, reference: &str, place: &Place) -> Option<(&'a Schema, Place)> {
        let name = reference.strip_prefix("#/components/schemas/")?;
        let schemas = self.api.components.as_ref().map(|components| &components.schemas);
        let Some((name, schema)) = schemas.and_then(|schemas| schemas.get_key_value(name)) else {
            let what = format!("`{reference}` refers to nothing: define it or correct the reference");
            self.problem(place.to_string(), what);
            return None;
        };
        let (schema, last) = self.component(schema, "schemas", |components| &components.schemas)?;
        let operation = last.unwrap_or(name).to_owned();
        let part = if place.is_sent() { Part::SentComponent } else { Part::Component };
        Some((schema, Place { operation, part, path: Vec::new() }))
    }
}

/// Whether a media type, or each of several, is known and not JSON.
fn is_no_json(media_type: &str) -> bool {
    media_type.split(',').all(|one| Written::of(one).is_some_and(|written| written != Written::Json))
}

/// Whether a schema is a number or a truth value.
fn is_plain(schema: &Schema) -> bool {
    matches!(schema.schema_kind, SchemaKind::Type(Type::Integer(_) | Type::Number(_) | Type::Boolean(_)))
}
