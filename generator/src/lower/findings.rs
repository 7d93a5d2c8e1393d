//! What lowering finds: problems, which end it, and notes on what the document says and the crate cannot hold.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::Write as _;

use indexmap::IndexMap;

use crate::error::{Error, Problem, Result};
use crate::walk::Way;

/// How many places a note names; the others it counts.
const NAMED: usize = 3;

/// What was found so far.
#[derive(Default)]
pub(super) struct Findings {
    problems: Vec<Problem>,
    notes: IndexMap<Cow<'static, str>, Places>,
    /// References that lead nowhere, each with its place.
    dangling: Vec<Problem>,
    /// The file that pointers are into; empty: the document itself.
    file: String,
}

/// The first places of a note, and how many there are.
#[derive(Default)]
struct Places {
    named: Vec<String>,
    count: usize,
}

impl Findings {
    /// From here on, pointers are into this file; empty: the document itself.
    pub(super) fn enter_file(&mut self, file: &str) {
        file.clone_into(&mut self.file);
    }

    /// Something that is wrong.
    pub(super) fn problem(&mut self, way: &Way<'_>, message: impl Into<String>) {
        let pointer = self.pointer(way);
        self.problems.push(Problem::at(pointer, message));
    }

    /// Something that is lost or was read in another way than it is written. Equal notes become one.
    pub(super) fn note(&mut self, way: &Way<'_>, message: impl Into<Cow<'static, str>>) {
        let message = message.into();
        let named = self.notes.get(&message).map_or(0, |places| places.named.len());
        let pointer = (named < NAMED).then(|| self.pointer(way));
        let places = self.notes.entry(message).or_default();
        places.named.extend(pointer);
        places.count += 1;
    }

    /// A reference that leads nowhere and is read as any value. Each place is told.
    pub(super) fn dangling(&mut self, way: &Way<'_>, message: String) {
        let pointer = self.pointer(way);
        self.dangling.push(Problem::at(pointer, message));
    }

    /// The references that lead nowhere.
    pub(super) fn take_dangling(&mut self) -> Vec<Problem> {
        std::mem::take(&mut self.dangling)
    }

    fn pointer(&self, way: &Way<'_>) -> String {
        if self.file.is_empty() { way.to_string() } else { format!("{}#{way}", self.file) }
    }

    /// Ends here if there are problems.
    pub(super) fn check(&mut self) -> Result<()> {
        Error::check((), std::mem::take(&mut self.problems))
    }

    /// The notes, each with its first place as its pointer.
    pub(super) fn into_notes(self) -> Vec<Problem> {
        self.notes.into_iter().filter_map(|(message, places)| note(message.into_owned(), places)).collect()
    }
}

/// Equal notes as one, with the first places of each.
pub(crate) fn joined(notes: Vec<Problem>) -> Vec<Problem> {
    let mut seen = HashSet::new();
    let mut all: IndexMap<String, Places> = IndexMap::new();
    // What many operations share is told once.
    for Problem { pointer, message, .. } in notes {
        if !seen.insert((pointer.clone(), message.clone())) {
            continue;
        }
        let places = all.entry(message).or_default();
        places.count += 1;
        if places.named.len() < NAMED {
            places.named.push(pointer);
        }
    }
    all.into_iter().filter_map(|(message, places)| note(message, places)).collect()
}

fn note(mut message: String, places: Places) -> Option<Problem> {
    let mut named = places.named.into_iter();
    let first = named.next()?;
    if places.count > 1 {
        let _ = write!(message, " (and at {} more", places.count - 1);
        for (index, pointer) in named.enumerate() {
            let _ = write!(message, "{}`{pointer}`", if index == 0 { ": " } else { ", " });
        }
        message.push_str(if places.count > NAMED { ", …)" } else { ")" });
    }
    Some(Problem::at(first, message))
}
