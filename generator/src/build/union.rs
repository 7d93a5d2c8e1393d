//! Unions: which type a value is of, decided here, from what its alternatives say.
//!
//! Values of different JSON types are told apart by these. Objects are told apart by a member that is constant in each, or
//! by members that only one of them has and must have; where nothing tells them apart they become one struct, or the one
//! is taken that a value fits best.

mod alternatives;
mod keys;
mod objects;
mod scalars;
mod tag;

use openapiv3::{Discriminator, ReferenceOr, Schema};
use serde_json::Value;

use super::view::{self, View};
use super::whole::{Group, Whole};
use super::{Builder, Typed};
use crate::model::{DefKind, JsonType, Part, Place, Select, Ty, Union, Variant};

pub(super) use alternatives::{Alternative, MOST_OF_ALL};
pub(crate) use scalars::union_of_values;
pub(super) use tag::Tagged;

/// How many combinations of alternatives there may be where several lists of them hold at once.
const MOST_COMBINED: usize = 64;

/// The step of a place that leads to a component itself where others inherit from it.
pub(super) const BASE: &str = "|base";

/// How a union is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct How<'a> {
    /// Whether several alternatives may hold at once.
    pub any: bool,
    pub discriminator: Option<&'a Discriminator>,
    pub deprecated: bool,
}

impl<'a> Builder<'a> {
    /// The type of a schema that has `oneOf` or `anyOf`.
    pub(super) fn union(&mut self, whole: &Whole<'a>, groups: &[Group<'a>], place: &Place) -> Typed {
        let limits = |group: &&Group<'a>| group.schemas.iter().all(only_limits);
        let typed: Vec<Group<'a>> = groups.iter().filter(|group| !limits(group)).copied().collect();
        if !typed.is_empty() && typed.len() < groups.len() {
            return self.union(whole, &typed, place);
        }
        let [group] = groups else { return self.several(whole, groups, place) };
        let (alternatives, nullable) = self.alternatives(whole, group, place);
        if self.alternatives_left == 0 {
            return Ty::Any.into();
        }
        let discriminator = |part: &super::whole::Part<'a>| part.schema.schema_data.discriminator.as_ref();
        let own = group.of.schema_data.discriminator.as_ref();
        let how = How {
            any: group.any,
            discriminator: own.or_else(|| whole.parts.iter().find_map(discriminator)),
            deprecated: whole.deprecated(),
        };
        let nullable = nullable && !whole.forbids_null_beside(group.of);
        let may_be_null = !whole.forbids_null_beside(group.of);
        let typed = self.one_of_them(fitting(whole, alternatives), nullable, how, place);
        Typed { nullable: nullable || may_be_null && typed.nullable, ..typed }
    }

    /// The type of what is left of the alternatives.
    fn one_of_them(&mut self, alternatives: Vec<Alternative<'a>>, null: bool, how: How<'a>, place: &Place) -> Typed {
        match alternatives.as_slice() {
            [] if null => Ty::Any.into(),
            [] => {
                self.note(place, "no alternative is left: any value is taken");
                Ty::Any.into()
            }
            [only] => self.alternative_type(only, &alternatives, place),
            _ => self.union_of(alternatives, how, place),
        }
    }

    /// The type of an alternative: that of its component, which is a union where others inherit from it and are not
    /// alternatives themselves; else what holds there.
    fn alternative_type(&mut self, alternative: &Alternative<'a>, among: &[Alternative<'a>], at: &Place) -> Typed {
        if !alternative.is_component() {
            return self.whole(&alternative.whole, at);
        }
        match self.is_base_among(alternative, among) {
            true => self.whole(&alternative.whole, &alternative.place.step(BASE)),
            false => self.at(alternative.schema, &alternative.place),
        }
    }

    /// Several lists of alternatives at once: a value is of one alternative of each. Objects become one struct that has the
    /// members of all.
    fn several(&mut self, whole: &Whole<'a>, groups: &[Group<'a>], place: &Place) -> Typed {
        let how = How { any: true, discriminator: None, deprecated: whole.deprecated() };
        let mut lists = Vec::new();
        let mut nullable = true;
        for group in groups {
            let (alternatives, null) = self.alternatives(whole, group, place);
            nullable &= null && !whole.forbids_null_beside(group.of);
            lists.push(fitting(whole, alternatives));
        }
        let is_object = |alternative: &Alternative<'a>| alternative.json == Some(JsonType::Object);
        let count = lists.iter().map(Vec::len).try_fold(1_usize, usize::checked_mul);
        let typed = if lists.iter().flatten().all(is_object) {
            self.one_struct(&lists.concat(), place)
        } else if count.is_none_or(|count| count > MOST_COMBINED) {
            self.union_of(lists.concat(), how, place)
        } else {
            let mut combined = lists.into_iter().next().unwrap_or_default();
            for group in groups.iter().skip(1) {
                let mut next: Vec<Alternative<'a>> = Vec::new();
                for one in combined {
                    let (others, _) = self.alternatives(&one.whole, group, place);
                    let agrees =
                        |other: &Alternative<'a>| one.json.is_none() || other.json.is_none() || one.json == other.json;
                    let both = others.into_iter().filter(agrees);
                    next.extend(
                        both.filter(|both| !next.iter().any(|known| known.whole.key() == both.whole.key()))
                            .collect::<Vec<_>>(),
                    );
                }
                combined = next;
            }
            self.one_of_them(combined, nullable, how, place)
        };
        Typed { nullable, ..typed }
    }

    /// The type of at least two alternatives.
    fn union_of(&mut self, alternatives: Vec<Alternative<'a>>, how: How<'a>, place: &Place) -> Typed {
        if alternatives.iter().any(|alternative| alternative.json.is_none()) {
            self.note(place, "an alternative is any value: so is the whole");
            return Ty::Any.into();
        }
        if let Some(list) = self.value_or_list(&alternatives, place) {
            return list;
        }
        let mut order: Vec<JsonType> = Vec::new();
        for json in alternatives.iter().filter_map(|alternative| alternative.json) {
            if !order.contains(&json) {
                order.push(json);
            }
        }
        let alone = order.len() == 1;
        let of =
            |json: JsonType| alternatives.iter().filter(move |alternative| alternative.json == Some(json)).cloned();
        let mut variants = Vec::new();
        // Objects that must be told apart come first.
        order.sort_by_key(|json| *json != JsonType::Object || of(JsonType::Object).count() < 2);
        for json in order {
            let same: Vec<Alternative<'a>> = of(json).collect();
            match json {
                JsonType::Object => match self.objects(same, how, alone, place) {
                    Ok(typed) => return typed,
                    Err(objects) => variants.extend(objects),
                },
                JsonType::Array => match self.arrays(&same, alone, place) {
                    Ok(typed) => return typed,
                    Err(lists) => variants.extend(lists),
                },
                _ => {
                    let at = if alone { place.clone() } else { place.step(&format!("|{}", json.as_str())) };
                    let typed = self.scalars(&same, &at, how.deprecated && alone);
                    if alone {
                        return typed;
                    }
                    variants.push(variant(Select::Json(json), typed.ty));
                }
            }
        }
        self.define(place, DefKind::Union(Union { tag: None, variants, missing: None }), how.deprecated).into()
    }

    /// In a parameter, a value and a list of it are the list.
    fn value_or_list(&mut self, alternatives: &[Alternative<'a>], place: &Place) -> Option<Typed> {
        let [one, other] = alternatives else { return None };
        if place.part != Part::Parameter {
            return None;
        }
        let (list, scalar) = match (one.json?, other.json?) {
            (JsonType::Array, JsonType::String | JsonType::Number) => (one, other),
            (JsonType::String | JsonType::Number, JsonType::Array) => (other, one),
            _ => return None,
        };
        let list = self.whole(&list.whole, &list.place);
        let scalar = self.whole(&scalar.whole, &scalar.place);
        let same = matches!(&list.ty, Ty::List(item) if self.equal_scalars(item, &scalar.ty));
        same.then_some(list)
    }

    fn equal_scalars(&self, a: &Ty, b: &Ty) -> bool {
        match (a, b) {
            (Ty::Def(a), Ty::Def(b)) => self.defs[a.0].kind == self.defs[b.0].kind,
            _ => a == b,
        }
    }

    /// Several lists: one type where they are equal, else the one that a value fits.
    fn arrays(&mut self, lists: &[Alternative<'a>], alone: bool, place: &Place) -> Result<Typed, Vec<Variant>> {
        let mut types: Vec<Typed> = Vec::new();
        for (list, step) in lists.iter().zip(Alternative::steps(lists)) {
            let at = if list.is_component() { list.place.clone() } else { place.step(&step) };
            let typed = self.alternative_type(list, lists, &at);
            if !types.iter().any(|known| known.ty == typed.ty) {
                types.push(typed);
            }
        }
        match types.len() {
            1 if alone => Ok(types.remove(0)),
            1 => Err(types.into_iter().map(|typed| variant(Select::Json(JsonType::Array), typed.ty)).collect()),
            _ => Err(types.into_iter().map(|typed| variant(Select::Fits(JsonType::Array), typed.ty)).collect()),
        }
    }
}

/// The alternatives that what holds beside them leaves: those of the type of JSON that is named there.
fn fitting<'a>(whole: &Whole<'a>, mut alternatives: Vec<Alternative<'a>>) -> Vec<Alternative<'a>> {
    if let Some(named) = whole.named_json() {
        alternatives.retain(|alternative| alternative.json.is_none_or(|json| json == named));
    }
    alternatives
}

/// Whether a schema says of no value what it is, only what it may not be.
fn only_limits(schema: &ReferenceOr<Schema>) -> bool {
    let ReferenceOr::Item(schema) = schema else { return false };
    let view = View::of(schema);
    let silent = view.one_of.is_empty() && view.any_of.is_empty() && view.all_of.is_empty() && view.not.is_none();
    silent
        && view.kind.is_none()
        && !view.says_members()
        && view.items.is_none()
        && view::values(schema).is_none()
        && !view::is_null(schema)
        && !view::says_nothing(schema)
}

fn variant(select: Select, ty: Ty) -> Variant {
    Variant { select, ty, boxed: false, dropped: false }
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
    /// The name in JSON Schema of the type that a value has; `null` is one there.
    pub fn name_of(value: &Value) -> &'static str {
        match value {
            Value::Null => "null",
            Value::Bool(_) => JsonType::Bool.as_str(),
            Value::Number(_) => JsonType::Number.as_str(),
            Value::String(_) => JsonType::String.as_str(),
            Value::Array(_) => JsonType::Array.as_str(),
            Value::Object(_) => JsonType::Object.as_str(),
        }
    }

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
