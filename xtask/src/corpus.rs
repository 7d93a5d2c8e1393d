//! `corpus`: every document of a folder is generated and compiled, one row of a table for each.

mod count;
mod served;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::files;
use crate::generate::{self, Options};
use crate::source::{self, Hosts};
use crate::timings::Timings;

/// The folder, below the root, that the crates go to unless told otherwise.
const PLACE: &str = "target/corpus";

/// The most lines that are shown of what went wrong with a document.
const LINES: usize = 20;

/// What to try.
#[derive(Debug, Clone)]
pub struct Corpus {
    /// The folder with the documents, or one document.
    pub place: PathBuf,
    /// Only the document of this name, with or without its ending.
    pub only: Option<String>,
    /// Whether what is generated is compiled.
    pub check: bool,
    /// Whether its docs are made too, with warnings denied.
    pub docs: bool,
    /// Whether every operation is called against a server made from the document.
    pub run: bool,
    /// The folder that the crates go to; `None`: `target/corpus`.
    pub out: Option<PathBuf>,
}

/// What came of one document.
#[derive(Debug, Default)]
struct Row {
    version: String,
    found: usize,
    generated: usize,
    types: usize,
    lines: usize,
    foreign: usize,
    generation: Duration,
    check: Option<Duration>,
    served: Option<String>,
    problem: Option<String>,
}

/// Tries each document and prints a row as each is done; whether all are well.
///
/// # Errors
///
/// The folder cannot be read, or the place for the crates cannot be written.
pub fn run(root: &Path, corpus: &Corpus) -> Result<bool> {
    let documents = documents(corpus)?;
    ensure!(!documents.is_empty(), "there is no document in {}", corpus.place.display());
    let place = match &corpus.out {
        Some(out) => std::path::absolute(out)?,
        None => root.join(PLACE),
    };
    let mut table = std::io::stdout();
    writeln!(
        table,
        "{:<32} {:>7} {:>6} {:>6} {:>6} {:>7} {:>7} {:>9} {:>8}  result",
        "document", "version", "found", "made", "types", "lines", "foreign", "made in", "check"
    )?;
    let mut failed = 0;
    for document in &documents {
        let name = document.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let row = one(root, &place, document, corpus)?;
        let check = row.check.map_or_else(|| "-".to_owned(), |time| format!("{:.1} s", time.as_secs_f64()));
        writeln!(
            table,
            "{name:<32} {:>7} {:>6} {:>6} {:>6} {:>7} {:>7} {:>6.0} ms {check:>8}  {}",
            row.version,
            row.found,
            row.generated,
            row.types,
            row.lines,
            row.foreign,
            row.generation.as_secs_f64() * 1_000.0,
            if row.problem.is_none() { "ok" } else { "FAILED" }
        )?;
        if let Some(served) = row.served {
            writeln!(table, "    {served}")?;
        }
        if let Some(problem) = row.problem {
            failed += 1;
            let lines = problem.lines().count();
            for line in problem.lines().take(LINES) {
                writeln!(table, "    {line}")?;
            }
            if lines > LINES {
                writeln!(table, "    … and {} more lines", lines - LINES)?;
            }
        }
    }
    writeln!(table, "{} of {} documents are well", documents.len() - failed, documents.len())?;
    Ok(failed == 0)
}

/// The documents, by name.
fn documents(corpus: &Corpus) -> Result<Vec<PathBuf>> {
    let place = &corpus.place;
    if place.is_file() {
        return Ok(vec![place.clone()]);
    }
    let context = || format!("cannot list {}", place.display());
    let entries: Vec<_> = fs::read_dir(place).with_context(context)?.collect::<Result<_, _>>().with_context(context)?;
    let mut paths: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).filter(|path| path.is_file()).collect();
    paths.retain(|path| {
        let ending = path.extension().and_then(|ending| ending.to_str());
        let wanted = |only: &String| {
            let is = |name: Option<&std::ffi::OsStr>| name.is_some_and(|name| name.to_string_lossy() == only.as_str());
            is(path.file_name()) || is(path.file_stem())
        };
        let is_config = path.to_string_lossy().ends_with(".config.yaml");
        matches!(ending, Some("json" | "yaml" | "yml")) && !is_config && corpus.only.as_ref().is_none_or(wanted)
    });
    paths.sort();
    Ok(paths)
}

/// A workspace of its own, so that all crates share what they are built on. It holds one at a time, so that none is in
/// another's way.
fn prepare(root: &Path, place: &Path, name: &str) -> Result<()> {
    let manifest = format!("[workspace]\nmembers = [\"crates/{name}\"]\nresolver = \"3\"\n");
    let mut wanted = vec![("Cargo.toml".to_owned(), manifest)];
    if let (Some(lock), false) = (files::read(root, "Cargo.lock")?, place.join("Cargo.lock").exists()) {
        wanted.push(("Cargo.lock".to_owned(), lock));
    }
    files::write_all(place, &wanted)
}

fn one(root: &Path, place: &Path, document: &Path, corpus: &Corpus) -> Result<Row> {
    let name = crate_name(document);
    let out = place.join("crates").join(&name);
    // What is left of an earlier run must not be taken for what is made now.
    if out.exists() {
        fs::remove_dir_all(&out).with_context(|| format!("cannot delete {}", out.display()))?;
    }
    prepare(root, place, &name)?;
    let mut row = Row::default();
    let spec = document.to_string_lossy().into_owned();
    let source = match source::read(&spec, Hosts::Own) {
        Ok(source) => source,
        Err(error) => {
            row.problem = Some(format!("{error:#}"));
            return Ok(row);
        }
    };
    match count::operations(&source.bytes, document.parent().unwrap_or(Path::new("."))) {
        Ok((version, found)) => (row.version, row.found) = (version, found),
        Err(error) => row.problem = Some(format!("the operations cannot be counted: {error:#}")),
    }
    let config = document.with_extension("config.yaml");
    let options = Options {
        spec,
        out: out.clone(),
        name: name.clone(),
        config: config.exists().then_some(config),
        tests: corpus.run,
        hosts: Hosts::Own,
        strict: false,
        all_components: false,
    };
    let mut timings = Timings::start();
    begins(document, "generating");
    let report = generate::run(root, &options, &mut timings);
    row.generation = timings.total().cpu;
    let report = match report {
        Ok(report) => report,
        Err(error) => {
            row.problem = Some(format!("{error:#}"));
            return Ok(row);
        }
    };
    let summary = &report.summary;
    (row.types, row.lines, row.foreign) = (summary.types.0, summary.lines, summary.foreign.len());
    row.generated = generated(&out)?;
    if row.generated != row.found && row.problem.is_none() {
        row.problem = Some(format!("{} operations are in the document, {} in the crate", row.found, row.generated));
    }
    if corpus.check {
        deny_warnings(&out)?;
        begins(document, "compiling");
        warm_up(place)?;
        let start = Instant::now();
        let output = cargo(place, &["check", "--quiet", "--package", &name]).output().context("cannot run cargo")?;
        row.check = Some(start.elapsed());
        if !output.status.success() {
            row.problem = Some(String::from_utf8_lossy(&output.stderr).into_owned());
        }
    }
    if corpus.docs && row.problem.is_none() {
        begins(document, "making docs");
        let mut command = cargo(place, &["doc", "--no-deps", "--quiet", "--package", &name]);
        let output = command.env("RUSTDOCFLAGS", "-D warnings").output().context("cannot run cargo")?;
        if !output.status.success() {
            row.problem = Some(String::from_utf8_lossy(&output.stderr).into_owned());
        }
    }
    if corpus.run && row.problem.is_none() {
        begins(document, "calling every operation");
        let outcome = served::run(root, place, &out, &name)?;
        row.served = Some(outcome.line);
        row.problem = outcome.problem;
    }
    Ok(row)
}

/// Says what is done now, beside the table: one document may take minutes.
fn begins(document: &Path, step: &str) {
    eprintln!("{}: {step}", document.display());
}

/// How many operations the list of the crate has; one that takes its body in several ways counts once.
fn generated(out: &Path) -> Result<usize> {
    let text = files::read(out, "operations.json")?.context("the crate has no operations.json")?;
    let operations: Vec<Value> = serde_json::from_str(&text)?;
    let mut places: Vec<_> = operations.iter().map(|one| (one["path"].as_str(), one["method"].as_str())).collect();
    places.sort();
    places.dedup();
    Ok(places.len())
}

/// A warning in what is generated is a failure; one in what it is built on is not.
fn deny_warnings(out: &Path) -> Result<()> {
    let manifest = files::read(out, "Cargo.toml")?.context("the crate has no Cargo.toml")?;
    let text = format!("{manifest}\n[lints.rust]\nwarnings = \"deny\"\n");
    files::write_all(out, &[("Cargo.toml".to_owned(), text)])
}

/// Builds what all crates are built on, so that no crate's time has it in.
fn warm_up(place: &Path) -> Result<()> {
    let output =
        cargo(place, &["check", "--quiet", "--package", "logto-runtime"]).output().context("cannot run cargo")?;
    ensure!(output.status.success(), "the runtime does not compile: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

fn cargo(place: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(place).env("CARGO_TARGET_DIR", place.join("target"));
    command
}

/// The name of a document as that of a crate.
fn crate_name(document: &Path) -> String {
    let stem = document.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
    let name: String = stem.chars().map(|sign| if sign.is_ascii_alphanumeric() { sign } else { '-' }).collect();
    format!("api-{}", name.trim_matches('-'))
}
