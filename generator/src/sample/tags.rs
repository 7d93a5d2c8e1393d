//! Discriminators: which value tells which schema was chosen.

use serde_json::Value;

use super::{Sampler, choose, follow, reference, union_of};

impl Sampler<'_> {
    /// Writes the member that a discriminator looks at as it is for one of the schemas that it chooses from.
    pub(super) fn tag(&self, value: &mut Value, of: &Value, chosen: &str) {
        let Some(name) = of["discriminator"]["propertyName"].as_str() else { return };
        let mapping = of["discriminator"]["mapping"].as_object().into_iter().flatten();
        let mut known = mapping.filter(|(_, target)| target.as_str().is_some_and(|target| pointer(target) == chosen));
        let last = || chosen.rsplit('/').next().unwrap_or_default().to_owned();
        let tag = Value::from(known.next().map_or_else(last, |(tag, _)| tag.clone()));
        let allowed = self.allowed(chosen, name, 0);
        if let Some(members) = value.as_object_mut()
            && allowed.is_none_or(|values| values.contains(&tag))
        {
            members.insert(name.to_owned(), tag);
        }
    }

    /// The values that a schema, or one that it builds on, lists for a member; none of them where it is a union itself.
    fn allowed(&self, of: &str, name: &str, depth: usize) -> Option<Vec<Value>> {
        let schema = self.document.pointer(of.strip_prefix('#')?)?;
        if union_of(schema).is_some() {
            return Some(Vec::new());
        }
        let member = schema["properties"].get(name).and_then(|member| follow(member, self.document));
        let listed = member.and_then(|member| match member.get("const") {
            Some(only) => Some(vec![only.clone()]),
            None => member["enum"].as_array().cloned(),
        });
        let parts = schema["allOf"].as_array().filter(|_| depth < 4).into_iter().flatten();
        listed.or_else(|| parts.filter_map(reference).find_map(|part| self.allowed(part, name, depth + 1)))
    }

    /// The schema with a discriminator that a schema is or builds on, where others build on it too.
    pub(super) fn base<'a>(&'a self, schema: &'a Value, depth: usize) -> Option<&'a Value> {
        if union_of(schema).is_some() {
            return None;
        }
        if schema.get("discriminator").is_some() {
            return Some(schema);
        }
        let mut parts = schema["allOf"].as_array().filter(|_| depth < 4).into_iter().flatten();
        parts.find_map(|part| self.base(follow(part, self.document)?, depth + 1))
    }

    /// One of the schemas that a discriminator maps to, where they build on the schema that has it.
    pub(super) fn heir(&self, schema: &Value, itself: &str) -> Option<String> {
        let mapping = schema["discriminator"]["mapping"].as_object().filter(|_| union_of(schema).is_none())?;
        let heirs: Vec<String> = mapping.values().filter_map(Value::as_str).map(pointer).collect();
        let heir = choose(&heirs, self.seed).filter(|heir| *heir != itself)?;
        self.document.pointer(heir.strip_prefix('#')?).map(|_| heir.clone())
    }
}

/// What a mapping of a discriminator points to: a reference, or the name of a schema.
fn pointer(target: &str) -> String {
    if target.contains('#') { target.to_owned() } else { format!("#/components/schemas/{target}") }
}
