//! Spans of calls and attempts, named by OpenTelemetry's conventions for HTTP clients. Never a query, never a path value.

use reqwest::StatusCode;
use tracing::Span;
use tracing::field::Empty;

use crate::base_url::BaseUrl;
use crate::error::{Error, Place};

/// The span of a whole call.
pub(crate) fn call(place: &Place, base: &BaseUrl) -> Span {
    tracing::info_span!(
        "call",
        "otel.name" = place.operation,
        "otel.kind" = "internal",
        "http.request.method" = place.method.as_str(),
        "url.template" = place.template,
        "server.address" = base.host(),
        "server.port" = base.port(),
        "http.response.status_code" = Empty,
        "error.type" = Empty,
        "otel.status_code" = Empty,
    )
}

/// The span of one attempt; `number` counts from 1.
pub(crate) fn attempt(place: &Place, base: &BaseUrl, number: u32) -> Span {
    let span = tracing::info_span!(
        "attempt",
        "otel.name" = format_args!("{} {}", place.method, place.template),
        "otel.kind" = "client",
        "http.request.method" = place.method.as_str(),
        "url.template" = place.template,
        "server.address" = base.host(),
        "server.port" = base.port(),
        "http.request.resend_count" = Empty,
        "http.response.status_code" = Empty,
        "error.type" = Empty,
        "otel.status_code" = Empty,
    );
    if number > 1 {
        span.record("http.request.resend_count", number.saturating_sub(1));
    }
    span
}

/// Records the status of a reply.
pub(crate) fn answered(span: &Span, status: StatusCode) {
    span.record("http.response.status_code", status.as_u16());
}

/// Records a failure.
pub(crate) fn failed(span: &Span, error: &Error) {
    span.record("error.type", &*error.type_name());
    span.record("otel.status_code", "ERROR");
}
