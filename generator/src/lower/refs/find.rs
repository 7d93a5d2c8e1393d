//! Finds every reference, and where it leads.

use std::collections::{HashMap, HashSet};

use indexmap::IndexSet;
use serde_json::Value;

use super::sources::{NOTHING, Sources, Target};
use super::wrong::Wrong;
use super::{component, is_plain, reference, section};
use crate::error::push;
use crate::load::Files;
use crate::lower::findings::Findings;
use crate::lower::tidy;
use crate::walk::{self, Kind, Member, Way};

/// Where the schemas of schemas are: nothing is known of what they describe.
const META: [&str; 3] = ["https://json-schema.org/", "http://json-schema.org/", "https://spec.openapis.org/"];

/// What becomes of a reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fate {
    /// It leads here.
    To(Target),
    /// It is to a schema of schemas.
    Any,
    /// It is wrong.
    Lost,
}

/// What becomes of references, by the file and the kind of object where they stand, and their text.
#[derive(Default)]
pub(super) struct Fates(HashMap<(usize, Member), HashMap<String, Fate>>);

/// A part that is referred to, and what it is.
pub(super) type Part = (Target, Member);

pub(super) struct Finder<'a, 'f> {
    pub(super) sources: Sources<'a>,
    pub(super) fates: Fates,
    /// All parts that are referred to, in the order they were found.
    pub(super) parts: IndexSet<Part>,
    /// Components of the document that are nothing but a reference to a part that is none: there it will stand.
    pub(super) homes: Vec<(Kind, String, Target)>,
    /// Whether everything may stay as it is.
    pub(super) settled: bool,
    /// References that lead nowhere, which are told when all are known.
    pub(super) wrong: Wrong,
    pub(super) found: &'f mut Findings,
}

/// A reference that was not seen before.
struct Fresh {
    member: Member,
    pointer: String,
    text: String,
    role: Role,
}

/// What a reference is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Reference,
    Dynamic,
    /// It stands in the mapping of a discriminator.
    Mapping,
}

impl Fates {
    pub(super) fn key(named: bool, pointer: impl std::fmt::Display, text: &str) -> String {
        if named { format!("{text} {pointer}") } else { text.to_owned() }
    }

    /// What becomes of a reference.
    pub(super) fn get(&self, sources: &Sources<'_>, file: usize, member: Member, way: &Way<'_>, text: &str) -> &Fate {
        let named = sources.all.get(file).is_some_and(|source| source.named);
        let of_kind = self.0.get(&(file, member));
        let fate = if named {
            of_kind.and_then(|fates| fates.get(&Self::key(true, way, text)))
        } else {
            of_kind.and_then(|fates| fates.get(text))
        };
        fate.unwrap_or(&Fate::Lost)
    }
}

impl<'a, 'f> Finder<'a, 'f> {
    pub(super) fn new(document: Value, named: bool, files: &'a Files<'a>, found: &'f mut Findings) -> Self {
        Self {
            sources: Sources::new(document, named, files),
            fates: Fates::default(),
            parts: IndexSet::new(),
            homes: Vec::new(),
            settled: true,
            wrong: Wrong::default(),
            found,
        }
    }

    /// Follows all references from the document.
    pub(super) fn run(&mut self) {
        self.look(&Target { file: 0, pointer: String::new() }, Member::One(Kind::Document));
        let mut next = 0;
        while let Some((target, member)) = self.parts.get_index(next).cloned() {
            next += 1;
            self.enter(&target, member);
        }
    }

    /// Comes to a part: what is not in the document proper is put into shape first.
    fn enter(&mut self, target: &Target, member: Member) {
        let path = self.sources.path(target.file).to_owned();
        self.found.enter_file(&path);
        let in_shape = target.file == 0 && is_of_document(&target.pointer);
        if !in_shape && let Some(value) = self.sources.get_mut(target) {
            tidy::tidy(value, member, &Way::from(&target.pointer), self.found);
        }
        self.look(target, member);
        self.found.enter_file("");
    }

    /// Finds the references in a part.
    fn look(&mut self, target: &Target, member: Member) {
        let file = target.file;
        let Some(source) = self.sources.all.get(file) else { return };
        let Some(value) = source.value.pointer(&target.pointer) else { return };
        let named = source.named;
        let known = &self.fates.0;
        let mut seen: HashSet<(Member, &str)> = HashSet::new();
        let (mut fresh, mut mapped) = (Vec::new(), Vec::new());
        walk::look(value, member, &Way::from(&target.pointer), &mut |member, value, way| {
            let is_known = |text: &str| {
                known.get(&(file, member)).is_some_and(|fates| fates.contains_key(&Fates::key(named, way, text)))
            };
            let as_fresh = |text: &str, role| Fresh { member, pointer: way.to_string(), text: text.to_owned(), role };
            if let Some(text) = reference(value)
                && (seen.insert((member, text)) || named)
                && !is_known(text)
            {
                let role = if value.get("$ref").is_some() { Role::Reference } else { Role::Dynamic };
                fresh.push(as_fresh(text, role));
            }
            if member == Member::One(Kind::Schema)
                && let Some(Value::Object(mapping)) = value.get("discriminator").and_then(|of| of.get("mapping"))
            {
                let texts = mapping.values().filter_map(Value::as_str).filter(|text| !is_known(text));
                mapped.extend(texts.map(|text| as_fresh(text, Role::Mapping)));
            }
        });
        for fresh in fresh.into_iter().chain(mapped) {
            self.settle(file, &fresh);
        }
        if file == 0 && target.pointer.is_empty() {
            self.find_homes();
        }
    }

    fn settle(&mut self, file: usize, fresh: &Fresh) {
        let Fresh { member, pointer, text, role } = fresh;
        let named = self.sources.all.get(file).is_some_and(|source| source.named);
        let key = Fates::key(named, pointer, text);
        if self.fates.0.get(&(file, *member)).is_some_and(|fates| fates.contains_key(&key)) {
            return;
        }
        let fate = match self.lead(file, *member, pointer, text) {
            Ok(fate) => {
                if fate == Fate::Any {
                    let message = "nothing is known of what a schema of schemas describes: any value is taken";
                    self.found.note(&Way::from(pointer), message);
                }
                fate
            }
            Err(message) if *role == Role::Mapping => {
                let message = format!("`{}` {message}: it has no effect here", text.escape_debug());
                self.found.note(&Way::from(&format!("{pointer}/discriminator/mapping")), message);
                Fate::Lost
            }
            Err(message) => {
                let is_any = self.sources.lenient() && message.starts_with(NOTHING);
                let is_any = is_any && *member == Member::One(Kind::Schema);
                let message = format!("`{}` {message}", text.escape_debug());
                self.wrong.insert((file, *member, key.clone()), (message, is_any));
                if is_any { Fate::Any } else { Fate::Lost }
            }
        };
        if *role == Role::Dynamic && self.sources.anchors_of(text) > 1 {
            let message =
                "`$dynamicRef` is read as a reference to the nearest schema of its name, whoever refers to this one";
            self.found.note(&Way::from(pointer), message);
        }
        self.settled &= *role != Role::Dynamic && is_settled(*member, &fate, text);
        if let Fate::To(target) = &fate {
            if is_of_another_kind(target, *member) {
                let message = format!("`{}` is of another kind: it is read as what belongs here", text.escape_debug());
                self.found.note(&Way::from(pointer), message);
            }
            self.add_parts(target, *member);
        }
        self.fates.0.entry((file, *member)).or_default().insert(key, fate);
    }

    /// Where a reference leads in the end.
    fn lead(&mut self, file: usize, member: Member, pointer: &str, text: &str) -> Result<Fate, String> {
        let mut target = match self.sources.resolve(file, pointer, text) {
            Ok(target) => target,
            Err(_) if META.iter().any(|meta| text.starts_with(meta)) => return Ok(Fate::Any),
            Err(message) => return Err(message),
        };
        let mut hops = 0;
        // Only between schemas does a reference to a reference stay one.
        while member != Member::One(Kind::Schema)
            && let Some(next) = self.sources.get(&target).and_then(reference).map(str::to_owned)
        {
            hops += 1;
            let here = target.clone();
            target = self.sources.resolve(here.file, &here.pointer, &next)?;
            if hops > 64 || target == here {
                return Err("leads back to itself".to_owned());
            }
        }
        if target.file == 0 && target.pointer.is_empty() {
            return Err("refers to the document itself, and not to a part of it".to_owned());
        }
        match self.sources.get(&target) {
            Some(Value::Object(_)) => Ok(Fate::To(target)),
            Some(Value::Bool(_)) if member == Member::One(Kind::Schema) => Ok(Fate::To(target)),
            // What is empty in YAML, or in PHP, is an empty object.
            Some(Value::Null) => Ok(Fate::To(target)),
            Some(Value::Array(items)) if items.is_empty() => Ok(Fate::To(target)),
            _ => Err("refers to something that is no object".to_owned()),
        }
    }

    fn add_parts(&mut self, target: &Target, member: Member) {
        match member {
            Member::Map(kind) => {
                // The members of a map that is elsewhere are referred to one by one.
                let names = self.sources.get(target).and_then(Value::as_object).into_iter().flat_map(|map| map.keys());
                let parts: Vec<Part> = names
                    .map(|name| (Target { file: target.file, pointer: push(&target.pointer, name) }, Member::One(kind)))
                    .collect();
                self.parts.extend(parts);
            }
            Member::One(kind) => {
                let direct = section(kind).is_some_and(|section| component(&target.pointer, section).is_some());
                if !(direct && target.file == 0) {
                    self.parts.insert((target.clone(), member));
                }
            }
            _ => {}
        }
    }

    /// Components that are nothing but a reference to a part that is no component.
    fn find_homes(&mut self) {
        const KINDS: [Kind; 6] =
            [Kind::Schema, Kind::Parameter, Kind::Header, Kind::RequestBody, Kind::Response, Kind::SecurityScheme];
        for kind in KINDS {
            let Some(name) = section(kind) else { continue };
            let top = Way::TOP;
            let components = top.name("components");
            let way = components.name(name);
            let pointer = way.to_string();
            let Some(document) = self.sources.all.first() else { return };
            let Some(parts) = document.value.pointer(&pointer).and_then(Value::as_object) else { continue };
            if let Some(text) = parts.get("$ref").and_then(Value::as_str)
                && let Fate::To(map) = self.fates.get(&self.sources, 0, Member::Map(kind), &way, text)
            {
                let names = self.sources.get(map).and_then(Value::as_object).into_iter().flat_map(|map| map.keys());
                let target = |name: &str| Target { file: map.file, pointer: push(&map.pointer, name) };
                self.homes.extend(names.map(|name| (kind, name.clone(), target(name))));
            }
            for (name, part) in parts {
                let only = part.as_object().is_some_and(|part| part.len() == 1);
                let Some(text) = reference(part).filter(|_| only) else { continue };
                let fate = self.fates.get(&self.sources, 0, Member::One(kind), &way.name(name), text);
                if let Fate::To(target) = fate
                    && self.parts.contains(&(target.clone(), Member::One(kind)))
                {
                    self.homes.push((kind, name.clone(), target.clone()));
                }
            }
        }
    }
}

/// Whether a reference leads to a component of another kind than belongs there.
fn is_of_another_kind(target: &Target, member: Member) -> bool {
    let component = target.pointer.strip_prefix("/components/").filter(|_| target.file == 0);
    let section = component.and_then(|component| component.split_once('/')).filter(|(_, name)| !name.contains('/'));
    let is = section.map(|(section, _)| walk::member(Kind::Components, section));
    matches!((is, member), (Some(Member::Map(is)), Member::One(kind)) if is != kind)
}

/// Whether a reference is what it should be already.
fn is_settled(member: Member, fate: &Fate, text: &str) -> bool {
    let (Member::One(kind), Fate::To(target)) = (member, fate) else { return false };
    let name = section(kind).and_then(|section| component(&target.pointer, section));
    target.file == 0 && name.is_some_and(is_plain) && text.strip_prefix('#') == Some(&target.pointer)
}

/// Whether a pointer leads to what the specification knows, so that it is in shape with the document.
fn is_of_document(pointer: &str) -> bool {
    let mut member = Member::One(Kind::Document);
    for step in pointer.split('/').skip(1) {
        member = match member {
            Member::One(kind) => walk::member(kind, step),
            Member::Map(kind) | Member::List(kind) => Member::One(kind),
            Member::Names | Member::Plain => return false,
        };
    }
    matches!(member, Member::One(_))
}
