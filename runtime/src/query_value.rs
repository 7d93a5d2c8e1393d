//! How values become query parameters.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use percent_encoding::utf8_percent_encode;
use serde::Serialize;
use serde_json::Value;

use crate::finite;
use crate::style::{self, COMPONENT};
use crate::timestamp::{DateTime, Timestamp, UnixTime};

/// The query of a request: names and values, not yet encoded, in the order in which they were added.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Query {
    pairs: Vec<(String, String)>,
    rejected: Option<String>,
}

/// A value that can be a query parameter.
///
/// A list repeats the key, `None` adds nothing, a map or an object becomes `name[key]=value`. A list in a map repeats
/// `name[key]`, as most servers read it; [`Style::Deep`](crate::Style::Deep) numbers its items, because there they may be
/// objects, whose members only a number keeps together.
pub trait QueryValue {
    /// Adds the value to the query under a name.
    fn append(&self, name: &str, query: &mut Query);
}

impl Query {
    /// Adds a parameter. A name may come several times.
    pub fn push(&mut self, name: &str, value: &str) {
        self.pairs.push((name.to_owned(), value.to_owned()));
    }

    /// Says why a value cannot be sent. The call fails with the first such message before any IO.
    pub fn reject(&mut self, message: impl Into<String>) {
        self.rejected.get_or_insert_with(|| message.into());
    }

    /// The parameters so far.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    /// All of them, encoded, with others in between that are encoded already: before each the number of those that go first.
    pub(crate) fn encoded(&self, others: &[(usize, String)]) -> String {
        let mut query = String::new();
        let mut others = others.iter().peekable();
        for (number, (name, value)) in self.pairs.iter().enumerate() {
            while let Some((_, pairs)) = others.next_if(|(before, _)| *before <= number) {
                style::join(&mut query, "&", pairs);
            }
            if !query.is_empty() {
                query.push('&');
            }
            query.extend(utf8_percent_encode(name, COMPONENT));
            query.push('=');
            query.extend(utf8_percent_encode(value, COMPONENT));
        }
        others.for_each(|(_, pairs)| style::join(&mut query, "&", pairs));
        query
    }

    /// The first message of [`Query::reject`].
    pub fn rejected(&self) -> Option<&str> {
        self.rejected.as_deref()
    }

    /// Adds a value that serialises to JSON: an object becomes `name[key]=value`, a list repeats the key.
    pub fn push_json(&mut self, name: &str, value: &impl Serialize) {
        match finite::to_value(value) {
            Ok(value) => value.append(name, self),
            Err(reason) => self.reject(format!("query parameter `{name}` {reason}")),
        }
    }
}

/// Names only: values may be personal.
impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.pairs.iter().map(|(name, _)| name)).finish()
    }
}

impl QueryValue for str {
    fn append(&self, name: &str, query: &mut Query) {
        query.push(name, self);
    }
}

impl QueryValue for String {
    fn append(&self, name: &str, query: &mut Query) {
        query.push(name, self);
    }
}

impl QueryValue for Cow<'_, str> {
    fn append(&self, name: &str, query: &mut Query) {
        query.push(name, self);
    }
}

impl QueryValue for bool {
    fn append(&self, name: &str, query: &mut Query) {
        query.push(name, if *self { "true" } else { "false" });
    }
}

impl QueryValue for f64 {
    fn append(&self, name: &str, query: &mut Query) {
        if self.is_finite() {
            query.push(name, &self.to_string());
        } else {
            query.reject(format!("query parameter `{name}` must be a finite number, not {self}"));
        }
    }
}

impl QueryValue for DateTime {
    fn append(&self, name: &str, query: &mut Query) {
        query.push(name, self.as_str());
    }
}

impl QueryValue for Timestamp {
    fn append(&self, name: &str, query: &mut Query) {
        self.as_millis().append(name, query);
    }
}

impl QueryValue for UnixTime {
    fn append(&self, name: &str, query: &mut Query) {
        self.as_secs().append(name, query);
    }
}

macro_rules! integers {
    ($($integer:ty)+) => {$(
        impl QueryValue for $integer {
            fn append(&self, name: &str, query: &mut Query) {
                query.push(name, &self.to_string());
            }
        }
    )+};
}

integers!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize);

impl<T: QueryValue + ?Sized> QueryValue for &T {
    fn append(&self, name: &str, query: &mut Query) {
        (**self).append(name, query);
    }
}

impl<T: QueryValue> QueryValue for Option<T> {
    fn append(&self, name: &str, query: &mut Query) {
        if let Some(value) = self {
            value.append(name, query);
        }
    }
}

impl<T: QueryValue> QueryValue for [T] {
    fn append(&self, name: &str, query: &mut Query) {
        for value in self {
            value.append(name, query);
        }
    }
}

impl<T: QueryValue> QueryValue for Vec<T> {
    fn append(&self, name: &str, query: &mut Query) {
        self.as_slice().append(name, query);
    }
}

impl<T: QueryValue, const N: usize> QueryValue for [T; N] {
    fn append(&self, name: &str, query: &mut Query) {
        self.as_slice().append(name, query);
    }
}

impl<T: QueryValue> QueryValue for BTreeMap<String, T> {
    fn append(&self, name: &str, query: &mut Query) {
        for (key, value) in self {
            value.append(&format!("{name}[{key}]"), query);
        }
    }
}

impl QueryValue for Value {
    fn append(&self, name: &str, query: &mut Query) {
        match self {
            Self::Null => {}
            Self::Bool(value) => value.append(name, query),
            Self::Number(value) => query.push(name, &value.to_string()),
            Self::String(value) => query.push(name, value),
            Self::Array(values) => values.append(name, query),
            Self::Object(members) => {
                for (key, value) in members {
                    value.append(&format!("{name}[{key}]"), query);
                }
            }
        }
    }
}

/// Makes types that serialise query parameters.
#[macro_export]
macro_rules! query_json {
    ($($name:ident),+ $(,)?) => {$(
        impl $crate::QueryValue for $name {
            fn append(&self, name: &str, query: &mut $crate::Query) {
                query.push_json(name, self);
            }
        }
    )+};
}
