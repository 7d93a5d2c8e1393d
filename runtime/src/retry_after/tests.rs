//! `Retry-After` as servers write it.

use std::time::{Duration, UNIX_EPOCH};

use reqwest::header::{DATE, HeaderMap, HeaderValue, RETRY_AFTER};

use super::{LONGEST, parse};

#[test]
fn seconds_and_dates() {
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
