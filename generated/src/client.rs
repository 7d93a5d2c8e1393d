//! The client of Logto's Management API. Written by hand.

mod profile;

use std::fmt;

use logto_runtime::clock::Clock;
use logto_runtime::token::TokenStore;
use logto_runtime::{
    Error, Limits, Method, Observer, RateLimit, Request, RetryPolicy, Secret, Timeouts, Token, TokenSource, reqwest,
};

use crate::config::{Place, Settings};

use profile::profile;

/// A client of one Logto tenant. Clones are cheap and share connections, token, retry budget and rate limit.
///
/// Every operation is a method, named as its operation id in Logto's reference.
///
/// ```
/// # fn main() -> Result<(), logto_management::Error> {
/// use logto_management::Client;
///
/// let logto = Client::builder()
///     .cloud("my-tenant")
///     .client_credentials("app-id", "app-secret")
///     .build()?;
/// assert_eq!(logto.origin(), "https://my-tenant.logto.app");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client(pub(crate) logto_runtime::Client);

/// Settings of a [`Client`]: where Logto is, and the machine-to-machine application that it is called as. Nothing is
/// checked before [`ClientBuilder::build`].
#[must_use = "a builder does nothing until `build`"]
#[derive(Debug)]
pub struct ClientBuilder {
    runtime: logto_runtime::ClientBuilder,
    place: Option<Place>,
    resource: Option<String>,
    scope: Option<String>,
    has_organization: bool,
    rate_limit: Option<Option<RateLimit>>,
    error: Option<Error>,
}

impl Client {
    /// Begins a client.
    pub fn builder() -> ClientBuilder {
        ClientBuilder {
            runtime: logto_runtime::Client::builder(profile()),
            place: None,
            resource: None,
            scope: None,
            has_organization: false,
            rate_limit: None,
            error: None,
        }
    }

    /// Scheme, host and port of the Logto that is called.
    pub fn origin(&self) -> String {
        self.0.origin()
    }

    /// A request of an operation that this crate does not have yet: its method, a name for errors and traces, and its path
    /// with `{…}` for each value. The token, retries and limits are those of every other call.
    ///
    /// ```no_run
    /// # async fn run(logto: logto_management::Client) -> Result<(), logto_management::Error> {
    /// use logto_management::Method;
    ///
    /// let user: serde_json::Value =
    ///     logto.request(Method::GET, "GetUser", "/api/users/{userId}").path("gxiy27j6mqkx").json().send().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn request(&self, method: Method, operation: &'static str, template: &'static str) -> Request {
        self.0.request(method, operation, template)
    }

    /// A token of this client, for an API that is called by other means. It comes from the client's cache, and its lifetime is
    /// what is left of it.
    ///
    /// A client for another resource than the Management API is made for this:
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), logto_management::Error> {
    /// use logto_management::Client;
    ///
    /// let orders = Client::builder()
    ///     .cloud("my-tenant")
    ///     .client_credentials("app-id", "app-secret")
    ///     .resource("https://orders.example.com/api")
    ///     .scope("read:orders")
    ///     .build()?;
    /// let token = orders.token().await?;
    /// let authorization = format!("Bearer {}", token.access_token.expose());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When no token can be had in the time of a call ([`Error::is_token`]), or when the client is anonymous
    /// ([`Error::is_config`]).
    pub async fn token(&self) -> Result<Token, Error> {
        self.0.token().await
    }
}

impl ClientBuilder {
    /// Logto Cloud: the id of the tenant, as in `https://<tenant>.logto.app`.
    pub fn cloud(mut self, tenant_id: impl Into<String>) -> Self {
        self.at(Place::Cloud { tenant: tenant_id.into(), domain: None });
        self
    }

    /// Logto Cloud behind a custom domain: the id of the tenant and the address of the domain.
    ///
    /// The domain is called, for tokens too; the resource is still that of the tenant.
    pub fn cloud_with_domain(mut self, tenant_id: impl Into<String>, endpoint: impl Into<String>) -> Self {
        self.at(Place::Cloud { tenant: tenant_id.into(), domain: Some(endpoint.into()) });
        self
    }

    /// A Logto of your own: the address of its core service, as in its environment variable `ENDPOINT`. A path prefix of
    /// a reverse proxy is kept; `/api` does not belong to it.
    pub fn self_hosted(mut self, endpoint: impl Into<String>) -> Self {
        self.at(Place::SelfHosted { endpoint: endpoint.into() });
        self
    }

    /// Id and secret of the machine-to-machine application. It needs a role with access to the Management API.
    pub fn client_credentials(mut self, app_id: impl Into<String>, app_secret: impl Into<Secret>) -> Self {
        self.runtime = self.runtime.client_credentials(app_id, app_secret);
        self
    }

    /// Gets tokens from a source of your own instead. They are cached all the same.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use logto_management::Client;
    /// use logto_management::token::{Token, TokenFuture, TokenSource};
    ///
    /// /// Tokens that an agent beside the service writes to a file.
    /// struct Agent(&'static str);
    ///
    /// impl TokenSource for Agent {
    ///     fn fetch(&self) -> TokenFuture<'_> {
    ///         Box::pin(async {
    ///             let text = std::fs::read_to_string(self.0)?;
    ///             Ok(Token::new(text.trim(), Duration::from_secs(300)))
    ///         })
    ///     }
    /// }
    ///
    /// # fn main() -> Result<(), logto_management::Error> {
    /// let logto = Client::builder().cloud("my-tenant").token_source(Agent("/run/agent/token")).build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn token_source(mut self, source: impl TokenSource) -> Self {
        self.runtime = self.runtime.token_source(source);
        self
    }

    /// Shares tokens with other clients and processes; for client credentials only. Logto Cloud counts the tokens that it
    /// issues, so a fleet of short-lived processes had better share them.
    ///
    /// ```
    /// # fn main() -> Result<(), logto_management::Error> {
    /// use logto_management::Client;
    /// use logto_management::token::FileTokenStore;
    ///
    /// let logto = Client::builder()
    ///     .cloud("my-tenant")
    ///     .client_credentials("app-id", "app-secret")
    ///     .token_store(FileTokenStore::new("/var/lib/my-service/tokens"))
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn token_store(mut self, store: impl TokenStore) -> Self {
        self.runtime = self.runtime.token_store(store);
        self
    }

    /// Asks for organization tokens of this organization; for client credentials only.
    ///
    /// Without [`ClientBuilder::resource`] no resource is asked for then: the token speaks for the organization itself, with
    /// the audience `urn:logto:organization:<id>`. With one it is for that API within the organization. The application
    /// needs a role in the organization.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), logto_management::Error> {
    /// use logto_management::Client;
    ///
    /// let member = Client::builder()
    ///     .cloud("my-tenant")
    ///     .client_credentials("app-id", "app-secret")
    ///     .organization_id("zbyr6m0sstvd")
    ///     .scope("read:invoices")
    ///     .build()?;
    /// let token = member.token().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn organization_id(mut self, id: impl Into<String>) -> Self {
        self.runtime = self.runtime.organization_id(id);
        self.has_organization = true;
        self
    }

    /// Calls without a token: for the few operations that need none.
    pub fn anonymous(mut self) -> Self {
        self.runtime = self.runtime.anonymous();
        self
    }

    /// The resource that tokens are asked for, where it is not the usual one: `https://<tenant>.logto.app/api` on Cloud,
    /// `https://default.logto.app/api` elsewhere. With that of an API of your own the client gets its tokens; see [`Client::token`].
    pub fn resource(mut self, resource: impl Into<String>) -> Self {
        self.resource = Some(resource.into());
        self
    }

    /// The scopes that tokens are asked for, separated by blanks, instead of the Management API's `all`; an empty text for
    /// none. For an organization there are none unless they are set here.
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scope = Some(scope.into());
        self
    }

    /// Takes settings from the environment.
    ///
    /// | variable | meaning |
    /// |---|---|
    /// | `LOGTO_TENANT_ID` | Cloud: the id of the tenant |
    /// | `LOGTO_ENDPOINT` | self-hosted: the address; with `LOGTO_TENANT_ID` the custom domain of a Cloud tenant |
    /// | `LOGTO_APP_ID`, `LOGTO_APP_SECRET` | the machine-to-machine application |
    /// | `LOGTO_RESOURCE` | the resource, where it is not the usual one |
    ///
    /// A variable that is missing, empty or wrong is an error of [`ClientBuilder::build`] that names it.
    pub fn from_env(mut self) -> Self {
        match Settings::from_env() {
            Ok(settings) => {
                if matches!(settings.place, Place::SelfHosted { .. } | Place::Cloud { domain: Some(_), .. }) {
                    self.runtime = self.runtime.base_url_setting("LOGTO_ENDPOINT");
                }
                self.at(settings.place);
                self.resource = settings.resource.or(self.resource);
                self.client_credentials(settings.app_id, settings.app_secret)
            }
            Err(error) => {
                self.error.get_or_insert(error);
                self
            }
        }
    }

    fn at(&mut self, place: Place) {
        if self.place.replace(place).is_some() {
            self.error.get_or_insert(Error::config(
                "where Logto is was said twice; call one of `cloud`, `cloud_with_domain`, `self_hosted` and `from_env`, once",
            ));
        }
    }

    /// How long things may take.
    pub fn timeouts(mut self, change: impl FnOnce(&mut Timeouts)) -> Self {
        self.runtime = self.runtime.timeouts(change);
        self
    }

    /// How often and how soon a failed attempt is repeated.
    pub fn retry(mut self, change: impl FnOnce(&mut RetryPolicy)) -> Self {
        self.runtime = self.runtime.retry(change);
        self
    }

    /// How many bytes of a reply are taken in.
    pub fn limits(mut self, change: impl FnOnce(&mut Limits)) -> Self {
        self.runtime = self.runtime.limits(change);
        self
    }

    /// The rate that the client keeps by itself; `None` for no limit. On Cloud it is 150 requests in 10 seconds unless set,
    /// elsewhere there is none: [a Cloud tenant has 200](https://docs.logto.io/logto-cloud/system-limit), sign-ins of its
    /// users included.
    pub fn rate_limit(mut self, limit: Option<RateLimit>) -> Self {
        self.rate_limit = Some(limit);
        self
    }

    /// A header of every request, for example `Accept-Language` for the language of error messages.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.runtime = self.runtime.header(name, value);
        self
    }

    /// An HTTP client of your own. It must not follow redirects, and TLS is its own affair; see the example of
    /// [`http_client`](logto_runtime::ClientBuilder::http_client).
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.runtime = self.runtime.http_client(client);
        self
    }

    /// Ignores the proxy of the environment (`HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY`).
    pub fn no_proxy(mut self) -> Self {
        self.runtime = self.runtime.no_proxy();
        self
    }

    /// Allows `http` to a server that is not this machine. Tokens and the secret travel in clear text then.
    pub fn allow_http(mut self) -> Self {
        self.runtime = self.runtime.allow_http();
        self
    }

    /// Sees attempts, retries, waits and token fetches, for metrics.
    ///
    /// ```
    /// # fn main() -> Result<(), logto_management::Error> {
    /// use logto_management::{Client, Event};
    ///
    /// let logto = Client::builder()
    ///     .cloud("my-tenant")
    ///     .client_credentials("app-id", "app-secret")
    ///     .observer(|event: &Event<'_>| {
    ///         if let Event::Attempt { operation, took, .. } = event {
    ///             println!("{} took {took:?}", operation.id);
    ///         }
    ///     })
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn observer(mut self, observer: impl Observer) -> Self {
        self.runtime = self.runtime.observer(observer);
        self
    }

    /// Where time and chance come from; for tests.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.runtime = self.runtime.clock(clock);
        self
    }

    /// Checks the settings and makes the client. No IO.
    ///
    /// # Errors
    ///
    /// When a setting is missing or wrong; the error names it ([`Error::is_config`]).
    pub fn build(self) -> Result<Client, Error> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let place = self.place.ok_or_else(|| {
            Error::config("where Logto is was not said; call `cloud`, `cloud_with_domain`, `self_hosted` or `from_env`")
        })?;
        place.check()?;
        let rate_limit = self.rate_limit.unwrap_or_else(|| place.rate_limit());
        let runtime = self.runtime.base_url(place.base_url()).rate_limit(rate_limit);
        let runtime = match self.resource {
            Some(resource) => runtime.resource(resource),
            None if self.has_organization => runtime.no_resource(),
            None => runtime.resource(place.resource()),
        };
        let runtime = match self.scope {
            Some(scope) => runtime.scope(scope),
            // The Management API's scope is none of an organization's.
            None if self.has_organization => runtime.scope(""),
            None => runtime,
        };
        runtime.build().map(Client)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Client").field(&self.origin()).finish()
    }
}
