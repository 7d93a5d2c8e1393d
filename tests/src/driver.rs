//! What the generated tests lean on: each calls an operation of the crate on a fake and looks at both ends.

use std::cell::RefCell;
use std::fmt::Debug;
use std::future::Future;

use logto_management::{Client, Error, FilePart};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::FakeLogto;
use crate::same::same;

thread_local! {
    /// The fake of the test that runs on this thread; `#[tokio::test]` keeps a test on one.
    static FAKE: RefCell<Option<FakeLogto>> = const { RefCell::new(None) };
}

/// A client of a fake that answers every operation with a success made from the document: what is required the first
/// time, everything the second.
///
/// # Panics
///
/// When the fake or the client cannot be made.
pub async fn logto() -> Client {
    let fake = FakeLogto::stateless().await;
    let client = client(&fake);
    FAKE.set(Some(fake));
    client
}

/// A client of a fake, with the app that may use the Management API.
///
/// # Panics
///
/// When the client cannot be made.
pub fn client(fake: &FakeLogto) -> Client {
    let builder = Client::builder().self_hosted(fake.endpoint()).client_credentials(fake.app_id(), fake.app_secret());
    match builder.no_proxy().build() {
        Ok(client) => client,
        Err(error) => panic!("no client: {error}"),
    }
}

/// Sends a call of the client that [`logto`] gave. One request must reach the fake and be without fault by the document,
/// it must carry a token only where one is needed, and the reply must be read without a value that is unknown.
///
/// # Panics
///
/// When one of this is not so.
pub async fn call<T: Debug>(sent: impl Future<Output = Result<T, Error>>) -> T {
    with(FakeLogto::forget);
    let result = sent.await;
    let requests = with(FakeLogto::requests);
    let value = match result {
        Ok(value) => value,
        Err(error) => panic!("{error:?}\n{requests:#?}"),
    };
    let [request] = requests.as_slice() else {
        panic!("one request was expected: {requests:#?}");
    };
    assert!(request.issues.is_empty(), "{} {}?{}: {:#?}", request.method, request.path, request.query, request.issues);
    let operation = request.operation.as_deref().and_then(|id| with(|fake| fake.document().operation(id)));
    let needs_token = operation.is_some_and(|operation| operation.auth);
    assert_eq!(request.is_authorized(), needs_token, "the token of {} {}", request.method, request.path);
    let shown = format!("{value:?}");
    assert!(!shown.contains("Unknown("), "a value that the document lists is unknown: {shown}");
    value
}

/// A value of the generated crate from JSON; written again it must be the same.
///
/// # Panics
///
/// When it is not.
pub fn body<T: DeserializeOwned + Serialize>(json: &str) -> T {
    let value: T = parse(json);
    assert_eq!(written(&value), parse::<Value>(json), "`null` and absent differ in what is sent");
    value
}

/// A small file of a type.
pub fn file(mime: &str) -> FilePart {
    FilePart::bytes("a small file").file_name("file \"1\".txt").mime(mime)
}

/// Values that must each be read as the variant that `is` recognises, and be written again unchanged; a tag that may be
/// absent is written.
///
/// # Panics
///
/// When one is not.
pub fn check<T: DeserializeOwned + Serialize + Debug>(samples: &str, is: impl Fn(&T) -> bool) {
    let samples: Vec<Value> = parse(samples);
    assert!(!samples.is_empty(), "no samples");
    for sample in samples {
        let value: T = match T::deserialize(&sample) {
            Ok(value) => value,
            Err(error) => panic!("{sample} cannot be read: {error}"),
        };
        assert!(is(&value), "{sample} was read as {value:?}");
        let written = written(&value);
        let with_tag = sample.as_object().zip(written.as_object()).is_some_and(|(before, after)| {
            let kept = |name: &String| before.contains_key(name) || after[name].is_boolean() || after[name].is_string();
            after.len() == before.len() + 1
                && after.keys().all(kept)
                && before.iter().all(|(name, value)| after.get(name).is_some_and(|other| same(value, other)))
        });
        assert!(same(&sample, &written) || with_tag, "{sample} was written as {written}");
    }
}

fn with<T>(work: impl FnOnce(&FakeLogto) -> T) -> T {
    FAKE.with_borrow(|fake| match fake {
        Some(fake) => work(fake),
        None => panic!("`logto` was not called in this test"),
    })
}

fn parse<T: DeserializeOwned>(json: &str) -> T {
    match serde_json::from_str(json) {
        Ok(value) => value,
        Err(error) => panic!("{json} cannot be read: {error}"),
    }
}

fn written(value: &impl Serialize) -> Value {
    match serde_json::to_value(value) {
        Ok(written) => written,
        Err(error) => panic!("cannot be written: {error}"),
    }
}
