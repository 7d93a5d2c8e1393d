//! What is said of operations and types: our own words (`specs/docs/operations.yaml`, `specs/docs/types.yaml`) or those of the
//! document.

mod document;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::error::{Error, Problem};
use crate::model::{DefId, Model, Operation};
use crate::names::Names;

use self::document::Prose;

/// Sentences by operation id and by type name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Docs {
    /// What each operation does, by operation id.
    pub operations: BTreeMap<String, String>,
    /// What each type is, by its name.
    pub types: BTreeMap<String, String>,
    prose: Prose,
}

impl Docs {
    /// What a lowered document says itself, for people who make their own copy.
    pub fn of_document(model: &Model, document: &Value) -> Self {
        Self { prose: Prose::new(model, document), ..Self::default() }
    }

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
        let (operations, types) = (read("operations.yaml", operations), read("types.yaml", types));
        let docs = Self { operations, types, prose: Prose::default() };
        Error::check(docs, problems)
    }

    /// What the document says of an operation, as Markdown; empty where it says nothing.
    pub fn said_of(&self, operation: &Operation) -> &[String] {
        self.prose.operation(operation)
    }

    /// What the document says of a tag.
    pub fn said_of_tag(&self, tag: &str) -> &[String] {
        self.prose.tag(tag)
    }

    /// What the document says of a parameter of an operation, which is in a place as the document calls it: `query`.
    pub fn said_of_parameter(&self, operation: &Operation, place: &str, name: &str) -> &[String] {
        self.prose.parameter(operation, place, name)
    }

    /// What the document says of a part of an operation's form.
    pub fn said_of_part(&self, operation: &Operation, name: &str) -> &[String] {
        self.prose.part(operation, name)
    }

    /// What the document says of a type.
    pub fn said_of_type(&self, id: DefId) -> &[String] {
        self.prose.of_type(id.0)
    }

    /// What the document says of a member of a type, or of a value of an enum.
    pub fn said_of_member(&self, id: DefId, name: &str) -> &[String] {
        self.prose.member(id.0, name)
    }

    /// About how many lines the document's words about an operation take, those about its parameters included.
    pub(crate) fn length_of(&self, operation: &Operation) -> usize {
        self.prose.length_of(operation)
    }

    /// About how many lines the document's words about a type take, those about its members included.
    pub(crate) fn length_of_type(&self, id: DefId) -> usize {
        self.prose.length_of_type(id.0)
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
