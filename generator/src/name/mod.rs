//! Name: every identifier, module and file, in one place.
//!
//! A name is what people chose in the rules, else what was released (the lock), else what the origins say. No name
//! depends on the order in which things are found, and none is made different by a number.

mod candidates;
mod ident;
mod mark;
mod members;
mod nested;
mod operations;
mod spell;
mod status;
mod truth;
mod types;
mod variants;

use std::collections::BTreeMap;

use crate::error::{Error, Problem};
use crate::lock::Lock;
use crate::model::{DefId, Model};
use crate::names::{Names, TagNames};
use crate::rules::Rules;

pub(crate) use ident::{is_identifier, is_taken_type};
pub use ident::{pascal, snake};
pub(crate) use mark::marks;
pub use operations::{ARGUMENTS, METHODS, PAGED_METHODS};
pub(crate) use spell::{spelled_cases, spelled_signs};
pub(crate) use truth::{Truth, owner};
pub(crate) use variants::step;

/// About how many characters the name of a module has at most.
const LONGEST_MODULE: usize = 60;

/// Names of types; they come before those of members, because the lock knows members by their type's name.
///
/// # Errors
///
/// A name that the rules give to two types.
pub fn name_types(model: &Model, rules: &Rules, lock: &Lock) -> Result<Names, Error> {
    let types = types::name(model, rules, lock)?;
    Ok(Names { types, ..Names::default() })
}

/// Names of everything else, and what a person should know of them.
///
/// # Errors
///
/// Names that collide: the rules must settle them.
pub fn name_members(model: &Model, names: &mut Names, rules: &Rules, lock: &Lock) -> Result<Vec<Problem>, Error> {
    let mut problems = Vec::new();
    for id in 0..model.defs.len() {
        names.types[id].members = members::of_type(DefId(id), model, &names.types, rules, lock);
    }
    let (operations, notes) = operations::of_operations(model, &names.types, rules, lock, &mut problems);
    names.operations = operations;
    names.tags = tags(model, lock);
    Error::check(notes, problems)
}

fn tags(model: &Model, lock: &Lock) -> BTreeMap<String, TagNames> {
    let mut tags = BTreeMap::new();
    for operation in &model.operations {
        let tag = &operation.tag;
        tags.entry(tag.clone()).or_insert_with(|| match lock.tag(tag) {
            Some((module, feature)) => TagNames { module: module.to_owned(), feature: feature.to_owned() },
            None => {
                let module = module(tag);
                let feature = module.replace('_', "-");
                TagNames { module, feature }
            }
        });
    }
    tags
}

/// The module of a tag: its words as far as they fit in the name of a file, and never one that Rust or the crate needs.
fn module(tag: &str) -> String {
    let name = snake(tag);
    let mut module = String::new();
    for word in name.trim_start_matches("r#").split('_').filter(|word| !word.is_empty()) {
        if !module.is_empty() && module.len() + word.len() >= LONGEST_MODULE {
            break;
        }
        if !module.is_empty() {
            module.push('_');
        }
        module.extend(word.chars().take(LONGEST_MODULE).map(ascii));
    }
    if TAKEN_MODULES.contains(&module.as_str()) || ident::is_keyword(&module) {
        format!("{module}_tag")
    } else {
        module
    }
}

/// Names of modules that the crate needs, that are crates, or that some file systems do not have.
const TAKEN_MODULES: [&str; 16] = [
    "alloc",
    "aux",
    "con",
    "core",
    "default",
    "logto_runtime",
    "main",
    "mod",
    "nul",
    "operations",
    "prn",
    "proc_macro",
    "serde_json",
    "shared",
    "std",
    "types",
];

/// A letter as the name of a file can have it: Rust looks for files by names of ASCII only.
fn ascii(sign: char) -> String {
    if sign.is_ascii() { sign.to_string() } else { format!("u{:x}", u32::from(sign)) }
}
