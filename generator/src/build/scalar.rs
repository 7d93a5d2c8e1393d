//! Texts, numbers, booleans, and lists of values.

use openapiv3::{Schema, SchemaKind, Type};
use serde_json::Value;

use super::view::{self, Kind};
use super::whole::Whole;
use super::{Builder, Typed};
use crate::lower::WHOLE;
use crate::model::{DefKind, Enum, Facts, JsonType, Part, Place, Select, Ty, Union, Variant};

/// 2⁶³, the first whole number that is too large for `i64`.
const TWO_TO_63: f64 = 9_223_372_036_854_775_808.0;

/// Where generators look for the names of values.
const VALUE_NAMES: [&str; 3] = ["x-enum-varnames", "x-enumNames", "x-enum-names"];

impl<'a> Builder<'a> {
    /// The type of one text, number or boolean of which no rule says more and that has no list of values.
    pub(super) fn plain(&self, schema: &Schema, place: &Place) -> Option<Typed> {
        let SchemaKind::Type(kind) = &schema.schema_kind else { return None };
        if self.ruled || place.part == Part::Parameter {
            return None;
        }
        let facts = super::facts::of(schema);
        let ty = match kind {
            Type::String(string) if string.enumeration.is_empty() => text(view::format(schema)),
            Type::Integer(integer) if view::values(schema).is_none() => {
                match whole_number(view::format(schema), &facts) {
                    (ty, false) => ty,
                    // What it does not hold is noted.
                    (_, true) => return None,
                }
            }
            Type::Number(number) if number.enumeration.is_empty() => Ty::Float,
            Type::Boolean(boolean) if boolean.enumeration.is_empty() => Ty::Bool,
            _ => return None,
        };
        let data = &schema.schema_data;
        Some(Typed { nullable: data.nullable, deprecated: data.deprecated, facts, ..ty.into() })
    }

    pub(super) fn string(&mut self, whole: &Whole<'a>, place: &Place) -> Typed {
        let formats = || whole.parts.iter().filter_map(|part| view::format(part.schema));
        let ty = match self.rules.scalar(place, self.release) {
            _ if place.part == Part::Parameter && self.rules.is_boolean(place, self.release) => Ty::Bool,
            Some(Ty::Millis) if place.part == Part::Parameter => Ty::Millis,
            Some(ruled @ (Ty::Secret | Ty::DateTime)) => ruled,
            // A parameter stands in the address for all to see.
            _ => match formats().map(|format| text(Some(format))).find(|ty| *ty != Ty::String) {
                Some(Ty::Secret) if place.part == Part::Parameter => Ty::String,
                Some(ty) => ty,
                None => Ty::String,
            },
        };
        Typed { facts: whole.facts(), ..ty.into() }
    }

    /// One of a list of texts; where a query can only say true or false, a boolean.
    pub(super) fn enumeration(&mut self, values: Vec<String>, place: &Place, deprecated: bool) -> Ty {
        let boolean = values.len() == 2 && values.iter().all(|value| value == "true" || value == "false");
        if boolean && place.part == Part::Parameter {
            return Ty::Bool;
        }
        self.define(place, DefKind::Enum(Enum { values }), deprecated)
    }

    /// Remembers the names that a document gives to values, in the order of the values or by them.
    fn name_values(&mut self, whole: &Whole<'a>, place: &Place) {
        for part in &whole.parts {
            let extensions = &part.schema.schema_data.extensions;
            let Some(names) = VALUE_NAMES.iter().find_map(|key| extensions.get(*key)) else { continue };
            let values = view::values(part.schema).unwrap_or_default();
            let texts = values.iter().filter_map(Value::as_str);
            let named: Vec<(String, String)> = match names {
                Value::Array(names) if names.len() == values.len() => texts
                    .zip(names)
                    .filter_map(|(value, name)| Some((value.to_owned(), name.as_str()?.to_owned())))
                    .collect(),
                Value::Object(names) => {
                    texts.filter_map(|value| Some((value.to_owned(), names.get(value)?.as_str()?.to_owned()))).collect()
                }
                _ => continue,
            };
            self.value_names.insert(place.clone(), named);
        }
    }

    pub(super) fn integer(&mut self, whole: &Whole<'a>, place: &Place) -> Typed {
        let mut facts = whole.facts();
        let format = whole.parts.iter().filter_map(|part| view::format(part.schema)).find(|format| *format == "uint64");
        let ty = match self.rules.scalar(place, self.release) {
            Some(ruled @ (Ty::Millis | Ty::Seconds)) => ruled,
            _ => {
                let (ty, beyond) = whole_number(format, &facts);
                if beyond {
                    let name = if ty == Ty::Unsigned { "u64" } else { "i64" };
                    self.note(place, format!("whole numbers that no `{name}` holds are refused"));
                }
                ty
            }
        };
        facts.unit = self.rules.unit(place, self.release).map(str::to_owned);
        Typed { facts, constant: only(whole), ..ty.into() }
    }

    pub(super) fn number(&mut self, whole: &Whole<'a>, place: &Place) -> Typed {
        // One part may say that it is a number, and another one that it is a whole one.
        let mut formats = whole.parts.iter().filter_map(|part| view::format(part.schema));
        if whole.parts.len() > 1 && formats.any(|format| WHOLE.contains(&format)) {
            return self.integer(whole, place);
        }
        let ty = match self.rules.scalar(place, self.release) {
            Some(ruled @ (Ty::Millis | Ty::Seconds)) => ruled,
            _ => Ty::Float,
        };
        Typed { facts: whole.facts(), constant: only(whole), ..ty.into() }
    }

    pub(super) fn boolean(&mut self, whole: &Whole<'a>) -> Typed {
        Typed { constant: only(whole), ..Ty::Bool.into() }
    }

    /// A list of values that no `type` is said of, or that are texts.
    pub(super) fn listed(&mut self, values: &[Value], whole: &Whole<'a>, place: &Place) -> Typed {
        let mut kinds: Vec<Kind> = Vec::new();
        for value in values {
            let kind = match value {
                Value::String(_) => Kind::String,
                Value::Bool(_) => Kind::Boolean,
                Value::Number(number) if number.is_f64() => Kind::Number,
                Value::Number(_) => Kind::Integer,
                Value::Null | Value::Array(_) | Value::Object(_) => {
                    self.note(place, "a list of values that are no texts, numbers or booleans: any value is taken");
                    return Ty::Any.into();
                }
            };
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        if kinds.contains(&Kind::Number) {
            kinds.retain(|kind| *kind != Kind::Integer);
        }
        self.name_values(whole, place);
        let texts = || values.iter().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>();
        match kinds.as_slice() {
            [] => Ty::Any.into(),
            [Kind::String] => self.enumeration(texts(), place, whole.deprecated()).into(),
            [Kind::Integer] => self.integer(whole, place),
            [Kind::Number] => self.number(whole, place),
            [Kind::Boolean] => self.boolean(whole),
            _ => {
                let mut variants = Vec::new();
                for kind in &kinds {
                    let ty = match kind {
                        Kind::String => self.enumeration(texts(), &place.step("|string"), false),
                        Kind::Integer => Ty::Int,
                        Kind::Number => Ty::Float,
                        _ => Ty::Bool,
                    };
                    variants.push(Variant { select: Select::Json(kind.json()), ty, boxed: false, dropped: false });
                }
                let union = Union { tag: None, variants, missing: None };
                self.define(place, DefKind::Union(union), whole.deprecated()).into()
            }
        }
    }
}

/// The type of a text.
fn text(format: Option<&str>) -> Ty {
    match format {
        Some("date-time") => Ty::DateTime,
        Some("password") => Ty::Secret,
        _ => Ty::String,
    }
}

/// The type of a whole number, and whether some that are allowed are none of it.
fn whole_number(format: Option<&str>, facts: &Facts) -> (Ty, bool) {
    let limit = |limit: &Option<String>| limit.as_ref().and_then(|limit| limit.parse::<f64>().ok());
    let (min, max) = (limit(&facts.min), limit(&facts.max));
    let huge = max.is_some_and(|max| max >= TWO_TO_63);
    // A listed value may be one that no `i64` holds.
    let listed = || facts.values.iter().any(|value| value.parse::<i64>().is_err() && value.parse::<u64>().is_ok());
    let signed = || facts.values.iter().any(|value| value.starts_with('-'));
    if format == Some("uint64") || huge && min.is_some_and(|min| min >= 0.0) || listed() && !signed() {
        return (Ty::Unsigned, max.is_some_and(|max| max > 2.0 * TWO_TO_63));
    }
    // The largest `i64` is 2⁶³ as a float.
    let most = facts.max.as_ref().is_some_and(|max| max.parse::<i64>().is_ok());
    (Ty::Int, huge && !most || min.is_some_and(|min| min < -TWO_TO_63) || listed())
}

/// The only value that is allowed, where the type does not hold it.
fn only(whole: &Whole<'_>) -> Option<Value> {
    match whole.values()?.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    }
}

/// The facts of a value without those of its kind of text or number: a list of values says it all.
pub(super) fn beside(facts: Facts) -> Facts {
    Facts { default: facts.default, access: facts.access, ..Facts::default() }
}

/// The type of JSON that a type is written as, where it is one.
pub(super) fn json_of(ty: &Ty, defs: &[crate::model::Def]) -> Option<JsonType> {
    match ty {
        Ty::Bool => Some(JsonType::Bool),
        Ty::Int | Ty::Unsigned | Ty::Float | Ty::Millis | Ty::Seconds => Some(JsonType::Number),
        Ty::String | Ty::DateTime | Ty::Secret => Some(JsonType::String),
        Ty::List(_) | Ty::Tuple(_) => Some(JsonType::Array),
        Ty::Map(_) => Some(JsonType::Object),
        Ty::Hidden(inner) => json_of(inner, defs),
        Ty::Def(id) => match &defs.get(id.0)?.kind {
            DefKind::Struct(_) => Some(JsonType::Object),
            DefKind::Enum(_) => Some(JsonType::String),
            DefKind::Union(union) if union.tag.is_some() => Some(JsonType::Object),
            DefKind::Union(_) => None,
        },
        Ty::Any | Ty::Nullable(_) | Ty::Extern(_) => None,
    }
}
