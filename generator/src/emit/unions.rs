//! Prints an open union.

use quote::quote;
use serde_json::Value;

use crate::model::{DefId, DefKind, JsonType, Model, Select, Ty, Union, Variant};

use super::format::{Piece, macro_call};
use super::ident::ident;
use super::imports::Imports;
use super::{Context, doc, rust_type};

/// The union and the call that gives it its reading and writing.
pub(crate) fn pieces(id: DefId, union: &Union, context: &Context<'_>, imports: &mut Imports) -> Vec<Piece> {
    let names = &context.names.types[id.0];
    let name = ident(&names.name);
    let docs = doc::outer(&doc::of_type(id, context));
    let deprecated = doc::deprecated(context.model.def(id).deprecated);
    imports.add("serde_json", "Value");
    let variants = names.members.iter().zip(&union.variants).map(|(member, variant)| {
        let docs = doc::outer(&[what_selects(union, variant, context.model)]);
        let (member, content) = (ident(member), rust_type::tokens(&variant.ty, context, imports));
        let content = if variant.boxed { quote!(Box<#content>) } else { content };
        quote!(#docs #member(#content),)
    });
    let variants: Vec<_> = variants.collect();
    let items = quote! {
        #docs
        #deprecated
        #[derive(Clone, PartialEq)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants)*
            /// A value that this version does not know, kept as it is.
            Unknown(Value),
        }
    };
    let call = match &union.tag {
        Some(tag) => tagged(&names.name, tag, &names.members, union, context.model),
        None => untagged(&names.name, &names.members, union),
    };
    vec![Piece::Items(items), Piece::Call(call)]
}

fn tagged(name: &str, tag: &str, members: &[String], union: &Union, model: &Model) -> String {
    let variants: Vec<String> = members
        .iter()
        .zip(&union.variants)
        .filter_map(|(member, variant)| {
            let Select::Tag(values) = &variant.select else { return None };
            let mode = match tag_member(variant, tag, model) {
                // Where the tag may be absent, what has none is written without one.
                Some(false) if union.missing.is_none_or(|missing| union.variants[missing] != *variant) => "or",
                Some(_) => "keeps",
                None => "=",
            };
            let values: Vec<String> = values.iter().map(literal).collect();
            Some(format!("{member} {mode} {}", values.join(" | ")))
        })
        .collect();
    let missing = union.missing.and_then(|index| members.get(index));
    let end = missing.map_or_else(|| "});".to_owned(), |missing| format!("}} missing {missing});"));
    macro_call(&format!("logto_runtime::tagged_union!({name}, {tag:?} {{"), &variants, &end)
}

fn untagged(name: &str, members: &[String], union: &Union) -> String {
    let variant = |(member, variant): (&String, &Variant)| match &variant.select {
        Select::Json(kind) | Select::Fits(kind) => format!("{member}: {}", kind_name(*kind)),
        Select::Keys(_) | Select::Tag(_) => format!("{member}: object"),
    };
    let variants: Vec<String> = members.iter().zip(&union.variants).map(variant).collect();
    macro_call(&format!("logto_runtime::untagged_union!({name} {{"), &variants, "});")
}

/// Whether the content of a variant must have the tag among its own members; `None`: it does not have it.
fn tag_member(variant: &Variant, tag: &str, model: &Model) -> Option<bool> {
    match &variant.ty {
        Ty::Def(id) => match &model.def(*id).kind {
            DefKind::Struct(object) => {
                object.fields.iter().find(|field| field.json == tag).map(|field| field.required && !field.young)
            }
            DefKind::Enum(_) => None,
            // It tells its own variants by the tag.
            DefKind::Union(_) => Some(true),
        },
        // A map or any value has every member that was sent.
        _ => Some(true),
    }
}

/// The members that a value of a type must have.
fn required(ty: &Ty, model: &Model) -> Vec<String> {
    let Ty::Def(id) = ty else { return Vec::new() };
    let DefKind::Struct(object) = &model.def(*id).kind else { return Vec::new() };
    object.fields.iter().filter(|field| field.required).map(|field| field.json.clone()).collect()
}

fn what_selects(union: &Union, variant: &Variant, model: &Model) -> String {
    let list = |items: Vec<String>, and: &str| items.iter().map(|item| doc::code(item)).collect::<Vec<_>>().join(and);
    match &variant.select {
        Select::Tag(values) => {
            let tag = doc::code(union.tag.as_deref().unwrap_or_default());
            let values = values.iter().map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
            format!("{tag} is {}.", list(values.collect(), " or "))
        }
        Select::Keys(keys) if keys.is_empty() => "Any other object.".to_owned(),
        Select::Keys(keys) => format!("An object with {}.", list(keys.clone(), " and ")),
        Select::Json(kind) => format!("{}.", in_words(*kind)),
        Select::Fits(kind) => {
            let what = match required(&variant.ty, model) {
                keys if keys.is_empty() => in_words(*kind).to_owned(),
                keys => format!("{} with {}", in_words(*kind), list(keys, " and ")),
            };
            format!("{what}, if it fits no other variant better.")
        }
    }
}

fn literal(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{text:?}"),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(signed), _) if i32::try_from(signed).is_ok() => signed.to_string(),
            (Some(signed), _) => format!("{signed}_i64"),
            (None, Some(unsigned)) => format!("{unsigned}_u64"),
            // Always with a fraction or an exponent.
            (None, None) => number.to_string(),
        },
        other => other.to_string(),
    }
}

fn kind_name(kind: JsonType) -> &'static str {
    match kind {
        JsonType::Bool => "bool",
        JsonType::Number => "number",
        JsonType::String => "string",
        JsonType::Array => "array",
        JsonType::Object => "object",
    }
}

fn in_words(kind: JsonType) -> &'static str {
    match kind {
        JsonType::Bool => "`true` or `false`",
        JsonType::Number => "A number",
        JsonType::String => "A text",
        JsonType::Array => "A list",
        JsonType::Object => "An object",
    }
}
