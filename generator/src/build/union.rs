//! Unions: which type a value is of, decided once, here, and never by first fit at run time.

use std::collections::BTreeSet;

use openapiv3::{ReferenceOr, Schema, SchemaData, SchemaKind, Type};
use serde_json::Value;

use super::object::Members;
use super::{Builder, Typed};
use crate::model::{DefKind, JsonType, Place, Select, Ty, Union, Variant};

/// An alternative of a union, before its type is made.
struct Alternative<'a> {
    schema: &'a Schema,
    place: Place,
    /// Its members, where it is an object with some.
    members: Option<Members<'a>>,
    /// The kind of JSON value that it is, where there is only one.
    json: Option<JsonType>,
}

/// How objects are told apart.
enum Told {
    /// By a member that is constant in each.
    ByTag(Tag),
    /// By members that each must have.
    ByKeys(Vec<Vec<String>>),
    /// There is only one: by its JSON type.
    ByType,
    /// Not at all.
    Not,
}

/// The member that tells objects apart.
struct Tag {
    name: String,
    /// For each alternative that is an object, in order, its values.
    values: Vec<Vec<Value>>,
    /// The alternative that is meant where the tag is absent.
    missing: Option<usize>,
}

impl<'a> Builder<'a> {
    /// The type of `oneOf` or `anyOf`.
    pub(super) fn union(&mut self, schemas: &'a [ReferenceOr<Schema>], data: &SchemaData, place: &Place) -> Typed {
        let mut nullable = data.nullable;
        let mut alternatives = Vec::new();
        for schema in schemas {
            let Some((schema, at)) = self.resolve(schema, place) else { continue };
            nullable |= schema.schema_data.nullable;
            if let Some(alternative) = self.alternative(schema, at) {
                alternatives.push(alternative);
            }
        }
        let typed = match alternatives.as_slice() {
            [] => Typed::default(),
            [only] => self.at(only.schema, &only.place.clone()),
            _ => self.union_of(&alternatives, data, place),
        };
        Typed { nullable: nullable || typed.nullable, ..typed }
    }

    /// An alternative, unless it is `null`.
    fn alternative(&mut self, schema: &'a Schema, place: Place) -> Option<Alternative<'a>> {
        let json = json_type(schema);
        if json.is_none() && is_null(schema) {
            return None;
        }
        let mut members = Members::default();
        if json == Some(JsonType::Object) {
            self.members(schema, &place, &mut members, 0);
        }
        let members = (!members.properties.is_empty()).then_some(members);
        Some(Alternative { schema, place, members, json })
    }

    fn union_of(&mut self, alternatives: &[Alternative<'a>], data: &SchemaData, place: &Place) -> Typed {
        if let Some(values) = all_texts(alternatives) {
            return self.enumeration(values, place, data.deprecated).into();
        }
        if let Some(same) = self.same_scalar(alternatives, place) {
            return same;
        }
        let objects: Vec<&Alternative<'a>> = alternatives.iter().filter(|a| a.members.is_some()).collect();
        let told = if objects.len() > 1 { self.told(&objects, data) } else { Told::ByType };
        match told {
            Told::Not if objects.len() == alternatives.len() => {
                let schemas: Vec<_> = objects.iter().map(|object| (object.schema, object.place.clone())).collect();
                self.one_struct(&schemas, place)
            }
            Told::Not => {
                self.note(place, "some alternatives cannot be told apart: any value is taken");
                Ty::Any.into()
            }
            Told::ByTag(tag) if objects.len() == alternatives.len() => {
                self.tagged(&objects, &tag, place, data.deprecated)
            }
            // The objects among other values are a union of their own.
            Told::ByTag(tag) => {
                let inner = self.tagged(&objects, &tag, &place.step("|object"), data.deprecated).ty;
                let others = alternatives.iter().filter(|alternative| alternative.members.is_none());
                let object =
                    Variant { select: Select::Json(JsonType::Object), ty: inner, boxed: false, dropped: false };
                self.by_type(others, vec![object], place, data.deprecated)
            }
            Told::ByKeys(keys) => {
                let mut variants = Vec::new();
                for (object, keys) in objects.iter().zip(keys) {
                    variants.push(self.variant(object, Select::Keys(keys), None, place));
                }
                let others = alternatives.iter().filter(|alternative| alternative.members.is_none());
                self.by_type(others, variants, place, data.deprecated)
            }
            Told::ByType => self.by_type(alternatives.iter(), Vec::new(), place, data.deprecated),
        }
    }

    /// How several objects are told apart.
    fn told(&mut self, objects: &[&Alternative<'a>], data: &SchemaData) -> Told {
        let named = data.discriminator.as_ref().map(|discriminator| discriminator.property_name.as_str());
        match self.tag(objects, named) {
            Some(tag) => Told::ByTag(tag),
            None => distinguishing_keys(objects).map_or(Told::Not, Told::ByKeys),
        }
    }

    fn tagged(&mut self, objects: &[&Alternative<'a>], tag: &Tag, place: &Place, deprecated: bool) -> Typed {
        let mut variants = Vec::new();
        for (index, (object, values)) in objects.iter().zip(&tag.values).enumerate() {
            // Where the tag may be absent, the struct says whether it was.
            let dropped = (tag.missing != Some(index)).then_some(tag.name.as_str());
            variants.push(self.variant(object, Select::Tag(values.clone()), dropped, place));
        }
        let union = Union { tag: Some(tag.name.clone()), variants, missing: tag.missing };
        self.define(place, DefKind::Union(union), deprecated).into()
    }

    /// A union of what is known, and of alternatives that their JSON type tells apart.
    fn by_type<'b>(
        &mut self,
        alternatives: impl Iterator<Item = &'b Alternative<'a>>,
        mut variants: Vec<Variant>,
        place: &Place,
        deprecated: bool,
    ) -> Typed
    where
        'a: 'b,
    {
        for alternative in alternatives {
            let Some(json) = alternative.json else {
                self.note(place, "an alternative is any value: so is the whole");
                return Ty::Any.into();
            };
            variants.push(self.variant(alternative, Select::Json(json), None, place));
        }
        if repeats_json_type(&variants) {
            self.note(place, "alternatives of one JSON type cannot be told apart: any value is taken");
            return Ty::Any.into();
        }
        self.define(place, DefKind::Union(Union { tag: None, variants, missing: None }), deprecated).into()
    }

    fn variant(&mut self, alternative: &Alternative<'a>, select: Select, tag: Option<&str>, place: &Place) -> Variant {
        // A component keeps its own place; an inline alternative is named by what selects it, so that a new one before
        // it does not move it.
        let around = &alternative.place;
        let inline =
            around.operation == place.operation && around.part == place.part && place.path.starts_with(&around.path);
        let place = if inline { place.step(&format!("|{}", select.step())) } else { around.clone() };
        let dropped = tag.filter(|_| matches!(&select, Select::Tag(values) if values.len() == 1));
        let ty = match (&alternative.members, dropped) {
            (Some(members), Some(tag)) => {
                let deprecated = alternative.schema.schema_data.deprecated;
                self.object_of(members, Some(tag), &place, deprecated).ty
            }
            _ => self.at(alternative.schema, &place).ty,
        };
        Variant { select, ty, boxed: false, dropped: false }
    }

    /// A member that is constant in every object, with different values, and required in all but at most one.
    fn tag(&mut self, objects: &[&Alternative<'a>], named: Option<&str>) -> Option<Tag> {
        let members: Vec<&Members<'a>> = objects.iter().filter_map(|object| object.members.as_ref()).collect();
        let candidates = members.first()?.properties.keys().copied();
        let mut found = None;
        for name in candidates {
            let values: Vec<Vec<Value>> = members
                .iter()
                .map(|members| members.properties.get(name).map(|schema| self.constants(schema)).unwrap_or_default())
                .collect();
            let all: Vec<&Value> = values.iter().flatten().collect();
            let distinct = all.iter().enumerate().all(|(i, value)| !all[..i].contains(value));
            if values.iter().any(Vec::is_empty) || !distinct {
                continue;
            }
            let optional: Vec<usize> = (0..members.len()).filter(|i| !members[*i].required.contains(&name)).collect();
            if optional.len() > 1 {
                continue;
            }
            let tag = Tag { name: name.to_owned(), values, missing: optional.first().copied() };
            let preferred = named == Some(name) || name == "type";
            if preferred || found.is_none() {
                found = Some(tag);
            }
            if preferred {
                break;
            }
        }
        found
    }

    /// The values of a schema that has a fixed list of texts or booleans.
    fn constants(&self, schema: &'a ReferenceOr<Box<Schema>>) -> Vec<Value> {
        let ReferenceOr::Item(schema) = schema else { return Vec::new() };
        match &schema.schema_kind {
            SchemaKind::Type(Type::String(string)) => {
                string.enumeration.iter().flatten().map(|value| Value::String(value.clone())).collect()
            }
            SchemaKind::Type(Type::Boolean(boolean)) => {
                boolean.enumeration.iter().flatten().map(|value| Value::Bool(*value)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Alternatives that are the same scalar are that scalar: they differ in limits only. In a query, a value and a list
    /// of it are the list.
    fn same_scalar(&mut self, alternatives: &[Alternative<'a>], place: &Place) -> Option<Typed> {
        let first = alternatives.first()?;
        if first.members.is_none()
            && first.json.is_some()
            && alternatives.iter().all(|a| a.json == first.json && a.members.is_none())
        {
            let types: Vec<Typed> = alternatives.iter().map(|a| self.at(a.schema, &a.place)).collect();
            let same = types.iter().all(|typed| typed.ty == types[0].ty && typed.ty.def().is_none());
            if same {
                return types.into_iter().next().map(|typed| Typed { facts: Default::default(), ..typed });
            }
            let texts = types.iter().all(|typed| typed.ty == Ty::String || self.is_enum(&typed.ty));
            return texts.then(|| Ty::String.into());
        }
        let list = alternatives.iter().find(|a| a.json == Some(JsonType::Array))?;
        let scalar = alternatives.iter().find(|a| matches!(a.json, Some(JsonType::String | JsonType::Number)))?;
        if place.part == crate::model::Part::Parameter && alternatives.len() == 2 {
            let list = self.at(list.schema, &list.place);
            let scalar = self.at(scalar.schema, &scalar.place);
            let same = matches!(&list.ty, Ty::List(item) if self.equal_scalars(item, &scalar.ty));
            return same.then_some(list);
        }
        None
    }

    fn equal_scalars(&self, a: &Ty, b: &Ty) -> bool {
        match (a, b) {
            (Ty::Def(a), Ty::Def(b)) => self.defs[a.0].kind == self.defs[b.0].kind,
            _ => a == b,
        }
    }

    fn is_enum(&self, ty: &Ty) -> bool {
        matches!(ty, Ty::Def(id) if matches!(self.defs[id.0].kind, DefKind::Enum(_)))
    }
}

impl Select {
    /// The step of a place that leads into a variant: its first value or member, so that further ones do not move it.
    pub fn step(&self) -> String {
        match self {
            Select::Tag(values) => values
                .first()
                .map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
                .unwrap_or_default(),
            Select::Keys(keys) => keys.join("+"),
            Select::Json(json) | Select::Fits(json) => json.as_str().to_owned(),
        }
    }
}

impl JsonType {
    /// Its name in JSON Schema.
    pub fn as_str(self) -> &'static str {
        match self {
            JsonType::Bool => "boolean",
            JsonType::Number => "number",
            JsonType::String => "string",
            JsonType::Array => "array",
            JsonType::Object => "object",
        }
    }
}

/// All values, if every alternative is a list of texts.
fn all_texts(alternatives: &[Alternative<'_>]) -> Option<Vec<String>> {
    let mut values = Vec::new();
    for alternative in alternatives {
        let SchemaKind::Type(Type::String(string)) = &alternative.schema.schema_kind else { return None };
        if string.enumeration.is_empty() {
            return None;
        }
        values = union_of_values(values, string.enumeration.iter().flatten().cloned().collect());
    }
    Some(values)
}

pub(crate) fn union_of_values(mut values: Vec<String>, others: Vec<String>) -> Vec<String> {
    for value in others {
        if !values.contains(&value) {
            values.push(value);
        }
    }
    values
}

/// For each object the members that tell it from the others: one that it requires and that the others do not have, else
/// those that the others do not require. Where one has neither, all that each requires: more of them are tried first.
fn distinguishing_keys(objects: &[&Alternative<'_>]) -> Option<Vec<Vec<String>>> {
    let members: Vec<&Members<'_>> = objects.iter().filter_map(|object| object.members.as_ref()).collect();
    let own: Vec<Vec<String>> = (0..members.len()).map(|index| own_keys(&members, index)).collect();
    let keys = if own.iter().any(Vec::is_empty) {
        members.iter().map(|members| members.required.iter().map(|key| (*key).to_owned()).collect()).collect()
    } else {
        own
    };
    let sets: Vec<BTreeSet<&String>> = keys.iter().map(|keys: &Vec<String>| keys.iter().collect()).collect();
    let distinct = sets.iter().enumerate().all(|(index, set)| !sets[..index].contains(set));
    distinct.then_some(keys)
}

fn own_keys(members: &[&Members<'_>], index: usize) -> Vec<String> {
    let required = &members[index].required;
    let others = || members.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, other)| other);
    let foreign = required.iter().find(|key| !others().any(|other| other.properties.contains_key(**key)));
    match foreign {
        Some(key) => vec![(*key).to_owned()],
        None => {
            let unique = required.iter().filter(|key| !others().any(|other| other.required.contains(key)));
            unique.map(|key| (*key).to_owned()).collect()
        }
    }
}

fn repeats_json_type(variants: &[Variant]) -> bool {
    let types: Vec<JsonType> = variants
        .iter()
        .filter_map(|variant| match variant.select {
            Select::Json(json) => Some(json),
            Select::Tag(_) | Select::Keys(_) | Select::Fits(_) => None,
        })
        .collect();
    let objects = variants.iter().any(|variant| !matches!(variant.select, Select::Json(_)));
    types
        .iter()
        .enumerate()
        .any(|(index, json)| types[..index].contains(json) || (objects && *json == JsonType::Object))
}

fn json_type(schema: &Schema) -> Option<JsonType> {
    match &schema.schema_kind {
        SchemaKind::Type(Type::String(_)) => Some(JsonType::String),
        SchemaKind::Type(Type::Integer(_) | Type::Number(_)) => Some(JsonType::Number),
        SchemaKind::Type(Type::Boolean(_)) => Some(JsonType::Bool),
        SchemaKind::Type(Type::Array(_)) => Some(JsonType::Array),
        SchemaKind::Type(Type::Object(_)) | SchemaKind::AllOf { .. } => Some(JsonType::Object),
        SchemaKind::Any(any) if !any.properties.is_empty() || !any.all_of.is_empty() => Some(JsonType::Object),
        _ => None,
    }
}

/// `{nullable: true, enum: [null]}` and its like: what 3.1's `type: "null"` is lowered to.
fn is_null(schema: &Schema) -> bool {
    match &schema.schema_kind {
        SchemaKind::Any(any) => !any.enumeration.is_empty() && any.enumeration.iter().all(Value::is_null),
        _ => false,
    }
}
