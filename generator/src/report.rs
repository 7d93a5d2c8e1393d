//! `REPORT.md` and the summary: what a reviewer reads before the long diff.

mod reached;

use std::fmt;
use std::fmt::Write as _;

use crate::emit::{File, HEADER};
use crate::error::Problem;
use crate::lock::Lock;
use crate::markdown::written_out;
use crate::model::{DefKind, Operation, Place, Ty};
use crate::name::Truth;
use crate::pipeline::{Corrected, Modelled};
use crate::rules::Rules;

/// What `regen` prints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The release of the document.
    pub release: String,
    /// Operations.
    pub operations: usize,
    /// Types, and how many there were before equal shapes were joined.
    pub types: (usize, usize),
    /// Lines of code that are generated, without docs, blank lines and tests.
    pub lines: usize,
    /// Operations that take or return a type whose name has a word of neither the operation nor a component, with that name.
    pub foreign: Vec<(String, String)>,
    /// Those of them whose name is kept by the lock.
    pub foreign_released: Vec<(String, String)>,
    /// Decisions that lose something.
    pub notes: usize,
    /// Places that refer to schemas which are not there.
    pub dangling: usize,
    /// Whether there is a lock.
    pub locked: bool,
    /// Entries that are new in the lock.
    pub new_entries: usize,
    /// The public names that are new in the lock, a line for each type and each operation.
    pub new_names: Vec<String>,
    /// Breaking changes.
    pub breaking: usize,
    /// Sentences that are missing or left over in `specs/docs`.
    pub docs_gaps: usize,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { release, operations, types: (after, before), lines, notes, locked, breaking, docs_gaps, .. } = self;
        write!(
            f,
            "release {release}: {operations} operations, {after} types (of {before} before equal shapes were joined), {lines} lines of code"
        )?;
        if *locked {
            write!(f, ", {} new entries in the lock, {breaking} breaking changes", self.new_entries)?;
        }
        if *notes > 0 {
            write!(f, "\n{notes} decisions lose something: REPORT.md lists them")?;
        }
        if self.dangling > 0 {
            write!(f, "\n{} places refer to schemas that are not there: REPORT.md lists them", self.dangling)?;
        }
        if *docs_gaps > 0 {
            write!(
                f,
                "\n{docs_gaps} sentences are missing or left over in specs/docs: generated/REPORT.md lists them"
            )?;
        }
        if *locked && !self.new_names.is_empty() {
            f.write_str("\nnew public names; read them before you commit the lock, which keeps them for good:")?;
            self.new_names.iter().try_for_each(|name| write!(f, "\n  {name}"))?;
        }
        Ok(())
    }
}

impl Summary {
    pub(crate) fn new(modelled: &Modelled, files: &[File], lock: &Lock, docs_gaps: usize) -> Self {
        let code = files.iter().filter(|file| file.path.starts_with("src/") && file.path.ends_with(".rs"));
        let (foreign_released, foreign) = foreign(modelled).partition(|(_, name)| lock.has_type(name));
        Self {
            release: written_out(&modelled.model.release).into_owned(),
            operations: modelled.model.operations.iter().filter(|operation| operation.alternative.is_none()).count(),
            types: (modelled.model.defs.len(), modelled.types_before),
            lines: code.map(|file| code_lines(&file.text)).sum(),
            notes: modelled.notes.len(),
            dangling: 0,
            locked: true,
            foreign,
            foreign_released,
            new_entries: 0,
            new_names: Vec::new(),
            breaking: modelled.breaking.len(),
            docs_gaps,
        }
    }
}

/// `REPORT.md`.
pub(crate) fn file(
    modelled: &Modelled,
    summary: &Summary,
    gaps: &[Problem],
    corrected: &Corrected,
    rules: &Rules,
    lock: &Lock,
) -> File {
    let mut text = String::new();
    let comment = HEADER.trim().trim_start_matches("//").trim();
    let _ = writeln!(text, "<!-- {comment} -->\n\n# Report of release {}\n", summary.release);
    let (structs, enums, unions) = kinds(modelled);
    let longest = modelled
        .names
        .types
        .iter()
        .map(|names| &names.name)
        .max_by_key(|name| (name.len(), std::cmp::Reverse((*name).clone())));
    let _ = writeln!(text, "| | |\n|---|---|");
    let _ = writeln!(text, "| operations | {} |", summary.operations);
    let paged = modelled.model.operations.iter().filter_map(|operation| operation.paging.as_ref());
    let (asked, always): (Vec<_>, Vec<_>) = paged.partition(|paging| paging.if_asked);
    let _ = writeln!(text, "| paged lists | {} always, {} if asked |", always.len(), asked.len());
    let _ = writeln!(text, "| types | {} ({structs} structs, {enums} enums, {unions} unions) |", summary.types.0);
    let _ = writeln!(text, "| types before equal shapes were joined | {} |", summary.types.1);
    let _ = writeln!(text, "| lines of generated code, without docs and blanks | {} |", summary.lines);
    if let Some(longest) = longest {
        let _ = writeln!(text, "| longest type name | `{longest}`, {} characters |", longest.chars().count());
    }
    section(
        &mut text,
        "Breaking changes",
        modelled.breaking.iter().map(|problem| format!("`{}` {}", problem.pointer, problem.message)),
    );
    section(&mut text, "Sentences to write", gaps.iter().map(|gap| format!("{}: {}", gap.pointer, gap.message)));
    section(&mut text, "Webhooks", payloads(modelled));
    let operations = reached::operations(&corrected.value);
    section(
        &mut text,
        "Decisions that lose something",
        modelled.notes.iter().map(|note| match reached::component(&note.pointer).and_then(|at| operations.get(at)) {
            Some(operation) => format!("`{}` ({operation}): {}", note.pointer, note.message),
            None => format!("`{}`: {}", note.pointer, note.message),
        }),
    );
    section(
        &mut text,
        "References to schemas that are not there",
        corrected.dangling.iter().map(|place| match place.line {
            Some(line) => format!("line {line}, `{}`: {}", place.pointer, place.message),
            None => format!("`{}`: {}", place.pointer, place.message),
        }),
    );
    section(
        &mut text,
        "Required in requests, and may be left out because they have a default",
        modelled.optional.iter().map(|pointer| format!("`{pointer}`")),
    );
    section(
        &mut text,
        "Kept though the document dropped them",
        modelled.dropped.iter().map(|name| format!("`{name}`")),
    );
    section(&mut text, "Merged shapes", merged(modelled));
    for (title, names) in [
        ("Names with a word that is not of the operation", &summary.foreign),
        ("Released names with a word that is not of the operation", &summary.foreign_released),
    ] {
        section(&mut text, title, names.iter().map(|(operation, name)| format!("`{operation}`: `{name}`")));
    }
    section(&mut text, "Names that people chose", chosen(rules, &modelled.model.release));
    section(
        &mut text,
        "Released names that are aliases",
        lock.aliases().map(|(old, new)| format!("`{old}` is `{new}`")),
    );
    section(
        &mut text,
        "Corrections to the document",
        corrected
            .applied
            .iter()
            .map(|action| format!("{} places: {} (`{}`)", action.count, action.reason, action.target)),
    );
    File { path: "REPORT.md".to_owned(), text }
}

/// How many lines of a file are code: neither blank nor docs nor other comments.
fn code_lines(text: &str) -> usize {
    text.lines().map(str::trim_start).filter(|line| !line.is_empty() && !line.starts_with("//")).count()
}

/// The operations that take or return a type whose name has a word of neither the operation nor a component, with that name.
fn foreign(modelled: &Modelled) -> impl Iterator<Item = (String, String)> {
    let Modelled { model, names, .. } = modelled;
    let truth = Truth::new(model);
    let of = move |ty: &Ty, operation: &Operation| {
        let id = ty.def()?;
        let is_called = |place: &Place| place.is_component() || model.is_called(place);
        let name = &names.types.get(id.0)?.name;
        let own = model.def(id).places.iter().any(is_called) || truth.of_operation(name, &operation.id);
        (!own).then_some(name)
    };
    model.operations.iter().filter(|operation| operation.alternative.is_none()).filter_map(move |operation| {
        let [body, replies] = operation.exchanged();
        let name = body.into_iter().chain(replies).find_map(|ty| of(ty, operation))?;
        Some((operation.id.clone(), name.clone()))
    })
}

fn section(text: &mut String, title: &str, lines: impl Iterator<Item = String>) {
    let lines: Vec<String> = lines.collect();
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n## {title}\n");
    for line in lines {
        let _ = writeln!(text, "- {}", written_out(&line));
    }
}

fn kinds(modelled: &Modelled) -> (usize, usize, usize) {
    let count = |wanted: fn(&DefKind) -> bool| modelled.model.defs.iter().filter(|def| wanted(&def.kind)).count();
    (
        count(|kind| matches!(kind, DefKind::Struct(_))),
        count(|kind| matches!(kind, DefKind::Enum(_))),
        count(|kind| matches!(kind, DefKind::Union(_))),
    )
}

/// The types of what the server sends by itself: that of a component says nothing of it.
fn payloads(modelled: &Modelled) -> impl Iterator<Item = String> {
    let name = |ty: &Ty| match ty {
        Ty::Def(id) => Some(&modelled.names.types.get(id.0)?.name),
        _ => None,
    };
    let event = modelled.model.event.iter().filter_map(move |ty| Some((name(ty)?, ty)));
    let event = event.map(|(name, _)| format!("the payload of any of them is read by `types::{name}`"));
    let each = modelled.model.webhooks.iter().filter_map(move |webhook| {
        Some(format!("the payload of `{}` is `types::{}`", webhook.name, name(&webhook.ty)?))
    });
    event.chain(each)
}

fn merged(modelled: &Modelled) -> impl Iterator<Item = String> {
    let mut types: Vec<(&String, usize)> = modelled
        .names
        .types
        .iter()
        .zip(&modelled.model.defs)
        .map(|(names, def)| (&names.name, def.places.len()))
        .filter(|(_, places)| *places > 1)
        .collect();
    types.sort();
    types.into_iter().map(|(name, places)| format!("`{name}`: {places} places"))
}

fn chosen(rules: &Rules, release: &str) -> impl Iterator<Item = String> {
    let types = rules.types.iter().filter(move |rule| rule.releases.contains(release));
    types.map(|rule| format!("`{}`: {} ({})", rule.name, rule.reason, rule.places.join(", ")))
}
