//! The rate limit under orders of events that a scheduler chooses.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use shuttle::future::{block_on, spawn};

use super::Limiter;
use crate::clock::{Clock, ManualClock};
use crate::settings::RateLimit;
use crate::step::model::check;

const PER: Duration = Duration::from_secs(10);
const REQUESTS: usize = 2;

fn limiter(clock: &ManualClock) -> Arc<Limiter> {
    let limit = RateLimit { requests: u32::try_from(REQUESTS).unwrap(), per: PER };
    Arc::new(Limiter::new(limit, Arc::new(clock.clone())))
}

#[test]
fn c18_no_span_sees_more_than_the_limit_in_any_order() {
    check(|| {
        let clock = ManualClock::skipping_pauses();
        let limiter = limiter(&clock);
        let times = Arc::new(Mutex::new(Vec::new()));
        let callers: Vec<_> = (0..5)
            .map(|_| {
                let (limiter, clock, times) = (Arc::clone(&limiter), clock.clone(), Arc::clone(&times));
                spawn(async move {
                    let begin = clock.now();
                    let waited = limiter.acquire().await;
                    times.lock().unwrap().push(begin + waited);
                })
            })
            .collect();
        for caller in callers {
            block_on(caller).unwrap();
        }
        let mut times = times.lock().unwrap().clone();
        times.sort();
        assert_eq!(times.len(), 5);
        for window in times.windows(REQUESTS + 1) {
            assert!(window[REQUESTS] - window[0] >= PER, "{times:?}");
        }
        assert_eq!(clock.now(), 2 * PER, "nobody waits for longer than the limit needs");
    });
}

#[test]
fn c16_a_caller_that_is_dropped_anywhere_holds_nobody_up() {
    check(|| {
        let clock = ManualClock::skipping_pauses();
        let limiter = limiter(&clock);
        let acquire = || {
            let limiter = Arc::clone(&limiter);
            spawn(async move { limiter.acquire().await })
        };
        let dropped = acquire();
        let others = [acquire(), acquire(), acquire()];
        dropped.abort();
        for other in others {
            block_on(other).unwrap();
        }
        let at_first = clock.now();
        block_on(limiter.acquire());
        assert!(clock.now() <= at_first + PER, "the limit is as it was");
    });
}
