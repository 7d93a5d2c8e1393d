//! The server that is made from a document finds what is wrong with a request, and every document of ours can be served.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use hyper::Method;
use logto_tests::http::Ask;
use logto_tests::served::{Document, Server, TOKEN};

fn documents() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("documents");
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(&folder).expect("documents").map(|file| file.expect("a file").path()).collect();
    // A configuration is none of them.
    paths.retain(|path| path.is_file() && !path.to_string_lossy().ends_with(".config.yaml"));
    paths.sort();
    paths
}

async fn serve(name: &str) -> Server {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("documents").join(name);
    let document = Document::open(&path).expect("a document");
    Server::start(Arc::new(document)).await.expect("a port")
}

/// What the server finds wrong with a request.
async fn issues(server: &Server, ask: Ask) -> Vec<String> {
    let url = server.base_url();
    let end = url.match_indices('/').nth(2).map_or(url.len(), |(index, _)| index);
    ask.send(&url[..end]).await.expect("a reply");
    server.take().iter().flat_map(|exchange| exchange.issues.iter().map(ToString::to_string)).collect()
}

#[test]
fn every_document_can_be_served() {
    let documents = documents();
    assert!(documents.len() >= 8, "{documents:?}");
    for path in documents {
        let document = Document::open(&path).unwrap_or_else(|error| panic!("{error}"));
        // One is of webhooks and components alone.
        let has_paths = document.value["paths"].as_object().is_some_and(|paths| !paths.is_empty());
        assert_eq!(!document.operations.is_empty(), has_paths, "{}", path.display());
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_parameter_is_found() {
    let server = serve("parameters.yaml").await;
    let get = |path: &str| Ask::get(&format!("/below/here/parameters{path}"));
    let table = [
        ("/query?text=a&texts=b", None),
        ("/query?text=a&texts=b&texts=c&numbers=1,2&spaced=1%202&piped=a%7Cb&filter%5Bname%5D=x", None),
        ("/query?texts=b", Some("query parameter `text`: it is required, and was not sent")),
        ("/query?text=a&texts=b&other=1", Some("query parameter `other`: there is none of this name")),
        ("/query?text=a&texts=b&numbers=1,x", Some("query parameter `numbers`: it is not valid")),
        ("/query?text=a&texts=b&shades=blue", Some("query parameter `shades`: it is not valid")),
        ("/query?text=a&texts=b&ratio=2", Some("query parameter `ratio`: it is not valid")),
        ("/label/.a/.1,2/.1.2/.x,1/.x=1", None),
        ("/label/a/.1,2/.1.2/.x,1/.x=1", Some("path parameter `text`: it is not written as the document says")),
        ("/label/.a/.1,2/.1.2/.y,1/.x=1", Some("path parameter `object`: it is not valid")),
        ("/matrix/;text=a/;list=a,b/;more=1;more=2/;object=x,1/;x=1", None),
        ("/matrix/;text=a/;list=a,b/;more=1;more=2/;object=x,1/;y=1", Some("path parameter `point`: it is not valid")),
        ("/odd/1-2/a.json", None),
        ("/odd/1-2/fixed.json", None),
        ("/odd/1-b/a.json", Some("path parameter `to`: it is not valid")),
        ("/odd/1/a.json", Some("path: no operation has this method and path")),
        ("/spread?x=1&also=a", None),
        ("/spread?y=1", Some("query parameter `point`: it is not valid")),
    ];
    for (path, expected) in table {
        assert_eq!(issues(&server, get(path)).await, Vec::from_iter(expected), "{path}");
    }
    let headers = |name: &str, value: &str| get("/headers").header(name, value);
    let table = [
        (headers("x-text", "a").header("cookie", "session=s; limit=3"), None),
        (headers("cookie", "session=s"), Some("header `X-Text`: it is required, and was not sent")),
        (headers("x-text", "a"), Some("cookie `session`: it is required, and was not sent")),
        (
            headers("x-text", "a").header("x-count", "b").header("cookie", "session=s"),
            Some("header `X-Count`: it is not valid"),
        ),
        (
            headers("x-text", "a").header("cookie", "session=s; other=1"),
            Some("cookie `other`: there is none of this name"),
        ),
    ];
    for (ask, expected) in table {
        assert_eq!(issues(&server, ask.clone()).await, Vec::from_iter(expected), "{ask:?}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_body_is_found() {
    let server = serve("payloads.json").await;
    let post = |path: &str, kind: &str, body: &str| {
        Ask::new(Method::POST, &format!("/below/here{path}")).body(kind, body.to_owned())
    };
    let form = "application/x-www-form-urlencoded";
    let table = [
        (post("/json", "application/json", r#"{"id":1,"parent":null}"#), None),
        (post("/json", "application/json", r#"{"id":1}"#), Some("body: it is not valid")),
        (post("/json", "application/json", "{"), Some("body: it cannot be read")),
        (post("/json", "text/plain", "a"), Some("body: its content type is not in the document")),
        (
            Ask::new(Method::POST, "/below/here/json").header("content-length", "0"),
            Some("body: it is required, and was not sent"),
        ),
        (post("/form", form, "name=a&tags=b&tags=c&flat=1,2&deep%5Ba%5D=x&deep%5Bb%5D%5B0%5D=1&whole=%7B%7D"), None),
        (post("/form", form, "count=1"), Some("body: it is not valid")),
        (post("/form", form, "name=a&flat=x"), Some("body: it is not valid")),
        (post("/ways", "application/json", r#"{"name":"a","password":"b"}"#), None),
        (post("/ways", "application/json", r#"{"name":"a"}"#), Some("body: it is not valid")),
        (post("/text", "text/plain", "anything"), None),
    ];
    for (ask, expected) in table {
        assert_eq!(issues(&server, ask.clone()).await, Vec::from_iter(expected), "{ask:?}");
    }
}

#[tokio::test]
async fn what_documents_do_all_the_same_is_understood() {
    let server = serve("odd.yaml").await;
    let order = |body: &str| Ask::new(Method::POST, "/below/here/identified").body("application/json", body.to_owned());
    let parts = |path: &str, kind: &str, name: &str, content: &str| {
        let body = format!(
            "--b\r\ncontent-disposition: form-data; name=\"{name}\"\r\ncontent-type: {kind}\r\n\r\n{content}\r\n--b--\r\n"
        );
        Ask::new(Method::POST, &format!("/below/here{path}")).body("multipart/form-data; boundary=b", body)
    };
    let table = [
        (Ask::get("/below/here/unsaid/1/text"), None),
        (Ask::get("/below/here/unsaid/a/text"), Some("path parameter `here`: it is not valid")),
        (Ask::get("/below/here/unsaid/1/"), Some("path: no operation has this method and path")),
        (Ask::get("/below/here/same"), None),
        (order(r#"{"address":{"street":"a"},"line":{"next":{"to":{"street":"b"}}}}"#), None),
        (order(r#"{"address":{"street":""}}"#), Some("body: it is not valid")),
        (order(r#"{"address":{"street":"a"},"line":{"next":{"to":{"street":""}}}}"#), Some("body: it is not valid")),
        (parts("/either", "text/plain", "address", "a"), None),
        (parts("/either", "text/plain", "tags", "a"), Some("body: it is not valid")),
        (parts("/either", "application/xml", "about", "{}"), Some("body: it cannot be read")),
        (parts("/either", "application/json", "about", "{}"), Some("body: it is not valid")),
    ];
    for (ask, expected) in table {
        assert_eq!(issues(&server, ask.clone()).await, Vec::from_iter(expected), "{ask:?}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_credentials_is_found() {
    let server = serve("security.yaml").await;
    let get = |path: &str| Ask::get(&format!("/below/here{path}"));
    let lacking = |what: &str| Some(format!("security: {what} is asked for, and no good one was sent"));
    let table = [
        (get("/usual").token(TOKEN), None),
        (get("/usual").token("other"), lacking("bearer or basic")),
        (get("/usual"), lacking("bearer or basic")),
        (get("/open"), None),
        (get("/maybe"), None),
        (get("/query?api_key=a-key"), None),
        (get("/query"), lacking("query")),
        (get("/both").token(TOKEN).header("x-key", "a-key").header("cookie", "sid=a-key"), None),
        (get("/both").token(TOKEN).header("x-key", "a-key"), lacking("bearer + cookie + header")),
    ];
    for (ask, expected) in table {
        let found = issues(&server, ask.clone()).await;
        match &expected {
            // In whatever order the document has them.
            Some(expected) if expected.contains(" + ") => {
                assert!(found.len() == 1 && found[0].contains(" + "), "{found:?}")
            }
            expected => assert_eq!(found, Vec::from_iter(expected.clone()), "{ask:?}"),
        }
    }
    let sent = issues(&server, get("/open").token(TOKEN)).await;
    assert!(sent.len() == 1 && sent[0].starts_with("security: nothing is asked for"), "{sent:?}");
}
