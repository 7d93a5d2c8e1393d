//! The document and the files next to it: what they hold, what is named in them, and where references lead.

use std::collections::{HashMap, HashSet};

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::uri::{self, Place};
use crate::error::push;
use crate::load::{self, Files, MAX_BYTES};

/// How the words begin for a reference whose file is there and whose target is not.
pub(super) const NOTHING: &str = "points to nothing in";

/// How many references a pointer may lead through.
const MAX_HOPS: usize = 32;

/// A part of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Target {
    /// Which file; 0 is the document.
    pub file: usize,
    /// Where in it: a JSON pointer.
    pub pointer: String,
}

/// A file.
pub(super) struct Source {
    /// Its path from the folder; of the document, what it is called, if anybody knows.
    pub path: String,
    pub value: Value,
    /// The schemas that say what they are called, by their pointers: `$id`, resolved.
    ids: HashMap<String, String>,
    /// Whether references mean different things at different places.
    pub named: bool,
}

/// The schemas that have one anchor.
struct Anchored {
    first: Target,
    all: HashSet<Target>,
}

/// All files that references lead to.
pub(super) struct Sources<'a> {
    files: &'a Files<'a>,
    pub all: Vec<Source>,
    by_path: HashMap<String, Result<usize, String>>,
    /// By `$id`.
    ids: HashMap<String, Target>,
    /// By `$anchor` and `$dynamicAnchor`, with what they are relative to: an `$id`, or the path of a file.
    anchors: HashMap<(String, String), Anchored>,
    /// How many schemas have an anchor of a name.
    anchored: HashMap<String, usize>,
    /// How many bytes may still be read.
    left: usize,
}

impl<'a> Sources<'a> {
    pub(super) fn new(document: Value, named: bool, files: &'a Files<'a>) -> Self {
        let mut sources = Self {
            files,
            all: Vec::new(),
            by_path: HashMap::new(),
            ids: HashMap::new(),
            anchors: HashMap::new(),
            anchored: HashMap::new(),
            left: MAX_BYTES,
        };
        // What the document is called is a path, where a `%` is only a `%`.
        sources.add(files.document.to_owned(), document, named);
        sources
    }

    fn add(&mut self, path: String, value: Value, named: bool) -> usize {
        let file = self.all.len();
        self.by_path.insert(path.clone(), Ok(file));
        let mut source = Source { path, value: Value::Null, ids: HashMap::new(), named };
        if source.named {
            let base = source.path.clone();
            self.name(&value, file, &mut source.ids, &base, String::new());
        }
        source.value = value;
        self.all.push(source);
        file
    }

    /// Learns what is named in a value.
    fn name(&mut self, value: &Value, file: usize, ids: &mut HashMap<String, String>, base: &str, pointer: String) {
        match value {
            Value::Object(members) => {
                let text = |key: &str| members.get(key).and_then(Value::as_str);
                let here = || Target { file, pointer: pointer.clone() };
                let id = text("$id").map(|id| match uri::resolve(base, id.split('#').next().unwrap_or_default()) {
                    Place::Url(id) | Place::File(id) => id,
                    Place::Outside => id.to_owned(),
                });
                if let Some(id) = &id {
                    self.ids.entry(id.clone()).or_insert_with(here);
                    ids.insert(pointer.clone(), id.clone());
                }
                let base = id.as_deref().unwrap_or(base);
                for anchor in [text("$anchor"), text("$dynamicAnchor")].into_iter().flatten() {
                    *self.anchored.entry(anchor.to_owned()).or_default() += 1;
                    let known = self.anchors.entry((base.to_owned(), anchor.to_owned()));
                    let known = known.or_insert_with(|| Anchored { first: here(), all: HashSet::new() });
                    known.all.insert(here());
                }
                for (key, inner) in members {
                    if inner.is_object() || inner.is_array() {
                        self.name(inner, file, ids, base, push(&pointer, key));
                    }
                }
            }
            Value::Array(items) => {
                for (index, inner) in items.iter().enumerate() {
                    self.name(inner, file, ids, base, push(&pointer, index));
                }
            }
            _ => {}
        }
    }

    /// Whether a schema that a reference does not find is any value.
    pub(super) fn lenient(&self) -> bool {
        self.files.lenient
    }

    /// The document itself.
    pub(super) fn take_document(&mut self) -> Value {
        self.all.first_mut().map(|first| std::mem::take(&mut first.value)).unwrap_or_default()
    }

    /// What is at a target.
    pub(super) fn get(&self, target: &Target) -> Option<&Value> {
        self.all.get(target.file)?.value.pointer(&target.pointer)
    }

    /// What is at a target.
    pub(super) fn get_mut(&mut self, target: &Target) -> Option<&mut Value> {
        self.all.get_mut(target.file)?.value.pointer_mut(&target.pointer)
    }

    /// The path of a file; empty: the document.
    pub(super) fn path(&self, file: usize) -> &str {
        self.all.get(file).filter(|_| file > 0).map_or("", |source| &source.path)
    }

    /// Where a reference leads that stands at `pointer` of `file`; the error is in words, after the reference.
    pub(super) fn resolve(&mut self, file: usize, pointer: &str, reference: &str) -> Result<Target, String> {
        self.resolve_after(file, pointer, reference, 0)
    }

    fn resolve_after(&mut self, file: usize, at: &str, reference: &str, hops: usize) -> Result<Target, String> {
        if hops > MAX_HOPS {
            return Err("leads through itself".to_owned());
        }
        let (base, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let fragment = percent_decode_str(fragment).decode_utf8().map_err(|_| "is no text after `#`".to_owned())?;
        let root = if base.is_empty() { None } else { Some(self.root(file, at, base)?) };
        let (file, around) = match &root {
            Some(root) => (root.file, root.pointer.as_str()),
            None => (file, at),
        };
        let nothing = || match self.path(file) {
            "" => format!("{NOTHING} this document"),
            path => format!("{NOTHING} `{path}`"),
        };
        let nothing = nothing();
        if !fragment.is_empty() && !fragment.starts_with('/') {
            let typo = format!("/{fragment}");
            return self
                .anchor(file, around, &fragment)
                .or_else(|| self.get(&Target { file, pointer: typo.clone() }).map(|_| Target { file, pointer: typo }))
                .ok_or(nothing);
        }
        // The innermost schema that has an `$id` counts, then the document; `$defs` are also looked for all the way up,
        // because many write them as if the schema around were the document.
        let defs = fragment.starts_with("/$defs/") || fragment.starts_with("/definitions/");
        let mut start = around.to_owned();
        loop {
            let is_root =
                start.is_empty() || self.is_id(file, &start) || root.as_ref().is_some_and(|root| root.pointer == start);
            if is_root || (defs && root.is_none()) {
                let target = Target { file, pointer: format!("{start}{fragment}") };
                if self.get(&target).is_some() {
                    return Ok(target);
                }
            }
            match start.rfind('/') {
                Some(end) => start.truncate(end),
                None => break,
            }
        }
        self.through(file, &fragment, hops).ok_or(nothing)
    }

    /// A pointer that leads through references: each is taken on the way.
    fn through(&mut self, file: usize, pointer: &str, hops: usize) -> Option<Target> {
        let mut here = Target { file, pointer: String::new() };
        for step in pointer.split('/').skip(1) {
            let next = Target { file: here.file, pointer: format!("{}/{step}", here.pointer) };
            if self.get(&next).is_some() {
                here = next;
                continue;
            }
            let reference = self.get(&here)?.get("$ref")?.as_str()?.to_owned();
            let there = self.resolve_after(here.file, &here.pointer, &reference, hops + 1).ok()?;
            here = Target { file: there.file, pointer: format!("{}/{step}", there.pointer) };
            self.get(&here)?;
        }
        Some(here)
    }

    fn is_id(&self, file: usize, pointer: &str) -> bool {
        self.all.get(file).is_some_and(|source| source.ids.contains_key(pointer))
    }

    /// What the `$id`s around a place make relative references relative to: an `$id`, or the path of the file.
    fn base(&self, file: usize, at: &str) -> &str {
        let Some(source) = self.all.get(file) else { return "" };
        if source.ids.is_empty() {
            return &source.path;
        }
        starts(at).find_map(|start| source.ids.get(start)).unwrap_or(&source.path)
    }

    fn anchor(&self, file: usize, at: &str, name: &str) -> Option<Target> {
        let base = self.base(file, at).to_owned();
        let path = self.all.get(file).map(|source| source.path.clone()).unwrap_or_default();
        let get = |base: String| self.anchors.get(&(base, name.to_owned()));
        let known = get(base).or_else(|| get(path))?;
        // Of several, the innermost around the reference.
        let around = starts(at).map(|start| Target { file, pointer: start.to_owned() });
        Some(around.into_iter().find(|target| known.all.contains(target)).unwrap_or_else(|| known.first.clone()))
    }

    /// How many schemas have the anchor of a reference.
    pub(super) fn anchors_of(&self, reference: &str) -> usize {
        let name = reference.rsplit('#').next().unwrap_or_default();
        self.anchored.get(name).copied().unwrap_or_default()
    }

    /// The file, or the schema with an `$id`, that the part of a reference before `#` leads to.
    fn root(&mut self, file: usize, at: &str, written: &str) -> Result<Target, String> {
        let document = |file| Target { file, pointer: String::new() };
        let place = uri::resolve(self.base(file, at), written);
        let own = self.all.get(file).map(|source| source.path.clone()).unwrap_or_default();
        for place in [&place, &uri::resolve(&own, written)] {
            let (Place::Url(name) | Place::File(name)) = place else { continue };
            if let Some(target) = self.ids.get(name).or_else(|| self.ids.get(written)) {
                return Ok(target.clone());
            }
        }
        // `Pet` alone is how a schema is named in a discriminator, and in Swagger 1.
        let component = Target { file, pointer: push("/components/schemas", written) };
        if !written.contains(['/', '.']) && self.get(&component).is_some() {
            return Ok(component);
        }
        match uri::resolve(&own, written) {
            Place::Url(url) => match self.by_path.get(&url) {
                Some(Ok(file)) => Ok(document(*file)),
                _ => {
                    Err("is an address, and nothing is fetched; put what it refers to next to the document".to_owned())
                }
            },
            Place::Outside => Err("is outside of the folder of the document; move the file into it".to_owned()),
            Place::File(path) => self.open(path).map(document),
        }
    }

    fn open(&mut self, path: String) -> Result<usize, String> {
        if let Some(known) = self.by_path.get(&path) {
            return known.clone();
        }
        let opened = self.read(&path).map(|value| {
            let named = has_names(&value);
            self.add(path.clone(), value, named)
        });
        if let Err(message) = &opened {
            self.by_path.insert(path, Err(message.clone()));
        }
        opened
    }

    fn read(&mut self, path: &str) -> Result<Value, String> {
        let bytes = (self.files.read)(path)
            .map_err(|error| format!("is outside of this document, and `{path}` cannot be read: {error}"))?;
        self.left = self.left.checked_sub(bytes.len()).ok_or_else(|| {
            format!("is in `{path}`, and with it the files next to the document have over {MAX_BYTES} bytes")
        })?;
        load::value(&bytes).map_err(|error| format!("is in `{path}`, which is wrong: {error}"))
    }
}

/// A pointer and those to all that is around, from the inside out.
fn starts(pointer: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(pointer), |pointer| Some(pointer.rsplit_once('/')?.0))
}

/// Whether anything in a value says what it is called.
fn has_names(value: &Value) -> bool {
    match value {
        Value::Object(members) => members.iter().any(|(key, inner)| {
            let names = key.starts_with('$') && matches!(key.as_str(), "$id" | "$anchor" | "$dynamicAnchor");
            (names && inner.is_string()) || has_names(inner)
        }),
        Value::Array(items) => items.iter().any(has_names),
        _ => false,
    }
}
