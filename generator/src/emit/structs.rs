//! Prints a struct.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use serde_json::Value;

use crate::model::{Def, DefId, Field, Presence, Struct, Ty};
use crate::told;

use super::format::{Piece, macro_call};
use super::ident::ident;
use super::imports::Imports;
use super::{Context, doc, rust_type};

/// The struct, its constructor and the call that gives it its reading and writing.
pub(crate) fn pieces(
    id: DefId,
    object: &Struct,
    tells: bool,
    context: &Context<'_>,
    imports: &mut Imports,
) -> Vec<Piece> {
    let printed = Printed { id, object, tells, def: context.model.def(id), context };
    let call = printed.object_call();
    let item = printed.item(imports);
    let constructor = printed.constructor(imports);
    vec![Piece::Items(item), Piece::Call(call), Piece::Items(constructor)]
}

/// The most values that `new` takes: what clippy's `too_many_arguments` allows.
const MOST_GIVEN: usize = 7;

struct Printed<'a> {
    id: DefId,
    object: &'a Struct,
    /// Whether its values and limits tell variants of a union apart.
    tells: bool,
    def: &'a Def,
    context: &'a Context<'a>,
}

impl Printed<'_> {
    fn name(&self) -> &str {
        &self.context.names.types[self.id.0].name
    }

    /// The fields with their names.
    fn fields(&self) -> impl Iterator<Item = (&str, &Field)> {
        let names = &self.context.names.types[self.id.0].members;
        names.iter().map(String::as_str).zip(&self.object.fields)
    }

    /// The name of the map of members that are not listed.
    fn rest(&self) -> &'static str {
        let names = ["rest", "other_members", "members_beside", "members_not_listed_here"];
        let free = |wish: &&str| !self.fields().any(|(name, _)| name == *wish);
        names.into_iter().find(free).unwrap_or("rest")
    }

    fn item(&self, imports: &mut Imports) -> TokenStream {
        let name = ident(self.name());
        let docs = doc::outer(&doc::of_type(self.id, self.context));
        let deprecated = doc::deprecated(self.def.deprecated);
        let default = (self.derives_default()).then(|| quote!(, Default));
        let received_only = (!self.def.sent).then(|| quote!(#[non_exhaustive]));
        let fields: Vec<_> = self.fields().map(|(name, field)| self.field(name, field, imports)).collect();
        let rest = self.object.rest.as_ref().map(|ty| {
            imports.add("std::collections", "BTreeMap");
            imports.runtime("Hidden");
            let (name, ty) = (ident(self.rest()), rust_type::tokens(ty, self.context, imports));
            quote! {
                /// The members that are not listed above.
                pub #name: Hidden<BTreeMap<String, #ty>>,
            }
        });
        quote! {
            #docs
            #deprecated
            #[derive(Debug, Clone, PartialEq #default)]
            #received_only
            pub struct #name {
                #(#fields)*
                #rest
            }
        }
    }

    fn field(&self, name: &str, field: &Field, imports: &mut Imports) -> TokenStream {
        let said = self.context.docs.said_of_member(self.id, &field.json);
        let docs = doc::outer(&doc::told(said, name, self.field_docs(field)));
        let deprecated = doc::deprecated(field.deprecated);
        let name = ident(name);
        let inner = self.content(field, imports);
        let ty = match Presence::of(field, self.def) {
            Presence::Required => inner,
            Presence::Nullable | Presence::Optional => quote!(Option<#inner>),
            Presence::Patch => {
                imports.runtime("Patch");
                quote!(Patch<#inner>)
            }
        };
        quote!(#docs #deprecated pub #name: #ty,)
    }

    /// The type of a field without its presence.
    fn content(&self, field: &Field, imports: &mut Imports) -> TokenStream {
        let ty = rust_type::tokens(&field.ty, self.context, imports);
        if field.boxed { quote!(Box<#ty>) } else { ty }
    }

    fn field_docs(&self, field: &Field) -> String {
        let mut facts = doc::facts(&field.ty, &field.facts);
        if let Some(constant) = &field.constant {
            facts.push(format!("always {}", doc::code(&constant.to_string())));
        }
        if Presence::of(field, self.def) == Presence::Nullable && self.def.sent {
            facts.push("`None` is sent as `null`".to_owned());
        }
        if Presence::of(field, self.def) == Presence::Patch {
            facts.push("`null` clears it".to_owned());
        }
        if field.young && self.def.received {
            facts.push("absent on older servers".to_owned());
        }
        doc::line(&doc::code(&field.json), facts)
    }

    fn object_call(&self) -> String {
        let mut members: Vec<String> = self
            .fields()
            .map(|(name, field)| {
                let presence = Presence::of(field, self.def);
                let null = if presence == Presence::Nullable { " or null" } else { "" };
                let limits =
                    if self.tells { told::limits(field, presence == Presence::Optional) } else { String::new() };
                format!("{name}: {:?}{null}{limits}", field.json)
            })
            .collect();
        if self.object.rest.is_some() {
            members.push(format!("..{}", self.rest()));
        }
        let closed = if self.tells { told::closed(self.object) } else { "" };
        macro_call(&format!("logto_runtime::object!({} {{", self.name()), &members, &format!("}}{closed});"))
    }

    /// `new` with what must be given, for structs that are sent and cannot be `Default`. Where that is more than can be told
    /// apart by its place, there is only the literal, which names it.
    fn constructor(&self, imports: &mut Imports) -> TokenStream {
        if !self.def.sent || self.derives_default() {
            return quote!();
        }
        let name = ident(self.name());
        let given: Vec<_> = self.fields().filter(|(_, field)| self.is_given(field)).collect();
        if given.len() > MOST_GIVEN {
            return quote!();
        }
        let parameters: Vec<_> = given.iter().map(|(name, field)| self.parameter(name, field, imports)).collect();
        let values: Vec<_> = self.fields().map(|(name, field)| self.value(name, field)).collect();
        let rest = self.object.rest.as_ref().map(|_| {
            let rest = ident(self.rest());
            quote!(#rest: BTreeMap::new().into(),)
        });
        let default = given.is_empty().then(|| {
            quote! {
                impl Default for #name {
                    fn default() -> Self {
                        Self::new()
                    }
                }
            }
        });
        quote! {
            impl #name {
                /// With what is required; everything else is left out.
                pub fn new(#(#parameters),*) -> Self {
                    Self {
                        #(#values)*
                        #rest
                    }
                }
            }
            #default
        }
    }

    /// Whether nothing has to be given and every default is the right value.
    fn derives_default(&self) -> bool {
        let fits = |field: &Field| match Presence::of(field, self.def) {
            Presence::Required => rust_type::is_single_value(&field.ty, self.context) && !field.boxed,
            Presence::Nullable => false,
            Presence::Optional | Presence::Patch => true,
        };
        self.def.sent && self.object.fields.iter().all(fits)
    }

    /// Whether `new` asks for a field.
    fn is_given(&self, field: &Field) -> bool {
        match Presence::of(field, self.def) {
            Presence::Required => fixed(field, self.context).is_none(),
            Presence::Nullable => true,
            Presence::Optional | Presence::Patch => false,
        }
    }

    fn parameter(&self, name: &str, field: &Field, imports: &mut Imports) -> TokenStream {
        let name = ident(name);
        let ty = rust_type::tokens(&field.ty, self.context, imports);
        match Presence::of(field, self.def) {
            Presence::Nullable => quote!(#name: Option<#ty>),
            _ if takes_into(&field.ty) => quote!(#name: impl Into<#ty>),
            _ => quote!(#name: #ty),
        }
    }

    fn value(&self, name: &str, field: &Field) -> TokenStream {
        let name = ident(name);
        match Presence::of(field, self.def) {
            Presence::Optional => quote!(#name: None,),
            Presence::Patch => quote!(#name: Patch::Keep,),
            Presence::Nullable if field.boxed => quote!(#name: #name.map(Box::new),),
            Presence::Nullable => quote!(#name,),
            Presence::Required => match fixed(field, self.context) {
                Some(value) => quote!(#name: #value,),
                None if field.boxed => quote!(#name: Box::new(#name),),
                None if takes_into(&field.ty) => quote!(#name: #name.into(),),
                None => quote!(#name,),
            },
        }
    }
}

/// The only value that a required field can have.
fn fixed(field: &Field, context: &Context<'_>) -> Option<TokenStream> {
    if rust_type::is_single_value(&field.ty, context) && !field.boxed {
        let Ty::Def(id) = field.ty else { return None };
        let (name, only) = (ident(&context.names.types[id.0].name), ident(context.names.types[id.0].members.first()?));
        return Some(quote!(#name::#only));
    }
    match (field.constant.as_ref()?, &field.ty) {
        (Value::Bool(value), Ty::Bool) => Some(value.to_token_stream()),
        (Value::Number(number), Ty::Int) => {
            number.as_i64().map(|value| proc_macro2::Literal::i64_unsuffixed(value).to_token_stream())
        }
        (Value::Number(number), Ty::Unsigned) => {
            number.as_u64().map(|value| proc_macro2::Literal::u64_unsuffixed(value).to_token_stream())
        }
        (Value::Number(number), Ty::Float) => {
            number.as_f64().map(|value| proc_macro2::Literal::f64_unsuffixed(value).to_token_stream())
        }
        (Value::String(text), Ty::String) => Some(quote!(#text.to_owned())),
        _ => None,
    }
}

/// Whether `new` takes anything that turns into the type, because literals and owned values are both common.
fn takes_into(ty: &Ty) -> bool {
    matches!(ty, Ty::String | Ty::Secret | Ty::DateTime)
}
