//! A list that grows is followed: nothing is missed and nothing repeated, across polls, failures and restarts.

use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use logto_management::follow::Cursor as LogCursor;
use logto_runtime::{Client, Cursor, Error, Follow, Json, Method, Mismatch, Timestamp};
use logto_tests::FakeLogto;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::rows::{Answer, Asked, Rows};
use super::{block_on, client, soon};

/// When following begins, in milliseconds; entries may appear this much late.
pub(super) const BEGIN: i64 = 1_000_000;
pub(super) const LATE: i64 = 50;

/// An entry: its moment and its id.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry(pub(super) Timestamp, pub(super) String);

impl Json for Entry {
    fn from_json(value: Value) -> Result<Self, Mismatch> {
        let at = Timestamp::from_json(value["at"].clone()).map_err(|mismatch| mismatch.in_member("at"))?;
        String::from_json(value["id"].clone()).map(|id| Self(at, id))
    }

    fn to_json(&self) -> Value {
        json!({ "at": self.0.as_millis(), "id": self.1 })
    }
}

/// What happens before a request is answered.
#[derive(Debug, Clone)]
enum Event {
    /// An entry comes, so much later than the latest one, or earlier.
    Comes(i64),
    /// The request fails.
    Fails,
    /// Time passes in which nothing comes.
    Passes(i64),
}

#[derive(Debug, Default)]
pub(super) struct Model {
    pub(super) entries: Vec<Entry>,
    pub(super) now: i64,
    /// What the server's `Date` says, where it is not that of the machine.
    pub(super) date: Option<i64>,
}

impl Model {
    pub(super) fn add(&mut self, at: i64) {
        let id = format!("e{}", self.entries.len());
        self.entries.push(Entry(Timestamp::from_millis(at), id));
    }

    /// The page that was asked for, newest first.
    pub(super) fn answer(&self, asked: &Asked, bounds_included: bool) -> Answer {
        let bound = |name: &str| {
            let mut pairs = form_urlencoded::parse(asked.query.as_bytes());
            pairs.find(|(key, _)| key == name).and_then(|(_, value)| value.parse::<i64>().ok())
        };
        let (start, end) = (bound("start_time"), bound("end_time"));
        let inside = |at: i64| match bounds_included {
            true => start.is_none_or(|start| at >= start) && end.is_none_or(|end| at <= end),
            false => start.is_none_or(|start| at > start) && end.is_none_or(|end| at < end),
        };
        let mut shown: Vec<&Entry> = self.entries.iter().filter(|entry| inside(entry.0.as_millis())).collect();
        shown.sort_by_key(|entry| entry.0);
        shown.reverse();
        let page = usize::try_from((asked.page - 1) * asked.size).expect("small");
        let page: Value = shown.iter().skip(page).take(asked.size as usize).map(|entry| entry.to_json()).collect();
        let answer = Answer::json(page.to_string()).total(shown.len());
        let date = |at: i64| UNIX_EPOCH + Duration::from_millis(u64::try_from(at).expect("after the epoch"));
        match self.date {
            Some(at) => answer.header("date", httpdate::fmt_http_date(date(at))),
            None => answer,
        }
    }
}

async fn growing(model: Arc<Mutex<Model>>, steps: Vec<Vec<Event>>, bounds_included: bool) -> Rows {
    Rows::serve(move |asked| {
        let mut model = model.lock().expect("a model");
        let mut fails = false;
        for event in steps.get(asked.before).into_iter().flatten() {
            match *event {
                Event::Comes(after) => {
                    let at = (model.now + after).max(BEGIN);
                    model.now = model.now.max(at);
                    model.add(at);
                }
                Event::Passes(time) => model.now += time,
                Event::Fails => fails = true,
            }
        }
        if fails { Answer::status(400) } else { model.answer(asked, bounds_included) }
    })
    .await
}

pub(super) fn follow(client: &Client, size: u64, from: Cursor) -> Follow<Entry> {
    let list = client.request(Method::GET, "ListEntries", "/api/entries").list::<Entry>().page_size(size);
    let read = move |after, before: Option<Timestamp>| {
        let list = list.clone().query("start_time", after);
        before.map_or(list.clone(), |before| list.query("end_time", before))
    };
    Follow::new(read, |entry: &Entry| (entry.0, &entry.1), from).overlap(Duration::from_millis(LATE as u64))
}

/// Follows until further readings bring nothing; begins again with the saved cursor after as many entries as told.
async fn read(server: &Rows, size: u64, expected: impl Fn() -> usize, restarts: &[usize], steps: usize) -> Vec<String> {
    let client = client(server);
    let mut found: Vec<String> = Vec::new();
    let mut entries = follow(&client, size, Cursor::from(Timestamp::from_millis(BEGIN)));
    loop {
        let idle = async {
            server.arrived(steps).await;
            // Two readings of all that there is, and more.
            let readings = 2 * (expected() / usize::try_from(size).expect("small") + 3);
            let asked = server.asked().len();
            server.arrived(asked + readings).await;
        };
        let next = tokio::select! {
            biased;
            next = entries.next() => Some(next),
            () = idle => None,
        };
        match next {
            Some(Ok(entry)) => found.push(entry.1),
            Some(Err(error)) => assert!(error.is_bad_request(), "{error}"),
            None if found.len() >= expected() => return found,
            None => panic!("{} of {} entries", found.len(), expected()),
        }
        if restarts.contains(&found.len()) {
            let saved = entries.cursor().to_string();
            entries = follow(&client, size, saved.parse().expect("a cursor"));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Entries come while pages are read, several in one moment, some late; requests fail; the reader is stopped and begun
    /// again. Each entry is given, once.
    #[test]
    fn entries_are_given_once_across_polls_and_restarts(
        steps in proptest::collection::vec(proptest::collection::vec(prop_oneof![
            6 => (0_i64..5).prop_map(Event::Comes),
            2 => (-LATE + 1..0).prop_map(Event::Comes),
            1 => Just(Event::Fails),
            1 => (0_i64..500).prop_map(Event::Passes),
        ], 0..6), 0..12),
        size in 1_u64..6,
        restarts in proptest::collection::vec(1_usize..30, 0..5),
        bounds_included in any::<bool>(),
    ) {
        block_on(async {
            let model = Arc::new(Mutex::new(Model { now: BEGIN, ..Model::default() }));
            let count = steps.len();
            let server = growing(Arc::clone(&model), steps, bounds_included).await;
            let expected = || model.lock().expect("a model").entries.len();
            let mut found = soon(read(&server, size, expected, &restarts, count)).await;
            let mut all: Vec<String> = model.lock().expect("a model").entries.iter().map(|entry| entry.1.clone()).collect();
            found.sort();
            all.sort();
            assert_eq!(found, all);
        });
    }
}

#[tokio::test]
async fn a_backlog_is_read_in_parts_and_in_order() {
    for bounds_included in [false, true] {
        let mut model = Model { now: BEGIN, ..Model::default() };
        // Most of them in a short time, and many in one moment.
        (0..2_000).for_each(|number| model.add(BEGIN + number * 10));
        (0..300).for_each(|_| model.add(BEGIN + 20_000));
        (0..2_000).for_each(|number| model.add(BEGIN + 900_000 + number / 2));
        let expected: Vec<String> = model.entries.iter().map(|entry| entry.1.clone()).collect();
        let server = growing(Arc::new(Mutex::new(model)), Vec::new(), bounds_included).await;
        let client = client(&server);
        let mut entries = follow(&client, 100, Cursor::from(Timestamp::from_millis(BEGIN)));
        let mut found = Vec::new();
        for number in 0..expected.len() {
            if number == 1_234 {
                entries = follow(&client, 100, entries.cursor().to_string().parse().expect("a cursor"));
            }
            found.push(soon(entries.next()).await.expect("an entry").1);
        }
        assert!(found == expected, "in order, nothing twice, nothing missed");
        assert!(server.asked().len() < 150, "{}", server.asked().len());
        assert!(entries.cursor().to_string().len() < 3_000, "{}", entries.cursor());
    }
}

#[tokio::test]
async fn what_was_before_the_beginning_is_not_given() {
    let mut model = Model::default();
    [-1, 0, 1].into_iter().for_each(|after| model.add(BEGIN + after));
    let server = growing(Arc::new(Mutex::new(model)), Vec::new(), true).await;
    let mut entries = follow(&client(&server), 10, Cursor::from(Timestamp::from_millis(BEGIN)));
    let found = [soon(entries.next()).await, soon(entries.next()).await].map(|entry| entry.expect("an entry").1);
    assert_eq!(found, ["e1", "e2"]);
}

#[tokio::test]
async fn a_server_that_ignores_the_bounds_is_refused() {
    let mut model = Model::default();
    (0..3_000).for_each(|number| model.add(BEGIN + number));
    let server = Rows::serve(move |asked| model.answer(&Asked { query: String::new(), ..asked.clone() }, true)).await;
    let mut entries = follow(&client(&server), 100, Cursor::from(Timestamp::from_millis(BEGIN)));
    for number in 0..3_000 {
        assert_eq!(soon(entries.next()).await.expect("an entry").1, format!("e{number}"));
    }
    assert!(soon(entries.next()).await.expect_err("an error").is_paging());
}

#[test]
fn a_cursor_is_text_and_serde() {
    let cursor = Cursor::from(Timestamp::from_millis(-5));
    assert_eq!(cursor.to_string().parse::<Cursor>().expect("a cursor"), cursor);
    assert_eq!(serde_json::from_value::<Cursor>(json!(cursor)).expect("a cursor"), cursor);
    for text in ["", "garbage", "{}", "[]", r#"{"since":"x","seen":{}}"#] {
        let error: Error = text.parse::<Cursor>().expect_err("an error");
        assert!(error.is_input() && error.to_string().contains("cursor"), "{error}");
    }
}

#[tokio::test]
async fn the_audit_log_is_followed() {
    let fake = FakeLogto::start().await;
    let clock = logto_runtime::clock::ManualClock::skipping_pauses();
    let builder = logto_management::Client::builder().self_hosted(fake.endpoint()).no_proxy().clock(clock.clone());
    let logto = builder.client_credentials(fake.app_id(), fake.app_secret()).build().expect("a client");
    let all: Vec<String> = fake.rows("logs").iter().map(|row| row["id"].as_str().expect("an id").to_owned()).collect();
    let begin = LogCursor::from(Timestamp::from_millis(0));
    let mut entries = logto.list_logs().follow(begin).every(Duration::from_secs(7));
    let mut found = Vec::new();
    for _ in 0..all.len() - 5 {
        found.push(soon(entries.next()).await.expect("an entry").id);
    }
    // A restart in between, and new entries afterwards.
    let mut entries = logto.list_logs().follow(entries.cursor().clone()).every(Duration::from_secs(7));
    for _ in 0..5 {
        found.push(soon(entries.next()).await.expect("an entry").id);
    }
    found.sort();
    let mut expected = all.clone();
    expected.sort();
    assert_eq!(found, expected);
    assert!(clock.pauses().is_empty(), "{:?}", clock.pauses());
    let mut newest = fake.rows("logs").last().expect("a row").clone();
    (newest["id"], newest["createdAt"]) = (json!("new"), json!(newest["createdAt"].as_i64().expect("a moment") + 1));
    fake.add_row("logs", newest);
    assert_eq!(soon(entries.next()).await.expect("an entry").id, "new");
    assert_eq!(clock.pauses(), [Duration::from_secs(7)]);
}

#[tokio::test]
async fn r3_entries_that_the_server_has_dropped_hide_no_new_ones() {
    let mut model = Model { now: BEGIN, ..Model::default() };
    (0..50).for_each(|number| model.add(BEGIN + number));
    let server = growing(Arc::new(Mutex::new(model)), Vec::new(), true).await;
    let mut entries = follow(&client(&server), 100, Cursor::from(Timestamp::from_millis(BEGIN)));
    for _ in 0..50 {
        soon(entries.next()).await.expect("an entry");
    }
    let saved = entries.cursor().to_string();
    // What was given is gone by now, and 150 have come.
    let mut model = Model { now: BEGIN, ..Model::default() };
    (0..150).for_each(|number| model.add(BEGIN + 1000 + number));
    let server = growing(Arc::new(Mutex::new(model)), Vec::new(), true).await;
    let mut entries = follow(&client(&server), 100, saved.parse().expect("a cursor"));
    let mut found = Vec::new();
    let read = async {
        while found.len() < 150 && server.asked().len() < 40 {
            tokio::select! { entry = entries.next() => found.push(entry.expect("an entry").1), () = server.arrived(40) => {} }
        }
    };
    soon(read).await;
    assert_eq!(found.len(), 150, "lost: {}", 150 - found.len());
}
