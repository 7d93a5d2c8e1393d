//! What the project commits is complete.

use std::path::Path;

use logto_generator::{Sources, generate};

#[test]
fn every_operation_and_type_has_a_sentence_and_nothing_is_new_in_the_lock() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    let sources = Sources {
        document: read("specs/management.json"),
        meta: read("specs/management.meta.json"),
        overlay: read("specs/overlay.yaml"),
        rules: read("specs/rules.yaml"),
        docs_operations: read("specs/docs/operations.yaml"),
        docs_types: read("specs/docs/types.yaml"),
        lock: read("specs/names.lock"),
        cargo_toml: read("generated/Cargo.toml"),
    };
    let output = generate(&sources, &mut |_| ()).expect("the specs generate");
    assert_eq!(
        (output.summary.docs_gaps, output.summary.new_entries, output.summary.breaking),
        (0, 0, 0),
        "{}",
        output.summary
    );
}
