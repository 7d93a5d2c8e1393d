//! Compares two documents for those who use the generated crate.
//!
//! Both become models by the same passes, the second under the lock that the first leaves behind. So what breaks code is
//! what generating from the second document would report, and an addition is a line that it would add to the lock.

mod values;

use std::fmt;

use crate::emit;
use crate::error::{Error, Problem};
use crate::load::{Document, Files};
use crate::lock::Lock;
use crate::markdown::written_out;
use crate::pipeline::{self, Modelled};
use crate::released;
use crate::rules::Rules;

/// What both documents are read with.
#[derive(Debug, Clone, Copy, Default)]
pub struct Specs<'a> {
    /// The overlay; empty: none.
    pub overlay: &'a str,
    /// The rules; empty: none.
    pub rules: &'a str,
    /// The name lock; empty: none.
    pub lock: &'a str,
    /// Whether the client is generated too, with a method for each security scheme and the servers.
    pub client: bool,
    /// Whether each tag has a Cargo feature.
    pub features: bool,
}

/// One of the two documents.
#[derive(Debug)]
pub struct Side<'a> {
    /// The document.
    pub document: Document,
    /// Its release.
    pub release: String,
    /// The files that it may refer to.
    pub files: Files<'a>,
}

/// What differs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// What breaks code that was written against the first document, as generating reports it.
    pub breaking: Vec<Problem>,
    /// Public names that are new, a line for each type, operation and tag.
    pub added: Vec<String>,
    /// What the second document dropped and the crate keeps, deprecated.
    pub kept: Vec<String>,
    /// What changed without a change of any type: addresses, limits, defaults, deprecations.
    pub values: Vec<Problem>,
    /// Corrections and rules that match nothing in the second document: generating stops at them.
    pub unmatched: Vec<Problem>,
}

/// Compares two documents.
///
/// # Errors
///
/// What cannot be read, or generated from one of the documents.
pub fn compare(specs: Specs<'_>, before: Side<'_>, after: Side<'_>) -> Result<Changes, Error> {
    let known = Lock::parse(specs.lock)?.until(&before.release)?;
    let release = before.release.clone();
    let first = model(specs, before, &known)?;
    let lock = Lock::parse(&known.append(&entries(specs, &first, &known), &release)?.0)?;
    let second = model(specs, after, &lock)?;
    let mut breaking = second.breaking.clone();
    if specs.features {
        breaking.extend(released::changed_features(&second.model, &second.names, &lock));
    }
    if specs.client {
        breaking.extend(released::changed_client(&emit::client_names(&second.model), &lock));
    }
    Ok(Changes {
        added: lock.new_names(&entries(specs, &second, &lock)),
        values: values::changed(&first, &second),
        kept: second.dropped.into_iter().filter(|name| !first.dropped.contains(name)).collect(),
        breaking,
        unmatched: second.unmatched,
    })
}

fn model(specs: Specs<'_>, side: Side<'_>, lock: &Lock) -> Result<Modelled, Error> {
    let Side { document, release, files } = side;
    let rules = Rules::parse(specs.rules)?;
    let corrected = pipeline::lowered(document, &files, specs.overlay, &rules, &release, &mut |_| ())?;
    let mut modelled = pipeline::watched_model(&corrected, &rules, lock, &release, &mut |_| ())?;
    modelled.unmatched.splice(..0, corrected.unmatched);
    Ok(modelled)
}

fn entries(specs: Specs<'_>, modelled: &Modelled, lock: &Lock) -> Vec<crate::lock::Entry> {
    let mut entries = released::entries(&modelled.model, &modelled.names, lock);
    if specs.client {
        entries.extend(released::client_entries(&emit::client_names(&modelled.model), lock));
    }
    entries
}

impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let problems = |list: &[Problem]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
        let sections = [
            ("breaks code", problems(&self.breaking)),
            ("new", self.added.clone()),
            ("dropped by the document, kept as deprecated", self.kept.clone()),
            ("other values, same types", problems(&self.values)),
            ("corrections and rules that match nothing: `regen` stops at them", problems(&self.unmatched)),
        ];
        for (title, lines) in sections.iter().filter(|(_, lines)| !lines.is_empty()) {
            writeln!(f, "{title}:")?;
            lines.iter().try_for_each(|line| writeln!(f, "  {}", written_out(line)))?;
        }
        write!(f, "{} breaking changes, {} lines of new names", self.breaking.len(), self.added.len())
    }
}
