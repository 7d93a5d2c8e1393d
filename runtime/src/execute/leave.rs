//! What an attempt needs before it is sent: a token, and leave of the pause and of the rate limit.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use super::Run;
use crate::client::Inner;
use crate::error::Error;
use crate::observer::Event;
use crate::pause::{Over, Ticket};
use crate::request::Request;
use crate::token::{Again, Grant, Held, TokenCache};

/// What a request is sent with: a token, where one is needed, and leave.
pub(super) type Leave<'a> = (Option<Held>, Ticket<'a>);

impl<'a> Run<'a> {
    /// A token, where one is needed, and leave of the pause and of the rate limit, where nothing of that must be waited for.
    pub(super) fn leave(&self, now: Duration) -> Option<Leave<'a>> {
        let grant = match self.tokens() {
            Some(tokens) => Some(tokens.kept(now)?),
            None => self.fixed(),
        };
        let ticket = self.client.pause.pass()?;
        let is_free = self.client.limiter.as_ref().is_none_or(|limiter| limiter.try_acquire(now));
        is_free.then_some((grant, ticket))
    }

    /// The same, as long as the call may wait.
    pub(super) async fn wait_for_leave(&mut self) -> Result<Leave<'a>, Error> {
        let pause = &self.client.pause;
        let mut time = self.time;
        let leave = pause.within(&mut time, pin!(self.held_back())).await;
        self.time = time;
        match leave {
            Ok(leave) => leave,
            Err(Over::Call) => Err(self.overdue(false)),
            Err(Over::Pause) => Err(self.paused(pause.rest())),
        }
    }

    async fn held_back(&self) -> Result<Leave<'a>, Error> {
        let clock = &*self.client.clock;
        let latest = clock.now().saturating_add(self.time.pause_left);
        let mut grant = match self.tokens() {
            Some(tokens) => Some(tokens.get().await?),
            None => self.fixed(),
        };
        let mut is_renewed = false;
        loop {
            let (ticket, was_paused) = self.through_pause(latest).await?;
            let waited = self.through_limit().await;
            // The rate limit counts requests when they are sent, so it comes last, and a pause that has begun comes before it.
            if !waited.is_zero() && !ticket.is_valid() {
                continue;
            }
            let has_waited = was_paused || !waited.is_zero();
            let Some(tokens) = self.tokens().filter(|_| has_waited && !is_renewed) else { return Ok((grant, ticket)) };
            // The wait may have been long enough for the token to expire.
            match tokens.kept(clock.now()) {
                Some(kept) => return Ok((Some(kept), ticket)),
                // The request for a token may itself have to wait for the place that this one takes.
                None if ticket.is_probe() => drop(ticket),
                None => return Ok((Some(tokens.get().await?), ticket)),
            }
            grant = Some(tokens.get().await?);
            is_renewed = true;
        }
    }

    /// Waits until the client is not paused, and says whether it was.
    async fn through_pause(&self, latest: Duration) -> Result<(Ticket<'a>, bool), Error> {
        let Inner { pause, clock, .. } = self.client;
        if let Some(ticket) = pause.pass() {
            return Ok((ticket, false));
        }
        let begin = clock.now();
        let ticket = pause.enter(latest).await.map_err(|rest| self.paused(rest))?;
        let waited = clock.now().saturating_sub(begin);
        self.tell(|operation| Event::Paused { operation, waited });
        Ok((ticket, true))
    }

    /// Waits for leave of the rate limit, and says for how long.
    async fn through_limit(&self) -> Duration {
        let Some(limiter) = &self.client.limiter else { return Duration::ZERO };
        let waited = limiter.acquire().await;
        if !waited.is_zero() {
            self.tell(|operation| Event::RateLimited { operation, waited });
        }
        waited
    }

    /// Whether the request may be repeated with another token than the one that it failed with.
    pub(super) fn another_token(&self, error: &Error, grant: Option<&Arc<Grant>>) -> Again {
        let (Some(tokens), Some(grant)) = (&self.client.tokens, grant) else { return Again::Never };
        let refusal = self.client.profile.refusal(error.data());
        tokens.answered(error.status(), grant, refusal.map(|refusal| refusal.is_cured))
    }

    /// Waits until another token may be fetched.
    pub(super) async fn wait_for_token(&self, at: Duration, error: Error, grant: Option<Held>) {
        let wait = at.saturating_sub(self.client.clock.now());
        self.tell(|operation| Event::Retry { operation, error: &error, wait });
        self.client.clock.sleep(wait).await;
        // Whoever comes first drops the token, the others find that.
        self.another_token(&error, grant.as_deref());
    }

    /// The token that never changes, where there is one and it is needed.
    fn fixed(&self) -> Option<Held> {
        self.client.bearer.clone().filter(|_| self.chosen.token).map(Held::from_inner)
    }

    fn tokens(&self) -> Option<&'a TokenCache> {
        self.client.tokens.as_ref().filter(|_| self.chosen.token)
    }

    /// The error of a call that may wait no longer for the client to go on.
    fn paused(&self, rest: Duration) -> Error {
        let error = self.client.pause.error(rest, times(self.request).1).with_attempts(self.sent);
        let error = error.with_maybe_executed(self.changes() && self.ambiguous);
        match &self.last_error {
            Some(last) => error.with_source(last.clone()),
            None => error,
        }
    }
}

/// The time of a call, and how long it may be held back while its client is paused.
pub(super) fn times(request: &Request) -> (Duration, Duration) {
    let (options, timeouts) = (request.options.as_deref(), &request.client.0.timeouts);
    let time = options.and_then(|options| options.timeout).unwrap_or(timeouts.call);
    (time, options.and_then(|options| options.pause).unwrap_or(timeouts.pause))
}
