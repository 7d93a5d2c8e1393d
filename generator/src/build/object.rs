//! Objects: structs, maps, and `allOf`.

use indexmap::IndexMap;
use openapiv3::{AdditionalProperties, ReferenceOr, Schema, SchemaKind, Type};

use super::{Builder, Typed};
use crate::model::{DefKind, Field, Place, Struct, Ty};

/// The members of an object, with those of its `allOf`.
#[derive(Debug, Clone, Default)]
pub(super) struct Members<'a> {
    pub properties: IndexMap<&'a str, &'a ReferenceOr<Box<Schema>>>,
    pub required: Vec<&'a str>,
    pub additional: Option<&'a AdditionalProperties>,
    pub nullable: bool,
}

impl<'a> Builder<'a> {
    /// A struct where members are known, else a map.
    pub(super) fn object(&mut self, schema: &'a Schema, place: &Place) -> Typed {
        let mut members = Members::default();
        self.members(schema, place, &mut members, 0);
        self.object_of(&members, None, place, schema.schema_data.deprecated)
    }

    /// The same from members, without the tag of a union.
    pub(super) fn object_of(
        &mut self,
        members: &Members<'a>,
        tag: Option<&str>,
        place: &Place,
        deprecated: bool,
    ) -> Typed {
        if members.properties.is_empty() && tag.is_none() {
            let value = match members.additional {
                Some(AdditionalProperties::Schema(schema)) => self.schema(schema, &place.step("{}")).element(),
                Some(AdditionalProperties::Any(_)) | None => Ty::Any,
            };
            return Typed { nullable: members.nullable, ..Ty::Map(Box::new(value)).into() };
        }
        let rest = match members.additional {
            Some(AdditionalProperties::Schema(schema)) => Some(self.schema(schema, &place.step("{}")).element()),
            Some(AdditionalProperties::Any(true)) => Some(Ty::Any),
            _ if self.rules.keeps_rest(place, self.release) => Some(Ty::Any),
            Some(AdditionalProperties::Any(false)) | None => None,
        };
        let known = members.properties.iter().filter(|(name, _)| Some(**name) != tag);
        let fields = known.map(|(name, schema)| self.field(name, schema, members, place)).collect();
        let ty = self.define(place, DefKind::Struct(Struct { fields, rest }), deprecated);
        Typed { nullable: members.nullable, ..ty.into() }
    }

    fn field(
        &mut self,
        name: &str,
        schema: &'a ReferenceOr<Box<Schema>>,
        members: &Members<'a>,
        place: &Place,
    ) -> Field {
        let place = place.step(name);
        let typed = match schema {
            ReferenceOr::Item(schema) => self.at(schema, &place),
            ReferenceOr::Reference { reference } => self.reference(reference, &place),
        };
        Field {
            json: name.to_owned(),
            ty: self.hidden(typed.ty, &place),
            required: members.required.contains(&name),
            nullable: typed.nullable,
            young: false,
            boxed: false,
            constant: typed.constant,
            facts: typed.facts,
            deprecated: typed.deprecated,
        }
    }

    /// A map or a value of any kind that a rule calls secret; a text is one already.
    fn hidden(&self, ty: Ty, place: &Place) -> Ty {
        let secret = matches!(ty, Ty::Map(_) | Ty::Any) && self.rules.is_secret(place, self.release);
        if secret { Ty::Hidden(Box::new(ty)) } else { ty }
    }

    /// Collects the members of a schema and of everything that it is `allOf`.
    pub(super) fn members(&mut self, schema: &'a Schema, place: &Place, members: &mut Members<'a>, depth: usize) {
        if depth > 32 {
            self.problem(place.to_string(), "this `allOf` contains itself: remove the circle");
            return;
        }
        members.nullable |= schema.schema_data.nullable;
        let all_of = match &schema.schema_kind {
            SchemaKind::Type(Type::Object(object)) => {
                members.add(&object.properties, &object.required, object.additional_properties.as_ref());
                return;
            }
            SchemaKind::Any(any) => {
                members.add(&any.properties, &any.required, any.additional_properties.as_ref());
                &any.all_of
            }
            SchemaKind::AllOf { all_of } => all_of,
            _ => return,
        };
        for part in all_of {
            if let Some((part, place)) = self.resolve(part, place) {
                self.members(part, &place, members, depth + 1);
            }
        }
    }
}

impl<'a> Members<'a> {
    fn add(
        &mut self,
        properties: &'a IndexMap<String, ReferenceOr<Box<Schema>>>,
        required: &'a [String],
        additional: Option<&'a AdditionalProperties>,
    ) {
        self.properties.extend(properties.iter().map(|(name, schema)| (name.as_str(), schema)));
        self.required.extend(required.iter().map(String::as_str));
        self.additional = self.additional.or(additional);
    }
}
