//! Objects among the alternatives: how they are told apart.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use openapiv3::{ReferenceOr, Schema};
use serde_json::Value;

use super::super::object::{Members, is_closed};
use super::super::{Builder, Typed};
use super::{Alternative, How, keys, variant};
use crate::model::{JsonType, Place, Select, Variant};
use crate::rules::Dialect;

impl<'a> Builder<'a> {
    /// One type for all objects where there are no others beside them and a type says it all, else their variants.
    pub(super) fn objects(
        &mut self,
        objects: Vec<Alternative<'a>>,
        how: How<'a>,
        alone: bool,
        place: &Place,
    ) -> Result<Typed, Vec<Variant>> {
        let inner = place.step("|object");
        if let [only] = objects.as_slice() {
            let ty = self.alternative_type(only, &objects, &inner).ty;
            return Err(vec![variant(Select::Json(JsonType::Object), ty)]);
        }
        let at = if alone { place } else { &inner };
        let one = |typed: Typed| match alone {
            true => Ok(typed),
            false => Err(vec![variant(Select::Json(JsonType::Object), typed.ty)]),
        };
        if let Some(tag) = self.tag(&objects, how, place) {
            let how = How { deprecated: how.deprecated && alone, ..how };
            return one(self.tagged(&objects, &tag, how, at).into());
        }
        let objects: Vec<Alternative<'a>> = objects.into_iter().flat_map(untagged_leaves).collect();
        let members: Option<Vec<Rc<Members<'a>>>> = objects.iter().map(|object| object.members().cloned()).collect();
        let named = objects.iter().any(Alternative::is_component);
        let (objects, labelled) = self.labelled(objects);
        let Some(members) = members else { return Err(self.fitting(&objects, place)) };
        let keys = match (how.any, named) {
            (false, false) => keys::distinguishing(&members),
            (false, true) => keys::foreign(&members),
            (true, _) => None,
        };
        match keys {
            Some(keys) => {
                let mut variants = Vec::new();
                for (object, keys) in objects.iter().zip(keys) {
                    let select = Select::Keys(keys);
                    let step = object.label.clone().unwrap_or_else(|| select.step());
                    let ty = self.alternative_type(object, &objects, &place.step(&format!("|{step}"))).ty;
                    variants.push(variant(select, ty));
                }
                Err(variants)
            }
            None if !named && !labelled && self.are_one(&objects, how) => {
                if !how.any {
                    let what = format!("{} alternatives that nothing tells apart became one struct", objects.len());
                    self.note(place, what);
                }
                one(self.one_struct(&objects, at))
            }
            None => Err(self.fitting(&objects, place)),
        }
    }

    /// Whether objects become one struct: those that have equal members, and those that may hold at once and of which no
    /// member has another type than in the others. Logto's are known to be one, whatever its document says of what is
    /// inside of them.
    fn are_one(&self, objects: &[Alternative<'a>], how: How<'a>) -> bool {
        if self.rules.dialect == Dialect::Logto {
            return true;
        }
        let mut known: HashMap<&str, &Schema> = HashMap::new();
        for (name, schema) in objects.iter().flat_map(|object| members_of(object)) {
            let Some(schema) = self.boxed_target(schema) else { return false };
            let first = *known.entry(name).or_insert(schema);
            let equal =
                first.schema_kind == schema.schema_kind && first.schema_data.nullable == schema.schema_data.nullable;
            if !std::ptr::eq(first, schema) && !equal {
                return false;
            }
        }
        let required = |object: &Alternative<'a>| object.members.required.iter().copied().collect::<BTreeSet<&str>>();
        let first = objects.first().map(required);
        let equal = |object: &Alternative<'a>| {
            object.members.properties.len() == known.len() && Some(required(object)) == first
        };
        how.any && !objects.iter().any(|object| is_closed(&object.whole)) || objects.iter().all(equal)
    }

    /// Gives alternatives the names that their constants or titles are, where each has one of its own. Says whether they
    /// have constants, so that a value that has one of them is of that one alone.
    fn labelled(&mut self, mut objects: Vec<Alternative<'a>>) -> (Vec<Alternative<'a>>, bool) {
        if objects.iter().all(Alternative::is_component) {
            return (objects, false);
        }
        let constants = self.constant_labels(&objects);
        let fixed = constants.is_some();
        let titles = || {
            let plain = self.rules.dialect == Dialect::None;
            let titles = objects.iter().filter(|_| plain).map(Alternative::called).collect::<Option<Vec<String>>>();
            titles.filter(|titles| titles.iter().collect::<HashSet<_>>().len() == objects.len())
        };
        if let Some(labels) = constants.or_else(titles) {
            objects.iter_mut().zip(labels).for_each(|(object, label)| object.label = Some(label));
        }
        (objects, fixed)
    }

    /// The constants of a member that is a text of its own in each.
    fn constant_labels(&mut self, objects: &[Alternative<'a>]) -> Option<Vec<String>> {
        let names = objects.first()?.names();
        names.into_iter().find_map(|name| {
            let labels: Option<Vec<String>> = objects
                .iter()
                .map(|object| match self.constants(object, name).as_slice() {
                    [Value::String(only)] => Some(only.clone()),
                    _ => None,
                })
                .collect();
            labels.filter(|labels| labels.iter().collect::<HashSet<_>>().len() == objects.len())
        })
    }

    /// Variants of which the one is taken that a value fits best. Objects of any members are tried last: they fit whatever
    /// others do.
    fn fitting(&mut self, objects: &[Alternative<'a>], place: &Place) -> Vec<Variant> {
        let mut variants: Vec<Variant> = Vec::new();
        let is_open = |object: &Alternative<'a>| object.members.properties.is_empty() && object.leaves.is_empty();
        let named: Vec<_> = objects.iter().zip(Alternative::steps(objects)).collect();
        let (open, others): (Vec<_>, Vec<_>) = named.into_iter().partition(|(object, _)| is_open(object));
        for (object, step) in others.into_iter().chain(open) {
            let ty = self.alternative_type(object, objects, &place.step(&step)).ty;
            if !variants.iter().any(|known| known.ty == ty) {
                variants.push(variant(Select::Fits(JsonType::Object), ty));
            }
        }
        if let [only] = variants.as_mut_slice() {
            only.select = Select::Json(JsonType::Object);
        }
        variants
    }
}

/// What is said of the members of an object.
fn members_of<'o, 'a>(
    object: &'o Alternative<'a>,
) -> impl Iterator<Item = (&'a str, &'a ReferenceOr<Box<Schema>>)> + 'o {
    let properties = object.members.properties.iter();
    properties.flat_map(|(name, property)| property.all().map(|(schema, _)| (*name, *schema)))
}

/// The alternatives of a union among others; one with a tag of its own stays what it is.
fn untagged_leaves(object: Alternative<'_>) -> Vec<Alternative<'_>> {
    if object.has_discriminator() { vec![object] } else { object.into_leaves() }
}
