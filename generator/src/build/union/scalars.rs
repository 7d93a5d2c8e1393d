//! Alternatives that are texts, numbers or booleans: those of one JSON type become one type.

use serde_json::Value;

use super::super::view::Kind;
use super::super::{Builder, Typed};
use super::Alternative;
use crate::model::{Facts, JsonType, Place, Ty};

impl<'a> Builder<'a> {
    /// The one type of alternatives that are of one JSON type, but no lists and no objects.
    pub(super) fn scalars(&mut self, same: &[Alternative<'a>], place: &Place, deprecated: bool) -> Typed {
        if let [only] = same {
            return self.alternative_type(only, same, place);
        }
        match same.first().and_then(|alternative| alternative.json) {
            Some(JsonType::String) => self.texts(same, place, deprecated),
            Some(JsonType::Number) => self.numbers(same, place),
            _ => self.booleans(same),
        }
    }

    /// Lists of texts are one list; any text beside one leaves it open, as it is anyway.
    fn texts(&mut self, same: &[Alternative<'a>], place: &Place, deprecated: bool) -> Typed {
        let (listed, free): (Vec<&Alternative<'a>>, Vec<&Alternative<'a>>) = same
            .iter()
            .flat_map(|text| if text.leaves.is_empty() { std::slice::from_ref(text) } else { &text.leaves })
            .partition(|text| text.whole.values().is_some());
        match listed.as_slice() {
            [] => {
                let types: Vec<Ty> = free.iter().map(|text| self.whole(&text.whole, place).ty).collect();
                let one = types.iter().all(|ty| Some(ty) == types.first());
                let secret = types.contains(&Ty::Secret);
                match types.into_iter().next() {
                    Some(ty) if one => ty.into(),
                    _ if secret => Ty::Secret.into(),
                    _ => Ty::String.into(),
                }
            }
            [only] if only.is_component() => self.whole(&only.whole, &only.place),
            _ => {
                let mut values = Vec::new();
                for text in &listed {
                    let own = text.whole.values().unwrap_or_default();
                    let own = own.iter().filter_map(Value::as_str).map(str::to_owned).collect();
                    values = union_of_values(values, own);
                }
                self.enumeration(values, place, deprecated).into()
            }
        }
    }

    fn numbers(&mut self, same: &[Alternative<'a>], place: &Place) -> Typed {
        let mut types: Vec<Typed> = same.iter().map(|number| self.whole(&number.whole, place)).collect();
        if types.iter().any(|typed| !typed.ty.defs().is_empty()) {
            self.note(place, "numbers of different types: any value is taken");
            return Ty::Any.into();
        }
        let fraction = same.iter().any(|number| matches!(number.whole.kind(), Ok(Some(Kind::Number))));
        let values: Option<Vec<Vec<Value>>> = same.iter().map(|number| number.whole.values()).collect();
        let mut listed: Vec<String> = Vec::new();
        for value in values.into_iter().flatten().flatten() {
            listed = union_of_values(listed, vec![value.to_string()]);
        }
        let facts = Facts { values: listed, ..Facts::default() };
        let one = types.iter().all(|typed| Some(&typed.ty) == types.first().map(|first| &first.ty));
        if fraction && types.iter().any(|typed| matches!(typed.ty, Ty::Int | Ty::Unsigned)) {
            self.note(place, "whole numbers or fractions: `f64`, which rounds whole numbers beyond 2⁵³");
        }
        match types.pop() {
            Some(typed) if one => Typed { facts, constant: None, ..typed },
            _ if fraction => Typed { facts, ..Ty::Float.into() },
            _ => Typed { facts, ..Ty::Int.into() },
        }
    }

    fn booleans(&mut self, same: &[Alternative<'a>]) -> Typed {
        let constant = |alternative: &Alternative<'a>| match alternative.whole.values()?.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        };
        let first = same.first().and_then(constant);
        let constant = first.filter(|first| same.iter().all(|other| constant(other).as_ref() == Some(first)));
        Typed { constant, ..Ty::Bool.into() }
    }
}

pub(crate) fn union_of_values(mut values: Vec<String>, others: Vec<String>) -> Vec<String> {
    if values.is_empty() {
        return others;
    }
    for value in others {
        if !values.contains(&value) {
            values.push(value);
        }
    }
    values
}
