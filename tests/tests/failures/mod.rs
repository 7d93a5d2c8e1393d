//! One module for each letter of what goes wrong around a client; a test begins with the id of its row.

mod a;
mod b;
mod c;
mod d;
mod e;
mod f;
mod g;
mod h;
mod scripted;

use std::path::Path;

/// The text of every Rust file in a folder.
fn sources(folder: &Path, all: &mut String) {
    for entry in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            sources(&entry, all);
        } else if entry.extension().is_some_and(|ending| ending == "rs") {
            all.push_str(&std::fs::read_to_string(&entry).expect("a text"));
        }
    }
}

#[test]
fn every_row_of_the_table_has_a_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let table = std::fs::read_to_string(root.join("tests/ROWS.md")).expect("a table");
    let rows: Vec<&str> = table.lines().filter_map(|line| line.strip_prefix("| R")?.split(' ').next()).collect();
    assert_eq!(rows.len(), 18, "{rows:?}");
    let mut tests = String::new();
    for folder in
        ["runtime/src", "runtime/tests", "generator/tests", "tests/src", "tests/tests", "xtask/src", "xtask/tests"]
    {
        sources(&root.join(folder), &mut tests);
    }
    for row in rows {
        assert!(tests.contains(&format!("fn r{row}_")), "no test of R{row}");
    }
}
