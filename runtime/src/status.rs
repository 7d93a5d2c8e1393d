//! What a status that is not a success means.

use std::fmt::Write as _;

use reqwest::header::LOCATION;
use reqwest::{StatusCode, Url};

use crate::attempt::{Attempted, Failed};
use crate::error::{Error, ErrorBody, Kind};
use crate::profile::Profile;
use crate::reply::request_id;
use crate::request::Request;
use crate::retry::Failure;
use crate::retry_after;
use crate::sent;
use crate::token::Grant;

/// The failure and the error that a reply means.
pub(crate) fn explain(request: &Request, reply: &Attempted, grant: Option<&Grant>) -> Failed {
    let client = &*request.client.0;
    let profile = &client.profile;
    let body = ErrorBody::parse(&reply.body, &profile.error);
    let coded = body.code.is_some();
    let listed = |codes: &[&str]| body.code.as_deref().is_some_and(|code| codes.contains(&code));
    let permanent = listed(profile.permanent_codes) || listed(profile.quota_codes);
    let failure = Failure::Status { status: reply.status.as_u16(), coded, permanent };
    let error = match reply.headers.get(LOCATION) {
        Some(location) if reply.status.is_redirection() => {
            redirected(reply.status, location.to_str().unwrap_or_default())
        }
        _ => Error::new(Kind::Status, format!("the server answered {}", reply.status)),
    };
    let error = if grant.is_some_and(|grant| grant.lacks_scope) && reply.status == StatusCode::FORBIDDEN {
        error
            .with_missing_scope()
            .hint(format!("the token was issued without its scope: {}", profile.missing_scope_hint))
    } else if let Some(hint) = hint(reply.status, coded, grant.is_some(), profile) {
        error.hint(hint)
    } else {
        error
    };
    let sent = sent::texts(request, &client.headers, grant);
    let error = error
        .with_status(reply.status)
        .with_body(body)
        .conceal(sent.iter().map(String::as_str))
        .with_request_id(request_id(&reply.headers, profile.request_id_header))
        .with_retry_after(retry_after::parse(&reply.headers, client.clock.wall()));
    (failure, error)
}

/// A redirect that nobody asked for. Only the origin is told: the rest may carry one-time values.
fn redirected(status: StatusCode, location: &str) -> Error {
    let target = Url::parse(location).map(|url| url.origin().ascii_serialization());
    let target = target.unwrap_or_else(|_| "another path of its own".to_owned());
    Error::new(Kind::Redirect, format!("the server answered {status} to {target}, which is not followed"))
        .hint("set the base URL to where the service really is")
}

fn hint(status: StatusCode, coded: bool, with_token: bool, profile: &Profile) -> Option<String> {
    match status {
        StatusCode::UNAUTHORIZED if !with_token => Some("no token was sent, because the client has none".to_owned()),
        StatusCode::UNAUTHORIZED => {
            let mut text = "the server refused the token".to_owned();
            if let Some(resource) = &profile.resource {
                // Writing to a string cannot fail.
                let _ = write!(text, ", which was issued for the resource `{resource}`");
            }
            text.push_str("; check that the resource and the base URL are of the same server");
            Some(text)
        }
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED if !coded => Some(
            "the answer is not the service's own, so check the base URL, and whether the server is new enough for this \
             operation"
                .to_owned(),
        ),
        _ => None,
    }
}
