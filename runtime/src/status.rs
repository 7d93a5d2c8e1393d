//! What a status that is not a success means.

use reqwest::header::LOCATION;
use reqwest::{StatusCode, Url};

use crate::attempt::{Attempted, Failed};
use crate::charset;
use crate::decode;
use crate::error::{Concealed, Error, ErrorBody, Kind};
use crate::profile::{Profile, TokenRefusal};
use crate::reply::{essence, request_id};
use crate::request::Request;
use crate::retry::Failure;
use crate::retry_after;
use crate::security::Chosen;
use crate::sent;
use crate::token::Grant;

/// The failure and the error that a reply means.
pub(crate) fn explain(request: &Request, reply: &Attempted, grant: Option<&Grant>, chosen: Chosen) -> Failed {
    let client = &*request.client.0;
    let profile = &client.profile;
    // A text that is damaged is no JSON either way.
    let text = charset::utf8(&reply.headers, &reply.body).unwrap_or_else(|| reply.body.clone());
    let body = ErrorBody::parse(&text, profile.error.as_ref());
    let coded = body.code.is_some();
    // Where nobody has said how the service writes errors, any JSON will do.
    let is_json = || essence(&reply.headers).is_some_and(|found| decode::is_json(&found.to_ascii_lowercase()));
    let own = coded || (profile.error.is_none() && (body.message.is_some() || is_json()));
    let listed = |codes: &[&str]| body.code.as_deref().is_some_and(|code| codes.contains(&code));
    let permanent = listed(profile.permanent_codes) || listed(profile.quota_codes);
    let failure = Failure::Status { status: reply.status.as_u16(), coded, permanent };
    let sent = sent::of(request, grant);
    let error = match reply.headers.get(LOCATION) {
        Some(location) if reply.status.is_redirection() => {
            redirected(reply.status, location.to_str().unwrap_or_default(), &sent)
        }
        _ => Error::new(Kind::Status, format!("the server answered {}", reply.status)),
    };
    let refusal = profile.refusal(body.data.as_ref()).filter(|_| grant.is_some());
    let error = if let Some(refusal) = refusal.filter(|_| reply.status == StatusCode::UNAUTHORIZED) {
        error.hint(refused(refusal, profile))
    } else if grant.is_some_and(|grant| grant.lacks_scope) && reply.status == StatusCode::FORBIDDEN {
        error
            .with_missing_scope()
            .hint(format!("the token was issued without its scope: {}", profile.missing_scope_hint))
    } else if let Some(hint) = hint(reply.status, own, grant.is_some(), chosen, profile) {
        error.hint(hint)
    } else {
        error
    };
    let error = error
        .with_status(reply.status)
        .with_body(body.keeping(text))
        .with_request_id(request_id(&reply.headers, profile.request_id_header))
        .conceal(&sent)
        .with_retry_after(retry_after::parse(&reply.headers, client.clock.wall()));
    (failure, error)
}

/// A redirect that nobody asked for. Only the origin is told: the rest may carry one-time values.
fn redirected(status: StatusCode, location: &str, sent: &Concealed) -> Error {
    let target = Url::parse(location).map(|url| sent.shown(&url.origin().ascii_serialization()));
    let target = target.unwrap_or_else(|_| "another path of its own".to_owned());
    Error::new(Kind::Redirect, format!("the server answered {status} to {target}, which is not followed"))
        .hint("set the base URL to where the service really is")
}

/// What a known reason for refusing a token means.
fn refused(refusal: &TokenRefusal, profile: &Profile) -> String {
    let hint = format!("the server refused the token: {}", refusal.hint);
    match &profile.resource {
        // What it was issued for matters where it is the wrong one.
        Some(resource) if !refusal.is_cured => format!("{hint}; it was issued for the resource `{resource}`"),
        _ => hint,
    }
}

fn hint(status: StatusCode, own: bool, with_token: bool, chosen: Chosen, profile: &Profile) -> Option<String> {
    match status {
        StatusCode::UNAUTHORIZED if with_token => Some(match &profile.resource {
            Some(resource) => format!(
                "the server refused the token, which was issued for the resource `{resource}`; check that the resource and \
                 the base URL are of the same server"
            ),
            None => "the server refused the token; check that it and the base URL are of the same server".to_owned(),
        }),
        StatusCode::UNAUTHORIZED => Some(match chosen.names() {
            [] if profile.schemes.is_empty() => "no token was sent, because the client has none".to_owned(),
            [] => "no credentials were sent".to_owned(),
            names => format!("the server refused the credentials that were sent, those for `{}`", names.join("`, `")),
        }),
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED if !own => Some(
            "the answer is not the service's own, so check the base URL, and whether the server is new enough for this \
             operation"
                .to_owned(),
        ),
        _ => None,
    }
}
