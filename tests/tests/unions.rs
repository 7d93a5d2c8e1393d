//! Random unions, and values that an independent validator judges: what is valid for exactly one alternative becomes that
//! alternative, nothing that it lists is lost, and what was chosen is chosen again.
//!
//! The generator makes the model of each union, and the runtime chooses by the shapes that the model's types have, so that
//! no Rust is compiled. `UNIONS=2000 SEED=7 cargo test -p logto-tests unions` takes more of them and others.

use std::collections::BTreeMap;

use fastrand::Rng;
use jsonschema::Validator;
use logto_generator::lock::Lock;
use logto_generator::model::{DefKind, Field, JsonType, Model, Reply, Select, Struct, Ty, Union};
use logto_generator::pipeline;
use logto_generator::rules::Rules;
use logto_runtime::__private::shape::{Alternative, Limits, Member, Object, Of, Tagged, Variant};
use logto_runtime::__private::{choose, kind};
use logto_runtime::Shape;
use serde_json::{Map, Value, json};

const UNIONS: usize = 200;
const VALUES: usize = 60;
const NAMES: [&str; 5] = ["kind", "a", "b", "c", "d"];

#[test]
fn random_unions_are_told_as_their_schemas_say() {
    let number =
        |name: &str, default: u64| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default);
    let (unions, seed) = (number("UNIONS", UNIONS as u64), number("SEED", 1));
    println!("{unions} unions, seed {seed}");
    let (mut judged, mut told) = (0, 0);
    for index in 0..unions {
        let mut rng = Rng::with_seed(seed.wrapping_mul(1_000_003).wrapping_add(index));
        let (one, another) = check(&mut rng, &format!("seed {seed}, union {index}"));
        judged += one;
        told += another;
    }
    println!("{judged} values, {told} of exactly one alternative");
    assert!(told * 4 > judged, "most unions tell their alternatives apart: {told} of {judged}");
}

/// A union, and how many of its values were judged and were of exactly one alternative.
fn check(rng: &mut Rng, what: &str) -> (usize, usize) {
    let made = Made::new(rng);
    let model = made.model();
    let Reply::Json(root) = &model.operations[0].reply else { panic!("{what}: no JSON") };
    let mut names: BTreeMap<usize, String> = BTreeMap::new();
    let (mut judged, mut told) = (0, 0);
    for _ in 0..VALUES {
        let value = made.value(rng);
        let valid: Vec<usize> =
            (0..made.validators.len()).filter(|index| made.validators[*index].is_valid(&value)).collect();
        judged += 1;
        let [only] = valid.as_slice() else { continue };
        told += 1;
        let case = || format!("{what}\n{}\nvalue {value}, of alternative {only}", made.document);
        let read = read(&model, root, &value).unwrap_or_else(|why| panic!("{why}\n{}", case()));
        // An alternative is one variant, and one that others are too only where they are one type.
        let known = names.entry(*only).or_insert_with(|| read.0.clone());
        assert_eq!(*known, read.0, "{}", case());
        for name in
            made.listed[*only].iter().filter(|name| value.get(name.as_str()).is_some_and(|member| !member.is_null()))
        {
            assert!(read.1.contains(name), "`{name}` is lost\n{}", case());
        }
    }
    let all: Vec<&String> = names.values().collect();
    for (index, name) in all.iter().enumerate() {
        let twice = all[..index].contains(name);
        assert!(
            !twice || !name.contains('/') || made.has_equal(),
            "{name} is two alternatives: {what}\n{}",
            made.document
        );
    }
    (judged, told)
}

/// The variant that a value is read as, and the members that it has.
fn read(model: &Model, ty: &Ty, value: &Value) -> Result<(String, Vec<String>), String> {
    let Ty::Def(id) = ty else { return Ok((format!("{ty:?}"), all_members(value))) };
    match &model.def(*id).kind {
        DefKind::Enum(_) => Ok((id.0.to_string(), Vec::new())),
        DefKind::Struct(object) => {
            let mut listed: Vec<String> = object.fields.iter().map(|field| field.json.clone()).collect();
            if object.rest.is_some() {
                listed = all_members(value);
            }
            Ok((id.0.to_string(), listed))
        }
        DefKind::Union(union) => {
            let index = match &union.tag {
                Some(tag) => {
                    let found = value.get(tag).cloned().unwrap_or_default();
                    let is = |select: &Select| matches!(select, Select::Tag(values) if values.contains(&found));
                    let found = union.variants.iter().position(|variant| is(&variant.select));
                    found.or(union.missing.filter(|_| value.get(tag).is_none()))
                }
                None => choose(shape(model, ty), value),
            };
            let variant =
                index.and_then(|index| union.variants.get(index)).ok_or_else(|| "it is unknown".to_owned())?;
            let (name, mut listed) = read(model, &variant.ty, value)?;
            listed.extend(union.tag.clone());
            Ok((format!("{}/{}/{name}", id.0, index.unwrap_or_default()), listed))
        }
    }
}

fn all_members(value: &Value) -> Vec<String> {
    value.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
}

fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

fn leak_all<T>(values: Vec<T>) -> &'static [T] {
    Box::leak(values.into_boxed_slice())
}

fn made_of(model: &Model, ty: &Ty) -> Of {
    Of::Made(leak(shape(model, ty)))
}

/// The shape that the Rust type of a type has.
fn shape(model: &Model, ty: &Ty) -> Shape {
    match ty {
        Ty::Any | Ty::Extern(_) => Shape::Any,
        Ty::Bool => Shape::Bool,
        Ty::Int | Ty::Millis | Ty::Seconds => Shape::Whole { signed: true },
        Ty::Unsigned => Shape::Whole { signed: false },
        Ty::Float => Shape::Number,
        Ty::String | Ty::DateTime | Ty::Secret => Shape::Text,
        Ty::Hidden(inner) => shape(model, inner),
        Ty::Nullable(inner) => Shape::Optional(made_of(model, inner)),
        Ty::List(item) => Shape::List(made_of(model, item)),
        Ty::Map(value) => Shape::Map(made_of(model, value)),
        Ty::Tuple(items) => Shape::Tuple(leak_all(items.iter().map(|item| made_of(model, item)).collect())),
        Ty::Def(id) => match &model.def(*id).kind {
            DefKind::Enum(values) => {
                let texts = values.values.iter().map(|value| leak(value.clone()).as_str()).collect();
                Shape::Texts(leak_all(texts))
            }
            DefKind::Struct(object) => Shape::Object(leak(object_shape(model, object))),
            DefKind::Union(union) => union_shape(model, union),
        },
    }
}

fn object_shape(model: &Model, object: &Struct) -> Object {
    Object {
        members: leak_all(object.fields.iter().map(|field| member(model, field)).collect()),
        rest: object.rest.as_ref().map(|rest| Of::Made(leak(Shape::Map(made_of(model, rest))))),
        closed: object.closed && object.rest.is_none(),
    }
}

fn member(model: &Model, field: &Field) -> Member {
    let is_option = !field.required || field.nullable;
    let of = made_of(model, &field.ty);
    let of = if is_option { Of::Made(leak(Shape::Optional(of))) } else { of };
    let member = Member::made(leak(field.json.clone()), of, is_option).within(limits(field));
    if field.required && field.nullable { member.null() } else { member }
}

/// What generated code says of a member beside its type.
fn limits(field: &Field) -> Limits {
    let facts = &field.facts;
    let listed: Vec<String> = match &field.constant {
        Some(only) => vec![only.to_string()],
        None => facts.values.clone(),
    };
    let mut limits = Limits::NONE;
    let number = |limit: &Option<String>| limit.as_ref().and_then(|limit| limit.parse::<f64>().ok());
    if listed.is_empty() {
        limits = match number(&facts.min) {
            Some(min) if facts.exclusive_min => limits.above(min),
            Some(min) => limits.min(min),
            None => limits,
        };
        limits = match number(&facts.max) {
            Some(max) if facts.exclusive_max => limits.below(max),
            Some(max) => limits.max(max),
            None => limits,
        };
        limits = number(&facts.multiple_of).map_or(limits, |step| limits.step(step));
    } else {
        limits = limits.only(leak_all(listed.into_iter().map(|text| leak(text).as_str()).collect()));
    }
    if field.nullable { limits.nullable() } else { limits }
}

fn union_shape(model: &Model, union: &Union) -> Shape {
    let Some(tag) = &union.tag else {
        let alternatives = union.variants.iter().map(|variant| {
            let is = match &variant.select {
                Select::Json(json) | Select::Fits(json) => is_json(*json),
                Select::Keys(_) | Select::Tag(_) => kind::object,
            };
            Alternative::made("variant", is, made_of(model, &variant.ty))
        });
        return Shape::Untagged(leak_all(alternatives.collect()));
    };
    let variants = union.variants.iter().map(|variant| {
        let values = match &variant.select {
            Select::Tag(values) => values.clone(),
            _ => Vec::new(),
        };
        let keeps = match &variant.ty {
            Ty::Def(id) => match &model.def(*id).kind {
                DefKind::Struct(object) => object.fields.iter().any(|field| field.json == *tag),
                _ => true,
            },
            _ => true,
        };
        Variant::made(leak_all(values), keeps, made_of(model, &variant.ty))
    });
    let missing = union.missing.map(|index| made_of(model, &union.variants[index].ty));
    Shape::Tagged(leak(Tagged { tag: leak(tag.clone()), variants: leak_all(variants.collect()), missing }))
}

fn is_json(json: JsonType) -> fn(&Value) -> bool {
    match json {
        JsonType::Bool => kind::bool,
        JsonType::Number => kind::number,
        JsonType::String => kind::string,
        JsonType::Array => kind::array,
        JsonType::Object => kind::object,
    }
}

/// A random union.
struct Made {
    document: Value,
    alternatives: Vec<Value>,
    validators: Vec<Validator>,
    /// The members that each alternative lists.
    listed: Vec<Vec<String>>,
}

impl Made {
    fn new(rng: &mut Rng) -> Self {
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

    fn model(&self) -> Model {
        let rules = Rules::parse("").expect("no rules");
        let lock = Lock::parse("").expect("no lock");
        let text = self.document.to_string();
        let made = pipeline::corrected(text.as_bytes(), "", &rules, "1.0.0")
            .and_then(|corrected| pipeline::model(&corrected, &rules, &lock, "1.0.0"));
        made.unwrap_or_else(|error| panic!("{}\n{error}", self.document)).model
    }

    /// Whether two alternatives have members of the same types, which only their limits tell apart.
    fn has_equal(&self) -> bool {
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
    fn value(&self, rng: &mut Rng) -> Value {
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
