//! `ci`: everything that must hold, one step after the other, the cheap ones first.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::regen::{self, Mode};

/// The crate whose features are checked one by one.
const CRATE: &str = "logto-management";

/// Runs the steps and stops at the first that fails.
pub fn run(root: &Path) -> Result<()> {
    step("format", || cargo(root, &["fmt", "--all", "--check"]))?;
    step("generated code is up to date", || {
        let report = regen::run(root, Mode::Check)?;
        println!("{report}");
        ensure!(!report.is_stale(), "the generated code is not what specs/ says");
        Ok(())
    })?;
    step("lints", || cargo(root, &["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"]))?;
    step("tests", || cargo(root, &["test", "--workspace", "--quiet"]))?;
    step("a minute of soak", || tested("soak", &["--minutes", "1"]))?;
    step("attacks", || tested("attack", &["--seconds", "15"]))?;
    step("docs", || {
        let mut command = command(root, &["doc", "--workspace", "--no-deps", "--quiet"]);
        succeed(command.env("RUSTDOCFLAGS", "-D warnings"))
    })?;
    step("features", || features(root))?;
    step("features of what users compile", || compiled(root))?;
    println!("all is well");
    Ok(())
}

/// Each feature alone must build without a warning, and so must none at all.
fn features(root: &Path) -> Result<()> {
    let output =
        command(root, &["metadata", "--no-deps", "--format-version", "1"]).output().context("cannot run cargo")?;
    ensure!(output.status.success(), "cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata["packages"].as_array().context("cargo metadata lists no packages")?;
    let package = packages
        .iter()
        .find(|package| package["name"] == CRATE)
        .context("the generated crate is not in the workspace")?;
    let features = package["features"].as_object().context("cargo metadata lists no features")?;
    let alone =
        features.keys().filter(|feature| *feature != "default").map(|feature| vec!["--features", feature.as_str()]);
    let all: Vec<_> = std::iter::once(Vec::new()).chain(alone).collect();
    for feature in &all {
        let mut arguments = vec!["clippy", "--package", CRATE, "--lib", "--quiet", "--no-default-features"];
        arguments.extend(feature);
        arguments.extend(["--", "-D", "warnings"]);
        cargo(root, &arguments).with_context(|| format!("with `{}`", feature.last().unwrap_or(&"no feature")))?;
    }
    println!("{} feature sets build", all.len());
    Ok(())
}

/// Runs a program of the tests that the step before has built: `cargo run` for its package alone would compile most of what it
/// is made of again, with other features.
fn tested(program: &str, arguments: &[&str]) -> Result<()> {
    let ours = std::env::current_exe().context("where this program is")?;
    let program = ours.with_file_name(format!("{program}{}", std::env::consts::EXE_SUFFIX));
    ensure!(program.is_file(), "the tests have built no {}", program.display());
    succeed(Command::new(&program).args(arguments))
}

/// What a crate that depends on ours compiles: nothing that only our tests need.
fn compiled(root: &Path) -> Result<()> {
    // Without dev-dependencies and for this package alone, features are those of a crate outside of the workspace.
    let arguments = ["tree", "--package", CRATE, "--edges", "normal,build", "--prefix", "none", "--format", "{p} {f}"];
    let output = command(root, &arguments).output().context("cannot run cargo")?;
    ensure!(output.status.success(), "cargo tree failed: {}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).context("cargo tree is not UTF-8")?;
    ensure!(tree.contains("hyper v"), "cargo tree lists no hyper: {tree}");
    let unwanted = unwanted(&tree);
    ensure!(unwanted.is_empty(), "users compile what they do not need: {}", unwanted.join(", "));
    Ok(())
}

/// Features of servers and of tests in a list of packages with their features.
fn unwanted(tree: &str) -> Vec<String> {
    const UNWANTED: [&str; 3] = ["server", "server-auto", "test-util"];
    let mut found = Vec::new();
    for line in tree.lines() {
        let mut words = line.split_whitespace();
        let (Some(package), Some(features)) = (words.next(), words.nth(1)) else { continue };
        let is_unwanted = |feature: &&str| UNWANTED.contains(feature);
        found.extend(features.split(',').filter(is_unwanted).map(|feature| format!("{package}/{feature}")));
    }
    found.sort();
    found.dedup();
    found
}

fn step(name: &str, run: impl FnOnce() -> Result<()>) -> Result<()> {
    println!("== {name}");
    let start = Instant::now();
    run().with_context(|| format!("`{name}` failed"))?;
    println!("   {:.1} s", start.elapsed().as_secs_f64());
    Ok(())
}

/// Runs cargo with these arguments in the repository.
pub(crate) fn cargo(root: &Path, arguments: &[&str]) -> Result<()> {
    succeed(&mut command(root, arguments))
}

fn command(root: &Path, arguments: &[&str]) -> Command {
    // The cargo that runs us, so that the toolchain is the same.
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root);
    command
}

fn succeed(command: &mut Command) -> Result<()> {
    let status = command.status().context("cannot run cargo")?;
    if !status.success() {
        let arguments: Vec<_> = command.get_args().map(|argument| argument.to_string_lossy()).collect();
        bail!("to see it alone: cargo {}", arguments.join(" "));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::unwanted;

    #[test]
    fn features_that_users_do_not_need_are_found() {
        let cases: [(&str, &[&str]); 5] = [
            ("hyper v1.12.0 client,default,http1,http2\ntokio v1.54.1 net,rt (*)\n", &[]),
            ("hyper v1.12.0 client,http1,server\nhyper v1.12.0 client,http1,server (*)\n", &["hyper/server"]),
            (
                "tokio v1.54.1 test-util,net\nhyper-util v0.1.21 server-auto",
                &["hyper-util/server-auto", "tokio/test-util"],
            ),
            ("server v1.0.0 default\nlogto-runtime v0.1.0 (/a/server)", &[]),
            ("", &[]),
        ];
        for (tree, expected) in cases {
            assert_eq!(unwanted(tree), expected, "{tree}");
        }
    }
}
