//! The rate limit under a clock that stands still.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;

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
