//! Bodies that are read while they come.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use futures_util::StreamExt;
use logto_runtime::{Bytes, Download, Method};

use crate::server::{Act, Answer, Server, text};
use crate::{builder, client, soon};

fn call(client: &logto_runtime::Client) -> logto_runtime::Call<Download> {
    client.request(Method::GET, "Get", "/api/file").download()
}

/// A head that promises so many bytes, and the first of them.
fn head(length: usize, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nx-rows: 3\r\n\r\n{body}").into_bytes()
}

#[tokio::test]
async fn a_body_is_read_in_pieces_and_as_a_whole() {
    let body = "0123456789".repeat(100_000);
    let reply = body.clone();
    let server = Server::start(move |_, _| Answer::new(200, reply.clone()).header("x-rows", "3")).await;
    let (client, _) = client(&server);
    let response = soon(call(&client).response()).await.unwrap();
    assert_eq!((response.header_as::<u32>("x-rows"), response.header_as::<u32>("x-columns")), (Some(3), None));
    let mut download = response.into_value();
    assert_eq!(download.length(), Some(1_000_000));
    let mut read = Vec::new();
    while let Some(chunk) = soon(download.chunk()).await.unwrap() {
        read.extend_from_slice(&chunk);
    }
    assert!(read == body.as_bytes() && soon(download.chunk()).await.unwrap().is_none());
    let whole = soon(soon(call(&client).send()).await.unwrap().bytes()).await.unwrap();
    assert!(whole == body.as_bytes());
    let streamed: Vec<Bytes> = soon(soon(call(&client).send()).await.unwrap().map(Result::unwrap).collect()).await;
    assert!(streamed.concat() == body.as_bytes());
    // The same by the client's limit, which pieces do not have.
    let small = builder(&server).limits(|limits| limits.reply = 999_999).build().unwrap();
    let error = soon(soon(call(&small).send()).await.unwrap().bytes()).await.unwrap_err();
    assert!(error.is_too_large() && error.to_string().starts_with("Get (GET /api/file): "), "{error}");
    // What was read before does not count.
    let mut download = soon(call(&small).send()).await.unwrap();
    let first = soon(download.chunk()).await.unwrap().unwrap();
    assert_eq!(soon(download.bytes()).await.unwrap().len(), 1_000_000 - first.len());
    let error = soon(small.request(Method::GET, "Get", "/api/file").bytes().send()).await.unwrap_err();
    assert!(error.is_too_large(), "{error}");
    assert!(soon(client.request(Method::GET, "Get", "/api/file").bytes().send()).await.unwrap() == body.as_bytes());
}

#[tokio::test]
async fn a_body_that_ends_early_is_an_error() {
    let chunked = || b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nabcde\r\n5\r\nab".to_vec();
    for bytes in [head(100, "abcde"), chunked()] {
        let server = Server::start(move |_, _| Act::Raw(bytes.clone())).await;
        let (client, _) = client(&server);
        let mut download = soon(call(&client).send()).await.unwrap();
        let mut read = Vec::new();
        let error = loop {
            match soon(download.chunk()).await {
                Ok(Some(chunk)) => read.extend_from_slice(&chunk),
                Ok(None) => panic!("the end was taken for whole"),
                Err(error) => break error,
            }
        };
        assert!(read.starts_with(b"abcde"));
        assert!(error.is_interrupted() && !error.may_have_been_executed(), "{error:?}");
        assert_eq!(
            (error.operation(), error.attempts(), error.status().map(|s| s.as_u16())),
            (Some("Get"), 1, Some(200))
        );
        assert!(soon(download.chunk()).await.unwrap().is_none());
        assert_eq!(server.calls().len(), 1);
    }
}

/// What says that it is too large need not be read first.
#[tokio::test]
async fn a_body_that_is_told_to_be_too_large_is_refused_at_once() {
    let server = Server::start(|_, _| Act::Part(head(100, "abcde"))).await;
    let client = builder(&server).limits(|limits| limits.reply = 99).build().unwrap();
    let error = soon(soon(call(&client).send()).await.unwrap().bytes()).await.unwrap_err();
    assert!(error.is_too_large() && error.to_string().contains("more than 99 bytes"), "{error}");
}

#[tokio::test]
async fn a_server_that_falls_silent_is_given_up() {
    let server = Server::start(|_, _| Act::Part(head(100, "abcde"))).await;
    let (client, clock) = client(&server);
    let mut download = soon(call(&client).send()).await.unwrap();
    // However long the rest takes: only silence counts.
    clock.advance(Duration::from_secs(1_000));
    assert_eq!(soon(download.chunk()).await.unwrap().as_deref(), Some(&b"abcde"[..]));
    {
        let mut next = pin!(download.chunk());
        assert!(poll_fn(|context| Poll::Ready(next.as_mut().poll(context).is_pending())).await);
        clock.advance(Duration::from_secs(14));
        assert!(poll_fn(|context| Poll::Ready(next.as_mut().poll(context).is_pending())).await);
        clock.advance(Duration::from_secs(1));
        let error = soon(next).await.unwrap_err();
        assert!(error.is_timeout() && error.to_string().contains("silent for 15s"), "{error}");
    }
    assert!(soon(download.chunk()).await.unwrap().is_none());
}

#[tokio::test]
async fn it_is_retried_until_its_head_has_come() {
    // A redirect that nobody asked for is read as an error.
    let server = Server::start(|_, _| text(302, "x").header("location", "/y")).await;
    let (client, _) = self::client(&server);
    assert!(soon(call(&client).send()).await.unwrap_err().is_redirect());
    let download = client.request(Method::GET, "Get", "/api/file").redirects().download();
    assert_eq!(soon(soon(download.send()).await.unwrap().bytes()).await.unwrap(), "x");
    let acts = [Act::Close, text(503, "").into(), Act::Answer(Answer::new(200, "abc"))];
    let server = Server::start(move |_, number| acts[number.min(2)].clone()).await;
    let (client, _) = self::client(&server);
    let response = soon(call(&client).response()).await.unwrap();
    assert_eq!((response.attempts(), response.status().as_u16()), (3, 200));
    assert_eq!(soon(response.into_value().bytes()).await.unwrap(), "abc");
    let server = Server::start(|_, _| crate::server::json(404, r#"{"code":"file.gone","message":"No."}"#)).await;
    let (client, _) = self::client(&server);
    let error = soon(call(&client).send()).await.unwrap_err();
    assert_eq!((error.code(), error.message()), (Some("file.gone"), Some("No.")));
}
