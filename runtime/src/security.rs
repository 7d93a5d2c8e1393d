//! Which credentials go with a request: the security schemes of a document and what a client has for them.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use reqwest::Url;
use reqwest::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderName, HeaderValue};

use crate::error::{Error, Kind};
use crate::headers;
use crate::secret::Secret;
use crate::style;

/// What an operation needs: alternatives, each the names of schemes that go together. An alternative without names needs
/// nothing.
pub type Security = &'static [&'static [&'static str]];

/// A way to authenticate, as a document declares it.
///
/// ```
/// use logto_runtime::{Client, Profile, Scheme, SchemeKind};
///
/// const PROFILE: Profile = Profile {
///     user_agent: "museum/1.0",
///     schemes: &[
///         Scheme { name: "museum_key", kind: SchemeKind::HeaderKey("X-Museum-Key"), set_by: &[] },
///         Scheme { name: "visitor", kind: SchemeKind::Basic, set_by: &[] },
///     ],
///     security: &[&["museum_key"], &["visitor"]],
///     ..Profile::NONE
/// };
///
/// # fn main() -> Result<(), logto_runtime::Error> {
/// let client = Client::builder(PROFILE).base_url("https://museum.example").api_key("museum_key", "k7").build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scheme {
    /// Its name in the document.
    pub name: &'static str,
    /// What it is.
    pub kind: SchemeKind,
    /// The methods of a generated builder that set it, for messages; empty: those of [`ClientBuilder`](crate::ClientBuilder).
    pub set_by: &'static [&'static str],
}

/// What a way to authenticate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SchemeKind {
    /// `Authorization: Bearer` with the token of the client: http bearer, oauth2, openIdConnect. One token stands for all
    /// schemes of this kind.
    Token,
    /// `Authorization: Basic` (RFC 7617).
    Basic,
    /// A key in this header. `Authorization` is one too, for schemes that are neither bearer nor basic.
    HeaderKey(&'static str),
    /// A key in this query parameter.
    QueryKey(&'static str),
    /// A key in this cookie, sent as it is.
    CookieKey(&'static str),
    /// A certificate of the client (mutualTLS), which a handed-in HTTP client has.
    Certificate,
}

/// A credential as it is set on a builder.
pub(crate) enum Credential {
    Basic { user: String, password: Secret },
    Bearer(Secret),
    Key(Secret),
}

/// What a client has for the schemes of its document.
pub(crate) struct Keyring {
    schemes: &'static [Scheme],
    security: Security,
    keys: Vec<(&'static str, Key)>,
    has_token: bool,
    has_certificate: bool,
    /// Whether the client sends no credentials, whatever an operation needs.
    is_anonymous: bool,
    /// What must not be in messages.
    secrets: Vec<Secret>,
}

/// A credential as it is sent.
enum Key {
    Header(HeaderName, HeaderValue),
    /// A pair of a query, encoded.
    Query(Secret),
    /// A pair of a `Cookie` header, or several.
    Cookie(Secret),
}

/// What goes with one request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chosen {
    /// Whether the token of the client does.
    pub(crate) token: bool,
    names: &'static [&'static str],
}

/// What a client has besides keys.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Has {
    pub(crate) token: bool,
    pub(crate) certificate: bool,
    pub(crate) anonymous: bool,
}

impl Keyring {
    /// Checks credentials against the schemes that they are for.
    pub(crate) fn new(
        schemes: &'static [Scheme],
        security: Security,
        credentials: Vec<(String, Credential)>,
        has: Has,
    ) -> Result<Self, Error> {
        let mut ring = Self {
            schemes,
            security,
            keys: Vec::new(),
            has_token: has.token,
            has_certificate: has.certificate,
            is_anonymous: has.anonymous,
            secrets: Vec::new(),
        };
        for (name, credential) in credentials {
            let scheme = schemes.iter().find(|scheme| scheme.name == name).ok_or_else(|| unknown(schemes))?;
            let key = ring.key(*scheme, credential)?;
            ring.keys.retain(|(other, _)| *other != scheme.name);
            ring.keys.push((scheme.name, key));
        }
        Ok(ring)
    }

    /// The first alternative that the client has all credentials for. One of certificates alone is taken after the others,
    /// because nobody knows whether an HTTP client has one, and one that needs nothing is taken last, so that a client that
    /// has credentials sends them where they are optional.
    pub(crate) fn choose(&self, told: Option<Security>) -> Result<Chosen, Error> {
        let wanted = told.unwrap_or(self.security);
        if self.is_anonymous || wanted.is_empty() {
            return Ok(Chosen::NOTHING);
        }
        let fits = |names: &&[&str]| !names.is_empty() && names.iter().all(|name| self.has(name));
        let is_certain = |names: &[&str]| names.iter().any(|name| self.kind(name) != Some(SchemeKind::Certificate));
        let fitting = || wanted.iter().copied().filter(fits);
        match fitting().find(|names| is_certain(names)).or_else(|| fitting().next()) {
            Some(names) => {
                let token = names.iter().any(|name| self.kind(name) == Some(SchemeKind::Token) && !self.has_key(name));
                Ok(Chosen { token, names })
            }
            None if wanted.iter().any(|names| names.is_empty()) => Ok(Chosen::NOTHING),
            None => Err(self.lacking(wanted)),
        }
    }

    /// Adds the headers of what was chosen, cookies after those that are there.
    pub(crate) fn put(&self, chosen: Chosen, headers: &mut HeaderMap) {
        for key in self.chosen(chosen) {
            match key {
                Key::Header(name, value) => drop(headers.insert(name, value.clone())),
                Key::Cookie(pairs) => headers::add_cookies(headers, pairs.expose().as_bytes()),
                Key::Query(_) => {}
            }
        }
    }

    /// Adds the query parameters of what was chosen.
    pub(crate) fn extend(&self, chosen: Chosen, url: &mut Url) {
        for key in self.chosen(chosen) {
            if let Key::Query(pair) = key {
                extend_query(url, pair.expose());
            }
        }
    }

    /// What must not be in messages.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &str> {
        self.secrets.iter().map(Secret::expose)
    }

    fn chosen(&self, chosen: Chosen) -> impl Iterator<Item = &Key> {
        self.keys.iter().filter(move |(name, _)| chosen.names.contains(name)).map(|(_, key)| key)
    }

    fn scheme(&self, name: &str) -> Option<&'static Scheme> {
        self.schemes.iter().find(|scheme| scheme.name == name)
    }

    fn kind(&self, name: &str) -> Option<SchemeKind> {
        self.scheme(name).map(|scheme| scheme.kind)
    }

    fn has(&self, name: &str) -> bool {
        match self.kind(name) {
            Some(SchemeKind::Token) => self.has_token || self.has_key(name),
            Some(SchemeKind::Certificate) => self.has_certificate,
            Some(_) => self.has_key(name),
            None => false,
        }
    }

    fn has_key(&self, name: &str) -> bool {
        self.keys.iter().any(|(other, _)| *other == name)
    }

    fn key(&mut self, scheme: Scheme, credential: Credential) -> Result<Key, Error> {
        let name = scheme.name;
        let unfit = |what: &str| Error::config(format!("the credential for `{name}` {what}"));
        match (scheme.kind, credential) {
            (SchemeKind::Basic, Credential::Basic { user, password }) => {
                // RFC 7617, section 2: the first colon ends the user's name.
                if user.contains(':') || user.chars().chain(password.expose().chars()).any(char::is_control) {
                    return Err(unfit("has a colon in its user name, or a control character"));
                }
                let pair = Secret::new(format!("{user}:{}", password.expose()));
                let encoded = Secret::new(BASE64_STANDARD.encode(pair.expose()));
                let value = sensitive(&format!("Basic {}", encoded.expose())).ok_or_else(|| unfit("cannot be sent"))?;
                self.secrets.extend([encoded, password, Secret::new(user)]);
                Ok(Key::Header(AUTHORIZATION, value))
            }
            (SchemeKind::Basic, Credential::Key(_)) => {
                Err(unfit("is a key, but a user name and a password are needed"))
            }
            (SchemeKind::Token, Credential::Bearer(token)) => {
                let text = token.expose();
                if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
                    return Err(unfit("is empty or has characters that cannot be sent in a header"));
                }
                let value = sensitive(&format!("Bearer {text}")).ok_or_else(|| unfit("cannot be sent"))?;
                self.secrets.push(token);
                Ok(Key::Header(AUTHORIZATION, value))
            }
            (SchemeKind::Token | SchemeKind::Certificate, _) => {
                Err(unfit("is not set like this; a token is set by itself, and a certificate on the HTTP client"))
            }
            (_, Credential::Bearer(_)) => Err(unfit("is a token, which the scheme does not take")),
            (_, Credential::Basic { .. }) => Err(unfit("is a user name and a password, but a key is needed")),
            (_, Credential::Key(key)) if key.expose().trim().is_empty() => Err(unfit("is empty")),
            (SchemeKind::HeaderKey(header), Credential::Key(key)) => {
                let header = headers::of_operation(header).map_err(|reason| unfit(&reason))?;
                let value =
                    sensitive(key.expose()).ok_or_else(|| unfit("has characters that cannot be sent in a header"))?;
                if header == COOKIE {
                    // Beside the cookies of the operation, not in place of them.
                    self.secrets.push(key.clone());
                    return Ok(Key::Cookie(key));
                }
                self.secrets.push(key);
                Ok(Key::Header(header, value))
            }
            (SchemeKind::QueryKey(parameter), Credential::Key(key)) => {
                let pair = Secret::new(style::query_pair(parameter, key.expose()));
                // As it is, and as it is sent.
                let encoded = pair.expose().split_once('=').map(|(_, encoded)| Secret::new(encoded));
                self.secrets.extend(encoded.into_iter().chain([key]));
                Ok(Key::Query(pair))
            }
            (SchemeKind::CookieKey(cookie), Credential::Key(key)) => {
                // The server has made it and knows it by its octets, so it is not encoded.
                let pair = style::raw_cookie_pair(cookie, key.expose());
                let pair = pair.ok_or_else(|| unfit("has characters that cannot be in a cookie"))?;
                self.secrets.push(key);
                Ok(Key::Cookie(Secret::new(pair)))
            }
        }
    }

    /// The error of a client that has none of what an operation takes.
    fn lacking(&self, wanted: Security) -> Error {
        let mut what = "the client has no credentials that it takes: ".to_owned();
        let mut ways = Vec::new();
        for (number, names) in wanted.iter().enumerate() {
            let names = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" with ");
            // Writing to a string cannot fail.
            let _ = write!(what, "{}{names}", if number == 0 { "" } else { ", or " });
        }
        for name in wanted.iter().flat_map(|names| names.iter()).filter(|name| !self.has(name)) {
            let Some(scheme) = self.scheme(name) else { continue };
            let (usual, whose): (&[&str], _) = match scheme.kind {
                SchemeKind::Token => {
                    (&["bearer_token", "client_credentials", "token_source"], "for a token".to_owned())
                }
                SchemeKind::Basic => (&["basic"], format!("for `{name}`")),
                SchemeKind::Certificate => (&["http_client"], format!("with a certificate for `{name}`")),
                _ => (&["api_key"], format!("for `{name}`")),
            };
            let way = match if scheme.set_by.is_empty() { usual } else { scheme.set_by } {
                // Its name says what it is for.
                [own] if own == name => format!("`{own}`"),
                methods => format!("{} {whose}", one_of(methods)),
            };
            if !ways.contains(&way) {
                ways.push(way);
            }
        }
        let error = Error::new(Kind::Input, what);
        if ways.is_empty() { error } else { error.hint(format!("set them on the builder: {}", ways.join("; "))) }
    }
}

impl Chosen {
    /// No credentials.
    pub(crate) const NOTHING: Self = Self { token: false, names: &[] };
    /// The token of the client, if it has one.
    pub(crate) const TOKEN: Self = Self { token: true, names: &[] };

    /// The names of the schemes.
    pub(crate) fn names(self) -> &'static [&'static str] {
        self.names
    }
}

/// "`a`", "`a` or `b`", "`a`, `b` or `c`".
fn one_of(methods: &[&str]) -> String {
    let mut text = String::new();
    for (number, method) in methods.iter().enumerate() {
        let between = match methods.len().saturating_sub(number) {
            _ if number == 0 => "",
            1 => " or ",
            _ => ", ",
        };
        let _ = write!(text, "{between}`{method}`");
    }
    text
}

/// Adds encoded pairs to the query of a URL.
fn extend_query(url: &mut Url, pairs: &str) {
    let mut query = url.query().unwrap_or_default().to_owned();
    style::join(&mut query, "&", pairs);
    url.set_query(Some(&query));
}

fn sensitive(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// Refuses a token that no scheme of the document takes: it would never be sent.
pub(crate) fn check_token(schemes: &[Scheme], is_set: bool) -> Result<(), Error> {
    if !is_set || schemes.is_empty() || schemes.iter().any(|scheme| scheme.kind == SchemeKind::Token) {
        return Ok(());
    }
    let what = "a token is set, but no security scheme of the document takes one; it declares";
    Err(Error::config(format!("{what} {}", names(schemes))).hint("set `api_key` or `basic` instead"))
}

/// The names of schemes, for a message.
fn names(schemes: &[Scheme]) -> String {
    let names = schemes.iter().map(|scheme| format!("`{}`", scheme.name)).collect::<Vec<_>>().join(", ");
    if names.is_empty() { "none".to_owned() } else { names }
}

/// The error for a name that is none. It is not repeated: whoever mixes up the arguments has the key in it.
fn unknown(schemes: &[Scheme]) -> Error {
    let what = "a credential is set for a security scheme that the document does not declare";
    Error::config(format!("{what}; it declares {}", names(schemes)))
}

#[cfg(test)]
mod tests;
