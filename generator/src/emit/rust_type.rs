//! The Rust type of a type of the model.

use proc_macro2::TokenStream;

use crate::model::{DefKind, Ty};
use crate::names::Names;

use super::Context;
use super::imports::Imports;

/// A type as text: `Vec<User>`.
pub(crate) fn text(ty: &Ty, names: &Names) -> String {
    match ty {
        Ty::Any => "Value".to_owned(),
        Ty::Bool => "bool".to_owned(),
        Ty::Int => "i64".to_owned(),
        Ty::Unsigned => "u64".to_owned(),
        Ty::Float => "f64".to_owned(),
        Ty::String => "String".to_owned(),
        Ty::Millis => "Timestamp".to_owned(),
        Ty::Seconds => "UnixTime".to_owned(),
        Ty::DateTime => "DateTime".to_owned(),
        Ty::Secret => "Secret".to_owned(),
        Ty::Hidden(inner) => format!("Hidden<{}>", text(inner, names)),
        Ty::List(item) => format!("Vec<{}>", text(item, names)),
        Ty::Tuple(items) => format!("({})", items.iter().map(|item| text(item, names) + ",").collect::<String>()),
        Ty::Map(value) => format!("BTreeMap<String, {}>", text(value, names)),
        Ty::Nullable(inner) => format!("Option<{}>", text(inner, names)),
        Ty::Def(id) => names.types[id.0].name.clone(),
        Ty::Extern(path) => path.rsplit("::").next().unwrap_or(path).to_owned(),
    }
}

/// A type as tokens, with its imports.
pub(crate) fn tokens(ty: &Ty, context: &Context<'_>, imports: &mut Imports) -> TokenStream {
    imports.ty(ty, context);
    let tokens: Result<TokenStream, _> = text(ty, context.names).parse();
    // The text is made of identifiers and brackets only, so it always parses.
    tokens.unwrap_or_default()
}

/// Whether a type is an enum.
pub(crate) fn is_enum(ty: &Ty, context: &Context<'_>) -> bool {
    matches!(ty, Ty::Def(id) if matches!(context.model.def(*id).kind, DefKind::Enum(_)))
}

/// Whether a type has one value only, which its `Default` gives.
pub(crate) fn is_single_value(ty: &Ty, context: &Context<'_>) -> bool {
    matches!(ty, Ty::Def(id) if matches!(&context.model.def(*id).kind, DefKind::Enum(values) if values.values.len() == 1))
}
