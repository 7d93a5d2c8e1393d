//! Tokens that many clients or processes share.

mod file;
mod guard;
mod memory;

use std::any::Any;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::{Token, TokenError};

pub use file::FileTokenStore;
pub use memory::MemoryTokenStore;

/// What an operation of a store gives.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, TokenError>> + Send + 'a>>;

/// A lock of a store, which is free when this is dropped.
pub type StoreLock = Box<dyn Any + Send>;

/// Where tokens are kept that many clients or processes share: one fetches, the others take what it stored.
///
/// A client looks here when its own cache has nothing, and before it replaces a token. It never takes back a token that
/// the server has refused. A store that fails, panics or takes more than 5 seconds is passed over: the client then
/// fetches for itself. Its errors are never shown.
///
/// [`MemoryTokenStore`] shares among the clients of a process, [`FileTokenStore`] among the processes of a machine. One
/// for many machines is written on top of whatever they share already:
///
/// ```
/// use logto_runtime::token::{StoreFuture, StoreLock, StoredToken, TokenKey, TokenStore};
/// # #[derive(Clone)] struct Redis;
/// # impl Redis {
/// #     async fn get(&self, _: &str) -> std::io::Result<Option<Vec<u8>>> { Ok(None) }
/// #     async fn set(&self, _: &str, _: Vec<u8>) -> std::io::Result<()> { Ok(()) }
/// #     async fn set_if_absent(&self, _: &str) -> std::io::Result<bool> { Ok(true) }
/// #     fn delete(&self, _: &str) {}
/// # }
///
/// struct Shared(Redis);
///
/// struct Held(Redis, String);
///
/// impl Drop for Held {
///     fn drop(&mut self) {
///         self.0.delete(&self.1);
///     }
/// }
///
/// impl TokenStore for Shared {
///     fn load<'a>(&'a self, key: &'a TokenKey) -> StoreFuture<'a, Option<StoredToken>> {
///         Box::pin(async move {
///             let bytes = self.0.get(&key.to_string()).await?;
///             Ok(bytes.map(|bytes| serde_json::from_slice(&bytes)).transpose()?)
///         })
///     }
///
///     fn save<'a>(&'a self, key: &'a TokenKey, token: &'a StoredToken) -> StoreFuture<'a, ()> {
///         Box::pin(async move { Ok(self.0.set(&key.to_string(), serde_json::to_vec(token)?).await?) })
///     }
///
///     fn try_lock<'a>(&'a self, key: &'a TokenKey) -> StoreFuture<'a, Option<StoreLock>> {
///         Box::pin(async move {
///             let name = format!("lock {key}");
///             let is_ours = self.0.set_if_absent(&name).await?;
///             Ok(is_ours.then(|| Box::new(Held(self.0.clone(), name)) as StoreLock))
///         })
///     }
/// }
/// ```
pub trait TokenStore: Send + Sync + 'static {
    /// The token that was stored last under this key, whether it still serves or not.
    fn load<'a>(&'a self, key: &'a TokenKey) -> StoreFuture<'a, Option<StoredToken>>;

    /// Stores a token under this key in place of the one before.
    fn save<'a>(&'a self, key: &'a TokenKey, token: &'a StoredToken) -> StoreFuture<'a, ()>;

    /// Locks this key so that one fetches at a time, without waiting: `None` while another holds it, and it is asked again
    /// for up to 10 seconds. A lock must come free when its holder dies.
    ///
    /// A store that has no locks can do without: then several may fetch at once, which costs tokens and nothing else.
    fn try_lock<'a>(&'a self, key: &'a TokenKey) -> StoreFuture<'a, Option<StoreLock>> {
        let _ = key;
        Box::pin(std::future::ready(Ok(Some(Box::new(()) as StoreLock))))
    }
}

/// What a token was asked for with: tokens of different keys are never mixed up.
///
/// `Display` writes it as one line that differs for different keys, for stores that know keys as texts; `Debug` leaves out
/// the client id, the fingerprint and the query.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TokenKey {
    /// URL of the token endpoint, its query included.
    pub server: String,
    /// Id of the application.
    pub client_id: String,
    /// Tells its secrets apart without telling them, so that nobody is given a token who has not the secret that it was issued for.
    /// Empty in keys that were written before there was one; those are no client's.
    #[serde(default)]
    pub secret_fingerprint: String,
    /// Resource (RFC 8707) that the token is for.
    pub resource: Option<String>,
    /// Scope that was asked for.
    pub scope: Option<String>,
    /// Organization that the token is for.
    pub organization_id: Option<String>,
}

/// A token in a store. Serialised it holds the token in clear text.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StoredToken {
    /// The token.
    pub token: Token,
    /// When it was asked for.
    pub issued: SystemTime,
}

impl StoredToken {
    /// A token that was asked for at this time.
    pub fn new(token: Token, issued: SystemTime) -> Self {
        Self { token, issued }
    }

    /// When it expires; `None`: never that a clock could tell.
    pub(crate) fn expires(&self) -> Option<SystemTime> {
        self.issued.checked_add(self.token.lifetime)
    }
}

/// JSON, whose quotes keep the parts apart.
impl fmt::Display for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = serde_json::to_string(self).map_err(|_| fmt::Error)?;
        f.write_str(&text)
    }
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenKey")
            .field("server", &self.server.split('?').next().unwrap_or_default())
            .field("resource", &self.resource)
            .field("scope", &self.scope)
            .field("organization_id", &self.organization_id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
