//! What `generate` makes, writes and leaves alone.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use xtask::generate::{self, Options, Report};
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
            spec: self.path("shop.yaml").to_str().unwrap().to_owned(),
            out: self.path(out),
            name: "small-shop".to_owned(),
            config: None,
            tests: false,
        }
    }

    fn run(&self, options: &Options) -> Result<Report, String> {
        generate::run(Path::new("/repository"), options, &mut Timings::start()).map_err(|error| format!("{error:#}"))
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
    place.put("out/src/types/gone.rs", "// @generated by cargo xtask generate; do not edit.\n");
    place.run(&place.options("out")).unwrap();
    let files = place.files("out");
    assert_eq!(files["out/README.md"], "mine");
    assert_eq!(files["out/src/extra.rs"], "//! Mine.\n");
    assert!(!files.contains_key("out/src/types/gone.rs"));

    // A manifest that people changed keeps what they wrote.
    let manifest = files["out/Cargo.toml"].replace("[dependencies]\n", "[dependencies]\nanyhow = \"1\"\n");
    place.put("out/Cargo.toml", &manifest.replace("things = []\n", ""));
    place.run(&place.options("out")).unwrap();
    assert_eq!(place.files("out")["out/Cargo.toml"], manifest);
}

#[test]
fn nothing_is_written_where_something_is_wrong() {
    type Change = fn(&Place, &mut Options);
    let cases: [(&str, Change, &str); 14] = [
        ("a name with a blank", |_, options| options.name = "two words".to_owned(), "`two words` cannot be the name"),
        ("a keyword", |_, options| options.name = "crate".to_owned(), "cannot be the name of a crate"),
        ("no name", |_, options| options.name.clear(), "cannot be the name of a crate"),
        ("a name that Cargo keeps", |_, options| options.name = "std".to_owned(), "cannot be the name of a crate"),
        ("a name too long", |_, options| options.name = "x".repeat(65), "cannot be the name of a crate"),
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
        ("a reference to nothing", |place, _| place.put("shop.yaml", DOCUMENT), "shop.yaml: nothing was generated: "),
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
        ("base_path: v1\n", "/base_path: `v1` is no path"),
        ("runtime: {}\n", "/runtime: say one of `path`, `git` and `version`"),
        ("runtime: {path: x, version: '1'}\n", "/runtime: say one of"),
        ("runtime: {path: x, rev: y}\n", "belong to `git`"),
        ("rules: none.yaml\n", "cannot read"),
        ("- a list\n", "the configuration: "),
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
