//! Doc comments: sentences from `specs/docs` or of the document, and facts of the document, safe for rustdoc.

use proc_macro2::TokenStream;
use quote::quote;

use crate::markdown::written_out;
use crate::model::{Access, Def, DefId, Facts, Operation, Part, Place, Ty};

use super::Context;

/// Facts longer than this are left out; they would not be read.
const LONGEST_FACT: usize = 300;

/// Doc comments of an item, one for each line.
pub(crate) fn outer<S: AsRef<str>>(lines: &[S]) -> TokenStream {
    let lines = lines.iter().map(|line| with_space(line.as_ref()));
    quote!(#(#[doc = #lines])*)
}

/// Doc comments of a module or crate.
pub(crate) fn inner<S: AsRef<str>>(lines: &[S]) -> TokenStream {
    let lines = lines.iter().map(|line| with_space(line.as_ref()));
    quote!(#(#![doc = #lines])*)
}

/// The mark of something that should not be used any more.
pub(crate) fn deprecated(deprecated: bool) -> TokenStream {
    if deprecated { quote!(#[deprecated = "the API deprecates it or no longer has it"]) } else { quote!() }
}

/// Keeps rustfmt from laying out what prettyplease did.
pub(crate) fn skip_rustfmt() -> TokenStream {
    // Spelled as a path of its own: rustfmt obeys the attribute inside `quote!` too, and drops what follows it.
    let path = quote!(rustfmt::skip);
    quote!(#[#path])
}

/// For a file that names what the API deprecates, because reading and writing it does.
pub(crate) fn expect_deprecated(names_deprecated: bool) -> TokenStream {
    if names_deprecated {
        quote!(#![expect(deprecated, reason = "what the API deprecates is still read and written")])
    } else {
        quote!()
    }
}

/// Our own words, with what rustdoc would take for a link or a tag escaped. Code spans stay as they are.
pub(crate) fn prose(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let marks = text.matches('`').count();
    for (index, part) in text.split('`').enumerate() {
        // The last of an odd number has no other to make a code span with.
        let unpaired = index == marks && marks % 2 == 1;
        if index > 0 {
            safe.push_str(if unpaired { "\\`" } else { "`" });
        }
        if index % 2 == 1 && !unpaired {
            safe.push_str(part);
            continue;
        }
        for word in part.split_inclusive(' ') {
            if word.starts_with("http://") || word.starts_with("https://") {
                let url = word.trim_end_matches(|c: char| c.is_whitespace() || ".,;:!?".contains(c));
                safe.push_str(&format!("<{url}>{}", &word[url.len()..]));
            } else {
                safe.extend(word.chars().flat_map(|c| escape(c).chain(std::iter::once(c))));
            }
        }
    }
    safe.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A code span, whatever the text holds; an empty one in words, as Markdown has no empty span.
pub(crate) fn code(text: &str) -> String {
    let text = written_out(text);
    if text.is_empty() {
        return "the empty text".to_owned();
    }
    let longest = text.split(|sign| sign != '`').map(str::len).max().unwrap_or(0);
    match "`".repeat(longest + 1) {
        mark if longest == 0 => format!("{mark}{text}{mark}"),
        mark => format!("{mark} {text} {mark}"),
    }
}

/// A line about a value that is a text.
pub(crate) fn value(text: &str) -> String {
    if text.is_empty() { "The empty text.".to_owned() } else { format!("{}.", code(text)) }
}

/// A line about a member or a parameter: what it is, then the facts.
pub(crate) fn line(subject: &str, facts: Vec<String>) -> String {
    let mut line = subject.to_owned();
    for fact in facts {
        line.push_str(", ");
        line.push_str(&fact);
    }
    line.push('.');
    line
}

/// What the document says of a value.
pub(crate) fn facts(ty: &Ty, facts: &Facts) -> Vec<String> {
    let mut phrases: Vec<String> = facts.unit.iter().map(|unit| format!("in {unit}")).collect();
    phrases.extend(range(ty, facts));
    let short = |fact: &&String| fact.len() <= LONGEST_FACT;
    phrases.extend(facts.multiple_of.as_ref().map(|step| format!("a multiple of {step}")));
    let listed = facts.values.iter().map(|value| code(value)).collect::<Vec<_>>().join(", ");
    let each = matches!(ty, Ty::List(_));
    let listed = match facts.values.len() {
        0 => None,
        1 => each.then(|| format!("each {listed}")),
        _ if each => Some(format!("each one of {listed}")),
        _ => Some(format!("one of {listed}")),
    };
    phrases.extend(listed.filter(|listed| short(&listed)));
    phrases.extend(facts.pattern.as_ref().filter(short).map(|pattern| format!("matching {}", code(pattern))));
    phrases.extend(facts.format.as_ref().filter(short).map(|format| format!("format {}", code(format))));
    phrases.extend(facts.default.as_ref().filter(short).map(|default| format!("default {}", code(default))));
    phrases.extend(facts.access.map(|access| match access {
        Access::Read => "set by the server alone".to_owned(),
        Access::Write => "never sent by the server".to_owned(),
    }));
    phrases
}

/// What is said of a type: that of `specs/docs` or of the document, else where it stands.
pub(crate) fn of_type(id: DefId, context: &Context<'_>) -> Vec<String> {
    let name = &context.names.types[id.0].name;
    match (context.docs.types.get(name), context.docs.said_of_type(id)) {
        (Some(sentence), _) => vec![prose(sentence)],
        (None, []) => vec![derived(context.model.def(id))],
        (None, [line]) if in_letters(line) == in_letters(name) => vec![derived(context.model.def(id))],
        (None, said) => said.to_vec(),
    }
}

/// What is said of an operation: that of `specs/docs` or of the document, else its id in words.
pub(crate) fn of_operation(operation: &Operation, context: &Context<'_>) -> Vec<String> {
    match (context.docs.operations.get(&operation.id), context.docs.said_of(operation)) {
        (Some(sentence), _) => vec![prose(sentence)],
        (None, []) => vec![format!("Calls {}.", code(&operation.id))],
        (None, said) => said.to_vec(),
    }
}

/// The letters and digits of a text, which are those of a name where it only says that.
fn in_letters(text: &str) -> String {
    text.chars().filter(|sign| sign.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// About a member or a parameter: what the document says, if anything, then the line of facts, unless it is only the
/// name again.
pub(crate) fn told(said: &[String], name: &str, facts: String) -> Vec<String> {
    if said.is_empty() {
        return vec![facts];
    }
    let mut lines = said.to_vec();
    if facts != line(&code(name.trim_start_matches("r#")), Vec::new()) {
        lines.extend([String::new(), facts]);
    }
    lines
}

/// The gate of what comes with a feature; nothing where there is no feature.
pub(crate) fn gate(feature: &str) -> TokenStream {
    if feature.is_empty() { quote!() } else { quote!(#[cfg(feature = #feature)]) }
}

fn with_space(line: &str) -> String {
    if line.is_empty() { String::new() } else { format!(" {}", written_out(line)) }
}

fn escape(c: char) -> impl Iterator<Item = char> {
    matches!(c, '<' | '>' | '[' | ']' | '*' | '\\').then_some('\\').into_iter()
}

fn range(ty: &Ty, facts: &Facts) -> Option<String> {
    let unit = match ty {
        Ty::String | Ty::Secret => "character",
        Ty::List(_) => "item",
        _ => "",
    };
    let of = |count: &str| match unit {
        "" => count.to_owned(),
        unit if count == "1" => format!("{count} {unit}"),
        unit => format!("{count} {unit}s"),
    };
    if facts.exclusive_min || facts.exclusive_max {
        let limit = |limit: &Option<String>, exclusive: bool, beyond: &str, to: &str| {
            limit.as_ref().map(|limit| format!("{} {}", if exclusive { beyond } else { to }, of(limit)))
        };
        let low = limit(&facts.min, facts.exclusive_min, "more than", "at least");
        let high = limit(&facts.max, facts.exclusive_max, "less than", "at most");
        let both: Vec<String> = low.into_iter().chain(high).collect();
        return (!both.is_empty()).then(|| both.join(" and "));
    }
    match (facts.min.as_deref(), facts.max.as_deref()) {
        (None, None) => None,
        (Some("1"), None) if !unit.is_empty() => Some("not empty".to_owned()),
        (Some(min), None) => Some(format!("at least {}", of(min))),
        (None | Some("0"), Some(max)) if !unit.is_empty() || facts.min.is_none() => {
            Some(format!("at most {}", of(max)))
        }
        (Some(min), Some(max)) if min == max => Some(format!("exactly {}", of(max))),
        (Some(min), Some(max)) => Some(format!("{min} to {}", of(max))),
        (None, Some(max)) => Some(format!("at most {}", of(max))),
    }
}

/// Where a type stands, in words: the shortest of its places.
fn derived(def: &Def) -> String {
    let place = def.places.iter().min_by_key(|place| (place.path.len(), *place));
    place.map_or_else(|| "A type of the document.".to_owned(), in_words)
}

fn in_words(place: &Place) -> String {
    let members: Vec<_> = place.path.iter().filter(|step| !step.starts_with('|') && *step != "{}").collect();
    let path = members.iter().map(|step| step.as_str()).collect::<Vec<_>>().join(".").replace(".[]", "[]");
    let operation = code(&place.operation);
    match place.part {
        Part::Reply if path.is_empty() => format!("What {operation} returns."),
        Part::Reply if path == "[]" => format!("An item that {operation} returns."),
        Part::Reply => format!("{} of what {operation} returns.", code(&path)),
        Part::Body if path.is_empty() => format!("The body of {operation}."),
        Part::Body => format!("{} of the body of {operation}.", code(&path)),
        Part::Failure => format!("What {operation} answers when it fails."),
        Part::Webhook if path.is_empty() => format!("The payload of webhook {operation}."),
        Part::Webhook => format!("{} of the payload of webhook {operation}.", code(&path)),
        Part::Parameter => format!("Parameter {} of {operation}.", code(&path)),
        Part::Component | Part::SentComponent if path.is_empty() => format!("Schema {operation}."),
        Part::Component | Part::SentComponent => format!("{} of schema {operation}.", code(&path)),
    }
}
