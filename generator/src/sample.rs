//! Example values for a schema, of a lowered document or of one as it was published.
//!
//! The same schema and seed give the same value. A value is valid against its schema in nearly every case: constants,
//! limits, patterns, formats and discriminators are kept; `not`, `if` and `dependent*` are not looked at, and a caller
//! who needs to be sure validates. Tests and the servers that they talk to live on these values.

mod pattern;
mod scalar;
mod tags;

use std::cell::Cell;

use serde_json::{Map, Value, json};

pub use pattern::matching;

/// How much of an object is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    /// Only required members; `null` where a required member may be `null`.
    Required,
    /// All members.
    Every,
}

/// From this depth on only what is required is filled in, so that recursive schemas end.
const DEEP: usize = 10;
/// Here a value ends, valid or not: the schema has no finite one.
const TOO_DEEP: usize = 40;
/// After so many values in one sample only what is required is filled in.
const MANY: usize = 2_000;
/// The same for samples of moderate size.
const SEVERAL: usize = 300;
/// How often one reference may be inside itself before only what is required is filled in.
const RECURSION: usize = 2;
/// The most items or members that a limit can ask for.
const MOST: u64 = 1_000;

/// A value of `schema`. References are looked up in `document`. A union's variant is chosen by `seed`: seeds from 0 to
/// the number of variants reach them all.
pub fn sample(schema: &Value, document: &Value, fill: Fill, seed: u64) -> Value {
    let left = Cell::new(MANY);
    Sampler { document, seed, left: &left, mark: "" }.value(schema, fill, &Context::default())
}

/// A value of `schema`, of moderate size, without the members that have a mark: `readOnly` in what is sent, `writeOnly` in
/// what is received.
pub fn sample_without(mark: &str, schema: &Value, document: &Value, fill: Fill, seed: u64) -> Value {
    let left = Cell::new(SEVERAL);
    Sampler { document, seed, left: &left, mark }.value(schema, fill, &Context::default())
}

/// A value of one variant of a union, by its index among [`variants`]; `None` where there is no such variant.
pub fn sample_variant(schema: &Value, index: usize, document: &Value, fill: Fill, seed: u64) -> Option<Value> {
    let schema = follow(schema, document)?;
    let variant = union_of(schema)?.get(index)?;
    let left = Cell::new(MANY);
    let sampler = Sampler { document, seed, left: &left, mark: "" };
    Some(sampler.variant(schema, variant, fill, &Context::default()))
}

/// The variants of a union: its `oneOf`, else its `anyOf`; empty where the schema is no union.
pub fn variants<'a>(schema: &'a Value, document: &'a Value) -> &'a [Value] {
    follow(schema, document).and_then(union_of).map_or(&[], Vec::as_slice)
}

/// The schema that a reference means, or the schema itself; `None` where a reference leads nowhere.
pub fn follow<'a>(mut schema: &'a Value, document: &'a Value) -> Option<&'a Value> {
    for _ in 0..TOO_DEEP {
        match reference(schema) {
            Some(reference) => schema = document.pointer(reference.strip_prefix('#')?)?,
            None => return Some(schema),
        }
    }
    None
}

struct Sampler<'a> {
    document: &'a Value,
    seed: u64,
    /// How many values may still be made before only what is required is filled in.
    left: &'a Cell<usize>,
    /// Members that are marked so are left out.
    mark: &'a str,
}

/// Where in a value the sampler is.
#[derive(Clone, Default)]
struct Context {
    depth: usize,
    /// The references that are being followed.
    refs: Vec<String>,
    /// The member whose value is made.
    name: String,
    /// Tells the values of one list apart.
    index: u64,
}

impl Context {
    fn deeper(&self, name: &str) -> Self {
        Self { depth: self.depth + 1, name: name.to_owned(), ..self.clone() }
    }
}

impl Sampler<'_> {
    fn value(&self, schema: &Value, fill: Fill, at: &Context) -> Value {
        if at.depth > TOO_DEEP {
            return Value::Null;
        }
        if let Some(reference) = reference(schema) {
            if has_siblings(schema) {
                return self.all_of(schema, Vec::new(), fill, at);
            }
            let Some(target) = follow(schema, self.document) else {
                return Value::Null;
            };
            let mut at = at.clone();
            let again = at.refs.iter().filter(|known| *known == reference).count();
            at.refs.push(reference.to_owned());
            let fill = if again >= RECURSION { Fill::Required } else { fill };
            if let Some(heir) = self.heir(target, reference).filter(|_| again == 0) {
                return self.value(&json!({ "$ref": heir }), fill, &at);
            }
            let mut value = self.value(target, fill, &at);
            if let Some(base) = self.base(target, 0) {
                self.tag(&mut value, base, reference);
            }
            return value;
        }
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        let fill = if at.depth > DEEP || left == 0 { Fill::Required } else { fill };
        let nullable = schema["nullable"] == true || types(schema).contains(&"null");
        if nullable && at.depth > 0 && fill == Fill::Required {
            return Value::Null;
        }
        if let Some(value) = schema.get("const") {
            return value.clone();
        }
        if let Some(values) = schema["enum"].as_array() {
            let values: Vec<&Value> = values.iter().filter(|value| !value.is_null()).collect();
            return choose(&values, self.seed).map_or(Value::Null, |value| (*value).clone());
        }
        if schema.get("allOf").is_some() {
            return self.all_of(schema, Vec::new(), fill, at);
        }
        if let Some(variants) = union_of(schema) {
            let variant = if at.depth > DEEP || left == 0 {
                variants.iter().min_by_key(|variant| self.weight(variant, 0))
            } else {
                choose(variants, self.seed)
            };
            return match variant {
                Some(variant) => self.variant(schema, variant, fill, at),
                None => Value::Null,
            };
        }
        let types: Vec<&str> = types(schema).into_iter().filter(|name| *name != "null").collect();
        if types.is_empty() && nullable && schema["nullable"] != true {
            return Value::Null;
        }
        match choose(&types, self.seed).copied() {
            Some("boolean") => Value::Bool(fill == Fill::Every),
            Some("integer") => Value::Number(self.integer(schema, fill, at).into()),
            Some("number") => self.number(schema, fill, at),
            Some("string") => Value::String(self.text(schema, at)),
            Some("array") => self.array(schema, fill, at),
            Some("object") => self.object(schema, fill, at),
            _ if schema.get("properties").is_some() || schema.get("additionalProperties").is_some() => {
                self.object(schema, fill, at)
            }
            _ if schema.get("items").is_some() || schema.get("prefixItems").is_some() => self.array(schema, fill, at),
            _ => any(fill),
        }
    }

    /// A variant, with what the union says beside its variants.
    fn variant(&self, union: &Value, variant: &Value, fill: Fill, at: &Context) -> Value {
        let at = at.deeper(&at.name);
        let beside = ["properties", "required", "allOf", "$ref"].iter().any(|key| union.get(*key).is_some());
        let mut value =
            if beside { self.all_of(union, vec![variant], fill, &at) } else { self.value(variant, fill, &at) };
        if let Some(variant) = reference(variant) {
            self.tag(&mut value, union, variant);
        }
        value
    }

    /// A schema and other parts that hold too, as one schema: a member may be told by one and narrowed by another.
    fn all_of(&self, schema: &Value, parts: Vec<&Value>, fill: Fill, at: &Context) -> Value {
        let mut at = at.deeper(&at.name);
        let mut whole = Map::new();
        let chosen = !parts.is_empty();
        let mut parts: Vec<(&Value, bool)> = parts.into_iter().map(|part| (part, true)).collect();
        parts.push((schema, !chosen));
        let mut looked_at = 0;
        while let Some((part, unions)) = parts.pop() {
            looked_at += 1;
            at.refs.extend(reference(part).map(str::to_owned));
            if has_siblings(part) {
                narrow(&mut whole, part);
                parts.extend(part["allOf"].as_array().into_iter().flatten().map(|part| (part, true)));
            }
            let Some(part) = follow(part, self.document).filter(|_| looked_at < TOO_DEEP) else {
                continue;
            };
            narrow(&mut whole, part);
            parts.extend(part["allOf"].as_array().into_iter().flatten().map(|part| (part, true)));
            let variant = union_of(part).filter(|_| unions).and_then(|variants| choose(variants, self.seed));
            parts.extend(variant.map(|variant| (variant, true)));
        }
        whole.extend(schema.get("nullable").map(|nullable| ("nullable".to_owned(), nullable.clone())));
        self.value(&Value::Object(whole), fill, &at)
    }

    fn object(&self, schema: &Value, fill: Fill, at: &Context) -> Value {
        let mut members = Map::new();
        let required: Vec<&str> = texts(&schema["required"]);
        let empty = Map::new();
        let properties = schema["properties"].as_object().unwrap_or(&empty);
        for (name, property) in properties {
            let needed = required.contains(&name.as_str());
            if self.is_marked(property) {
                continue;
            }
            let ends = at.depth > DEEP || self.returns(property, at);
            if needed || (fill == Fill::Every && !ends) {
                members.insert(name.clone(), self.value(property, fill, &at.deeper(name)));
            }
        }
        for name in required {
            if !properties.contains_key(name) {
                members.insert(name.to_owned(), any(fill));
            }
        }
        let patterns = schema["patternProperties"].as_object().filter(|_| fill == Fill::Every && at.depth <= DEEP);
        for (pattern, property) in patterns.into_iter().flatten() {
            if let Some(name) = matching(pattern, 1).filter(|name| !properties.contains_key(name)) {
                let value = self.value(property, fill, &at.deeper(&name));
                members.insert(name, value);
            }
        }
        let rest = schema.get("additionalProperties");
        let least = size(schema, "minProperties").unwrap_or(0).min(MOST) as usize;
        let open = rest != Some(&Value::Bool(false));
        if fill == Fill::Every
            && at.depth <= DEEP
            && open
            && (properties.is_empty() || rest.is_some_and(Value::is_object))
        {
            self.add_rest(&mut members, rest, fill, at);
        }
        for (name, property) in properties {
            if members.len() < least && !members.contains_key(name) && !self.is_marked(property) {
                members.insert(name.clone(), self.value(property, fill, &at.deeper(name)));
            }
        }
        while members.len() < least && open {
            self.add_rest(&mut members, rest, fill, at);
        }
        Value::Object(members)
    }

    fn is_marked(&self, property: &Value) -> bool {
        let target = || follow(property, self.document).is_some_and(|target| target[self.mark] == true);
        !self.mark.is_empty() && (property[self.mark] == true || target())
    }

    fn add_rest(&self, members: &mut Map<String, Value>, rest: Option<&Value>, fill: Fill, at: &Context) {
        let name = format!("key{}", members.len() + 1);
        let value = match rest {
            Some(schema @ Value::Object(_)) => self.value(schema, fill, &at.deeper(&name)),
            _ => json!(self.word(at)),
        };
        members.insert(name, value);
    }

    fn array(&self, schema: &Value, fill: Fill, at: &Context) -> Value {
        let first = schema["prefixItems"].as_array().map_or(&[][..], Vec::as_slice);
        let least = size(schema, "minItems").unwrap_or(0).min(MOST);
        let most = size(schema, "maxItems").unwrap_or(u64::MAX);
        let ends = at.depth > DEEP || self.returns(&schema["items"], at);
        let closed = schema.get("items") == Some(&Value::Bool(false));
        let wanted = match fill {
            Fill::Every if ends || !first.is_empty() => first.len() as u64,
            Fill::Every if closed => 0,
            Fill::Every => 1 + self.seed % 2,
            Fill::Required => first.len() as u64,
        };
        let items = (0..wanted.max(least).min(most)).map(|index| {
            let mut at = at.deeper(&at.name);
            at.index = index;
            let seed = self.seed.wrapping_add(index);
            let item = first.get(index as usize).unwrap_or(&schema["items"]);
            Sampler { seed, ..*self }.value(item, fill, &at)
        });
        let mut made: Vec<Value> = Vec::new();
        for item in items {
            if schema["uniqueItems"] != true || !made.contains(&item) {
                made.push(item);
            }
        }
        Value::Array(made)
    }

    /// Whether a value of the schema would lead back into a reference that is being followed often enough already.
    fn returns(&self, schema: &Value, at: &Context) -> bool {
        reference(schema)
            .is_some_and(|reference| at.refs.iter().filter(|known| *known == reference).count() >= RECURSION)
    }

    /// How much the smallest value of a schema holds, roughly: the way out of a recursive union is its smallest variant.
    fn weight(&self, schema: &Value, depth: usize) -> usize {
        let Some(schema) = follow(schema, self.document) else {
            return 0;
        };
        if depth > 4 {
            return 1;
        }
        let members = texts(&schema["required"])
            .into_iter()
            .map(|name| 1 + self.weight(&schema["properties"][name], depth + 1))
            .sum::<usize>();
        members + union_of(schema).map_or(0, Vec::len)
    }
}

/// Adds what a part says of a value itself to what the others say.
fn narrow(whole: &mut Map<String, Value>, part: &Value) {
    for (key, value) in part.as_object().into_iter().flatten() {
        match (key.as_str(), whole.get_mut(key), value) {
            ("allOf" | "oneOf" | "anyOf" | "nullable" | "$ref", ..) => {}
            ("properties", Some(Value::Object(known)), Value::Object(more)) => {
                for (name, member) in more {
                    let both = known.get(name).filter(|known| *known != member);
                    let member = both.map_or_else(|| member.clone(), |known| json!({ "allOf": [known, member] }));
                    known.insert(name.clone(), member);
                }
            }
            ("required", Some(Value::Array(known)), Value::Array(more)) => known.extend(more.iter().cloned()),
            // The narrower of two lists of values is the one that holds for both, as documents write them.
            ("enum", Some(Value::Array(known)), Value::Array(more)) if known.len() <= more.len() => {}
            _ => {
                whole.insert(key.clone(), value.clone());
            }
        }
    }
}

fn reference(schema: &Value) -> Option<&str> {
    schema.get("$ref").and_then(Value::as_str)
}

/// Whether more than a reference says what a value is, as it may in 3.1.
fn has_siblings(schema: &Value) -> bool {
    const COUNT: [&str; 9] =
        ["type", "enum", "const", "properties", "required", "allOf", "oneOf", "anyOf", "additionalProperties"];
    reference(schema).is_some() && COUNT.iter().any(|key| schema.get(*key).is_some())
}

/// The types that a schema names, one or several.
fn types(schema: &Value) -> Vec<&str> {
    schema["type"].as_str().map_or_else(|| texts(&schema["type"]), |one| vec![one])
}

fn union_of(schema: &Value) -> Option<&Vec<Value>> {
    let variants = schema.get("oneOf").or_else(|| schema.get("anyOf"));
    variants.and_then(Value::as_array)
}

fn choose<T>(from: &[T], seed: u64) -> Option<&T> {
    let index = seed.checked_rem(from.len() as u64)?;
    from.get(index as usize)
}

fn texts(list: &Value) -> Vec<&str> {
    list.as_array().map_or(Vec::new(), |list| list.iter().filter_map(Value::as_str).collect())
}

fn size(schema: &Value, limit: &str) -> Option<u64> {
    schema[limit].as_u64().or_else(|| schema[limit].as_f64().map(|size| size as u64))
}

fn any(fill: Fill) -> Value {
    match fill {
        Fill::Required => json!({}),
        Fill::Every => json!({ "any": [1, "text", true, null] }),
    }
}
