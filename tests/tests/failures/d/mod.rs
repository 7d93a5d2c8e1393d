//! D: lists that come in pages.

mod bursts;
mod consistent;
mod echoes;
mod follow;
mod lenient;
mod links;
mod model;
mod pages;
mod prefetch;
mod rows;
mod stop;

use std::time::Duration;

use logto_runtime::clock::ManualClock;
use logto_runtime::{Client, ClientBuilder, Error, Items, Method, Paged, Profile};

use rows::Rows;

/// A builder for a server of rows, its pauses taking no time.
fn builder(server: &Rows) -> ClientBuilder {
    let profile = Profile { token_path: Some(rows::TOKEN), ..Profile::new("test/1.0") };
    let builder = Client::builder(profile).base_url(server.endpoint()).client_credentials("app", "hunter2");
    builder.no_proxy().clock(ManualClock::skipping_pauses())
}

fn client(server: &Rows) -> Client {
    builder(server).build().expect("a client")
}

/// The list of a server.
fn list(client: &Client) -> Paged<i64> {
    client.request(Method::GET, "ListRows", "/api/rows").list()
}

/// What a stream gives: its items, and the error that ends it.
async fn drain(mut items: Items<i64>) -> (Vec<i64>, Option<Error>) {
    let mut found = Vec::new();
    let read = async {
        loop {
            match items.next().await {
                Some(Ok(item)) => found.push(item),
                Some(Err(error)) => {
                    assert!(items.next().await.is_none(), "an error ends the stream");
                    return Some(error);
                }
                None => return None,
            }
        }
    };
    let error = soon(read).await;
    (found, error)
}

/// Long enough for anything that does not hang.
async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), future).await.expect("it hangs")
}

/// Runs a test of properties over sockets.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(future)
}
