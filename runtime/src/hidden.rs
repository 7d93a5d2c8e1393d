//! Values with secrets inside.

use std::fmt;
use std::ops::{Deref, DerefMut};

use serde_json::Value;

use crate::json::{Json, Mismatch};

/// A value that never shows in `Debug`, because secrets may be inside. It is read and changed as what it holds, and
/// written to JSON in full.
///
/// ```
/// use std::collections::BTreeMap;
/// use logto_runtime::Hidden;
///
/// let headers = Hidden::from(BTreeMap::from([("authorization", "Bearer abc")]));
/// assert_eq!(headers["authorization"], "Bearer abc");
/// assert_eq!(format!("{headers:?}"), "Hidden(redacted)");
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

impl<T> fmt::Debug for Hidden<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden(redacted)")
    }
}

impl<T: Json> Json for Hidden<T> {
    fn from_json(value: Value) -> Result<Self, Mismatch> {
        T::from_json(value).map(Self)
    }

    fn to_json(&self) -> Value {
        self.0.to_json()
    }
}
