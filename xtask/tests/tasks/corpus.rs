//! What `corpus` does about a document that cannot be read.

use std::fs;
use std::path::Path;

use tempfile::TempDir;
use xtask::corpus::{self, Corpus};

const DOCUMENT: &str = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\n";

#[cfg(target_os = "linux")]
#[test]
fn the_others_are_tried_all_the_same() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name);
    // A file that opens and cannot be read, by anybody.
    std::os::unix::fs::symlink("/proc/self/mem", path("a.yaml")).unwrap();
    fs::write(path("b.yaml"), DOCUMENT).unwrap();
    let corpus = Corpus {
        place: folder.path().to_owned(),
        only: None,
        check: false,
        docs: false,
        run: false,
        out: Some(path("out")),
    };
    assert!(!corpus::run(Path::new("/repository"), &corpus).unwrap(), "one of two is not well");
    assert!(path("out/crates/api-b/src/lib.rs").is_file());
    assert!(!path("out/crates/api-a").exists());
}
