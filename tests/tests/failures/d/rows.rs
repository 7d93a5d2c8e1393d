//! A server of one list, whose pages a test makes, one by one.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub(super) const TOKEN: &str = "/oidc/token";

/// A request for a page, as it arrived.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) path: String,
    pub(super) query: String,
    pub(super) page: u64,
    pub(super) size: u64,
    /// How many came before it.
    pub(super) before: usize,
}

/// A reply.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
}

pub(super) struct Rows {
    endpoint: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    count: watch::Sender<usize>,
    task: JoinHandle<()>,
}

type Script = Arc<dyn Fn(Asked) -> Pin<Box<dyn Future<Output = Answer> + Send>> + Send + Sync>;

impl Answer {
    pub(super) fn json(body: impl Into<String>) -> Self {
        Self { status: 200, headers: Vec::new(), body: body.into() }
    }

    pub(super) fn status(status: u16) -> Self {
        Self { status, ..Self::json("{}") }
    }

    /// The page that was asked for of these rows.
    pub(super) fn page(asked: &Asked, rows: &[i64]) -> Self {
        let from = (asked.page - 1).saturating_mul(asked.size);
        let from = usize::try_from(from).unwrap_or(usize::MAX).min(rows.len());
        let to = from.saturating_add(usize::try_from(asked.size).unwrap_or(usize::MAX)).min(rows.len());
        Self::json(format!("{:?}", &rows[from..to]))
    }

    pub(super) fn header(mut self, name: &'static str, value: impl ToString) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }

    pub(super) fn total(self, total: impl ToString) -> Self {
        self.header("total-number", total)
    }
}

impl Rows {
    /// Answers as the script says.
    pub(super) async fn serve(script: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        Self::serve_later(move |asked| std::future::ready(script(&asked))).await
    }

    /// Answers when the script does.
    pub(super) async fn serve_later<F>(script: impl Fn(Asked) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Answer> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let count = watch::Sender::new(0);
        let script: Script = Arc::new(move |asked| Box::pin(script(asked)));
        let (log, bell) = (Arc::clone(&asked), count.clone());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (script, log, bell) = (Arc::clone(&script), Arc::clone(&log), bell.clone());
                let service =
                    service_fn(move |request| answer(request, Arc::clone(&script), log.clone(), bell.clone()));
                tokio::spawn(
                    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service),
                );
            }
        });
        Self { endpoint, asked, count, task }
    }

    /// Rows from 0 on, with their total.
    pub(super) async fn counted(count: usize) -> Self {
        let rows: Vec<i64> = (0..).take(count).collect();
        Self::serve(move |asked| Answer::page(asked, &rows).total(count)).await
    }

    pub(super) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Every request but those for tokens.
    pub(super) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("a log").clone()
    }

    /// The pages that were asked for, in the order of arrival.
    pub(super) fn pages(&self) -> Vec<u64> {
        self.asked().iter().map(|asked| asked.page).collect()
    }

    /// Waits until as many pages were asked for.
    pub(super) async fn arrived(&self, count: usize) {
        let mut counts = self.count.subscribe();
        counts.wait_for(|arrived| *arrived >= count).await.expect("a server");
    }
}

impl Drop for Rows {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(
    request: Request<Incoming>,
    script: Script,
    log: Arc<Mutex<Vec<Asked>>>,
    bell: watch::Sender<usize>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let path = request.uri().path().to_owned();
    let query = request.uri().query().unwrap_or_default().to_owned();
    let _ = request.into_body().collect().await;
    let answer = if path == TOKEN {
        Answer::json(r#"{"access_token":"t","expires_in":3600,"token_type":"Bearer","scope":"all"}"#)
    } else {
        let number = |name: &str| {
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            pairs.find(|(key, _)| key == name).and_then(|(_, value)| value.parse().ok())
        };
        let (page, size) = (number("page").unwrap_or(1), number("page_size").unwrap_or(20));
        let asked = {
            let mut log = log.lock().expect("a log");
            let asked = Asked { path, query, page, size, before: log.len() };
            log.push(asked.clone());
            bell.send_replace(log.len());
            asked
        };
        script(asked).await
    };
    let mut response = Response::builder().status(answer.status).header("content-type", "application/json");
    for (name, value) in &answer.headers {
        response = response.header(*name, value);
    }
    Ok(response.body(Full::new(answer.body.into())).expect("a reply"))
}
