//! Objects: structs and maps.

use indexmap::map::Entry;
use indexmap::{IndexMap, IndexSet};
use openapiv3::{AdditionalProperties, ReferenceOr, Schema};

use super::view::{Node, View, says_nothing};
use super::whole::{Placed, Whole};
use super::{Builder, Typed};
use crate::model::{DefKind, Facts, Field, Place, Struct, Ty};

/// What one part says of a member, and the index of the part.
pub(super) type Said<'a> = (&'a ReferenceOr<Box<Schema>>, usize);

/// A member, by all that holds for it.
#[derive(Debug, Clone)]
pub(super) struct Property<'a> {
    first: Said<'a>,
    more: Vec<Said<'a>>,
}

impl<'a> Property<'a> {
    pub(super) fn all(&self) -> impl Iterator<Item = &Said<'a>> {
        std::iter::once(&self.first).chain(&self.more)
    }

    /// The schema, where only one part has one.
    pub(super) fn only(&self) -> Option<Said<'a>> {
        self.more.is_empty().then_some(self.first)
    }

    /// The first schema that stands here and says what it is, else the first.
    pub(super) fn schema(&self) -> &'a ReferenceOr<Box<Schema>> {
        let silent = |schema: &ReferenceOr<Box<Schema>>| schema.as_item().is_some_and(|schema| says_nothing(schema));
        self.all().map(|(schema, _)| *schema).find(|schema| !silent(schema)).unwrap_or(self.first.0)
    }
}

/// What `unevaluatedProperties` is beside other parts.
const UNEVALUATED: &str = "x-unevaluated-properties";

/// The members of an object, by all that holds for it.
#[derive(Debug, Default)]
pub(super) struct Members<'a> {
    pub properties: IndexMap<&'a str, Property<'a>>,
    pub required: IndexSet<&'a str>,
}

impl<'a> Members<'a> {
    pub(super) fn of(whole: &Whole<'a>) -> Self {
        let mut members = Self::default();
        for (index, part) in whole.parts.iter().enumerate() {
            for (name, schema) in part.view.properties.into_iter().flatten() {
                match members.properties.entry(name.as_str()) {
                    Entry::Occupied(mut known) => known.get_mut().more.push((schema, index)),
                    Entry::Vacant(free) => {
                        free.insert(Property { first: (schema, index), more: Vec::new() });
                    }
                }
            }
            members.required.extend(part.view.required.iter().map(String::as_str));
        }
        // A member that no value may have is none.
        members.properties.retain(|_, property| !property.all().any(|(schema, _)| is_never(schema)));
        members
    }

    /// The required members that both sides give.
    pub(super) fn firm(&self) -> impl Iterator<Item = &&'a str> {
        self.required.iter().filter(|name| {
            let schemas = self.properties.get(**name).into_iter().flat_map(Property::all);
            !schemas
                .filter_map(|(schema, _)| schema.as_item())
                .any(|schema| schema.schema_data.read_only || schema.schema_data.write_only)
        })
    }

    pub(super) fn requires(&self, name: &str) -> bool {
        self.required.contains(name)
    }
}

impl<'a> Builder<'a> {
    /// A struct where members are known, else a map; without the tag of a union.
    pub(super) fn object(&mut self, whole: &Whole<'a>, tag: Option<&str>, place: &Place) -> Typed {
        let members = Members::of(whole);
        let rest = self.rest(whole, place);
        if members.properties.is_empty() && tag.is_none() {
            return Ty::Map(Box::new(self.nested(rest.unwrap_or(Ty::Any), place))).into();
        }
        let rest = rest.or_else(|| self.rules.keeps_rest(place, self.release).then_some(Ty::Any));
        let mut fields = Vec::new();
        for (name, property) in members.properties.iter().filter(|(name, _)| Some(**name) != tag) {
            fields.push(self.field(name, property, members.requires(name), whole, place));
        }
        for name in &members.required {
            let known = members.properties.contains_key(name) || fields.iter().any(|field| field.json == *name);
            if !known && Some(*name) != tag && rest.is_none() && !members.properties.is_empty() {
                self.note(place, format!("`{name}` is required and has no schema: any value is taken"));
                fields.push(any_field(name));
            }
        }
        let closed = rest.is_none() && is_closed(whole);
        self.define(place, DefKind::Struct(Struct { fields, rest, closed }), whole.deprecated()).into()
    }

    /// The members that an object may have, with those of its alternatives.
    pub(super) fn members(&mut self, schema: &'a Schema, place: &Place) -> Members<'a> {
        let whole = self.gather(&[Placed { node: Node::Schema(schema), place: None }], place);
        let mut members = Members::of(&whole);
        for group in whole.groups(self) {
            for alternative in self.alternatives(&whole, &group, place).0 {
                for (name, property) in &alternative.members.properties {
                    members.properties.entry(name).or_insert_with(|| property.clone());
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
        if schemas.is_empty() && !any {
            for part in &whole.parts {
                let Some(rest) = part.schema.schema_data.extensions.get(UNEVALUATED) else { continue };
                let place = part.place.as_ref().unwrap_or(place).step("{}");
                let kept = if rest.is_object() { self.kept(rest) } else { None };
                schemas.extend(kept.map(|schema| Placed { node: schema.into(), place: Some(place) }));
                any |= *rest == true;
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
        property: &Property<'a>,
        required: bool,
        whole: &Whole<'a>,
        place: &Place,
    ) -> Field {
        let typed = match property.only() {
            Some((schema, part)) => match self.known(schema.into(), place) {
                Some(typed) => typed,
                None => self.node(schema.into(), &step_into(whole, part, place, name)),
            },
            None => {
                let placed = |(schema, part): &Said<'a>| Placed {
                    node: (*schema).into(),
                    place: Some(step_into(whole, *part, place, name)),
                };
                self.together(&property.all().map(placed).collect::<Vec<_>>(), &place.step(name))
            }
        };
        Field {
            json: name.to_owned(),
            ty: self.hidden(typed.ty, place, name),
            required,
            nullable: typed.nullable,
            young: false,
            boxed: false,
            constant: typed.constant,
            facts: typed.facts,
            deprecated: typed.deprecated,
        }
    }

    /// A map or a value of any kind that a rule calls secret; a text is one already.
    fn hidden(&self, ty: Ty, place: &Place, name: &str) -> Ty {
        let secret = matches!(ty, Ty::Map(_) | Ty::Any) && self.rules.is_secret(&place.step(name), self.release);
        if secret { Ty::Hidden(Box::new(ty)) } else { ty }
    }
}

/// The place of a member: that of the part which has it, whoever else has the member too.
fn step_into(whole: &Whole<'_>, part: usize, place: &Place, name: &str) -> Place {
    whole.parts.get(part).and_then(|part| part.place.as_ref()).unwrap_or(place).step(name)
}

/// Whether there must be no other members. One part cannot know those of the others, so it is asked alone.
pub(super) fn is_closed(whole: &Whole<'_>) -> bool {
    let [only] = whole.parts.as_slice() else { return false };
    let unevaluated = only.schema.schema_data.extensions.get(UNEVALUATED);
    matches!(only.view.additional, Some(AdditionalProperties::Any(false)))
        || unevaluated.is_some_and(|rest| *rest == false)
}

pub(super) fn any_field(name: &str) -> Field {
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
