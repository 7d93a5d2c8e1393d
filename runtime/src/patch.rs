//! A member of a request that can be left alone, cleared or set.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What a request does to a member: an absent member is kept, `null` clears it, a value replaces it.
///
/// ```
/// # use logto_runtime::Patch;
/// let avatar = Patch::from("https://example.com/first.png");
/// assert_eq!(avatar, Patch::Set("https://example.com/first.png"));
/// assert_eq!(Patch::<u8>::default(), Patch::Keep);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Patch<T> {
    /// Leave it as it is: the member is not sent.
    #[default]
    Keep,
    /// Remove the value: `null` is sent.
    Clear,
    /// Replace the value.
    Set(T),
}

impl<T> Patch<T> {
    /// Sets the value, or clears it where there is none.
    pub fn set_or_clear(value: Option<T>) -> Self {
        value.map_or(Self::Clear, Self::Set)
    }

    /// Sets the value, or keeps the old one where there is none.
    pub fn set_or_keep(value: Option<T>) -> Self {
        value.map_or(Self::Keep, Self::Set)
    }

    /// Whether the member is left alone.
    pub fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// The new value, where one is set.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Keep | Self::Clear => None,
        }
    }
}

impl<T> From<T> for Patch<T> {
    fn from(value: T) -> Self {
        Self::Set(value)
    }
}

/// `Keep` has no form of its own in JSON: a member holding it must be skipped, otherwise it is written as `null`.
impl<T: Serialize> Serialize for Patch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::set_or_clear)
    }
}
