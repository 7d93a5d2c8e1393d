//! Bodies that a server signed with a key that it shares with the receiver.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use ring::hmac;

use crate::charset::without_mark;
use crate::clock::{Clock, SystemClock};
use crate::error::{Error, Kind};
use crate::json::Json;
use crate::secret::Secret;

/// Letters in the hexadecimal form of a SHA-256.
const HEX_LENGTH: usize = 64;
/// The most bytes of a body unless told otherwise.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// Checks HMAC-SHA256 signatures (RFC 2104) in lower-case hexadecimal over the bytes of a body as they came.
///
/// Several keys are accepted at once, so that a key can be rotated without losing what was signed with the old one. The
/// comparison takes the same time wherever signatures differ.
///
/// A signature says who wrote a body, not when: whoever has seen one can deliver it again. Set [`SignatureVerifier::max_age`] and
/// ask [`SignatureVerifier::check_age`], or remember the ids of what has come.
///
/// ```
/// use logto_runtime::SignatureVerifier;
///
/// let verifier = SignatureVerifier::new(["new key", "old key"])?;
/// let signature = "4ff1c8ecb0a17ef9f0a75e73e33d2a8af45db99d5a3ce7d04b5b8fb4e5e3d7f5";
/// assert!(verifier.verify(signature, b"{}").unwrap_err().is_signature());
/// # Ok::<(), logto_runtime::Error>(())
/// ```
#[derive(Clone)]
pub struct SignatureVerifier {
    keys: Vec<hmac::Key>,
    max_bytes: usize,
    max_age: Option<Duration>,
    clock: Arc<dyn Clock>,
}

impl SignatureVerifier {
    /// A verifier that accepts what any of these keys signed.
    ///
    /// # Errors
    ///
    /// When there is no key, or an empty one, with which anybody could sign ([`Error::is_config`]).
    pub fn new<K: Into<Secret>>(keys: impl IntoIterator<Item = K>) -> Result<Self, Error> {
        let keys: Vec<Secret> = keys.into_iter().map(Into::into).collect();
        if keys.is_empty() || keys.iter().any(|key| key.expose().trim().is_empty()) {
            return Err(Error::config("a signing key is missing or empty"));
        }
        let keys = keys.iter().map(|key| hmac::Key::new(hmac::HMAC_SHA256, key.expose().as_bytes())).collect();
        Ok(Self { keys, max_bytes: MAX_BYTES, max_age: None, clock: Arc::new(SystemClock::new()) })
    }

    /// The most bytes of a body, 4 MiB unless set. A larger one is refused before it is hashed.
    pub fn max_bytes(mut self, bytes: usize) -> Self {
        self.max_bytes = bytes;
        self
    }

    /// How old a message may be that [`SignatureVerifier::check_age`] lets pass; any age unless set.
    pub fn max_age(mut self, age: Duration) -> Self {
        self.max_age = Some(age);
        self
    }

    /// Where the time of day comes from.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Checks the signature of a body: its bytes as they came, before anything reads or rewrites them.
    ///
    /// # Errors
    ///
    /// When the body is too large ([`Error::is_too_large`]), or the signature is missing, is not 64 lower-case hexadecimal
    /// digits or was made with another key or for another body ([`Error::is_signature`]).
    pub fn verify(&self, signature: &str, body: &[u8]) -> Result<(), Error> {
        if body.len() > self.max_bytes {
            let what = format!("the signed body has {} bytes, at most {} are read", body.len(), self.max_bytes);
            return Err(Error::new(Kind::TooLarge, what));
        }
        if signature.is_empty() {
            return Err(refused("the body came without a signature"));
        }
        let Some(tag) = decode(signature) else {
            return Err(refused("the signature is not 64 lower-case hexadecimal digits"));
        };
        if self.keys.iter().any(|key| hmac::verify(key, body, &tag).is_ok()) {
            return Ok(());
        }
        Err(refused("the signature is not that of this body with any of the keys")
            .hint("check the signing key, and that the body is verified as it came, before it is parsed"))
    }

    /// Checks the signature of a body and reads it as JSON.
    ///
    /// # Errors
    ///
    /// As [`SignatureVerifier::verify`], and when the body is not JSON or not of this type ([`Error::is_decode`]). The error
    /// names the place and never a value.
    pub fn json<T: Json>(&self, signature: &str, body: &[u8]) -> Result<T, Error> {
        self.verify(signature, body)?;
        let value = serde_json::from_slice(without_mark(body)).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            Error::new(Kind::Decode, format!("the signed body is not JSON at line {line}, column {column}"))
        })?;
        T::from_json(value).map_err(|mismatch| {
            let what =
                format!("the signed body is not what it should be at `{}`: {}", mismatch.path(), mismatch.reason());
            Error::new(Kind::Decode, what)
        })
    }

    /// Refuses a message that was made too long ago, since whoever has seen a signed message can send it again. A moment
    /// that is further in the future than this is refused as well: neither clock is right then.
    ///
    /// # Errors
    ///
    /// When there is a limit ([`SignatureVerifier::max_age`]) and the message does not say when it was made, or is beyond the
    /// limit ([`Error::is_stale`]).
    pub fn check_age(&self, made: Option<SystemTime>) -> Result<(), Error> {
        let Some(limit) = self.max_age else { return Ok(()) };
        let Some(made) = made else {
            return Err(Error::new(Kind::Stale, "the signed message does not say when it was made"));
        };
        let now = self.clock.wall();
        // The error of one direction is the distance in the other.
        let distance = now.duration_since(made).unwrap_or_else(|error| error.duration());
        if distance <= limit {
            return Ok(());
        }
        let what = format!(
            "the signed message was made {} s away from now, {} s are allowed",
            distance.as_secs(),
            limit.as_secs()
        );
        Err(Error::new(Kind::Stale, what).hint("check the clocks of both sides; otherwise it may have been sent again"))
    }
}

/// Keys are left out.
impl fmt::Debug for SignatureVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignatureVerifier")
            .field("keys", &self.keys.len())
            .field("max_bytes", &self.max_bytes)
            .field("max_age", &self.max_age)
            .finish_non_exhaustive()
    }
}

/// What is not exactly what the server writes is not worth a comparison.
fn decode(signature: &str) -> Option<Vec<u8>> {
    let digits = signature.as_bytes();
    if digits.len() != HEX_LENGTH {
        return None;
    }
    let (pairs, _) = digits.as_chunks::<2>();
    pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect()
}

fn digit(letter: u8) -> Option<u8> {
    match letter {
        b'0'..=b'9' => letter.checked_sub(b'0'),
        b'a'..=b'f' => letter.checked_sub(b'a' - 10),
        _ => None,
    }
}

fn refused(what: &'static str) -> Error {
    Error::new(Kind::Signature, what)
}
