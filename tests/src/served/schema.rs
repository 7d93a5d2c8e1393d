//! The document's own schemas as JSON Schema, for a validator that is not ours.
//!
//! | what the document says | what is validated |
//! |---|---|
//! | `nullable`, boolean `exclusive*` | `null` as a type, numbers; in 3.1 too, since documents still say it |
//! | 3.0: siblings of `$ref` | nothing |
//! | all else | as it stands, by draft 2020-12 |
//! | `oneOf` | `anyOf`: documents list variants that overlap, and servers take the first that fits |
//! | `readOnly` in what is sent | not there, unless it may be the tag of a union |
//! | `writeOnly` in what is received | not required |
//! | what is required and has a default, in what is sent | not required |
//! | `format` | nothing: it is an annotation |
//! | a pattern that is no regular expression | nothing |

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use jsonschema::{Draft, Registry, Validator};
use serde_json::{Map, Value, json};

use super::bundle::step;

/// Where the validator believes the document to be.
const HOME: &str = "served:///document";

/// Which way a value goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Way {
    /// To the server.
    Sent,
    /// From the server.
    Received,
}

/// All schemas of a document, ready to validate by their pointers.
pub(super) struct Schemas {
    ways: HashMap<Way, OneWay>,
}

/// The schemas as they are for what goes one way.
struct OneWay {
    registry: Registry<'static>,
    /// The pointers that are asked for.
    pointers: BTreeSet<String>,
    /// All of them in one validator: each compiles everything that it leads to, which is nearly everything.
    together: OnceLock<Option<Validator>>,
    /// Each by itself, where they cannot be compiled together.
    alone: Mutex<HashMap<String, Result<Arc<Validator>, String>>>,
}

impl Schemas {
    /// Makes the schemas at these pointers ready.
    pub(super) fn new(document: &Value, old: bool, pointers: &BTreeSet<String>) -> Result<Self, String> {
        let mut ways = HashMap::new();
        for way in [Way::Sent, Way::Received] {
            let whole = Translate { old, way, document }.around(document);
            let registry = Registry::new().draft(Draft::Draft202012).add(HOME, whole).and_then(|all| all.prepare());
            let one = OneWay {
                registry: registry.map_err(|error| error.to_string())?,
                pointers: pointers.clone(),
                together: OnceLock::new(),
                alone: Mutex::default(),
            };
            ways.insert(way, one);
        }
        Ok(Self { ways })
    }

    /// What is wrong with a value by the schema at a pointer: where in the value, and why.
    pub(super) fn faults(&self, way: Way, pointer: &str, value: &Value) -> Vec<String> {
        match self.ways.get(&way) {
            Some(schemas) => schemas.faults(pointer, value),
            None => Vec::new(),
        }
    }
}

impl OneWay {
    fn faults(&self, pointer: &str, value: &Value) -> Vec<String> {
        if let Some(together) = self.together.get_or_init(|| self.compile_all())
            && self.pointers.contains(pointer)
        {
            let start = step("", pointer);
            return faults(together, &json!({ pointer: value }), &start);
        }
        match self.alone(pointer) {
            Ok(validator) => faults(&validator, value, ""),
            Err(error) => vec![format!("the schema at {pointer} cannot be used: {error}")],
        }
    }

    fn compile_all(&self) -> Option<Validator> {
        let members: Map<String, Value> =
            self.pointers.iter().map(|pointer| (pointer.clone(), reference(pointer))).collect();
        self.compile(&json!({ "properties": members })).ok()
    }

    fn alone(&self, pointer: &str) -> Result<Arc<Validator>, String> {
        let mut alone = self.alone.lock().unwrap_or_else(PoisonError::into_inner);
        let compile = || self.compile(&reference(pointer)).map(Arc::new);
        alone.entry(pointer.to_owned()).or_insert_with(compile).clone()
    }

    fn compile(&self, schema: &Value) -> Result<Validator, String> {
        let options = jsonschema::options().with_draft(Draft::Draft202012).with_registry(&self.registry);
        options.should_validate_formats(false).build(schema).map_err(|error| error.to_string())
    }
}

fn faults(validator: &Validator, value: &Value, start: &str) -> Vec<String> {
    let errors = validator.iter_errors(value).take(5);
    let at = |path: &str| path.strip_prefix(start).unwrap_or(path).to_owned();
    errors.map(|error| format!("at `{}`: {error}", at(error.instance_path().as_str()))).collect()
}

/// A schema that is the one at a pointer.
fn reference(pointer: &str) -> Value {
    json!({ "$ref": format!("{HOME}#{}", encoded(pointer)) })
}

/// A pointer as a fragment of a URI.
fn encoded(pointer: &str) -> String {
    percent_encoding::utf8_percent_encode(pointer, percent_encoding::NON_ALPHANUMERIC).to_string().replace("%2F", "/")
}

struct Translate<'a> {
    /// Whether it is 3.0.
    old: bool,
    way: Way,
    document: &'a Value,
}

impl Translate<'_> {
    /// What is around schemas stays as it is, so that pointers do.
    fn around(&self, value: &Value) -> Value {
        match value {
            Value::Object(members) => {
                let members = members.iter().map(|(name, member)| {
                    let member = match (name.as_str(), member) {
                        ("schema", Value::Object(_) | Value::Bool(_)) => self.schema(member),
                        ("schemas" | "definitions" | "$defs", Value::Object(_)) => self.each_member(member),
                        _ => self.around(member),
                    };
                    (name.clone(), member)
                });
                Value::Object(members.collect())
            }
            Value::Array(items) => items.iter().map(|item| self.around(item)).collect(),
            plain => plain.clone(),
        }
    }

    fn each_member(&self, value: &Value) -> Value {
        let members = value.as_object().into_iter().flatten();
        members.map(|(name, member)| (name.clone(), self.member(member))).collect()
    }

    /// A member: what only the server gives is not sent, unless it may tell variants of a union apart.
    fn member(&self, member: &Value) -> Value {
        let target = follow(member, self.document);
        let says = |key: &str| [Some(member), target].into_iter().flatten().find_map(|schema| schema.get(key));
        let is_absent = self.way == Way::Sent && says("readOnly") == Some(&Value::Bool(true));
        if is_absent && says("enum").or(says("const")).is_none() { Value::Bool(false) } else { self.schema(member) }
    }

    fn schema(&self, schema: &Value) -> Value {
        let Some(schema) = schema.as_object() else { return schema.clone() };
        if let (true, Some(reference)) = (self.old, schema.get("$ref")) {
            return json!({ "$ref": reference });
        }
        let mut out = Map::new();
        let mut one_of = None;
        for (key, value) in schema {
            match key.as_str() {
                // A reference that leads nowhere allows everything, as data that only looks like one does.
                "$ref" if !leads(value, self.document) => {}
                "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas" => {
                    out.insert(key.clone(), self.each_member(value));
                }
                "allOf" | "anyOf" | "oneOf" | "prefixItems" if value.as_array().is_none_or(Vec::is_empty) => {}
                "allOf" | "anyOf" | "prefixItems" => {
                    out.insert(key.clone(), self.parts(value));
                }
                "oneOf" => one_of = Some(self.parts(value)),
                "items"
                | "additionalProperties"
                | "not"
                | "if"
                | "then"
                | "else"
                | "contains"
                | "propertyNames"
                | "unevaluatedItems"
                | "unevaluatedProperties" => {
                    out.insert(key.clone(), self.schema(value));
                }
                "required" => {
                    out.insert(key.clone(), self.required(schema, value));
                }
                "pattern" if !is_pattern(value) => {}
                "enum" if value.as_array().is_none_or(Vec::is_empty) => {}
                "type" if names_null(schema) => {
                    out.insert(key.clone(), json!([value, "null"]));
                }
                "$ref" | "type" | "enum" | "const" | "pattern" | "minLength" | "maxLength" | "minItems"
                | "maxItems" | "uniqueItems" | "minProperties" | "maxProperties" | "multipleOf" | "minimum"
                | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "minContains" | "maxContains"
                | "dependentRequired" => {
                    out.insert(key.clone(), value.clone());
                }
                _ => {}
            }
        }
        if let Some(parts) = one_of {
            // Beside an `anyOf` that is there already; the parts of `allOf` keep their places.
            let all = out.entry("allOf").or_insert_with(|| json!([]));
            all.as_array_mut().into_iter().for_each(|all| all.push(json!({ "anyOf": parts })));
        }
        limits(&mut out);
        nullable(schema, out)
    }

    fn parts(&self, value: &Value) -> Value {
        value.as_array().into_iter().flatten().map(|part| self.schema(part)).collect()
    }

    /// The members that are required of what goes this way.
    fn required(&self, schema: &Map<String, Value>, required: &Value) -> Value {
        let mark = if self.way == Way::Sent { "readOnly" } else { "writeOnly" };
        let names = required.as_array().into_iter().flatten().filter(|name| {
            let member = name.as_str().and_then(|name| schema.get("properties")?.get(name));
            let target = member.and_then(|member| follow(member, self.document));
            let has_default = |member: &Value| member.get("default").is_some_and(|default| !default.is_null());
            let may_be_left_out = |member: &Value| {
                member.get(mark) == Some(&Value::Bool(true)) || self.way == Way::Sent && has_default(member)
            };
            ![member, target].into_iter().flatten().any(may_be_left_out)
        });
        // Once each: the validator counts them.
        names.filter_map(Value::as_str).collect::<BTreeSet<_>>().into_iter().map(Value::from).collect()
    }
}

/// Whether a schema of one type lists `null` among its values, as some write that there is nothing.
fn names_null(schema: &Map<String, Value>) -> bool {
    let listed = schema.get("enum").and_then(Value::as_array).is_some_and(|values| values.contains(&Value::Null));
    listed && schema.get("type").is_some_and(|kind| kind.is_string() && kind != "null")
}

/// Exclusive limits are numbers, which in 3.0 and in some documents of 3.1 they are not.
fn limits(out: &mut Map<String, Value>) {
    for (limit, exclusive) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
        match out.remove(exclusive) {
            Some(Value::Bool(true)) => {
                if let Some(value) = out.remove(limit) {
                    out.insert(exclusive.to_owned(), value);
                }
            }
            Some(number @ Value::Number(_)) => {
                out.insert(exclusive.to_owned(), number);
            }
            _ => {}
        }
    }
}

/// `null` beside what a schema allows; documents of 3.1 that still say `nullable` mean it.
fn nullable(schema: &Map<String, Value>, mut out: Map<String, Value>) -> Value {
    if schema.get("nullable") != Some(&Value::Bool(true)) {
        return Value::Object(out);
    }
    // Inside the schema where that does, so that pointers into it still lead there.
    let only_type = ["enum", "const", "allOf", "anyOf"].iter().all(|key| !out.contains_key(*key));
    match (only_type, out.get("type").cloned()) {
        (true, Some(kind @ Value::String(_))) => {
            out.insert("type".to_owned(), json!([kind, "null"]));
            Value::Object(out)
        }
        _ => json!({ "anyOf": [{ "type": "null" }, out] }),
    }
}

/// What a schema or another object means, references followed.
pub(super) fn follow<'a>(value: &'a Value, document: &'a Value) -> Option<&'a Value> {
    logto_generator::sample::follow(value, document)
}

/// The pointer of what a value means, references followed.
pub(super) fn pointer_of(value: &Value, pointer: &str, document: &Value) -> String {
    let (mut value, mut pointer) = (value, pointer.to_owned());
    for _ in 0..100 {
        let Some(target) = value.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#')) else {
            break;
        };
        let Some(found) = document.pointer(target) else { break };
        (value, pointer) = (found, target.to_owned());
    }
    pointer
}

/// A member with its pointer.
pub(super) fn member<'a>(value: &'a Value, pointer: &str, name: &str) -> Option<(&'a Value, String)> {
    value.get(name).map(|found| (found, step(pointer, name)))
}

fn leads(reference: &Value, document: &Value) -> bool {
    let pointer = reference.as_str().and_then(|reference| reference.strip_prefix('#'));
    pointer.is_some_and(|pointer| document.pointer(pointer).is_some())
}

fn is_pattern(pattern: &Value) -> bool {
    jsonschema::options().build(&json!({ "pattern": pattern })).is_ok()
}
