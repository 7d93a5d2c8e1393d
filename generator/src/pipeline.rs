//! The list of passes.

use crate::error::{Error, Problem};
use crate::lock::Lock;
use crate::lower::Dialect;
use crate::model::Model;
use crate::names::Names;
use crate::overlay::Applied;
use crate::rules::{self, Rules};
use crate::{analyze, build, dedupe, load, lower, name, overlay, released, ties};

/// A pass, for those who measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pass {
    /// Text to a value.
    Load,
    /// Corrections.
    Overlay,
    /// The value of a plain 3.0 document.
    Lower,
    /// The value as types.
    Typed,
    /// The model.
    Build,
    /// What is paged, sent, received, recursive.
    Analyze,
    /// Which shapes are one type.
    Dedupe,
    /// Names, and what the lock says.
    Name,
    /// The files of the crate.
    Emit,
    /// The tests of the crate.
    Tests,
    /// `REPORT.md` and the manifest.
    Report,
}

/// Told of each pass when it has ended. The generator reads no clock; whoever measures does.
pub type Watch<'a> = &'a mut dyn FnMut(Pass);

impl Pass {
    /// Its name, as in the list of passes.
    pub fn name(self) -> &'static str {
        match self {
            Self::Load => "load",
            Self::Overlay => "overlay",
            Self::Lower => "lower",
            Self::Typed => "typed",
            Self::Build => "build",
            Self::Analyze => "analyze",
            Self::Dedupe => "dedupe",
            Self::Name => "name",
            Self::Emit => "emit",
            Self::Tests => "tests",
            Self::Report => "report",
        }
    }
}

/// A document after the corrections, free of its version and dialect.
#[derive(Debug, Clone)]
pub struct Corrected {
    /// An OpenAPI 3.0 document.
    pub value: serde_json::Value,
    /// What was lost on the way, or read in another way than it is written.
    pub notes: Vec<Problem>,
    /// References to schemas that are not there, each with its place: any value is taken.
    pub dangling: Vec<Problem>,
    /// Whether the crate has the types of components, too, that nothing refers to.
    pub all_components: bool,
    /// The actions of the overlay that were applied.
    pub applied: Vec<Applied>,
    /// The actions of the overlay that no longer correct anything.
    pub unmatched: Vec<Problem>,
}

impl Corrected {
    /// Makes an action that no longer corrects anything an error.
    ///
    /// # Errors
    ///
    /// The actions of the overlay that match nothing or change nothing.
    pub fn strict(self) -> Result<Self, Error> {
        let unmatched = self.unmatched.clone();
        Error::check(self, unmatched)
    }
}

/// Loads, corrects and lowers a document: what the generator builds from, and what a server can be tested against.
///
/// # Errors
///
/// The document, the overlay or the rules cannot be read, or an action of the overlay no longer corrects anything.
pub fn corrected(document: &[u8], overlay: &str, rules: &Rules, release: &str) -> Result<Corrected, Error> {
    lowered(load::document(document)?, &load::Files::NONE, overlay, rules, release, &mut |_| ())?.strict()
}

/// Corrects and lowers a document that is loaded; `files` are those that it may refer to. An action of the overlay that no
/// longer corrects anything is no error yet: [`Corrected::strict`] makes it one.
///
/// # Errors
///
/// The document, the overlay or the rules cannot be read.
pub fn lowered(
    mut document: load::Document,
    files: &load::Files<'_>,
    overlay: &str,
    rules: &Rules,
    release: &str,
    watch: Watch<'_>,
) -> Result<Corrected, Error> {
    let name = |problem: &mut Problem| problem.pointer.insert_str(0, "specs/overlay.yaml#");
    let (applied, mut unmatched) = match overlay.trim() {
        "" => Default::default(),
        _ => overlay::apply_matching(&mut document.value, overlay, release).map_err(|error| error.map(name))?,
    };
    unmatched.iter_mut().for_each(name);
    watch(Pass::Overlay);
    let dialect = match rules.dialect {
        rules::Dialect::None => Dialect::Standard,
        rules::Dialect::Logto => Dialect::Logto { floats: rules.fraction_members(release).into_iter().collect() },
    };
    let lower::Lowered { value, notes, dangling } = lower::lower(document, &dialect, files)?;
    watch(Pass::Lower);
    Ok(Corrected { value, notes, dangling, all_components: false, applied, unmatched })
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
    /// The JSON pointers of members of requests that are required and may be left out.
    pub optional: Vec<String>,
    /// What the document dropped and the lock keeps.
    pub dropped: Vec<String>,
    /// What breaks code that was written against the release before.
    pub breaking: Vec<Problem>,
    /// Rules that match nothing.
    pub unmatched: Vec<Problem>,
}

impl Modelled {
    /// Makes a rule that matches nothing an error.
    ///
    /// # Errors
    ///
    /// The rules that match nothing.
    pub fn strict(self) -> Result<Self, Error> {
        let unmatched = self.unmatched.clone();
        Error::check(self, unmatched)
    }
}

/// From a corrected document to a model with names.
///
/// # Errors
///
/// Everything in the document that cannot be generated, and rules that match nothing.
pub fn model(document: &Corrected, rules: &Rules, lock: &Lock, release: &str) -> Result<Modelled, Error> {
    watched_model(document, rules, lock, release, &mut |_| ())?.strict()
}

/// As [`model`], and says when each pass has ended. A rule that matches nothing is no error yet: [`Modelled::strict`] makes
/// it one.
///
/// # Errors
///
/// Everything in the document that cannot be generated.
pub fn watched_model(
    document: &Corrected,
    rules: &Rules,
    lock: &Lock,
    release: &str,
    watch: Watch<'_>,
) -> Result<Modelled, Error> {
    let api = lower::typed(&document.value)?;
    watch(Pass::Typed);
    let build::Built { mut model, notes: built, optional } =
        build::build(&api, rules, release, document.all_components)?;
    let mut notes = document.notes.clone();
    notes.extend(built);
    watch(Pass::Build);
    notes.extend(analyze::find_paging(&mut model, rules));
    watch(Pass::Analyze);
    let deduped = dedupe::dedupe(&mut model, rules, lock)?;
    watch(Pass::Dedupe);
    let mut names = name::name_types(&model, rules, lock)?;
    let mut breaking = deduped.conflicts;
    let renamed: Vec<(String, String)> = names
        .types
        .iter()
        .flat_map(|names| names.aliases.iter().map(|old| (old.clone(), names.name.clone())))
        .collect();
    let renamed = (!renamed.is_empty()).then(|| lock.clone().with_renamed(&renamed));
    let lock = renamed.as_ref().unwrap_or(lock);
    let kept = released::keep(&mut model, &names, lock);
    breaking.extend(kept.breaking);
    watch(Pass::Name);
    analyze::complete(&mut model);
    watch(Pass::Analyze);
    breaking.extend(released::changed_presences(&model, &names, lock, &kept.dropped));
    released::settle_boxes(&mut model, &names, rules, lock);
    notes.extend(name::name_members(&model, &mut names, rules, lock)?);
    notes.extend(ties::notes(&model, &names));
    let mut unmatched = deduped.unmatched;
    unmatched.extend(rules.unused(release));
    watch(Pass::Name);
    let (types_before, dropped) = (deduped.before, kept.dropped);
    Ok(Modelled { model, names, types_before, notes, optional, dropped, breaking, unmatched })
}
