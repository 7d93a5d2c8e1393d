//! The list of passes.

use crate::error::{Error, Problem};
use crate::lock::Lock;
use crate::lower::Dialect;
use crate::model::Model;
use crate::names::Names;
use crate::overlay::Applied;
use crate::rules::{self, Rules};
use crate::{analyze, build, dedupe, load, lower, name, overlay, released};

/// A document after the corrections, free of its version and dialect.
#[derive(Debug, Clone)]
pub struct Corrected {
    /// An OpenAPI 3.0 document.
    pub value: serde_json::Value,
    /// The actions of the overlay that were applied.
    pub applied: Vec<Applied>,
}

/// Loads, corrects and lowers a document: what the generator builds from, and what a server can be tested against.
///
/// # Errors
///
/// The document, the overlay or the rules cannot be read, or an action of the overlay no longer corrects anything.
pub fn corrected(document: &[u8], overlay: &str, rules: &Rules, release: &str) -> Result<Corrected, Error> {
    let mut document = load::document(document)?;
    let applied =
        if overlay.trim().is_empty() { Vec::new() } else { overlay::apply(&mut document.value, overlay, release)? };
    let dialect = match rules.dialect {
        rules::Dialect::None => Dialect::Standard,
        rules::Dialect::Logto => Dialect::Logto { floats: rules.fraction_members(release).into_iter().collect() },
    };
    Ok(Corrected { value: lower::lower(document, &dialect)?, applied })
}

/// The model of a document with its names, and what a person should know of it.
#[derive(Debug)]
pub struct Modelled {
    /// The model.
    pub model: Model,
    /// Its names.
    pub names: Names,
    /// Types before equal shapes were joined.
    pub types_before: usize,
    /// Decisions that lose something.
    pub notes: Vec<Problem>,
    /// What the document dropped and the lock keeps.
    pub dropped: Vec<String>,
    /// What breaks code that was written against the release before.
    pub breaking: Vec<Problem>,
}

/// From a corrected document to a model with names.
///
/// # Errors
///
/// Everything in the document that cannot be generated, and rules that match nothing.
pub fn model(document: &Corrected, rules: &Rules, lock: &Lock, release: &str) -> Result<Modelled, Error> {
    let api = lower::typed(&document.value)?;
    let build::Built { mut model, notes } = build::build(&api, rules, release)?;
    analyze::find_paging(&mut model, rules);
    let deduped = dedupe::dedupe(&mut model, rules, lock)?;
    let mut names = name::name_types(&model, rules, lock)?;
    let mut breaking = deduped.conflicts;
    let renamed: Vec<(String, String)> = names
        .types
        .iter()
        .flat_map(|names| names.aliases.iter().map(|old| (old.clone(), names.name.clone())))
        .collect();
    let lock = &lock.clone().with_renamed(&renamed);
    let kept = released::keep(&mut model, &names, lock);
    breaking.extend(kept.breaking);
    analyze::complete(&mut model);
    released::settle_boxes(&mut model, &names, rules, lock);
    name::name_members(&model, &mut names, rules, lock)?;
    let unused = rules.unused(release);
    Error::check(
        Modelled { model, names, types_before: deduped.before, notes, dropped: kept.dropped, breaking },
        unused,
    )
}
