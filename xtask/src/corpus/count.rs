//! How many operations a document has, counted without the generator.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// The methods that an operation can have.
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// As much of a document as is counted.
#[derive(Deserialize)]
struct Document {
    openapi: String,
    #[serde(default)]
    paths: BTreeMap<String, Item>,
    #[serde(default)]
    components: Components,
}

#[derive(Default, Deserialize)]
struct Components {
    #[serde(default, rename = "pathItems")]
    path_items: BTreeMap<String, Item>,
}

/// A path item, or whatever a key that is an extension (`x-…`) holds.
#[derive(Default)]
struct Item {
    methods: usize,
    reference: Option<String>,
}

/// The version that a document says, and the number of methods under its paths. Path items in other files are looked up in
/// the folder of the document.
pub(super) fn operations(bytes: &[u8], folder: &Path) -> Result<(String, usize)> {
    let text = std::str::from_utf8(bytes).context("the text is not UTF-8")?;
    let text = text.trim_start_matches('\u{feff}');
    let is_json = text.trim_start().starts_with('{');
    let document: Document = if is_json { serde_json::from_str(text)? } else { serde_yaml::from_str(text)? };
    let items = document.paths.iter().filter(|(path, _)| path.starts_with('/'));
    let count = items.map(|(_, item)| item.count(&document, folder, 0)).sum();
    Ok((document.openapi, count))
}

impl Item {
    fn count(&self, document: &Document, folder: &Path, depth: usize) -> usize {
        let Some(reference) = self.reference.as_deref().filter(|_| depth < METHODS.len()) else { return self.methods };
        let more = match document.item(reference) {
            Some(item) => item.count(document, folder, depth + 1),
            None => outside(folder, reference).unwrap_or_default(),
        };
        self.methods + more
    }
}

/// The methods of a path item in another file.
fn outside(folder: &Path, reference: &str) -> Option<usize> {
    let (file, pointer) = reference.split_once('#').unwrap_or((reference, ""));
    let text = std::fs::read_to_string(folder.join(file)).ok()?;
    let value: serde_json::Value = serde_yaml::from_str(&text).ok()?;
    let item = value.pointer(pointer)?.as_object()?;
    Some(item.keys().filter(|key| METHODS.contains(&key.as_str())).count())
}

impl Document {
    /// The path item that a reference in the document means.
    fn item(&self, reference: &str) -> Option<&Item> {
        let plain = |step: &str| step.replace("%7B", "{").replace("%7D", "}").replace("~1", "/").replace("~0", "~");
        if let Some(name) = reference.strip_prefix("#/components/pathItems/") {
            return self.components.path_items.get(&plain(name));
        }
        self.paths.get(&plain(reference.strip_prefix("#/paths/")?))
    }
}

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Item;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a path item")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Item, A::Error> {
        let mut item = Item::default();
        while let Some(key) = map.next_key::<String>()? {
            if key == "$ref" {
                item.reference = Some(map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
                item.methods += usize::from(METHODS.contains(&key.as_str()));
            }
        }
        Ok(item)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> std::result::Result<Item, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Item::default())
    }

    fn visit_unit<E>(self) -> std::result::Result<Item, E> {
        Ok(Item::default())
    }

    fn visit_bool<E>(self, _: bool) -> std::result::Result<Item, E> {
        Ok(Item::default())
    }

    fn visit_str<E>(self, _: &str) -> std::result::Result<Item, E> {
        Ok(Item::default())
    }

    fn visit_i64<E>(self, _: i64) -> std::result::Result<Item, E> {
        Ok(Item::default())
    }

    fn visit_u64<E>(self, _: u64) -> std::result::Result<Item, E> {
        Ok(Item::default())
    }

    fn visit_f64<E>(self, _: f64) -> std::result::Result<Item, E> {
        Ok(Item::default())
    }
}
