//! Operations: parameters, bodies and replies.

use openapiv3::{
    MediaType, Parameter, ParameterSchemaOrContent, PathItem, QueryStyle, ReferenceOr, RequestBody, Response, Schema,
    SchemaKind, StatusCode, Type,
};

use super::{Builder, Typed};
use crate::model::{Body, BodyKind, MultipartField, Operation, Param, Part, PartContent, Place, Reply, Ty};

impl<'a> Builder<'a> {
    /// Every operation of the document, by path, then method.
    pub(super) fn operations(&mut self) -> Vec<Operation> {
        let api = self.api;
        let mut operations = Vec::new();
        for (path, item) in &api.paths.paths {
            match item {
                ReferenceOr::Item(item) => {
                    for (method, operation) in item.iter() {
                        operations.push(self.operation(path, item, method, operation));
                    }
                }
                ReferenceOr::Reference { reference } => {
                    self.problem(
                        pointer(path, ""),
                        format!("the path item refers to `{reference}`: write it in place"),
                    );
                }
            }
        }
        operations.sort_by(|a, b| (&a.path, &a.method).cmp(&(&b.path, &b.method)));
        operations
    }

    fn operation(
        &mut self,
        path: &'a str,
        item: &'a PathItem,
        method: &str,
        operation: &'a openapiv3::Operation,
    ) -> Operation {
        let at = pointer(path, method);
        let id = operation.operation_id.clone().unwrap_or_default();
        if id.is_empty() {
            self.problem(&at, "the operation has no operationId: give it one in the overlay");
        }
        let mut parameters: Vec<&'a Parameter> = Vec::new();
        for parameter in item.parameters.iter().chain(&operation.parameters) {
            let Some(parameter) = self.parameter(parameter, &at) else { continue };
            // An operation's parameter replaces that of its path item.
            parameters.retain(|other| !same_parameter(other, parameter));
            parameters.push(parameter);
        }
        let path_params = self.path_params(&id, path, &parameters, &at);
        let query = parameters
            .iter()
            .filter(|parameter| matches!(parameter, Parameter::Query { .. }))
            .map(|parameter| self.query(&id, parameter))
            .collect();
        for parameter in &parameters {
            if let Parameter::Header { parameter_data, .. } | Parameter::Cookie { parameter_data, .. } = parameter {
                self.problem(
                    &at,
                    format!("the header or cookie parameter `{}` cannot be generated", parameter_data.name),
                );
            }
        }
        let security = operation.security.as_ref().or(self.api.security.as_ref());
        Operation {
            method: method.to_uppercase(),
            path: path.to_owned(),
            tag: operation.tags.first().cloned().unwrap_or_else(|| "Default".to_owned()),
            path_params,
            query,
            body: operation.request_body.as_ref().and_then(|body| self.body(&id, body, &at)),
            reply: self.reply(&id, &operation.responses, &at),
            paging: None,
            security: security.is_none_or(|alternatives| alternatives.is_empty()).then(Vec::new),
            server: None,
            alternative: None,
            headers: Vec::new(),
            cookies: Vec::new(),
            reply_headers: Vec::new(),
            failures: Vec::new(),
            deprecated: operation.deprecated,
            id,
        }
    }

    fn parameter(&mut self, parameter: &'a ReferenceOr<Parameter>, at: &str) -> Option<&'a Parameter> {
        match parameter {
            ReferenceOr::Item(parameter) => Some(parameter),
            ReferenceOr::Reference { reference } => {
                let name = reference.strip_prefix("#/components/parameters/");
                let found = name
                    .and_then(|name| self.api.components.as_ref()?.parameters.get(name))
                    .and_then(ReferenceOr::as_item);
                if found.is_none() {
                    self.problem(at, format!("`{reference}` refers to no parameter"));
                }
                found
            }
        }
    }

    fn path_params(&mut self, id: &str, path: &str, parameters: &[&'a Parameter], at: &str) -> Vec<Param> {
        let mut params = Vec::new();
        for name in template_names(path) {
            let found = parameters.iter().find(|parameter| {
                matches!(parameter, Parameter::Path { .. }) && parameter.parameter_data_ref().name == name
            });
            match found {
                Some(parameter) => params.push(self.param(id, parameter)),
                None => self.problem(at, format!("the path has `{{{name}}}` and no parameter of this name")),
            }
        }
        params
    }

    fn query(&mut self, id: &str, parameter: &'a Parameter) -> Param {
        let data = parameter.parameter_data_ref();
        let place = Place { operation: id.to_owned(), part: Part::Parameter, path: vec![data.name.clone()] };
        if let Some(known) = self.rules.extern_type(&place, self.release) {
            let (json, ty) = (data.name.clone(), Ty::Extern(known.path.clone()));
            return Param {
                json,
                ty,
                style: None,
                required: data.required,
                facts: Default::default(),
                deprecated: data.deprecated.unwrap_or(false),
            };
        }
        if let Parameter::Query { style, .. } = parameter
            && *style != QueryStyle::Form
        {
            self.problem(place.to_string(), "only the `form` style of a query parameter can be generated");
        }
        self.param(id, parameter)
    }

    fn param(&mut self, id: &str, parameter: &'a Parameter) -> Param {
        let data = parameter.parameter_data_ref();
        let place = Place { operation: id.to_owned(), part: Part::Parameter, path: vec![data.name.clone()] };
        let typed = match &data.format {
            ParameterSchemaOrContent::Schema(schema) => self.schema(schema, &place),
            ParameterSchemaOrContent::Content(_) => Typed::from(Ty::String),
        };
        Param {
            json: data.name.clone(),
            ty: typed.ty,
            style: None,
            required: data.required,
            facts: typed.facts,
            deprecated: typed.deprecated || data.deprecated.unwrap_or(false),
        }
    }

    fn body(&mut self, id: &str, body: &'a ReferenceOr<RequestBody>, at: &str) -> Option<Body> {
        let body = match body {
            ReferenceOr::Item(body) => body,
            ReferenceOr::Reference { reference } => {
                let name = reference.strip_prefix("#/components/requestBodies/");
                let found = name
                    .and_then(|name| self.api.components.as_ref()?.request_bodies.get(name))
                    .and_then(ReferenceOr::as_item);
                if found.is_none() {
                    self.problem(at, format!("`{reference}` refers to no request body"));
                }
                found?
            }
        };
        let place = Place { operation: id.to_owned(), part: Part::Body, path: Vec::new() };
        let media = |name: &str| body.content.iter().find(|(key, _)| essence(key) == name).map(|(_, media)| media);
        if let Some(media) = media("application/json") {
            let ty = self.media(media, &place).element();
            return Some(Body { kind: BodyKind::Json(ty), required: body.required, media: None });
        }
        if let Some(media) = media("multipart/form-data") {
            // A form with a required part is required, whatever the document leaves out.
            let parts = self.parts(media, &place);
            let required = body.required || parts.iter().any(|part| part.required);
            return Some(Body { kind: BodyKind::Multipart(parts), required, media: None });
        }
        if let Some(media) = media("application/x-www-form-urlencoded") {
            let ty = self.media(media, &place).element();
            return Some(Body { kind: BodyKind::Form(ty, Vec::new()), required: body.required, media: None });
        }
        let kinds: Vec<&str> = body.content.keys().map(String::as_str).collect();
        self.problem(at, format!("a request body of type {} cannot be generated", kinds.join(", ")));
        None
    }

    fn media(&mut self, media: &'a MediaType, place: &Place) -> Typed {
        media.schema.as_ref().map(|schema| self.schema(schema, place)).unwrap_or_default()
    }

    fn parts(&mut self, media: &'a MediaType, place: &Place) -> Vec<MultipartField> {
        let Some((schema, place)) = media.schema.as_ref().and_then(|schema| self.resolve(schema, place)) else {
            return Vec::new();
        };
        let mut members = super::object::Members::default();
        self.members(schema, &place, &mut members, 0);
        let mut parts = Vec::new();
        for (name, schema) in &members.properties {
            let ReferenceOr::Item(schema) = schema else {
                self.problem(place.step(name).to_string(), "a part of a form cannot be a reference");
                continue;
            };
            let extension = |key: &str| schema.schema_data.extensions.get(key);
            parts.push(MultipartField {
                json: (*name).to_owned(),
                content: if is_binary(schema) { PartContent::File } else { PartContent::Text(Ty::String) },
                list: false,
                media: None,
                required: members.required.contains(name),
                max_bytes: extension("x-max-bytes").and_then(serde_json::Value::as_u64),
                mime_types: extension("x-mime-types")
                    .and_then(serde_json::Value::as_array)
                    .map(|types| types.iter().filter_map(|mime| mime.as_str().map(str::to_owned)).collect())
                    .unwrap_or_default(),
            });
        }
        parts
    }

    fn reply(&mut self, id: &str, responses: &'a openapiv3::Responses, at: &str) -> Reply {
        let place = Place { operation: id.to_owned(), part: Part::Reply, path: Vec::new() };
        let mut successes: Vec<(u16, &'a Response)> = Vec::new();
        for (status, response) in &responses.responses {
            let code = match *status {
                StatusCode::Code(code) => code,
                StatusCode::Range(range) => range.saturating_mul(100),
            };
            if (200..400).contains(&code) {
                match self.response(response, at) {
                    Some(response) => successes.push((code, response)),
                    None => continue,
                }
            }
        }
        // Where no success is named, the default reply is it.
        if successes.is_empty()
            && let Some(default) = responses.default.as_ref().and_then(|default| self.response(default, at))
        {
            successes.push((200, default));
        }
        let redirects = successes.iter().any(|(code, _)| *code >= 300);
        successes.retain(|(code, _)| *code < 300);
        let mut json: Option<Ty> = None;
        let (mut empty, mut text, mut untyped) = (false, false, false);
        for (_, response) in &successes {
            if response.content.is_empty() {
                empty = true;
            }
            for (kind, media) in &response.content {
                match essence(kind) {
                    "application/json" if has_schema(media) => {
                        let ty = self.media(media, &place).element();
                        json = Some(match json {
                            Some(known) if !self.same_reply(&known, &ty) => {
                                self.note(&place, "success replies of different types: any value is taken");
                                Ty::Any
                            }
                            Some(known) => known,
                            None => ty,
                        });
                    }
                    "application/json" => untyped = true,
                    _ => text = true,
                }
            }
        }
        if json.is_some() && text {
            self.note(&place, "a reply in JSON or another media type: JSON is asked for and read");
        }
        match json {
            // A success without a type beside a redirect is the page that the redirect carries.
            None if redirects => Reply::Redirect,
            Some(ty) if empty => Reply::JsonOrEmpty(ty),
            Some(ty) => Reply::Json(ty),
            None if untyped => Reply::Content,
            None if text => Reply::Text,
            None => Reply::Empty,
        }
    }

    fn response(&mut self, response: &'a ReferenceOr<Response>, at: &str) -> Option<&'a Response> {
        match response {
            ReferenceOr::Item(response) => Some(response),
            ReferenceOr::Reference { reference } => {
                let name = reference.strip_prefix("#/components/responses/");
                let found = name
                    .and_then(|name| self.api.components.as_ref()?.responses.get(name))
                    .and_then(ReferenceOr::as_item);
                if found.is_none() {
                    self.problem(at, format!("`{reference}` refers to no response"));
                }
                found
            }
        }
    }

    /// Whether two replies have the same shape.
    fn same_reply(&self, a: &Ty, b: &Ty) -> bool {
        match (a, b) {
            (Ty::Def(a), Ty::Def(b)) => a == b || crate::dedupe::same_shape(&self.defs, *a, *b),
            (Ty::List(a), Ty::List(b)) | (Ty::Map(a), Ty::Map(b)) | (Ty::Nullable(a), Ty::Nullable(b)) => {
                self.same_reply(a, b)
            }
            _ => a == b,
        }
    }
}

/// The names in a path template, in order.
pub(super) fn template_names(path: &str) -> Vec<&str> {
    path.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
}

fn same_parameter(a: &Parameter, b: &Parameter) -> bool {
    std::mem::discriminant(a) == std::mem::discriminant(b) && a.parameter_data_ref().name == b.parameter_data_ref().name
}

/// A media type without its parameters.
fn essence(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or_default().trim()
}

/// Whether a media type says anything of its content; `{}` does not.
fn has_schema(media: &MediaType) -> bool {
    match &media.schema {
        None => false,
        Some(ReferenceOr::Reference { .. }) => true,
        Some(ReferenceOr::Item(schema)) => !is_empty(schema),
    }
}

fn is_empty(schema: &Schema) -> bool {
    matches!(&schema.schema_kind, SchemaKind::Any(any) if *any == openapiv3::AnySchema::default())
}

fn is_binary(schema: &Schema) -> bool {
    use openapiv3::{StringFormat, VariantOrUnknownOrEmpty};
    matches!(&schema.schema_kind, SchemaKind::Type(Type::String(string))
        if matches!(string.format, VariantOrUnknownOrEmpty::Item(StringFormat::Binary)))
}

fn pointer(path: &str, method: &str) -> String {
    let path = path.replace('~', "~0").replace('/', "~1");
    if method.is_empty() { format!("/paths/{path}") } else { format!("/paths/{path}/{method}") }
}
