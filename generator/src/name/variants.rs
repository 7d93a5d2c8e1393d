//! Names of the variants of unions.

use serde_json::Value;

use super::ident::pascal;
use crate::model::{DefId, JsonType, Model, Select, Ty, Union, Variant};
use crate::names::TypeNames;

/// How many variants of a union are compared to find the member that one alone has.
const MOST_COMPARED: usize = 64;

/// What a variant is called, by what selects it, and else by what it holds.
pub(super) fn name(variant: &Variant, of: &str, union: &Union, model: &Model, types: &[TypeNames]) -> String {
    let component = || component(&variant.ty, model).map(|id| types[id.0].name.clone());
    match &variant.select {
        Select::Tag(values) => match values.first() {
            Some(Value::Bool(true)) => pascal(union.tag.as_deref().unwrap_or_default()),
            Some(Value::Bool(false)) => format!("Not{}", pascal(union.tag.as_deref().unwrap_or_default())),
            // What has several values is called by none of them, if it has a name.
            Some(Value::String(_)) if several(values, &variant.ty, model) => component().unwrap_or_default(),
            Some(Value::String(text)) => of_value(text),
            Some(value) => component().unwrap_or_else(|| of_value(&value.to_string())),
            None => "Other".to_owned(),
        },
        Select::Keys(keys) => component().unwrap_or_else(|| {
            let step = label(&variant.ty, model).unwrap_or_else(|| keys.join("+"));
            of_value(distinct(&step, union, model).unwrap_or("Base"))
        }),
        Select::Json(json) => component().unwrap_or_else(|| in_a_word(*json).to_owned()),
        Select::Fits(_) => component().or_else(|| labelled(&variant.ty, union, model)).unwrap_or_else(|| {
            let word = word(&variant.ty, types);
            // A type that is named for the union around it says so twice.
            let short = word.strip_prefix(of).filter(|rest| rest.starts_with(char::is_uppercase));
            short.map_or_else(|| word.clone(), str::to_owned)
        }),
    }
}

/// Whether a component has several values besides its name, which it may always be called by.
fn several(values: &[Value], ty: &Ty, model: &Model) -> bool {
    let Some(id) = component(ty, model) else { return false };
    let named = |value: &&Value| {
        let own = |place: &crate::model::Place| place.is_component() && value.as_str() == Some(&place.operation);
        model.def(id).places.iter().any(own)
    };
    values.len() - usize::from(values.last().filter(named).is_some()) > 1
}

/// What tells a variant from the others of its union, as the lock writes it.
pub(crate) fn step(variant: &Variant, types: &[TypeNames]) -> String {
    match &variant.select {
        Select::Fits(json) => format!("{} {}", json.as_str(), word(&variant.ty, types)),
        select => select.step(),
    }
}

/// The variant of a value. `Unknown` is the name of what holds every other value.
pub(super) fn of_value(value: &str) -> String {
    match pascal(value) {
        name if name == "Unknown" => "UnknownValue".to_owned(),
        name => name,
    }
}

/// The component that a type is.
fn component(ty: &Ty, model: &Model) -> Option<DefId> {
    let Ty::Def(id) = ty else { return None };
    model.def(*id).places.iter().any(|place| place.is_component()).then_some(*id)
}

/// The word of the step that leads to a type inside of its union.
fn labelled(ty: &Ty, union: &Union, model: &Model) -> Option<String> {
    let step = label(ty, model)?;
    Some(of_value(distinct(&step, union, model).unwrap_or("Base")))
}

/// The step that leads to a type inside of its union.
fn label(ty: &Ty, model: &Model) -> Option<String> {
    let Ty::Def(id) = ty else { return None };
    model.def(*id).places.iter().find_map(|place| place.path.last()?.strip_prefix('|')).map(str::to_owned)
}

/// The member of a step that no other variant of a union has; `None`: each is in another one too.
pub(super) fn distinct<'s>(step: &'s str, union: &Union, model: &Model) -> Option<&'s str> {
    if !step.contains('+') && union.variants.len() < MOST_COMPARED {
        let alone = |variant: &Variant| match &variant.select {
            Select::Keys(keys) => keys.len() < 2 || !keys.iter().any(|key| key == step),
            _ => true,
        };
        return union.variants.iter().all(alone).then_some(step);
    }
    let others: Vec<String> = union
        .variants
        .iter()
        .take(MOST_COMPARED)
        .filter_map(|variant| match &variant.select {
            Select::Keys(keys) => Some(keys.join("+")),
            _ => label(&variant.ty, model),
        })
        .filter(|other| other != step)
        .collect();
    step.split('+').find(|word| !others.iter().any(|other| other.split('+').any(|known| known == *word)))
}

fn in_a_word(json: JsonType) -> &'static str {
    match json {
        JsonType::Bool => "Bool",
        JsonType::Number => "Number",
        JsonType::String => "Text",
        JsonType::Array => "List",
        JsonType::Object => "Object",
    }
}

/// A word for what a type holds: `TextList`.
fn word(ty: &Ty, types: &[TypeNames]) -> String {
    match ty {
        Ty::Any => "Any".to_owned(),
        Ty::Bool => "Bool".to_owned(),
        Ty::Int | Ty::Unsigned => "Integer".to_owned(),
        Ty::Float => "Number".to_owned(),
        Ty::String => "Text".to_owned(),
        Ty::Secret => "Secret".to_owned(),
        Ty::Millis | Ty::Seconds | Ty::DateTime => "Time".to_owned(),
        Ty::Hidden(inner) => word(inner, types),
        Ty::Nullable(inner) => format!("{}OrNull", word(inner, types)),
        Ty::List(item) => format!("{}List", word(item, types)),
        Ty::Map(value) if **value == Ty::Any => "Object".to_owned(),
        Ty::Map(value) => format!("{}Map", word(value, types)),
        Ty::Tuple(items) => items.iter().map(|item| word(item, types)).collect::<String>() + "Tuple",
        Ty::Def(id) => types[id.0].name.clone(),
        Ty::Extern(path) => path.rsplit("::").next().unwrap_or(path).to_owned(),
    }
}
