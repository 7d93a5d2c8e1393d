//! Prints `tests/operations/`: a test for each operation that calls it on the fake, and one for each union.
//!
//! Values come in as JSON, made from the document by somebody else. The tests lean on these functions of the crate
//! `logto_tests`, module `driver`: `logto`, `call`, `body`, `file` and `check`.

mod literal;

use std::collections::{BTreeMap, BTreeSet};

use heck::ToSnakeCase;
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use crate::error::{Error, Problem};
use crate::model::{BodyKind, DefId, DefKind, MultipartField, Operation, Param, PartContent, Ty};
use crate::names::OperationNames;

use super::format::{self, Piece};
use super::ident::{ident, is_valid};
use super::{Context, File, Input, doc, rust_type, types};
use literal::{number, raw, text};

/// The values that the tests are made with.
#[derive(Debug, Clone, Default)]
pub struct DriverInput {
    /// For each operation that is to be called.
    pub calls: Vec<SampleCall>,
    /// For each variant of each union.
    pub unions: Vec<UnionSamples>,
}

/// Values for one operation.
#[derive(Debug, Clone, Default)]
pub struct SampleCall {
    /// The operation, by its index in the model.
    pub operation: usize,
    /// The path parameters, in the model's order.
    pub path: Vec<Value>,
    /// The query parameters, in the model's order; `null` leaves an optional one out.
    pub query: Vec<Value>,
    /// The headers, likewise.
    pub headers: Vec<Value>,
    /// The cookies, likewise.
    pub cookies: Vec<Value>,
    /// A body with only what is required.
    pub body_min: Option<Value>,
    /// A body with everything.
    pub body_full: Option<Value>,
}

/// Values of one variant of a union.
#[derive(Debug, Clone)]
pub struct UnionSamples {
    /// The union.
    pub def: DefId,
    /// The variant, by its index.
    pub variant: usize,
    /// Values that must be read as this variant.
    pub samples: Vec<Value>,
}

/// Every file of the tests.
///
/// # Errors
///
/// Operations without values and variants without samples.
pub fn driver(input: &Input<'_>, values: &DriverInput) -> Result<Vec<File>, Error> {
    super::check::names(input)?;
    Error::check((), missing(input, values))?;
    let mut modules: BTreeMap<String, Module> = BTreeMap::new();
    for sample in &values.calls {
        let Some(operation) = input.model.operations.get(sample.operation) else { continue };
        let tag = input.tag(&operation.tag);
        let module = modules.entry(tag.module.clone()).or_insert_with(|| Module::new(&operation.tag, tag.feature));
        let names = &input.names.operations[sample.operation];
        let test = Test { operation, names, sample, context: input, module };
        let tokens = test.tokens();
        module.tests.push(tokens);
    }
    let mut files = vec![main(&modules, !values.unions.is_empty())?];
    for (name, module) in modules {
        files.push(module.file(&name, input)?);
    }
    files.push(super::replies::file(input)?);
    if !values.unions.is_empty() {
        files.push(unions(input, &values.unions)?);
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(files)
}

fn missing(input: &Input<'_>, values: &DriverInput) -> Vec<Problem> {
    let called: BTreeSet<usize> = values.calls.iter().map(|call| call.operation).collect();
    let sampled = |def, variant| {
        values.unions.iter().any(|rows| (rows.def, rows.variant) == (def, variant) && !rows.samples.is_empty())
    };
    let mut problems = Vec::new();
    for (index, operation) in input.model.operations.iter().enumerate() {
        if !called.contains(&index) {
            problems.push(Problem::new(format!("operation `{}` has no values to be called with", operation.id)));
        }
    }
    for (index, def) in input.model.defs.iter().enumerate() {
        let DefKind::Union(union) = &def.kind else { continue };
        let wanted = |variant: &usize| !union.variants[*variant].dropped && !sampled(DefId(index), *variant);
        for variant in (0..union.variants.len()).filter(wanted) {
            let names = &input.names.types[index];
            let what = format!("variant `{}` of union `{}` has no sample", names.members[variant], names.name);
            problems.push(Problem::new(what));
        }
    }
    problems
}

/// The tests of one tag.
struct Module {
    tag: String,
    feature: String,
    tests: Vec<TokenStream>,
    helpers: BTreeSet<&'static str>,
    /// What is used of the generated crate, by module.
    types: BTreeMap<&'static str, BTreeSet<String>>,
}

impl Module {
    fn new(tag: &str, feature: String) -> Self {
        let helpers = BTreeSet::from(["call", "logto"]);
        Self { tag: tag.to_owned(), feature, tests: Vec::new(), helpers, types: BTreeMap::new() }
    }

    fn file(self, name: &str, context: &Context<'_>) -> Result<File, Error> {
        let docs = doc::inner(&[format!("{}.", doc::prose(&self.tag))]);
        let root = crate_ident(context)?;
        let uses = self.types.iter().map(|(module, names)| {
            let names = names.iter().map(|name| ident(name));
            match *module {
                "" => quote!(use #root::{#(#names),*};),
                module => {
                    let module = ident(module);
                    quote!(use #root::#module::{#(#names),*};)
                }
            }
        });
        let helpers = self.helpers.iter().map(|name| ident(name));
        let mut pieces = vec![Piece::Items(quote!(#docs #(#uses)* use logto_tests::driver::{#(#helpers),*};))];
        pieces.extend(self.tests.into_iter().map(Piece::Items));
        let path = format!("tests/operations/{name}.rs");
        let text = format::rust(&path, pieces)?;
        Ok(File { path, text })
    }

    /// A value read from JSON.
    fn body(&mut self, value: &Value) -> TokenStream {
        self.helpers.insert("body");
        let json = raw(value);
        quote!(body(#json))
    }

    fn uses(&mut self, module: &'static str, name: &str) {
        self.types.entry(module).or_default().insert(name.to_owned());
    }
}

/// The test of one operation.
struct Test<'a> {
    operation: &'a Operation,
    names: &'a OperationNames,
    sample: &'a SampleCall,
    context: &'a Context<'a>,
    module: &'a mut Module,
}

impl<'a> Test<'a> {
    fn tokens(mut self) -> TokenStream {
        let name = ident(&self.names.method);
        let (least, most) = (self.call(false), self.call(true));
        let again = (least.to_string() != most.to_string()).then(|| {
            quote! {
                let everything = #most;
                call(everything.send()).await;
            }
        });
        let mut setters =
            self.values().filter(|(parameter, value, _)| !self.operation.takes(parameter) && !value.is_null());
        let deprecated = self.operation.deprecated || setters.any(|(parameter, _, _)| parameter.deprecated);
        let expect = deprecated.then(|| quote!(#[expect(deprecated, reason = "it is still part of the API")]));
        quote! {
            #[tokio::test]
            #expect
            async fn #name() {
                let logto = logto().await;
                let required = #least;
                call(required.send()).await;
                #again
            }
        }
    }

    /// The call with what is required, or with everything.
    fn call(&mut self, everything: bool) -> TokenStream {
        let (operation, names, sample) = (self.operation, self.names, self.sample);
        let mut arguments = Vec::new();
        let mut setters = TokenStream::new();
        for (parameter, value) in operation.path_params.iter().zip(&sample.path) {
            arguments.push(self.path(parameter, value));
        }
        for (parameter, value, name) in self.values() {
            if operation.takes(parameter) {
                arguments.push(self.value(&parameter.ty, value));
            } else if parameter.required || everything && !is_nothing(value) {
                let (name, value) = (ident(name), self.value(&parameter.ty, value));
                setters.extend(quote!(.#name(#value)));
            }
        }
        if everything && operation.paging.is_some() {
            setters.extend(quote!(.page(1).page_size(10)));
        }
        if let Some(body) = &operation.body {
            let value = if everything { &sample.body_full } else { &sample.body_min };
            for (part, name) in operation.parts().iter().zip(&names.parts) {
                let value = self.part(part, value.as_ref());
                if operation.takes_part(part) {
                    arguments.push(value);
                } else if everything || operation.requires(part) {
                    let name = ident(name);
                    setters.extend(quote!(.#name(#value)));
                }
            }
            if let Some(value) = self.whole(&body.kind, value.as_ref()) {
                if body.required {
                    arguments.push(value);
                } else if everything {
                    setters.extend(quote!(.body(#value)));
                }
            }
        }
        let method = ident(&names.method);
        quote!(logto.#method(#(#arguments),*) #setters)
    }

    /// Queries, headers and cookies with their values and names.
    fn values(&self) -> impl Iterator<Item = (&'a Param, &'a Value, &'a String)> + use<'a> {
        let (operation, sample, names) = (self.operation, self.sample, self.names);
        let query = operation.query.iter().zip(&sample.query).zip(&names.query);
        let headers = operation.headers.iter().zip(&sample.headers).zip(&names.headers);
        let cookies = operation.cookies.iter().zip(&sample.cookies).zip(&names.cookies);
        query.chain(headers).chain(cookies).map(|((parameter, value), name)| (parameter, value, name))
    }

    /// A body that is one argument.
    fn whole(&mut self, kind: &BodyKind, value: Option<&Value>) -> Option<TokenStream> {
        match kind {
            BodyKind::Json(Ty::String) | BodyKind::Text | BodyKind::Binary => Some(text(value?)),
            BodyKind::Json(_) | BodyKind::Form(..) => Some(self.module.body(value?)),
            BodyKind::Multipart(parts) => parts.is_empty().then(|| quote!(Default::default())),
        }
    }

    fn path(&mut self, parameter: &Param, value: &Value) -> TokenStream {
        match &parameter.ty {
            Ty::Bool | Ty::Int | Ty::Unsigned | Ty::Float => number(&parameter.ty, value),
            Ty::List(_) => self.module.body(value),
            ty if parameter.style.is_some() => self.value(ty, value),
            ty if rust_type::is_enum(ty, self.context) => self.enum_value(ty, value),
            _ => text(value),
        }
    }

    fn value(&mut self, ty: &Ty, value: &Value) -> TokenStream {
        match ty {
            Ty::String | Ty::Secret | Ty::DateTime | Ty::Extern(_) => text(value),
            Ty::Bool | Ty::Int | Ty::Unsigned | Ty::Float => number(ty, value),
            Ty::Millis | Ty::Seconds => {
                let (name, from) =
                    if *ty == Ty::Millis { ("Timestamp", "from_millis") } else { ("UnixTime", "from_secs") };
                self.module.uses("", name);
                let (name, from, value) = (ident(name), ident(from), number(&Ty::Int, value));
                quote!(#name::#from(#value))
            }
            Ty::Nullable(inner) | Ty::Hidden(inner) => self.value(inner, value),
            Ty::List(item) => {
                let values = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
                let values = values.iter().map(|value| self.value(item, value)).collect::<Vec<_>>();
                quote!([#(#values),*])
            }
            ty if rust_type::is_enum(ty, self.context) => self.enum_value(ty, value),
            Ty::Any | Ty::Map(_) | Ty::Tuple(_) | Ty::Def(_) => self.module.body(value),
        }
    }

    fn enum_value(&mut self, ty: &Ty, value: &Value) -> TokenStream {
        let name = rust_type::text(ty, self.context.names);
        self.module.uses("types", &name);
        let (name, value) = (ident(&name), text(value));
        quote!(#name::from(#value))
    }

    fn part(&mut self, part: &MultipartField, body: Option<&Value>) -> TokenStream {
        let value = body.and_then(|body| body.get(&part.json)).unwrap_or(&Value::Null);
        let one = match (&part.content, value) {
            (PartContent::File, _) => {
                self.module.helpers.insert("file");
                let mime = part.mime_types.first().map_or("application/octet-stream", String::as_str);
                quote!(file(#mime))
            }
            (PartContent::Text(ty) | PartContent::Json(ty), Value::Array(items)) if part.list => {
                let items: Vec<TokenStream> = items.iter().map(|item| self.value(ty, item)).collect();
                return quote!([#(#items),*]);
            }
            (PartContent::Text(ty), value) => self.value(ty, value),
            (PartContent::Json(_), value) => self.module.body(value),
        };
        if part.list { quote!([#one]) } else { one }
    }
}

/// `tests/operations/main.rs`.
fn main(modules: &BTreeMap<String, Module>, unions: bool) -> Result<File, Error> {
    let docs = doc::inner(&["Every operation on the fake: with what is required, then with everything. Every union."]);
    let mut lines: BTreeMap<&str, TokenStream> = BTreeMap::new();
    for (name, module) in modules {
        let feature = &module.feature;
        lines.insert(name, quote!(#[cfg(feature = #feature)]));
    }
    lines.insert("replies", quote!());
    if unions {
        lines.insert("unions", quote!());
    }
    // Laid out by prettyplease, which rustfmt would lay out otherwise.
    let lines = lines.into_iter().map(|(name, gate)| {
        let (skip, name) = (doc::skip_rustfmt(), ident(name));
        quote!(#gate #skip mod #name;)
    });
    let path = "tests/operations/main.rs".to_owned();
    let text = format::rust(&path, vec![Piece::Items(quote!(#docs #(#lines)*))])?;
    Ok(File { path, text })
}

/// `tests/operations/unions.rs`.
fn unions(context: &Context<'_>, rows: &[UnionSamples]) -> Result<File, Error> {
    let root = crate_ident(context)?;
    let mut by_union: BTreeMap<&str, Vec<&UnionSamples>> = BTreeMap::new();
    for row in rows {
        by_union.entry(&context.names.types[row.def.0].name).or_default().push(row);
    }
    let docs = doc::inner(&["Every variant of every union is read as itself and written back unchanged."]);
    let mut pieces = vec![Piece::Items(docs)];
    for (name, mut rows) in by_union {
        rows.sort_by_key(|row| row.variant);
        let Some(first) = rows.first() else { continue };
        let members = &context.names.types[first.def.0].members;
        let feature = types::feature(context.model.def(first.def), context);
        let feature = feature.map(|feature| quote!(#[cfg(feature = #feature)]));
        let expect = context.model.def(first.def).deprecated;
        let expect = expect.then(|| quote!(#[expect(deprecated, reason = "it is still part of the API")]));
        let checks = rows.iter().map(|row| {
            let (samples, variant) = (raw(&Value::Array(row.samples.clone())), ident(&members[row.variant]));
            quote!(check(#samples, |value: &Union| matches!(value, Union::#variant(_)));)
        });
        let (test, union) = (ident(&format!("{}_variants", name.to_snake_case())), ident(name));
        pieces.push(Piece::Items(quote! {
            #feature
            #[test]
            #expect
            fn #test() {
                use #root::types::#union as Union;
                use logto_tests::driver::check;
                #(#checks)*
            }
        }));
    }
    let path = "tests/operations/unions.rs".to_owned();
    let text = format::rust(&path, pieces)?;
    Ok(File { path, text })
}

fn crate_ident(context: &Context<'_>) -> Result<proc_macro2::Ident, Error> {
    let name = context.crate_name.replace('-', "_");
    if is_valid(&name) {
        return Ok(ident(&name));
    }
    Err(Problem::new(format!("`{}` cannot be the name of a crate", context.crate_name)).into())
}

fn is_nothing(value: &Value) -> bool {
    value.is_null() || value.as_array().is_some_and(Vec::is_empty)
}
