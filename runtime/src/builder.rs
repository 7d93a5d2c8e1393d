//! How a client is set up. Everything is checked in [`ClientBuilder::build`].

use std::fmt;
use std::sync::{Arc, Mutex};

use crate::base_url::BaseUrl;
use crate::budget::Budget;
use crate::client::{Client, Inner};
use crate::clock::{Clock, SystemClock};
use crate::error::Error;
use crate::headers;
use crate::limiter::Limiter;
use crate::observer::{Observed, Observer};
use crate::pause::Pause;
use crate::profile::Profile;
use crate::secret::Secret;
use crate::security::{self, Credential, Has, Keyring};
use crate::settings::{Limits, RateLimit, RetryPolicy, Timeouts};
use crate::token::{
    Aim, Credentials, CredentialsSource, Fetcher, Grant, Shelf, TokenCache, TokenPolicy, TokenSource, TokenStore,
    TokenUrl,
};
use crate::transport::Transport;

/// Settings of a [`Client`]. Nothing is checked before [`ClientBuilder::build`].
#[must_use = "a builder does nothing until `build`"]
pub struct ClientBuilder {
    profile: Profile,
    base_url: Option<String>,
    base_url_setting: Option<&'static str>,
    auth: Auth,
    secret_in_header: bool,
    credentials: Vec<(String, Credential)>,
    token_url: Option<String>,
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
    Bearer(Secret),
}

impl ClientBuilder {
    pub(crate) fn new(profile: Profile) -> Self {
        Self {
            base_url: None,
            base_url_setting: None,
            auth: Auth::Unset,
            secret_in_header: false,
            credentials: Vec::new(),
            token_url: None,
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

    /// The address of the server: scheme, host, port and, behind a reverse proxy, a path prefix. Unless set, it is the server
    /// that the document names, if it names one.
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

    /// Sends this token, which never changes. When the server refuses it, that is the end of the call.
    ///
    /// It stands for every security scheme of the document that takes a token, and so do client credentials and a token
    /// source; [`ClientBuilder::bearer_token_for`] sets one for a single scheme.
    pub fn bearer_token(mut self, token: impl Into<Secret>) -> Self {
        self.auth = Auth::Bearer(token.into());
        self
    }

    /// A token, which never changes, for one security scheme of the document, in place of the one for all of them.
    pub fn bearer_token_for(mut self, scheme: impl Into<String>, token: impl Into<Secret>) -> Self {
        self.credentials.push((scheme.into(), Credential::Bearer(token.into())));
        self
    }

    /// User name and password (RFC 7617) for a security scheme of the document.
    pub fn basic(mut self, scheme: impl Into<String>, user: impl Into<String>, password: impl Into<Secret>) -> Self {
        let credential = Credential::Basic { user: user.into(), password: password.into() };
        self.credentials.push((scheme.into(), credential));
        self
    }

    /// A key for a security scheme of the document. Where it goes, header, query or cookie, is the scheme's to say.
    pub fn api_key(mut self, scheme: impl Into<String>, key: impl Into<Secret>) -> Self {
        self.credentials.push((scheme.into(), Credential::Key(key.into())));
        self
    }

    /// Where client credentials get tokens, instead of where the profile says: a URL, or a reference that is relative to the
    /// base URL. It must be said where the document's token endpoint is on another server than a base URL of your own.
    pub fn token_url(mut self, url: impl Into<String>) -> Self {
        self.token_url = Some(url.into());
        self
    }

    /// Sends the client id and its secret to the token endpoint in an `Authorization: Basic` header instead of the form, for
    /// servers that take nothing else (RFC 6749, section 2.3.1; `client_secret_basic`).
    pub fn client_secret_basic(mut self) -> Self {
        self.secret_in_header = true;
        self
    }

    /// Sends no credentials at all. Operations that need some then fail with 401.
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

    /// The most bytes of a JSON, form or text body that are sent, instead of the profile's.
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
    /// but only after the request, a client secret included, was sent on. Its own timeouts apply besides those here. For TLS
    /// depend on `reqwest` 0.13 with its default features, as this crate turns none of them on.
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// use logto_runtime::{Client, Profile, reqwest};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let http = reqwest::Client::builder()
    ///     .redirect(reqwest::redirect::Policy::none())
    ///     .proxy(reqwest::Proxy::https("http://proxy.example.com:3128")?)
    ///     .pool_idle_timeout(Duration::from_secs(4))
    ///     .build()?;
    /// let client = Client::builder(Profile::new("example/1.0"))
    ///     .base_url("https://api.example.com")
    ///     .anonymous()
    ///     .http_client(http)
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
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
        let text = self.base_url.as_deref().or(self.profile.server);
        let text = text.ok_or_else(|| Error::config("the base URL is not set"))?;
        let base = BaseUrl::parse(text, self.allow_http, self.profile.path_prefix).map_err(|reason| {
            match self.base_url_setting {
                Some(setting) => Error::config(format!("{setting}, the base URL, {reason}")),
                None => Error::config(format!("the base URL {reason}")),
            }
        })?;
        self.timeouts.check()?;
        self.rate_limit.map_or(Ok(()), RateLimit::check)?;
        let headers = headers::of_all(self.profile.user_agent, &self.headers)?;
        let is_home = self.profile.server.is_some_and(|server| base.is(server));
        let tokens_at = self.token_url.as_deref().or(self.profile.token_url);
        let has_tokens = tokens_at.is_some() || self.profile.token_path.is_some();
        let tokens_at = tokens_at.filter(|_| matches!(self.auth, Auth::Credentials(..)));
        // The secret for a server of one's own is nothing to send to whoever wrote the document.
        let must_stay = self.token_url.is_none() && !is_home;
        let token_url = tokens_at.map(|url| TokenUrl::parse(url, &base, must_stay, self.allow_http)).transpose()?;
        let is_handed_in = self.http.is_some();
        let called: Vec<&BaseUrl> = [&base].into_iter().chain(token_url.as_ref().map(|url| &url.server)).collect();
        // Operations may have servers of their own where the document's is.
        let is_tls = called.iter().any(|server| server.is_https()) || (is_home && !base.is_loopback());
        let http = match self.http {
            Some(http) => Transport::of(http),
            None => Transport::new(&self.timeouts, is_tls, self.proxy)?,
        };
        let budget = Arc::new(Budget::new(self.retry.budget));
        let pause = || Arc::new(Pause::new(Arc::clone(&self.clock), self.retry.clone(), self.observer.clone()));
        let own_pause = pause();
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
        let is_anonymous = matches!(self.auth, Auth::Anonymous);
        let is_token = matches!(self.auth, Auth::Credentials(..) | Auth::Source(_) | Auth::Bearer(_));
        security::check_token(self.profile.schemes, is_token)?;
        let bearer = match &self.auth {
            Auth::Bearer(token) => Some(Arc::new(Grant::fixed(token, &*self.clock)?)),
            _ => None,
        };
        let secret = if let Auth::Credentials(_, secret) = &self.auth { Some(secret.clone()) } else { None };
        let tokens = match self.auth {
            // What needs a token nevertheless is refused before it is sent, or by the server.
            Auth::Unset if !profile.schemes.is_empty() || !has_tokens => None,
            Auth::Unset => return Err(Error::config("neither client credentials nor a token source are set")),
            Auth::Bearer(_) | Auth::Source(_) if self.token_store.is_some() || self.aim.organization_id.is_some() => {
                return Err(Error::config(
                    "a token store and an organization id need client credentials; a token of your own, or a source of them, \
                     answers for both itself",
                ));
            }
            Auth::Anonymous | Auth::Bearer(_) => None,
            Auth::Source(source) => Some(fetcher(source, None, Some(self.timeouts.token_attempt))),
            Auth::Credentials(id, secret) => {
                // What refuses the requests of the client refuses those for tokens, where they go to the same server.
                let elsewhere = token_url.as_ref().is_some_and(|url| url.server.origin() != base.origin());
                let source = CredentialsSource {
                    pause: if elsewhere { pause() } else { Arc::clone(&own_pause) },
                    credentials: Credentials::check(id, secret, self.aim.clone())?.in_header(self.secret_in_header),
                    profile: profile.clone(),
                    base: base.clone(),
                    url: token_url,
                    http: http.clone(),
                    clock: Arc::clone(&self.clock),
                    budget: Arc::clone(&budget),
                    retry: self.retry.clone(),
                    timeouts: self.timeouts.clone(),
                    limit: self.limits.token,
                    quiet_until: Mutex::default(),
                };
                let key = Arc::new(source.key()?);
                let shelf = self.token_store.map(|store| Shelf { store, key });
                Some(fetcher(Arc::new(source), shelf, None))
            }
        };
        let has =
            Has { token: tokens.is_some() || bearer.is_some(), certificate: is_handed_in, anonymous: is_anonymous };
        let keyring = Keyring::new(profile.schemes, profile.security, self.credentials, has)?;
        Ok(Client(Arc::new(Inner {
            http,
            base,
            headers,
            pause: own_pause,
            limiter: self.rate_limit.map(|limit| Limiter::new(limit, Arc::clone(&self.clock))),
            timeouts: self.timeouts,
            retry: self.retry,
            limits: self.limits,
            clock: self.clock,
            observer: self.observer,
            budget,
            tokens,
            bearer,
            keyring: Some(Box::new(keyring)).filter(|_| !profile.schemes.is_empty()),
            secret,
            is_home,
            allow_http: self.allow_http,
            profile,
        })))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder").field("base_url_is_set", &self.base_url.is_some()).finish_non_exhaustive()
    }
}
