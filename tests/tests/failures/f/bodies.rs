//! What is sent in bodies.

use futures_util::stream;
use logto_management::types::{CreateOrganizationBody, UpdateUserBody};
use logto_management::{FilePart, Patch};
use logto_tests::FaultServer;
use logto_tests::fake::{API_BODY_LIMIT, FakeLogto};
use logto_tests::fault::Script;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use super::{TOKEN, builder, stateless};

/// The largest file that Logto takes.
const FILE_LIMIT: usize = 20 * 1024 * 1024;

#[tokio::test]
async fn f15_a_body_that_the_server_would_not_take_is_not_sent() {
    let fake = FakeLogto::stateless().await;
    let logto = builder(fake.endpoint()).build().expect("a client");
    let around = r#"{"name":""}"#.len();
    for (length, good) in [(API_BODY_LIMIT, true), (API_BODY_LIMIT + 1, false)] {
        fake.forget();
        let body = CreateOrganizationBody::new("x".repeat(length - around));
        let result = logto.create_organization(body).send().await;
        match result {
            // The name is too long for an organization, which only the server can say.
            Err(error) if error.is_status() => {
                assert_eq!((good, fake.last_request().map(|request| request.body.len())), (true, Some(length)));
            }
            Ok(_) => panic!("an organization with such a name"),
            Err(error) => {
                assert!(!good && error.is_input() && error.attempts() == 0, "{error:?}");
                assert!(error.to_string().contains(&length.to_string()), "{error}");
                assert!(fake.requests().is_empty());
            }
        }
    }
}

#[test]
fn f16_a_file_name_stays_in_its_header() {
    let (runtime, fake, logto) = stateless();
    let names = prop_oneof!["[a-z\"'\\\\/.\r\n\0;= %ä]{0,12}", any::<String>()];
    let run = |name: String| {
        let file = FilePart::bytes("abc").file_name(&name).mime("image/png");
        runtime.block_on(logto.create_user_asset(file).send()).expect("a reply");
        let request = fake.last_request().expect("a request");
        prop_assert!(request.issues.is_empty(), "{name:?}: {:?}", request.issues);
        let body = String::from_utf8_lossy(&request.body).into_owned();
        let (head, content) = body.split_once("\r\n\r\n").expect("a head");
        let lines: Vec<&str> = head.lines().collect();
        // The boundary, where the part belongs, its type: a name that ended its line would add one.
        prop_assert_eq!(lines.len(), 3, "{:?}", head);
        let shown = lines[1].strip_prefix("Content-Disposition: form-data; name=\"file\"; filename=\"");
        let shown = shown.and_then(|rest| rest.strip_suffix('"'));
        let shown = shown.expect("a quoted name");
        prop_assert!(!shown.contains(['"', '/', '\r', '\n', '\0']), "{shown:?}");
        prop_assert!(!shown.is_empty() && shown != ".." && shown != ".", "{shown:?}");
        prop_assert!(content.starts_with("abc\r\n"));
        fake.forget();
        Ok(())
    };
    TestRunner::default().run(&names, run).expect("it holds");
}

#[tokio::test]
async fn f16_a_file_that_is_too_large_is_not_sent() {
    let fake = FakeLogto::stateless().await;
    let logto = builder(fake.endpoint()).build().expect("a client");
    let chunks = || stream::iter([Ok::<_, std::io::Error>("abc".into())]);
    let length = u64::try_from(FILE_LIMIT).expect("a length");
    let table = [
        ("in memory", FilePart::bytes(vec![0; FILE_LIMIT + 1])),
        ("a stream that tells its length", FilePart::stream(chunks()).length(length + 1)),
    ];
    for (name, file) in table {
        let error = logto.create_user_asset(file.mime("image/png")).send().await.expect_err(name);
        assert!(error.is_input() && error.attempts() == 0, "{name}: {error:?}");
    }
    assert!(fake.requests().is_empty());
    logto.create_user_asset(FilePart::bytes(vec![0; FILE_LIMIT]).mime("image/png")).send().await.expect("a reply");
    // A stream that does not tell its length is stopped on the way.
    let mebibyte = || Ok::<_, std::io::Error>(vec![0_u8; 1024 * 1024].into());
    let long = FilePart::stream(stream::iter((0..30).map(move |_| mebibyte())));
    assert!(logto.create_user_asset(long.mime("image/png")).send().await.is_err());
    assert_eq!(fake.requests().len(), 1);
}

#[tokio::test]
async fn f16_an_upload_is_not_repeated_where_the_server_may_have_it() {
    let faults = [
        ("reset", Script::new().read_request().reset()),
        ("closed", Script::new().read_request().close()),
        ("502", Script::new().read_request().last_reply(502, &[("content-type", "text/html")], "<html>")),
        ("half a head", Script::new().read_request().half_head().close()),
    ];
    for (name, fault) in faults {
        for streamed in [false, true] {
            let token = Script::new().read_request().last_reply(200, &[("content-type", "application/json")], TOKEN);
            let server = FaultServer::start([token, fault.clone()]).await.expect("a port");
            let logto = builder(server.endpoint()).build().expect("a client");
            let file = match streamed {
                true => FilePart::stream(stream::iter([Ok::<_, std::io::Error>("abc".into())])).length(3),
                false => FilePart::bytes("abc"),
            };
            let error = logto.create_user_asset(file.mime("image/png")).send().await.expect_err(name);
            assert!(error.may_have_been_executed() && error.attempts() == 1, "{name}: {error:?}");
            assert_eq!(server.requests(), 2, "{name}");
        }
    }
}

#[tokio::test]
async fn f17_keep_clear_and_set_are_three_different_bodies() {
    let fake = FakeLogto::stateless().await;
    let logto = builder(fake.endpoint()).build().expect("a client");
    let table = [
        (Patch::Keep, Patch::Keep, "{}"),
        (Patch::Clear, Patch::Keep, r#"{"name":null}"#),
        (Patch::Set("N".to_owned()), Patch::Keep, r#"{"name":"N"}"#),
        (Patch::Set(String::new()), Patch::Clear, r#"{"avatar":null,"name":""}"#),
        (Patch::Clear, Patch::Clear, r#"{"avatar":null,"name":null}"#),
    ];
    for (name, avatar, expected) in table {
        let body = UpdateUserBody { name, avatar, ..UpdateUserBody::default() };
        logto.update_user("u", body).send().await.expect("a reply");
        let sent = fake.last_request().expect("a request");
        // Members come in no order that means anything.
        assert_eq!(sent.json(), serde_json::from_str::<Value>(expected).expect("JSON"));
        assert_eq!(sent.body.len(), expected.len(), "not a byte more");
    }
}

#[test]
fn f17_a_patch_is_what_it_was_made_from() {
    let state = || prop_oneof![Just(None), Just(Some(None)), any::<String>().prop_map(|text| Some(Some(text)))];
    let patch = |state: &Option<Option<String>>| match state.clone() {
        None => Patch::Keep,
        Some(None) => Patch::Clear,
        Some(Some(text)) => Patch::Set(text),
    };
    let run = |states: (Option<Option<String>>, Option<Option<String>>)| {
        let (name, username) = &states;
        let body = UpdateUserBody { name: patch(name), username: patch(username), ..UpdateUserBody::default() };
        let written = serde_json::to_value(&body).expect("JSON");
        let expected: serde_json::Map<String, Value> = [("name", name), ("username", username)]
            .into_iter()
            .filter_map(|(key, state)| state.as_ref().map(|value| (key.to_owned(), json!(value))))
            .collect();
        prop_assert_eq!(&written, &Value::Object(expected));
        let read: UpdateUserBody = serde_json::from_value(written).expect("a body");
        prop_assert_eq!(read, body);
        Ok(())
    };
    TestRunner::default().run(&(state(), state()), run).expect("it holds");
}
