//! Patterns of SQL `LIKE` that are made of texts. Written by hand.

use std::fmt;

/// A pattern of SQL `LIKE` around a text: `%`, `_` and `\`, which mean something in a pattern, stand for themselves in the text.
///
/// ```
/// use logto_management::{Pattern, Search};
///
/// assert_eq!(String::from(Pattern::contains("50%")), r"%50\%%");
/// let users = Search::new().like("username", Pattern::starts_with("a_b"));
/// let anywhere = Search::from(Pattern::contains("first"));
/// # assert_ne!(users, anywhere);
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Pattern(String);

impl Pattern {
    /// The text is anywhere in the value.
    pub fn contains(text: impl AsRef<str>) -> Self {
        Self(format!("%{}%", escaped(text.as_ref())))
    }

    /// The value begins with the text.
    pub fn starts_with(text: impl AsRef<str>) -> Self {
        Self(format!("{}%", escaped(text.as_ref())))
    }

    /// The value ends with the text.
    pub fn ends_with(text: impl AsRef<str>) -> Self {
        Self(format!("%{}", escaped(text.as_ref())))
    }

    /// The value is the text, in any case unless the search is case-sensitive.
    pub fn is(text: impl AsRef<str>) -> Self {
        Self(escaped(text.as_ref()))
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> Self {
        pattern.0
    }
}

/// The text may be personal.
impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pattern").finish_non_exhaustive()
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
