//! Logto's search parameters. Written by hand, because the document has one object for all of them.

mod pattern;

use std::fmt;

use logto_runtime::{Query, QueryValue};

pub use pattern::Pattern;

/// What to search for: a pattern over all fields that an operation searches, or conditions on single fields.
///
/// Patterns are `LIKE` patterns unless another [`SearchMode`] is given, so `%` must be written; [`Pattern`] writes it and takes
/// every other sign as it is. A text is a pattern over all fields:
///
/// ```
/// use logto_management::{Pattern, Search};
///
/// let anywhere = Search::from("%first%");
/// assert_eq!(anywhere, Pattern::contains("first").into());
/// let company = Search::new().like("primaryEmail", Pattern::ends_with("@example.com")).case_sensitive(true);
/// assert_ne!(anywhere, company);
/// ```
///
/// Several conditions are joined with "or" unless told otherwise, and an exact one takes several values:
///
/// ```
/// use logto_management::{Joint, Search};
///
/// let both = Search::new()
///     .exact("username", ["first", "second"])
///     .like("primaryEmail", "%@example.com")
///     .joint(Joint::And);
/// # assert_eq!(both, both.clone());
/// ```
///
/// A field name that cannot be one, a field with conditions of two modes, or an empty value, which Logto refuses, is an error when
/// the call is sent, before any IO. See [Logto's reference](https://docs.logto.io/user-management/advanced-user-search).
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Search {
    patterns: Vec<String>,
    mode: Option<SearchMode>,
    fields: Vec<Field>,
    joint: Option<Joint>,
    case_sensitive: Option<bool>,
}

/// How a value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SearchMode {
    /// It is the value, or one of the values.
    Exact,
    /// It fits a pattern of SQL `LIKE`.
    Like,
    /// It fits a pattern of SQL `SIMILAR TO`.
    SimilarTo,
    /// It fits a POSIX regular expression.
    Posix,
}

/// How several conditions are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Joint {
    /// All of them hold.
    And,
    /// At least one of them holds.
    Or,
}

#[derive(Clone, PartialEq, Eq)]
struct Field {
    name: String,
    mode: SearchMode,
    values: Vec<String>,
}

impl Search {
    /// A search without conditions, which finds everything.
    pub fn new() -> Self {
        Self::default()
    }

    /// Any field that the operation searches fits the pattern (`search`).
    pub fn pattern(mut self, pattern: impl Into<String>) -> Self {
        self.patterns.push(pattern.into());
        self
    }

    /// How [`Search::pattern`] is compared (`mode`); `LIKE` unless set.
    pub fn mode(mut self, mode: SearchMode) -> Self {
        self.mode = Some(mode);
        self
    }

    /// The field is one of the values (`search.<field>`, once for each).
    pub fn exact<V: Into<String>>(self, field: impl Into<String>, values: impl IntoIterator<Item = V>) -> Self {
        let values = values.into_iter().map(Into::into).collect();
        self.field(field.into(), SearchMode::Exact, values)
    }

    /// The field fits a pattern of SQL `LIKE`.
    pub fn like(self, field: impl Into<String>, pattern: impl Into<String>) -> Self {
        self.field(field.into(), SearchMode::Like, vec![pattern.into()])
    }

    /// The field fits a pattern of SQL `SIMILAR TO`.
    ///
    /// Logto compares so with upper and lower case only. A search of nothing else says that by itself; where there are other
    /// conditions too, which it would change, it is an error unless [`Search::case_sensitive`] is set.
    pub fn similar_to(self, field: impl Into<String>, pattern: impl Into<String>) -> Self {
        self.field(field.into(), SearchMode::SimilarTo, vec![pattern.into()])
    }

    /// The field fits a POSIX regular expression.
    pub fn posix(self, field: impl Into<String>, expression: impl Into<String>) -> Self {
        self.field(field.into(), SearchMode::Posix, vec![expression.into()])
    }

    /// How conditions are joined (`joint`); "or" unless set.
    pub fn joint(mut self, joint: Joint) -> Self {
        self.joint = Some(joint);
        self
    }

    /// Whether upper and lower case differ (`isCaseSensitive`); not unless set.
    pub fn case_sensitive(mut self, case_sensitive: bool) -> Self {
        self.case_sensitive = Some(case_sensitive);
        self
    }

    fn field(mut self, name: String, mode: SearchMode, values: Vec<String>) -> Self {
        self.fields.push(Field { name, mode, values });
        self
    }

    /// The first reason why it cannot be sent.
    fn fault(&self) -> Option<String> {
        let exact = self.mode == Some(SearchMode::Exact);
        if self.patterns.len() > 1 && !exact {
            return Some("a search over all fields takes several patterns only with mode `exact`".to_owned());
        }
        if self.patterns.iter().any(String::is_empty) {
            return Some("the search over all fields has an empty value; leave it out to find everything".to_owned());
        }
        for (number, field) in self.fields.iter().enumerate() {
            let name = &field.name;
            if !is_field_name(name) {
                return Some(format!("`{}` cannot be the name of a search field", name.escape_debug()));
            }
            if field.values.is_empty() {
                return Some(format!("the search in `{name}` has no value"));
            }
            if field.values.iter().any(String::is_empty) {
                return Some(format!("the search in `{name}` has an empty value; leave it out to find everything"));
            }
            let again = self.fields.iter().skip(number + 1).find(|other| other.name == *name);
            if again.is_some_and(|again| again.mode != field.mode || field.mode != SearchMode::Exact) {
                return Some(format!("the search has several conditions on `{name}`, which only exact ones may be"));
            }
        }
        match self.case_sensitive {
            Some(false) if self.modes().any(|mode| mode == SearchMode::SimilarTo) => Some(
                "`similar_to` compares with upper and lower case, so `case_sensitive(false)` cannot be said".to_owned(),
            ),
            None if !self.is_all_similar() && self.modes().any(|mode| mode == SearchMode::SimilarTo) => {
                let what =
                    "`similar_to` compares with upper and lower case, and then so do all conditions of the search";
                Some(format!("{what}; say `case_sensitive(true)` if they may"))
            }
            _ => None,
        }
    }

    /// The modes of all conditions.
    fn modes(&self) -> impl Iterator<Item = SearchMode> {
        let whole = self.mode.unwrap_or(SearchMode::Like);
        self.patterns.iter().map(move |_| whole).chain(self.fields.iter().map(|field| field.mode))
    }

    /// Whether there are conditions, and all of them are of SQL `SIMILAR TO`.
    fn is_all_similar(&self) -> bool {
        self.modes().next().is_some() && self.modes().all(|mode| mode == SearchMode::SimilarTo)
    }
}

impl SearchMode {
    /// The text on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Like => "like",
            Self::SimilarTo => "similar_to",
            Self::Posix => "posix",
        }
    }
}

impl Joint {
    /// The text on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::And => "and",
            Self::Or => "or",
        }
    }
}

/// Which fields are searched, not for what: that may be personal.
impl fmt::Debug for Search {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields: Vec<(&str, SearchMode)> =
            self.fields.iter().map(|field| (field.name.as_str(), field.mode)).collect();
        f.debug_struct("Search")
            .field("patterns", &self.patterns.len())
            .field("fields", &fields)
            .field("joint", &self.joint)
            .finish_non_exhaustive()
    }
}

/// A pattern over all fields.
impl From<&str> for Search {
    fn from(pattern: &str) -> Self {
        Self::new().pattern(pattern)
    }
}

/// A pattern over all fields.
impl From<String> for Search {
    fn from(pattern: String) -> Self {
        Self::new().pattern(pattern)
    }
}

/// A pattern over all fields.
impl From<Pattern> for Search {
    fn from(pattern: Pattern) -> Self {
        Self::new().pattern(pattern)
    }
}

/// Adds Logto's own parameters; the name that the document gives the whole is not one of them.
impl QueryValue for Search {
    fn append(&self, _name: &str, query: &mut Query) {
        if let Some(fault) = self.fault() {
            query.reject(fault);
            return;
        }
        for pattern in &self.patterns {
            query.push("search", pattern);
        }
        if let Some(mode) = self.mode {
            query.push("mode", mode.as_str());
        }
        for (number, field) in self.fields.iter().enumerate() {
            for value in &field.values {
                query.push(&format!("search.{}", field.name), value);
            }
            // `like` is what a field without a mode gets from the mode of the whole search, so it must be said as well.
            if !self.fields.iter().take(number).any(|before| before.name == field.name) {
                query.push(&format!("mode.{}", field.name), field.mode.as_str());
            }
        }
        if let Some(joint) = self.joint {
            query.push("joint", joint.as_str());
        }
        if let Some(case_sensitive) = self.case_sensitive.or(self.is_all_similar().then_some(true)) {
            query.push("isCaseSensitive", if case_sensitive { "true" } else { "false" });
        }
    }
}

/// A letter, then letters, digits and `_`: what columns are called.
fn is_field_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.len() <= 64
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests;
