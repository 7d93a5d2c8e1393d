//! `import`: a published document becomes the one that the crate is generated from.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use logto_generator::load::{self, Version};
use logto_generator::lower::{self, Dialect};
use logto_generator::walk::METHODS;
use logto_generator::{order, prose};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::files;
use crate::source::{self, Hosts};

/// The title of what we keep: that of the document is prose.
const TITLE: &str = "Management API";

/// Where Logto serves the right document, told when the wrong one is given.
const RIGHT_PATH: &str = "/api/.well-known/management.openapi.json";

/// Paths of Logto's other APIs, which `/api/swagger.json` mixes into one document.
const OTHER_APIS: [&str; 4] = ["/api/interaction", "/api/my-account", "/api/experience", "/api/verifications"];

/// What to import.
#[derive(Debug, Clone)]
pub struct Options {
    /// A file or an http(s) URL.
    pub source: String,
    /// The release of Logto that it is of; documents do not say.
    pub release: String,
    /// Whether descriptions and examples stay, for a copy that is not published.
    pub keep_prose: bool,
    /// Which hosts it may come from.
    pub hosts: Hosts,
}

/// What is known of an imported document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    /// The release of Logto.
    pub release: String,
    /// The URL without credentials and query, or the file's name.
    pub origin: String,
    /// Of the bytes as they were served.
    pub sha256: String,
    /// When these bytes were first imported.
    pub date: String,
    /// Whether descriptions and examples were kept.
    pub prose: bool,
}

/// Imports a document, and says what was done. On an error nothing on disk has changed.
pub fn run(root: &Path, options: &Options, today: &str) -> Result<String> {
    semver::Version::parse(&options.release)
        .with_context(|| format!("`{}` is no release; write it as 1.42.0", options.release))?;
    let source = source::read(&options.source, options.hosts)?;
    let mut document = load::document(&source.bytes).with_context(|| format!("{} was not imported", source.origin))?;
    let operations = check(&document.value).with_context(|| format!("{} was not imported", source.origin))?;

    prepare(&mut document.value, &options.release, options.keep_prose);

    // What `regen` could not read must not take the place of what it can.
    let whole = load::document(pretty(&document.value)?.as_bytes())?;
    let lowered = lower::lower(whole, &Dialect::Logto { floats: BTreeSet::new() }, &load::Files::NONE);
    lowered
        .and_then(|lowered| lower::typed(&lowered.value))
        .map_err(|mut error| {
            load::add_lines(&mut error, &source.bytes);
            error
        })
        .with_context(|| format!("{} was not imported", source.origin))?;

    let old: Option<Meta> = files::read(root, files::META)?.and_then(|text| serde_json::from_str(&text).ok());
    let sha256 = hex(&Sha256::digest(&source.bytes));
    let date = old.filter(|old| old.sha256 == sha256).map_or(today.to_owned(), |old| old.date);
    let meta =
        Meta { release: options.release.clone(), origin: source.origin, sha256, date, prose: options.keep_prose };

    let new = [(files::DOCUMENT, pretty(&document.value)?), (files::META, pretty(&meta)?)];
    let mut changed = Vec::new();
    for (path, text) in new {
        if files::read(root, path)?.as_ref() != Some(&text) {
            changed.push((path.to_owned(), text));
        }
    }
    files::write_all(root, &changed)?;
    let version = match document.version {
        Version::V3_0 => "3.0",
        Version::V3_1 => "3.1",
    };
    let what = format!("{operations} operations of release {}, OpenAPI {version}, from {}", meta.release, meta.origin);
    Ok(match changed.is_empty() {
        true => format!("{what}: unchanged"),
        false => format!("{what}: written to {}\nnext: cargo xtask regen", files::DOCUMENT),
    })
}

/// Makes a published document the one that is kept: without prose, the same for all hosts, in a stable order.
pub(crate) fn prepare(document: &mut Value, release: &str, keep_prose: bool) {
    prose::note_facts(document);
    if !keep_prose {
        prose::strip(document, TITLE);
    }
    normalise(document, release);
    order::stable(document);
}

/// The number of operations of a document that is the right one.
fn check(document: &Value) -> Result<usize> {
    let paths = document.get("paths").and_then(Value::as_object);
    let others: Vec<_> = OTHER_APIS
        .iter()
        .filter(|other| paths.is_some_and(|paths| paths.keys().any(|path| path.starts_with(**other))))
        .collect();
    if let Some(first) = others.first() {
        bail!(
            "it holds other APIs of Logto than the Management API (paths below {first}); import {RIGHT_PATH} of the same server"
        );
    }
    let is_operation = |(key, value): &(&String, &Value)| METHODS.contains(&key.as_str()) && value.is_object();
    let items = paths.into_iter().flat_map(|paths| paths.values()).filter_map(Value::as_object);
    let count = items.map(|item| item.iter().filter(is_operation).count()).sum();
    ensure!(count > 0, "it has no operation");
    Ok(count)
}

/// What depends on the host that served the document becomes the same for all.
fn normalise(document: &mut Value, release: &str) {
    let Some(document) = document.as_object_mut() else { return };
    document.insert("servers".into(), json!([{ "url": "/" }]));
    if let Some(info) = document.get_mut("info").and_then(Value::as_object_mut) {
        info.insert("version".into(), release.into());
    }
}

fn pretty(value: &impl Serialize) -> Result<String> {
    let mut text = serde_json::to_string_pretty(value)?;
    text.push('\n');
    Ok(text)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
