//! References that lead nowhere: each is told with every place where it stands.

use std::collections::{HashMap, HashSet};

use super::find::{Fates, Finder};
use super::reference;
use super::sources::Target;
use crate::walk::{self, Kind, Member, Way};

/// What is wrong with references, and whether any value is taken instead, by their file, the kind of object and their key
/// among [`Fates`].
pub(super) type Wrong = HashMap<(usize, Member, String), (String, bool)>;

impl Finder<'_, '_> {
    /// Tells of every place that has a reference which leads nowhere.
    pub(super) fn tell_wrong(&mut self) {
        if self.wrong.is_empty() {
            return;
        }
        let mut told: HashSet<(usize, String)> = HashSet::new();
        let document = (Target { file: 0, pointer: String::new() }, Member::One(Kind::Document));
        for (Target { file, pointer }, member) in std::iter::once(&document).chain(&self.parts) {
            let Some(source) = self.sources.all.get(*file) else { continue };
            let Some(value) = source.value.pointer(pointer) else { continue };
            let path = self.sources.path(*file);
            let (wrong, found) = (&self.wrong, &mut *self.found);
            found.enter_file(path);
            walk::look(value, *member, &Way::from(pointer), &mut |member, value, way| {
                let Some(text) = reference(value) else { return };
                let Some((message, is_any)) = wrong.get(&(*file, member, Fates::key(source.named, way, text))) else {
                    return;
                };
                if !told.insert((*file, way.to_string())) {
                    return;
                }
                let way = way.name(if value.get("$ref").is_some() { "$ref" } else { "$dynamicRef" });
                match is_any {
                    true => found.dangling(&way, format!("{message}: any value is taken")),
                    false => found.problem(&way, message.clone()),
                }
            });
            found.enter_file("");
        }
    }
}
