//! The dynamic search keys: `search`, `search.<field>`, `mode`, `mode.<field>`, `joint` and `isCaseSensitive`.

use regex::{Regex, RegexBuilder};
use serde_json::Value;

use crate::answer::Answer;

use super::errors;

const MODES: [&str; 4] = ["exact", "like", "similar_to", "posix"];

/// Whether a query key is one of search.
pub(super) fn is_search_key(name: &str) -> bool {
    matches!(name, "search" | "mode" | "joint" | "isCaseSensitive")
        || name.strip_prefix("search.").or_else(|| name.strip_prefix("mode.")).is_some_and(|field| !field.is_empty())
}

/// The fields that a collection can be searched by, as its rows name them.
pub(super) fn fields(collection: &str) -> &'static [&'static str] {
    match collection {
        "users" => &["id", "primaryEmail", "primaryPhone", "username", "name"],
        "applications" => &["id", "name", "description"],
        _ => &["id", "name", "description"],
    }
}

/// What a search looks for.
#[derive(Debug, Default)]
pub(super) struct Search {
    conditions: Vec<Condition>,
    all: bool,
}

#[derive(Debug)]
struct Condition {
    /// Any of these fields.
    fields: Vec<&'static str>,
    /// Any of these tests.
    tests: Vec<Regex>,
}

impl Search {
    /// Reads the search of a query.
    ///
    /// # Errors
    ///
    /// The server's answer to a field, a mode or a joint that it does not know.
    pub(super) fn read(pairs: &[(String, String)], fields: &[&'static str]) -> Result<Self, Answer> {
        let get = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let joint = get("joint").unwrap_or("or");
        if !matches!(joint, "and" | "or") {
            return Err(errors::invalid_input(&format!("Search joint `{joint}` is not valid, expect one of and, or.")));
        }
        let case_sensitive = get("isCaseSensitive") == Some("true");
        let mut search = Self { conditions: Vec::new(), all: joint == "and" };
        for key in distinct(pairs) {
            let field = match key.split_once('.') {
                Some(("search" | "mode", field)) => Some(known(field, fields)?),
                Some(_) => continue,
                None if key == "search" || key == "mode" => None,
                None => continue,
            };
            let name = field.unwrap_or("");
            let mode_key = if name.is_empty() { "mode".to_owned() } else { key.replacen("search.", "mode.", 1) };
            let mode = get(&mode_key).or_else(|| get("mode")).unwrap_or("like");
            if !MODES.contains(&mode) {
                let shown = if name.is_empty() { String::new() } else { format!(" for field `{}`", snake(name)) };
                return Err(errors::invalid_input(&format!(
                    "Search match mode `{mode}`{shown} is not valid, expect one of {}.",
                    MODES.join(", ")
                )));
            }
            if key.starts_with("mode") {
                continue;
            }
            let values: Vec<&str> =
                pairs.iter().filter(|(name, _)| name == key).map(|(_, value)| value.as_str()).collect();
            if values.len() > 1 && mode != "exact" {
                return Err(errors::invalid_input("Only one search value is allowed when search mode is not `exact`."));
            }
            if values.iter().any(|value| value.is_empty()) {
                return Err(errors::invalid_input("Search value cannot be empty."));
            }
            if mode == "similar_to" && !case_sensitive {
                return Err(errors::invalid_input("Cannot use case-insensitive match for `similar to`."));
            }
            let tests: Result<Vec<Regex>, Answer> =
                values.iter().map(|value| test(mode, value, case_sensitive)).collect();
            let fields = field.map_or_else(|| fields.to_vec(), |field| vec![field]);
            search.conditions.push(Condition { fields, tests: tests? });
        }
        Ok(search)
    }

    /// A search of `q`: a part of any field, in any case.
    pub(super) fn part(text: &str, fields: &[&'static str]) -> Self {
        let test = RegexBuilder::new(&regex::escape(text)).case_insensitive(true).build();
        Self { conditions: vec![Condition { fields: fields.to_vec(), tests: test.into_iter().collect() }], all: true }
    }

    /// Whether a row is found.
    pub(super) fn finds(&self, row: &Value) -> bool {
        let mut tests = self.conditions.iter().map(|condition| condition.finds(row));
        match self.all {
            _ if self.conditions.is_empty() => true,
            true => tests.all(|found| found),
            false => tests.any(|found| found),
        }
    }
}

impl Condition {
    fn finds(&self, row: &Value) -> bool {
        let texts = self.fields.iter().filter_map(|field| row[*field].as_str());
        texts.into_iter().any(|text| self.tests.iter().any(|test| test.is_match(text)))
    }
}

fn distinct(pairs: &[(String, String)]) -> Vec<&str> {
    let mut keys: Vec<&str> = Vec::new();
    for (key, _) in pairs {
        if !keys.contains(&key.as_str()) {
            keys.push(key);
        }
    }
    keys
}

fn known(field: &str, fields: &[&'static str]) -> Result<&'static str, Answer> {
    let found = fields.iter().find(|known| **known == field || snake(known) == field);
    found.copied().ok_or_else(|| {
        let list: Vec<String> = fields.iter().map(|field| snake(field)).collect();
        errors::invalid_input(&format!("Search field `{field}` is not valid, expect one of {}.", list.join(", ")))
    })
}

fn snake(name: &str) -> String {
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

/// A pattern of one of the four modes as a regular expression.
fn test(mode: &str, value: &str, case_sensitive: bool) -> Result<Regex, Answer> {
    let pattern = match mode {
        "exact" => format!("^{}$", regex::escape(value)),
        "like" => format!("^{}$", like(value)),
        "similar_to" => format!("^(?:{})$", wildcards(value)),
        _ => value.to_owned(),
    };
    RegexBuilder::new(&pattern)
        .case_insensitive(!case_sensitive && mode != "exact")
        .build()
        .map_err(|_| errors::invalid_input("The pattern cannot be read."))
}

/// A pattern of SQL's `LIKE`: a backslash takes the next sign as it is.
fn like(pattern: &str) -> String {
    let mut expression = String::from("(?s:");
    let mut signs = pattern.chars();
    while let Some(sign) = signs.next() {
        let (sign, is_plain) = if sign == '\\' { (signs.next().unwrap_or('\\'), true) } else { (sign, false) };
        match sign {
            '%' if !is_plain => expression.push_str(".*"),
            '_' if !is_plain => expression.push('.'),
            sign => expression.push_str(&regex::escape(sign.encode_utf8(&mut [0; 4]))),
        }
    }
    expression.push(')');
    expression
}

/// SQL's wildcards: `%` is any text, `_` any character.
fn wildcards(pattern: &str) -> String {
    pattern.replace('%', ".*").replace('_', ".")
}
