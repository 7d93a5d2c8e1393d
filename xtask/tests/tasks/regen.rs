//! What `regen` writes and deletes, and what `regen --check` sees.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

use tempfile::TempDir;
use xtask::regen::{self, Difference, Mode};
use xtask::source::Hosts;
use xtask::{files, import};

const DOCUMENT: &str = r#"{
  "openapi": "3.0.1", "info": {"title": "t", "version": "1"},
  "tags": [{"name": "Users"}, {"name": "Hooks"}],
  "paths": {
    "/api/users/{userId}": {"get": {"operationId": "GetUser", "tags": ["Users"],
      "parameters": [{"name": "userId", "in": "path", "required": true, "schema": {"type": "string"}}],
      "responses": {"200": {"description": "", "content": {"application/json": {"schema": {
        "type": "object", "required": ["id"], "properties": {"id": {"type": "string"}, "name": {"type": "string", "nullable": true}}}}}}}}},
    "/api/hooks/{id}": {"delete": {"operationId": "DeleteHook", "tags": ["Hooks"],
      "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
      "responses": {"204": {"description": ""}}}}
  }
}"#;

const MANIFEST: &str =
    "[package]\nname = \"small\"\n\n[features]\n# generated features: begin\n# generated features: end\n";

/// A repository with a small document, not yet generated.
fn repository() -> TempDir {
    let folder = TempDir::new().unwrap();
    let root = folder.path();
    put(root, "download.json", DOCUMENT);
    let source = root.join("download.json").to_str().unwrap().to_owned();
    let options = import::Options { source, release: "1.42.0".into(), keep_prose: false, hosts: Hosts::Own };
    import::run(root, &options, "2026-01-02").unwrap();
    put(root, files::OVERLAY, "overlay: 1.0.0\nactions: []\n");
    put(root, files::RULES, "dialect: logto\ncrate: {name: small, about: A small crate.}\n");
    put(root, files::DOCS_OPERATIONS, "{}\n");
    put(root, files::DOCS_TYPES, "{}\n");
    put(root, files::MANIFEST, MANIFEST);
    folder
}

fn put(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn run(root: &Path, mode: Mode) -> regen::Report {
    regen::run(root, mode).unwrap_or_else(|error| panic!("{error:#}"))
}

/// Every file below a folder with its text and the time of its last change.
fn snapshot(root: &Path) -> BTreeMap<String, (String, SystemTime)> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                let name = entry.path().strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                let time = entry.metadata().unwrap().modified().unwrap();
                found.insert(name, (fs::read_to_string(entry.path()).unwrap(), time));
            }
        }
    }
    found
}

#[test]
fn a_second_run_finds_nothing_to_do() {
    let folder = repository();
    let first = run(folder.path(), Mode::Write);
    assert!(!first.difference().missing.is_empty(), "{first}");
    let before = snapshot(folder.path());
    assert!(before.contains_key("generated/src/lib.rs") && before.contains_key(files::LOCK), "{:?}", before.keys());
    let second = run(folder.path(), Mode::Write);
    assert!(second.difference().is_empty(), "{second}");
    assert!(second.to_string().ends_with("0 files changed, 0 new, 0 deleted"), "{second}");
    assert_eq!(snapshot(folder.path()), before);
    let check = run(folder.path(), Mode::Check);
    assert!(!check.is_stale() && check.to_string().ends_with("everything is up to date"), "{check}");
}

#[test]
fn whatever_the_order_of_keys() {
    let (one, other) = (repository(), repository());
    let mut document: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(other.path().join(files::DOCUMENT)).unwrap()).unwrap();
    reverse(&mut document);
    put(other.path(), files::DOCUMENT, &document.to_string());
    let texts = |root: &Path| {
        run(root, Mode::Write);
        let generated =
            snapshot(&root.join("generated")).into_iter().map(|(path, (text, _))| (path, text)).collect::<Vec<_>>();
        (generated, fs::read_to_string(root.join(files::LOCK)).unwrap())
    };
    assert_eq!(texts(one.path()), texts(other.path()));
}

fn reverse(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(members) => {
            members.values_mut().for_each(reverse);
            *members = std::mem::take(members).into_iter().rev().collect();
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(reverse),
        _ => {}
    }
}

/// Something that happens to a generated repository, and what is wrong then.
type Case = (&'static str, fn(&Path), fn(&Difference) -> (Vec<&String>, usize));

fn stale(difference: &Difference) -> (Vec<&String>, usize) {
    (difference.stale.iter().map(|(path, _)| path).collect(), difference.missing.len() + difference.extra.len())
}

fn missing(difference: &Difference) -> (Vec<&String>, usize) {
    (difference.missing.iter().map(|(path, _)| path).collect(), difference.stale.len() + difference.extra.len())
}

fn extra(difference: &Difference) -> (Vec<&String>, usize) {
    (difference.extra.iter().collect(), difference.stale.len() + difference.missing.len())
}

#[test]
fn what_is_not_as_generated_is_seen_and_repaired() {
    const OLD: &str = "// @generated by cargo xtask regen; do not edit.\n\npub fn old() {}\n";
    let cases: &[(&str, Case)] = &[
        ("generated/src/lib.rs", ("an edited file", |root| put(root, "generated/src/lib.rs", "// edited\n"), stale)),
        ("generated/operations.json", ("an edited list", |root| put(root, "generated/operations.json", "[]\n"), stale)),
        (
            "generated/src/operations/users.rs",
            (
                "a deleted file",
                |root| fs::remove_file(root.join("generated/src/operations/users.rs")).unwrap(),
                missing,
            ),
        ),
        (
            "generated/REPORT.md",
            ("a deleted report", |root| fs::remove_file(root.join("generated/REPORT.md")).unwrap(), missing),
        ),
        (files::LOCK, ("a deleted lock", |root| fs::remove_file(root.join(files::LOCK)).unwrap(), missing)),
        (files::MANIFEST, ("features of before", |root| put(root, files::MANIFEST, MANIFEST), stale)),
        (
            "generated/src/types/gone.rs",
            ("a file of before", |root| put(root, "generated/src/types/gone.rs", OLD), extra),
        ),
        (
            "generated/src/types/zombie.rs",
            ("a file without the header", |root| put(root, "generated/src/types/zombie.rs", "//! Mine.\n"), extra),
        ),
        (
            "generated/tests/operations/gone.rs",
            ("a test of before", |root| put(root, "generated/tests/operations/gone.rs", OLD), extra),
        ),
    ];
    let folder = repository();
    let root = folder.path();
    run(root, Mode::Write);
    let good: BTreeMap<_, _> = snapshot(root).into_iter().map(|(path, (text, _))| (path, text)).collect();
    for (path, (name, happens, list)) in cases {
        happens(root);
        let before = snapshot(root);
        let check = run(root, Mode::Check);
        assert!(check.is_stale(), "{name}");
        let (found, others) = list(check.difference());
        assert_eq!((found, others), (vec![&path.to_string()], 0), "{name}: {check}");
        let text = check.to_string();
        assert!(text.contains(&format!(": {path}\n")) && text.ends_with("run: cargo xtask regen"), "{name}: {text}");
        assert_eq!(snapshot(root), before, "{name}: a check writes nothing");

        run(root, Mode::Write);
        let repaired: BTreeMap<_, _> = snapshot(root).into_iter().map(|(path, (text, _))| (path, text)).collect();
        assert_eq!(repaired, good, "{name}");
    }
}

#[test]
fn what_people_wrote_is_left_alone() {
    let folder = repository();
    let root = folder.path();
    put(root, "generated/src/client.rs", "//! Written by hand; not `// @generated`.\n");
    put(root, "generated/README.md", "// @generated\n");
    run(root, Mode::Write);
    assert!(root.join("generated/src/client.rs").is_file());
    assert!(root.join("generated/README.md").is_file());
    assert!(!run(root, Mode::Check).is_stale());
}

#[test]
fn an_operation_that_is_gone_takes_its_file_along() {
    let folder = repository();
    let root = folder.path();
    run(root, Mode::Write);
    assert!(root.join("generated/src/operations/hooks.rs").is_file());
    let mut document: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(root.join(files::DOCUMENT)).unwrap()).unwrap();
    document["paths"].as_object_mut().unwrap().retain(|path, _| path.contains("users"));
    put(root, files::DOCUMENT, &document.to_string());
    let report = run(root, Mode::Write);
    assert!(report.difference().extra.contains(&"generated/src/operations/hooks.rs".to_owned()), "{report}");
    assert!(!root.join("generated/src/operations/hooks.rs").exists());
}

#[test]
fn what_is_missing_is_told_and_nothing_is_written() {
    let cases = [
        (files::DOCUMENT, "first: cargo xtask import"),
        (files::META, "first: cargo xtask import"),
        (files::OVERLAY, "specs/overlay.yaml is missing"),
        (files::RULES, "specs/rules.yaml is missing"),
        (files::MANIFEST, "generated/Cargo.toml is missing"),
    ];
    for (path, message) in cases {
        let folder = repository();
        fs::remove_file(folder.path().join(path)).unwrap();
        let before = snapshot(folder.path());
        let error = format!("{:#}", regen::run(folder.path(), Mode::Write).expect_err(path));
        assert!(error.contains(message), "{path}: {error}");
        assert_eq!(snapshot(folder.path()), before, "{path}");
    }
    let folder = repository();
    put(folder.path(), files::OVERLAY, "overlay: 1.0.0\nactions: [{target: $.nothing, remove: true, x-reason: r}]\n");
    let before = snapshot(folder.path());
    let error = format!("{:#}", regen::run(folder.path(), Mode::Write).expect_err("an action that matches nothing"));
    assert!(error.contains("matches nothing"), "{error}");
    assert_eq!(snapshot(folder.path()), before);
}
