//! OpenAPI 3.0 schemas as JSON Schema, for an independent validator.

use std::sync::OnceLock;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, Validator};
use logto_generator::model::JsonType;
use serde_json::{Map, Value, json};

/// A schema that validates: as the server reads it, and strictly. It is compiled when it is first used.
#[derive(Debug)]
pub struct Schema {
    schema: Value,
    /// `components` of the document, where the schema has references.
    components: Value,
    lenient: OnceLock<Result<Validator, String>>,
    strict: OnceLock<Result<Validator, String>>,
}

/// What a value does wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// Where in the value.
    pub path: Vec<String>,
    /// What the validator says.
    pub message: String,
    /// Which rule is broken.
    pub rule: Rule,
}

/// The rule that a value breaks.
#[derive(Debug, Clone, PartialEq)]
pub enum Rule {
    /// A member is missing; the JSON type that it should have, where the schema says it.
    Required(String),
    /// Another JSON type was expected: this one instead of that one.
    Type(String, String),
    /// Not one of these values.
    Enum(Vec<Value>),
    /// A pattern or a format does not fit.
    Pattern,
    /// Below a limit.
    TooSmall,
    /// Above a limit.
    TooBig,
    /// No variant of a union fits.
    Union,
    /// A member that the document does not have. The server drops it.
    Unknown,
    /// Something else.
    Other,
}

impl Schema {
    /// Makes a schema of the document ready. A schema that the validator refuses makes every value faulty.
    pub fn new(schema: &Value, document: &Value) -> Self {
        let refers = schema.to_string().contains("\"$ref\"");
        Self {
            schema: schema.clone(),
            components: if refers { document["components"]["schemas"].clone() } else { Value::Null },
            lenient: OnceLock::new(),
            strict: OnceLock::new(),
        }
    }

    /// What the server would find wrong.
    pub fn faults(&self, value: &Value) -> Vec<Fault> {
        faults(self.lenient.get_or_init(|| self.compile(false)), value)
    }

    /// What is wrong when members that the document does not list count too.
    pub fn strict_faults(&self, value: &Value) -> Vec<Fault> {
        faults(self.strict.get_or_init(|| self.compile(true)), value)
    }

    fn compile(&self, strict: bool) -> Result<Validator, String> {
        let named = self.components.as_object().into_iter().flatten();
        let named: Map<String, Value> = named.map(|(name, schema)| (name.clone(), translate(schema, strict))).collect();
        let root = json!({ "allOf": [translate(&self.schema, strict)], "components": { "schemas": named } });
        jsonschema::options()
            .with_draft(Draft::Draft7)
            .should_validate_formats(false)
            .build(&root)
            .map_err(|error| error.to_string())
    }
}

/// An OpenAPI 3.0 schema as JSON Schema: `nullable` becomes a type, `oneOf` becomes `anyOf` (the server takes the first
/// variant that fits), and in a strict schema objects are closed unless they say that they are open.
pub(super) fn translate(schema: &Value, strict: bool) -> Value {
    let Some(schema) = schema.as_object() else {
        return schema.clone();
    };
    if let Some(reference) = schema.get("$ref") {
        return json!({ "$ref": reference });
    }
    let mut out = Map::new();
    let composed = schema.contains_key("allOf")
        || (schema.contains_key("properties") && (schema.contains_key("oneOf") || schema.contains_key("anyOf")));
    for (key, value) in schema {
        match key.as_str() {
            "properties" => {
                let members = value.as_object().into_iter().flatten();
                let members: Map<String, Value> =
                    members.map(|(name, member)| (name.clone(), translate(member, strict))).collect();
                out.insert(key.clone(), Value::Object(members));
            }
            "items" | "additionalProperties" | "not" => {
                out.insert(key.clone(), translate(value, strict));
            }
            "oneOf" | "anyOf" | "allOf" => {
                let key = if key == "oneOf" { "anyOf" } else { key };
                let parts = value.as_array().into_iter().flatten();
                let parts: Vec<Value> = parts.map(|part| translate(part, strict && !composed)).collect();
                out.insert(key.to_owned(), Value::Array(parts));
            }
            "type" | "enum" | "required" | "pattern" | "minLength" | "maxLength" | "minItems" | "maxItems"
            | "uniqueItems" | "minProperties" | "maxProperties" | "multipleOf" | "minimum" | "maximum" => {
                out.insert(key.clone(), value.clone());
            }
            "exclusiveMinimum" if *value == true => move_limit(&mut out, schema, "minimum", "exclusiveMinimum"),
            "exclusiveMaximum" if *value == true => move_limit(&mut out, schema, "maximum", "exclusiveMaximum"),
            _ => {}
        }
    }
    if schema.get("exclusiveMinimum") == Some(&Value::Bool(true)) {
        out.remove("minimum");
    }
    if schema.get("exclusiveMaximum") == Some(&Value::Bool(true)) {
        out.remove("maximum");
    }
    if strict && !composed && out.contains_key("properties") && !out.contains_key("additionalProperties") {
        out.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
    if schema.get("nullable") == Some(&Value::Bool(true)) {
        return json!({ "anyOf": [{ "type": "null" }, out] });
    }
    Value::Object(out)
}

fn move_limit(out: &mut Map<String, Value>, schema: &Map<String, Value>, from: &str, to: &str) {
    if let Some(limit) = schema.get(from) {
        out.insert(to.to_owned(), limit.clone());
    }
}

fn faults(validator: &Result<Validator, String>, value: &Value) -> Vec<Fault> {
    let validator = match validator {
        Ok(validator) => validator,
        Err(message) => {
            return vec![Fault {
                path: Vec::new(),
                message: format!("the schema cannot be used: {message}"),
                rule: Rule::Other,
            }];
        }
    };
    let mut found: Vec<Fault> = validator.iter_errors(value).map(|error| fault(&error)).collect();
    found.dedup();
    found
}

fn fault(error: &jsonschema::ValidationError<'_>) -> Fault {
    let pointer = error.instance_path().as_str().to_owned();
    let mut path: Vec<String> =
        pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~")).collect();
    let rule = match error.kind() {
        ValidationErrorKind::Required { property } => {
            path.extend(property.as_str().map(str::to_owned));
            Rule::Required(String::new())
        }
        ValidationErrorKind::Type { kind } => {
            Rule::Type(type_name(kind), JsonType::name_of(error.instance()).to_owned())
        }
        ValidationErrorKind::Enum { options } => Rule::Enum(options.as_array().cloned().unwrap_or_default()),
        ValidationErrorKind::Pattern { .. } | ValidationErrorKind::Format { .. } => Rule::Pattern,
        ValidationErrorKind::MinLength { .. }
        | ValidationErrorKind::MinItems { .. }
        | ValidationErrorKind::Minimum { .. }
        | ValidationErrorKind::ExclusiveMinimum { .. }
        | ValidationErrorKind::MinProperties { .. } => Rule::TooSmall,
        ValidationErrorKind::MaxLength { .. }
        | ValidationErrorKind::MaxItems { .. }
        | ValidationErrorKind::Maximum { .. }
        | ValidationErrorKind::ExclusiveMaximum { .. }
        | ValidationErrorKind::MaxProperties { .. } => Rule::TooBig,
        ValidationErrorKind::AnyOf { .. } => Rule::Union,
        ValidationErrorKind::AdditionalProperties { .. } => Rule::Unknown,
        _ => Rule::Other,
    };
    Fault { path, message: error.to_string(), rule }
}

fn type_name(kind: &jsonschema::error::TypeKind) -> String {
    match kind {
        jsonschema::error::TypeKind::Single(kind) => match kind.to_string().as_str() {
            "integer" => "number".to_owned(),
            name => name.to_owned(),
        },
        jsonschema::error::TypeKind::Multiple(_) => "value".to_owned(),
    }
}
