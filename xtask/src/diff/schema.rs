//! Compares two schemas member by member.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::Changes;

/// Which way values of a schema go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// In a request.
    Sent,
    /// In a reply.
    Received,
}

/// A document, and a schema in it; `None`: there is no schema.
type Side<'a> = (&'a Value, Option<&'a Value>);

/// Notes what differs between two schemas that are at one place.
pub(super) fn compare(old: Side<'_>, new: Side<'_>, here: &str, direction: Direction, changes: &mut Changes) {
    let mut walk = Walk { direction, changes, seen: BTreeSet::new(), old: old.0, new: new.0 };
    match (old.1, new.1) {
        (Some(before), Some(after)) => walk.schema(before, after, here),
        (None, None) => {}
        // A schema that says nothing is as good as none.
        (before, after) if before.or(after).is_some_and(|schema| *schema == Value::Object(Map::new())) => {}
        _ => walk.changes.breaks(here, "is another type"),
    }
}

/// What a reference points to, as often as it takes.
pub(super) fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let mut value = value;
    // A document that was lowered has no circles of references alone.
    for _ in 0..64 {
        let reference = value.get("$ref").and_then(Value::as_str).and_then(|reference| reference.strip_prefix('#'));
        match reference.and_then(|pointer| document.pointer(pointer)) {
            Some(target) => value = target,
            None => break,
        }
    }
    value
}

struct Walk<'a, 'c> {
    direction: Direction,
    changes: &'c mut Changes,
    /// Pairs of references that are being compared, because schemas may contain themselves.
    seen: BTreeSet<(String, String)>,
    old: &'a Value,
    new: &'a Value,
}

impl<'a> Walk<'a, '_> {
    fn schema(&mut self, before: &'a Value, after: &'a Value, here: &str) {
        let name = |schema: &Value| schema.get("$ref").and_then(Value::as_str).map(Into::into);
        if let (Some(before), Some(after)) = (name(before), name(after))
            && !self.seen.insert((before, after))
        {
            return;
        }
        let (before, after) = (resolve(self.old, before), resolve(self.new, after));
        if before == after && !has_references(before) {
            return;
        }
        let nullable = |schema: &Value| schema.get("nullable").is_some_and(|nullable| *nullable == true);
        if nullable(before) != nullable(after) {
            self.changes.breaks(here, if nullable(after) { "may be null now" } else { "is never null any more" });
        }
        let (kind, other) = (kind(before), kind(after));
        if kind != other {
            self.changes.breaks(here, format!("was {kind} and is {other}"));
            return;
        }
        self.values(before, after, here);
        self.members(before, after, here);
        if let (Some(before), Some(after)) = (before.get("items"), after.get("items")) {
            self.schema(before, after, &format!("{here}[]"));
        }
        if let (Some(before @ Value::Object(_)), Some(after @ Value::Object(_))) =
            (before.get("additionalProperties"), after.get("additionalProperties"))
        {
            self.schema(before, after, &format!("{here}{{}}"));
        }
        for key in ["oneOf", "anyOf", "allOf"] {
            self.variants(before.get(key), after.get(key), here);
        }
        self.limits(before, after, here);
    }

    /// The values of an enum.
    fn values(&mut self, before: &Value, after: &Value, here: &str) {
        let values = |schema: &Value| schema.get("enum").and_then(Value::as_array).cloned();
        match (values(before), values(after)) {
            (Some(before), Some(after)) => {
                for value in after.iter().filter(|value| !before.contains(value)) {
                    self.changes.fine(here, format!("new value {value}"));
                }
                for value in before.iter().filter(|value| !after.contains(value)) {
                    self.changes.breaks(here, format!("value {value} is gone"));
                }
            }
            (None, None) => {}
            (None, _) => self.changes.breaks(here, "is an enum now"),
            (_, None) => self.changes.breaks(here, "is no enum any more"),
        }
    }

    fn members(&mut self, before: &'a Value, after: &'a Value, here: &str) {
        let members = |schema: &'a Value| schema.get("properties").and_then(Value::as_object);
        let required = |schema: &Value, name: &str| {
            let names = schema.get("required").and_then(Value::as_array);
            names.is_some_and(|names| names.iter().any(|own| own == name))
        };
        let empty = Map::new();
        let (old, new) = (members(before).unwrap_or(&empty), members(after).unwrap_or(&empty));
        for name in old.keys().filter(|name| !new.contains_key(*name)) {
            self.changes.breaks(&format!("{here}.{name}"), "gone");
        }
        for name in new.keys() {
            let there = format!("{here}.{name}");
            let needed = required(after, name);
            if !old.contains_key(name) {
                match (self.direction, needed) {
                    (Direction::Sent, true) => self.changes.breaks(&there, "new, required"),
                    _ => self.changes.fine(&there, "new"),
                }
            } else if required(before, name) != needed {
                self.changes.breaks(&there, if needed { "required now" } else { "optional now" });
            }
        }
        // Borrowed from the documents, as what it descends into must be.
        let pairs = members(before)
            .into_iter()
            .flatten()
            .filter_map(|(name, before)| Some((name, before, members(after)?.get(name)?)));
        for (name, before, after) in pairs {
            self.schema(before, after, &format!("{here}.{name}"));
        }
    }

    /// Variants are the same by their constants, or else by their position.
    fn variants(&mut self, before: Option<&'a Value>, after: Option<&'a Value>, here: &str) {
        let list =
            |variants: Option<&'a Value>| variants.and_then(Value::as_array).into_iter().flatten().collect::<Vec<_>>();
        let (before, after) = (list(before), list(after));
        let label = |document: &Value, index: usize, variant: &Value| {
            constant(resolve(document, variant)).unwrap_or_else(|| format!("{index}"))
        };
        let (old, new) = (self.old, self.new);
        let before: Vec<_> =
            before.into_iter().enumerate().map(|(index, variant)| (label(old, index, variant), variant)).collect();
        let after: Vec<_> =
            after.into_iter().enumerate().map(|(index, variant)| (label(new, index, variant), variant)).collect();
        for (label, variant) in &after {
            match before.iter().find(|(own, _)| own == label) {
                Some((_, earlier)) => self.schema(earlier, variant, &format!("{here}|{label}")),
                None => self.changes.fine(&format!("{here}|{label}"), "new variant"),
            }
        }
        for (label, _) in before.iter().filter(|(label, _)| !after.iter().any(|(own, _)| own == label)) {
            self.changes.breaks(&format!("{here}|{label}"), "variant is gone");
        }
    }

    /// Limits are not part of types: they are told, and break nothing.
    fn limits(&mut self, before: &Value, after: &Value, here: &str) {
        const LIMITS: [&str; 10] = [
            "default",
            "pattern",
            "minLength",
            "maxLength",
            "minimum",
            "maximum",
            "minItems",
            "maxItems",
            "multipleOf",
            "deprecated",
        ];
        for key in LIMITS {
            let (before, after) = (before.get(key), after.get(key));
            if before != after {
                let show = |value: Option<&Value>| value.map_or_else(|| "none".to_owned(), Value::to_string);
                self.changes.fine(here, format!("{key} was {} and is {}", show(before), show(after)));
            }
        }
    }
}

/// Whether anything below refers to what may have changed although this did not.
fn has_references(schema: &Value) -> bool {
    match schema {
        Value::Object(members) => members.contains_key("$ref") || members.values().any(has_references),
        Value::Array(items) => items.iter().any(has_references),
        _ => false,
    }
}

/// What kind of type a schema is generated as.
fn kind(schema: &Value) -> String {
    let text = |key: &str| schema.get(key).and_then(Value::as_str);
    match text("type") {
        Some("string") => match text("format") {
            Some(format @ ("date-time" | "binary" | "byte")) => format!("string ({format})"),
            _ => "string".into(),
        },
        Some("object") if schema.get("properties").is_none() => "map".into(),
        Some(name) => name.into(),
        None => ["oneOf", "anyOf", "allOf"]
            .iter()
            .find(|key| schema.get(**key).is_some())
            .map_or("any", |key| if *key == "allOf" { "object" } else { "union" })
            .into(),
    }
}

/// The constants of a variant's members, which tell it apart.
fn constant(variant: &Value) -> Option<String> {
    let members = variant.get("properties")?.as_object()?;
    let constants = members.values().filter_map(|member| match member.get("enum")?.as_array()?.as_slice() {
        [value] => Some(value.as_str().map_or_else(|| value.to_string(), Into::into)),
        _ => None,
    });
    let constants: Vec<String> = constants.collect();
    (!constants.is_empty()).then(|| constants.join("+"))
}
