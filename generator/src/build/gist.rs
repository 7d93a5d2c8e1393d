//! Schemas that only describe a component: `allOf` this one and parts that say nothing of their own.

use std::ptr;

use openapiv3::{ReferenceOr, Schema};

use super::Builder;
use super::schema::{RED_ZONE, STACK};
use super::view::{self, Kind, View};
use super::whole::{Alone, Part};
use crate::model::Place;

/// What a schema says with all that it is `allOf`, as far as others can only repeat it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Gist {
    kind: Option<Kind>,
    members: bool,
    items: bool,
    values: bool,
}

impl Gist {
    /// What both say; `None`: they contradict each other.
    fn and(self, other: Self) -> Option<Self> {
        let kind = match (self.kind, other.kind) {
            (Some(one), Some(other)) => Some(one.and(other)?),
            (one, other) => one.or(other),
        };
        Some(Self {
            kind,
            members: self.members || other.members,
            items: self.items || other.items,
            values: self.values || other.values,
        })
    }

    /// The type, as [`super::whole::Whole::kind`] finds it.
    fn kind(self) -> Option<Kind> {
        self.kind.or(self.members.then_some(Kind::Object)).or(self.items.then_some(Kind::Array))
    }
}

impl<'a> Builder<'a> {
    /// The component that says all that a schema says, where that is seen at once. [`Builder::stands_alone`] finds it
    /// too, from all parts of all components behind it.
    pub(super) fn described(&mut self, schema: &'a Schema, place: &Place) -> Option<Alone<'a>> {
        let view = View::of(schema);
        let mut references = view.all_of.iter().filter(|part| part.as_item().is_none());
        let (Some(referring), None) = (references.next(), references.next()) else { return None };
        let target = self.target(referring)?;
        let gist = self.gist(target)?;
        let (kind, says) = (gist.kind(), gist.kind().is_some() || gist.values);
        let mut rest = Vec::new();
        for schema in [schema].into_iter().chain(view.all_of.iter().filter_map(ReferenceOr::as_item)) {
            let part = Part { schema, view: View::of(schema), place: None, entry: false, chosen: false };
            let is_flat = rest.is_empty() || part.view.all_of.is_empty();
            if !is_flat || !part.adds_nothing(kind, &[]) || (part.is_typed() && !says) {
                return None;
            }
            rest.push(part);
        }
        if self.is_ancestor(target, place) {
            return None;
        }
        let (schema, place) = self.resolve(referring, place)?;
        Some(Alone { schema, place, rest })
    }

    /// `None`: it has alternatives, contradicts itself, or something is wrong with it.
    fn gist(&mut self, schema: &'a Schema) -> Option<Gist> {
        let address = ptr::from_ref(schema);
        if let Some(known) = self.gists.get(&address) {
            return *known;
        }
        // What contains itself has none.
        self.gists.insert(address, None);
        let view = View::of(schema);
        let mut gist = Some(Gist {
            kind: view.kind,
            members: view.says_members(),
            items: view.items.is_some(),
            values: view::values(schema).is_some(),
        })
        .filter(|_| view.one_of.is_empty() && view.any_of.is_empty());
        for part in view.all_of {
            let Some(known) = gist else { break };
            // A long line of ancestors is deep recursion: the stack grows with it.
            let part = self.target(part).and_then(|part| stacker::maybe_grow(RED_ZONE, STACK, || self.gist(part)));
            gist = part.and_then(|part| known.and(part));
        }
        self.gists.insert(address, gist);
        gist
    }
}
