//! Every operation of a generated crate against a server made from the same document.

use std::path::Path;

use anyhow::{Context, Result};

use super::cargo;
use crate::files;

/// What the line of a test begins with that says what came of it.
const LINE: &str = "served: ";

/// What came of the calls.
pub(super) struct Outcome {
    /// What came of them, in a line, as far as they got.
    pub(super) line: String,
    /// What went wrong.
    pub(super) problem: Option<String>,
}

/// Gives a crate what its tests lean on, and runs them.
///
/// # Errors
///
/// Cargo cannot be run, or the manifest of the crate cannot be written.
pub(super) fn run(root: &Path, place: &Path, out: &Path, name: &str) -> Result<Outcome> {
    let manifest = files::read(out, "Cargo.toml")?.context("the crate has no Cargo.toml")?;
    let tests = root.join("tests").display().to_string();
    let needed = format!(
        "\n[dev-dependencies]\nlogto-tests = {{ path = {tests:?}, default-features = false }}\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }}\n"
    );
    files::write_all(out, &[("Cargo.toml".to_owned(), manifest + &needed)])?;
    let arguments = ["test", "--quiet", "--package", name, "--test", "operations", "--", "--nocapture"];
    let output = cargo(place, &arguments).env("RUST_BACKTRACE", "0").output().context("cannot run cargo")?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = text.lines().find_map(|line| line.strip_prefix(LINE));
    let line = line.unwrap_or("the tests did not get so far").to_owned();
    // Warnings of what the tests lean on come first, and are not what is looked for.
    let begin = text.lines().position(|line| line.starts_with("error") || line.contains(" problems:")).unwrap_or(0);
    let problem = || text.lines().skip(begin).collect::<Vec<_>>().join("\n");
    Ok(Outcome { line, problem: (!output.status.success()).then(problem) })
}
