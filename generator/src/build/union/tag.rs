//! The member that tells objects apart.

use std::collections::{HashMap, HashSet};

use openapiv3::{Discriminator, ReferenceOr, Schema};
use serde_json::Value;

use super::super::view::{self, View};
use super::super::whole::{Placed, Whole};
use super::super::{Builder, Key, Memo};
use super::{Alternative, How, variant};
use crate::model::{DefId, DefKind, Place, Select, Ty, Union};

/// The member that tells objects apart.
pub(in crate::build) struct Tag {
    name: String,
    /// For each alternative, in order, its values.
    values: Vec<Vec<Value>>,
    /// The alternative that is meant where the tag is absent.
    missing: Option<usize>,
}

/// A variant that lacks its tag, though its schema is a component that may also be used whole.
#[derive(Debug, Clone)]
pub(in crate::build) struct Tagged<'a> {
    union: DefId,
    variant: usize,
    whole: Whole<'a>,
    place: Place,
    tag: String,
}

impl<'a> Builder<'a> {
    /// A member that has other fixed values in every object than in the others.
    pub(in crate::build) fn tag(&mut self, objects: &[Alternative<'a>], how: How<'a>, place: &Place) -> Option<Tag> {
        if let Some(discriminator) = how.discriminator {
            if let Some(tag) = self.named_tag(objects, discriminator, place) {
                return Some(tag);
            }
            let name = &discriminator.property_name;
            self.note(
                place,
                format!("the discriminator `{name}` does not tell the alternatives apart: it is left out"),
            );
        }
        self.hidden_tag(objects)
    }

    /// The tag that the document names: its values are those of the mapping, else what the schemas fix, else their names.
    fn named_tag(
        &mut self,
        objects: &[Alternative<'a>],
        discriminator: &'a Discriminator,
        place: &Place,
    ) -> Option<Tag> {
        let name = discriminator.property_name.as_str();
        let mut mapped: Vec<Vec<Value>> = vec![Vec::new(); objects.len()];
        for (value, target) in &discriminator.mapping {
            let schema = self.mapped(target);
            let found =
                objects.iter().position(|object| schema.is_some_and(|schema| std::ptr::eq(object.schema, schema)));
            match found {
                Some(index) => mapped[index].push(Value::from(value.as_str())),
                None => {
                    self.note(place, format!("the discriminator maps `{value}` to `{target}`, which is no alternative"))
                }
            }
        }
        let fixed: Vec<Vec<Value>> = objects.iter().map(|object| self.constants(object, name)).collect();
        let distinct = are_distinct(&fixed);
        let mut values = Vec::new();
        for ((object, mapped), fixed) in objects.iter().zip(mapped).zip(fixed) {
            let implied = || object.component.map(Value::from).into_iter().collect();
            let only = fixed.len() == 1;
            let mut own: Vec<Value> = match mapped.is_empty() {
                false => mapped,
                true if only || distinct && !fixed.is_empty() => fixed.clone(),
                true => implied(),
            };
            // What the schema fixes holds whatever the mapping says.
            if only {
                own.extend(fixed.into_iter().filter(|value| !own.contains(value)).collect::<Vec<_>>());
            }
            values.push(own);
        }
        (are_distinct(&values) && !values.iter().any(Vec::is_empty)).then(|| {
            let missing = match optional(objects, name).as_slice() {
                [only] => Some(*only),
                _ => None,
            };
            Tag { name: name.to_owned(), values, missing }
        })
    }

    /// A member that is constant in every object, with different values, and required in all but at most one.
    fn hidden_tag(&mut self, objects: &[Alternative<'a>]) -> Option<Tag> {
        let candidates: Vec<&'a str> = objects.first()?.names();
        let mut found = None;
        for name in candidates {
            let values: Vec<Vec<Value>> = objects.iter().map(|object| self.constants(object, name)).collect();
            if values.iter().any(Vec::is_empty) || !are_distinct(&values) {
                continue;
            }
            let optional = optional(objects, name);
            if optional.len() > 1 {
                continue;
            }
            let tag = Tag { name: name.to_owned(), values, missing: optional.first().copied() };
            if name == "type" {
                return Some(tag);
            }
            found = found.or(Some(tag));
        }
        found
    }

    /// The values of a member that has a fixed list of texts, whole numbers or booleans.
    fn constants(&mut self, object: &Alternative<'a>, name: &str) -> Vec<Value> {
        if !object.leaves.is_empty() {
            let all: Vec<Vec<Value>> = object.leaves.iter().map(|leaf| self.constants(leaf, name)).collect();
            return if all.iter().any(Vec::is_empty) { Vec::new() } else { all.concat() };
        }
        let members = super::super::object::Members::of(&object.whole);
        let Some(schemas) = members.properties.get(name) else { return Vec::new() };
        let values = match schemas.as_slice() {
            [(ReferenceOr::Item(schema), _)] if View::of(schema).all_of.is_empty() => view::values(schema),
            _ => {
                let node = |(schema, _): &(&'a ReferenceOr<Box<Schema>>, usize)| Placed {
                    node: (*schema).into(),
                    place: None,
                };
                let nodes: Vec<Placed<'a>> = schemas.iter().map(node).collect();
                self.gather(&nodes, &object.place).values()
            }
        };
        let fixed = |value: &Value| value.is_string() || value.is_boolean() || value.is_i64();
        values.filter(|values| values.iter().all(fixed)).unwrap_or_default()
    }

    /// The schema that an entry of a mapping means: a reference, or the name of a component.
    pub(in crate::build) fn mapped(&self, target: &str) -> Option<&'a Schema> {
        let file = target.rsplit('/').next().unwrap_or(target);
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let prefixed = |name: &str| self.named(&format!("#/components/schemas/{name}"));
        let (_, schema) =
            self.named(target).or_else(|| prefixed(target)).or_else(|| prefixed(file)).or_else(|| prefixed(stem))?;
        self.target(schema)
    }

    /// A union of objects that a tag tells apart.
    pub(in crate::build) fn tagged(
        &mut self,
        objects: &[Alternative<'a>],
        tag: &Tag,
        place: &Place,
        deprecated: bool,
    ) -> Ty {
        let mut variants = Vec::new();
        let mut without = Vec::new();
        let mut missing = None;
        for (index, (object, values)) in objects.iter().zip(&tag.values).enumerate() {
            // Where the tag may be absent, the content says whether it was; a union needs it to tell its own variants.
            let own = tag.missing == Some(index) || !object.leaves.is_empty();
            let kept = own
                || values.len() > 1
                    && object.members().is_some_and(|members| members.properties.contains_key(tag.name.as_str()));
            if tag.missing == Some(index) {
                missing = Some(variants.len());
            }
            let selects: Vec<Vec<Value>> =
                if kept { vec![values.clone()] } else { values.iter().map(|value| vec![value.clone()]).collect() };
            for values in selects {
                let select = Select::Tag(values);
                let at = if object.is_component() {
                    object.place.clone()
                } else {
                    place.step(&format!("|{}", select.step()))
                };
                let ty = if kept {
                    self.whole(&object.whole, &at).ty
                } else {
                    self.without_tag(&object.whole, &tag.name, &at)
                };
                if object.is_component() && !kept {
                    without.push((variants.len(), object.whole.clone(), at));
                }
                variants.push(variant(select, ty));
            }
        }
        let union = Union { tag: Some(tag.name.clone()), variants, missing };
        let ty = self.define(place, DefKind::Union(union), deprecated);
        if let Ty::Def(union) = ty {
            let tagged = without.into_iter();
            self.tagged.extend(tagged.map(|(variant, whole, place)| {
                let tag = tag.name.clone();
                Tagged { union, variant, whole, place, tag }
            }));
        }
        ty
    }

    fn without_tag(&mut self, whole: &Whole<'a>, tag: &str, place: &Place) -> Ty {
        let key = Key::of(whole, Some(tag), place);
        self.once(key, false, place, |builder| builder.object(whole, Some(tag), place)).ty
    }

    /// Gives a variant its tag back where its schema is also used whole, or with another tag: it is one type.
    pub(in crate::build) fn settle_tags(&mut self) {
        let mut open = std::mem::take(&mut self.tagged);
        loop {
            let mut tags: HashMap<Vec<*const Schema>, HashSet<String>> = HashMap::new();
            for tagged in &open {
                tags.entry(tagged.whole.key()).or_default().insert(tagged.tag.clone());
            }
            let (used, left): (Vec<Tagged<'a>>, Vec<Tagged<'a>>) = open.into_iter().partition(|tagged| {
                let here = Key::of(&tagged.whole, None, &tagged.place);
                let built = |sent| matches!(self.memo.get(&Key { sent, ..here.clone() }), Some(Memo::Done(_)));
                let several = tags.get(&tagged.whole.key()).is_some_and(|tags| tags.len() > 1);
                built(true) || built(false) || several
            });
            open = left;
            if used.is_empty() {
                return;
            }
            for tagged in used {
                let ty = self.whole(&tagged.whole, &tagged.place).ty;
                let Some(Ty::Def(id)) = self.settled(&ty) else { continue };
                let plain = matches!(self.defs[id.0].kind, DefKind::Struct(_));
                if let (true, DefKind::Union(union)) = (plain, &mut self.defs[tagged.union.0].kind) {
                    union.variants[tagged.variant].ty = Ty::Def(id);
                }
            }
            open.append(&mut self.tagged);
        }
    }
}

impl<'a> Alternative<'a> {
    /// The names of the members that a tag may be.
    fn names(&self) -> Vec<&'a str> {
        match (self.members(), self.leaves.first()) {
            (Some(members), _) => members.properties.keys().copied().collect(),
            (None, Some(leaf)) => leaf.names(),
            (None, None) => Vec::new(),
        }
    }
}

/// The objects that need not have a member.
fn optional(objects: &[Alternative<'_>], name: &str) -> Vec<usize> {
    let requires = |object: &Alternative<'_>| match object.members() {
        Some(members) => members.requires(name),
        None => {
            !object.leaves.is_empty()
                && object.leaves.iter().all(|leaf| leaf.members().is_some_and(|members| members.requires(name)))
        }
    };
    (0..objects.len()).filter(|index| !requires(&objects[*index])).collect()
}

fn are_distinct(values: &[Vec<Value>]) -> bool {
    let mut seen = HashSet::new();
    values.iter().flatten().all(|value| seen.insert(value.to_string()))
}
