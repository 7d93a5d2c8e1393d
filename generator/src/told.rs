//! The structs of which values and limits tell the variants of a union apart, so that the generated code says them.

use crate::model::{DefId, DefKind, Field, JsonType, Model, Select, Struct, Union};

/// How many structs inside of each other are looked into.
const DEEPEST: usize = 3;

/// For each definition, whether it is a variant of a union that its content tells from others, or in one.
pub(crate) fn structs(model: &Model) -> Vec<bool> {
    let mut depth: Vec<usize> = vec![usize::MAX; model.defs.len()];
    let mut open: Vec<(DefId, usize)> = Vec::new();
    for def in &model.defs {
        let DefKind::Union(union) = &def.kind else { continue };
        for (index, variant) in union.variants.iter().enumerate() {
            if told_by_content(union, index) {
                variant.ty.each_def(&mut |id| open.push((id, 0)));
            }
        }
    }
    while let Some((id, level)) = open.pop() {
        if level >= DEEPEST || depth[id.0] <= level {
            continue;
        }
        depth[id.0] = level;
        model.def(id).kind.each_ty(&mut |ty| ty.each_def(&mut |inner| open.push((inner, level + 1))));
    }
    depth.into_iter().map(|depth| depth != usize::MAX).collect()
}

/// Whether another variant has values of the same JSON type, and no tag tells them apart.
fn told_by_content(union: &Union, index: usize) -> bool {
    let json = |select: &Select| match select {
        Select::Json(json) | Select::Fits(json) => *json,
        Select::Keys(_) | Select::Tag(_) => JsonType::Object,
    };
    let own = json(&union.variants[index].select);
    union.tag.is_none()
        && union.variants.iter().enumerate().any(|(other, variant)| other != index && json(&variant.select) == own)
}

/// What the runtime is told of a member beside its type, as calls of `logto_runtime`'s `Limits`.
pub(crate) fn limits(field: &Field, marks_null: bool) -> String {
    let facts = &field.facts;
    let mut limits: Vec<String> = Vec::new();
    let listed: Vec<String> = match &field.constant {
        Some(only) => vec![format!("{:?}", only.to_string())],
        None => facts.values.iter().map(|value| format!("{value:?}")).collect(),
    };
    if !listed.is_empty() {
        limits.push(format!("only(&[{}])", listed.join(", ")));
    }
    let mut number = |name: &str, limit: &Option<String>| {
        if let Some(limit) =
            limit.as_ref().and_then(|limit| limit.parse::<f64>().ok()).filter(|limit| limit.is_finite())
        {
            limits.push(format!("{name}({limit:?})"));
        }
    };
    // What is listed is within its limits.
    if listed.is_empty() {
        number(if facts.exclusive_min { "above" } else { "min" }, &facts.min);
        number(if facts.exclusive_max { "below" } else { "max" }, &facts.max);
        number("step", &facts.multiple_of);
    }
    if marks_null && field.nullable {
        limits.push("nullable()".to_owned());
    }
    if limits.is_empty() { String::new() } else { format!(" if {}", limits.join(" ")) }
}

/// Whether a struct must have no members that it does not list.
pub(crate) fn closed(object: &Struct) -> &'static str {
    if object.closed && object.rest.is_none() { " closed" } else { "" }
}
