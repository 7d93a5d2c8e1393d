//! Without one of its operations a document has the same names for all others.

use std::collections::BTreeSet;
use std::path::Path;

use logto_generator::load;
use logto_generator::lock::Lock;
use logto_generator::model::{Operation, Ty};
use logto_generator::names::OperationNames;
use logto_generator::pipeline::{self, Modelled};
use logto_generator::rules::Rules;
use serde_json::Value;

use super::support::ty;

const METHODS: [&str; 5] = ["get", "put", "post", "delete", "patch"];

fn made(document: &Value) -> Option<Modelled> {
    let (rules, lock) = (Rules::default(), Lock::default());
    let corrected = pipeline::corrected(document.to_string().as_bytes(), "", &rules, "1").ok()?;
    pipeline::model(&corrected, &rules, &lock, "1").ok()
}

/// Each operation's path and method.
fn all(document: &Value) -> Vec<(String, String)> {
    let items = document["paths"].as_object().into_iter().flatten();
    let of = |(path, item): (&String, &Value)| {
        let methods = METHODS.iter().filter(|method| item.get(**method).is_some());
        methods.map(|method| (path.clone(), (*method).to_owned())).collect::<Vec<_>>()
    };
    items.flat_map(of).collect()
}

/// Each method with the types of its body and its replies.
fn methods(made: &Modelled) -> Vec<String> {
    let operations = made.model.operations.iter().zip(&made.names.operations);
    let types = |types: &Vec<&Ty>| types.iter().map(|of| ty(of, made)).collect::<Vec<_>>().join(", ");
    let line = |(operation, names): (&Operation, &OperationNames)| {
        let [body, replies] = operation.exchanged();
        format!("{}({}) -> {}", names.method, types(&body), types(&replies))
    };
    operations.map(line).collect()
}

/// What is called otherwise without one operation: the methods with their types, and types that the whole does not have.
fn renamed(document: &Value, path: &str, method: &str, whole: &Modelled) -> Vec<String> {
    let mut fewer = document.clone();
    if let Some(item) = fewer["paths"][path].as_object_mut() {
        item.remove(method);
    }
    let Some(fewer) = made(&fewer) else { return Vec::new() };
    // A component that is only sent has its own name; what is also received leaves it `…Input`.
    let lines = |made| methods(made).into_iter().map(|line| line.replace("Input", ""));
    let known: BTreeSet<String> = lines(whole).collect();
    let mut lost: Vec<String> = lines(&fewer).filter(|line| !known.contains(line)).collect();
    let types: BTreeSet<&String> = whole.names.types.iter().map(|names| &names.name).collect();
    lost.extend(fewer.names.types.iter().map(|names| &names.name).filter(|name| !types.contains(name)).cloned());
    lost.into_iter().map(|line| format!("without {method} {path}: {line}")).collect()
}

#[test]
fn the_documents_of_this_repository_rename_nothing() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/documents");
    let mut tried = 0;
    for entry in std::fs::read_dir(&folder).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        // One of them has an id twice, against the specification: which has it depends on the other.
        if path.extension().is_none_or(|ending| ending != "yaml") || path.file_stem().is_some_and(|it| it == "lenient")
        {
            continue;
        }
        let bytes = std::fs::read(&path).expect("the document is there");
        let Ok(document) = load::document(&bytes) else { continue };
        let Some(whole) = made(&document.value) else { continue };
        for (operation, method) in all(&document.value) {
            let lost = renamed(&document.value, &operation, &method, &whole);
            assert!(lost.is_empty(), "{}: {lost:#?}", path.display());
            tried += 1;
        }
    }
    assert!(tried >= 60, "only {tried} operations were left out");
}
