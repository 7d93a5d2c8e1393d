//! New public names, in words, from the lines that the lock lacks.

use std::collections::BTreeSet;

use crate::lock::{Lock, words};

/// A line for each new name. What is inside of something new is not named for itself.
pub(super) fn of(missing: &[String], lock: &Lock) -> Vec<String> {
    let lines: Vec<Vec<String>> = missing.iter().map(|line| words(line)).collect();
    let known: BTreeSet<&str> = lock.homes().map(|(name, _)| name).collect();
    let mut added: Vec<String> = Vec::new();
    for line in &lines {
        let line: Vec<&str> = line.iter().map(String::as_str).collect();
        let what = match line.as_slice() {
            ["tag", tag, _, feature] if lock.tag(tag).is_none() => format!("feature `{feature}`"),
            ["operation", id, method, ..] if lock.operation(id).is_none() => format!("operation `{method}` ({id})"),
            ["parameter", of, json, name, ..] if lock.operation(of).is_some() && lock.parameter(of, json).is_none() => {
                format!("parameter `{name}` of {of}")
            }
            ["part", of, json, name, ..]
                if lock.operation(of).is_some() && !lock.parts(of).any(|(known, _)| known == *json) =>
            {
                format!("part `{name}` of {of}")
            }
            ["type", name, _] if !known.contains(name) => format!("type `{name}`"),
            ["member", of, json, name, ..] if known.contains(of) && lock.member(of, json).is_none() => {
                format!("field `{of}.{name}`")
            }
            ["variant", of, step, name, ..] if known.contains(of) && lock.variant(of, step).is_none() => {
                format!("variant `{of}::{name}`")
            }
            ["builder", name, _] if !has_client(lock, "builder", name) => format!("method `{name}` of the builder"),
            ["server", name, _] if !has_client(lock, "server", name) => format!("server `{name}`"),
            _ => continue,
        };
        if !added.contains(&what) {
            added.push(what);
        }
    }
    added
}

fn has_client(lock: &Lock, what: &str, name: &str) -> bool {
    lock.client().any(|(known, own, _)| (known, own) == (what, name))
}
