//! Objects among the alternatives: how they are told apart.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use serde_json::Value;

use super::super::object::Members;
use super::super::{Builder, Typed};
use super::{Alternative, How, keys, variant};
use crate::model::{DefKind, Field, JsonType, Place, Select, Struct, Ty, Variant};
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
            None if !named && !labelled && self.are_one(&objects, how, place) => {
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
    fn are_one(&mut self, objects: &[Alternative<'a>], how: How<'a>, place: &Place) -> bool {
        if self.rules.dialect == Dialect::Logto {
            return true;
        }
        let mut structs: Vec<Struct> = Vec::new();
        for object in objects {
            let at = place.step(&object.step(objects));
            let ty = self.whole(&object.whole, &at).ty;
            let Some(Ty::Def(id)) = self.settled(&ty) else { return false };
            let DefKind::Struct(object) = &self.defs[id.0].kind else { return false };
            structs.push(object.clone());
        }
        let mut known: HashMap<&str, &Field> = HashMap::new();
        for field in structs.iter().flat_map(|object| &object.fields) {
            let first = *known.entry(&field.json).or_insert(field);
            let alike = (first.nullable, &first.constant, &first.facts.values)
                == (field.nullable, &field.constant, &field.facts.values);
            if !alike || !self.same_type(&first.ty, &field.ty, &mut Vec::new()) {
                return false;
            }
        }
        let open = structs.iter().all(|object| !object.closed);
        let equal = |object: &Struct| {
            object.fields.len() == known.len()
                && object
                    .fields
                    .iter()
                    .all(|field| known.get(field.json.as_str()).is_some_and(|first| first.required == field.required))
        };
        how.any && open || structs.iter().all(equal)
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
        let (open, others): (Vec<_>, Vec<_>) = objects.iter().partition(|object| is_open(object));
        for object in others.into_iter().chain(open) {
            let ty = self.alternative_type(object, objects, &place.step(&object.step(objects))).ty;
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

/// The alternatives of a union among others; one with a tag of its own stays what it is.
fn untagged_leaves(object: Alternative<'_>) -> Vec<Alternative<'_>> {
    if object.has_discriminator() { vec![object] } else { object.into_leaves() }
}
