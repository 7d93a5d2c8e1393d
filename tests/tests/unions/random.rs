//! Random unions and values of theirs.

use fastrand::Rng;
use jsonschema::Validator;
use serde_json::{Map, Value, json};

use super::all_members;

const NAMES: [&str; 5] = ["kind", "a", "b", "c", "d"];

/// A random union.
pub(super) struct Made {
    pub document: Value,
    alternatives: Vec<Value>,
    pub validators: Vec<Validator>,
    /// The members that each alternative lists.
    pub listed: Vec<Vec<String>>,
}

impl Made {
    pub(super) fn new(rng: &mut Rng) -> Self {
        let count = rng.usize(2..5);
        let tag = Tag::of(rng);
        let alternatives: Vec<Value> = (0..count).map(|index| alternative(rng, &tag, index)).collect();
        let mut components = Map::new();
        let named = rng.bool();
        let within = rng.u8(..5) == 0 && count > 2;
        let mut list: Vec<Value> = Vec::new();
        for (index, alternative) in alternatives.iter().enumerate() {
            if named || within {
                let name = ["Red", "Green", "Blue", "White"][index];
                components.insert(name.to_owned(), alternative.clone());
                list.push(json!({ "$ref": format!("#/components/schemas/{name}") }));
            } else {
                list.push(alternative.clone());
            }
        }
        let key = if rng.bool() { "oneOf" } else { "anyOf" };
        if within {
            let inner: Vec<Value> = list.drain(..2).collect();
            components.insert("Inner".to_owned(), json!({ key: inner }));
            list.insert(0, json!({ "$ref": "#/components/schemas/Inner" }));
        }
        components.insert("Root".to_owned(), json!({ key: list }));
        let content = json!({ "application/json": { "schema": { "$ref": "#/components/schemas/Root" } } });
        let get = json!({ "operationId": "get", "responses": { "200": { "description": "d", "content": content } } });
        let document = json!({
            "openapi": "3.1.0",
            "info": { "title": "t", "version": "1" },
            "paths": { "/x": { "get": get } },
            "components": { "schemas": components },
        });
        let validators =
            alternatives.iter().map(|schema| jsonschema::validator_for(schema).expect("a schema")).collect();
        let members = |schema: &Value| all_members(&schema["properties"]);
        let listed = alternatives.iter().map(members).collect();
        Self { document, alternatives, validators, listed }
    }

    /// Whether two alternatives have members of the same types, which only their limits tell apart.
    pub(super) fn has_equal(&self) -> bool {
        let plain = |schema: &Value| {
            let mut schema = schema.clone();
            for member in schema["properties"].as_object_mut().into_iter().flat_map(Map::values_mut) {
                for limit in ["minimum", "maximum", "minLength", "maxLength"] {
                    member.as_object_mut().map(|member| member.remove(limit));
                }
                if member["type"] == "integer" {
                    member.as_object_mut().map(|member| member.remove("enum"));
                }
            }
            schema.as_object_mut().map(|schema| schema.remove("additionalProperties"));
            schema
        };
        let all: Vec<Value> = self.alternatives.iter().map(plain).collect();
        all.iter().enumerate().any(|(index, one)| all[..index].contains(one))
    }

    /// A value of an alternative, often with something of another.
    pub(super) fn value(&self, rng: &mut Rng) -> Value {
        let one = rng.usize(..self.alternatives.len());
        let mut value = instance(rng, &self.alternatives[one]);
        if rng.u8(..3) == 0 {
            let other = rng.usize(..self.alternatives.len());
            let other = instance(rng, &self.alternatives[other]);
            if let (Some(members), Value::Object(other)) = (value.as_object_mut(), other) {
                for (name, member) in other {
                    if rng.bool() {
                        members.insert(name, member);
                    }
                }
            }
        }
        value
    }
}

/// What a member named `kind` is in each alternative, where they have one.
enum Tag {
    None,
    Text,
    Number,
    Bool,
    Null,
    Lists,
}

impl Tag {
    fn of(rng: &mut Rng) -> Self {
        match rng.u8(..7) {
            0 => Self::Text,
            1 => Self::Number,
            2 => Self::Bool,
            3 => Self::Null,
            4 => Self::Lists,
            _ => Self::None,
        }
    }

    fn schema(&self, index: usize) -> Option<Value> {
        let word = ["red", "green", "blue", "white"][index];
        Some(match self {
            Self::None => return None,
            Self::Text => json!({ "const": word }),
            Self::Number => json!({ "const": index + 1 }),
            Self::Bool if index < 2 => json!({ "const": index == 0 }),
            Self::Bool => json!({ "const": word }),
            Self::Null if index == 0 => json!({ "type": "null" }),
            Self::Null => json!({ "const": word }),
            Self::Lists => json!({ "type": "string", "enum": [word, format!("{word}ish")] }),
        })
    }
}

fn alternative(rng: &mut Rng, tag: &Tag, index: usize) -> Value {
    let mut properties = Map::new();
    let mut required: Vec<&str> = Vec::new();
    for name in &NAMES[1..] {
        if rng.bool() {
            properties.insert((*name).to_owned(), member_schema(rng, 0));
            if rng.u8(..3) == 0 {
                required.push(name);
            }
        }
    }
    if let Some(schema) = tag.schema(index) {
        properties.insert("kind".to_owned(), schema);
        if rng.u8(..4) > 0 {
            required.push("kind");
        }
    }
    if properties.is_empty() {
        properties.insert("a".to_owned(), member_schema(rng, 0));
    }
    let mut schema = json!({ "type": "object", "properties": properties });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    if rng.u8(..6) == 0 {
        schema["additionalProperties"] = false.into();
    }
    schema
}

fn member_schema(rng: &mut Rng, depth: usize) -> Value {
    match rng.u8(..if depth < 2 { 11 } else { 8 }) {
        0 => json!({ "type": "string" }),
        1 => json!({ "type": "integer" }),
        2 => json!({ "type": "number" }),
        3 => json!({ "type": "boolean" }),
        4 => json!({ "type": ["string", "null"] }),
        5 => json!({ "type": "string", "enum": (["x", "y", "z"][rng.usize(..2)..]).to_vec() }),
        6 => json!({ "type": "integer", "minimum": rng.i64(0..3), "maximum": rng.i64(3..6) }),
        7 => json!({ "type": "string", "minLength": rng.u8(..3), "maxLength": rng.u8(3..6) }),
        8 => json!({ "type": "array", "items": part_schema(rng, depth) }),
        9 => json!({ "type": "object", "additionalProperties": part_schema(rng, depth) }),
        _ => {
            let inner = member_schema(rng, depth + 1);
            json!({ "type": "object", "required": ["in"], "properties": { "in": inner } })
        }
    }
}

/// What is in a list or a map: limits of such values are left to the server, as the types do not say them.
fn part_schema(rng: &mut Rng, depth: usize) -> Value {
    let mut schema = member_schema(rng, depth + 1);
    for limit in ["minimum", "maximum", "minLength", "maxLength"] {
        schema.as_object_mut().map(|schema| schema.remove(limit));
    }
    schema
}

fn instance(rng: &mut Rng, schema: &Value) -> Value {
    if let Some(only) = schema.get("const") {
        return only.clone();
    }
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return values[rng.usize(..values.len())].clone();
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    match types[rng.usize(..types.len())] {
        "null" => Value::Null,
        "boolean" => rng.bool().into(),
        "integer" => rng.i64(schema["minimum"].as_i64().unwrap_or(-9)..=schema["maximum"].as_i64().unwrap_or(9)).into(),
        "number" => (f64::from(rng.i32(-9..9)) / 2.0).into(),
        "string" => {
            let (least, most) = (schema["minLength"].as_u64().unwrap_or(0), schema["maxLength"].as_u64().unwrap_or(7));
            "abcdefg"[..rng.u64(least..=most) as usize].into()
        }
        "array" => (0..rng.usize(..3)).map(|_| instance(rng, &schema["items"])).collect(),
        _ => {
            let mut members = Map::new();
            if schema["additionalProperties"].is_object() {
                for name in ["p", "q"] {
                    members.insert(name.to_owned(), instance(rng, &schema["additionalProperties"]));
                }
            }
            let required: Vec<&str> =
                schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            for (name, member) in schema["properties"].as_object().into_iter().flatten() {
                if required.contains(&name.as_str()) || rng.bool() {
                    members.insert(name.clone(), instance(rng, member));
                }
            }
            Value::Object(members)
        }
    }
}
