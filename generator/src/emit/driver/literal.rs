//! Literals of Rust for values that come in as JSON.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use serde_json::Value;

use crate::model::Ty;

/// A text as a literal, whatever JSON it comes as.
pub(super) fn text(value: &Value) -> TokenStream {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    quote!(#text)
}

/// A number or a boolean as a literal, also where it comes as a text.
pub(super) fn number(ty: &Ty, value: &Value) -> TokenStream {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match ty {
        Ty::Bool => {
            let value = text == "true";
            quote!(#value)
        }
        Ty::Float => {
            let value = text.parse().ok().filter(|value: &f64| value.is_finite()).map(Literal::f64_unsuffixed);
            quote!(#value)
        }
        _ => {
            let value = Literal::i64_unsuffixed(text.parse().unwrap_or_default());
            quote!(#value)
        }
    }
}

/// JSON as a raw literal.
pub(super) fn raw(value: &Value) -> TokenStream {
    let json = value.to_string();
    let mut hashes = String::from("#");
    while json.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    let literal: Result<TokenStream, _> = format!("r{hashes}\"{json}\"{hashes}").parse();
    literal.unwrap_or_else(|_| quote!(#json))
}
