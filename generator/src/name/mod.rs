//! Name: every identifier, module and file, in one place.
//!
//! A name is what people chose in the rules, else what was released (the lock), else what the origins say. No name
//! depends on the order in which things are found, and none is made different by a number.

mod candidates;
mod ident;
mod members;
mod types;

use std::collections::BTreeMap;

use crate::error::Error;
use crate::lock::Lock;
use crate::model::Model;
use crate::names::{Names, TagNames};
use crate::rules::Rules;

pub use ident::{pascal, snake};
pub use members::METHODS;

/// Names of types; they come before those of members, because the lock knows members by their type's name.
///
/// # Errors
///
/// A type for which no name of at most 48 characters is free: the rules must give one.
pub fn name_types(model: &Model, rules: &Rules, lock: &Lock) -> Result<Names, Error> {
    let types = types::name(model, rules, lock)?;
    Ok(Names { types, ..Names::default() })
}

/// Names of everything else.
///
/// # Errors
///
/// Names that collide: the rules must settle them.
pub fn name_members(model: &Model, names: &mut Names, rules: &Rules, lock: &Lock) -> Result<(), Error> {
    let mut problems = Vec::new();
    for (def, names) in model.defs.iter().zip(&mut names.types) {
        names.members = members::of_type(def, &names.name, rules, &model.release, lock, &mut problems);
    }
    names.operations = members::of_operations(model, rules, lock, &mut problems);
    names.tags = tags(model, lock);
    Error::check((), problems)
}

fn tags(model: &Model, lock: &Lock) -> BTreeMap<String, TagNames> {
    let mut tags = BTreeMap::new();
    for operation in &model.operations {
        let tag = &operation.tag;
        tags.entry(tag.clone()).or_insert_with(|| match lock.tag(tag) {
            Some((module, feature)) => TagNames { module: module.to_owned(), feature: feature.to_owned() },
            None => {
                let module = match snake(tag).as_str() {
                    taken @ ("default" | "shared" | "operations" | "types") => format!("{taken}_tag"),
                    free => free.to_owned(),
                };
                let feature = module.trim_start_matches("r#").replace('_', "-");
                TagNames { module, feature }
            }
        });
    }
    tags
}
