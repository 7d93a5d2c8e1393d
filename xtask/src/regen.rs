//! `regen`: what lies in `specs/` becomes the generated crate. One function compares; writing or only reporting comes after.

use std::fmt;
use std::path::Path;

use anyhow::{Context, Result};
use logto_generator::{Output, Sources};

use crate::files;
use crate::timings::Timings;
use crate::tree::{self, Places};

pub use crate::tree::Difference;

/// The folder of the generated crate, which the generator's paths are in.
const CRATE: &str = "generated";

/// Where its files are: people write only beside `src/lib.rs`.
const PLACES: Places<'_> = Places {
    header: logto_generator::emit::HEADER,
    folders: &["generated/src"],
    owned: &["generated/src/operations", "generated/src/types", "generated/tests/operations"],
};

/// Whether to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Write what changed, delete what is no longer made.
    Write,
    /// Write nothing; what is found is an error.
    Check,
}

/// What `regen` found, and did about it unless it only checked.
#[derive(Debug)]
pub struct Report {
    mode: Mode,
    summary: String,
    difference: Difference,
}

impl Report {
    /// Whether this was a check that failed.
    pub fn is_stale(&self) -> bool {
        self.mode == Mode::Check && !self.difference.is_empty()
    }

    /// What differed.
    pub fn difference(&self) -> &Difference {
        &self.difference
    }
}

/// Generates, and writes or checks.
pub fn run(root: &Path, mode: Mode) -> Result<Report> {
    timed(root, mode, &mut Timings::start())
}

/// As [`run`], and measures each pass.
pub fn timed(root: &Path, mode: Mode, timings: &mut Timings) -> Result<Report> {
    let sources = sources(root)?;
    timings.end("read");
    let output = logto_generator::generate(&sources, &mut |pass| timings.end(pass.name()));
    let output = output.context("nothing was generated")?;
    let summary = output.summary.to_string();
    let difference = compare(root, output)?;
    timings.end("compare");
    if mode == Mode::Write {
        tree::write(root, &difference)?;
        timings.end("write");
    }
    Ok(Report { mode, summary, difference })
}

/// Everything that the generator reads.
pub fn sources(root: &Path) -> Result<Sources> {
    let imported = |path| {
        let text = files::read(root, path)?;
        text.with_context(|| format!("{path} is missing; first: cargo xtask import <file or URL> --release X.Y.Z"))
    };
    let present = |path| files::read(root, path)?.with_context(|| format!("{path} is missing"));
    let optional = |path| anyhow::Ok(files::read(root, path)?.unwrap_or_default());
    Ok(Sources {
        document: imported(files::DOCUMENT)?,
        meta: imported(files::META)?,
        overlay: present(files::OVERLAY)?,
        rules: present(files::RULES)?,
        docs_operations: present(files::DOCS_OPERATIONS)?,
        docs_types: present(files::DOCS_TYPES)?,
        // The first run starts it.
        lock: optional(files::LOCK)?,
        cargo_toml: present(files::MANIFEST)?,
    })
}

/// How the disk differs from an output.
pub fn compare(root: &Path, output: Output) -> Result<Difference> {
    let mut wanted: Vec<(String, String)> =
        output.files.into_iter().map(|file| (format!("{CRATE}/{}", file.path), file.text)).collect();
    wanted.push((files::LOCK.into(), output.lock));
    wanted.push((files::MANIFEST.into(), output.cargo_toml));
    tree::compare(root, wanted, &PLACES)
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Difference { stale, missing, extra } = &self.difference;
        writeln!(f, "{}", self.summary.trim_end())?;
        if self.mode == Mode::Write {
            return write!(f, "{} files changed, {} new, {} deleted", stale.len(), missing.len(), extra.len());
        }
        if self.difference.is_empty() {
            return f.write_str("everything is up to date");
        }
        for (what, paths) in [("stale", paths(stale)), ("missing", paths(missing)), ("extra", extra.iter().collect())] {
            for path in paths {
                writeln!(f, "{what}: {path}")?;
            }
        }
        f.write_str("run: cargo xtask regen")
    }
}

fn paths(files: &[(String, String)]) -> Vec<&String> {
    files.iter().map(|(path, _)| path).collect()
}
