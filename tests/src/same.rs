//! When two JSON values count as the same.

use serde_json::{Number, Value};

/// Whether two values are equal when `null` members count as absent ones, and numbers as what they are worth.
pub(crate) fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Object(before), Value::Object(after)) => {
            let kept = |(_, value): &(&String, &Value)| !value.is_null();
            let count = after.iter().filter(kept).count();
            let mut kept = before.iter().filter(kept);
            before.iter().filter(|(_, value)| !value.is_null()).count() == count
                && kept.all(|(name, value)| after.get(name).is_some_and(|other| same(value, other)))
        }
        (Value::Array(before), Value::Array(after)) => {
            before.len() == after.len() && before.iter().zip(after).all(|(one, other)| same(one, other))
        }
        (Value::Number(one), Value::Number(other)) => same_number(one, other),
        _ => one == other,
    }
}

/// Whether two numbers are worth the same; whole ones to the last digit.
pub(crate) fn same_number(one: &Number, other: &Number) -> bool {
    let is_whole = |number: &Number| number.is_i64() || number.is_u64();
    if is_whole(one) && is_whole(other) { one == other } else { one.as_f64() == other.as_f64() }
}
