//! Words for statuses: the phrases of the registry (IANA, "HTTP Status Code Registry").

use std::collections::HashSet;
use std::sync::LazyLock;

use super::ident::singular;
use super::types::split;

/// The phrases that documents name most; others are called by their number.
const PHRASES: &[(&str, &str)] = &[
    ("200", "Ok"),
    ("201", "Created"),
    ("202", "Accepted"),
    ("203", "NonAuthoritative"),
    ("204", "NoContent"),
    ("205", "ResetContent"),
    ("206", "PartialContent"),
    ("207", "MultiStatus"),
    ("208", "AlreadyReported"),
    ("226", "ImUsed"),
    ("400", "BadRequest"),
    ("401", "Unauthorized"),
    ("402", "PaymentRequired"),
    ("403", "Forbidden"),
    ("404", "NotFound"),
    ("405", "MethodNotAllowed"),
    ("406", "NotAcceptable"),
    ("408", "RequestTimeout"),
    ("409", "Conflict"),
    ("410", "Gone"),
    ("411", "LengthRequired"),
    ("412", "PreconditionFailed"),
    ("413", "ContentTooLarge"),
    ("415", "UnsupportedMediaType"),
    ("422", "Unprocessable"),
    ("423", "Locked"),
    ("424", "FailedDependency"),
    ("428", "PreconditionRequired"),
    ("429", "TooManyRequests"),
    ("500", "InternalServerError"),
    ("501", "NotImplemented"),
    ("502", "BadGateway"),
    ("503", "ServiceUnavailable"),
    ("504", "GatewayTimeout"),
    ("2XX", "Success"),
    ("4XX", "ClientError"),
    ("5XX", "ServerError"),
];

/// Whether a word, in the singular, is one of a phrase.
pub(super) fn is_of_phrase(word: &str) -> bool {
    static WORDS: LazyLock<HashSet<String>> =
        LazyLock::new(|| PHRASES.iter().flat_map(|(_, phrase)| split(phrase)).map(singular).collect());
    WORDS.contains(word)
}

/// The word for a status as a document writes it; `None` where it is no status.
pub(super) fn word(status: &str) -> Option<String> {
    let known = PHRASES.iter().find(|(known, _)| *known == status).map(|(_, phrase)| (*phrase).to_owned());
    let is_status = status.len() == 3 && status.starts_with(|digit: char| digit.is_ascii_digit());
    known.or_else(|| is_status.then(|| format!("Status{}", status.to_lowercase())))
}
