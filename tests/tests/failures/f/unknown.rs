//! What the SDK does not know may be secret, so `Debug` shows no more of it than its type, its tag and the names of its members.

use std::fmt::Debug;

use logto_management::types::{
    ApplicationSecret, CaptchaProviderConfig, CreateUserMfaVerificationReply, JwtCustomizerEntry, LogPayload,
    TestJwtCustomizerBody, TokenAudience, UpdateConnectorBody, UserGrantPayload, VerifyVerificationCodeBody,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

const SECRET: &str = "canary";

/// How a value that is read as a type is shown.
fn shown<T: DeserializeOwned + Debug>(value: Value) -> [String; 2] {
    let value: T = serde_json::from_value(value).expect("it can be read");
    [format!("{value:?}"), format!("{value:#?}")]
}

#[test]
fn f8_what_is_not_known_is_not_shown() {
    type Show = fn(Value) -> [String; 2];
    let secret = |kind: &str| json!({"type": kind, "secret": SECRET});
    let grant =
        json!({"accountId": "a", "clientId": "c", "exp": 1, "iat": 1, "jti": "j", "kind": "Grant", "x": SECRET});
    let row = json!({
        "applicationId": "a", "createdAt": 1, "expiresAt": null, "name": "n", "tenantId": "t", "value": SECRET, "x": SECRET
    });
    // A type, what it is read from, and what it shows of that among other things.
    let table: [(Show, Value, &str); 13] = [
        (shown::<CaptchaProviderConfig>, secret("Novel"), r#"Unknown { type: "Novel", secret: .. }"#),
        (shown::<CaptchaProviderConfig>, json!({"type": [SECRET]}), "Unknown { type: .. }"),
        (shown::<CaptchaProviderConfig>, json!([SECRET]), "Unknown(sequence)"),
        (shown::<CreateUserMfaVerificationReply>, secret("Novel"), r#"Unknown { type: "Novel", secret: .. }"#),
        (shown::<TestJwtCustomizerBody>, json!({"tokenType": "novel", "x": SECRET}), r#"tokenType: "novel", x: .. }"#),
        (shown::<JwtCustomizerEntry>, json!({"key": "novel", "value": SECRET}), r#"key: "novel", value: .. }"#),
        (shown::<VerifyVerificationCodeBody>, json!({"novel": SECRET}), "Unknown { novel: .. }"),
        (shown::<VerifyVerificationCodeBody>, json!(SECRET), "Unknown(string)"),
        (shown::<TokenAudience>, json!({"novel": SECRET}), "Unknown { novel: .. }"),
        (shown::<LogPayload>, json!({"key": "k", "result": "Success", "x": SECRET}), "rest: Hidden { x: .. }"),
        (shown::<UserGrantPayload>, grant, "rest: Hidden { x: .. }"),
        (shown::<UpdateConnectorBody>, json!({"config": {"key": SECRET}}), "config: Some(Hidden { key: .. })"),
        (shown::<ApplicationSecret>, row, "value: Secret(redacted) }"),
    ];
    for (show, value, expected) in table {
        let [line, lines] = show(value.clone());
        assert!(line.contains(expected), "{value}: {line}");
        assert!(!line.contains(SECRET) && !lines.contains(SECRET), "{value}: {line}");
    }
}
