//! When a list ends.

use super::is_last;
use crate::pager::{Links, Page};

fn page(total: Option<u64>, total_is_capped: bool, next: Option<u64>) -> Page<()> {
    let links = Links { next, ..Links::default() };
    Page { items: Vec::new(), total, total_is_capped, number: None, size: None, links }
}

#[test]
fn the_last_page_is_known() {
    // What it is; total, capped, next; items on the page, asked for, seen so far; whether it is the last.
    let cases = [
        ("a full page", page(None, false, None), 20, 20, 20, false),
        ("a full page that makes the total", page(Some(20), false, None), 20, 20, 20, false),
        ("a short page", page(None, false, None), 19, 20, 19, true),
        ("a short page that makes the total", page(Some(39), false, None), 19, 20, 39, true),
        ("an empty page", page(None, false, None), 0, 20, 20, true),
        ("an empty page that promises more", page(Some(999), true, Some(7)), 0, 20, 20, true),
        ("a short page of a capped list", page(Some(10_001), true, None), 19, 20, 19, false),
        ("a short page with a next one", page(None, false, Some(3)), 10, 20, 20, false),
        ("a short page below the total", page(Some(100), false, None), 10, 20, 10, false),
        ("a short page above the total", page(Some(5), false, None), 10, 20, 10, true),
        ("more than was asked for", page(None, false, None), 21, 20, 21, true),
        ("more than was asked for, below the total", page(Some(100), false, Some(2)), 21, 20, 21, true),
    ];
    for (name, page, count, size, seen, expected) in cases {
        assert_eq!(is_last(&page, count, size, seen), expected, "{name}");
    }
}
