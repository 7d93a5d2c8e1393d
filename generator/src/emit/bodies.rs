//! How the bodies of operations are taken and handed on.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::{Body, BodyKind, MultipartField, PartContent, StyledMember, Ty};

use super::ident::ident;
use super::imports::Imports;
use super::parameters::{Argument, style_tokens};
use super::{Context, doc, rust_type};

const MEBIBYTE: u64 = 1_048_576;

/// A body; the parts of a multipart body are arguments of their own.
pub(crate) fn body(body: &Body, context: &Context<'_>, imports: &mut Imports) -> Option<Argument> {
    let mut argument = match &body.kind {
        BodyKind::Json(ty) if *ty == Ty::String => {
            Argument { parameter: quote!(body: impl AsRef<str>), call: quote!(.json_body(body.as_ref())) }
        }
        BodyKind::Json(ty) => {
            let ty = rust_type::tokens(ty, context, imports);
            Argument { parameter: quote!(body: #ty), call: quote!(.json_body(&body)) }
        }
        BodyKind::Form(ty, styles) => {
            let ty = rust_type::tokens(ty, context, imports);
            let reserved: Vec<&String> = styles.iter().filter(|one| one.reserved).map(|one| &one.json).collect();
            let styles = styles.iter().map(|StyledMember { json, style, .. }| {
                let style = style_tokens(*style, imports);
                quote!((#json, #style))
            });
            let styles: Vec<TokenStream> = styles.collect();
            let call = match (styles.as_slice(), reserved.as_slice()) {
                ([], _) => quote!(.form_body(&body)),
                (styles, []) => quote!(.form_body_as(&body, &[#(#styles),*])),
                (styles, reserved) => quote!(.form_body_reserving(&body, &[#(#styles),*], &[#(#reserved),*])),
            };
            Argument { parameter: quote!(body: #ty), call }
        }
        BodyKind::Multipart(parts) if parts.is_empty() => {
            let ty = imports.of_runtime("Multipart");
            Argument { parameter: quote!(body: #ty), call: quote!(.multipart(body)) }
        }
        BodyKind::Multipart(_) => return None,
        BodyKind::Text => Argument { parameter: quote!(body: impl Into<String>), call: quote!(.text_body(body)) },
        BodyKind::Binary => {
            let ty = imports.of_runtime("Upload");
            Argument { parameter: quote!(body: impl Into<#ty>), call: quote!(.binary_body(body)) }
        }
    };
    if let Some(media) = &body.media {
        argument.call.extend(quote!(.content_type(#media)));
    }
    Some(argument)
}

/// A part of a multipart body.
pub(crate) fn part(name: &str, part: &MultipartField, context: &Context<'_>, imports: &mut Imports) -> Argument {
    let (name, key) = (ident(name), &part.json);
    let of = if part.list { ident("item") } else { name.clone() };
    let (ty, value) = content(&of, part, context, imports);
    if part.list {
        let each = match (&value, &part.content, &part.media) {
            (None, _, _) => quote!(),
            (_, PartContent::Text(Ty::String | Ty::Secret), None) => quote!(.into_iter().map(Into::<String>::into)),
            (Some(value), _, _) => quote!(.into_iter().map(|item| #value)),
        };
        return Argument {
            parameter: quote!(#name: impl IntoIterator<Item = #ty>),
            call: quote!(.parts(#key, #name #each)),
        };
    }
    let value = value.unwrap_or_else(|| quote!(#name));
    Argument { parameter: quote!(#name: #ty), call: quote!(.part(#key, #value)) }
}

/// The type of a part, and what is handed on of it, unless it is itself.
fn content(
    of: &proc_macro2::Ident,
    part: &MultipartField,
    context: &Context<'_>,
    imports: &mut Imports,
) -> (TokenStream, Option<TokenStream>) {
    match &part.content {
        PartContent::File => {
            imports.runtime("FilePart");
            let limit = part.max_bytes.map(|bytes| {
                let bytes = proc_macro2::Literal::u64_unsuffixed(bytes);
                quote!(.limit(#bytes))
            });
            let types = &part.mime_types;
            let accept = (!types.is_empty()).then(|| quote!(.accept(&[#(#types),*])));
            let plain = limit.is_none() && accept.is_none();
            (quote!(FilePart), (!plain).then(|| quote!(#of #limit #accept)))
        }
        // One that is infinite or none at all is not a text.
        PartContent::Text(Ty::Float) => {
            let typed = part.media.as_ref().map(|media| {
                let part = imports.of_runtime("Part");
                quote!(#part::from(#of).mime(#media))
            });
            (quote!(f64), typed)
        }
        PartContent::Text(ty) => {
            let (ty, text) = match ty {
                Ty::String | Ty::Secret => (quote!(impl Into<String>), quote!(Into::<String>::into(#of))),
                ty => (rust_type::tokens(ty, context, imports), quote!(#of.to_string())),
            };
            match &part.media {
                None => (ty, Some(text)),
                Some(media) => {
                    let name = imports.of_runtime("Part");
                    let encoding = part.encoding.as_ref().map(|encoding| quote!(.encoding(#encoding)));
                    (ty, Some(quote!(#name::data(#media, #text) #encoding)))
                }
            }
        }
        PartContent::Json(ty) => {
            let name = imports.of_runtime("Part");
            let media = part.media.as_ref().map(|media| quote!(.mime(#media)));
            (rust_type::tokens(ty, context, imports), Some(quote!(#name::json(&#of) #media)))
        }
    }
}

/// What is to be known of a part, after what is known of its place.
pub(crate) fn part_docs(part: &MultipartField, facts: impl Iterator<Item = String>) -> String {
    let mut facts: Vec<String> = facts.collect();
    facts.extend(part.max_bytes.map(|bytes| match bytes % MEBIBYTE {
        0 => format!("at most {} MiB", bytes / MEBIBYTE),
        _ => format!("at most {bytes} bytes"),
    }));
    let types = part.mime_types.iter().chain(&part.media);
    let types: Vec<_> = types.map(|mime| doc::code(mime)).collect();
    if !types.is_empty() {
        facts.push(format!("of type {}", types.join(", ")));
    }
    facts.extend(part.encoding.as_ref().map(|encoding| format!("encoded as {}", doc::code(encoding))));
    let kind = match (&part.content, part.list) {
        (PartContent::File, false) => "File",
        (PartContent::File, true) => "Files",
        (PartContent::Text(_), false) => "Text",
        (PartContent::Text(_), true) => "Texts",
        (PartContent::Json(_), _) => "JSON",
    };
    doc::line(&format!("{kind} {} of the multipart body", doc::code(&part.json)), facts)
}
