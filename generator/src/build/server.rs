//! Servers: where the API is, and operations that are elsewhere.

use super::Builder;
use crate::error::push;
use crate::model::{Server, ServerVariable};

impl Builder<'_> {
    /// The servers of the document that can be called by HTTP.
    pub(super) fn servers(&mut self) -> Vec<Server> {
        let callable = self.callable(&self.api.servers, "/servers");
        for (place, (index, server)) in callable.iter().enumerate() {
            let what = match place {
                _ if server.is_offered() || wrong(server).is_some() => continue,
                0 if server.has_variables() => "has variables at their defaults: a client must be told another address",
                0 => continue,
                _ => "has no scheme and is not the first: a client must be told the address",
            };
            self.note_at(&push("/servers", index), format!("`{}` {what}", server.url));
        }
        callable.into_iter().map(|(_, server)| server).collect()
    }

    /// The servers of a list that can be called by HTTP, each with its place in the list.
    fn callable(&mut self, of: &[openapiv3::Server], at: &str) -> Vec<(usize, Server)> {
        let mut callable = Vec::new();
        for (index, server) in servers(of).into_iter().enumerate() {
            if let Some(what) = wrong(&server) {
                self.note_at(&push(at, index), what);
            }
            if is_http(&server) {
                callable.push((index, server));
            }
        }
        callable
    }

    /// The address of an operation, where its own servers or those of its path item are not those of the document.
    pub(super) fn elsewhere(&mut self, own: &[openapiv3::Server], document: &[Server], at: &str) -> Option<String> {
        let at = push(at, "servers");
        let own = self.callable(own, &at);
        let known = |server: &Server| document.iter().any(|other| address(other) == address(server));
        let (index, first) = own.iter().find(|(_, server)| wrong(server).is_none()).or(own.first())?;
        if own.iter().any(|(_, server)| known(server)) {
            return None;
        }
        if first.has_variables() && wrong(first).is_none() {
            self.note_at(&push(&at, index), "its variables are at their defaults: a call cannot choose others");
        }
        if own.len() > 1 {
            let what = format!("it has {} servers of its own: the first is called", own.len());
            self.note_at(&at, what);
        }
        Some(address(first))
    }
}

/// The servers of a list, as addresses that can be joined.
fn servers(of: &[openapiv3::Server]) -> Vec<Server> {
    let variables = |server: &openapiv3::Server| {
        let variables = server.variables.iter().flatten();
        variables
            .map(|(name, variable)| ServerVariable {
                name: name.clone(),
                default: variable.default.clone(),
                values: variable.enumeration.clone(),
            })
            .collect()
    };
    of.iter().map(|server| Server { url: plain(&server.url), variables: variables(server) }).collect()
}

/// A URL as it is joined: schemes have no case (RFC 3986, section 3.1), and what has none of its own is called over TLS.
fn plain(url: &str) -> String {
    let url = url.trim();
    match url.split_once("://") {
        Some((scheme, rest)) if !scheme.contains(['{', '/']) => format!("{}://{rest}", scheme.to_ascii_lowercase()),
        None if url.starts_with("//") => format!("https:{url}"),
        _ => url.to_owned(),
    }
}

/// The scheme of a server; `None`: it has none, or one that is a variable without a default.
fn scheme(url: &str) -> Option<&str> {
    url.split_once(':').map(|(scheme, _)| scheme).filter(|scheme| !scheme.contains(['/', '{', '?', '#']))
}

fn is_http(server: &Server) -> bool {
    matches!(scheme(&server.address()), None | Some("http" | "https"))
}

/// Why the address of a server is not called as it is; `None`: it is.
fn wrong(server: &Server) -> Option<String> {
    let (url, shown) = (address(server), &server.url);
    if !is_http(server) {
        return Some(format!("`{shown}` is no address of HTTP: it is left out"));
    }
    if let Some((name, _)) = url.split_once('{').and_then(|(_, rest)| rest.split_once('}')) {
        return Some(format!("`{shown}` has no default for `{name}`: a client must be told the address"));
    }
    if !is_plain(&url) {
        let what = "a query, a fragment, a blank or a user in it: a client must be told the address";
        return Some(format!("`{shown}` has {what}"));
    }
    let first = url.split('/').next().unwrap_or_default();
    let looks_like_host = scheme(&url).is_none() && first.contains('.') && first.contains(char::is_alphanumeric);
    let what = "no scheme, so it is a path, as the specification says; begin it with `https://` if it is a host";
    looks_like_host.then(|| format!("`{shown}` has {what}"))
}

/// Whether an address has nothing but a scheme, a host and a path.
fn is_plain(url: &str) -> bool {
    let host = url.split_once("://").map(|(_, rest)| rest.split('/').next().unwrap_or_default());
    !url.contains(['?', '#', ' ']) && !host.is_some_and(|host| host.contains('@'))
}

/// The URL of a server with its variables at their defaults.
fn address(server: &Server) -> String {
    let url = server.address();
    let plain = url.trim_end_matches('/');
    if plain.is_empty() { "/".to_owned() } else { plain.to_owned() }
}

impl Server {
    /// Whether a client can be given its address: one with a scheme, that ends in a path.
    pub fn is_offered(&self) -> bool {
        let scheme = self.url.split_once("://").map(|(scheme, _)| scheme);
        scheme.is_some_and(|scheme| matches!(scheme, "http" | "https") || scheme.starts_with('{'))
            && is_plain(&self.address())
    }

    fn has_variables(&self) -> bool {
        self.variables.iter().any(|variable| self.url.contains(&format!("{{{}}}", variable.name)))
    }

    /// The URL with its variables at their defaults.
    pub fn address(&self) -> String {
        let mut url = self.url.clone();
        for variable in &self.variables {
            url = url.replace(&format!("{{{}}}", variable.name), &variable.default);
        }
        url
    }
}
