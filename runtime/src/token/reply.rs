//! Reads what a token endpoint answers (RFC 6749, sections 5.1 and 5.2).

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::Value;

use super::Token;
use crate::charset::without_mark;
use crate::error::{Error, ErrorBody, Kind, TokenFailure};
use crate::profile::Profile;

/// The lifetime of a token that does not tell its own.
const UNTOLD_LIFETIME: Duration = Duration::from_secs(60);
const DAY_IN_SECONDS: f64 = 86_400.0;

/// The body of a success. Nothing of it is ever repeated in an error.
pub(crate) fn parse(body: &[u8], scope_always_told: bool) -> Result<Token, Error> {
    let members = match serde_json::from_slice(without_mark(body)) {
        Ok(Value::Object(members)) => members,
        _ => {
            return Err(malformed("the token endpoint answered with something that is not a JSON object")
                .hint("check that the base URL is that of the service"));
        }
    };
    match members.get("token_type") {
        Some(Value::String(kind)) if kind.eq_ignore_ascii_case("bearer") => {}
        _ => return Err(malformed("the token endpoint issued something other than a bearer token")),
    }
    let Some(Value::String(token)) = members.get("access_token") else {
        return Err(malformed("the reply of the token endpoint has no `access_token`"));
    };
    let scope = members.get("scope").and_then(Value::as_str);
    let scope = scope.or(scope_always_told.then_some(""));
    let token = Token::new(token.as_str(), lifetime(members.get("expires_in")));
    Ok(match scope {
        Some(scope) => token.scope(scope),
        None => token,
    })
}

/// `expires_in` as it is found: a number, a number in quotes, or nothing.
fn lifetime(value: Option<&Value>) -> Duration {
    let seconds = match value {
        None | Some(Value::Null) => return UNTOLD_LIFETIME,
        Some(Value::Number(number)) => number.as_f64(),
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(_) => None,
    };
    match seconds {
        Some(seconds) if seconds.is_nan() => UNTOLD_LIFETIME,
        Some(seconds) => Duration::from_secs_f64(seconds.clamp(0.0, DAY_IN_SECONDS)),
        None => UNTOLD_LIFETIME,
    }
}

/// The error that a status and a body mean.
pub(crate) fn refusal(status: StatusCode, body: ErrorBody, profile: &Profile) -> Error {
    let listed = |codes: &[&str]| body.code.as_deref().is_some_and(|code| codes.contains(&code));
    let expired =
        profile.expired_secret.is_some_and(|mark| body.description.as_deref().is_some_and(|text| text.contains(mark)));
    let (failure, hint) = if listed(profile.quota_codes) {
        (TokenFailure::Quota, "the quota of tokens is used up; raise it, or share one client instead of making many")
    } else if expired {
        (TokenFailure::SecretExpired, "the client secret has expired; make a new one and pass it to the builder")
    } else {
        match body.oauth.as_deref() {
            Some("invalid_client") => (
                TokenFailure::InvalidClient,
                "check the client id and the client secret, and that both are of this server",
            ),
            Some("invalid_target") => {
                (TokenFailure::InvalidTarget, "check the resource; it must be the indicator of the API on this server")
            }
            Some("unauthorized_client" | "unsupported_grant_type") => {
                (TokenFailure::Status, "check that the application may use the client credentials grant")
            }
            _ if status == StatusCode::NOT_FOUND => {
                (TokenFailure::Status, "check that the base URL is that of the service, without the path of its API")
            }
            _ => (TokenFailure::Status, ""),
        }
    };
    let what = format!("no token: the token endpoint answered {status}");
    let error = Error::new(Kind::Token(failure), what).with_status(status).with_body(body);
    if hint.is_empty() { error } else { error.hint(hint) }
}

pub(crate) fn malformed(what: &'static str) -> Error {
    Error::new(Kind::Token(TokenFailure::Malformed), what)
}

#[cfg(test)]
mod tests;
