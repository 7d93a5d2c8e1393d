//! The HTTP client underneath, and what its errors mean.

use std::error::Error as StdError;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use rustls_platform_verifier::BuilderVerifierExt;

use crate::base_url::BaseUrl;
use crate::error::{Error, Kind};
use crate::retry::Failure;
use crate::settings::Timeouts;
use crate::upload::StreamError;

/// The longest time that a connection is kept.
const LONGEST_IDLE: Duration = Duration::from_secs(365 * 24 * 60 * 60);

type Cause = dyn StdError + 'static;

/// The HTTP clients of a client.
#[derive(Clone)]
pub(crate) struct Transport {
    http: reqwest::Client,
    /// For servers on this machine, which no proxy is asked for: what is sent there is not for others to see.
    direct: reqwest::Client,
}

impl Transport {
    /// TLS by rustls with the roots of the platform, no redirects, no cookies.
    ///
    /// Without TLS no roots are loaded, so that a server on this machine can be called where no certificates are installed.
    pub(crate) fn new(timeouts: &Timeouts, tls: bool, proxy: bool) -> Result<Self, Error> {
        let tls = if tls { trusting_the_platform()? } else { trusting_nobody()? };
        let direct = build(timeouts, tls.clone(), false)?;
        let http = if proxy { build(timeouts, tls, true)? } else { direct.clone() };
        Ok(Self { http, direct })
    }

    /// A client that was handed in, whose proxies are its own affair.
    pub(crate) fn of(http: reqwest::Client) -> Self {
        Self { direct: http.clone(), http }
    }

    /// The HTTP client for a server.
    pub(crate) fn to(&self, server: &BaseUrl) -> &reqwest::Client {
        if server.is_loopback() { &self.direct } else { &self.http }
    }
}

fn build(timeouts: &Timeouts, tls: rustls::ClientConfig, proxy: bool) -> Result<reqwest::Client, Error> {
    let mut builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .connect_timeout(timeouts.connect)
        // The pool adds it to the time that it is.
        .pool_idle_timeout(timeouts.pool_idle.min(LONGEST_IDLE));
    if !proxy {
        builder = builder.no_proxy();
    }
    builder
        .build()
        .map_err(|error| Error::config("the HTTP client could not be set up").with_source(error.without_url()))
}

/// What an error means that comes after the head of the reply. Whatever it says, the server has looked at the request.
pub(crate) fn explain_body(error: reqwest::Error) -> (Failure, Error) {
    match explain(error) {
        (Failure::Connect, error) => {
            let ours =
                Error::new(Kind::Interrupted, "the connection ended before the whole reply came").with_source(error);
            (Failure::Truncated, ours)
        }
        explained => explained,
    }
}

/// What an error of the HTTP client means for a retry, and as an error of ours.
pub(crate) fn explain(error: reqwest::Error) -> (Failure, Error) {
    let error = error.without_url();
    let (failure, kind, what, hint) = if find::<StreamError>(&error).is_some() {
        (Failure::Permanent, Kind::Input, "the body of the request could not be read to its end", "")
    } else if is_certificate(&error) {
        let hint = "check that the base URL has the right host and that this machine trusts its issuer";
        (Failure::Certificate, Kind::Certificate, "the server's certificate is not trusted", hint)
    } else if error.is_connect() {
        let hint = "check the base URL, the network and whether the server runs";
        (Failure::Connect, Kind::Connect, "no connection to the server", hint)
    } else if is_unprocessed(&error) {
        // Nothing was done, so what holds is what holds without a connection.
        (Failure::Connect, Kind::Interrupted, "the server turned the request away without looking at it", "")
    } else if error.is_timeout() {
        (Failure::Timeout, Kind::Timeout, "the HTTP client gave up waiting", "")
    } else if error.is_builder() {
        (Failure::Permanent, Kind::Input, "the request could not be written", "")
    } else if find::<hyper::Error>(&error).is_some_and(|error| error.is_parse() && !error.is_incomplete_message()) {
        let hint = "check that the base URL and its port belong to the service";
        (Failure::Unreadable, Kind::Protocol, "the server answered with something that is not HTTP", hint)
    } else if error.is_body() || error.is_decode() {
        (Failure::Truncated, Kind::Interrupted, "the body of the reply ended early or is damaged", "")
    } else {
        (Failure::Interrupted, Kind::Interrupted, "the connection ended before the reply came", "")
    };
    let ours = Error::new(kind, what);
    let ours = if hint.is_empty() { ours } else { ours.hint(hint) };
    (failure, ours.with_source(error))
}

fn trusting_the_platform() -> Result<rustls::ClientConfig, Error> {
    let config = tls().and_then(BuilderVerifierExt::with_platform_verifier).map_err(no_tls)?;
    let mut config = config.with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn trusting_nobody() -> Result<rustls::ClientConfig, Error> {
    let config = tls().map_err(no_tls)?;
    Ok(config.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth())
}

/// The provider is named, so that it does not matter what else in the process installs a default one.
fn tls() -> Result<rustls::ConfigBuilder<rustls::ClientConfig, rustls::WantsVerifier>, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()
}

fn no_tls(error: rustls::Error) -> Error {
    Error::config("TLS could not be set up")
        .hint("check that the certificates of public authorities are installed on this machine, or hand in an HTTP client")
        .with_source(error)
}

fn is_certificate(error: &reqwest::Error) -> bool {
    match find::<rustls::Error>(error) {
        Some(error) => matches!(error, rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented),
        // A handed-in HTTP client may use another TLS library, whose errors have nothing in common but their words.
        None => error.is_connect() && chain(error).any(|error| error.to_string().contains("certificate")),
    }
}

/// Whether the server says that it has not looked at the request (RFC 9113, section 8.7).
fn is_unprocessed(error: &reqwest::Error) -> bool {
    find::<h2::Error>(error).is_some_and(|error| {
        let reason = error.reason();
        let gone = error.is_go_away() && reason == Some(h2::Reason::NO_ERROR);
        let refused = error.is_reset() && reason == Some(h2::Reason::REFUSED_STREAM);
        error.is_remote() && (gone || refused)
    })
}

/// The first error of a type in a chain.
fn find<E: StdError + 'static>(error: &reqwest::Error) -> Option<&E> {
    chain(error).find_map(|error| error.downcast_ref())
}

/// An error and all beneath it, those that an IO error wraps included.
fn chain(error: &reqwest::Error) -> impl Iterator<Item = &Cause> + use<'_> {
    let first: &Cause = error;
    std::iter::successors(Some(first), |&error| beneath(error))
}

/// What an error wraps. The source of a wrapping IO error is the source of what it wraps, which would skip the wrapped one.
fn beneath(error: &Cause) -> Option<&Cause> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(wrapped) => Some(wrapped),
        None => error.source(),
    }
}
