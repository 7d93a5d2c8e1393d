//! What a page begins with, so that one that only repeats the page before is recognised although it is not the same.
//!
//! Only the first items are looked at, as their ids are written: nothing is built of them, and what they hold does not matter.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// As many items of a page are looked at.
const ITEMS: usize = 16;

/// Hashes of the first items of a list: of their `id`, or of all that they are where they have none. The list is the body, or
/// this member of it. What is no such list has none.
pub(super) fn sample(body: &[u8], within: Option<&str>) -> Box<[u64]> {
    let mut hashes = Vec::with_capacity(ITEMS);
    let mut body = serde_json::Deserializer::from_slice(body);
    // Where enough was seen it stops with an error.
    let _ = Items { hashes: &mut hashes, within }.deserialize(&mut body);
    hashes.into_boxed_slice()
}

/// Whether a page begins with nearly the same items as the page before: at least seven of eight.
pub(super) fn repeats(page: &[u64], before: &[u64]) -> bool {
    let again = page.iter().filter(|item| before.contains(item)).count();
    !page.is_empty() && again.saturating_mul(8) >= page.len().saturating_mul(7)
}

struct Items<'a> {
    hashes: &'a mut Vec<u64>,
    within: Option<&'a str>,
}

impl<'de> DeserializeSeed<'de> for Items<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Items<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        if self.within.is_some() {
            return Err(A::Error::custom("the list is elsewhere"));
        }
        while self.hashes.len() < ITEMS {
            let Some(hash) = items.next_element_seed(Item)? else { return Ok(()) };
            self.hashes.push(hash);
        }
        Err(A::Error::custom("enough"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(name) = members.next_key::<String>()? {
            if self.within == Some(name.as_str()) {
                return members.next_value_seed(Items { hashes: self.hashes, within: None });
            }
            members.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

/// A value as its hash; an object with an `id` as that of its id.
struct Item;

impl<'de> DeserializeSeed<'de> for Item {
    type Value = u64;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<u64, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Item {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<u64, E> {
        Ok(hash(&()))
    }

    fn visit_bool<E>(self, value: bool) -> Result<u64, E> {
        Ok(hash(&value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<u64, E> {
        Ok(hash(&value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<u64, E> {
        Ok(hash(&value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<u64, E> {
        Ok(hash(&value.to_bits()))
    }

    fn visit_str<E>(self, value: &str) -> Result<u64, E> {
        Ok(hash(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<u64, A::Error> {
        let mut hasher = DefaultHasher::new();
        while let Some(item) = items.next_element_seed(Item)? {
            item.hash(&mut hasher);
        }
        Ok(hasher.finish())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<u64, A::Error> {
        let mut hasher = DefaultHasher::new();
        let mut id = None;
        while let Some(name) = members.next_key::<String>()? {
            let value = members.next_value_seed(Item)?;
            if name == "id" {
                id = Some(value);
            }
            (name, value).hash(&mut hasher);
        }
        Ok(id.unwrap_or_else(|| hasher.finish()))
    }
}

fn hash<T: Hash + ?Sized>(value: &T) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests;
