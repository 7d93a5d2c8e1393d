//! Lists that are read item by item: there is a tree of one item at a time.

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// What is done with items.
pub(super) trait Take {
    /// Begins anew: where an object has a member twice, the last one counts.
    fn begin(&mut self);

    /// Takes an item; false: no more of them are needed.
    fn item(&mut self, index: usize, item: Value) -> bool;
}

/// Reads the items of a list, which is the text itself or this member of it.
///
/// # Errors
///
/// When the text is no JSON, or there is no list.
pub(super) fn read(text: &[u8], within: Option<&str>, take: &mut dyn Take) -> serde_json::Result<()> {
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    match within {
        Some(name) => deserializer.deserialize_map(Within { name, take })?,
        None => List(take).deserialize(&mut deserializer)?,
    }
    deserializer.end()
}

struct List<'t>(&'t mut dyn Take);

impl<'de> DeserializeSeed<'de> for List<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for List<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a sequence")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        self.0.begin();
        let mut index = 0_usize;
        while let Some(item) = items.next_element()? {
            if !self.0.item(index, item) {
                // The rest may still be no JSON, which is said first.
                while items.next_element::<IgnoredAny>()?.is_some() {}
                break;
            }
            index = index.saturating_add(1);
        }
        Ok(())
    }
}

struct Within<'t> {
    name: &'t str,
    take: &'t mut dyn Take,
}

impl<'de> Visitor<'de> for Within<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut is_found = false;
        while let Some(name) = members.next_key::<String>()? {
            if name == self.name {
                members.next_value_seed(List(&mut *self.take))?;
                is_found = true;
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        if is_found { Ok(()) } else { Err(A::Error::custom("no such member")) }
    }
}
