//! Spans, and what must not be in them.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use logto_runtime::Method;
use tracing::field::{Field, Visit};
use tracing::instrument::WithSubscriber;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::server::{Server, json};
use crate::{client, soon};

/// A subscriber that writes everything down, of every level and crate.
#[derive(Clone, Default)]
struct Log {
    lines: Arc<Mutex<Vec<String>>>,
    spans: Arc<AtomicU64>,
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0 += &format!(" {}={value:?}", field.name());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0 += &format!(" {}={value}", field.name());
    }
}

impl Log {
    fn write(&self, line: Line) {
        self.lines.lock().unwrap().push(line.0);
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let id = self.spans.fetch_add(1, Ordering::SeqCst) + 1;
        let mut line = Line(format!("{} {}", id, span.metadata().name()));
        span.record(&mut line);
        self.write(line);
        Id::from_u64(id)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let mut line = Line(format!("{} record", span.into_u64()));
        values.record(&mut line);
        self.write(line);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(event.metadata().target().to_owned());
        event.record(&mut line);
        self.write(line);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn spans_follow_the_conventions_and_tell_nothing_personal() {
    let server = Server::start(|_, number| match number {
        0 => json(503, ""),
        _ => json(404, r#"{"code":"entity.not_found","message":"no canary-path"}"#),
    })
    .await;
    let (client, _) = client(&server);
    let log = Log::default();
    let call = client
        .request(Method::GET, "GetUser", "/api/users/{userId}")
        .path("canary-path")
        .query("email", "canary-query")
        .empty();
    let error = soon(call.send().with_subscriber(log.clone())).await.unwrap_err();
    let lines = log.lines.lock().unwrap().clone();
    let place = format!("server.address=127.0.0.1 server.port={}", server.address.port());
    let user = format!("http.request.method=GET url.template=/api/users/{{userId}} {place}");
    let expected = [
        format!("1 call otel.name=GetUser otel.kind=internal {user}"),
        format!(
            "attempt otel.name=POST /oidc/token otel.kind=client http.request.method=POST url.template=/oidc/token {place}"
        ),
        format!("attempt otel.name=GET /api/users/{{userId}} otel.kind=client {user}"),
        "record http.request.resend_count=1".to_owned(),
        "record http.response.status_code=503".to_owned(),
        "record error.type=503".to_owned(),
        "record http.response.status_code=404".to_owned(),
        "1 record error.type=404".to_owned(),
        "1 record otel.status_code=ERROR".to_owned(),
    ];
    for part in &expected {
        assert!(lines.iter().any(|line| line.contains(part.as_str())), "{part} is not in {lines:#?}");
    }
    let ours: Vec<_> = lines.iter().filter(|line| !line.starts_with("hyper") && !line.starts_with("h2")).collect();
    let all = format!("{ours:?} {error} {error:?} {client:?}");
    for canary in ["canary", "hunter2", "Bearer", "t1"] {
        assert!(!all.contains(canary), "{canary} is in {all}");
    }
}
