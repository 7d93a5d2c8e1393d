//! D3: rows come and go while the pages of a list are read. A model of the server decides what must come out.

use std::collections::{BTreeSet, HashSet};
use std::sync::{Arc, Mutex};

use proptest::prelude::*;

use super::rows::{Answer, Rows};
use super::{block_on, client, drain, list};

/// What happens to the rows before a page is made.
#[derive(Debug, Clone)]
enum Change {
    /// A row comes at a place, a fraction of the length; at 0 it is the newest.
    Insert(f64),
    /// The row at a place goes.
    Delete(f64),
}

/// Whether the server tells how many rows there are.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Total {
    Told,
    Silent,
    Capped,
}

/// The rows of a server, in its order, and every row that was ever there.
#[derive(Debug)]
struct Model {
    rows: Vec<i64>,
    ever: BTreeSet<i64>,
}

impl Model {
    fn new(count: usize) -> Self {
        let rows: Vec<i64> = (0..).take(count).collect();
        Self { ever: rows.iter().copied().collect(), rows }
    }

    fn apply(&mut self, change: &Change) {
        let place = |length: usize, at: f64| (length as f64 * at) as usize;
        match *change {
            Change::Insert(at) => {
                let row = self.ever.last().map_or(0, |last| last + 1);
                self.ever.insert(row);
                self.rows.insert(place(self.rows.len(), at), row);
            }
            Change::Delete(at) if !self.rows.is_empty() => {
                self.rows.remove(place(self.rows.len(), at));
            }
            Change::Delete(_) => {}
        }
    }
}

/// A server whose rows change before each of its first pages.
async fn changing(model: Arc<Mutex<Model>>, changes: Vec<Vec<Change>>, total: Total) -> Rows {
    Rows::serve(move |asked| {
        let mut model = model.lock().expect("a model");
        changes.get(asked.before).into_iter().flatten().for_each(|change| model.apply(change));
        let answer = Answer::page(asked, &model.rows);
        match total {
            Total::Told => answer.total(model.rows.len()),
            Total::Silent => answer,
            Total::Capped => answer.total(10).header("total-number-is-capped", "true"),
        }
    })
    .await
}

fn changes(change: impl Strategy<Value = Change>) -> impl Strategy<Value = Vec<Vec<Change>>> {
    proptest::collection::vec(proptest::collection::vec(change, 0..3), 0..12)
}

fn insert() -> impl Strategy<Value = Change> {
    prop_oneof![Just(Change::Insert(0.0)), (0.0..1.0).prop_map(Change::Insert)]
}

fn totals() -> impl Strategy<Value = Total> {
    prop_oneof![Just(Total::Told), Just(Total::Silent), Just(Total::Capped)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// While rows only come, every row that was there from the start is read at least once, and with `dedup_by_id`
    /// exactly once. One page at a time: of two that are asked for at once the later may be made first, and what is
    /// pushed on in between is in neither.
    #[test]
    fn d3_rows_that_are_pushed_on_are_read_at_least_once(
        count in 0_usize..40,
        size in 1_u64..8,
        changes in changes(insert()),
        total in totals(),
    ) {
        // Three equal pages in a row cannot be told from a server that ignores the number, unless it tells the total;
        // fewer rows come between two pages than it takes for that.
        let size = if total == Total::Told { size } else { size.max(3) };
        block_on(async {
            for dedup in [false, true] {
                let model = Arc::new(Mutex::new(Model::new(count)));
                let server = changing(Arc::clone(&model), changes.clone(), total).await;
                let items = list(&client(&server)).page_size(size).items();
                let (found, error) = drain(if dedup { items.dedup_by_id(|row| *row) } else { items }).await;
                assert!(error.is_none(), "{error:?}");
                let once: HashSet<i64> = found.iter().copied().collect();
                let start: Vec<i64> = (0..).take(count).collect();
                assert!(start.iter().all(|row| once.contains(row)), "{start:?} {found:?}");
                assert!(!dedup || once.len() == found.len(), "{found:?}");
            }
        });
    }

    /// Whatever comes and goes, reading ends, nothing is made up, and with `dedup_by_id` nothing comes twice.
    #[test]
    fn d3_reading_ends_whatever_comes_and_goes(
        count in 0_usize..40,
        size in 1_u64..8,
        prefetch in 0_usize..3,
        changes in changes(prop_oneof![insert(), (0.0..1.0).prop_map(Change::Delete)]),
        total in totals(),
    ) {
        block_on(async {
            let model = Arc::new(Mutex::new(Model::new(count)));
            let most = count + changes.iter().map(Vec::len).sum::<usize>();
            let steps = changes.len();
            let server = changing(Arc::clone(&model), changes, total).await;
            let items = list(&client(&server)).page_size(size).items().prefetch(prefetch);
            let (found, error) = drain(items.dedup_by_id(|row| *row)).await;
            assert!(error.as_ref().is_none_or(|error| error.is_paging()), "{error:?}");
            let once: BTreeSet<i64> = found.iter().copied().collect();
            assert_eq!(once.len(), found.len(), "{found:?}");
            assert!(once.is_subset(&model.lock().expect("a model").ever), "{found:?}");
            let pages = most / usize::try_from(size).expect("small") + steps + prefetch + 4;
            assert!(server.asked().len() <= pages, "{} of {pages}", server.asked().len());
        });
    }
}
