//! A store in memory.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{StoreFuture, StoreLock, StoredToken, TokenKey, TokenStore};

/// Tokens in memory, for the clients of one process. Clones share what is in it. Expired tokens are removed when another is
/// stored.
///
/// ```
/// use logto_runtime::token::MemoryTokenStore;
/// use logto_runtime::{Client, Profile};
///
/// # fn main() -> Result<(), logto_runtime::Error> {
/// let store = MemoryTokenStore::new();
/// let builder = || {
///     Client::builder(Profile { token_path: Some("/oidc/token"), ..Profile::new("example/1.0") })
///         .base_url("http://127.0.0.1:3001")
///         .client_credentials("app-id", "app-secret")
/// };
/// // Two clients with their own limits, one token.
/// let urgent = builder().token_store(store.clone()).build()?;
/// let bulk = builder().token_store(store).build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct MemoryTokenStore(Arc<Mutex<Shelves>>);

#[derive(Default)]
struct Shelves {
    tokens: HashMap<TokenKey, StoredToken>,
    locked: HashSet<TokenKey>,
}

struct Held {
    shelves: Arc<Mutex<Shelves>>,
    key: TokenKey,
}

impl MemoryTokenStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }
}

impl TokenStore for MemoryTokenStore {
    fn load<'a>(&'a self, key: &'a TokenKey) -> StoreFuture<'a, Option<StoredToken>> {
        Box::pin(async move { Ok(open(&self.0).tokens.get(key).cloned()) })
    }

    fn save<'a>(&'a self, key: &'a TokenKey, token: &'a StoredToken) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let tokens = &mut open(&self.0).tokens;
            // What has expired since is of no use to anybody. This token was asked for just now.
            tokens.retain(|_, kept| kept.expires().is_none_or(|end| end > token.issued));
            tokens.insert(key.clone(), token.clone());
            Ok(())
        })
    }

    fn try_lock<'a>(&'a self, key: &'a TokenKey) -> StoreFuture<'a, Option<StoreLock>> {
        Box::pin(async move {
            let is_ours = open(&self.0).locked.insert(key.clone());
            Ok(is_ours.then(|| Box::new(Held { shelves: Arc::clone(&self.0), key: key.clone() }) as StoreLock))
        })
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        open(&self.shelves).locked.remove(&self.key);
    }
}

impl fmt::Debug for MemoryTokenStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryTokenStore").field("tokens", &open(&self.0).tokens.len()).finish()
    }
}

fn open(shelves: &Mutex<Shelves>) -> MutexGuard<'_, Shelves> {
    shelves.lock().unwrap_or_else(PoisonError::into_inner)
}
