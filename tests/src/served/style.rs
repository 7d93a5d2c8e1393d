//! Parameters as they were written, read back by style and schema.
//!
//! What is on the wire is only text. It is read in every way that the schema allows, and is right if one of them is.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::document::{Document, Parameter, Place};
use super::kind::Kinds;

/// How something is written: a parameter, or a member of a form.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manner<'a> {
    pub(super) name: &'a str,
    pub(super) place: Place,
    pub(super) style: &'a str,
    pub(super) explode: bool,
    /// Whether it is JSON in a text.
    pub(super) json: bool,
    pub(super) schema: &'a Value,
}

impl<'a> Manner<'a> {
    pub(super) fn of(parameter: &'a Parameter, document: &'a Document) -> Self {
        let Parameter { name, place, style, explode, json, .. } = parameter;
        let schema = document.schema(&parameter.schema);
        Self { name, place: *place, style, explode: *explode, json: *json, schema }
    }

    /// Whether it accounts for a pair of the query, of cookies or of a form.
    pub(super) fn claims(&self, name: &str, document: &Value) -> bool {
        let kinds = Kinds::of(self.schema, document);
        let deep = || name.strip_prefix(self.name).is_some_and(|rest| rest.starts_with('['));
        name == self.name
            || (self.style == "deepObject" && deep())
            || (self.is_spread() && kinds.object && kinds.takes(name))
    }

    /// Whether the members of an object are pairs of their own.
    fn is_spread(&self) -> bool {
        self.explode && self.style != "deepObject" && !self.json
    }
}

/// A text, texts or named texts.
#[derive(Debug, Clone, PartialEq)]
enum Tree {
    Text(String),
    List(Vec<Tree>),
    Map(Vec<(String, Tree)>),
}

/// Where a parameter is looked for: pairs of the query or of cookies, a header, a part of the path, as they were written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Written<'a> {
    /// Pairs, still encoded.
    Pairs(&'a [(String, String)]),
    /// One text, still encoded where its place encodes.
    Text(&'a str),
}

/// Every way to read a parameter; `None`: it was not sent.
pub(super) fn readings(parameter: &Manner<'_>, written: Written<'_>, document: &Value) -> Option<Vec<Value>> {
    let kinds = Kinds::of(parameter.schema, document);
    if parameter.json {
        let text = match written {
            Written::Text(text) => decoded(parameter.place, text),
            Written::Pairs(pairs) => decoded(parameter.place, &named(pairs, parameter).next()?.1),
        };
        return Some(serde_json::from_str(&text).into_iter().collect());
    }
    let trees = match written {
        Written::Text(text) => from_text(parameter, text, &kinds),
        Written::Pairs(pairs) => from_pairs(parameter, pairs, &kinds)?,
    };
    let mut values = Vec::new();
    for tree in trees {
        for as_text in [true, false] {
            let value = value_of(&tree, &kinds, as_text);
            if !values.contains(&value) {
                values.push(value);
            }
        }
    }
    Some(values)
}

fn named<'a>(pairs: &'a [(String, String)], parameter: &'a Manner<'_>) -> impl Iterator<Item = &'a (String, String)> {
    pairs.iter().filter(|(name, _)| decoded(parameter.place, name) == parameter.name)
}

fn decoded(place: Place, text: &str) -> String {
    match place {
        Place::Query => percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned(),
        Place::Path | Place::Cookie => percent_decode_str(text).decode_utf8_lossy().into_owned(),
        Place::Header => text.to_owned(),
    }
}

fn from_text(parameter: &Manner<'_>, text: &str, kinds: &Kinds<'_>) -> Vec<Tree> {
    let text_of = |text: &str| Tree::Text(decoded(parameter.place, text));
    let (text, between) = match (parameter.style, parameter.explode) {
        ("label", true) => (text.strip_prefix('.'), "."),
        ("label", false) => (text.strip_prefix('.'), ","),
        ("matrix", true) => (text.strip_prefix(';'), ";"),
        ("matrix", false) => (text.strip_prefix(';').and_then(|text| after_name(text, parameter.name)), ","),
        _ => (Some(text), ","),
    };
    let Some(text) = text else { return Vec::new() };
    let named = parameter.style == "matrix" && parameter.explode;
    let mut trees = Vec::new();
    if kinds.scalar {
        trees.extend(if named { after_name(text, parameter.name).map(text_of) } else { Some(text_of(text)) });
    }
    if kinds.array {
        let items = text.split(between).map(str::trim);
        let items = items.map(|item| if named { after_name(item, parameter.name) } else { Some(item) });
        trees.extend(items.map(|item| item.map(text_of)).collect::<Option<_>>().map(Tree::List));
    }
    if kinds.object {
        trees.extend(members(text, between, parameter));
    }
    trees
}

/// What follows `name=`, or nothing after the name alone.
fn after_name<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (key, value) = text.split_once('=').unwrap_or((text, ""));
    (decoded(Place::Path, key) == name).then_some(value)
}

/// `k=v,k=v`, or `k,v,k,v`.
fn members(text: &str, between: &str, parameter: &Manner<'_>) -> Option<Tree> {
    let read = |text: &str| decoded(parameter.place, text.trim());
    if parameter.explode {
        let members = text.split(between).map(|member| {
            let (name, value) = member.split_once('=')?;
            Some((read(name), Tree::Text(read(value))))
        });
        return members.collect::<Option<_>>().map(Tree::Map);
    }
    let texts: Vec<&str> = text.split(between).collect();
    let pairs = texts.chunks(2).map(|pair| match pair {
        [name, value] => Some((read(name), Tree::Text(read(value)))),
        _ => None,
    });
    pairs.collect::<Option<_>>().map(Tree::Map)
}

fn from_pairs(parameter: &Manner<'_>, pairs: &[(String, String)], kinds: &Kinds<'_>) -> Option<Vec<Tree>> {
    let text_of = |text: &str| Tree::Text(decoded(parameter.place, text));
    let own: Vec<&str> = named(pairs, parameter).map(|(_, value)| value.as_str()).collect();
    let mut trees = Vec::new();
    if parameter.style == "deepObject" {
        let deep = deep(parameter, pairs);
        if own.is_empty() && deep.is_none() {
            return None;
        }
        trees.extend(deep);
    } else if kinds.object && parameter.is_spread() {
        let members: Vec<(String, Tree)> = pairs
            .iter()
            .map(|(name, value)| (decoded(parameter.place, name), value))
            .filter(|(name, _)| kinds.takes(name))
            .map(|(name, value)| (name, text_of(value)))
            .collect();
        if members.is_empty() && own.is_empty() {
            return None;
        }
        trees.push(Tree::Map(grouped(members)));
    } else if own.is_empty() {
        return None;
    }
    if let (true, [one]) = (kinds.scalar, own.as_slice()) {
        trees.push(text_of(one));
    }
    if kinds.array && parameter.explode && !own.is_empty() {
        trees.push(Tree::List(own.iter().map(|value| text_of(value)).collect()));
    }
    if let ([one], false) = (own.as_slice(), parameter.explode) {
        let one = match parameter.style {
            "spaceDelimited" => one.replace("%20", ",").replace('+', ","),
            "pipeDelimited" => one.replace("%7C", ",").replace("%7c", ",").replace('|', ","),
            _ => (*one).to_owned(),
        };
        if kinds.array {
            trees.push(Tree::List(one.split(',').map(text_of).collect()));
        }
        if kinds.object {
            trees.extend(members(&one, ",", parameter));
        }
    }
    Some(trees)
}

/// Members of one name are a list.
fn grouped(members: Vec<(String, Tree)>) -> Vec<(String, Tree)> {
    let mut out: Vec<(String, Vec<Tree>)> = Vec::new();
    for (name, value) in members {
        match out.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.push(value),
            None => out.push((name, vec![value])),
        }
    }
    let one = |mut values: Vec<Tree>| match values.len() {
        1 => values.remove(0),
        _ => Tree::List(values),
    };
    out.into_iter().map(|(name, values)| (name, one(values))).collect()
}

/// `name[a][b]=v`, where numbers and nothing at all stand for items of lists.
fn deep(parameter: &Manner<'_>, pairs: &[(String, String)]) -> Option<Tree> {
    let mut root = Tree::Map(Vec::new());
    let mut any = false;
    for (name, value) in pairs {
        let name = decoded(parameter.place, name);
        let Some(rest) = name.strip_prefix(parameter.name).filter(|rest| rest.starts_with('[')) else {
            continue;
        };
        let steps: Option<Vec<&str>> = rest.split('[').skip(1).map(|step| step.strip_suffix(']')).collect();
        put(&mut root, &steps?, decoded(parameter.place, value));
        any = true;
    }
    any.then_some(root)
}

fn put(tree: &mut Tree, steps: &[&str], value: String) {
    let [step, rest @ ..] = steps else {
        *tree = Tree::Text(value);
        return;
    };
    if !matches!(tree, Tree::Map(_)) {
        *tree = Tree::Map(Vec::new());
    }
    let Tree::Map(members) = tree else { return };
    let found = members.iter().position(|(name, _)| name == step && !step.is_empty());
    let index = found.unwrap_or_else(|| {
        members.push(((*step).to_owned(), Tree::Text(String::new())));
        members.len() - 1
    });
    put(&mut members[index].1, rest, value);
}

/// What a tree is worth by a schema. A text that may be several things is one of them as a text, and another as anything
/// else.
fn value_of(tree: &Tree, kinds: &Kinds<'_>, as_text: bool) -> Value {
    match tree {
        Tree::Text(text) => scalar(text, kinds, as_text),
        Tree::List(items) => items.iter().map(|item| value_of(item, &kinds.item(), as_text)).collect(),
        Tree::Map(members) if kinds.array && (!kinds.object || members.iter().all(|(name, _)| is_index(name))) => {
            members.iter().map(|(_, item)| value_of(item, &kinds.item(), as_text)).collect()
        }
        Tree::Map(members) => {
            let members = members.iter().map(|(name, member)| {
                let inside = kinds.member(name);
                let member = match member {
                    Tree::Text(_) if inside.array && !inside.scalar && !inside.object => {
                        Tree::List(vec![member.clone()])
                    }
                    member => member.clone(),
                };
                (name.clone(), value_of(&member, &inside, as_text))
            });
            Value::Object(members.collect::<Map<_, _>>())
        }
    }
}

fn is_index(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_digit())
}

/// A text, number, boolean or `null`; lists and objects inside of others are JSON.
pub(super) fn scalar(text: &str, kinds: &Kinds<'_>, as_text: bool) -> Value {
    let parsed = serde_json::from_str::<Value>(text).ok().filter(|value| match value {
        Value::Null => kinds.null,
        Value::Bool(_) => kinds.boolean,
        Value::Number(_) => kinds.number,
        Value::String(_) => false,
        Value::Array(_) => kinds.array,
        Value::Object(_) => kinds.object,
    });
    match parsed {
        Some(value) if !(as_text && kinds.string) => value,
        None if text.is_empty() && kinds.null && !(as_text && kinds.string) => Value::Null,
        _ => Value::from(text),
    }
}
