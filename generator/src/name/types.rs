//! Names of types, from all origins of a shape.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::candidates::{of_failures, of_member, of_root, parent, weight};
use super::ident::{is_taken, pascal, spelled_signs};
use super::mark::marks;
use crate::error::{Error, Problem};
use crate::lock::Lock;
use crate::model::{DefId, Model, Part, Place};
use crate::names::TypeNames;
use crate::rules::Rules;

/// The most characters that a name of a type has.
pub(crate) const LONGEST: usize = 48;

/// The most characters that the name of a component keeps.
const LONGEST_COMPONENT: usize = 120;

/// Members whose word says nothing without the type around it.
const VAGUE: &[&str] = &[
    "Type",
    "Value",
    "Config",
    "Data",
    "Item",
    "Status",
    "Detail",
    "Details",
    "Payload",
    "Metadata",
    "Context",
    "Key",
    "Name",
    "Kind",
    "Mode",
    "Event",
    "Option",
    "Options",
    "Result",
    "Field",
    "Fields",
    "Code",
    "Info",
    "Id",
    "State",
    "Action",
    "Method",
    "Source",
    "Algorithm",
    "Format",
    "Password",
    "Custom",
    "Policy",
    "Identifier",
    "Target",
    "Content",
    "Error",
    "Text",
    "Label",
];

pub(super) fn name(model: &Model, rules: &Rules, lock: &Lock) -> Result<Vec<TypeNames>, Error> {
    let mut namer = Namer::new(model, lock);
    namer.take_ruled(rules);
    namer.take_released();
    namer.take_roots();
    namer.take_nested();
    namer.take_shortened();
    namer.finish()
}

/// One place of a type inside of another.
struct Step {
    around: Around,
    /// The word that the last member gives.
    word: String,
}

/// What holds a type.
enum Around {
    /// Another type.
    Type(DefId),
    /// The operation itself, by its name.
    Operation(String),
}

struct Namer<'a> {
    model: &'a Model,
    lock: &'a Lock,
    names: Vec<Option<String>>,
    used: BTreeSet<String>,
    by_place: HashMap<&'a Place, DefId>,
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

    fn set(&mut self, id: usize, name: String) {
        self.used.insert(name.clone());
        self.names[id] = Some(name);
    }

    fn free(&self, name: &str) -> bool {
        self.is_untaken(name) && name.chars().count() <= LONGEST
    }

    fn is_untaken(&self, name: &str) -> bool {
        !self.used.contains(name) && !is_taken(name)
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
        }
        wishes.sort_by(|a, b| {
            (a.2, &a.1, self.model.defs[a.0].places.first()).cmp(&(b.2, &b.1, self.model.defs[b.0].places.first()))
        });
        for (id, wish, _) in wishes {
            let places = &self.model.defs[id].places;
            let name = match places.iter().find(|place| place.is_component()) {
                Some(place) => of_component(place).find(|name| self.is_untaken(name)),
                None => {
                    let place = places.iter().find(|place| of_root(place).is_some());
                    let full = place.map(|place| format!("{}{}", pascal(&place.operation), part_word(place.part)));
                    [of_failures(places), Some(wish), full].into_iter().flatten().find(|name| self.free(name))
                }
            };
            if let Some(name) = name {
                self.set(id, name);
            }
        }
    }

    /// Types inside of others, from the outside in.
    fn take_nested(&mut self) {
        let steps = self.steps();
        loop {
            let mut wishes: Vec<(usize, Vec<String>)> = Vec::new();
            for (id, steps) in steps.iter().enumerate().filter(|(id, _)| self.names[*id].is_none()) {
                let mut candidates = self.nested_candidates(steps);
                if !candidates.is_empty() {
                    candidates.extend(self.long_candidates(id));
                    wishes.push((id, candidates));
                }
            }
            if wishes.is_empty() {
                return;
            }
            let mut wanted: HashMap<&str, usize> = HashMap::new();
            for (_, candidates) in &wishes {
                for candidate in candidates.iter().map(String::as_str).collect::<BTreeSet<_>>() {
                    *wanted.entry(candidate).or_default() += 1;
                }
            }
            let mut order: Vec<usize> = (0..wishes.len()).collect();
            order.sort_by_key(|index| {
                let (id, candidates) = &wishes[*index];
                (candidates.first(), self.model.defs[*id].places.first())
            });
            let mut named = false;
            for index in order {
                let (id, candidates) = &wishes[index];
                let alone = candidates.iter().find(|name| wanted.get(name.as_str()) == Some(&1) && self.free(name));
                let name = alone.or_else(|| candidates.iter().find(|name| self.free(name))).cloned();
                if let Some(name) = name {
                    self.set(*id, name);
                    named = true;
                }
            }
            if !named {
                return;
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

    /// What stands around each place of each type that has no name yet.
    fn steps(&self) -> Vec<Vec<Step>> {
        let mut operations: HashMap<&str, String> = HashMap::new();
        let mut all = Vec::new();
        for (id, def) in self.model.defs.iter().enumerate() {
            let mut steps = Vec::new();
            for place in def.places.iter().filter(|_| self.names[id].is_none()) {
                let Some(word) = of_member(place) else { continue };
                let around = match self.holder(place).filter(|_| place.part != Part::Parameter) {
                    Some(id) => Around::Type(id),
                    None => {
                        let operation = operations.entry(&place.operation);
                        Around::Operation(operation.or_insert_with(|| pascal(&place.operation)).clone())
                    }
                };
                steps.push(Step { around, word });
            }
            all.push(steps);
        }
        all
    }

    /// Names for a type inside of others, best first; empty while none of the types around it has a name.
    fn nested_candidates(&self, steps: &[Step]) -> Vec<String> {
        let mut around: BTreeSet<(&str, &str)> = BTreeSet::new();
        let mut words: BTreeMap<&str, usize> = BTreeMap::new();
        let mut open = false;
        for Step { around: by, word } in steps {
            *words.entry(word).or_default() += 1;
            match by {
                Around::Operation(operation) => {
                    around.insert((operation, word));
                }
                Around::Type(id) => match &self.names[id.0] {
                    Some(name) => {
                        around.insert((stem(name), word));
                    }
                    None => open = true,
                },
            }
        }
        if around.is_empty() || open && around.len() < 2 {
            return Vec::new();
        }
        let word = words.iter().max_by_key(|(word, count)| (**count, usize::MAX - word.len()));
        let word = word.map(|(word, _)| *word).unwrap_or_default();
        let mut qualified: Vec<String> = around.iter().map(|(around, word)| join(around, word)).collect();
        qualified.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
        let holders: BTreeSet<&str> = around.iter().map(|(around, _)| *around).collect();
        let shared = holders.len() > 1 && !VAGUE.contains(&word);
        let mut candidates: Vec<String> = shared.then(|| word.to_owned()).into_iter().collect();
        candidates.extend(qualified);
        candidates.extend((!shared && !VAGUE.contains(&word)).then(|| word.to_owned()));
        candidates
    }

    /// Names for a type inside of others that say in which operation it is.
    fn long_candidates(&self, id: usize) -> impl Iterator<Item = String> {
        self.model.defs[id].places.iter().flat_map(|place| {
            let (operation, word) = (pascal(&place.operation), of_member(place).unwrap_or_default());
            let part = part_word(place.part);
            [format!("{operation}{word}"), format!("{operation}{part}{word}")]
        })
    }

    /// The type that holds a place.
    fn holder(&self, place: &Place) -> Option<DefId> {
        let mut at = place.clone();
        while let Some(around) = parent(at) {
            if let Some(id) = self.by_place.get(&around) {
                return Some(*id);
            }
            at = around;
        }
        None
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
    let spelled = pascal(&spelled_signs(&place.operation));
    let sent = (place.part == Part::SentComponent).then_some("Body");
    let long = name.chars().count() > LONGEST_COMPONENT;
    let plain = [name.clone()].into_iter().chain(sent.map(|word| format!("{name}{word}")));
    let told = [spelled.clone(), format!("{name}Schema"), format!("{spelled}Schema")];
    let told = told.into_iter().map(move |name| format!("{name}{}", sent.unwrap_or_default()));
    plain.chain(told).filter(move |_| !long).chain(marked(place))
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
        names.push(whole[..front].iter().chain(&whole[back..]).map(String::as_str).collect());
    }
    names
}

/// The capitalised words of a text.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for sign in pascal(text).chars() {
        match words.last_mut() {
            Some(word) if !sign.is_uppercase() => word.push(sign),
            _ => words.push(sign.to_string()),
        }
    }
    words
}

/// A type's name without the word that says that it is a request body.
fn stem(name: &str) -> &str {
    name.strip_suffix("Body").filter(|stem| !stem.is_empty()).unwrap_or(name)
}

/// Two words as one name, without saying the end of the first twice.
fn join(around: &str, word: &str) -> String {
    match around.strip_suffix(word) {
        Some(stem) if !stem.is_empty() => around.to_owned() + word,
        _ if word.starts_with(around) => word.to_owned(),
        _ => format!("{around}{word}"),
    }
}

fn part_word(part: Part) -> &'static str {
    match part {
        Part::Reply | Part::Component => "Reply",
        Part::Body | Part::SentComponent => "Body",
        Part::Parameter => "Parameter",
        Part::Failure => "Failure",
        Part::Webhook => "Event",
    }
}
