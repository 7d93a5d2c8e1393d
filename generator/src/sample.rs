//! Example values for a schema of a lowered document.
//!
//! The same schema and seed give the same value. A value is valid against its schema, as far as OpenAPI 3.0 can say
//! it: constants, limits, patterns and formats are kept. Tests and the fake server live on these values.

mod pattern;

use std::cell::Cell;

use serde_json::{Map, Number, Value, json};

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
/// How often one reference may be inside itself before only what is required is filled in.
const RECURSION: usize = 2;
/// A moment in milliseconds, above 2³¹ on purpose.
const MILLIS: i64 = 1_763_000_000_000;

/// A value of `schema`. References are looked up in `document`. A union's variant is chosen by `seed`: seeds from 0 to
/// the number of variants reach them all.
pub fn sample(schema: &Value, document: &Value, fill: Fill, seed: u64) -> Value {
    let left = Cell::new(MANY);
    Sampler { document, seed, left: &left }.value(schema, fill, &Context::default())
}

/// A value of one variant of a union, by its index among [`variants`]; `None` where there is no such variant.
pub fn sample_variant(schema: &Value, index: usize, document: &Value, fill: Fill, seed: u64) -> Option<Value> {
    let schema = follow(schema, document)?;
    let variant = union_of(schema)?.get(index)?;
    let left = Cell::new(MANY);
    let sampler = Sampler { document, seed, left: &left };
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
            let Some(target) = follow(schema, self.document) else {
                return Value::Null;
            };
            let mut at = at.clone();
            let again = at.refs.iter().filter(|known| *known == reference).count();
            at.refs.push(reference.to_owned());
            let fill = if again >= RECURSION { Fill::Required } else { fill };
            return self.value(target, fill, &at);
        }
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        let fill = if at.depth > DEEP || left == 0 { Fill::Required } else { fill };
        let nullable = schema["nullable"] == true;
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
            let variant = if at.depth > DEEP {
                variants.iter().min_by_key(|variant| self.weight(variant, 0))
            } else {
                choose(variants, self.seed)
            };
            return match variant {
                Some(variant) => self.variant(schema, variant, fill, at),
                None => Value::Null,
            };
        }
        match schema["type"].as_str() {
            Some("boolean") => Value::Bool(fill == Fill::Every),
            Some("integer") => Value::Number(self.integer(schema, fill, at).into()),
            Some("number") => self.number(schema, fill, at),
            Some("string") => Value::String(self.text(schema, at)),
            Some("array") => self.array(schema, fill, at),
            Some("object") => self.object(schema, fill, at),
            _ if schema.get("properties").is_some() || schema.get("additionalProperties").is_some() => {
                self.object(schema, fill, at)
            }
            _ if schema.get("items").is_some() => self.array(schema, fill, at),
            _ => any(fill),
        }
    }

    /// A variant, with what the union says beside its variants.
    fn variant(&self, union: &Value, variant: &Value, fill: Fill, at: &Context) -> Value {
        let at = at.deeper(&at.name);
        let beside = ["properties", "required", "allOf"].iter().any(|key| union.get(*key).is_some());
        if beside { self.all_of(union, vec![variant], fill, &at) } else { self.value(variant, fill, &at) }
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
        let rest = schema.get("additionalProperties");
        let least = size(schema, "minProperties").unwrap_or(0) as usize;
        let open = rest != Some(&Value::Bool(false));
        if fill == Fill::Every
            && at.depth <= DEEP
            && open
            && (properties.is_empty() || rest.is_some_and(Value::is_object))
        {
            self.add_rest(&mut members, rest, fill, at);
        }
        while members.len() < least && open {
            self.add_rest(&mut members, rest, fill, at);
        }
        Value::Object(members)
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
        let least = size(schema, "minItems").unwrap_or(0);
        let most = size(schema, "maxItems").unwrap_or(u64::MAX);
        let ends = at.depth > DEEP || self.returns(&schema["items"], at);
        let wanted = match fill {
            Fill::Every if ends => 0,
            Fill::Every => 1 + self.seed % 2,
            Fill::Required => 0,
        };
        let items = (0..wanted.max(least).min(most)).map(|index| {
            let mut at = at.deeper(&at.name);
            at.index = index;
            let seed = self.seed.wrapping_add(index);
            Sampler { seed, ..*self }.value(&schema["items"], fill, &at)
        });
        let mut made: Vec<Value> = Vec::new();
        for item in items {
            if schema["uniqueItems"] != true || !made.contains(&item) {
                made.push(item);
            }
        }
        Value::Array(made)
    }

    fn integer(&self, schema: &Value, fill: Fill, at: &Context) -> i64 {
        let (mut low, mut high) = (schema["minimum"].as_f64(), schema["maximum"].as_f64());
        if let Some(least) = schema["exclusiveMinimum"].as_f64() {
            low = Some(least + 1.0);
        } else if schema["exclusiveMinimum"] == true {
            low = low.map(|low| low + 1.0);
        }
        if let Some(most) = schema["exclusiveMaximum"].as_f64() {
            high = Some(most - 1.0);
        } else if schema["exclusiveMaximum"] == true {
            high = high.map(|high| high - 1.0);
        }
        let small = (self.seed % 90) as i64 + at.index as i64 + 1;
        let wanted = match (fill, schema["format"].as_str()) {
            (_, Some("int32" | "uint32" | "int16" | "uint16" | "int8" | "uint8")) => small,
            (Fill::Every, _) if high.is_none() => MILLIS + small,
            _ => small,
        };
        let low = low.map_or(i64::MIN, |low| low.ceil() as i64);
        let high = high.map_or(i64::MAX, |high| high.floor() as i64);
        let value = wanted.min(high).max(low);
        match schema["multipleOf"].as_f64() {
            Some(step) if step >= 1.0 => {
                let step = step as i64;
                let down = value - value.rem_euclid(step);
                if down < low { down.saturating_add(step) } else { down }
            }
            _ => value,
        }
    }

    fn number(&self, schema: &Value, fill: Fill, at: &Context) -> Value {
        let whole = self.integer(schema, fill, at);
        let half = whole as f64 + 0.5;
        let fits = schema["maximum"].as_f64().is_none_or(|most| half < most);
        if fits && schema.get("multipleOf").is_none() {
            Number::from_f64(half).map_or(Value::Null, Value::Number)
        } else {
            Value::Number(whole.into())
        }
    }

    fn text(&self, schema: &Value, at: &Context) -> String {
        let least = size(schema, "minLength").unwrap_or(0) as usize;
        let most = size(schema, "maxLength").map_or(usize::MAX, |most| most as usize);
        if let Some(text) = schema["pattern"].as_str().and_then(|pattern| matching(pattern, least)) {
            return text;
        }
        let text = match schema["format"].as_str() {
            Some(format) => self.formatted(format, at),
            None => self.word(at),
        };
        if text.chars().count() > most {
            return text.chars().take(most).collect();
        }
        let short = least.saturating_sub(text.chars().count());
        text + &"x".repeat(short)
    }

    fn formatted(&self, format: &str, at: &Context) -> String {
        let number = self.seed % 100 + at.index;
        match format {
            "uri" | "url" | "iri" | "uri-reference" => format!("https://example.com/{number}"),
            "email" | "idn-email" => format!("user{number}@example.com"),
            "date-time" => format!("2025-11-13T02:13:{:02}.000Z", number % 60),
            "date" => "2025-11-13".to_owned(),
            "time" => "02:13:20Z".to_owned(),
            "duration" => "PT1H".to_owned(),
            "uuid" => format!("6f1ce4a2-8d3b-4c57-9e10-{number:012x}"),
            "ipv4" | "ip" => format!("192.0.2.{}", number % 250),
            "ipv6" => "2001:db8::1".to_owned(),
            "hostname" | "idn-hostname" => format!("host{number}.example.com"),
            "phone" => format!("1415555{number:04}"),
            "byte" | "base64" => "c2FtcGxl".to_owned(),
            "regex" => "^[a-z]+$".to_owned(),
            _ => self.word(at),
        }
    }

    /// A short word that says which member it is the value of.
    fn word(&self, at: &Context) -> String {
        let name: String = at.name.chars().filter(char::is_ascii_alphanumeric).take(12).collect();
        let name = if name.is_empty() { "text" } else { &name };
        format!("{name}-{}", self.seed % 1000 + at.index)
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
