//! The loop around attempts: token, pause, rate limit, attempt, and what a failure leads to.

mod leave;

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Method, StatusCode, Url};
use tracing::{Instrument, Span};

use crate::attempt::{self, Attempted, Bounds, Failed, Outgoing, Payload, bounded};
use crate::body::{Body, NO_BOUNDARY};
use crate::client::Inner;
use crate::decode;
use crate::download::Rest;
use crate::error::{Error, Kind};
use crate::observer::{Event, Operation};
use crate::pause::Allowance;
use crate::reply::{Head, Reply, fingerprint};
use crate::request::Request;
use crate::retry::{Attempt, Decision, Failure, Safety, decide};
use crate::security::Chosen;
use crate::token::{Again, Grant};
use crate::{status, trace};

use leave::times;

/// Sends a request, with all that belongs to it, and gives the reply if it is one of those that were asked for.
pub(crate) async fn execute(request: Box<Request>) -> Result<Reply, Error> {
    let (result, span) = {
        let call = pin!(attempts(&request));
        let mut call = call.instrument(trace::call(&request.place, request.base()));
        ((&mut call).await, call.span().clone())
    };
    match result {
        Ok(reply) => {
            trace::answered(&span, reply.head.status);
            Ok(Reply { span, request: Some(request), ..reply })
        }
        Err(error) => {
            let error = error.at(&request.place);
            trace::failed(&span, &error);
            Err(error)
        }
    }
}

/// The whole call, in the time that it has.
async fn attempts(request: &Request) -> Result<Reply, Error> {
    let mut run = Run::new(request)?;
    let client = run.client;
    let mut number = 1_u32;
    let mut replayed = false;
    let mut seen_500 = false;
    loop {
        let (grant, ticket) = match run.leave(client.clock.now()) {
            Some(leave) => leave,
            // Boxed, so that a call that need not wait need not make room for it.
            None => Box::pin(run.wait_for_leave()).await?,
        };
        let (failure, error) = match ticket.after(run.attempt(grant.as_deref().map(AsRef::as_ref)).await) {
            Ok(attempted) => {
                client.budget.put(1);
                grant.iter().for_each(|grant| grant.accept());
                return Ok(run.reply(attempted, grant.as_deref().cloned()));
            }
            Err((Failure::Timeout, _)) if client.clock.now() >= run.time.end => return Err(run.overdue(true)),
            Err(failed) => failed,
        };
        if matches!(failure, Failure::Status { status, coded: true, .. } if status != 401) {
            grant.iter().for_each(|grant| grant.accept());
        }
        let status = error.status();
        let error = run.note(failure, error);
        // The server has not acted on a request whose token it refused, so any request can be repeated.
        match run.another_token(&error, grant.as_deref()) {
            Again::At(at) if run.replayable && !replayed => {
                if at >= run.time.end {
                    return Err(error);
                }
                Box::pin(run.wait_for_token(at, error, grant)).await;
                replayed = true;
                continue;
            }
            Again::Now if run.replayable && !replayed => {
                replayed = true;
                continue;
            }
            _ => {}
        }
        let attempt = Attempt {
            number,
            max_attempts: run.max_attempts(),
            safety: run.safety,
            replayable: run.replayable,
            seen_500,
            retry_after: error.retry_after(),
            random: client.clock.random(),
        };
        seen_500 |= status == Some(StatusCode::INTERNAL_SERVER_ERROR);
        let (wait, cost) = match decide(&client.retry, failure, attempt) {
            Decision::Retry { wait, cost } => (wait, cost),
            Decision::Pause => {
                run.tell(|operation| Event::Retry { operation, error: &error, wait: client.pause.rest() });
                continue;
            }
            Decision::Stop => return Err(error),
        };
        // Rather the error that there is now than a timeout later.
        if client.clock.now().saturating_add(wait) >= run.time.end {
            return Err(error);
        }
        let Some(cost) = client.budget.take(cost) else { return Err(error) };
        run.tell(|operation| Event::Retry { operation, error: &error, wait });
        client.clock.sleep(wait).await;
        cost.spend();
        number = number.saturating_add(1);
    }
}

/// A call on its way.
struct Run<'a> {
    request: &'a Request,
    client: &'a Inner,
    url: Url,
    /// What authenticates it.
    chosen: Chosen,
    safety: Safety,
    replayable: bool,
    /// The time that the call has.
    time: Allowance,
    /// Requests that were begun to be sent.
    sent: u32,
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
        let options = request.options.as_deref();
        if let Some(error) = options.and_then(|options| options.error()) {
            return Err(error);
        }
        let client = &*request.client.0;
        if let Some(limit) = client.profile.max_request_bytes
            && request.body.len() > limit
        {
            let what = format!("the body has {} bytes, the server takes at most {limit}", request.body.len());
            return Err(Error::new(Kind::Input, what).hint("send less at once"));
        }
        request.body.check()?;
        let chosen = match &client.keyring {
            _ if request.anonymous => Chosen::NOTHING,
            Some(keyring) => keyring.choose(request.security)?,
            None => Chosen::TOKEN,
        };
        let mut url = request.url()?;
        if let Some(keyring) = &client.keyring {
            keyring.extend(chosen, &mut url);
        }
        let place = &request.place;
        let safety = Safety::of(&place.method, client.profile.unsafe_puts.contains(&place.operation));
        let (time, pause) = times(request);
        Ok(Self {
            request,
            client,
            url,
            chosen,
            safety: safety.told(options.and_then(|options| options.idempotent)),
            replayable: request.body.is_replayable(),
            time: Allowance::new(client.clock.now(), time, pause),
            sent: 0,
            ambiguous: false,
            last_error: None,
        })
    }

    /// How often it may be sent.
    fn max_attempts(&self) -> u32 {
        let options = self.request.options.as_deref();
        options.and_then(|options| options.max_attempts).unwrap_or(self.client.retry.max_attempts)
    }

    /// One attempt. A reply that was not asked for is a failure.
    async fn attempt(&mut self, grant: Option<&Grant>) -> Result<Attempted, Failed> {
        let client = self.client;
        self.sent = self.sent.saturating_add(1);
        let begin = client.clock.now();
        let span = trace::attempt(&self.request.place, self.request.base(), self.sent);
        let exchange = pin!(self.exchange(grant, begin));
        let mut exchange = exchange.instrument(span);
        let result = (&mut exchange).await;
        let span = exchange.span();
        match &result {
            Ok(attempted) => trace::answered(span, attempted.status),
            Err((_, error)) => {
                error.status().into_iter().for_each(|status| trace::answered(span, status));
                trace::failed(span, error);
            }
        }
        self.tell(|operation| Event::Attempt {
            operation,
            number: self.sent,
            outcome: result.as_ref().map(|attempted| attempted.status).map_err(|(_, error)| error),
            took: client.clock.now().saturating_sub(begin),
        });
        result
    }

    /// Sends the request once and takes the reply in.
    async fn exchange(&self, grant: Option<&Grant>, begin: Duration) -> Result<Attempted, Failed> {
        let (client, request) = (self.client, self.request);
        let uploads = request.body.is_upload();
        let left = self.time.end.saturating_sub(begin);
        let bounds = Bounds {
            begin,
            time: if uploads { left } else { client.timeouts.attempt.min(left) },
            idle: client.timeouts.idle_read,
            uploads,
            reply: client.limits.reply,
            error: client.limits.error,
        };
        let outgoing = self.outgoing(grant, bounds).map_err(|error| (Failure::Permanent, error))?;
        let attempted = attempt::within(&*client.clock, client.http.to(request.base()), outgoing).await?;
        if !self.asked_for(&attempted) {
            return Err(status::explain(request, &attempted, grant, self.chosen));
        }
        if attempted.until_closed && request.json && !request.or_text && decode::ends_early(&attempted.body) {
            let what = "the body of the reply ended early";
            return Err((Failure::Truncated, Error::new(Kind::Interrupted, what).with_status(attempted.status)));
        }
        Ok(attempted)
    }

    /// Whether a reply is one of those that a caller is given as a value.
    fn asked_for(&self, attempted: &Attempted) -> bool {
        let status = attempted.status;
        // What an earlier attempt may have deleted is no longer there to be deleted.
        let gone = self.request.place.method == Method::DELETE
            && matches!(status, StatusCode::NOT_FOUND | StatusCode::GONE)
            && self.client.retry.gone_is_deleted
            && self.ambiguous
            && self.request.discards;
        status.is_success() || (status.is_redirection() && self.request.redirects) || gone
    }

    fn outgoing(&self, grant: Option<&Grant>, bounds: Bounds) -> Result<Outgoing<'_>, Error> {
        let client = self.client;
        let mut headers = client.headers.clone();
        let extras = self.request.extras.as_deref();
        // What the operation says goes before what all requests have, and that before what is only usual.
        if self.request.accept.is_some() || !headers.contains_key(ACCEPT) {
            headers.extend(HeaderValue::from_str(self.request.accepted()).map(|accepted| (ACCEPT, accepted)));
        }
        if let Some(extras) = extras {
            extras.put(&mut headers);
        }
        if let Some(options) = &self.request.options {
            for (name, value) in options.headers() {
                headers.insert(name, value.clone());
            }
        }
        if let Some(grant) = grant {
            headers.insert(AUTHORIZATION, grant.header.clone());
        }
        if let Some(keyring) = &client.keyring {
            keyring.put(self.chosen, &mut headers);
        }
        let (own, body) = self.request.body.payload()?;
        let told = extras.and_then(|extras| extras.content_type.clone());
        let told = match &body {
            Payload::Form(_) => {
                // It needs the boundary of the form, which no type has that is set from elsewhere.
                headers.remove(CONTENT_TYPE);
                told.filter(|told| is_multipart(told.as_bytes()))
            }
            _ if matches!(self.request.body, Body::Multipart(_)) => {
                told.filter(|told| is_multipart(told.as_bytes())).and_then(|told| bounded(&told, NO_BOUNDARY))
            }
            _ => told,
        };
        if let Some(content_type) = told.filter(|_| !matches!(body, Payload::Empty)).or(own) {
            headers.insert(CONTENT_TYPE, content_type);
        }
        Ok(Outgoing {
            method: self.request.place.method.clone(),
            url: &self.url,
            headers,
            body,
            bounds,
            redirects: self.request.redirects,
            streamed: extras.is_some_and(|extras| extras.streamed),
        })
    }

    /// Adds to an error what only the call knows, and remembers it.
    fn note(&mut self, failure: Failure, error: Error) -> Error {
        self.ambiguous |= failure.is_ambiguous();
        let error = error
            .at(&self.request.place)
            .with_attempts(self.sent)
            .with_maybe_executed(self.changes() && self.ambiguous);
        self.last_error = Some(error.clone());
        error
    }

    /// The error of a call whose time is up.
    fn overdue(&mut self, in_flight: bool) -> Error {
        let error = Error::new(Kind::Timeout, format!("the call was not done within {:?}", times(self.request).0))
            .with_attempts(self.sent)
            .with_maybe_executed(self.changes() && (in_flight || self.ambiguous));
        match self.last_error.take() {
            Some(last) => error.with_source(last),
            None if self.sent == 0 => error.hint("it was still waiting for a token or for the rate limit"),
            None => error,
        }
    }

    fn reply(&self, attempted: Attempted, grant: Option<Arc<Grant>>) -> Reply {
        let Attempted { status, headers, body, rest, .. } = attempted;
        let client = self.client;
        let rest = rest.map(|response| {
            let (clock, idle, limit) = (Arc::clone(&client.clock), client.timeouts.idle_read, client.limits.reply);
            Box::new(Rest { response: *response, clock, idle, limit })
        });
        Reply {
            place: self.request.place.clone(),
            head: Head {
                status,
                headers,
                request_id_header: client.profile.request_id_header,
                attempts: self.sent,
                fingerprint: self.request.list.as_ref().map_or(0, |_| fingerprint(&body)),
                sample: Box::default(),
            },
            body,
            rest,
            list: self.request.list.clone(),
            or_text: self.request.or_text,
            changes: self.changes(),
            span: Span::none(),
            request: None,
            grant,
        }
    }

    /// Tells the observer, if there is one.
    fn tell<'e>(&'e self, event: impl FnOnce(Operation<'e>) -> Event<'e>) {
        if let Some(observer) = &self.client.observer {
            observer.notice(&event(Operation::from(&self.request.place)));
        }
    }

    /// Whether the request may change something, whatever a caller says about repeating it.
    fn changes(&self) -> bool {
        !self.request.place.method.is_safe()
    }
}

fn is_multipart(media_type: &[u8]) -> bool {
    media_type.get(..10).is_some_and(|kind| kind.eq_ignore_ascii_case(b"multipart/"))
}
