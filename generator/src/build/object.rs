//! Objects: structs and maps.

use indexmap::IndexMap;
use openapiv3::{AdditionalProperties, ReferenceOr, Schema};

use super::view::{Node, View};
use super::whole::{Placed, Whole};
use super::{Builder, Typed};
use crate::model::{DefKind, Facts, Field, Place, Struct, Ty};

/// A member as its schemas say it, each with the index of the part that has it.
type Property<'a> = Vec<(&'a ReferenceOr<Box<Schema>>, usize)>;

/// The members of an object, by all that holds for it.
#[derive(Debug, Default)]
pub(super) struct Members<'a> {
    /// By name; one that several parts have holds for all of them.
    pub properties: IndexMap<&'a str, Property<'a>>,
    pub required: Vec<&'a str>,
}

impl<'a> Members<'a> {
    pub(super) fn of(whole: &Whole<'a>) -> Self {
        let mut members = Self::default();
        for (index, part) in whole.parts.iter().enumerate() {
            for (name, schema) in part.view.properties.into_iter().flatten() {
                members.properties.entry(name.as_str()).or_default().push((schema, index));
            }
            members.required.extend(part.view.required.iter().map(String::as_str));
        }
        // A member that no value may have is none.
        members.properties.retain(|_, schemas| !schemas.iter().any(|(schema, _)| is_never(schema)));
        members
    }

    pub(super) fn requires(&self, name: &str) -> bool {
        self.required.contains(&name)
    }
}

impl<'a> Builder<'a> {
    /// A struct where members are known, else a map; without the tag of a union.
    pub(super) fn object(&mut self, whole: &Whole<'a>, tag: Option<&str>, place: &Place) -> Typed {
        let members = Members::of(whole);
        let rest = self.rest(whole, place);
        if members.properties.is_empty() && tag.is_none() {
            return Ty::Map(Box::new(rest.unwrap_or(Ty::Any))).into();
        }
        let rest = rest.or_else(|| self.rules.keeps_rest(place, self.release).then_some(Ty::Any));
        let mut fields = Vec::new();
        for (name, schemas) in members.properties.iter().filter(|(name, _)| Some(**name) != tag) {
            fields.push(self.field(name, schemas, members.requires(name), whole, place));
        }
        for name in &members.required {
            let known = members.properties.contains_key(name) || fields.iter().any(|field| field.json == *name);
            if !known && Some(*name) != tag && rest.is_none() && !members.properties.is_empty() {
                self.note(place, format!("`{name}` is required and has no schema: any value is taken"));
                fields.push(Field { required: false, ..any_field(name) });
            }
        }
        self.define(place, DefKind::Struct(Struct { fields, rest }), whole.deprecated()).into()
    }

    /// The members that an object may have, with those of its alternatives.
    pub(super) fn members(&mut self, schema: &'a Schema, place: &Place) -> Members<'a> {
        let whole = self.gather(&[Placed { node: Node::Schema(schema), place: None }], place);
        let mut members = Members::of(&whole);
        for group in whole.groups(self) {
            for alternative in self.alternatives(&whole, &group, place).0 {
                for (name, schemas) in Members::of(&alternative.whole).properties {
                    members.properties.entry(name).or_insert(schemas);
                }
            }
        }
        members
    }

    /// The type of members that are not listed, where the document allows some.
    fn rest(&mut self, whole: &Whole<'a>, place: &Place) -> Option<Ty> {
        let mut schemas = Vec::new();
        let mut any = false;
        for part in &whole.parts {
            match part.view.additional {
                Some(AdditionalProperties::Schema(schema)) => {
                    let place = part.place.as_ref().unwrap_or(place).step("{}");
                    schemas.push(Placed { node: Node::from(&**schema), place: Some(place) });
                }
                Some(AdditionalProperties::Any(allowed)) => any |= allowed,
                None => {}
            }
        }
        match schemas.is_empty() {
            false => Some(self.together(&schemas, &place.step("{}")).element()),
            true => any.then_some(Ty::Any),
        }
    }

    fn field(
        &mut self,
        name: &str,
        schemas: &[(&'a ReferenceOr<Box<Schema>>, usize)],
        required: bool,
        whole: &Whole<'a>,
        place: &Place,
    ) -> Field {
        let own = place.step(name);
        let typed = match schemas {
            [(schema, part)] => self.node((*schema).into(), &step_into(whole, *part, place, name)),
            _ => {
                let placed = |(schema, part): &(&'a ReferenceOr<Box<Schema>>, usize)| Placed {
                    node: (*schema).into(),
                    place: Some(step_into(whole, *part, place, name)),
                };
                self.together(&schemas.iter().map(placed).collect::<Vec<_>>(), &own)
            }
        };
        let mut facts = typed.facts;
        for (schema, _) in schemas {
            if let ReferenceOr::Item(schema) = schema {
                facts.access = facts.access.or(super::facts::of(schema).access);
            }
        }
        Field {
            json: name.to_owned(),
            ty: self.hidden(typed.ty, &own),
            required,
            nullable: typed.nullable,
            young: false,
            boxed: false,
            constant: typed.constant,
            facts,
            deprecated: typed.deprecated,
        }
    }

    /// A map or a value of any kind that a rule calls secret; a text is one already.
    fn hidden(&self, ty: Ty, place: &Place) -> Ty {
        let secret = matches!(ty, Ty::Map(_) | Ty::Any) && self.rules.is_secret(place, self.release);
        if secret { Ty::Hidden(Box::new(ty)) } else { ty }
    }
}

/// The place of a member: that of the part which has it, whoever else has the member too.
fn step_into(whole: &Whole<'_>, part: usize, place: &Place, name: &str) -> Place {
    whole.parts.get(part).and_then(|part| part.place.as_ref()).unwrap_or(place).step(name)
}

fn any_field(name: &str) -> Field {
    Field {
        json: name.to_owned(),
        ty: Ty::Any,
        required: true,
        nullable: false,
        young: false,
        boxed: false,
        constant: None,
        facts: Facts::default(),
        deprecated: false,
    }
}

fn is_never(schema: &ReferenceOr<Box<Schema>>) -> bool {
    matches!(schema, ReferenceOr::Item(schema) if View::of(schema).is_never())
}
