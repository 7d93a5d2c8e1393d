//! Identifiers as tokens.

use proc_macro2::{Ident, Span};

use crate::name::is_identifier;

/// The token of a name that [`super::check`] has seen: valid, raw where it starts with `r#`.
pub(crate) fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(raw) => Ident::new_raw(raw, Span::call_site()),
        None => Ident::new(name, Span::call_site()),
    }
}

/// Whether a name is an identifier, raw ones included.
pub(crate) fn is_valid(name: &str) -> bool {
    is_identifier(name)
}
