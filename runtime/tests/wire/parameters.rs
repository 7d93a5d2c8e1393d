//! Parameters of every place and style, as they arrive.

use std::collections::BTreeMap;

use logto_runtime::{Call, Method, Paged, Part, Request, Style, object, query_json};
use serde_json::json as value;

use crate::server::{Server, json, text};
use crate::{client, soon};

/// What a generated crate has as a type.
struct Point {
    x: Option<Vec<f64>>,
    y: f64,
}
object!(Point { x: "x", y: "y" });
query_json!(Point);

const LOST: Point = Point { x: None, y: f64::NAN };

#[tokio::test]
async fn parameters_arrive_as_they_are_written() {
    let server = Server::start(|_, _| text(200, "")).await;
    let (client, _) = client(&server);
    let call = client
        .request(Method::GET, "Op", "/api/a{a}/b/{b}/{c}")
        .path_as(Style::Matrix, &["x", "y;z"])
        .path_as(Style::LabelExploded, &value!({"k": "v.w"}))
        .path("plain")
        .query("first", 1)
        .query_as("list", Style::Form, &["a", "b,c"])
        .query_as("deep", Style::Deep, &value!({"k": ["v"]}))
        .query_as("none", Style::Deep, &None::<String>)
        .query_reserved("url", "https://a.example/?b=c&d")
        .header("X-List", &["a", "b"])
        .header("X-None", &None::<i64>)
        .header("Content-Length", &7)
        .header("Accept", "text/csv")
        .header_as("X-Json", Style::Json, &value!({"a": "ü"}))
        .cookie("one", "a b")
        .cookie("many", &["x", "y"])
        .header("Cookie", "raw=ü")
        .query("last", "a b*~");
    soon(call.empty().send()).await.unwrap();
    let seen = server.calls().pop().unwrap();
    assert_eq!(seen.path, "/api/a;a=x,y%3Bz/b/.k=v.w/plain");
    let query = "first=1&list=a,b%2Cc&deep%5Bk%5D%5B0%5D=v&url=https://a.example/?b=c%26d&last=a%20b%2A~";
    assert_eq!(seen.query, query);
    let headers = ["x-list", "x-none", "content-length", "accept", "x-json", "cookie"]
        .map(|name| seen.headers.get(name).map(String::as_str));
    let cookies = Some("one=a%20b; many=x; many=y; raw=ü");
    assert_eq!(headers, [Some("a,b"), None, None, Some("text/csv"), Some(r#"{"a":"\u00fc"}"#), cookies]);
}

#[tokio::test]
async fn optional_parameters_are_set_on_calls_and_lists() {
    let server = Server::start(|_, _| json(200, "[]")).await;
    let (client, _) = client(&server);
    let request = || client.request(Method::POST, "Op", "/api/x");
    let call: Call<Vec<i64>> = request().json();
    let list: Paged<i64> = request().list();
    let call = call.query_as("q", Style::Pipe, &[1, 2]).header("x-a", "b").cookie("c", "d").json_body(&[1]);
    let list =
        list.query_as("q", Style::Pipe, &[1, 2]).header("x-a", "b").cookie("c", "d").json_body(&[1]).page_size(2);
    soon(call.send()).await.unwrap();
    soon(list.all()).await.unwrap();
    for seen in server.calls() {
        assert!(seen.query.starts_with("q=1%7C2"), "{}", seen.query);
        assert_eq!(
            (seen.headers["x-a"].as_str(), seen.headers["cookie"].as_str(), seen.body.as_str()),
            ("b", "c=d", "[1]")
        );
    }
    assert_eq!(server.calls().len(), 2);
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_before_any_io() {
    type Change = fn(Request) -> Request;
    let server = Server::start(|_, _| text(200, "")).await;
    let (client, _) = client(&server);
    let cases: Vec<(Change, &str)> = vec![
        (|r| r.path_as(Style::Simple, &[""; 0]), "path parameter `id` is empty"),
        (|r| r.path_as(Style::Label, "."), "path parameter `id` is `.` or `..`"),
        (|r| r.path("a").query_as("q", Style::Space, &["canary b", "c"]), "query parameter `q`"),
        (|r| r.path("a").header("X-A", "canary\r\nX-B: c"), "header parameter `X-A`"),
        (|r| r.path("a").header("X-A", "canary\0"), "header parameter `X-A`"),
        (|r| r.path("a").header("X-A", " canary"), "begins or ends with a blank"),
        (|r| r.path("a").header("X A", "canary"), "no valid name"),
        (|r| r.path("a").header("Transfer-Encoding", "canary"), "only the client itself"),
        (|r| r.path("a").header("X-A", &["canary,b", "c"]), "header parameter `X-A`"),
        (|r| r.path_as(Style::Simple, &["", " "]), "path parameter `id` is empty"),
        // JSON has no word for these, so they would be left out.
        (|r| r.path_as(Style::Simple, &f64::NAN), "path parameter `id` has a number"),
        (|r| r.path("a").query_as("q", Style::Form, &[1.0, f64::INFINITY]), "query parameter `q` has a number"),
        (|r| r.path("a").query_reserved("q", &f32::NAN), "query parameter `q` has a number"),
        (|r| r.path("a").header("X-A", &Some(f64::NEG_INFINITY)), "header parameter `X-A` has a number"),
        (|r| r.path("a").cookie("c", &f64::NAN), "cookie parameter `c` has a number"),
        (|r| r.path("a").form_body(&BTreeMap::from([("a", (None::<i64>, f64::NAN))])), "the form has a number"),
        (|r| r.path("a").json_body(&[1.0, f64::NAN]), "the body has a number"),
        (|r| r.path("a").part("p", Part::json(&f64::INFINITY)), "part `p` has a number"),
        (|r| r.path("a").part("p", f64::NAN), "part `p` has a number"),
        (|r| r.path("a").part("p", Part::from(f64::NAN).mime("text/csv")), "part `p` has a number"),
        // The types of a generated crate write their JSON by themselves.
        (|r| r.path_as(Style::Simple, &LOST), "path parameter `id` has a number"),
        (|r| r.path("a").query("q", LOST), "query parameter `q` has a number"),
        (|r| r.path("a").query_as("q", Style::Deep, &[LOST]), "query parameter `q` has a number"),
        (|r| r.path("a").header("X-A", &Some(LOST)), "header parameter `X-A` has a number"),
        (|r| r.path("a").cookie("c", &LOST), "cookie parameter `c` has a number"),
        (|r| r.path("a").form_body(&LOST), "the form has a number"),
        (|r| r.path("a").json_body(&(LOST, 1)), "the body has a number"),
        (|r| r.path("a").part("p", Part::json(&LOST)), "part `p` has a number"),
        (|r| r.path("a").content_type("text/\n"), "media type"),
        (|r| r.path("a").form_body(&["canary"]), "as a form"),
    ];
    for (change, part) in cases {
        let request = change(client.request(Method::POST, "Op", "/api/x/{id}"));
        let error = soon(request.empty().send()).await.unwrap_err();
        assert!(error.is_input() && error.attempts() == 0 && error.to_string().contains(part), "{part}: {error}");
        assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
    }
    assert!(server.calls().is_empty() && server.tokens() == 0);

    // What was refused does not harm what comes after it, and `null` alone is no such number.
    let point = Point { x: Some(vec![0.5]), y: 2.0 };
    let call = client
        .request(Method::POST, "Op", "/api/x")
        .query_as("q", Style::Deep, &point)
        .json_body(&(None::<i64>, point));
    soon(call.empty().send()).await.unwrap();
    let seen = server.calls().pop().unwrap();
    assert_eq!(
        (seen.query.as_str(), seen.body.as_str()),
        ("q%5Bx%5D%5B0%5D=0.5&q%5By%5D=2", r#"[null,{"x":[0.5],"y":2}]"#)
    );
}

#[tokio::test]
async fn values_that_a_server_repeats_are_not_told() {
    let server = Server::start(|seen, _| {
        let said = format!("{} {} {:?} {}", seen.path, seen.query, seen.headers, seen.body).replace(['"', '\\'], "");
        let numbers = "77001 77002 77003 77004 77005 77006";
        let numbers = if said.contains("77001") { numbers } else { "" };
        json(400, &format!(r#"{{"message":"canary-1 canary-2 canary-3 canary-4 canary-5 canary-6 {numbers} {said}"}}"#))
    })
    .await;
    let (client, _) = client(&server);
    let call = client
        .request(Method::GET, "Op", "/api/x/{id}")
        .path_as(Style::Simple, &["canary-1"])
        .query_as("q", Style::Deep, &value!({"a": ["canary-2"]}))
        .query_reserved("r", "canary-3")
        .header("X-A", &["canary-4"])
        .cookie("c", "canary-5")
        .form_body(&value!({"f": {"g": ["canary-6"]}}));
    let numbers = client
        .request(Method::GET, "Op", "/api/x/{id}")
        .path_as(Style::Simple, &[77001])
        .query_as("q", Style::Deep, &value!({"a": [77002]}))
        .query("r", 77003)
        .header("X-A", &77004)
        .cookie("c", &77005)
        .form_body(&value!({"f": 77006}));
    // As they stand in the URL.
    let written = client
        .request(Method::GET, "Op", "/api/x/{id}")
        .path("/canary/")
        .query("s", "canary canary")
        .query_as("q", Style::Form, &["<canary>", "canary"])
        .query_reserved("r", "a/canary b")
        .cookie("c", "a canary;b");
    for call in [call, numbers, written] {
        let error = soon(call.empty().send()).await.unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(error.is_bad_request() && shown.contains('…'), "{shown}");
        for part in ["canary", "7700", "%2F", "%3C", "a/"] {
            assert!(part == "canary" && shown.contains("canary-") || !shown.contains(part), "{part}: {shown}");
        }
    }
}

#[tokio::test]
async fn paths_that_are_not_written_as_urls_are() {
    let server = Server::start(|_, _| text(200, "")).await;
    let (client, _) = client(&server);
    let cases = [
        ("/api/straße/{id}", "/api/stra%C3%9Fe/a%2Fb", "q=1"),
        ("/api/a b|c/{id}", "/api/a%20b%7Cc/a%2Fb", "q=1"),
        ("/api/{id}:cancel", "/api/a%2Fb:cancel", "q=1"),
        ("/api/{id}?action=list", "/api/a%2Fb", "q=1&action=list"),
        ("/api/{id}#X-Target=A", "/api/a%2Fb", "q=1"),
    ];
    for (template, path, query) in cases {
        soon(client.request(Method::GET, "Op", template).path("a/b").query("q", 1).empty().send()).await.unwrap();
        let seen = server.calls().pop().unwrap();
        assert_eq!((seen.path.as_str(), seen.query.as_str()), (path, query), "{template}");
    }
}
