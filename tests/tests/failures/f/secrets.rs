//! What the SDK can print, searched for everything that it must not say.
//!
//! A canary is planted in each secret, token, header, path value, query value and body. Types that carry data of the caller's
//! own choice (`User`, `UpdateUserBody`) print it in `Debug`, as any data does; their secrets are of the type `Secret`, which
//! does not. Everything else, from the builder to the error of a broken connection, says nothing of what it was given.

use std::error::Error as StdError;
use std::fmt::{self, Debug};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use futures_util::FutureExt;
use logto_management::token::{TokenFuture, TokenSource};
use logto_management::types::{CreateUserBody, UpdateUserBody};
use logto_management::webhook::WebhookVerifier;
use logto_management::{Client, ClientBuilder, Content, FilePart, Multipart, Patch, Search, Secret};
use logto_runtime::clock::ManualClock;
use logto_runtime::token::StoredToken;
use logto_runtime::{
    CallOptions, Event as Happening, Hidden, Members, Part, Query, QueryValue, SignatureVerifier, Token,
};
use logto_tests::fake::Answer;
use logto_tests::fault::Script;
use logto_tests::fault::tls::{Authority, Validity};
use logto_tests::{FakeLogto, FaultServer};
use serde_json::json;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// What every canary begins with.
const CANARY: &str = "canary";
pub(super) const SECRET: &str = "canary-secret-1a";
pub(super) const TOKEN: &str = "canary-token-2b";
pub(super) const HEADER: &str = "canary-header-3c";
pub(super) const PATH: &str = "canary-path-4d";
pub(super) const QUERY: &str = "canary-query-5e@example.com";
pub(super) const BODY: &str = "canary-body-6f";

/// Everything that was printed, each with where it came from.
#[derive(Clone, Default)]
pub(super) struct Printed(Arc<Mutex<Vec<String>>>);

impl Printed {
    fn add(&self, place: &str, text: impl fmt::Display) {
        self.0.lock().expect("no panic").push(format!("{place}: {text}"));
    }

    pub(super) fn debug(&self, place: &str, value: &impl Debug) {
        self.add(place, format_args!("{value:?} {value:#?}"));
    }

    /// An error in every form, with all that it was caused by.
    pub(super) fn error(&self, place: &str, error: &(dyn StdError + 'static)) {
        let mut next = Some(error);
        while let Some(error) = next {
            self.add(place, format_args!("{error} {error:?} {error:#?}"));
            next = error.source();
        }
    }

    pub(super) fn check(&self) {
        let printed = self.0.lock().expect("no panic");
        let bad: Vec<_> = printed.iter().filter(|line| line.contains(CANARY)).collect();
        assert!(bad.is_empty(), "{bad:#?}");
        assert!(!printed.is_empty());
    }
}

/// Spans and events of every level, those of the HTTP library among them.
impl Subscriber for Printed {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut line = Line(span.metadata().name().to_owned());
        span.record(&mut line);
        self.add("span", line.0);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        let mut line = Line(String::new());
        values.record(&mut line);
        self.add("span", line.0);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(event.metadata().target().to_owned());
        event.record(&mut line);
        self.add("event", line.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0 += &format!(" {}={value:?}", field.name());
    }
}

fn builder(endpoint: impl Into<String>) -> ClientBuilder {
    let builder = Client::builder().self_hosted(endpoint).client_credentials("fake-app", SECRET).no_proxy();
    builder.header("X-Trace", HEADER).clock(ManualClock::skipping_pauses())
}

fn body() -> UpdateUserBody {
    let email = Patch::Set(QUERY.to_owned());
    UpdateUserBody { name: Patch::Set(BODY.to_owned()), primary_email: email, ..UpdateUserBody::default() }
}

fn search() -> Search {
    Search::new().exact("primaryEmail", [QUERY, PATH, BODY]).pattern(QUERY)
}

const JSON: (&str, &str) = ("content-type", "application/json");

/// Gives the token, and then always does the same.
async fn server_with_token(script: Script) -> FaultServer {
    server_with([token()], script).await
}

/// Does something on its first connections, and then always the same.
async fn server_with(first: impl IntoIterator<Item = Script>, script: Script) -> FaultServer {
    let server = FaultServer::start(first).await.expect("a port");
    server.otherwise(script);
    server
}

fn token() -> Script {
    let token = format!(r#"{{"access_token":"{TOKEN}","expires_in":3600,"token_type":"Bearer","scope":"all"}}"#);
    Script::new().read_request().last_reply(200, &[JSON], &token)
}

/// The error of a call that carries every canary.
async fn failed(logto: &Client, printed: &Printed, place: &str) {
    let error = logto.update_user(PATH, body()).send().await.expect_err(place);
    printed.error(place, &error);
    let error = logto.list_users().search(search()).send().await.expect_err(place);
    printed.error(place, &error);
}

#[tokio::test]
async fn f8_calls_and_values_print_no_secret() {
    let printed = Printed::default();
    let _guard = tracing::subscriber::set_default(printed.clone());
    let fake = FakeLogto::stateless().await;
    fake.set_app_secret(SECRET);
    let builder = builder(fake.endpoint());
    printed.debug("builder", &builder);
    let logto = builder.build().expect("a client");
    printed.debug("client", &logto);
    printed.debug("call", &logto.update_user(PATH, body()));
    printed.debug("request", &logto.list_users().search(search()));
    printed.debug("items", &logto.list_users().search(search()).items());
    printed.debug("pages", &logto.list_users().search(search()).pages());
    printed.debug("sending", &logto.update_user(PATH, body()).send());
    printed.debug("receiving", &logto.update_user(PATH, body()).response());
    let options = |options: &mut CallOptions| {
        options.header("X-Key", HEADER);
        options.header("X-Key: canary", HEADER);
        printed.debug("options", options);
    };
    let error = logto.update_user(PATH, body()).options(options).send().await.expect_err("a header that is none");
    printed.error("options", &error);
    printed.debug("members", &Members::of(json!({"name": BODY})).expect("an object"));
    printed.debug("hidden", &Hidden::from(BODY.to_owned()));
    let token = Token::new(TOKEN, Duration::from_secs(60));
    printed.debug("stored token", &StoredToken::new(token, SystemTime::UNIX_EPOCH));
    printed.debug("search", &search());
    let mut query = Query::default();
    search().append("search", &mut query);
    printed.debug("query", &query);
    printed.debug("secret", &Secret::new(SECRET));
    printed.debug("patch", &Patch::Set(Secret::new(SECRET)));
    printed.debug("token", &Token::new(TOKEN, Duration::from_secs(60)));
    let file = || FilePart::bytes(BODY).file_name(BODY);
    printed.debug("file", &file());
    printed.debug("part", &Part::from(BODY));
    printed.debug("multipart", &Multipart::new().part("file", file()).part("text", BODY));
    printed.debug("content", &[Content::Json(json!(BODY)), Content::Text(BODY.to_owned())]);
    printed.debug("signature verifier", &SignatureVerifier::new([SECRET]).expect("a verifier"));
    printed.debug("verifier", &WebhookVerifier::new([SECRET]).expect("a verifier"));
    let user = CreateUserBody { password: Some(Secret::new(SECRET)), ..CreateUserBody::default() };
    printed.debug("a body with a secret", &user);

    // Replies with secrets in them, each as the server sends it but for the secret.
    fake.set_fill(Some(logto_generator::sample::Fill::Every));
    let secret_reply = |value: serde_json::Value| Answer::json(200, &value);
    fake.answer_next(
        "ListApplicationSecrets",
        secret_reply(json!([{"tenantId": "t", "applicationId": "a", "name": "n", "value": SECRET, "createdAt": 1, "expiresAt": null}])),
    );
    printed.debug("secrets", &logto.list_application_secrets("a").response().await.expect("a reply"));
    let token_reply = json!({"subjectToken": SECRET, "expiresIn": 600});
    fake.answer_next("CreateSubjectToken", secret_reply(token_reply));
    let subject = logto_management::types::CreateSubjectTokenBody::new("u".to_owned());
    printed.debug("subject token", &logto.create_subject_token(subject).response().await.expect("a reply"));
    fake.answer_next("GetSamlAuthn", Answer::empty(302).with("location", format!("https://idp.example/{SECRET}")));
    let redirect = logto.get_saml_authn("a", "request").response().await;
    printed.debug("redirect", &redirect.expect("a redirect"));
    logto.update_user(PATH, body()).send().await.expect("a reply");
    printed.check();
}

#[tokio::test]
async fn f8_errors_of_the_server_repeat_nothing() {
    let printed = Printed::default();
    let _guard = tracing::subscriber::set_default(printed.clone());
    // The last one is cut in two where a message is cut off.
    let everything = format!("{PATH} {QUERY} {BODY} {HEADER} Bearer {TOKEN}, {}{BODY}", "x".repeat(380));
    let told = json!({"code": "a.b", "message": everything, "details": everything, "data": {"payload": everything}});
    let described = json!({"error": "invalid", "error_description": everything});
    let bodies = [
        (JSON, told.to_string()),
        (JSON, json!({"message": everything}).to_string()),
        (JSON, described.to_string()),
        (("content-type", "text/html"), everything.clone()),
    ];
    for status in [400, 401, 403, 404, 409, 422, 429, 500, 503] {
        for (content_type, text) in &bodies {
            let refused = Script::new().read_request().last_reply(status, &[*content_type], text);
            // A token that is refused is fetched once more; its endpoint has seen none of the canaries.
            let first = if status == 401 { vec![token(), refused.clone(), token()] } else { vec![token()] };
            let server = server_with(first, refused).await;
            let seen = printed.clone();
            let observed =
                builder(server.endpoint()).observer(move |event: &Happening<'_>| seen.debug("observer", event));
            failed(&observed.build().expect("a client"), &printed, "status").await;
        }
    }
    // The whole text is there for whoever asks for it.
    let server = server_with_token(Script::new().read_request().last_reply(400, &[JSON], &told.to_string())).await;
    let logto = builder(server.endpoint()).build().expect("a client");
    let error = logto.update_user(PATH, body()).send().await.expect_err("an error");
    assert!(error.message().is_some_and(|message| message.contains(BODY)) && error.data().is_some(), "{error:?}");
    assert!(error.to_string().contains("… … … … Bearer …, xxx"), "{error}");
    printed.check();
}

#[tokio::test]
async fn f8_errors_of_the_token_endpoint_repeat_nothing() {
    let printed = Printed::default();
    let _guard = tracing::subscriber::set_default(printed.clone());
    let everything = format!("{SECRET} {SECRET}");
    let table = [
        Answer::json(401, &json!({"error": "invalid_client", "error_description": everything, "message": everything})),
        Answer::json(400, &json!({"code": "a.b", "message": everything, "data": everything})),
        Answer::text(503, "text/html", &everything),
        Answer::text(200, "text/html", &format!("<html>{TOKEN}")),
        Answer::json(200, &json!([TOKEN])),
        Answer::json(200, &json!({"access_token": [TOKEN], "token_type": "Bearer"})),
        Answer::json(200, &json!({"access_token": TOKEN, "token_type": TOKEN})),
        Answer::json(200, &json!({"access_token": format!("{TOKEN}\r\n"), "token_type": "Bearer"})),
        Answer::text(200, "application/json", &format!("{{\"access_token\":\"{TOKEN}")),
        Answer::empty(307).with("location", format!("https://evil.example/{SECRET}")),
    ];
    for answer in table {
        let fake = FakeLogto::stateless().await;
        for _ in 0..3 {
            fake.answer_next_token(answer.clone());
        }
        let logto = builder(fake.endpoint()).build().expect("a client");
        failed(&logto, &printed, &format!("token endpoint {}", answer.status)).await;
    }
    printed.check();
}

#[tokio::test]
async fn f8_broken_connections_tell_nothing() {
    let printed = Printed::default();
    let _guard = tracing::subscriber::set_default(printed.clone());
    let json = [JSON];
    let ask = || Script::new().read_request();
    let table = [
        ("reset", ask().reset()),
        ("closed", ask().close()),
        ("half a head", ask().half_head().close()),
        ("not HTTP", ask().write(format!("{TOKEN} {BODY}\r\n\r\n")).close()),
        ("a short body", ask().lie_about_length(500, &format!("{{\"name\":\"{BODY}")).close()),
        ("no end of the chunks", ask().truncated_chunks(BODY).close()),
        ("a redirect", ask().last_reply(308, &[("location", &format!("https://evil.example/{QUERY}"))], "")),
        ("a wrong gzip", ask().last_reply(200, &[("content-encoding", "gzip")], BODY)),
        ("a wrong type", ask().last_reply(200, &json, &format!("{{\"id\":[\"{BODY}\"]}}"))),
        ("no list", ask().last_reply(200, &json, &format!("\"{BODY}\""))),
        ("no JSON", ask().last_reply(200, &json, &format!("{{\"{BODY}\" {BODY}"))),
        ("a page", ask().last_reply(200, &[("content-type", "text/html")], &format!("<html>{BODY}"))),
        ("a strange type", ask().last_reply(200, &[("content-type", "text/plain")], BODY)),
    ];
    for (name, fault) in table {
        let server = server_with_token(fault).await;
        let logto = builder(server.endpoint()).build().expect("a client");
        failed(&logto, &printed, name).await;
    }
    let refusing = FaultServer::refusing().await.expect("a port");
    failed(&builder(refusing).build().expect("a client"), &printed, "refused").await;
    failed(&builder("http://no-such-host.invalid").allow_http().build().expect("a client"), &printed, "no host").await;
    printed.check();
}

/// Over HTTP/2, whose library traces every frame.
#[tokio::test]
async fn f8_frames_tell_nothing() {
    let printed = Printed::default();
    let _guard = tracing::subscriber::set_default(printed.clone());
    let authority = Authority::new().expect("an authority");
    let identity = authority.identity("localhost", Validity::Now).expect("a certificate").h2();
    let token = format!(r#"{{"access_token":"{TOKEN}","expires_in":3600,"token_type":"Bearer","scope":"all"}}"#);
    let refused = json!({ "message": BODY }).to_string();
    let script = Script::new().handshake(&identity).h2_read_request().h2_reply(200, &token);
    let script = script.h2_read_request().h2_reply(400, &refused).h2_read_request().h2_reply(400, &refused);
    let server = FaultServer::start([script]).await.expect("a port");
    let http = authority.client().expect("TLS").build().expect("an HTTP client");
    let logto = builder(server.https()).http_client(http).build().expect("a client");
    failed(&logto, &printed, "HTTP/2").await;
    assert_eq!(server.requests(), 3);
    assert!(printed.0.lock().expect("no panic").iter().any(|line| line.contains("h2::")), "frames are traced");
    printed.check();
}

#[test]
fn f8_what_is_refused_is_not_repeated() {
    let printed = Printed::default();
    let at = |url: String| builder(url).build();
    let wrong = [
        at(format!("https://user:{SECRET}@auth.example.com")),
        at(format!("https://{SECRET}@auth.example.com")),
        at(format!("https://auth.example.com?secret={SECRET}")),
        at(format!("https://auth.example.com/api#{SECRET}")),
        at(format!("not a url {SECRET}")),
        builder("https://auth.example.com").header("Authorization", SECRET).build(),
        builder("https://auth.example.com").header(format!("X-Key: {SECRET}"), "").build(),
        builder("https://auth.example.com").header("X-Key", format!("{SECRET}\n")).build(),
        builder("https://auth.example.com").resource(format!("not absolute {SECRET}")).build(),
        builder("https://auth.example.com").client_credentials(SECRET, "").build(),
    ];
    for result in wrong {
        printed.error("builder", &result.expect_err("it is wrong"));
    }
    // Types that are read by the caller: the place is told, never the value.
    type Read = fn(&str) -> Option<serde_json::Error>;
    let types: [Read; 4] = [
        |text| serde_json::from_str::<logto_management::types::User>(text).err(),
        |text| serde_json::from_str::<logto_management::types::Hook>(text).err(),
        |text| serde_json::from_str::<logto_management::types::ApplicationSecret>(text).err(),
        |text| serde_json::from_str::<Secret>(text).err(),
    ];
    let text = format!("\"{SECRET}\"");
    let wrong = [
        text.clone(),
        format!("{{\"id\":[{text}]}}"),
        format!("{{\"id\":{{\"a\":{text}}},\"value\":[{text}]}}"),
        format!("[{text}"),
    ];
    for (number, read) in types.into_iter().enumerate() {
        for json in &wrong {
            if let Some(error) = read(json) {
                printed.error(&format!("type {number}"), &error);
            }
        }
    }
    let webhooks = WebhookVerifier::new([SECRET]).expect("a verifier");
    printed.error("webhook", &webhooks.verify(BODY, BODY.as_bytes()).expect_err("no signature"));
    printed.check();
}

/// A source whose panic tells everything, which is its own affair; what becomes of it must not.
struct Panics;

impl TokenSource for Panics {
    fn fetch(&self) -> TokenFuture<'_> {
        Box::pin(async { panic!("{SECRET}") })
    }
}

#[tokio::test]
async fn f8_a_panic_of_a_token_source_goes_no_further() {
    let printed = Printed::default();
    let _guard = tracing::subscriber::set_default(printed.clone());
    let logto = builder("http://localhost:1").token_source(Panics).build().expect("a client");
    let call = std::panic::AssertUnwindSafe(logto.update_user(PATH, body()).send());
    let error = call.catch_unwind().await.expect("no panic of the SDK").expect_err("no token");
    assert!(error.is_token());
    printed.error("panic", &error);
    printed.check();
}
