//! What a token is asked for with.

use proptest::prelude::*;

use super::{Aim, Credentials};
use crate::secret::Secret;

fn pairs(credentials: &Credentials) -> Vec<(String, String)> {
    url::form_urlencoded::parse(&credentials.form()).into_owned().collect()
}

/// What the form must say.
fn expected(id: &str, secret: &str, aim: &Aim) -> Vec<(String, String)> {
    let further = [("resource", &aim.resource), ("scope", &aim.scope), ("organization_id", &aim.organization_id)];
    [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)]
        .into_iter()
        .chain(further.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?))))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

#[test]
fn a24_the_form_is_encoded_exactly() {
    let table = [
        ("a:b%c+d&e=f", "client_id=a%3Ab%25c%2Bd%26e%3Df"),
        ("a b", "client_id=a+b"),
        ("ü", "client_id=%C3%BC"),
        ("\r\n\0", "client_id=%0D%0A%00"),
    ];
    for (id, text) in table {
        // One of blanks alone is refused before it gets here.
        let Ok(credentials) = Credentials::check(Secret::new(id), Secret::new("x"), Aim::default()) else { continue };
        let form = String::from_utf8(credentials.form().to_vec()).unwrap();
        assert_eq!(form, format!("grant_type=client_credentials&{text}&client_secret=x"));
    }
}

#[test]
fn r5_a_key_tells_secrets_apart_and_tells_none() {
    let key = |id: &str, secret: &str, endpoint: &str| {
        let credentials = Credentials::check(Secret::new(id), Secret::new(secret), Aim::default()).unwrap();
        credentials.key(&endpoint.parse().unwrap())
    };
    let own = key("app", "hunter2", "https://a.example/token");
    assert_eq!(own, key("app", "hunter2", "https://a.example/token"));
    let others = [
        key("app", "hunter3", "https://a.example/token"),
        key("other", "hunter2", "https://a.example/token"),
        key("app", "hunter2", "https://b.example/token"),
    ];
    for other in others {
        assert_ne!(own.secret_fingerprint, other.secret_fingerprint);
    }
    assert!(!format!("{own} {own:?}").contains("hunter2") && !format!("{own:?}").contains(&own.secret_fingerprint));
    // One that was written before is read, and is nobody's.
    let mut before = serde_json::to_value(&own).unwrap();
    before.as_object_mut().unwrap().remove("secret_fingerprint");
    let before: crate::token::TokenKey = serde_json::from_value(before).unwrap();
    assert_ne!(before, own);
}

proptest! {
    #[test]
    fn a24_a_form_parser_reads_what_was_meant(
        id in any::<String>(),
        secret in any::<String>(),
        resource in proptest::option::of("https://[a-z]{1,8}\\.example/[ -~]{0,8}"),
        scope in proptest::option::of(any::<String>()),
        organization_id in proptest::option::of(any::<String>()),
    ) {
        let aim = Aim { resource, scope, organization_id };
        match Credentials::check(Secret::new(id.as_str()), Secret::new(secret.as_str()), aim.clone()) {
            Ok(credentials) => prop_assert_eq!(pairs(&credentials), expected(&id, &secret, &aim)),
            Err(error) => prop_assert!(error.is_config()),
        }
    }
}
