//! Keywords that make one part of a value depend on another: what they add to a type stays, what they ask for is a note.

use serde_json::{Map, Value, json};

use super::findings::Findings;
use super::{alike, is_any};
use crate::walk::Way;

/// Takes the conditions out of a schema whose inner schemas are lowered. Members that only branches have become members of
/// the schema, which never need be there.
pub(super) fn lower(schema: &mut Map<String, Value>, way: &Way<'_>, found: &mut Findings) {
    let says = |value: &Value| !is_any(value);
    let condition = schema.shift_remove("if");
    let branches = ["then", "else"].map(|key| schema.shift_remove(key).filter(says));
    let mut extra: Vec<Value> = Vec::new();
    if condition.is_some() && branches.iter().any(Option::is_some) {
        found
            .note(way, "`if`, `then` and `else` are left to the server: the type takes what any of the branches takes");
        extra.extend(branches.into_iter().flatten());
    }
    if let Some(Value::Object(dependent)) = schema.shift_remove("dependentSchemas")
        && dependent.values().any(says)
    {
        left(way, "dependentSchemas", found);
        extra.extend(dependent.into_iter().map(|(_, dependent)| dependent));
    }
    if schema
        .shift_remove("dependentRequired")
        .is_some_and(|needs| needs.as_object().is_some_and(|needs| !needs.is_empty()))
    {
        left(way, "dependentRequired", found);
    }
    if !extra.is_empty() && schema.get("additionalProperties") != Some(&json!({ "not": {} })) {
        add_members(schema, extra);
    }
}

/// A keyword that no type can hold.
pub(super) fn left(way: &Way<'_>, key: &str, found: &mut Findings) {
    found.note(way, format!("`{key}` is left to the server: the type also takes what it refuses"));
}

fn add_members(schema: &mut Map<String, Value>, branches: Vec<Value>) {
    let mut added: Map<String, Value> = Map::new();
    for mut branch in branches {
        let Some(Value::Object(members)) = branch.get_mut("properties").map(Value::take) else { continue };
        for (name, member) in members {
            if schema.get("properties").is_some_and(|known| known.get(&name).is_some()) {
                continue;
            }
            match added.get_mut(&name) {
                None => {
                    added.insert(name, member);
                }
                Some(known) if alike::same_schema(known, &member) => {}
                // An inner schema that was not lowered would not be afterwards either: both are.
                Some(known) => *known = json!({ "anyOf": [known.take(), member] }),
            }
        }
    }
    if added.is_empty() {
        return;
    }
    if let Some(known) = schema.entry("properties").or_insert_with(|| json!({})).as_object_mut() {
        known.extend(added);
    }
}
