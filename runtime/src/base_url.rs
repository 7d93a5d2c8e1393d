//! The address of a server, checked once.

use std::borrow::Cow;
use std::fmt;

use reqwest::Url;
use url::Host;

/// Scheme, host, port and path prefix of a server.
#[derive(Clone)]
pub(crate) struct BaseUrl {
    url: Url,
    /// The path without a slash at its end.
    prefix: String,
}

impl BaseUrl {
    /// Reads an address. `repeated` is the prefix that the paths of the document begin with.
    pub(crate) fn parse(text: &str, allow_http: bool, repeated: Option<&str>) -> Result<Self, String> {
        if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err("has a blank or a control character in it".to_owned());
        }
        let url = Url::parse(text).map_err(|error| {
            format!("is not a URL ({error}); write it with its scheme, like `https://auth.example.com`")
        })?;
        if !matches!(url.scheme(), "https" | "http") {
            return Err("is neither https nor http".to_owned());
        }
        if url.host().is_none() {
            return Err("has no host".to_owned());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("has a user name or a password in it; pass credentials to the builder".to_owned());
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err("has a query or a fragment; only scheme, host, port and a path prefix belong in it".to_owned());
        }
        let prefix = url.path().trim_end_matches('/').to_owned();
        if let Some(repeated) = repeated.filter(|repeated| prefix.ends_with(*repeated)) {
            return Err(format!("ends in `{repeated}`, which every path already begins with; leave it out"));
        }
        let base = Self { url, prefix };
        if base.url.scheme() == "http" && !allow_http && !base.is_loopback() {
            return Err("is http, so the token would travel in clear text; use https, or `allow_http()` for a \
                        network that you trust"
                .to_owned());
        }
        Ok(base)
    }

    /// Whether the host is this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        match self.url.host() {
            Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
    }

    /// Whether it is what a text says.
    pub(crate) fn is(&self, text: &str) -> bool {
        Url::parse(text)
            .is_ok_and(|url| url.origin() == self.url.origin() && url.path().trim_end_matches('/') == self.prefix)
    }

    /// Whether it is called over TLS.
    pub(crate) fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// A URL below this one, with an encoded query. `None` when the path would not stay as it is written.
    pub(crate) fn join(&self, path: &str, query: &str) -> Option<Url> {
        let mut url = self.url.clone();
        let path = if self.prefix.is_empty() { Cow::Borrowed(path) } else { Cow::Owned([&self.prefix, path].concat()) };
        url.set_path(&path);
        if url.path() != path {
            return None;
        }
        if !query.is_empty() {
            url.set_query(Some(query));
        }
        Some(url)
    }

    /// A URL, or a reference that is relative to this one (RFC 3986, section 5).
    pub(crate) fn reference(&self, reference: &str) -> Option<Url> {
        self.url.join(reference).ok()
    }

    /// Whether a URL has the same scheme, host and port.
    pub(crate) fn is_origin_of(&self, url: &Url) -> bool {
        url.origin() == self.url.origin()
    }

    /// Scheme, host and port.
    pub(crate) fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// The host.
    pub(crate) fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// The port, also where it is the scheme's own.
    pub(crate) fn port(&self) -> u16 {
        self.url.port_or_known_default().unwrap_or_default()
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.url.as_str())
    }
}

#[cfg(test)]
mod tests;
