//! Families: a schema with a discriminator that others are `allOf` is a union of these where it is referred to.

use std::collections::{HashMap, HashSet, VecDeque};
use std::ptr;

use openapiv3::{AnySchema, Discriminator, OpenAPI, ReferenceOr, Schema, SchemaData, SchemaKind};

use super::union::{Alternative, BASE, How};
use super::view::{Node, View};
use super::whole::Placed;
use super::{Builder, Typed};
use crate::model::{JsonType, Place};

/// The components that are directly `allOf` another, by its name.
pub(super) fn heirs(api: &OpenAPI) -> HashMap<&str, Vec<&str>> {
    let mut heirs: HashMap<&str, Vec<&str>> = HashMap::new();
    let schemas = api.components.iter().flat_map(|components| &components.schemas);
    for (name, schema) in schemas {
        let ReferenceOr::Item(schema) = schema else { continue };
        for part in View::of(schema).all_of {
            let ReferenceOr::Reference { reference } = part else { continue };
            if let Some(parent) = reference.strip_prefix("#/components/schemas/") {
                heirs.entry(parent).or_default().push(name);
            }
        }
    }
    heirs
}

/// The components that inherit a discriminator, from one that is no union itself.
pub(super) fn inheriting<'a>(api: &'a OpenAPI, heirs: &HashMap<&'a str, Vec<&'a str>>) -> HashSet<&'a str> {
    let schemas = api.components.iter().flat_map(|components| &components.schemas);
    let tells = |schema: &Schema| {
        let view = View::of(schema);
        schema.schema_data.discriminator.is_some() && view.one_of.is_empty() && view.any_of.is_empty()
    };
    let telling = schemas.filter(|(_, schema)| schema.as_item().is_some_and(tells)).map(|(name, _)| name.as_str());
    let mut open: Vec<&str> = telling.collect();
    let mut found = HashSet::new();
    while let Some(name) = open.pop() {
        let of = heirs.get(name).into_iter().flatten();
        open.extend(of.copied().filter(|heir| found.insert(*heir)));
    }
    found
}

impl<'a> Builder<'a> {
    /// The union of all that are `allOf` this schema, where it has a discriminator for them or inherits one.
    pub(super) fn family(&mut self, schema: &'a Schema, place: &Place) -> Option<Typed> {
        let (heirs, discriminator) = self.heirs_of(schema, place)?;
        let how = How { any: false, discriminator: Some(discriminator), deprecated: schema.schema_data.deprecated };
        let tag = self.tag(&heirs, how, place)?;
        Some(self.tagged(&heirs, &tag, how, place).into())
    }

    /// All that are `allOf` a component, and what tells them apart. One that is `allOf` another itself is there too.
    pub(super) fn heirs_of(
        &mut self,
        schema: &'a Schema,
        place: &Place,
    ) -> Option<(Vec<Alternative<'a>>, &'a Discriminator)> {
        let discriminator = self.family_tag(schema, place)?;
        let mut names = self.descendants(&place.operation);
        for target in discriminator.mapping.values() {
            if let Some(mapped) = self.mapped(target)
                && let Some(name) = self.name_of(mapped)
                && !names.contains(&name)
            {
                names.push(name);
            }
        }
        let itself = self.name_of(schema).filter(|name| !names.contains(name));
        names.extend(itself.filter(|_| self.inherits(schema)));
        let mut heirs = Vec::new();
        for name in names {
            let Some((_, ReferenceOr::Item(heir))) = self.named(&format!("#/components/schemas/{name}")) else {
                continue;
            };
            let at = Place { operation: name.to_owned(), part: place.part, path: Vec::new() };
            let whole = self.gather(&[Placed { node: Node::Schema(heir), place: None }], &at);
            // One that has a family of its own, or this one, is there itself too.
            let itself = ptr::eq(heir, schema) || self.has_family(heir, &at);
            let at = if itself { at.step(BASE) } else { at };
            heirs.push(Alternative {
                json: Some(JsonType::Object),
                ..Alternative::new(heir, whole, at, Some(name), true)
            });
        }
        Some((heirs, discriminator))
    }

    /// Whether an alternative is the union of those that inherit from it.
    pub(super) fn is_family(&self, alternative: &Alternative<'a>, among: &[Alternative<'a>]) -> bool {
        alternative.is_component()
            && self.has_family(alternative.schema, &alternative.place)
            && !self.is_base_among(alternative, among)
    }

    /// Whether those that inherit from an alternative are alternatives too, so that it stands for itself alone.
    pub(super) fn is_base_among(&self, alternative: &Alternative<'a>, among: &[Alternative<'a>]) -> bool {
        let Some(name) = alternative.component.filter(|_| self.has_family(alternative.schema, &alternative.place))
        else {
            return false;
        };
        let heirs = self.descendants(name);
        among.iter().filter_map(|other| other.component).any(|other| other != name && heirs.contains(&other))
    }

    /// What tells those apart that are `allOf` a component: its own discriminator, with what the values mean that those
    /// it inherits from have.
    fn family_tag(&self, schema: &'a Schema, place: &Place) -> Option<&'a Discriminator> {
        if !self.may_have_family(schema, place) {
            return None;
        }
        let own = schema.schema_data.discriminator.as_ref();
        let inherited: Vec<&'a Discriminator> = self.ancestors(schema);
        let first = own.or_else(|| inherited.first().copied())?;
        if own.is_some() && inherited.is_empty() {
            return own;
        }
        let mut all = first.clone();
        all.mapping.clear();
        let heirs = self.descendants(&place.operation);
        let is_here = |target: &String| {
            let name = self.mapped(target).and_then(|mapped| self.name_of(mapped));
            name.is_some_and(|name| name == place.operation || heirs.contains(&name))
        };
        all.mapping.extend(own.into_iter().flat_map(|own| own.mapping.clone()));
        for (value, target) in
            inherited.iter().filter(|other| other.property_name == all.property_name).flat_map(|other| &other.mapping)
        {
            if is_here(target) && !all.mapping.contains_key(value) {
                all.mapping.insert(value.clone(), target.clone());
            }
        }
        let data = SchemaData { discriminator: Some(all), ..SchemaData::default() };
        let holder = Schema { schema_data: data, schema_kind: SchemaKind::Any(AnySchema::default()) };
        self.arena.alloc(ReferenceOr::Item(holder)).as_item()?.schema_data.discriminator.as_ref()
    }

    /// The discriminators of all that a schema is `allOf`, the nearest first.
    fn ancestors(&self, schema: &'a Schema) -> Vec<&'a Discriminator> {
        let mut found = Vec::new();
        if !self.inherits(schema) {
            return found;
        }
        let mut seen = HashSet::from([ptr::from_ref(schema)]);
        let mut open = VecDeque::from([schema]);
        while let Some(schema) = open.pop_front() {
            for parent in View::of(schema).all_of.iter().filter_map(|part| self.target(part)) {
                let view = View::of(parent);
                if seen.insert(ptr::from_ref(parent)) && view.one_of.is_empty() && view.any_of.is_empty() {
                    found.extend(parent.schema_data.discriminator.as_ref());
                    open.push_back(parent);
                }
            }
        }
        found
    }

    /// Whether a component has a discriminator for those that are `allOf` it.
    fn has_family(&self, schema: &Schema, place: &Place) -> bool {
        self.may_have_family(schema, place) && (schema.schema_data.discriminator.is_some() || self.inherits(schema))
    }

    /// Whether a schema is a component that is `allOf` one with a discriminator.
    fn inherits(&self, schema: &Schema) -> bool {
        self.name_of(schema).is_some_and(|name| self.inheriting.contains(name))
    }

    fn may_have_family(&self, schema: &Schema, place: &Place) -> bool {
        let view = View::of(schema);
        place.is_component()
            && place.path.is_empty()
            && view.one_of.is_empty()
            && view.any_of.is_empty()
            && self.heirs.contains_key(place.operation.as_str())
            && self.name_of(schema) == Some(place.operation.as_str())
    }

    /// Whether a schema is one that the component at a place is `allOf`, and not what it means itself.
    pub(super) fn is_ancestor(&self, schema: &Schema, place: &Place) -> bool {
        let Some(name) = self.name_of(schema) else { return false };
        let parent = Place { operation: name.to_owned(), part: place.part, path: Vec::new() };
        place.is_component() && place.operation != name && self.has_family(schema, &parent)
    }

    /// The name of the component that a schema is.
    pub(super) fn name_of(&self, schema: &Schema) -> Option<&'a str> {
        self.names.get(&ptr::from_ref(schema)).copied()
    }

    /// All that are `allOf` a component, through others too, by name.
    fn descendants(&self, name: &str) -> Vec<&'a str> {
        let mut found = Vec::new();
        let mut seen = HashSet::from([name.to_owned()]);
        let mut open = vec![name.to_owned()];
        while let Some(parent) = open.pop() {
            for heir in self.heirs.get(parent.as_str()).into_iter().flatten() {
                if seen.insert((*heir).to_owned()) {
                    found.push(*heir);
                    open.push((*heir).to_owned());
                }
            }
        }
        found.sort_unstable();
        found
    }
}
