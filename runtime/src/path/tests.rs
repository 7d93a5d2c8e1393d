//! Templates. Which values are taken, and that they stay in their segment, is in `tests/tests/failures/f/paths.rs`.

use super::{Path, check};

#[test]
fn templates_are_filled_in_order() {
    let cases: &[(&'static str, &[&str], Option<&str>)] = &[
        ("/api/users", &[], Some("/api/users")),
        ("/api/users/{userId}", &["a"], Some("/api/users/a")),
        ("/api/{a}/x/{b}", &["1", "2"], Some("/api/1/x/2")),
        ("/api/{a}.{b}", &["1", "json"], Some("/api/1.json")),
        ("/api/{a}/x/{b}", &["1"], None),
        ("/api/{a}", &["1", "2"], None),
        ("/api/{a", &["1"], None),
    ];
    for (template, values, expected) in cases {
        let mut path = Path::new(template);
        values.iter().for_each(|value| path.fill(value));
        assert_eq!(path.filled().ok().as_deref(), *expected, "{template}");
    }
}

#[test]
fn parameters_have_names() {
    let template = "/api/users/{userId}/identities/{target}";
    let mut path = Path::new(template);
    for name in ["userId", "target", "?"] {
        assert_eq!(path.next(), name);
        path.fill("1");
    }
}

#[test]
fn f1_segments_that_are_none_are_refused() {
    for (segment, is_one) in [("", false), (".", false), ("..", false), ("%2E.", false), ("...", true), ("a", true)] {
        assert_eq!(check(segment).is_ok(), is_one, "{segment:?}");
    }
}
