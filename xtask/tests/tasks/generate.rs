//! What `generate` makes, writes and leaves alone.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;
use xtask::generate::{self, Options, Report};
use xtask::source::Hosts;
use xtask::timings::Timings;

const DOCUMENT: &str = r##"
openapi: 3.1.0
info: {title: A small shop, version: 2.1.0, description: "Sells *things*."}
servers:
  - url: https://{region}.shop.example/v1
    variables: {region: {enum: [eu, us], default: eu}}
  - url: https://test.shop.example/v1
components:
  securitySchemes:
    Login: {type: http, scheme: basic}
    Key: {type: apiKey, in: header, name: X-Key}
    Machine: {type: oauth2, flows: {clientCredentials: {tokenUrl: /token, scopes: {read: ""}}}}
security: [{Login: []}, {Key: []}, {Machine: []}]
paths:
  /things/{id}:
    get:
      operationId: getThing
      tags: [Things]
      summary: Gets a thing
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        "200": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}}
  /orders:
    post:
      operationId: createOrder
      tags: [Orders]
      responses: {"204": {description: done}}
"##;

const SCHEMAS: &str =
    "  schemas:\n    Thing: {type: object, required: [id], properties: {id: {type: string, description: Its id.}}}\n";

/// Where the features go in a manifest.
const MARKS: &str = "[features]\n# generated features: begin\n# generated features: end\n";

/// A folder with a small document.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        let place = Self(TempDir::new().unwrap());
        place.put("shop.yaml", &DOCUMENT.replace("components:\n", &format!("components:\n{SCHEMAS}")));
        place
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn put(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn options(&self, out: &str) -> Options {
        Options {
            hosts: Hosts::Own,
            spec: self.path("shop.yaml").to_str().unwrap().to_owned(),
            out: self.path(out),
            name: "small-shop".to_owned(),
            config: None,
            strict: false,
            all_components: false,
            tests: false,
        }
    }

    fn run(&self, options: &Options) -> Result<Report, String> {
        Self::run_from(Path::new("/repository"), options)
    }

    fn run_from(root: &Path, options: &Options) -> Result<Report, String> {
        generate::run(root, options, &mut Timings::start()).map_err(|error| format!("{error:#}"))
    }

    /// Every file with its text.
    fn files(&self, folder: &str) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        let mut folders = vec![self.path(folder)];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().map(Result::unwrap) {
                if entry.file_type().unwrap().is_dir() {
                    folders.push(entry.path());
                } else {
                    let path = entry.path().strip_prefix(self.0.path()).unwrap().to_str().unwrap().to_owned();
                    found.insert(path, fs::read_to_string(entry.path()).unwrap());
                }
            }
        }
        found
    }
}

#[test]
fn a_whole_crate() {
    let place = Place::new();
    let report = place.run(&place.options("out")).unwrap();
    assert_eq!((report.summary.operations, report.summary.types.0), (2, 1), "{report}");
    let files = place.files("out");
    let paths: Vec<&str> = files.keys().map(|path| path.strip_prefix("out/").unwrap()).collect();
    let expected = [
        "Cargo.toml",
        "REPORT.md",
        "operations.json",
        "src/client.rs",
        "src/lib.rs",
        "src/operations/mod.rs",
        "src/operations/orders.rs",
        "src/operations/things.rs",
        "src/types/mod.rs",
        "src/types/things.rs",
    ];
    assert_eq!(paths, expected);
    let held = [
        ("Cargo.toml", "name = \"small-shop\""),
        ("Cargo.toml", "logto-runtime = { path = \"/repository/runtime\" }"),
        ("Cargo.toml", "things = []"),
        ("src/lib.rs", "//! A small shop\n//!\n//! Sells *things*."),
        ("src/lib.rs", "pub use client::{Client, ClientBuilder, Server, ServerRegion};"),
        ("src/client.rs", "server: Some(\"https://eu.shop.example/v1\")"),
        ("src/client.rs", "pub fn basic(self, user: impl Into<String>, password: impl Into<Secret>) -> Self"),
        ("src/client.rs", "pub fn key(self, key: impl Into<Secret>) -> Self"),
        ("src/client.rs", "pub fn client_credentials("),
        ("src/client.rs", "token_url: Some(\"/token\")"),
        ("src/client.rs", "format!(\"https://{region}.shop.example/v1\")"),
        ("src/operations/things.rs", "/// Gets a thing.\n    ///\n    /// `GET /things/{id}`"),
        ("src/types/things.rs", "/// Its id.\n    pub id: String"),
    ];
    for (path, text) in held {
        assert!(files[&format!("out/{path}")].contains(text), "{path}: {text}\n{}", files[&format!("out/{path}")]);
    }
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".rs")) {
        assert!(text.starts_with("// @generated"), "{path}");
    }
}

/// What is both sent and received is lost once, and an operation is named that has to do with it.
#[test]
fn the_report_says_where_and_by_whom() {
    let place = Place::new();
    let either = "{oneOf: [{type: integer}, {type: number}]}";
    let body = "content: {application/json: {schema: {$ref: '#/components/schemas/All'}}}";
    place.put("shop.yaml", &format!(
        "openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths:\n  /all:\n    put: {{requestBody: {{{body}}}, responses: {{'200': {{description: d, {body}}}}}}}\n    get: {{responses: {{'204': {{description: d}}}}}}\ncomponents: {{schemas: {{All: {{type: object, properties: {{one: {either}}}}}}}}}\n"
    ));
    place.run(&place.options("out")).unwrap();
    let report = fs::read_to_string(place.path("out/REPORT.md")).unwrap();
    let notes: Vec<&str> = report.lines().filter(|line| line.starts_with("- `/")).collect();
    assert_eq!(
        notes,
        [
            "- `/paths/~1all/get`: an operation without operationId is called by its method and path (and at 1 more: `/paths/~1all/put`)",
            "- `/components/schemas/All/properties/one` (`PUT /all`): whole numbers or fractions: `f64`, which rounds whole numbers beyond 2⁵³",
        ]
    );
}

#[test]
fn the_same_again_is_the_same() {
    let place = Place::new();
    place.run(&place.options("out")).unwrap();
    let before = place.files("out");
    let again = place.run(&place.options("out")).unwrap();
    assert!(again.difference.is_empty(), "{again}");
    assert_eq!(place.files("out"), before);
    place.run(&place.options("other")).unwrap();
    let texts = |files: BTreeMap<String, String>| files.into_values().collect::<Vec<_>>();
    assert_eq!(texts(place.files("other")), texts(before));
}

#[test]
fn only_what_was_generated_is_replaced_or_removed() {
    let place = Place::new();
    place.put("out/README.md", "mine");
    place.put("out/src/extra.rs", "//! Mine.\n");
    let old = "// @generated by cargo xtask generate; do not edit.\n";
    place.put("out/src/types/gone.rs", old);
    let others = [
        ("out/src/types/proto.rs", "// @generated by prost-build\n"),
        ("out/src/proto.rs", "// @generated by cargo xtask regen; do not edit.\n"),
        ("out/src/types/mine/things.rs", old),
        ("out/cli/src/lib.rs", old),
        ("out/examples/things.rs", old),
        ("out/things.rs", old),
    ];
    others.iter().for_each(|(path, text)| place.put(path, text));
    let report = place.run(&place.options("out")).unwrap();
    assert!(report.to_string().ends_with(" 1 deleted\ndeleted: src/types/gone.rs"), "{report}");
    let files = place.files("out");
    assert_eq!(files["out/README.md"], "mine");
    assert_eq!(files["out/src/extra.rs"], "//! Mine.\n");
    assert!(!files.contains_key("out/src/types/gone.rs"));
    others.iter().for_each(|(path, text)| assert_eq!(files[*path], *text));

    // A manifest that people changed keeps what they wrote.
    let manifest = files["out/Cargo.toml"].replace("[dependencies]\n", "[dependencies]\nanyhow = \"1\"\n");
    place.put("out/Cargo.toml", &manifest.replace("things = []\n", ""));
    place.run(&place.options("out")).unwrap();
    assert_eq!(place.files("out")["out/Cargo.toml"], manifest);
}

#[test]
fn nothing_is_written_where_something_is_wrong() {
    type Change = fn(&Place, &mut Options);
    let cases: [(&str, Change, &str); 24] = [
        ("a name with a blank", |_, options| options.name = "two words".to_owned(), "`two words` cannot be the name"),
        ("a keyword", |_, options| options.name = "crate".to_owned(), "cannot be the name of a crate"),
        ("no name", |_, options| options.name.clear(), "cannot be the name of a crate"),
        ("a name that Cargo keeps", |_, options| options.name = "std".to_owned(), "cannot be the name of a crate"),
        ("a name too long", |_, options| options.name = "x".repeat(65), "cannot be the name of a crate"),
        (
            "the name of what it is built on",
            |_, options| options.name = "logto-runtime".to_owned(),
            "`logto-runtime` cannot be the name of the crate: it is built on a crate `logto-runtime`",
        ),
        (
            "the same in other signs",
            |_, options| options.name = "serde-json".to_owned(),
            "it is built on a crate `serde_json`",
        ),
        (
            "another crate in the folder",
            |place, _| place.put("out/Cargo.toml", &format!("[package]\nname = \"other\"\n{MARKS}")),
            "Cargo.toml: this is the crate \"other\", and `small-shop` is asked for",
        ),
        (
            "another runtime in the manifest than in the configuration",
            |place, options| {
                place.put("out/Cargo.toml", &format!("[dependencies]\nlogto-runtime = {{ path = \"x\" }}\n{MARKS}"));
                place.put("config.yaml", "runtime: {git: 'https://git.example/x', rev: abc}\n");
                options.config = Some(place.path("config.yaml"));
            },
            "write `logto-runtime = { git = \"https://git.example/x\", rev = \"abc\" }` there",
        ),
        (
            "an overlay that does not fit",
            |place, options| {
                place.put("overlay.yaml", "overlay: 1.0.0\nactions: [{target: $.x, remove: true, x-reason: r}]\n");
                place.put("config.yaml", "overlay: overlay.yaml\n");
                options.config = Some(place.path("config.yaml"));
            },
            "shop.yaml: nothing was generated: overlay.yaml#/actions/0: `$.x` matches nothing",
        ),
        (
            "an overlay for some releases, and a version that is none",
            |place, options| {
                place.put("shop.yaml", &DOCUMENT.replace("2.1.0", "2024-01"));
                let action = "{target: $.info.title, remove: true, x-reason: r, x-releases: {from: 1.0.0}}";
                place.put("overlay.yaml", &format!("overlay: 1.0.0\nactions: [{action}]\n"));
                place.put("config.yaml", "overlay: overlay.yaml\n");
                options.config = Some(place.path("config.yaml"));
            },
            "the release `2024-01` is not of the form 1.42.0; say in the configuration which `release` it is",
        ),
        (
            "a rule that matches nothing",
            |place, options| {
                place.put("rules.yaml", "names: [{of: Thing/none, name: some, reason: r}]\n");
                place.put("config.yaml", "rules: rules.yaml\n");
                options.config = Some(place.path("config.yaml"));
            },
            "rules.yaml: `names: Thing/none` matches nothing",
        ),
        (
            "rules that are none",
            |place, options| {
                place.put("rules.yaml", "- names\n");
                place.put("config.yaml", "rules: rules.yaml\n");
                options.config = Some(place.path("config.yaml"));
            },
            "rules.yaml: invalid type: sequence, expected a map of lists of rules",
        ),
        (
            "several things",
            |place, _| {
                let wrong = DOCUMENT
                    .replace("\"204\": {description: done}", "\"204\": {$ref: '#/none'}")
                    .replace("paths:\n", "paths:\n  /none: {$ref: '#/none'}\n");
                place.put("shop.yaml", &wrong);
            },
            "shop.yaml: nothing was generated, 2 things are wrong:\nline 15: ",
        ),
        ("no folder", |_, options| options.out = PathBuf::new(), "say where the crate goes"),
        (
            "a file as the folder",
            |place, options| {
                place.put("file", "");
                options.out = place.path("file");
            },
            "is not a folder",
        ),
        (
            "a file in the way of the folder",
            |place, options| {
                place.put("file", "");
                options.out = place.path("file/below");
            },
            "a file is in its way",
        ),
        (
            "a file that people wrote",
            |place, _| place.put("out/src/lib.rs", "//! Mine.\n"),
            "was not generated, but a file of its name would be",
        ),
        (
            "a file that another generator made",
            |place, _| place.put("out/src/types/things.rs", "// @generated by prost-build\n"),
            "was not generated, but a file of its name would be",
        ),
        (
            "a list of operations that is somebody else's",
            |place, _| place.put("out/operations.json", "[]"),
            "move it away",
        ),
        (
            "a manifest without a place for features",
            |place, _| place.put("out/Cargo.toml", "[package]\nname = \"small-shop\"\n"),
            "put the lines `# generated features: begin`",
        ),
        ("no document", |place, options| options.spec = format!("{}x", place.path("none").display()), "cannot open"),
        ("a broken document", |place, _| place.put("shop.yaml", &DOCUMENT.replace("3.1.0", "4.0.0")), "not supported"),
        (
            "a response that is nowhere",
            |place, _| {
                place.put(
                    "shop.yaml",
                    &DOCUMENT.replace("{description: done}", "{$ref: '#/components/responses/None'}"),
                );
            },
            "shop.yaml: nothing was generated: ",
        ),
    ];
    for (name, change, message) in cases {
        let place = Place::new();
        let mut options = place.options("out");
        change(&place, &mut options);
        let before = place.files("");
        let error = place.run(&options).expect_err(name);
        assert!(error.contains(message), "{name}: {error}");
        assert_eq!(place.files(""), before, "{name}");
    }
}

/// Other files are read from the folder of the document only, whatever lies in it.
#[test]
#[cfg(unix)]
fn nothing_outside_of_the_folder_is_read() {
    use std::os::unix::fs::symlink;

    type Lay = fn(&Place) -> std::io::Result<()>;
    let cases: [(&str, Lay, Result<(), &str>); 6] = [
        ("a file", |place| fs::write(place.path("api/schemas.yaml"), "Thing: {type: string}"), Ok(())),
        ("a link inside", |place| symlink("shop.yaml", place.path("api/schemas.yaml")), Ok(())),
        (
            "a link to a file outside",
            |place| symlink("../shop.yaml", place.path("api/schemas.yaml")),
            Err("schemas.yaml is a link out of the folder of the document"),
        ),
        (
            "a link to what never ends",
            |place| symlink("/dev/zero", place.path("api/schemas.yaml")),
            Err("schemas.yaml is a link out of the folder of the document"),
        ),
        ("a folder", |place| fs::create_dir(place.path("api/schemas.yaml")), Err("schemas.yaml is no file")),
        ("nothing", |_| Ok(()), Err("cannot open")),
    ];
    for (name, lay, expected) in cases {
        let place = Place::new();
        place.put("api/shop.yaml", &DOCUMENT.replace("#/components/schemas/Thing", "schemas.yaml#/Thing"));
        lay(&place).unwrap();
        let options =
            Options { spec: place.path("api/shop.yaml").to_str().unwrap().to_owned(), ..place.options("out") };
        match (place.run(&options), expected) {
            (Ok(_), Ok(())) => {}
            (Err(error), Err(message)) => assert!(error.contains(message), "{name}: {error}"),
            (found, _) => panic!("{name}: {found:?}"),
        }
    }
}

#[test]
fn the_configuration_has_its_say() {
    let place = Place::new();
    place.put(
        "config/shop.yaml",
        "about: What the shop sells.\nrules: rules.yaml\noverlay: overlay.yaml\nnames: names.lock\ndocs: false\n\
         features: false\nserver: https://other.example\nbase_path: /v2\nruntime: {git: 'https://git.example/x', rev: abc}\n",
    );
    place.put(
        "config/rules.yaml",
        "types: [{name: Article, places: [Thing.component], reason: It is one.}]\nnames: []\n",
    );
    place.put(
        "config/overlay.yaml",
        "overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions:\n  - {target: \"$.paths['/orders']\", remove: true, x-reason: It is gone.}\n",
    );
    let options = Options { config: Some(place.path("config/shop.yaml")), ..place.options("out") };
    place.run(&options).unwrap();
    let files = place.files("out");
    let held = [
        ("Cargo.toml", "logto-runtime = { git = \"https://git.example/x\", rev = \"abc\" }"),
        ("Cargo.toml", "# generated features: begin\n# generated features: end"),
        ("src/lib.rs", "//! What the shop sells."),
        ("src/client.rs", "server: Some(\"https://other.example\")"),
        ("src/client.rs", "logto_runtime::client!(PROFILE, below \"/v2\");"),
        ("src/operations/things.rs", "/// Calls `getThing`."),
        ("src/types/things.rs", "pub struct Article"),
    ];
    for (path, text) in held {
        assert!(files[&format!("out/{path}")].contains(text), "{path}: {text}\n{}", files[&format!("out/{path}")]);
    }
    assert!(!files.contains_key("out/src/operations/orders.rs"));
    assert!(!files["out/src/operations/mod.rs"].contains("cfg(feature"));

    // The lock keeps names from here on.
    let lock = fs::read_to_string(place.path("config/names.lock")).unwrap();
    assert!(lock.contains("type Article"), "{lock}");
    place.put("config/rules.yaml", "");
    place.run(&options).unwrap();
    assert!(place.files("out")["out/src/types/things.rs"].contains("pub struct Article"));
    assert_eq!(fs::read_to_string(place.path("config/names.lock")).unwrap(), lock);
}

#[test]
fn a_configuration_that_cannot_be_is_told() {
    let cases = [
        ("colour: blue\n", "unknown field `colour`"),
        ("server: example.com\n", "/server: `example.com` is no URL"),
        ("server: https://me:pass@example.com\n", "/server: has a user name or a password in it"),
        ("server: https://example.com/v1?key=1\n", "/server: `https://example.com/v1?key=1` has a query or a fragment"),
        ("server: https://example.com#top\n", "has a query or a fragment"),
        ("server: https://\n", "/server: `https://` has no host"),
        ("server: https://{region}.example.com\n", "has a blank or a brace in it"),
        ("release: ''\n", "/release: is empty"),
        ("base_path: v1\n", "/base_path: `v1` is no path"),
        ("runtime: {}\n", "/runtime: say one of `path`, `git` and `version`"),
        ("runtime: {path: x, version: '1'}\n", "/runtime: say one of"),
        ("runtime: {path: x, rev: y}\n", "belong to `git`"),
        ("rules: none.yaml\n", "cannot read"),
        ("- a list\n", "the configuration: invalid type: sequence, expected a map of settings"),
        ("runtime: here\n", "runtime: invalid type: string \"here\", expected a map such as"),
    ];
    for (text, message) in cases {
        let place = Place::new();
        place.put("config.yaml", text);
        let options = Options { config: Some(place.path("config.yaml")), ..place.options("out") };
        let error = place.run(&options).expect_err(text);
        assert!(error.contains(message), "{text}: {error}");
        assert!(!place.path("out").exists(), "{text}");
    }
}

#[test]
fn the_runtime_is_written_as_it_is_found_from_the_crate() {
    let cases = [
        ("crates/shop", "", "../../repository/runtime"),
        ("repository/shop", "", "../runtime"),
        ("repository/a/../b/shop", "", "../../runtime"),
        ("crates/shop", "runtime: {path: ../own/runtime}\n", "../../own/runtime"),
        ("config/shop", "runtime: {path: runtime}\n", "../runtime"),
        ("config/shop", "runtime: {path: /far/away}\n", "/far/away"),
    ];
    for (out, config, expected) in cases {
        let place = Place::new();
        place.put("config/shop.yaml", config);
        let options = Options { config: Some(place.path("config/shop.yaml")), ..place.options(out) };
        for again in ["first", "again"] {
            Place::run_from(&place.path("repository"), &options)
                .unwrap_or_else(|error| panic!("{out} {again}: {error}"));
            let manifest = fs::read_to_string(place.path(out).join("Cargo.toml")).unwrap();
            let line = format!("logto-runtime = {{ path = {expected:?} }}");
            assert!(manifest.contains(&line), "{out}, {config}: {line}\n{manifest}");
        }
    }
}

#[test]
fn a_crate_in_the_repository_is_a_workspace_of_its_own() {
    let cases = [
        ("repository/shop", &["repository/Cargo.toml"][..], true),
        ("repository/target/deep/shop", &["repository/Cargo.toml"], true),
        ("repository/target/deep/shop", &["repository/Cargo.toml", "repository/target/Cargo.toml"], false),
        ("shop", &["repository/Cargo.toml"], false),
        ("shop", &["Cargo.toml"], false),
    ];
    for (out, workspaces, expected) in cases {
        let place = Place::new();
        workspaces.iter().for_each(|path| place.put(path, "[workspace]\nmembers = []\n"));
        Place::run_from(&place.path("repository"), &place.options(out)).unwrap();
        let manifest = fs::read_to_string(place.path(out).join("Cargo.toml")).unwrap();
        assert_eq!(manifest.ends_with("\n[workspace]\n"), expected, "{out}, {workspaces:?}: {manifest}");
    }
}

#[test]
fn options_may_have_an_equals_sign_and_the_output_need_not_be_read() {
    let place = Place::new();
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let spec = format!("--spec={}", place.path("shop.yaml").display());
    command.arg("generate").arg(spec).arg(format!("--out={}", place.path("out").display())).arg("--name=small-shop");
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = command.stdout(writer).stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(place.path("out/Cargo.toml").exists());
}

/// A document whose schema is missing; the crate has it, unless its maker is strict.
#[test]
fn a_schema_that_is_not_there_is_any_value() {
    let place = Place::new();
    let document = "openapi: 3.0.0
info: {title: t, version: '1'}
servers: [{url: 'https://example.com'}]
paths:
  /items:
    get:
      operationId: getItem
      responses: {'200': {description: OK, content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}}}
components:
  schemas:
    Item:
      type: object
      properties:
        one: {$ref: '#/components/schemas/Lost'}
        two: {$ref: '#/components/schemas/Lost'}
";
    place.put("shop.yaml", document);
    let report = place.run(&place.options("out")).unwrap();
    assert_eq!((report.summary.operations, report.summary.dangling), (1, 2));
    let files = place.files("out");
    let types = files.iter().find(|(path, text)| path.starts_with("out/src/types/") && text.contains("struct Item"));
    let types = types.map(|(_, text)| text.as_str()).unwrap();
    assert!(types.contains("pub one: Option<Value>") && types.contains("pub two: Option<Value>"), "{types}");
    let said = "#/components/schemas/Lost` points to nothing in this document: any value is taken";
    for (line, member) in [(14, "one"), (15, "two")] {
        let told = format!("- line {line}, `/components/schemas/Item/properties/{member}/$ref`: `{said}");
        assert!(files["out/REPORT.md"].contains(&told), "{told}\n{}", files["out/REPORT.md"]);
    }
    let error = place.run(&Options { strict: true, ..place.options("strict") }).unwrap_err();
    let told = [
        "line 14: /components/schemas/Item/properties/one/$ref",
        "line 15: /components/schemas/Item/properties/two/$ref",
    ];
    assert!(told.iter().all(|told| error.contains(told)), "{error}");
    assert!(place.files("strict").is_empty());
}

#[test]
fn components_alone_are_types() {
    let place = Place::new();
    let components = "components: {schemas: {Made: {type: object, required: [id], properties: {id: {type: string}}}, Gone: {type: object, required: [at], properties: {at: {type: integer}}}}}\n";
    let types = |out: &str| {
        let all = place.files(out);
        all.into_iter().filter(|(path, _)| path.contains("/src/types/")).map(|(_, text)| text).collect::<String>()
    };
    place.put("shop.yaml", &format!("openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\n{components}"));
    place.run(&place.options("alone")).unwrap();
    assert!(types("alone").contains("struct Made") && types("alone").contains("struct Gone"));
    let paths = "paths: {/x: {get: {responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Made'}}}}}}}}\n";
    place.put("shop.yaml", &format!("openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\nservers: [{{url: 'https://a.example'}}]\n{paths}{components}"));
    place.run(&place.options("reached")).unwrap();
    assert!(types("reached").contains("struct Made") && !types("reached").contains("struct Gone"));
    place.run(&Options { all_components: true, ..place.options("all") }).unwrap();
    assert!(types("all").contains("struct Gone"));
    place.put("shop.config.yaml", "all_components: true\n");
    let config = Some(place.path("shop.config.yaml"));
    place.run(&Options { config, ..place.options("configured") }).unwrap();
    assert_eq!(types("configured"), types("all"));
}
