//! Ids of operations: what the document says, and else method and path.

use std::collections::BTreeSet;

use crate::error::{Problem, push};
use crate::name;

/// Where an operation stands, and the id that the document gives it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Identified<'a> {
    pub path: &'a str,
    pub method: &'a str,
    pub id: Option<&'a str>,
}

/// An id for each operation, no two the same. What the document says comes first, whatever the order of paths.
pub(super) fn settle(operations: &[Identified<'_>], notes: &mut Vec<Problem>) -> Vec<String> {
    let mut order: Vec<usize> = (0..operations.len()).collect();
    order.sort_by_key(|index| (operations[*index].id.is_none(), operations[*index].path, operations[*index].method));
    let mut taken = BTreeSet::new();
    let mut ids = vec![String::new(); operations.len()];
    for index in order {
        let operation = operations[index];
        let free = operation.wishes().into_iter().find(|id| !taken.contains(id));
        // The words are those of method and path, which no two operations share; only signs and cases may be lost.
        let id = free.unwrap_or_else(|| format!("{} {}", operation.method, operation.path));
        if let Some(own) = operation.id.filter(|own| **own != id) {
            let at = push(&push(&push("/paths", operation.path), operation.method), "operationId");
            notes.push(Problem::at(at, format!("another operation is `{own}`, too: this one is called `{id}`")));
        }
        taken.insert(id.clone());
        ids[index] = id;
    }
    for Identified { path, method, .. } in operations.iter().filter(|operation| operation.id.is_none()) {
        let at = push(&push("/paths", path), method);
        notes.push(Problem::at(at, "an operation without operationId is called by its method and path"));
    }
    ids
}

impl Identified<'_> {
    /// The ids that it may have, best first: ever more of what the path says.
    fn wishes(&self) -> Vec<String> {
        let words = |path: &str| name::snake(&format!("{} {path}", self.method));
        let short = self.path.split(['?', '#']).next().unwrap_or_default().trim_matches('/');
        let place = if short.is_empty() { words("root") } else { words(short) };
        let signs = [('/', "slash"), ('{', "by"), ('-', "dash"), ('_', "underscore"), ('.', "dot")];
        let spelled =
            signs.iter().fold(self.path.to_owned(), |path, (sign, word)| path.replace(*sign, &format!(" {word} ")));
        let longer = [words(&short.replace('{', " by ")), words(self.path), words(&spelled)];
        match self.id {
            Some(own) => {
                let with = |place: &String| format!("{own}_{place}");
                [own.to_owned(), with(&place)].into_iter().chain(longer.iter().map(with)).collect()
            }
            None => std::iter::once(place).chain(longer).collect(),
        }
    }
}
