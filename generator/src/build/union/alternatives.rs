//! The alternatives of a union, free of how they are nested.

use std::collections::HashSet;

use openapiv3::{ReferenceOr, Schema};

use super::super::Builder;
use super::super::object::Members;
use super::super::view::{self, Kind, Node, View};
use super::super::whole::{Group, Placed, Whole};
use crate::model::{JsonType, Place};

/// One type that a value may be of.
#[derive(Debug, Clone)]
pub(in crate::build) struct Alternative<'a> {
    pub schema: &'a Schema,
    /// The schema and what holds beside it.
    pub whole: Whole<'a>,
    /// Where it stands: the place of a component, else that of the union.
    pub place: Place,
    /// The name of the component that the schema is.
    pub component: Option<&'a str>,
    /// Whether nothing holds beside the schema, so that its type is that of the component.
    pub alone: bool,
    /// The type of JSON that its values have; `None`: any.
    pub json: Option<JsonType>,
    /// The alternatives of a component that is a union itself, where it is one alternative of this one.
    pub leaves: Vec<Alternative<'a>>,
}

impl<'a> Alternative<'a> {
    /// Whether its type is that of a component.
    pub(in crate::build) fn is_component(&self) -> bool {
        self.alone && self.component.is_some()
    }

    /// Its members, where it is an object that has some.
    pub(super) fn members(&self) -> Option<Members<'a>> {
        let members = Members::of(&self.whole);
        (self.leaves.is_empty() && !members.properties.is_empty()).then_some(members)
    }

    /// The alternatives that a union among these stands for.
    pub(super) fn into_leaves(self) -> Vec<Alternative<'a>> {
        if self.leaves.is_empty() { vec![self] } else { self.leaves }
    }

    /// The step of a place that leads into it, among others of its JSON type: what it must have, else its order.
    pub(super) fn step(&self, among: &[Alternative<'a>]) -> String {
        let own = self.described();
        let same = among.iter().filter(|other| other.described() == own);
        let index = same.clone().position(|other| std::ptr::eq(other, self)).unwrap_or_default();
        let json = self.json.map_or("any", JsonType::as_str);
        let own = if own.is_empty() { json } else { &own };
        if same.count() > 1 && index > 0 { format!("|{own} {}", index + 1) } else { format!("|{own}") }
    }

    fn described(&self) -> String {
        match self.json {
            Some(JsonType::Object) => {
                let members = Members::of(&self.whole);
                let named =
                    |names: &mut dyn Iterator<Item = &&'a str>| names.take(3).copied().collect::<Vec<_>>().join("+");
                let required = named(&mut members.required.iter());
                if required.is_empty() { named(&mut members.properties.keys()) } else { required }
            }
            Some(JsonType::Array) => {
                let items = self.whole.parts.iter().find_map(|part| part.view.items);
                match items {
                    Some(ReferenceOr::Reference { reference }) => {
                        format!("{} list", reference.rsplit('/').next().unwrap_or_default())
                    }
                    Some(ReferenceOr::Item(item)) => {
                        let kind = View::of(item).kind.map_or("any", |kind| match kind {
                            Kind::Integer => "integer",
                            kind => kind.json().as_str(),
                        });
                        format!("{kind} list")
                    }
                    None => String::new(),
                }
            }
            _ => String::new(),
        }
    }
}

/// What is known while alternatives are collected.
struct Collected<'a> {
    alternatives: Vec<Alternative<'a>>,
    nullable: bool,
    /// The schemas whose alternatives are being collected: a union may be its own alternative.
    open: Vec<Vec<*const Schema>>,
}

impl<'a> Builder<'a> {
    /// The alternatives of a list, each with what holds beside it, and whether `null` is one.
    pub(in crate::build) fn alternatives(
        &mut self,
        whole: &Whole<'a>,
        group: &Group<'a>,
        place: &Place,
    ) -> (Vec<Alternative<'a>>, bool) {
        let mut collected = Collected { alternatives: Vec::new(), nullable: false, open: Vec::new() };
        self.collect(whole, group, place, &mut collected);
        let mut seen = HashSet::new();
        collected.alternatives.retain(|alternative| seen.insert(alternative.whole.key()));
        (collected.alternatives, collected.nullable)
    }

    fn collect(&mut self, whole: &Whole<'a>, group: &Group<'a>, place: &Place, to: &mut Collected<'a>) {
        let key = whole.key();
        if to.open.contains(&key) {
            return;
        }
        to.open.push(key);
        for schema in group.schemas {
            if self.is_null(schema) {
                to.nullable = true;
                continue;
            }
            if let Some(alternative) = self.alternative(whole, schema, place) {
                self.add(alternative, place, to);
            }
        }
        to.open.pop();
    }

    /// Adds an alternative; one that is a union itself is one alternative only as long as its values are of one JSON type.
    fn add(&mut self, mut alternative: Alternative<'a>, place: &Place, to: &mut Collected<'a>) {
        to.nullable |= alternative.whole.nullable();
        let groups = alternative.whole.groups(self);
        let [group] = groups.as_slice() else {
            to.alternatives.push(alternative);
            return;
        };
        let at = if alternative.is_component() { alternative.place.clone() } else { place.clone() };
        let before = to.alternatives.len();
        self.collect(&alternative.whole, group, &at, to);
        if !alternative.is_component() {
            return;
        }
        let leaves = &to.alternatives[before..];
        let json = leaves.first().and_then(|leaf| leaf.json);
        if json.is_some() && leaves.len() > 1 && leaves.iter().all(|leaf| leaf.json == json) {
            alternative.json = json;
            alternative.leaves = to.alternatives.split_off(before);
            to.alternatives.push(alternative);
        }
    }

    /// One alternative with what holds beside it, unless no value is valid.
    fn alternative(
        &mut self,
        whole: &Whole<'a>,
        schema: &'a ReferenceOr<Schema>,
        place: &Place,
    ) -> Option<Alternative<'a>> {
        let (schema, at) = self.resolve(schema, place)?;
        if View::of(schema).is_never() {
            return None;
        }
        let component = self.name_of(schema);
        let own = self.gather(&[Placed { node: Node::Schema(schema), place: None }], &at);
        let untyped = matches!(own.kind(), Ok(None)) && own.groups(self).is_empty() && own.values().is_none();
        let mut nodes: Vec<Placed<'a>> = Vec::new();
        for part in &whole.parts {
            if untyped || part.view.says_members() || part.view.items.is_some() || view::values(part.schema).is_some() {
                let place = part.place.clone().unwrap_or_else(|| place.clone());
                nodes.push(Placed { node: Node::Own(part.schema), place: Some(place) });
            }
        }
        let mut alternative =
            Alternative { schema, whole: own, place: at, component, alone: true, json: None, leaves: Vec::new() };
        if !nodes.is_empty() {
            let at = component.is_some().then(|| alternative.place.clone());
            nodes.push(Placed { node: Node::Schema(schema), place: at });
            let both = self.gather(&nodes, place);
            let alone = self.stands_alone(&both, place);
            if alone.is_none_or(|alone| !std::ptr::eq(alone.schema, schema)) {
                alternative = Alternative { whole: both, place: place.clone(), alone: false, ..alternative };
            }
        }
        alternative.json = json(&alternative.whole);
        (!alternative.whole.parts.iter().any(|part| part.view.is_never())).then_some(alternative)
    }
}

/// The type of JSON that all values have.
fn json(whole: &Whole<'_>) -> Option<JsonType> {
    match whole.kind() {
        Ok(Some(kind)) => Some(kind.json()),
        Ok(None) => {
            let values = whole.values()?;
            let mut kinds = values.iter().map(|value| match value {
                serde_json::Value::String(_) => Some(JsonType::String),
                serde_json::Value::Number(_) => Some(JsonType::Number),
                serde_json::Value::Bool(_) => Some(JsonType::Bool),
                _ => None,
            });
            let first = kinds.next()??;
            kinds.all(|kind| kind == Some(first)).then_some(first)
        }
        Err(_) => None,
    }
}
