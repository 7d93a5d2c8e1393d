//! Broken connections: what is repeated, and what is not.

use logto_management::types::CreateOrganizationBody;
use logto_management::{Client, Error};
use logto_runtime::clock::ManualClock;
use logto_tests::FaultServer;
use logto_tests::fault::Script;

const TOKEN: &str = r#"{"access_token":"a.b.c","expires_in":3600,"token_type":"Bearer","scope":"all"}"#;

/// A client of a server whose first connection gives a token and whose later ones do what they are told.
async fn client(scripts: impl IntoIterator<Item = Script>) -> (FaultServer, Client) {
    let token = Script::new()
        .read_request()
        .reply_with(200, &[("content-type", "application/json"), ("connection", "close")], TOKEN)
        .close();
    let server = FaultServer::start(std::iter::once(token).chain(scripts)).await.expect("a port");
    let builder = Client::builder().self_hosted(server.endpoint()).client_credentials("app", "secret").no_proxy();
    (server, builder.clock(ManualClock::skipping_pauses()).build().expect("a client"))
}

fn ask() -> Script {
    Script::new().read_request()
}

fn good() -> Script {
    ask()
        .reply_with(200, &[("content-type", "application/json"), ("connection", "close")], r#"{"totalUserCount":7}"#)
        .close()
}

#[tokio::test]
async fn a_read_is_repeated() {
    let table = [
        ("reset", ask().reset()),
        ("closed without a word", ask().close()),
        ("half a head", ask().half_head().close()),
        ("a short body", ask().lie_about_length(100, "{\"totalUserCount\":").close()),
        ("chunks without an end", ask().truncated_chunks("{\"totalUserCount\":").close()),
        ("502", ask().reply(502, "text/html", "<html>").close()),
        ("503", ask().reply_with(503, &[("retry-after", "1")], "").close()),
        ("429 of the edge", ask().reply_with(429, &[("retry-after", "2")], "").close()),
    ];
    for (name, fault) in table {
        let (server, logto) = client([fault, good()]).await;
        let total = logto.get_total_user_count().send().await;
        assert_eq!(total.map(|reply| reply.total_user_count).map_err(|error| format!("{name}: {error:?}")), Ok(7));
        assert_eq!(server.requests(), 3, "{name}");
    }
}

#[tokio::test]
async fn a_write_is_not_repeated_where_the_server_may_have_acted() {
    let table = [
        ("reset", ask().reset()),
        ("closed without a word", ask().close()),
        ("half a head", ask().half_head().close()),
        ("504", ask().reply(504, "text/html", "<html>").close()),
    ];
    for (name, fault) in table {
        let (server, logto) = client([fault, good()]).await;
        let error: Error =
            logto.create_organization(CreateOrganizationBody::new("Company".to_owned())).send().await.expect_err(name);
        assert!(error.may_have_been_executed(), "{name}: {error:?}");
        assert_eq!((server.requests(), error.attempts()), (2, 1), "{name}");
    }
}

#[tokio::test]
async fn a_server_that_is_away_is_a_connection_error() {
    let endpoint = FaultServer::refusing().await.expect("a port");
    let builder = Client::builder().self_hosted(endpoint).client_credentials("app", "secret").no_proxy();
    let logto = builder.clock(ManualClock::skipping_pauses()).build().expect("a client");
    let error = logto.list_users().send().await.expect_err("an error");
    assert!(error.is_connect(), "{error:?}");
    assert!(!error.may_have_been_executed());
}
