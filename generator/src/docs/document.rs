//! What a document says of itself: summaries and descriptions, looked up by place.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use crate::markdown;
use crate::model::{Def, DefKind, Model, Operation, Part, Place, Ty};
use crate::sample::follow;

/// How many places of a type are asked for a description.
const PLACES: usize = 8;

/// Where the parts of a form are, among the places of parameters.
const PART: &str = "part";

/// The prose of a document, as lines of safe Markdown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Prose {
    /// By path and method.
    operations: HashMap<(String, String), OperationProse>,
    /// By [`crate::model::DefId`].
    types: Vec<TypeProse>,
    tags: HashMap<String, Vec<String>>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct OperationProse {
    lines: Vec<String>,
    /// By place, as the document calls it, and name; parts of a form are in [`PART`].
    parameters: HashMap<(String, String), Vec<String>>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct TypeProse {
    lines: Vec<String>,
    /// Of members, and of the values of an enum.
    members: HashMap<String, Vec<String>>,
}

impl Prose {
    /// The prose of a lowered document.
    pub(super) fn new(model: &Model, document: &Value) -> Self {
        let reader = Reader::new(model, document);
        let operations = model.operations.iter().map(|operation| {
            ((operation.path.clone(), operation.method.clone()), reader.operation(operation).unwrap_or_default())
        });
        let types = model.defs.iter().map(|def| reader.of_type(def)).collect();
        Self { operations: operations.collect(), types, tags: tags(document) }
    }

    pub(super) fn operation(&self, operation: &Operation) -> &[String] {
        self.of(operation).map_or(&[], |prose| &prose.lines)
    }

    pub(super) fn tag(&self, tag: &str) -> &[String] {
        self.tags.get(tag).map_or(&[], Vec::as_slice)
    }

    pub(super) fn parameter(&self, operation: &Operation, place: &str, name: &str) -> &[String] {
        let key = (place.to_owned(), name.to_owned());
        self.of(operation).and_then(|prose| prose.parameters.get(&key)).map_or(&[], Vec::as_slice)
    }

    pub(super) fn part(&self, operation: &Operation, name: &str) -> &[String] {
        self.parameter(operation, PART, name)
    }

    pub(super) fn of_type(&self, index: usize) -> &[String] {
        self.types.get(index).map_or(&[], |prose| &prose.lines)
    }

    pub(super) fn member(&self, index: usize, name: &str) -> &[String] {
        self.types.get(index).and_then(|prose| prose.members.get(name)).map_or(&[], Vec::as_slice)
    }

    pub(super) fn length_of(&self, operation: &Operation) -> usize {
        self.of(operation).map_or(0, |prose| prose.lines.len() + length(&prose.parameters))
    }

    pub(super) fn length_of_type(&self, index: usize) -> usize {
        self.types.get(index).map_or(0, |prose| prose.lines.len() + length(&prose.members))
    }

    fn of(&self, operation: &Operation) -> Option<&OperationProse> {
        self.operations.get(&(operation.path.clone(), operation.method.clone()))
    }
}

fn tags(document: &Value) -> HashMap<String, Vec<String>> {
    let tags = document["tags"].as_array().into_iter().flatten();
    tags.filter_map(|tag| Some((tag["name"].as_str()?.to_owned(), markdown::lines(described(tag)?)))).collect()
}

/// The lines of some texts, and a blank one below each.
fn length<K>(texts: &HashMap<K, Vec<String>>) -> usize {
    texts.values().map(|lines| lines.len() + 1).sum()
}

struct Reader<'a> {
    document: &'a Value,
    /// Path items' operations by operation id.
    operations: HashMap<&'a str, &'a Value>,
}

impl<'a> Reader<'a> {
    fn new(model: &'a Model, document: &'a Value) -> Self {
        let mut operations = HashMap::new();
        for operation in &model.operations {
            if let Some(item) = item(operation, document) {
                operations.insert(operation.id.as_str(), item);
            }
        }
        Self { document, operations }
    }

    fn operation(&self, operation: &Operation) -> Option<OperationProse> {
        let of = item(operation, self.document)?;
        let shared = self.document["paths"][&operation.path]["parameters"].as_array();
        let own = of["parameters"].as_array();
        let mut parameters = HashMap::new();
        for parameter in shared.into_iter().chain(own).flatten() {
            let Some(parameter) = follow(parameter, self.document) else { continue };
            let key = (parameter["in"].as_str(), parameter["name"].as_str());
            if let ((Some(place), Some(name)), Some(text)) = (key, described(parameter)) {
                parameters.insert((place.to_owned(), name.to_owned()), markdown::first(text));
            }
        }
        // The parts of a form are told like parameters.
        let body = follow(&of["requestBody"], self.document);
        let media = body.and_then(|body| body["content"].as_object()).into_iter().flat_map(Map::values);
        for schema in media.filter_map(|media| media.get("schema")) {
            self.each_member(schema, &mut |name, member| {
                if let Some(text) = described(member) {
                    let key = (PART.to_owned(), name.to_owned());
                    parameters.entry(key).or_insert_with(|| markdown::first(text));
                }
            });
        }
        let text = |key: &str| of[key].as_str().map(str::trim).filter(|text| !text.is_empty());
        let lines = match (text("summary"), text("description")) {
            (Some(summary), Some(description)) if !description.starts_with(summary.trim_end_matches('.')) => {
                markdown::lines(&format!("{}\n\n{description}", sentence(summary)))
            }
            (Some(summary), None) => markdown::lines(&sentence(summary)),
            (_, Some(description)) => markdown::lines(description),
            (None, None) => Vec::new(),
        };
        Some(OperationProse { lines, parameters })
    }

    fn of_type(&self, def: &Def) -> TypeProse {
        let mut prose = TypeProse::default();
        let mut places: Vec<&Place> = def.places.iter().collect();
        places.sort_by_key(|place| (place.path.len(), *place));
        for schema in places.into_iter().take(PLACES).filter_map(|place| self.schema_at(place)) {
            if prose.lines.is_empty()
                && let Some(text) = described(schema).or_else(|| schema["title"].as_str())
            {
                prose.lines = markdown::lines(text);
            }
            match &def.kind {
                DefKind::Struct(object) => {
                    let named = object.fields.iter().filter(|field| is_named(&field.ty));
                    let named: HashSet<&str> = named.map(|field| field.json.as_str()).collect();
                    self.each_member(schema, &mut |name, member| {
                        // What a type says of itself stands at the type.
                        let target = || follow(member, self.document).filter(|_| !named.contains(name));
                        if let Some(text) = described(member).or_else(|| target().and_then(described)) {
                            prose.members.entry(name.to_owned()).or_insert_with(|| markdown::first(text));
                        }
                    });
                }
                DefKind::Enum(values) => {
                    let texts = ["x-enum-descriptions", "x-enumDescriptions"].map(|key| &schema[key]);
                    for (index, value) in values.values.iter().enumerate() {
                        let text = texts.iter().find_map(|texts| texts.get(index).or_else(|| texts.get(value)));
                        if let Some(text) = text.and_then(Value::as_str) {
                            prose.members.entry(value.clone()).or_insert_with(|| markdown::first(text));
                        }
                    }
                }
                DefKind::Union(_) => {}
            }
        }
        prose
    }

    /// The members of an object, those of its `allOf` too.
    fn each_member(&self, schema: &'a Value, each: &mut dyn FnMut(&'a str, &'a Value)) {
        for part in self.whole(schema) {
            part["properties"].as_object().into_iter().flatten().for_each(|(name, member)| each(name, member));
        }
    }

    /// A schema and everything that it is `allOf`, each once.
    fn whole(&self, schema: &'a Value) -> Vec<&'a Value> {
        let (mut whole, mut open, mut seen) = (Vec::new(), vec![schema], HashSet::new());
        while let Some(next) = open.pop() {
            let Some(part) = follow(next, self.document).filter(|part| seen.insert(std::ptr::from_ref(*part))) else {
                continue;
            };
            whole.push(part);
            open.extend(part["allOf"].as_array().into_iter().flatten().rev());
        }
        whole
    }

    /// The schema at a place, as far as members and items lead to it.
    fn schema_at(&self, place: &Place) -> Option<&'a Value> {
        let mut steps = place.path.as_slice();
        let mut schema = match place.part {
            Part::Component | Part::SentComponent => self.document["components"]["schemas"].get(&place.operation)?,
            Part::Body => {
                let body = follow(&self.operations.get(place.operation.as_str())?["requestBody"], self.document)?;
                body["content"].as_object()?.values().find_map(|media| media.get("schema"))?
            }
            Part::Reply => self.reply(place, |status| status.starts_with('2'))?,
            Part::Failure => {
                let (status, rest) = steps.split_first()?;
                steps = rest;
                self.reply(place, |other| other.eq_ignore_ascii_case(status))?
            }
            Part::Parameter => {
                let (name, rest) = steps.split_first()?;
                steps = rest;
                let parameters = self.operations.get(place.operation.as_str())?["parameters"].as_array()?;
                let mut parameters = parameters.iter().filter_map(|parameter| follow(parameter, self.document));
                parameters.find(|parameter| parameter["name"] == name.as_str())?.get("schema")?
            }
            Part::Webhook => return None,
        };
        for step in steps {
            schema = self.whole(schema).into_iter().find_map(|part| match step.as_str() {
                "[]" => part.get("items"),
                "{}" => part.get("additionalProperties"),
                step => part["properties"].get(step),
            })?;
        }
        // A schema that only points to another says what the other says, unless it says something itself.
        if described(schema).is_some() { Some(schema) } else { follow(schema, self.document) }
    }

    fn reply(&self, place: &Place, wanted: impl Fn(&str) -> bool) -> Option<&'a Value> {
        let replies = self.operations.get(place.operation.as_str())?["responses"].as_object()?;
        let replies = replies.iter().filter(|(status, _)| wanted(status));
        let mut contents = replies.filter_map(|(_, reply)| follow(reply, self.document)?["content"].as_object());
        contents.find_map(|content| content.values().find_map(|media| media.get("schema")))
    }
}

fn item<'a>(operation: &Operation, document: &'a Value) -> Option<&'a Value> {
    document["paths"].get(&operation.path)?.get(operation.method.to_lowercase())
}

fn described(value: &Value) -> Option<&str> {
    value["description"].as_str().map(str::trim).filter(|text| !text.is_empty())
}

/// Whether a type, or what it is a list or map of, has a name of its own.
fn is_named(ty: &Ty) -> bool {
    match ty {
        Ty::Def(_) => true,
        Ty::List(inner) | Ty::Map(inner) | Ty::Nullable(inner) | Ty::Hidden(inner) => is_named(inner),
        _ => false,
    }
}

/// A text that ends as a sentence does.
fn sentence(text: &str) -> String {
    if text.ends_with(['.', '!', '?', ':', '`', ')']) { text.to_owned() } else { format!("{text}.") }
}
