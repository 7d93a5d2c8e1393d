//! D2, D5 to D7: where a list ends.

use logto_runtime::{Limits, Paged};
use proptest::prelude::*;

use super::rows::{Answer, Rows};
use super::{block_on, builder, client, drain, list, soon};

#[tokio::test]
async fn d2_links_that_lead_in_circles_are_no_way_to_go() {
    // The page that every `next` points to.
    for next in ["1", "2", "0", "-1", "99999999999999999999"] {
        let rows: Vec<i64> = (0..50).collect();
        let server = Rows::serve(move |asked| {
            Answer::page(asked, &rows).header("link", format!("</api/rows?page={next}>; rel=\"next\""))
        })
        .await;
        let (found, error) = drain(list(&client(&server)).page_size(20).items()).await;
        assert!(error.is_none(), "{error:?}");
        assert_eq!(found, (0..50).collect::<Vec<_>>(), "{next}");
        let pages = server.pages();
        assert!(pages.windows(2).all(|pair| pair[1] == pair[0] + 1), "the counter only grows: {pages:?}");
        assert!(pages.len() <= 4, "{pages:?}");
    }
}

#[tokio::test]
async fn d2_pages_without_end_are_cut_off_after_the_total() {
    let server = Rows::serve(|asked| Answer::json(format!("[{}]", asked.before)).total(30)).await;
    let (found, error) = drain(list(&client(&server)).page_size(1).items().prefetch(4)).await;
    let error = error.expect("an error");
    assert!(error.is_paging(), "{error}");
    // As many as the total, and a hundred pages more for servers that count badly.
    assert_eq!(found.len(), 130);
    assert!(server.asked().len() <= 131, "{}", server.asked().len());
}

#[tokio::test]
async fn d5_a_total_is_a_hint() {
    for (header, expected) in [
        (None, None),
        (Some("18446744073709551615"), Some(u64::MAX)),
        (Some("0"), Some(0)),
        (Some(" 3 "), Some(3)),
        (Some("65"), Some(65)),
        (Some("10001"), Some(10_001)),
    ] {
        let (_server, list) = list_with_total(header).await;
        let page = soon(list.clone().send()).await.expect("a page");
        assert_eq!((page.total, page.total_is_capped), (expected, false), "{header:?}");
        let (found, error) = drain(list.items()).await;
        assert!(error.is_none() && found == (0..65).collect::<Vec<_>>(), "{header:?}: {error:?}");
    }
}

#[tokio::test]
async fn r11_a_total_that_cannot_be_read_is_an_error() {
    for header in ["-1", "abc", "", "1.5", "18446744073709551616", "99999999999999999999", "1 2"] {
        let (_server, list) = list_with_total(Some(header)).await;
        let errors = [
            soon(list.clone().send()).await.expect_err("an error"),
            drain(list.clone().items()).await.1.expect("an error"),
            soon(list.clone().all()).await.expect_err("an error"),
            soon(list.collect_consistent(|row| *row, 5)).await.expect_err("an error"),
        ];
        for error in errors {
            assert!(error.is_paging() && error.to_string().contains("`Total-Number`"), "{header:?}: {error}");
        }
    }
}

/// A server of 65 rows that says this of their number, and its list.
async fn list_with_total(header: Option<&'static str>) -> (Rows, Paged<i64>) {
    let rows: Vec<i64> = (0..65).collect();
    let server = Rows::serve(move |asked| {
        let answer = Answer::page(asked, &rows);
        header.map_or(answer.clone(), |header| answer.total(header))
    })
    .await;
    let list = list(&client(&server)).page_size(20);
    (server, list)
}

/// A server whose pages never end, each a little different, and its list.
async fn endless(change: impl FnOnce(&mut Limits)) -> (Rows, Paged<i64>) {
    let server = Rows::serve(|asked| {
        let first = i64::try_from(asked.page * 10).expect("small");
        Answer::json(format!("{:?}", (first..first + 10).collect::<Vec<_>>()))
    })
    .await;
    let client = builder(&server).limits(change).build().expect("a client");
    let list = list(&client).page_size(10);
    (server, list)
}

#[tokio::test]
async fn r11_pages_without_end_and_without_a_total_come_to_an_end() {
    for prefetch in [0, 3] {
        let (server, list) = endless(|limits| limits.pages = 7).await;
        let mut items = list.page(3).items().prefetch(prefetch);
        for number in 0..70 {
            assert_eq!(soon(items.next()).await.expect("an item").expect("a page"), 30 + number);
        }
        let error = soon(items.next()).await.expect("an end").expect_err("an error");
        assert!(error.is_paging() && error.to_string().contains("`Limits::pages`"), "{error}");
        assert_eq!(items.next_page(), 10);
        assert!(soon(items.next()).await.is_none());
        assert_eq!(server.pages().iter().max(), Some(&10), "one more is looked at");
    }
    let (_server, list) = endless(|limits| limits.items = 95).await;
    for error in [
        soon(list.clone().all()).await.expect_err("an error"),
        soon(list.collect_consistent(|row| *row, 5)).await.expect_err("an error"),
    ] {
        assert!(error.is_paging() && error.to_string().contains("`Limits::items`"), "{error}");
    }
    // The bounds are no page too small.
    for (count, pages) in [(95, 5), (100, 5), (0, 0)] {
        let server = Rows::counted(count).await;
        let client = builder(&server).limits(|limits| (limits.pages, limits.items) = (pages, count)).build();
        let all = soon(super::list(&client.expect("a client")).page_size(20).all()).await;
        assert_eq!(all.expect("all").len(), count, "{pages} pages");
    }
}

#[tokio::test]
async fn r18_prefetch_asks_for_no_more_than_it_says_whatever_the_total() {
    let rows: Vec<i64> = (0..1_000).collect();
    let server = Rows::serve(move |asked| Answer::page(asked, &rows).total(u64::MAX)).await;
    let mut pages = list(&client(&server)).page_size(1).pages().prefetch(usize::MAX);
    for number in 1..=3 {
        assert_eq!(soon(pages.next()).await.expect("a page").expect("a page").number, Some(number));
        assert!(server.asked().len() < 80, "{}", server.asked().len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever totals come with the pages, and however they change, the rows are all read.
    #[test]
    fn d5_totals_never_end_a_list_early(
        count in 0_usize..60,
        size in 1_u64..20,
        prefetch in 0_usize..4,
        totals in proptest::collection::vec(
            prop_oneof![Just(None), "[0-9]{1,19}".prop_map(Some), Just(Some("10001".into()))],
            1..9,
        ),
    ) {
        block_on(async {
            let rows: Vec<i64> = (0..).take(count).collect();
            let expected = rows.clone();
            let server = Rows::serve(move |asked| {
                let answer = Answer::page(asked, &rows);
                match &totals[asked.before % totals.len()] {
                    Some(total) => answer.total(total),
                    None => answer,
                }
            })
            .await;
            let (found, error) = drain(list(&client(&server)).page_size(size).items().prefetch(prefetch)).await;
            assert!(error.is_none(), "{error:?}");
            assert_eq!(found, expected);
        });
    }
}

#[tokio::test]
async fn d6_a_capped_list_is_read_to_its_empty_page() {
    // The cap is at 100, there is neither `next` nor `last`, and one page in the middle is short.
    let rows: Vec<i64> = (0..250).collect();
    let server = Rows::serve(move |asked| {
        let rows = if asked.page == 2 { &rows[..190] } else { &rows[..] };
        Answer::page(asked, rows).total(101).header("total-number-is-capped", "true")
    })
    .await;
    let (found, error) = drain(list(&client(&server)).items().prefetch(1)).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(found, (0..190).chain(200..250).collect::<Vec<_>>());
    assert!(server.pages().contains(&4), "only the empty page ends it");
}

#[tokio::test]
async fn d7_a_server_that_ignores_the_page_ends_the_list() {
    // Rows that always come; total that is told; rows that are given, and whether the rest is missed.
    let cases = [
        (130, None, 130, false),
        (130, Some(130), 130, false),
        (130, Some(250), 130, true),
        (100, None, 100, false),
        (100, Some(100), 100, false),
        (100, Some(250), 100, true),
        (40, Some(250), 40, true),
        (40, None, 40, false),
    ];
    for (count, total, expected, missing) in cases {
        for prefetch in [0, 2] {
            let server = Rows::serve(move |_| {
                let answer = Answer::json(format!("{:?}", (0..count).collect::<Vec<_>>()));
                total.map_or(answer.clone(), |total: u64| answer.total(total))
            })
            .await;
            let (found, error) = drain(list(&client(&server)).items().prefetch(prefetch)).await;
            assert_eq!(found, (0..expected).collect::<Vec<i64>>(), "{count} {total:?}");
            assert_eq!(error.as_ref().is_some_and(|error| error.is_paging()), missing, "{count} {total:?}: {error:?}");
            assert!(server.asked().len() <= 3 + prefetch, "{count} {total:?}: {:?}", server.pages());
        }
    }
}
