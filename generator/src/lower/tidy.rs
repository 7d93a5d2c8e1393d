//! The shape of what is written: lists where the specification asks for lists, texts where it asks for texts.
//!
//! Documents are written by people and by programs that do not mind: `[]` for an empty object (PHP), `"true"` for `true`, an
//! unquoted version (YAML), one item where a list belongs, keywords of Swagger 2. What can only mean one thing is read as that;
//! what does not matter and makes no sense goes; the rest is a problem with its place. Afterwards everything that the
//! specification names has the shape that it says, and keys have their stable order.

mod leaf;
mod schema;
mod security;
mod swagger;

use serde_json::{Map, Value, json};

use super::findings::Findings;
use crate::order;
use crate::walk::{self, Kind, METHODS, Member, Visitor, Way};
use leaf::Loss;

/// Puts a part of a document into shape. Says whether schemas in it have names of their own: `$id` or an anchor.
pub(super) fn tidy(value: &mut Value, member: Member, way: &Way<'_>, found: &mut Findings) -> bool {
    let mut tidy = Tidy { found, named: false };
    walk::walk(value, member, way, &mut tidy);
    tidy.named
}

struct Tidy<'a> {
    found: &'a mut Findings,
    named: bool,
}

impl Visitor for Tidy<'_> {
    fn enter(&mut self, member: Member, value: &mut Value, way: &Way<'_>) {
        order::keys(member, value);
        match member {
            Member::One(kind) => self.one(kind, value, way),
            Member::Map(kind) => self.map(kind, value, way),
            Member::List(kind) => self.list(kind, value, way),
            Member::Names | Member::Plain => {}
        }
        if let Member::One(kind) = member {
            order::data(kind, value);
        }
    }
}

impl Tidy<'_> {
    fn one(&mut self, kind: Kind, value: &mut Value, way: &Way<'_>) {
        if value.is_string() && way.last() == Some("$ref") {
            // The map around is a reference.
            return;
        }
        if value.is_null() || is_empty_list(value) {
            *value = json!({});
        }
        if kind == Kind::Schema {
            self.named |= schema::tidy(value, way, self.found);
            return;
        }
        let Some(object) = value.as_object_mut() else {
            if matters(kind) {
                self.found.problem(way, format!("this must be an object and is {}", name_of(value)));
            } else {
                *value = json!({});
            }
            return;
        };
        object.retain(|key, value| !value.is_null() || matches!(key.as_str(), "example" | "value"));
        if object.get("$ref").is_some_and(Value::is_string) && kind != Kind::PathItem {
            return;
        }
        match kind {
            Kind::PathItem => self.path_item(object, way),
            Kind::Parameter | Kind::Header => {
                swagger::parameter(kind, object, way, self.found);
                one_example(object);
            }
            Kind::MediaType => one_example(object),
            // What describes, and how operations go together, changes no type; references in it need not lead anywhere.
            Kind::Components => object.retain(|key, _| key != "examples" && key != "links"),
            Kind::Response => {
                let links = object.shift_remove("links");
                if links.is_some_and(|links| links.as_object().is_none_or(|links| !links.is_empty())) {
                    let message = "links are left out: values for the next call are in the reply";
                    self.found.note(&way.name("links"), message);
                }
            }
            Kind::SecurityScheme => return security::tidy(object, way, self.found),
            Kind::Callback | Kind::Example | Kind::Link => return,
            _ => {}
        }
        self.leaves(kind, object, way);
    }

    /// Members that hold no object of the specification.
    fn leaves(&mut self, kind: Kind, object: &mut Map<String, Value>, way: &Way<'_>) {
        let mut gone = Vec::new();
        for (key, value) in object.iter_mut() {
            if key.starts_with("x-") || walk::member(kind, key) != Member::Plain {
                continue;
            }
            let Some((leaf, loss)) = leaf::of(kind, key) else {
                let message = format!("`{key}` is no member of {}: it has no effect", leaf::name(kind));
                self.found.note(way, message);
                continue;
            };
            if leaf.read(value) {
                continue;
            }
            let inner = way.name(key);
            let is = name_of(value);
            match loss {
                Loss::Words => {}
                Loss::Fact => {
                    self.found.note(&inner, format!("`{key}` must be {} and is {is}: it has no effect", leaf.name()));
                }
                Loss::Vital => self.found.problem(&inner, format!("`{key}` must be {} and is {is}", leaf.name())),
            }
            gone.push(key.clone());
        }
        for key in gone {
            object.shift_remove(&key);
        }
    }

    /// Methods are written in small letters; what looks like an operation and is none is told.
    fn path_item(&mut self, item: &mut Map<String, Value>, way: &Way<'_>) {
        let wrong: Vec<String> =
            item.keys().filter(|key| METHODS.contains(&key.to_lowercase().as_str())).cloned().collect();
        for key in wrong.into_iter().filter(|key| !METHODS.contains(&key.as_str())) {
            let Some(operation) = item.shift_remove(&key) else { continue };
            let method = key.to_lowercase();
            if item.contains_key(&method) {
                let what = format!("there is an operation of `{method}` too: take one of them out");
                self.found.problem(&way.name(&key), what);
            }
            item.entry(method).or_insert(operation);
        }
        if let Some(Value::Object(others)) = item.shift_remove("additionalOperations") {
            let others_way = way.name("additionalOperations");
            for method in others.keys() {
                let message = "this operation is left out: its method is none of OpenAPI 3.0 or 3.1";
                self.found.note(&others_way.name(method), message);
            }
        }
        for (key, value) in item.iter() {
            if walk::member(Kind::PathItem, key) != Member::Plain || value.get("responses").is_none() {
                continue;
            }
            let what = format!("`{key}` is no method of OpenAPI 3.0 or 3.1");
            if key.starts_with("x-") {
                self.found.note(&way.name(key), format!("this operation is left out: {what}"));
            } else {
                let what = format!("this operation cannot be generated: {what}; take it out or rename it");
                self.found.problem(&way.name(key), what);
            }
        }
    }

    fn map(&mut self, kind: Kind, value: &mut Value, way: &Way<'_>) {
        if is_empty_list(value) || value.is_null() {
            *value = json!({});
        }
        if !value.is_object() {
            if matters(kind) {
                self.found
                    .problem(way, format!("this must be an object, its members by name, and is {}", name_of(value)));
            }
            *value = json!({});
        }
        if kind == Kind::PathItem && way.last() == Some("paths") {
            self.paths(value, way);
        }
        if kind == Kind::Response
            && way.last() == Some("responses")
            && way.above().and_then(Way::last) != Some("components")
        {
            self.statuses(value, way);
        }
    }

    fn paths(&mut self, value: &mut Value, way: &Way<'_>) {
        let Some(paths) = value.as_object_mut() else { return };
        let is_path = |key: &String| key.starts_with('/') || key.starts_with("x-") || key == "$ref";
        if paths.keys().all(is_path) {
            return;
        }
        let mut all = Map::new();
        for (path, item) in std::mem::take(paths) {
            let key = if is_path(&path) {
                path
            } else if path.trim_start().starts_with('/') {
                self.found.note(&way.name(&path), "a path must begin with `/`: the blank before it is left out");
                path.trim_start().to_owned()
            } else {
                self.found.note(&way.name(&path), "a path must begin with `/`: it is read as if it did");
                format!("/{path}")
            };
            if all.contains_key(&key) {
                self.found.problem(&way.name(&key), "this path is there twice, once not as it must begin");
            }
            all.insert(key, item);
        }
        *paths = all;
    }

    /// The keys of `responses`: statuses, ranges in capitals, `default`.
    fn statuses(&mut self, value: &mut Value, way: &Way<'_>) {
        let Some(responses) = value.as_object_mut() else { return };
        let known = |key: &str| {
            key == "default"
                || key == "$ref"
                || key.starts_with("x-")
                || is_status(key)
                || (is_range(key) && key.ends_with('X'))
        };
        if responses.keys().all(|key| known(key)) {
            return;
        }
        let mut all = Map::new();
        for (key, reply) in std::mem::take(responses) {
            let trimmed = key.trim();
            let meant = match trimmed {
                _ if is_status(trimmed) || known(trimmed) => trimmed.to_owned(),
                _ if is_range(trimmed) => trimmed.to_uppercase(),
                _ if trimmed.eq_ignore_ascii_case("default") => "default".to_owned(),
                _ if is_part_of_range(trimmed) => {
                    let range = format!("{}XX", &trimmed[..1]);
                    let message = format!("`{key}` is no range of OpenAPI: it is read as `{range}`");
                    self.found.note(&way.name(&key), message);
                    range
                }
                _ => {
                    let message = format!(
                        "`{key}` is no status, no range such as `4XX`, and not `default`: this reply is left out"
                    );
                    self.found.note(&way.name(&key), message);
                    continue;
                }
            };
            if all.contains_key(&meant) {
                self.found.note(&way.name(&key), format!("a second reply for `{meant}` is left out"));
            } else {
                all.insert(meant, reply);
            }
        }
        *responses = all;
    }

    fn list(&mut self, kind: Kind, value: &mut Value, way: &Way<'_>) {
        match value {
            Value::Array(_) => {}
            Value::Object(object) if is_list(object) => *value = listed(object),
            Value::Object(_) | Value::String(_) => *value = Value::Array(vec![value.take()]),
            Value::Null => *value = json!([]),
            _ => {
                self.found.problem(way, format!("this must be a list and is {}", name_of(value)));
                *value = json!([]);
            }
        }
        let Some(items) = value.as_array_mut() else { return };
        match kind {
            Kind::Server => self.named(items, "url", "a server without `url` is left out", way),
            Kind::Tag => self.named(items, "name", "a tag without `name` is left out", way),
            Kind::Schema => {}
            _ => items.retain(|item| !item.is_null()),
        }
    }

    /// Objects that are nothing without one of their members, and that some write as that member alone.
    fn named(&mut self, items: &mut Vec<Value>, key: &str, message: &'static str, way: &Way<'_>) {
        let mut index = 0;
        items.retain_mut(|item| {
            if let Value::String(name) = item {
                let name = std::mem::take(name);
                *item = json!({ key: name });
            }
            let keep = item.get(key).or_else(|| item.get("$ref")).is_some_and(|name| !name.is_null());
            if !keep {
                self.found.note(&way.index(index), message);
            }
            index += 1;
            keep
        });
    }
}

/// The first of several examples is the example; one that is elsewhere is none.
fn one_example(object: &mut Map<String, Value>) {
    let first = match object.shift_remove("examples") {
        Some(Value::Array(examples)) => examples.into_iter().next(),
        Some(Value::Object(examples)) => {
            examples.into_iter().find_map(|(_, mut example)| example.get_mut("value").map(Value::take))
        }
        _ => None,
    };
    if let Some(first) = first {
        object.entry("example").or_insert(first);
    }
}

/// Whether the code depends on what is there.
fn matters(kind: Kind) -> bool {
    !matches!(kind, Kind::Info | Kind::Tag | Kind::Link | Kind::Example | Kind::Callback | Kind::ServerVariable)
}

fn is_empty_list(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty)
}

/// Whether an object is what PHP makes of a list with holes: `{"0": …, "2": …}`, or of an empty one.
fn is_list(object: &Map<String, Value>) -> bool {
    object.keys().all(|key| !key.is_empty() && key.bytes().all(|digit| digit.is_ascii_digit()))
}

fn listed(object: &mut Map<String, Value>) -> Value {
    std::mem::take(object).into_iter().map(|(_, item)| item).collect()
}

fn is_status(key: &str) -> bool {
    key.len() == 3 && key.bytes().all(|digit| digit.is_ascii_digit()) && !key.starts_with('0')
}

/// Whether a status is a range such as `4XX`.
fn is_range(key: &str) -> bool {
    matches!(key.as_bytes(), [b'1'..=b'9', b'x' | b'X', b'x' | b'X'])
}

/// Whether a status is a part of a range, such as `20X`.
fn is_part_of_range(key: &str) -> bool {
    matches!(key.as_bytes(), [b'1'..=b'9', b'0'..=b'9', b'x' | b'X'])
}

/// What a value is, in words.
fn name_of(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => format!("`{value}`"),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) if text.chars().count() <= 40 => format!("the text `{}`", text.escape_debug()),
        Value::String(_) => "a text".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}
