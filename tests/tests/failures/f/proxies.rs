//! The proxy of the environment. Its settings are read once in a process, so each case has a process of its own: this test
//! binary again, with one test of it.

use std::process::Command;

use logto_management::Client;
use logto_tests::FaultServer;
use logto_tests::fault::Script;

/// Tells the child what to do.
const CHILD: &str = "LOGTO_TEST_PROXY_CHILD";
const NAME: &str = "failures::f::proxies::f13_child";

/// What runs in the child; without its variable there is nothing to do.
#[tokio::test]
async fn f13_child() {
    let Ok(mode) = std::env::var(CHILD) else { return };
    let builder =
        Client::builder().self_hosted("http://logto.invalid").allow_http().client_credentials("app", "secret");
    let builder = builder.retry(|retry| retry.max_attempts = 1);
    let builder = if mode == "off" { builder.no_proxy() } else { builder };
    println!("{builder:?}");
    let logto = builder.build().expect("a client");
    println!("{logto:?}");
    let error = logto.get_user("u").send().await.expect_err("an error");
    let mut next: Option<&dyn std::error::Error> = Some(&error);
    while let Some(error) = next {
        println!("{error} {error:?} {error:#?}");
        next = error.source();
    }
}

/// What runs in the child of the test below: a client of a server that is far away gets its tokens on this machine.
#[tokio::test]
async fn r9_child() {
    let Ok(endpoint) = std::env::var(CHILD) else { return };
    let profile = logto_runtime::Profile::new("test/1.0");
    let builder = logto_runtime::Client::builder(profile).base_url("http://far.invalid").allow_http();
    let builder = builder.token_url(format!("{endpoint}/token")).client_credentials("app", "canary");
    let client = builder.retry(|retry| retry.max_attempts = 1).build().expect("a client");
    println!("token: {}", client.token().await.is_ok());
    let sent = client.request(logto_runtime::Method::GET, "Get", "/x").empty().send().await;
    println!("sent: {}", sent.is_ok());
}

/// The other way round the same holds: each request goes as its own server says.
#[tokio::test]
async fn r9_nothing_for_this_machine_goes_through_a_proxy() {
    let token = r#"{"access_token":"a.b.c","expires_in":3600,"token_type":"Bearer"}"#;
    let answer =
        |body: &str| Script::new().read_request().last_reply(200, &[("content-type", "application/json")], body);
    let local = FaultServer::start([answer(token)]).await.expect("a port");
    let proxy = FaultServer::start([answer(""), answer("")]).await.expect("a port");
    let (endpoint, address) = (local.endpoint(), proxy.endpoint());
    let child = std::env::current_exe().expect("the path of the tests");
    let output = tokio::task::spawn_blocking(move || {
        let mut command = Command::new(child);
        command.args(["--exact", "failures::f::proxies::r9_child", "--nocapture"]).env(CHILD, endpoint);
        command.env_remove("NO_PROXY").env_remove("no_proxy");
        for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
            command.env(name, &address);
        }
        command.output()
    });
    let output = output.await.expect("no panic").expect("the child ran");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(printed.contains("token: true") && printed.contains("sent: true"), "{printed}");
    assert_eq!(local.requests(), 1, "the token is asked for directly");
    let seen = proxy.connections();
    assert_eq!(seen.len(), 1);
    let request = String::from_utf8_lossy(&seen[0].received).into_owned();
    assert!(request.starts_with("GET http://far.invalid/x ") && !request.contains("canary"), "{request}");
}

#[tokio::test]
async fn f13_the_proxy_of_the_environment_is_used_unless_it_is_turned_off() {
    for (mode, connections) in [("on", 1), ("off", 0)] {
        let proxy = FaultServer::start([Script::new().read_request().last_reply(502, &[], "")]).await.expect("a port");
        let address = proxy.endpoint().replace("http://", "http://user:canary@");
        let child = std::env::current_exe().expect("the path of the tests");
        let output = tokio::task::spawn_blocking(move || {
            let mut command = Command::new(child);
            command
                .args(["--exact", NAME, "--nocapture"])
                .env(CHILD, mode)
                .env_remove("NO_PROXY")
                .env_remove("no_proxy");
            for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
                command.env(name, &address);
            }
            command.output()
        });
        let output = output.await.expect("no panic").expect("the child ran");
        let printed = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success() && printed.contains("Client"), "{mode}: {printed}");
        assert!(!printed.contains("canary"), "{mode}: {printed}");
        let seen = proxy.connections();
        assert_eq!(seen.len(), connections, "{mode}: {printed}");
        for connection in seen {
            let request = String::from_utf8_lossy(&connection.received).to_lowercase();
            assert!(request.starts_with("post http://logto.invalid/oidc/token"), "{request}");
            assert!(request.contains("proxy-authorization: basic"), "{request}");
        }
    }
}
