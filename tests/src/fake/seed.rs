//! The rows that a fake begins with.

use hyper::Method;
use serde_json::{Value, json};

use super::document::Document;
use super::entities::blank;
use super::ids::Maker;
use super::routes::Segment;
use super::shape::{Shape, shape};
use super::store::Store;
use super::token::{App, RESOURCE};

/// How many rows a fake begins with.
#[derive(Debug, Clone, Copy)]
pub struct Counts {
    /// Users.
    pub users: usize,
    /// Audit logs.
    pub logs: usize,
    /// Organizations.
    pub organizations: usize,
    /// Every other collection.
    pub others: usize,
}

impl Default for Counts {
    fn default() -> Self {
        Self { users: 45, logs: 45, organizations: 25, others: 3 }
    }
}

/// Fills every collection of the first level that has rows with an id.
pub(super) fn seed(document: &Document, counts: Counts, apps: &[App], maker: &mut Maker) -> Store {
    let mut store = Store::default();
    for operation in &document.operations {
        let [Segment::Literal(_), Segment::Literal(collection)] = operation.segments.as_slice() else {
            continue;
        };
        let Shape::Rows(rows) = shape(document, operation) else {
            continue;
        };
        if operation.method != Method::GET || rows.key != "id" || collection == "connector-factories" {
            continue;
        }
        let count = match collection.as_str() {
            "users" => counts.users,
            "logs" => counts.logs,
            "organizations" => counts.organizations,
            _ => counts.others,
        };
        for index in 0..count {
            let mut row = blank(rows.item, &document.value, maker);
            dress(&mut row, rows.item, collection, index);
            store.push(collection, row);
        }
    }
    own_rows(&mut store, apps);
    store
}

/// Gives a row values that a reader can tell apart.
fn dress(row: &mut Value, item: &Value, collection: &str, index: usize) {
    let mut set = |name: &str, value: Value| {
        if item["properties"].get(name).is_some() {
            row[name] = value;
        }
    };
    match collection {
        "users" => {
            set("username", json!(format!("user{index:04}")));
            set("name", json!(format!("User {index:04}")));
            if index.is_multiple_of(2) {
                set("primaryEmail", json!(format!("user{index:04}@example.com")));
                set("avatar", json!("https://example.com/a.png"));
            }
            if index.is_multiple_of(3) {
                set("primaryPhone", json!(format!("1415555{index:04}")));
            }
            set("profile", json!({ "givenName": "User", "familyName": format!("{index:04}") }));
        }
        "logs" => {
            let key =
                if index.is_multiple_of(2) { "ExchangeTokenBy.ClientCredentials" } else { "Interaction.SignIn.Submit" };
            set("key", json!(key));
            let payload = json!({
                "key": key,
                "result": if index % 5 == 4 { "Error" } else { "Success" },
                "ip": "127.0.0.1",
                "userAgent": "fake/1.0",
                "applicationId": "fake-app",
                "params": { "scope": "all", "grant_type": "client_credentials" },
            });
            set("payload", payload);
        }
        "roles" => {
            set("name", json!(format!("Role {index:02}")));
            set("description", json!("A role of the fake."));
        }
        "resources" => {
            set("name", json!(format!("Resource {index:02}")));
            set("indicator", json!(format!("https://api{index:02}.example.com")));
        }
        _ => {
            let one = collection.trim_end_matches('s').replace('-', " ");
            let letters: String = one.chars().take(1).flat_map(char::to_uppercase).chain(one.chars().skip(1)).collect();
            if row["name"].is_string() || item["properties"]["name"]["type"] == "string" {
                row["name"] = json!(format!("{letters} {index:02}"));
            }
        }
    }
}

/// The rows that every server has: the apps that may ask for tokens, and the Management API with its role.
fn own_rows(store: &mut Store, apps: &[App]) {
    let ids: Vec<Value> = store.rows("applications").iter().map(|row| row["id"].clone()).collect();
    for (id, app) in ids.iter().zip(apps) {
        if let Some(row) = id.as_str().and_then(|id| store.find_mut("applications", "id", id)) {
            row["id"] = json!(app.id);
            row["type"] = json!("MachineToMachine");
            row["name"] = json!(if app.granted { "Management" } else { "No role" });
            row["secret"] = json!(app.secret);
        }
    }
    let first =
        |store: &Store, name: &str| store.rows(name).first().and_then(|row| row["id"].as_str()).map(str::to_owned);
    if let Some(row) = first(store, "resources").and_then(|id| store.find_mut("resources", "id", &id)) {
        row["name"] = json!("Logto Management API");
        row["indicator"] = json!(RESOURCE);
    }
    if let Some(row) = first(store, "roles").and_then(|id| store.find_mut("roles", "id", &id)) {
        row["name"] = json!("Logto Management API access");
        row["type"] = json!("MachineToMachine");
    }
}
