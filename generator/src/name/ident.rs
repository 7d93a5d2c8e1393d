//! From the document's words to identifiers.

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

/// Whether a type cannot have this name.
pub(crate) fn is_taken(name: &str) -> bool {
    TAKEN.binary_search(&name).is_ok()
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

/// A text with a word for each sign that is no letter or digit.
pub(crate) fn spelled_signs(text: &str) -> String {
    let mut spelled = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            sign if is_part(sign) => spelled.push(sign),
            '-' => spelled.push_str(" dash "),
            '_' => spelled.push_str(" underscore "),
            '.' => spelled.push_str(" dot "),
            '/' => spelled.push_str(" slash "),
            ':' => spelled.push_str(" colon "),
            '[' => spelled.push_str(" bracket "),
            ']' => spelled.push(' '),
            ' ' => spelled.push_str(" space "),
            sign => spelled.push_str(&format!(" sign {:x} ", u32::from(sign))),
        }
    }
    spelled
}

/// The same with a word before each capital too, which tells `ID` from `id`.
pub(crate) fn spelled_cases(text: &str) -> String {
    let spelled = |sign: char| match sign {
        sign if sign.is_uppercase() => format!(" capital {sign}"),
        sign => spelled_signs(sign.encode_utf8(&mut [0; 4])),
    };
    text.chars().map(spelled).collect()
}

/// Signs that tell names apart become words; every other sign only parts words.
fn spell_out(text: &str) -> String {
    let mut spelled = String::with_capacity(text.len());
    for (index, sign) in text.chars().enumerate() {
        match sign {
            '*' => spelled.push_str(" any "),
            '+' => spelled.push_str(" plus "),
            '-' if index == 0 => spelled.push_str(" minus "),
            '<' => spelled.push_str(" less "),
            '>' => spelled.push_str(" greater "),
            '=' => spelled.push_str(" equal "),
            '%' => spelled.push_str(" percent "),
            sign if is_part(sign) => spelled.push(sign),
            _ => spelled.push(' '),
        }
    }
    spelled
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

/// Whether a sign can be part of a word of an identifier: letters and digits that Rust takes, which are not all there are.
fn is_part(sign: char) -> bool {
    sign.is_alphanumeric() && is_xid_continue(sign)
}
