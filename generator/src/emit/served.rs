//! Prints `tests/operations/` for a crate of any document: a function for each operation that calls it with values that are
//! made while the test runs, and one test that runs them all against a server made from the same document.
//!
//! The tests lean on the crate `logto_tests`, module `served`.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;

use crate::error::Error;
use crate::model::{AnswerContent, Body, BodyKind, MultipartField, Operation, Param, PartContent, Reply, SchemeKind};
use crate::model::{Status, Ty};
use crate::names::OperationNames;

use super::format::{self, Piece};
use super::ident::ident;
use super::parameters::In;
use super::{Context, File, Input, client, crate_files, doc, replies, rust_type};

/// Every file of the tests, over the document that lies at a path.
///
/// # Errors
///
/// Names that cannot be printed.
pub fn served(input: &Input<'_>, document: &str) -> Result<Vec<File>, Error> {
    super::check::names(input)?;
    let mut modules: BTreeMap<String, Module<'_>> = BTreeMap::new();
    for (operation, names) in input.model.operations.iter().zip(&input.names.operations) {
        let name = input.tag(&operation.tag).module;
        let module = modules.entry(name).or_insert_with(|| Module { tag: &operation.tag, operations: Vec::new() });
        module.operations.push(Test { operation, names, context: input });
    }
    let mut files = vec![main(&modules, document, input)?];
    for (name, module) in &modules {
        files.push(module.file(name, input)?);
    }
    Ok(files)
}

/// `tests/operations/main.rs`.
fn main(modules: &BTreeMap<String, Module<'_>>, document: &str, context: &Context<'_>) -> Result<File, Error> {
    let docs = doc::inner(&["Every operation on a server made from the document, with every reply that it describes."]);
    let foreign = crate_files::foreign(context.names);
    let root = root(context);
    let names: Vec<_> = modules.keys().map(|name| ident(name)).collect();
    let schemes = &context.model.schemes;
    let mut used = BTreeSet::from(["Run"]);
    let mut credentials = TokenStream::new();
    if schemes.iter().any(|scheme| matches!(scheme.kind, SchemeKind::Token { .. })) {
        used.insert("TOKEN");
        credentials.extend(quote!(.bearer_token(TOKEN)));
    }
    for (scheme, method) in schemes.iter().zip(client::methods(schemes)) {
        match scheme.kind {
            SchemeKind::Token { .. } | SchemeKind::Other(_) => {}
            SchemeKind::Basic => {
                used.insert("USER");
                let method = ident(&method);
                credentials.extend(quote!(.#method(USER.0, USER.1)));
            }
            SchemeKind::HeaderKey(_) | SchemeKind::QueryKey(_) | SchemeKind::CookieKey(_) => {
                used.insert("KEY");
                let method = ident(&method);
                credentials.extend(quote!(.#method(KEY)));
            }
        }
    }
    let used = used.into_iter().map(ident);
    let tokens = quote! {
        #docs
        #foreign
        #(mod #names;)*
        use #root::Client;
        use logto_tests::served::{#(#used),*};

        #[tokio::test]
        async fn every_operation() {
            let Some(run) = Run::start(#document).await else { return };
            let client = Client::builder()
                .base_url(run.base_url())
                .no_proxy()
                .retry(|policy| policy.max_attempts = 1)
                #credentials
                .build();
            run.all(client, &[#(#names::OPERATIONS),*]).await;
        }
    };
    let path = "tests/operations/main.rs".to_owned();
    let text = format::rust(&path, vec![Piece::Items(tokens)])?;
    Ok(File { path, text })
}

fn root(context: &Context<'_>) -> proc_macro2::Ident {
    ident(&context.crate_name.replace('-', "_"))
}

/// The operations of one tag.
struct Module<'a> {
    tag: &'a str,
    operations: Vec<Test<'a>>,
}

impl Module<'_> {
    fn file(&self, name: &str, context: &Context<'_>) -> Result<File, Error> {
        let docs = doc::inner(&[format!("{}.", doc::prose(self.tag))]);
        let root = root(context);
        let mut used = BTreeSet::from(["Called", "Case", "Entry", "Unsent"]);
        let functions: Vec<TokenStream> = self.operations.iter().map(|test| test.tokens(&mut used)).collect();
        let entries = self.operations.iter().map(Test::entry);
        let types =
            functions.iter().any(|function| mentions_path(function, "types")).then(|| quote!(use #root::types;));
        let used = used.into_iter().map(ident);
        let value = functions.iter().any(|function| mentions(function, "Value")).then(|| {
            quote!(
                use serde_json::Value;
            )
        });
        let mut pieces = vec![
            Piece::Items(quote!(#docs #value use #root::Client; #types use logto_tests::served::{#(#used),*};)),
            Piece::Items(quote!(pub(crate) const OPERATIONS: &[Entry<Client>] = &[#(#entries),*];)),
        ];
        pieces.extend(functions.into_iter().map(Piece::Items));
        let path = format!("tests/operations/{name}.rs");
        let text = format::rust(&path, pieces)?;
        Ok(File { path, text })
    }
}

/// Whether a path in some code begins with a name.
fn mentions_path(code: &TokenStream, name: &str) -> bool {
    let tokens: Vec<TokenTree> = code.clone().into_iter().collect();
    tokens.iter().enumerate().any(|(index, token)| match token {
        TokenTree::Ident(ident) => {
            ident == name && matches!(tokens.get(index + 1), Some(TokenTree::Punct(next)) if next.as_char() == ':')
        }
        TokenTree::Group(group) => mentions_path(&group.stream(), name),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// Whether this identifier is somewhere in the code.
fn mentions(code: &TokenStream, name: &str) -> bool {
    code.clone().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Group(group) => mentions(&group.stream(), name),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// The function that calls one operation.
struct Test<'a> {
    operation: &'a Operation,
    names: &'a OperationNames,
    context: &'a Context<'a>,
}

impl Test<'_> {
    fn entry(&self) -> TokenStream {
        let name = format!("{} {}", self.operation.method, self.operation.path);
        let media = match self.operation.body.as_ref().map(media) {
            Some(media) => quote!(Some(#media)),
            None => quote!(None),
        };
        let call = ident(&self.names.method);
        quote!(Entry { operation: #name, media: #media, call: #call })
    }

    fn tokens(&self, used: &mut BTreeSet<&'static str>) -> TokenStream {
        let Self { operation, names, .. } = self;
        let name = ident(&names.method);
        let mut by_type: BTreeMap<&Ty, Vec<String>> = BTreeMap::new();
        for failure in &operation.failures {
            by_type.entry(&failure.ty).or_default().push(status(failure.status));
        }
        let failures = by_type.into_iter().map(|(ty, statuses)| {
            let ty = replies::tokens(ty, self.context);
            quote!(case.fails(&[#(#statuses),*], failure::<#ty>);)
        });
        let failures: Vec<TokenStream> = failures.collect();
        if !failures.is_empty() {
            used.insert("failure");
        }
        let Values { arguments, required, setters } = self.values(used);
        let full =
            (!setters.is_empty()).then(|| quote!(let call = if case.is_full() { call #(#setters)* } else { call };));
        let end = self.end(used);
        let deprecated =
            operation.deprecated || self.params().any(|(_, _, param)| param.deprecated && !operation.takes(param));
        let deprecated = deprecated || operation.failures.iter().any(|failure| self.is_deprecated(&failure.ty));
        let expect = deprecated.then(|| quote!(#[expect(deprecated, reason = "it is still part of the API")]));
        let body = quote! {
            #(#failures)*
            let call = client.#name(#(#arguments),*) #(#required)*;
            #full
            Ok(#end)
        };
        // A call without values and failures is the same in each case.
        let case = if mentions(&body, "case") { quote!(case) } else { quote!(_) };
        quote! {
            #expect
            fn #name(client: &Client, #case: &Case) -> Result<Called, Unsent> {
                #body
            }
        }
    }

    fn is_deprecated(&self, ty: &Ty) -> bool {
        ty.defs().into_iter().any(|id| self.context.model.def(id).deprecated)
    }

    /// Everything that can be given.
    fn values(&self, used: &mut BTreeSet<&'static str>) -> Values {
        let Self { operation, names, .. } = self;
        let arguments = operation.path_params.iter().map(|param| self.value(In::Path, param, used)).collect();
        let mut values = Values { arguments, ..Values::default() };
        for (place, name, param) in self.params() {
            values.put(operation.takes(param), param.required, name, self.value(place, param, used));
        }
        if operation.paging.is_some() {
            values.setters.push(quote!(.page(case.page()).page_size(case.page_size())));
        }
        if let Some(body) = &operation.body {
            for (part, name) in operation.parts().iter().zip(&names.parts) {
                values.put(operation.takes_part(part), operation.requires(part), name, self::part(part));
            }
            if let Some(value) = whole(&body.kind) {
                values.put(body.required, body.required, "body", value);
            }
        }
        values
    }

    /// The parameters besides those of the path, with their names.
    fn params(&self) -> impl Iterator<Item = (In, &String, &Param)> {
        let (operation, names) = (self.operation, self.names);
        let query = names.query.iter().zip(&operation.query).map(|(name, param)| (In::Query, name, param));
        let headers = names.headers.iter().zip(&operation.headers).map(|(name, param)| (In::Header, name, param));
        let cookies = names.cookies.iter().zip(&operation.cookies).map(|(name, param)| (In::Cookie, name, param));
        query.chain(headers).chain(cookies)
    }

    fn value(&self, place: In, param: &Param, used: &mut BTreeSet<&'static str>) -> TokenStream {
        used.insert("Place");
        let name = &param.json;
        let at = ident(match place {
            In::Path => "Path",
            In::Query => "Query",
            In::Header => "Header",
            In::Cookie => "Cookie",
        });
        let mut ty = &param.ty;
        while let Ty::Nullable(inner) = ty {
            ty = inner;
        }
        let plain = param.style.is_none() && place == In::Path;
        match ty {
            Ty::String | Ty::Secret | Ty::DateTime | Ty::Extern(_) => quote!(case.text(Place::#at, #name)?),
            Ty::List(item) if **item == Ty::String && place != In::Path => {
                quote!(case.list::<String>(Place::#at, #name)?)
            }
            Ty::List(_) if place != In::Path => quote!(case.list(Place::#at, #name)?),
            Ty::Bool | Ty::Int | Ty::Unsigned | Ty::Float => quote!(case.value(Place::#at, #name)?),
            ty if plain && !rust_type::is_enum(ty, self.context) => quote!(case.text(Place::#at, #name)?),
            _ => quote!(case.value(Place::#at, #name)?),
        }
    }

    /// How the reply is read.
    fn end(&self, used: &mut BTreeSet<&'static str>) -> TokenStream {
        if let Some(paging) = &self.operation.paging {
            let member = paging.member.as_ref().map_or_else(|| quote!(None), |member| quote!(Some(#member)));
            return quote!(Called::page(call.response(), #member));
        }
        match &self.operation.reply {
            Reply::Empty => quote!(Called::empty(call.response())),
            Reply::Json(_) | Reply::JsonOrEmpty(_) => quote!(Called::json(call.response())),
            Reply::Text => quote!(Called::text(call.response())),
            Reply::Binary => quote!(Called::download(call.response())),
            Reply::Redirect => quote!(Called::redirect(call.response())),
            Reply::Content => quote!(Called::content(call.response())),
            Reply::Several(answers) => {
                used.insert("Read");
                let (root, name) = (root(self.context), ident(&self.names.reply));
                let arms = self.names.answers.iter().zip(answers).map(|(variant, answer)| {
                    let variant = ident(variant);
                    match &answer.content {
                        AnswerContent::Empty => quote!(#root::operations::#name::#variant => Read::Nothing,),
                        AnswerContent::Json(_) => {
                            used.insert("value");
                            quote!(#root::operations::#name::#variant(body) => value(&body),)
                        }
                        AnswerContent::Text => quote!(#root::operations::#name::#variant(text) => Read::Text(text),),
                        AnswerContent::Binary => {
                            quote!(#root::operations::#name::#variant(bytes) => Read::Bytes(bytes.to_vec()),)
                        }
                    }
                });
                let arms: Vec<TokenStream> = arms.collect();
                quote! {
                    Called::read(call.response(), |reply| match reply {
                        #(#arms)*
                        other => Read::Text(format!("{other:?}")),
                    })
                }
            }
        }
    }
}

/// The values that an operation is called with, and how each is given.
#[derive(Default)]
struct Values {
    arguments: Vec<TokenStream>,
    /// Setters of what must be given.
    required: Vec<TokenStream>,
    /// Setters of what may be given.
    setters: Vec<TokenStream>,
}

impl Values {
    fn put(&mut self, is_argument: bool, required: bool, name: &str, value: TokenStream) {
        if is_argument {
            return self.arguments.push(value);
        }
        let name = ident(name);
        let setters = if required { &mut self.required } else { &mut self.setters };
        setters.push(quote!(.#name(#value)));
    }
}

/// A body that is given as a whole.
fn whole(kind: &BodyKind) -> Option<TokenStream> {
    Some(match kind {
        BodyKind::Json(Ty::String) => quote!(case.body::<String>()?),
        BodyKind::Json(_) | BodyKind::Form(..) => quote!(case.body()?),
        BodyKind::Text => quote!(case.body_text()?),
        BodyKind::Binary => quote!(case.body_text()?.into_bytes()),
        BodyKind::Multipart(parts) if parts.is_empty() => quote!(case.multipart()),
        BodyKind::Multipart(_) => return None,
    })
}

fn part(part: &MultipartField) -> TokenStream {
    let name = &part.json;
    let mime = part.mime_types.first().or(part.media.as_ref()).map_or("application/octet-stream", String::as_str);
    match (&part.content, part.list) {
        (PartContent::File, false) => quote!(case.file(#name, #mime)),
        (PartContent::File, true) => quote!(case.files(#name, #mime)),
        (PartContent::Text(Ty::String | Ty::Secret), false) => quote!(case.part_text(#name)?),
        (PartContent::Text(Ty::String | Ty::Secret), true) => quote!(case.part_texts(#name)?),
        (PartContent::Text(_) | PartContent::Json(_), false) => quote!(case.part(#name)?),
        (PartContent::Text(_) | PartContent::Json(_), true) => quote!(case.parts(#name)?),
    }
}

/// The content type that a body is sent with.
fn media(body: &Body) -> &str {
    let usual = match body.kind {
        BodyKind::Json(_) => "application/json",
        BodyKind::Form(..) => "application/x-www-form-urlencoded",
        BodyKind::Multipart(_) => "multipart/form-data",
        BodyKind::Text => "text/plain",
        BodyKind::Binary => "application/octet-stream",
    };
    body.media.as_deref().unwrap_or(usual)
}

/// Statuses as the document writes them.
fn status(status: Status) -> String {
    match status {
        Status::Code(code) => code.to_string(),
        Status::Range(class) => format!("{class}XX"),
        Status::Default => "default".to_owned(),
    }
}
