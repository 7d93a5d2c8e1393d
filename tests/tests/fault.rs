//! The server that breaks connections does what its scripts say.

use std::io::ErrorKind;
use std::time::Duration;

use hyper::Method;
use logto_tests::FaultServer;
use logto_tests::fault::tls::{Authority, Validity};
use logto_tests::fault::{Script, head};
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

/// Speaks to a server over TLS as a client that trusts its authority.
async fn over_tls(
    scripts: Vec<Script>,
    authority: &Authority,
    method: Method,
) -> (FaultServer, Result<String, String>) {
    let server = FaultServer::start(scripts).await.expect("a port");
    let http = authority.client().and_then(|http| Ok(http.build()?)).expect("an HTTP client");
    let result = http.request(method, format!("{}/a", server.https())).body("x").send().await;
    let result = match result {
        Ok(reply) => reply.text().await,
        Err(error) => Err(error),
    };
    (server, result.map_err(|error| format!("{error:?}")))
}

#[tokio::test]
async fn certificates_have_names_and_dates() {
    let authority = Authority::new().expect("a key");
    let table = [
        ("localhost", Validity::Now, None),
        ("logto.example", Validity::Now, Some("NotValidForName")),
        ("localhost", Validity::Expired, Some("Expired")),
        ("localhost", Validity::NotYet, Some("NotValidYet")),
    ];
    for (name, validity, wrong) in table {
        let identity = authority.identity(name, validity).expect("a certificate");
        let script = Script::new().handshake(&identity).read_request().reply(200, "text/plain", "hello");
        let (server, result) = over_tls(vec![script], &authority, Method::POST).await;
        match (result, wrong) {
            (Ok(text), None) => assert_eq!((text.as_str(), server.requests()), ("hello", 1)),
            (Err(error), Some(part)) => assert!(error.contains(part) && server.requests() == 0, "{name}: {error}"),
            (result, _) => panic!("{name} {validity:?}: {result:?}"),
        }
    }
}

#[tokio::test]
async fn http2_goes_away_and_refuses() {
    let authority = Authority::new().expect("a key");
    let identity = authority.identity("localhost", Validity::Now).expect("a certificate").h2();
    let ask = || Script::new().handshake(&identity).h2_read_request();
    // What happens first, and how many connections and requests there are in the end.
    let table = [
        ("nothing", vec![], 1, 1),
        ("it goes away", vec![ask().h2_go_away()], 2, 2),
        ("it refuses", vec![ask().h2_refuse().h2_read_request().h2_reply(200, "hello").hold()], 1, 2),
    ];
    for (name, mut scripts, connections, requests) in table {
        scripts.push(ask().h2_reply(200, "hello").hold());
        let (server, result) = over_tls(scripts, &authority, Method::POST).await;
        assert_eq!(result.as_deref(), Ok("hello"), "{name}");
        assert_eq!((server.connections().len(), server.requests()), (connections, requests), "{name}");
    }
}

#[tokio::test]
async fn a_body_is_poured_without_being_held() {
    let script = Script::new().read_request().write(head(200, &[], Some(1 << 30))).pour(vec![b'x'; 1 << 20], 1 << 30);
    let server = FaultServer::start([script.close()]).await.expect("a port");
    let mut stream = TcpStream::connect(server.endpoint().trim_start_matches("http://")).await.expect("a connection");
    stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("a write");
    let mut buffer = vec![0; 1 << 20];
    let mut count = 0;
    while let Ok(more @ 1..) = stream.read(&mut buffer).await {
        count += more as u64;
    }
    drop(stream);
    server.served(1).await;
    assert!(count > 1 << 30 && server.connections()[0].written == count, "{count}");
}
