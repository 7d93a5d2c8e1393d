//! Texts, numbers and booleans.

use openapiv3::{BooleanType, IntegerType, NumberType, StringFormat, StringType, VariantOrUnknownOrEmpty};
use serde_json::Value;

use super::schema::limits;
use super::{Builder, Typed};
use crate::model::{DefKind, Enum, Facts, Part, Place, Ty};

impl Builder<'_> {
    pub(super) fn string(&mut self, string: &StringType, place: &Place, deprecated: bool) -> Typed {
        let values: Vec<String> = string.enumeration.iter().flatten().cloned().collect();
        let nullable = string.enumeration.iter().any(Option::is_none);
        if !values.is_empty() {
            return Typed { nullable, ..self.enumeration(values, place, deprecated).into() };
        }
        let ruled = self.rules.scalar(place, self.release);
        let ty = match (&string.format, ruled) {
            _ if place.part == Part::Parameter && self.rules.is_boolean(place, self.release) => Ty::Bool,
            (_, Some(Ty::Millis)) if place.part == Part::Parameter => Ty::Millis,
            (_, Some(ruled @ (Ty::Secret | Ty::DateTime))) => ruled,
            (VariantOrUnknownOrEmpty::Item(StringFormat::DateTime), _) => Ty::DateTime,
            _ => Ty::String,
        };
        let format = match &string.format {
            VariantOrUnknownOrEmpty::Unknown(format) => Some(format.clone()),
            VariantOrUnknownOrEmpty::Item(StringFormat::Date) => Some("date".to_owned()),
            _ => None,
        };
        let facts = Facts { pattern: string.pattern.clone(), format, ..limits(string.min_length, string.max_length) };
        Typed { facts, ..ty.into() }
    }

    /// One of a list of texts; where a query can only say true or false, a boolean.
    pub(super) fn enumeration(&mut self, values: Vec<String>, place: &Place, deprecated: bool) -> Ty {
        let boolean = values.len() == 2 && values.iter().all(|value| value == "true" || value == "false");
        if boolean && place.part == Part::Parameter {
            return Ty::Bool;
        }
        self.define(place, DefKind::Enum(Enum { values }), deprecated)
    }

    pub(super) fn integer(&mut self, integer: &IntegerType, place: &Place) -> Typed {
        let ty = match self.rules.scalar(place, self.release) {
            Some(ruled @ (Ty::Millis | Ty::Seconds)) => ruled,
            _ => Ty::Int,
        };
        let text = |limit: Option<i64>| limit.map(|limit| limit.to_string());
        let unit = self.rules.unit(place, self.release).map(str::to_owned);
        let facts = Facts { min: text(integer.minimum), max: text(integer.maximum), unit, ..Facts::default() };
        Typed { facts, ..ty.into() }
    }

    pub(super) fn number(&mut self, number: &NumberType, place: &Place) -> Typed {
        let ty = match self.rules.scalar(place, self.release) {
            Some(ruled @ (Ty::Millis | Ty::Seconds)) => ruled,
            _ => Ty::Float,
        };
        let text = |limit: Option<f64>| limit.map(|limit| limit.to_string());
        let facts = Facts { min: text(number.minimum), max: text(number.maximum), ..Facts::default() };
        Typed { facts, ..ty.into() }
    }

    pub(super) fn boolean(&mut self, boolean: &BooleanType) -> Typed {
        let mut values = boolean.enumeration.iter().flatten();
        let constant = match (values.next(), values.next()) {
            (Some(only), None) => Some(Value::Bool(*only)),
            _ => None,
        };
        Typed { constant, ..Ty::Bool.into() }
    }
}
