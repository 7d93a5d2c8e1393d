//! Bodies of text, bytes and streams, and parts of multipart bodies.

use logto_runtime::{Error, FilePart, Method, Part, Request, Style, Upload};
use serde_json::json as value;

use crate::server::{Act, Server, text};
use crate::{client, soon};

fn chunks() -> impl futures_util::Stream<Item = Result<logto_runtime::Bytes, std::io::Error>> + Send + 'static {
    futures_util::stream::iter(["con", "tent"].map(|chunk| Ok(chunk.into())))
}

#[tokio::test]
async fn bodies_say_what_they_are() {
    type Change = fn(Request) -> Request;
    let server = Server::start(|_, _| text(200, "")).await;
    let (client, _) = client(&server);
    let cases: Vec<(Change, Option<&str>, &str)> = vec![
        (|r| r.text_body("hällo"), Some("text/plain; charset=utf-8"), "hällo"),
        (|r| r.text_body("a,b").content_type("text/csv"), Some("text/csv"), "a,b"),
        (|r| r.content_type("text/csv").text_body("a,b"), Some("text/csv"), "a,b"),
        (|r| r.content_type("text/csv"), None, ""),
        (
            |r| r.json_body(&[1]).content_type("application/merge-patch+json"),
            Some("application/merge-patch+json"),
            "[1]",
        ),
        (|r| r.header("Content-Type", "text/csv").text_body("a"), Some("text/csv"), "a"),
        (|r| r.binary_body(vec![97, 98]), Some("application/octet-stream"), "ab"),
        (|r| r.binary_body("ab").content_type("image/png"), Some("image/png"), "ab"),
        (|r| r.binary_body(b"ab"), Some("application/octet-stream"), "ab"),
        (|r| r.binary_body(Upload::stream(chunks())), Some("application/octet-stream"), "content"),
        (|r| r.binary_body(Upload::stream(chunks()).length(7)), Some("application/octet-stream"), "content"),
        (
            |r| r.form_body(&value!({"a": {"b": "c d"}, "e": [1, {"f": 2}], "g": null, "h": ""})),
            Some("application/x-www-form-urlencoded"),
            "a=%7B%22b%22%3A%22c+d%22%7D&e=1&e=%7B%22f%22%3A2%7D&h=",
        ),
        (
            |r| {
                let body = value!({"a": {"b": 1}, "c": ["x", "y z"], "d": ["p", "q"], "e": []});
                r.form_body_as(&body, &[("a", Style::Deep), ("c", Style::Form), ("e", Style::Pipe)])
            },
            Some("application/x-www-form-urlencoded"),
            "a%5Bb%5D=1&c=x,y%20z&d=p&d=q",
        ),
    ];
    for (number, (change, content_type, body)) in cases.into_iter().enumerate() {
        soon(change(client.request(Method::POST, "Op", "/api/x")).empty().send()).await.unwrap();
        let seen = server.calls().pop().unwrap();
        assert_eq!(seen.headers.get("content-type").map(String::as_str), content_type, "{number}");
        assert_eq!(seen.body, body, "{number}");
        let length = seen.headers.get("content-length").map(String::as_str);
        let is_streamed = seen.headers.contains_key("transfer-encoding");
        assert!(is_streamed || body.is_empty() || length == Some(&body.len().to_string()), "{number}: {length:?}");
    }
}

#[tokio::test]
async fn a_stream_is_sent_once() {
    for act in [Act::Close, text(503, "").into(), text(401, "").into()] {
        let reply = act.clone();
        let server = Server::start(move |_, _| reply.clone()).await;
        let (client, _) = client(&server);
        let call = client.request(Method::PUT, "Op", "/api/x").binary_body(Upload::stream(chunks())).empty();
        let error = soon(call.clone().send()).await.unwrap_err();
        assert_eq!((error.attempts(), server.calls().len()), (1, 1), "{act:?}");
        assert_eq!(error.may_have_been_executed(), !error.is_unauthorized(), "{act:?}: {error}");
        let error = soon(call.send()).await.unwrap_err();
        assert!(error.is_input() && error.to_string().contains("already sent"), "{error}");
        assert_eq!(server.calls().len(), 1, "{act:?}");
        // Bytes are sent again where that does no harm.
        let (client, _) = self::client(&server);
        let call = client.request(Method::PUT, "Op", "/api/x").binary_body("content").empty();
        let error = soon(call.send()).await.unwrap_err();
        assert_eq!(error.attempts(), if error.is_unauthorized() { 2 } else { 3 }, "{act:?}");
    }
}

#[tokio::test]
async fn a_stream_gives_what_was_told() {
    let server = Server::start(|_, _| text(200, "")).await;
    let (client, _) = client(&server);
    let fails = futures_util::stream::iter([Ok(logto_runtime::Bytes::from("con")), Err(std::io::Error::other("no"))]);
    for upload in [Upload::stream(chunks()).length(6), Upload::stream(chunks()).length(8), Upload::stream(fails)] {
        let call = client.request(Method::POST, "Op", "/api/x").binary_body(upload).empty();
        let error: Error = soon(call.send()).await.unwrap_err();
        assert!(!error.is_status() && server.calls().is_empty(), "{error:?}");
    }
}

#[tokio::test]
async fn parts_have_types() {
    let server = Server::start(|_, _| text(200, "")).await;
    let (client, _) = client(&server);
    let call = client
        .request(Method::POST, "Op", "/api/x")
        .part("meta", Part::json(&value!({"a": [1]})))
        .part("table", Part::data("text/csv", "a,b"))
        .parts("files", ["one", "two"].map(|name| FilePart::bytes(name).file_name(format!("{name}.txt"))))
        .parts("tags", ["x", "y"])
        .part("raw", Upload::from("bytes"))
        .part("a\"b\r\nc", "text")
        .content_type("multipart/mixed");
    soon(call.empty().send()).await.unwrap();
    let seen = server.calls().pop().unwrap();
    let boundary = seen.headers["content-type"].strip_prefix("multipart/mixed; boundary=").unwrap();
    let parts: Vec<&str> =
        seen.body.split(&format!("--{boundary}")).map(|part| part.trim_matches(['\r', '\n'])).collect();
    let file = "Content-Type: application/octet-stream";
    let expected = [
        "".to_owned(),
        "Content-Disposition: form-data; name=\"meta\"\r\nContent-Type: application/json\r\n\r\n{\"a\":[1]}".to_owned(),
        "Content-Disposition: form-data; name=\"table\"\r\nContent-Type: text/csv\r\n\r\na,b".to_owned(),
        format!("Content-Disposition: form-data; name=\"files\"; filename=\"one.txt\"\r\n{file}\r\n\r\none"),
        format!("Content-Disposition: form-data; name=\"files\"; filename=\"two.txt\"\r\n{file}\r\n\r\ntwo"),
        "Content-Disposition: form-data; name=\"tags\"\r\n\r\nx".to_owned(),
        "Content-Disposition: form-data; name=\"tags\"\r\n\r\ny".to_owned(),
        format!("Content-Disposition: form-data; name=\"raw\"; filename=\"file\"\r\n{file}\r\n\r\nbytes"),
        "Content-Disposition: form-data; name=\"a%22b%0D%0Ac\"\r\n\r\ntext".to_owned(),
        "--".to_owned(),
    ];
    assert_eq!(parts, expected);
    let wrong = client.request(Method::POST, "Op", "/api/x").part("table", Part::data("nonsense", "a")).empty();
    let error = soon(wrong.send()).await.unwrap_err();
    assert!(error.is_input() && error.to_string().contains("part `table`"), "{error}");
}
