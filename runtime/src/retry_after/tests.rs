//! `Retry-After` as servers write it.

use std::time::{Duration, UNIX_EPOCH};

use proptest::prelude::*;
use reqwest::header::{DATE, HeaderMap, HeaderValue, RETRY_AFTER};

use super::parse;

/// The longest pause that is told: a year.
const LONGEST: Duration = Duration::from_secs(31_536_000);

#[test]
fn c3_seconds_and_dates() {
    // 784111777 s after the epoch is the RFC's own example, Sun, 06 Nov 1994 08:49:37 GMT.
    let now = UNIX_EPOCH + Duration::from_secs(784_111_777);
    let date = Some("Sun, 06 Nov 1994 09:00:00 GMT");
    let secs = |secs| Some(Duration::from_secs(secs));
    let cases: &[(&[&str], Option<&str>, Option<Duration>)] = &[
        (&[], None, None),
        (&["3"], None, secs(3)),
        (&[" 3 "], None, secs(3)),
        (&["0"], None, secs(0)),
        (&["86400"], None, secs(86_400)),
        (&["99999999999999999999"], None, Some(LONGEST)),
        (&["-1"], None, None),
        (&["1.5"], None, None),
        (&[""], None, None),
        (&["garbage"], None, None),
        (&["3", "4"], None, None),
        (&["Sun, 06 Nov 1994 08:49:47 GMT"], None, secs(10)),
        (&["Sun, 06 Nov 1994 08:49:27 GMT"], None, None),
        (&["Sun, 06 Nov 1994 09:00:05 GMT"], date, secs(5)),
        (&["Sun, 06 Nov 1994 08:59:55 GMT"], date, None),
        (&["Sun, 06 Nov 1994 08:49:47 GMT"], Some("nonsense"), secs(10)),
    ];
    for (values, date, expected) in cases {
        let mut headers = HeaderMap::new();
        for value in *values {
            headers.append(RETRY_AFTER, HeaderValue::from_str(value).unwrap());
        }
        if let Some(date) = date {
            headers.insert(DATE, HeaderValue::from_str(date).unwrap());
        }
        assert_eq!(parse(&headers, now), *expected, "{values:?} {date:?}");
    }
}

proptest! {
    /// Whatever bytes a server writes: no panic, nothing beyond the longest pause, and digits alone are seconds.
    #[test]
    fn c3_any_bytes_give_a_bounded_wait_or_none(
        bytes in prop_oneof![prop::collection::vec(any::<u8>(), 0..40), "[0-9]{1,30}".prop_map(String::into_bytes)],
        date in prop::option::of("[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT"),
        now in 0_u64..1 << 40,
    ) {
        let Ok(value) = HeaderValue::from_bytes(&bytes) else { return Ok(()) };
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, value);
        if let Some(date) = date {
            headers.insert(DATE, HeaderValue::from_str(&date).unwrap());
        }
        let wait = parse(&headers, UNIX_EPOCH + Duration::from_secs(now));
        prop_assert!(wait.is_none_or(|wait| wait <= LONGEST));
        let text = String::from_utf8_lossy(&bytes);
        let digits = text.trim();
        if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            let seconds = digits.parse::<u128>().unwrap_or(u128::MAX).min(u128::from(LONGEST.as_secs()));
            prop_assert_eq!(wait.map(|wait| u128::from(wait.as_secs())), Some(seconds));
        }
    }

    /// A date is the way from the one clock to the other, never backwards.
    #[test]
    fn c3_any_date_is_a_difference(now in 0_u64..4_000_000_000, until in 0_u64..4_000_000_000, skew in 0_u64..100_000) {
        let time = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
        let header = |seconds| HeaderValue::from_str(&httpdate::fmt_http_date(time(seconds))).unwrap();
        let expected = until.checked_sub(now).filter(|wait| *wait > 0).map(|wait| wait.min(LONGEST.as_secs()));
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, header(until));
        prop_assert_eq!(parse(&headers, time(now)).map(|wait| wait.as_secs()), expected);
        headers.insert(DATE, header(now));
        prop_assert_eq!(parse(&headers, time(now + skew)).map(|wait| wait.as_secs()), expected);
    }
}
