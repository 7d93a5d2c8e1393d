//! The generated client against the fake and against broken connections.

mod errors;
mod faults;
mod observer;
mod options;
mod paging;
mod requests;
mod tokens;

use logto_management::{Client, ClientBuilder};
use logto_tests::FakeLogto;

/// A builder for a fake.
fn builder(fake: &FakeLogto) -> ClientBuilder {
    let builder = Client::builder().self_hosted(fake.endpoint()).no_proxy();
    builder.client_credentials(fake.app_id(), fake.app_secret())
}

/// A fake with rows, and a client of it.
async fn started() -> (FakeLogto, Client) {
    let fake = FakeLogto::start().await;
    let logto = builder(&fake).build().expect("a client");
    (fake, logto)
}

/// The values of a query parameter over all requests.
fn values(fake: &FakeLogto, name: &str) -> Vec<String> {
    fake.requests().iter().flat_map(|request| request.query_values(name)).collect()
}
