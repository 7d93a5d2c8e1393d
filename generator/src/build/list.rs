//! Lists and tuples.

use openapiv3::{ReferenceOr, Schema, SchemaData, SchemaKind};
use serde::Deserialize;
use serde_json::Value;

use super::view::Node;
use super::whole::{Placed, Whole};
use super::{Builder, Typed};
use crate::model::{Place, Ty};

/// The longest tuple that the runtime reads and writes.
const LONGEST: usize = 12;

/// How deep lists and maps nest: types that nest much deeper are more than the compiler follows.
const DEEPEST: usize = 24;

/// What the first items of a list say.
enum Tuple {
    /// There are exactly these.
    Exact(Vec<Ty>),
    /// There may be fewer, each of this type.
    Shorter(Ty),
}

impl<'a> Builder<'a> {
    pub(super) fn list(&mut self, whole: &Whole<'a>, place: &Place) -> Typed {
        let mut facts = whole.facts();
        match self.tuple(whole, place) {
            Some(Tuple::Exact(items)) => return Ty::Tuple(items).into(),
            Some(Tuple::Shorter(item)) => return Typed { facts, ..Ty::List(Box::new(item)).into() },
            None => {}
        }
        let mut items: Vec<Placed<'a>> = Vec::new();
        for part in &whole.parts {
            // The items of a part that stands elsewhere stand there too.
            let place = part.place.as_ref().unwrap_or(place).step("[]");
            items.extend(part.view.items.map(|items| Placed { node: items.into(), place: Some(place) }));
        }
        let item = match items.is_empty() {
            true => Ty::Any,
            false => {
                let typed = self.together(&items, &place.step("[]"));
                facts.values.clone_from(&typed.facts.values);
                typed.element()
            }
        };
        Typed { facts, ..Ty::List(Box::new(self.nested(item, place))).into() }
    }

    /// A type within a list or a map; any value, where these nest deeper than the compiler follows.
    pub(super) fn nested(&mut self, ty: Ty, place: &Place) -> Ty {
        let inner = std::iter::successors(Some(&ty), |ty| match ty {
            Ty::List(inner) | Ty::Map(inner) | Ty::Nullable(inner) | Ty::Hidden(inner) => Some(inner),
            _ => None,
        });
        if inner.count() <= DEEPEST {
            return ty;
        }
        self.note(place, format!("lists in lists, over {DEEPEST} levels deep: any value is taken there"));
        Ty::Any
    }

    /// A list whose first items each have a type of their own.
    fn tuple(&mut self, whole: &Whole<'a>, place: &Place) -> Option<Tuple> {
        let part = whole.parts.iter().find(|part| part.schema.schema_data.extensions.contains_key("x-prefix-items"))?;
        let mut items = Vec::new();
        for item in part.schema.schema_data.extensions.get("x-prefix-items")?.as_array()? {
            items.push(self.kept(item)?);
        }
        let most = whole.parts.iter().filter_map(|part| part.view.max_items).min();
        let least = whole.parts.iter().filter_map(|part| part.view.min_items).max();
        if let Some(most) = most.filter(|most| *most < items.len()) {
            items.truncate(most);
        }
        let place = part.place.as_ref().unwrap_or(place);
        if most != Some(items.len()) || least.is_some_and(|least| least < items.len()) {
            self.note(
                place,
                "a list that may be longer or shorter than its first items say: each may be of any of the types",
            );
            // Where there are no others, each is one of these.
            return most.map(|_| {
                let one_of = SchemaKind::OneOf { one_of: items.into_iter().cloned().collect() };
                let union = Schema { schema_data: SchemaData::default(), schema_kind: one_of };
                let union = self.arena.alloc(ReferenceOr::Item(union));
                Tuple::Shorter(self.node(Node::from(&*union), &place.step("[]")).element())
            });
        }
        if items.is_empty() || items.len() > LONGEST {
            self.note(place, format!("a tuple of {} items: each is of any of the types", items.len()));
            return None;
        }
        if least.is_none() {
            self.note(place, "a tuple without `minItems`: a shorter one is refused");
        }
        let typed = |(index, item): (usize, &'a ReferenceOr<Schema>)| {
            self.node(Node::from(item), &place.step(&format!("[{index}]"))).element()
        };
        Some(Tuple::Exact(items.into_iter().enumerate().map(typed).collect()))
    }

    /// A schema that `openapiv3` keeps as JSON.
    pub(super) fn kept(&self, schema: &Value) -> Option<&'a ReferenceOr<Schema>> {
        let schema = ReferenceOr::<Schema>::deserialize(schema).ok()?;
        Some(self.arena.alloc(schema))
    }
}
