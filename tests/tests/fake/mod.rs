//! The fake behaves as a real server was measured to.

mod api_token;
mod errors;
mod every;
mod paging;
mod rows;
mod search;
mod token_endpoint;
mod transport;

use logto_tests::FakeLogto;
use logto_tests::http::{Ask, Reply, token};

/// A fake with rows, and a token for it.
async fn started() -> (FakeLogto, String) {
    let fake = FakeLogto::start().await;
    let token = token(&fake.endpoint(), fake.app_id(), fake.app_secret()).await.expect("a token");
    (fake, token)
}

/// Sends a request with a token.
async fn send(fake: &FakeLogto, token: &str, ask: Ask) -> Reply {
    ask.token(token).send(&fake.endpoint()).await.expect("a reply")
}

/// Sends `GET` with a token.
async fn get(fake: &FakeLogto, token: &str, target: &str) -> Reply {
    send(fake, token, Ask::get(target)).await
}
