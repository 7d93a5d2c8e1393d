//! Prints the enum of an operation that has several replies.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::{Answer, AnswerContent, Status};
use crate::names::OperationNames;
use crate::size::{Sizes, outlier};

use super::format::{Piece, macro_call};
use super::ident::ident;
use super::imports::Imports;
use super::{Context, doc, rust_type};

/// The enum, and how its variants are told apart.
pub(super) fn pieces(
    answers: &[Answer],
    names: &OperationNames,
    context: &Context<'_>,
    imports: &mut Imports,
) -> Vec<Piece> {
    let docs = doc::outer(&[format!("What [`Client::{}`] gives.", names.method)]);
    let name = ident(&names.reply);
    let large = outlier(&sizes(answers, context));
    let variants = names.answers.iter().zip(answers).enumerate();
    let variants: Vec<TokenStream> =
        variants.map(|(index, (name, answer))| variant(name, answer, large == Some(index), context, imports)).collect();
    let item = quote! {
        #docs
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum #name { #(#variants)* }
    };
    let cases: Vec<String> = names.answers.iter().zip(answers).map(|(name, answer)| case(name, answer)).collect();
    let call = macro_call(&format!("logto_runtime::replies!({} {{", names.reply), &cases, "});");
    vec![Piece::Items(item), Piece::Call(call)]
}

/// About how large the values of variants are, in bytes.
fn sizes(answers: &[Answer], context: &Context<'_>) -> Vec<usize> {
    let mut sizes = Sizes::new(context.model);
    let contents = answers.iter().map(|answer| match &answer.content {
        AnswerContent::Json(ty) => sizes.of(ty, context.model),
        AnswerContent::Text | AnswerContent::Binary => 32,
        AnswerContent::Empty => 0,
    });
    contents.collect()
}

fn variant(name: &str, answer: &Answer, is_boxed: bool, context: &Context<'_>, imports: &mut Imports) -> TokenStream {
    let status = match answer.status {
        Status::Code(code) => format!("Status {code}"),
        Status::Range(class) => format!("Any other status from {class}00 to {class}99"),
        Status::Default => "Any other status".to_owned(),
    };
    let (what, content) = match &answer.content {
        AnswerContent::Empty => (", without a body", None),
        AnswerContent::Json(ty) => ("", Some(rust_type::tokens(ty, context, imports))),
        AnswerContent::Text => (", a text", Some(quote!(String))),
        AnswerContent::Binary => {
            let bytes = imports.of_runtime("Bytes");
            (", bytes", Some(quote!(#bytes)))
        }
    };
    let (docs, name) = (doc::outer(&[format!("{status}{what}.")]), ident(name));
    let content = content.map(|content| if is_boxed { quote!(Box<#content>) } else { content });
    let content = content.map(|content| quote!((#content)));
    quote!(#docs #name #content,)
}

/// `Ok = 200 json`.
fn case(name: &str, answer: &Answer) -> String {
    let status = match answer.status {
        Status::Code(code) => code.to_string(),
        Status::Range(class) => format!("{class} xx"),
        Status::Default => "default".to_owned(),
    };
    let content = match &answer.content {
        AnswerContent::Empty => "empty",
        AnswerContent::Json(_) => "json",
        AnswerContent::Text => "text",
        AnswerContent::Binary => "bytes",
    };
    format!("{name} = {status} {content}")
}
