//! Fetches a document from a file or over HTTP.

use std::fs;
use std::io::{self, Read};
use std::path::{Component, Path};
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
    inside(folder, path).map_err(|error| format!("{error:#}"))
}

/// The bytes of the file that a path from a folder leads to, which is below the folder.
fn inside(folder: &Path, path: &str) -> Result<Vec<u8>> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    ensure!(
        Path::new(path).components().all(|step| matches!(step, Component::Normal(_))),
        "it is outside of the folder"
    );
    let found = folder.join(path);
    let folder = folder.canonicalize().with_context(|| format!("cannot open {}", folder.display()))?;
    let file = open_at_once(&found).with_context(|| format!("cannot open {}", found.display()))?;
    check(&file, &found, &folder)?;
    contents(file, &found)
}

/// Opens without waiting: a pipe without a writer would never open.
fn open_at_once(path: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    options.read(true).open(path)
}

/// Refuses an open file that does not lie in the folder, or is none. It is asked after it was opened, so that nobody can put
/// another in its place in between.
fn check(file: &fs::File, found: &Path, folder: &Path) -> Result<()> {
    let place = found.canonicalize().with_context(|| format!("cannot open {}", found.display()))?;
    ensure!(place.starts_with(folder), "{} is a link out of the folder of the document", found.display());
    let opened = file.metadata()?;
    ensure!(opened.is_file(), "{} is no file", found.display());
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let there = fs::symlink_metadata(&place)?;
        let is_same = (there.dev(), there.ino()) == (opened.dev(), opened.ino());
        ensure!(is_same, "{} was replaced while it was read", found.display());
    }
    Ok(())
}

fn open(path: &Path) -> Result<Source> {
    let shown = path.display();
    let file = fs::File::open(path).with_context(|| format!("cannot open {shown}"))?;
    let bytes = contents(file, path)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    Ok(Source { bytes, origin: name.unwrap_or_default() })
}

fn contents(file: fs::File, path: &Path) -> Result<Vec<u8>> {
    let shown = path.display();
    let mut bytes = Vec::new();
    // One byte more than is allowed, so that what is too large is seen as such.
    file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes).with_context(|| format!("cannot read {shown}"))?;
    Ok(bytes)
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

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// Between a check and an opening somebody could put another file in place; so what was opened is checked.
    #[test]
    fn r18_the_file_that_was_opened_is_the_one_that_is_checked() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().canonicalize().unwrap().join("folder");
        fs::create_dir(&folder).unwrap();
        let (inside, outside) = (folder.join("a.yaml"), place.path().join("secret"));
        fs::write(&inside, "inside").unwrap();
        fs::write(&outside, "outside").unwrap();
        let opened = open_at_once(&inside).unwrap();
        check(&opened, &inside, &folder).unwrap();
        // The link was followed when it was opened, and was replaced by a file in the folder before it was checked.
        let opened = open_at_once(&outside).unwrap();
        let error = check(&opened, &inside, &folder).unwrap_err();
        assert!(error.to_string().contains("was replaced while it was read"), "{error}");
        fs::remove_file(&inside).unwrap();
        std::os::unix::fs::symlink(&outside, &inside).unwrap();
        assert!(next_to(&folder, "a.yaml").unwrap_err().contains("is a link out of the folder"));
    }
}
