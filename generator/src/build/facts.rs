//! Limits and other facts of values, for docs.

use openapiv3::{Schema, SchemaKind, Type};
use serde_json::Value;

use super::view;
use crate::model::{Access, Facts};

/// What a schema says of its values.
pub(super) fn of(schema: &Schema) -> Facts {
    let mut facts = limits(schema);
    annotate(&mut facts, schema);
    facts
}

/// Adds what a schema says that is no limit: its default, and which side gives the value.
pub(super) fn annotate(facts: &mut Facts, schema: &Schema) {
    let data = &schema.schema_data;
    let default = || data.default.as_ref().filter(|value| !value.is_null()).map(Value::to_string);
    facts.default = facts.default.take().or_else(default);
    facts.access = facts.access.or(match (data.read_only, data.write_only) {
        (true, false) => Some(Access::Read),
        (false, true) => Some(Access::Write),
        _ => None,
    });
}

fn limits(schema: &Schema) -> Facts {
    fn text<T: ToString>(limit: Option<T>) -> Option<String> {
        limit.map(|limit| limit.to_string())
    }
    let numbers = || view::values(schema).filter(|values| values.iter().all(Value::is_number));
    let listed = |values: Vec<Value>| values.iter().map(Value::to_string).collect::<Vec<_>>();
    match &schema.schema_kind {
        SchemaKind::Type(Type::String(string)) => Facts {
            min: text(string.min_length),
            max: text(string.max_length),
            pattern: string.pattern.clone(),
            format: told(view::format(schema)),
            ..Facts::default()
        },
        SchemaKind::Type(Type::Integer(integer)) => Facts {
            min: text(integer.minimum).or_else(|| text(schema.schema_data.extensions.get("x-minimum"))),
            max: text(integer.maximum).or_else(|| text(schema.schema_data.extensions.get("x-maximum"))),
            exclusive_min: integer.exclusive_minimum,
            exclusive_max: integer.exclusive_maximum,
            multiple_of: text(integer.multiple_of),
            values: numbers().map(listed).unwrap_or_default(),
            ..Facts::default()
        },
        SchemaKind::Type(Type::Number(number)) => Facts {
            min: text(number.minimum),
            max: text(number.maximum),
            exclusive_min: number.exclusive_minimum,
            exclusive_max: number.exclusive_maximum,
            multiple_of: text(number.multiple_of),
            values: numbers().map(listed).unwrap_or_default(),
            ..Facts::default()
        },
        SchemaKind::Type(Type::Array(array)) => {
            Facts { min: text(array.min_items), max: text(array.max_items), ..Facts::default() }
        }
        SchemaKind::Any(any) => Facts {
            min: text(any.min_length).or_else(|| text(any.min_items)).or_else(|| text(any.minimum)),
            max: text(any.max_length).or_else(|| text(any.max_items)).or_else(|| text(any.maximum)),
            exclusive_min: any.exclusive_minimum.unwrap_or(false),
            exclusive_max: any.exclusive_maximum.unwrap_or(false),
            multiple_of: text(any.multiple_of),
            pattern: any.pattern.clone(),
            format: told(any.format.as_deref()).filter(|_| any.typ.as_deref().is_none_or(|name| name == "string")),
            values: numbers().map(listed).unwrap_or_default(),
            ..Facts::default()
        },
        _ => Facts::default(),
    }
}

/// The formats of texts that their types do not show.
fn told(format: Option<&str>) -> Option<String> {
    format.filter(|format| !matches!(*format, "date-time" | "password" | "binary")).map(str::to_owned)
}

/// Leaves what holds where both hold.
pub(super) fn narrow(facts: &mut Facts, other: Facts) {
    let number = |text: &Option<String>| text.as_ref().and_then(|text| text.parse::<f64>().ok());
    let (low, high) = (number(&other.min), number(&other.max));
    if low.is_some_and(|low| number(&facts.min).is_none_or(|known| known < low)) {
        (facts.min, facts.exclusive_min) = (other.min, other.exclusive_min);
    } else if low == number(&facts.min) {
        facts.exclusive_min |= other.exclusive_min;
    }
    if high.is_some_and(|high| number(&facts.max).is_none_or(|known| known > high)) {
        (facts.max, facts.exclusive_max) = (other.max, other.exclusive_max);
    } else if high == number(&facts.max) {
        facts.exclusive_max |= other.exclusive_max;
    }
    facts.multiple_of = facts.multiple_of.take().or(other.multiple_of);
    facts.pattern = facts.pattern.take().or(other.pattern);
    facts.format = facts.format.take().or(other.format);
    facts.default = facts.default.take().or(other.default);
    facts.access = facts.access.or(other.access);
    facts.unit = facts.unit.take().or(other.unit);
    if facts.values.is_empty() {
        facts.values = other.values;
    } else if !other.values.is_empty() {
        facts.values.retain(|value| other.values.contains(value));
    }
}
