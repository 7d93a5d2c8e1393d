//! Bodies of text, bytes and streams, and parts of multipart bodies.

use std::time::Duration;

use logto_runtime::clock::ManualClock;
use logto_runtime::{Error, FilePart, Method, Multipart, Part, Request, Style, Upload};
use serde_json::json as value;

use crate::server::{Act, Server, text};
use crate::{builder, client, soon};

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
            "a=%7B%22b%22%3A%22c+d%22%7D&e=1&e=%7B%22f%22%3A2%7D&g=&h=",
        ),
        (
            |r| {
                let body = value!({"a": {"b": 1}, "c": ["x", "y z"], "d": ["p", "q"], "e": []});
                r.form_body_as(&body, &[("a", Style::Deep), ("c", Style::Form), ("e", Style::Pipe)])
            },
            Some("application/x-www-form-urlencoded"),
            "a%5Bb%5D=1&c=x,y%20z&d=p&d=q",
        ),
        // A form has no null, so what is cleared is sent empty.
        (
            |r| {
                let inner = || value!({"x": {"y": null}, "z": null});
                let body = value!({"a": inner(), "b": inner(), "c": inner(), "d": null, "e": null, "f": [null, 1]});
                r.form_body_as(
                    &body,
                    &[("a", Style::Deep), ("b", Style::FormExploded), ("d", Style::Json), ("e", Style::Deep)],
                )
            },
            Some("application/x-www-form-urlencoded"),
            "a%5Bx%5D%5By%5D=&a%5Bz%5D=&x=%7B%22y%22%3Anull%7D&z=&c=%7B%22x%22%3A%7B%22y%22%3Anull%7D%2C%22z%22%3Anull%7D\
             &d=null&e=&f=1",
        ),
        (
            |r| {
                let body = value!({"a": "x/y&z", "b": ["c:d", "e,f"], "g": "h/i"});
                r.form_body_reserving(&body, &[("a", Style::FormExploded), ("b", Style::Form)], &["a", "b"])
            },
            Some("application/x-www-form-urlencoded"),
            "a=x/y%26z&b=c:d,e%2Cf&g=h%2Fi",
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
    let wrong = || [0, 3, 6, 8].map(|length| Upload::stream(chunks()).length(length));
    for upload in wrong().into_iter().chain([Upload::stream(fails)]) {
        let call = client.request(Method::POST, "Op", "/api/x").binary_body(upload).empty();
        let error: Error = soon(call.send()).await.unwrap_err();
        assert!(!error.is_status() && server.calls().is_empty(), "{error:?}");
    }
    // The same in parts.
    for upload in wrong() {
        let call = client.request(Method::POST, "Op", "/api/x").part("file", upload).empty();
        let error: Error = soon(call.send()).await.unwrap_err();
        assert!(!error.is_status() && server.calls().is_empty(), "{error:?}");
    }
    let empty = futures_util::stream::iter(["", "con", "", "tent", ""].map(|chunk| Ok::<_, Error>(chunk.into())));
    let call = client.request(Method::POST, "Op", "/api/x").binary_body(Upload::stream(empty).length(7)).empty();
    soon(call.send()).await.unwrap();
    let seen = server.calls().pop().unwrap();
    assert_eq!((seen.body.as_str(), seen.headers["content-length"].as_str()), ("content", "7"));
    let nothing = Upload::stream(futures_util::stream::empty::<Result<logto_runtime::Bytes, Error>>());
    soon(client.request(Method::POST, "Op", "/api/x").binary_body(nothing.length(0)).empty().send()).await.unwrap();
    let seen = server.calls().pop().unwrap();
    assert_eq!((seen.body.as_str(), seen.headers.get("content-length")), ("", None));
    soon(client.request(Method::POST, "Op", "/api/x").binary_body("").empty().send()).await.unwrap();
    assert_eq!(server.calls().pop().unwrap().headers["content-length"], "0");
}

/// A stream takes as long as it takes; what is in memory is sent in no time, and then the server has to answer.
#[tokio::test]
async fn a_server_that_says_nothing_to_a_body() {
    type Change = fn(Request) -> Request;
    let silent: [(Change, &str); 5] = [
        (|r| r.binary_body("content"), "silent for 15s"),
        (|r| r.part("file", FilePart::bytes("content")), "silent for 15s"),
        (|r| r.binary_body(Upload::stream(chunks())), "not done within 120s"),
        (|r| r.part("file", FilePart::stream(chunks())), "not done within 120s"),
        (|r| r.binary_body(vec![0; 1024 * 1024 + 1]), "not done within 120s"),
    ];
    // Once the head is there, it may not be silent any more.
    let head = || Act::Part(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\na".to_vec());
    let cut: [(Change, &str); 2] = [silent[0], (silent[2].0, "silent for 15s")];
    let cases = silent.into_iter().map(|case| (Act::Hang, case)).chain(cut.into_iter().map(|case| (head(), case)));
    for (number, (act, (change, part))) in cases.enumerate() {
        let server = Server::start(move |_, _| act.clone()).await;
        let clock = ManualClock::skipping_pauses();
        let client = builder(&server).retry(|retry| retry.max_attempts = 1).clock(clock.clone()).build().unwrap();
        let call = tokio::spawn(change(client.request(Method::POST, "Op", "/api/x")).text().send());
        server.wait_for(2).await;
        let step = Duration::from_secs(if number < silent.len() { 8 } else { 1 });
        while !call.is_finished() {
            // The head, where there is one, needs some time to arrive.
            let _ = tokio::time::timeout(Duration::from_millis(20), std::future::pending::<()>()).await;
            clock.advance(step);
        }
        let error = soon(call).await.unwrap().unwrap_err();
        assert!(error.is_timeout() && error.to_string().contains(part), "{number}: {error}");
    }
}

/// A type from elsewhere has no boundary.
#[tokio::test]
async fn a_form_keeps_its_boundary() {
    type Change = fn(Request) -> Request;
    let server = Server::start(|_, _| text(200, "")).await;
    let client = builder(&server).header("content-type", "text/csv").build().unwrap();
    let cases: [(Change, &str); 8] = [
        (|r| r, "multipart/form-data; boundary="),
        // One that is told all the same would be another one.
        (|r| r.content_type("multipart/form-data; boundary=abc"), "multipart/form-data; boundary="),
        (|r| r.content_type("multipart/related;BOUNDARY = \"a;b\" ;type=c"), "multipart/related;type=c; boundary="),
        (
            |r| r.content_type(r#"multipart/related; a="\"; boundary=b"; boundary=abc"#),
            r#"multipart/related; a="\"; boundary=b"; boundary="#,
        ),
        (|r| r.content_type(String::from("Multipart/Related")), "Multipart/Related; boundary="),
        (|r| r.content_type("application/json"), "multipart/form-data; boundary="),
        (|r| r.header("Content-Type", "text/plain"), "multipart/form-data; boundary="),
        (|r| r.options(|options| options.header("content-type", "a/b")), "multipart/form-data; boundary="),
    ];
    for (change, begin) in cases {
        let request = change(client.request(Method::POST, "Op", "/api/x").part("a", "b"));
        soon(request.empty().send()).await.unwrap();
        let seen = server.calls().pop().unwrap();
        let boundary = seen.headers["content-type"].strip_prefix(begin).unwrap_or_default();
        assert!(!boundary.is_empty() && seen.body.contains(boundary), "{:?}", seen.headers["content-type"]);
        // Without a part there is a boundary too.
        let request = change(client.request(Method::POST, "Op", "/api/x").multipart(Multipart::new()));
        soon(request.empty().send()).await.unwrap();
        let seen = server.calls().pop().unwrap();
        let boundary = seen.headers["content-type"].strip_prefix(begin).unwrap_or_default();
        assert_eq!((boundary, seen.body), ("none", "--none--\r\n".to_owned()));
    }
}

/// Without its end a form is none.
#[tokio::test]
async fn a_form_without_parts_has_an_end() {
    let server = Server::start(|_, _| text(200, "")).await;
    let (client, _) = client(&server);
    let call = client.request(Method::POST, "Op", "/api/x").multipart(Multipart::new());
    soon(call.empty().send()).await.unwrap();
    let seen = server.calls().pop().unwrap();
    let boundary = seen.headers["content-type"].strip_prefix("multipart/form-data; boundary=").unwrap();
    assert_eq!(seen.body, format!("--{boundary}--\r\n"));
    // Nor does a list without items leave the form out.
    let call = client.request(Method::POST, "Op", "/api/x").parts("a", Vec::<String>::new());
    soon(call.clone().empty().send()).await.unwrap();
    assert_eq!(server.calls().pop().unwrap().body, "--none--\r\n");
    soon(call.part("b", "c").empty().send()).await.unwrap();
    assert!(server.calls().pop().unwrap().body.contains("name=\"b\"\r\n\r\nc\r\n"));
}

#[tokio::test]
async fn parts_have_types() {
    let server = Server::start(|_, _| text(200, "")).await;
    let (client, _) = client(&server);
    let call = client
        .request(Method::POST, "Op", "/api/x")
        .part("meta", Part::json(&value!({"a": [1]})))
        .part("table", Part::data("text/csv", "a,b"))
        .part("linked", Part::json(&value!({})).mime("application/ld+json"))
        .part("image", Part::data("image/png", "cG5n").encoding("base64"))
        .part("icon", FilePart::bytes("png").accept(&["image/png"]))
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
        "Content-Disposition: form-data; name=\"linked\"\r\nContent-Type: application/ld+json\r\n\r\n{}".to_owned(),
        "Content-Disposition: form-data; name=\"image\"\r\nContent-Type: image/png\r\ncontent-transfer-encoding: \
         base64\r\n\r\ncG5n"
            .to_owned(),
        "Content-Disposition: form-data; name=\"icon\"; filename=\"file\"\r\nContent-Type: image/png\r\n\r\npng"
            .to_owned(),
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
