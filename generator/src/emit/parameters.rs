//! How the parameters of an operation are taken and handed on.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::{Body, BodyKind, MultipartField, Operation, Param, PartContent, Ty};

use super::Context;
use super::ident::ident;
use super::imports::Imports;
use super::{doc, rust_type};

const MEBIBYTE: u64 = 1_048_576;

/// An argument of a method: how it is taken, how it is handed to the request.
pub(crate) struct Argument {
    /// `user_id: impl AsRef<str>`.
    pub(crate) parameter: TokenStream,
    /// `.path(user_id.as_ref())`.
    pub(crate) call: TokenStream,
}

impl Context<'_> {
    /// Whether an operation has a request type of its own: it has something optional.
    pub(crate) fn needs_request(&self, operation: &Operation) -> bool {
        let optional_body = operation.body.as_ref().is_some_and(|body| match &body.kind {
            BodyKind::Json(_) | BodyKind::Form(..) | BodyKind::Text | BodyKind::Binary => !body.required,
            BodyKind::Multipart(parts) => parts.iter().any(|part| !is_required(part, body)),
        });
        optional_body || operation.query.iter().any(|parameter| !parameter.required)
    }
}

/// The parts of a multipart body.
pub(crate) fn parts(body: &Body) -> &[MultipartField] {
    match &body.kind {
        BodyKind::Multipart(parts) => parts,
        BodyKind::Json(_) | BodyKind::Form(..) | BodyKind::Text | BodyKind::Binary => &[],
    }
}

/// Whether a part must be given: in an optional body none has to.
pub(crate) fn is_required(part: &MultipartField, body: &Body) -> bool {
    part.required && body.required
}

/// A path parameter.
pub(crate) fn path(name: &str, parameter: &Param, context: &Context<'_>, imports: &mut Imports) -> Argument {
    let name = ident(name);
    match &parameter.ty {
        Ty::Bool | Ty::Int | Ty::Float => {
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

/// A query parameter.
pub(crate) fn query(name: &str, parameter: &Param, context: &Context<'_>, imports: &mut Imports) -> Argument {
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

/// A JSON or form body; parts of a multipart body are arguments of their own.
pub(crate) fn body(kind: &BodyKind, context: &Context<'_>, imports: &mut Imports) -> Option<Argument> {
    let (ty, method) = match kind {
        BodyKind::Json(ty) => (ty, quote!(json_body)),
        BodyKind::Form(ty, _) => (ty, quote!(form_body)),
        BodyKind::Multipart(_) | BodyKind::Text | BodyKind::Binary => return None,
    };
    if *ty == Ty::String {
        return Some(Argument { parameter: quote!(body: impl AsRef<str>), call: quote!(.#method(body.as_ref())) });
    }
    let ty = rust_type::tokens(ty, context, imports);
    Some(Argument { parameter: quote!(body: #ty), call: quote!(.#method(&body)) })
}

/// A part of a multipart body.
pub(crate) fn part(name: &str, part: &MultipartField, imports: &mut Imports) -> Argument {
    let (name, key) = (ident(name), &part.json);
    if part.content != PartContent::File {
        return Argument { parameter: quote!(#name: impl Into<String>), call: quote!(.part(#key, #name.into())) };
    }
    imports.runtime("FilePart");
    let limit = part.max_bytes.map(|bytes| {
        let bytes = proc_macro2::Literal::u64_unsuffixed(bytes);
        quote!(.limit(#bytes))
    });
    let types = &part.mime_types;
    let accept = (!types.is_empty()).then(|| quote!(.accept(&[#(#types),*])));
    Argument { parameter: quote!(#name: FilePart), call: quote!(.part(#key, #name #limit #accept)) }
}

/// What is to be known of a part.
pub(crate) fn part_docs(part: &MultipartField) -> String {
    let mut facts = Vec::new();
    facts.extend(part.max_bytes.map(|bytes| match bytes % MEBIBYTE {
        0 => format!("at most {} MiB", bytes / MEBIBYTE),
        _ => format!("at most {bytes} bytes"),
    }));
    if !part.mime_types.is_empty() {
        let types: Vec<_> = part.mime_types.iter().map(|mime| doc::code(mime)).collect();
        facts.push(format!("of type {}", types.join(", ")));
    }
    let kind = if part.content == PartContent::File { "File" } else { "Text" };
    doc::line(&format!("{kind} {} of the multipart body", doc::code(&part.json)), facts)
}
