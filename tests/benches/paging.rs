//! What prefetching is worth: 10,000 users from a server that is 50 ms away, one page at a time and with eight pages
//! ahead.
//!
//! `cargo bench -p logto-tests --bench paging`; it takes about seven seconds, and fails where eight pages ahead are not six
//! times as fast, or not all users come in their order, or memory grows with the length of the list.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use logto_management::Client;
use logto_tests::FakeLogto;
use serde_json::{Value, json};
use tokio::net::TcpListener;

const USERS: usize = 10_000;
const LATENCY: Duration = Duration::from_millis(50);

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let endpoint = serve().await?;
    let logto = Client::builder().self_hosted(endpoint).client_credentials("app", "secret").no_proxy().build()?;
    // Connections, the token and the allocator's first pages are not what is measured.
    logto.list_users().send().await?;
    let mut times = Vec::new();
    for prefetch in [0, 8] {
        let begin = Instant::now();
        let mut users = logto.list_users().items().prefetch(prefetch);
        let (mut count, mut early) = (0, 0);
        while let Some(user) = users.next().await {
            assert_eq!(user?.id, id(count), "in order, nothing twice, nothing missed");
            count += 1;
            if count == USERS / 5 {
                early = resident();
            }
        }
        assert_eq!(count, USERS);
        let (time, grown) = (begin.elapsed(), resident().saturating_sub(early));
        println!("{prefetch} pages ahead: {time:?}; memory from a fifth of the list to its end: +{grown} KiB");
        assert!(grown < 4 * 1024, "memory is not flat");
        times.push(time.as_secs_f64());
    }
    let faster = times[0] / times[1];
    println!("{faster:.1} times as fast");
    assert!(faster >= 6.0, "prefetching is worth less than it should be");
    Ok(())
}

fn id(number: usize) -> String {
    format!("user{number:08}")
}

/// Memory of this process that is resident, in KiB; 0 where the system does not tell.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

/// A server of users that answers everything after the latency. Its pages are made beforehand.
async fn serve() -> std::io::Result<String> {
    let user = FakeLogto::start().await.rows("users").swap_remove(0);
    let page = |numbers: std::ops::Range<usize>| {
        let users = numbers.map(|number| {
            let mut user = user.clone();
            user["id"] = json!(id(number));
            user
        });
        Bytes::from(users.collect::<Value>().to_string())
    };
    let pages: Arc<Vec<Bytes>> =
        Arc::new((0..USERS / 100).map(|number| page(number * 100..number * 100 + 100)).collect());
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let endpoint = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let pages = Arc::clone(&pages);
            let service = service_fn(move |request| answer(request, Arc::clone(&pages)));
            tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    });
    Ok(endpoint)
}

async fn answer(request: Request<Incoming>, pages: Arc<Vec<Bytes>>) -> Result<Response<Full<Bytes>>, Infallible> {
    let query = request.uri().query().unwrap_or_default().to_owned();
    let body = if request.uri().path() == "/oidc/token" {
        let _ = request.into_body().collect().await;
        Bytes::from(r#"{"access_token":"t","expires_in":3600,"token_type":"Bearer","scope":"all"}"#)
    } else {
        tokio::time::sleep(LATENCY).await;
        let number = form_urlencoded::parse(query.as_bytes())
            .find(|(name, _)| name == "page")
            .and_then(|(_, page)| page.parse::<usize>().ok());
        pages.get(number.unwrap_or(1) - 1).cloned().unwrap_or_else(|| Bytes::from("[]"))
    };
    let mut response = Response::new(Full::new(body));
    let headers = response.headers_mut();
    headers.insert("content-type", hyper::header::HeaderValue::from_static("application/json"));
    headers.insert("total-number", hyper::header::HeaderValue::from(USERS));
    Ok(response)
}
