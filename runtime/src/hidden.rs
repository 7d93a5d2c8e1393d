//! Values with secrets inside.

use std::fmt;
use std::ops::{Deref, DerefMut};

use serde_json::Value;

use crate::json::{Json, Mismatch, type_of};
use crate::shape::Shape;

/// A value of which `Debug` shows the names of its members and no more, because secrets may be inside. It is read and
/// changed as what it holds, and written to JSON in full.
///
/// ```
/// use std::collections::BTreeMap;
/// use logto_runtime::Hidden;
///
/// let headers = Hidden::from(BTreeMap::from([("authorization".to_owned(), "Bearer abc".to_owned())]));
/// assert_eq!(headers["authorization"], "Bearer abc");
/// assert_eq!(format!("{headers:?}"), "Hidden { authorization: .. }");
/// ```
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Hidden<T>(T);

impl<T> Hidden<T> {
    /// The value itself. Whoever takes it answers for where it goes.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> From<T> for Hidden<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T> Deref for Hidden<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Hidden<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: Json> fmt::Debug for Hidden<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        outline(f, "Hidden", &self.0.to_json(), "")
    }
}

impl<T: Json> Json for Hidden<T> {
    const HAS_NULL: bool = T::HAS_NULL;

    fn from_json(value: Value) -> Result<Self, Mismatch> {
        T::from_json(value).map(Self)
    }

    fn shape() -> Shape {
        T::shape()
    }

    fn to_json(&self) -> Value {
        self.0.to_json()
    }
}

/// Shows of a value what it is: the names of its members and its tag, or else its type.
pub fn outline(f: &mut fmt::Formatter<'_>, name: &str, value: &Value, tag: &str) -> fmt::Result {
    let Value::Object(members) = value else {
        return write!(f, "{name}({})", type_of(value));
    };
    let mut shown = f.debug_struct(name);
    for (member, value) in members {
        if member == tag && (value.is_string() || value.is_number()) {
            shown.field(member, &format_args!("{value}"));
        } else {
            shown.field(member, &format_args!(".."));
        }
    }
    shown.finish()
}
