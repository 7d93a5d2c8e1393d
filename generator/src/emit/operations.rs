//! Prints `src/operations/`: a file for each tag with its methods on `Client` and the types beside them.

use std::collections::BTreeMap;

use quote::quote;

use crate::error::Error;
use crate::model::{Operation, Param, Reply, Ty};
use crate::names::{OperationNames, TagNames};

use super::format::{self, Piece};
use super::ident::ident;
use super::imports::Imports;
use super::operation::Printed;
use super::{Context, File, SPLIT_ABOVE, answers, doc};

/// The files below `src/operations/`.
pub(super) fn files(context: &Context<'_>) -> Result<Vec<File>, Error> {
    let modules = by_module(context);
    let mut files = vec![index(&modules, context)?];
    for module in modules.values() {
        files.push(file(module, context)?);
    }
    Ok(files)
}

/// The operations of one file.
struct Module<'a> {
    tag: &'a str,
    names: TagNames,
    operations: Vec<(&'a Operation, &'a OperationNames)>,
}

fn by_module<'a>(context: &Context<'a>) -> BTreeMap<String, Module<'a>> {
    let mut modules: BTreeMap<String, Module<'a>> = BTreeMap::new();
    for (operation, names) in context.model.operations.iter().zip(&context.names.operations) {
        let tag = context.tag(&operation.tag);
        let module = modules.entry(tag.module.clone()).or_insert_with(|| Module {
            tag: &operation.tag,
            names: tag,
            operations: Vec::new(),
        });
        module.operations.push((operation, names));
    }
    modules.into_values().flat_map(|module| split(module, context)).collect()
}

/// The module itself where it fits into a file, else runs of neighbours, each but the first named for the operation that
/// it begins with.
fn split<'a>(module: Module<'a>, context: &Context<'_>) -> Vec<(String, Module<'a>)> {
    let Module { tag, names, operations } = module;
    let mut runs: Vec<(String, Module<'a>)> = Vec::new();
    let mut lines = 0;
    for (operation, of) in operations {
        let more = length(operation, context);
        // The ways to write one body share the type of their reply.
        let stays = operation.alternative.is_some();
        match runs.last_mut() {
            Some((_, run)) if stays || lines + more <= SPLIT_ABOVE => run.operations.push((operation, of)),
            _ => {
                let name = match runs.len() {
                    0 => names.module.clone(),
                    _ => format!("{}_from_{}", names.module, of.method.trim_start_matches("r#")),
                };
                let names = TagNames { module: name.clone(), feature: names.feature.clone() };
                runs.push((name, Module { tag, names, operations: vec![(operation, of)] }));
                lines = 0;
            }
        }
        lines += more;
    }
    runs
}

/// About how many lines an operation will have.
fn length(operation: &Operation, context: &Context<'_>) -> usize {
    // What a chain of calls breaks over several lines.
    let long = |param: &&Param| param.style.is_some() || matches!(param.ty, Ty::List(_));
    let (params, long) = (operation.params().count(), operation.params().filter(long).count());
    let parts = operation.body.as_ref().map_or(0, |_| 1 + operation.parts().len());
    let request = if context.needs_request(operation) { 10 } else { 0 };
    let replies = match &operation.reply {
        Reply::Several(answers) => 10 + 2 * answers.len(),
        _ => 0,
    };
    let errors = if operation.failures.is_empty() { 0 } else { 4 + operation.failures.len() };
    let told = context.docs.length_of(operation);
    14 + told + request + replies + errors + 6 * (params + parts) + 8 * long
}

/// `src/operations/mod.rs`.
fn index(modules: &BTreeMap<String, Module<'_>>, context: &Context<'_>) -> Result<File, Error> {
    let what = match context.names.tags.values().any(|names| !names.feature.is_empty()) {
        true => "a file and a feature for each tag",
        false if context.model.untagged => "a file for each first word of their paths",
        false => "a file for each tag",
    };
    let docs = doc::inner(&[
        &format!("The operations: methods of [`Client`](crate::Client), {what}."),
        "",
        "The types here are calls with optional parameters.",
    ]);
    let lines = modules.values().map(|module| {
        let (feature, name) = (&module.names.feature, ident(&module.names.module));
        let gate = doc::gate(feature);
        quote!(#gate mod #name;)
    });
    let several = |operation: &Operation| matches!(operation.reply, Reply::Several(_));
    let with_types = modules.values().filter(|module| {
        module.operations.iter().any(|(operation, _)| context.needs_request(operation) || several(operation))
    });
    let exports = with_types.map(|module| {
        let (feature, name) = (&module.names.feature, ident(&module.names.module));
        let gate = doc::gate(feature);
        quote!(#gate pub use #name::*;)
    });
    let path = "src/operations/mod.rs".to_owned();
    let text = format::rust(&path, vec![Piece::Items(quote!(#docs #(#lines)*)), Piece::Items(quote!(#(#exports)*))])?;
    Ok(File { path, text })
}

fn file(module: &Module<'_>, context: &Context<'_>) -> Result<File, Error> {
    let mut imports = Imports::default();
    imports.add("crate", "Client");
    imports.runtime("Method");
    let mut methods = Vec::new();
    let mut requests = Vec::new();
    for (operation, names) in &module.operations {
        let printed = Printed { operation, names, context };
        methods.push(printed.method(&mut imports));
        if context.needs_request(operation) {
            requests.extend(printed.request(&mut imports));
        }
        if let (Reply::Several(answers), None) = (&operation.reply, &operation.alternative) {
            requests.extend(answers::pieces(answers, names, context, &mut imports));
        }
    }
    let expect = doc::expect_deprecated(imports.names_deprecated(context));
    let mut docs = vec![format!("{}.", doc::prose(module.tag))];
    let said = context.docs.said_of_tag(module.tag);
    if !said.is_empty() {
        docs.push(String::new());
        docs.extend_from_slice(said);
    }
    let (docs, imports) = (doc::inner(&docs), imports.tokens());
    let mut pieces =
        vec![Piece::Items(quote!(#docs #expect #imports)), Piece::Items(quote!(impl Client { #(#methods)* }))];
    pieces.extend(requests);
    let path = format!("src/operations/{}.rs", module.names.module);
    let text = format::rust(&path, pieces)?;
    Ok(File { path, text })
}
