//! The client credentials grant (RFC 6749, section 4.4).

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, USER_AGENT};
use reqwest::{Method, StatusCode, Url};
use ring::hmac;
use tracing::Instrument;
use url::form_urlencoded::byte_serialize;
use zeroize::Zeroizing;

use super::reply::{malformed, parse, refusal};
use super::{Token, TokenFuture, TokenKey, TokenSource};
use crate::attempt::{self, Attempted, Bounds, Outgoing, Payload};
use crate::base_url::BaseUrl;
use crate::budget::Budget;
use crate::clock::Clock;
use crate::decode::is_json;
use crate::error::{Concealed, Error, ErrorBody, Place};
use crate::pause::Pause;
use crate::profile::Profile;
use crate::reply::{essence, request_id};
use crate::retry::{Attempt, Decision, Failure, Safety, decide};
use crate::retry_after;
use crate::secret::Secret;
use crate::settings::{RetryPolicy, Timeouts};
use crate::trace;
use crate::transport::Transport;

/// Room for the names of the form's fields and all that is between them.
const FORM_NAMES: usize = 128;

/// What a token is asked for with.
pub(crate) struct Credentials {
    id: Secret,
    secret: Secret,
    aim: Aim,
    /// Whether they are sent in a header instead of the form.
    in_header: bool,
}

/// What a token is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Aim {
    pub(crate) resource: Option<String>,
    pub(crate) scope: Option<String>,
    pub(crate) organization_id: Option<String>,
}

/// Asks a token endpoint.
pub(crate) struct CredentialsSource {
    pub(crate) credentials: Credentials,
    pub(crate) profile: Profile,
    pub(crate) base: BaseUrl,
    /// In place of the profile's path below that.
    pub(crate) url: Option<TokenUrl>,
    pub(crate) http: Transport,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) budget: Arc<Budget>,
    pub(crate) pause: Arc<Pause>,
    pub(crate) retry: RetryPolicy,
    pub(crate) timeouts: Timeouts,
    pub(crate) limit: usize,
    /// Until when the endpoint has asked to be left alone, also by whoever takes over from a caller that went away.
    pub(crate) quiet_until: Mutex<Duration>,
}

/// A token endpoint with a URL of its own.
pub(crate) struct TokenUrl {
    url: Url,
    pub(crate) server: BaseUrl,
}

impl TokenUrl {
    /// Reads a URL, or a reference that is relative to the base URL. One that must stay on the server of the base URL is an
    /// error elsewhere.
    pub(crate) fn parse(text: &str, base: &BaseUrl, must_stay: bool, allow_http: bool) -> Result<Self, Error> {
        let wrong = |reason: &str| Error::config(format!("the URL of the token endpoint {reason}"));
        let mut url = base.reference(text).ok_or_else(|| wrong("is not a URL"))?;
        url.set_fragment(None);
        if must_stay && !base.is_origin_of(&url) {
            let origin = url.origin().ascii_serialization();
            return Err(wrong(&format!("that the document names is on {origin}, and the base URL is another server"))
                .hint("say with `token_url` where the client secret may be sent"));
        }
        let mut server = url.clone();
        server.set_query(None);
        let server = BaseUrl::parse(server.as_str(), allow_http, None).map_err(|reason| wrong(&reason))?;
        Ok(Self { url, server })
    }
}

impl Credentials {
    pub(crate) fn check(id: Secret, secret: Secret, aim: Aim) -> Result<Self, Error> {
        if id.expose().trim().is_empty() {
            return Err(Error::config("the client id is empty"));
        }
        if secret.expose().trim().is_empty() {
            return Err(Error::config("the client secret is empty"));
        }
        if let Some(resource) = &aim.resource {
            // RFC 8707, section 2: an absolute URI without a fragment.
            let fits = Url::parse(resource).is_ok_and(|url| url.fragment().is_none());
            if !fits {
                return Err(Error::config("the resource is not an absolute URI without a fragment"));
            }
        }
        if aim.organization_id.as_ref().is_some_and(|id| id.trim().is_empty()) {
            return Err(Error::config("the organization id is empty"));
        }
        Ok(Self { id, secret, aim, in_header: false })
    }

    /// The same, sent in a header or not.
    pub(crate) fn in_header(self, in_header: bool) -> Self {
        Self { in_header, ..self }
    }

    /// The key in a store of the tokens that an endpoint issues.
    fn key(&self, endpoint: &Url) -> TokenKey {
        let Aim { resource, scope, organization_id } = self.aim.clone();
        TokenKey {
            server: endpoint.to_string(),
            client_id: self.id.expose().to_owned(),
            secret_fingerprint: self.fingerprint(endpoint),
            resource,
            scope,
            organization_id,
        }
    }

    /// Tells secrets apart without telling them: HMAC-SHA256 (RFC 2104) keyed with the secret, of what it is used with, so that the
    /// same secret elsewhere has another one.
    fn fingerprint(&self, endpoint: &Url) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.secret.expose().as_bytes());
        let mut context = hmac::Context::with_key(&key);
        for part in ["token store", endpoint.as_str(), self.id.expose()] {
            context.update(part.as_bytes());
            context.update(&[0]);
        }
        BASE64_STANDARD.encode(context.sign())
    }

    /// Id and secret as RFC 6749, section 2.3.1, puts them into a header.
    fn header(&self) -> Option<HeaderValue> {
        if !self.in_header {
            return None;
        }
        let encoded = |secret: &Secret| Zeroizing::new(byte_serialize(secret.expose().as_bytes()).collect::<String>());
        let pair = Zeroizing::new(format!("{}:{}", *encoded(&self.id), *encoded(&self.secret)));
        let mut value = HeaderValue::from_str(&format!("Basic {}", BASE64_STANDARD.encode(&*pair))).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    fn form(&self) -> Bytes {
        let Aim { resource, scope, organization_id } = &self.aim;
        // Room for every byte to be encoded, since a text that moves leaves a copy behind.
        let texts = [Some(self.id.expose()), Some(self.secret.expose()), resource.as_deref(), scope.as_deref()];
        let texts = texts.into_iter().chain([organization_id.as_deref()]).flatten();
        let room = texts.fold(FORM_NAMES, |room, text| room.saturating_add(text.len().saturating_mul(3)));
        let mut form = url::form_urlencoded::Serializer::new(String::with_capacity(room));
        form.append_pair("grant_type", "client_credentials");
        if !self.in_header {
            form.append_pair("client_id", self.id.expose()).append_pair("client_secret", self.secret.expose());
        }
        let further = [("resource", resource), ("scope", scope), ("organization_id", organization_id)];
        form.extend_pairs(further.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?))));
        // Wiped once it is sent.
        Bytes::from_owner(Zeroizing::new(form.finish().into_bytes()))
    }
}

impl TokenSource for CredentialsSource {
    fn fetch(&self) -> TokenFuture<'_> {
        Box::pin(async { self.run().await.map_err(Into::into) })
    }
}

impl CredentialsSource {
    /// The key of its tokens in a store; an error where there is no endpoint to ask.
    pub(crate) fn key(&self) -> Result<TokenKey, Error> {
        self.url().map(|(url, _)| self.credentials.key(&url))
    }

    /// The address of the endpoint, or of the server that it is a path of.
    pub(crate) fn server(&self) -> &BaseUrl {
        self.url.as_ref().map_or(&self.base, |url| &url.server)
    }

    fn url(&self) -> Result<(Url, Place), Error> {
        let place = |template| Place { operation: "token", method: Method::POST, template };
        if let Some(TokenUrl { url, .. }) = &self.url {
            return Ok((url.clone(), place("the token endpoint")));
        }
        let template = self
            .profile
            .token_path
            .ok_or_else(|| Error::config("this service has no token endpoint; set a token source instead"))?;
        let url =
            self.base.join(template, "").ok_or_else(|| Error::config("the path of the token endpoint is not valid"))?;
        Ok((url, place(template)))
    }

    async fn run(&self) -> Result<Token, Error> {
        let (url, place) = self.url()?;
        let quiet = self.quiet().saturating_sub(self.clock.now());
        if !quiet.is_zero() {
            self.clock.sleep(quiet).await;
        }
        let latest = self.clock.now().saturating_add(self.timeouts.pause);
        let mut number = 1_u32;
        let mut seen_500 = false;
        loop {
            let ticket = match self.pause.pass() {
                Some(ticket) => ticket,
                None => self.pause.enter(latest).await.map_err(|rest| self.paused(rest))?,
            };
            let span = trace::attempt(&place, self.server(), number);
            let result = ticket.after(self.attempt(&url, &span).instrument(span.clone()).await);
            let (failure, error) = match result {
                Ok(token) => {
                    self.budget.put(1);
                    return Ok(token);
                }
                Err(failed) => failed,
            };
            trace::failed(&span, &error);
            let attempt = Attempt {
                number,
                max_attempts: self.retry.max_attempts,
                // A second token does no harm.
                safety: Safety::Safe,
                replayable: true,
                seen_500,
                retry_after: error.retry_after(),
                random: self.clock.random(),
            };
            seen_500 |= error.status() == Some(StatusCode::INTERNAL_SERVER_ERROR);
            let (wait, cost) = match decide(&self.retry, failure, attempt) {
                Decision::Retry { wait, cost } => (wait, cost),
                Decision::Pause => continue,
                Decision::Stop => return Err(error),
            };
            let Some(cost) = self.budget.take(cost) else { return Err(error) };
            *self.quiet() = self.clock.now().saturating_add(wait);
            self.clock.sleep(wait).await;
            cost.spend();
            number = number.saturating_add(1);
        }
    }

    /// The error of a fetch that may wait no longer.
    fn paused(&self, rest: Duration) -> Error {
        self.pause.error(rest, self.timeouts.pause).for_token()
    }

    fn quiet(&self) -> MutexGuard<'_, Duration> {
        self.quiet_until.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn attempt(&self, url: &Url, span: &tracing::Span) -> Result<Token, (Failure, Error)> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        headers.extend(self.credentials.header().map(|header| (AUTHORIZATION, header)));
        if let Ok(user_agent) = HeaderValue::from_str(self.profile.user_agent) {
            headers.insert(USER_AGENT, user_agent);
        }
        let outgoing = Outgoing {
            method: Method::POST,
            url,
            headers,
            body: Payload::Bytes(self.credentials.form()),
            bounds: Bounds {
                begin: self.clock.now(),
                time: self.timeouts.token_attempt,
                idle: self.timeouts.idle_read,
                uploads: false,
                reply: self.limit,
                error: self.limit,
            },
            redirects: false,
            streamed: false,
        };
        let attempted = attempt::within(&*self.clock, self.http.to(self.server()), outgoing).await;
        let Attempted { status, headers, body, .. } =
            attempted.map_err(|(failure, error)| (failure, error.for_token()))?;
        trace::answered(span, status);
        let id = request_id(&headers, self.profile.request_id_header);
        let sent = Concealed::new([self.credentials.id.expose(), self.credentials.secret.expose()]);
        let refused = |error: Error| error.with_status(status).with_request_id(id).conceal(&sent);
        if status.is_success() {
            if !may_be_json(&headers) {
                let error = malformed("the token endpoint answered with something other than JSON")
                    .hint("check that the base URL is that of the service");
                return Err((Failure::Permanent, refused(error)));
            }
            return parse(&body, self.profile.scope_always_told).map_err(|error| (Failure::Permanent, refused(error)));
        }
        if status.is_redirection() {
            let error = malformed("the token endpoint answered with a redirect, which is not followed")
                .hint("set the base URL to where the service really is");
            return Err((Failure::Permanent, refused(error)));
        }
        let body = ErrorBody::parse(&body, self.profile.error.as_ref());
        let code = body.code.as_deref();
        let permanent = code.is_some_and(|code| {
            self.profile.permanent_codes.contains(&code) || self.profile.quota_codes.contains(&code)
        });
        let failure = Failure::Status { status: status.as_u16(), coded: code.is_some(), permanent };
        let wait: Option<Duration> = retry_after::parse(&headers, self.clock.wall());
        let error = refusal(status, body, &self.profile).with_retry_after(wait);
        Err((failure, refused(error)))
    }
}

/// Whether a reply may be a token's (RFC 6749, section 5.1); one without a content type may.
fn may_be_json(headers: &HeaderMap) -> bool {
    !headers.contains_key(CONTENT_TYPE) || essence(headers).is_some_and(|kind| is_json(&kind.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests;
