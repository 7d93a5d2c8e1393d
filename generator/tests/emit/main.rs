//! What emit prints for a small model, compared with files that were read by a person.
//!
//! `UPDATE_GOLDEN=1 cargo test -p logto-generator --test emit` writes them anew; read the diff.

mod fixture;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use logto_generator::docs::Docs;
use logto_generator::emit::{
    DriverInput, FEATURES_BEGIN, FEATURES_END, File, HandWritten, Input, SampleCall, UnionSamples, driver, emit,
    features,
};
use logto_generator::model::{DefId, Model};
use logto_generator::names::Names;
use serde_json::{Value, json};

fn docs() -> Docs {
    let operations =
        "UpdateUser: Changes a user; <b> and [x] are safe, `<i>` too, and so is https://example.com/a_b.\n";
    Docs::parse(operations, "User: A person who can sign in.\n").expect("the docs are maps")
}

fn with_input<T>(model: &Model, names: &Names, docs: &Docs, run: impl FnOnce(&Input<'_>) -> T) -> T {
    let modules = [
        HandWritten {
            name: "client".to_owned(),
            public: false,
            exports: vec!["Client".to_owned(), "ClientBuilder".to_owned()],
        },
        HandWritten { name: "search".to_owned(), public: true, exports: vec!["Search".to_owned()] },
    ];
    run(&Input {
        model,
        names,
        docs,
        crate_name: "small-crate",
        about: "A small crate.\n\nWith two paragraphs.",
        reference: Some("https://example.com/operation-{id}"),
        modules: &modules,
    })
}

fn emitted(model: &Model, names: &Names) -> Result<Vec<File>, String> {
    with_input(model, names, &docs(), |input| emit(input).map_err(|error| error.to_string()))
}

fn samples() -> DriverInput {
    let call = |operation: usize, path: &[Value], query: &[Value], bodies: Option<(Value, Value)>| {
        let (body_min, body_full) = bodies.unzip();
        SampleCall {
            operation,
            path: path.to_vec(),
            query: query.to_vec(),
            body_min,
            body_full,
            ..SampleCall::default()
        }
    };
    let row = |def: usize, variant: usize, samples: &[Value]| UnionSamples {
        def: DefId(def),
        variant,
        samples: samples.to_vec(),
    };
    let list = [json!("%first%"), json!(true), json!(["a", "b"]), json!(["Active"]), json!({"email": "e"})];
    DriverInput {
        calls: vec![
            call(0, &[], &list, None),
            call(1, &[json!("u1")], &[], Some((json!({}), json!({"avatar": "\"# quoted"})))),
            call(2, &[json!("u1")], &[], Some((json!({}), json!({"note": "n"})))),
            call(
                3,
                &[json!("u1"), json!("on-hold"), json!(7)],
                &[json!(1), json!("2024-05-01T12:00:00Z")],
                Some((json!({}), json!({"type": "Text"}))),
            ),
            call(4, &[], &[], None),
            call(5, &[], &[], None),
            call(6, &[], &[], Some((json!("x"), json!(["x"])))),
            find_zones(),
            call(8, &[json!("z")], &[], Some((json!({}), json!({"label": "l"})))),
            call(9, &[json!("z")], &[], Some((json!({}), json!({"label": "l"})))),
            call(10, &[json!("z")], &[], Some((parts(), parts()))),
            call(11, &[json!("z")], &[], None),
            call(12, &[json!("z")], &[], Some((json!("a"), json!("b")))),
            call(13, &[json!("z")], &[], Some((json!("a"), json!("b")))),
            call(14, &[json!("z"), json!(0.5)], &[], None),
            call(15, &[json!("z"), json!(0.5)], &[], None),
        ],
        unions: vec![
            row(3, 0, &[json!({"type": "Totp"})]),
            row(3, 1, &[json!({"type": "Text"}), json!({"type": "Number"})]),
            row(6, 0, &[json!("a")]),
            row(6, 1, &[json!(["a"])]),
            row(7, 0, &[json!({"email": "e"})]),
            row(7, 1, &[json!({"type": "t", "label": "l"})]),
            row(12, 0, &[json!({"mark": null})]),
            row(12, 1, &[json!({"email": "e"})]),
        ],
    }
}

fn find_zones() -> SampleCall {
    let user = json!({"avatar": null});
    SampleCall {
        operation: 7,
        path: vec![json!([1, 2]), json!("p")],
        query: vec![json!(["a", "b"]), user.clone(), json!({"email": "e"}), json!("/a"), json!(["Active"])],
        headers: vec![json!(1), json!(["t"]), json!("2024-05-01T12:00:00Z"), user],
        cookies: vec![json!("s"), json!(["Active"])],
        ..SampleCall::default()
    }
}

fn parts() -> Value {
    let input = json!({"type": "t", "label": "l"});
    json!({"tags": ["a", "b"], "count": 3, "states": ["Active"], "input": input, "inputs": [input], "table": "a,b",
        "ratio": 0.5, "shares": [0.5, 1]})
}

fn golden_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/emit/golden")
}

fn read_golden(dir: &Path, found: &mut BTreeMap<PathBuf, String>) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            read_golden(&path, found);
        } else {
            let text = fs::read_to_string(&path).expect("a golden file is text");
            found.insert(path, text);
        }
    }
}

#[test]
fn the_files_are_as_read() {
    let (model, names) = fixture::model();
    let mut files = emitted(&model, &names).expect("the model can be printed");
    let tests = with_input(&model, &names, &docs(), |input| driver(input, &samples()));
    files.extend(tests.expect("every operation and variant has values"));
    let made: BTreeMap<PathBuf, String> =
        files.into_iter().map(|file| (golden_dir().join(file.path), file.text)).collect();
    for (path, text) in made.iter().filter(|(path, _)| path.extension().is_some_and(|extension| extension == "rs")) {
        if let Err(error) = syn::parse_file(text) {
            panic!("{} does not parse: {error}", path.display());
        }
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let _ = fs::remove_dir_all(golden_dir());
        for (path, text) in &made {
            fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("the folder can be made");
            fs::write(path, text).expect("the golden file can be written");
        }
    }
    let mut golden = BTreeMap::new();
    read_golden(&golden_dir(), &mut golden);
    assert_eq!(golden.keys().collect::<Vec<_>>(), made.keys().collect::<Vec<_>>());
    for (path, text) in &made {
        let lines = golden[path].lines().zip(text.lines()).enumerate();
        for (index, (expected, found)) in lines {
            assert_eq!(expected, found, "{}:{}", path.display(), index + 1);
        }
        assert_eq!(golden[path].len(), text.len(), "{}", path.display());
    }
}

#[test]
fn two_runs_give_the_same() {
    let (model, names) = fixture::model();
    assert_eq!(emitted(&model, &names), emitted(&model, &names));
}

#[test]
fn names_that_cannot_be_printed_are_refused() {
    type Change = fn(&mut Model, &mut Names);
    let cases: [(Change, &str); 11] = [
        (|_, names| names.types[0].name = "9 lives".to_owned(), "that is no Rust identifier"),
        (|_, names| names.types[0].name = "x; fn main() {}".to_owned(), "that is no Rust identifier"),
        (|_, names| names.types[0].name = "String".to_owned(), "import that name from elsewhere"),
        (|_, names| names.types[0].name = "Log".to_owned(), "are both called `Log`"),
        (|_, names| names.types[0].name = "ListUsersRequest".to_owned(), "are both called `ListUsersRequest`"),
        (|_, names| names.types[0].members[0] = "avatar".to_owned(), "are `avatar`"),
        (|_, names| names.types[1].members[0] = "Unknown".to_owned(), "the generated code needs it itself"),
        (|_, names| names.operations[0].query[0] = "send".to_owned(), "the generated code needs it itself"),
        (|_, names| names.operations[0].method = "update_user".to_owned(), "are both called `update_user`"),
        (|_, names| drop(names.tags.remove("Users")), "has tag `Users`, which has no names"),
        (|_, names| drop(names.types[0].members.pop()), "has 7 members and 6 names for them"),
    ];
    for (change, expected) in cases {
        let (mut model, mut names) = fixture::model();
        change(&mut model, &mut names);
        let error = emitted(&model, &names).expect_err(expected);
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn docs_are_sentences() {
    let (model, names) = fixture::model();
    let cases = [
        ("Ping: No stop\n", "must be one line that ends with a full stop"),
        ("Ping: An open ` mark.\n", "has an open backtick"),
    ];
    for (operations, expected) in cases {
        let docs = Docs::parse(operations, "").expect("the docs are maps");
        let error = with_input(&model, &names, &docs, emit).expect_err(expected).to_string();
        assert!(error.contains(expected), "{error}");
    }
    assert!(Docs::parse("- a list\n", "").is_err());
    assert_eq!(Docs::parse("", "").expect("nothing is a map too"), Docs::default());
}

#[test]
fn docs_without_something_and_things_without_docs_are_told() {
    let (model, names) = fixture::model();
    let docs = Docs::parse("Ping: Pings.\nNobody: Is here.\n", "").expect("the docs are maps");
    let gaps: Vec<String> = docs.gaps(&model, &names).iter().map(ToString::to_string).collect();
    let expected = [
        "there is no operation `Nobody`",
        "the operation `ListLogs` has no sentence",
        "the type `User` has no sentence",
    ];
    for expected in expected {
        assert!(gaps.iter().any(|gap| gap.contains(expected)), "{expected} is not in {gaps:?}");
    }
    assert!(!gaps.iter().any(|gap| gap.contains("`Ping`")));
}

#[test]
fn the_driver_needs_values_for_everything() {
    let (model, names) = fixture::model();
    let mut values = samples();
    values.calls.pop();
    values.unions.pop();
    let error = with_input(&model, &names, &docs(), |input| driver(input, &values));
    let error = error.expect_err("something lacks values").to_string();
    assert!(error.contains("operation `GetMap` has no values"), "{error}");
    assert!(error.contains("variant `Email` of union `Bound` has no sample"), "{error}");
}

#[test]
fn features_are_rewritten_between_their_marks() {
    let (_, names) = fixture::model();
    let list = "default = [\n    \"audit-logs\",\n    \"users\",\n    \"zones\",\n]\naudit-logs = []\nusers = []\nzones = []\n";
    let before = format!("[features]\n{FEATURES_BEGIN}\nold = []\n{FEATURES_END}\nextra = []\n");
    let after = format!("[features]\n{FEATURES_BEGIN}\n{list}{FEATURES_END}\nextra = []\n");
    assert_eq!(features(&before, &names).expect("both marks are there"), after);
    assert_eq!(features(&after, &names).expect("both marks are there"), after);
    for broken in [
        String::new(),
        FEATURES_BEGIN.to_owned(),
        format!("{FEATURES_END}\n{FEATURES_BEGIN}\n"),
        format!("{before}{before}"),
    ] {
        assert!(features(&broken, &names).is_err(), "{broken}");
    }
}

#[test]
fn a_long_file_of_types_is_split() {
    let (mut model, mut names) = fixture::model();
    for index in 0..400 {
        // Letters, because a name does not end in a number.
        let letters: String = format!("{index:03}").bytes().map(|digit| char::from(digit - b'0' + b'a')).collect();
        let (mut def, mut of) = (model.defs[9].clone(), names.types[9].clone());
        def.sent = index % 2 == 0;
        of.name = format!("Extra{}", letters.to_uppercase());
        model.defs.push(def);
        names.types.push(of);
    }
    let files = emitted(&model, &names).expect("the files are short enough");
    let logs: Vec<_> = files.iter().filter(|file| file.path.starts_with("src/types/audit_logs")).collect();
    let paths: Vec<_> = logs.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "src/types/audit_logs_received.rs",
            "src/types/audit_logs_received_from_extra_ceb.rs",
            "src/types/audit_logs_sent.rs",
            "src/types/audit_logs_sent_from_extra_bgc.rs",
            "src/types/audit_logs_sent_from_extra_dce.rs",
        ]
    );
    assert!(logs.iter().all(|file| file.text.lines().count() <= 2_000));
}

#[test]
fn a_long_file_of_operations_is_split() {
    let (mut model, mut names) = fixture::model();
    for index in 0..200 {
        let letters: String = format!("{index:03}").bytes().map(|digit| char::from(digit - b'0' + b'a')).collect();
        let (mut operation, mut of) = (model.operations[1].clone(), names.operations[1].clone());
        operation.id = format!("Extra{letters}");
        of.method = format!("extra_{letters}");
        model.operations.push(operation);
        names.operations.push(of);
    }
    let files = emitted(&model, &names).expect("the files are short enough");
    let users: Vec<_> = files.iter().filter(|file| file.path.starts_with("src/operations/users")).collect();
    let paths: Vec<_> = users.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "src/operations/users.rs",
            "src/operations/users_from_extra_agb.rs",
            "src/operations/users_from_extra_bda.rs",
            "src/operations/users_from_extra_bjj.rs",
        ]
    );
    assert!(users.iter().all(|file| file.text.lines().count() <= 2_000));
    let methods: usize = users.iter().map(|file| file.text.matches("    pub fn extra_").count()).sum();
    assert_eq!(methods, 200);
}
