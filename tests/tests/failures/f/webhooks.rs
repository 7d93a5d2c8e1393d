//! Webhooks: only what Logto signed is read.

use std::time::{Duration, UNIX_EPOCH};

use logto_management::Error;
use logto_management::types::HookEvent;
use logto_management::webhook::{WebhookEvent, WebhookVerifier};
use logto_runtime::clock::ManualClock;
use proptest::prelude::*;
use serde_json::json;

const KEY: &str = "b0ef2b9f7d4fd3d3a7c4a4f0b4c1f2aa";
const OLD_KEY: &str = "another-signing-key";
const SIGN_IN: &str = r#"{"hookId":"hook-1","event":"PostSignIn","createdAt":"2026-01-02T03:04:05.678Z","interactionEvent":"SignIn","userId":"u1","user":{"id":"u1","name":"Ünï"},"ip":"203.0.113.7"}"#;
const CREATED: &str = r#"{"hookId":"hook-1", "event":"User.Created" ,"createdAt":"2026-01-02T03:04:05Z","data":{"id":"u2"},"novel":[1,2.50]}"#;
/// Signed with [`KEY`] by Node: `createHmac("sha256", key).update(body).digest("hex")`, as Logto does.
const SIGN_IN_SIGNATURE: &str = "49a6fd923ff91119db723b37d66374f3ee5456471d3d67a249bb1876970a7916";
const CREATED_SIGNATURE: &str = "cdc139badd40759c0c80c312e6e8e37f94eccac4a494909c080d281118f11067";

fn verifier() -> WebhookVerifier {
    WebhookVerifier::new([KEY]).expect("a verifier")
}

/// Key, body, signature by Node's `createHmac`; bodies that are no events are verified all the same and then refused as such.
#[test]
fn f12_signatures_of_node_are_accepted() {
    let table = [
        (KEY, "", "93ec2c24134df25603d425f6cdb611cde7aa98eb341242d050a7ab655990c861"),
        (KEY, "{}", "cbd1a340f6ebacb59bddf6cc2a323f353c8dab32ee39b55eee1468db127feb80"),
        (KEY, SIGN_IN, SIGN_IN_SIGNATURE),
        (KEY, CREATED, CREATED_SIGNATURE),
        (KEY, "not json at all \0\u{1}", "de28ea092cd4a0642c5f9faa234955c6a13f7684af57c599e680f43b015b7a38"),
        (OLD_KEY, "", "490923c5818eb83f1081b5890f4d5854ce3c98c6e6e71e915b9531956d59e5a7"),
        (OLD_KEY, "{}", "f0752eafbd25b996a501150155c71929f83d5b32bdb5eef94c39791b356c45bd"),
        (OLD_KEY, SIGN_IN, "f30f1ca16ddcb0988a96e90df2c1f03e6b51a1753e55b182ad386b7fd0568519"),
        (OLD_KEY, CREATED, "147f1f6b766325e224c7c48f34e88f00cda48c03b7844bccb0cf4f300609c6ea"),
        ("ключ", SIGN_IN, "ec6e7406930122e6533015b64220cd7d552fa0018efcb31fd1f455613e869b11"),
    ];
    for (key, body, signature) in table {
        let result = WebhookVerifier::new([key]).expect("a verifier").verify(signature, body.as_bytes());
        match result {
            Ok(event) => assert_eq!(event.hook_id, "hook-1"),
            Err(error) => assert!(error.is_decode() && !body.contains("hookId"), "{key} {body}: {error}"),
        }
        let other = WebhookVerifier::new(["other key"]).expect("a verifier");
        assert!(other.verify(signature, body.as_bytes()).expect_err("wrong key").is_signature());
        // The old key is still good while it is rotated, whatever the order.
        for keys in [["other key", key], [key, "other key"]] {
            let both = WebhookVerifier::new(keys).expect("a verifier").verify(signature, body.as_bytes());
            assert!(both.map_or_else(|error| error.is_decode(), |_| true), "{body}");
        }
    }
}

/// Interaction hooks say `userIp` where data hooks say `ip`; a change of members has no data.
#[test]
fn f12_what_each_kind_of_event_says() {
    let head = |event: &str| format!(r#""hookId":"hook-1","event":"{event}","createdAt":"2026-01-02T03:04:05.678Z""#);
    let read = |event: &str, rest: &str| -> WebhookEvent {
        serde_json::from_str(&format!("{{{},{rest}}}", head(event))).expect("an event")
    };
    let sign_in =
        read("PostSignIn", r#""userIp":"203.0.113.7","userId":"u1","sessionId":"s1","interactionEvent":"SignIn""#);
    assert_eq!((sign_in.ip.as_deref(), sign_in.user_id.as_deref()), (Some("203.0.113.7"), Some("u1")));
    assert!(sign_in.rest.is_empty(), "{:?}", sign_in.rest);
    let created = read("User.Created", r#""ip":"203.0.113.8","data":{"id":"u2"}"#);
    assert_eq!(created.ip.as_deref(), Some("203.0.113.8"));
    let both = read("User.Created", r#""ip":"203.0.113.8","userIp":"203.0.113.9""#);
    assert_eq!((both.ip.as_deref(), both.rest.len()), (Some("203.0.113.8"), 1));
    let members = read(
        "Organization.Membership.Updated",
        r#""organizationId":"o1","addedUserIds":["u1","u2"],"removedUserIds":["u3"],"ip":"203.0.113.8""#,
    );
    assert_eq!((members.organization_id.as_deref(), &members.data), (Some("o1"), &None));
    assert_eq!(members.added_user_ids.as_deref(), Some(&["u1".to_owned(), "u2".to_owned()][..]));
    assert_eq!(members.removed_user_ids.as_deref(), Some(&["u3".to_owned()][..]));
    for event in [sign_in, created, both, members] {
        let written = serde_json::to_value(&event).expect("JSON");
        assert_eq!(serde_json::from_value::<WebhookEvent>(written).expect("an event"), event);
    }
}

#[test]
fn f12_wrong_signatures_are_refused() {
    let upper = SIGN_IN_SIGNATURE.to_uppercase();
    let written_again = serde_json::from_str::<serde_json::Value>(CREATED).expect("JSON").to_string();
    let flipped = SIGN_IN_SIGNATURE.replacen('4', "5", 1);
    let prefixed = format!("sha256={SIGN_IN_SIGNATURE}");
    let blank = format!("{SIGN_IN_SIGNATURE} ");
    let not_ascii = format!("ä{}", &SIGN_IN_SIGNATURE[2..]);
    let table: [(&str, &str, &str); 11] = [
        ("missing", "", SIGN_IN),
        ("short", &SIGN_IN_SIGNATURE[..62], SIGN_IN),
        ("odd", &SIGN_IN_SIGNATURE[..63], SIGN_IN),
        ("upper case", &upper, SIGN_IN),
        ("one digit changed", &flipped, SIGN_IN),
        ("with a prefix", &prefixed, SIGN_IN),
        ("with a blank", &blank, SIGN_IN),
        ("no digits", &"g".repeat(64), SIGN_IN),
        ("not ASCII", &not_ascii, SIGN_IN),
        ("of another body", SIGN_IN_SIGNATURE, CREATED),
        ("of a body that was written again", CREATED_SIGNATURE, &written_again),
    ];
    for (name, signature, body) in table {
        let error = verifier().verify(signature, body.as_bytes()).expect_err(name);
        assert!(error.is_signature(), "{name}: {error}");
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains(KEY) && !shown.contains("u1") && !shown.contains("49a6fd"), "{shown}");
    }
}

#[test]
fn f12_a_large_body_is_not_hashed() {
    const MOST: usize = 4_194_304;
    let large = vec![b' '; 100 * 1024 * 1024];
    for (bytes, is_too_large) in [(large.len(), true), (MOST + 1, true), (MOST, false)] {
        let error = verifier().verify(SIGN_IN_SIGNATURE, &large[..bytes]).expect_err("another body");
        assert_eq!((error.is_too_large(), error.is_signature()), (is_too_large, !is_too_large), "{bytes}: {error}");
    }
    let exact = verifier().max_bytes(SIGN_IN.len());
    assert!(exact.verify(SIGN_IN_SIGNATURE, SIGN_IN.as_bytes()).is_ok());
    let short = verifier().max_bytes(SIGN_IN.len() - 1);
    assert!(short.verify(SIGN_IN_SIGNATURE, SIGN_IN.as_bytes()).expect_err("too large").is_too_large());
}

#[test]
fn f12_an_old_event_is_refused_where_there_is_a_limit() {
    // 2026-01-02T03:04:05.678Z
    let made = Duration::from_millis(1_767_323_045_678);
    let minute = Duration::from_secs(60);
    let table = [
        (None, made + 1000 * minute, true),
        (Some(minute), made, true),
        (Some(minute), made + minute, true),
        (Some(minute), made + minute + Duration::from_millis(1), false),
        (Some(minute), made - minute, true),
        (Some(minute), made - 2 * minute, false),
    ];
    for (limit, now, expected) in table {
        let clock = ManualClock::new();
        clock.set_wall(UNIX_EPOCH + now);
        let webhooks = limit.into_iter().fold(verifier().clock(clock), WebhookVerifier::max_age);
        let result = webhooks.verify(SIGN_IN_SIGNATURE, SIGN_IN.as_bytes());
        assert_eq!(result.is_ok(), expected, "{limit:?} {now:?}: {result:?}");
        assert!(expected || result.is_err_and(|error| error.is_stale()), "{limit:?} {now:?}");
    }
}

#[test]
fn f12_events_keep_what_they_do_not_know() {
    let event = verifier().verify(CREATED_SIGNATURE, CREATED.as_bytes()).expect("an event");
    assert_eq!((event.event.clone(), event.data.clone()), (HookEvent::UserCreated, Some(json!({"id": "u2"}))));
    assert_eq!(event.rest.get("novel"), Some(&json!([1, 2.5])));
    let event = verifier().verify(SIGN_IN_SIGNATURE, SIGN_IN.as_bytes()).expect("an event");
    assert_eq!((event.user_id.as_deref(), event.ip.as_deref()), (Some("u1"), Some("203.0.113.7")));
    assert!(!format!("{event:?}").contains("u1"));
    let novel = json!({"hookId": "h", "event": "Moon.Risen", "createdAt": "x", "phase": {"full": true}});
    let read: logto_management::webhook::WebhookEvent = serde_json::from_value(novel.clone()).expect("an event");
    assert_eq!(read.event, HookEvent::Unknown("Moon.Risen".to_owned()));
    assert_eq!(serde_json::to_value(&read).expect("JSON"), novel);
}

#[test]
fn f12_keys_that_anybody_has_are_refused() {
    let none: [&str; 0] = [];
    let is_config = |result: Result<WebhookVerifier, Error>| result.is_err_and(|error| error.is_config());
    assert!(is_config(WebhookVerifier::new(none)));
    assert!(is_config(WebhookVerifier::new([""])));
    assert!(is_config(WebhookVerifier::new([KEY, " "])));
    let shown = format!("{:?}", WebhookVerifier::new([KEY, OLD_KEY]));
    assert!(shown.contains("keys: 2") && !shown.contains(KEY) && !shown.contains(OLD_KEY), "{shown}");
}

proptest! {
    #[test]
    fn f12_nothing_but_the_signature_fits(signature in "\\PC{0,80}|[0-9a-f]{62,66}", body in any::<Vec<u8>>()) {
        prop_assert!(verifier().verify(&signature, &body).is_err_and(|error| error.is_signature()));
    }

    #[test]
    fn f12_every_bit_counts(at in 0..SIGN_IN.len(), bit in 0..8_u32) {
        let mut body = SIGN_IN.as_bytes().to_vec();
        body[at] ^= 1 << bit;
        prop_assert!(verifier().verify(SIGN_IN_SIGNATURE, &body).is_err_and(|error| error.is_signature()));
    }
}
