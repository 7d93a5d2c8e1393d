//! What the origins of a type suggest as its name.

use super::ident::{pascal, singular};
use crate::model::{Part, Place};

/// Words that an operation id begins with and that say nothing of what it returns.
const VERBS: &[&str] = &[
    "Get", "List", "Create", "Update", "Replace", "Upsert", "Delete", "Add", "Set", "Patch", "Put", "Post", "Rotate",
    "Read", "Fetch",
];

/// The name that a place suggests on its own, if what stands there is a whole request, a whole reply, or an item of one.
pub(super) fn of_root(place: &Place) -> Option<String> {
    let items = match place.path.as_slice() {
        [] => false,
        [step] if step == "[]" || step == "{}" => true,
        _ => return None,
    };
    let operation = pascal(&place.operation);
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
        Part::Failure => Some(format!("{operation}Failure")),
        Part::Webhook => Some(format!("{operation}Event")),
        Part::Parameter => None,
    }
}

/// How much a place's suggestion counts: replies before components before requests, `Get` before others.
pub(super) fn weight(place: &Place) -> usize {
    match place.part {
        Part::Component | Part::SentComponent => 0,
        Part::Reply if place.operation.starts_with("Get") || place.operation.starts_with("List") => 1,
        Part::Reply => 2,
        Part::Body | Part::Parameter | Part::Failure | Part::Webhook => 3,
    }
}

/// What an operation id names, without its verb.
fn noun(operation: &str) -> Option<String> {
    let verb = VERBS.iter().find(|verb| {
        operation.strip_prefix(**verb).is_some_and(|rest| rest.starts_with(|sign: char| sign.is_uppercase()))
    })?;
    operation.strip_prefix(verb).map(str::to_owned)
}

/// The word that a place's last member gives.
pub(super) fn of_member(place: &Place) -> Option<String> {
    let step = place.path.iter().rev().find(|step| *step != "[]" && *step != "{}")?;
    let inside = place.path.last().is_some_and(|step| step == "[]" || step == "{}");
    // A variant of several values is named by the first.
    let word = pascal(step.strip_prefix('|').map_or(step.as_str(), |step| step.split('+').next().unwrap_or(step)));
    Some(if inside { singular(&word) } else { word })
}

/// The place of the type that holds this one.
pub(super) fn parent(place: &Place) -> Option<Place> {
    let mut parent = place.clone();
    loop {
        let step = parent.path.pop()?;
        if step != "[]" && step != "{}" {
            return Some(parent);
        }
    }
}
