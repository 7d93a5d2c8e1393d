//! Names of types inside of others, from the outside in.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::candidates::{member, parent, word_of};
use super::ident::pascal;
use super::mark::marks;
use super::truth::{Truth, around, is_vague};
use super::types::{Namer, join, part_word};
use super::variants::{distinct, of_value};
use crate::model::{DefId, DefKind, Part, Place};

/// How many members or values a name says to tell a shape from others.
const MOST_TOLD: usize = 3;

/// How many of the types around are tried for a name that is true of all.
const MOST_HOLDERS: usize = 8;

/// A type inside of others.
#[derive(Default)]
struct Nested {
    steps: Vec<Step>,
    /// The entities, operations and components that have it.
    owners: Vec<String>,
    /// Whether an operation sends it as a member.
    sent: bool,
    /// The names that say in which operation it is, for when no other is free.
    last: Vec<usize>,
    /// The names that say in which part of it, too.
    longest: Vec<usize>,
}

/// Texts by number.
#[derive(Default)]
struct Texts {
    all: Vec<String>,
    numbers: HashMap<String, usize>,
}

impl Texts {
    fn number(&mut self, text: String) -> usize {
        if let Some(known) = self.numbers.get(&text) {
            return *known;
        }
        self.all.push(text.clone());
        self.numbers.insert(text, self.all.len() - 1);
        self.all.len() - 1
    }
}

/// One place of a type inside of another.
struct Step {
    around: Around,
    /// The word that the last member gives.
    word: String,
    /// Whether it is inside of the list or map that the member is.
    inside: bool,
}

/// What holds a type.
enum Around {
    /// Another type.
    Type(DefId),
    /// The operation itself, by its name.
    Operation(String),
}

impl Namer<'_> {
    /// Types inside of others, from the outside in.
    pub(super) fn take_nested(&mut self) {
        let (steps, mut texts) = self.steps();
        let truth = Truth::new(self.model);
        loop {
            let mut wishes: Vec<(usize, Vec<usize>)> = Vec::new();
            for (id, nested) in steps.iter().enumerate().filter(|(id, _)| self.names[*id].is_none()) {
                let (names, others) = self.nested_candidates(nested);
                let mut number = |name| texts.number(name);
                let mut candidates: Vec<usize> = Vec::new();
                if names.is_empty() {
                    continue;
                }
                if nested.owners.len() > 1 {
                    candidates.extend(self.true_of_all(id, names, &truth).into_iter().map(number));
                } else {
                    candidates.extend(names.into_iter().map(&mut number));
                    candidates.extend(&nested.last);
                    candidates.extend(others.into_iter().map(number));
                    candidates.extend(&nested.longest);
                }
                wishes.push((id, candidates));
            }
            // What many have comes first, as it hardly ever goes; a first choice comes before every other one's second.
            wishes.sort_by_key(|(id, _)| (Reverse(steps[*id].owners.len()), self.model.defs[*id].places.first()));
            let mut named = false;
            for choice in 0.. {
                wishes.retain(|(id, candidates)| {
                    let name = candidates.get(choice).map(|name| &texts.all[*name]);
                    if let Some(name) = name.filter(|name| self.free(name)) {
                        self.set(*id, name.clone());
                        named = true;
                    }
                    choice < candidates.len() && self.names[*id].is_none()
                });
                if wishes.is_empty() {
                    break;
                }
            }
            if !named {
                return;
            }
        }
    }

    /// The names that say nothing untrue of any place of a type, and then those that its shape gives.
    fn true_of_all(&self, id: usize, names: Vec<String>, truth: &Truth) -> Vec<String> {
        let def = &self.model.defs[id];
        let is_true = truth.of_all(&def.places);
        let word = names.first().cloned().unwrap_or_default();
        let told: Vec<String> = match &def.kind {
            DefKind::Struct(object) => object.fields.iter().map(|field| pascal(&field.json)).collect(),
            DefKind::Enum(values) => values.values.iter().map(|value| of_value(value)).collect(),
            DefKind::Union(union) => union.variants.iter().map(|variant| pascal(&variant.select.step())).collect(),
        };
        let by_shape = (1..=told.len().min(MOST_TOLD)).map(|count| format!("{word}{}", told[..count].concat()));
        let plain = (!is_vague(&word)).then(|| word.clone());
        let qualified = names.iter().skip(1).take(MOST_HOLDERS).filter(|name| is_true(name)).cloned();
        let mark = def.places.first().and_then(|place| marks(&place.to_string()).next());
        let marked = mark.map(|mark| format!("{word}X{mark}"));
        plain.into_iter().chain(qualified).chain(by_shape).chain(marked).collect()
    }

    /// What stands around each place of each type that has no name yet.
    fn steps(&self) -> (Vec<Nested>, Texts) {
        let mut operations: HashMap<&str, String> = HashMap::new();
        let mut members: HashMap<(&str, bool), String> = HashMap::new();
        let mut texts = Texts::default();
        let mut all = Vec::new();
        for (id, def) in self.model.defs.iter().enumerate() {
            let mut nested = Nested::default();
            for place in def.places.iter().filter(|_| self.names[id].is_none()) {
                let operation = operations.entry(&place.operation).or_insert_with(|| pascal(&place.operation)).clone();
                let member = member(place);
                let word = member.map(|(step, inside)| {
                    members.entry((step, inside)).or_insert_with(|| word_of(step, inside)).clone()
                });
                let said = word.as_deref().unwrap_or_default();
                nested.last.push(texts.number(join(&operation, said)));
                nested.longest.push(texts.number(join(&join(&operation, part_word(place.part)), said)));
                let Some(word) = word else { continue };
                let word = self.variant_word(place).unwrap_or(word);
                let within = place.part != Part::Parameter || place.path.len() > 1;
                let inside = member.is_some_and(|(_, inside)| inside);
                let around = match self.holder(place).filter(|_| within) {
                    Some(id) => Around::Type(id),
                    None => Around::Operation(operation),
                };
                let is_variant = member.is_some_and(|(step, _)| step.starts_with('|'));
                nested.sent |= matches!(place.part, Part::Body | Part::Parameter) && !is_variant;
                nested.steps.push(Step { around, word, inside });
            }
            let owners: BTreeSet<String> = match nested.steps.len() {
                0 => BTreeSet::new(),
                1 => def.places.first().map(around).into_iter().collect(),
                _ => def.places.iter().map(around).collect(),
            };
            nested.owners = owners.into_iter().map(|owner| pascal(&owner)).collect();
            all.push(nested);
        }
        (all, texts)
    }

    /// Names for a type inside of others, best first, and those for where its word says nothing more than the types around
    /// it; empty while none of these has a name.
    fn nested_candidates(&self, nested: &Nested) -> (Vec<String>, BTreeSet<String>) {
        let mut holders: BTreeSet<(&str, &str)> = BTreeSet::new();
        let mut words: BTreeMap<&str, usize> = BTreeMap::new();
        let mut open = false;
        let inside = nested.steps.iter().all(|step| step.inside);
        for Step { around: by, word, .. } in &nested.steps {
            *words.entry(word).or_default() += 1;
            match by {
                Around::Operation(operation) => {
                    holders.insert((operation, word));
                }
                Around::Type(id) => match &self.names[id.0] {
                    Some(name) => {
                        holders.insert((stem(name), word));
                    }
                    None => open = true,
                },
            }
        }
        if holders.is_empty() || open && holders.len() < 2 {
            return Default::default();
        }
        let word = words.iter().max_by_key(|(word, count)| (**count, Reverse((word.len(), **word))));
        let word = word.map(|(word, _)| *word).unwrap_or_default();
        let mut qualified: Vec<String> = holders.iter().map(|(around, word)| join(around, word)).collect();
        qualified.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
        let again = holders.iter().filter(|(around, word)| join(around, word) == *around);
        let others = again.map(|(around, _)| format!("{around}{}", if inside { "Item" } else { "Value" })).collect();
        // What is sent is alike in many operations: it is called so from the first on, that the second renames nothing.
        let first = nested.owners.len() > 1 || nested.sent && !is_vague(word);
        let mut candidates: Vec<String> = first.then(|| word.to_owned()).into_iter().collect();
        // Where several members of one owner have it, none of them names it.
        candidates.extend(nested.owners.iter().take(1).filter(|_| holders.len() > 1).map(|owner| join(owner, word)));
        candidates.extend(qualified);
        candidates.extend((!first && !is_vague(word)).then(|| word.to_owned()));
        (candidates, others)
    }

    /// The word of the member that a variant alone has, where several members lead to it.
    fn variant_word(&self, place: &Place) -> Option<String> {
        let step = place.path.last()?.strip_prefix('|').filter(|step| step.contains('+'))?;
        match &self.model.def(self.holder(place)?).kind {
            DefKind::Union(union) => distinct(step, union, self.model).map(pascal).or_else(|| Some("Base".to_owned())),
            _ => None,
        }
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
}

/// A type's name without the word that says that it is a request body or a reply.
fn stem(name: &str) -> &str {
    let stem = name.strip_suffix("Body").or_else(|| name.strip_suffix("Reply"));
    stem.filter(|stem| !stem.is_empty()).unwrap_or(name)
}
