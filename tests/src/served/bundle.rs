//! One document out of a file and the files beside it: every reference becomes a pointer into the one.
//!
//! It reads text by the generator's `load` and shares nothing else with it, so that what later passes get wrong is seen.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};

use logto_generator::load;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};
use url::Url;

/// Where the other files are in the bundle.
const FILES: &str = "x-files";

/// Reads a document and the files that it refers to.
///
/// # Errors
///
/// A file cannot be read, or holds neither JSON nor YAML.
pub(super) fn open(path: &Path) -> Result<Value, String> {
    let mut files = vec![(PathBuf::new(), read(path)?)];
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut index = 0;
    while let Some((name, value)) = files.get(index) {
        for other in mentioned(value, name) {
            if !files.iter().any(|(known, _)| *known == other) {
                // What is no file is data that only looks like a reference, or a reference that leads nowhere.
                let found = folder.join(&other);
                if found.is_file() {
                    files.push((other, read(&found)?));
                }
            }
        }
        index += 1;
    }
    Ok(join(files))
}

fn read(path: &Path) -> Result<Value, String> {
    let bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    load::value(&bytes).map_err(|error| format!("{}: {error}", path.display()))
}

/// The files that a file refers to, by their paths from the first one.
fn mentioned(value: &Value, from: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    each(value, &mut |object| {
        let file = object.get("$ref").and_then(Value::as_str).and_then(|reference| reference.split('#').next());
        if let Some(file) = file.filter(|file| !file.is_empty() && !file.contains("://")) {
            found.extend(beside(from, file));
        }
    });
    found
}

/// A file by its path from another one; `None` where that leads out of the folder.
fn beside(from: &Path, file: &str) -> Option<PathBuf> {
    let mut path = from.parent().unwrap_or(Path::new("")).to_path_buf();
    for step in Path::new(&*percent_decode_str(file).decode_utf8_lossy()).components() {
        match step {
            Component::Normal(name) => path.push(name),
            Component::CurDir => {}
            Component::ParentDir if path.pop() => {}
            _ => return None,
        }
    }
    Some(path)
}

fn each(value: &Value, look: &mut impl FnMut(&Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            look(object);
            object.values().for_each(|value| each(value, look));
        }
        Value::Array(items) => items.iter().for_each(|value| each(value, look)),
        _ => {}
    }
}

fn join(files: Vec<(PathBuf, Value)>) -> Value {
    let mut files = files.into_iter();
    let mut root = files.next().map(|(_, value)| value).unwrap_or_default();
    let others: Map<String, Value> = files.map(|(path, value)| (path.to_string_lossy().into_owned(), value)).collect();
    if let (false, Some(root)) = (others.is_empty(), root.as_object_mut()) {
        root.insert(FILES.to_owned(), Value::Object(others));
    }
    let mut names = Names::default();
    let base = Base { file: PathBuf::new(), pointer: String::new(), address: address(Path::new("")) };
    names.find(&root, &base, "");
    let whole = root.clone();
    names.settle(&mut root, &base, "", &whole);
    root
}

/// What references are relative to.
#[derive(Clone)]
struct Base {
    /// The file, as its path from the first one.
    file: PathBuf,
    /// The pointer of the file, or of the schema inside it that has an `$id`.
    pointer: String,
    /// What relative addresses are relative to: the innermost `$id` around, by those around it, or the file.
    address: Option<Url>,
}

/// An address for a file, as it has none that matters.
fn address(file: &Path) -> Option<Url> {
    Url::parse("document:///").ok()?.join(&file.to_string_lossy()).ok()
}

impl Base {
    fn inside(&self, value: &Value, pointer: &str) -> Self {
        let file = pointer.strip_prefix(&format!("/{FILES}/")).filter(|rest| !rest.contains('/')).map(unescape);
        match (file, value.get("$id").and_then(Value::as_str)) {
            (Some(file), _) => {
                Self { address: address(Path::new(&file)), file: file.into(), pointer: pointer.to_owned() }
            }
            (None, Some(id)) => {
                Self { pointer: pointer.to_owned(), address: self.join(id).or(self.address.clone()), ..self.clone() }
            }
            (None, None) => self.clone(),
        }
    }

    /// Where a reference leads from here, without its fragment.
    fn join(&self, reference: &str) -> Option<Url> {
        let mut address = self.address.as_ref()?.join(reference).ok()?;
        address.set_fragment(None);
        Some(address)
    }
}

/// The names that schemas give themselves, and where those schemas are.
#[derive(Default)]
struct Names {
    ids: HashMap<String, String>,
    anchors: HashMap<(String, String), String>,
}

impl Names {
    fn find(&mut self, value: &Value, base: &Base, pointer: &str) {
        let base = base.inside(value, pointer);
        if let Some(id) = value.get("$id").and_then(Value::as_str) {
            self.ids.insert(id.trim_end_matches('#').to_owned(), pointer.to_owned());
            self.ids.extend(base.address.as_ref().map(|address| (address.to_string(), pointer.to_owned())));
        }
        for anchor in ["$anchor", "$dynamicAnchor"] {
            if let Some(name) = value.get(anchor).and_then(Value::as_str) {
                self.anchors.insert((base.pointer.clone(), name.to_owned()), pointer.to_owned());
            }
        }
        match value {
            Value::Object(members) => {
                members.iter().for_each(|(name, value)| self.find(value, &base, &step(pointer, name)));
            }
            Value::Array(items) => {
                items.iter().enumerate().for_each(|(index, value)| {
                    self.find(value, &base, &format!("{pointer}/{index}"));
                });
            }
            _ => {}
        }
    }

    /// Turns the references below a value into pointers from the root.
    fn settle(&self, value: &mut Value, base: &Base, pointer: &str, root: &Value) {
        let base = base.inside(value, pointer);
        match value {
            Value::Object(members) => {
                if let Some(Value::String(name)) = members.remove("$dynamicRef") {
                    members.insert("$ref".to_owned(), Value::String(name));
                }
                if let Some(Value::String(reference)) = members.get_mut("$ref")
                    && let Some(target) = self.target(reference, &base, root)
                {
                    *reference = format!("#{target}");
                }
                for (name, value) in members {
                    self.settle(value, &base, &step(pointer, name), root);
                }
            }
            Value::Array(items) => {
                for (index, value) in items.iter_mut().enumerate() {
                    self.settle(value, &base, &format!("{pointer}/{index}"), root);
                }
            }
            _ => {}
        }
    }

    fn target(&self, reference: &str, base: &Base, root: &Value) -> Option<String> {
        let (place, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let start = match place {
            "" => base.pointer.clone(),
            place => match base.join(place).and_then(|at| self.ids.get(at.as_str())).or_else(|| self.ids.get(place)) {
                Some(pointer) => pointer.clone(),
                None => {
                    let file = beside(&base.file, place)?;
                    let inside = step(&format!("/{FILES}"), &file.to_string_lossy());
                    if file.as_os_str().is_empty() { String::new() } else { inside }
                }
            },
        };
        if !fragment.is_empty() && !fragment.starts_with('/') {
            return self.anchors.get(&(start, fragment.to_owned())).cloned();
        }
        let fragment = percent_decode_str(fragment).decode_utf8_lossy();
        // Most who write an `$id` still mean the document when they write `#/components`.
        let candidates = [format!("{start}{fragment}"), fragment.into_owned()];
        candidates.into_iter().find(|pointer| root.pointer(pointer).is_some())
    }
}

/// A pointer, a step further.
pub(super) fn step(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
}

fn unescape(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}
