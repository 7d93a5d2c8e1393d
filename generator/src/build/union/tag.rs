//! The member that tells objects apart.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use openapiv3::{Discriminator, ReferenceOr, Schema};
use serde_json::Value;

use super::super::object::{Said, any_field};
use super::super::view::{self, Kind, View};
use super::super::whole::{Placed, Whole};
use super::super::{Builder, Key, Memo};
use super::{Alternative, How, variant};
use crate::model::{DefId, DefKind, Field, Place, Select, Ty, Union};

/// The member that tells objects apart.
pub(in crate::build) struct Tag {
    name: String,
    /// For each alternative, in order, its values.
    values: Vec<Vec<Value>>,
    /// For each alternative another value that is read as its first one: its name, where a mapping says others.
    implied: Vec<Option<Value>>,
    /// The alternatives that need not have it.
    optional: Vec<usize>,
}

/// A variant that lacks its tag, though its schema is a component that may also be used whole.
#[derive(Debug, Clone)]
pub(in crate::build) struct Tagged<'a> {
    union: DefId,
    variant: usize,
    schema: &'a Schema,
    whole: Rc<Whole<'a>>,
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
            let found = schema.and_then(|schema| {
                let is = |object: &Alternative<'a>| std::ptr::eq(object.schema, schema);
                let within = |object: &Alternative<'a>| object.leaves.iter().any(is);
                objects.iter().position(is).or_else(|| objects.iter().position(within))
            });
            match found {
                Some(index) => {
                    let value = self.as_written(&objects[index], name, value);
                    mapped[index].push(value);
                }
                None => {
                    self.note(place, format!("the discriminator maps `{value}` to `{target}`, which is no alternative"))
                }
            }
        }
        let fixed: Vec<Vec<Value>> = objects.iter().map(|object| self.constants(object, name)).collect();
        let distinct = groups(&fixed).len() > 1;
        let mut values = Vec::new();
        let mut implied = Vec::new();
        for ((object, mut mapped), fixed) in objects.iter().zip(mapped).zip(fixed) {
            // A union inside keeps its own values of the tag.
            let inner = self.inner_values(object, objects, name);
            if !inner.is_empty() {
                mapped.extend(inner.into_iter().filter(|value| !mapped.contains(value)).collect::<Vec<_>>());
                values.push(mapped);
                implied.push(None);
                continue;
            }
            let named = object.component.map(Value::from);
            let only = fixed.len() == 1;
            // Implied names hold beside explicit ones (4.8.25.4 of 3.1.1), where the member may have them.
            let may = |name: &Value| fixed.is_empty() && mapped.iter().all(Value::is_string) || fixed.contains(name);
            implied.push(named.clone().filter(|name| !mapped.is_empty() && !mapped.contains(name) && may(name)));
            let mut own: Vec<Value> = match mapped.is_empty() {
                false => mapped,
                true if only || distinct && !fixed.is_empty() => fixed.clone(),
                true => named.into_iter().collect(),
            };
            // What the schema fixes holds whatever the mapping says.
            if only {
                own.extend(fixed.into_iter().filter(|value| !own.contains(value)).collect::<Vec<_>>());
            }
            values.push(own);
        }
        let tells = groups(&values).len() > 1 && !values.iter().any(Vec::is_empty);
        let taken: HashSet<&str> = values.iter().flatten().filter_map(Value::as_str).collect();
        for name in &mut implied {
            name.take_if(|name| name.as_str().is_some_and(|name| taken.contains(name)));
        }
        tells.then(|| Tag { name: name.to_owned(), values, implied, optional: optional(objects, name) })
    }

    /// The values that the tag has in a union that is an alternative itself, or is one by those that inherit from it.
    fn inner_values(&mut self, object: &Alternative<'a>, among: &[Alternative<'a>], name: &str) -> Vec<Value> {
        let (inner, discriminator) = match (object.leaves.is_empty(), object.discriminator()) {
            (false, Some(own)) if own.property_name == name => (object.leaves.clone(), own),
            (true, _) if object.is_component() && !self.is_base_among(object, among) => {
                match self.heirs_of(object.schema, &object.place) {
                    Some((heirs, own)) if own.property_name == name => (heirs, own),
                    _ => return Vec::new(),
                }
            }
            _ => return Vec::new(),
        };
        let Some(tag) = self.named_tag(&inner, discriminator, &object.place) else { return Vec::new() };
        tag.values.into_iter().flatten().chain(tag.implied.into_iter().flatten()).collect()
    }

    /// The value that an entry of a mapping stands for: its name, which is always a text, or the number or boolean that
    /// it says.
    fn as_written(&mut self, object: &Alternative<'a>, name: &str, text: &str) -> Value {
        let object = object.leaves.first().unwrap_or(object);
        let Some(property) = object.members.properties.get(name) else { return text.into() };
        let node = |(schema, _): &Said<'a>| Placed { node: (*schema).into(), place: None };
        let nodes: Vec<Placed<'a>> = property.all().map(node).collect();
        let meant = match self.gather(&nodes, &object.place).kind() {
            Ok(Some(Kind::Integer | Kind::Number)) => text.parse::<i64>().ok().map(Value::from),
            Ok(Some(Kind::Boolean)) => text.parse::<bool>().ok().map(Value::from),
            _ => None,
        };
        meant.unwrap_or_else(|| text.into())
    }

    /// A member that is constant in every object, with other values in some than in the others, and required in all but
    /// at most one: the one that tells most apart.
    fn hidden_tag(&mut self, objects: &[Alternative<'a>]) -> Option<Tag> {
        let mut found: Option<(usize, Tag)> = None;
        for name in objects.first()?.names() {
            let values: Vec<Vec<Value>> = objects.iter().map(|object| self.constants(object, name)).collect();
            let optional = optional(objects, name);
            if values.iter().any(Vec::is_empty)
                || optional.len() > 1
                || objects.iter().any(|object| may_be_null(object, name))
            {
                continue;
            }
            let told = groups(&values).len();
            let better = match &found {
                None => told > 1,
                Some((known, _)) => told > *known || told == *known && name == "type",
            };
            if better {
                let implied = vec![None; objects.len()];
                found = Some((told, Tag { name: name.to_owned(), values, implied, optional }));
            }
        }
        found.map(|(_, tag)| tag)
    }

    /// The values of a member that has a fixed list of texts, whole numbers or booleans.
    pub(super) fn constants(&mut self, object: &Alternative<'a>, name: &str) -> Vec<Value> {
        if !object.leaves.is_empty() {
            let all: Vec<Vec<Value>> = object.leaves.iter().map(|leaf| self.constants(leaf, name)).collect();
            let mut values: Vec<Value> = Vec::new();
            for value in all.iter().flatten() {
                if !values.contains(value) {
                    values.push(value.clone());
                }
            }
            return if all.iter().any(Vec::is_empty) { Vec::new() } else { values };
        }
        let Some(property) = object.members.properties.get(name) else { return Vec::new() };
        let values = match property.only() {
            Some((ReferenceOr::Item(schema), _)) if View::of(schema).all_of.is_empty() => view::values(schema),
            _ => {
                let node = |(schema, _): &Said<'a>| Placed { node: (*schema).into(), place: None };
                let nodes: Vec<Placed<'a>> = property.all().map(node).collect();
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

    /// A union of objects that a tag tells apart. Those that have one value in common are one variant, which is a union of
    /// its own.
    pub(in crate::build) fn tagged(
        &mut self,
        objects: &[Alternative<'a>],
        tag: &Tag,
        how: How<'a>,
        place: &Place,
    ) -> Ty {
        let mut variants = Vec::new();
        let mut without = Vec::new();
        let mut missing = None;
        for group in groups(&tag.values) {
            // Where the tag may be absent, the content says whether it was.
            let absent = tag.optional.len() == 1 && tag.optional.iter().any(|index| group.contains(index));
            if absent {
                missing = Some(variants.len());
            }
            let step = |values: &[Value]| place.step(&format!("|{}", Select::Tag(values.to_vec()).step()));
            let [index] = group.as_slice() else {
                let mut values: Vec<Value> = Vec::new();
                for value in group.iter().flat_map(|index| &tag.values[*index]) {
                    if !values.contains(value) {
                        values.push(value.clone());
                    }
                }
                let same: Vec<Alternative<'a>> = group.iter().map(|index| objects[*index].clone()).collect();
                let how = How { discriminator: None, deprecated: false, ..how };
                let ty = self.union_of(same, how, &step(&values)).ty;
                values.extend(group.iter().filter_map(|index| tag.implied[*index].clone()));
                variants.push(variant(Select::Tag(values), ty));
                continue;
            };
            let (object, values) = (&objects[*index], &tag.values[*index]);
            let implied = tag.implied[*index].iter();
            let at = |values: &[Value]| if object.is_component() { object.place.clone() } else { step(values) };
            // A union needs the tag to tell its own variants, and a struct to say which of several values it is.
            let has = || object.members().is_some_and(|members| members.properties.contains_key(tag.name.as_str()));
            let is_union = !object.leaves.is_empty() || self.is_family(object, objects);
            if absent || is_union || values.len() > 1 && has() {
                let ty = match object.place.path.is_empty() {
                    true => self.alternative_type(object, objects, &at(values)).ty,
                    false => self.whole(&object.whole, &at(values)).ty,
                };
                variants.push(variant(Select::Tag(values.iter().chain(implied).cloned().collect()), ty));
                continue;
            }
            let before = variants.len();
            for value in values {
                let value = std::slice::from_ref(value);
                // Where it may be named by another value too, its struct has room for that one.
                let ty = match &tag.implied[*index] {
                    Some(_) => self.with_room_for_tag(&object.whole, &tag.name, &at(value)),
                    None => self.without_tag(&object.whole, &tag.name, &at(value)),
                };
                if object.is_component() {
                    without.push((variants.len(), object.clone(), at(value)));
                }
                variants.push(variant(Select::Tag(value.to_vec()), ty));
            }
            if let Some(Select::Tag(first)) = variants.get_mut(before).map(|first| &mut first.select) {
                first.extend(implied.cloned());
            }
        }
        let union = Union { tag: Some(tag.name.clone()), variants, missing };
        let ty = self.define(place, DefKind::Union(union), how.deprecated);
        if let Ty::Def(union) = ty {
            let tagged = without.into_iter();
            self.tagged.extend(tagged.map(|(variant, object, place)| {
                let tag = tag.name.clone();
                Tagged { union, variant, schema: object.schema, whole: object.whole, place, tag }
            }));
        }
        ty
    }

    fn without_tag(&mut self, whole: &Whole<'a>, tag: &str, place: &Place) -> Ty {
        let key = Key::of(whole, Some(tag), place);
        self.once(key, false, place, |builder| builder.object(whole, Some(tag), place)).ty
    }

    /// The same with the tag as a text that may be left out, so that it is written as it came.
    fn with_room_for_tag(&mut self, whole: &Whole<'a>, tag: &str, place: &Place) -> Ty {
        let key = Key::of(whole, Some(&format!("{tag}?")), place);
        let build = |builder: &mut Self| {
            let typed = builder.object(whole, Some(tag), place);
            if let Ty::Def(id) = &typed.ty
                && let DefKind::Struct(object) = &mut builder.defs[id.0].kind
            {
                object.fields.push(Field { ty: Ty::String, required: false, ..any_field(tag) });
            }
            typed
        };
        self.once(key, false, place, build).ty
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
                let keys = [Key::of(&tagged.whole, None, &tagged.place), Key::one(tagged.schema, &tagged.place)];
                let done = |key: &Key, sent| matches!(self.memo.get(&Key { sent, ..key.clone() }), Some(Memo::Done(_)));
                let is_base = !tagged.place.path.is_empty();
                let built = |sent| keys.iter().take(if is_base { 1 } else { 2 }).any(|key| done(key, sent));
                let several = tags.get(&tagged.whole.key()).is_some_and(|tags| tags.len() > 1);
                built(true) || built(false) || several
            });
            open = left;
            if used.is_empty() {
                return;
            }
            for tagged in used {
                let ty = match tagged.place.path.is_empty() {
                    true => self.at(tagged.schema, &tagged.place).ty,
                    false => self.whole(&tagged.whole, &tagged.place).ty,
                };
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
    pub(super) fn names(&self) -> Vec<&'a str> {
        match (self.members(), self.leaves.first()) {
            (Some(members), _) => members.properties.keys().copied().collect(),
            (None, Some(leaf)) => leaf.names(),
            (None, None) => Vec::new(),
        }
    }
}

/// Whether a member may be `null`, which is no value that tells.
fn may_be_null(object: &Alternative<'_>, name: &str) -> bool {
    let nullable =
        |schema: &ReferenceOr<Box<Schema>>| schema.as_item().is_some_and(|schema| schema.schema_data.nullable);
    let property = object.members.properties.get(name);
    property.is_some_and(|property| property.all().all(|(schema, _)| nullable(schema)))
        || object.leaves.iter().any(|leaf| may_be_null(leaf, name))
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

/// The alternatives that have no value in common with those of another group, each group and all groups in their order.
fn groups(values: &[Vec<Value>]) -> Vec<Vec<usize>> {
    let mut group: Vec<usize> = (0..values.len()).collect();
    let mut owner: HashMap<String, usize> = HashMap::new();
    for (index, value) in values.iter().enumerate().flat_map(|(index, own)| own.iter().map(move |value| (index, value)))
    {
        let other = group[*owner.entry(value.to_string()).or_insert(index)];
        let own = group[index];
        let (low, high) = (own.min(other), own.max(other));
        if low != high {
            group.iter_mut().filter(|group| **group == high).for_each(|group| *group = low);
        }
    }
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for first in 0..values.len() {
        let members: Vec<usize> = (0..values.len()).filter(|index| group[*index] == first).collect();
        if !members.is_empty() {
            groups.push(members);
        }
    }
    groups
}
