//! Values that this version does not know, and times in every form.

use logto_management::types::{ApplicationType, User};
use logto_runtime::{Timestamp, UnixTime};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Any JSON, a few levels deep.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((any::<String>(), inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// The largest whole number up to which every one can be written as a float.
const EXACT: i64 = 1 << 53;

proptest! {
    /// A value of an enum that came after this version is kept as it is, and known ones stay known.
    #[test]
    fn e7_unknown_values_of_enums_are_kept(text in any::<String>()) {
        for text in [text.as_str(), "SPA", "Native"] {
            let value: ApplicationType = serde_json::from_value(json!(text)).expect("any text");
            prop_assert_eq!(value.as_str(), text);
            prop_assert_eq!(serde_json::to_value(&value).expect("a text"), json!(text));
            let known = !matches!(value, ApplicationType::Unknown(_));
            prop_assert_eq!(known, ["Native", "SPA", "Traditional", "MachineToMachine", "Protected", "SAML"].contains(&text));
        }
    }

    /// Members that came after this version do not matter, whatever they hold.
    #[test]
    fn e7_unknown_members_do_no_harm(name in "[a-z]{1,8}X", value in any_json()) {
        let mut body = user();
        let expected: User = serde_json::from_value(body.clone()).expect("a user");
        body[name] = value;
        let found: User = serde_json::from_value(body).expect("a user with more");
        prop_assert_eq!(found, expected);
    }

    /// A variant of a union that came after this version is kept whole.
    #[test]
    fn e7_unknown_variants_are_kept(tag in "[A-Z][a-z]{0,8}X", value in any_json(), name in "[a-z]{1,8}") {
        let mut body = json!({ "type": tag });
        body[format!("x{name}")] = value;
        let found: logto_management::types::VerificationRecord =
            serde_json::from_value(body.clone()).expect("any variant");
        prop_assert!(matches!(found, logto_management::types::VerificationRecord::Unknown(_)));
        prop_assert_eq!(serde_json::to_value(&found).expect("JSON"), body);
    }

    /// Times are whole numbers, also where they are written as floats.
    #[test]
    fn e9_times_are_whole_numbers(number in any::<i64>(), exact in -EXACT..=EXACT) {
        let read = |value: Value| serde_json::from_value::<Timestamp>(value).map(|time| time.as_millis());
        prop_assert_eq!(read(json!(number)).ok(), Some(number));
        prop_assert_eq!(read(json!(exact as f64)).ok(), Some(exact));
        let seconds: UnixTime = serde_json::from_value(json!(exact as f64)).expect("whole");
        prop_assert_eq!(seconds.as_secs(), exact);
        prop_assert_eq!(serde_json::to_value(seconds).expect("a number"), json!(exact));
    }

    /// Anything else is an error that says where, and never a panic.
    #[test]
    fn e9_what_is_no_time_is_an_error(float in any::<f64>(), value in any_json()) {
        #[derive(Debug)]
        struct Outcome(Result<i64, String>);
        let read = |value: Value| {
            let found = serde_json::from_value::<Timestamp>(value);
            Outcome(found.map(|time| time.as_millis()).map_err(|error| error.to_string()))
        };
        let whole = float.is_finite() && float.fract() == 0.0 && float.abs() <= EXACT as f64;
        prop_assert_eq!(read(json!(float)).0.is_ok(), whole);
        prop_assert_eq!(read(value.clone()).0.is_ok(), value.is_i64());
    }
}

#[test]
fn e9_times_as_servers_write_them() {
    let table = [
        ("1700000000000", Some(1_700_000_000_000)),
        ("1.7e12", Some(1_700_000_000_000)),
        ("1700000000000.0", Some(1_700_000_000_000)),
        ("-1", Some(-1)),
        ("9007199254740993", Some(9_007_199_254_740_993)),
        ("9223372036854775807", Some(i64::MAX)),
        ("9223372036854775808", None),
        ("1e400", None),
        ("1.5", None),
        (r#""2024-01-01T00:00:00Z""#, None),
        (r#""1700000000000""#, None),
        ("null", None),
        ("{}", None),
    ];
    for (text, expected) in table {
        let found = serde_json::from_str::<Timestamp>(text).ok().map(|time| time.as_millis());
        assert_eq!(found, expected, "{text}");
        let mut body = serde_json::to_value(user()).expect("JSON");
        let Ok(value) = serde_json::from_str::<Value>(text) else { continue };
        body["createdAt"] = value;
        let found = serde_json::from_value::<User>(body).map(|user| user.created_at.as_millis());
        match (found, expected) {
            (Ok(found), Some(expected)) => assert_eq!(found, expected, "{text}"),
            (Err(error), None) => assert!(error.to_string().contains("`createdAt`"), "{text}: {error}"),
            (found, _) => panic!("{text}: {found:?}"),
        }
    }
}

/// A user as a server sends one.
fn user() -> Value {
    json!({
        "id": "gxiy27j6mqkx", "username": "first", "primaryEmail": null, "primaryPhone": null, "name": "First", "avatar": null,
        "customData": {}, "identities": {}, "lastSignInAt": null, "createdAt": 1_700_000_000_000_i64,
        "updatedAt": 1_700_000_000_000_i64, "profile": {}, "applicationId": null, "isSuspended": false,
        "hasPassword": false, "ssoIdentities": [], "mfaVerificationFactors": [], "cimdClientId": null,
        "tenantId": "default", "isPasswordExpired": false,
    })
}
