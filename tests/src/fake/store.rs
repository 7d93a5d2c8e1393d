//! The rows that the fake keeps, and which of them belong together.

use std::collections::BTreeMap;

use serde_json::Value;

/// Collections of rows by their path (`users`, `resources/r1/scopes`), and links between rows.
#[derive(Debug, Default)]
pub(super) struct Store {
    collections: BTreeMap<String, Vec<Value>>,
    links: BTreeMap<(String, String), Vec<String>>,
}

impl Store {
    /// The rows of a collection, oldest first.
    pub(super) fn rows(&self, collection: &str) -> &[Value] {
        self.collections.get(collection).map_or(&[], Vec::as_slice)
    }

    /// Whether a collection of this path was ever written to.
    pub(super) fn has(&self, collection: &str) -> bool {
        self.collections.contains_key(collection)
    }

    /// The row whose member `key` is `id`.
    pub(super) fn find(&self, collection: &str, key: &str, id: &str) -> Option<&Value> {
        self.rows(collection).iter().find(|row| row[key] == id)
    }

    /// As [`Store::find`], to change the row.
    pub(super) fn find_mut(&mut self, collection: &str, key: &str, id: &str) -> Option<&mut Value> {
        self.collections.get_mut(collection)?.iter_mut().find(|row| row[key] == id)
    }

    /// Adds a row as the newest.
    pub(super) fn push(&mut self, collection: &str, row: Value) {
        self.collections.entry(collection.to_owned()).or_default().push(row);
    }

    /// Removes a row and everything that belongs to it; `false` where there is none.
    pub(super) fn remove(&mut self, collection: &str, key: &str, id: &str) -> bool {
        let Some(rows) = self.collections.get_mut(collection) else {
            return false;
        };
        let before = rows.len();
        rows.retain(|row| row[key] != id);
        let removed = rows.len() < before;
        if removed {
            let own = format!("{collection}/{id}");
            let below = format!("{own}/");
            self.links.retain(|(owner, _), _| *owner != own && !owner.starts_with(&below));
            for ((_, relation), ids) in &mut self.links {
                if relation == collection {
                    ids.retain(|linked| linked != id);
                }
            }
            self.collections.retain(|path, _| !path.starts_with(&below));
        }
        removed
    }

    /// The ids that belong to an owner by a relation, in the order in which they were added.
    pub(super) fn linked(&self, owner: &str, relation: &str) -> &[String] {
        let key = (owner.to_owned(), relation.to_owned());
        self.links.get(&key).map_or(&[], Vec::as_slice)
    }

    /// Links an id to an owner. Between two rows of the first level the link is seen from both sides. `false` where it
    /// was there already.
    pub(super) fn link(&mut self, owner: &str, relation: &str, target: &str, id: &str) -> bool {
        let added = self.link_one(owner, relation, id);
        if let Some((collection, owner_id)) = first_level(owner) {
            self.link_one(&format!("{target}/{id}"), collection, owner_id);
        }
        added
    }

    /// Takes a link away; `false` where there was none.
    pub(super) fn unlink(&mut self, owner: &str, relation: &str, target: &str, id: &str) -> bool {
        let removed = self.unlink_one(owner, relation, id);
        if let Some((collection, owner_id)) = first_level(owner) {
            self.unlink_one(&format!("{target}/{id}"), collection, owner_id);
        }
        removed
    }

    fn link_one(&mut self, owner: &str, relation: &str, id: &str) -> bool {
        let ids = self.links.entry((owner.to_owned(), relation.to_owned())).or_default();
        let new = !ids.iter().any(|known| known == id);
        if new {
            ids.push(id.to_owned());
        }
        new
    }

    fn unlink_one(&mut self, owner: &str, relation: &str, id: &str) -> bool {
        let key = (owner.to_owned(), relation.to_owned());
        let Some(ids) = self.links.get_mut(&key) else {
            return false;
        };
        let before = ids.len();
        ids.retain(|known| known != id);
        ids.len() < before
    }
}

fn first_level(owner: &str) -> Option<(&str, &str)> {
    owner.split_once('/').filter(|(_, id)| !id.contains('/'))
}
