//! The server that breaks connections does what its scripts say.

use std::io::ErrorKind;
use std::time::Duration;

use hyper::Method;
use logto_tests::FaultServer;
use logto_tests::fault::Script;
use logto_tests::http::Ask;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What a client reads to the end of a connection, and how the connection ended.
async fn read(script: Script) -> (String, Option<ErrorKind>) {
    let server = FaultServer::start([script]).await.expect("a port");
    let mut stream = TcpStream::connect(server.endpoint().trim_start_matches("http://")).await.expect("a connection");
    stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("a write");
    let mut bytes = Vec::new();
    let end = stream.read_to_end(&mut bytes).await.err().map(|error| error.kind());
    drop(stream);
    server.served(1).await;
    (String::from_utf8_lossy(&bytes).into_owned(), end)
}

#[tokio::test]
async fn endings() {
    let ask = || Script::new().read_request();
    let table = [
        (ask().reply(200, "text/plain", "hello").close(), "hello", None),
        (ask().close(), "", None),
        (ask().reset(), "", Some(ErrorKind::ConnectionReset)),
        (ask().half_head().close(), "application/js", None),
        (ask().lie_about_length(100, "{\"a\":").close(), "{\"a\":", None),
        (ask().truncated_chunks("{\"a\":").close(), "5\r\n{\"a\":\r\n", None),
        (ask().until_closed("{}"), "{}", None),
        (ask().dribble("slow", Duration::from_millis(1)).close(), "slow", None),
        (Script::new().reset(), "", Some(ErrorKind::ConnectionReset)),
    ];
    for (index, (script, tail, end)) in table.into_iter().enumerate() {
        let (text, ended) = read(script).await;
        assert!(text.ends_with(tail) && (text.is_empty() == tail.is_empty()), "{index}: {text}");
        assert_eq!(ended, end, "{index}");
    }
}

#[tokio::test]
async fn connections_are_recorded() {
    let server = FaultServer::start([Script::new().read_request().reply(201, "application/json", "{}").close()])
        .await
        .expect("a port");
    server.otherwise(Script::new().forever(Script::new().read_request().reply(200, "application/json", "[]")));
    let ask = Ask::new(Method::POST, "/a?b=c").body("application/json", "{\"x\":1}");
    assert_eq!(ask.send(&server.endpoint()).await.expect("a reply").status, 201);
    assert_eq!(ask.send(&server.endpoint()).await.expect("a reply").text(), "[]");
    server.served(2).await;
    let connections = server.connections();
    assert_eq!((connections.len(), server.requests()), (2, 2));
    let received = String::from_utf8_lossy(&connections[0].received);
    assert!(received.starts_with("POST /a?b=c HTTP/1.1\r\n") && received.ends_with("{\"x\":1}"), "{received}");
}

#[tokio::test]
async fn nobody_listens() {
    let endpoint = FaultServer::refusing().await.expect("a port");
    let error = TcpStream::connect(endpoint.trim_start_matches("http://")).await.expect_err("no connection");
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
}
