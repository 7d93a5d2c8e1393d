//! The alternatives of a union, free of how they are nested.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use openapiv3::{Discriminator, ReferenceOr, Schema};

use super::super::Builder;
use super::super::object::Members;
use super::super::schema::{RED_ZONE, STACK};
use super::super::view::{self, Kind, Node, View};
use super::super::whole::{Group, Placed, Whole};
use crate::model::{JsonType, Place};

/// How deep unions may be in each other, and how many alternatives one may have with those of the unions in it, and all
/// together.
const DEEPEST: usize = 128;
const MOST: usize = 1 << 14;
pub(in crate::build) const MOST_OF_ALL: usize = 1 << 18;

/// The longest title that is a name.
const LONGEST_TITLE: usize = 40;
const MOST_WORDS: usize = 4;

/// One type that a value may be of.
#[derive(Debug, Clone)]
pub(in crate::build) struct Alternative<'a> {
    pub schema: &'a Schema,
    /// The schema and what holds beside it.
    pub whole: Rc<Whole<'a>>,
    /// Its members, where it is an object.
    pub members: Rc<Members<'a>>,
    /// Where it stands: the place of a component, else that of the union.
    pub place: Place,
    /// The name of the component that the schema is.
    pub component: Option<&'a str>,
    /// Whether nothing holds beside the schema, so that its type is that of the component.
    pub alone: bool,
    /// What it is called among the others, where something tells.
    pub label: Option<String>,
    /// The type of JSON that its values have; `None`: any.
    pub json: Option<JsonType>,
    /// The alternatives of a component that is a union itself, where it is one alternative of this one.
    pub leaves: Vec<Alternative<'a>>,
}

impl<'a> Alternative<'a> {
    pub(in crate::build) fn new(
        schema: &'a Schema,
        whole: Whole<'a>,
        place: Place,
        component: Option<&'a str>,
        alone: bool,
    ) -> Self {
        let (members, json) = (Rc::new(Members::of(&whole)), json(&whole));
        Self { schema, whole: Rc::new(whole), members, place, component, alone, label: None, json, leaves: Vec::new() }
    }

    /// Whether its type is that of a component.
    pub(in crate::build) fn is_component(&self) -> bool {
        self.alone && self.component.is_some()
    }

    /// Its members, where it is an object that has some.
    pub(super) fn members(&self) -> Option<&Rc<Members<'a>>> {
        (self.leaves.is_empty() && !self.members.properties.is_empty()).then_some(&self.members)
    }

    /// The discriminator of a union among these.
    pub(super) fn discriminator(&self) -> Option<&'a Discriminator> {
        self.whole.parts.iter().find_map(|part| part.schema.schema_data.discriminator.as_ref())
    }

    pub(super) fn has_discriminator(&self) -> bool {
        self.discriminator().is_some()
    }

    /// The alternatives that a union among these stands for.
    pub(super) fn into_leaves(self) -> Vec<Alternative<'a>> {
        if self.leaves.is_empty() { vec![self] } else { self.leaves }
    }

    /// The name of the component that it is, else its title.
    pub(super) fn called(&self) -> Option<String> {
        self.component.map(str::to_owned).or_else(|| self.title())
    }

    /// Its title, where it is short enough for a name.
    pub(super) fn title(&self) -> Option<String> {
        let title = self.schema.schema_data.title.as_ref()?;
        (self.component.is_none() && title.len() <= LONGEST_TITLE && title.split_whitespace().count() <= MOST_WORDS)
            .then(|| title.clone())
    }

    /// The steps of a place that lead into alternatives of one JSON type: what each alone must have, else their order.
    pub(super) fn steps(among: &[Alternative<'a>]) -> Vec<String> {
        let mut seen: HashMap<String, usize> = HashMap::new();
        let step = |alternative: &Alternative<'a>| {
            let own = match &alternative.label {
                Some(label) => return format!("|{label}"),
                None => alternative.described(among),
            };
            let count = seen.entry(own.clone()).and_modify(|count| *count += 1).or_insert(1);
            if *count > 1 { format!("|{own} {count}") } else { format!("|{own}") }
        };
        among.iter().map(step).collect()
    }

    fn described(&self, among: &[Alternative<'a>]) -> String {
        let json = self.json.map_or("any", JsonType::as_str).to_owned();
        match self.json {
            Some(JsonType::Object) => {
                let own = &self.members;
                let demanded = |name: &&&str| !among.iter().all(|other| other.members.requires(name));
                let had = |name: &&&str| !among.iter().all(|other| other.members.properties.contains_key(**name));
                let names: Vec<&str> = own.required.iter().filter(demanded).take(3).copied().collect();
                let optional = || own.properties.keys().filter(had).take(3).copied().collect::<Vec<&str>>();
                let names = if names.is_empty() { optional() } else { names };
                if names.is_empty() { json } else { names.join("+") }
            }
            Some(JsonType::Array) => match self.whole.parts.iter().find_map(|part| part.view.items) {
                Some(ReferenceOr::Reference { reference }) => {
                    format!("{} list", reference.rsplit('/').next().unwrap_or_default())
                }
                Some(ReferenceOr::Item(item)) => match View::of(item).kind {
                    None | Some(Kind::Object | Kind::Array) => "item".to_owned(),
                    Some(kind) => format!("{} list", kind.json().as_str()),
                },
                None => json,
            },
            _ => json,
        }
    }
}

/// What is known while alternatives are collected.
struct Collected<'a> {
    alternatives: Vec<Alternative<'a>>,
    nullable: bool,
    /// The schemas whose alternatives are being collected: a union may be its own alternative.
    open: Vec<Vec<*const Schema>>,
    /// How many alternatives there may still be.
    left: usize,
}

impl<'a> Builder<'a> {
    /// The alternatives of a list, each with what holds beside it, and whether `null` is one.
    pub(in crate::build) fn alternatives(
        &mut self,
        whole: &Whole<'a>,
        group: &Group<'a>,
        place: &Place,
    ) -> (Vec<Alternative<'a>>, bool) {
        let mut collected = Collected { alternatives: Vec::new(), nullable: false, open: Vec::new(), left: MOST };
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
            if !self.may_have_more(to, place) {
                break;
            }
            if self.is_null(schema) || self.is_nothing_but_nullable(schema) {
                to.nullable = true;
                continue;
            }
            if let Some(alternative) = self.alternative(whole, schema, place) {
                // A union in a union in a union is deep recursion: the stack grows with it.
                stacker::maybe_grow(RED_ZONE, STACK, || self.add(alternative, place, to));
            }
        }
        to.open.pop();
    }

    /// Whether a schema only says `nullable`, as writers of an optional value put it beside the schema of the value.
    fn is_nothing_but_nullable(&self, schema: &'a ReferenceOr<Schema>) -> bool {
        self.target(schema).is_some_and(|schema| schema.schema_data.nullable && view::says_nothing(schema))
    }

    /// Counts one more alternative. Unions of unions may have more of them than any memory holds: that is said once.
    fn may_have_more(&mut self, to: &mut Collected<'a>, place: &Place) -> bool {
        if self.alternatives_left == 0 {
            return false;
        }
        self.alternatives_left -= 1;
        match to.left.checked_sub(1) {
            Some(left) if to.open.len() <= DEEPEST => to.left = left,
            _ => self.alternatives_left = 0,
        }
        if self.alternatives_left == 0 {
            let message = format!(
                "the unions in this union multiply: over {MOST} alternatives, over {DEEPEST} unions in each other, or over \
                 {MOST_OF_ALL} alternatives in all; let fewer of them refer to each other"
            );
            self.problem(place.to_string(), message);
        }
        self.alternatives_left > 0
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
        let mut own = self.gather(&[Placed { node: Node::Schema(schema), place: None }], &at);
        let untyped = matches!(own.kind(), Ok(None)) && own.groups(self).is_empty() && own.values().is_none();
        let mut nodes: Vec<Placed<'a>> = Vec::new();
        for part in &whole.parts {
            if untyped || part.view.says_members() || part.view.items.is_some() || view::values(part.schema).is_some() {
                let place = part.place.clone().unwrap_or_else(|| place.clone());
                nodes.push(Placed { node: Node::Own(part.schema), place: Some(place) });
            }
        }
        let mut stands = (at.clone(), true);
        if !nodes.is_empty() {
            nodes.push(Placed { node: Node::Schema(schema), place: component.is_some().then_some(at) });
            let both = self.gather(&nodes, place);
            let alone = self.stands_alone(&both, place);
            if alone.is_none_or(|alone| !std::ptr::eq(alone.schema, schema)) {
                own = both;
                stands = (place.clone(), false);
            }
        }
        // What contradicts what holds beside it is no alternative.
        let none =
            own.parts.iter().any(|part| part.view.is_never()) || own.values().is_some_and(|values| values.is_empty());
        if none || own.parts.len() > 1 && own.kind().is_err() {
            return None;
        }
        Some(Alternative::new(schema, own, stands.0, component, stands.1))
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
