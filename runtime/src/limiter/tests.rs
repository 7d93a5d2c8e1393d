//! The rate limit under a clock that stands still.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use proptest::collection::vec;
use proptest::prelude::*;

use super::Limiter;
use crate::clock::{Clock, ManualClock};
use crate::settings::RateLimit;

const SECOND: Duration = Duration::from_secs(1);

fn limiter(requests: u32, clock: &ManualClock) -> Limiter {
    Limiter::new(RateLimit { requests, per: 10 * SECOND }, Arc::new(clock.clone()))
}

#[tokio::test]
async fn c18_no_span_sees_more_than_the_limit() {
    let clock = ManualClock::skipping_pauses();
    let limiter = limiter(150, &clock);
    let mut times = Vec::new();
    for _ in 0..1000 {
        limiter.acquire().await;
        times.push(clock.now());
    }
    assert_eq!(*times.last().unwrap(), 60 * SECOND, "1000 requests take six full spans");
    for window in times.windows(151) {
        assert!(window[150] - window[0] >= 10 * SECOND, "{:?} to {:?}", window[0], window[150]);
    }
}

#[tokio::test]
async fn c18_callers_are_served_in_order() {
    let clock = ManualClock::new();
    let limiter = limiter(1, &clock);
    limiter.acquire().await;
    let mut waiting: Vec<_> = (0..3).map(|_| Box::pin(limiter.acquire())).collect();
    for turn in 0..3 {
        let ready: Vec<_> = waiting.iter_mut().map(|wait| wait.as_mut().now_or_never().is_some()).collect();
        assert!(!ready.contains(&true), "nobody is served before the time");
        clock.advance(10 * SECOND);
        assert!(waiting.remove(0).now_or_never().is_some(), "turn {turn} is that of the first");
    }
}

#[tokio::test]
async fn c16_who_goes_away_takes_nothing() {
    let clock = ManualClock::new();
    let limiter = limiter(1, &clock);
    limiter.acquire().await;
    let mut first = Box::pin(limiter.acquire());
    let mut second = Box::pin(limiter.acquire());
    assert!(first.as_mut().now_or_never().is_none());
    assert!(second.as_mut().now_or_never().is_none());
    drop(first);
    clock.advance(10 * SECOND);
    assert!(second.now_or_never().is_some());
}

/// What may happen to a limit.
#[derive(Debug, Clone)]
enum Event {
    /// Somebody comes.
    Caller,
    /// The caller with this number among those who wait goes away.
    Gone(usize),
    Time(Duration),
    /// Those who wait look whether they may go, the last one first.
    Look,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => Just(Event::Caller),
        1 => (0..8_usize).prop_map(Event::Gone),
        2 => (0..=12_u64).prop_map(|secs| Event::Time(Duration::from_secs(secs))),
        2 => Just(Event::Look),
    ]
}

proptest! {
    /// Whoever may go at a time goes, in order, and nobody else: as by a list of when the last ones went.
    #[test]
    fn c18_callers_go_when_the_list_says(requests in 1..5_u32, events in vec(event(), 1..60)) {
        let clock = ManualClock::new();
        let limiter = limiter(requests, &clock);
        let (mut waiting, mut went) = (Vec::new(), VecDeque::new());
        for (number, event) in events.into_iter().enumerate() {
            let now = clock.now();
            went.retain(|at| *at + 10 * SECOND > now);
            let free = requests as usize - went.len();
            match event {
                Event::Caller => {
                    let mut wait = Box::pin(limiter.acquire());
                    let goes = wait.as_mut().now_or_never().is_some();
                    prop_assert_eq!(goes, waiting.is_empty() && free > 0, "nobody goes before those who wait");
                    if goes {
                        went.push_back(now);
                    } else {
                        waiting.push((number, wait));
                    }
                }
                Event::Gone(index) => {
                    if index < waiting.len() {
                        drop(waiting.remove(index));
                    }
                }
                Event::Time(time) => clock.advance(time),
                Event::Look => {
                    let expected: Vec<usize> = waiting.iter().map(|(number, _)| *number).take(free).collect();
                    let mut found = Vec::new();
                    // Whoever goes lets the next one see that it is its turn.
                    while let Some(index) = waiting.iter_mut().rposition(|(_, wait)| wait.as_mut().now_or_never().is_some()) {
                        found.push(waiting.remove(index).0);
                        went.push_back(now);
                    }
                    prop_assert_eq!(found, expected);
                }
            }
        }
    }
}
