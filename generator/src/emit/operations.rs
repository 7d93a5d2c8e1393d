//! Prints `src/operations/`: a file for each tag with its methods on `Client` and their request types.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::error::Error;
use crate::model::{Operation, Reply, Ty};
use crate::names::{OperationNames, TagNames};

use super::format::{self, Piece};
use super::ident::ident;
use super::imports::Imports;
use super::parameters::{self, Argument};
use super::{Context, File, SPLIT_ABOVE, doc, rust_type};

/// The argument of a setter, whose own name says what it is.
const VALUE: &str = "value";

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
        match runs.last_mut() {
            Some((_, run)) if lines + more <= SPLIT_ABOVE => run.operations.push((operation, of)),
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
    let arguments = operation.path_params.len() + operation.query.len();
    let parts = operation.body.as_ref().map_or(0, |body| 1 + parameters::parts(body).len());
    let request = if context.needs_request(operation) { 10 } else { 0 };
    14 + request + 6 * (arguments + parts)
}

/// `src/operations/mod.rs`.
fn index(modules: &BTreeMap<String, Module<'_>>, context: &Context<'_>) -> Result<File, Error> {
    let docs = doc::inner(&[
        "The operations: methods of [`Client`](crate::Client), a file and a feature for each tag.",
        "",
        "The types here are calls with optional parameters.",
    ]);
    let lines = modules.values().map(|module| {
        let (feature, name) = (&module.names.feature, ident(&module.names.module));
        let gate = doc::gate(feature);
        quote!(#gate mod #name;)
    });
    let with_requests = modules
        .values()
        .filter(|module| module.operations.iter().any(|(operation, _)| context.needs_request(operation)));
    let exports = with_requests.map(|module| {
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
    }
    let expect = doc::expect_deprecated(imports.names_deprecated(context));
    let (docs, imports) = (doc::inner(&[format!("{}.", doc::prose(module.tag))]), imports.tokens());
    let mut pieces =
        vec![Piece::Items(quote!(#docs #expect #imports)), Piece::Items(quote!(impl Client { #(#methods)* }))];
    pieces.extend(requests);
    let path = format!("src/operations/{}.rs", module.names.module);
    let text = format::rust(&path, pieces)?;
    Ok(File { path, text })
}

struct Printed<'a> {
    operation: &'a Operation,
    names: &'a OperationNames,
    context: &'a Context<'a>,
}

impl Printed<'_> {
    /// The method on `Client`.
    fn method(&self, imports: &mut Imports) -> TokenStream {
        let (docs, deprecated) = (doc::outer(&self.docs()), doc::deprecated(self.operation.deprecated));
        let name = ident(&self.names.method);
        let arguments = self.arguments(imports);
        let parameters = arguments.iter().map(|argument| &argument.parameter);
        let calls = arguments.iter().map(|argument| &argument.call);
        let method = format_ident!("{}", self.operation.method);
        let (id, path) = (&self.operation.id, &self.operation.path);
        let anonymous = self.operation.is_anonymous().then(|| quote!(.anonymous()));
        let end = self.end();
        let request = quote!(self.request(Method::#method, #id, #path) #(#calls)* #anonymous #end);
        let (result, body) = if self.context.needs_request(self.operation) {
            let request_type = ident(&self.names.request);
            (quote!(#request_type), quote!(let call = #request; #request_type(call)))
        } else {
            (self.call_type(imports), request)
        };
        quote! {
            #docs
            #deprecated
            pub fn #name(&self, #(#parameters),*) -> #result {
                #body
            }
        }
    }

    /// The request type with a setter for everything optional.
    fn request(&self, imports: &mut Imports) -> Vec<Piece> {
        let name = ident(&self.names.request);
        let docs = doc::outer(&[format!("A call of [`Client::{}`] with its optional parameters.", self.names.method)]);
        let call = self.call_type(imports);
        let setters = self.setters(imports);
        let item = quote! {
            #docs
            #[must_use = "a call does nothing until it is sent"]
            #[derive(Debug, Clone)]
            pub struct #name(#call);
        };
        let finish = format!("logto_runtime::request!({}({}));\n", self.names.request, self.call_text());
        let setters = quote!(impl #name { #(#setters)* });
        vec![Piece::Items(item), Piece::Call(finish), Piece::Items(setters)]
    }

    fn docs(&self) -> Vec<String> {
        let operation = self.operation;
        let mut line = doc::code(&format!("{} {}", operation.method, operation.path));
        if let Some(reference) = self.context.reference {
            let url = reference.replace("{id}", &operation.id.to_lowercase());
            line.push_str(&format!(" · [reference]({url})"));
        }
        let mut docs = doc::of_operation(operation, self.context);
        docs.extend([String::new(), line]);
        let body = operation.body.as_ref();
        let parts = body
            .into_iter()
            .flat_map(|body| parameters::parts(body).iter().filter(|part| parameters::is_required(part, body)));
        for part in parts {
            docs.extend([String::new(), parameters::part_docs(part)]);
        }
        docs
    }

    /// What must be given: path, query, body.
    fn arguments(&self, imports: &mut Imports) -> Vec<Argument> {
        let (operation, names, context) = (self.operation, self.names, self.context);
        let mut arguments = Vec::new();
        for (name, parameter) in names.path.iter().zip(&operation.path_params) {
            arguments.push(parameters::path(name, parameter, context, imports));
        }
        for (name, parameter) in names.query.iter().zip(&operation.query) {
            if parameter.required {
                arguments.push(parameters::query(name, parameter, context, imports));
            }
        }
        let Some(body) = &operation.body else { return arguments };
        for (name, part) in names.parts.iter().zip(parameters::parts(body)) {
            if parameters::is_required(part, body) {
                arguments.push(parameters::part(name, part, imports));
            }
        }
        if body.required {
            arguments.extend(parameters::body(&body.kind, context, imports));
        }
        arguments
    }

    fn setters(&self, imports: &mut Imports) -> Vec<TokenStream> {
        let (operation, names, context) = (self.operation, self.names, self.context);
        let mut setters = Vec::new();
        for (name, parameter) in names.query.iter().zip(&operation.query) {
            if !parameter.required {
                let subject = format!("Query parameter {}", doc::code(&parameter.json));
                let facts = doc::line(&subject, doc::facts(&parameter.ty, &parameter.facts));
                let docs = doc::told(context.docs.said_of_parameter(operation, &parameter.json), name, facts);
                let argument = parameters::query(VALUE, parameter, context, imports);
                setters.push(setter(name, &docs, parameter.deprecated, &argument));
            }
        }
        let Some(body) = &operation.body else { return setters };
        for (name, part) in names.parts.iter().zip(parameters::parts(body)) {
            if !parameters::is_required(part, body) {
                let argument = parameters::part(VALUE, part, imports);
                let said = context.docs.said_of_parameter(operation, &part.json);
                setters.push(setter(name, &doc::told(said, name, parameters::part_docs(part)), false, &argument));
            }
        }
        if !body.required
            && let Some(argument) = parameters::body(&body.kind, context, imports)
        {
            setters.push(setter("body", &["The body.".to_owned()], false, &argument));
        }
        setters
    }

    /// The last step: what the reply is.
    fn end(&self) -> TokenStream {
        if let Some(paging) = &self.operation.paging {
            let within = paging.member.as_ref().map(|member| quote!(.within(#member)));
            let if_asked = paging.if_asked.then(|| quote!(.if_asked()));
            return quote!(.list() #within #if_asked);
        }
        match &self.operation.reply {
            Reply::Empty => quote!(.empty()),
            Reply::Json(_) => quote!(.json()),
            Reply::JsonOrEmpty(_) => quote!(.json_or_empty()),
            Reply::Text => quote!(.text()),
            Reply::Binary => quote!(.download()),
            Reply::Several(_) => quote!(.reply()),
            Reply::Redirect => quote!(.redirect()),
            Reply::Content => quote!(.content()),
        }
    }

    fn call_type(&self, imports: &mut Imports) -> TokenStream {
        let ty = match (&self.operation.paging, &self.operation.reply) {
            (Some(paging), _) => Some(&paging.item),
            (None, Reply::Json(ty) | Reply::JsonOrEmpty(ty)) => Some(ty),
            (None, Reply::Redirect) => {
                imports.runtime("Redirect");
                None
            }
            (None, Reply::Content) => {
                imports.runtime("Content");
                None
            }
            (None, Reply::Binary) => {
                imports.runtime("Download");
                None
            }
            (None, Reply::Empty | Reply::Text | Reply::Several(_)) => None,
        };
        imports.runtime(if self.operation.paging.is_some() { "Paged" } else { "Call" });
        if let Some(ty) = ty {
            imports.ty(ty, self.context);
        }
        let tokens: Result<TokenStream, _> = self.call_text().parse();
        // Made of identifiers, brackets and commas only, so it always parses.
        tokens.unwrap_or_default()
    }

    /// `Call<User>` or `Paged<User>`.
    fn call_text(&self) -> String {
        match &self.operation.paging {
            Some(paging) => format!("Paged<{}>", rust_type::text(&paging.item, self.context.names)),
            None => format!("Call<{}>", self.context.value_text(&self.operation.reply)),
        }
    }
}

impl Context<'_> {
    /// The type of the value that a reply gives.
    pub(super) fn value_text(&self, reply: &Reply) -> String {
        let text = |ty: &Ty| rust_type::text(ty, self.names);
        match reply {
            Reply::Empty => "()".to_owned(),
            Reply::Json(ty) => text(ty),
            Reply::JsonOrEmpty(ty) => format!("Option<{}>", text(ty)),
            Reply::Text => "String".to_owned(),
            Reply::Binary => "Download".to_owned(),
            Reply::Several(_) => String::new(),
            Reply::Redirect => "Redirect".to_owned(),
            Reply::Content => "Content".to_owned(),
        }
    }
}

fn setter(name: &str, docs: &[String], deprecated: bool, argument: &Argument) -> TokenStream {
    let (docs, deprecated, name) = (doc::outer(docs), doc::deprecated(deprecated), ident(name));
    let (parameter, call) = (&argument.parameter, &argument.call);
    quote! {
        #docs
        #deprecated
        pub fn #name(self, #parameter) -> Self {
            Self(self.0 #call)
        }
    }
}
