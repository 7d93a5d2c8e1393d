//! `attack`: hostile documents, replies and networks, for as long as asked. What they do is in `tests/src/attack`.

use std::path::Path;

use anyhow::Result;

use crate::ci;

/// How long, and which.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// How long all attacks take together; a minute where nothing is said.
    pub seconds: Option<f64>,
    /// What chance begins with; 1 where nothing is said.
    pub seed: Option<u64>,
    /// The only attack to run.
    pub only: Option<String>,
    /// Its only case to run.
    pub case: Option<u64>,
    /// Without optimisation, as the tests are built.
    pub debug: bool,
}

/// Runs them in a process of its own, whose memory is bounded, and fails where one finds a fault.
pub fn run(root: &Path, options: &Options) -> Result<()> {
    let mut arguments = vec!["run", "--quiet", "--package", "logto-tests", "--bin", "attack"];
    if !options.debug {
        arguments.push("--release");
    }
    arguments.push("--");
    let given = [
        ("--seconds", options.seconds.map(|seconds| seconds.to_string())),
        ("--seed", options.seed.map(|seed| seed.to_string())),
        ("--only", options.only.clone()),
        ("--case", options.case.map(|case| case.to_string())),
    ];
    for (name, value) in &given {
        arguments.extend(value.as_deref().into_iter().flat_map(|value| [*name, value]));
    }
    ci::cargo(root, &arguments)
}
