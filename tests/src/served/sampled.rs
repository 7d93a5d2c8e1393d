//! Values of the document's schemas that the validator agrees with.

use logto_generator::sample::{Fill, sample_without};
use serde_json::Value;

use super::document::Document;
use super::schema::Way;

/// How many values are tried before a schema counts as one that nothing can be made for.
const TRIES: u64 = 12;

/// A valid value of the schema at a pointer. What goes the other way only is not in it.
///
/// # Errors
///
/// Why the last value that was tried is not valid.
pub(super) fn sampled(document: &Document, way: Way, pointer: &str, fill: Fill, seed: u64) -> Result<Value, String> {
    let schema = document.schema(pointer);
    let mark = if way == Way::Sent { "readOnly" } else { "writeOnly" };
    let mut last = String::new();
    for mark in [mark, ""] {
        for (fill, seed) in tries(fill, seed) {
            let value = sample_without(mark, schema, &document.value, fill, seed);
            let faults = document.faults(way, pointer, &value);
            if faults.is_empty() {
                return Ok(value);
            }
            last = format!("no valid value for {pointer}: {value}: {}", faults.join("; "));
        }
    }
    Err(last)
}

/// What was asked for, then other seeds, then as little as can be.
fn tries(fill: Fill, seed: u64) -> impl Iterator<Item = (Fill, u64)> {
    let seeds = move || (0..TRIES).map(move |more| seed.wrapping_add(more));
    seeds().map(move |seed| (fill, seed)).chain(seeds().map(|seed| (Fill::Required, seed)))
}
