//! The table of OpenAPI's features names tests that there are.

use std::path::{Path, PathBuf};

/// Where the tests of a name are, by its first word; below `generator/tests/passes` unless said otherwise.
const ROOTS: [(&str, &str); 3] =
    [("wire", "runtime/tests/wire"), ("values", "runtime/tests/values"), ("tasks", "xtask/tests/tasks")];

#[test]
fn every_feature_has_a_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let table = std::fs::read_to_string(root.join("generator/OPENAPI.md")).expect("OPENAPI.md");
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with('|') && !line.starts_with("|--")).collect();
    assert!(rows.len() > 100, "{} rows", rows.len());
    let mut wrong = Vec::new();
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let [feature, old, new, _, tests] = cells.as_slice() else {
            wrong.push(format!("{row}: a row has five cells"));
            continue;
        };
        if *feature == "feature" {
            continue;
        }
        for support in [old, new] {
            if !["yes", "note", "error", "—"].contains(support) {
                wrong.push(format!("{feature}: `{support}` is no answer"));
            }
        }
        let names: Vec<&str> = tests.split('`').skip(1).step_by(2).collect();
        if names.is_empty() {
            wrong.push(format!("{feature}: names no test"));
        }
        wrong.extend(
            names.iter().filter(|name| !exists(&root, name)).map(|name| format!("{feature}: no test `{name}`")),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether there is such a document, or such a test.
fn exists(root: &Path, name: &str) -> bool {
    let Some((module, test)) = name.rsplit_once("::") else {
        return root.join("tests/documents").join(name).is_file();
    };
    let (first, rest) = module.split_once("::").unwrap_or((module, ""));
    let folder = match ROOTS.iter().find(|(word, _)| *word == first) {
        Some((_, folder)) => root.join(folder).join(rest),
        None => root.join("generator/tests/passes").join(module.replace("::", "/")),
    };
    let files: [PathBuf; 2] = [folder.with_extension("rs"), folder.join("mod.rs")];
    let text = files.iter().find_map(|file| std::fs::read_to_string(file).ok()).unwrap_or_default();
    text.contains(&format!("fn {test}("))
}
