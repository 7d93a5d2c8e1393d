//! Names of members and variants, and how names that collide are told apart.

use std::collections::BTreeSet;

use super::ident::{pascal, snake};
use super::mark::marks;
use super::spell::{spelled_cases, spelled_signs};
use super::variants::{self, of_value};
use crate::lock::Lock;
use crate::model::{DefId, DefKind, Model, Variant};
use crate::names::TypeNames;
use crate::rules::Rules;

/// The most characters that the name of a member or a variant has, and those that a mark may need of them.
const LONGEST: usize = 64;
const MARK: usize = 8;

/// The members or variants of a type.
pub(super) fn of_type(id: DefId, model: &Model, types: &[TypeNames], rules: &Rules, lock: &Lock) -> Vec<String> {
    let name = &types[id.0].name;
    let ruled = |step: &str| rules.name(&format!("{name}/{step}"), &model.release).map(str::to_owned);
    let wishes: Vec<Wish> = match &model.def(id).kind {
        DefKind::Struct(object) => {
            let locked = |json: &str| lock.member(name, json).map(|member| member.name.clone());
            let fields = object.fields.iter().map(|field| field.json.as_str());
            fields.map(|json| Wish::new(json, ruled(json).or_else(|| locked(json)), || snake(json))).collect()
        }
        DefKind::Enum(values) => {
            let locked = |value: &str| lock.variant(name, value).map(|variant| variant.name.clone());
            let signed = values.values.iter().any(|value| signed_by(value, '+'));
            let named = model.value_names(id);
            let suggested = |value: &String| match named.get(value.as_str()) {
                Some(name) => of_value(name),
                // Beside `GMT+1`, `GMT-1` has a sign too.
                None if signed && signed_by(value, '-') => of_value(&value.replace('-', " minus ")),
                None => of_value(value),
            };
            let values = values.values.iter();
            values.map(|value| Wish::new(value, ruled(value).or_else(|| locked(value)), || suggested(value))).collect()
        }
        DefKind::Union(union) => {
            let locked = |step: &str| lock.variant(name, step).map(|variant| variant.name.clone());
            let wish = |variant: &Variant| {
                let step = variants::step(variant, types);
                let fixed = ruled(&step).or_else(|| locked(&step));
                Wish::new(&step, fixed, || variants::name(variant, name, union, model, types))
            };
            union.variants.iter().map(wish).collect()
        }
    };
    let case = if matches!(model.def(id).kind, DefKind::Struct(_)) { Case::Snake } else { Case::Camel };
    settle(&wishes, &["Unknown"], case)
}

/// A name that people chose or that was released, or one that the document suggests.
pub(super) struct Wish {
    json: String,
    name: String,
    fixed: bool,
    /// A word that tells it from another of the same name on the wire.
    word: &'static str,
    /// Names that it cannot have.
    taken: &'static [&'static str],
}

/// How the words of a name are joined.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// As those of types and variants: `TextList`.
    Camel,
    /// As those of members and methods: `text_list`.
    Snake,
}

impl Wish {
    pub(super) fn new(json: &str, fixed: Option<String>, suggested: impl FnOnce() -> String) -> Self {
        let is_fixed = fixed.is_some();
        Self {
            json: json.to_owned(),
            name: fixed.unwrap_or_else(|| cut(suggested())),
            fixed: is_fixed,
            word: "value",
            taken: &[],
        }
    }

    /// The same with a word for where it is, and names that it cannot have there.
    pub(super) fn of(self, word: &'static str, taken: &'static [&'static str]) -> Self {
        Self { word, taken, ..self }
    }
}

/// Whether a number in a text has a sign.
fn signed_by(text: &str, sign: char) -> bool {
    text.split(sign).skip(1).any(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
}

/// The words of a name that fit in the longest one that may be.
fn cut(name: String) -> String {
    if name.chars().count() < LONGEST {
        return name;
    }
    let starts = name.char_indices().filter(|(index, sign)| *index > 0 && (sign.is_uppercase() || *sign == '_'));
    let ends = starts.map(|(index, _)| index).take_while(|end| *end < LONGEST - MARK);
    let end = ends.last().unwrap_or_else(|| name.char_indices().nth(LONGEST - MARK).map_or(name.len(), |(end, _)| end));
    name[..end].to_owned()
}

/// Names that are all different: what people chose and what was released come first. What collides then has its signs
/// spelled out, which tells `a-b` from `a_b`, or says what it is, or has a mark made of its name on the wire.
pub(super) fn settle(wishes: &[Wish], taken: &[&str], case: Case) -> Vec<String> {
    let camel = case == Case::Camel;
    let mut used: BTreeSet<String> = taken.iter().map(|name| (*name).to_owned()).collect();
    let mut settled = vec![String::new(); wishes.len()];
    // What is spelled as its name is comes before what loses signs by it.
    let mut order: Vec<usize> = (0..wishes.len()).collect();
    order.sort_by_key(|index| {
        let Wish { json, fixed, name, .. } = &wishes[*index];
        (!*fixed, !*fixed && json != name && spelled_signs(json) != *json)
    });
    for index in order {
        let Wish { json, name, word, taken, .. } = &wishes[index];
        if !taken.contains(&name.as_str()) && used.insert(name.clone()) {
            settled[index] = name.clone();
            continue;
        }
        let cased = |text: &str| if camel { pascal(text) } else { snake(text) };
        let spelled = spelled_signs(json);
        let plain = name.trim_start_matches("r#").trim_end_matches('_');
        let with = |word: &str| if camel { format!("{plain}{}", pascal(word)) } else { format!("{plain}_{word}") };
        let names = [
            cased(&spelled),
            with(word),
            with("value"),
            cased(&format!("{spelled} {word}")),
            cased(&spelled_cases(json)),
        ];
        let marked = marks(json).map(|mark| if camel { format!("{plain}X{mark}") } else { format!("{plain}_x{mark}") });
        if let Some(name) = names
            .into_iter()
            .map(cut)
            .chain(marked)
            .find(|name| !used.contains(name) && !taken.contains(&name.as_str()))
        {
            used.insert(name.clone());
            settled[index] = name;
        }
    }
    settled
}
