//! What the origins of a type suggest as its name.

use std::collections::{BTreeMap, BTreeSet};

use super::ident::{pascal, singular};
use super::status;
use super::truth::is_puzzle;
use crate::model::{Part, Place};

/// Words that an operation id begins with and that say nothing of what it returns.
const VERBS: &[&str] =
    &["Get", "List", "Create", "Update", "Replace", "Upsert", "Patch", "Put", "Post", "Rotate", "Read", "Fetch"];

/// The name that a place suggests on its own, if what stands there is a whole request, a whole reply, or an item of one.
pub(super) fn of_root(place: &Place) -> Option<String> {
    // A failure, or another success, is called by its status.
    let (path, status) = match place.path.split_first() {
        Some((first, rest)) if place.part == Part::Failure => (rest, status::word(first)),
        Some((first, rest)) => match first.strip_prefix('|').and_then(status::word) {
            Some(status) => (rest, Some(status)),
            None => (place.path.as_slice(), None),
        },
        None => (place.path.as_slice(), None),
    };
    let items = match path {
        [] => false,
        [step] if step == "[]" || step == "{}" => true,
        _ => return None,
    };
    let operation = pascal(&place.operation);
    if let Some(status) = status {
        return Some(format!("{operation}{status}{}", if items { "Item" } else { "" }));
    }
    match place.part {
        Part::Reply => {
            let noun = noun(&operation);
            match noun {
                Some(noun) if items => Some(singular(&noun)),
                Some(noun) => Some(noun),
                None => Some(format!("{operation}{}", if items { "Item" } else { "Reply" })),
            }
        }
        Part::Body => Some(format!("{operation}{}", if items { "Item" } else { "Body" })),
        Part::Component | Part::SentComponent => Some(if items { singular(&operation) } else { operation }),
        Part::Failure => Some(format!("{operation}Failure{}", if items { "Item" } else { "" })),
        Part::Webhook => Some(format!("{operation}Event")),
        Part::Parameter => None,
    }
}

/// The name of the component that a body or a reply is, or of what is inside of the list that it is.
pub(super) fn of_called(place: &Place, called: &BTreeMap<Place, String>) -> Option<String> {
    if let Some(name) = called.get(place) {
        return Some(pascal(name));
    }
    let (last, around) = place.path.split_last()?;
    let around =
        called.get(&Place { path: around.to_vec(), ..place.clone() }).filter(|_| last == "[]" || last == "{}")?;
    let name = pascal(around);
    Some(singular(&name)).filter(|item| *item != name).or(Some(format!("{name}Item")))
}

/// The name of what operations answer when they fail: it is alike in many of them.
pub(super) fn of_failures(places: &BTreeSet<Place>) -> Option<String> {
    let is_whole = |place: &Place| place.part == Part::Failure && place.path.len() == 1;
    let statuses: BTreeSet<&String> = places.iter().filter_map(|place| place.path.first()).collect();
    match (places.iter().all(is_whole), statuses.into_iter().collect::<Vec<_>>().as_slice()) {
        (true, [only]) => Some(format!("{}Failure", status::word(only).unwrap_or_default())),
        (true, _) => Some("Failure".to_owned()),
        (false, _) => None,
    }
}

/// The name that the whole suggests that a place of a reply is in, or the item of it: all successes of an operation are one.
pub(super) fn claim(place: &Place) -> String {
    let status = place.path.first().and_then(|first| match place.part {
        Part::Failure => status::word(first),
        _ => first.strip_prefix('|').and_then(status::word),
    });
    let steps = usize::from(status.is_some());
    match status {
        // What went wrong is alike in many operations.
        Some(status) if place.part == Part::Failure => status,
        _ => {
            let items = place.path.get(steps).filter(|step| *step == "[]" || *step == "{}");
            of_root(&Place { path: items.into_iter().cloned().collect(), ..place.clone() }).unwrap_or_default()
        }
    }
}

/// How much a place's suggestion counts: replies before components before requests, `Get` before others.
pub(super) fn weight(place: &Place) -> usize {
    match place.part {
        Part::Component | Part::SentComponent if place.path.is_empty() => 0,
        Part::Component | Part::SentComponent => 1,
        Part::Reply if reads(&pascal(&place.operation)) => 1,
        Part::Reply => 2,
        Part::Body | Part::Parameter | Part::Failure | Part::Webhook => 3,
    }
}

/// Whether an operation returns what there is.
fn reads(operation: &str) -> bool {
    ["Get", "List"].iter().any(|verb| after(verb, operation).is_some())
}

/// What an operation id names, without its verb.
fn noun(operation: &str) -> Option<String> {
    VERBS.iter().find_map(|verb| after(verb, operation)).filter(|noun| !is_puzzle(noun)).map(str::to_owned)
}

/// The words of a name after a first word.
fn after<'a>(word: &str, name: &'a str) -> Option<&'a str> {
    name.strip_prefix(word).filter(|rest| rest.starts_with(char::is_uppercase))
}

/// The last member of a place, and whether the place is inside of the list or map that it is.
pub(super) fn member(place: &Place) -> Option<(&str, bool)> {
    let step = place.path.iter().rev().find(|step| *step != "[]" && *step != "{}")?;
    Some((step, place.path.last().is_some_and(|step| step == "[]" || step == "{}")))
}

/// The word that a member gives to what it holds.
pub(super) fn word_of(step: &str, inside: bool) -> String {
    // An item of a tuple is called by its number, a variant of several values by the first.
    let item = step.strip_prefix('[').and_then(|step| step.strip_suffix(']')?.parse::<usize>().ok());
    let word = match item {
        Some(index) => format!("Item{}", index + 1),
        None => pascal(step.strip_prefix('|').map_or(step, |step| step.split('+').next().unwrap_or(step))),
    };
    if inside { singular(&word) } else { word }
}

/// The place of the type that holds this one.
pub(super) fn parent(place: Place) -> Option<Place> {
    let mut parent = place;
    loop {
        let step = parent.path.pop()?;
        if step != "[]" && step != "{}" {
            return Some(parent);
        }
    }
}
