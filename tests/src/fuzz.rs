//! What must hold for any bytes that a server, or somebody in its place, sends, and for any document: nothing panics, and
//! what is read or made is in its bounds.
//!
//! Each function takes bytes. The targets in `tests/fuzz` hand them what a fuzzer invents (`cargo +nightly fuzz run
//! webhook`, in `tests/fuzz`); an ordinary test hands them the seeds in `tests/fuzz/corpus` and changed copies of those.

mod document;

pub(crate) use document::NAMES;

use std::time::{Duration, Instant};

use logto_generator::Project;
use logto_generator::load::Files;

use logto_management::types::{Application, Hook, Log, SignInExperience, User};
use logto_management::webhook::{WebhookEvent, WebhookVerifier};
use logto_runtime::__private::parse;
use logto_runtime::Links;
use logto_runtime::reqwest::header::{HeaderMap, HeaderValue, LINK, RETRY_AFTER};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A target: its name, which is that of its corpus too, and what it does.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: [Target; 8] = [
    ("any_model", any_model),
    ("error_body", error_body),
    ("generate", generate),
    ("generate_tree", generate_tree),
    ("link_header", link_header),
    ("retry_after", retry_after),
    ("token_response", token_response),
    ("webhook", webhook),
];

/// The body of a reply of the token endpoint: a token for at most a day, or an error that repeats nothing of it.
pub fn token_response(bytes: &[u8]) {
    match parse::token_response(bytes) {
        Ok(token) => assert!(token.lifetime <= Duration::from_secs(24 * 60 * 60)),
        Err(error) => assert!(error.is_token(), "{error:?}"),
    }
}

/// `Link` headers, one a line.
pub fn link_header(bytes: &[u8]) {
    let headers = headers(bytes, LINK);
    let links = Links::parse(&headers, "page");
    assert_eq!(links, Links::parse(&headers, "page"));
}

/// The body of an error of any status.
pub fn error_body(bytes: &[u8]) {
    let error = parse::error_body(bytes);
    let shown = error.to_string();
    assert!(shown.chars().count() < 1000 && !shown.chars().any(char::is_control), "{shown:?}");
    assert!(error.code().is_none_or(|code| code.len() <= 128 && code.bytes().all(|byte| byte.is_ascii_graphic())));
}

/// `Retry-After` headers, one a line.
pub fn retry_after(bytes: &[u8]) {
    let wait = parse::retry_after(&headers(bytes, RETRY_AFTER), Duration::from_secs(1_700_000_000));
    assert!(wait.is_none_or(|wait| wait <= Duration::from_secs(365 * 24 * 60 * 60)));
}

/// Types of the generated crate: what is read is written so that it is read again as the same.
pub fn any_model(bytes: &[u8]) {
    model::<User>(bytes);
    model::<Application>(bytes);
    model::<Hook>(bytes);
    model::<Log>(bytes);
    model::<SignInExperience>(bytes);
    model::<Vec<User>>(bytes);
}

/// A webhook: its signature in the first line, its body after it. Nobody who lacks the key gets an event out of it.
pub fn webhook(bytes: &[u8]) {
    let (signature, body) = match bytes.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&bytes[..end], &bytes[end + 1..]),
        None => (bytes, &bytes[..0]),
    };
    let signature = String::from_utf8_lossy(signature);
    let verifier = WebhookVerifier::new(["a key that no seed was signed with"]);
    let event = verifier.and_then(|verifier| verifier.verify(&signature, body));
    assert!(event.is_err_and(|error| error.is_signature() || error.is_too_large()));
    model::<WebhookEvent>(body);
}

/// A document, as text: it becomes a crate, or an error that says what is wrong.
pub fn generate(bytes: &[u8]) {
    generates(bytes);
}

/// The same, and whether it became a crate.
pub(crate) fn generates(bytes: &[u8]) -> bool {
    let project = Project {
        document: bytes.to_vec(),
        name: "fuzzed".to_owned(),
        tests: Some("document.yaml".to_owned()),
        ..Project::default()
    };
    let start = Instant::now();
    let output = logto_generator::project(&project, &Files::NONE, &mut |_| ());
    let took = start.elapsed();
    let bound = LONGEST + LONGEST_EACH * bytes.len() as u32;
    assert!(took < bound, "{} bytes took {took:?}", bytes.len());
    let became = output.is_ok();
    match output {
        Ok(output) => {
            let size: usize = output.files.iter().map(|file| file.text.len()).sum();
            assert!(size < LARGEST + LARGEST_EACH * bytes.len(), "{} bytes gave {size}", bytes.len());
            for file in output.files.iter().filter(|file| file.path.ends_with(".rs")) {
                assert!(syn::parse_file(&file.text).is_ok(), "{} is not Rust: {}", file.path, file.text);
            }
        }
        Err(error) => {
            assert!(!error.problems.is_empty());
            for problem in &error.problems {
                assert!(!problem.message.is_empty(), "{problem:?}");
            }
        }
    }
    became
}

/// A document that is built of bytes, so that it is nearly right.
pub fn generate_tree(bytes: &[u8]) {
    generate(tree(bytes).to_string().as_bytes());
}

/// The document that is built of bytes.
pub fn tree(bytes: &[u8]) -> Value {
    document::Choices(bytes).document()
}

/// How long a document may take, and each byte of it, without optimisation on a machine that is busy.
const LONGEST: Duration = Duration::from_secs(10);
const LONGEST_EACH: Duration = Duration::from_micros(200);
/// How many bytes a crate may have, and for each byte of its document.
const LARGEST: usize = 1 << 20;
const LARGEST_EACH: usize = 200;

fn model<T: DeserializeOwned + Serialize + PartialEq + std::fmt::Debug>(bytes: &[u8]) {
    let Ok(value) = serde_json::from_slice::<T>(bytes) else { return };
    let written = serde_json::to_value(&value).unwrap_or(Value::Null);
    match T::deserialize(written) {
        Ok(again) => assert_eq!(again, value),
        Err(error) => panic!("what was written cannot be read: {error}"),
    }
}

fn headers(bytes: &[u8], name: logto_runtime::reqwest::header::HeaderName) -> HeaderMap {
    let values = bytes.split(|byte| *byte == b'\n').filter_map(|line| HeaderValue::from_bytes(line).ok());
    values.map(|value| (name.clone(), value)).collect()
}
