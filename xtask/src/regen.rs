//! `regen`: what lies in `specs/` becomes the generated crate. One function compares; writing or only reporting comes after.

use std::collections::BTreeSet;
use std::path::{Component, Path};
use std::{fmt, fs};

use anyhow::{Context, Result, ensure};
use logto_generator::{Output, Sources};

use crate::files;

/// The first line of every file that the generator makes begins so.
const HEADER: &str = "// @generated";

/// The folder of the generated crate, which the generator's paths are in.
const CRATE: &str = "generated";

/// Folders in which every file is the generator's; elsewhere a file is told by its header.
const OWNED: [&str; 3] = ["generated/src/operations/", "generated/src/types/", "generated/tests/operations/"];

/// Whether to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Write what changed, delete what is no longer made.
    Write,
    /// Write nothing; what is found is an error.
    Check,
}

/// How the disk differs from what is generated now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// Files with another text, with the text that they should have.
    pub stale: Vec<(String, String)>,
    /// Files that are not there, with their text.
    pub missing: Vec<(String, String)>,
    /// Files that were generated once and are no longer.
    pub extra: Vec<String>,
}

impl Difference {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.stale.is_empty() && self.missing.is_empty() && self.extra.is_empty()
    }
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
    let sources = sources(root)?;
    let output = logto_generator::generate(&sources).context("nothing was generated")?;
    let summary = output.summary.to_string();
    let difference = compare(root, output)?;
    if mode == Mode::Write {
        write(root, &difference)?;
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
    wanted.sort();
    let mut difference = Difference::default();
    let mut paths = BTreeSet::new();
    for (path, text) in wanted {
        let plain = Path::new(&path).components().all(|part| matches!(part, Component::Normal(_)));
        ensure!(plain, "the generator made a file outside of the repository: {path}");
        ensure!(paths.insert(path.clone()), "the generator made two files of one name: {path}");
        match files::read(root, &path)? {
            None => difference.missing.push((path, text)),
            Some(old) if old != text => difference.stale.push((path, text)),
            Some(_) => {}
        }
    }
    find_extra(root, CRATE, &paths, &mut difference.extra)?;
    Ok(difference)
}

/// Files that carry the header and are not wanted.
fn find_extra(root: &Path, folder: &str, wanted: &BTreeSet<String>, extra: &mut Vec<String>) -> Result<()> {
    let path = root.join(folder);
    if !path.is_dir() {
        return Ok(());
    }
    let context = || format!("cannot list {folder}");
    let mut names: Vec<_> =
        fs::read_dir(&path).with_context(context)?.collect::<Result<_, _>>().with_context(context)?;
    names.sort_by_key(|entry| entry.file_name());
    for entry in names {
        let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.file_type().with_context(context)?.is_dir() {
            if entry.file_name() != "target" {
                find_extra(root, &name, wanted, extra)?;
            }
        } else if OWNED.iter().any(|owned| name.starts_with(owned)) && !wanted.contains(&name) {
            extra.push(name);
        } else if name.ends_with(".rs") && !wanted.contains(&name) {
            let text = files::read(root, &name)?.unwrap_or_default();
            if text.starts_with(HEADER) {
                extra.push(name);
            }
        }
    }
    Ok(())
}

/// Makes the disk as it should be; folders that become empty go too.
fn write(root: &Path, difference: &Difference) -> Result<()> {
    let new: Vec<_> = difference.stale.iter().chain(&difference.missing).cloned().collect();
    files::write_all(root, &new)?;
    for path in &difference.extra {
        fs::remove_file(root.join(path)).with_context(|| format!("cannot delete {path}"))?;
        // Fails where the folder still holds something, which is as it should be.
        let _ = root.join(path).parent().map(fs::remove_dir);
    }
    Ok(())
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
