//! Webhooks and callbacks: types of what the server sends by itself.

use indexmap::IndexMap;
use openapiv3::{OpenAPI, PathItem, ReferenceOr};
use serde::Deserialize;

use super::Builder;
use super::media::{Written, has_schema};
use crate::error::{Error, Problem, push};
use crate::model::{Part, Place, Webhook};

/// Path items by name.
pub(super) type Items = IndexMap<String, ReferenceOr<PathItem>>;

/// The webhooks of a document, which `openapiv3` does not know.
///
/// # Errors
///
/// They are no path items.
pub(super) fn items(api: &OpenAPI) -> Result<Items, Error> {
    match api.extensions.get("x-webhooks") {
        None => Ok(Items::new()),
        Some(webhooks) => Items::deserialize(webhooks)
            .map_err(|error| Problem::at("/webhooks", format!("this is not what OpenAPI asks for: {error}")).into()),
    }
}

impl<'a> Builder<'a> {
    /// The types of payloads.
    pub(super) fn webhooks(&mut self, items: &'a Items, at: &str) -> Vec<Webhook> {
        let mut webhooks = Vec::new();
        for (name, item) in items {
            let at = push(at, name);
            match item {
                ReferenceOr::Item(item) => self.payloads(name, item, &at, &mut webhooks),
                ReferenceOr::Reference { reference } => {
                    self.problem(&at, format!("`{reference}` refers to nothing: define it or correct the reference"));
                }
            }
        }
        webhooks
    }

    /// The callbacks of an operation, named after it.
    pub(super) fn callbacks(&mut self, operation: &'a openapiv3::Operation, id: &str, at: &str) -> Vec<Webhook> {
        let mut webhooks = Vec::new();
        for (name, callback) in &operation.callbacks {
            for (expression, item) in callback {
                let at = push(&push(&push(at, "callbacks"), name), expression);
                self.payloads(&format!("{id} {name}"), item, &at, &mut webhooks);
            }
        }
        webhooks
    }

    /// Tells what besides the payload a user who is called must see to.
    fn left_to_users(&mut self, operation: &'a openapiv3::Operation, at: &str) {
        if !operation.parameters.is_empty() {
            self.note_at(&push(at, "parameters"), "parameters of what the server sends by itself have no types here");
        }
        let responses = operation.responses.responses.values().chain(&operation.responses.default);
        let answers = responses.filter_map(|response| {
            let (response, _) = self.component(response, "responses", |components| &components.responses)?;
            response.content.values().find(|media| has_schema(media))
        });
        if answers.count() > 0 {
            self.note_at(&push(at, "responses"), "what is answered to the server has no types here");
        }
    }

    fn payloads(&mut self, name: &str, item: &'a PathItem, at: &str, webhooks: &mut Vec<Webhook>) {
        let several = item.iter().count() > 1;
        for (method, operation) in item.iter() {
            let at = push(at, method);
            let own = format!("{name} {method}");
            webhooks.extend(self.callbacks(operation, &own, &at));
            self.left_to_users(operation, &at);
            let Some(body) = &operation.request_body else {
                self.note_at(&at, "it has no body, so there is no type for it");
                continue;
            };
            let at = push(&at, "requestBody");
            let found = self.found(body, "requestBodies", |components| &components.request_bodies, at);
            let Some((body, at)) = found else { continue };
            let json = body
                .content
                .iter()
                .find(|(media_type, media)| has_schema(media) && self.written(media_type, media) == Written::Json);
            let Some((media_type, media)) = json else {
                self.note_at(&at, "a payload without JSON of a type has no type here");
                continue;
            };
            let mut name = if several { format!("{name} {method}") } else { name.to_owned() };
            while webhooks.iter().any(|webhook| webhook.name == name) {
                name.push_str(" again");
            }
            let place = Place { operation: name.clone(), part: Part::Webhook, path: Vec::new() };
            self.stands(&place, &push(&push(&push(&at, "content"), media_type), "schema"));
            let ty = self.media(media, &place).element();
            webhooks.push(Webhook { name, ty });
        }
    }
}
