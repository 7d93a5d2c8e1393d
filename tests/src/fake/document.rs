//! The document that the fake serves, read into what routing, validating and replying need.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use hyper::Method;
use logto_generator::pipeline::corrected;
use logto_generator::rules::Rules;
use logto_generator::sample::follow;
use serde_json::{Value, json};

use super::routes::{Segment, segments};
use super::validate::Schema;

/// A lowered document and its operations.
#[derive(Debug)]
pub struct Document {
    /// The corrected and lowered document.
    pub value: Value,
    /// The document as it was imported, for the operation that serves it.
    pub published: Value,
    /// Every operation.
    pub operations: Vec<Operation>,
}

/// An operation of the document.
#[derive(Debug)]
pub struct Operation {
    /// `operationId`.
    pub id: String,
    /// The method.
    pub method: Method,
    /// The path template.
    pub template: String,
    /// The template, taken apart.
    pub segments: Vec<Segment>,
    /// Whether it needs a token.
    pub auth: bool,
    /// Parameters in the path and the query.
    pub parameters: Vec<Parameter>,
    /// The request body.
    pub body: Option<RequestBody>,
    /// The replies that count as a success, in the order of their statuses.
    pub replies: Vec<Success>,
}

/// A parameter.
#[derive(Debug)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Whether it is part of the path; else of the query.
    pub in_path: bool,
    /// Whether it must be given.
    pub required: bool,
    /// Its schema as in the document.
    pub schema: Value,
    /// Its schema, ready to validate.
    pub check: Schema,
}

/// A request body.
#[derive(Debug)]
pub struct RequestBody {
    /// Its content type, as in the document.
    pub content_type: String,
    /// Whether it must be given.
    pub required: bool,
    /// Its schema as in the document.
    pub schema: Value,
    /// Its schema, ready to validate.
    pub check: Schema,
}

/// A reply that counts as a success.
#[derive(Debug, Clone)]
pub struct Success {
    /// The status.
    pub status: u16,
    /// The content type and the schema of the body; `None`: no body.
    pub content: Option<(String, Value)>,
}

impl Document {
    /// The document of this repository: `specs/management.json`, corrected by its overlay and lowered.
    ///
    /// # Panics
    ///
    /// When the files in `specs/` cannot be read: without them no test can run.
    pub fn committed() -> &'static Document {
        static DOCUMENT: OnceLock<Document> = OnceLock::new();
        DOCUMENT.get_or_init(|| match read(&root().join("specs")) {
            Ok(document) => document,
            Err(message) => panic!("{message}; run `cargo xtask import` first"),
        })
    }

    /// A document from its corrected and lowered form.
    pub fn new(value: Value, published: Value) -> Self {
        let mut operations = Vec::new();
        for (template, item) in value["paths"].as_object().into_iter().flatten() {
            for (method, operation) in item.as_object().into_iter().flatten() {
                let Ok(method) = Method::from_bytes(method.to_uppercase().as_bytes()) else {
                    continue;
                };
                if operation.get("responses").is_some() {
                    operations.push(Operation::read(method, template, item, operation, &value));
                }
            }
        }
        Self { value, published, operations }
    }

    /// An operation by its id.
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }

    /// The operation of a method and a template.
    pub fn at(&self, method: &Method, template: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.method == *method && operation.template == template)
    }
}

impl Operation {
    fn read(method: Method, template: &str, item: &Value, operation: &Value, document: &Value) -> Self {
        let parameters = [&item["parameters"], &operation["parameters"]]
            .into_iter()
            .filter_map(Value::as_array)
            .flatten()
            .filter_map(|parameter| follow(parameter, document))
            .filter(|parameter| matches!(parameter["in"].as_str(), Some("path" | "query")))
            .map(|parameter| Parameter::read(parameter, document))
            .collect();
        let security = operation.get("security").or_else(|| document.get("security"));
        Self {
            id: operation["operationId"].as_str().unwrap_or(template).to_owned(),
            method,
            template: template.to_owned(),
            segments: segments(template),
            auth: security.and_then(Value::as_array).is_some_and(|schemes| !schemes.is_empty()),
            parameters,
            body: follow(&operation["requestBody"], document).and_then(|body| RequestBody::read(body, document)),
            replies: successes(&operation["responses"], document),
        }
    }

    /// Whether the query has the dynamic search keys.
    pub fn searches(&self) -> bool {
        self.parameters.iter().any(|parameter| parameter.name == "search_params")
    }

    /// Whether the reply is a page.
    pub fn pages(&self) -> bool {
        let has = |name: &str| self.parameters.iter().any(|parameter| parameter.name == name);
        has("page") && has("page_size")
    }

    /// The schema of the first success reply that has JSON.
    pub fn reply_schema(&self) -> Option<&Value> {
        self.replies
            .iter()
            .filter_map(|reply| reply.content.as_ref())
            .find(|(content_type, _)| content_type.contains("json"))
            .map(|(_, schema)| schema)
    }

    /// The schema of an item, where the reply is a list or has one member that is a list, with the name of the member.
    pub fn item_schema<'a>(&'a self, document: &'a Value) -> Option<(Option<&'a str>, &'a Value)> {
        let schema = follow(self.reply_schema()?, document)?;
        if let Some(items) = schema.get("items") {
            return Some((None, items));
        }
        let mut members = schema["properties"].as_object()?.iter();
        match (members.next(), members.next()) {
            (Some((name, member)), None) => Some((Some(name), follow(member, document)?.get("items")?)),
            _ => None,
        }
    }
}

impl Parameter {
    fn read(parameter: &Value, document: &Value) -> Self {
        let schema = parameter["schema"].clone();
        Self {
            name: parameter["name"].as_str().unwrap_or_default().to_owned(),
            in_path: parameter["in"] == "path",
            required: parameter["required"] == true,
            check: Schema::new(&schema, document),
            schema,
        }
    }
}

impl RequestBody {
    fn read(body: &Value, document: &Value) -> Option<Self> {
        let (content_type, media) = body["content"].as_object()?.iter().next()?;
        let schema = media.get("schema").cloned().unwrap_or_else(|| json!({}));
        Some(Self {
            content_type: content_type.clone(),
            required: body["required"] == true,
            check: Schema::new(&schema, document),
            schema,
        })
    }
}

/// Replies with a status of 2xx; where there is none, or where the server redirects instead, those with 3xx.
fn successes(responses: &Value, document: &Value) -> Vec<Success> {
    let mut replies: Vec<Success> = responses
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(status, response)| {
            let status = status.parse().ok().filter(|status| (200..400).contains(status))?;
            let response = follow(response, document)?;
            let content = response["content"].as_object().and_then(|content| {
                let xml = content.iter().find(|(content_type, _)| content_type.contains("xml"));
                let (content_type, media) = xml.or_else(|| content.iter().next())?;
                let schema = media.get("schema").cloned().unwrap_or_else(|| json!({}));
                Some((content_type.clone(), schema))
            });
            Some(Success { status, content })
        })
        .collect();
    replies.sort_by_key(|reply| reply.status);
    if replies.iter().any(|reply| reply.status >= 300) {
        replies.retain(|reply| reply.status >= 300);
    }
    replies
}

/// The root of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(specs: &Path) -> Result<Document, String> {
    let document = text(&specs.join("management.json"))?;
    let meta: Value = json(&text(&specs.join("management.meta.json"))?)?;
    let release = meta["release"].as_str().ok_or("specs/management.meta.json tells no release")?;
    let rules = Rules::parse(&text(&specs.join("rules.yaml"))?).map_err(|error| error.to_string())?;
    let overlay = text(&specs.join("overlay.yaml"))?;
    let corrected = corrected(document.as_bytes(), &overlay, &rules, release).map_err(|error| error.to_string())?;
    Ok(Document::new(corrected.value, json(&document)?))
}

fn text(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn json(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}
