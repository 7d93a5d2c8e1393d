//! What is left of a value that was read and written again.

use serde_json::Value;

use crate::same::same;

use super::run::short;

/// What was written again, with the members that were `null` and are absent.
pub(super) fn with_nulls(before: &Value, after: Value) -> Value {
    match (before, after) {
        (Value::Object(before), Value::Object(mut after)) => {
            for (name, value) in before {
                let now = after.remove(name).map(|now| with_nulls(value, now));
                let now = now.or_else(|| value.is_null().then_some(Value::Null));
                after.extend(now.map(|now| (name.clone(), now)));
            }
            Value::Object(after)
        }
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
            before.iter().zip(after).map(|(before, after)| with_nulls(before, after)).collect()
        }
        (_, after) => after,
    }
}

/// What is in a value and not in what was written again; `null` is absent.
pub(super) fn lost(before: &Value, after: &Value, at: &str, found: &mut Vec<String>) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            for (name, value) in before.iter().filter(|(_, value)| !value.is_null()) {
                match after.get(name) {
                    Some(again) => lost(value, again, &format!("{at}.{name}"), found),
                    None => found.push(format!("`{at}.{name}` is lost")),
                }
            }
        }
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
            for (index, (before, after)) in before.iter().zip(after).enumerate() {
                lost(before, after, &format!("{at}[{index}]"), found);
            }
        }
        _ if same(before, after) => {}
        _ => found.push(format!("`{at}` differs: {}", short(&after.to_string()))),
    }
}

/// Whether an enum somewhere in a document lists a text.
pub(super) fn lists(value: &Value, text: &str) -> bool {
    match value {
        Value::Object(members) => members.iter().any(|(name, member)| match (name.as_str(), member) {
            ("enum", Value::Array(values)) => values.iter().any(|known| known == text),
            ("const", known) => known == text,
            _ => lists(member, text),
        }),
        Value::Array(items) => items.iter().any(|item| lists(item, text)),
        _ => false,
    }
}

/// A value that was kept without being known, as `Debug` shows it.
pub(super) fn unknown(debug: &str) -> Option<String> {
    let mut places = debug.match_indices("Unknown(");
    let alone = |index: usize| !debug[..index].ends_with(|before: char| before.is_alphanumeric() || before == '_');
    let (index, _) = places.find(|(index, _)| alone(*index))?;
    Some(debug[index..].chars().take(80).collect())
}
