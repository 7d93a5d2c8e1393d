//! Documents made of bytes: random trees of schemas, operations around them, hostile names, and things in the wrong place.

use serde_json::{Map, Value, json};

/// Names that have been trouble somewhere.
pub(crate) const NAMES: [&str; 40] = [
    "id",
    "name",
    "type",
    "self",
    "Self",
    "crate",
    "async",
    "r#fn",
    "Unknown",
    "Option",
    "String",
    "Vec",
    "Box",
    "Value",
    "Client",
    "body",
    "send",
    "default",
    "$ref",
    "",
    " ",
    "_",
    "__",
    "-",
    "1st",
    "a b",
    "aB",
    "a_b",
    "a-b",
    "A",
    "ü",
    "名前",
    "\u{202e}x",
    "*/",
    "\"#",
    "#[doc]",
    "{x}",
    "a/b~c",
    "x\ny",
    "\u{0}",
];

/// How deep schemas go.
const DEEP: usize = 5;

/// Choices, made by bytes; when they are used up, always the first.
pub(super) struct Choices<'a>(pub(super) &'a [u8]);

impl Choices<'_> {
    fn below(&mut self, count: usize) -> usize {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        usize::from(*first) % count.max(1)
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) + 1 == count
    }

    fn of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }

    fn name(&mut self) -> String {
        match self.below(8) {
            0..=3 => format!("{}{}", self.of(&["a", "b", "user", "Item"]), self.below(3)),
            4 => "x".repeat(1 + 40 * self.below(8)),
            _ => self.of(&NAMES).to_owned(),
        }
    }

    fn names(&mut self, most: usize) -> Vec<String> {
        (0..self.below(most + 1)).map(|_| self.name()).collect()
    }

    /// A whole document.
    pub(super) fn document(&mut self) -> Value {
        let version = self.of(&["3.0.3", "3.1.0", "3.0.0", "3.1.1"]);
        let schemas: Map<String, Value> =
            (0..1 + self.below(5)).map(|index| (self.component(index), self.schema(0))).collect();
        let mut paths = Map::new();
        for _ in 0..1 + self.below(4) {
            let (template, item) = self.path();
            paths.insert(template, item);
        }
        let schemes = json!({
            "token": { "type": "http", "scheme": "bearer" },
            "key": { "type": "apiKey", "in": self.of(&["header", "query", "cookie", "moon"]), "name": self.name() },
            "flow": { "type": "oauth2", "flows": { "clientCredentials": { "tokenUrl": self.name(), "scopes": {} } } },
        });
        let mut document = json!({
            "openapi": version,
            "info": { "title": self.name(), "version": self.of(&["1", "1.0.0", ""]) },
            "paths": paths,
            "components": { "schemas": schemas, "securitySchemes": schemes },
        });
        if self.one_in(3) {
            document["servers"] = json!([{ "url": self.of(&["/v1", "https://{host}/", "http://[::1]/x", "?", ""]),
                "variables": { "host": { "default": self.name(), "enum": self.names(2) } } }]);
        }
        if self.one_in(3) {
            document["security"] = json!([{ self.of(&["token", "key", "none"]): [] }]);
        }
        if self.one_in(3) {
            document["webhooks"] = json!({ self.name(): { "post": self.operation(&[]) } });
        }
        while self.one_in(3) {
            self.spoil(&mut document);
        }
        document
    }

    fn component(&mut self, index: usize) -> String {
        if self.one_in(4) { self.name() } else { format!("S{index}") }
    }

    fn path(&mut self) -> (String, Value) {
        let parameters = self.names(2);
        let mut template = format!("/{}", self.of(&["users", "a/b", "x.json", "é", ""]));
        for name in &parameters {
            template.push_str(&format!("{}{{{name}}}", self.of(&["/", "/at-", ":", "."])));
        }
        let mut item = Map::new();
        for _ in 0..1 + self.below(2) {
            let method = self.of(&["get", "post", "put", "delete", "patch", "head", "options", "trace", "x-y"]);
            item.insert(method.to_owned(), self.operation(&parameters));
        }
        (template, Value::Object(item))
    }

    fn operation(&mut self, in_path: &[String]) -> Value {
        let mut parameters: Vec<Value> = in_path.iter().map(|name| self.parameter(name, "path")).collect();
        for name in self.names(3) {
            let place = self.of(&["query", "header", "cookie", "query"]);
            parameters.push(self.parameter(&name, place));
        }
        let mut operation = json!({ "parameters": parameters, "responses": self.responses() });
        if !self.one_in(4) {
            operation["operationId"] = self.name().into();
        }
        if self.one_in(2) {
            operation["tags"] = json!([self.name()]);
        }
        if self.one_in(2) {
            operation["requestBody"] = json!({ "required": self.one_in(2), "content": self.content() });
        }
        if self.one_in(5) {
            operation["description"] = self.name().into();
            operation["deprecated"] = true.into();
        }
        operation
    }

    fn parameter(&mut self, name: &str, place: &str) -> Value {
        let mut parameter = json!({ "name": name, "in": place, "required": place == "path" || self.one_in(2) });
        if self.one_in(6) {
            parameter["content"] = json!({ "application/json": { "schema": self.schema(2) } });
            return parameter;
        }
        parameter["schema"] = self.schema(2);
        if self.one_in(2) {
            let styles = ["simple", "label", "matrix", "form", "spaceDelimited", "pipeDelimited", "deepObject", "odd"];
            parameter["style"] = self.of(&styles).into();
            parameter["explode"] = self.one_in(2).into();
        }
        parameter
    }

    fn responses(&mut self) -> Value {
        let mut responses = Map::new();
        for _ in 0..1 + self.below(3) {
            let status = self.of(&["200", "201", "204", "2XX", "404", "4XX", "default", "302", "600", "abc"]);
            let mut reply = json!({ "description": self.name() });
            if !self.one_in(4) {
                reply["content"] = self.content();
            }
            if self.one_in(4) {
                reply["headers"] = json!({ self.name(): { "schema": self.schema(3) } });
            }
            responses.insert(status.to_owned(), reply);
        }
        Value::Object(responses)
    }

    fn content(&mut self) -> Value {
        let kinds = [
            "application/json",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "text/plain",
            "application/octet-stream",
            "application/vnd.x+json",
            "*/*",
            "",
        ];
        let mut content = Map::new();
        for _ in 0..1 + self.below(2) {
            let mut media = json!({ "schema": self.schema(1) });
            if self.one_in(4) {
                media["encoding"] = json!({ self.name(): { "contentType": self.of(&kinds), "style": "deepObject" } });
            }
            content.insert(self.of(&kinds).to_owned(), media);
        }
        Value::Object(content)
    }

    fn schema(&mut self, depth: usize) -> Value {
        let choice = if depth >= DEEP { self.below(6) } else { self.below(22) };
        let mut schema = match choice {
            0 => json!({ "type": "string" }),
            1 => json!({ "$ref": format!("#/components/schemas/S{}", self.below(6)) }),
            2 => json!({ "type": "integer", "minimum": self.below(9), "exclusiveMinimum": self.one_in(2) }),
            3 => json!({ "type": self.of(&["number", "boolean", "null", "object", "array", "file"]) }),
            4 => json!({ "type": "string", "enum": self.names(4) }),
            5 => self.of(&[&json!({}), &json!(true), &json!(false), &json!(null), &json!([]), &json!("x")]).clone(),
            6..=9 => self.object(depth),
            10 => json!({ "type": "array", "items": self.schema(depth + 1) }),
            11 => json!({ "prefixItems": [self.schema(depth + 1), self.schema(depth + 1)], "items": self.one_in(2) }),
            12..=14 => self.union(depth),
            15 => json!({ "allOf": self.parts(depth) }),
            16 => json!({ "type": [self.of(&["string", "integer", "object"]), "null"], "properties": {} }),
            17 => json!({ "const": self.of(&[&json!(1), &json!("a"), &json!(null), &json!([1]), &json!({})]) }),
            18 => json!({ "type": "object", "additionalProperties": self.schema(depth + 1) }),
            19 => {
                json!({ "patternProperties": { "^x-": self.schema(depth + 1), "(": true }, "unevaluatedProperties": false })
            }
            20 => {
                json!({ "if": self.schema(depth + 1), "then": self.schema(depth + 1), "not": self.schema(depth + 1) })
            }
            _ => {
                json!({ "type": "string", "format": self.of(&["date-time", "binary", "byte", "uuid", "é"]), "pattern": "(" })
            }
        };
        if self.one_in(6) && schema.is_object() {
            schema["nullable"] = true.into();
        }
        if self.one_in(8) && schema.is_object() {
            schema["default"] = self.name().into();
            schema["description"] = self.name().into();
        }
        if self.one_in(12) && schema.is_object() {
            // A sibling.
            schema["$ref"] = self.of(&["#/components/schemas/S0", "#/nowhere", "#", "other.yaml#/x", "#S1"]).into();
        }
        schema
    }

    fn object(&mut self, depth: usize) -> Value {
        let members: Map<String, Value> =
            self.names(4).into_iter().map(|name| (name, self.schema(depth + 1))).collect();
        let required: Vec<String> = members.keys().filter(|_| self.one_in(2)).cloned().collect();
        let mut object = json!({ "type": "object", "properties": members });
        if !required.is_empty() {
            object["required"] = json!(required);
        }
        if self.one_in(4) {
            object["additionalProperties"] = self.schema(depth + 1);
        }
        object
    }

    fn union(&mut self, depth: usize) -> Value {
        let mut union = json!({ self.of(&["oneOf", "anyOf"]): self.parts(depth) });
        if self.one_in(3) {
            union["discriminator"] = json!({ "propertyName": self.name(),
                "mapping": { self.name(): "#/components/schemas/S0", self.name(): self.name() } });
        }
        if self.one_in(4) {
            union["properties"] = json!({ self.name(): self.schema(depth + 1) });
        }
        union
    }

    fn parts(&mut self, depth: usize) -> Vec<Value> {
        (0..self.below(4)).map(|_| self.schema(depth + 1)).collect()
    }

    /// Puts something that does not belong there at a random place.
    fn spoil(&mut self, document: &mut Value) {
        let new = self.of(&[&json!(null), &json!(7), &json!("x"), &json!([]), &json!({}), &json!([[{}]])]).clone();
        let mut at = document;
        for _ in 0..1 + self.below(9) {
            let next = match at {
                Value::Object(members) => {
                    let index = self.below(members.len());
                    members.values_mut().nth(index)
                }
                Value::Array(items) => {
                    let index = self.below(items.len());
                    items.get_mut(index)
                }
                _ => None,
            };
            let Some(next) = next else { return };
            at = next;
        }
        *at = new;
    }
}
