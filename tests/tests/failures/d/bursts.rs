//! A list is followed through bursts of any density, with any history, and with clocks that differ, jump or run backwards.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use fastrand::Rng;
use logto_runtime::clock::ManualClock;
use logto_runtime::{Client, Cursor, Follow, Timestamp};

use super::follow::{BEGIN, Entry, LATE, Model, follow};
use super::rows::Rows;
use super::{builder, soon};

/// Entries on a page.
const SIZE: u64 = 100;
const DAY: i64 = 24 * 60 * 60 * 1000;

/// A server of a model, and a client whose pauses are counted.
struct Stage {
    model: Arc<Mutex<Model>>,
    server: Rows,
    client: Client,
    clock: ManualClock,
}

impl Stage {
    async fn new(bounds_included: bool) -> Self {
        let model = Arc::new(Mutex::new(Model { now: BEGIN, date: Some(BEGIN), ..Model::default() }));
        let served = Arc::clone(&model);
        let server = Rows::serve(move |asked| served.lock().expect("a model").answer(asked, bounds_included)).await;
        let clock = ManualClock::new();
        let client = builder(&server).clock(clock.clone()).build().expect("a client");
        Self { model, server, client, clock }
    }

    fn follow(&self, from: Cursor) -> Follow<Entry> {
        follow(&self.client, SIZE, from)
    }

    fn change(&self, change: impl FnOnce(&mut Model)) {
        change(&mut self.model.lock().expect("a model"));
    }

    fn ids(&self) -> Vec<String> {
        self.model.lock().expect("a model").entries.iter().map(|entry| entry.1.clone()).collect()
    }

    /// What is given until the stream rests, and how many requests that took. A stream that never rests is stopped.
    async fn drain(&self, entries: &mut Follow<Entry>) -> (Vec<String>, usize) {
        let (asked, pauses) = (self.server.asked().len(), self.clock.pauses().len());
        let mut found = Vec::new();
        let rest = async {
            while self.clock.pauses().len() == pauses {
                tokio::time::sleep(Duration::from_millis(1)).await;
                assert!(self.server.asked().len() < asked + 2_000, "it asks again and again without a pause");
            }
        };
        tokio::pin!(rest);
        loop {
            tokio::select! {
                biased;
                next = entries.next() => found.push(next.expect("an entry").1),
                () = &mut rest => return (found, self.server.asked().len() - asked),
            }
        }
    }

    /// Ends the pause.
    fn wake(&self) {
        self.clock.advance(Duration::from_secs(10));
    }
}

fn pages(count: usize) -> usize {
    count.div_ceil(usize::try_from(SIZE).expect("small"))
}

fn check_each_once(mut found: Vec<String>, stage: &Stage, case: &str) {
    let mut all = stage.ids();
    all.sort();
    found.sort();
    let missed: Vec<&String> = all.iter().filter(|id| found.binary_search(id).is_err()).collect();
    assert!(missed.is_empty(), "missed {missed:?}: {case}");
    assert_eq!(found.len(), all.len(), "given twice: {case}");
}

/// Moments of a burst: so many entries that many to a millisecond.
fn burst(model: &mut Model, count: i64, each: i64) {
    (0..count).for_each(|number| model.add(model.now + number / each));
    model.now += (count - 1) / each;
}

#[tokio::test]
async fn r3_a_burst_after_a_history_is_given_once_in_order_and_then_it_rests() {
    for bounds_included in [false, true] {
        for (history, new, each) in [
            (0, 1_500, 1),
            (40, 1_500, 40),
            (900, 1_200, 100),
            (1_500, 1_600, 1_000),
            (1_400, 5_000, 5_000),
            (30, 1, 1),
        ] {
            let case =
                format!("{history} given, {new} new, {each} to a millisecond, bounds included: {bounds_included}");
            let stage = Stage::new(bounds_included).await;
            stage.change(|model| {
                burst(model, history.max(1), each);
                model.date = Some(model.now);
            });
            let mut entries = stage.follow(Cursor::from(Timestamp::from_millis(BEGIN)));
            let (mut found, _) = soon(stage.drain(&mut entries)).await;
            // Within twice the overlap of the history.
            stage.change(|model| {
                model.now += LATE / 2;
                burst(model, new, each);
                model.date = Some(model.now);
            });
            stage.wake();
            let (burst, asked) = soon(stage.drain(&mut entries)).await;
            found.extend(burst);
            assert!(found == stage.ids(), "in order, nothing twice, nothing missed: {case}");
            let most = 3 * pages(usize::try_from(new).expect("small")) + 2;
            assert!(asked <= most, "{asked} requests, {most} at most: {case}");
            stage.wake();
            let (nothing, asked) = soon(stage.drain(&mut entries)).await;
            assert!(nothing.is_empty() && asked <= 2 + pages(found.len()), "{asked} requests: {case}");
        }
    }
}

#[tokio::test]
async fn r3_what_appears_late_before_a_burst_is_given_too() {
    for bounds_included in [false, true] {
        let stage = Stage::new(bounds_included).await;
        stage.change(|model| {
            burst(model, 1_300, 10);
            model.date = Some(model.now);
        });
        let mut entries = stage.follow(Cursor::from(Timestamp::from_millis(BEGIN)));
        let (mut found, _) = soon(stage.drain(&mut entries)).await;
        stage.change(|model| {
            [5, 20, LATE - 1].into_iter().for_each(|late| model.add(model.now - late));
            burst(model, 2_000, 10);
        });
        stage.wake();
        found.extend(soon(stage.drain(&mut entries)).await.0);
        check_each_once(found, &stage, "late");
    }
}

#[tokio::test]
async fn r4_an_entry_dated_ahead_is_given_once_and_hides_nothing() {
    let stage = Stage::new(false).await;
    stage.change(|model| {
        model.add(BEGIN);
        model.add(BEGIN + DAY);
    });
    let mut entries = stage.follow(Cursor::from(Timestamp::from_millis(BEGIN)));
    let (mut found, _) = soon(stage.drain(&mut entries)).await;
    for number in 1..5 {
        stage.change(|model| {
            model.now += 10_000 * number;
            model.date = Some(model.now);
            model.add(model.now);
        });
        // A restart in between changes nothing.
        let saved = entries.cursor().to_string();
        entries = stage.follow(saved.parse().expect("a cursor"));
        found.extend(soon(stage.drain(&mut entries)).await.0);
    }
    assert_eq!(found, stage.ids());
}

/// What happens between two polls of a server whose clock is not to be trusted.
fn happen(model: &mut Model, rng: &mut Rng) {
    match rng.u32(0..10) {
        0 => model.now += rng.i64(0..DAY / 4),
        1 => model.now -= rng.i64(0..DAY / 4).min(model.now - BEGIN),
        _ => model.now += rng.i64(0..200),
    }
    for _ in 0..rng.u32(0..12) {
        let at = match rng.u32(0..12) {
            0 => model.now + rng.i64(0..DAY),
            1 => (model.now - rng.i64(0..LATE - 1)).max(BEGIN),
            _ => model.now,
        };
        model.add(at);
    }
    model.date = Some(model.now);
}

#[tokio::test]
async fn r4_clocks_that_differ_jump_and_run_backwards_lose_and_repeat_nothing() {
    for seed in 0..40 {
        let mut rng = Rng::with_seed(seed);
        let stage = Stage::new(rng.bool()).await;
        let mut entries = stage.follow(Cursor::from(Timestamp::from_millis(BEGIN)));
        let mut found = Vec::new();
        for _ in 0..8 {
            stage.change(|model| happen(model, &mut rng));
            if rng.bool() {
                let saved = entries.cursor().to_string();
                entries = stage.follow(saved.parse().expect("a cursor"));
            } else {
                stage.wake();
            }
            found.extend(soon(stage.drain(&mut entries)).await.0);
        }
        check_each_once(found, &stage, &format!("seed {seed}"));
    }
}

#[test]
fn r4_cursors_that_were_saved_before_are_read() {
    let cursor: Cursor = r#"{"since":5,"seen":{"a":7}}"#.parse().expect("a cursor");
    assert_eq!(cursor.to_string().parse::<Cursor>().expect("a cursor"), cursor);
}
