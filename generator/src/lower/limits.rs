//! Limits: the exclusive ones of 3.1 become those of 3.0, and those of whole numbers become whole.

use serde_json::{Map, Number, Value};

const COUNTS: [&str; 6] = ["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"];

/// The largest whole number that a float holds without a gap below it.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The flag that makes a limit exclusive, and where the whole numbers begin that a broken limit allows.
type Exclusive = (&'static str, fn(f64) -> f64);

/// Lowers the limits of a schema.
pub(super) fn lower(schema: &mut Map<String, Value>) {
    if is_whole(schema) {
        schema.insert("type".into(), "integer".into());
    }
    for (exclusive, inclusive, upper) in [("exclusiveMinimum", "minimum", false), ("exclusiveMaximum", "maximum", true)]
    {
        match schema.get(exclusive) {
            Some(Value::Number(_)) => inclusive_with_flag(schema, exclusive, inclusive, upper),
            Some(_) if !schema.contains_key(inclusive) => {
                schema.shift_remove(exclusive);
            }
            _ => {}
        }
    }
    for key in COUNTS {
        count(schema, key);
    }
    if schema.get("type").is_some_and(|name| name == "integer") {
        whole(schema, "minimum", Some(("exclusiveMinimum", f64::ceil)));
        whole(schema, "maximum", Some(("exclusiveMaximum", f64::floor)));
        whole(schema, "multipleOf", None);
    }
}

/// Formats of numbers that have no fraction (OpenAPI Format Registry).
pub(crate) const WHOLE: [&str; 8] = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"];

/// Whether a number is a whole one by its format, and nothing else that is said of it has a fraction.
fn is_whole(schema: &Map<String, Value>) -> bool {
    let text = |key: &str| schema.get(key).and_then(Value::as_str);
    let is_fraction = |value: &Value| value.as_f64().is_some_and(|number| number.fract() != 0.0);
    let values = schema.get("enum").and_then(Value::as_array).into_iter().flatten();
    let said = values.chain(["default", "multipleOf"].into_iter().filter_map(|key| schema.get(key)));
    text("type") == Some("number")
        && text("format").is_some_and(|format| WHOLE.contains(&format))
        && !said.into_iter().any(is_fraction)
}

/// `exclusiveMinimum: 3` becomes `minimum: 3, exclusiveMinimum: true`, unless `minimum` is the tighter one.
fn inclusive_with_flag(schema: &mut Map<String, Value>, exclusive: &str, inclusive: &str, upper: bool) {
    let Some(limit) = schema.shift_remove(exclusive) else { return };
    let other = schema.get(inclusive).and_then(Value::as_f64);
    let tighter = match (limit.as_f64(), other) {
        (Some(limit), Some(other)) if upper => limit <= other,
        (Some(limit), Some(other)) => limit >= other,
        _ => true,
    };
    if tighter {
        schema.insert(inclusive.into(), limit);
        schema.insert(exclusive.into(), true.into());
    }
}

/// A count is a whole number and not negative; another one is kept where nobody counts with it.
fn count(schema: &mut Map<String, Value>, key: &str) {
    let Some(value) = schema.get_mut(key) else { return };
    if value.is_u64() {
        return;
    }
    match value.as_f64().filter(|limit| limit.fract() == 0.0 && (0.0..EXACT).contains(limit)) {
        Some(limit) => *value = Number::from(limit as u64).into(),
        None => set_aside(schema, key),
    }
}

/// A limit of whole numbers. `5 < n` and `5.5 < n` both begin with 6; only the first needs to be told from `5 <= n`.
fn whole(schema: &mut Map<String, Value>, key: &str, exclusive: Option<Exclusive>) {
    let Some(value) = schema.get_mut(key) else { return };
    if value.is_i64() {
        return;
    }
    let limit = value.as_f64().filter(|limit| limit.abs() < EXACT && !value.is_u64());
    match (limit, exclusive) {
        (Some(limit), _) if limit.fract() == 0.0 => *value = Number::from(limit as i64).into(),
        (Some(limit), Some((flag, round))) => {
            *value = Number::from(round(limit) as i64).into();
            schema.shift_remove(flag);
        }
        _ => {
            set_aside(schema, key);
            if let Some((flag, _)) = exclusive {
                schema.shift_remove(flag);
            }
        }
    }
}

fn set_aside(schema: &mut Map<String, Value>, key: &str) {
    if let Some(limit) = schema.shift_remove(key) {
        schema.insert(format!("x-{key}"), limit);
    }
}
