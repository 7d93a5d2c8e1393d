//! Templates. Which values are taken, and that they stay in their segment, is in `tests/tests/failures/f/paths.rs`.

use super::{fill, parameter};

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
