//! What means the same: equal but for the members that only describe.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::{Map, Value};

use super::is_prose;
use crate::walk::{self, Kind, Member};

/// Up to how many values it is cheaper to compare each with each.
const FEW: usize = 8;

/// Whether two values mean the same.
pub(super) fn same(a: &Value, b: &Value, member: Member) -> bool {
    match (member, a, b) {
        (Member::One(kind), Value::Object(a), Value::Object(b)) => {
            let same = |(key, value): (&String, &Value)| {
                b.get(key).is_some_and(|other| same(value, other, walk::member(kind, key)))
            };
            telling(a).count() == telling(b).count() && telling(a).all(same)
        }
        (Member::List(kind), Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b, Member::One(kind)))
        }
        (Member::Map(kind), Value::Object(a), Value::Object(b)) => {
            let same = |(key, value)| b.get(key).is_some_and(|other| same(value, other, Member::One(kind)));
            a.len() == b.len() && a.iter().all(same)
        }
        _ => a == b,
    }
}

/// The members that say something.
fn telling(object: &Map<String, Value>) -> impl Iterator<Item = (&String, &Value)> {
    object.iter().filter(|(key, _)| !is_prose(key))
}

/// Leaves the first of those that mean the same.
pub(super) fn distinct(values: &mut Vec<Value>, member: Member) {
    let mut kept: Vec<Value> = Vec::with_capacity(values.len());
    let mut by_hash: HashMap<u64, Vec<usize>> = HashMap::new();
    let few = values.len() <= FEW;
    for value in std::mem::take(values) {
        if few {
            if !kept.iter().any(|other| same(other, &value, member)) {
                kept.push(value);
            }
            continue;
        }
        let alike = by_hash.entry(hash(&value, member)).or_default();
        if !alike.iter().any(|index| kept.get(*index).is_some_and(|other| same(other, &value, member))) {
            alike.push(kept.len());
            kept.push(value);
        }
    }
    *values = kept;
}

/// A number that values have in common which mean the same, whatever the order of their members.
fn hash(value: &Value, member: Member) -> u64 {
    let of = |parts: &[u64]| {
        let mut hasher = DefaultHasher::new();
        parts.hash(&mut hasher);
        hasher.finish()
    };
    let text = |text: &str| {
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        hasher.finish()
    };
    let member_of = |key: &str, value: &Value, member: Member| of(&[text(key), hash(value, member)]);
    match value {
        Value::Null => 1,
        Value::Bool(value) => 2 + u64::from(*value),
        Value::Number(number) => text(&number.to_string()),
        Value::String(value) => text(value),
        Value::Array(items) => {
            let inner = if let Member::List(kind) = member { Member::One(kind) } else { Member::Plain };
            of(&items.iter().map(|item| hash(item, inner)).collect::<Vec<_>>())
        }
        Value::Object(object) => object.iter().fold(4, |sum, (key, value)| match member {
            Member::One(_) if is_prose(key) => sum,
            Member::One(kind) => sum.wrapping_add(member_of(key, value, walk::member(kind, key))),
            Member::Map(kind) => sum.wrapping_add(member_of(key, value, Member::One(kind))),
            _ => sum.wrapping_add(member_of(key, value, Member::Plain)),
        }),
    }
}

/// Whether two schemas mean the same.
pub(super) fn same_schema(a: &Value, b: &Value) -> bool {
    same(a, b, Member::One(Kind::Schema))
}
