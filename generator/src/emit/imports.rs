//! The `use` lines of a file.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::model::{DefId, Ty};

use super::Context;
use super::ident::ident;

/// What a file uses, by module.
#[derive(Debug, Default)]
pub(crate) struct Imports(BTreeMap<String, BTreeSet<String>>);

impl Imports {
    /// Uses an item of a module.
    pub(crate) fn add(&mut self, module: &str, name: &str) {
        self.0.entry(module.to_owned()).or_default().insert(name.to_owned());
    }

    /// Uses an item of the runtime.
    pub(crate) fn runtime(&mut self, name: &str) {
        self.add("logto_runtime", name);
    }

    /// Uses an item of the runtime, and is its name.
    pub(crate) fn of_runtime(&mut self, name: &str) -> Ident {
        self.runtime(name);
        ident(name)
    }

    /// Uses everything that a type names.
    pub(crate) fn ty(&mut self, ty: &Ty, context: &Context<'_>) {
        match ty {
            Ty::Any => self.add("serde_json", "Value"),
            Ty::Millis => self.runtime("Timestamp"),
            Ty::Seconds => self.runtime("UnixTime"),
            Ty::DateTime => self.runtime("DateTime"),
            Ty::Secret => self.runtime("Secret"),
            Ty::Map(value) => {
                self.add("std::collections", "BTreeMap");
                self.ty(value, context);
            }
            Ty::List(inner) | Ty::Nullable(inner) => self.ty(inner, context),
            Ty::Tuple(items) => items.iter().for_each(|item| self.ty(item, context)),
            Ty::Hidden(inner) => {
                self.runtime("Hidden");
                self.ty(inner, context);
            }
            Ty::Def(id) => self.def(*id, context),
            Ty::Extern(path) => {
                let (module, name) = path.rsplit_once("::").unwrap_or(("", path));
                self.add(&join("crate", module), name);
            }
            Ty::Bool | Ty::Int | Ty::Unsigned | Ty::Float | Ty::String => {}
        }
    }

    /// Uses a type of the document.
    pub(crate) fn def(&mut self, id: DefId, context: &Context<'_>) {
        self.add("crate::types", &context.names.types[id.0].name);
    }

    /// Whether a type is used that the API deprecates.
    pub(crate) fn names_deprecated(&self, context: &Context<'_>) -> bool {
        let defs = context.model.defs.iter().zip(&context.names.types);
        let mut deprecated = defs.filter(|(def, _)| def.deprecated).map(|(_, names)| &names.name);
        let used = self.0.get("crate::types");
        deprecated.any(|name| used.is_some_and(|used| used.contains(name)))
    }

    /// Drops what the file itself holds.
    pub(crate) fn without<'a>(mut self, names: impl IntoIterator<Item = &'a str>) -> Self {
        if let Some(types) = self.0.get_mut("crate::types") {
            for name in names {
                types.remove(name);
            }
        }
        self.0.retain(|_, names| !names.is_empty());
        self
    }

    /// The `use` lines: std, other crates, this crate.
    pub(crate) fn tokens(&self) -> TokenStream {
        let rank = |module: &str| match module {
            _ if module.starts_with("std") => 0,
            _ if module.starts_with("crate") => 2,
            _ => 1,
        };
        let mut modules: Vec<_> = self.0.iter().collect();
        modules.sort_by_key(|(module, _)| (rank(module), module.as_str()));
        let lines = modules.into_iter().map(|(module, names)| {
            let path = module.split("::").map(ident);
            let names: Vec<_> = names.iter().map(|name| ident(name)).collect();
            match names.as_slice() {
                [name] => quote!(use #(#path)::*::#name;),
                names => quote!(use #(#path)::*::{#(#names),*};),
            }
        });
        quote!(#(#lines)*)
    }
}

fn join(root: &str, module: &str) -> String {
    if module.is_empty() { root.to_owned() } else { format!("{root}::{module}") }
}
