//! The names of parts that become components.

use std::collections::{BTreeMap, HashMap, HashSet};

use indexmap::IndexSet;
use serde_json::Value;

use super::find::Part;
use super::sources::{Sources, Target};
use super::{component, is_plain, section};
use crate::walk::{Kind, Member};

/// Steps of a pointer that say nothing of what is there.
const STRUCTURE: [&str; 16] = [
    "paths",
    "components",
    "schemas",
    "parameters",
    "headers",
    "responses",
    "requestBodies",
    "securitySchemes",
    "content",
    "schema",
    "properties",
    "requestBody",
    "$defs",
    "definitions",
    "application~1json",
    "items",
];

/// Objects whose components may get another name. Security schemes keep theirs: requirements name them, and not references.
pub(super) const RENAMED: [Kind; 5] = [Kind::Schema, Kind::Parameter, Kind::Header, Kind::RequestBody, Kind::Response];

/// The names of parts: of those that become components, and of components whose names cannot stand in a reference.
#[derive(Default)]
pub(super) struct Names(HashMap<(Kind, Target), String>);

impl Names {
    /// The name of a part among the components of its kind.
    pub(super) fn get<'n>(&'n self, kind: Kind, target: &'n Target) -> Option<&'n str> {
        let given = self.0.get(&(kind, target.clone())).map(String::as_str);
        given.or_else(|| component(&target.pointer, section(kind)?).filter(|_| target.file == 0))
    }
}

/// Gives the names: none depends on the order in which references were found, and none is a number.
pub(super) fn assign(sources: &Sources<'_>, parts: &IndexSet<Part>, homes: &[(Kind, String, Target)]) -> Names {
    let mut names = Names::default();
    let mut taken: HashSet<(Kind, String)> = HashSet::new();
    let mut open: BTreeMap<(Kind, Target), Vec<String>> = BTreeMap::new();
    for (kind, name, target) in homes {
        if is_plain(name) && taken.insert((*kind, name.clone())) {
            names.0.entry((*kind, target.clone())).or_insert_with(|| name.clone());
        }
    }
    for kind in RENAMED {
        let pointer = format!("/components/{}", section(kind).unwrap_or_default());
        let known =
            sources.all.first().and_then(|document| document.value.pointer(&pointer)).and_then(Value::as_object);
        for name in known.into_iter().flat_map(|known| known.keys()).filter(|name| *name != "$ref") {
            if is_plain(name) {
                taken.insert((kind, name.clone()));
            } else {
                let target = Target { file: 0, pointer: crate::error::push(&pointer, name) };
                open.insert((kind, target), vec![clean(name)]);
            }
        }
    }
    for (target, member) in parts {
        let Member::One(kind) = *member else { continue };
        if section(kind).is_some() && !names.0.contains_key(&(kind, target.clone())) {
            open.entry((kind, target.clone())).or_insert_with(|| candidates(sources, target));
        }
    }
    let most = open.values().map(Vec::len).max().unwrap_or_default();
    for level in 0..most {
        let mut wanted: BTreeMap<(Kind, String), Vec<Target>> = BTreeMap::new();
        for ((kind, target), candidates) in &open {
            if let Some(name) = candidates.get(level).filter(|name| !name.is_empty()) {
                wanted.entry((*kind, name.clone())).or_default().push(target.clone());
            }
        }
        for ((kind, name), targets) in wanted {
            if let ([target], false) = (targets.as_slice(), taken.contains(&(kind, name.clone()))) {
                open.remove(&(kind, target.clone()));
                taken.insert((kind, name.clone()));
                names.0.insert((kind, target.clone()), name);
            }
        }
    }
    for ((kind, target), candidates) in open {
        let mut name = candidates.last().filter(|name| !name.is_empty()).cloned().unwrap_or_else(|| "Part".to_owned());
        while !taken.insert((kind, name.clone())) {
            name.push('_');
        }
        names.0.insert((kind, target), name);
    }
    names
}

/// Names for a part, from the shortest to the one that says all of where it is.
fn candidates(sources: &Sources<'_>, target: &Target) -> Vec<String> {
    let path = sources.path(target.file);
    let path = path.rsplit_once("://").map_or(path, |(_, path)| path);
    let whole = path.rsplit_once('.').filter(|(_, end)| !end.contains('/')).map_or(path, |(whole, _)| whole);
    let stem = match whole.rsplit_once('/') {
        Some((folder, "index" | "_index")) => folder.rsplit('/').next().unwrap_or(folder),
        Some((_, stem)) => stem,
        None => whole,
    };
    let steps: Vec<&str> =
        target.pointer.split('/').filter(|step| !step.is_empty() && !STRUCTURE.contains(step)).collect();
    let inside = clean(&steps.join("_"));
    if inside.is_empty() {
        return vec![clean(stem), clean(whole)];
    }
    let join = |first: &str| clean(&format!("{first}_{inside}"));
    vec![inside.clone(), join(stem), join(whole)]
}

/// A name without what may not stand in a reference.
fn clean(name: &str) -> String {
    let name = name.replace("~1", "/").replace("~0", "~");
    let words = name.split(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | '_' | '-'));
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_")
}
