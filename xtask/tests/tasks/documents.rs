//! The small documents of this repository, each of which shows a part of the specification, generate and compile, and every
//! operation of theirs works against a server made from the same document.

use std::path::Path;

use xtask::corpus::{self, Corpus};

#[test]
fn every_feature_of_the_specification_compiles() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let corpus = Corpus {
        place: root.join("tests/documents"),
        only: None,
        check: true,
        docs: false,
        run: true,
        out: Some(root.join("target/documents")),
    };
    assert!(corpus::run(root, &corpus).unwrap(), "the table above says which does not");
}
