//! Names of members and variants, and how names that collide are told apart.

use std::collections::BTreeSet;

use serde_json::Value;

use super::ident::{pascal, snake, spelled_cases, spelled_signs};
use crate::error::Problem;
use crate::lock::Lock;
use crate::model::{Def, DefKind, JsonType, Select};
use crate::rules::Rules;

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

/// A name that people chose or that was released, or one that the document suggests.
pub(super) struct Wish {
    json: String,
    name: String,
    fixed: bool,
    /// A word that tells it from another of the same name on the wire.
    word: &'static str,
}

impl Wish {
    pub(super) fn new(json: &str, fixed: Option<String>, suggested: impl FnOnce() -> String) -> Self {
        let is_fixed = fixed.is_some();
        Self { json: json.to_owned(), name: fixed.unwrap_or_else(suggested), fixed: is_fixed, word: "value" }
    }

    /// The same with a word for where it is.
    pub(super) fn of(self, word: &'static str) -> Self {
        Self { word, ..self }
    }
}

/// Names that are all different: what people chose and what was released come first. What collides then has its signs
/// spelled out, which tells `a-b` from `a_b`, or says what it is.
pub(super) fn settle(wishes: &[Wish], taken: &[&str], of: &str, problems: &mut Vec<Problem>) -> Vec<String> {
    let mut used: BTreeSet<String> = taken.iter().map(|name| (*name).to_owned()).collect();
    let mut settled = vec![String::new(); wishes.len()];
    let (fixed, free): (Vec<usize>, Vec<usize>) = (0..wishes.len()).partition(|index| wishes[*index].fixed);
    for index in fixed.into_iter().chain(free) {
        let Wish { json, name, word, .. } = &wishes[index];
        let camel = name.starts_with(char::is_uppercase);
        let cased = |text: &str| if camel { pascal(text) } else { snake(text) };
        let spelled = spelled_signs(json);
        let plain = name.trim_start_matches("r#");
        let with = |word: &str| if camel { format!("{plain}{}", pascal(word)) } else { format!("{plain}_{word}") };
        let names = [
            name.clone(),
            cased(&spelled),
            with(word),
            with("value"),
            cased(&format!("{spelled} {word}")),
            cased(&spelled_cases(json)),
        ];
        match names.into_iter().find(|name| !used.contains(name)) {
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
