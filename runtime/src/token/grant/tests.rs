//! When a token is replaced, and which tokens are taken at all.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

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
fn tokens_go_stale_and_expire() {
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
}

#[test]
fn replacement_is_spread() {
    let soft = [0.0, 0.5, 1.0].map(|random| grant(3600, None, random).soft.as_secs());
    assert_eq!(soft, [3330, 3300, 3270]);
}

#[test]
fn odd_tokens_are_refused() {
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
