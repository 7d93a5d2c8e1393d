//! The lock over Logto's real releases, where their documents lie beside the project.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use logto_generator::lock::Lock;
use logto_generator::pipeline::{self, Modelled};
use logto_generator::rules::Rules;
use logto_generator::{load, prose, released};

/// The releases, and what of each breaks code that was written against the one before.
const RELEASES: [(&str, &[&str]); 4] = [
    ("1.34.0", &[]),
    (
        "1.38.0",
        &[
            "ClientCredentialsCustomizer.contextSample: was `{%any}` and is `ClientCredentialsContext`",
            "TestJwtCustomizerClientCredentials.context: is new and must be sent",
            "AssignUserRoles: its reply was `%content` and is `AssignedRoles`",
            "ReplaceUserRoles: its reply was `%content` and is `RoleIds`",
            "UserLogtoConfigs.mfa: was always there and is optional now",
            "UserLogtoConfigsMfa.skipped: was always there and is optional now",
        ],
    ),
    (
        "1.40.1",
        &[
            "AddOrganizationUsers: its reply was `%content` and is `UserIds`",
            "AssignOrganizationRolesToUser: its reply was `%content` and is `OrganizationRoleIds`",
        ],
    ),
    (
        "1.42.0",
        &[
            "AssignApplicationRoles: its reply was `%content` and is `AssignedRoles`",
            "DeleteApplicationLegacySecret: its reply was `?Application` and is `Application`",
            "FullSignInExperience.emailBlocklistPolicy: was always there and is dropped by the document: it is optional now",
            "Application.secret: was always there and is optional now",
            "OrganizationApplication.secret: was always there and is optional now",
        ],
    ),
];

/// The sections of a lock before a release, and the types that are in its own.
fn known(lock: &str, release: &str) -> String {
    let (before, from) = lock.split_once(&format!("[{release}]\n")).expect("the release is in the lock");
    let own = from.split("\n[").next().unwrap_or_default();
    let types: Vec<&str> = own.lines().filter(|line| line.starts_with("type ")).collect();
    format!("{before}[{release}]\n{}\n", types.join("\n"))
}

/// Every public name by what it stands for: places of types, members and variants, methods, setters.
fn names(modelled: &Modelled) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for (def, names) in modelled.model.defs.iter().zip(&modelled.names.types) {
        for place in &def.places {
            all.insert(format!("type at {place}"), names.name.clone());
        }
    }
    for (operation, names) in modelled.model.operations.iter().zip(&modelled.names.operations) {
        all.insert(format!("method of {}", operation.id), names.method.clone());
        for (param, name) in operation.query.iter().zip(&names.query) {
            all.insert(format!("setter of {} for {}", operation.id, param.json), name.clone());
        }
    }
    let lock = Lock::default();
    for line in released::entries(&modelled.model, &modelled.names, &lock) {
        let line = line.to_string();
        let words: Vec<&str> = line.split(' ').collect();
        if let ["member" | "variant", of, json, name, ..] = words[..] {
            all.insert(format!("{of}/{json}"), name.to_owned());
        }
    }
    all
}

#[test]
fn no_name_changes_from_release_to_release() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let documents = root.join("../shared/specs/logto");
    if !documents.is_dir() {
        eprintln!("skipped: Logto's documents of older releases do not lie beside the project");
        return;
    }
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap_or_default();
    let overlay = read("specs/overlay.yaml");
    let committed = read("specs/names.lock");
    let mut missing = Vec::new();
    let lines: BTreeSet<&str> = committed.lines().collect();
    let mut before: BTreeMap<String, String> = BTreeMap::new();
    for (release, breaks) in RELEASES {
        let rules = Rules::parse(&read("specs/rules.yaml")).expect("the rules parse");
        let bytes = std::fs::read(documents.join(format!("management-{release}.json"))).expect("the document is there");
        let mut document = load::document(&bytes).expect("the document loads").value;
        prose::note_facts(&mut document);
        prose::strip(&mut document, "t");
        let corrected =
            pipeline::corrected(document.to_string().as_bytes(), &overlay, &rules, release).expect("corrects");
        let known = Lock::parse(&known(&committed, release)).expect("the lock parses");
        let modelled = pipeline::model(&corrected, &rules, &known, release).expect("models");
        let split: Vec<_> =
            modelled.breaking.iter().filter(|problem| problem.message.contains("is no longer")).collect();
        assert!(split.is_empty(), "{release} takes names away: {split:?}");
        let now = names(&modelled);
        let renamed: Vec<_> = before.iter().filter(|(of, name)| now.get(*of).is_some_and(|now| now != *name)).collect();
        assert!(renamed.is_empty(), "{release} renames {renamed:?}");
        let gone: Vec<_> = before.keys().filter(|of| !of.starts_with("type at") && !now.contains_key(*of)).collect();
        assert!(gone.is_empty(), "{release} drops {gone:?}");
        let entries = released::entries(&modelled.model, &modelled.names, &known);
        missing.extend(entries.iter().map(ToString::to_string).filter(|line| !lines.contains(line.as_str())));
        let breaking: Vec<String> = modelled.breaking.iter().map(ToString::to_string).collect();
        assert_eq!(breaking, breaks, "{release}");
        println!("{release}: {} operations, {} types", modelled.model.operations.len(), modelled.model.defs.len());
        before = now;
    }
    assert!(missing.is_empty(), "the committed lock is not made from these releases: {missing:?}");
}
