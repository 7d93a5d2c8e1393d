//! A document, read into what routing, checking and answering need.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use hyper::Method;
use serde_json::{Value, json};

use super::bundle;
use super::schema::{Schemas, Way, follow, member, pointer_of};
use super::template::Template;

/// Where the schema of a parameter is that the document only names, in the template of a path.
const TEXT: &str = "x-text";

/// A document as it was published, with the files beside it.
pub struct Document {
    /// The whole of it; every reference is a pointer into it.
    pub value: Value,
    /// Every operation, in the document's order.
    pub operations: Vec<Operation>,
    /// The ways to prove who one is, by name.
    pub schemes: BTreeMap<String, Scheme>,
    /// The path that all operations are below, where the first server is relative: `/api/v1`, or nothing.
    pub below: String,
    schemas: Schemas,
}

/// An operation.
#[derive(Debug)]
pub struct Operation {
    /// The method and the template: `GET /users/{id}`.
    pub name: String,
    /// The method.
    pub method: Method,
    /// The path.
    pub template: Template,
    /// What is in the path, the query, headers and cookies.
    pub parameters: Vec<Parameter>,
    /// The request body.
    pub body: Option<Body>,
    /// All replies, in the document's order.
    pub replies: Vec<Reply>,
    /// Alternatives of schemes that are taken together; none, or an empty one: nothing is needed.
    pub security: Vec<Vec<String>>,
}

/// A part of a request that has parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The path.
    Path,
    /// The query.
    Query,
    /// The headers.
    Header,
    /// The cookies.
    Cookie,
}

/// A parameter, or a header of a reply.
#[derive(Debug)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub place: Place,
    /// Whether it must be given.
    pub required: bool,
    /// Its style, as the document has it or as its place has it by default.
    pub style: String,
    /// Whether its items or members are written one by one.
    pub explode: bool,
    /// Whether it is JSON in a text.
    pub json: bool,
    /// The pointer of its schema.
    pub schema: String,
}

/// A request body.
#[derive(Debug)]
pub struct Body {
    /// Whether it must be given.
    pub required: bool,
    /// The ways to write it.
    pub media: Vec<Media>,
}

/// A way to write a body.
#[derive(Debug)]
pub struct Media {
    /// Its media type, or a range of them, as in the document.
    pub name: String,
    /// The pointer of its schema; `None`: anything.
    pub schema: Option<String>,
    /// How its members are written, by their names.
    pub encoding: BTreeMap<String, Encoding>,
}

/// How a member of a form or a part is written.
#[derive(Debug)]
pub struct Encoding {
    /// The media types, in a list with commas.
    pub content_type: Option<String>,
    /// The style, where the document has one.
    pub style: Option<String>,
    /// Whether items or members are written one by one.
    pub explode: Option<bool>,
}

/// A reply.
#[derive(Debug)]
pub struct Reply {
    /// Its statuses, as in the document: `200`, `4XX`, `default`.
    pub status: String,
    /// The ways to write its body; none: it has no body.
    pub media: Vec<Media>,
    /// Its headers.
    pub headers: Vec<Parameter>,
}

/// How callers prove who they are.
#[derive(Debug)]
pub enum Scheme {
    /// `Authorization: Bearer`.
    Token,
    /// `Authorization: Basic`.
    Basic,
    /// A key in a header, a query parameter or a cookie.
    Key(Place, String),
    /// Something else.
    Other,
}

impl Document {
    /// Reads a document and the files that it refers to.
    ///
    /// # Errors
    ///
    /// It cannot be read, or its schemas are none.
    pub fn open(path: &Path) -> Result<Self, String> {
        let mut value = bundle::open(path)?;
        if let Some(members) = value.as_object_mut() {
            members.insert(TEXT.to_owned(), json!({ "schema": { "type": "string" } }));
        }
        let old = value["openapi"].as_str().is_some_and(|version| version.starts_with("3.0"));
        let read = Read { document: &value };
        let operations = read.operations();
        let (schemes, below) = (read.schemes(), read.below());
        let pointers = operations.iter().flat_map(Operation::schemas).map(str::to_owned).collect::<BTreeSet<_>>();
        let schemas = Schemas::new(&value, old, &pointers)?;
        Ok(Self { operations, schemes, below, schemas, value })
    }

    /// An operation by its method and template.
    pub fn operation(&self, name: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.name == name)
    }

    /// The schema at a pointer.
    pub fn schema(&self, pointer: &str) -> &Value {
        self.value.pointer(pointer).unwrap_or(&Value::Null)
    }

    /// What is wrong with a value by the schema at a pointer: where in the value, and why.
    pub fn faults(&self, way: Way, pointer: &str, value: &Value) -> Vec<String> {
        self.schemas.faults(way, pointer, value)
    }
}

/// Schemas are left out: there is no end to them.
impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document").field("operations", &self.operations.len()).finish_non_exhaustive()
    }
}

impl Operation {
    /// The pointers of all schemas.
    fn schemas(&self) -> impl Iterator<Item = &str> {
        let headers = self.replies.iter().flat_map(|reply| &reply.headers);
        let bodies = self.body.iter().flat_map(|body| &body.media);
        let media = bodies.chain(self.replies.iter().flat_map(|reply| &reply.media));
        let parameters = self.parameters.iter().chain(headers).map(|parameter| parameter.schema.as_str());
        parameters.chain(media.filter_map(|media| media.schema.as_deref()))
    }
}

impl Media {
    /// The media type without parameters, in lower case.
    pub fn essence(&self) -> String {
        essence(&self.name)
    }
}

/// A media type without parameters, in lower case.
pub fn essence(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether a media type is JSON.
pub fn is_json(essence: &str) -> bool {
    essence.ends_with("/json") || essence.ends_with("+json")
}

struct Read<'a> {
    document: &'a Value,
}

impl Read<'_> {
    fn operations(&self) -> Vec<Operation> {
        let mut operations = Vec::new();
        for (template, item) in self.document["paths"].as_object().into_iter().flatten() {
            let pointer = pointer_of(item, &bundle::step("/paths", template), self.document);
            let Some(item) = follow(item, self.document) else { continue };
            for method in ["get", "put", "post", "delete", "options", "head", "patch", "trace"] {
                let Some((operation, pointer_of_it)) = member(item, &pointer, method) else { continue };
                let Ok(known) = Method::from_bytes(method.to_uppercase().as_bytes()) else { continue };
                let mut parameters = self.parameters(operation, &pointer_of_it);
                for shared in self.parameters(item, &pointer) {
                    if !parameters.iter().any(|own| (&own.name, own.place) == (&shared.name, shared.place)) {
                        parameters.push(shared);
                    }
                }
                let name = format!("{known} {template}");
                let template = Template::new(template);
                for unsaid in template.names() {
                    if !parameters.iter().any(|said| (said.name.as_str(), said.place) == (unsaid, Place::Path)) {
                        parameters.push(self.parameter(unsaid, Place::Path, &Value::Null, &format!("/{TEXT}")));
                    }
                }
                operations.push(Operation {
                    name,
                    template,
                    method: known,
                    parameters,
                    body: self.body(operation, &pointer_of_it),
                    replies: self.replies(operation, &pointer_of_it),
                    security: self.security(operation),
                });
            }
        }
        operations
    }

    fn parameters(&self, holder: &Value, pointer: &str) -> Vec<Parameter> {
        let Some((list, pointer)) = member(holder, pointer, "parameters") else { return Vec::new() };
        let found = list.as_array().into_iter().flatten().enumerate().filter_map(|(index, parameter)| {
            let pointer = pointer_of(parameter, &format!("{pointer}/{index}"), self.document);
            let parameter = follow(parameter, self.document)?;
            let place = match parameter["in"].as_str()? {
                "path" => Place::Path,
                "query" => Place::Query,
                "header" => Place::Header,
                "cookie" => Place::Cookie,
                _ => return None,
            };
            let name = parameter["name"].as_str()?;
            // These are told elsewhere, and as parameters they count for nothing.
            let told = ["accept", "content-type", "authorization"];
            if place == Place::Header && told.contains(&name.to_ascii_lowercase().as_str()) {
                return None;
            }
            Some(self.parameter(name, place, parameter, &pointer))
        });
        found.collect()
    }

    fn parameter(&self, name: &str, place: Place, parameter: &Value, pointer: &str) -> Parameter {
        let usual = if matches!(place, Place::Path | Place::Header) { "simple" } else { "form" };
        let style = parameter["style"].as_str().unwrap_or(usual).to_owned();
        let content = parameter["content"].as_object().and_then(|content| content.iter().next());
        let (json, schema) = match content {
            Some((media, _)) => {
                let inside = bundle::step(&format!("{pointer}/content"), media);
                (is_json(&essence(media)), format!("{inside}/schema"))
            }
            None => (false, format!("{pointer}/schema")),
        };
        Parameter {
            name: name.to_owned(),
            place,
            required: parameter["required"] == true || place == Place::Path,
            explode: parameter["explode"].as_bool().unwrap_or(style == "form"),
            style,
            json,
            schema,
        }
    }

    fn body(&self, operation: &Value, pointer: &str) -> Option<Body> {
        let (body, pointer) = member(operation, pointer, "requestBody")?;
        let pointer = pointer_of(body, &pointer, self.document);
        let body = follow(body, self.document)?;
        Some(Body { required: body["required"] == true, media: self.media(body, &pointer) })
    }

    fn media(&self, holder: &Value, pointer: &str) -> Vec<Media> {
        let content = holder["content"].as_object().into_iter().flatten();
        let all = content.map(|(name, media)| {
            let pointer = bundle::step(&format!("{pointer}/content"), name);
            let encoding = media["encoding"].as_object().into_iter().flatten();
            let encoding = encoding.map(|(name, encoding)| {
                let text = |key: &str| encoding[key].as_str().map(str::to_owned);
                let explode = encoding["explode"].as_bool();
                (name.clone(), Encoding { content_type: text("contentType"), style: text("style"), explode })
            });
            let schema = media.get("schema").map(|_| format!("{pointer}/schema"));
            Media { name: name.clone(), schema, encoding: encoding.collect() }
        });
        all.collect()
    }

    fn replies(&self, operation: &Value, pointer: &str) -> Vec<Reply> {
        let Some((replies, pointer)) = member(operation, pointer, "responses") else { return Vec::new() };
        let replies = replies.as_object().into_iter().flatten().filter(|(status, _)| !status.starts_with("x-"));
        let replies = replies.filter_map(|(status, reply)| {
            let pointer = pointer_of(reply, &bundle::step(&pointer, status), self.document);
            let reply = follow(reply, self.document)?;
            let headers = reply["headers"].as_object().into_iter().flatten().filter_map(|(name, header)| {
                let pointer = bundle::step(&format!("{pointer}/headers"), name);
                let pointer = pointer_of(header, &pointer, self.document);
                let header = follow(header, self.document)?;
                (!name.eq_ignore_ascii_case("content-type"))
                    .then(|| self.parameter(name, Place::Header, header, &pointer))
            });
            Some(Reply { status: status.clone(), headers: headers.collect(), media: self.media(reply, &pointer) })
        });
        replies.collect()
    }

    fn security(&self, operation: &Value) -> Vec<Vec<String>> {
        let security = operation.get("security").or_else(|| self.document.get("security"));
        let alternatives = security.and_then(Value::as_array).into_iter().flatten();
        alternatives.map(|all| all.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()).collect()
    }

    fn below(&self) -> String {
        let first = self.document["servers"][0]["url"].as_str().filter(|url| !url.contains(['{', ':', '?', '#']));
        let path = first.map(|url| url.trim_matches(['/', '.'])).unwrap_or_default();
        if path.is_empty() { String::new() } else { format!("/{path}") }
    }

    fn schemes(&self) -> BTreeMap<String, Scheme> {
        let schemes = self.document["components"]["securitySchemes"].as_object().into_iter().flatten();
        let schemes = schemes.filter_map(|(name, scheme)| {
            let scheme = follow(scheme, self.document)?;
            let key = |place| Scheme::Key(place, scheme["name"].as_str().unwrap_or_default().to_owned());
            let http = scheme["scheme"].as_str().unwrap_or_default().to_ascii_lowercase();
            let kind = match (scheme["type"].as_str()?, http.as_str(), scheme["in"].as_str()) {
                ("http", "bearer", _) | ("oauth2" | "openIdConnect", ..) => Scheme::Token,
                ("http", "basic", _) => Scheme::Basic,
                ("apiKey", _, Some("header")) => key(Place::Header),
                ("apiKey", _, Some("query")) => key(Place::Query),
                ("apiKey", _, Some("cookie")) => key(Place::Cookie),
                _ => Scheme::Other,
            };
            Some((name.clone(), kind))
        });
        schemes.collect()
    }
}
