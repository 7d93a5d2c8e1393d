//! What changed between two documents, and that `regen` says the same of it.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;
use xtask::diff::{self, Options};
use xtask::regen::{self, Mode};
use xtask::source::Hosts;
use xtask::{files, import};

/// A document as Logto writes them: a type that is read and written, a type that is only read, and one that is only sent.
fn document() -> Value {
    let text = || json!({"type": "string"});
    let reply =
        |schema: &Value| json!({"200": {"description": "", "content": {"application/json": {"schema": schema}}}});
    let user = json!({
        "type": "object", "required": ["id", "name", "kind"],
        "properties": {"id": text(), "name": {"type": "string", "nullable": true}, "shoe": {"type": "number"},
            "kind": {"type": "string", "enum": ["guest", "member"]}}
    });
    let body = json!({
        "type": "object", "required": ["name"],
        "properties": {"name": {"type": "string", "maxLength": 128}, "avatar": {"type": "string", "nullable": true}, "age": {"type": "number"}}
    });
    let id = json!([{"name": "id", "in": "path", "required": true, "schema": text()}]);
    json!({
        "openapi": "3.0.1", "info": {"title": "t", "version": "Cloud"},
        "paths": {
            "/api/users": {
                "get": {"operationId": "ListUsers", "tags": ["Users"],
                    "parameters": [{"name": "q", "in": "query", "schema": text()}],
                    "responses": reply(&json!({"type": "array", "items": user}))},
                "post": {"operationId": "CreateUser", "tags": ["Users"],
                    "requestBody": {"required": true, "content": {"application/json": {"schema": body}}},
                    "responses": reply(&user)}
            },
            "/api/users/{id}": {"get": {"operationId": "GetUser", "tags": ["Users"], "parameters": id, "responses": reply(&user)}},
            "/api/hooks/{id}": {"delete": {"operationId": "DeleteHook", "tags": ["Hooks"], "parameters": id,
                "responses": {"204": {"description": ""}}}}
        }
    })
}

/// Puts a value at a JSON pointer, or takes away what is there.
fn put(document: &mut Value, pointer: &str, value: Option<Value>) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = document.pointer_mut(parent).unwrap_or_else(|| panic!("{pointer}")).as_object_mut().unwrap();
    let key = key.replace("~1", "/");
    match value {
        Some(value) => drop(parent.insert(key, value)),
        None => drop(parent.remove(&key).unwrap()),
    }
}

const LIST: &str = "/paths/~1api~1users/get";
const CREATE: &str = "/paths/~1api~1users/post";
const GET: &str = "/paths/~1api~1users~1{id}/get";
const BODY: &str = "/paths/~1api~1users/post/requestBody/content/application~1json/schema";
const SCHEMA: &str = "responses/200/content/application~1json/schema";

/// The schema of a user wherever it stands.
fn users() -> [String; 3] {
    [format!("{LIST}/{SCHEMA}/items"), format!("{CREATE}/{SCHEMA}"), format!("{GET}/{SCHEMA}")]
}

/// A change of the document, and what is told: what breaks, what is new, and what else changed.
struct Case {
    changes: Vec<(String, Option<Value>)>,
    breaking: &'static [&'static str],
    added: &'static [&'static str],
    values: &'static [&'static str],
}

fn cases() -> Vec<Case> {
    let at = |place: &str, step: &str, value: Value| vec![(format!("{place}/{step}"), Some(value))];
    let in_users =
        |step: &str, value: Value| users().map(|user| (format!("{user}/{step}"), Some(value.clone()))).to_vec();
    let case = |changes, breaking, added, values| Case { changes, breaking, added, values };
    let required = |names: Value| in_users("required", names);
    vec![
        case(vec![], &[], &[], &[]),
        // What is received.
        case(in_users("properties/mail", json!({"type": "string"})), &[], &["type User: mail"], &[]),
        case(
            [in_users("properties/mail", json!({"type": "string"})), required(json!(["id", "name", "kind", "mail"]))]
                .concat(),
            &[],
            &["type User: mail"],
            &[],
        ),
        case(required(json!(["id", "name"])), &["User.kind: was always there and is optional now"], &[], &[]),
        case(required(json!(["id", "kind"])), &[], &[], &[]),
        case(
            in_users("properties/shoe", json!({"type": "string"})),
            &["User.shoe: was `%int` and is `%string`"],
            &[],
            &[],
        ),
        case(in_users("properties/kind/enum", json!(["guest", "member", "bot"])), &[], &["type UserKind: Bot"], &[]),
        // What is sent.
        case(at(BODY, "properties/mail", json!({"type": "string"})), &[], &["type CreateUserBody: mail"], &[]),
        case(
            [at(BODY, "properties/mail", json!({"type": "string"})), at(BODY, "required", json!(["name", "mail"]))]
                .concat(),
            &["CreateUserBody.mail: is new and must be sent"],
            &["type CreateUserBody: mail"],
            &[],
        ),
        case(
            at(BODY, "required", json!(["name", "age"])),
            &["CreateUserBody.age: was optional and must now be sent"],
            &[],
            &[],
        ),
        case(at(BODY, "required", json!([])), &["CreateUserBody.name: was always there and is optional now"], &[], &[]),
        case(
            at(BODY, "properties/age/nullable", json!(true)),
            &["CreateUserBody.age: was an `Option` and is a `Patch`: it may be `null` now"],
            &[],
            &[],
        ),
        case(
            at(BODY, "properties/name/nullable", json!(true)),
            &["CreateUserBody.name: was never `null` and may be `null` now"],
            &[],
            &[],
        ),
        case(
            at(BODY, "properties/name/maxLength", json!(64)),
            &[],
            &[],
            &["CreateUserBody.name: its maximum was `128` and is `64`"],
        ),
        // Operations.
        case(
            vec![("/paths/~1api~1hooks~1{id}".to_owned(), None)],
            &[
                "DeleteHook: the document has this operation no more",
                "Hooks: no operation has this tag now: the feature `hooks` is gone",
            ],
            &[],
            &[],
        ),
        case(at(GET, "tags", json!(["Hooks"])), &["GetUser: was in the feature `users` and is in `hooks`"], &[], &[]),
        case(
            at(
                LIST,
                "parameters",
                json!([{"name": "q", "in": "query", "schema": {"type": "string"}},
                {"name": "role", "in": "query", "schema": {"type": "string"}}]),
            ),
            &[],
            &["operation ListUsers: role"],
            &[],
        ),
        case(
            at(
                LIST,
                "parameters",
                json!([{"name": "q", "in": "query", "required": true, "schema": {"type": "string"}}]),
            ),
            &["ListUsers: `q` was optional and must now be given"],
            &[],
            &[],
        ),
        case(at(GET, "deprecated", json!(true)), &[], &[], &["GetUser: is deprecated now"]),
        case(
            at(
                "",
                "paths/~1api~1hooks",
                json!({"get": {"operationId": "ListHooks", "tags": ["Hooks"], "responses": {"204": {"description": ""}}}}),
            ),
            &[],
            &["operation ListHooks: list_hooks"],
            &[],
        ),
    ]
}

/// A repository that was generated from a document.
fn repository(document: &Value) -> TempDir {
    let folder = TempDir::new().unwrap();
    let root = folder.path();
    import(root, document, "1.0.0");
    let rest = [
        (files::OVERLAY, "overlay: 1.0.0\nactions: []\n"),
        (files::RULES, "dialect: logto\ncrate: {name: small, about: A small crate.}\n"),
        (files::DOCS_OPERATIONS, "{}\n"),
        (files::DOCS_TYPES, "{}\n"),
        (
            files::MANIFEST,
            "[package]\nname = \"small\"\n\n[features]\n# generated features: begin\n# generated features: end\n",
        ),
    ];
    for (path, text) in rest {
        fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
        fs::write(root.join(path), text).unwrap();
    }
    regen::run(root, Mode::Write).unwrap();
    folder
}

fn import(root: &Path, document: &Value, release: &str) {
    let source = root.join("download.json").to_str().unwrap().to_owned();
    fs::write(&source, document.to_string()).unwrap();
    let options = import::Options { source, release: release.to_owned(), keep_prose: false, hosts: Hosts::Own };
    import::run(root, &options, "2026-01-02").unwrap();
}

/// The breaking changes that `REPORT.md` lists.
fn reported(root: &Path) -> Vec<String> {
    let report = fs::read_to_string(root.join("generated/REPORT.md")).unwrap();
    let Some((_, section)) = report.split_once("## Breaking changes\n\n") else { return Vec::new() };
    let lines = section.lines().take_while(|line| line.starts_with("- "));
    lines.map(|line| line.trim_start_matches("- `").replacen("` ", ": ", 1)).collect()
}

#[test]
fn regen_reports_what_diff_told() {
    let old = document();
    for Case { changes, breaking, added, values } in cases() {
        let folder = repository(&old);
        let root = folder.path();
        let mut new = old.clone();
        for (pointer, value) in &changes {
            put(&mut new, pointer, value.clone());
        }
        let download = root.join("new.json").to_str().unwrap().to_owned();
        fs::write(&download, new.to_string()).unwrap();
        let specs = root.join(files::DOCUMENT).to_str().unwrap().to_owned();
        let told = diff::run(root, &Options { old: specs, new: download, ..Options::default() }).unwrap();
        let lines =
            |problems: &[logto_generator::error::Problem]| problems.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(lines(&told.breaking), breaking, "{changes:?}");
        assert_eq!(told.added, added, "{changes:?}");
        assert_eq!(lines(&told.values), values, "{changes:?}");
        import(root, &new, "1.1.0");
        regen::run(root, Mode::Write).unwrap();
        assert_eq!(reported(root), breaking, "{changes:?}");
    }
}

#[test]
fn documents_of_the_real_releases_are_told_as_they_were_generated() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let documents = root.join("../shared/specs/logto");
    if !documents.is_dir() {
        eprintln!("skipped: Logto's documents of older releases do not lie beside the project");
        return;
    }
    // How many changes of each release break code; `releases.rs` of the generator has them one by one.
    for (old, new, breaking) in [("1.34.0", "1.38.0", 6), ("1.38.0", "1.40.1", 2), ("1.40.1", "1.42.0", 5)] {
        let path = |release| documents.join(format!("management-{release}.json")).to_str().unwrap().to_owned();
        let told = diff::run(&root, &Options { old: path(old), new: path(new), ..Options::default() }).unwrap();
        assert_eq!(told.breaking.len(), breaking, "{old} -> {new}: {told}");
        assert!(told.unmatched.is_empty(), "{told}");
    }
}

#[test]
fn a_document_of_another_api_is_compared_with_its_own_configuration() {
    let folder = TempDir::new().unwrap();
    let root = folder.path();
    let write = |name: &str, text: String| {
        fs::write(root.join(name), text).unwrap();
        root.join(name).to_str().unwrap().to_owned()
    };
    let pets = |key: &str, limit: &str| {
        format!(
            "openapi: 3.0.3\ninfo: {{title: Pets, version: '1'}}\npaths:\n  /pets:\n    get: {{operationId: listPets, security: [{{{key}: []}}], \
             parameters: [{{in: query, name: limit, schema: {{type: {limit}}}}}], responses: {{'204': {{description: d}}}}}}\n\
             components: {{securitySchemes: {{{key}: {{type: apiKey, in: header, name: X-Key}}}}}}\n"
        )
    };
    let options = Options {
        old: write("old.yaml", pets("key", "integer")),
        new: write("new.yaml", pets("token", "string")),
        config: Some(write("config.yaml", "names: names.lock\n".to_owned()).into()),
        ..Options::default()
    };
    let told = diff::run(root, &options).unwrap();
    let breaking: Vec<String> = told.breaking.iter().map(ToString::to_string).collect();
    assert_eq!(breaking, ["listPets: `limit` was `%int` and is `%string`", "ClientBuilder::key: is gone"]);
    assert_eq!(told.added, ["client token"]);
}

#[test]
fn a_correction_that_matches_nothing_is_told_and_no_error() {
    let folder = repository(&document());
    let root = folder.path();
    let action =
        "overlay: 1.0.0\nactions:\n  - {target: \"$.paths['/api/gone']\", remove: true, x-reason: It is wrong.}\n";
    fs::write(root.join(files::OVERLAY), action).unwrap();
    let specs = root.join(files::DOCUMENT).to_str().unwrap().to_owned();
    let told = diff::run(root, &Options { old: specs.clone(), new: specs, ..Options::default() }).unwrap();
    assert!(told.to_string().contains("`regen` stops at them:\n  specs/overlay.yaml#/actions/0: "), "{told}");
}
