//! How a client is set up. Everything is checked in [`ClientBuilder::build`].

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::base_url::BaseUrl;
use crate::budget::Budget;
use crate::client::{Client, Inner};
use crate::clock::{Clock, SystemClock};
use crate::error::Error;
use crate::headers;
use crate::limiter::Limiter;
use crate::observer::{Observed, Observer};
use crate::profile::Profile;
use crate::secret::Secret;
use crate::settings::{Limits, RateLimit, RetryPolicy, Timeouts};
use crate::token::{
    Aim, Credentials, CredentialsSource, Fetcher, Shelf, TokenCache, TokenPolicy, TokenSource, TokenStore,
};
use crate::transport;

/// Settings of a [`Client`]. Nothing is checked before [`ClientBuilder::build`].
#[must_use = "a builder does nothing until `build`"]
pub struct ClientBuilder {
    profile: Profile,
    base_url: Option<String>,
    base_url_setting: Option<&'static str>,
    auth: Auth,
    aim: Aim,
    token_store: Option<Arc<dyn TokenStore>>,
    headers: Vec<(String, String)>,
    timeouts: Timeouts,
    retry: RetryPolicy,
    limits: Limits,
    rate_limit: Option<RateLimit>,
    http: Option<reqwest::Client>,
    clock: Arc<dyn Clock>,
    observer: Option<Arc<dyn Observer>>,
    allow_http: bool,
    proxy: bool,
}

enum Auth {
    Unset,
    Anonymous,
    Credentials(Secret, Secret),
    Source(Arc<dyn TokenSource>),
}

impl ClientBuilder {
    pub(crate) fn new(profile: Profile) -> Self {
        Self {
            base_url: None,
            base_url_setting: None,
            auth: Auth::Unset,
            aim: Aim {
                resource: profile.resource.clone(),
                scope: profile.scope.map(str::to_owned),
                organization_id: None,
            },
            token_store: None,
            headers: Vec::new(),
            timeouts: Timeouts::default(),
            retry: RetryPolicy::default(),
            limits: Limits::default(),
            rate_limit: profile.rate_limit,
            http: None,
            clock: Arc::new(SystemClock::new()),
            observer: None,
            allow_http: false,
            proxy: true,
            profile,
        }
    }

    /// The address of the server: scheme, host, port and, behind a reverse proxy, a path prefix.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// The name of the setting that the base URL is from, for the error when it is wrong.
    pub fn base_url_setting(mut self, name: &'static str) -> Self {
        self.base_url_setting = Some(name);
        self
    }

    /// Gets tokens with the client credentials grant (RFC 6749, section 4.4) from the server itself.
    pub fn client_credentials(mut self, id: impl Into<String>, secret: impl Into<Secret>) -> Self {
        self.auth = Auth::Credentials(Secret::new(id), secret.into());
        self
    }

    /// Gets tokens from a source of your own. They are cached all the same.
    pub fn token_source(mut self, source: impl TokenSource) -> Self {
        self.auth = Auth::Source(Arc::new(source));
        self
    }

    /// Sends no token at all. Operations that need one then fail with 401.
    pub fn anonymous(mut self) -> Self {
        self.auth = Auth::Anonymous;
        self
    }

    /// The resource (RFC 8707) that tokens are asked for, instead of the profile's.
    pub fn resource(mut self, resource: impl Into<String>) -> Self {
        self.aim.resource = Some(resource.into());
        self
    }

    /// Asks for tokens without a resource: organization tokens that are for no API of their own.
    pub fn no_resource(mut self) -> Self {
        self.aim.resource = None;
        self
    }

    /// The scopes that tokens are asked for, instead of the profile's; an empty text for none.
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.aim.scope = Some(scope.into()).filter(|scope| !scope.trim().is_empty());
        self
    }

    /// The organization that tokens are asked for: organization tokens. Only for client credentials.
    pub fn organization_id(mut self, id: impl Into<String>) -> Self {
        self.aim.organization_id = Some(id.into());
        self
    }

    /// Shares tokens with other clients and processes. Only for client credentials.
    pub fn token_store(mut self, store: impl TokenStore) -> Self {
        self.token_store = Some(Arc::new(store));
        self
    }

    /// How long things may take.
    pub fn timeouts(mut self, change: impl FnOnce(&mut Timeouts)) -> Self {
        change(&mut self.timeouts);
        self
    }

    /// How often and how soon a failed attempt is repeated.
    pub fn retry(mut self, change: impl FnOnce(&mut RetryPolicy)) -> Self {
        change(&mut self.retry);
        self
    }

    /// How many bytes of a reply are taken in.
    pub fn limits(mut self, change: impl FnOnce(&mut Limits)) -> Self {
        change(&mut self.limits);
        self
    }

    /// The most bytes of a JSON or form body that are sent, instead of the profile's.
    pub fn max_request_bytes(mut self, bytes: usize) -> Self {
        self.profile.max_request_bytes = Some(bytes);
        self
    }

    /// The rate that the client keeps by itself; `None` for no limit.
    pub fn rate_limit(mut self, limit: Option<RateLimit>) -> Self {
        self.rate_limit = limit;
        self
    }

    /// A header of every request to the API, for example `Accept-Language`. `Authorization`, `Cookie` and `Host` are
    /// refused.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// An HTTP client of your own, for example with a proxy or a root certificate.
    ///
    /// It must not follow redirects ([`reqwest::redirect::Policy::none`]): a followed redirect is reported as an error,
    /// but only after the request, a client secret included, was sent on. Its own timeouts apply besides those here.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http = Some(client);
        self
    }

    /// Ignores the proxy of the environment (`HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY`), which is used otherwise unless
    /// the server is this machine.
    pub fn no_proxy(mut self) -> Self {
        self.proxy = false;
        self
    }

    /// Allows `http` to a server that is not this machine. Tokens and the client secret travel in clear text then.
    pub fn allow_http(mut self) -> Self {
        self.allow_http = true;
        self
    }

    /// Sees attempts, retries, waits and token fetches, for metrics.
    pub fn observer(mut self, observer: impl Observer) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Where time and chance come from.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Checks the settings and makes the client. No IO.
    ///
    /// # Errors
    ///
    /// When a setting is missing or wrong; the error names it ([`Error::is_config`]).
    pub fn build(self) -> Result<Client, Error> {
        let text = self.base_url.ok_or_else(|| Error::config("the base URL is not set"))?;
        let base = BaseUrl::parse(&text, self.allow_http, self.profile.path_prefix).map_err(|reason| {
            match self.base_url_setting {
                Some(setting) => Error::config(format!("{setting}, the base URL, {reason}")),
                None => Error::config(format!("the base URL {reason}")),
            }
        })?;
        check_timeouts(&self.timeouts)?;
        if self.rate_limit.is_some_and(|limit| limit.requests == 0) {
            return Err(Error::config("the rate limit allows no request at all; use None for no limit"));
        }
        let headers = headers::of_all(self.profile.user_agent, &self.headers)?;
        let proxy = self.proxy && !base.is_loopback();
        let http = self.http.map_or_else(|| transport::build(&self.timeouts, base.is_https(), proxy), Ok)?;
        let budget = Arc::new(Budget::new(self.retry.budget));
        let profile = Profile { resource: self.aim.resource.clone(), ..self.profile };
        let policy = |deadline| TokenPolicy { scope: self.aim.scope.clone(), deadline };
        let fetcher = |source: Arc<dyn TokenSource>, store, deadline| {
            let clock = Arc::clone(&self.clock);
            let source = match self.observer.clone() {
                Some(observer) => Arc::new(Observed { source, observer, clock: Arc::clone(&clock) }),
                None => source,
            };
            TokenCache::new(Fetcher { source, store, policy: policy(deadline), clock })
        };
        let tokens = match self.auth {
            Auth::Unset => return Err(Error::config("neither client credentials nor a token source are set")),
            Auth::Anonymous => None,
            Auth::Source(_) if self.token_store.is_some() || self.aim.organization_id.is_some() => {
                return Err(Error::config(
                    "a token store and an organization id need client credentials; a token source of your own answers for both \
                     itself",
                ));
            }
            Auth::Source(source) => Some(fetcher(source, None, Some(self.timeouts.token_attempt))),
            Auth::Credentials(id, secret) => {
                let source = CredentialsSource {
                    credentials: Credentials::check(id, secret, self.aim.clone())?,
                    profile: profile.clone(),
                    base: base.clone(),
                    http: http.clone(),
                    clock: Arc::clone(&self.clock),
                    budget: Arc::clone(&budget),
                    retry: self.retry.clone(),
                    timeouts: self.timeouts.clone(),
                    limit: self.limits.token,
                    quiet_until: Mutex::default(),
                };
                source.check()?;
                let key = || Arc::new(source.credentials.key(&base));
                let shelf = self.token_store.map(|store| Shelf { store, key: key() });
                Some(fetcher(Arc::new(source), shelf, None))
            }
        };
        Ok(Client(Arc::new(Inner {
            http,
            base,
            headers,
            limiter: self.rate_limit.map(|limit| Limiter::new(limit, Arc::clone(&self.clock))),
            timeouts: self.timeouts,
            retry: self.retry,
            limits: self.limits,
            clock: self.clock,
            observer: self.observer,
            budget,
            tokens,
            profile,
        })))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder").field("base_url_is_set", &self.base_url.is_some()).finish_non_exhaustive()
    }
}

fn check_timeouts(timeouts: &Timeouts) -> Result<(), Error> {
    let named: [(&str, Duration); 5] = [
        ("connect", timeouts.connect),
        ("idle_read", timeouts.idle_read),
        ("attempt", timeouts.attempt),
        ("call", timeouts.call),
        ("token_attempt", timeouts.token_attempt),
    ];
    match named.into_iter().find(|(_, timeout)| timeout.is_zero()) {
        Some((name, _)) => Err(Error::config(format!("the timeout `{name}` is zero, so nothing could ever succeed"))),
        None => Ok(()),
    }
}
