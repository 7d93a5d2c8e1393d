//! What a schema is: from what all its parts say to the model's types.

use openapiv3::{ReferenceOr, Schema};
use serde_json::Value;

use super::view::{self, Kind, Node, View};
use super::whole::{Alone, Placed, Whole};
use super::{Builder, Key, Memo};
use crate::model::{Def, DefId, DefKind, Facts, Part, Place, Select, Ty, Union, Variant};

/// The stack that must be left for one more schema, and how much is added, in bytes.
pub(super) const RED_ZONE: usize = 128 * 1024;
pub(super) const STACK: usize = 2 * 1024 * 1024;

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
        self.node(schema.into(), place)
    }

    /// The types of the components that nothing has referred to.
    pub(super) fn unreached(&mut self) -> Vec<Ty> {
        let components: Vec<_> = self.api.components.iter().flat_map(|components| &components.schemas).collect();
        let mut types = Vec::new();
        for (name, schema) in components {
            let Some(schema) = schema.as_item() else { continue };
            let place = |part| Place { operation: name.clone(), part, path: Vec::new() };
            let (received, sent) = (place(Part::Component), place(Part::SentComponent));
            if ![&received, &sent].iter().any(|place| self.memo.contains_key(&Key::one(schema, place))) {
                types.push(self.at(schema, &received).element());
            }
        }
        types
    }

    /// The same, wherever it stands.
    pub(super) fn node(&mut self, node: Node<'a>, place: &Place) -> Typed {
        match node {
            Node::Schema(schema) | Node::Own(schema) => self.at(schema, place),
            Node::Ref(reference) => match self.referred(reference, place) {
                Some((schema, place)) => self.at(schema, &place),
                None => Typed::default(),
            },
        }
    }

    /// The type of a schema that needs no place: a scalar, or a component that is built already.
    pub(super) fn known(&self, node: Node<'a>, place: &Place) -> Option<Typed> {
        match node {
            Node::Schema(schema) | Node::Own(schema) => self.plain(schema, place),
            Node::Ref(reference) => match self.memo.get(&Key::one(self.named(reference)?.1.as_item()?, place)) {
                Some(Memo::Done(typed)) => Some((**typed).clone()),
                _ => None,
            },
        }
    }

    /// The schema behind a reference, and its place: that of the component, if it is one.
    pub(super) fn resolve(&mut self, schema: &'a ReferenceOr<Schema>, place: &Place) -> Option<(&'a Schema, Place)> {
        match schema {
            ReferenceOr::Item(schema) => Some((schema, place.clone())),
            ReferenceOr::Reference { reference } => self.referred(reference, place),
        }
    }

    /// The component that a reference leads to, through others that are only references.
    pub(super) fn referred(&mut self, reference: &str, place: &Place) -> Option<(&'a Schema, Place)> {
        let part = if place.is_sent() { Part::SentComponent } else { Part::Component };
        let mut reference = reference;
        for _ in 0..=self.most_hops() {
            match self.named(reference) {
                Some((name, ReferenceOr::Item(schema))) => {
                    return Some((schema, Place { operation: name.to_owned(), part, path: Vec::new() }));
                }
                Some((_, ReferenceOr::Reference { reference: next })) => reference = next,
                None => {
                    let message = format!("`{reference}` refers to nothing: define it or correct the reference");
                    self.problem(place.to_string(), message);
                    return None;
                }
            }
        }
        self.problem(place.to_string(), "this reference leads back to itself: let one of the schemas have a content");
        None
    }

    /// How many references can follow each other without a circle.
    pub(super) fn most_hops(&self) -> usize {
        self.api.components.as_ref().map_or(0, |components| components.schemas.len())
    }

    /// The component that a reference names.
    pub(super) fn named(&self, reference: &str) -> Option<(&'a str, &'a ReferenceOr<Schema>)> {
        let name = reference.strip_prefix("#/components/schemas/")?;
        let schemas = &self.api.components.as_ref()?.schemas;
        let found = schemas.get_key_value(name).or_else(|| {
            let plain = name.replace("~1", "/").replace("~0", "~");
            schemas.get_key_value(&plain)
        });
        found.map(|(name, schema)| (name.as_str(), schema))
    }

    /// The type of a schema at its place, built once.
    pub(super) fn at(&mut self, schema: &'a Schema, place: &Place) -> Typed {
        self.once(Key::one(schema, place), schema.schema_data.nullable, place, |builder| {
            if let Some(typed) = builder.family(schema, place) {
                return typed;
            }
            // Told without gathering, so that a long line of them takes no longer than it must.
            if let Some(described) = builder.described(schema, place) {
                return builder.alone(described, schema);
            }
            let whole = builder.gather(&[Placed { node: Node::Schema(schema), place: None }], place);
            builder.alone_or(&whole, place)
        })
    }

    /// The type of what several schemas say together.
    pub(super) fn together(&mut self, nodes: &[Placed<'a>], place: &Place) -> Typed {
        if let [only] = nodes {
            return self.node(only.node, only.place.as_ref().unwrap_or(place));
        }
        let whole = self.gather(nodes, place);
        self.whole(&whole, place)
    }

    /// The same, of schemas that are gathered already.
    pub(super) fn whole(&mut self, whole: &Whole<'a>, place: &Place) -> Typed {
        if let [only] = whole.parts.as_slice()
            && !only.chosen
        {
            return self.at(only.schema, only.place.as_ref().unwrap_or(place));
        }
        self.once(Key::of(whole, None, place), whole.nullable(), place, |builder| builder.alone_or(whole, place))
    }

    /// Builds what a key stands for, unless it is or is being built.
    pub(super) fn once(
        &mut self,
        key: Key,
        nullable: bool,
        place: &Place,
        build: impl FnOnce(&mut Self) -> Typed,
    ) -> Typed {
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
        self.memo.insert(key.clone(), Memo::Started(None));
        // A long chain of references is deep recursion: the stack grows with it.
        let mut typed = stacker::maybe_grow(RED_ZONE, STACK, || build(self));
        if let Some(Memo::Started(Some(reserved))) = self.memo.get(&key) {
            let reserved = *reserved;
            self.reserved.remove(&reserved);
            typed.ty = self.settle_reserved(reserved, typed.ty, place);
        }
        self.memo.insert(key, Memo::Done(Box::new(typed.clone())));
        typed
    }

    /// Puts what a schema turned out to be in the place of the definition that a recursion asked for.
    fn settle_reserved(&mut self, reserved: DefId, ty: Ty, place: &Place) -> Ty {
        let ty = match ty {
            Ty::Def(id) if id == reserved => {
                self.note(place, "this schema is nothing but itself: any value is taken");
                Ty::Any
            }
            // A list of itself needs a type of its own to go round.
            ty if ty.defs().contains(&reserved) => {
                let json = super::scalar::json_of(&ty, &self.defs);
                let select = json.map(Select::Json);
                let Some(select) = select else { return self.substituted(reserved, Ty::Any) };
                let variants = vec![Variant { select, ty, boxed: false, dropped: false }];
                self.defs[reserved.0].kind = DefKind::Union(Union { tag: None, variants, missing: None });
                return Ty::Def(reserved);
            }
            ty => ty,
        };
        self.substituted(reserved, ty)
    }

    fn substituted(&mut self, reserved: DefId, ty: Ty) -> Ty {
        self.substitutions.insert(reserved, ty.clone());
        ty
    }

    /// The type of the one part that says it all, else of all together.
    fn alone_or(&mut self, whole: &Whole<'a>, place: &Place) -> Typed {
        let alone = if whole.parts.len() > 1 { self.stands_alone(whole, place) } else { None };
        match (alone, whole.parts.first()) {
            (Some(alone), Some(first)) => {
                let typed = self.alone(alone, first.schema);
                // Of several schemas none is the one around the others.
                let nullable = if whole.is_of_one() { typed.nullable } else { whole.nullable() };
                Typed { nullable, ..typed }
            }
            _ => self.typed(whole, place),
        }
    }

    /// The type of a part that says it all, and what the schema around it and the others say beside it.
    fn alone(&mut self, alone: Alone<'a>, around: &Schema) -> Typed {
        let typed = self.at(alone.schema, &alone.place);
        let outer = around.schema_data.nullable;
        let null = alone.rest.iter().filter(|part| part.is_typed()).all(|part| part.schema.schema_data.nullable);
        let mut facts = Facts::default();
        for part in &alone.rest {
            super::facts::narrow(&mut facts, super::facts::of(part.schema));
        }
        super::facts::narrow(&mut facts, typed.facts);
        let deprecated = typed.deprecated || around.schema_data.deprecated;
        Typed { nullable: outer || (typed.nullable && null), deprecated, facts, ..typed }
    }

    /// The type of schemas of which none says it all.
    fn typed(&mut self, whole: &Whole<'a>, place: &Place) -> Typed {
        let typed = self.kind_of(whole, place);
        let mut facts = typed.facts;
        for part in &whole.parts {
            super::facts::annotate(&mut facts, part.schema);
        }
        Typed {
            nullable: typed.nullable || whole.nullable(),
            deprecated: typed.deprecated || whole.deprecated(),
            facts,
            ..typed
        }
    }

    fn kind_of(&mut self, whole: &Whole<'a>, place: &Place) -> Typed {
        if whole.parts.iter().any(|part| part.view.is_never()) {
            self.note(place, "no value is valid here: any is taken");
            return Ty::Any.into();
        }
        let groups = whole.groups(self);
        if !groups.is_empty() {
            return self.union(whole, &groups, place);
        }
        let kind = match whole.kind() {
            Ok(kind) => kind,
            Err((one, other)) => {
                let (one, other) = (one.json().as_str(), other.json().as_str());
                self.note(place, format!("it must be of type {one} and of type {other}: any value is taken"));
                return Ty::Any.into();
            }
        };
        let values = whole.values();
        if values.as_ref().is_some_and(Vec::is_empty) {
            self.note(place, "no value is in all the lists that it must be in: they are left out");
        }
        let values = values.filter(|values| !values.is_empty());
        match (kind, values) {
            (Some(Kind::Integer), _) => self.integer(whole, place),
            (Some(Kind::Number), _) => self.number(whole, place),
            (Some(Kind::Boolean), _) => self.boolean(whole),
            (Some(Kind::Array), _) => self.list(whole, place),
            (Some(Kind::Object), _) => self.object(whole, None, place),
            (None | Some(Kind::String), Some(values)) => {
                let typed = self.listed(&values, whole, place);
                let text = self.is_enum(&typed.ty) || kind.is_some();
                if text { Typed { facts: super::scalar::beside(typed.facts), ..typed } } else { typed }
            }
            (Some(Kind::String), None) => self.string(whole, place),
            (None, None) => {
                let is_null = whole.parts.iter().any(|part| view::is_null(part.schema));
                Typed { constant: is_null.then_some(Value::Null), ..Ty::Any.into() }
            }
        }
    }

    /// A type without definitions that were only reserved; `None`: one that has no content yet.
    pub(super) fn settled(&self, ty: &Ty) -> Option<Ty> {
        let mut ty = ty;
        for _ in 0..=self.substitutions.len() {
            match ty {
                Ty::Def(id) if self.reserved.contains(id) => return None,
                Ty::Def(id) => match self.substitutions.get(id) {
                    Some(other) => ty = other,
                    None => return Some(ty.clone()),
                },
                _ => return Some(ty.clone()),
            }
        }
        None
    }

    pub(super) fn is_enum(&self, ty: &Ty) -> bool {
        matches!(ty, Ty::Def(id) if matches!(self.defs[id.0], Def { kind: DefKind::Enum(_), .. }))
    }

    /// Whether a schema is `null` and nothing else.
    pub(super) fn is_null(&self, schema: &'a ReferenceOr<Schema>) -> bool {
        self.target(schema).is_some_and(|schema| View::of(schema).kind.is_none() && view::is_null(schema))
    }
}
