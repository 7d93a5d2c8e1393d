//! What the lock says of types that were released: members that stay, members that are younger than their type, and the
//! entries for what is new.

mod breaking;

use std::collections::HashMap;

use crate::error::Problem;
use crate::lock::{Entry, Lock};
use serde_json::Value;

use crate::model::{
    AnswerContent, BodyKind, DefId, DefKind, Facts, Field, Model, Operation, Param, Presence, Reply, Select, Ty, Union,
    Variant,
};
use crate::names::Names;
use crate::rules::Rules;
use crate::size;

pub use breaking::{changed_client, changed_features, changed_presences, client_entries};

/// What the lock kept alive, and what it could not.
#[derive(Debug, Clone, Default)]
pub struct Kept {
    /// Members, variants and parameters that the document dropped and that stay, deprecated.
    pub dropped: Vec<String>,
    /// What cannot be kept: breaking changes.
    pub breaking: Vec<Problem>,
}

/// Gives released types the members that the document dropped, and marks members that an older server may not send.
pub fn keep(model: &mut Model, names: &Names, lock: &Lock) -> Kept {
    let ids: HashMap<String, DefId> =
        names.types.iter().enumerate().map(|(id, names)| (names.name.clone(), DefId(id))).collect();
    let mut kept = Kept::default();
    let types = names;
    mark_young(model, names, lock);
    kept.breaking = breaking::all(model, names, lock);
    for (def, names) in model.defs.iter_mut().zip(&names.types) {
        let name = &names.name;
        match &mut def.kind {
            DefKind::Struct(object) => {
                for (json, member) in lock.members(name) {
                    if object.fields.iter().any(|field| field.json == json) {
                        continue;
                    }
                    match parse(&member.ty, &ids) {
                        Some(ty) => {
                            object.fields.push(dropped(json, ty, member.presence));
                            if matches!(member.presence, Presence::Required | Presence::Nullable) {
                                let message = "was always there and is dropped by the document: it is optional now";
                                kept.breaking.push(Problem::at(format!("{name}.{json}"), message));
                            }
                            kept.dropped.push(format!("{name}.{json}"));
                        }
                        None => kept.breaking.push(Problem::at(
                            format!("{name}.{json}"),
                            format!("is gone with its type `{}`", member.ty),
                        )),
                    }
                }
            }
            DefKind::Enum(values) => {
                for (value, _) in lock.variants(name) {
                    if !values.values.iter().any(|known| known == value) {
                        values.values.push(value.to_owned());
                        kept.dropped.push(format!("{name}: {value}"));
                    }
                }
            }
            DefKind::Union(union) => {
                for (step, variant) in lock.variants(name) {
                    if union.variants.iter().any(|known| crate::name::step(known, &types.types) == step) {
                        continue;
                    }
                    match parse(variant.ty.trim_start_matches('^'), &ids) {
                        Some(ty) if union.tag.is_some() => {
                            let select = Select::Tag(vec![tag_value(step, union)]);
                            union.variants.push(Variant { select, ty, boxed: false, dropped: true });
                            kept.dropped.push(format!("{name}: {step}"));
                        }
                        _ => kept
                            .breaking
                            .push(Problem::at(format!("{name}::{}", variant.name), "is gone with its type")),
                    }
                }
            }
        }
    }
    kept.dropped.extend(keep_parameters(model, names, lock, &ids));
    kept
}

/// Marks the members that an older server may not send.
fn mark_young(model: &mut Model, names: &Names, lock: &Lock) {
    for (def, names) in model.defs.iter_mut().zip(&names.types) {
        let DefKind::Struct(object) = &mut def.kind else { continue };
        let older = lock.type_is_older(&names.name, &model.release);
        for field in &mut object.fields {
            // Where the document itself makes it optional, nothing is hidden.
            let plain = def.received && field.required && !field.nullable;
            field.young = plain && lock.member(&names.name, &field.json).map_or(older, |member| member.optional);
        }
    }
}

/// The body of an operation, as the lock writes it.
fn body(operation: &Operation, names: &Names) -> String {
    let Some(body) = &operation.body else { return "-".to_owned() };
    let required = if body.required { "" } else { "?" };
    match &body.kind {
        BodyKind::Json(ty) | BodyKind::Form(ty, _) => format!("{required}{}", write(ty, names)),
        BodyKind::Multipart(_) => format!("{required}%multipart"),
        BodyKind::Text => format!("{required}%text"),
        BodyKind::Binary => format!("{required}%binary"),
    }
}

/// The reply of an operation, as the lock writes it.
fn reply(operation: &Operation, names: &Names) -> String {
    match &operation.reply {
        Reply::Json(ty) => write(ty, names),
        Reply::JsonOrEmpty(ty) => format!("?{}", write(ty, names)),
        Reply::Empty => "%empty".to_owned(),
        Reply::Text => "%text".to_owned(),
        Reply::Binary => "%binary".to_owned(),
        Reply::Redirect => "%redirect".to_owned(),
        Reply::Content => "%content".to_owned(),
        Reply::Several(answers) => {
            let answers = answers.iter().map(|answer| match &answer.content {
                AnswerContent::Empty => format!("{}=%empty", answer.status),
                AnswerContent::Json(ty) => format!("{}={}", answer.status, write(ty, names)),
                AnswerContent::Text => format!("{}=%text", answer.status),
                AnswerContent::Binary => format!("{}=%binary", answer.status),
            });
            answers.collect::<Vec<_>>().join("|")
        }
    }
}

/// The tag that a step stands for, of the kind that the other variants have.
fn tag_value(step: &str, union: &Union) -> Value {
    let boolean = union
        .variants
        .iter()
        .any(|variant| matches!(&variant.select, Select::Tag(values) if values.iter().any(Value::is_boolean)));
    match step {
        "true" | "false" if boolean => Value::Bool(step == "true"),
        _ => Value::String(step.to_owned()),
    }
}

/// Settles which variants are boxed: as people or a release said, and else those that are much larger than the others.
pub fn settle_boxes(model: &mut Model, names: &Names, rules: &Rules, lock: &Lock) {
    let mut known = size::Sizes::new(model);
    let sizes: Vec<Vec<usize>> = model
        .defs
        .iter()
        .map(|def| match &def.kind {
            DefKind::Union(union) => union.variants.iter().map(|variant| known.of(&variant.ty, model)).collect(),
            DefKind::Struct(_) | DefKind::Enum(_) => Vec::new(),
        })
        .collect();
    let known_names = names.types.as_slice();
    for (index, (names, mut sizes)) in names.types.iter().zip(sizes).enumerate() {
        let DefKind::Union(union) = &model.defs[index].kind else { continue };
        // A variant that holds its own union is boxed already.
        let mut boxed: Vec<bool> = union.variants.iter().map(|variant| variant.boxed).collect();
        sizes.iter_mut().zip(&boxed).filter(|(_, boxed)| **boxed).for_each(|(size, _)| *size = size::BOX);
        let released: Vec<Option<bool>> = union
            .variants
            .iter()
            .map(|variant| {
                let step = crate::name::step(variant, known_names);
                let ruled = rules.is_boxed(&format!("{}/{step}", names.name)).then_some(true);
                ruled.or_else(|| lock.variant(&names.name, &step).map(|variant| variant.ty.starts_with('^')))
            })
            .collect();
        for (index, released) in released.iter().enumerate().filter(|(_, released)| **released == Some(true)) {
            (boxed[index], sizes[index]) = (released.unwrap_or_default(), size::BOX);
        }
        while let Some(index) = size::outlier(&sizes) {
            sizes[index] = size::BOX;
            boxed[index] = released[index].is_none();
        }
        if let DefKind::Union(union) = &mut model.defs[index].kind {
            union.variants.iter_mut().zip(boxed).for_each(|(variant, boxed)| variant.boxed = boxed);
        }
    }
}

fn keep_parameters(model: &mut Model, names: &Names, lock: &Lock, ids: &HashMap<String, DefId>) -> Vec<String> {
    let mut dropped = Vec::new();
    for operation in &mut model.operations {
        let known = operation.param_keys();
        let renamed = breaking::renamed(operation, names, lock);
        let gone = lock.parameters(&operation.id).filter(|(key, _)| {
            !known.iter().any(|known| known == key)
                && !renamed.contains(*key)
                && !operation.path.contains(&format!("{{{key}}}"))
        });
        let gone: Vec<(&str, Ty)> = gone.filter_map(|(key, member)| Some((key, parse(&member.ty, ids)?))).collect();
        for (key, ty) in gone {
            let (json, list) = match key.rsplit_once(' ') {
                Some((json, "header")) => (json, &mut operation.headers),
                Some((json, "cookie")) => (json, &mut operation.cookies),
                Some((json, "query")) => (json, &mut operation.query),
                _ => (key, &mut operation.query),
            };
            list.push(Param { json: json.to_owned(), ty, deprecated: true, ..Param::default() });
            if operation.alternative.is_none() {
                dropped.push(format!("{}: {json}", operation.id));
            }
        }
    }
    dropped
}

fn dropped(json: &str, ty: Ty, presence: Presence) -> Field {
    Field {
        json: json.to_owned(),
        ty,
        required: false,
        nullable: presence == Presence::Patch,
        young: false,
        boxed: false,
        constant: None,
        facts: Facts::default(),
        deprecated: true,
    }
}

/// The lines that the lock must have for a model.
pub fn entries(model: &Model, names: &Names, lock: &Lock) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (tag, names) in names.tags.iter().filter(|_| !model.untagged) {
        entries.push(Entry::new(&["tag", tag, &names.module, &names.feature]));
    }
    for (operation, named) in model.operations.iter().zip(&names.operations) {
        let key = operation.key();
        // What stands for tags where there are none is nothing that callers name.
        let tag = (!model.untagged).then_some(operation.tag.as_str());
        let words: Vec<&str> = ["operation", &key, &named.method, &named.request].into_iter().chain(tag).collect();
        entries.push(Entry::new(&words));
        entries.push(Entry::new(&["body", &key, &body(operation, names)]));
        entries.push(Entry::new(&["reply", &key, &reply(operation, names)]));
        if let Reply::Several(answers) = &operation.reply {
            for (answer, variant) in answers.iter().zip(&named.answers) {
                entries.push(Entry::new(&["answer", &key, &answer.status.to_string(), &named.reply, variant]));
            }
        }
        for (part, name) in operation.parts().iter().zip(&named.parts) {
            let optional = if operation.requires(part) { "!" } else { "?" };
            entries.push(Entry::new(&["part", &key, &part.json, name, optional, &breaking::part(part, names)]));
        }
        if operation.alternative.is_some() {
            // Every way to write the body has the same parameters.
            continue;
        }
        let named = named.path.iter().chain(&named.query).chain(&named.headers).chain(&named.cookies);
        for ((param, key), name) in operation.params().zip(operation.param_keys()).zip(named) {
            let optional = if param.required { "!" } else { "?" };
            let ty = write(&param.ty, names);
            entries.push(Entry::new(&["parameter", &operation.id, &key, name, optional, &ty]));
        }
    }
    let mut order: Vec<usize> = (0..model.defs.len()).collect();
    order.sort_by_key(|id| &names.types[*id].name);
    for id in order {
        let (def, named) = (&model.defs[id], &names.types[id]);
        let name = &named.name;
        for alias in &named.aliases {
            entries.push(Entry::new(&["alias", alias, name]));
        }
        for place in &def.places {
            // A place that is no longer part of its type, and has no name to itself yet, gets one here.
            if lock.type_at(place) != Some(name) || lock.is_gone("type", name) {
                entries.push(Entry::of_type(name, place));
            }
        }
        match &def.kind {
            DefKind::Struct(object) => {
                for (field, member) in object.fields.iter().zip(&named.members) {
                    let (sign, ty) = (breaking::presence(field, def).sign(), write(&field.ty, names));
                    entries.push(Entry::new(&["member", name, &field.json, member, sign, &ty]));
                }
            }
            DefKind::Enum(values) => {
                for (value, variant) in values.values.iter().zip(&named.members) {
                    entries.push(Entry::new(&["variant", name, value, variant]));
                }
            }
            DefKind::Union(union) => {
                for (variant, named) in union.variants.iter().zip(&named.members) {
                    let boxed = if variant.boxed { "^" } else { "" };
                    let ty = format!("{boxed}{}", write(&variant.ty, names));
                    let step = crate::name::step(variant, &names.types);
                    entries.push(Entry::new(&["variant", name, &step, named, &ty]));
                }
            }
        }
    }
    entries.extend(breaking::gone(model, names, lock));
    entries
}

/// A type as the lock writes it.
fn write(ty: &Ty, names: &Names) -> String {
    match ty {
        Ty::List(inner) => format!("[{}]", write(inner, names)),
        Ty::Map(inner) => format!("{{{}}}", write(inner, names)),
        Ty::Nullable(inner) => format!("?{}", write(inner, names)),
        Ty::Hidden(inner) => format!("!{}", write(inner, names)),
        Ty::Tuple(items) => {
            let items: Vec<String> = items.iter().map(|item| write(item, names)).collect();
            format!("({})", items.join(","))
        }
        Ty::Def(id) => names.types[id.0].name.clone(),
        Ty::Extern(path) => format!("@{path}"),
        scalar => format!("%{scalar:?}").to_lowercase(),
    }
}

fn parse(text: &str, ids: &HashMap<String, DefId>) -> Option<Ty> {
    let inner = |text: &str| parse(text, ids).map(Box::new);
    if let Some(text) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
        return inner(text).map(Ty::List);
    }
    if let Some(text) = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
        return inner(text).map(Ty::Map);
    }
    if let Some(text) = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
        return parts(text).into_iter().map(|item| parse(item, ids)).collect::<Option<_>>().map(Ty::Tuple);
    }
    if let Some(text) = text.strip_prefix('?') {
        return inner(text).map(Ty::Nullable);
    }
    if let Some(text) = text.strip_prefix('!') {
        return inner(text).map(Ty::Hidden);
    }
    if let Some(path) = text.strip_prefix('@') {
        return Some(Ty::Extern(path.to_owned()));
    }
    match text {
        "%any" => Some(Ty::Any),
        "%bool" => Some(Ty::Bool),
        "%int" => Some(Ty::Int),
        "%unsigned" => Some(Ty::Unsigned),
        "%float" => Some(Ty::Float),
        "%string" => Some(Ty::String),
        "%millis" => Some(Ty::Millis),
        "%seconds" => Some(Ty::Seconds),
        "%datetime" => Some(Ty::DateTime),
        "%secret" => Some(Ty::Secret),
        name => ids.get(name).copied().map(Ty::Def),
    }
}

/// The items of a tuple: its text at the commas that no bracket is around.
fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut depth) = (0, 0_usize);
    for (index, sign) in text.char_indices() {
        match sign {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(&text[start..index]);
                start = index + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}
