//! The loop around attempts: token, rate limit, attempt, and what a failure leads to.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::{Either, select};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{StatusCode, Url};
use tracing::{Instrument, Span};

use crate::attempt::{self, Attempted, Failed, Limited, Outgoing, Payload};
use crate::client::Inner;
use crate::error::{Error, Kind};
use crate::reply::{Head, Reply, fingerprint, request_id};
use crate::request::{Body, Request};
use crate::retry::{Attempt, Decision, Failure, Safety, decide};
use crate::token::Grant;
use crate::{status, trace};

/// Sends a request, with all that belongs to it, and gives the reply if it is one of those that were asked for.
pub(crate) async fn execute(request: Request) -> Result<Reply, Error> {
    let span = trace::call(&request.place, &request.client.0.base);
    let result = match Run::new(&request) {
        Ok(run) => run.bounded(&span).instrument(span.clone()).await,
        Err(error) => Err(error),
    };
    match result {
        Ok(reply) => {
            trace::answered(&span, reply.head.status);
            Ok(reply)
        }
        Err(error) => {
            let error = error.at(&request.place);
            trace::failed(&span, &error);
            Err(error)
        }
    }
}

/// A call on its way.
struct Run<'a> {
    request: &'a Request,
    client: &'a Inner,
    url: Url,
    safety: Safety,
    replayable: bool,
    progress: Mutex<Progress>,
}

/// How far a call has come; asked when its time is up.
#[derive(Default)]
struct Progress {
    /// Requests that were begun to be sent.
    sent: u32,
    /// Whether one of them is on its way.
    in_flight: bool,
    /// Whether one of them may have been executed.
    ambiguous: bool,
    last_error: Option<Error>,
}

impl<'a> Run<'a> {
    /// Checks what can be checked before any IO.
    fn new(request: &'a Request) -> Result<Self, Error> {
        if let Some(error) = &request.error {
            return Err(error.clone());
        }
        if let Some(reason) = request.query.rejected() {
            return Err(Error::new(Kind::Input, reason.to_owned()));
        }
        let client = &*request.client.0;
        if let Some(limit) = client.profile.max_request_bytes
            && request.body.len() > limit
        {
            let what = format!("the body has {} bytes, the server takes at most {limit}", request.body.len());
            return Err(Error::new(Kind::Input, what).hint("send less at once"));
        }
        if let Body::Multipart(multipart) = &request.body {
            multipart.check()?;
        }
        let path = request.filled_path()?;
        let url = client
            .base
            .join(&path, &request.query)
            .ok_or_else(|| Error::new(Kind::Input, "the path cannot be written as a URL without changing it"))?;
        let place = &request.place;
        let safety = Safety::of(&place.method, client.profile.unsafe_puts.contains(&place.operation));
        let replayable = request.body.is_replayable();
        Ok(Self { request, client, url, safety, replayable, progress: Mutex::default() })
    }

    /// The whole call, in the time that it has.
    async fn bounded(&self, span: &Span) -> Result<Reply, Error> {
        let time = self.client.timeouts.call;
        let end = self.client.clock.now().saturating_add(time);
        let attempts = Box::pin(self.attempts(end, span));
        if let Either::Left((result, _)) = select(attempts, self.client.clock.deadline(time)).await {
            return result;
        }
        let progress = self.progress();
        let error = Error::new(Kind::Timeout, format!("the call was not done within {time:?}"))
            .with_attempts(progress.sent)
            .with_maybe_executed(self.changes() && (progress.in_flight || progress.ambiguous));
        Err(match progress.last_error.clone() {
            Some(last) => error.with_source(last),
            None if progress.sent == 0 => error.hint("it was still waiting for a token or for the rate limit"),
            None => error,
        })
    }

    async fn attempts(&self, end: Duration, span: &Span) -> Result<Reply, Error> {
        let mut number = 1_u32;
        let mut replayed = false;
        let mut seen_500 = false;
        loop {
            let grant = self.grant().await?;
            let (failure, error) = match self.attempt(grant.as_deref()).await {
                Ok(attempted) => {
                    self.client.budget.put(1);
                    return Ok(self.reply(attempted, span));
                }
                Err(failed) => failed,
            };
            let status = error.status();
            let error = self.note(failure, error);
            if status == Some(StatusCode::UNAUTHORIZED)
                && let (Some(tokens), Some(grant)) = (&self.client.tokens, &grant)
                // The server has not acted on a request that it refused, so any request can be repeated.
                && tokens.refuse(grant)
                && self.replayable
                && !replayed
            {
                replayed = true;
                continue;
            }
            let clock = &self.client.clock;
            let attempt = Attempt {
                number,
                safety: self.safety,
                replayable: self.replayable,
                seen_500,
                retry_after: error.retry_after(),
                random: clock.random(),
            };
            seen_500 |= status == Some(StatusCode::INTERNAL_SERVER_ERROR);
            let Decision::Retry { wait, cost } = decide(&self.client.retry, failure, attempt) else {
                return Err(error);
            };
            // Rather the error that there is now than a timeout later.
            if clock.now().saturating_add(wait) >= end {
                return Err(error);
            }
            let Some(cost) = self.client.budget.take(cost) else { return Err(error) };
            clock.sleep(wait).await;
            cost.spend();
            number = number.saturating_add(1);
        }
    }

    /// A token, where one is needed, and leave of the rate limit.
    async fn grant(&self) -> Result<Option<Arc<Grant>>, Error> {
        let tokens = self.client.tokens.as_ref().filter(|_| !self.request.anonymous);
        let grant = match tokens {
            Some(tokens) => Some(tokens.get().await?),
            None => None,
        };
        let Some(limiter) = &self.client.limiter else { return Ok(grant) };
        limiter.acquire().await;
        // The wait may have been long enough for the token to expire.
        match tokens {
            Some(tokens) => tokens.get().await.map(Some),
            None => Ok(None),
        }
    }

    /// One attempt. A reply that was not asked for is a failure.
    async fn attempt(&self, grant: Option<&Grant>) -> Result<Attempted, Failed> {
        let (client, request) = (self.client, self.request);
        let sent = {
            let mut progress = self.progress();
            progress.sent = progress.sent.saturating_add(1);
            progress.in_flight = true;
            progress.sent
        };
        let span = trace::attempt(&request.place, &client.base, sent);
        let uploads = matches!(request.body, Body::Multipart(_));
        let time = if uploads { client.timeouts.call } else { client.timeouts.attempt };
        let result = async {
            let outgoing = self.outgoing(grant, uploads).map_err(|error| (Failure::Permanent, error))?;
            let attempted = attempt::within(&*client.clock, time, &client.http, outgoing).await?;
            trace::answered(&span, attempted.status);
            let status = attempted.status;
            if status.is_success() || (status.is_redirection() && request.redirects) {
                Ok(attempted)
            } else {
                Err(status::explain(request, &attempted, grant))
            }
        };
        let result = result.instrument(span.clone()).await;
        self.progress().in_flight = false;
        if let Err((_, error)) = &result {
            trace::failed(&span, error);
        }
        result
    }

    fn outgoing(&self, grant: Option<&Grant>, uploads: bool) -> Result<Outgoing, Error> {
        let client = self.client;
        let mut headers = client.headers.clone();
        if let Some(grant) = grant {
            headers.insert(AUTHORIZATION, grant.header.clone());
        }
        let (content_type, body) = match &self.request.body {
            Body::None => (None, Payload::Empty),
            Body::Json(bytes) => (Some("application/json"), Payload::Bytes(bytes.clone())),
            Body::Form(bytes) => (Some("application/x-www-form-urlencoded"), Payload::Bytes(bytes.clone())),
            Body::Multipart(multipart) => (None, Payload::Form(multipart.form()?)),
        };
        if let Some(content_type) = content_type {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        Ok(Outgoing {
            method: self.request.place.method.clone(),
            url: self.url.clone(),
            headers,
            body,
            limits: Limited { reply: client.limits.reply, error: client.limits.error },
            // The server says nothing while it takes a file in.
            idle: (!uploads).then_some(client.timeouts.idle_read),
        })
    }

    /// Adds to an error what only the call knows, and remembers it.
    fn note(&self, failure: Failure, error: Error) -> Error {
        let mut progress = self.progress();
        progress.ambiguous |= failure.is_ambiguous();
        let error = error
            .at(&self.request.place)
            .with_attempts(progress.sent)
            .with_maybe_executed(self.changes() && progress.ambiguous);
        progress.last_error = Some(error.clone());
        error
    }

    fn reply(&self, attempted: Attempted, span: &Span) -> Reply {
        let Attempted { status, headers, body } = attempted;
        let request_id = request_id(&headers, self.client.profile.request_id_header);
        Reply {
            place: self.request.place.clone(),
            head: Head {
                status,
                headers,
                request_id,
                attempts: self.progress().sent,
                fingerprint: self.request.list.as_ref().map_or(0, |_| fingerprint(&body)),
            },
            body,
            list: self.request.list.clone(),
            changes: self.changes(),
            span: span.clone(),
        }
    }

    fn changes(&self) -> bool {
        self.safety != Safety::Safe
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
