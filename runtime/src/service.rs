//! The macro that a generated client is made with.

/// Makes the client of a service, and its builder: `Client` and `ClientBuilder`, thin ones over those of this crate.
///
/// What a document says of credentials and servers is added to them where the macro is used. With `below` a base URL that does
/// not end in that path gets it.
///
/// ```
/// use logto_runtime::Profile;
///
/// const PROFILE: Profile = Profile { server: Some("https://api.example.com/v1"), ..Profile::NONE };
/// logto_runtime::client!(PROFILE);
///
/// # fn main() -> Result<(), logto_runtime::Error> {
/// let client = Client::builder().build()?;
/// assert_eq!(client.origin(), "https://api.example.com");
/// # Ok(())
/// # }
/// ```
#[macro_export]
macro_rules! client {
    ($profile:expr) => {
        $crate::client!($profile, below "");
    };
    ($profile:expr, below $path:literal) => {
        /// A client of the API. Clones are cheap and share connections, token, retry budget and rate limit.
        ///
        /// Every operation is a method.
        #[derive(Clone)]
        pub struct Client(pub(crate) $crate::Client);

        /// Settings of a [`Client`]. Nothing is checked before [`ClientBuilder::build`].
        #[must_use = "a builder does nothing until `build`"]
        #[derive(Debug)]
        pub struct ClientBuilder($crate::ClientBuilder);

        impl Client {
            /// Begins a client.
            pub fn builder() -> ClientBuilder {
                ClientBuilder($crate::Client::builder($profile))
            }

            /// Scheme, host and port of the server that is called.
            pub fn origin(&self) -> String {
                self.0.origin()
            }

            /// A request of an operation that this crate does not have: its method, a name for errors and traces, and its path
            /// with `{…}` for each value. Credentials, retries and limits are those of every other call.
            pub fn request(
                &self,
                method: $crate::Method,
                operation: &'static str,
                template: &'static str,
            ) -> $crate::Request {
                self.0.request(method, operation, template)
            }
        }

        impl ::std::fmt::Debug for Client {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_tuple("Client").field(&self.origin()).finish()
            }
        }

        impl ClientBuilder {
            /// The address of the server, with the path that all operations are below.
            pub fn base_url(self, url: impl Into<String>) -> Self {
                Self(self.0.base_url($crate::__private::below(url.into(), $path)))
            }

            /// How long things may take.
            pub fn timeouts(self, change: impl FnOnce(&mut $crate::Timeouts)) -> Self {
                Self(self.0.timeouts(change))
            }

            /// How often and how soon a failed attempt is repeated.
            pub fn retry(self, change: impl FnOnce(&mut $crate::RetryPolicy)) -> Self {
                Self(self.0.retry(change))
            }

            /// How many bytes of a reply are taken in.
            pub fn limits(self, change: impl FnOnce(&mut $crate::Limits)) -> Self {
                Self(self.0.limits(change))
            }

            /// The rate that the client keeps by itself; `None` for no limit, which is usual.
            pub fn rate_limit(self, limit: Option<$crate::RateLimit>) -> Self {
                Self(self.0.rate_limit(limit))
            }

            /// A header of every request.
            pub fn header(self, name: impl Into<String>, value: impl Into<String>) -> Self {
                Self(self.0.header(name, value))
            }

            /// An HTTP client of your own. It must not follow redirects; see
            /// [`http_client`]($crate::ClientBuilder::http_client).
            pub fn http_client(self, client: $crate::reqwest::Client) -> Self {
                Self(self.0.http_client(client))
            }

            /// Ignores the proxy of the environment (`HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY`).
            pub fn no_proxy(self) -> Self {
                Self(self.0.no_proxy())
            }

            /// Allows `http` to a server that is not this machine. Credentials travel in clear text then.
            pub fn allow_http(self) -> Self {
                Self(self.0.allow_http())
            }

            /// Sees attempts, retries, waits and token fetches, for metrics.
            pub fn observer(self, observer: impl $crate::Observer) -> Self {
                Self(self.0.observer(observer))
            }

            /// Where time and chance come from; for tests.
            pub fn clock(self, clock: impl $crate::clock::Clock) -> Self {
                Self(self.0.clock(clock))
            }

            /// Checks the settings and makes the client. No IO.
            ///
            /// # Errors
            ///
            /// When a setting is missing or wrong; the error names it.
            pub fn build(self) -> Result<Client, $crate::Error> {
                self.0.build().map(Client)
            }
        }
    };
}
