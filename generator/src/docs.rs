//! Our own words for operations and types: `specs/docs/operations.yaml` and `specs/docs/types.yaml`.

use std::collections::BTreeMap;

use crate::error::{Error, Problem};
use crate::model::Model;
use crate::names::Names;

/// Sentences by operation id and by type name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Docs {
    /// What each operation does, by operation id.
    pub operations: BTreeMap<String, String>,
    /// What each type is, by its name.
    pub types: BTreeMap<String, String>,
}

impl Docs {
    /// Reads the two files, each a YAML map of texts; an empty file is an empty map.
    ///
    /// # Errors
    ///
    /// A file is not such a map.
    pub fn parse(operations: &str, types: &str) -> Result<Self, Error> {
        let mut problems = Vec::new();
        let mut read = |file: &str, text: &str| {
            let map: Option<BTreeMap<String, String>> = serde_yaml::from_str(text).unwrap_or_else(|error| {
                problems.push(Problem::new(format!("specs/docs/{file}: expected a map of texts: {error}")));
                None
            });
            map.unwrap_or_default()
        };
        let docs = Self { operations: read("operations.yaml", operations), types: read("types.yaml", types) };
        Error::check(docs, problems)
    }

    /// Checks that each entry belongs to something and is a sentence; with `complete` also that nothing lacks one.
    ///
    /// # Errors
    ///
    /// Every entry that fails, and the list of what has none.
    pub fn check(&self, model: &Model, names: &Names, complete: Complete) -> Result<(), Error> {
        let operations = model.operations.iter().map(|operation| operation.id.as_str());
        let types = names.types.iter().map(|names| names.name.as_str());
        let mut problems = compare("operations.yaml", "operation", &self.operations, operations, complete.operations);
        problems.extend(compare("types.yaml", "type", &self.types, types, complete.types));
        Error::check((), problems)
    }
}

/// Of what everything must have a sentence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Complete {
    /// Every operation.
    pub operations: bool,
    /// Every type.
    pub types: bool,
}

fn compare<'a>(
    file: &str,
    kind: &str,
    entries: &BTreeMap<String, String>,
    known: impl Iterator<Item = &'a str>,
    complete: bool,
) -> Vec<Problem> {
    let known: std::collections::BTreeSet<&str> = known.collect();
    let mut problems = Vec::new();
    for (name, sentence) in entries {
        if !known.contains(name.as_str()) {
            problems.push(Problem::new(format!(
                "specs/docs/{file}: there is no {kind} `{name}`; remove or rename the entry"
            )));
        }
        if !sentence.ends_with('.') || sentence.trim() != sentence || sentence.contains('\n') {
            let what = "must be one line that ends with a full stop";
            problems.push(Problem::new(format!("specs/docs/{file}: the sentence of `{name}` {what}")));
        }
        if sentence.matches('`').count() % 2 == 1 {
            problems.push(Problem::new(format!("specs/docs/{file}: the sentence of `{name}` has an open backtick")));
        }
    }
    let missing: Vec<&str> = known.into_iter().filter(|name| !entries.contains_key(*name)).collect();
    if complete && !missing.is_empty() {
        let (count, list) = (missing.len(), missing.join(", "));
        problems.push(Problem::new(format!("specs/docs/{file}: add a sentence for {count} without one: {list}")));
    }
    problems
}
