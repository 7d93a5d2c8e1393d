//! Prints an operation: its method on `Client` and its request type.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::model::{AnswerContent, MOST_ARGUMENTS, Operation, Param, Reply};
use crate::names::OperationNames;
use crate::template::{Fixed, Template};

use super::format::Piece;
use super::ident::ident;
use super::imports::Imports;
use super::parameters::{self, Argument, In};
use super::{Context, bodies, doc, rust_type};

/// The argument of a setter, whose own name says what it is.
const VALUE: &str = "value";

/// An operation that is being printed.
pub(super) struct Printed<'a> {
    pub(super) operation: &'a Operation,
    pub(super) names: &'a OperationNames,
    pub(super) context: &'a Context<'a>,
}

impl Printed<'_> {
    /// The method on `Client`.
    pub(super) fn method(&self, imports: &mut Imports) -> TokenStream {
        let (docs, deprecated) = (doc::outer(&self.docs()), doc::deprecated(self.operation.deprecated));
        let name = ident(&self.names.method);
        // `build` has taken the template apart before, so it can be.
        let template = Template::parse(&self.operation.path).unwrap_or_default();
        let path = self.path_arguments(imports);
        let arguments = self.arguments(imports);
        let parameters = path.iter().chain(&arguments).map(|argument| &argument.parameter);
        let filled = template.names.iter().filter_map(|name| {
            let index = self.operation.path_params.iter().position(|param| param.json == *name)?;
            path.get(index).map(|argument| &argument.call)
        });
        let fixed = template.query.iter().filter_map(|(key, value)| match value {
            Fixed::Text(text) => Some(quote!(.query(#key, #text))),
            Fixed::Name(_) => None,
        });
        let calls = arguments.iter().map(|argument| &argument.call);
        let empty_body = self.empty_body(imports);
        let method = format_ident!("{}", self.operation.method);
        let (id, path) = (&self.operation.id, &template.path);
        let accept = self.accept();
        let (security, server, end) = (self.security(), self.server(), self.end());
        let request = quote! {
            self.request(Method::#method, #id, #path) #(#filled)* #(#fixed)* #(#calls)* #empty_body #accept #security #server #end
        };
        let (result, body) = if self.context.needs_request(self.operation) {
            let request_type = ident(&self.names.request);
            (quote!(#request_type), quote!(let call = #request; #request_type(call)))
        } else {
            (self.call_type(imports), request)
        };
        let parameters: Vec<_> = parameters.collect();
        let many = (parameters.len() > MOST_ARGUMENTS)
            .then(|| quote!(#[expect(clippy::too_many_arguments, reason = "the path has as many parameters")]));
        quote! {
            #docs
            #deprecated
            #many
            pub fn #name(&self, #(#parameters),*) -> #result {
                #body
            }
        }
    }

    /// The request type with a setter for everything optional.
    pub(super) fn request(&self, imports: &mut Imports) -> Vec<Piece> {
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

    fn path_arguments(&self, imports: &mut Imports) -> Vec<Argument> {
        let params = self.names.path.iter().zip(&self.operation.path_params);
        params.map(|(name, param)| parameters::argument(In::Path, name, param, self.context, imports)).collect()
    }

    /// What must be given besides the path: query, headers, cookies, body.
    fn arguments(&self, imports: &mut Imports) -> Vec<Argument> {
        let mut arguments = Vec::new();
        for (place, name, param) in self.params().filter(|(_, _, param)| self.operation.takes(param)) {
            arguments.push(parameters::argument(place, name, param, self.context, imports));
        }
        let Some(body) = &self.operation.body else { return arguments };
        for (name, part) in self.names.parts.iter().zip(self.operation.parts()) {
            if self.operation.takes_part(part) {
                arguments.push(bodies::part(name, part, self.context, imports));
            }
        }
        if body.required {
            arguments.extend(bodies::body(body, self.context, imports));
        }
        arguments
    }

    /// A body that must be sent though no part of it must be: setters add to it.
    fn empty_body(&self, imports: &mut Imports) -> Option<TokenStream> {
        let (operation, parts) = (self.operation, self.operation.parts());
        let required = operation.body.as_ref().is_some_and(|body| body.required);
        let empty = required && !parts.is_empty() && !parts.iter().any(|part| operation.takes_part(part));
        empty.then(|| {
            let multipart = imports.of_runtime("Multipart");
            quote!(.multipart(#multipart::new()))
        })
    }

    fn setters(&self, imports: &mut Imports) -> Vec<TokenStream> {
        let (operation, context) = (self.operation, self.context);
        let mut setters = Vec::new();
        for (place, name, param) in self.params().filter(|(_, _, param)| !operation.takes(param)) {
            let subject = format!("{} {}", place.words(), doc::code(&param.json));
            let facts = doc::line(&subject, must(param.required).chain(doc::facts(&param.ty, &param.facts)).collect());
            let docs = doc::told(context.docs.said_of_parameter(operation, place.as_str(), &param.json), name, facts);
            let argument = parameters::argument(place, VALUE, param, context, imports);
            setters.push(setter(name, &docs, param.deprecated, &argument));
        }
        let Some(body) = &operation.body else { return setters };
        for (name, part) in self.names.parts.iter().zip(self.operation.parts()) {
            if !operation.takes_part(part) {
                let argument = bodies::part(VALUE, part, context, imports);
                let said = context.docs.said_of_part(operation, &part.json);
                let facts = bodies::part_docs(part, must(operation.requires(part)));
                setters.push(setter(name, &doc::told(said, name, facts), false, &argument));
            }
        }
        if !body.required
            && let Some(argument) = bodies::body(body, context, imports)
        {
            setters.push(setter("body", &["The body.".to_owned()], false, &argument));
        }
        setters
    }

    /// The parameters besides those of the path, with their names.
    pub(super) fn params(&self) -> impl Iterator<Item = (In, &String, &Param)> {
        let (operation, names) = (self.operation, self.names);
        let query = names.query.iter().zip(&operation.query).map(|(name, param)| (In::Query, name, param));
        let headers = names.headers.iter().zip(&operation.headers).map(|(name, param)| (In::Header, name, param));
        let cookies = names.cookies.iter().zip(&operation.cookies).map(|(name, param)| (In::Cookie, name, param));
        query.chain(headers).chain(cookies)
    }

    /// What it asks for, where that is not what others do.
    fn security(&self) -> Option<TokenStream> {
        let security = self.operation.security.as_ref()?;
        if self.operation.is_anonymous() {
            return Some(quote!(.anonymous()));
        }
        let alternatives = security.iter().map(|names| quote!(&[#(#names),*]));
        Some(quote!(.security(&[#(#alternatives),*])))
    }

    fn server(&self) -> Option<TokenStream> {
        self.operation.server.as_ref().map(|url| quote!(.server(#url)))
    }

    /// The media types that it asks for, where they are not those that its reply implies, and whether JSON may be a text.
    fn accept(&self) -> TokenStream {
        let operation = self.operation;
        let is_json = match &operation.reply {
            Reply::Json(_) | Reply::JsonOrEmpty(_) | Reply::Content => true,
            Reply::Several(answers) => {
                answers.iter().all(|answer| matches!(answer.content, AnswerContent::Json(_) | AnswerContent::Empty))
            }
            Reply::Empty | Reply::Text | Reply::Binary | Reply::Redirect => operation.paging.is_some(),
        };
        let implied = if is_json { "application/json" } else { "*/*" };
        let told = match operation.accepts.as_slice() {
            [] => None,
            [only] if only == implied => None,
            all => Some(preferred(all)),
        };
        let accept = told.map(|told| quote!(.accept(#told)));
        let or_text = operation.or_text.then(|| quote!(.or_text()));
        quote!(#accept #or_text)
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
            None => format!("Call<{}>", self.context.value_text(self.operation, self.names)),
        }
    }
}

impl Context<'_> {
    /// Whether an operation has a request type of its own: it has something optional.
    pub(crate) fn needs_request(&self, operation: &Operation) -> bool {
        let optional_body = operation.body.as_ref().is_some_and(|body| match operation.parts() {
            [] => !body.required,
            parts => parts.iter().any(|part| !operation.takes_part(part)),
        });
        optional_body || operation.params().skip(operation.path_params.len()).any(|param| !operation.takes(param))
    }

    /// The type of the value that an operation gives.
    pub(super) fn value_text(&self, operation: &Operation, names: &OperationNames) -> String {
        match &operation.reply {
            Reply::Empty => "()".to_owned(),
            Reply::Json(ty) => rust_type::text(ty, self.names),
            Reply::JsonOrEmpty(ty) => format!("Option<{}>", rust_type::text(ty, self.names)),
            Reply::Text => "String".to_owned(),
            Reply::Binary => "Download".to_owned(),
            Reply::Several(_) => names.reply.clone(),
            Reply::Redirect => "Redirect".to_owned(),
            Reply::Content => "Content".to_owned(),
        }
    }
}

/// Media types with how much each is liked, less from one to the next (RFC 9110, section 12.4.2).
fn preferred(media_types: &[String]) -> String {
    let weighted = media_types.iter().enumerate().map(|(index, media_type)| match index {
        0 => media_type.clone(),
        _ => format!("{media_type};q=0.{}", 10 - index.min(9)),
    });
    weighted.collect::<Vec<_>>().join(", ")
}

/// What is said of a setter that must be called.
fn must(required: bool) -> impl Iterator<Item = String> {
    required.then(|| "required".to_owned()).into_iter()
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
