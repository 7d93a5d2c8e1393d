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

    /// Checks that each entry is a sentence that rustdoc can show.
    ///
    /// # Errors
    ///
    /// Every entry that is none.
    pub fn check(&self) -> Result<(), Error> {
        let mut problems = malformed("operations.yaml", &self.operations);
        problems.extend(malformed("types.yaml", &self.types));
        Error::check((), problems)
    }

    /// Operations and types without a sentence, and sentences without an operation or a type. A new release brings some:
    /// it can be generated before people have written them.
    pub fn gaps(&self, model: &Model, names: &Names) -> Vec<Problem> {
        let operations = model.operations.iter().map(|operation| operation.id.as_str());
        let types = names.types.iter().map(|names| names.name.as_str());
        let mut gaps = compare("operations.yaml", "operation", &self.operations, operations);
        gaps.extend(compare("types.yaml", "type", &self.types, types));
        gaps
    }
}

fn malformed(file: &str, entries: &BTreeMap<String, String>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (name, sentence) in entries {
        if !sentence.ends_with('.') || sentence.trim() != sentence || sentence.contains('\n') {
            let what = "must be one line that ends with a full stop";
            problems.push(Problem::new(format!("specs/docs/{file}: the sentence of `{name}` {what}")));
        }
        if sentence.matches('`').count() % 2 == 1 {
            problems.push(Problem::new(format!("specs/docs/{file}: the sentence of `{name}` has an open backtick")));
        }
    }
    problems
}

fn compare<'a>(
    file: &str,
    kind: &str,
    entries: &BTreeMap<String, String>,
    known: impl Iterator<Item = &'a str>,
) -> Vec<Problem> {
    let known: std::collections::BTreeSet<&str> = known.collect();
    let file = format!("specs/docs/{file}");
    let stale = entries.keys().filter(|name| !known.contains(name.as_str()));
    let stale =
        stale.map(|name| Problem::at(&file, format!("there is no {kind} `{name}`: remove or rename the entry")));
    let missing = known.iter().filter(|name| !entries.contains_key(**name));
    let missing = missing.map(|name| Problem::at(&file, format!("the {kind} `{name}` has no sentence")));
    stale.chain(missing).collect()
}
