//! The webhooks of a document as one union, which is read by event type.

use serde_json::Value;

use super::Builder;
use crate::model::{Def, DefKind, Part, Place, Select, Struct, Ty, Union, Variant, Webhook};

/// The name of the union, before the word for what it is.
const NAME: &str = "Webhook";

impl Builder<'_> {
    /// The union of all payloads, where there are several and one member tells them apart; else a note says that there is none.
    pub(super) fn event(&mut self, webhooks: &[Webhook]) -> Option<Ty> {
        let mut types: Vec<&Ty> = Vec::new();
        for Webhook { ty, .. } in webhooks {
            if !types.iter().any(|known| self.same_type(known, ty, &mut Vec::new())) {
                types.push(ty);
            }
        }
        if types.len() < 2 {
            return None;
        }
        let first = types.first().map(|ty| members(ty, &self.defs)).unwrap_or_default();
        let found = first.into_iter().find_map(|tag| Some((tag, disjoint(&types, tag, &self.defs)?)));
        let Some((tag, values)) = found else {
            let what = "no member tells all payloads apart, so there is no type of any of them";
            self.note_at("/webhooks", what);
            return None;
        };
        let variants = types.into_iter().zip(values).map(|(ty, values)| Variant {
            select: Select::Tag(values),
            ty: ty.clone(),
            boxed: false,
            dropped: false,
        });
        let union = Union { tag: Some(tag.to_owned()), variants: variants.collect(), missing: None };
        let mut operation = NAME.to_owned();
        while webhooks.iter().any(|webhook| webhook.name == operation) {
            operation.insert_str(0, "Any ");
        }
        let place = Place { operation, part: Part::Webhook, path: Vec::new() };
        Some(self.define(&place, DefKind::Union(union), false))
    }
}

/// The members that may tell a type from others.
fn members<'a>(ty: &Ty, defs: &'a [Def]) -> Vec<&'a str> {
    match kind(ty, defs) {
        Some(DefKind::Struct(object)) => object.fields.iter().map(|field| field.json.as_str()).collect(),
        Some(DefKind::Union(Union { tag: Some(tag), .. })) => vec![tag],
        _ => Vec::new(),
    }
}

/// The values that a member has in each of several types, where they have none in common.
fn disjoint(types: &[&Ty], tag: &str, defs: &[Def]) -> Option<Vec<Vec<Value>>> {
    let all: Vec<Vec<Value>> = types.iter().map(|ty| values(ty, tag, defs)).collect::<Option<_>>()?;
    let mut seen: Vec<&Value> = Vec::new();
    for value in all.iter().flatten() {
        if seen.contains(&value) {
            return None;
        }
        seen.push(value);
    }
    Some(all)
}

/// The values that a member can have, where they are listed.
fn values(ty: &Ty, tag: &str, defs: &[Def]) -> Option<Vec<Value>> {
    match kind(ty, defs)? {
        DefKind::Struct(Struct { fields, .. }) => {
            let field = fields.iter().find(|field| field.json == tag && !field.nullable)?;
            match (&field.constant, kind(&field.ty, defs)) {
                (Some(constant), _) => Some(vec![constant.clone()]),
                (None, Some(DefKind::Enum(listed))) => {
                    Some(listed.values.iter().map(|value| value.as_str().into()).collect())
                }
                _ => None,
            }
        }
        // The tag of a union inside is one of its own.
        DefKind::Union(Union { tag: Some(own), variants, .. }) if own == tag => {
            let tags = variants.iter().map(|variant| match &variant.select {
                Select::Tag(values) => Some(values.clone()),
                _ => None,
            });
            Some(tags.collect::<Option<Vec<_>>>()?.concat())
        }
        _ => None,
    }
}

fn kind<'a>(ty: &Ty, defs: &'a [Def]) -> Option<&'a DefKind> {
    match ty {
        Ty::Def(id) => defs.get(id.0).map(|def| &def.kind),
        _ => None,
    }
}
