//! Names of members, variants, methods, setters and arguments.

use std::collections::BTreeSet;

use serde_json::Value;

use super::ident::{pascal, snake};
use crate::error::Problem;
use crate::lock::Lock;
use crate::model::{BodyKind, Def, DefKind, JsonType, Model, Operation, Select};
use crate::names::OperationNames;
use crate::rules::Rules;

/// Methods that a request type has; a setter cannot have their names.
const METHODS: &[&str] = &[
    "all",
    "body",
    "clone",
    "collect_consistent",
    "into_future",
    "items",
    "json_body",
    "lenient",
    "options",
    "page",
    "page_size",
    "pages",
    "part",
    "query",
    "response",
    "send",
];

/// Methods that the client has; an operation cannot have their names.
const CLIENT_METHODS: &[&str] = &["builder", "clone", "from_env", "origin", "request", "token"];

/// The members or variants of a type.
pub(super) fn of_type(
    def: &Def,
    name: &str,
    rules: &Rules,
    release: &str,
    lock: &Lock,
    problems: &mut Vec<Problem>,
) -> Vec<String> {
    let ruled = |step: &str| rules.name(&format!("{name}/{step}"), release).map(str::to_owned);
    let names: Vec<(String, String)> = match &def.kind {
        DefKind::Struct(object) => {
            let locked = |json: &str| lock.member(name, json).map(|member| member.name.clone());
            object
                .fields
                .iter()
                .map(|field| &field.json)
                .map(|json| (json.clone(), ruled(json).or_else(|| locked(json)).unwrap_or_else(|| snake(json))))
                .collect()
        }
        DefKind::Enum(values) => {
            let locked = |value: &str| lock.variant(name, value).map(|variant| variant.name.clone());
            values
                .values
                .iter()
                .map(|value| (value.clone(), ruled(value).or_else(|| locked(value)).unwrap_or_else(|| of_value(value))))
                .collect()
        }
        DefKind::Union(union) => {
            let tag = union.tag.as_deref().unwrap_or_default();
            let steps = union.variants.iter().map(|variant| (variant.select.step(), &variant.select));
            let locked = |step: &str| lock.variant(name, step).map(|variant| variant.name.clone());
            steps
                .map(|(step, select)| {
                    (step.clone(), ruled(&step).or_else(|| locked(&step)).unwrap_or_else(|| of_variant(select, tag)))
                })
                .collect()
        }
    };
    settle(names, &[], name, problems)
}

/// The variant of a value. `Unknown` is the name of what holds every other value.
fn of_value(value: &str) -> String {
    match pascal(value) {
        name if name == "Unknown" => "UnknownValue".to_owned(),
        name => name,
    }
}

fn of_variant(select: &Select, tag: &str) -> String {
    match select {
        Select::Tag(values) => match values.first() {
            Some(Value::Bool(true)) => pascal(tag),
            Some(Value::Bool(false)) => format!("Not{}", pascal(tag)),
            Some(value) => of_value(value.as_str().unwrap_or_default()),
            None => "Other".to_owned(),
        },
        Select::Keys(keys) => keys.first().map_or_else(|| "Other".to_owned(), |key| of_value(key)),
        Select::Json(json) => match json {
            JsonType::Bool => "Bool",
            JsonType::Number => "Number",
            JsonType::String => "Text",
            JsonType::Array => "List",
            JsonType::Object => "Object",
        }
        .to_owned(),
    }
}

/// The names of every operation.
pub(super) fn of_operations(
    model: &Model,
    rules: &Rules,
    lock: &Lock,
    problems: &mut Vec<Problem>,
) -> Vec<OperationNames> {
    let mut methods = BTreeSet::new();
    let operations: Vec<OperationNames> = model
        .operations
        .iter()
        .map(|operation| of_operation(operation, &model.release, rules, lock, problems))
        .collect();
    for (operation, names) in model.operations.iter().zip(&operations) {
        if !methods.insert(&names.method) {
            let message = format!(
                "the method `{}` stands for two operations: name one under `names` in specs/rules.yaml",
                names.method
            );
            problems.push(Problem::at(operation.id.clone(), message));
        }
    }
    operations
}

fn of_operation(
    operation: &Operation,
    release: &str,
    rules: &Rules,
    lock: &Lock,
    problems: &mut Vec<Problem>,
) -> OperationNames {
    let id = &operation.id;
    let (method, request) = match lock.operation(id) {
        Some((method, request)) => (method.to_owned(), request.to_owned()),
        None => {
            let method = snake(id);
            let taken = CLIENT_METHODS.contains(&method.as_str());
            (if taken { format!("{method}_operation") } else { method }, format!("{}Request", pascal(id)))
        }
    };
    let method = rules.name(id, release).map_or(method, str::to_owned);
    let name = |json: &str| -> String {
        let ruled = rules
            .name(&format!("{id}/{json}"), release)
            .or_else(|| lock.parameter(id, json).map(|member| member.name.as_str()));
        ruled.map_or_else(|| snake(json), str::to_owned)
    };
    let place = |json: &str| crate::model::Place {
        operation: id.clone(),
        part: crate::model::Part::Parameter,
        path: vec![json.to_owned()],
    };
    let path: Vec<(String, String)> =
        operation.path_params.iter().map(|param| (param.json.clone(), name(&param.json))).collect();
    let query: Vec<(String, String)> = operation
        .query
        .iter()
        .map(|param| {
            let known = rules.extern_type(&place(&param.json), release).map(|known| known.name.clone());
            (param.json.clone(), known.unwrap_or_else(|| name(&param.json)))
        })
        .collect();
    let parts: Vec<(String, String)> = match operation.body.as_ref().map(|body| &body.kind) {
        Some(BodyKind::Multipart(parts)) => parts.iter().map(|part| (part.json.clone(), name(&part.json))).collect(),
        _ => Vec::new(),
    };
    let (paths, queries) = (path.len(), query.len());
    let mut all = settle(path.into_iter().chain(query).chain(parts).collect(), METHODS, id, problems);
    let parts = all.split_off(paths + queries);
    let query = all.split_off(paths);
    OperationNames { method, request, path: all, query, parts }
}

/// Names that are all different. What collides is told apart by the case of its first letter, else it is a problem.
fn settle(names: Vec<(String, String)>, taken: &[&str], of: &str, problems: &mut Vec<Problem>) -> Vec<String> {
    let mut used: BTreeSet<String> = taken.iter().map(|name| (*name).to_owned()).collect();
    let mut settled = Vec::new();
    for (json, name) in names {
        let other = format!("{}_value", name.trim_start_matches("r#"));
        let camel = name.starts_with(char::is_uppercase);
        let other = if camel { format!("{name}Value") } else { other };
        let name = [name, other].into_iter().find(|name| !used.contains(name));
        match name {
            Some(name) => {
                used.insert(name.clone());
                settled.push(name);
            }
            None => {
                problems.push(Problem::at(
                    of.to_owned(),
                    format!("`{json}` has no name of its own: give it one under `names` in specs/rules.yaml"),
                ));
                settled.push(String::new());
            }
        }
    }
    settled
}
