//! Where things are: what references outside of schemas refer to, and the pointers of places.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use openapiv3::{Components, ReferenceOr};

use super::Builder;
use crate::error::{Problem, push};
use crate::model::{Part, Place};

/// The longest chain of references that is followed.
pub(super) const LONGEST: usize = 64;

impl<'a> Builder<'a> {
    /// A problem by the JSON pointer of the place that it names; the place, which rules go by, is in its words.
    pub(super) fn located(&self, problem: Problem) -> Problem {
        if problem.pointer.is_empty() || problem.pointer.starts_with('/') {
            return problem;
        }
        let Ok(place) = problem.pointer.parse::<Place>() else { return problem };
        let Some(pointer) = self.pointer(&place) else { return problem };
        Problem::at(pointer, format!("{} (`{place}`)", problem.message))
    }

    /// A note by the JSON pointer of its place. Of a component the place is not told: it is the same thing sent and received.
    pub(super) fn located_note(&self, note: Problem) -> Problem {
        let component = note
            .pointer
            .parse::<Place>()
            .ok()
            .filter(|place| matches!(place.part, Part::Component | Part::SentComponent));
        match component.and_then(|place| self.pointer(&place)) {
            Some(pointer) => Problem::at(pointer, note.message),
            None => self.located(note),
        }
    }

    /// Places by their JSON pointers, each once.
    pub(super) fn pointers_of(&self, places: Vec<String>) -> Vec<String> {
        let located = places.into_iter().map(|place| self.located_note(Problem::at(place, "")).pointer);
        located.collect::<std::collections::BTreeSet<String>>().into_iter().collect()
    }

    /// The pointer of a place, as far as a pointer can say it: which variant of a union is meant, it cannot.
    fn pointer(&self, place: &Place) -> Option<String> {
        let (mut pointer, steps) = match place.part {
            Part::Component | Part::SentComponent => {
                (push("/components/schemas", &place.operation), place.path.as_slice())
            }
            _ => (0..=place.path.len()).rev().find_map(|known| {
                let (root, steps) = place.path.split_at(known);
                let root = Place { path: root.to_vec(), ..place.clone() };
                Some((self.pointers.get(&root)?.clone(), steps))
            })?,
        };
        for step in steps {
            match step.as_str() {
                "[]" => pointer.push_str("/items"),
                "{}" => pointer.push_str("/additionalProperties"),
                variant if variant.starts_with('|') => break,
                member => pointer = push(&push(&pointer, "properties"), member),
            }
        }
        Some(pointer)
    }

    /// The components that bodies and replies are, by their places.
    pub(super) fn called(&self) -> BTreeMap<Place, String> {
        let name = |pointer: &str| {
            let rest = pointer.strip_prefix("/components/")?;
            let rest = rest.strip_prefix("responses/").or_else(|| rest.strip_prefix("requestBodies/"))?;
            Some(rest.split('/').next()?.replace("~1", "/").replace("~0", "~"))
        };
        self.pointers.iter().filter_map(|(place, pointer)| Some((place.clone(), name(pointer)?))).collect()
    }

    /// What a reference refers to in a section of the components; `None`: nothing, or itself.
    pub(super) fn component<T>(
        &self,
        of: &'a ReferenceOr<T>,
        section: &str,
        parts: impl Fn(&'a Components) -> &'a IndexMap<String, ReferenceOr<T>>,
    ) -> Option<(&'a T, Option<&'a str>)> {
        let (mut of, mut at) = (of, None);
        let parts = self.api.components.as_ref().map(parts);
        for _ in 0..=parts.map_or(0, IndexMap::len) {
            match of {
                ReferenceOr::Item(item) => return Some((item, at)),
                ReferenceOr::Reference { reference } => {
                    let name = reference.strip_prefix("#/components/")?.strip_prefix(section)?.strip_prefix('/')?;
                    let found = parts?.get_key_value(name);
                    let (name, part) =
                        found.or_else(|| parts?.get_key_value(&name.replace("~1", "/").replace("~0", "~")))?;
                    (of, at) = (part, Some(name.as_str()));
                }
            }
        }
        None
    }

    /// The same with its pointer, and a problem where there is nothing.
    pub(super) fn found<T>(
        &mut self,
        of: &'a ReferenceOr<T>,
        section: &str,
        parts: impl Fn(&'a Components) -> &'a IndexMap<String, ReferenceOr<T>>,
        at: String,
    ) -> Option<(&'a T, String)> {
        let found = self.component(of, section, parts);
        if let (None, ReferenceOr::Reference { reference }) = (found, of) {
            self.problem(&at, format!("`{reference}` refers to nothing: define it or correct the reference"));
        }
        let (found, name) = found?;
        Some((found, name.map_or(at, |name| push(&format!("/components/{section}"), name))))
    }
}
