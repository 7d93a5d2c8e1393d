//! Unions say only what differs: `null`, equal variants and lists of constants are folded.

use serde_json::{Map, Value, json};

use super::findings::Findings;
use super::{alike, is_annotation, is_never, is_null, is_prose};
use crate::walk::{Kind, Member, Way};

/// Folds the unions of a schema whose inner schemas are lowered.
pub(super) fn fold(schema: &mut Map<String, Value>, way: &Way<'_>, found: &mut Findings) {
    for key in ["oneOf", "anyOf"] {
        let Some(Value::Array(variants)) = schema.get_mut(key) else { continue };
        let mut variants = std::mem::take(variants);
        variants.retain(|variant| !is_never(variant));
        if take_null(&mut variants) {
            schema.insert("nullable".into(), true.into());
        }
        if !variants.is_empty() && variants.iter().all(only_requires) {
            found.note(
                way,
                format!("`{key}` of what is required is left to the server: the type takes any combination"),
            );
            schema.shift_remove(key);
            continue;
        }
        alike::distinct(&mut variants, Member::One(Kind::Schema));
        let folded = fold_empty_text(&variants).or_else(|| fold_enums(&variants));
        if let Some(folded) = folded {
            variants = vec![Value::Object(folded)];
        }
        drop_siblings(schema, &variants);
        match variants.len() {
            // Only `null` was allowed.
            0 if schema.contains_key("nullable") => {
                schema.shift_remove(key);
                schema.insert("enum".into(), json!([null]));
            }
            0 => {
                schema.shift_remove(key);
            }
            1 => {
                schema.shift_remove(key);
                variants.into_iter().for_each(|variant| absorb(schema, variant));
            }
            _ => {
                schema.insert(key.into(), variants.into());
            }
        }
    }
}

/// Takes `null` out of the variants, and says whether it was among them.
fn take_null(variants: &mut Vec<Value>) -> bool {
    let before = variants.len();
    variants.retain(|variant| !is_null(variant) && !only_nullable(variant));
    let mut null = variants.len() < before;
    for variant in variants.iter_mut().filter_map(Value::as_object_mut) {
        null |= variant.shift_remove("nullable").is_some_and(|nullable| nullable == true);
    }
    null
}

/// Whether a variant says nothing but `nullable`: that is how some write `null` beside the schema of a value.
fn only_nullable(variant: &Value) -> bool {
    let Some(variant) = variant.as_object() else { return false };
    variant.get("nullable").is_some_and(|nullable| *nullable == true)
        && variant.keys().all(|key| key == "nullable" || is_annotation(key))
}

/// Whether a variant says which members must be there, and of no member what it is.
fn only_requires(variant: &Value) -> bool {
    let Some(variant) = variant.as_object() else { return false };
    let says_more = |(key, value): (&String, &Value)| match key.as_str() {
        "required" => false,
        "type" => *value != "object",
        "properties" => value.as_object().is_some_and(|members| !members.values().all(super::is_any)),
        key => !is_annotation(key),
    };
    variant.contains_key("required") && !variant.iter().any(says_more)
}

/// A text beside the empty text is a text: constraints that would refuse the empty one are kept in `x-or-empty`.
fn fold_empty_text(variants: &[Value]) -> Option<Map<String, Value>> {
    let [one, two] = variants else { return None };
    let is_empty = |variant: &Value| variant.get("enum").is_some_and(|values| *values == json!([""]));
    let (text, empty) = if is_empty(two) { (one, two) } else { (two, one) };
    let is_text = |variant: &Value| variant.get("type").is_some_and(|name| name == "string");
    if !is_empty(empty) || !is_text(empty) || !is_text(text) || text.get("enum").is_some() {
        return None;
    }
    let mut text = text.as_object()?.clone();
    let mut refused = Map::new();
    for key in ["format", "pattern", "minLength"] {
        refused.extend(text.shift_remove(key).map(|value| (key.to_owned(), value)));
    }
    if !refused.is_empty() {
        text.insert("x-or-empty".into(), refused.into());
    }
    Some(text)
}

/// Variants that are enums of one type are one enum; their titles become its values' names.
fn fold_enums(variants: &[Value]) -> Option<Map<String, Value>> {
    let first = variants.first()?.as_object()?;
    let name = first.get("type")?;
    let (mut values, mut titles, mut words) = (Vec::new(), Vec::new(), Vec::new());
    for variant in variants {
        let variant = variant.as_object()?;
        let plain = variant.iter().all(|(key, _)| is_annotation(key) || key == "type" || key == "enum");
        let own =
            variant.get("enum").and_then(Value::as_array).filter(|_| plain && variant.get("type") == Some(name))?;
        for value in own {
            if !values.contains(value) {
                values.push(value.clone());
                let of_one = |key: &str| variant.get(key).filter(|_| own.len() == 1).cloned();
                titles.extend(of_one("title"));
                words.push(of_one("description").unwrap_or_else(|| "".into()));
            }
        }
    }
    let mut folded = Map::from_iter([("type".to_owned(), name.clone())]);
    if *name == "boolean" && values.len() == 2 {
        return Some(folded);
    }
    if titles.len() == values.len() && variants.len() > 1 {
        folded.insert("x-enum-varnames".into(), titles.into());
    }
    if variants.len() > 1 && words.iter().any(|words| *words != "") {
        folded.insert("x-enum-descriptions".into(), words.into());
    }
    folded.insert("enum".into(), values.into());
    Some(folded)
}

/// `type` beside a union whose variants all have it, and members that say nothing where all variants are objects.
fn drop_siblings(schema: &mut Map<String, Value>, variants: &[Value]) {
    let all = |name: &Value| {
        let fits = |variant: &Value| {
            variant.get("type").is_some_and(|own| own == name || (*name == "number" && own == "integer"))
        };
        !variants.is_empty() && variants.iter().all(fits)
    };
    if schema.get("type").is_some_and(all) {
        schema.shift_remove("type");
    }
    if schema.get("properties").is_some_and(say_nothing) && all(&Value::from("object")) {
        schema.shift_remove("properties");
    }
}

/// Whether members are only there to be described.
fn say_nothing(members: &Value) -> bool {
    let silent = |member: &Value| {
        member.as_object().is_some_and(|member| {
            member.iter().all(|(key, value)| match key.as_str() {
                "properties" => say_nothing(value),
                "type" => member.contains_key("properties"),
                key => is_prose(key),
            })
        })
    };
    members.as_object().is_some_and(|members| members.values().all(silent))
}

/// Makes the only variant part of the schema that held it.
fn absorb(schema: &mut Map<String, Value>, variant: Value) {
    let Value::Object(variant) = variant else { return };
    let clash = variant.iter().any(|(key, value)| {
        !is_annotation(key) && key != "nullable" && schema.get(key).is_some_and(|own| own != value)
    });
    let reference = variant.contains_key("$ref");
    if reference && schema.is_empty() {
        *schema = variant;
    } else if clash || reference {
        let all = schema.entry("allOf").or_insert_with(|| json!([]));
        if let Some(all) = all.as_array_mut() {
            all.push(variant.into());
        }
    } else {
        for (key, value) in variant {
            schema.entry(key).or_insert(value);
        }
    }
}
