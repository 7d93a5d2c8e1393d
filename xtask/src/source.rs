//! Fetches a document from a file or over HTTP.

use std::fs;
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use logto_generator::load::MAX_BYTES;
use ureq::Body;
use ureq::http::{Response, Uri};
use url::Url;

/// The bytes of a document, and where they are from.
#[derive(Debug)]
pub struct Source {
    /// As they were served or stored.
    pub bytes: Vec<u8>,
    /// The URL without credentials and query, or the file's name without its path.
    pub origin: String,
}

/// How many redirects are followed.
const MOST_REDIRECTS: usize = 5;

/// Which hosts a document may come from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Hosts {
    /// The one of the URL: a redirect to another is an error.
    #[default]
    Own,
    /// Whatever redirects lead to.
    Any,
}

/// Reads a file or an http(s) URL.
pub fn read(source: &str, hosts: Hosts) -> Result<Source> {
    if source.starts_with("http://") || source.starts_with("https://") {
        fetch(source, hosts)
    } else {
        open(Path::new(source))
    }
}

/// Reads a file next to a document, by its path from the folder of the document; the error is in words. What links lead to
/// outside of the folder is not read.
pub fn next_to(folder: &Path, path: &str) -> Result<Vec<u8>, String> {
    inside(folder, path).and_then(|file| open(&file)).map(|source| source.bytes).map_err(|error| format!("{error:#}"))
}

/// The file that a path from a folder leads to, which is below the folder.
fn inside(folder: &Path, path: &str) -> Result<PathBuf> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    ensure!(
        Path::new(path).components().all(|step| matches!(step, Component::Normal(_))),
        "it is outside of the folder"
    );
    let found = folder.join(path);
    let file = found.canonicalize().with_context(|| format!("cannot open {}", found.display()))?;
    let folder = folder.canonicalize().with_context(|| format!("cannot open {}", folder.display()))?;
    ensure!(file.starts_with(folder), "{} is a link out of the folder of the document", found.display());
    // Asked before it is opened, since a pipe without a writer opens never, and a device ends never.
    ensure!(file.is_file(), "{} is no file", found.display());
    Ok(file)
}

fn open(path: &Path) -> Result<Source> {
    let shown = path.display();
    let file = fs::File::open(path).with_context(|| format!("cannot open {shown}"))?;
    let mut bytes = Vec::new();
    // One byte more than is allowed, so that what is too large is seen as such.
    file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes).with_context(|| format!("cannot read {shown}"))?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    Ok(Source { bytes, origin: name.unwrap_or_default() })
}

fn fetch(url: &str, hosts: Hosts) -> Result<Source> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(120)))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .build()
        .into();
    let (origin, mut url) = (origin(url)?, url.to_owned());
    for _ in 0..=MOST_REDIRECTS {
        let response = agent
            .get(&url)
            .header("accept", "application/json, application/yaml, */*;q=0.1")
            .call()
            .with_context(|| format!("cannot fetch {origin}"))?;
        if !response.status().is_redirection() {
            return received(response, origin);
        }
        url = redirected(&url, &response, hosts).with_context(|| format!("{origin} was not fetched"))?;
    }
    bail!("cannot fetch {origin}: it redirects more than {MOST_REDIRECTS} times")
}

/// The address that a redirect leads to.
fn redirected(url: &str, response: &Response<Body>, hosts: Hosts) -> Result<String> {
    let location = response.headers().get("location").and_then(|value| value.to_str().ok());
    let location = location.context("it redirects to nowhere")?;
    let base = Url::parse(url).context("it is no URL")?;
    let target = base.join(location).context("it redirects to what is no URL")?;
    ensure!(
        base.scheme() == target.scheme() || target.scheme() == "https",
        "it redirects from https to {}, where anybody may change the document",
        target.scheme()
    );
    let same = (base.host_str(), base.port_or_known_default()) == (target.host_str(), target.port_or_known_default())
        || base.host_str() == target.host_str() && target.scheme() == "https";
    ensure!(
        same || hosts == Hosts::Any,
        "it redirects to another host, {}; if that is right, take its address, or add --follow-redirects",
        target.host_str().unwrap_or_default()
    );
    Ok(target.into())
}

/// The document in a response. The bound is one of decoded bytes: a compressed text may be a thousand times as large.
fn received(mut response: Response<Body>, origin: String) -> Result<Source> {
    let status = response.status();
    ensure!(status.is_success(), "{origin} answered with status {status}");
    let media = response.headers().get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if media.starts_with("text/html") {
        bail!("{origin} answered with an HTML page and no document; check the address, and that it needs no login");
    }
    let mut bytes = Vec::new();
    // One byte more than is allowed, so that what is too large is seen as such.
    let mut body = response.body_mut().with_config().limit(u64::MAX).reader().take(MAX_BYTES as u64 + 1);
    body.read_to_end(&mut bytes).with_context(|| format!("{origin} did not send all of the document"))?;
    ensure!(bytes.len() <= MAX_BYTES, "{origin} sent more than {} MiB, decoded", MAX_BYTES >> 20);
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
