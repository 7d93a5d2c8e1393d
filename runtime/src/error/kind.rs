//! What kinds of errors there are.

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A setting is missing or wrong.
    Config,
    /// The request cannot be sent as it was made.
    Input,
    /// No connection.
    Connect,
    /// The server's certificate is not trusted.
    Certificate,
    /// It took too long.
    Timeout,
    /// The client is paused for longer than the call may wait.
    Paused,
    /// The connection ended before the reply did.
    Interrupted,
    /// What the server sent is not HTTP.
    Protocol,
    /// A body is larger than allowed.
    TooLarge,
    /// The server answered with an error.
    Status,
    /// The server answered with a redirect, which is not followed.
    Redirect,
    /// The body is not what the document promises.
    Decode,
    /// The pages of a list contradict each other.
    Paging,
    /// No token could be had.
    Token(TokenFailure),
    /// A signature is missing or wrong.
    Signature,
    /// A signed message is older than allowed.
    Stale,
    /// Something that should not happen.
    Internal,
}

/// Why no token could be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenFailure {
    /// The client id or its secret is wrong.
    InvalidClient,
    /// The secret has expired.
    SecretExpired,
    /// The resource is unknown to the server.
    InvalidTarget,
    /// The token quota is used up.
    Quota,
    /// The server answered with another error.
    Status,
    /// The reply is not a token.
    Malformed,
    /// The caller's own source failed.
    Source,
}

impl Kind {
    /// The value of `error.type` in traces where there is no status.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Input => "input",
            Self::Connect => "connect",
            Self::Certificate => "certificate",
            Self::Timeout => "timeout",
            Self::Paused => "paused",
            Self::Interrupted => "interrupted",
            Self::Protocol => "protocol",
            Self::TooLarge => "too_large",
            Self::Status => "status",
            Self::Redirect => "redirect",
            Self::Decode => "decode",
            Self::Paging => "paging",
            Self::Token(_) => "token",
            Self::Signature => "signature",
            Self::Stale => "stale",
            Self::Internal => "internal",
        }
    }
}
