//! When a list ends.

use super::{Progress, Step};
use crate::pager::{Links, Page};

fn page(count: usize, total: Option<u64>, total_is_capped: bool, next: Option<u64>) -> Page<()> {
    let links = Links { next, ..Links::default() };
    Page { items: vec![(); count], total, total_is_capped, number: None, size: None, links }
}

#[test]
fn the_last_page_is_known() {
    // What it is; items, total, capped, next; items before it; what becomes of it.
    let cases = [
        ("a full page", page(20, None, false, None), 0, Step::Give),
        ("a full page that makes the total", page(20, Some(20), false, None), 0, Step::Give),
        ("a short page", page(19, None, false, None), 0, Step::Last),
        ("a short page that makes the total", page(19, Some(39), false, None), 20, Step::Last),
        ("an empty page", page(0, None, false, None), 20, Step::Last),
        ("an empty page that promises more", page(0, Some(999), true, Some(7)), 20, Step::Last),
        ("a short page of a capped list", page(19, Some(10_001), true, None), 0, Step::Give),
        ("a short page with a next one", page(10, None, false, Some(3)), 20, Step::Give),
        ("a short page below the total", page(10, Some(100), false, None), 0, Step::Give),
        ("a short page above the total", page(10, Some(5), false, None), 0, Step::Last),
        ("more than was asked for", page(21, None, false, None), 0, Step::Last),
        (
            "more than was asked for, below the total",
            page(21, Some(100), false, Some(2)),
            0,
            Step::Broken("the server gave more than a page, but not all"),
        ),
        ("a little beyond the total", page(20, Some(1), false, None), 1980, Step::Give),
    ];
    for (name, page, before, expected) in cases {
        let mut progress = Progress::new(before / 20 + 1, 20);
        assert_eq!(progress.take(&page, 1, &[]), expected, "{name}");
    }
    let mut progress = Progress::new(102, 20);
    assert!(matches!(progress.take(&page(20, Some(1), false, None), 1, &[]), Step::Fail(_)), "far beyond the total");
    let mut progress = Progress::new(1002, 20);
    assert_eq!(progress.take(&page(20, Some(1), true, None), 1, &[]), Step::Give, "far beyond a capped total");
}

#[test]
fn a_page_that_comes_again() {
    let fail = Step::Fail("the server answered with the same page again and again");
    // Items, total; what becomes of the same page the first, second and third time.
    let cases = [
        (20, Some(60), [Step::Give, Step::Skip, fail]),
        (20, Some(20), [Step::Give, Step::End, Step::End]),
        (20, None, [Step::Give, Step::Skip, Step::End]),
        (10, Some(60), [Step::Give, Step::Skip, fail]),
    ];
    for (count, total, expected) in cases {
        let mut progress = Progress::new(1, 20);
        let steps = [(); 3].map(|()| progress.take(&page(count, total, false, None), 7, &[]));
        assert_eq!(steps, expected, "{count} {total:?}");
    }
    let mut progress = Progress::new(1, 20);
    let steps = [1, 1, 2, 2, 3].map(|print| progress.take(&page(20, Some(100), false, None), print, &[]));
    assert_eq!(steps, [Step::Give, Step::Skip, Step::Give, Step::Skip, Step::Give], "rows push others on");
}

#[test]
fn r11_pages_that_begin_as_the_page_before() {
    let fail = Step::Fail("the server repeats the items of the page before again and again");
    let echo = |print: u64, total: Option<u64>| (page(20, total, false, None), print, [1, 2, 3, 4]);
    for total in [None, Some(10_000)] {
        let mut progress = Progress::new(1, 20);
        let steps = [1, 2, 3, 4].map(|print| {
            let (page, print, sample) = echo(print, total);
            progress.take(&page, print, &sample)
        });
        assert_eq!(steps, [Step::Give, Step::Give, Step::Give, fail], "{total:?}");
    }
    let mut progress = Progress::new(1, 20);
    let steps = [1, 2, 3, 4, 5].map(|print| progress.take(&page(20, Some(1000 * print), false, None), print, &[1, 2]));
    assert_eq!(steps, [Step::Give; 5], "rows push others on");
    let mut progress = Progress::new(1, 20);
    let steps =
        [1, 2, 3, 4, 5].map(|print| progress.take(&page(20, None, false, None), print, &[print / 3, 9, print / 3, 8]));
    assert_eq!(steps, [Step::Give; 5], "never so often in a row");
}
