//! Constants and lists of values.

use serde_json::{Map, Number, Value, json};

use super::findings::Findings;
use super::{alike, all_null, is_annotation};
use crate::model::JsonType;
use crate::walk::{Member, Way};

/// `const` is an `enum` of one.
pub(super) fn lower_const(schema: &mut Map<String, Value>) {
    if let Some(value) = schema.shift_remove("const") {
        schema.insert("enum".into(), Value::Array(vec![value]));
    }
}

/// The types of the values of an `enum`, `null` apart, each once.
pub(super) fn types(values: &[Value]) -> Vec<&'static str> {
    let mut names: Vec<&str> = Vec::new();
    for name in values.iter().filter(|value| !value.is_null()).map(type_of) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.contains(&"number") {
        names.retain(|name| *name != "integer");
    }
    names
}

/// The type that a value has.
pub(super) fn type_of(value: &Value) -> &'static str {
    if value.is_i64() || value.is_u64() { "integer" } else { JsonType::name_of(value) }
}

/// Lowers the values of a schema that has its type: `nullable` alone says whether `null` is allowed, and all others are of
/// that type.
pub(super) fn lower(schema: &mut Map<String, Value>, way: &Way<'_>, found: &mut Findings) {
    let Some(values) = schema.get("enum").and_then(Value::as_array) else { return };
    if values.is_empty() {
        schema.shift_remove("enum");
        found.note(way, "an empty `enum` would allow nothing: it has no effect");
        return;
    }
    if all_null(values) {
        schema.retain(|key, _| is_annotation(key));
        schema.insert("nullable".into(), true.into());
        schema.insert("enum".into(), json!([null]));
        return;
    }
    let name = schema.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
    let Some(Value::Array(mut values)) = schema.get_mut("enum").map(Value::take) else { return };
    let before = values.len();
    values.retain(|value| !value.is_null());
    if values.len() < before {
        schema.insert("nullable".into(), true.into());
    }
    let (mut other, mut huge) = (false, false);
    values.retain_mut(|value| {
        let fits = read_as(&name, value);
        let whole = || value.as_f64().is_some_and(|number| number.fract() == 0.0);
        *if name == "integer" && whole() { &mut huge } else { &mut other } |= !fits;
        fits
    });
    if other {
        found.note(way, format!("values of `enum` that are of another type than `{name}` are left out"));
    }
    if huge {
        found.note(way, "values of `enum` that no 64 bits hold are left out");
    }
    alike::distinct(&mut values, Member::Plain);
    let held = match name.as_str() {
        "integer" => values.iter().all(Value::is_i64),
        "array" | "object" => false,
        "" => !values.iter().any(|value| value.is_array() || value.is_object()),
        _ => true,
    };
    schema.shift_remove("enum");
    if !held && name != "integer" {
        found.note(way, "values that are lists or objects are left to the server: the type takes others, too");
    }
    if !values.is_empty() {
        schema.insert(if held { "enum" } else { "x-enum" }.into(), values.into());
    }
}

/// Makes a value one of a type, where it can be meant as such: YAML reads an unquoted `1` or `no` as something else than the
/// text that was meant, and others quote their numbers.
fn read_as(name: &str, value: &mut Value) -> bool {
    match name {
        "string" => {
            if value.is_number() || value.is_boolean() {
                *value = value.to_string().into();
            }
            value.is_string()
        }
        "integer" | "number" => {
            let meant = match &*value {
                Value::Number(number) if name == "integer" && number.is_f64() => {
                    let whole = number.as_f64().filter(|number| number.fract() == 0.0 && number.abs() < 9e15);
                    whole.map(|whole| Number::from(whole as i64))
                }
                Value::Number(_) => return true,
                Value::String(text) => {
                    let whole = text.trim().parse::<i64>().ok().map(Number::from);
                    let float =
                        || text.trim().parse::<f64>().ok().filter(|_| name == "number").and_then(Number::from_f64);
                    whole.or_else(float)
                }
                _ => None,
            };
            let fits = meant.is_some();
            if let Some(meant) = meant {
                *value = meant.into();
            }
            fits
        }
        "boolean" => {
            if let Some(meant) = value.as_str().and_then(|text| text.to_ascii_lowercase().parse::<bool>().ok()) {
                *value = meant.into();
            }
            value.is_boolean()
        }
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => true,
    }
}
