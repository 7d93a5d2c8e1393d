//! Names of types inside of others, from the outside in.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::candidates::{member, parent, word_of};
use super::ident::pascal;
use super::types::{Namer, join, part_word};
use crate::model::{DefId, Part, Place};

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

/// A type inside of others.
#[derive(Default)]
struct Nested {
    steps: Vec<Step>,
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
        loop {
            let mut wishes: Vec<(usize, Vec<usize>)> = Vec::new();
            for (id, nested) in steps.iter().enumerate().filter(|(id, _)| self.names[*id].is_none()) {
                let (candidates, others) = self.nested_candidates(&nested.steps);
                let mut candidates: Vec<usize> = candidates.into_iter().map(|name| texts.number(name)).collect();
                if !candidates.is_empty() {
                    candidates.extend(&nested.last);
                    candidates.extend(others.into_iter().map(|name| texts.number(name)));
                    candidates.extend(&nested.longest);
                    wishes.push((id, candidates));
                }
            }
            if wishes.is_empty() {
                return;
            }
            // How many types each name is a candidate for, and the last of them.
            let mut wanted: Vec<(usize, usize)> = vec![(0, usize::MAX); texts.all.len()];
            for (id, candidates) in &wishes {
                for candidate in candidates {
                    let (count, last) = &mut wanted[*candidate];
                    *count += usize::from(*last != *id);
                    *last = *id;
                }
            }
            wishes.sort_by_key(|(id, candidates)| {
                let first = candidates.first().map(|first| texts.all[*first].as_str());
                (first, self.model.defs[*id].places.first())
            });
            let mut named = false;
            for (id, candidates) in wishes {
                let free = |candidate: &&usize| self.free(&texts.all[**candidate]);
                let alone = candidates.iter().filter(|candidate| wanted[**candidate].0 == 1).find(free);
                if let Some(name) = alone.or_else(|| candidates.iter().find(free)) {
                    self.set(id, texts.all[*name].clone());
                    named = true;
                }
            }
            if !named {
                return;
            }
        }
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
                let within = place.part != Part::Parameter || place.path.len() > 1;
                let inside = member.is_some_and(|(_, inside)| inside);
                let around = match self.holder(place).filter(|_| within) {
                    Some(id) => Around::Type(id),
                    None => Around::Operation(operation),
                };
                nested.steps.push(Step { around, word, inside });
            }
            all.push(nested);
        }
        (all, texts)
    }

    /// Names for a type inside of others, best first, and those for where its word says nothing more than the types around
    /// it; empty while none of these has a name.
    fn nested_candidates(&self, steps: &[Step]) -> (Vec<String>, BTreeSet<String>) {
        let mut around: BTreeSet<(&str, &str)> = BTreeSet::new();
        let mut words: BTreeMap<&str, usize> = BTreeMap::new();
        let mut open = false;
        let inside = steps.iter().all(|step| step.inside);
        for Step { around: by, word, .. } in steps {
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
            return Default::default();
        }
        let word = words.iter().max_by_key(|(word, count)| (**count, usize::MAX - word.len()));
        let word = word.map(|(word, _)| *word).unwrap_or_default();
        let mut qualified: Vec<String> = around.iter().map(|(around, word)| join(around, word)).collect();
        qualified.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
        let again = around.iter().filter(|(around, word)| join(around, word) == *around);
        let others = again.map(|(around, _)| format!("{around}{}", if inside { "Item" } else { "Value" })).collect();
        let holders: BTreeSet<&str> = around.iter().map(|(around, _)| *around).collect();
        let shared = holders.len() > 1 && !VAGUE.contains(&word);
        let mut candidates: Vec<String> = shared.then(|| word.to_owned()).into_iter().collect();
        candidates.extend(qualified);
        candidates.extend((!shared && !VAGUE.contains(&word)).then(|| word.to_owned()));
        (candidates, others)
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

/// A type's name without the word that says that it is a request body.
fn stem(name: &str) -> &str {
    name.strip_suffix("Body").filter(|stem| !stem.is_empty()).unwrap_or(name)
}
