//! A fake Logto: the committed document over real HTTP on loopback, behaving as a real server was measured to.
//!
//! | file | concern |
//! |---|---|
//! | `document` | the document, read into operations |
//! | `routes` | method and path → operation |
//! | `token` | the token endpoint, and tokens at the API |
//! | `schema`, `validate` | requests against the document, by the `jsonschema` crate |
//! | `paging` | pages, `Total-Number`, `Link` |
//! | `search` | the dynamic search keys |
//! | `shape`, `store`, `entities`, `seed` | rows that are kept |
//! | `reply` | replies made from the document, where no row is kept |
//! | `errors` | Logto's error bodies |
//! | `server` | connections, and the way of a request through all this |
//! | `record` | what was asked |

pub mod document;
mod entities;
mod errors;
mod ids;
mod paging;
mod record;
mod reply;
mod routes;
mod schema;
mod search;
mod seed;
mod server;
mod shape;
mod store;
mod token;
mod validate;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use logto_generator::sample::Fill;
use serde_json::Value;
use tokio::sync::watch;

pub use crate::answer::Answer;
pub use paging::PAGED_IF_ASKED;
pub use record::Recorded;
pub use schema::{Fault, Rule, Schema};
pub use seed::Counts;
pub use server::{API_BODY_LIMIT, Settings};
pub use token::RESOURCE;
pub use validate::{Issue, Part};

use crate::listen;

use document::Document;
use server::Shared;

/// A fake Logto. It stops when it is dropped.
#[derive(Debug)]
pub struct FakeLogto {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
}

impl FakeLogto {
    /// Starts one on a free port, with rows to work on.
    ///
    /// # Panics
    ///
    /// When no port on loopback can be had.
    pub async fn start() -> Self {
        match Self::start_with(0, Settings::default()).await {
            Ok(fake) => fake,
            Err(error) => panic!("no port on loopback: {error}"),
        }
    }

    /// Starts one without rows: every operation replies with a success made from the document, whatever the ids.
    ///
    /// # Panics
    ///
    /// When no port on loopback can be had.
    pub async fn stateless() -> Self {
        let settings = Settings { stateless: true, ..Settings::default() };
        match Self::start_with(0, settings).await {
            Ok(fake) => fake,
            Err(error) => panic!("no port on loopback: {error}"),
        }
    }

    /// Starts one on a port (0: a free one) with these settings.
    ///
    /// # Errors
    ///
    /// When the port cannot be had.
    pub async fn start_with(port: u16, settings: Settings) -> io::Result<Self> {
        let (listener, address) = listen::bind(port).await?;
        let shared = Arc::new(Shared::new(Document::committed(), settings));
        let (stop, stopped) = watch::channel(false);
        tokio::spawn(server::serve(listener, Arc::clone(&shared), stopped));
        Ok(Self { address, shared, stop })
    }

    /// Where it is: `http://127.0.0.1:port`, without a slash at the end.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The id of the app that may use the Management API.
    pub fn app_id(&self) -> &'static str {
        server::APP_ID
    }

    /// The secret of that app.
    pub fn app_secret(&self) -> &'static str {
        server::APP_SECRET
    }

    /// The id of an app that gets tokens without a scope, since it lacks the role.
    pub fn app_without_role(&self) -> &'static str {
        server::APP_WITHOUT_ROLE
    }

    /// Every request to the API since the start or the last [`FakeLogto::forget`], in the order of their replies.
    pub fn requests(&self) -> Vec<Recorded> {
        self.shared.with(|state| state.requests.clone())
    }

    /// The last request to the API.
    pub fn last_request(&self) -> Option<Recorded> {
        self.shared.with(|state| state.requests.last().cloned())
    }

    /// How often the token endpoint was called.
    pub fn token_requests(&self) -> usize {
        self.shared.with(|state| state.tokens.requests)
    }

    /// Forgets the requests that were recorded.
    pub fn forget(&self) {
        self.shared.with(|state| state.requests.clear());
    }

    /// Makes every token that was issued count as expired.
    pub fn expire_tokens(&self) {
        self.shared.with(|state| state.tokens.expire());
    }

    /// Rotates the signing key away, so that no token that was issued is good any more.
    pub fn revoke_tokens(&self) {
        self.shared.with(|state| state.tokens.rotate_key());
    }

    /// How long tokens live from now on, in seconds.
    pub fn set_token_lifetime(&self, seconds: u64) {
        self.shared.with(|state| state.tokens.lifetime = seconds);
    }

    /// Gives the app another secret, as after a rotation.
    pub fn set_app_secret(&self, secret: &str) {
        self.shared.with(|state| {
            for app in &mut state.tokens.apps {
                secret.clone_into(&mut app.secret);
            }
        });
    }

    /// Makes the app's secret count as expired, or good again.
    pub fn expire_secret(&self, expired: bool) {
        self.shared.with(|state| {
            for app in &mut state.tokens.apps {
                app.expired = expired;
            }
        });
    }

    /// Lets the server's time pass.
    pub fn advance(&self, seconds: u64) {
        self.shared.with(|state| state.maker.advance(seconds));
    }

    /// How many rows a sampled list has.
    pub fn set_rows(&self, rows: usize) {
        self.shared.with(|state| state.settings.rows = rows);
    }

    /// How much is in sampled replies: every reply as told, or, without a word, the first reply of an operation with
    /// what is required and later ones with everything.
    pub fn set_fill(&self, fill: Option<Fill>) {
        self.shared.with(|state| state.settings.fill = fill);
    }

    /// What chooses among variants and enum values in sampled replies: a number, or, without one, how often the
    /// operation was called before.
    pub fn set_seed(&self, seed: Option<u64>) {
        self.shared.with(|state| state.settings.seed = seed);
    }

    /// Answers the next call of an operation with this, after the checks of token and document. Answers queue up.
    pub fn answer_next(&self, operation: &str, answer: Answer) {
        self.shared.with(|state| state.scripted.push((operation.to_owned(), answer)));
    }

    /// Drops the answers that were not given yet.
    pub fn forget_answers(&self) {
        self.shared.with(|state| {
            state.scripted.clear();
            state.scripted_tokens.clear();
        });
    }

    /// Answers the next token request with this.
    pub fn answer_next_token(&self, answer: Answer) {
        self.shared.with(|state| state.scripted_tokens.push(answer));
    }

    /// The rows of a collection (`users`), oldest first.
    pub fn rows(&self, collection: &str) -> Vec<Value> {
        self.shared.with(|state| state.store.rows(collection).to_vec())
    }

    /// Adds a row to a collection as its newest.
    pub fn add_row(&self, collection: &str, row: Value) {
        self.shared.with(|state| state.store.push(collection, row));
    }

    /// The document that it serves.
    pub fn document(&self) -> &'static Document {
        self.shared.document
    }
}

impl Drop for FakeLogto {
    fn drop(&mut self) {
        // Nobody listens any more when the runtime is gone already; then there is nothing left to stop.
        let _ = self.stop.send(true);
    }
}
