//! Names of types, from all origins of a shape.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::candidates::{of_called, of_failures, of_root, weight};
use super::ident::{is_taken_type, pascal};
use super::mark::marks;
use super::spell::spelled_signs;
use crate::error::{Error, Problem};
use crate::lock::Lock;
use crate::model::{DefId, Model, Part, Place};
use crate::names::TypeNames;
use crate::rules::Rules;

/// The most characters that a name of a type has.
pub(crate) const LONGEST: usize = 48;

/// The most characters that the name of a component keeps.
const LONGEST_COMPONENT: usize = 120;

pub(super) fn name(model: &Model, rules: &Rules, lock: &Lock) -> Result<Vec<TypeNames>, Error> {
    let mut namer = Namer::new(model, lock);
    namer.take_ruled(rules);
    namer.take_released();
    namer.take_roots();
    namer.take_nested();
    namer.take_shortened();
    namer.finish()
}

pub(super) struct Namer<'a> {
    pub(super) model: &'a Model,
    lock: &'a Lock,
    pub(super) names: Vec<Option<String>>,
    used: BTreeSet<String>,
    pub(super) by_place: HashMap<&'a Place, DefId>,
    problems: Vec<Problem>,
}

impl<'a> Namer<'a> {
    fn new(model: &'a Model, lock: &'a Lock) -> Self {
        let places = model.defs.iter().enumerate();
        let by_place = places.flat_map(|(id, def)| def.places.iter().map(move |place| (place, DefId(id)))).collect();
        // A released name stays with what it was released for, present or not, be it a type of the document or one beside
        // an operation.
        let beside = lock.operations().filter_map(|key| lock.operation(key).map(|(_, request)| request));
        let replies = lock.operations().filter_map(|key| lock.answers(key));
        let used = lock.homes().map(|(name, _)| name).chain(beside).chain(replies).map(str::to_owned).collect();
        Self { model, lock, names: vec![None; model.defs.len()], used, by_place, problems: Vec::new() }
    }

    pub(super) fn set(&mut self, id: usize, name: String) {
        self.used.insert(name.clone());
        self.names[id] = Some(name);
    }

    pub(super) fn free(&self, name: &str) -> bool {
        self.is_untaken(name) && name.chars().count() <= LONGEST
    }

    fn is_untaken(&self, name: &str) -> bool {
        !self.used.contains(name) && !is_taken_type(name)
    }

    fn take_ruled(&mut self, rules: &Rules) {
        let mut given: BTreeMap<&str, DefId> = BTreeMap::new();
        for rule in rules.types.iter().filter(|rule| rule.releases.contains(&self.model.release)) {
            for place in rule.places.iter().filter_map(|place| place.parse::<Place>().ok()) {
                let Some(id) = self.by_place.get(&place).copied() else { continue };
                if given.insert(&rule.name, id).is_some_and(|other| other != id) {
                    let message = format!("`{}` is given to two types: {place} is another one", rule.name);
                    self.problems.push(Problem::at("specs/rules.yaml", message));
                }
                self.set(id.0, rule.name.clone());
            }
        }
    }

    /// The released name of each type; where the places of one name no longer fit in one type, the home keeps it.
    fn take_released(&mut self) {
        let homes: BTreeMap<&str, &Place> = self.lock.homes().collect();
        let mut holders: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (id, def) in self.model.defs.iter().enumerate().filter(|(id, _)| self.names[*id].is_none()) {
            let locked: BTreeSet<&str> = def.places.iter().filter_map(|place| self.lock.type_at(place)).collect();
            for name in locked {
                holders.entry(name).or_default().push(id);
            }
        }
        for (name, ids) in holders {
            let home = homes.get(name);
            let at_home = ids.iter().find(|id| home.is_some_and(|home| self.model.defs[**id].places.contains(home)));
            let id = at_home.or(ids.first()).copied();
            if let Some(id) = id.filter(|id| self.names[*id].is_none()) {
                self.set(id, name.to_owned());
            }
        }
    }

    fn take_roots(&mut self) {
        let mut wishes: Vec<(usize, String, usize)> = Vec::new();
        let mut called: HashMap<usize, String> = HashMap::new();
        for (id, def) in self.model.defs.iter().enumerate().filter(|(id, _)| self.names[*id].is_none()) {
            let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
            for place in &def.places {
                if let Some(name) = of_root(place) {
                    let entry = counts.entry(name).or_insert((usize::MAX, 0));
                    entry.0 = entry.0.min(weight(place));
                    entry.1 += 1;
                }
            }
            let best = counts
                .iter()
                .min_by_key(|(name, (weight, count))| (*weight, usize::MAX - count, name.len(), (*name).clone()));
            if let Some((name, (weight, _))) = best {
                wishes.push((id, name.clone(), *weight));
            }
            let name = def.places.iter().find_map(|place| of_called(place, &self.model.called));
            called.extend(name.map(|name| (id, name)));
        }
        wishes.sort_by_key(|(id, wish, weight)| {
            let place = self.model.defs[*id].places.first();
            // What the document has a name for comes before what it has none for; what is spelled as its name is comes first.
            let weight = if called.contains_key(id) { 1.min(*weight) } else { *weight };
            (weight, !called.contains_key(id), wish.clone(), place.is_none_or(|place| place.operation != *wish), place)
        });
        for (id, wish, _) in wishes {
            let places = &self.model.defs[id].places;
            let name = match places.iter().find(|place| place.is_component()) {
                Some(place) => of_component(place).find(|name| self.is_untaken(name)),
                None => {
                    let place = places.iter().find(|place| of_root(place).is_some());
                    let full = place.map(|place| format!("{}{}", pascal(&place.operation), root_word(place)));
                    let called = called.get(&id);
                    let longer = called.zip(place).map(|(name, place)| join(name, part_word(place.part)));
                    // An entity that is a component, or of another shape in another operation.
                    let entity =
                        place.filter(|place| place.part == Part::Reply).map(|place| join(&wish, root_word(place)));
                    let names = [called.cloned(), longer, of_failures(places), Some(wish), entity, full];
                    names.into_iter().flatten().find(|name| self.free(name))
                }
            };
            if let Some(name) = name {
                self.set(id, name);
            }
        }
    }

    /// Where every other name is taken or too long: the words of the whole place, without so many of the middle.
    fn take_shortened(&mut self) {
        for id in 0..self.names.len() {
            if self.names[id].is_some() {
                continue;
            }
            let places = &self.model.defs[id].places;
            let marked = places.iter().next().into_iter().flat_map(marked);
            let name = places.iter().flat_map(shortened).find(|name| self.free(name));
            if let Some(name) = name.or_else(|| marked.into_iter().find(|name| self.is_untaken(name))) {
                self.set(id, name);
            }
        }
    }

    fn finish(self) -> Result<Vec<TypeNames>, Error> {
        let all: BTreeSet<&String> = self.names.iter().flatten().collect();
        let mut types = Vec::new();
        for (id, def) in self.model.defs.iter().enumerate() {
            let name = self.names[id].clone().unwrap_or_default();
            let released = def.places.iter().filter_map(|place| self.lock.type_at(place));
            let mut aliases: BTreeSet<String> =
                released.filter(|old| *old != name && !all.contains(&(*old).to_owned())).map(str::to_owned).collect();
            aliases.extend(self.lock.aliases().filter(|(_, new)| *new == name).map(|(old, _)| old.to_owned()));
            types.push(TypeNames { name, members: Vec::new(), aliases: aliases.into_iter().collect() });
        }
        Error::check(types, self.problems)
    }
}

/// Names for a component: its own, however long, and what tells it from another that has it.
fn of_component(place: &Place) -> impl Iterator<Item = String> {
    let name = pascal(&place.operation);
    let sent = if place.part == Part::SentComponent { "Input" } else { "" };
    let long = name.chars().count() > LONGEST_COMPONENT;
    let plain = [name.clone(), format!("{name}{sent}")];
    let told = std::iter::once_with(move || {
        let spelled = pascal(&spelled_signs(&place.operation));
        [format!("{spelled}{sent}"), format!("{name}Schema{sent}"), format!("{spelled}Schema{sent}")]
    });
    let marked = std::iter::once_with(|| marked(place)).flatten();
    plain.into_iter().chain(told.flatten()).filter(move |_| !long).chain(marked)
}

/// The first words of a place and a mark made of all of it.
fn marked(place: &Place) -> impl Iterator<Item = String> {
    let words: Vec<String> = words(&place.operation);
    let mut front = String::new();
    for word in words {
        if front.chars().count() + word.chars().count() > LONGEST - 8 {
            break;
        }
        front.push_str(&word);
    }
    if front.is_empty() {
        front.push_str("Long");
    }
    marks(&place.to_string()).map(move |mark| format!("{front}X{mark}"))
}

/// The words of a place with ever more of the middle left out, as long as the first and the last stay.
fn shortened(place: &Place) -> Vec<String> {
    let steps = place.path.iter().map(|step| step.strip_prefix('|').unwrap_or(step));
    let whole: Vec<String> =
        std::iter::once(place.operation.as_str()).chain(steps).chain([part_word(place.part)]).flat_map(words).collect();
    let mut names = Vec::new();
    for kept in (2..=whole.len()).rev() {
        let front = kept.div_ceil(2);
        let back = whole.len() - (kept - front);
        let mut kept: Vec<&str> = whole[..front].iter().chain(&whole[back..]).map(String::as_str).collect();
        kept.dedup();
        names.push(kept.concat());
    }
    names
}

/// Two texts as one name, without saying twice the words that end the first and begin the second.
pub(super) fn join(first: &str, second: &str) -> String {
    let (before, after) = (split(first), split(second));
    let most = before.len().min(after.len());
    let overlap = (1..=most).rev().find(|count| before.ends_with(&after[..*count])).unwrap_or(0);
    format!("{first}{}", after[overlap..].concat())
}

/// The capitalised words of a text.
fn words(text: &str) -> Vec<String> {
    split(&pascal(text)).into_iter().map(str::to_owned).collect()
}

/// The words of a name.
pub(super) fn split(name: &str) -> Vec<&str> {
    let starts = name.char_indices().filter(|(index, sign)| *index == 0 || sign.is_uppercase()).map(|(index, _)| index);
    let starts: Vec<usize> = starts.collect();
    let ends = starts.iter().skip(1).copied().chain([name.len()]);
    starts.iter().zip(ends).map(|(start, end)| &name[*start..end]).collect()
}

/// What stands at the top of a part, or inside of the list or map that does.
fn root_word(place: &Place) -> &'static str {
    match (place.part, place.path.last().map(String::as_str)) {
        (Part::Component | Part::SentComponent, Some("[]")) => "Item",
        (Part::Component | Part::SentComponent, Some("{}")) => "Value",
        (part, _) => part_word(part),
    }
}

pub(super) fn part_word(part: Part) -> &'static str {
    match part {
        Part::Reply | Part::Component => "Reply",
        Part::Body => "Body",
        Part::SentComponent => "Input",
        Part::Parameter => "Parameter",
        Part::Failure => "Failure",
        Part::Webhook => "Event",
    }
}
