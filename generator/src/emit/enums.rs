//! Prints an open enum.

use quote::quote;

use crate::model::{DefId, Enum};

use super::format::{Piece, macro_call};
use super::ident::ident;
use super::{Context, doc};

/// The enum and the call that gives it its reading and writing.
pub(crate) fn pieces(id: DefId, values: &Enum, context: &Context<'_>) -> Vec<Piece> {
    let names = &context.names.types[id.0];
    let name = ident(&names.name);
    let docs = doc::outer(&doc::of_type(id, context));
    let deprecated = doc::deprecated(context.model.def(id).deprecated);
    let variants = names.members.iter().zip(&values.values).map(|(member, value)| {
        let said = context.docs.said_of_member(id, value);
        let docs = doc::outer(&doc::told(said, value, doc::value(value)));
        let variant = ident(member);
        quote!(#docs #variant,)
    });
    let items = quote! {
        #docs
        #deprecated
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants)*
            /// A value that this version does not know.
            Unknown(String),
        }
    };
    let texts: Vec<String> =
        names.members.iter().zip(&values.values).map(|(member, value)| format!("{member} = {value:?}")).collect();
    let end = match names.members.as_slice() {
        [only] => format!("}} default {only});"),
        _ => "});".to_owned(),
    };
    let call = macro_call(&format!("logto_runtime::open_enum!({} {{", names.name), &texts, &end);
    vec![Piece::Items(items), Piece::Call(call)]
}
