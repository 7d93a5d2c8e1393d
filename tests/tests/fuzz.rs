//! The fuzz targets without a fuzzer: over their seeds, and over changed copies of them.

use std::path::Path;

use logto_tests::fuzz::TARGETS;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

/// Changed copies for each target.
const ROUNDS: u32 = 2_000;
/// The same where each becomes a crate.
const CRATES: u32 = 60;

/// The seeds of a target.
fn seeds(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
    let list = |folder: &Path| -> Vec<_> {
        let files = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        files.map(|file| file.expect("a file").path()).filter(|path| path.is_file()).collect()
    };
    let mut paths = list(&folder);
    if name == "generate" {
        paths.extend(list(&Path::new(env!("CARGO_MANIFEST_DIR")).join("documents")));
    }
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).expect("a seed")).collect()
}

/// A change of some bytes: where, how many go, what comes.
type Change = (prop::sample::Index, usize, Vec<u8>);

fn changed(seed: &[u8], changes: &[Change]) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for (at, gone, new) in changes {
        let at = at.index(bytes.len() + 1);
        let end = bytes.len().min(at + gone);
        bytes.splice(at..end, new.iter().copied());
    }
    bytes
}

#[test]
fn every_target_holds_over_its_seeds() {
    for (name, target) in TARGETS {
        let seeds = seeds(name);
        assert!(seeds.len() >= 5, "{name} has {} seeds", seeds.len());
        seeds.iter().for_each(|seed| target(seed));
    }
}

#[test]
fn every_target_holds_over_changed_seeds() {
    let pieces = prop_oneof![
        any::<Vec<u8>>().prop_map(|bytes| bytes.into_iter().take(12).collect()),
        "[\\[\\]{}\",:<>;=?&%0-9eE+.-]{1,6}".prop_map(String::into_bytes),
        prop::sample::select(vec![
            "null", "1e999", "-1", "\\u0000", "\\ud800", "\"\"", "[[[[", "page=", "rel=next", "\r\n"
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    let changes = prop::collection::vec((any::<prop::sample::Index>(), 0..8_usize, pieces), 0..6);
    for (name, target) in TARGETS {
        let cases = (prop::sample::select(seeds(name)), changes.clone());
        let rounds = if name.starts_with("generate") { CRATES } else { ROUNDS };
        let mut runner = TestRunner::new(ProptestConfig { cases: rounds, ..ProptestConfig::default() });
        let run = |(seed, changes): (Vec<u8>, Vec<Change>)| {
            target(&changed(&seed, &changes));
            Ok(())
        };
        runner.run(&cases, run).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn every_target_can_be_fuzzed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).expect("a manifest");
    for (name, _) in TARGETS {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
        let target = std::fs::read_to_string(folder.join(format!("fuzz_targets/{name}.rs"))).expect("a target");
        assert!(target.contains(&format!("fuzz::{name}(bytes)")), "{name}");
    }
}
