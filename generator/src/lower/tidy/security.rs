//! Security schemes: with all that they need, whatever was left out.

use serde_json::{Map, Value, json};

use super::{Findings, leaf, name_of};
use crate::walk::Way;

/// The flows of OAuth 2, the names that Swagger 2 has for them, and the addresses that each needs.
const FLOWS: [(&str, &str, &[&str]); 4] = [
    ("implicit", "implicit", &["authorizationUrl"]),
    ("password", "password", &["tokenUrl"]),
    ("clientCredentials", "application", &["tokenUrl"]),
    ("authorizationCode", "accessCode", &["authorizationUrl", "tokenUrl"]),
];

/// Puts a security scheme into shape.
pub(super) fn tidy(scheme: &mut Map<String, Value>, way: &Way<'_>, found: &mut Findings) {
    scheme.retain(|key, value| key != "description" || value.is_string());
    let written = scheme.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
    let (name, http) = match written.trim().to_ascii_lowercase().as_str() {
        "apikey" => ("apiKey", None),
        "oauth2" => ("oauth2", None),
        "openidconnect" => ("openIdConnect", None),
        "http" => ("http", None),
        // A client certificate is nothing that a request says.
        "mutualtls" => {
            scheme.insert("x-mutual-tls".into(), true.into());
            ("http", Some("mutual".to_owned()))
        }
        known @ ("basic" | "bearer") => ("http", Some(known.to_owned())),
        other => {
            let is = scheme.get("type").map_or_else(|| "missing".to_owned(), name_of);
            found.note(way, format!("the type of this security scheme is {is}: callers must authenticate themselves"));
            ("http", Some(if other.is_empty() { "unknown".to_owned() } else { other.to_owned() }))
        }
    };
    scheme.insert("type".into(), name.into());
    scheme.extend(http.map(|http| ("scheme".to_owned(), http.into())));
    match name {
        "apiKey" => api_key(scheme, way, found),
        "http" => http_scheme(scheme, way, found),
        "oauth2" => flows(scheme, way, found),
        _ => text_or_empty(scheme, "openIdConnectUrl"),
    }
    if scheme.get("bearerFormat").is_some_and(|format| !format.is_string()) {
        scheme.shift_remove("bearerFormat");
    }
}

fn api_key(scheme: &mut Map<String, Value>, way: &Way<'_>, found: &mut Findings) {
    if !scheme.get_mut("name").is_some_and(leaf::text) {
        found.problem(way, "the API key has no `name`, so it cannot be sent");
        scheme.insert("name".into(), "".into());
    }
    let place = scheme.get("in").and_then(Value::as_str).unwrap_or_default().trim().to_ascii_lowercase();
    let known = matches!(place.as_str(), "query" | "header" | "cookie");
    if !known {
        found.note(way, "the API key does not say that it is in query, header or cookie: it is sent as a header");
    }
    scheme.insert("in".into(), if known { place } else { "header".to_owned() }.into());
}

fn http_scheme(scheme: &mut Map<String, Value>, way: &Way<'_>, found: &mut Findings) {
    if !scheme.get("scheme").is_some_and(Value::is_string) {
        if !scheme.contains_key("bearerFormat") {
            found.note(way, "the security scheme does not say its `scheme`: it is read as `bearer`");
        }
        scheme.insert("scheme".into(), "bearer".into());
    }
}

fn flows(scheme: &mut Map<String, Value>, way: &Way<'_>, found: &mut Findings) {
    if let Some(Value::String(flow)) = scheme.shift_remove("flow") {
        let mut members = Map::new();
        for key in ["authorizationUrl", "tokenUrl", "scopes"] {
            members.extend(scheme.shift_remove(key).map(|value| (key.to_owned(), value)));
        }
        scheme.entry("flows").or_insert_with(|| json!({ flow: members }));
    }
    let Some(Value::Object(written)) = scheme.insert("flows".into(), Value::Null) else {
        found.note(way, "the security scheme has no `flows`: callers must bring a token");
        scheme.insert("flows".into(), json!({}));
        return;
    };
    let mut flows = Map::new();
    for (key, mut flow) in written {
        let known = FLOWS.iter().find(|(name, old, _)| key == *name || key == *old);
        match (known, flow.as_object_mut()) {
            (Some((name, _, addresses)), Some(members)) => {
                addresses.iter().for_each(|key| text_or_empty(members, key));
                members.retain(|key, value| value.is_string() || key == "scopes" || key.starts_with("x-"));
                scopes(members);
                flows.insert((*name).to_owned(), flow);
            }
            _ if key.starts_with("x-") => {
                flows.insert(key, flow);
            }
            _ => {
                found.note(way, format!("the flow `{}` is left out", key.escape_debug()));
                flows.insert(format!("x-{key}"), flow);
            }
        }
    }
    scheme.insert("flows".into(), flows.into());
}

/// What scopes are for, by their names; some write the names alone.
fn scopes(flow: &mut Map<String, Value>) {
    let scopes = match flow.shift_remove("scopes") {
        Some(Value::Object(scopes)) => scopes,
        Some(Value::Array(names)) => {
            names.iter().filter_map(Value::as_str).map(|name| (name.to_owned(), "".into())).collect()
        }
        _ => Map::new(),
    };
    let words =
        scopes.into_iter().map(|(name, mut word)| if leaf::text(&mut word) { (name, word) } else { (name, "".into()) });
    let scopes: Map<String, Value> = words.collect();
    flow.insert("scopes".into(), scopes.into());
}

fn text_or_empty(members: &mut Map<String, Value>, key: &str) {
    if !members.get(key).is_some_and(Value::is_string) {
        members.insert(key.to_owned(), "".into());
    }
}
