//! What the actions of an overlay do, and when they are errors.

use logto_generator::overlay;
use serde_json::{Value, json};

fn document() -> Value {
    json!({
        "info": {"title": "a"},
        "paths": {"/a/b": {"get": {"tags": ["x"]}}, "/c": {"get": {"tags": ["x", "y"]}}},
        "schemas": {"A": {"type": "object", "required": ["p", "q"]}, "B": {"type": "object"}}
    })
}

fn apply(actions: &str) -> Result<(Value, Vec<usize>), String> {
    let mut value = document();
    let overlay = format!("overlay: 1.0.0\ninfo: {{title: t, version: '1'}}\nactions:\n{actions}");
    let applied = overlay::apply(&mut value, &overlay, "1.40.1").map_err(|error| error.to_string())?;
    Ok((value, applied.iter().map(|applied| applied.count).collect()))
}

#[test]
fn actions_change_what_they_select() {
    let cases: &[(&str, &str, Value, usize)] = &[
        (
            "{target: $.info, update: {title: b, version: c}, x-reason: r}",
            "/info",
            json!({"title": "b", "version": "c"}),
            1,
        ),
        (
            "{target: \"$.paths['/a/b'].get.tags\", update: z, x-reason: r}",
            "/paths/~1a~1b/get/tags",
            json!(["x", "z"]),
            1,
        ),
        (
            "{target: \"$.paths['/c']\", update: {get: {tags: [z]}}, x-reason: r}",
            "/paths/~1c/get/tags",
            json!(["x", "y", "z"]),
            1,
        ),
        (
            "{target: \"$.schemas[?@.type == 'object']\", update: {nullable: true}, x-reason: r}",
            "/schemas/B",
            json!({"type": "object", "nullable": true}),
            2,
        ),
        ("{target: $.schemas.A.type, remove: true, x-reason: r}", "/schemas/A", json!({"required": ["p", "q"]}), 1),
        (
            "{target: \"$.schemas.A.required[?@ == 'p']\", remove: true, x-reason: r}",
            "/schemas/A/required",
            json!(["q"]),
            1,
        ),
        ("{target: \"$.schemas.A.required[*]\", remove: true, x-reason: r}", "/schemas/A/required", json!([]), 2),
        (
            "{target: $.schemas.A, update: {type: string}, x-replace: true, x-reason: r}",
            "/schemas/A",
            json!({"type": "string"}),
            1,
        ),
        (
            "{target: $.schemas.A.type, update: string, x-replace: true, x-reason: r}",
            "/schemas/A/type",
            json!("string"),
            1,
        ),
        ("{target: $..tags, update: [z], x-replace: true, x-reason: r}", "/paths/~1c/get/tags", json!(["z"]), 2),
    ];
    for (action, pointer, expected, count) in cases {
        let (value, counts) = apply(&format!("- {action}")).unwrap_or_else(|error| panic!("{action}: {error}"));
        assert_eq!(value.pointer(pointer), Some(expected), "{action}");
        assert_eq!(counts, [*count], "{action}");
    }
}

#[test]
fn actions_are_for_their_releases() {
    let cases = [
        ("", true),
        (", x-releases: {from: 1.40.1}", true),
        (", x-releases: {until: 1.40.1}", true),
        (", x-releases: {from: 1.28.0, until: 1.42.0}", true),
        (", x-releases: {from: 1.42.0}", false),
        (", x-releases: {until: 1.40.0}", false),
    ];
    for (releases, applied) in cases {
        let (value, counts) =
            apply(&format!("- {{target: $.info, update: {{title: b}}, x-reason: r{releases}}}")).unwrap();
        assert_eq!(counts.len() == 1 && value["info"]["title"] == "b", applied, "{releases}");
        // Outside of its releases an action may match nothing.
        let none = apply(&format!("- {{target: $.none, update: {{}}, x-reason: r{releases}}}"));
        assert_eq!(none.is_err(), applied, "{releases}");
    }
}

#[test]
fn wrong_actions_are_errors() {
    let cases = [
        ("- {target: $.info, update: {title: b}}", "/actions/0/x-reason: `x-reason` is missing"),
        ("- {target: $.info, update: {title: b}, x-reason: '  '}", "/actions/0/x-reason: "),
        ("- {update: {title: b}, x-reason: r}", "/actions/0/target: `target` is missing"),
        ("- {target: info, update: {}, x-reason: r}", "/actions/0/target: `info` is no JSONPath"),
        ("- {target: $.info, x-reason: r}", "/actions/0: an action has either"),
        ("- {target: $.info, update: {}, remove: true, x-reason: r}", "/actions/0: an action has either"),
        ("- {target: $.info, remove: 1, x-reason: r}", "/actions/0/remove: must be true or false"),
        ("- {target: $.info, update: {title: b}, x-reason: r, x-release: 1}", "/actions/0/x-release: unknown member"),
        (
            "- {target: $.info, update: {title: b}, x-reason: r, x-releases: {from: 1.4}}",
            "/actions/0/x-releases/from: ",
        ),
        (
            "- {target: $.info, update: {title: b}, x-reason: r, x-releases: {from: 1.42.0, until: 1.28.0}}",
            "`from` is after `until`",
        ),
        ("- {target: $.info, update: {title: b}, x-reason: r, x-releases: {}}", "/actions/0/x-releases: "),
        ("- {target: $.nothing, update: {}, x-reason: r}", "/actions/0: `$.nothing` matches nothing"),
        ("- {target: $.info, update: {title: a}, x-reason: r}", "/actions/0: `$.info` changes nothing"),
        ("- {target: $.info, update: {title: a}, x-replace: true, x-reason: r}", "changes nothing"),
        ("- {target: $.info.title, update: b, x-reason: r}", "the target is a plain value"),
        ("- {target: $, remove: true, x-reason: r}", "the document itself cannot be removed"),
        ("- 1", "/actions/0: an action must be an object"),
    ];
    for (action, message) in cases {
        let error = apply(action).expect_err(action);
        assert!(error.contains(message), "{action}: {error}");
    }
}

#[test]
fn all_wrong_actions_are_told_at_once() {
    let error = apply("- {target: $.x, update: {}, x-reason: r}\n- {target: $.y, update: {}, x-reason: r}")
        .expect_err("both are wrong");
    assert_eq!(error.lines().count(), 2, "{error}");
}

#[test]
fn what_is_no_overlay_is_an_error() {
    for (overlay, message) in
        [("{}", "/overlay"), ("overlay: 2.0.0\nactions: []", "/overlay"), ("overlay: 1.0.0", "/actions"), ("", "empty")]
    {
        let error = overlay::apply(&mut document(), overlay, "1.0.0").expect_err(overlay).to_string();
        assert!(error.contains(message), "{overlay}: {error}");
    }
}

#[test]
fn a_release_is_only_asked_for_where_actions_have_some() {
    let overlay =
        |more: &str| format!("overlay: 1.0.0\nactions: [{{target: $.info, update: {{title: b}}, x-reason: r{more}}}]");
    for release in ["new", "v1", "2024-01-01", "1.40", "unknown"] {
        let mut value = document();
        overlay::apply(&mut value, &overlay(""), release).expect(release);
        assert_eq!(value.pointer("/info/title"), Some(&json!("b")), "{release}");
        let error = overlay::apply(&mut document(), &overlay(", x-releases: {from: 1.0.0}"), release);
        let error = error.expect_err(release).to_string();
        let expected = format!("/actions/0/x-releases: the release `{release}` is not of the form 1.42.0; say in the");
        assert!(error.starts_with(&expected), "{error}");
    }
}
