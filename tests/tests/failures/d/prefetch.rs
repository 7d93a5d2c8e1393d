//! What prefetching is worth: 10,000 rows from a server that is far away.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::StreamExt;
use logto_runtime::{Json, Method, Mismatch, Paged};
use serde_json::Value;
use tokio::sync::watch;

use super::rows::{Answer, Rows};
use super::{client, soon};

const COUNT: usize = 10_000;

/// Rows that are in memory now, and the most that ever were.
static LIVING: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

/// A row that is counted as long as it lives.
#[derive(Debug)]
struct Row(i64);

impl Json for Row {
    fn from_json(value: Value) -> Result<Self, Mismatch> {
        let row = i64::from_json(value)?;
        MOST.fetch_max(LIVING.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        Ok(Self(row))
    }

    fn to_json(&self) -> Value {
        self.0.to_json()
    }
}

impl Drop for Row {
    fn drop(&mut self) {
        LIVING.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A server that is one round trip away: requests that arrive in one round are answered in the next. A round ends when
/// all that the reader can ask for has arrived, so time plays no part.
struct Far {
    server: Rows,
    rounds: watch::Sender<usize>,
}

impl Far {
    async fn start() -> Self {
        let rows: Arc<Vec<i64>> = Arc::new((0..).take(COUNT).collect());
        let rounds = watch::Sender::new(0);
        let bell = rounds.clone();
        let server = Rows::serve_later(move |asked| {
            let (rows, mut rounds) = (Arc::clone(&rows), bell.subscribe());
            async move {
                rounds.changed().await.expect("a round");
                Answer::page(&asked, &rows).total(COUNT)
            }
        })
        .await;
        Self { server, rounds }
    }

    /// Reads the list with so many pages ahead; tells the rows and the rounds that it took.
    async fn read(&self, prefetch: usize) -> (Vec<i64>, usize) {
        let list: Paged<Row> = client(&self.server).request(Method::GET, "ListRows", "/api/rows").list();
        let mut items = list.items().prefetch(prefetch).peekable();
        let mut found = Vec::new();
        let asked_before = self.server.asked().len();
        let (mut rounds, mut answered) = (0, 0);
        loop {
            let needed = found.len() / 100 + 1;
            if found.len() % 100 == 0 && needed > answered {
                // The first page comes alone, and the empty one after the last is asked for ahead as well.
                let sent = if needed == 1 { 1 } else { (needed + prefetch).min(COUNT / 100 + 1) };
                let arrived = self.server.arrived(asked_before + sent);
                tokio::select! {
                    biased;
                    _ = std::pin::Pin::new(&mut items).peek() => unreachable!("nothing is answered before the round ends"),
                    () = arrived => {}
                }
                (rounds, answered) = (rounds + 1, sent);
                self.rounds.send_modify(|round| *round += 1);
            }
            match items.next().await {
                Some(row) => found.push(row.expect("a row").0),
                None => return (found, rounds),
            }
        }
    }
}

#[tokio::test]
async fn eight_pages_ahead_are_six_times_as_fast() {
    let far = Far::start().await;
    let all: Vec<i64> = (0..).take(COUNT).collect();
    let (found, alone) = soon(far.read(0)).await;
    assert_eq!(found, all);
    let (found, ahead) = soon(far.read(8)).await;
    assert!(found == all, "in order, nothing twice, nothing missed");
    assert!(alone >= 6 * ahead, "{alone} round trips one page at a time, {ahead} with eight ahead");
    // The page that is read, the one after it, and those ahead.
    let most = MOST.load(Ordering::SeqCst);
    assert!(most <= 10 * 100, "{most} rows in memory");
    assert_eq!(LIVING.load(Ordering::SeqCst), 0);
}
