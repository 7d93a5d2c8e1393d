//! Operations on stored rows: create, list, get, change, delete, and links between rows.

use hyper::Method;
use logto_generator::sample::{Fill, follow, sample};
use serde_json::{Map, Value, json};

use crate::answer::Answer;

use super::document::{Document, Operation};
use super::errors;
use super::ids::Maker;
use super::paging::{LinkBase, Window};
use super::reply::page;
use super::search::{self, Search};
use super::shape::{Rows, Shape, shape};
use super::store::Store;

/// Collections whose newest rows come first, so that new rows shift the pages.
const NEWEST_FIRST: [&str; 3] = ["users", "logs", "applications"];

/// A request that reached an operation.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    /// The document.
    pub document: &'a Document,
    /// The operation.
    pub operation: &'a Operation,
    /// The path after `/api/`, decoded.
    pub path: Vec<String>,
    /// The pairs of the query.
    pub pairs: &'a [(String, String)],
    /// The page that was asked for.
    pub window: Option<Window>,
    /// What `Link` is made of.
    pub link: LinkBase<'a>,
    /// The body.
    pub body: Option<&'a Value>,
    /// `Accept-Language`, its first tag.
    pub language: &'a str,
}

/// The answer where rows decide it; `None` where a sampled reply must serve.
pub(super) fn answer(asked: &Asked<'_>, store: &mut Store, maker: &mut Maker) -> Option<Answer> {
    if let Some(answer) = missing_first_row(asked, store) {
        return Some(answer);
    }
    let method = &asked.operation.method;
    let (last, above) = asked.path.split_last()?;
    let full = asked.path.join("/");
    match shape(asked.document, asked.operation) {
        Shape::Rows(_) if *method == Method::GET => Some(list(asked, store.rows(&full), store)),
        Shape::Rows(rows) if *method == Method::POST => create(asked, &rows, &full, store, maker),
        Shape::Row(rows) => row(asked, &rows, &above.join("/"), last, store, maker),
        Shape::Links { target, ids } => links(asked, &target, ids.as_deref(), store),
        Shape::Link { target } if *method == Method::DELETE => {
            let (relation, owner) = above.split_last()?;
            if store.unlink(&owner.join("/"), relation, &target, last) {
                Some(Answer::empty(204))
            } else {
                Some(errors::missing_entity(&target, last, asked.language))
            }
        }
        Shape::Member(rows, name) => {
            let (id, collection) = above.split_last()?;
            member(asked, &rows, (&collection.join("/"), id, &name), store, maker)
        }
        _ => None,
    }
}

/// The path begins with the id of a row that does not exist.
fn missing_first_row(asked: &Asked<'_>, store: &Store) -> Option<Answer> {
    let [collection, id, ..] = asked.path.as_slice() else {
        return None;
    };
    let is_id = matches!(asked.operation.segments.get(2), Some(super::routes::Segment::Parameter(_)));
    let key = if store.rows(collection).iter().any(|row| row.get("id").is_some()) { "id" } else { return None };
    let missing = is_id && store.find(collection, key, id).is_none();
    missing.then(|| errors::missing_entity(collection, id, asked.language))
}

fn list(asked: &Asked<'_>, rows: &[Value], store: &Store) -> Answer {
    let collection = asked.path.last().map_or("", String::as_str);
    let fields = search::fields(collection);
    let get = |name: &str| asked.pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let search = match get("q") {
        Some(text) => Search::part(text, fields),
        None if asked.operation.searches() => match Search::read(asked.pairs, fields) {
            Ok(search) => search,
            Err(answer) => return answer,
        },
        None => Search::default(),
    };
    let mut found: Vec<&Value> = rows
        .iter()
        .filter(|row| search.finds(row) && asked.pairs.iter().all(|(key, value)| passes(row, key, value, store)))
        .collect();
    if NEWEST_FIRST.contains(&collection) {
        found.reverse();
    }
    let schema = asked.operation.item_schema(&asked.document.value);
    let (member, item) = schema.unwrap_or((None, &Value::Null));
    let shown = asked.window.map_or(0..found.len(), |window| window.range(found.len()));
    let rows = found[shown].iter().map(|row| project(row, item, asked.document)).collect();
    page(200, member, rows, found.len(), asked.window.as_ref(), &asked.link)
}

/// Whether a row passes one pair of the query: members of the same name, those of a log's payload, and exclusions.
fn passes(row: &Value, key: &str, value: &str, store: &Store) -> bool {
    if let Some(owner) = key.strip_prefix("exclude").and_then(|name| name.strip_suffix("Id")) {
        let owner = format!("{}s/{value}", owner.to_lowercase());
        let id = row["id"].as_str().unwrap_or_default();
        return !["users", "roles", "applications"]
            .iter()
            .any(|relation| store.linked(&owner, relation).iter().any(|linked| linked == id));
    }
    let time = value.parse::<u64>().unwrap_or(0);
    match key {
        "logKey" => row["key"] == value,
        "start_time" => row["createdAt"].as_u64().is_none_or(|created| created >= time),
        "end_time" => row["createdAt"].as_u64().is_none_or(|created| created <= time),
        "type" => row.get("type").is_none_or(|kind| kind == value),
        "types" => row.get("type").is_none_or(|kind| kind == value),
        "userId" | "applicationId" => match row.get("payload") {
            Some(payload) => payload[key] == value,
            None => true,
        },
        _ => true,
    }
}

fn create(asked: &Asked<'_>, rows: &Rows<'_>, path: &str, store: &mut Store, maker: &mut Maker) -> Option<Answer> {
    let body = asked.body?.as_object()?;
    if path == "users"
        && let Some(answer) = taken(body, None, store)
    {
        return Some(answer);
    }
    let success = asked.operation.replies.first()?;
    let document = &asked.document.value;
    let schema = follow(asked.operation.reply_schema()?, document)?;
    schema["properties"].get(&rows.key)?;
    let item = rows.item;
    let mut row = blank(item, document, maker);
    for (name, value) in body {
        if item["properties"].get(name).is_some() {
            row[name] = value.clone();
        }
    }
    if path == "users" {
        row["hasPassword"] = json!(body.contains_key("password") || body.contains_key("passwordDigest"));
    }
    let reply = project(&row, schema, asked.document);
    store.push(path, row);
    Some(Answer::json(success.status, &reply))
}

/// A new row: what is required, with an id and times of its own.
pub(super) fn blank(item: &Value, document: &Value, maker: &mut Maker) -> Value {
    let mut row = sample(item, document, Fill::Required, 0);
    let members = &item["properties"];
    if members.get("id").is_some() {
        let length = members["id"]["maxLength"].as_u64().unwrap_or(21).min(21);
        row["id"] = json!(maker.entity_id(length as usize));
    }
    if members.get("tenantId").is_some() {
        row["tenantId"] = json!("default");
    }
    let now = maker.tick();
    for name in ["createdAt", "updatedAt"] {
        if row[name].is_number() {
            row[name] = json!(now);
        }
    }
    row
}

fn row(
    asked: &Asked<'_>,
    rows: &Rows<'_>,
    collection: &str,
    id: &str,
    store: &mut Store,
    maker: &mut Maker,
) -> Option<Answer> {
    if !store.has(collection) {
        return None;
    }
    let method = &asked.operation.method;
    let success = asked.operation.replies.first()?.status;
    let name = collection.rsplit('/').next().unwrap_or(collection);
    let missing = || Some(errors::missing_entity(name, id, asked.language));
    if *method == Method::DELETE {
        return if store.remove(collection, &rows.key, id) { Some(Answer::empty(success)) } else { missing() };
    }
    if *method != Method::GET {
        if collection == "users"
            && let Some(answer) = asked.body.and_then(Value::as_object).and_then(|body| taken(body, Some(id), store))
        {
            return Some(answer);
        }
        let Some(row) = store.find_mut(collection, &rows.key, id) else {
            return missing();
        };
        change(row, rows.item, asked.body, asked.document, maker);
    }
    let Some(row) = store.find(collection, &rows.key, id) else {
        return missing();
    };
    match asked.operation.reply_schema() {
        Some(schema) => Some(Answer::json(success, &project(row, schema, asked.document))),
        None => Some(Answer::empty(success)),
    }
}

/// Changes a row by a request body: what is absent stays, `null` clears, a value takes the place of the old one whole.
fn change(row: &mut Value, item: &Value, body: Option<&Value>, document: &Document, maker: &mut Maker) {
    let Some(members) = row.as_object_mut() else {
        return;
    };
    for (name, value) in body.and_then(Value::as_object).into_iter().flatten() {
        let Some(member) = item["properties"].get(name) else {
            continue;
        };
        let nullable = follow(member, &document.value).is_some_and(|member| member["nullable"] == true);
        if value.is_null() && !nullable {
            members.shift_remove(name);
        } else {
            members.insert(name.clone(), value.clone());
        }
    }
    if members.get("updatedAt").is_some_and(Value::is_number) {
        members.insert("updatedAt".to_owned(), json!(maker.tick()));
    }
}

/// A member of a row at a path of its own. As on a real server a change merges one level deep here.
fn member(
    asked: &Asked<'_>,
    rows: &Rows<'_>,
    (collection, id, name): (&str, &str, &str),
    store: &mut Store,
    maker: &mut Maker,
) -> Option<Answer> {
    let success = asked.operation.replies.first()?.status;
    let row = store.find_mut(collection, &rows.key, id)?;
    let schema = asked.operation.reply_schema()?;
    let replies_row = follow(schema, &asked.document.value)?["properties"].get(&rows.key).is_some();
    if asked.operation.method != Method::GET {
        if replies_row {
            change(row, rows.item, asked.body, asked.document, maker);
        } else {
            merge(&mut row[name], asked.body?);
        }
    }
    let reply = if replies_row { project(row, schema, asked.document) } else { row[name].clone() };
    (!reply.is_null()).then(|| Answer::json(success, &reply))
}

fn merge(into: &mut Value, body: &Value) {
    // Both paths that merge send the member either bare or under its own name.
    let body = match body.as_object() {
        Some(members) if members.len() == 1 => {
            members.values().next().filter(|value| value.is_object()).unwrap_or(body)
        }
        _ => body,
    };
    if !into.is_object() {
        *into = json!({});
    }
    for (name, value) in body.as_object().into_iter().flatten() {
        into[name] = value.clone();
    }
}

fn links(asked: &Asked<'_>, target: &str, ids: Option<&str>, store: &mut Store) -> Option<Answer> {
    let (relation, owner) = asked.path.split_last()?;
    let owner = owner.join("/");
    let linked = store.linked(&owner, relation).to_vec();
    if asked.operation.method == Method::GET {
        if !store.has(target) {
            return None;
        }
        let rows = store.rows(target).iter().filter(|row| linked.iter().any(|id| row["id"] == *id));
        let rows: Vec<Value> = rows.cloned().collect();
        return Some(list(asked, &rows, store));
    }
    let name = ids?;
    let wanted: Vec<String> =
        asked.body?[name].as_array()?.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    if store.has(target)
        && let Some(unknown) = wanted.iter().find(|id| store.find(target, "id", id).is_none())
    {
        let data = json!({ "id": unknown });
        let message = "The relation foreign key is not found.";
        return Some(errors::error_with(422, "entity.relation_foreign_key_not_found", data, message));
    }
    if asked.operation.method == Method::PUT {
        for id in linked.iter().filter(|id| !wanted.contains(id)) {
            store.unlink(&owner, relation, target, id);
        }
    }
    let added: Vec<&String> = wanted.iter().filter(|id| store.link(&owner, relation, target, id)).collect();
    let success = asked.operation.replies.first()?;
    let schema = asked.operation.reply_schema().and_then(|schema| follow(schema, &asked.document.value));
    let members = schema.and_then(|schema| schema["properties"].as_object())?;
    let mut reply = Map::new();
    for member in members.keys() {
        let value = if member.starts_with("added") { json!(added) } else { json!(wanted) };
        reply.insert(member.clone(), value);
    }
    Some(Answer::json(success.status, &Value::Object(reply)))
}

/// What an operation shows of a row: the members that its schema has, and those that it requires and the row lacks.
fn project(row: &Value, schema: &Value, document: &Document) -> Value {
    let Some(schema) = follow(schema, &document.value) else {
        return row.clone();
    };
    let (Some(members), Some(properties)) = (row.as_object(), schema["properties"].as_object()) else {
        return row.clone();
    };
    let mut shown = sample(schema, &document.value, Fill::Required, 0);
    for (name, value) in members {
        if properties.contains_key(name) {
            shown[name] = value.clone();
        }
    }
    shown
}

/// A user name, address or number that another user has.
fn taken(body: &Map<String, Value>, own: Option<&str>, store: &Store) -> Option<Answer> {
    let clashes = |name: &str| {
        body.get(name).filter(|value| !value.is_null()).is_some_and(|value| {
            store.rows("users").iter().any(|row| row[name] == *value && own.is_none_or(|own| row["id"] != own))
        })
    };
    let (code, message) = if clashes("username") {
        ("user.username_already_in_use", "This username is already in use.")
    } else if clashes("primaryEmail") {
        ("user.email_already_in_use", "This email is associated with an existing account.")
    } else if clashes("primaryPhone") {
        ("user.phone_already_in_use", "This phone number is associated with an existing account.")
    } else {
        return None;
    };
    Some(errors::error(422, code, message))
}
