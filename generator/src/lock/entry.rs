//! A line of the lock, and how its words are escaped.

use std::fmt;

use crate::model::Place;

/// A line of the lock: its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry(Vec<String>);

impl Entry {
    /// A line from its words.
    pub fn new(words: &[&str]) -> Self {
        Self(words.iter().map(|word| escape(word)).collect())
    }

    /// A type at a place; the place brings its own escapes.
    pub fn of_type(name: &str, place: &Place) -> Self {
        Self(vec!["type".to_owned(), escape(name), place.to_string()])
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

/// What a line is about: another line about it takes its place.
pub(super) fn subject(line: &str) -> String {
    let words: Vec<&str> = line.split(' ').collect();
    match words.as_slice() {
        ["type", .., place] => format!("place {place}"),
        ["gone", rest @ ..] => rest.join(" "),
        [what @ ("operation" | "body" | "reply" | "tag" | "alias" | "builder" | "server"), name, ..] => {
            format!("{what} {name}")
        }
        words => words.get(..3).unwrap_or(words).join(" "),
    }
}

/// The subject of the lines about something.
pub(super) fn thing(words: &[&str]) -> String {
    Entry::new(words).to_string()
}

/// A word holds no space and is never empty.
pub(super) fn escape(word: &str) -> String {
    if word.is_empty() {
        return "~3".to_owned();
    }
    word.replace('~', "~0").replace(' ', "~2").replace('\n', "~4")
}

/// The words of a line.
pub(crate) fn words(line: &str) -> Vec<String> {
    line.split(' ').map(unescape).collect()
}

fn unescape(word: &str) -> String {
    if word == "~3" {
        return String::new();
    }
    word.replace("~4", "\n").replace("~2", " ").replace("~0", "~")
}
