//! Nothing in the runtime panics by itself, so that a program that aborts on a panic is not ended by what a server sends.
//!
//! The crate is for targets with std and tokio's timers; wasm32 is not offered.

use std::fs;
use std::path::{Path, PathBuf};

fn runtime() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime")
}

/// The sources below a folder.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Modules that a source declares for tests alone.
fn test_modules(text: &str) -> Vec<String> {
    let after = text.split("#[cfg(test)]\nmod ").skip(1);
    after.filter_map(|rest| rest.split_once(';').map(|(name, _)| name.to_owned())).collect()
}

#[test]
fn g1_the_lints_against_panics_are_on() {
    let lib = fs::read_to_string(runtime().join("src/lib.rs")).expect("the runtime");
    // CI runs clippy with warnings denied.
    let wanted = ["arithmetic_side_effects", "expect_used", "indexing_slicing", "panic", "unwrap_used"];
    let list = lib.split_once("not(test),\n    warn(").and_then(|(_, rest)| rest.split_once(')')).expect("the lints").0;
    for lint in wanted {
        assert!(list.contains(&format!("clippy::{lint}")), "{lint} is not among {list}");
    }
    let ci = fs::read_to_string(runtime().join("../xtask/src/ci.rs")).expect("ci");
    assert!(ci.contains(r#""clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings""#));
    let manifest = fs::read_to_string(runtime().join("Cargo.toml")).expect("the manifest");
    assert!(manifest.contains("[lints]\nworkspace = true"));
    let workspace = fs::read_to_string(runtime().join("../Cargo.toml")).expect("the workspace");
    assert!(workspace.contains("unsafe_code = \"forbid\""));
}

#[test]
fn g1_nothing_gets_around_the_lints() {
    let mut files = Vec::new();
    let folder = runtime().join("src");
    sources(&folder, &mut files);
    let read = |file: &PathBuf| fs::read_to_string(file).expect("a source");
    let tests: Vec<String> = files.iter().flat_map(|file| test_modules(&read(file))).collect();
    files.retain(|file| {
        let path = file.strip_prefix(&folder).expect("below it").with_extension("");
        !path.iter().any(|part| tests.iter().any(|test| part == test.as_str()))
    });
    assert!(files.len() > 30, "{files:?}");
    for file in files {
        let text = read(&file);
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        for (number, line) in code.enumerate() {
            for bad in [
                "allow(",
                "unwrap()",
                "panic!(",
                "unreachable!(",
                "todo!(",
                "unimplemented!(",
                "process::exit",
                "process::abort",
            ] {
                assert!(!line.contains(bad), "{}: {bad} in code line {}", file.display(), number + 1);
            }
        }
        for expected in text.split("expect(").skip(1).filter(|rest| rest.starts_with("clippy::")) {
            let lint = expected.split([',', ')']).next().unwrap_or_default();
            let harmless =
                ["clippy::disallowed_methods", "clippy::cast_possible_truncation", "clippy::cast_precision_loss"];
            assert!(
                harmless.contains(&lint)
                    || !lint.contains("used") && !lint.contains("panic") && !lint.contains("indexing"),
                "{}: {lint}",
                file.display()
            );
        }
    }
}
