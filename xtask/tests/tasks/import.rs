//! What `import` writes, and that it leaves everything alone when it refuses.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::thread;

use serde_json::{Value, json};
use tempfile::TempDir;
use xtask::source::Hosts;
use xtask::{files, import};

fn document() -> Value {
    json!({
        "paths": {
            "/api/users": {"get": {"summary": "All users", "operationId": "ListUsers", "tags": ["Users"], "responses": {"200": {"description": "Users."}}}},
            "/api/hooks": {"post": {"operationId": "CreateHook", "requestBody": {"content": {"application/json": {"schema": {
                "type": "object", "properties": {"title": {"type": "string", "description": "A title."}, "uri": {"type": "object", "description": "Validator function"}}
            }}}}, "responses": {}}}
        },
        "info": {"title": "Logto API references", "description": "d", "version": "Cloud"},
        "openapi": "3.0.1",
        "servers": [{"url": "http://localhost:3001", "description": "d"}]
    })
}

/// A repository with an imported document, and a place for what is imported next.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    fn root(&self) -> &Path {
        self.folder.path()
    }

    fn file(&self, bytes: impl AsRef<[u8]>) -> String {
        let path = self.root().join("download.json");
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn import(&self, source: &str, release: &str, today: &str) -> Result<String, String> {
        let options =
            import::Options { source: source.into(), release: release.into(), keep_prose: false, hosts: Hosts::Own };
        import::run(self.root(), &options, today).map_err(|error| format!("{error:#}"))
    }

    fn specs(&self) -> Vec<(String, String)> {
        let Ok(entries) = fs::read_dir(self.root().join("specs")) else { return Vec::new() };
        let mut files: Vec<_> = entries
            .map(|entry| entry.unwrap())
            .map(|entry| (entry.file_name().into_string().unwrap(), fs::read_to_string(entry.path()).unwrap()))
            .collect();
        files.sort();
        files
    }

    fn read(&self, path: &str) -> Value {
        serde_json::from_str(&fs::read_to_string(self.root().join(path)).unwrap()).unwrap()
    }
}

#[test]
fn writes_the_document_without_prose_and_what_is_known_of_it() {
    let place = Place::new();
    let source = place.file(document().to_string());
    let report = place.import(&source, "1.42.0", "2026-01-02").unwrap();
    assert!(report.contains("2 operations of release 1.42.0, OpenAPI 3.0, from download.json"), "{report}");
    let expected = json!({
        "openapi": "3.0.1",
        "info": {"title": "Management API", "version": "1.42.0"},
        "servers": [{"url": "/"}],
        "paths": {
            "/api/hooks": {"post": {"operationId": "CreateHook", "requestBody": {"content": {"application/json": {"schema": {
                "type": "object", "properties": {"title": {"type": "string"}, "uri": {"type": "object", "x-validator": true}}
            }}}}, "responses": {}}},
            "/api/users": {"get": {"operationId": "ListUsers", "tags": ["Users"], "responses": {"200": {"description": ""}}}}
        }
    });
    assert_eq!(place.read(files::DOCUMENT), expected);
    let meta = place.read(files::META);
    assert_eq!(meta["release"], "1.42.0");
    assert_eq!(meta["origin"], "download.json");
    assert_eq!(meta["date"], "2026-01-02");
    assert_eq!(meta["prose"], false);
    assert_eq!(meta["sha256"].as_str().map(str::len), Some(64));
    let text = fs::read_to_string(place.root().join(files::DOCUMENT)).unwrap();
    assert!(text.ends_with("}\n") && text.find("\"openapi\"") < text.find("\"info\""), "{text}");
    assert!(text.find("/api/hooks") < text.find("/api/users"), "{text}");
}

#[test]
fn prose_is_kept_when_asked() {
    let place = Place::new();
    let source = place.file(document().to_string());
    let options = import::Options { source, release: "1.42.0".into(), keep_prose: true, hosts: Hosts::Own };
    import::run(place.root(), &options, "2026-01-02").unwrap();
    let kept = place.read(files::DOCUMENT);
    assert_eq!(kept["paths"]["/api/users"]["get"]["summary"], "All users");
    assert_eq!(kept["info"]["version"], "1.42.0");
    assert_eq!(place.read(files::META)["prose"], true);
}

#[test]
fn the_date_is_that_of_the_bytes() {
    let place = Place::new();
    let source = place.file(document().to_string());
    place.import(&source, "1.42.0", "2026-01-02").unwrap();
    let before = place.specs();
    let report = place.import(&source, "1.42.0", "2026-03-04").unwrap();
    assert!(report.ends_with("unchanged"), "{report}");
    assert_eq!(place.specs(), before);

    let mut newer = document();
    newer["paths"]["/api/new"] = newer["paths"]["/api/users"].clone();
    let source = place.file(newer.to_string());
    place.import(&source, "1.43.0", "2026-03-04").unwrap();
    assert_eq!(place.read(files::META)["date"], "2026-03-04");
}

#[test]
fn yaml_and_any_order_of_keys_give_the_same() {
    let texts = [
        "openapi: 3.0.1\ninfo: {title: t, version: '1'}\npaths:\n  /api/users:\n    get: {operationId: A, responses: {200: {description: d}}}\n",
        r#"{"paths": {"/api/users": {"get": {"responses": {"200": {"description": "x"}}, "operationId": "A"}}}, "openapi": "3.0.1", "info": {"version": "9", "title": "u"}}"#,
    ];
    let results: Vec<_> = texts
        .iter()
        .map(|text| {
            let place = Place::new();
            let source = place.file(text);
            place.import(&source, "1.0.0", "2026-01-02").unwrap();
            fs::read_to_string(place.root().join(files::DOCUMENT)).unwrap()
        })
        .collect();
    assert_eq!(results[0], results[1]);
}

#[test]
fn refused_files_change_nothing() {
    let whole = document().to_string();
    let with_path = |path: &str| {
        let mut document = document();
        document["paths"][path] = json!({"get": {"responses": {}}});
        document.to_string()
    };
    let no_operations = json!({"openapi": "3.0.1", "info": {}, "paths": {"/api/users": {}}}).to_string();
    let odd = |part: serde_json::Value| {
        let schema = json!({"operationId": "GetX", "responses": {"200": {"description": "", "content": {"application/json": {"schema": part}}}}});
        let operation = if part.get("responses").is_some() { part } else { schema };
        json!({"openapi": "3.0.1", "info": {"title": "t", "version": "1"}, "paths": {"/x": {"get": operation}}})
            .to_string()
    };
    let cases: &[(&str, String, &str, &str)] = &[
        ("empty", String::new(), "1.42.0", "the text is empty"),
        ("cut short", whole[..whole.len() / 2].into(), "1.42.0", "cut short"),
        ("a page", "<!DOCTYPE html><html></html>".into(), "1.42.0", "HTML or XML page"),
        ("another JSON", r#"{"error": "not found"}"#.into(), "1.42.0", "no member `openapi`"),
        ("swagger", whole.replace("\"openapi\":\"3.0.1\"", "\"swagger\":\"2.0\""), "1.42.0", "Swagger"),
        ("3.2", whole.replace("3.0.1", "3.2.0"), "1.42.0", "not supported"),
        ("replies that are none", odd(json!({"operationId": "GetX", "responses": 5})), "1.42.0", "/paths/~1x/get"),
        ("a reference to nothing", odd(json!({"$ref": "#/components/schemas/Gone"})), "1.42.0", "Gone"),
        ("no operation", no_operations, "1.42.0", "it has no operation"),
        (
            "the combined document",
            with_path("/api/my-account/x"),
            "1.42.0",
            "import /api/.well-known/management.openapi.json",
        ),
        ("the combined document of older releases", with_path("/api/interaction"), "1.42.0", "other APIs of Logto"),
        ("the experience API", with_path("/api/experience/submit"), "1.42.0", "other APIs of Logto"),
        ("no release", whole.clone(), "latest", "`latest` is no release"),
    ];
    let place = Place::new();
    let good = place.file(&whole);
    place.import(&good, "1.42.0", "2026-01-02").unwrap();
    let before = place.specs();
    for (name, text, release, message) in cases {
        let source = place.file(text);
        let error = place.import(&source, release, "2026-03-04").expect_err(name);
        assert!(error.contains(message), "{name}: {error}");
        assert!(error.lines().count() == 1, "{name}: {error}");
        assert_eq!(place.specs(), before, "{name}");
        let empty = Place::new();
        empty.import(&empty.file(text), release, "2026-03-04").expect_err(name);
        assert_eq!(empty.specs(), [], "{name}");
    }
    let error = place.import("/nowhere/at/all.json", "1.42.0", "2026-03-04").expect_err("no file");
    assert!(error.contains("cannot open /nowhere/at/all.json"), "{error}");
    assert_eq!(place.specs(), before);
}

/// Serves each connection the reply for its path, and returns the base URL.
pub(super) fn serve(replies: Vec<(&'static str, Vec<u8>)>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut buffer = [0; 4096];
            let length = stream.read(&mut buffer).unwrap_or(0);
            let request = String::from_utf8_lossy(&buffer[..length]).into_owned();
            let path = request.split(' ').nth(1).unwrap_or_default().split('?').next().unwrap_or_default();
            let reply = replies
                .iter()
                .find(|(own, _)| *own == path)
                .map_or(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".as_slice(), |(_, reply)| reply);
            let _ = stream.write_all(reply);
        }
    });
    base
}

fn reply(media: &str, length: usize, body: &str) -> Vec<u8> {
    let head = format!("content-type: {media}\r\ncontent-length: {length}\r\nconnection: close");
    format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n{body}").into_bytes()
}

pub(super) fn redirect(to: &str) -> Vec<u8> {
    format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").into_bytes()
}

#[test]
fn over_http() {
    let whole = document().to_string();
    let page = "<!doctype html><html><body>Sign in</body></html>";
    let base = serve(vec![
        ("/good.json", reply("application/json", whole.len(), &whole)),
        ("/moved", redirect("/good.json")),
        ("/short", reply("application/json", whole.len(), &whole[..200])),
        ("/login", redirect("/page")),
        ("/page", reply("text/html; charset=utf-8", page.len(), page)),
        ("/disguised", reply("application/json", page.len(), page)),
        ("/circle", redirect("/circle")),
    ]);
    for path in ["good.json", "moved"] {
        let place = Place::new();
        place
            .import(&format!("{}/{path}?token=secret", base.replace("//", "//user:secret@")), "1.42.0", "2026-01-02")
            .unwrap();
        assert_eq!(place.read(files::META)["origin"], format!("{base}/{path}"));
    }
    let cases = [
        ("/short", "did not send all of the document"),
        ("/login", "HTML page"),
        ("/page", "HTML page"),
        ("/disguised", "HTML or XML page"),
        ("/none", "status 404"),
        ("/circle", "cannot fetch"),
    ];
    for (path, message) in cases {
        let place = Place::new();
        let error = place.import(&format!("{base}{path}"), "1.42.0", "2026-01-02").expect_err(path);
        assert!(error.contains(message), "{path}: {error}");
        assert_eq!(place.specs(), [], "{path}");
    }
}
