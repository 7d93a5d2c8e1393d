//! The `Retry-After` header (RFC 9110, section 10.2.3).

use std::time::{Duration, SystemTime};

use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

/// The longest pause that is told to callers.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// How long the server asks to wait. `None` when it does not say, says it twice or not in a way that can be read.
///
/// A date counts from the server's own `Date`, because clocks differ; without one from `now`.
pub(crate) fn parse(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let mut values = headers.get_all(RETRY_AFTER).iter();
    let text = values.next()?.to_str().ok()?.trim();
    if values.next().is_some() {
        return None;
    }
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let seconds = text.parse().unwrap_or(u64::MAX);
        return Some(Duration::from_secs(seconds).min(LONGEST));
    }
    let until = httpdate::parse_http_date(text).ok()?;
    let wait = until.duration_since(date(headers).unwrap_or(now)).ok()?;
    Some(wait.min(LONGEST)).filter(|wait| !wait.is_zero())
}

/// What time it was by the server's clock (`Date`).
pub(crate) fn date(headers: &HeaderMap) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(DATE)?.to_str().ok()?).ok()
}

#[cfg(test)]
mod tests;
