//! The runtime over real sockets, against a server that does what it is told.

mod auth;
mod bodies;
mod credentials;
mod downloads;
mod memory;
mod paging;
mod parameters;
mod replies;
mod retries;
mod secrets;
mod server;
mod servers;
mod setup;
mod traces;
mod uploads;

use std::time::Duration;

use logto_runtime::clock::ManualClock;
use logto_runtime::{Client, ClientBuilder, Profile};

use crate::server::Server;

/// A service like the one that the runtime was made for.
fn profile() -> Profile {
    Profile {
        token_path: Some(server::TOKEN),
        resource: Some("https://default.example/api".to_owned()),
        scope: Some("all"),
        scope_always_told: true,
        missing_scope_hint: "give it a role",
        path_prefix: Some("/api"),
        request_id_header: Some("x-request-id"),
        permanent_codes: &["request.message_rate_limited"],
        quota_codes: &["auth.exceed_token_limit"],
        expired_secret: Some("expired"),
        unsafe_puts: &["ReplaceRoles"],
        max_request_bytes: Some(1024),
        ..Profile::new("test/1.0")
    }
}

fn builder(server: &Server) -> ClientBuilder {
    Client::builder(profile()).base_url(server.url()).client_credentials("app", "hunter2")
}

/// A client whose pauses take no time and whose timeouts never end by themselves.
fn client(server: &Server) -> (Client, ManualClock) {
    let clock = ManualClock::skipping_pauses();
    let client = builder(server).clock(clock.clone()).build().unwrap();
    (client, clock)
}

/// Long enough for anything that does not hang.
async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), future).await.expect("it hangs")
}
