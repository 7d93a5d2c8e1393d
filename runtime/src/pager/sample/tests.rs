//! What a page begins with.

use super::{ITEMS, repeats, sample};

#[test]
fn items_are_known_by_their_ids() {
    // Two bodies, the member that the list is in, and whether the items are the same.
    let cases = [
        (r#"[{"id":"a","n":1}]"#, r#"[{"n":2,"id":"a"}]"#, None, true),
        (r#"[{"id":"a"}]"#, r#"[{"id":"b"}]"#, None, false),
        (r#"[{"id":1}]"#, r#"[{"id":"1"}]"#, None, false),
        (r#"[{"n":1}]"#, r#"[{"n":1}]"#, None, true),
        (r#"[{"n":1}]"#, r#"[{"n":2}]"#, None, false),
        (r#"[{"n":{"id":1}}]"#, r#"[{"n":{"id":2}}]"#, None, false),
        ("[1, -1, 1.5, true, null, [2]]", "[1,-1,1.5,true,null,[2]]", None, true),
        (r#"{"x":[9],"rows":[{"id":1}]}"#, r#"{"rows":[{"id":1,"x":0}]}"#, Some("rows"), true),
        (r#"{"rows":[{"id":1}]}"#, r#"{"rows":[{"id":2}]}"#, Some("rows"), false),
    ];
    for (one, other, within, same) in cases {
        let (one, other) = (sample(one.as_bytes(), within), sample(other.as_bytes(), within));
        assert!(!one.is_empty() && (one == other) == same, "{one:?} {other:?}");
    }
}

#[test]
fn what_is_no_list_has_no_items() {
    for (body, within) in
        [("", None), ("{}", None), (r#"{"rows":1}"#, Some("rows")), ("[1]", Some("rows")), ("x", None)]
    {
        assert!(sample(body.as_bytes(), within).is_empty(), "{body}");
    }
    let long: Vec<usize> = (0..1000).collect();
    assert_eq!(sample(format!("{long:?}").as_bytes(), None).len(), ITEMS);
    let deep = format!("[{}", "[".repeat(100_000));
    assert!(sample(deep.as_bytes(), None).is_empty());
}

#[test]
fn a_page_repeats_where_nearly_all_comes_again() {
    let page = |from: u64| (from..from + 16).collect::<Vec<u64>>();
    assert!(repeats(&page(0), &page(0)) && repeats(&page(2), &page(0)));
    assert!(!repeats(&page(3), &page(0)) && !repeats(&page(16), &page(0)) && !repeats(&[], &page(0)));
}
