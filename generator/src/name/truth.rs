//! Whose a type is, and whether a name says something untrue of where it is used.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use super::candidates::{claim, member};
use super::ident::{pascal, singular};
use super::status;
use super::types::split;
use crate::model::{Model, Operation, Part, Place};

/// Words that say how a type is used, and nothing of what it is about.
const NEUTRAL: &[&str] = &[
    "Body",
    "Call",
    "Event",
    "Failure",
    "Input",
    "Item",
    "List",
    "Parameter",
    "Reply",
    "Request",
    "Response",
    "Schema",
    "Value",
];

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

/// Words that are no name of anything, not even where an operation is named by them.
const PUZZLES: &[&str] = &[
    "All", "Any", "Current", "End", "False", "First", "From", "Last", "Left", "Max", "Min", "New", "Next", "No",
    "None", "Null", "Off", "Old", "On", "Other", "Prev", "Previous", "Right", "Start", "True", "Up", "Yes",
];

/// Whether a word says nothing without the type around it.
pub(super) fn is_vague(word: &str) -> bool {
    VAGUE.contains(&word) || is_puzzle(word)
}

/// Whether a word alone is a puzzle: a letter, or one that says which of several.
pub(super) fn is_puzzle(word: &str) -> bool {
    word.len() < 2 || PUZZLES.contains(&word)
}

/// Whose a type is: equal shapes of different owners are different types, so that what one operation returns is never called
/// after another, and keeps its name when another comes. It depends on the place alone.
pub(crate) fn owner(place: &Place) -> String {
    // Below the top of what is sent or has a name, shapes belong to nobody: their members name them.
    let free = !matches!(place.part, Part::Reply | Part::Failure | Part::Webhook) && member(place).is_some();
    if free { String::new() } else { format!("{} {}", place.part.as_str(), around(place)) }
}

/// What a place is in: the entity that a reply is, or the operation or the component.
pub(super) fn around(place: &Place) -> String {
    match place.part {
        Part::Reply | Part::Failure => claim(place),
        _ => place.operation.clone(),
    }
}

/// The words of operations, for names that are to say nothing untrue of them.
pub(crate) struct Truth {
    operations: HashMap<String, Known>,
}

/// The words of an operation, which are looked for when they are asked for.
struct Known {
    path: String,
    words: OnceCell<HashSet<String>>,
}

impl Truth {
    pub(crate) fn new(model: &Model) -> Self {
        let known = |operation: &Operation| Known { path: operation.path.clone(), words: OnceCell::new() };
        Self { operations: model.operations.iter().map(|operation| (operation.id.clone(), known(operation))).collect() }
    }

    /// Says of a name whether each of its words is true of all these places: one of the operation or the component where a
    /// place is, of a member that leads there, or one that is true of everything.
    pub(crate) fn of_all<'a>(&'a self, places: impl IntoIterator<Item = &'a Place>) -> impl Fn(&str) -> bool + 'a {
        // Most words are those of the operation: the others near a place are looked up where one is not.
        let places: Vec<(&Place, OnceCell<HashSet<String>>)> =
            places.into_iter().map(|place| (place, OnceCell::new())).collect();
        move |name| {
            let told: Vec<String> = told(name).collect();
            places.iter().all(|(place, near)| {
                let mut others = told.iter().filter(|word| !self.is_of_operation(word, &place.operation));
                others.all(|word| near.get_or_init(|| near_words(place)).contains(word))
            })
        }
    }

    /// Whether each word of a name is one of an operation, or one that is true of everything.
    pub(crate) fn of_operation(&self, name: &str, operation: &str) -> bool {
        told(name).all(|word| self.is_of_operation(&word, operation))
    }

    fn is_of_operation(&self, word: &str, operation: &str) -> bool {
        self.operations.get(operation).is_some_and(|known| {
            let all = || [operation, &known.path].into_iter().flat_map(words).collect();
            known.words.get_or_init(all).contains(word)
        })
    }
}

/// The words of the operation or the component where a place is, and of the members that lead there.
fn near_words(place: &Place) -> HashSet<String> {
    std::iter::once(&place.operation).chain(&place.path).flat_map(|text| words(text)).collect()
}

/// The words of a name that are not true of everything.
fn told(name: &str) -> impl Iterator<Item = String> {
    words(name).filter(|word| !NEUTRAL.contains(&word.as_str()) && !status::is_of_phrase(word))
}

/// The words of a text, each in the singular.
fn words(text: &str) -> impl Iterator<Item = String> {
    split(&pascal(text)).into_iter().map(singular).collect::<Vec<_>>().into_iter()
}
