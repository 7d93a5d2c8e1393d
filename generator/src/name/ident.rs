//! From the document's words to identifiers.

use super::spell::spell_out;
use heck::{ToSnakeCase, ToUpperCamelCase};
use unicode_ident::{is_xid_continue, is_xid_start};

/// Names that a generated file imports, that Rust's prelude gives, or that would confuse readers; in their order.
const TAKEN: [&str; 92] = [
    "AsMut",
    "AsRef",
    "AsyncFn",
    "AsyncFnMut",
    "AsyncFnOnce",
    "BTreeMap",
    "Box",
    "Bytes",
    "Call",
    "Client",
    "ClientBuilder",
    "Clone",
    "Content",
    "Copy",
    "DataPart",
    "DateTime",
    "Debug",
    "Default",
    "Deserialize",
    "DoubleEndedIterator",
    "Download",
    "Drop",
    "Eq",
    "Err",
    "Error",
    "ExactSizeIterator",
    "Extend",
    "FilePart",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromIterator",
    "FromReply",
    "Future",
    "Hash",
    "HashMap",
    "Hidden",
    "Into",
    "IntoFuture",
    "IntoIterator",
    "Items",
    "Iterator",
    "Json",
    "Map",
    "Members",
    "Method",
    "Mismatch",
    "Multipart",
    "None",
    "Ok",
    "Option",
    "Ord",
    "Page",
    "Paged",
    "Pages",
    "Part",
    "PartialEq",
    "PartialOrd",
    "Patch",
    "Profile",
    "Query",
    "QueryValue",
    "Redirect",
    "Request",
    "Response",
    "Result",
    "Scheme",
    "SchemeKind",
    "Search",
    "Secret",
    "Security",
    "Self",
    "Send",
    "Serialize",
    "Server",
    "Sized",
    "Some",
    "String",
    "Style",
    "Sync",
    "Timeouts",
    "Timestamp",
    "ToOwned",
    "ToString",
    "TryFrom",
    "TryInto",
    "UnixTime",
    "Unknown",
    "Upload",
    "Value",
    "Vec",
];

/// Names that only the crate's root has: a type of the document is in a module of its own, whose files use none of them.
const ROOT: [&str; 12] = [
    "Error",
    "Items",
    "Page",
    "Pages",
    "Profile",
    "Query",
    "Request",
    "Response",
    "Scheme",
    "SchemeKind",
    "Security",
    "Server",
];

/// Whether nothing at the crate's root can have this name.
pub(crate) fn is_taken(name: &str) -> bool {
    TAKEN.binary_search(&name).is_ok()
}

/// Whether a type of the document cannot have this name.
pub(crate) fn is_taken_type(name: &str) -> bool {
    is_taken(name) && ROOT.binary_search(&name).is_err()
}

/// A name for types and variants.
pub fn pascal(text: &str) -> String {
    let name =
        if is_snake(text) { text.split('_').map(capital).collect() } else { spell_out(text).to_upper_camel_case() };
    match name.chars().next() {
        None => "Empty".to_owned(),
        Some(first) if !is_xid_start(first) => format!("V{name}"),
        Some(_) if name == "Self" => "SelfValue".to_owned(),
        Some(_) => name,
    }
}

/// A name for members, methods and modules, raw where it is a keyword.
pub fn snake(text: &str) -> String {
    let name = if is_snake(text) { text.to_owned() } else { spell_out(text).to_snake_case() };
    let name = match name.chars().next() {
        None => "empty".to_owned(),
        Some(first) if !is_xid_start(first) => format!("n{name}"),
        Some(_) => name,
    };
    match name.as_str() {
        "self" | "super" | "crate" => format!("{name}_"),
        keyword if is_keyword(keyword) => format!("r#{name}"),
        _ => name,
    }
}

/// Keywords, strict and reserved, of the edition of the generated crate; in their order.
const KEYWORDS: [&str; 52] = [
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super",
    "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

pub(super) fn is_keyword(name: &str) -> bool {
    KEYWORDS.binary_search(&name).is_ok()
}

/// Whether a name is an identifier, raw ones included.
pub(crate) fn is_identifier(name: &str) -> bool {
    let plain = name.strip_prefix("r#");
    let word = plain.unwrap_or(name);
    let begins = word.starts_with(|sign| is_xid_start(sign) || sign == '_') && word != "_";
    let allowed = match plain {
        Some(_) => !matches!(word, "self" | "Self" | "super" | "crate"),
        None => !is_keyword(word),
    };
    begins && allowed && word.chars().all(is_xid_continue)
}

/// The singular of a plural word, by the endings of English nouns.
pub(super) fn singular(word: &str) -> String {
    let cut = |ending: &str, with: &str| word.strip_suffix(ending).map(|stem| format!("{stem}{with}"));
    if word.ends_with("ss") || word.ends_with("us") || word.ends_with("is") {
        return word.to_owned();
    }
    cut("ies", "y")
        .or_else(|| cut("sses", "ss"))
        .or_else(|| cut("xes", "x"))
        .or_else(|| cut("ches", "ch"))
        .or_else(|| cut("s", ""))
        .unwrap_or_else(|| word.to_owned())
}

/// Whether a text is spelled in snake case already, as most are: then there is nothing to find out about its words.
fn is_snake(text: &str) -> bool {
    let plain = |sign: u8| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == b'_';
    text.bytes().all(plain)
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && !text.ends_with('_')
        && !text.contains("__")
}

fn capital(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_ascii_uppercase() + rest
}
