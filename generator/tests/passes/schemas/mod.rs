//! Schemas of small documents: components in, a line for each type out, and values that must come back as they went in.

mod all_of;
mod any_of;
mod direction;
mod enums;
mod names;
mod one_of;
mod read;
mod recursion;
mod scalars;
mod structs;
mod tags;
mod told;

use logto_generator::lock::Lock;
use logto_generator::model::{BodyKind, DefKind, Facts, Field, Reply, Select, Ty, Union, Variant};
use logto_generator::pipeline::{self, Modelled};
use logto_generator::rules::Rules;
use serde_json::Value;

use super::support::ty;

/// Components in YAML, what becomes of them, what is noted, and values of `Root` that are kept.
pub(super) type Case<'a> = (&'a str, &'a [&'a str], &'a [&'a str], &'a [&'a str]);

/// Checks cases whose `Root` is received.
pub(super) fn check(cases: &[Case<'_>]) {
    for (schemas, types, notes, values) in cases {
        let modelled = received(schemas);
        assert_eq!(lines(&modelled), *types, "{schemas}");
        assert_eq!(notes_of(&modelled), *notes, "{schemas}");
        keep(&modelled, values, schemas);
    }
}

/// Components, the type of `Root` in words, and values.
pub(super) fn received(schemas: &str) -> Modelled {
    made(
        "3.1.0",
        schemas,
        "responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Root'}}}}}",
    )
}

/// The same, sent.
pub(super) fn sent(schemas: &str) -> Modelled {
    made(
        "3.1.0",
        schemas,
        "requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Root'}}}}, responses: {'204': {description: d}}",
    )
}

/// The same, both ways.
pub(super) fn both_ways(schemas: &str) -> Modelled {
    made(
        "3.1.0",
        schemas,
        "requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Root'}}}}, responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Root'}}}}}",
    )
}

pub(super) fn made(version: &str, schemas: &str, operation: &str) -> Modelled {
    try_made(version, schemas, operation).unwrap_or_else(|error| panic!("{schemas}\n{error}"))
}

pub(super) fn try_made(version: &str, schemas: &str, operation: &str) -> Result<Modelled, String> {
    let document = format!(
        "openapi: {version}\ninfo: {{title: t, version: '1'}}\npaths: {{/x: {{post: {{operationId: Call, tags: [T], {operation}}}}}}}\ncomponents:\n  schemas: {{{schemas}}}\n"
    );
    let rules = Rules::parse("").map_err(|error| error.to_string())?;
    let lock = Lock::parse("").map_err(|error| error.to_string())?;
    let corrected = pipeline::corrected(document.as_bytes(), "", &rules, "1.0.0").map_err(|error| error.to_string())?;
    pipeline::model(&corrected, &rules, &lock, "1.0.0").map_err(|error| error.to_string())
}

/// Checks that values of the reply or the body come back as they went in.
pub(super) fn keep(modelled: &Modelled, values: &[&str], schemas: &str) {
    let operation = modelled.model.operations.first().unwrap_or_else(|| panic!("{schemas}: no operation"));
    let root = match (&operation.reply, operation.body.as_ref().map(|body| &body.kind)) {
        (Reply::Json(root), _) | (_, Some(BodyKind::Json(root))) => root,
        other => panic!("{schemas}: {other:?}"),
    };
    for value in values {
        let value: Value = serde_json::from_str(value).unwrap_or_else(|error| panic!("{value}: {error}"));
        match read::again(&modelled.model, root, &value) {
            Ok(again) => assert_eq!(again, value, "{schemas}"),
            Err(why) => panic!("{value}: {why}\n{schemas}"),
        }
    }
}

/// The notes, without the places that the generator calls them by.
pub(super) fn notes_of(modelled: &Modelled) -> Vec<String> {
    modelled.notes.iter().map(|note| note.to_string().split(" (`").next().unwrap_or_default().to_owned()).collect()
}

/// What is documented of the members of `Root`.
pub(super) fn facts(modelled: &Modelled) -> Vec<&Facts> {
    let root = modelled.names.types.iter().position(|names| names.name == "Root");
    let kind = root.map(|root| &modelled.model.defs[root].kind);
    match kind {
        Some(DefKind::Struct(object)) => object.fields.iter().map(|field| &field.facts).collect(),
        other => panic!("no struct Root: {other:?}"),
    }
}

/// The types of a model, a line each: `Root { id: text, rest {any} }`, `Pet on kind { Cat(Cat) cat | Dog(Dog) dog }`. What the
/// reply is, if it is no type with a name.
pub(super) fn lines(modelled: &Modelled) -> Vec<String> {
    let defs = modelled.model.defs.iter().zip(&modelled.names.types);
    let mut lines: Vec<String> = defs
        .map(|(def, names)| match &def.kind {
            DefKind::Struct(object) => {
                let known = object.fields.iter().zip(&names.members);
                let mut members: Vec<String> = known.map(|(field, name)| member(name, field, modelled)).collect();
                members.extend(object.rest.as_ref().map(|rest| format!("..{}", ty(rest, modelled))));
                format!("{} {{ {} }}", names.name, members.join(", "))
            }
            DefKind::Enum(_) => format!("{} = {}", names.name, names.members.join(" | ")),
            DefKind::Union(union) => {
                let on = union.tag.as_ref().map(|tag| format!(" on {tag}")).unwrap_or_default();
                let known = union.variants.iter().zip(&names.members);
                let variants: Vec<String> =
                    known.map(|(variant, name)| variant_line(name, variant, modelled)).collect();
                let missing = missing(union, &names.members);
                format!("{}{on} {{ {} }}{missing}", names.name, variants.join(" | "))
            }
        })
        .collect();
    lines.sort();
    let root = modelled.model.operations.iter().find_map(|operation| match &operation.reply {
        Reply::Json(root) => Some(root),
        _ => None,
    });
    lines.extend(root.filter(|root| !matches!(root, Ty::Def(_))).map(|root| ty(root, modelled)));
    lines
}

fn member(name: &str, field: &Field, modelled: &Modelled) -> String {
    let marks = [(!field.required, '?'), (field.nullable, '~'), (field.boxed, '*'), (field.deprecated, '-')];
    let marks: String = marks.iter().filter(|(set, _)| *set).map(|(_, mark)| mark).collect();
    let only = field.constant.as_ref().map(|only| format!(" = {only}")).unwrap_or_default();
    format!("{name}{marks}: {}{only}", ty(&field.ty, modelled))
}

fn variant_line(name: &str, variant: &Variant, modelled: &Modelled) -> String {
    let select = match &variant.select {
        Select::Tag(values) => {
            let values = values.iter().map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
            format!(" {}", values.collect::<Vec<_>>().join("/"))
        }
        Select::Keys(keys) => format!(" if {}", keys.join("+")),
        Select::Json(_) => String::new(),
        Select::Fits(_) => " fits".to_owned(),
    };
    let boxed = if variant.boxed { "*" } else { "" };
    format!("{name}{boxed}({}){select}", ty(&variant.ty, modelled))
}

fn missing(union: &Union, members: &[String]) -> String {
    union.missing.map(|index| format!(" else {}", members[index])).unwrap_or_default()
}
