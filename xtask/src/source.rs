//! Fetches a document from a file or over HTTP.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use logto_generator::load::MAX_BYTES;
use ureq::http::Uri;

/// The bytes of a document, and where they are from.
#[derive(Debug)]
pub struct Source {
    /// As they were served or stored.
    pub bytes: Vec<u8>,
    /// The URL without credentials and query, or the file's name without its path.
    pub origin: String,
}

/// Reads a file or an http(s) URL.
pub fn read(source: &str) -> Result<Source> {
    if source.starts_with("http://") || source.starts_with("https://") { fetch(source) } else { open(source) }
}

/// Reads a file next to a document, by its path from the folder of the document; the error is in words.
pub fn next_to(folder: &Path, path: &str) -> Result<Vec<u8>, String> {
    open(&folder.join(path).to_string_lossy()).map(|source| source.bytes).map_err(|error| format!("{error:#}"))
}

fn open(path: &str) -> Result<Source> {
    let file = fs::File::open(path).with_context(|| format!("cannot open {path}"))?;
    let mut bytes = Vec::new();
    // One byte more than is allowed, so that what is too large is seen as such.
    file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes).with_context(|| format!("cannot read {path}"))?;
    let name = Path::new(path).file_name().map(|name| name.to_string_lossy().into_owned());
    Ok(Source { bytes, origin: name.unwrap_or_default() })
}

fn fetch(url: &str) -> Result<Source> {
    let origin = origin(url)?;
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(120)))
        .max_redirects(5)
        .http_status_as_error(false)
        .build()
        .into();
    let mut response = agent
        .get(url)
        .header("accept", "application/json, application/yaml, */*;q=0.1")
        .call()
        .with_context(|| format!("cannot fetch {origin}"))?;
    let status = response.status();
    ensure!(status.is_success(), "{origin} answered with status {status}");
    let media = response.headers().get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if media.starts_with("text/html") {
        bail!("{origin} answered with an HTML page and no document; check the address, and that it needs no login");
    }
    let body = response.body_mut().with_config().limit(MAX_BYTES as u64 + 1);
    let bytes = body.read_to_vec().with_context(|| format!("{origin} did not send all of the document"))?;
    Ok(Source { bytes, origin })
}

/// A URL as it may be written down: no credentials, no query.
fn origin(url: &str) -> Result<String> {
    let uri: Uri = url.parse().with_context(|| format!("`{url}` is no URL"))?;
    let (scheme, authority) =
        (uri.scheme_str().unwrap_or_default(), uri.authority().map_or("", |authority| authority.as_str()));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    ensure!(!host.is_empty(), "`{url}` has no host");
    Ok(format!("{scheme}://{host}{}", uri.path()))
}
