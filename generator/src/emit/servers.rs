//! Prints the servers of a document: an enum of those that a user can choose from, with their variables.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::{Server, ServerVariable};
use crate::name::{marks, pascal, snake, spelled_cases, spelled_signs};

use super::format::{Piece, macro_call};
use super::ident::ident;
use super::{ClientName, doc};

/// The servers of the document that a user can choose from.
pub(super) struct Servers<'a> {
    servers: Vec<(String, &'a Server)>,
    /// The enums of variables that have a list of values.
    pub(super) enums: Vec<(String, &'a ServerVariable)>,
}

impl<'a> Servers<'a> {
    pub(super) fn new(servers: &'a [Server]) -> Self {
        let mut urls = BTreeSet::new();
        let absolute = servers.iter().filter(|server| server.is_offered());
        let absolute = absolute.filter(|server| urls.insert(server.url.trim_end_matches('/').to_owned()));
        let absolute: Vec<&Server> = absolute.collect();
        let named: Vec<(String, &Server)> = names(&absolute).into_iter().zip(absolute).collect();
        let mut enums: Vec<(String, &ServerVariable)> = Vec::new();
        for (server, of) in &named {
            for variable in of.variables.iter().filter(|variable| !variable.values.is_empty()) {
                if !variables(of).contains(&variable.name.as_str()) {
                    continue;
                }
                if enums.iter().any(|(_, known)| known.name == variable.name && known.values == variable.values) {
                    continue;
                }
                let plain = format!("Server{}", pascal(&variable.name));
                let taken = enums.iter().any(|(known, _)| *known == plain);
                enums.push((if taken { format!("Server{server}{}", pascal(&variable.name)) } else { plain }, variable));
            }
        }
        Self { servers: named, enums }
    }

    /// Whether there is anything to choose.
    pub(super) fn is_choice(&self) -> bool {
        self.servers.len() > 1 || self.servers.iter().any(|(_, server)| !variables(server).is_empty())
    }

    /// The variants and their variables, where there is anything to choose.
    pub(super) fn names(&self) -> Vec<ClientName> {
        let servers = self.servers.iter().filter(|_| self.is_choice());
        let named = servers.map(|(name, server)| {
            let all = variables(server);
            let takes: Vec<String> = all.iter().map(|variable| member(variable, &all)).collect();
            ClientName { what: "server", name: name.clone(), takes: takes.join(" ") }
        });
        named.collect()
    }

    /// A variable as a member of its server: what is usual for it, and its type.
    fn field(&self, name: &str, all: &[&str], server: &Server) -> TokenStream {
        let declared = server.variables.iter().find(|variable| variable.name == name);
        let docs = doc::outer(&match declared.map(|variable| variable.default.as_str()) {
            None | Some("") => [format!("The variable {}.", doc::code(name))],
            Some(default) => [format!("The variable {}, usually {}.", doc::code(name), doc::code(default))],
        });
        let same =
            |known: &ServerVariable| declared.is_some_and(|own| own.name == known.name && own.values == known.values);
        let ty = self.enums.iter().find(|(_, known)| same(known)).map_or("String", |(name, _)| name);
        let (field, ty) = (ident(&member(name, all)), ident(ty));
        quote!(#docs #field: #ty,)
    }

    pub(super) fn pieces(&self) -> Vec<Piece> {
        let variants = self.servers.iter().map(|(name, server)| {
            let (name, docs) = (ident(name), doc::outer(&[format!("{}.", doc::code(&server.url))]));
            match variables(server).as_slice() {
                [] => quote!(#docs #name,),
                variables => {
                    let fields = variables.iter().map(|variable| self.field(variable, variables, server));
                    quote!(#docs #name { #(#fields)* },)
                }
            }
        });
        let arms = self.servers.iter().map(|(name, server)| {
            let (name, url) = (ident(name), &server.url);
            let all = variables(server);
            let fields: Vec<_> = all.iter().map(|variable| ident(&member(variable, &all))).collect();
            if fields.is_empty() {
                return quote!(Self::#name => #url.to_owned(),);
            }
            let text = format_text(url, &all);
            quote!(Self::#name { #(#fields),* } => format!(#text),)
        });
        let mut pieces = vec![Piece::Items(quote! {
            /// A server of the document.
            #[derive(Debug, Clone, PartialEq, Eq)]
            #[non_exhaustive]
            pub enum Server {
                #(#variants)*
            }
            impl Server {
                /// Its URL.
                pub fn url(&self) -> String {
                    match self {
                        #(#arms)*
                    }
                }
            }
        })];
        for (name, variable) in &self.enums {
            pieces.extend(variable_enum(name, variable));
        }
        pieces
    }
}

/// A name for each server. Where several would have one, each says more of its URL, and in the end its signs.
fn names(servers: &[&Server]) -> Vec<String> {
    type Says = fn(&str, &str) -> String;
    let levels: [Says; 6] = [
        |_, rest| pascal(rest.split('/').next().unwrap_or(rest)),
        |_, rest| pascal(rest),
        |scheme, rest| pascal(&format!("{scheme} {rest}")),
        |_, rest| pascal(&spelled_signs(rest)),
        |scheme, rest| pascal(&spelled_signs(&format!("{scheme} {rest}"))),
        |scheme, rest| pascal(&spelled_cases(&format!("{scheme} {rest}"))),
    ];
    let urls: Vec<(&str, &str)> = servers
        .iter()
        .map(|server| server.url.trim_end_matches('/').split_once("://").unwrap_or(("", &server.url)))
        .collect();
    let mut names: Vec<Option<String>> = vec![None; servers.len()];
    let mut used = BTreeSet::new();
    for says in levels {
        let mut wishes: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, (scheme, rest)) in urls.iter().enumerate().filter(|(index, _)| names[*index].is_none()) {
            wishes.entry(says(scheme, rest)).or_default().push(index);
        }
        for (name, wishing) in wishes {
            if let [only] = wishing.as_slice()
                && used.insert(name.clone())
            {
                names[*only] = Some(name);
            }
        }
    }
    let marked = |(name, server): (Option<String>, &&Server)| {
        name.unwrap_or_else(|| marks(&server.url).map(|mark| format!("ServerX{mark}")).next().unwrap_or_default())
    };
    names.into_iter().zip(servers).map(marked).collect()
}

/// The values of a variable, as an open enum.
fn variable_enum(name: &str, variable: &ServerVariable) -> [Piece; 2] {
    let mut used = BTreeSet::from(["Unknown".to_owned()]);
    let mut values: Vec<(String, &String)> = Vec::new();
    for value in &variable.values {
        let mut variant = pascal(value);
        if values.iter().any(|(_, known)| *known == value) {
            continue;
        }
        while !used.insert(variant.clone()) {
            variant.push_str("Value");
        }
        values.push((variant, value));
    }
    let docs = doc::outer(&[format!("The variable {} of a server.", doc::code(&variable.name))]);
    let enumeration = ident(name);
    let variants = values.iter().map(|(variant, value)| {
        let (docs, variant) = (doc::outer(&[doc::value(value)]), ident(variant));
        quote!(#docs #variant,)
    });
    let items = quote! {
        #docs
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #enumeration {
            #(#variants)*
            /// Another value.
            Unknown(String),
        }
    };
    let texts: Vec<String> = values.iter().map(|(variant, value)| format!("{variant} = {value:?}")).collect();
    [Piece::Items(items), Piece::Call(macro_call(&format!("logto_runtime::open_enum!({name} {{"), &texts, "});"))]
}

/// The names in a URL template, each once, in their order; declared or not, a user has to say them.
fn variables(server: &Server) -> Vec<&str> {
    let mut names = Vec::new();
    for name in server.url.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// A variable as a member: its words, and where another has them too, its place among those.
fn member(name: &str, all: &[&str]) -> String {
    let plain = snake(name);
    let before = all.iter().take_while(|other| **other != name).filter(|other| snake(other) == plain).count();
    if before == 0 {
        plain
    } else {
        format!("{}_{}", plain.trim_start_matches("r#"), "too_".repeat(before).trim_end_matches('_'))
    }
}

/// A URL template as the text of `format!`: its variables are the names in scope, everything else stands for itself.
fn format_text(url: &str, all: &[&str]) -> String {
    let mut text = String::new();
    let mut rest = url;
    while let Some((before, from)) = rest.split_once('{') {
        text.push_str(&before.replace('}', "}}"));
        match from.split_once('}') {
            Some((name, after)) => {
                text.push_str(&format!("{{{}}}", member(name, all).trim_start_matches("r#")));
                rest = after;
            }
            None => {
                text.push_str("{{");
                rest = from;
            }
        }
    }
    text + &rest.replace('}', "}}")
}

fn is_absolute(server: &Server) -> bool {
    let scheme = server.url.split_once("://").map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| matches!(scheme, "http" | "https") || scheme.starts_with('{'))
}

/// The URL with the usual values of its variables; `None` where that is no address.
pub(super) fn default_url(server: &Server) -> Option<String> {
    let url = server.address();
    let absolute = url.starts_with("https://") || url.starts_with("http://");
    (absolute && !url.contains(['{', '}', ' ', '?', '#', '@'])).then_some(url)
}

/// The path of the first server where it is relative.
pub(super) fn base_path(servers: &[Server]) -> String {
    let first = servers.first().filter(|server| !is_absolute(server)).map(Server::address);
    let first = first.filter(|path| !path.contains(['{', '?', '#', ' ', ':']));
    let path = first.as_deref().map(|path| path.trim_matches(['/', '.'])).unwrap_or_default();
    if path.is_empty() { String::new() } else { format!("/{path}") }
}
