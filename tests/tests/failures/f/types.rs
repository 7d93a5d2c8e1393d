//! Every public type prints itself, and says nothing of what it was given.
//!
//! The list of types is not written by hand: what the crates export is read from their sources.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use logto_management::webhook::{WebhookEvent, WebhookVerifier};
use logto_management::{Joint, Pattern, Search, SearchMode};
use logto_runtime::clock::{ManualClock, SystemClock};
use logto_runtime::token::{FileTokenStore, MemoryTokenStore, StoredToken, TokenStore};
use logto_runtime::{
    Client, Content, Cursor, DateTime, ErrorShape, Event, FilePart, Follow, Hidden, Json, Limits, Members, Method,
    Multipart, Paging, Part, Patch, Profile, Query, RateLimit, Request, RetryPolicy, Scheme, SchemeKind, Secret, Shape,
    SignatureVerifier, Style, Timeouts, Timestamp, Token, TokenRefusal, UnixTime, Upload,
};
use logto_tests::FaultServer;
use logto_tests::fault::Script;
use serde_json::json;

use super::super::scripted;
use super::secrets::{BODY, HEADER, PATH, Printed, QUERY, SECRET, TOKEN};

/// Traits, names for other types, and types of other crates.
const NO_TYPES_OF_OURS: [&str; 17] = [
    "Bytes",
    "Clock",
    "FromReply",
    "HeaderMap",
    "Json",
    "Method",
    "Observer",
    "QueryValue",
    "Security",
    "Sleep",
    "StatusCode",
    "StoreFuture",
    "StoreLock",
    "TokenError",
    "TokenFuture",
    "TokenSource",
    "TokenStore",
];

/// What the crates export, except for the types of the document, which are data of whoever made them.
fn exported() -> BTreeSet<String> {
    let files = [
        "runtime/src/lib.rs",
        "runtime/src/clock/mod.rs",
        "runtime/src/token/mod.rs",
        "generated/src/lib.rs",
        "generated/src/follow.rs",
        "generated/src/webhook.rs",
    ];
    let mut names = BTreeSet::new();
    for file in files {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file)).expect(file);
        let mut items = text.split("\npub ").skip(1).filter_map(|item| item.split_once(' '));
        for (kind, rest) in &mut items {
            let until = |end: &[char]| rest.split(end).next().unwrap_or_default();
            let found = match kind {
                "use" => until(&[';']),
                "struct" | "enum" | "trait" | "type" => until(&['<', '(', ' ', ';', ':']),
                _ => continue,
            };
            let words = found.split(|c: char| !c.is_alphanumeric()).filter(|word| word.starts_with(char::is_uppercase));
            names.extend(words.map(str::to_owned));
        }
    }
    names
}

/// Prints values, each with the name of its type.
macro_rules! show {
    ($printed:ident, $names:ident: $($name:ident => $value:expr,)+) => {$(
        $printed.debug(stringify!($name), &$value);
        $names.insert(stringify!($name).to_owned());
    )+};
}

/// A way to authenticate of each kind.
const PROFILE: Profile = Profile {
    schemes: &[
        Scheme { name: "header", kind: SchemeKind::HeaderKey("X-Key"), set_by: &[] },
        Scheme { name: "query", kind: SchemeKind::QueryKey("key"), set_by: &[] },
        Scheme { name: "cookie", kind: SchemeKind::CookieKey("key"), set_by: &[] },
        Scheme { name: "basic", kind: SchemeKind::Basic, set_by: &[] },
        Scheme { name: "token", kind: SchemeKind::Token, set_by: &[] },
    ],
    security: &[&["header", "query", "cookie", "token"]],
    ..Profile::NONE
};

/// A request with a canary in each place.
fn request(client: &Client) -> Request {
    let request =
        client.request(Method::POST, "Op", "/api/things/{id}/{id}").path(PATH).path_as(Style::Simple, &[PATH]);
    let request = request.query("q", QUERY).query_as("deep", Style::Deep, &json!({ "a": QUERY }));
    request.query_reserved("r", QUERY).header("X-Trace", HEADER).cookie("session", SECRET)
}

#[tokio::test]
async fn f8_every_public_type_prints_no_secret() {
    let (printed, mut names) = (Printed::default(), BTreeSet::new());
    let head = [("x-token", TOKEN), ("content-type", "application/octet-stream")];
    let server = FaultServer::start([]).await.expect("a port");
    server.otherwise(Script::new().read_request().last_reply(200, &head, BODY));

    // Clients and requests.
    let seen = Arc::new(Mutex::new(0));
    let (log, count) = (printed.clone(), Arc::clone(&seen));
    let observer = move |event: &Event<'_>| {
        log.debug("Event", event);
        if let Event::Attempt { operation, .. } = event {
            log.debug("Operation", operation);
            *count.lock().expect("no panic") += 1;
        }
    };
    let keys = Client::builder(PROFILE).base_url(server.endpoint()).no_proxy().header("X-Trace", HEADER);
    let keys = keys.api_key("header", SECRET).api_key("query", SECRET).api_key("cookie", SECRET);
    let keys = keys.basic("basic", PATH, SECRET).bearer_token(TOKEN).observer(observer);
    show! { printed, names:
        ClientBuilder => keys,
        ClientBuilder => scripted::builder(server.endpoint()).client_credentials(PATH, SECRET),
    }
    let client = keys.build().expect("a client");
    let mut list = request(&client).list::<Secret>();
    show! { printed, names:
        Client => client,
        Request => request(&client).form_body(&json!({ "a": BODY })),
        Call => request(&client).json_body(&BODY).text(),
        Sending => request(&client).text_body(BODY).text().send(),
        Receiving => request(&client).binary_body(BODY).text().response(),
        CallOptions => {
            let mut shown = None;
            list = list.options(|options| {
                options.header("X-Trace", HEADER);
                shown = Some(options.clone());
            });
            shown
        },
        Paged => list,
        Items => list.clone().items(),
        Pages => list.clone().pages(),
        Follow => Follow::new(move |_, _| list.clone(), |_| (Timestamp::from_millis(0), ""), Timestamp::from_millis(0)),
        Cursor => Cursor::from(Timestamp::from_millis(0)),
        Upload => Upload::from(BODY),
        FilePart => FilePart::bytes(BODY).file_name(BODY),
        DataPart => match Part::data("text/plain", BODY) {
            Part::Data(part) => part,
            other => panic!("{other:?}"),
        },
        Part => [Part::from(BODY), Part::json(&BODY), FilePart::bytes(BODY).file_name(BODY).into()],
        Multipart => Multipart::new().part("file", Upload::from(BODY)).part("text", BODY),
        Query => {
            let mut query = Query::default();
            query.push("q", QUERY);
            query
        },
        Pattern => Pattern::contains(QUERY),
        Search => Search::new().exact("primaryEmail", [QUERY]).pattern(QUERY),
        SearchMode => SearchMode::Like,
        Joint => Joint::And,
        Style => Style::Form,
    }

    // Replies and errors.
    let download = request(&client).download().response().await.expect("a reply");
    assert_eq!((*seen.lock().expect("no panic"), download.headers()["x-token"].as_bytes()), (1, TOKEN.as_bytes()));
    names.extend(["Event", "Operation"].map(str::to_owned));
    let page = json!({ "rows": [SECRET] });
    let rows = Script::new().read_request().last_reply(200, &[("content-type", "application/json")], &page.to_string());
    server.push(rows);
    let page = request(&client).list::<Secret>().within("rows").send().await.expect("a page");
    assert_eq!(page.items, [Secret::new(SECRET)]);
    show! { printed, names:
        Response => download,
        Download => download.into_value(),
        Page => page,
        Links => page.links,
        Content => [Content::Json(json!(BODY)), Content::Text(BODY.to_owned())],
    }
    let moved = || Script::new().read_request().last_reply(302, &[("location", &format!("/?code={SECRET}"))], BODY);
    server.push(moved());
    show! { printed, names:
        Redirect => request(&client).redirect().send().await.expect("a redirect"),
    }
    server.push(moved());
    let error = request(&client).text().send().await.expect_err("a redirect");
    printed.error("Error", &error);
    let mismatch = Vec::<i64>::from_json(json!([SECRET])).expect_err("no number");
    printed.error("Mismatch", &mismatch);
    let range = DateTime::from(BODY).timestamp().expect_err("no time");
    printed.error("TimeRangeError", &range);
    names.extend(["Error", "Mismatch", "TimeRangeError"].map(str::to_owned));

    // Tokens.
    let token = || Token::new(TOKEN, Duration::from_secs(60));
    let store = MemoryTokenStore::new();
    let key = json!({
        "server": format!("https://a.example/token?key={SECRET}"), "client_id": PATH, "resource": "https://a.example/api",
        "scope": null, "organization_id": null,
    });
    let key = serde_json::from_value(key).expect("a key");
    store.save(&key, &StoredToken::new(token(), SystemTime::UNIX_EPOCH)).await.expect("room");
    show! { printed, names:
        Token => token(),
        StoredToken => StoredToken::new(token(), SystemTime::UNIX_EPOCH),
        TokenKey => key,
        MemoryTokenStore => store,
        FileTokenStore => FileTokenStore::new("tokens"),
    }

    // Values, webhooks, settings.
    let event = json!({ "hookId": "h", "event": "User.Created", "createdAt": "x", "data": { "id": BODY }, "ip": BODY, "x": BODY });
    show! { printed, names:
        Secret => Secret::new(SECRET),
        Hidden => Hidden::from(json!({ "a": BODY })),
        Patch => Patch::Set(Secret::new(SECRET)),
        Members => Members::of(json!({ "name": BODY })).expect("an object"),
        SignatureVerifier => SignatureVerifier::new([SECRET]).expect("a verifier"),
        WebhookVerifier => WebhookVerifier::new([SECRET]).expect("a verifier"),
        WebhookEvent => serde_json::from_value::<WebhookEvent>(event).expect("an event"),
        Timestamp => Timestamp::from_millis(0),
        UnixTime => UnixTime::from_secs(0),
        DateTime => DateTime::from("2026-01-02T03:04:05Z"),
        Profile => PROFILE,
        Scheme => PROFILE.schemes,
        SchemeKind => SchemeKind::Token,
        ErrorShape => ErrorShape::default(),
        Shape => Shape::Any,
        Paging => Paging::default(),
        TokenRefusal => TokenRefusal { code: "expired", is_cured: true, hint: "it has expired" },
        Timeouts => Timeouts::default(),
        RetryPolicy => RetryPolicy::default(),
        Limits => Limits::default(),
        RateLimit => RateLimit { requests: 1, per: Duration::from_secs(1) },
        ManualClock => ManualClock::new(),
        SystemClock => SystemClock::new(),
    }
    printed.check();

    names.extend(NO_TYPES_OF_OURS.map(str::to_owned));
    let exported = exported();
    assert!(
        ["Client", "Error", "Paged", "SearchMode", "TokenKey", "WebhookEvent"]
            .iter()
            .all(|name| exported.contains(*name))
    );
    let missing: Vec<_> = exported.into_iter().filter(|name| !names.contains(name)).collect();
    assert!(missing.is_empty(), "types that nobody has looked at: {missing:?}");
}
