//! What JSON types a schema allows, looked at from outside: enough to read texts by it.

use logto_generator::model::JsonType;
use serde_json::Value;

use super::schema::follow;

/// How far schemas are looked into.
const DEEPEST: usize = 24;

/// The JSON types that a schema allows, and the schemas inside it.
#[derive(Debug, Clone)]
pub(super) struct Kinds<'a> {
    pub(super) scalar: bool,
    pub(super) string: bool,
    pub(super) number: bool,
    pub(super) boolean: bool,
    pub(super) null: bool,
    pub(super) array: bool,
    pub(super) object: bool,
    /// The schema and all that hold with it or in its place.
    parts: Vec<&'a Value>,
    document: &'a Value,
}

impl<'a> Kinds<'a> {
    pub(super) fn of(schema: &'a Value, document: &'a Value) -> Self {
        let mut parts = Vec::new();
        gather(schema, document, &mut parts, 0);
        let types: Vec<&str> = parts.iter().flat_map(|part| types(part)).collect();
        let has = |name: &str| types.is_empty() || types.contains(&name);
        let (string, number, boolean) = (has("string"), has("number") || has("integer"), has("boolean"));
        Self {
            scalar: string || number || boolean,
            string,
            number,
            boolean,
            null: has("null"),
            array: has("array"),
            object: has("object"),
            parts,
            document,
        }
    }

    /// Those of an item of a list.
    pub(super) fn item(&self) -> Self {
        let item = self.parts.iter().find_map(|part| part.get("items"));
        Self::of(item.unwrap_or(&Value::Null), self.document)
    }

    /// Those of a member of an object.
    pub(super) fn member(&self, name: &str) -> Self {
        Self::of(self.schema_of(name).unwrap_or(&Value::Null), self.document)
    }

    /// The schema of a member of an object.
    pub(super) fn schema_of(&self, name: &str) -> Option<&'a Value> {
        let listed = self.parts.iter().find_map(|part| part["properties"].get(name));
        let rest =
            || self.parts.iter().find_map(|part| part.get("additionalProperties").filter(|rest| rest.is_object()));
        listed.or_else(rest)
    }

    /// The members that are listed.
    pub(super) fn names(&self) -> Vec<&'a str> {
        let members = self.parts.iter().filter_map(|part| part["properties"].as_object());
        let mut names: Vec<&str> = members.flat_map(|members| members.keys().map(String::as_str)).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Whether an object may have a member of this name: one that is listed, or any where the schema says that there are
    /// more, or lists none.
    pub(super) fn takes(&self, name: &str) -> bool {
        let lists = |part: &&Value| part["properties"].as_object().is_some_and(|members| !members.is_empty());
        let open = |part: &&Value| {
            let rest = part.get("additionalProperties");
            rest.is_some_and(|rest| rest.is_object() || *rest == true) || part.get("patternProperties").is_some()
        };
        self.parts.iter().any(|part| part["properties"].get(name).is_some())
            || self.parts.iter().any(open)
            || !self.parts.iter().any(lists)
    }
}

fn gather<'a>(schema: &'a Value, document: &'a Value, parts: &mut Vec<&'a Value>, depth: usize) {
    let Some(schema) = follow(schema, document).filter(|_| depth < DEEPEST) else { return };
    if parts.iter().any(|known| std::ptr::eq(*known, schema)) {
        return;
    }
    parts.push(schema);
    for key in ["allOf", "anyOf", "oneOf"] {
        for part in schema[key].as_array().into_iter().flatten() {
            gather(part, document, parts, depth + 1);
        }
    }
}

/// The types that a schema names; what it lists or has members for counts too.
fn types(schema: &Value) -> Vec<&str> {
    let mut types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let listed = schema["enum"].as_array().into_iter().flatten().chain(schema.get("const"));
    if types.is_empty() {
        types = listed.map(JsonType::name_of).collect();
        types.extend(schema.get("properties").or(schema.get("additionalProperties")).map(|_| "object"));
        types.extend(schema.get("items").map(|_| "array"));
    }
    if schema["nullable"] == true && !types.is_empty() {
        types.push("null");
    }
    types
}
