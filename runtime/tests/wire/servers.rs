//! Servers that a document names.

use logto_runtime::{Client, Method, Profile, Scheme, SchemeKind};

use crate::server::{Server, text};
use crate::soon;

/// A profile's texts live as long as the program.
fn forever(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

#[tokio::test]
async fn an_operation_may_have_a_server_of_its_own() {
    let home = Server::start(|_, _| text(200, "")).await;
    let files = Server::start(|_, _| text(200, "")).await;
    let own = Server::start(|_, _| text(200, "")).await;
    let (home_url, files_url) = (forever(home.url() + "/v1/"), forever(files.url() + "/files"));
    let profile = |server| Profile {
        server,
        schemes: &[Scheme { name: "key", kind: SchemeKind::HeaderKey("x-key"), set_by: &[] }],
        security: &[&["key"]],
        ..Profile::NONE
    };
    let named = || Client::builder(profile(Some(home_url))).api_key("key", "k");
    let unnamed = || Client::builder(profile(None)).api_key("key", "k").base_url(own.url() + "/");
    // The client, the server of the operation, the server that is called and the path there.
    let cases = [
        (named(), None, &home, "/v1/x"),
        (named(), Some(files_url), &files, "/files/x"),
        (named(), Some("/v2"), &home, "/v2/x"),
        (named().base_url(home.url() + "/v1"), Some(files_url), &files, "/files/x"),
        (named().base_url(own.url()), None, &own, "/x"),
        (named().base_url(own.url()), Some(files_url), &own, "/x"),
        (named().base_url(own.url() + "/v1"), Some("/v2"), &own, "/v1/x"),
        (Client::builder(profile(None)).api_key("key", "k").base_url(own.url() + "/v1"), Some("/v2"), &own, "/v2/x"),
        (Client::builder(profile(None)).api_key("key", "k").base_url(own.url()), Some(files_url), &own, "/x"),
        // What only looks relative names another host.
        (unnamed(), Some(forever(files_url.replace("http:", ""))), &own, "/x"),
        (unnamed(), Some(forever(files_url.replace("http://", "/\\"))), &own, "/x"),
        (unnamed(), Some(forever(files_url.replace("http://", "\\\\"))), &own, "/x"),
        (unnamed(), Some("https:127.0.0.1"), &own, "/x"),
        (unnamed(), Some("https://a b"), &own, "/x"),
        (unnamed(), Some("v2"), &own, "/v2/x"),
    ];
    for (number, (builder, server, called, path)) in cases.into_iter().enumerate() {
        let client = builder.build().unwrap();
        let request = client.request(Method::GET, "Get", "/x");
        let request = server.into_iter().fold(request, |request, server| request.server(server));
        soon(request.empty().send()).await.unwrap();
        let seen = called.calls().pop().unwrap();
        assert_eq!((seen.path.as_str(), seen.headers["x-key"].as_str()), (path, "k"), "{number}");
    }
    assert_eq!([&home, &files, &own].map(|server| server.calls().len()), [2, 2, 11]);
}

#[tokio::test]
async fn a_server_of_an_operation_must_be_as_safe_as_the_base_url() {
    let home = Server::start(|_, _| text(200, "")).await;
    let profile = Profile { server: Some(forever(home.url())), ..Profile::NONE };
    let client = Client::builder(profile).bearer_token("hunter2").build().unwrap();
    for (server, part) in
        [("http://files.example.com", "is http"), ("ftp://files.example.com", "neither https nor http")]
    {
        let error = soon(client.request(Method::GET, "Get", "/x").server(server).empty().send()).await.unwrap_err();
        assert!(error.is_config() && error.to_string().contains(part), "{error}");
    }
    assert!(home.calls().is_empty());
}

#[test]
fn a_document_without_servers_needs_a_base_url_but_no_credentials() {
    let error = Client::builder(Profile::NONE).build().unwrap_err();
    assert!(error.is_config() && error.to_string().contains("base URL is not set"), "{error}");
    let builder = || Client::builder(Profile::NONE).base_url("https://a.example");
    builder().build().unwrap();
    let error = builder().client_credentials("a", "b").build().unwrap_err();
    assert!(error.is_config() && error.to_string().contains("no token endpoint"), "{error}");
    // A secret for one's own server is not sent to another one because the document names it.
    let profile = |server| Profile { server, token_url: Some("https://auth.example.com/token"), ..Profile::NONE };
    let secret = |server| Client::builder(profile(server)).client_credentials("a", "hunter2");
    let home = "https://api.example.com";
    let cases = [
        (secret(Some(home)), true),
        (secret(Some(home)).base_url("https://api.example.com/"), true),
        (secret(Some(home)).base_url("https://a.example"), false),
        (secret(None).base_url("https://a.example"), false),
        (secret(Some(home)).base_url("https://auth.example.com/v1"), true),
        (secret(Some(home)).base_url("https://a.example").token_url("https://auth.example.com/token"), true),
    ];
    for (number, (builder, is_fine)) in cases.into_iter().enumerate() {
        match builder.build() {
            Ok(_) => assert!(is_fine, "{number}"),
            Err(error) => {
                let text = format!("{error} {error:?}");
                assert!(!is_fine && error.is_config() && !text.contains("hunter2"), "{number}: {error}");
                assert!(text.contains("`token_url`") && text.contains("https://auth.example.com"), "{number}: {error}");
            }
        }
    }
    // Where tokens come from matters to those who fetch some.
    let profile = Profile { token_url: Some("http://a.example/token"), ..Profile::NONE };
    Client::builder(profile).base_url("https://a.example").bearer_token("t").build().unwrap();
}
