//! Webhooks: whether a request really comes from Logto, and what it says. Written by hand.
//!
//! Logto sends each webhook once: what the receiver answers with an error, or does not receive, does not come again. Answer soon,
//! and do the work afterwards.
//!
//! Logto signs the body of each webhook with the signing key of its hook (`signingKey`) and sends the signature in the
//! header [`SIGNATURE_HEADER`]. Verify the bytes as they came, before a framework parses them: the same JSON written again
//! is another text with another signature.
//!
//! ```
//! use std::time::Duration;
//!
//! use logto_management::types::HookEvent;
//! use logto_management::webhook::WebhookVerifier;
//!
//! # fn main() -> Result<(), logto_management::Error> {
//! // Both keys, while the key is being rotated.
//! let webhooks = WebhookVerifier::new(["new key", "old key"])?.max_age(Duration::from_secs(15 * 60));
//!
//! # let webhooks = WebhookVerifier::new(["b0ef2b9f7d4fd3d3a7c4a4f0b4c1f2aa"])?;
//! # let signature = "cdc139badd40759c0c80c312e6e8e37f94eccac4a494909c080d281118f11067";
//! # let body = br#"{"hookId":"hook-1", "event":"User.Created" ,"createdAt":"2026-01-02T03:04:05Z","data":{"id":"u2"},"novel":[1,2.50]}"#;
//! // In the handler: the header (an empty text where it is missing) and the raw body.
//! let event = webhooks.verify(signature, body)?;
//! match event.event {
//!     HookEvent::UserCreated => println!("a new user: {:?}", event.data),
//!     HookEvent::Unknown(name) => println!("this version does not know {name}"),
//!     _ => {}
//! }
//! # Ok(())
//! # }
//! ```

#![cfg(feature = "hooks")]

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, SystemTime};

use logto_runtime::clock::Clock;
use logto_runtime::{DateTime, Error, Secret, SignatureVerifier};
use serde_json::Value;

use crate::types::HookEvent;

/// The header that carries the signature.
pub const SIGNATURE_HEADER: &str = "logto-signature-sha-256";

/// Verifies webhooks of a hook and reads them.
///
/// A signature says who wrote a body, not when: without [`WebhookVerifier::max_age`], a delivery that somebody recorded passes
/// again at any time.
#[derive(Debug, Clone)]
pub struct WebhookVerifier(SignatureVerifier);

/// What a webhook says. Members that this version does not know are in `rest`.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct WebhookEvent {
    /// The hook that fired.
    pub hook_id: String,
    /// What happened.
    pub event: HookEvent,
    /// When it happened, in ISO 8601.
    pub created_at: DateTime,
    /// The interaction that led to it: `SignIn`, `Register`, `ForgotPassword`.
    pub interaction_event: Option<String>,
    /// The sign-in session that led to it.
    pub session_id: Option<String>,
    /// The application that led to it.
    pub application_id: Option<String>,
    /// The user that an interaction was about.
    pub user_id: Option<String>,
    /// The browser of whoever did it.
    pub user_agent: Option<String>,
    /// The address of whoever did it: `ip` of events about data, `userIp` of those about interactions.
    pub ip: Option<String>,
    /// The user that an interaction was about, with all that Logto tells of it.
    pub user: Option<Value>,
    /// The application that an interaction was for.
    pub application: Option<Value>,
    /// The row that was created or changed; `None` where it was deleted, and where only members changed.
    pub data: Option<Value>,
    /// The organization whose members changed.
    pub organization_id: Option<String>,
    /// The users that became members of it.
    pub added_user_ids: Option<Vec<String>>,
    /// The users that are no longer members of it.
    pub removed_user_ids: Option<Vec<String>>,
    /// The path of the call of the API that led to it.
    pub path: Option<String>,
    /// Its method.
    pub method: Option<String>,
    /// The status that it was answered with.
    pub status: Option<i64>,
    /// Its path parameters.
    pub params: Option<Value>,
    /// The path template of the call: `/users/:userId`.
    pub matched_route: Option<String>,
    /// All other members.
    pub rest: BTreeMap<String, Value>,
}
logto_runtime::object!(WebhookEvent {
    hook_id: "hookId",
    event: "event",
    created_at: "createdAt",
    interaction_event: "interactionEvent",
    session_id: "sessionId",
    application_id: "applicationId",
    user_id: "userId",
    user_agent: "userAgent",
    ip: "ip" | "userIp",
    user: "user",
    application: "application",
    data: "data",
    organization_id: "organizationId",
    added_user_ids: "addedUserIds",
    removed_user_ids: "removedUserIds",
    path: "path",
    method: "method",
    status: "status",
    params: "params",
    matched_route: "matchedRoute",
    ..rest
});

impl WebhookVerifier {
    /// A verifier for hooks with these signing keys: one, or the new and the old one while a key is rotated. It takes events
    /// of any age until [`WebhookVerifier::max_age`] is set.
    ///
    /// # Errors
    ///
    /// When there is no key or an empty one.
    pub fn new<K: Into<Secret>>(signing_keys: impl IntoIterator<Item = K>) -> Result<Self, Error> {
        SignatureVerifier::new(signing_keys).map(Self)
    }

    /// The most bytes of a body, 4 MiB unless set. Let the server that receives webhooks read no more than this either.
    pub fn max_bytes(self, bytes: usize) -> Self {
        Self(self.0.max_bytes(bytes))
    }

    /// How far `createdAt` may be from now; any distance unless set. What is refused is what somebody recorded and sends again
    /// later. Logto sends each webhook once, by a POST that it does not repeat after a failure, whatever `retries` of the hook
    /// says: some minutes are enough for clocks that differ and for queues on the way.
    pub fn max_age(self, age: Duration) -> Self {
        Self(self.0.max_age(age))
    }

    /// Where the time of day comes from; for tests.
    pub fn clock(self, clock: impl Clock) -> Self {
        Self(self.0.clock(clock))
    }

    /// Checks a webhook and reads it. `signature` is the value of [`SIGNATURE_HEADER`], an empty text where the header is
    /// missing; `body` is the body as it came.
    ///
    /// # Errors
    ///
    /// When the signature is missing or wrong ([`Error::is_signature`]), the body too large ([`Error::is_too_large`]) or not
    /// an event ([`Error::is_decode`]), or `createdAt` too far from now ([`Error::is_stale`]).
    pub fn verify(&self, signature: &str, body: &[u8]) -> Result<WebhookEvent, Error> {
        let event: WebhookEvent = self.0.json(signature, body)?;
        self.0.check_age(SystemTime::try_from(&event.created_at).ok())?;
        Ok(event)
    }
}

/// Only what happened: the rest is personal.
impl fmt::Debug for WebhookEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookEvent")
            .field("hook_id", &self.hook_id)
            .field("event", &self.event)
            .field("created_at", &self.created_at)
            .finish_non_exhaustive()
    }
}
