//! Bearer tokens: where they come from, how long they are kept and who shares them.

mod cache;
mod credentials;
mod fetch;
mod grant;
mod reply;
mod store;

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::secret::Secret;

pub(crate) use cache::{Again, Held, TokenCache};
pub(crate) use credentials::{Aim, Credentials, CredentialsSource, TokenUrl};
pub(crate) use fetch::{Fetcher, Shelf, TokenPolicy};
pub(crate) use grant::Grant;
pub(crate) use reply::parse;
pub use store::{FileTokenStore, MemoryTokenStore, StoreFuture, StoreLock, StoredToken, TokenKey, TokenStore};

/// A token as a source gives it. Serialised it holds the token in clear text.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Token {
    /// The token itself: 1 to 16,384 visible ASCII characters.
    pub access_token: Secret,
    /// How long it is valid, counted from when it was asked for; zero for a token that is used once. At most a day
    /// counts.
    pub lifetime: Duration,
    /// The scopes that it was issued with, where that is known. A known scope that lacks the one that was asked for
    /// shortens the lifetime to a minute, so that a later grant is seen.
    pub scope: Option<String>,
}

/// What a source gives.
pub type TokenFuture<'a> = Pin<Box<dyn Future<Output = Result<Token, TokenError>> + Send + 'a>>;

/// The error of a source; it becomes the source of an [`Error`](crate::Error), so it must not tell secrets.
pub type TokenError = Box<dyn std::error::Error + Send + Sync>;

/// Where tokens come from.
///
/// The client caches what a source gives, asks it once for all that wait, bounds its time and survives its panics. It asks
/// again before the token's lifetime is over, and when the server has refused the token. After a refusal it asks at once, but at most
/// once in 10 seconds. Within those, a refusal is the caller's error, unless the server had taken the token before and says a reason
/// that another token cures, such as a signing key that was rotated twice: then the call waits for the end of the 10 seconds, as far
/// as its own time allows, and all that wait share one token.
///
/// ```
/// use std::time::Duration;
///
/// use logto_runtime::token::{Token, TokenFuture, TokenSource};
/// use logto_runtime::{Client, Profile};
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
/// # fn main() -> Result<(), logto_runtime::Error> {
/// let client = Client::builder(Profile::new("example/1.0"))
///     .base_url("https://auth.example.com")
///     .token_source(Agent("/run/agent/token"))
///     .build()?;
/// # Ok(())
/// # }
/// ```
pub trait TokenSource: Send + Sync + 'static {
    /// Gets a new token.
    fn fetch(&self) -> TokenFuture<'_>;
}

impl Token {
    /// A token with its lifetime.
    pub fn new(access_token: impl Into<Secret>, lifetime: Duration) -> Self {
        Self { access_token: access_token.into(), lifetime, scope: None }
    }

    /// Tells the scopes that it was issued with; an empty text for none.
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scope = Some(scope.into());
        self
    }
}
