//! What references outside of schemas refer to.

use indexmap::IndexMap;
use openapiv3::{Components, ReferenceOr};

use super::Builder;
use crate::error::push;

/// The longest chain of references that is followed.
pub(super) const LONGEST: usize = 64;

impl<'a> Builder<'a> {
    /// What a reference refers to in a section of the components; `None`: nothing, or itself.
    pub(super) fn component<T>(
        &self,
        of: &'a ReferenceOr<T>,
        section: &str,
        parts: impl Fn(&'a Components) -> &'a IndexMap<String, ReferenceOr<T>>,
    ) -> Option<(&'a T, Option<&'a str>)> {
        let (mut of, mut at) = (of, None);
        for _ in 0..LONGEST {
            match of {
                ReferenceOr::Item(item) => return Some((item, at)),
                ReferenceOr::Reference { reference } => {
                    let name = reference.strip_prefix("#/components/")?.strip_prefix(section)?.strip_prefix('/')?;
                    let parts = parts(self.api.components.as_ref()?);
                    let found = parts.get_key_value(name);
                    let (name, part) =
                        found.or_else(|| parts.get_key_value(&name.replace("~1", "/").replace("~0", "~")))?;
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
