//! `soak`: the client against a fake Logto with faults, for as long as told. What it does is in `tests/src/soak`.

use std::path::Path;

use anyhow::{Result, ensure};

use crate::ci;

/// Runs it in a process of its own and fails where its report has a fault.
pub fn run(root: &Path, minutes: f64) -> Result<()> {
    ensure!(minutes.is_finite() && minutes > 0.0, "`{minutes}` minutes is no time; say `--minutes 1`");
    let minutes = minutes.to_string();
    ci::cargo(root, &["run", "--quiet", "--package", "logto-tests", "--bin", "soak", "--", "--minutes", &minutes])
}
