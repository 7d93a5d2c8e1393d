//! Ids of operations: what the document says, and else method and path.

use std::collections::BTreeSet;

use crate::error::{Problem, push};
use crate::name;

/// Where an operation stands, and the id that the document gives it.
#[derive(Debug, Clone)]
pub(super) struct Identified<'a> {
    pub path: &'a str,
    pub method: &'a str,
    pub id: Option<&'a str>,
    /// What the document calls the method in a client.
    pub called: Option<String>,
}

/// An id for each operation, no two the same. What the document says comes first, whatever the order of paths.
pub(super) fn settle(operations: &[Identified<'_>], notes: &mut Vec<Problem>) -> Vec<String> {
    let mut order: Vec<usize> = (0..operations.len()).collect();
    order.sort_by_cached_key(|index| {
        let Identified { path, method, id, .. } = &operations[*index];
        // Of two that would be short alike, the one of the shorter path is.
        let short = operations[*index].short().is_some();
        (id.is_none(), short, if short { path.len() } else { 0 }, *path, *method)
    });
    let mut taken = BTreeSet::new();
    let mut ids = vec![String::new(); operations.len()];
    for index in order {
        let operation = &operations[index];
        let free = operation.wishes().find(|id| !taken.contains(id));
        // The words are those of method and path, which no two operations share; only signs and cases may be lost.
        let id = free.unwrap_or_else(|| format!("{} {}", operation.method, operation.path));
        let wanted = operation.short().or(operation.id.map(str::to_owned));
        if let Some(own) = wanted.filter(|own| *own != id) {
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
    fn wishes(&self) -> impl Iterator<Item = String> {
        // Most operations have their first wish: the others are not even made.
        let own = self.short().into_iter().chain(self.id.map(str::to_owned));
        let long = self.places().map(|place| match self.id {
            Some(own) => format!("{own}_{place}"),
            None => place,
        });
        own.chain(long)
    }

    /// What method and path say, with ever more of the signs as words.
    fn places(&self) -> impl Iterator<Item = String> {
        let words = |path: &str| name::snake(&format!("{} {path}", self.method));
        let short = self.path.split(['?', '#']).next().unwrap_or_default().trim_matches('/');
        let spelled = || {
            let signs = [('/', "slash"), ('{', "by"), ('-', "dash"), ('_', "underscore"), ('.', "dot")];
            signs.iter().fold(self.path.to_owned(), |path, (sign, word)| path.replace(*sign, &format!(" {word} ")))
        };
        (0..4).map(move |form| match form {
            0 => words(if short.is_empty() { "root" } else { short }),
            1 => words(&short.replace('{', " by ")),
            2 => words(self.path),
            _ => words(&spelled()),
        })
    }

    /// The short id where the document has a name for clients, or where its id says name, path and method in one, as those of
    /// FastAPI do.
    fn short(&self) -> Option<String> {
        let plain = |sign: char| if sign.is_alphanumeric() || sign == '_' { sign } else { '_' };
        let place: String = self.path.chars().map(plain).collect();
        let name = || {
            let name = self.id?.strip_suffix(&self.method.to_lowercase())?.strip_suffix('_')?.strip_suffix(&place)?;
            // What is left of an id like `get_users_get` is no name.
            let is_name = name.chars().any(char::is_alphabetic) && !name.eq_ignore_ascii_case(self.method);
            is_name.then(|| name.trim_matches('_').to_owned())
        };
        self.called.clone().or_else(name)
    }
}
