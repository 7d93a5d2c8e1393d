//! Prints `src/lib.rs` and the features in `Cargo.toml`.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;

use crate::config::Runtime;
use crate::error::{Error, Problem};
use crate::markdown::is_hidden;
use crate::names::Names;

use super::format::{self, Piece};
use super::ident::{ident, is_valid};
use super::{Context, File, doc};

/// The line in `Cargo.toml` after which the generated features begin.
pub const FEATURES_BEGIN: &str = "# generated features: begin";
/// The line in `Cargo.toml` before which they end.
pub const FEATURES_END: &str = "# generated features: end";

/// What a generated crate and its tests are built on.
pub(crate) const DEPENDENCIES: [&str; 4] = ["logto-runtime", "logto-tests", "serde_json", "tokio"];

/// How the line of the runtime begins in `Cargo.toml`.
const RUNTIME_LINE: &str = "logto-runtime = ";

/// What of the runtime is at the root of the generated crate: whatever appears in its public functions, and in those of
/// the request of an operation that it does not have.
const RUNTIME: [&str; 48] = [
    "Bytes",
    "Call",
    "CallOptions",
    "Content",
    "DataPart",
    "DateTime",
    "Download",
    "Error",
    "Event",
    "FilePart",
    "FromReply",
    "HeaderMap",
    "Hidden",
    "Items",
    "Json",
    "Limits",
    "Links",
    "Method",
    "Mismatch",
    "Multipart",
    "Observer",
    "Operation",
    "Page",
    "Paged",
    "Pages",
    "Part",
    "Patch",
    "Query",
    "QueryValue",
    "RateLimit",
    "Receiving",
    "Redirect",
    "Request",
    "Response",
    "RetryPolicy",
    "Secret",
    "Security",
    "Sending",
    "StatusCode",
    "Style",
    "TimeRangeError",
    "Timeouts",
    "Timestamp",
    "UnixTime",
    "Upload",
    "clock",
    "reqwest",
    "token",
];

/// `src/lib.rs`.
pub(super) fn lib(context: &Context<'_>) -> Result<File, Error> {
    let invalid: Vec<Problem> = context
        .modules
        .iter()
        .flat_map(|module| module.exports.iter().chain([&module.name]))
        .filter(|name| !is_valid(name))
        .map(|name| Problem::new(format!("`{name}` of a hand-written module is no identifier")))
        .collect();
    Error::check((), invalid)?;
    let docs = doc::inner(&context.about.lines().collect::<Vec<_>>());
    let mut modules: BTreeMap<&str, TokenStream> = BTreeMap::new();
    for module in context.modules {
        let (name, public) = (ident(&module.name), module.public.then(|| quote!(pub)));
        modules.insert(&module.name, quote!(#public mod #name;));
    }
    // These are laid out by prettyplease, which rustfmt would lay out otherwise.
    for name in ["operations", "types"] {
        let (skip, module) = (doc::skip_rustfmt(), ident(name));
        modules.insert(name, quote!(#skip pub mod #module;));
    }
    let modules = modules.values();
    let exports = context.modules.iter().filter(|module| !module.exports.is_empty()).map(|module| {
        let name = ident(&module.name);
        match module.exports.as_slice() {
            [only] => {
                let only = ident(only);
                quote!(pub use #name::#only;)
            }
            several => {
                let several = several.iter().map(|export| ident(export));
                quote!(pub use #name::{#(#several),*};)
            }
        }
    });
    let (skip, runtime) = (doc::skip_rustfmt(), RUNTIME.into_iter().map(ident));
    let foreign = foreign(context.names);
    let pieces = vec![
        Piece::Items(quote!(#docs #foreign #(#modules)*)),
        Piece::Items(quote!(#(#exports)*)),
        Piece::Items(quote!(#skip pub use logto_runtime::{#(#runtime),*};)),
    ];
    let path = "src/lib.rs".to_owned();
    let text = format::rust(&path, pieces)?;
    Ok(File { path, text })
}

/// For a crate with names beyond ASCII, of which the compiler warns where they look like others.
pub(super) fn foreign(names: &Names) -> TokenStream {
    let types = names.types.iter().flat_map(|names| names.members.iter().chain([&names.name]));
    let operations = names.operations.iter().flat_map(|names| {
        let parameters = names.path.iter().chain(&names.query).chain(&names.headers).chain(&names.cookies);
        parameters.chain(&names.parts).chain(&names.answers).chain([&names.method, &names.request, &names.reply])
    });
    let tags = names.tags.values().map(|names| &names.module);
    if types.chain(operations).chain(tags).all(|name| name.is_ascii()) {
        return TokenStream::new();
    }
    quote! {
        #![allow(
            confusable_idents,
            mixed_script_confusables,
            uncommon_codepoints,
            reason = "names are those of the document"
        )]
    }
}

/// `Cargo.toml` with the features of the tags between the two marks; everything else stays.
///
/// # Errors
///
/// The marks are not there, each once and in their order.
pub fn features(cargo_toml: &str, names: &Names) -> Result<String, Error> {
    let marks = (cargo_toml.split_once(FEATURES_BEGIN)).and_then(|(before, rest)| {
        let (_, after) = rest.split_once(FEATURES_END)?;
        (!after.contains(FEATURES_BEGIN) && !after.contains(FEATURES_END)).then_some((before, after))
    });
    let Some((before, after)) = marks else {
        let what =
            format!("Cargo.toml: put the lines `{FEATURES_BEGIN}` and `{FEATURES_END}` below `[features]`, once each");
        return Err(Problem::new(what).into());
    };
    let features: BTreeSet<&str> =
        names.tags.values().map(|tag| tag.feature.as_str()).filter(|feature| !feature.is_empty()).collect();
    if features.is_empty() {
        return Ok(format!("{before}{FEATURES_BEGIN}\n{FEATURES_END}{after}"));
    }
    let quoted: String = features.iter().map(|feature| format!("    {feature:?},\n")).collect();
    let lines: String = features.iter().map(|feature| format!("{feature} = []\n")).collect();
    Ok(format!("{before}{FEATURES_BEGIN}\ndefault = [\n{quoted}]\n{lines}{FEATURES_END}{after}"))
}

/// A new `Cargo.toml`, to which [`features`] adds the features; with a workspace of its own where it must not be taken for a
/// member of one around it.
pub fn manifest(name: &str, description: &str, runtime: &Runtime, own_workspace: bool) -> String {
    let source = source(runtime);
    let workspace = if own_workspace { "\n[workspace]\n" } else { "" };
    // Cargo hands the description to the compiler in its environment, which holds no NUL.
    let description = description.replace(is_hidden, " ");
    let (name, description, source) = (toml(name), toml(description.trim()), source.join(", "));
    format!(
        "[package]\nname = {name}\nversion = \"0.1.0\"\nedition = \"2024\"\ndescription = {description}\n\n\
         [features]\n{FEATURES_BEGIN}\n{FEATURES_END}\n\n\
         [dependencies]\n{RUNTIME_LINE}{{ {source} }}\nserde_json = \"1\"\n{workspace}"
    )
}

/// A `Cargo.toml` that is there, where it says what is asked for: nothing in it is changed but the features.
///
/// # Errors
///
/// It is of a crate of another name, or names another runtime than the configuration.
pub(crate) fn agreeing<'a>(manifest: &'a str, name: &str, runtime: Option<&Runtime>) -> Result<&'a str, Error> {
    let mut problems = Vec::new();
    // What is written in another form than it was made in is left to Cargo.
    let value = |begin: &str| manifest.lines().find_map(|line| line.trim().strip_prefix(begin));
    if let Some(other) = value("name = ").filter(|other| other.starts_with('"') && !other.starts_with(&toml(name))) {
        problems.push(Problem::new(format!(
            "Cargo.toml: this is the crate {other}, and `{name}` is asked for: take its name, another folder, or rename it there"
        )));
    }
    if let (Some(line), Some(wanted)) = (value(RUNTIME_LINE), runtime.map(source))
        && !wanted.iter().all(|entry| line.contains(entry.as_str()))
    {
        let wanted = wanted.join(", ");
        problems.push(Problem::new(format!(
            "Cargo.toml: it names another runtime than the configuration: write `{RUNTIME_LINE}{{ {wanted} }}` there, or leave \
             `runtime` out"
        )));
    }
    Error::check(manifest, problems)
}

/// Where the runtime comes from, as entries of a table.
fn source(runtime: &Runtime) -> Vec<String> {
    let Runtime { path, git, rev, branch, tag, version } = runtime;
    let keys = [("path", path), ("git", git), ("rev", rev), ("branch", branch), ("tag", tag), ("version", version)];
    let entry = |(key, value): (&str, &Option<String>)| value.as_ref().map(|value| format!("{key} = {}", toml(value)));
    keys.into_iter().filter_map(entry).collect()
}

/// A text of TOML, on one line.
fn toml(text: &str) -> String {
    let mut quoted = String::from("\"");
    for sign in text.chars() {
        match sign {
            '"' | '\\' => quoted.extend(['\\', sign]),
            sign if sign.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(sign))),
            sign => quoted.push(sign),
        }
    }
    quoted + "\""
}
