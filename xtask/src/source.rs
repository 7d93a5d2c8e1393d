//! Fetches a document from a file or over HTTP.

use std::fs;
use std::io::Read;
use std::path::{Component, Path, PathBuf};
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
    if source.starts_with("http://") || source.starts_with("https://") {
        fetch(source)
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
