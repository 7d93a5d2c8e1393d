//! Where requests go, and what goes with them.

use logto_management::Client;
use logto_management::types::CreateOrganizationBody;
use logto_runtime::Method;
use logto_tests::fault::Script;
use logto_tests::{FakeLogto, FaultServer};
use proptest::prelude::*;

use super::{TOKEN, builder};

const JSON: (&str, &str) = ("content-type", "application/json");

/// Gives a token on its first connection, then does what it is told.
async fn server(scripts: impl IntoIterator<Item = Script>) -> FaultServer {
    let token = Script::new().read_request().last_reply(200, &[JSON], TOKEN);
    FaultServer::start(std::iter::once(token).chain(scripts)).await.expect("a port")
}

/// What the client sent over a connection.
fn received(server: &FaultServer, connection: usize) -> String {
    String::from_utf8_lossy(&server.connections()[connection].received).into_owned()
}

proptest! {
    /// A value with a line break would begin another header.
    #[test]
    fn f4_a_header_cannot_be_broken_out_of(name in "[a-z-]{1,8}|\\PC{0,8}|[a-z:\r\n ]{0,8}", value in any::<String>()) {
        let built = builder("http://localhost:1").header(&name, &value).build();
        if name.contains(['\r', '\n', ':', ' ', '\0']) || value.contains(['\r', '\n', '\0']) || name.is_empty() {
            prop_assert!(built.is_err_and(|error| error.is_config()), "{name:?}: {value:?}");
        } else if let Err(error) = built {
            prop_assert!(error.is_config());
        }
    }
}

#[tokio::test]
async fn f4_headers_are_checked_when_the_client_is_built() {
    let table = [
        ("Accept-Language", "ja", true),
        ("X-Trace", "canary b", true),
        ("X-Trace", "canary\r\nX-Evil: 1", false),
        ("X-Trace", "canary\nb", false),
        ("X-Trace\r\nX-Evil", "canary", false),
        // The whole line where only the name belongs: it must not be repeated.
        ("X-Trace: canary", "canary", false),
        ("", "canary", false),
        ("Authorization", "Bearer canary", false),
        ("Cookie", "a=canary", false),
        ("Host", "evil.example", false),
    ];
    let fake = FakeLogto::stateless().await;
    for (name, value, good) in table {
        fake.forget();
        match builder(fake.endpoint()).header(name, value).build() {
            Ok(logto) => {
                logto.get_user("u").send().await.expect("a reply");
                assert!(good && fake.last_request().expect("a request").header(name) == Some(value), "{name}: {value}");
            }
            Err(error) => {
                assert!(!good && error.is_config() && !format!("{error} {error:?}").contains("canary"), "{error}")
            }
        }
    }
}

#[tokio::test]
async fn f5_redirects_are_not_followed() {
    let attacker = FaultServer::start([]).await.expect("a port");
    for status in [301, 302, 303, 307, 308] {
        let other_host = attacker.endpoint().replace("127.0.0.1", "localhost") + "/steal?code=canary";
        for target in [attacker.endpoint() + "/steal?code=canary", other_host, "/api/organizations/canary".to_owned()] {
            let moved = Script::new().read_request().last_reply(status, &[("location", &target)], "");
            let server = server([moved.clone()]).await;
            let logto = builder(server.endpoint()).build().expect("a client");
            let body = CreateOrganizationBody::new("secret-body".to_owned());
            let error = logto.create_organization(body).send().await.expect_err("a redirect");
            assert!(error.is_redirect(), "{status} {target}: {error:?}");
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains("canary") && !shown.contains("secret-body"), "{shown}");
            assert_eq!((server.requests(), attacker.connections().len()), (2, 0), "{status} {target}");
            // The token endpoint may not send the client secret elsewhere either.
            let server = FaultServer::start([moved]).await.expect("a port");
            let logto = builder(server.endpoint()).build().expect("a client");
            let error = logto.get_user("u").send().await.expect_err("a redirect");
            assert!(error.is_token() && !format!("{error} {error:?}").contains("canary"), "{error:?}");
            assert_eq!((server.requests(), attacker.connections().len()), (1, 0), "{status} {target}");
        }
    }
}

#[test]
fn f6_clear_text_is_for_this_machine() {
    let table = [
        ("https://auth.example.com", true),
        ("http://localhost:3001", true),
        ("http://LOCALHOST", true),
        ("http://127.0.0.1:3001", true),
        ("http://127.8.9.1", true),
        ("http://[::1]:3001", true),
        ("http://auth.example.com", false),
        ("http://localhost.evil.com", false),
        ("http://127.0.0.1.nip.io", false),
        ("http://localhost.", false),
        ("http://[::2]", false),
        ("http://[::ffff:10.0.0.1]", false),
        ("http://10.0.0.1", false),
        ("http://0.0.0.0", false),
    ];
    for (url, good) in table {
        let built = builder(url).build();
        assert_eq!(built.is_ok(), good, "{url}: {built:?}");
        assert!(good || built.is_err_and(|error| error.to_string().contains("clear text")), "{url}");
        assert!(builder(url).allow_http().build().is_ok(), "{url}");
    }
}

#[tokio::test]
async fn f7_a_path_prefix_is_kept() {
    for prefix in ["", "/", "/logto", "/logto/", "/a%20b/my-api"] {
        let server = server([Script::new().read_request().last_reply(200, &[JSON], "{}")]).await;
        let logto = builder(server.endpoint() + prefix).build().expect("a client");
        // The reply is no user; what was asked is all that matters.
        let _ = logto.get_user("u").send().await;
        let prefix = prefix.trim_end_matches('/');
        assert!(received(&server, 0).starts_with(&format!("POST {prefix}/oidc/token HTTP/1.1\r\n")), "{prefix}");
        assert!(received(&server, 1).starts_with(&format!("GET {prefix}/api/users/u HTTP/1.1\r\n")), "{prefix}");
    }
}

proptest! {
    #[test]
    fn f7_what_does_not_belong_in_a_base_url_is_refused(
        user in "[a-z]{0,3}(:[a-z]{0,3})?",
        path in "(/[a-z%.-]{1,6}){0,3}",
        repeated in "(/api/?)?",
        tail in "|\\?|\\?a=b|#|#x",
    ) {
        let at = if user.is_empty() { "" } else { "@" };
        let url = format!("https://{user}{at}auth.example.com{path}{repeated}{tail}");
        let built = builder(&url).build();
        // An empty user name is none.
        let bad = !user.trim_matches(':').is_empty() || !repeated.is_empty() || path.ends_with("/api") || !tail.is_empty();
        prop_assert_eq!(built.is_err(), bad, "{}: {:?}", url, built);
        if let Err(error) = built {
            prop_assert!(error.is_config() && !error.to_string().contains("auth.example.com"), "{error}");
        }
    }
}

#[test]
fn f7_addresses_are_checked() {
    let table = [
        ("https://auth.example.com:8443/logto", None),
        ("https://auth.example.com/my-api", None),
        ("ftp://auth.example.com", Some("neither https nor http")),
        ("auth.example.com", Some("not a URL")),
        ("localhost:3001", Some("neither https nor http")),
        ("", Some("not a URL")),
        ("https://", Some("not a URL")),
        (" https://auth.example.com", Some("blank")),
        ("https://auth.example.com\n", Some("blank")),
        ("https://user@auth.example.com", Some("user name")),
        ("https://user:hunter2@auth.example.com", Some("user name")),
        ("https://:hunter2@auth.example.com", Some("user name")),
        ("https://auth.example.com?a=b", Some("query")),
        ("https://auth.example.com#a", Some("fragment")),
        ("https://auth.example.com/api", Some("`/api`")),
        ("https://auth.example.com/api/", Some("`/api`")),
        ("https://auth.example.com/logto/api", Some("`/api`")),
    ];
    for (url, expected) in table {
        match (builder(url).build(), expected) {
            (Ok(_), None) => {}
            (Err(error), Some(part)) => {
                let shown = format!("{error} {error:?}");
                assert!(shown.contains(part) && !shown.contains("hunter2"), "{url}: {shown}");
            }
            (result, _) => panic!("{url}: {result:?}"),
        }
    }
}

#[tokio::test]
async fn f11_a_token_goes_only_where_it_is_needed() {
    let fake = FakeLogto::stateless().await;
    let logto = builder(fake.endpoint()).build().expect("a client");
    // Some that browsers call, and one that is called with a token before and after.
    logto.get_user("u").send().await.expect("a reply");
    logto.get_status().send().await.expect("a reply");
    let _ = logto.get_sign_in_exp().send().await;
    let _ = logto.list_saml_application_metadata("a").send().await;
    logto.get_user("u").send().await.expect("a reply");
    let sent: Vec<(Option<String>, bool)> =
        fake.requests().iter().map(|request| (request.operation.clone(), request.is_authorized())).collect();
    assert!(sent.len() >= 4, "{sent:?}");
    for (operation, authorized) in sent {
        let open = ["GetStatus", "ListSamlApplicationMetadata"].contains(&operation.as_deref().unwrap_or_default());
        assert_eq!(authorized, !open, "{operation:?}");
    }
    // A client of another server has another token, though it is the same application.
    let other = FaultServer::start([]).await.expect("a port");
    let elsewhere = builder(other.endpoint()).build().expect("a client");
    assert!(elsewhere.get_user("u").send().await.is_err());
    assert!(other.connections().iter().all(|seen| !String::from_utf8_lossy(&seen.received).contains("Bearer")));
}

#[tokio::test]
async fn f14_nothing_that_a_server_says_is_kept() {
    let long = "a".repeat(129);
    let fits = "b".repeat(128);
    let table: [(&str, Option<&str>); 6] =
        [("abc123", Some("abc123")), (&fits, Some(&fits)), (&long, None), ("a b", None), ("ä", None), ("", None)];
    for (id, expected) in table {
        let headers = [
            JSON,
            ("set-cookie", "session=canary; Path=/"),
            ("clear-site-data", "\"*\""),
            ("logto-core-request-id", id),
        ];
        let reply = Script::new().read_request().last_reply(404, &headers, "{}");
        let server = server([reply.clone(), reply]).await;
        let logto = builder(server.endpoint()).build().expect("a client");
        for _ in 0..2 {
            let error = logto.get_user("u").send().await.expect_err("404");
            assert_eq!(error.request_id(), expected, "{id}");
            assert!(!format!("{error} {error:?}").contains("canary"));
        }
        assert_eq!(server.requests(), 3, "the token is kept");
        assert!(!received(&server, 2).to_lowercase().contains("cookie"));
    }
}

/// A method that a server could not tell from a header is not possible: [`Method`] is checked when it is made.
#[test]
fn f4_a_method_is_a_token() {
    assert!(Method::from_bytes(b"GET\r\nX: y").is_err());
    assert!(Client::builder().build().is_err());
}
