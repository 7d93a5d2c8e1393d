//! Families: a schema with a discriminator that others are `allOf` is a union of these where it is referred to.

use std::collections::{HashMap, HashSet};
use std::ptr;

use openapiv3::{OpenAPI, ReferenceOr, Schema};

use super::union::{Alternative, How};
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

impl<'a> Builder<'a> {
    /// The union of all that are `allOf` this schema, where it has a discriminator for them.
    pub(super) fn family(&mut self, schema: &'a Schema, place: &Place) -> Option<Typed> {
        if !self.has_family(schema, place) {
            return None;
        }
        let discriminator = schema.schema_data.discriminator.as_ref();
        let mut names = self.descendants(&place.operation);
        for target in discriminator.into_iter().flat_map(|discriminator| discriminator.mapping.values()) {
            if let Some(mapped) = self.mapped(target)
                && let Some(name) = self.name_of(mapped)
                && !names.contains(&name)
            {
                names.push(name);
            }
        }
        let mut heirs = Vec::new();
        for name in names {
            let Some((_, ReferenceOr::Item(heir))) = self.named(&format!("#/components/schemas/{name}")) else {
                continue;
            };
            let at = Place { operation: name.to_owned(), part: place.part, path: Vec::new() };
            let whole = self.gather(&[Placed { node: Node::Schema(heir), place: None }], &at);
            // One that has a family of its own, or this one, is there itself too.
            let itself = ptr::eq(heir, schema) || self.has_family(heir, &at);
            let at = if itself { at.step("|base") } else { at };
            heirs.push(Alternative {
                json: Some(JsonType::Object),
                ..Alternative::new(heir, whole, at, Some(name), true)
            });
        }
        let how = How { any: false, discriminator, deprecated: schema.schema_data.deprecated };
        let tag = self.tag(&heirs, how, place)?;
        Some(self.tagged(&heirs, &tag, how, place).into())
    }

    /// Whether a component has a discriminator for those that are `allOf` it.
    fn has_family(&self, schema: &Schema, place: &Place) -> bool {
        let view = View::of(schema);
        place.is_component()
            && schema.schema_data.discriminator.is_some()
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
