//! The client that every request is made from.

use std::fmt;
use std::pin::pin;
use std::sync::Arc;

use reqwest::Method;
use reqwest::Url;
use reqwest::header::HeaderMap;

use crate::base_url::BaseUrl;
use crate::budget::Budget;
use crate::builder::ClientBuilder;
use crate::clock::Clock;
use crate::error::{Error, Kind};
use crate::limiter::Limiter;
use crate::observer::Observer;
use crate::pause::{Allowance, Over, Pause};
use crate::profile::Profile;
use crate::request::Request;
use crate::secret::Secret;
use crate::security::Keyring;
use crate::settings::{Limits, RetryPolicy, Timeouts};
use crate::token::{Grant, Token, TokenCache};
use crate::transport::Transport;

/// A client of one server. Clones share connections, token, retry budget and rate limit.
#[derive(Clone)]
pub struct Client(pub(crate) Arc<Inner>);

/// What clones share.
pub(crate) struct Inner {
    pub(crate) http: Transport,
    pub(crate) base: BaseUrl,
    pub(crate) profile: Profile,
    pub(crate) headers: HeaderMap,
    pub(crate) timeouts: Timeouts,
    pub(crate) retry: RetryPolicy,
    pub(crate) limits: Limits,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) budget: Arc<Budget>,
    pub(crate) limiter: Option<Limiter>,
    pub(crate) pause: Arc<Pause>,
    pub(crate) observer: Option<Arc<dyn Observer>>,
    pub(crate) tokens: Option<TokenCache>,
    /// In place of those, a token that never changes.
    pub(crate) bearer: Option<Arc<Grant>>,
    /// What there is for the security schemes of the document, where it has any.
    pub(crate) keyring: Option<Box<Keyring>>,
    /// The client secret, which the server knows and might repeat.
    pub(crate) secret: Option<Secret>,
    /// Whether the base URL is the server that the document names.
    pub(crate) is_home: bool,
    pub(crate) allow_http: bool,
}

impl Client {
    /// Begins a client of a service.
    pub fn builder(profile: Profile) -> ClientBuilder {
        ClientBuilder::new(profile)
    }

    /// Begins a request of an operation: its method, its id in the document and its path template.
    pub fn request(&self, method: Method, operation: &'static str, template: &'static str) -> Request {
        Request::new(self.clone(), method, operation, template)
    }

    /// A token of this client, for an API that is called by other means. It comes from the client's cache, and its lifetime is
    /// what is left of it; that of a fixed token, which nobody knows, is told as a day.
    ///
    /// # Errors
    ///
    /// When no token can be had ([`Error::is_token`]), in the time of a whole call, or when the client is anonymous or has
    /// credentials of other kinds only ([`Error::is_config`]).
    pub async fn token(&self) -> Result<Token, Error> {
        let client = &*self.0;
        if let Some(bearer) = &client.bearer {
            return Ok(bearer.unchanging());
        }
        let tokens = client.tokens.as_ref().ok_or_else(|| {
            Error::config("the client has no token").hint(
                "set `client_credentials`, `token_source` or `bearer_token` on the builder; other credentials are no tokens",
            )
        })?;
        let (time, pause) = (client.timeouts.call, client.timeouts.pause);
        let mut allowance = Allowance::new(client.clock.now(), time, pause);
        match client.pause.within(&mut allowance, pin!(tokens.token())).await {
            Ok(token) => token,
            Err(Over::Call) => Err(Error::new(Kind::Timeout, format!("no token within {time:?}")).for_token()),
            Err(Over::Pause) => Err(client.pause.error(client.pause.rest(), pause).for_token()),
        }
    }

    /// Scheme, host and port of the server.
    pub fn origin(&self) -> String {
        self.0.base.origin()
    }
}

impl Inner {
    /// The address of a server that the document gives an operation; `None` where the client's own is to be used.
    pub(crate) fn server(&self, url: &str) -> Result<Option<BaseUrl>, String> {
        // Where the document names no server, another path is as good on the host that the caller names.
        let stays = |url: &Url| self.profile.server.is_none() && self.base.is_origin_of(url);
        match self.base.reference(url) {
            Some(url) if self.is_home || stays(&url) => BaseUrl::parse(url.as_str(), self.allow_http, None).map(Some),
            None if self.is_home => Err("is not a URL".to_owned()),
            _ => Ok(None),
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base_url", &self.0.base).finish_non_exhaustive()
    }
}
