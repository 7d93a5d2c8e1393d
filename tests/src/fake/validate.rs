//! Requests against the document: path, query and body.
//!
//! A validator that is not ours does the judging, so that a wrong type of the generated crate cannot agree with itself.
//! What the server would refuse is answered with its error. What it would silently drop (unknown members and query
//! keys) is not, but the record has it too, so that a test sees it.

use bytes::Bytes;
use logto_generator::model::JsonType;
use serde_json::{Map, Value, json};

use crate::multipart::{FormPart, parts};

use super::document::{Operation, Parameter, RequestBody};
pub(super) use super::schema::Schema;
use super::schema::{Fault, Rule};

/// The largest file that the server takes: 20 MiB.
const FILE_LIMIT: usize = 20 * 1024 * 1024;

/// A part of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A path value.
    Path,
    /// The query.
    Query,
    /// The body.
    Body,
}

impl Part {
    /// What the server calls it in a message.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Path => "params",
            Self::Query => "query",
            Self::Body => "body",
        }
    }
}

/// What is wrong with a request.
#[derive(Debug, Clone, PartialEq)]
pub struct Issue {
    /// In which part.
    pub part: Part,
    /// Where in the part.
    pub path: Vec<String>,
    /// What is wrong.
    pub message: String,
    /// The rule that is broken.
    pub rule: Rule,
    /// Whether the server would answer with an error. Else it drops what it does not know.
    pub refused: bool,
}

impl Issue {
    fn new(part: Part, fault: Fault, refused: bool) -> Self {
        Self { part, path: fault.path, message: fault.message, rule: fault.rule, refused }
    }

    fn at(part: Part, name: &str, message: impl Into<String>, rule: Rule) -> Self {
        Self { part, path: vec![name.to_owned()], message: message.into(), refused: rule != Rule::Unknown, rule }
    }

    /// The code that the server's validator gives it.
    pub fn zod_code(&self) -> &'static str {
        match self.rule {
            Rule::Required(_) | Rule::Type(..) => "invalid_type",
            Rule::Enum(_) => "invalid_enum_value",
            Rule::Pattern => "invalid_string",
            Rule::TooSmall => "too_small",
            Rule::TooBig => "too_big",
            Rule::Union => "invalid_union",
            Rule::Unknown => "unrecognized_keys",
            Rule::Other => "custom",
        }
    }

    /// The message that the server's validator gives it.
    pub fn zod_message(&self) -> String {
        match &self.rule {
            Rule::Required(_) => "Required".to_owned(),
            Rule::Type(expected, received) => format!("Expected {expected}, received {received}"),
            Rule::Pattern => "Invalid".to_owned(),
            Rule::Union => "Invalid input".to_owned(),
            _ => self.message.clone(),
        }
    }

    /// The JSON type that was expected, where that is what is wrong.
    pub fn expected(&self) -> Option<&str> {
        match &self.rule {
            Rule::Required(expected) | Rule::Type(expected, _) => Some(expected),
            _ => None,
        }
    }

    /// The JSON type that was found instead.
    pub fn received(&self) -> &str {
        match &self.rule {
            Rule::Type(_, received) => received,
            _ => "undefined",
        }
    }
}

impl std::fmt::Display for Issue {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} at `{}`: {}", self.part.noun(), self.path.join("."), self.message)
    }
}

/// A request body, as the server reads it.
#[derive(Debug, Clone, Default)]
pub(super) struct ReadBody {
    /// The body as JSON; files of a multipart body are their size in bytes.
    pub value: Option<Value>,
    /// Set when it is not JSON although it says so.
    pub malformed: Option<String>,
}

/// Checks path values.
pub(super) fn path(operation: &Operation, values: &[String]) -> Vec<Issue> {
    let names = operation.segments.iter().filter_map(|segment| match segment {
        super::routes::Segment::Parameter(name) => Some(name),
        super::routes::Segment::Literal(_) => None,
    });
    let mut issues = Vec::new();
    for (name, value) in names.zip(values) {
        let found = operation.parameters.iter().find(|parameter| parameter.in_path && parameter.name == *name);
        if let Some(parameter) = found {
            issues.extend(parameter_issues(parameter, Part::Path, &[value.as_str()]));
        }
    }
    issues
}

/// Checks query pairs. Paging has a check of its own and is left out here.
pub(super) fn query(operation: &Operation, pairs: &[(String, String)]) -> Vec<Issue> {
    let mut issues = Vec::new();
    for parameter in operation.parameters.iter().filter(|parameter| !parameter.in_path) {
        let values: Vec<&str> =
            pairs.iter().filter(|(name, _)| *name == parameter.name).map(|(_, value)| value.as_str()).collect();
        if parameter.name == "search_params" || (operation.pages() && is_paging(&parameter.name)) {
            continue;
        }
        if !values.is_empty() {
            issues.extend(parameter_issues(parameter, Part::Query, &values));
        } else if parameter.required {
            let expected = parameter.schema["type"].as_str().unwrap_or("string").to_owned();
            issues.push(Issue::at(
                Part::Query,
                &parameter.name,
                "a required parameter is missing",
                Rule::Required(expected),
            ));
        }
    }
    for (name, _) in pairs {
        let known = operation.parameters.iter().any(|parameter| !parameter.in_path && parameter.name == *name);
        let searched = operation.searches() && super::search::is_search_key(name);
        if (!known && !searched) || name == "search_params" {
            issues.push(Issue::at(Part::Query, name, "the document has no such parameter", Rule::Unknown));
        }
    }
    issues
}

fn is_paging(name: &str) -> bool {
    matches!(name, "page" | "page_size")
}

/// A parameter is right if one way to read its texts fits its schema: as a text, a number, a boolean, or a list.
fn parameter_issues(parameter: &Parameter, part: Part, values: &[&str]) -> Vec<Issue> {
    let mut readings: Vec<Value> = Vec::new();
    if let [value] = values {
        readings.push(json!(value));
        readings.extend(coerced(value));
    }
    readings.push(values.iter().map(|value| json!(value)).collect());
    readings.push(values.iter().map(|value| coerced(value).unwrap_or_else(|| json!(value))).collect());
    let mut first = None;
    for reading in readings {
        let faults = parameter.check.faults(&reading);
        if faults.is_empty() {
            return Vec::new();
        }
        first.get_or_insert(faults);
    }
    let faults = first.unwrap_or_default().into_iter();
    faults
        .map(|mut fault| {
            fault.path.insert(0, parameter.name.clone());
            Issue::new(part, fault, true)
        })
        .collect()
}

fn coerced(text: &str) -> Option<Value> {
    let value: Value = serde_json::from_str(text).ok()?;
    matches!(value, Value::Bool(_) | Value::Number(_)).then_some(value)
}

/// Reads a body by the content type of the request.
pub(super) async fn read_body(content_type: Option<&str>, bytes: &Bytes) -> ReadBody {
    let content_type = content_type.unwrap_or_default();
    if bytes.is_empty() && !content_type.contains("multipart") {
        return ReadBody::default();
    }
    if content_type.contains("json") {
        return match serde_json::from_slice(bytes) {
            Ok(value) => ReadBody { value: Some(value), malformed: None },
            Err(error) if error.is_eof() => {
                ReadBody { value: None, malformed: Some("Unexpected end of JSON input".to_owned()) }
            }
            Err(_) => ReadBody { value: None, malformed: Some("Unexpected token in JSON".to_owned()) },
        };
    }
    let value = if content_type.contains("x-www-form-urlencoded") {
        let pairs = form_urlencoded::parse(bytes);
        Value::Object(pairs.map(|(name, value)| (name.into_owned(), json!(value))).collect())
    } else if content_type.contains("multipart") {
        match read_multipart(content_type, bytes.clone()).await {
            Ok(value) => value,
            Err(error) => return ReadBody { value: None, malformed: Some(error.to_string()) },
        }
    } else {
        json!(String::from_utf8_lossy(bytes))
    };
    ReadBody { value: Some(value), malformed: None }
}

async fn read_multipart(content_type: &str, bytes: Bytes) -> Result<Value, multer::Error> {
    let mut members = Map::new();
    for FormPart { name, file_name, content_type, content } in parts(content_type, bytes).await? {
        let value = match file_name {
            Some(file) => json!({ "fileName": file, "contentType": content_type, "bytes": content.len() }),
            None => json!(String::from_utf8_lossy(&content)),
        };
        members.insert(name, value);
    }
    Ok(Value::Object(members))
}

/// Checks a body that was read.
pub(super) fn body(operation: &Operation, content_type: Option<&str>, read: &ReadBody) -> Vec<Issue> {
    let Some(body) = &operation.body else {
        return match &read.value {
            Some(_) => vec![Issue::at(Part::Body, "", "the document has no body here", Rule::Unknown)],
            None => Vec::new(),
        };
    };
    let Some(value) = &read.value else {
        // Without a body the server sees an empty object.
        return if body.required { json_issues(body, &json!({})) } else { Vec::new() };
    };
    if body.content_type.contains("multipart") {
        return multipart_issues(body, value);
    }
    let mut issues = json_issues(body, value);
    if !content_type.unwrap_or_default().starts_with(&body.content_type) {
        issues.push(Issue {
            refused: false,
            ..Issue::at(Part::Body, "", format!("the document wants {}", body.content_type), Rule::Other)
        });
    }
    issues
}

fn json_issues(body: &RequestBody, value: &Value) -> Vec<Issue> {
    let refused = body.check.faults(value);
    if !refused.is_empty() {
        let with_type = refused.into_iter().map(|mut fault| {
            if let Rule::Required(expected) = &mut fault.rule {
                *expected = expected_type(&body.schema, &fault.path);
            }
            Issue::new(Part::Body, fault, true)
        });
        return with_type.collect();
    }
    let dropped = body.check.strict_faults(value);
    dropped.into_iter().map(|fault| Issue::new(Part::Body, fault, false)).collect()
}

/// The type of a member that is missing, where it can be found without following unions.
fn expected_type(schema: &Value, path: &[String]) -> String {
    let found = path.iter().try_fold(schema, |schema, step| schema["properties"].get(step));
    found.and_then(|schema| schema["type"].as_str()).unwrap_or("object").to_owned()
}

fn multipart_issues(body: &RequestBody, value: &Value) -> Vec<Issue> {
    let mut issues = Vec::new();
    if !value.is_object() {
        let rule = Rule::Type("object".to_owned(), JsonType::name_of(value).to_owned());
        return vec![Issue::at(Part::Body, "", "the document wants multipart/form-data", rule)];
    }
    let no_members = Map::new();
    let members = body.schema["properties"].as_object().unwrap_or(&no_members);
    for name in body.schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if value.get(name).is_none() {
            issues.push(Issue::at(Part::Body, name, "a required part is missing", Rule::Required("array".to_owned())));
        }
    }
    for (name, part) in value.as_object().into_iter().flatten() {
        let Some(member) = members.get(name) else {
            issues.push(Issue::at(Part::Body, name, "the document has no such part", Rule::Unknown));
            continue;
        };
        let is_file = member["format"] == "binary" || (name == "file" && member.get("type").is_none());
        if is_file != part.is_object() {
            let expected = if is_file { "a file" } else { "a text" };
            issues.push(Issue::at(Part::Body, name, format!("{expected} was expected"), Rule::Other));
        }
        if part["bytes"].as_u64().unwrap_or(0) > FILE_LIMIT as u64 {
            issues.push(Issue::at(Part::Body, name, "the file is too large", Rule::TooBig));
        }
    }
    issues
}
