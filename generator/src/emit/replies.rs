//! Prints `tests/operations/replies.rs`: which type reads the reply of which operation, and a test that reads recorded
//! replies with it.

use proc_macro2::TokenStream;
use quote::quote;

use crate::error::Error;
use crate::model::{Operation, Reply, Ty};

use super::format::{self, Piece};
use super::ident::ident;
use super::{Context, File, Input, doc};

/// The file. The tests lean on `check`, `reply` and `page` of `logto_tests::recorded`.
///
/// # Errors
///
/// The tokens cannot be formatted.
pub(super) fn file(input: &Input<'_>) -> Result<File, Error> {
    let docs = doc::inner(&[
        "Replies that a real server gave, and ones made from the document, are read and written again unchanged.",
    ]);
    let root = ident(&input.crate_name.replace('-', "_"));
    let arms = input.model.operations.iter().filter_map(|operation| arm(operation, input));
    let tokens = quote! {
        use logto_tests::recorded::{self, Again};
        use serde_json::Value;
        use #root::types;

        #[test]
        fn recorded_replies() {
            recorded::check(again);
        }

        #[test]
        fn sampled_replies() {
            recorded::sampled(again);
        }

        fn again(operation: &str, body: Value) -> Option<Again> {
            let again = match operation {
                #(#arms)*
                _ => return None,
            };
            Some(again)
        }
    };
    let path = "tests/operations/replies.rs".to_owned();
    let text = format::rust(&path, vec![Piece::Items(docs), Piece::Items(tokens)])?;
    Ok(File { path, text })
}

fn arm(operation: &Operation, context: &Context<'_>) -> Option<TokenStream> {
    let read = match (&operation.paging, &operation.reply) {
        (Some(paging), _) => {
            let item = tokens(&paging.item, context);
            match &paging.member {
                Some(member) => quote!(recorded::page::<#item>(#member, body)),
                None => quote!(recorded::reply::<Vec<#item>>(body)),
            }
        }
        (None, Reply::Json(ty) | Reply::JsonOrEmpty(ty)) => {
            let ty = tokens(ty, context);
            quote!(recorded::reply::<#ty>(body))
        }
        (None, Reply::Content) => quote!(recorded::reply::<Value>(body)),
        (None, Reply::Empty | Reply::Text | Reply::Binary | Reply::Redirect | Reply::Several(_)) => return None,
    };
    let (id, feature) = (&operation.id, context.tag(&operation.tag).feature);
    Some(quote! {
        #[cfg(feature = #feature)]
        #id => #read,
    })
}

/// A type by its path, since an import of a type whose feature is off would not build.
pub(super) fn tokens(ty: &Ty, context: &Context<'_>) -> TokenStream {
    let root = ident(&context.crate_name.replace('-', "_"));
    match ty {
        Ty::Any | Ty::Extern(_) => quote!(Value),
        Ty::Bool => quote!(bool),
        Ty::Int => quote!(i64),
        Ty::Unsigned => quote!(u64),
        Ty::Float => quote!(f64),
        Ty::String => quote!(String),
        Ty::Millis => quote!(#root::Timestamp),
        Ty::Seconds => quote!(#root::UnixTime),
        Ty::DateTime => quote!(#root::DateTime),
        Ty::Secret => quote!(#root::Secret),
        Ty::List(item) => {
            let item = tokens(item, context);
            quote!(Vec<#item>)
        }
        Ty::Tuple(items) => {
            let items = items.iter().map(|item| tokens(item, context));
            quote!((#(#items,)*))
        }
        Ty::Map(value) => {
            let value = tokens(value, context);
            quote!(std::collections::BTreeMap<String, #value>)
        }
        Ty::Hidden(inner) => {
            let inner = tokens(inner, context);
            quote!(#root::Hidden<#inner>)
        }
        Ty::Nullable(inner) => {
            let inner = tokens(inner, context);
            quote!(Option<#inner>)
        }
        Ty::Def(id) => {
            let name = ident(&context.names.types[id.0].name);
            quote!(types::#name)
        }
    }
}
