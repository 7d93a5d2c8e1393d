//! Path values stay in their segment.

use percent_encoding::percent_decode_str;

use super::{encode, fill, parameter};

#[test]
fn dangerous_values_are_refused() {
    for value in ["", " ", "\t\r\n", "\u{a0}", ".", "..", "%2e", "%2E%2e", ".%2e", "%2E."] {
        assert!(encode(value).is_err(), "{value:?}");
    }
}

#[test]
fn other_values_are_one_segment_and_come_back() {
    let long = "ä/".repeat(5000);
    let values = [
        "a",
        "...",
        ". ",
        " .",
        "a b",
        "a/b",
        "\\",
        "?q=1",
        "#f",
        "%",
        "%2F",
        ";a=b",
        "a\r\nb",
        "\0",
        "ünï",
        "日本",
        "~",
        "+",
        "a%2e%2e",
        "..;",
        "https://example.com/?a=b#c",
        &long,
    ];
    for value in values {
        let encoded = encode(value).unwrap();
        assert!(encoded.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte)), "{value:?}");
        assert_eq!(percent_decode_str(&encoded).decode_utf8().unwrap(), value);
        let url = reqwest::Url::parse(&format!("http://localhost/a/{encoded}/b")).unwrap();
        assert_eq!(url.path_segments().unwrap().collect::<Vec<_>>(), ["a", encoded.as_str(), "b"], "{value:?}");
    }
}

#[test]
fn any_value_is_refused_or_comes_back() {
    let mut random = fastrand::Rng::with_seed(11);
    let alphabet: Vec<char> = "./%2eE\\ ?#;\u{0}\r\nä".chars().collect();
    for _ in 0..20_000 {
        let value: String = (0..random.usize(0..6)).map(|_| alphabet[random.usize(0..alphabet.len())]).collect();
        let Ok(encoded) = encode(&value) else { continue };
        let url = reqwest::Url::parse(&format!("http://localhost/a/{encoded}/b")).unwrap();
        assert_eq!(url.path(), format!("/a/{encoded}/b"), "{value:?}");
        assert_eq!(percent_decode_str(&encoded).decode_utf8().unwrap(), value);
    }
}

#[test]
fn templates_are_filled_in_order() {
    let cases: &[(&str, &[&str], Option<&str>)] = &[
        ("/api/users", &[], Some("/api/users")),
        ("/api/users/{userId}", &["a"], Some("/api/users/a")),
        ("/api/{a}/x/{b}", &["1", "2"], Some("/api/1/x/2")),
        ("/api/{a}.{b}", &["1", "json"], Some("/api/1.json")),
        ("/api/{a}/x/{b}", &["1"], None),
        ("/api/{a}", &["1", "2"], None),
        ("/api/{a", &["1"], None),
    ];
    for (template, values, expected) in cases {
        let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
        assert_eq!(fill(template, &values).ok().as_deref(), *expected, "{template}");
    }
}

#[test]
fn parameters_have_names() {
    let template = "/api/users/{userId}/identities/{target}";
    let names = [0, 1, 2].map(|number| parameter(template, number));
    assert_eq!(names, ["userId", "target", "?"]);
}
