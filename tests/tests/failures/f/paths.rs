//! Path values and query parameters reach the server as they were given, or not at all.

use logto_management::{Joint, Search, SearchMode};
use percent_encoding::percent_decode_str;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::stateless;

/// The segments of a path as Logto's router reads them: split at `/`, then each decoded.
fn segments(path: &str) -> Vec<String> {
    path.split('/').skip(1).map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned()).collect()
}

/// Values of every kind, the dangerous ones more often than chance would have them.
fn values() -> impl Strategy<Value = String> {
    prop_oneof![
        "[./%2eE\\\\ ]{0,6}",
        "(%2[eE]|\\.){1,3}",
        "[\\s\u{a0}]{0,3}",
        "[/\\\\?#%;\r\n\0&=+ä日]{1,8}",
        any::<String>()
    ]
}

#[test]
fn f1_a_path_value_comes_back_or_is_refused() {
    let (runtime, fake, logto) = stateless();
    let run = |value: String| {
        fake.forget();
        let result = runtime.block_on(logto.delete_user_identity("u", &value).send());
        let requests = fake.requests();
        match result {
            Err(error) if error.is_input() => prop_assert!(requests.is_empty() && error.attempts() == 0, "{value:?}"),
            Err(error) => prop_assert!(false, "{value:?}: {error:?}"),
            Ok(_) => {
                let expected = ["api", "users", "u", "identities", value.as_str()];
                prop_assert_eq!(segments(&requests[0].path), expected);
                prop_assert_eq!(requests[0].operation.as_deref(), Some("DeleteUserIdentity"));
            }
        }
        Ok(())
    };
    TestRunner::default().run(&values(), run).expect("it holds");
}

#[test]
fn f1_what_would_name_another_path_is_refused() {
    let (runtime, fake, logto) = stateless();
    for value in ["", ".", "..", "%2e", "%2E%2e", ".%2e", "%2E.", " ", "\t\r\n", "\u{a0}"] {
        let error = runtime.block_on(logto.delete_user_identity("u", value).send()).expect_err(value);
        assert!(error.is_input() && error.to_string().contains("`target`"), "{value:?}: {error}");
        // The first value is no better than the last.
        assert!(runtime.block_on(logto.delete_user_identity(value, "github").send()).is_err_and(|e| e.is_input()));
    }
    assert_eq!((fake.requests().len(), fake.token_requests()), (0, 0), "before any IO");
}

#[test]
fn f2_nothing_is_stripped_from_a_path_value() {
    let (runtime, fake, logto) = stateless();
    let long = "ä/%".repeat(2_000);
    let table = [
        ("a/b", "a%2Fb"),
        ("a\\b", "a%5Cb"),
        ("a?b", "a%3Fb"),
        ("a#b", "a%23b"),
        ("a%b", "a%25b"),
        ("%2F", "%252F"),
        ("a;b=c", "a%3Bb%3Dc"),
        ("a\r\nb\tc", "a%0D%0Ab%09c"),
        ("\0", "%00"),
        ("日本", "%E6%97%A5%E6%9C%AC"),
        (" a ", "%20a%20"),
        ("...", "..."),
        (long.as_str(), ""),
    ];
    for (value, encoded) in table {
        runtime.block_on(logto.delete_user_identity("u", value).send()).expect("a reply");
        let path = fake.last_request().expect("a request").path;
        assert_eq!(segments(&path).last().map(String::as_str), Some(value));
        let sent = path.rsplit('/').next().expect("a segment");
        assert!(encoded.is_empty() || sent == encoded, "{value:?} was sent as {sent}");
    }
}

#[test]
fn f2_whatever_is_sent_is_unreserved_or_encoded() {
    let (runtime, fake, logto) = stateless();
    let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let run = |value: String| {
        if runtime.block_on(logto.delete_user_identity("u", &value).send()).is_err() {
            return Ok(());
        }
        let path = fake.last_request().expect("a request").path;
        fake.forget();
        let sent = path.strip_prefix("/api/users/u/identities/").unwrap_or_default();
        prop_assert_eq!(&segments(&format!("/{sent}")), &[value]);
        let mut parts = sent.split('%');
        prop_assert!(parts.next().is_some_and(|plain| plain.bytes().all(is_unreserved)), "{sent}");
        for part in parts {
            let (code, plain) = part.split_at_checked(2).unwrap_or_default();
            prop_assert!(u8::from_str_radix(code, 16).is_ok() && plain.bytes().all(is_unreserved), "{sent}");
        }
        Ok(())
    };
    TestRunner::default().run(&values(), run).expect("it holds");
}

#[test]
fn f3_query_values_come_back() {
    let (runtime, fake, logto) = stateless();
    // An empty one is refused before it is sent.
    let texts = prop_oneof!["[&=+#%?;\r\n\0 ä]{1,8}", ".{1,40}"];
    let strategy = (texts.clone(), texts, "[a-zA-Z][a-zA-Z0-9_]{0,20}");
    let run = |(first, second, field): (String, String, String)| {
        let search = Search::new().exact(&field, [&first, &second]).joint(Joint::And);
        runtime.block_on(logto.list_users().search(search).send()).expect("a reply");
        let request = fake.last_request().expect("a request");
        let (key, mode) = (format!("search.{field}"), format!("mode.{field}"));
        prop_assert_eq!(request.query_values(&key), [first, second]);
        prop_assert_eq!(request.query_values(&mode), ["exact"]);
        // Nothing became a parameter of its own.
        let known = [key.as_str(), mode.as_str(), "joint"];
        prop_assert!(request.pairs().iter().all(|(name, _)| known.contains(&name.as_str())), "{}", request.query);
        fake.forget();
        Ok(())
    };
    TestRunner::default().run(&strategy, run).expect("it holds");
}

#[test]
fn f3_a_search_field_cannot_be_another_parameter() {
    let (runtime, fake, logto) = stateless();
    let run = |field: String| {
        let plain = field.starts_with(|first: char| first.is_ascii_alphabetic())
            && field.len() <= 64
            && field.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        fake.forget();
        let search = Search::new().like(&field, "a").mode(SearchMode::Like);
        let result = runtime.block_on(logto.list_users().search(search).send());
        prop_assert_eq!(result.is_ok(), plain, "{}", field);
        if let Err(error) = result {
            prop_assert!(error.is_input() && fake.requests().is_empty(), "{error:?}");
        }
        Ok(())
    };
    let names = prop_oneof!["[a-zA-Z0-9_&=+#.\r\n]{0,8}", "[a-z]{63,66}", any::<String>()];
    TestRunner::default().run(&names, run).expect("it holds");
}
