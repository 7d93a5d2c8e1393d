//! Which credentials are taken, and which are refused.

use super::{Chosen, Credential, Has, Keyring, Scheme, SchemeKind, Security};
use crate::error::Error;
use crate::secret::Secret;

const SCHEMES: &[Scheme] = &[
    Scheme { name: "oauth", kind: SchemeKind::Token, set_by: &[] },
    Scheme { name: "user", kind: SchemeKind::Basic, set_by: &[] },
    Scheme { name: "key", kind: SchemeKind::HeaderKey("X-Key"), set_by: &[] },
    Scheme { name: "secret", kind: SchemeKind::QueryKey("secret"), set_by: &[] },
    Scheme { name: "session", kind: SchemeKind::CookieKey("sid"), set_by: &[] },
    Scheme { name: "tls", kind: SchemeKind::Certificate, set_by: &[] },
];

const NOBODY: Has = Has { token: false, certificate: false, anonymous: false };

fn key(text: &str) -> Credential {
    Credential::Key(Secret::new(text))
}

fn basic(user: &str) -> Credential {
    Credential::Basic { user: user.to_owned(), password: Secret::new("hunter2") }
}

fn ring(names: &[&str], has: Has) -> Result<Keyring, Error> {
    let credential = |name: &&str| ((*name).to_owned(), if *name == "user" { basic("first") } else { key("hunter2") });
    Keyring::new(SCHEMES, &[&["key"]], names.iter().map(credential).collect(), has)
}

#[test]
fn the_first_alternative_that_a_client_can_meet() {
    let token = Has { token: true, ..NOBODY };
    let certificate = Has { certificate: true, ..NOBODY };
    let both: Security = &[&["oauth"], &["key", "secret"]];
    // What the client has; what the operation needs; what is sent, or what is missing.
    type Case = (&'static [&'static str], Has, Option<Security>, Result<(bool, &'static [&'static str]), &'static str>);
    let cases: [Case; 19] = [
        (&["key"], NOBODY, None, Ok((false, &["key"]))),
        (&["key"], NOBODY, Some(&[]), Ok((false, &[]))),
        (&["key"], NOBODY, Some(&[&[]]), Ok((false, &[]))),
        (&["key"], NOBODY, Some(&[&[], &["key"]]), Ok((false, &["key"]))),
        (&[], NOBODY, Some(&[&["key"], &[]]), Ok((false, &[]))),
        (&[], token, Some(both), Ok((true, &["oauth"]))),
        (&["secret", "key"], token, Some(both), Ok((true, &["oauth"]))),
        (&["secret", "key"], NOBODY, Some(both), Ok((false, &["key", "secret"]))),
        (&["key"], token, Some(&[&["key", "oauth"]]), Ok((true, &["key", "oauth"]))),
        (&[], certificate, Some(&[&["tls"]]), Ok((false, &["tls"]))),
        (&["key"], certificate, Some(&[&["tls"], &["key"]]), Ok((false, &["key"]))),
        (&["key"], certificate, Some(&[&["key", "tls"], &["key"]]), Ok((false, &["key", "tls"]))),
        (&[], certificate, Some(&[&[], &["tls"]]), Ok((false, &["tls"]))),
        (&["key"], certificate, Some(&[&["tls"], &["secret"]]), Ok((false, &["tls"]))),
        (&["key"], Has { anonymous: true, ..NOBODY }, None, Ok((false, &[]))),
        (&["key"], NOBODY, Some(both), Err("`oauth`, or `key` with `secret`; set them on the builder: `bearer_token`")),
        (&["user"], NOBODY, None, Err("`api_key` for `key`")),
        (
            &[],
            NOBODY,
            Some(&[&["user"], &["tls"]]),
            Err("`basic` for `user`; `http_client` with a certificate for `tls`"),
        ),
        (&["key"], token, Some(&[&["unheard"]]), Err("`unheard`")),
    ];
    for (number, (names, has, wanted, expected)) in cases.into_iter().enumerate() {
        match (ring(names, has).unwrap().choose(wanted), expected) {
            (Ok(Chosen { token, names }), Ok(expected)) => assert_eq!((token, names), expected, "{number}"),
            (Err(error), Err(part)) => {
                assert!(error.is_input() && error.to_string().contains(part), "{number}: {error}");
            }
            (result, _) => panic!("{number}: {result:?}"),
        }
    }
}

#[test]
fn credentials_are_checked_when_they_are_set() {
    let cases = [
        ("user", basic("first"), None),
        ("user", basic("fi:rst"), Some("colon")),
        ("user", basic("fi\nrst"), Some("control")),
        ("user", key("hunter2"), Some("is a key")),
        ("key", basic("first"), Some("a key is needed")),
        ("key", key(" "), Some("empty")),
        ("key", key("hunter2\r\nx: y"), Some("cannot be sent")),
        ("secret", key("hunter2\r\nx: y"), None),
        ("session", key("hunter2%+/="), None),
        ("session", key("hunter2; x=y"), Some("cannot be in a cookie")),
        ("session", key("hunter2 ü"), Some("cannot be in a cookie")),
        ("oauth", key("hunter2"), Some("set by itself")),
        ("oauth", Credential::Bearer(Secret::new("hunter2")), None),
        ("oauth", Credential::Bearer(Secret::new("hunter2 b")), Some("cannot be sent")),
        ("key", Credential::Bearer(Secret::new("hunter2")), Some("does not take")),
        ("other", key("hunter2"), Some("`oauth`, `user`, `key`, `secret`, `session`, `tls`")),
        // The arguments the wrong way round.
        ("hunter2", key("key"), Some("`oauth`, `user`, `key`, `secret`, `session`, `tls`")),
    ];
    for (name, credential, expected) in cases {
        match (Keyring::new(SCHEMES, &[], vec![(name.to_owned(), credential)], NOBODY), expected) {
            (Ok(_), None) => {}
            (Err(error), Some(part)) => {
                assert!(error.is_config() && error.to_string().contains(part), "{name}: {error}");
                assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
            }
            (result, _) => panic!("{name} {expected:?}: {:?}", result.err()),
        }
    }
    let none = Keyring::new(&[], &[], vec![("key".to_owned(), key("hunter2"))], NOBODY).err().unwrap();
    assert!(none.to_string().contains("declares none"), "{none}");
}
