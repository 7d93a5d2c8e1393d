//! What several schemas say together: a schema with everything that it is `allOf`.

use std::collections::HashSet;
use std::ptr;

use openapiv3::{ReferenceOr, Schema};
use serde_json::Value;

use super::Builder;
use super::schema::{RED_ZONE, STACK};
use super::view::{self, Kind, Node, View};
use crate::model::{Facts, JsonType, Place};

/// Of how many of its parts it is tried whether one says all that a whole does.
const MOST_ENTRIES: usize = 64;

/// A schema that holds, and where it stands; `None`: where the whole does.
#[derive(Debug, Clone)]
pub(super) struct Placed<'a> {
    pub node: Node<'a>,
    pub place: Option<Place>,
}

/// A schema with everything that it is `allOf`: each part says something of every value.
#[derive(Debug, Clone, Default)]
pub(super) struct Whole<'a> {
    /// The parts, those that stand around others before them.
    pub parts: Vec<Part<'a>>,
    /// The schemas of the parts, to find one among many.
    schemas: HashSet<*const Schema>,
    /// Where in the parts those of each schema begin that was gathered.
    roots: Vec<usize>,
}

/// One schema among those that hold together.
#[derive(Debug, Clone)]
pub(super) struct Part<'a> {
    pub schema: &'a Schema,
    pub view: View<'a>,
    /// Where it stands; `None`: where the whole does.
    pub place: Option<Place>,
    /// Whether the others may only repeat what it says: it is a component, or one of several schemas of a member.
    pub entry: bool,
    /// Without its unions, because one of their alternatives is chosen.
    pub chosen: bool,
}

/// A list of alternatives that one part has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Group<'a> {
    pub schemas: &'a [ReferenceOr<Schema>],
    /// Whether several may hold at once.
    pub any: bool,
    /// The schema that has it.
    pub of: &'a Schema,
}

impl<'a> Whole<'a> {
    /// The schemas, as a key: equal wholes have equal keys.
    pub(super) fn key(&self) -> Vec<*const Schema> {
        self.parts.iter().map(|part| ptr::from_ref(part.schema)).collect()
    }

    /// Whether one schema was gathered.
    pub(super) fn is_of_one(&self) -> bool {
        self.roots.len() < 2
    }

    pub(super) fn has(&self, schema: *const Schema) -> bool {
        self.schemas.contains(&schema)
    }

    /// The type that all parts agree on: `Ok(None)` where none says one, `Err` where they contradict each other.
    pub(super) fn kind(&self) -> Result<Option<Kind>, (Kind, Kind)> {
        let mut kind: Option<Kind> = None;
        for said in self.parts.iter().filter_map(|part| part.view.kind) {
            kind = Some(match kind {
                None => said,
                Some(known) => known.and(said).ok_or((known, said))?,
            });
        }
        let object = || self.parts.iter().any(|part| part.view.says_members());
        let list = || self.parts.iter().any(|part| part.view.items.is_some());
        Ok(kind.or_else(|| object().then_some(Kind::Object)).or_else(|| list().then_some(Kind::Array)))
    }

    /// The values that all parts allow; `None`: any.
    pub(super) fn values(&self) -> Option<Vec<Value>> {
        let mut lists = self.parts.iter().filter_map(|part| view::values(part.schema));
        let mut values = lists.next()?;
        for list in lists {
            values.retain(|value| list.contains(value));
        }
        Some(values)
    }

    /// Whether `null` is valid: each schema that was gathered says so, or all of its parts that say what a value is.
    pub(super) fn nullable(&self) -> bool {
        let nullable = |part: &&Part<'a>| part.schema.schema_data.nullable;
        let ends = self.roots.iter().copied().skip(1).chain([self.parts.len()]);
        let mut says = false;
        for (begin, end) in self.roots.iter().copied().zip(ends) {
            let parts = self.parts.get(begin..end).unwrap_or_default();
            let typed: Vec<&Part<'a>> = parts.iter().filter(|part| part.is_typed()).collect();
            let around = parts.first().filter(nullable).is_some();
            if around || !typed.is_empty() {
                if !around && !typed.iter().all(nullable) {
                    return false;
                }
                says = true;
            }
        }
        says
    }

    /// Whether a part other than this one is of a type without `null`.
    pub(super) fn forbids_null_beside(&self, schema: &Schema) -> bool {
        let typed = |part: &&Part<'a>| part.view.kind.is_some() || view::values(part.schema).is_some();
        let others = self.parts.iter().filter(|part| !ptr::eq(part.schema, schema));
        others.filter(typed).any(|part| !part.schema.schema_data.nullable)
    }

    /// The type of JSON that a part says by name.
    pub(super) fn named_json(&self) -> Option<JsonType> {
        self.parts.iter().find_map(|part| part.view.kind).map(Kind::json)
    }

    /// Whether what stands around says that it is deprecated.
    pub(super) fn deprecated(&self) -> bool {
        self.parts.first().is_some_and(|part| part.schema.schema_data.deprecated)
    }

    /// The limits that hold for every value.
    pub(super) fn facts(&self) -> Facts {
        let mut facts = Facts::default();
        for part in &self.parts {
            super::facts::narrow(&mut facts, super::facts::of(part.schema));
        }
        facts
    }

    /// The lists of alternatives from which one must still be chosen.
    pub(super) fn groups(&self, builder: &Builder<'a>) -> Vec<Group<'a>> {
        let mut groups = Vec::new();
        for part in self.parts.iter().filter(|part| !part.chosen) {
            for (schemas, any) in [(part.view.one_of, false), (part.view.any_of, true)] {
                // Where one of the alternatives holds anyway, the others do not matter.
                let holds = |found: &'a Schema| !ptr::eq(found, part.schema) && self.has(found);
                let settled = || schemas.iter().any(|schema| builder.target(schema).is_some_and(holds));
                if !schemas.is_empty() && !settled() && !self.only_demands(schemas) {
                    groups.push(Group { schemas, any, of: part.schema });
                }
            }
        }
        groups
    }

    /// Whether alternatives only say which members must be there, of those that all have.
    fn only_demands(&self, schemas: &[ReferenceOr<Schema>]) -> bool {
        let object = self.parts.iter().any(|part| part.view.has_properties());
        object
            && schemas.iter().all(|schema| {
                let ReferenceOr::Item(schema) = schema else { return false };
                let view = View::of(schema);
                let silent = view.one_of.is_empty() && view.any_of.is_empty() && view.all_of.is_empty();
                silent
                    && !view.has_properties()
                    && view.additional.is_none()
                    && matches!(view.kind, None | Some(Kind::Object))
                    && view::values(schema).is_none()
            })
    }
}

impl<'a> Part<'a> {
    /// Whether it says what a value is.
    pub(super) fn is_typed(&self) -> bool {
        let view = &self.view;
        let alternatives = !(self.chosen || view.one_of.is_empty() && view.any_of.is_empty());
        view.kind.is_some() || view.says_members() || alternatives || view::values(self.schema).is_some()
    }

    /// Whether it changes nothing about what the others say, which are of this type and must have these members.
    pub(super) fn adds_nothing(&self, kind: Option<Kind>, required: &[&'a String]) -> bool {
        let view = &self.view;
        !self.has_content()
            && view.kind.is_none_or(|own| kind.is_none_or(|kind| kind.and(own) == Some(kind)))
            && view.required.iter().all(|name| required.contains(&name))
    }

    /// Whether it has members, items, values or alternatives, so that it adds something to whatever does not contain it.
    fn has_content(&self) -> bool {
        let view = &self.view;
        let alternatives = !(self.chosen || view.one_of.is_empty() && view.any_of.is_empty());
        alternatives
            || view.has_properties()
            || matches!(view.additional, Some(openapiv3::AdditionalProperties::Schema(_)))
            || view.items.is_some()
            || view::values(self.schema).is_some()
            || view::format(self.schema).is_some_and(|format| matches!(format, "date-time" | "password" | "uint64"))
    }
}

impl<'a> Builder<'a> {
    /// Everything that holds for a value of all these schemas, at a place.
    pub(super) fn gather(&mut self, nodes: &[Placed<'a>], place: &Place) -> Whole<'a> {
        let mut whole = Whole::default();
        for placed in nodes {
            whole.roots.push(whole.parts.len());
            let flat = Flat { place: placed.place.as_ref(), at: place, entry: nodes.len() > 1 };
            self.flatten(placed.node, flat, &mut HashSet::new(), &mut whole);
        }
        whole
    }

    fn flatten(&mut self, node: Node<'a>, flat: Flat<'_>, open: &mut HashSet<*const Schema>, whole: &mut Whole<'a>) {
        let around = flat.place.unwrap_or(flat.at);
        let (schema, place, own) = match node {
            Node::Own(schema) => (schema, flat.place.cloned(), true),
            Node::Schema(schema) => (schema, flat.place.cloned(), false),
            Node::Ref(reference) => match self.referred(reference, around) {
                Some((schema, place)) => (schema, Some(place), false),
                None => return,
            },
        };
        let address = ptr::from_ref(schema);
        if open.contains(&address) {
            self.problem(around.to_string(), "this `allOf` contains itself: remove the circle");
            return;
        }
        if !whole.schemas.insert(address) {
            return;
        }
        let view = View::of(schema);
        let entry = flat.entry || matches!(node, Node::Ref(_));
        whole.parts.push(Part { schema, view, place: place.clone(), entry, chosen: own });
        if own || view.all_of.is_empty() {
            return;
        }
        open.insert(address);
        for part in view.all_of {
            let flat = Flat { place: place.as_ref(), at: flat.at, entry: false };
            // A long line of ancestors is deep recursion: the stack grows with it.
            stacker::maybe_grow(RED_ZONE, STACK, || self.flatten(part.into(), flat, open, whole));
        }
        open.remove(&address);
    }

    /// The one schema that says all that these schemas say: the others repeat it or only describe.
    pub(super) fn stands_alone(&mut self, whole: &Whole<'a>, place: &Place) -> Option<Alone<'a>> {
        // What one does not say, those that it contains do not say either.
        let mut without = HashSet::new();
        for entry in whole.parts.iter().filter(|part| part.entry && !part.chosen).take(MOST_ENTRIES) {
            if without.contains(&ptr::from_ref(entry.schema)) {
                continue;
            }
            let at = entry.place.as_ref().unwrap_or(place);
            let within = self.gather(&[Placed { node: Node::Schema(entry.schema), place: None }], at);
            let required: Vec<&'a String> = within.parts.iter().flat_map(|part| part.view.required).collect();
            let Ok(kind) = within.kind() else { continue };
            let says = kind.is_some() || within.values().is_some() || !within.groups(self).is_empty();
            let rest = || whole.parts.iter().filter(|part| !within.has(part.schema));
            let silent = |part: &Part<'a>| part.adds_nothing(kind, &required) && (says || !part.is_typed());
            if rest().all(silent) && !self.is_ancestor(entry.schema, place) {
                return Some(Alone { schema: entry.schema, place: at.clone(), rest: rest().cloned().collect() });
            }
            if rest().any(Part::has_content) {
                without.extend(within.schemas);
            }
        }
        None
    }

    /// The schema of a member behind references.
    pub(super) fn boxed_target(&self, schema: &'a ReferenceOr<Box<Schema>>) -> Option<&'a Schema> {
        match schema {
            ReferenceOr::Item(schema) => Some(schema),
            ReferenceOr::Reference { reference } => self.target(self.named(reference)?.1),
        }
    }

    /// The schema behind references.
    pub(super) fn target(&self, schema: &'a ReferenceOr<Schema>) -> Option<&'a Schema> {
        let mut schema = schema;
        for _ in 0..=self.most_hops() {
            match schema {
                ReferenceOr::Item(item) => return Some(item),
                ReferenceOr::Reference { reference } => schema = self.named(reference)?.1,
            }
        }
        None
    }
}

/// A schema that says all that others beside it say too.
#[derive(Debug, Clone)]
pub(super) struct Alone<'a> {
    pub schema: &'a Schema,
    /// Where it stands.
    pub place: Place,
    /// The others.
    pub rest: Vec<Part<'a>>,
}

/// Where a schema is flattened.
#[derive(Clone, Copy)]
struct Flat<'p> {
    /// Where it stands, if not where the whole does.
    place: Option<&'p Place>,
    /// Where the whole stands.
    at: &'p Place,
    entry: bool,
}
