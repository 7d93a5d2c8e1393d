//! Requests, secrets, security.

mod bodies;
mod decoding;
mod paths;
mod proxies;
mod secrets;
mod transport;
mod types;
mod unknown;
mod webhooks;

use logto_management::{Client, ClientBuilder};
use logto_runtime::clock::ManualClock;
use logto_tests::FakeLogto;
use tokio::runtime::Runtime;

/// What a token endpoint answers.
const TOKEN: &str = r#"{"access_token":"a.b.c","expires_in":3600,"token_type":"Bearer","scope":"all"}"#;

/// A builder for a server on loopback whose pauses take no time.
fn builder(endpoint: impl Into<String>) -> ClientBuilder {
    let builder = Client::builder().self_hosted(endpoint).client_credentials("fake-app", "fake-secret").no_proxy();
    builder.clock(ManualClock::skipping_pauses())
}

/// A fake that answers everything, a client of it, and the runtime that both live on: for properties, whose cases are not
/// async.
fn stateless() -> (Runtime, FakeLogto, Client) {
    let runtime = Runtime::new().expect("a runtime");
    let fake = runtime.block_on(FakeLogto::stateless());
    let client = builder(fake.endpoint()).build().expect("a client");
    (runtime, fake, client)
}
