//! Names of members, variants, methods, setters and arguments.

use std::collections::BTreeSet;

use serde_json::Value;

use super::ident::{pascal, snake, spelled_signs};
use crate::error::Problem;
use crate::lock::Lock;
use crate::model::{BodyKind, Def, DefKind, JsonType, Model, Operation, Part, Place, Select};
use crate::names::OperationNames;
use crate::rules::Rules;

/// Methods that a request type has; a setter cannot have their names.
pub const METHODS: &[&str] = &[
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
    let wishes: Vec<Wish> = match &def.kind {
        DefKind::Struct(object) => {
            let locked = |json: &str| lock.member(name, json).map(|member| member.name.clone());
            let fields = object.fields.iter().map(|field| field.json.as_str());
            fields.map(|json| Wish::new(json, ruled(json).or_else(|| locked(json)), || snake(json))).collect()
        }
        DefKind::Enum(values) => {
            let locked = |value: &str| lock.variant(name, value).map(|variant| variant.name.clone());
            let values = values.values.iter();
            values.map(|value| Wish::new(value, ruled(value).or_else(|| locked(value)), || of_value(value))).collect()
        }
        DefKind::Union(union) => {
            let tag = union.tag.as_deref().unwrap_or_default();
            let locked = |step: &str| lock.variant(name, step).map(|variant| variant.name.clone());
            let steps = union.variants.iter().map(|variant| (variant.select.step(), &variant.select));
            steps
                .map(|(step, select)| {
                    Wish::new(&step, ruled(&step).or_else(|| locked(&step)), || of_variant(select, tag))
                })
                .collect()
        }
    };
    settle(&wishes, &["Unknown"], name, problems)
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
        Select::Json(json) | Select::Fits(json) => match json {
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
    let wish = |json: &str| {
        let ruled = rules.name(&format!("{id}/{json}"), release).map(str::to_owned);
        let fixed = ruled.or_else(|| lock.parameter(id, json).map(|member| member.name.clone()));
        Wish::new(json, fixed, || snake(json))
    };
    let place = |json: &str| Place { operation: id.clone(), part: Part::Parameter, path: vec![json.to_owned()] };
    let query = operation.query.iter().map(|param| match rules.extern_type(&place(&param.json), release) {
        Some(known) => Wish::new(&param.json, Some(known.name.clone()), String::new),
        None => wish(&param.json),
    });
    let parts = match operation.body.as_ref().map(|body| &body.kind) {
        Some(BodyKind::Multipart(parts)) => parts.as_slice(),
        _ => &[],
    };
    let path = operation.path_params.iter().map(|param| wish(&param.json));
    let wishes: Vec<Wish> = path.chain(query).chain(parts.iter().map(|part| wish(&part.json))).collect();
    let mut all = settle(&wishes, METHODS, id, problems);
    let parts = all.split_off(operation.path_params.len() + operation.query.len());
    let query = all.split_off(operation.path_params.len());
    OperationNames { method, request, path: all, query, parts }
}

/// A name that people chose or that was released, or one that the document suggests.
struct Wish {
    json: String,
    name: String,
    fixed: bool,
}

impl Wish {
    fn new(json: &str, fixed: Option<String>, suggested: impl FnOnce() -> String) -> Self {
        let is_fixed = fixed.is_some();
        Self { json: json.to_owned(), name: fixed.unwrap_or_else(suggested), fixed: is_fixed }
    }
}

/// Names that are all different: what people chose and what was released come first. What collides then has its signs
/// spelled out, which tells `a-b` from `a_b`.
fn settle(wishes: &[Wish], taken: &[&str], of: &str, problems: &mut Vec<Problem>) -> Vec<String> {
    let mut used: BTreeSet<String> = taken.iter().map(|name| (*name).to_owned()).collect();
    let mut settled = vec![String::new(); wishes.len()];
    let (fixed, free): (Vec<usize>, Vec<usize>) = (0..wishes.len()).partition(|index| wishes[*index].fixed);
    for index in fixed.into_iter().chain(free) {
        let Wish { json, name, .. } = &wishes[index];
        let camel = name.starts_with(char::is_uppercase);
        let spelled = spelled_signs(json);
        let spelled = if camel { pascal(&spelled) } else { snake(&spelled) };
        let plain = name.trim_start_matches("r#");
        let valued = if camel { format!("{plain}Value") } else { format!("{plain}_value") };
        let name = [name.clone(), spelled, valued].into_iter().find(|name| !used.contains(name));
        match name {
            Some(name) => {
                used.insert(name.clone());
                settled[index] = name;
            }
            None => {
                let message = format!("`{json}` has no name of its own: give it one under `names` in specs/rules.yaml");
                problems.push(Problem::at(of.to_owned(), message));
            }
        }
    }
    settled
}
