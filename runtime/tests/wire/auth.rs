//! Where tokens are sent. What becomes of a refused one, and of a token endpoint that fails, is tested with the failures.

use logto_runtime::Method;

use crate::server::{Server, json, text};
use crate::{builder, profile, soon};

#[tokio::test]
async fn a_token_is_fetched_once_and_sent_where_it_is_needed() {
    let server = Server::start(|_, _| json(200, r#""ok""#)).await;
    let client = builder(&server).client_credentials("a:b%c+d&e=f", "ü hunter2/?#").build().unwrap();
    for _ in 0..3 {
        let reply: String = soon(client.request(Method::GET, "Get", "/api/x").json().send()).await.unwrap();
        assert_eq!(reply, "ok");
    }
    soon(client.request(Method::GET, "Open", "/api/open").anonymous().empty().send()).await.unwrap();
    assert_eq!(server.tokens(), 1);
    let tokens: Vec<_> = server.calls().iter().map(|seen| seen.headers.get("authorization").cloned()).collect();
    let bearer = Some("Bearer t1".to_owned());
    assert_eq!(tokens, [bearer.clone(), bearer.clone(), bearer, None]);
    let request = server.token_request();
    assert_eq!(request.headers["content-type"], "application/x-www-form-urlencoded");
    assert_eq!(
        request.body,
        "grant_type=client_credentials&client_id=a%3Ab%25c%2Bd%26e%3Df&client_secret=%C3%BC+hunter2%2F%3F%23\
         &resource=https%3A%2F%2Fdefault.example%2Fapi&scope=all"
    );
}

#[tokio::test]
async fn an_own_source_and_no_token_at_all() {
    struct Fixed;
    impl logto_runtime::TokenSource for Fixed {
        fn fetch(&self) -> logto_runtime::token::TokenFuture<'_> {
            Box::pin(async { Ok(logto_runtime::Token::new("mine", std::time::Duration::from_secs(60))) })
        }
    }
    let server = Server::start(|_, _| text(200, "ok")).await;
    let base = || logto_runtime::Client::builder(profile()).base_url(server.url());
    for client in [base().token_source(Fixed).build().unwrap(), base().anonymous().build().unwrap()] {
        soon(client.request(Method::GET, "Get", "/api/x").empty().send()).await.unwrap();
    }
    let tokens: Vec<_> = server.calls().iter().map(|seen| seen.headers.get("authorization").cloned()).collect();
    assert_eq!(tokens, [Some("Bearer mine".to_owned()), None]);
}
