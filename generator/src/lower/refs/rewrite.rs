//! Makes every reference one to a component, and puts in place what cannot be one.

use std::collections::HashMap;

use indexmap::IndexSet;
use serde_json::{Map, Value, json};

use super::find::{Fate, Fates, Part};
use super::names::{Names, RENAMED};
use super::sources::{Sources, Target};
use super::{is_plain, reference, section};
use crate::error::push;
use crate::load::MAX_VALUES;
use crate::lower::findings::Findings;
use crate::walk::{self, Kind, METHODS, Member, Way};

/// How deep what takes the place of a reference may hold others.
const MAX_NESTED: usize = 32;

/// The document with all its parts.
pub(super) fn rewrite(
    mut sources: Sources<'_>,
    fates: &Fates,
    parts: &IndexSet<Part>,
    names: &Names,
    found: &mut Findings,
) -> Value {
    // The document changes under the hands, so what is copied from it is copied first.
    let originals: HashMap<Part, Value> = parts
        .iter()
        .filter(|(target, _)| target.file == 0)
        .filter_map(|(target, member)| Some(((target.clone(), *member), sources.get(target)?.clone())))
        .collect();
    // Parts may be copied often, but not so that a small document becomes a large one.
    let all: usize = sources.all.iter().map(|source| count(&source.value)).sum();
    let left = Some(all.saturating_mul(16).saturating_add(1 << 16).min(MAX_VALUES));
    let mut document = sources.take_document();
    let mut rewriter = Rewriter { sources, fates, names, originals, found, left, nested: 0 };
    rewriter.rewrite(&mut document, Member::One(Kind::Document), 0, &Way::TOP);
    rename(&mut document, names);
    for (target, member) in parts {
        let Member::One(kind) = *member else { continue };
        if let (Some(section), Some(name)) = (section(kind), names.get(kind, target))
            && let Some(part) = rewriter.part(target, *member, &Way::from(&target.pointer))
        {
            insert(&mut document, section, name, part);
        }
    }
    document
}

struct Rewriter<'a, 'f> {
    sources: Sources<'a>,
    fates: &'f Fates,
    names: &'f Names,
    originals: HashMap<Part, Value>,
    found: &'f mut Findings,
    /// How many values may still be copied; `None`: too many were, which is told already.
    left: Option<usize>,
    /// How many parts around are being put in place.
    nested: usize,
}

impl Rewriter<'_, '_> {
    fn rewrite(&mut self, value: &mut Value, member: Member, file: usize, way: &Way<'_>) {
        match (member, &mut *value) {
            (Member::One(kind), Value::Object(_)) => {
                if let Some(text) = reference(value).map(str::to_owned) {
                    self.settle(value, kind, file, way, &text);
                    return;
                }
                if kind == Kind::Schema {
                    self.discriminator(value, file, way);
                }
                self.members(value, kind, file, way);
            }
            (Member::Map(kind), Value::Object(members)) => {
                if let Some(Value::String(text)) = members.get("$ref").cloned().as_ref() {
                    members.shift_remove("$ref");
                    self.take_map(members, kind, file, way, text);
                    return;
                }
                for (key, inner) in members.iter_mut() {
                    self.rewrite(inner, Member::One(kind), file, &way.name(key));
                }
            }
            (Member::List(kind), Value::Array(items)) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.rewrite(item, Member::One(kind), file, &way.index(index));
                }
            }
            _ => {}
        }
    }

    fn members(&mut self, value: &mut Value, kind: Kind, file: usize, way: &Way<'_>) {
        for (key, inner) in value.as_object_mut().into_iter().flatten() {
            let shape = walk::member(kind, key);
            if shape != Member::Plain && shape != Member::Names {
                self.rewrite(inner, shape, file, &way.name(key));
            }
        }
    }

    /// An object that is a reference.
    fn settle(&mut self, value: &mut Value, kind: Kind, file: usize, way: &Way<'_>, text: &str) {
        let fate = self.fates.get(&self.sources, file, Member::One(kind), way, text).clone();
        self.members(value, kind, file, way);
        let Some(object) = value.as_object_mut() else { return };
        object.shift_remove("$dynamicRef");
        match fate {
            Fate::Lost | Fate::Any => {
                object.shift_remove("$ref");
            }
            Fate::To(target) => match section(kind).and_then(|section| Some((section, self.names.get(kind, &target)?)))
            {
                Some((section, name)) => {
                    object.shift_remove("$ref");
                    object.shift_insert(0, "$ref".into(), format!("#/components/{section}/{name}").into());
                }
                None => {
                    object.shift_remove("$ref");
                    let part = self.part(&target, Member::One(kind), way);
                    for (key, inner) in part.as_ref().and_then(Value::as_object).into_iter().flatten() {
                        if kind == Kind::PathItem && METHODS.contains(&key.as_str()) && object.contains_key(key) {
                            let message = format!("`{key}` is here and in what is referred to: this one counts");
                            self.found.note(&way.name(key), message);
                        }
                        object.entry(key.clone()).or_insert_with(|| inner.clone());
                    }
                }
            },
        }
    }

    /// A map that is a reference to another: its members are references to those of the other.
    fn take_map(&mut self, members: &mut Map<String, Value>, kind: Kind, file: usize, way: &Way<'_>, text: &str) {
        let fate = self.fates.get(&self.sources, file, Member::Map(kind), way, text).clone();
        for (key, inner) in members.iter_mut() {
            self.rewrite(inner, Member::One(kind), file, &way.name(key));
        }
        let Fate::To(map) = fate else { return };
        let names = self.sources.get(&map).and_then(Value::as_object).into_iter().flat_map(|map| map.keys());
        for name in names.cloned().collect::<Vec<_>>() {
            let target = Target { file: map.file, pointer: push(&map.pointer, &name) };
            let inner = match section(kind).and_then(|section| Some((section, self.names.get(kind, &target)?))) {
                Some((section, name)) => Some(json!({ "$ref": format!("#/components/{section}/{name}") })),
                None => self.part(&target, Member::One(kind), way),
            };
            if let Some(inner) = inner {
                members.entry(name).or_insert(inner);
            }
        }
    }

    /// A copy of a part, its references rewritten.
    fn part(&mut self, target: &Target, member: Member, way: &Way<'_>) -> Option<Value> {
        let mut part = match self.originals.get(&(target.clone(), member)) {
            Some(original) => original.clone(),
            None => self.sources.get(target)?.clone(),
        };
        let left = self.left?.checked_sub(count(&part));
        self.left = left.filter(|_| self.nested < MAX_NESTED);
        if self.left.is_none() {
            let message = match left {
                Some(_) => "what is referred to here refers to itself, and to nothing that could end it",
                None => "the references of this document blow it up",
            };
            self.found.problem(way, message);
            return None;
        }
        self.nested += 1;
        self.rewrite(&mut part, member, target.file, &Way::from(&target.pointer));
        self.nested -= 1;
        Some(part)
    }

    /// Names of schemas in a discriminator are references too, and those that its variants imply are said.
    fn discriminator(&mut self, value: &mut Value, file: usize, way: &Way<'_>) {
        if value.get("discriminator").is_none() {
            return;
        }
        let member = Member::One(Kind::Schema);
        let target = |rewriter: &Self, way: &Way<'_>, text: &str| {
            let fate = rewriter.fates.get(&rewriter.sources, file, member, way, text);
            let Fate::To(target) = fate else { return None };
            rewriter.names.get(Kind::Schema, target).map(str::to_owned)
        };
        let mut implied = Vec::new();
        for key in ["oneOf", "anyOf"] {
            let list = way.name(key);
            for (index, variant) in value.get(key).and_then(Value::as_array).into_iter().flatten().enumerate() {
                let Some(text) = reference(variant) else { continue };
                let Some(name) = target(self, &list.index(index), text) else { continue };
                let written = implied_name(text);
                if written != name {
                    implied.push((written, name));
                }
            }
        }
        let Some(discriminator) = value.get_mut("discriminator").and_then(Value::as_object_mut) else { return };
        let mut mapping = match discriminator.shift_remove("mapping") {
            Some(Value::Object(mapping)) => mapping,
            _ => Map::new(),
        };
        let mut lost = Vec::new();
        for (tag, to) in &mut mapping {
            match to.as_str().and_then(|text| target(self, way, text)) {
                Some(name) => *to = format!("#/components/schemas/{name}").into(),
                None => lost.push(tag.clone()),
            }
        }
        for tag in lost {
            mapping.shift_remove(&tag);
        }
        for (tag, name) in implied {
            let to = Value::from(format!("#/components/schemas/{name}"));
            if !mapping.values().any(|known| *known == to) {
                mapping.entry(tag).or_insert(to);
            }
        }
        if !mapping.is_empty() {
            discriminator.insert("mapping".into(), mapping.into());
        }
    }
}

/// The value of a discriminator that a reference implies: the last step, without what a file's name ends in.
fn implied_name(text: &str) -> String {
    let last = text.rsplit(['/', '#']).next().unwrap_or(text);
    let name = if text.contains('#') { last } else { last.split('.').next().unwrap_or(last) };
    let name = percent_encoding::percent_decode_str(name).decode_utf8_lossy();
    name.replace("~1", "/").replace("~0", "~")
}

/// Gives components the names that can stand in a reference.
fn rename(document: &mut Value, names: &Names) {
    for kind in RENAMED {
        let Some(section) = section(kind) else { continue };
        let pointer = format!("/components/{section}");
        let Some(parts) = document.pointer_mut(&pointer).and_then(Value::as_object_mut) else { continue };
        if parts.keys().all(|name| is_plain(name)) {
            continue;
        }
        let renamed = std::mem::take(parts).into_iter().map(|(name, part)| {
            let target = Target { file: 0, pointer: push(&pointer, &name) };
            let given = names.get(kind, &target).filter(|_| !is_plain(&name)).map(str::to_owned);
            (given.unwrap_or(name), part)
        });
        *parts = renamed.collect();
    }
}

fn insert(document: &mut Value, section: &str, name: &str, part: Value) {
    let Some(document) = document.as_object_mut() else { return };
    let components = document.entry("components").or_insert_with(|| json!({}));
    let Some(components) = components.as_object_mut() else { return };
    let parts = components.entry(section).or_insert_with(|| json!({}));
    if let Some(parts) = parts.as_object_mut() {
        parts.insert(name.to_owned(), part);
    }
}

/// How many values there are in one.
fn count(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(count).sum::<usize>(),
        Value::Object(members) => 1 + members.values().map(count).sum::<usize>(),
        _ => 1,
    }
}
