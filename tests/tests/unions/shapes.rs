//! The shapes that the Rust types of a model have.

use logto_generator::model::{DefKind, Field, JsonType, Model, Select, Struct, Ty, Union};
use logto_runtime::__private::kind;
use logto_runtime::__private::shape::{Alternative, Limits, Member, Object, Of, Tagged, Variant};
use logto_runtime::Shape;
use serde_json::Value;

fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

fn leak_all<T>(values: Vec<T>) -> &'static [T] {
    Box::leak(values.into_boxed_slice())
}

fn made_of(model: &Model, ty: &Ty) -> Of {
    Of::Made(leak(shape(model, ty)))
}

/// The shape that the Rust type of a type has.
pub(super) fn shape(model: &Model, ty: &Ty) -> Shape {
    match ty {
        Ty::Any | Ty::Extern(_) => Shape::Any,
        Ty::Bool => Shape::Bool,
        Ty::Int | Ty::Millis | Ty::Seconds => Shape::Whole { signed: true },
        Ty::Unsigned => Shape::Whole { signed: false },
        Ty::Float => Shape::Number,
        Ty::String | Ty::DateTime | Ty::Secret => Shape::Text,
        Ty::Hidden(inner) => shape(model, inner),
        Ty::Nullable(inner) => Shape::Optional(made_of(model, inner)),
        Ty::List(item) => Shape::List(made_of(model, item)),
        Ty::Map(value) => Shape::Map(made_of(model, value)),
        Ty::Tuple(items) => Shape::Tuple(leak_all(items.iter().map(|item| made_of(model, item)).collect())),
        Ty::Def(id) => match &model.def(*id).kind {
            DefKind::Enum(values) => {
                let texts = values.values.iter().map(|value| leak(value.clone()).as_str()).collect();
                Shape::Texts(leak_all(texts))
            }
            DefKind::Struct(object) => Shape::Object(leak(object_shape(model, object))),
            DefKind::Union(union) => union_shape(model, union),
        },
    }
}

fn object_shape(model: &Model, object: &Struct) -> Object {
    Object {
        members: leak_all(object.fields.iter().map(|field| member(model, field)).collect()),
        rest: object.rest.as_ref().map(|rest| Of::Made(leak(Shape::Map(made_of(model, rest))))),
        closed: object.closed && object.rest.is_none(),
    }
}

fn member(model: &Model, field: &Field) -> Member {
    let is_option = !field.required || field.nullable;
    let of = made_of(model, &field.ty);
    let of = if is_option { Of::Made(leak(Shape::Optional(of))) } else { of };
    let member = Member::made(leak(field.json.clone()), of, is_option).within(limits(field));
    if field.required && field.nullable { member.null() } else { member }
}

/// What generated code says of a member beside its type.
fn limits(field: &Field) -> Limits {
    let facts = &field.facts;
    let listed: Vec<String> = match &field.constant {
        Some(only) => vec![only.to_string()],
        None => facts.values.clone(),
    };
    let mut limits = Limits::NONE;
    let number = |limit: &Option<String>| limit.as_ref().and_then(|limit| limit.parse::<f64>().ok());
    if listed.is_empty() {
        limits = match number(&facts.min) {
            Some(min) if facts.exclusive_min => limits.above(min),
            Some(min) => limits.min(min),
            None => limits,
        };
        limits = match number(&facts.max) {
            Some(max) if facts.exclusive_max => limits.below(max),
            Some(max) => limits.max(max),
            None => limits,
        };
        limits = number(&facts.multiple_of).map_or(limits, |step| limits.step(step));
    } else {
        limits = limits.only(leak_all(listed.into_iter().map(|text| leak(text).as_str()).collect()));
    }
    if field.nullable { limits.nullable() } else { limits }
}

fn union_shape(model: &Model, union: &Union) -> Shape {
    let Some(tag) = &union.tag else {
        let alternatives = union.variants.iter().map(|variant| {
            let is = match &variant.select {
                Select::Json(json) | Select::Fits(json) => is_json(*json),
                Select::Keys(_) | Select::Tag(_) => kind::object,
            };
            Alternative::made("variant", is, made_of(model, &variant.ty))
        });
        return Shape::Untagged(leak_all(alternatives.collect()));
    };
    let variants = union.variants.iter().map(|variant| {
        let values = match &variant.select {
            Select::Tag(values) => values.clone(),
            _ => Vec::new(),
        };
        let keeps = match &variant.ty {
            Ty::Def(id) => match &model.def(*id).kind {
                DefKind::Struct(object) => object.fields.iter().any(|field| field.json == *tag),
                _ => true,
            },
            _ => true,
        };
        Variant::made(leak_all(values), keeps, made_of(model, &variant.ty))
    });
    let missing = union.missing.map(|index| made_of(model, &union.variants[index].ty));
    Shape::Tagged(leak(Tagged { tag: leak(tag.clone()), variants: leak_all(variants.collect()), missing }))
}

fn is_json(json: JsonType) -> fn(&Value) -> bool {
    match json {
        JsonType::Bool => kind::bool,
        JsonType::Number => kind::number,
        JsonType::String => kind::string,
        JsonType::Array => kind::array,
        JsonType::Object => kind::object,
    }
}
