//! Where an API is served, and what it asks callers to prove.

/// Where an API is served.
#[derive(Debug, Clone, PartialEq)]
pub struct Server {
    /// Its URL with `{variables}`; relative: below wherever the document was.
    pub url: String,
    /// Its variables, as in the document.
    pub variables: Vec<ServerVariable>,
}

/// A variable in the URL of a server.
#[derive(Debug, Clone, PartialEq)]
pub struct ServerVariable {
    /// Its name.
    pub name: String,
    /// Its value where none is given.
    pub default: String,
    /// The values that it may have; empty: any.
    pub values: Vec<String>,
}

/// A way to prove who one is.
#[derive(Debug, Clone, PartialEq)]
pub struct Scheme {
    /// Its name in the document.
    pub name: String,
    /// What it is.
    pub kind: SchemeKind,
}

/// What a security scheme is.
#[derive(Debug, Clone, PartialEq)]
pub enum SchemeKind {
    /// A bearer token; for OAuth 2 client credentials where it is fetched.
    Token {
        /// The token URL of the client credentials flow, as in the document.
        token_url: Option<String>,
        /// The scopes of that flow, as in the document.
        scopes: Vec<String>,
    },
    /// User and password (RFC 7617).
    Basic,
    /// A key in a header of this name.
    HeaderKey(String),
    /// A key in a query parameter of this name.
    QueryKey(String),
    /// A key in a cookie of this name.
    CookieKey(String),
    /// One that calls cannot be given, by what the document calls it: `digest`, mutual TLS.
    Other(String),
}

/// What an operation asks for: alternatives, each of names of schemes that it takes together. Without alternatives, or with
/// one that is empty, a call needs none.
pub type Security = Vec<Vec<String>>;
