//! What is special about one service.

use serde_json::Value;

use crate::security::{Scheme, Security};
use crate::settings::RateLimit;

/// Facts about a service that its generated crate passes to [`Client::builder`](crate::Client::builder).
///
/// ```
/// # use logto_runtime::Profile;
/// let profile = Profile { token_path: Some("/oauth/token"), ..Profile::new("petstore/1.0") };
/// assert_eq!(profile.paging.page, "page");
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// The `User-Agent` of every request.
    pub user_agent: &'static str,
    /// Where tokens come from, below the base URL; `None` when the service has no token endpoint.
    pub token_path: Option<&'static str>,
    /// Where tokens come from, as a URL of its own or relative to the base URL (RFC 3986, section 5); it goes before the path.
    /// Client credentials for a base URL that is not [`Profile::server`] are not sent to another server than that.
    pub token_url: Option<&'static str>,
    /// The default base URL: the server that the document names.
    pub server: Option<&'static str>,
    /// The ways to authenticate that the document declares. Where there are none, every request but an anonymous one takes a
    /// token.
    pub schemes: &'static [Scheme],
    /// Which of them an operation needs that says nothing else.
    pub security: Security,
    /// The resource (RFC 8707) that a token is asked for.
    pub resource: Option<String>,
    /// The scope that a token is asked for. A token without it is used, and a 403 then says so.
    pub scope: Option<&'static str>,
    /// Whether the server always tells the scope of a token, so that none told means none granted; RFC 6749, section 5.1,
    /// lets a server leave out the scope that was asked for.
    pub scope_always_told: bool,
    /// What to do when a token has no scope, said in the error of a 403.
    pub missing_scope_hint: &'static str,
    /// Why the server refuses tokens (401), as the member [`TokenRefusal::MEMBER`] of the error's data says it.
    pub token_refusals: &'static [TokenRefusal],
    /// The prefix that every path of the document has, so that a base URL that repeats it is recognised.
    pub path_prefix: Option<&'static str>,
    /// The header that carries the server's id of a request.
    pub request_id_header: Option<&'static str>,
    /// Where an error's parts are in its JSON body; `None` where nobody has said it, and they are looked for where services
    /// usually write them: `code` and `message`, the same in `error` or in the first of `errors`, `error` as a text, `title`
    /// and `detail` (RFC 9457), `error_description` (RFC 6749).
    pub error: Option<ErrorShape>,
    /// How lists are paged.
    pub paging: Paging,
    /// Error codes that are never retried, whatever their status.
    pub permanent_codes: &'static [&'static str],
    /// Error codes that say that a quota is used up; never retried either.
    pub quota_codes: &'static [&'static str],
    /// A part of the token endpoint's `error_description` that says that the client secret has expired.
    pub expired_secret: Option<&'static str>,
    /// Ids of the PUT operations that must not be repeated after an ambiguous failure.
    pub unsafe_puts: &'static [&'static str],
    /// The most bytes of a JSON, form or text body; more is an error before any IO.
    pub max_request_bytes: Option<usize>,
    /// The limit that the client keeps by itself, unless the builder says otherwise.
    pub rate_limit: Option<RateLimit>,
}

/// A reason why a server refuses a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenRefusal {
    /// The reason's code.
    pub code: &'static str,
    /// Whether another token helps. Where it does not, none is fetched.
    pub is_cured: bool,
    /// What it means, said in the error of the call.
    pub hint: &'static str,
}

/// Names of the members of an error body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorShape {
    /// The stable code.
    pub code: &'static str,
    /// The text for people.
    pub message: &'static str,
    /// Further data.
    pub data: &'static str,
    /// Further text.
    pub details: &'static str,
}

/// How lists are paged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paging {
    /// Query parameter with the number of the page, counted from 1.
    pub page: &'static str,
    /// Query parameter with the number of items on a page.
    pub page_size: &'static str,
    /// The largest page that the server gives; also the size that streams ask for.
    pub max_page_size: u64,
    /// Header with the number of all items.
    pub total_header: &'static str,
    /// Header that says `true` when the total is only a lower bound.
    pub capped_header: &'static str,
}

impl TokenRefusal {
    /// The member of an error's data that has the code.
    pub const MEMBER: &'static str = "code";
}

impl Profile {
    /// The reason that the data of an error gives for refusing a token, if it is known.
    pub(crate) fn refusal(&self, data: Option<&Value>) -> Option<&'static TokenRefusal> {
        let code = data?.get(TokenRefusal::MEMBER)?.as_str()?;
        self.token_refusals.iter().find(|refusal| refusal.code == code)
    }

    /// A service of which nothing is known: what a profile says is added to it.
    pub const NONE: Self = Self {
        user_agent: "logto-runtime",
        token_path: None,
        token_url: None,
        server: None,
        schemes: &[],
        security: &[],
        resource: None,
        scope: None,
        scope_always_told: false,
        missing_scope_hint: "ask for the scope that the operation needs, or have it granted to the application",
        token_refusals: &[],
        path_prefix: None,
        request_id_header: None,
        error: None,
        paging: Paging::USUAL,
        permanent_codes: &[],
        quota_codes: &[],
        expired_secret: None,
        unsafe_puts: &[],
        max_request_bytes: None,
        rate_limit: None,
    };

    /// The profile of a service of which nothing is known but the name of its crate, and that its errors are
    /// [`ErrorShape::default`].
    pub fn new(user_agent: &'static str) -> Self {
        Self { user_agent, error: Some(ErrorShape::default()), ..Self::NONE }
    }
}

impl Paging {
    /// `page` and `page_size` up to 100, `Total-Number` and `Total-Number-Is-Capped`.
    pub const USUAL: Self = Self {
        page: "page",
        page_size: "page_size",
        max_page_size: 100,
        total_header: "Total-Number",
        capped_header: "Total-Number-Is-Capped",
    };
}

/// `code`, `message`, `data` and `details`.
impl Default for ErrorShape {
    fn default() -> Self {
        Self { code: "code", message: "message", data: "data", details: "details" }
    }
}

/// [`Paging::USUAL`].
impl Default for Paging {
    fn default() -> Self {
        Self::USUAL
    }
}
