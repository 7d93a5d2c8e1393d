//! What token endpoints answer.

use std::time::Duration;

use proptest::prelude::*;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{parse, refusal};
use crate::error::{Error, ErrorBody};
use crate::profile::Profile;

#[test]
fn a9_lifetimes_are_read_as_they_come() {
    let cases = [
        ("", 60.0),
        (r#","expires_in":null"#, 60.0),
        (r#","expires_in":3600"#, 3600.0),
        (r#","expires_in":3600.0"#, 3600.0),
        (r#","expires_in":1.5"#, 1.5),
        (r#","expires_in":"3600""#, 3600.0),
        (r#","expires_in":" 3600 ""#, 3600.0),
        (r#","expires_in":"soon""#, 60.0),
        (r#","expires_in":"NaN""#, 60.0),
        (r#","expires_in":"inf""#, 86_400.0),
        (r#","expires_in":[]"#, 60.0),
        (r#","expires_in":true"#, 60.0),
        (r#","expires_in":0"#, 0.0),
        (r#","expires_in":-1"#, 0.0),
        (r#","expires_in":-1e300"#, 0.0),
        (r#","expires_in":1e300"#, 86_400.0),
        (r#","expires_in":18446744073709551615"#, 86_400.0),
    ];
    for (member, expected) in cases {
        let body = format!(r#"{{"access_token":"abc","token_type":"bearer"{member}}}"#);
        let token = parse(body.as_bytes(), true).unwrap();
        assert_eq!(token.lifetime, Duration::from_secs_f64(expected), "{member}");
    }
}

#[test]
fn a12_a_scope_that_is_not_told() {
    let body = br#"{"access_token":"abc","token_type":"Bearer"}"#;
    assert_eq!(parse(body, true).unwrap().scope.as_deref(), Some(""));
    assert_eq!(parse(body, false).unwrap().scope, None);
}

#[test]
fn a8_what_is_not_a_token_is_refused_without_being_repeated() {
    let cases: &[&[u8]] = &[
        b"",
        b"canary",
        b"<html>canary</html>",
        br#"["canary"]"#,
        br#""canary""#,
        b"null",
        br#"{"access_token":"canary""#,
        br#"{"access_token":"canary"}"#,
        br#"{"access_token":"canary","token_type":"mac"}"#,
        br#"{"access_token":"canary","token_type":7}"#,
        br#"{"token_type":"Bearer"}"#,
        br#"{"access_token":null,"token_type":"Bearer"}"#,
        br#"{"access_token":["canary"],"token_type":"Bearer"}"#,
        br#"{"access_token":"canary","token_type":"Bearer","expires_in":1e400}"#,
        b"{\"access_token\":\"canary\xff\",\"token_type\":\"Bearer\"}",
    ];
    for body in cases {
        let shown = String::from_utf8_lossy(body);
        let error = parse(body, true).expect_err(&shown);
        assert!(error.is_token(), "{shown}");
        assert!(!format!("{error} {error:?}").contains("canary"), "{shown}: {error}");
    }
    let nested = "[".repeat(100_000);
    assert!(parse(nested.as_bytes(), true).is_err());
}

#[test]
fn refusals_are_told_apart() {
    type Is = fn(&Error) -> bool;
    let profile =
        Profile { quota_codes: &["auth.exceed_token_limit"], expired_secret: Some("expired"), ..Profile::new("test") };
    // Status, body, what the error is and what it says to do.
    let cases: &[(u16, &str, Is, &str)] = &[
        (
            400,
            r#"{"code":"oidc.invalid_client","error":"invalid_client","error_description":"unknown"}"#,
            Error::is_invalid_client,
            "the client id and the client secret",
        ),
        (401, r#"{"error":"invalid_client"}"#, Error::is_invalid_client, "the client id and the client secret"),
        (
            400,
            r#"{"error":"invalid_request","error_description":"client secret has expired"}"#,
            Error::is_secret_expired,
            "make a new one",
        ),
        (400, r#"{"error":"invalid_target"}"#, Error::is_invalid_target, "check the resource"),
        (429, r#"{"code":"auth.exceed_token_limit","message":"Too many"}"#, Error::is_quota_exceeded, "the quota"),
        (400, r#"{"error":"unauthorized_client"}"#, Error::is_token, "client credentials grant"),
        (400, r#"{"error":"unsupported_grant_type"}"#, Error::is_token, "client credentials grant"),
        (404, "Not Found", Error::is_token, "check that the base URL"),
        (429, "slow down", Error::is_rate_limited, ""),
        (503, "<html>", Error::is_server_error, ""),
    ];
    for (status, body, is, advice) in cases {
        let status = StatusCode::from_u16(*status).unwrap();
        let error = refusal(status, ErrorBody::parse(body.as_bytes(), profile.error.as_ref()), &profile);
        assert!(is(&error) && error.is_token() && error.status() == Some(status), "{body}: {error:?}");
        let told = error.to_string();
        for (.., other) in cases.iter().filter(|(.., other)| !other.is_empty()) {
            assert_eq!(told.contains(other), other == advice, "{body}: {told}");
        }
    }
}

/// Any JSON, with numbers that are hard on whoever reads them.
fn any_json() -> impl Strategy<Value = Value> {
    let numbers = prop_oneof![
        any::<i64>().prop_map(|number| json!(number)),
        any::<u64>().prop_map(|number| json!(number)),
        any::<f64>().prop_map(|number| json!(number)),
        prop_oneof![Just(f64::MAX), Just(f64::MIN_POSITIVE), Just(-0.0), Just(9e15), Just(86_400.5)]
            .prop_map(|number| json!(number)),
    ];
    let texts = prop_oneof![
        any::<String>(),
        any::<f64>().prop_map(|number| number.to_string()),
        Just("1e400".to_owned()),
        Just("-inf".to_owned()),
    ];
    let leaf =
        prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from), numbers, texts.prop_map(Value::from)];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(".{0,4}", inner, 0..4).prop_map(|members| json!(members)),
        ]
    })
}

proptest! {
    #[test]
    fn a9_any_lifetime_is_one_of_a_day_at_most(expires_in in any_json()) {
        let body = json!({ "access_token": "abc", "token_type": "Bearer", "expires_in": expires_in });
        let token = parse(body.to_string().as_bytes(), true).unwrap();
        prop_assert!(token.lifetime <= Duration::from_secs(86_400));
        let told = match &expires_in {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse::<f64>().ok().filter(|number| !number.is_nan()),
            _ => None,
        };
        let expected = told.map_or(60.0, |seconds| seconds.clamp(0.0, 86_400.0));
        prop_assert!((token.lifetime.as_secs_f64() - expected).abs() < 1e-6, "{} for {}", token.lifetime.as_secs_f64(), expires_in);
    }

    #[test]
    fn a9_a_lifetime_written_out_of_range_is_an_error_or_a_token(digits in "-?[0-9]{1,400}(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,4})?") {
        let body = format!(r#"{{"access_token":"abc","token_type":"Bearer","expires_in":{digits}}}"#);
        if let Ok(token) = parse(body.as_bytes(), true) {
            prop_assert!(token.lifetime <= Duration::from_secs(86_400));
        }
    }

    #[test]
    fn a8_no_reply_makes_it_panic_or_repeat_what_it_read(body in any_json(), cut in any::<proptest::sample::Index>()) {
        let text = body.to_string();
        let marked = format!(r#"{{"access_token":"canary","token_type":"DPoP","more":{text}}}"#);
        for bytes in [text.as_bytes(), marked.as_bytes(), &marked.as_bytes()[..cut.index(marked.len())]] {
            if let Err(error) = parse(bytes, true) {
                prop_assert!(error.is_token());
                let shown = format!("{error} {error:?}");
                prop_assert!(!shown.contains("canary"));
            }
        }
    }
}
