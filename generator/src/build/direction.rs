//! Members that only one side gives, and those that a request may leave out.

use std::collections::HashSet;

use crate::model::{Access, Def, DefKind, Field, Place, Select, Struct, Ty};

/// A member that only the server gives (`readOnly`) is not there in what is sent, and one that only the caller gives
/// (`writeOnly`) not in what is received. What is required and has a default may be left out where it is sent; returns the
/// places of these members.
///
/// What is sent and what is received are definitions of their own here. Those that stay alike become one later. From `apart`
/// on they are of components that nothing refers to: they may go either way, so they keep all members.
pub(super) fn settle(defs: &mut [Def], apart: usize) -> Vec<Place> {
    let tags = kept_tags(defs);
    let single: Vec<bool> = defs.iter().map(is_single).collect();
    let mut optional = Vec::new();
    for (index, def) in defs.iter_mut().enumerate() {
        let (sent, place) = (def.sent, def.places.first());
        let DefKind::Struct(Struct { fields, .. }) = &mut def.kind else { continue };
        if index >= apart {
            fields.iter_mut().for_each(|field| field.required &= field.facts.access.is_none());
            continue;
        }
        let others = if sent { Access::Read } else { Access::Write };
        fields.retain(|field| field.facts.access != Some(others) || tags.contains(&(index, field.json.clone())));
        for field in fields.iter_mut().filter(|field| sent && may_be_left_out(field, &single)) {
            field.required = false;
            optional.extend(place.map(|place| place.step(&field.json)));
        }
    }
    optional
}

/// Whether a member is required though the server knows what it is without it. One that has only one value is always sent.
fn may_be_left_out(field: &Field, single: &[bool]) -> bool {
    let only = matches!(field.ty, Ty::Def(id) if single[id.0]);
    field.required && field.facts.default.is_some() && field.constant.is_none() && !only
}

/// Whether a definition has only one value.
fn is_single(def: &Def) -> bool {
    matches!(&def.kind, DefKind::Enum(values) if values.values.len() == 1)
}

/// The members that tell the variants of unions apart and that the variants keep.
fn kept_tags(defs: &[Def]) -> HashSet<(usize, String)> {
    let mut kept = HashSet::new();
    for def in defs {
        let DefKind::Union(union) = &def.kind else { continue };
        for variant in &union.variants {
            if let (Some(tag), Select::Tag(_), Ty::Def(id)) = (&union.tag, &variant.select, &variant.ty) {
                kept.insert((id.0, tag.clone()));
            }
        }
    }
    kept
}
