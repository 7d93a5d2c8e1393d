//! Whether a request proves who it is from as the document asks.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::check::Asked;
use super::document::{Document, Operation, Place, Scheme};

/// The bearer token that is good.
pub const TOKEN: &str = "a-token";
/// The user and the password that are good.
pub const USER: (&str, &str) = ("a-user", "a-password");
/// The key that is good.
pub const KEY: &str = "a-key";

/// What is wrong with how a request proves who it is from.
pub(super) fn issue(operation: &Operation, asked: &Asked, document: &Document) -> Option<String> {
    let sent: Vec<&str> =
        document.schemes.iter().filter(|(_, scheme)| is_sent(scheme, asked)).map(|(name, _)| name.as_str()).collect();
    if operation.security.is_empty() {
        return (!sent.is_empty()).then(|| format!("nothing is asked for, and {} was sent", sent.join(", ")));
    }
    let satisfied = |all: &Vec<String>| {
        all.iter().all(|name| document.schemes.get(name).is_some_and(|scheme| is_good(scheme, asked)))
    };
    let wanted = || operation.security.iter().map(|all| all.join(" + ")).collect::<Vec<_>>().join(" or ");
    (!operation.security.iter().any(satisfied)).then(|| format!("{} is asked for, and no good one was sent", wanted()))
}

/// Whether calls can prove who they are from in a way that an operation takes.
pub(super) fn is_possible(operation: &Operation, document: &Document) -> bool {
    let known = |name: &String| !matches!(document.schemes.get(name), None | Some(Scheme::Other));
    operation.security.is_empty() || operation.security.iter().any(|all| all.iter().all(known))
}

fn is_sent(scheme: &Scheme, asked: &Asked) -> bool {
    let authorization = |kind: &str| asked.header("authorization").is_some_and(|value| value.starts_with(kind));
    match scheme {
        Scheme::Token => authorization("Bearer "),
        Scheme::Basic => authorization("Basic "),
        Scheme::Key(place, name) => asked.key(*place, name).is_some(),
        Scheme::Other => false,
    }
}

fn is_good(scheme: &Scheme, asked: &Asked) -> bool {
    let authorization = asked.header("authorization").unwrap_or_default();
    match scheme {
        Scheme::Token => authorization == format!("Bearer {TOKEN}"),
        Scheme::Basic => authorization == format!("Basic {}", STANDARD.encode(format!("{}:{}", USER.0, USER.1))),
        Scheme::Key(place, name) => asked.key(*place, name).as_deref() == Some(KEY),
        Scheme::Other => false,
    }
}

/// Whether a scheme accounts for a pair of the query or of cookies.
pub(super) fn claims(document: &Document, place: Place, name: &str) -> bool {
    document.schemes.values().any(|scheme| matches!(scheme, Scheme::Key(at, key) if *at == place && key == name))
}
