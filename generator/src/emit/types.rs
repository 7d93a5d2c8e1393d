//! Prints `src/types/`: a file for the types of one tag, one for those of several, and `mod.rs`.
//!
//! What only one tag uses is behind that tag's feature. What several use is always there: a feature for each set of tags
//! would drown the code in conditions.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToSnakeCase;
use proc_macro2::TokenStream;
use quote::quote;

use crate::error::Error;
use crate::model::{Def, DefId, DefKind, Ty};
use crate::told;

use super::format::{self, Piece, macro_call};
use super::ident::ident;
use super::imports::Imports;
use super::{Context, File, SPLIT_ABOVE, doc, enums, structs, unions};

/// The file of types that several tags use.
const SHARED: &str = "shared";

/// The files below `src/types/`.
pub(super) fn files(context: &Context<'_>) -> Result<Vec<File>, Error> {
    let queried = queried(context);
    let tells = told::structs(context.model);
    let mut files = Vec::new();
    let mut modules = Vec::new();
    for (home, mut ids) in by_home(context) {
        ids.sort_by_key(|id| &context.names.types[id.0].name);
        for (module, ids) in split(&home, &ids, context) {
            let docs = home.docs(context);
            files.push(file(&module, &docs, &ids, (&queried, &tells), context)?);
            modules.push((module, home.feature.clone()));
        }
    }
    modules.sort();
    files.push(index(&modules)?);
    Ok(files)
}

/// The feature that a type comes with; `None` where it is always there.
pub(super) fn feature(def: &Def, context: &Context<'_>) -> Option<String> {
    Home::of(def, context).feature
}

/// Where a type is printed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Home {
    module: String,
    feature: Option<String>,
    tag: Option<String>,
}

impl Home {
    fn of(def: &Def, context: &Context<'_>) -> Self {
        let tags: BTreeSet<(String, String)> =
            def.tags.iter().map(|tag| context.tag(tag)).map(|names| (names.module, names.feature)).collect();
        match tags.into_iter().collect::<Vec<_>>().as_slice() {
            [(module, feature)] => {
                let tag =
                    context.names.tags.iter().find(|(_, names)| names.module == *module).map(|(tag, _)| tag.clone());
                Self {
                    module: module.clone(),
                    feature: Some(feature.clone()).filter(|feature| !feature.is_empty()),
                    tag,
                }
            }
            _ => Self { module: SHARED.to_owned(), feature: None, tag: None },
        }
    }

    fn docs(&self, context: &Context<'_>) -> String {
        match &self.tag {
            Some(tag) if context.model.untagged => format!("Types of {}.", doc::prose(tag)),
            Some(tag) => format!("Types of {} alone.", doc::prose(tag)),
            None if context.model.untagged => "Types that operations of several files use.".to_owned(),
            None => "Types that several tags use.".to_owned(),
        }
    }
}

fn by_home(context: &Context<'_>) -> BTreeMap<Home, Vec<DefId>> {
    let mut homes: BTreeMap<Home, Vec<DefId>> = BTreeMap::new();
    for (index, def) in context.model.defs.iter().enumerate() {
        homes.entry(Home::of(def, context)).or_default().push(DefId(index));
    }
    homes
}

/// One module where the types fit, else one for what is sent and one for what is only received, else runs of names.
fn split(home: &Home, ids: &[DefId], context: &Context<'_>) -> Vec<(String, Vec<DefId>)> {
    if length(ids, context) <= SPLIT_ABOVE {
        return vec![(home.module.clone(), ids.to_vec())];
    }
    let (sent, received): (Vec<DefId>, Vec<DefId>) = ids.iter().partition(|id| context.model.def(**id).sent);
    let mut parts = runs(&format!("{}_sent", home.module), &sent, context);
    parts.extend(runs(&format!("{}_received", home.module), &received, context));
    parts
}

/// Runs of neighbours that fit into a file, each but the first named for the type that it begins with.
fn runs(module: &str, ids: &[DefId], context: &Context<'_>) -> Vec<(String, Vec<DefId>)> {
    let mut runs: Vec<(String, Vec<DefId>)> = Vec::new();
    let mut lines = 0;
    for id in ids {
        let more = length(&[*id], context);
        match runs.last_mut() {
            Some((_, run)) if lines + more <= SPLIT_ABOVE => run.push(*id),
            Some(_) => {
                let first = context.names.types[id.0].name.to_snake_case();
                runs.push((format!("{module}_from_{first}"), vec![*id]));
                lines = 0;
            }
            None => runs.push((module.to_owned(), vec![*id])),
        }
        lines += more;
    }
    runs
}

/// About how many lines some types will have.
fn length(ids: &[DefId], context: &Context<'_>) -> usize {
    let lines = |id: &DefId| {
        let def = context.model.def(*id);
        let told = context.docs.length_of_type(*id);
        told + match &def.kind {
            DefKind::Struct(object) if def.sent => 14 + 4 * object.fields.len(),
            DefKind::Struct(object) => 9 + 3 * object.fields.len(),
            DefKind::Enum(values) => 10 + 3 * values.values.len(),
            DefKind::Union(union) => 10 + 3 * union.variants.len(),
        }
    };
    ids.iter().map(lines).sum()
}

fn file(
    module: &str,
    docs: &str,
    ids: &[DefId],
    (queried, tells): (&BTreeSet<DefId>, &[bool]),
    context: &Context<'_>,
) -> Result<File, Error> {
    let mut imports = Imports::default();
    let mut pieces = Vec::new();
    for id in ids {
        pieces.extend(match &context.model.def(*id).kind {
            DefKind::Struct(object) => structs::pieces(*id, object, tells[id.0], context, &mut imports),
            DefKind::Enum(values) => enums::pieces(*id, values, context),
            DefKind::Union(union) => unions::pieces(*id, union, context, &mut imports),
        });
        pieces.extend(aliases(*id, context));
    }
    let names = |id: &DefId| context.names.types[id.0].name.clone();
    let queried: Vec<String> = ids.iter().filter(|id| queried.contains(id)).map(names).collect();
    if !queried.is_empty() {
        pieces.push(Piece::Call(
            macro_call("logto_runtime::query_json!(", &queried, ");").replace("( ", "(").replace(" )", ")"),
        ));
    }
    let deprecated = imports.names_deprecated(context) || ids.iter().any(|id| names_deprecated(context.model.def(*id)));
    let expect = doc::expect_deprecated(deprecated);
    let own = ids.iter().map(|id| context.names.types[id.0].name.as_str());
    let (docs, imports) = (doc::inner(&[docs]), imports.without(own).tokens());
    let mut all = vec![Piece::Items(quote!(#docs #expect #imports))];
    all.extend(pieces);
    let path = format!("src/types/{module}.rs");
    let text = format::rust(&path, all)?;
    Ok(File { path, text })
}

/// Whether the code that reads and writes a type names something that the API deprecates.
fn names_deprecated(def: &Def) -> bool {
    let fields = match &def.kind {
        DefKind::Struct(object) => object.fields.as_slice(),
        DefKind::Enum(_) | DefKind::Union(_) => &[],
    };
    def.deprecated || fields.iter().any(|field| field.deprecated)
}

fn aliases(id: DefId, context: &Context<'_>) -> Vec<Piece> {
    let names = &context.names.types[id.0];
    let name = ident(&names.name);
    let alias = |alias: &String| {
        let (alias, note) = (ident(alias), format!("renamed to `{}`", names.name));
        let docs = doc::outer(&[format!("The former name of [`{}`].", names.name)]);
        Piece::Items(quote!(#docs #[deprecated = #note] pub type #alias = #name;))
    };
    names.aliases.iter().map(alias).collect()
}

/// Objects and unions that are query parameters.
fn queried(context: &Context<'_>) -> BTreeSet<DefId> {
    let parameters = context.model.operations.iter().flat_map(|operation| &operation.query);
    let parameters = parameters.filter(|parameter| parameter.style.is_none());
    let mut ids = BTreeSet::new();
    for parameter in parameters {
        let mut ty = &parameter.ty;
        while let Ty::List(inner) | Ty::Nullable(inner) | Ty::Map(inner) | Ty::Hidden(inner) = ty {
            ty = inner;
        }
        if let Ty::Def(id) = ty
            && !matches!(context.model.def(*id).kind, DefKind::Enum(_))
        {
            ids.insert(*id);
        }
    }
    ids
}

/// `src/types/mod.rs`: every type by its own name, whatever file it is in.
fn index(modules: &[(String, Option<String>)]) -> Result<File, Error> {
    let mut docs = vec!["The types of bodies, parameters and replies."];
    if modules.iter().any(|(_, feature)| feature.is_some()) {
        docs.extend(["", "A type that only the operations of one tag use comes with that tag's feature."]);
    }
    let docs = doc::inner(&docs);
    let gate = |feature: &Option<String>| -> TokenStream { doc::gate(feature.as_deref().unwrap_or_default()) };
    let lines = modules.iter().map(|(module, feature)| {
        let (gate, module) = (gate(feature), ident(module));
        quote!(#gate mod #module;)
    });
    let exports = modules.iter().map(|(module, feature)| {
        let (gate, module) = (gate(feature), ident(module));
        quote!(#gate pub use #module::*;)
    });
    let path = "src/types/mod.rs".to_owned();
    let text = format::rust(&path, vec![Piece::Items(quote!(#docs #(#lines)*)), Piece::Items(quote!(#(#exports)*))])?;
    Ok(File { path, text })
}
