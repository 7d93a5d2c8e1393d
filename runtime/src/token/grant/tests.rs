//! When a token is replaced, and which tokens are taken at all.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use proptest::prelude::*;

use super::{Freshness, Grant, Moment};
use crate::token::Token;

const WALL: SystemTime = UNIX_EPOCH;

fn at(now: u64, wall: u64) -> Moment {
    let wall = WALL + Duration::from_secs(1_000_000 + wall);
    Moment { now: Duration::from_secs(now), wall }
}

fn grant(lifetime: u64, scope: Option<&str>, random: f64) -> Grant {
    let token = Token::new("abc", Duration::from_secs(lifetime));
    let token = scope.map_or(token.clone(), |scope| token.scope(scope));
    Grant::new(&token, Some("all"), 1, at(100, 100), random).unwrap()
}

#[test]
fn a10_tokens_go_stale_and_expire() {
    use Freshness::{Expired, Fresh, Stale};
    // Lifetime, scope, age by the steady clock and by the wall clock.
    let cases = [
        (3600, Some("all"), 0, 0, Fresh),
        (3600, Some("all"), 3299, 3299, Fresh),
        (3600, Some("all"), 3300, 3300, Stale),
        (3600, Some("all"), 3569, 3569, Stale),
        (3600, Some("all"), 3570, 3570, Expired),
        (3600, None, 3299, 3299, Fresh),
        (100, Some("all"), 74, 74, Fresh),
        (100, Some("all"), 75, 75, Stale),
        (100, Some("all"), 95, 95, Expired),
        // The steady clock stood still while the machine slept.
        (3600, Some("all"), 0, 86_400, Expired),
        // Without the scope it is only kept for a minute.
        (3600, Some(""), 44, 44, Fresh),
        (3600, Some("other"), 45, 45, Stale),
        (3600, Some("other"), 57, 57, Expired),
        (3600, Some("other all"), 58, 58, Fresh),
        // A day at most.
        (u64::MAX, Some("all"), 86_400, 86_400, Expired),
        (0, Some("all"), 0, 0, Expired),
    ];
    for (lifetime, scope, steady, wall, expected) in cases {
        let found = grant(lifetime, scope, 0.5).freshness(at(100 + steady, 100 + wall));
        assert_eq!(found, expected, "{lifetime} {scope:?} {steady} {wall}");
    }
    // The wall clock went back, which makes no token younger.
    assert_eq!(grant(3600, None, 0.5).freshness(at(3670, 0)), Expired);
    // It was in a store for 3000 s.
    for (age, expected) in [(299, Fresh), (300, Stale), (570, Expired)] {
        let stored = grant(3600, None, 0.5).aged(Duration::from_secs(3000));
        assert_eq!(stored.freshness(at(100 + age, 100)), expected, "{age}");
    }
}

#[test]
fn a_token_is_known_again() {
    let grant = grant(3600, None, 0.5);
    for (text, expected) in [("abc", true), ("abcd", false), ("ab", false), ("Bearer abc", false)] {
        assert_eq!(grant.is(&Token::new(text, Duration::ZERO)), expected, "{text}");
    }
}

#[test]
fn replacement_is_spread() {
    let soft = [0.0, 0.5, 1.0].map(|random| grant(3600, None, random).soft.as_secs());
    assert_eq!(soft, [3330, 3300, 3270]);
}

#[test]
fn a11_odd_tokens_are_refused() {
    let long = "a".repeat(16 * 1024 + 1);
    for text in ["", " ", "a b", "a\r\nX: y", "a\0", "ä", long.as_str()] {
        let token = Token::new(text, Duration::from_secs(60));
        let error = Grant::new(&token, None, 1, at(0, 0), 0.5).expect_err(text);
        assert!(error.is_token() && (text.trim().len() < 3 || !error.to_string().contains(text)), "{error}");
    }
}

#[test]
fn a_token_is_not_shown() {
    let token = Token::new("canary", Duration::from_secs(60));
    let grant = Grant::new(&token, None, 1, at(0, 0), 0.5).unwrap();
    assert!(!format!("{token:?} {grant:?}").contains("canary"));
    assert_eq!(grant.header.to_str().unwrap(), "Bearer canary");
}

proptest! {
    #[test]
    fn a11_a_token_is_sent_as_it_is_or_not_at_all(text in prop_oneof!["[ -~]{0,20}", any::<String>(), "a{16380,16390}"]) {
        let token = Token::new(text.as_str(), Duration::from_secs(60));
        let is_fine = !text.is_empty() && text.len() <= 16 * 1024 && text.bytes().all(|byte| byte.is_ascii_graphic());
        match Grant::new(&token, None, 1, at(0, 0), 0.5) {
            Ok(grant) => {
                prop_assert!(is_fine);
                prop_assert_eq!(grant.header.to_str().unwrap(), format!("Bearer {text}"));
            }
            Err(error) => prop_assert!(!is_fine && error.is_token()),
        }
    }

    #[test]
    fn a19_no_token_serves_when_either_clock_says_that_it_is_over(
        lifetime in 0_u64..200_000,
        head_start in 0_u64..5000,
        steady in 0_u64..200_000,
        wall in -200_000_i64..200_000,
        random in any::<f64>(),
        lacks_scope in any::<bool>(),
    ) {
        let token = Token::new("abc", Duration::from_secs(lifetime)).scope(if lacks_scope { "" } else { "all" });
        let asked = at(1_000_000, 1_000_000);
        let random = if random.is_finite() { random } else { 0.0 };
        let grant = Grant::new(&token, Some("all"), 1, asked, random).unwrap().aged(Duration::from_secs(head_start));
        let now = at(1_000_000 + steady, 1_000_000_u64.saturating_add_signed(wall));
        let longest = if lacks_scope { 60 } else { 86_400 };
        let age = steady.max(u64::try_from(wall).unwrap_or(0)) + head_start;
        let found = grant.freshness(now);
        if age >= lifetime.min(longest) {
            prop_assert_eq!(found, Freshness::Expired);
        }
        // It is not thrown away long before its end either.
        if (age as f64) < 0.7 * lifetime.min(longest) as f64 - 1.0 {
            prop_assert_eq!(found, Freshness::Fresh);
        }
    }
}
