//! Headers that callers add.

use reqwest::header::{
    AUTHORIZATION, CONNECTION, CONTENT_LENGTH, COOKIE, HOST, HeaderMap, HeaderName, HeaderValue, TE, TRAILER,
    TRANSFER_ENCODING, UPGRADE, USER_AGENT,
};

use crate::error::Error;

/// The headers of every request.
pub(crate) fn of_all(user_agent: &'static str, further: &[(String, String)]) -> Result<HeaderMap, Error> {
    let mut headers = HeaderMap::new();
    let user_agent = HeaderValue::from_str(user_agent)
        .map_err(|_| Error::config("the user agent of the profile cannot be sent as a header"))?;
    headers.insert(USER_AGENT, user_agent);
    for (name, value) in further {
        let (name, value) = parse(name, value).map_err(Error::config)?;
        headers.insert(name, value);
    }
    Ok(headers)
}

/// The name of a header that a document declares, or why it cannot be sent.
pub(crate) fn of_operation(name: &str) -> Result<HeaderName, String> {
    let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| "has no valid name for a header".to_owned())?;
    if is_own(&name) {
        return Err("is a header that only the client itself can make".to_owned());
    }
    Ok(name)
}

/// Whether nobody but the client makes a header: a wrong one would break the connection, or smuggle in another request.
fn is_own(name: &HeaderName) -> bool {
    [HOST, CONTENT_LENGTH, TRANSFER_ENCODING, CONNECTION, UPGRADE, TE, TRAILER].contains(name)
}

/// Adds pairs to the `Cookie` header.
pub(crate) fn add_cookies(headers: &mut HeaderMap, pairs: &[u8]) {
    // As bytes, because servers may know texts in which not all is ASCII.
    let all = headers.get(COOKIE).map(|there| [there.as_bytes(), b"; ", pairs].concat());
    // Pairs are encoded, or have been a header before.
    if let (false, Ok(mut value)) = (pairs.is_empty(), HeaderValue::from_bytes(all.as_deref().unwrap_or(pairs))) {
        value.set_sensitive(true);
        headers.insert(COOKIE, value);
    }
}

/// A header as a caller writes it, or why it cannot be sent. The value is never repeated: it may be a secret.
pub(crate) fn parse(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), String> {
    let parsed = HeaderName::from_bytes(name.as_bytes())
        // It is not repeated: whoever writes a whole line here has the value in it.
        .map_err(|_| "the name of a header has characters that cannot be sent".to_owned())?;
    if is_own(&parsed) || [AUTHORIZATION, COOKIE].contains(&parsed) {
        return Err(format!("the header `{parsed}` cannot be set; the client makes it itself"));
    }
    let mut value = HeaderValue::from_str(value)
        .map_err(|_| format!("the value of header `{parsed}` has characters that cannot be sent"))?;
    value.set_sensitive(true);
    Ok((parsed, value))
}
