//! Sample calls: for each operation the least and the most that a caller can send, and for each union a value of each of
//! its variants. The generated tests are made from them.

use serde_json::{Map, Value};

use crate::emit::{DriverInput, SampleCall, UnionSamples};
use crate::model::{BodyKind, DefId, DefKind, JsonType, Model, Operation, Param, Part, Place, Select, Ty, Union};
use crate::sample::{Fill, follow, sample, sample_variant, variants};

/// How many values of each variant are made.
const SEEDS: u64 = 3;

/// Samples for every operation and every union of a document.
pub fn driver_input(model: &Model, document: &Value) -> DriverInput {
    let calls =
        model.operations.iter().enumerate().map(|(index, operation)| call(index, operation, document)).collect();
    let mut unions = Vec::new();
    for (index, def) in model.defs.iter().enumerate() {
        if let DefKind::Union(union) = &def.kind {
            let places: Vec<&Place> = def.places.iter().collect();
            unions.extend(union_samples(DefId(index), union, &places, document));
        }
    }
    DriverInput { calls, unions }
}

fn call(operation: usize, of: &Operation, document: &Value) -> SampleCall {
    let item = operation_item(of, document);
    let parameter = |param: &Param, wanted: &str| -> Value {
        if let Ty::Extern(_) = param.ty {
            return Value::String("%a%".to_owned());
        }
        let found = item.into_iter().flat_map(|item| parameters(item, of, document));
        let schema =
            found.into_iter().find(|p| p["name"] == param.json.as_str() && p["in"] == wanted).map(|p| &p["schema"]);
        schema.map_or(Value::Null, |schema| value_of(param, &sample(schema, document, Fill::Every, 0)))
    };
    let body = of.body.as_ref().and_then(|body| body_schema(item?, document, body.media_type()));
    SampleCall {
        operation,
        path: of.path_params.iter().map(|param| parameter(param, "path")).collect(),
        query: of.query.iter().map(|param| parameter(param, "query")).collect(),
        headers: of.headers.iter().map(|param| parameter(param, "header")).collect(),
        cookies: of.cookies.iter().map(|param| parameter(param, "cookie")).collect(),
        body_min: body_value(of, body, document, Fill::Required),
        body_full: body_value(of, body, document, Fill::Every),
    }
}

/// A body; a text or bytes are any text.
fn body_value(of: &Operation, schema: Option<&Value>, document: &Value, fill: Fill) -> Option<Value> {
    match of.body.as_ref().map(|body| &body.kind)? {
        BodyKind::Text | BodyKind::Binary => Some(Value::from("text")),
        BodyKind::Json(_) | BodyKind::Form(..) | BodyKind::Multipart(_) => {
            schema.map(|schema| sample(schema, document, fill, 0))
        }
    }
}

/// The value of a parameter as the model types it: the document may write a boolean or a moment as a text.
fn value_of(param: &Param, sampled: &Value) -> Value {
    match (&param.ty, sampled) {
        (Ty::Bool, _) => Value::Bool(true),
        (Ty::Millis | Ty::Seconds | Ty::Int, Value::String(_)) => Value::from(1_700_000_000_000_i64),
        (Ty::List(_), Value::String(_)) => Value::Array(vec![sampled.clone()]),
        _ => sampled.clone(),
    }
}

fn operation_item<'a>(operation: &Operation, document: &'a Value) -> Option<&'a Value> {
    document["paths"].get(&operation.path)?.get(operation.method.to_lowercase())
}

/// The parameters of an operation and of its path, references followed.
fn parameters<'a>(item: &'a Value, operation: &Operation, document: &'a Value) -> Vec<&'a Value> {
    let shared = document["paths"][&operation.path]["parameters"].as_array();
    let own = item["parameters"].as_array();
    own.into_iter().chain(shared).flatten().filter_map(|parameter| follow(parameter, document)).collect()
}

fn body_schema<'a>(item: &'a Value, document: &'a Value, media: &str) -> Option<&'a Value> {
    follow(&item["requestBody"], document)?["content"].get(media)?.get("schema")
}

fn union_samples(def: DefId, union: &Union, places: &[&Place], document: &Value) -> Vec<UnionSamples> {
    let mut found: Vec<Vec<Value>> = vec![Vec::new(); union.variants.len()];
    for place in places {
        let Some(schema) = schema_at(place, document) else { continue };
        for index in 0..variants(schema, document).len() {
            for seed in 0..SEEDS {
                let fill = if seed == 0 { Fill::Required } else { Fill::Every };
                let Some(value) = sample_variant(schema, index, document, fill, seed) else { continue };
                if let Some(variant) = variant_of(union, &value)
                    && found[variant].len() < SEEDS as usize
                    && !found[variant].contains(&value)
                {
                    found[variant].push(value);
                }
            }
        }
    }
    let samples = found.into_iter().enumerate().filter(|(_, samples)| !samples.is_empty());
    samples.map(|(variant, samples)| UnionSamples { def, variant, samples }).collect()
}

/// The variant that a value is of, by the rules that the generated code follows.
fn variant_of(union: &Union, value: &Value) -> Option<usize> {
    if let (Some(tag), Value::Object(object)) = (&union.tag, value) {
        let Some(found) = object.get(tag) else { return union.missing };
        let tagged = union
            .variants
            .iter()
            .position(|variant| matches!(&variant.select, Select::Tag(values) if values.contains(found)));
        if tagged.is_some() {
            return tagged;
        }
    }
    let mut order: Vec<usize> = (0..union.variants.len()).collect();
    order.sort_by_key(|index| match &union.variants[*index].select {
        Select::Keys(keys) => usize::MAX - keys.len(),
        Select::Tag(_) | Select::Json(_) | Select::Fits(_) => usize::MAX,
    });
    order.into_iter().find(|index| match &union.variants[*index].select {
        Select::Tag(_) => false,
        Select::Keys(keys) => value.as_object().is_some_and(|object| keys.iter().all(|key| object.contains_key(key))),
        Select::Json(json) | Select::Fits(json) => json.as_str() == JsonType::name_of(value),
    })
}

/// The schema at a place of a lowered document.
pub fn schema_at<'a>(place: &Place, document: &'a Value) -> Option<&'a Value> {
    let operation = || operation_named(&place.operation, document);
    let (first, rest) = place.path.split_first().map_or(("", [].as_slice()), |(first, rest)| (first.as_str(), rest));
    match place.part {
        Part::Component | Part::SentComponent => {
            inside(document["components"]["schemas"].get(&place.operation)?, &place.path, document)
        }
        Part::Reply => match first.strip_prefix('|').and_then(|status| operation()?["responses"].get(status)) {
            // Another success than the first.
            Some(reply) => inside(json_schema(follow(reply, document)?)?, rest, document),
            None => inside(success_schema(operation()?, document)?, &place.path, document),
        },
        Part::Failure => inside(json_schema(follow(operation()?["responses"].get(first)?, document)?)?, rest, document),
        Part::Body => {
            let content = follow(&operation()?["requestBody"], document)?["content"].as_object()?;
            let mut schemas = content.values().filter_map(|media| media.get("schema"));
            // One of another way to write the body has the way in front of its path.
            let here = |schema| inside(schema, &place.path, document).or_else(|| inside(schema, rest, document));
            schemas.find_map(here)
        }
        Part::Parameter => {
            let parameters = operation()?["parameters"].as_array()?;
            let mut parameters = parameters.iter().filter_map(|parameter| follow(parameter, document));
            inside(parameters.find(|parameter| parameter["name"] == first)?.get("schema")?, rest, document)
        }
        Part::Webhook => None,
    }
}

/// The schema that steps lead to.
fn inside<'a>(mut schema: &'a Value, steps: &[String], document: &'a Value) -> Option<&'a Value> {
    for step in steps {
        schema = follow(schema, document)?;
        schema = match step.as_str() {
            "[]" => schema.get("items")?,
            "{}" => schema.get("additionalProperties")?,
            step => match step.strip_prefix('|') {
                Some(select) => {
                    variants(schema, document).iter().find(|variant| is_selected(variant, select, document))?
                }
                None => schema.get("properties")?.get(step)?,
            },
        };
    }
    follow(schema, document)
}

/// The schema of the JSON of a reply.
fn json_schema(reply: &Value) -> Option<&Value> {
    let content = reply["content"].as_object()?;
    content.iter().find(|(media, _)| media.ends_with("json")).and_then(|(_, media)| media.get("schema"))
}

/// The schema of an operation's first success reply that has one.
pub fn success_schema<'a>(operation: &'a Value, document: &'a Value) -> Option<&'a Value> {
    let replies = operation["responses"].as_object()?;
    let successes = replies.iter().filter(|(status, _)| status.starts_with('2'));
    successes.filter_map(|(_, reply)| follow(reply, document)?["content"].get("application/json")?.get("schema")).next()
}

/// The operation with an id.
pub fn operation_named<'a>(id: &str, document: &'a Value) -> Option<&'a Value> {
    let paths = document["paths"].as_object()?;
    paths.values().filter_map(Value::as_object).flat_map(Map::values).find(|operation| operation["operationId"] == id)
}

fn is_selected(variant: &Value, select: &str, document: &Value) -> bool {
    let Some(variant) = follow(variant, document) else { return false };
    if variant["type"] == select || (variant["type"] == "integer" && select == "number") {
        return true;
    }
    let first = |schema: &Value| -> Option<String> {
        let value = schema["enum"].as_array()?.first()?;
        Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    };
    let mut members = variant["properties"].as_object().into_iter().flat_map(Map::values);
    let tagged = members.any(|member| first(member).as_deref() == Some(select));
    let required = |key: &str| variant["required"].as_array().is_some_and(|keys| keys.iter().any(|known| known == key));
    tagged || select.split('+').all(required)
}
