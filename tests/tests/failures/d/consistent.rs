//! D4: lists in no fixed order, read until they are whole.

use std::sync::{Arc, Mutex};

use logto_runtime::Method;
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng};

use super::rows::{Answer, Rows};
use super::{block_on, client, list, soon};

/// Rows that come in another order on every page.
fn shuffled(rows: &[i64], rng: &mut TestRng) -> Vec<i64> {
    let mut rows = rows.to_vec();
    for last in (1..rows.len()).rev() {
        let other = rng.random_range(0..=last);
        rows.swap(last, other);
    }
    rows
}

/// A shuffling server whose rows only grow or only shrink before each of its first pages.
async fn shuffling(rows: Arc<Mutex<Vec<i64>>>, changes: Vec<bool>, grows: bool, seed: [u8; 32]) -> Rows {
    let rng = Mutex::new(TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    Rows::serve(move |asked| {
        let mut rows = rows.lock().expect("rows");
        if changes.get(asked.before).is_some_and(|changes| *changes) {
            if grows {
                let next = rows.last().map_or(0, |last| last + 1);
                rows.push(next);
            } else if !rows.is_empty() {
                rows.remove(0);
            }
        }
        Answer::page(asked, &shuffled(&rows, &mut rng.lock().expect("chance"))).total(rows.len())
    })
    .await
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Every page comes from another order, and rows come or go at first. What is found is the whole list as it is then,
    /// each row once, and none that is gone.
    #[test]
    fn d4_a_list_in_no_order_is_found_whole(
        count in 0_usize..40,
        size in 3_u64..12,
        changes in proptest::collection::vec(any::<bool>(), 0..20),
        grows in any::<bool>(),
        seed in any::<[u8; 32]>(),
    ) {
        block_on(async {
            let rows = Arc::new(Mutex::new((0..).take(count).collect::<Vec<i64>>()));
            let server = shuffling(Arc::clone(&rows), changes, grows, seed).await;
            let list = list(&client(&server)).page_size(size);
            let mut found = soon(list.collect_consistent(|row| *row, 200)).await.expect("the whole list");
            found.sort_unstable();
            assert_eq!(found, *rows.lock().expect("rows"));
        });
    }
}

#[tokio::test]
async fn d4_a_list_that_never_stands_still_is_given_up() {
    let server = Rows::serve(|asked| {
        let rows: Vec<i64> = (0..).take(30 + asked.before).collect();
        Answer::page(asked, &rows).total(rows.len())
    })
    .await;
    let error =
        soon(list(&client(&server)).page_size(10).collect_consistent(|row| *row, 5)).await.expect_err("an error");
    assert!(error.is_paging() && error.to_string().contains("5 readings"), "{error}");
    assert!(server.asked().len() < 5 * 20, "{}", server.asked().len());
    let error = soon(list(&client(&server)).collect_consistent(|row| *row, 0)).await.expect_err("an error");
    assert!(error.is_paging(), "{error}");
}

#[tokio::test]
async fn d4_a_steady_list_is_read_once() {
    let server = Rows::counted(95).await;
    let found = soon(list(&client(&server)).page_size(20).collect_consistent(|row| *row, 5)).await.expect("rows");
    assert_eq!(found, (0..95).collect::<Vec<_>>());
    assert_eq!(server.pages(), [1, 2, 3, 4, 5]);
}

/// Without a total, only a second reading that finds the same shows that nothing was missed.
#[tokio::test]
async fn d4_without_a_total_two_readings_must_agree() {
    // Rows as they are in the first, second and all further readings; how many readings that takes.
    let all: Vec<i64> = (0..8).collect();
    let cases = [
        ([all.clone(), all.clone(), all.clone()], 2),
        ([all[1..].to_vec(), all.clone(), all.clone()], 3),
        ([all.clone(), all[1..].to_vec(), all[1..].to_vec()], 3),
        ([vec![], vec![], vec![]], 2),
    ];
    for (readings, expected) in cases {
        let state = Mutex::new(0);
        let last = readings[2].clone();
        let server = Rows::serve(move |asked| {
            let mut begun = state.lock().expect("a state");
            *begun += usize::from(asked.page == 1);
            Answer::page(asked, &readings[(*begun - 1).min(2)])
        })
        .await;
        let found = soon(list(&client(&server)).page_size(5).collect_consistent(|row| *row, 5)).await;
        let mut found = found.expect("rows");
        found.sort_unstable();
        assert_eq!(found, last);
        assert_eq!(server.pages().iter().filter(|page| **page == 1).count(), expected);
    }
}

#[tokio::test]
async fn d4_what_is_read_last_counts() {
    let server = Rows::serve(|asked| {
        // The second row is only in the second reading, in which the first has another value.
        let body = if asked.before == 0 { r#"[["a", 1]]"# } else { r#"[["a", 2], ["b", 3]]"# };
        Answer::json(body).total(2)
    })
    .await;
    let rows = client(&server).request(Method::GET, "ListRows", "/api/rows").list::<serde_json::Value>();
    let found = soon(rows.collect_consistent(|row| row[0].to_string(), 5)).await.expect("rows");
    assert_eq!(serde_json::json!(found), serde_json::json!([["a", 2], ["b", 3]]));
}

#[tokio::test]
async fn d4_a_list_that_need_not_be_paged_is_got_whole() {
    let server = Rows::serve(|asked| {
        assert_eq!(asked.query, "");
        Answer::json(format!("{:?}", (0..130).collect::<Vec<_>>()))
    })
    .await;
    let found = soon(list(&client(&server)).if_asked().collect_consistent(|row| *row, 5)).await.expect("rows");
    assert_eq!((found.len(), server.asked().len()), (130, 1));
    let error = soon(list(&client(&server)).page(2).collect_consistent(|row| *row, 5)).await.expect_err("an error");
    assert!(error.is_input() && error.to_string().contains("`page`"), "{error}");
}
