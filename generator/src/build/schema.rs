//! What a schema is: the dispatch from OpenAPI's kinds to the model's types.

use openapiv3::{ReferenceOr, Schema, SchemaKind, Type};
use serde_json::Value;

use super::{Builder, Memo};
use crate::model::{Facts, Part, Place, Ty};

/// The stack that must be left for one more schema, and how much is added, in bytes.
const RED_ZONE: usize = 128 * 1024;
const STACK: usize = 2 * 1024 * 1024;

/// A schema's type and what else it says.
#[derive(Debug, Clone, Default)]
pub(crate) struct Typed {
    /// The type.
    pub ty: Ty,
    /// Whether it may be `null`.
    pub nullable: bool,
    /// Limits and units.
    pub facts: Facts,
    /// The only value, where the type does not hold it.
    pub constant: Option<Value>,
    /// Whether it is deprecated.
    pub deprecated: bool,
}

impl From<Ty> for Typed {
    fn from(ty: Ty) -> Self {
        Self { ty, ..Self::default() }
    }
}

impl Typed {
    /// The type where there is no member that could hold the null bit.
    pub(crate) fn element(self) -> Ty {
        match self.ty {
            Ty::Any => Ty::Any,
            ty if self.nullable => Ty::Nullable(Box::new(ty)),
            ty => ty,
        }
    }
}

impl<'a> Builder<'a> {
    /// The type of a schema or a reference to one.
    pub(super) fn schema(&mut self, schema: &'a ReferenceOr<Schema>, place: &Place) -> Typed {
        match self.resolve(schema, place) {
            Some((schema, place)) => self.at(schema, &place),
            None => Typed::default(),
        }
    }

    /// The schema behind a reference, and its place: that of the component, if it is one.
    pub(super) fn resolve(&mut self, schema: &'a ReferenceOr<Schema>, place: &Place) -> Option<(&'a Schema, Place)> {
        let mut schema = schema;
        let mut place = place.clone();
        for _ in 0..64 {
            match schema {
                ReferenceOr::Item(item) => return Some((item, place)),
                ReferenceOr::Reference { reference } => {
                    let name = reference.strip_prefix("#/components/schemas/");
                    let schemas = self.api.components.as_ref().map(|components| &components.schemas);
                    let Some((name, found)) = name.and_then(|name| Some((name, schemas?.get(name)?))) else {
                        self.problem(
                            place.to_string(),
                            format!("`{reference}` refers to nothing: define it or correct the reference"),
                        );
                        return None;
                    };
                    let part = if place.is_sent() { Part::SentComponent } else { Part::Component };
                    place = Place { operation: name.to_owned(), part, path: Vec::new() };
                    schema = found;
                }
            }
        }
        self.problem(place.to_string(), "this reference leads back to itself: let one of the schemas have a content");
        None
    }

    /// The type of a schema at its place, built once.
    pub(super) fn at(&mut self, schema: &'a Schema, place: &Place) -> Typed {
        let key = (std::ptr::from_ref(schema), place.is_sent());
        let nullable = schema.schema_data.nullable;
        match self.memo.get(&key) {
            Some(Memo::Done(typed)) => return (**typed).clone(),
            Some(Memo::Started(Some(id))) => return Typed { nullable, ..Ty::Def(*id).into() },
            Some(Memo::Started(None)) => {
                let id = self.reserve(place);
                self.memo.insert(key, Memo::Started(Some(id)));
                return Typed { nullable, ..Ty::Def(id).into() };
            }
            None => {}
        }
        self.memo.insert(key, Memo::Started(None));
        // A long chain of references is deep recursion: the stack grows with it.
        let typed = stacker::maybe_grow(RED_ZONE, STACK, || self.kind(schema, place));
        if let Some(Memo::Started(Some(reserved))) = self.memo.insert(key, Memo::Done(Box::new(typed.clone()))) {
            self.substitutions.insert(reserved, typed.ty.clone());
        }
        typed
    }

    fn kind(&mut self, schema: &'a Schema, place: &Place) -> Typed {
        let data = &schema.schema_data;
        let mut typed = match &schema.schema_kind {
            SchemaKind::Type(Type::String(string)) => self.string(string, place, data.deprecated),
            SchemaKind::Type(Type::Integer(integer)) => self.integer(integer, place),
            SchemaKind::Type(Type::Number(number)) => self.number(number, place),
            SchemaKind::Type(Type::Boolean(boolean)) => self.boolean(boolean),
            SchemaKind::Type(Type::Array(array)) => {
                let item = match &array.items {
                    Some(items) => match items {
                        ReferenceOr::Item(item) => self.at(item, &place.step("[]")).element(),
                        ReferenceOr::Reference { reference } => self.reference(reference, place).element(),
                    },
                    None => Ty::Any,
                };
                Typed { facts: limits(array.min_items, array.max_items), ..Ty::List(Box::new(item)).into() }
            }
            // A reference with a null or a default beside it is still what it refers to.
            SchemaKind::AllOf { all_of } if all_of.len() == 1 => self.schema(&all_of[0], place),
            SchemaKind::Type(Type::Object(_)) | SchemaKind::AllOf { .. } => self.object(schema, place),
            SchemaKind::OneOf { one_of: variants } | SchemaKind::AnyOf { any_of: variants } => {
                self.union(variants, data, place)
            }
            SchemaKind::Any(any) if !any.one_of.is_empty() => self.union(&any.one_of, data, place),
            SchemaKind::Any(any) if !any.any_of.is_empty() => self.union(&any.any_of, data, place),
            SchemaKind::Any(any) if !any.properties.is_empty() || !any.all_of.is_empty() => self.object(schema, place),
            SchemaKind::Any(_) | SchemaKind::Not { .. } => Typed::default(),
        };
        typed.nullable |= data.nullable;
        typed.deprecated |= data.deprecated;
        typed.facts.default = data.default.as_ref().filter(|value| !value.is_null()).map(Value::to_string);
        typed
    }

    /// The type of a reference that stands where `openapiv3` boxes its schemas.
    pub(super) fn reference(&mut self, reference: &str, place: &Place) -> Typed {
        let name = reference.strip_prefix("#/components/schemas/").unwrap_or_default();
        let part = if place.is_sent() { Part::SentComponent } else { Part::Component };
        let found = self.api.components.as_ref().and_then(|components| components.schemas.get(name));
        match found {
            Some(schema) => self.schema(schema, &Place { operation: name.to_owned(), part, path: Vec::new() }),
            None => {
                self.problem(
                    place.to_string(),
                    format!("`{reference}` refers to nothing: define it or correct the reference"),
                );
                Typed::default()
            }
        }
    }
}

/// The facts of a length.
pub(super) fn limits(min: Option<usize>, max: Option<usize>) -> Facts {
    Facts { min: min.map(|n| n.to_string()), max: max.map(|n| n.to_string()), ..Facts::default() }
}
