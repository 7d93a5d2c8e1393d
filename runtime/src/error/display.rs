//! How an error reads.

use std::fmt;

use super::{Error, Kind};

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let error = &*self.0;
        if let Some(place) = &error.place {
            write!(f, "{} ({} {}): ", place.operation, place.method, place.template)?;
        }
        f.write_str(&error.what)?;
        if let Some(code) = error.body.shown_code() {
            write!(f, ", code `{code}`")?;
        }
        if let Some(message) = &error.body.shown {
            write!(f, ": {}", message.trim_end_matches('.'))?;
        }
        if error.maybe_executed {
            f.write_str("; it may have been executed, so look before repeating it")?;
        }
        if let Some(wait) = error.retry_after {
            write!(f, "; the server asks to wait {} s", wait.as_secs())?;
        }
        if let Some(hint) = &error.hint {
            write!(f, "; {hint}")?;
        }
        match (self.shown_id(), error.attempts) {
            (Some(id), attempts) if attempts > 1 => write!(f, " (request id {id}, {attempts} attempts)"),
            (Some(id), _) => write!(f, " (request id {id})"),
            (None, attempts) if attempts > 1 => write!(f, " ({attempts} attempts)"),
            (None, _) => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let error = &*self.0;
        let mut debug = f.debug_struct("Error");
        match error.kind {
            Kind::Token(failure) => debug.field("kind", &format_args!("Token({failure:?})")),
            kind => debug.field("kind", &kind),
        };
        debug.field("what", &error.what);
        if let Some(place) = &error.place {
            debug.field("operation", &place.operation);
        }
        if let Some(status) = error.status {
            debug.field("status", &status.as_u16());
        }
        if let Some(code) = error.body.shown_code() {
            debug.field("code", &code);
        }
        if let Some(message) = &error.body.shown {
            debug.field("message", message);
        }
        if let Some(id) = self.shown_id() {
            debug.field("request_id", &id);
        }
        debug.field("attempts", &error.attempts);
        if let Some(hint) = &error.hint {
            debug.field("hint", hint);
        }
        if let Some(source) = &error.source {
            debug.field("source", &format_args!("{source}"));
        }
        debug.finish_non_exhaustive()
    }
}
