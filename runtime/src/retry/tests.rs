//! What is retried, and after how long.

use std::time::Duration;

use proptest::prelude::*;
use reqwest::Method;

use super::{Attempt, Decision, Failure, Safety, backoff, decide};
use crate::settings::RetryPolicy;

const FIRST: Attempt = Attempt {
    number: 1,
    max_attempts: 3,
    safety: Safety::Safe,
    replayable: true,
    seen_500: false,
    retry_after: None,
    random: 0.5,
};

fn status(status: u16) -> Failure {
    Failure::Status { status, coded: false, permanent: false }
}

fn coded(status: u16) -> Failure {
    Failure::Status { status, coded: true, permanent: false }
}

fn permanent(status: u16) -> Failure {
    Failure::Status { status, coded: true, permanent: true }
}

fn retries(failure: Failure, attempt: Attempt) -> bool {
    decide(&RetryPolicy::default(), failure, attempt) != Decision::Stop
}

#[test]
fn c13_failures_are_classified() {
    // Failure; retried when it is safe, repeatable, neither; ambiguous.
    let cases = [
        (Failure::Connect, true, true, true, false),
        (Failure::Certificate, false, false, false, false),
        (Failure::Timeout, true, true, false, true),
        (Failure::Interrupted, true, true, false, true),
        (Failure::Truncated, true, true, false, true),
        (Failure::Unreadable, false, false, false, true),
        (Failure::Permanent, false, false, false, false),
        (status(400), false, false, false, false),
        (status(401), false, false, false, false),
        (status(404), false, false, false, false),
        (status(408), true, true, false, true),
        (status(409), false, false, false, false),
        (status(422), false, false, false, false),
        (status(425), true, false, false, false),
        (status(429), true, true, true, false),
        (coded(429), true, false, false, false),
        (permanent(429), false, false, false, false),
        (permanent(503), false, false, false, true),
        (status(500), true, false, false, true),
        (coded(500), true, false, false, true),
        (status(501), false, false, false, false),
        (status(502), true, true, false, true),
        (status(503), true, true, false, true),
        (coded(503), true, true, false, true),
        (status(504), true, true, false, true),
        (status(505), false, false, false, false),
        (status(520), true, true, false, true),
        (status(521), true, true, false, false),
        (status(522), true, true, false, true),
        (status(523), true, true, false, false),
        (status(524), true, true, false, true),
        (status(525), false, false, false, false),
        (status(526), false, false, false, false),
    ];
    for (failure, safe, repeatable, once, ambiguous) in cases {
        let with = |safety| retries(failure, Attempt { safety, ..FIRST });
        let found = (with(Safety::Safe), with(Safety::Repeatable), with(Safety::Once), failure.is_ambiguous());
        assert_eq!(found, (safe, repeatable, once, ambiguous), "{failure:?}");
    }
}

#[test]
fn attempts_end() {
    let cases = [
        ("the first", FIRST, true),
        ("the second", Attempt { number: 2, ..FIRST }, true),
        ("the last", Attempt { number: 3, ..FIRST }, false),
        ("beyond", Attempt { number: u32::MAX, ..FIRST }, false),
        ("a body that is gone", Attempt { replayable: false, ..FIRST }, false),
    ];
    for (name, attempt, expected) in cases {
        assert_eq!(retries(Failure::Connect, attempt), expected, "{name}");
    }
    assert!(!retries(status(500), Attempt { seen_500: true, ..FIRST }), "a second 500");
}

#[test]
fn a_caller_knows_better_than_the_method() {
    let cases = [
        (Safety::Safe, None, Safety::Safe),
        (Safety::Safe, Some(true), Safety::Safe),
        (Safety::Safe, Some(false), Safety::Once),
        (Safety::Repeatable, Some(false), Safety::Once),
        (Safety::Once, None, Safety::Once),
        (Safety::Once, Some(true), Safety::Repeatable),
    ];
    for (safety, told, expected) in cases {
        assert_eq!(safety.told(told), expected, "{safety:?} {told:?}");
    }
}

#[test]
fn methods_have_a_safety() {
    let cases = [
        (Method::GET, false, Safety::Safe),
        (Method::HEAD, false, Safety::Safe),
        (Method::POST, false, Safety::Once),
        (Method::PATCH, false, Safety::Once),
        (Method::DELETE, false, Safety::Repeatable),
        (Method::PUT, false, Safety::Repeatable),
        (Method::PUT, true, Safety::Once),
    ];
    for (method, unsafe_put, expected) in cases {
        assert_eq!(Safety::of(&method, unsafe_put), expected, "{method} {unsafe_put}");
    }
}

#[test]
fn pauses_are_as_asked() {
    let millis = Duration::from_millis;
    let cases = [
        (None, 1, 0.0, Some(millis(0))),
        (None, 1, 1.0, Some(millis(500))),
        (None, 2, 1.0, Some(millis(1000))),
        (Some(millis(3000)), 1, 0.0, Some(millis(3000))),
        (Some(millis(3000)), 1, 0.5, Some(millis(3250))),
        (Some(millis(60_000)), 1, 0.0, Some(millis(60_000))),
        (Some(millis(60_001)), 1, 0.0, None),
    ];
    for (retry_after, number, random, expected) in cases {
        let decision =
            decide(&RetryPolicy::default(), Failure::Connect, Attempt { retry_after, number, random, ..FIRST });
        let wait = match decision {
            Decision::Retry { wait, .. } => Some(wait),
            Decision::Pause | Decision::Stop => None,
        };
        assert_eq!(wait, expected, "{retry_after:?}, attempt {number}, {random}");
    }
}

#[test]
fn h1_what_the_edge_refuses_waits_for_the_client() {
    let long = Some(Duration::from_millis(60_001));
    let cases = [
        ("the first", status(429), FIRST, Decision::Pause),
        ("whatever it does", status(429), Attempt { safety: Safety::Once, ..FIRST }, Decision::Pause),
        ("it is no retry", status(429), Attempt { number: 3, ..FIRST }, Decision::Pause),
        ("retries are off", status(429), Attempt { max_attempts: 1, ..FIRST }, Decision::Stop),
        ("a body that is gone", status(429), Attempt { replayable: false, ..FIRST }, Decision::Stop),
        ("too long", status(429), Attempt { retry_after: long, ..FIRST }, Decision::Stop),
        ("a code that is permanent", permanent(429), FIRST, Decision::Stop),
        ("a code, and a write", coded(429), Attempt { safety: Safety::Once, ..FIRST }, Decision::Stop),
    ];
    for (name, failure, attempt, expected) in cases {
        assert_eq!(decide(&RetryPolicy::default(), failure, attempt), expected, "{name}");
    }
    let others = [coded(429), status(503), status(403), Failure::Timeout];
    assert!(others.iter().all(|failure| decide(&RetryPolicy::default(), *failure, FIRST) != Decision::Pause));
}

#[test]
fn a_timeout_costs_more() {
    let cost = |failure| match decide(&RetryPolicy::default(), failure, FIRST) {
        Decision::Retry { cost, .. } => cost,
        Decision::Pause | Decision::Stop => 0,
    };
    assert_eq!((cost(Failure::Timeout), cost(Failure::Interrupted), cost(Failure::Certificate)), (14, 5, 0));
}

proptest! {
    /// A pause lies between nothing and the bound of its attempt, wherever chance falls.
    #[test]
    fn c6_a_pause_is_anywhere_below_its_bound(seed in any::<u64>(), number in 1_u32..40, base in 0_u64..100_000) {
        let policy = RetryPolicy { base: Duration::from_millis(base), ..RetryPolicy::default() };
        let bound = (u128::from(base) << (number - 1)).min(policy.cap.as_millis());
        let random = fastrand::Rng::with_seed(seed).f64();
        let pause = backoff(&policy, number, random);
        prop_assert!(pause.as_millis() <= bound);
        // The whole range is used: the pause is the same part of it as chance is of one.
        let expected = bound as f64 * random;
        prop_assert!((pause.as_secs_f64() * 1000.0 - expected).abs() <= 1.0, "{:?}, {} expected", pause, expected);
    }

    /// No number of attempts, no policy and no chance is too much for the arithmetic.
    #[test]
    fn c7_nothing_overflows(number in any::<u32>(), random in any::<f64>(), base in any::<Duration>(), cap in any::<Duration>()) {
        let policy = RetryPolicy { base, cap, ..RetryPolicy::default() };
        prop_assert!(backoff(&policy, number, random) <= cap);
        for retry_after in [None, Some(Duration::MAX), Some(base)] {
            let attempt = Attempt { number, max_attempts: u32::MAX, retry_after, random, ..FIRST };
            let decision = decide(&policy, Failure::Connect, attempt);
            let may = number < u32::MAX && retry_after.is_none_or(|asked| asked <= policy.max_retry_after);
            prop_assert_eq!(decision != Decision::Stop, may);
        }
    }
}

#[test]
fn c7_the_most_attempts_wait_no_longer_than_the_cap() {
    let policy = RetryPolicy::default();
    for number in [7, 31, 32, 33, 64, u32::MAX] {
        assert_eq!(backoff(&policy, number, 1.0), policy.cap, "attempt {number}");
    }
}

#[test]
fn c6_jitter_spreads_over_the_whole_range() {
    let mut random = fastrand::Rng::with_seed(7);
    let mut quarters = [0_u32; 4];
    for _ in 0..4000 {
        let wait = backoff(&RetryPolicy::default(), 2, random.f64());
        quarters[usize::try_from(wait.as_millis() / 250).unwrap().min(3)] += 1;
    }
    assert!(quarters.iter().all(|count| (850..1150).contains(count)), "{quarters:?}");
}
