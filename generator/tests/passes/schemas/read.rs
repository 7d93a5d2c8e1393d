//! What the runtime does with a value of a type, told once more in few words: it reads the value and writes it again.

use logto_generator::model::{Def, DefId, DefKind, JsonType, Model, Select, Struct, Ty, Union, Variant};
use serde_json::{Map, Value};

/// The value as it is written after it was read, or why it cannot be read. What no type knows is an error here.
pub(super) fn again(model: &Model, ty: &Ty, value: &Value) -> Result<Value, String> {
    let is = |fits: bool, what: &str| if fits { Ok(value.clone()) } else { Err(format!("{value} is not {what}")) };
    match ty {
        Ty::Any => Ok(value.clone()),
        Ty::Bool => is(value.is_boolean(), "a boolean"),
        Ty::Int | Ty::Millis | Ty::Seconds => is(value.is_i64(), "a whole number"),
        Ty::Unsigned => is(value.is_u64(), "a whole number from 0 on"),
        Ty::Float => is(value.is_number(), "a number"),
        Ty::String | Ty::Secret | Ty::DateTime | Ty::Extern(_) => is(value.is_string(), "a text"),
        Ty::Hidden(inner) => again(model, inner, value),
        Ty::Nullable(_) if value.is_null() => Ok(Value::Null),
        Ty::Nullable(inner) => again(model, inner, value),
        Ty::List(item) => {
            let items = value.as_array().ok_or_else(|| format!("{value} is no list"))?;
            items.iter().map(|value| again(model, item, value)).collect()
        }
        Ty::Tuple(types) => {
            let items = value.as_array().filter(|items| items.len() == types.len());
            let items = items.ok_or_else(|| format!("{value} is no list of {}", types.len()))?;
            types.iter().zip(items).map(|(ty, value)| again(model, ty, value)).collect()
        }
        Ty::Map(inner) => {
            let members = value.as_object().ok_or_else(|| format!("{value} is no map"))?;
            let read = members.iter().map(|(name, value)| Ok((name.clone(), again(model, inner, value)?)));
            read.collect::<Result<Map<_, _>, String>>().map(Value::Object)
        }
        Ty::Def(id) => match &model.def(*id).kind {
            DefKind::Enum(_) => is(value.is_string(), "a text"),
            DefKind::Struct(object) => members(model, model.def(*id), object, value),
            DefKind::Union(union) if union.tag.is_some() => tagged(model, union, value),
            DefKind::Union(union) => untagged(model, union, value),
        },
    }
}

fn members(model: &Model, def: &Def, object: &Struct, value: &Value) -> Result<Value, String> {
    let given = value.as_object().ok_or_else(|| format!("{value} is no object"))?;
    let mut written = Map::new();
    for field in &object.fields {
        let found = given.get(&field.json).filter(|found| !(field.nullable && found.is_null()));
        let null = given.get(&field.json).is_some_and(Value::is_null);
        match found {
            Some(found) => {
                let found = again(model, &field.ty, found).map_err(|why| format!("{}: {why}", field.json))?;
                written.insert(field.json.clone(), found);
            }
            None if field.required && !field.nullable => return Err(format!("{} is missing", field.json)),
            None if field.required || (null && def.sent) => {
                written.insert(field.json.clone(), Value::Null);
            }
            None => {}
        }
    }
    for (name, value) in given.iter().filter(|(name, _)| !object.fields.iter().any(|field| field.json == **name)) {
        if let Some(rest) = &object.rest {
            written.insert(name.clone(), again(model, rest, value)?);
        }
    }
    Ok(Value::Object(written))
}

fn tagged(model: &Model, union: &Union, value: &Value) -> Result<Value, String> {
    let tag = union.tag.as_deref().unwrap_or_default();
    let found = value.get(tag).cloned().unwrap_or_default();
    let selects = |variant: &&Variant| matches!(&variant.select, Select::Tag(values) if values.contains(&found));
    let Some(variant) = union.variants.iter().find(selects) else {
        let missing = union.missing.filter(|_| found.is_null() && value.is_object());
        return match missing {
            Some(index) => again(model, &union.variants[index].ty, value),
            None => Err(format!("{value} has no known {tag}")),
        };
    };
    if keeps(model, variant, tag) {
        return again(model, &variant.ty, value);
    }
    let mut content = value.clone();
    content.as_object_mut().map(|members| members.shift_remove(tag));
    let mut written = again(model, &variant.ty, &content)?;
    written.as_object_mut().map(|members| members.insert(tag.to_owned(), found));
    Ok(written)
}

fn keeps(model: &Model, variant: &Variant, tag: &str) -> bool {
    match &variant.ty {
        Ty::Def(id) => match &model.def(*id).kind {
            DefKind::Struct(object) => object.fields.iter().any(|field| field.json == tag),
            DefKind::Enum(_) => false,
            DefKind::Union(_) => true,
        },
        _ => true,
    }
}

fn untagged(model: &Model, union: &Union, value: &Value) -> Result<Value, String> {
    let is_one = |variant: &&Variant| match &variant.select {
        Select::Json(json) | Select::Fits(json) => is_json(*json, value),
        Select::Keys(_) | Select::Tag(_) => value.is_object(),
    };
    let fitting = union.variants.iter().filter(is_one);
    let read: Vec<Result<Value, String>> = fitting.map(|variant| fit(model, &variant.ty, value)).collect();
    let fine: Vec<&Value> = read.iter().flatten().collect();
    let best = fine.iter().find(|one| fine.iter().all(|other| covers(one, other)));
    let why = || read.iter().filter_map(|read| read.as_ref().err().cloned()).collect::<Vec<_>>().join("; ");
    best.map(|best| (*best).clone()).ok_or_else(|| format!("no variant fits {value}: {}", why()))
}

fn fit(model: &Model, ty: &Ty, value: &Value) -> Result<Value, String> {
    let fixed = match ty {
        Ty::Def(id) => fixed(model, *id),
        _ => Vec::new(),
    };
    match fixed.iter().find(|(name, only)| value.get(name).is_some_and(|found| found != only)) {
        Some((name, only)) => Err(format!("{name} is not {only}")),
        None => again(model, ty, value),
    }
}

fn fixed(model: &Model, id: DefId) -> Vec<(String, Value)> {
    let DefKind::Struct(object) = &model.def(id).kind else { return Vec::new() };
    let only = |ty: &Ty| match ty {
        Ty::Def(id) => match &model.def(*id).kind {
            DefKind::Enum(values) if values.values.len() == 1 => values.values.first().cloned().map(Value::from),
            _ => None,
        },
        _ => None,
    };
    let fields = object.fields.iter().filter(|field| !field.nullable);
    fields.filter_map(|field| Some((field.json.clone(), field.constant.clone().or_else(|| only(&field.ty))?))).collect()
}

fn is_json(json: JsonType, value: &Value) -> bool {
    match json {
        JsonType::Bool => value.is_boolean(),
        JsonType::Number => value.is_number(),
        JsonType::String => value.is_string(),
        JsonType::Array => value.is_array(),
        JsonType::Object => value.is_object(),
    }
}

fn covers(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (_, Value::Null) => true,
        (Value::Object(whole), Value::Object(part)) => part
            .iter()
            .all(|(name, value)| value.is_null() || whole.get(name).is_some_and(|other| covers(other, value))),
        (Value::Array(whole), Value::Array(part)) => {
            whole.len() == part.len() && whole.iter().zip(part).all(|(whole, part)| covers(whole, part))
        }
        _ => whole == part,
    }
}
