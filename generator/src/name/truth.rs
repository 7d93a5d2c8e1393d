//! Whose a type is, and whether a name says something untrue of where it is used.

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
    operations: HashMap<String, HashSet<String>>,
}

impl Truth {
    pub(crate) fn new(model: &Model) -> Self {
        let words = |operation: &Operation| {
            let of = [&operation.id, &operation.path];
            (operation.id.clone(), of.into_iter().flat_map(|text| words(text)).collect())
        };
        Self { operations: model.operations.iter().map(words).collect() }
    }

    /// Whether each word of a name is one of the operation or the component where a place is, of a member that leads there,
    /// or one that is true of everything.
    pub(crate) fn of(&self, name: &str, place: &Place) -> bool {
        let near: HashSet<String> =
            std::iter::once(&place.operation).chain(&place.path).flat_map(|text| words(text)).collect();
        self.all_true(name, &place.operation, &near)
    }

    /// Whether each word of a name is one of an operation, or one that is true of everything.
    pub(crate) fn of_operation(&self, name: &str, operation: &str) -> bool {
        self.all_true(name, operation, &HashSet::new())
    }

    fn all_true(&self, name: &str, operation: &str, near: &HashSet<String>) -> bool {
        let known = self.operations.get(operation);
        words(name).all(|word| {
            NEUTRAL.contains(&word.as_str())
                || status::is_phrase(&word)
                || near.contains(&word)
                || known.is_some_and(|known| known.contains(&word))
        })
    }
}

/// The words of a text, each in the singular.
fn words(text: &str) -> impl Iterator<Item = String> {
    split(&pascal(text)).into_iter().map(singular).collect::<Vec<_>>().into_iter()
}
