//! How the parameters of an operation are taken and handed on.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::{Param, Style, Ty};

use super::ident::ident;
use super::imports::Imports;
use super::{Context, rust_type};

/// An argument of a method: how it is taken, how it is handed to the request.
pub(crate) struct Argument {
    /// `user_id: impl AsRef<str>`.
    pub(crate) parameter: TokenStream,
    /// `.path(user_id.as_ref())`.
    pub(crate) call: TokenStream,
}

/// Where a parameter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum In {
    Path,
    Query,
    Header,
    Cookie,
}

impl In {
    /// What a document calls it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }

    /// What it is called in docs.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Path => "Path parameter",
            Self::Query => "Query parameter",
            Self::Header => "Header",
            Self::Cookie => "Cookie",
        }
    }
}

/// A parameter.
pub(crate) fn argument(place: In, name: &str, param: &Param, context: &Context<'_>, imports: &mut Imports) -> Argument {
    let key = &param.json;
    match (place, param.style) {
        (In::Path, None) => path(name, param, context, imports),
        (In::Path, Some(style)) => {
            // A list by value: a template may have the parameter twice.
            let ty = rust_type::tokens(&param.ty, context, imports);
            let taken = match &param.ty {
                Ty::List(_) => Taken { ty, value: borrowed(name) },
                _ => taken(name, &param.ty, context, imports),
            };
            let style = style_tokens(style, imports);
            taken.argument(name, |value| quote!(.path_as(#style, #value)))
        }
        (In::Query, None) if !param.reserved => query(name, param, context, imports),
        (place, style) => {
            let taken = taken(name, &param.ty, context, imports);
            let call = match (place, style) {
                (In::Query, None) => quote!(query_reserved),
                (In::Query, Some(_)) if param.reserved => quote!(query_reserved_as),
                (In::Header, None) => quote!(header),
                (In::Header, Some(_)) => quote!(header_as),
                (In::Cookie, None) => quote!(cookie),
                (In::Cookie, Some(_)) => quote!(cookie_as),
                (In::Path | In::Query, _) => quote!(query_as),
            };
            let style = style.map(|style| {
                let style = style_tokens(style, imports);
                quote!(#style,)
            });
            taken.argument(name, |value| quote!(.#call(#key, #style #value)))
        }
    }
}

/// A type that is taken, and a reference to what is handed on.
pub(crate) struct Taken {
    pub(crate) ty: TokenStream,
    pub(crate) value: TokenStream,
}

impl Taken {
    fn argument(self, name: &str, call: impl FnOnce(TokenStream) -> TokenStream) -> Argument {
        let (name, ty) = (ident(name), self.ty);
        Argument { parameter: quote!(#name: #ty), call: call(self.value) }
    }
}

/// How a value is taken that is handed on by reference.
fn taken(name: &str, ty: &Ty, context: &Context<'_>, imports: &mut Imports) -> Taken {
    let of = ident(name);
    match ty {
        Ty::String | Ty::Secret => Taken { ty: quote!(impl AsRef<str>), value: quote!(#of.as_ref()) },
        Ty::List(item) if **item == Ty::String => Taken {
            ty: quote!(impl IntoIterator<Item = impl Into<String>>),
            value: quote!(&#of.into_iter().map(Into::into).collect::<Vec<String>>()),
        },
        Ty::List(item) => {
            let item = rust_type::tokens(item, context, imports);
            Taken { ty: quote!(impl IntoIterator<Item = #item>), value: quote!(&Vec::from_iter(#of)) }
        }
        Ty::Extern(_) | Ty::DateTime => {
            let ty = rust_type::tokens(ty, context, imports);
            Taken { ty: quote!(impl Into<#ty>), value: quote!(&Into::<#ty>::into(#of)) }
        }
        Ty::Nullable(inner) => taken(name, inner, context, imports),
        ty => Taken { ty: rust_type::tokens(ty, context, imports), value: borrowed(name) },
    }
}

fn borrowed(name: &str) -> TokenStream {
    let name = ident(name);
    quote!(&#name)
}

/// A path parameter that is one text.
fn path(name: &str, parameter: &Param, context: &Context<'_>, imports: &mut Imports) -> Argument {
    let name = ident(name);
    match &parameter.ty {
        // One that is infinite or none at all is not a text.
        Ty::Float => {
            let style = style_tokens(Style::Simple, imports);
            Argument { parameter: quote!(#name: f64), call: quote!(.path_as(#style, &#name)) }
        }
        Ty::Bool | Ty::Int | Ty::Unsigned => {
            let ty = rust_type::tokens(&parameter.ty, context, imports);
            Argument { parameter: quote!(#name: #ty), call: quote!(.path(#name.to_string())) }
        }
        ty if rust_type::is_enum(ty, context) => {
            let ty = rust_type::tokens(ty, context, imports);
            Argument { parameter: quote!(#name: #ty), call: quote!(.path(#name.as_str())) }
        }
        _ => Argument { parameter: quote!(#name: impl AsRef<str>), call: quote!(.path(#name.as_ref())) },
    }
}

/// A query parameter in the usual style.
fn query(name: &str, parameter: &Param, context: &Context<'_>, imports: &mut Imports) -> Argument {
    let (name, key) = (ident(name), &parameter.json);
    let taken = |ty: TokenStream, value: TokenStream| Argument {
        parameter: quote!(#name: #ty),
        call: quote!(.query(#key, #value)),
    };
    match &parameter.ty {
        Ty::String | Ty::Secret => taken(quote!(impl AsRef<str>), quote!(#name.as_ref())),
        Ty::List(item) if **item == Ty::String => taken(
            quote!(impl IntoIterator<Item = impl Into<String>>),
            quote!(#name.into_iter().map(Into::into).collect::<Vec<String>>()),
        ),
        Ty::List(item) => {
            let item = rust_type::tokens(item, context, imports);
            taken(quote!(impl IntoIterator<Item = #item>), quote!(Vec::from_iter(#name)))
        }
        Ty::Extern(_) | Ty::DateTime => {
            let ty = rust_type::tokens(&parameter.ty, context, imports);
            taken(quote!(impl Into<#ty>), quote!(Into::<#ty>::into(#name)))
        }
        Ty::Nullable(inner) => {
            let plain = Param { ty: (**inner).clone(), ..parameter.clone() };
            query(&name.to_string(), &plain, context, imports)
        }
        ty => {
            let ty = rust_type::tokens(ty, context, imports);
            taken(ty, quote!(#name))
        }
    }
}

/// `Style::Form`.
pub(crate) fn style_tokens(style: Style, imports: &mut Imports) -> TokenStream {
    let name = imports.of_runtime("Style");
    let variant = match style {
        Style::Simple => quote!(Simple),
        Style::SimpleExploded => quote!(SimpleExploded),
        Style::Label => quote!(Label),
        Style::LabelExploded => quote!(LabelExploded),
        Style::Matrix => quote!(Matrix),
        Style::MatrixExploded => quote!(MatrixExploded),
        Style::Form => quote!(Form),
        Style::FormExploded => quote!(FormExploded),
        Style::Space => quote!(Space),
        Style::Pipe => quote!(Pipe),
        Style::Deep => quote!(Deep),
        Style::Json => quote!(Json),
    };
    quote!(#name::#variant)
}
