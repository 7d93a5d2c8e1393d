//! What an error is.

use reqwest::StatusCode;

use super::{Error, Kind, TokenFailure};

impl Error {
    /// Whether a setting of the client is missing or wrong.
    pub fn is_config(&self) -> bool {
        self.kind() == Kind::Config
    }

    /// Whether the request was refused before any IO: a path value, a page size, a body that is too large.
    pub fn is_input(&self) -> bool {
        self.kind() == Kind::Input
    }

    /// Whether no connection could be made, so that nothing was sent; an untrusted certificate is one reason.
    pub fn is_connect(&self) -> bool {
        matches!(self.kind(), Kind::Connect | Kind::Certificate)
    }

    /// Whether the server's certificate is not trusted.
    pub fn is_certificate(&self) -> bool {
        self.kind() == Kind::Certificate
    }

    /// Whether an attempt or the whole call took too long.
    pub fn is_timeout(&self) -> bool {
        self.kind() == Kind::Timeout
    }

    /// Whether the client is paused, because what is in front of the server refuses its requests (429), for longer than the call
    /// may wait ([`Timeouts::pause`](crate::Timeouts::pause)). [`Error::attempts`] says whether this call was sent at all, and
    /// [`Error::retry_after`] how long the pause takes yet.
    pub fn is_paused(&self) -> bool {
        self.kind() == Kind::Paused
    }

    /// Whether the connection ended before the reply did.
    pub fn is_interrupted(&self) -> bool {
        self.kind() == Kind::Interrupted
    }

    /// Whether the server answered with an error status.
    pub fn is_status(&self) -> bool {
        self.kind() == Kind::Status
    }

    /// Whether the server answered with a redirect, which is never followed.
    pub fn is_redirect(&self) -> bool {
        self.kind() == Kind::Redirect
    }

    /// Whether the body of the reply is not what the document promises, or is not JSON at all.
    pub fn is_decode(&self) -> bool {
        self.kind() == Kind::Decode
    }

    /// Whether the reply is larger than the client takes in, by one of the [`Limits`](crate::Limits): bytes, values or memory.
    /// The error says which.
    pub fn is_too_large(&self) -> bool {
        self.kind() == Kind::TooLarge
    }

    /// Whether the pages of a list contradict each other.
    pub fn is_paging(&self) -> bool {
        self.kind() == Kind::Paging
    }

    /// Whether a signed message came without a signature, or with a wrong one.
    pub fn is_signature(&self) -> bool {
        self.kind() == Kind::Signature
    }

    /// Whether a signed message is older than the receiver allows, so that it may be one that was sent again.
    pub fn is_stale(&self) -> bool {
        self.kind() == Kind::Stale
    }

    /// Whether no token could be had; the request itself was not sent then.
    pub fn is_token(&self) -> bool {
        self.0.for_token || matches!(self.kind(), Kind::Token(_))
    }

    /// Whether the token endpoint refused the client id or its secret, an expired secret included.
    pub fn is_invalid_client(&self) -> bool {
        matches!(self.kind(), Kind::Token(TokenFailure::InvalidClient | TokenFailure::SecretExpired))
    }

    /// Whether the token endpoint says that the client secret has expired.
    pub fn is_secret_expired(&self) -> bool {
        self.kind() == Kind::Token(TokenFailure::SecretExpired)
    }

    /// Whether the token endpoint does not know the resource that a token was asked for.
    pub fn is_invalid_target(&self) -> bool {
        self.kind() == Kind::Token(TokenFailure::InvalidTarget)
    }

    /// Whether the quota of tokens is used up.
    pub fn is_quota_exceeded(&self) -> bool {
        self.kind() == Kind::Token(TokenFailure::Quota)
    }

    /// Whether the server refused a token that was issued without the scope that was asked for.
    pub fn is_missing_scope(&self) -> bool {
        self.0.missing_scope
    }

    /// Whether the API answered 400.
    pub fn is_bad_request(&self) -> bool {
        self.has_status(StatusCode::BAD_REQUEST)
    }

    /// Whether the API answered 401, also to a fresh token.
    pub fn is_unauthorized(&self) -> bool {
        self.has_status(StatusCode::UNAUTHORIZED)
    }

    /// Whether the API answered 403.
    pub fn is_forbidden(&self) -> bool {
        self.has_status(StatusCode::FORBIDDEN)
    }

    /// Whether the API answered 404.
    pub fn is_not_found(&self) -> bool {
        self.has_status(StatusCode::NOT_FOUND)
    }

    /// Whether the API answered 409.
    pub fn is_conflict(&self) -> bool {
        self.has_status(StatusCode::CONFLICT)
    }

    /// Whether the API answered 422.
    pub fn is_unprocessable(&self) -> bool {
        self.has_status(StatusCode::UNPROCESSABLE_ENTITY)
    }

    /// Whether the API or the token endpoint answered 429, to this call or to another one that has [paused](Error::is_paused)
    /// the client.
    pub fn is_rate_limited(&self) -> bool {
        self.is_paused() || self.status() == Some(StatusCode::TOO_MANY_REQUESTS)
    }

    /// Whether the API or the token endpoint answered with a status from 500 on.
    pub fn is_server_error(&self) -> bool {
        self.status().is_some_and(|status| status.is_server_error())
    }

    /// Whether the server may have acted on the request although it failed, so that repeating it may act twice.
    /// Never for requests that change nothing.
    pub fn may_have_been_executed(&self) -> bool {
        self.0.maybe_executed
    }

    fn has_status(&self, status: StatusCode) -> bool {
        self.kind() == Kind::Status && self.status() == Some(status)
    }
}
