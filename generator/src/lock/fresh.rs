//! The public names that a lock does not have yet, for people to read before they are kept.

use std::collections::{BTreeMap, BTreeSet};

use super::{Entry, Lock, words};

impl Lock {
    /// Whether a type of this name was released.
    pub fn has_type(&self, name: &str) -> bool {
        self.homes.contains_key(name) || self.aliases.contains_key(name)
    }

    /// The names of entries that were not released, a line for each type, operation and tag that has some.
    pub fn new_names(&self, entries: &[Entry]) -> Vec<String> {
        let mut heads: BTreeMap<(&str, String), BTreeSet<String>> = BTreeMap::new();
        for entry in entries {
            let words = words(&entry.to_string());
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            if let Some((what, of, name)) = self.new_name(&words) {
                let names = heads.entry((what, of.to_owned())).or_default();
                names.extend(name.map(str::to_owned));
            }
        }
        let line = |((what, of), names): ((&str, String), BTreeSet<String>)| {
            let names: Vec<String> = names.into_iter().collect();
            if names.is_empty() { format!("{what} {of}") } else { format!("{what} {of}: {}", names.join(", ")) }
        };
        heads.into_iter().map(line).collect()
    }

    /// What an entry names, if that is new: its kind, what it is of, and the name in there.
    fn new_name<'w>(&self, words: &[&'w str]) -> Option<(&'static str, &'w str, Option<&'w str>)> {
        match *words {
            ["type", name, _] => (!self.homes.contains_key(name)).then_some(("type", name, None)),
            ["member", of, json, name, ..] => {
                let known = self.member(of, json).is_some_and(|member| member.name == name);
                (!known).then_some(("type", of, Some(name)))
            }
            ["variant", of, step, name, ..] => {
                let known = self.variant(of, step).is_some_and(|variant| variant.name == name);
                (!known).then_some(("type", of, Some(name)))
            }
            ["operation", key, method, ..] => {
                let known = self.operation(key).is_some_and(|(known, _)| known == method);
                (!known).then_some(("operation", key, Some(method)))
            }
            [what @ ("parameter" | "part"), of, json, name, ..] => {
                let list = if what == "part" { &self.parts } else { &self.parameters };
                let known = list.get(of).and_then(|list| list.get(json)).is_some_and(|member| member.name == name);
                (!known).then_some(("operation", of, Some(name)))
            }
            ["answer", of, status, _, variant] => {
                let known = self.answer(of, status).is_some_and(|known| known == variant);
                (!known).then_some(("operation", of, Some(variant)))
            }
            ["tag", tag, _, feature] => {
                let known = self.tag(tag).is_some_and(|(_, known)| known == feature);
                (!known).then_some(("tag", tag, Some(feature)))
            }
            [what @ ("builder" | "server"), name, _] => {
                let known = self.client.contains_key(&(what.to_owned(), name.to_owned()));
                (!known).then_some(("client", name, None))
            }
            _ => None,
        }
    }
}
