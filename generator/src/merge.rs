//! Merging of definitions: a union of members, where it fits.

use std::collections::BTreeMap;

use crate::build::union_of_values;
use crate::model::{Def, DefId, DefKind, Enum, Field, Select, Struct, Ty, Union, Variant};

/// Definitions, some of which have become one.
pub(crate) struct Merger {
    defs: Vec<Def>,
    parent: Vec<DefId>,
}

impl Merger {
    pub(crate) fn new(defs: Vec<Def>) -> Self {
        let parent = (0..defs.len()).map(DefId).collect();
        Self { defs, parent }
    }

    /// The definitions that stand for themselves.
    pub(crate) fn roots(&self) -> impl Iterator<Item = (DefId, &Def)> {
        (0..self.defs.len()).map(DefId).filter(|id| self.parent[id.0] == *id).map(|id| (id, &self.defs[id.0]))
    }

    /// How many definitions there are, those that stand for themselves or not.
    pub(crate) fn len(&self) -> usize {
        self.defs.len()
    }

    pub(crate) fn def(&self, id: DefId) -> &Def {
        &self.defs[self.root(id).0]
    }

    /// What now stands for a definition.
    pub(crate) fn root(&self, mut id: DefId) -> DefId {
        while self.parent[id.0] != id {
            id = self.parent[id.0];
        }
        id
    }

    /// Makes a definition of equal shape part of another.
    pub(crate) fn join(&mut self, into: DefId, from: DefId) {
        let (into, from) = (self.root(into), self.root(from));
        if into == from {
            return;
        }
        self.parent[from.0] = into;
        let (sent, received, deprecated) =
            (self.defs[from.0].sent, self.defs[from.0].received, self.defs[from.0].deprecated);
        let places = std::mem::take(&mut self.defs[from.0].places);
        let other = self.defs[from.0].kind.clone();
        let def = &mut self.defs[into.0];
        def.places.extend(places);
        def.sent |= sent;
        def.received |= received;
        def.deprecated &= deprecated;
        common_facts(&mut def.kind, &other);
    }

    /// Makes two definitions one that has the members of both. Says whether anything changed.
    pub(crate) fn unify(&mut self, a: DefId, b: DefId) -> Result<bool, String> {
        if self.root(a) == self.root(b) {
            return Ok(false);
        }
        // What each would be, before any is: one that does not fit leaves all as they are.
        let mut kinds: BTreeMap<DefId, DefKind> = BTreeMap::new();
        let mut into: BTreeMap<DefId, DefId> = BTreeMap::new();
        let mut pairs = vec![(a, b)];
        let mut next = 0;
        while let Some((a, b)) = pairs.get(next).copied() {
            next += 1;
            let stands = |mut id: DefId| {
                while let Some(other) = into.get(&id) {
                    id = *other;
                }
                id
            };
            let (a, b) = (stands(self.root(a)), stands(self.root(b)));
            if a == b {
                continue;
            }
            let mut kind = |id: DefId| kinds.remove(&id).unwrap_or_else(|| self.defs[id.0].kind.clone());
            let (left, right) = (kind(a), kind(b));
            self.check(&left, &right, &mut pairs)?;
            kinds.insert(a, merged(left, right));
            into.insert(b, a);
        }
        for (from, into) in &into {
            self.join(*into, *from);
        }
        for (id, kind) in kinds {
            let id = self.root(id);
            self.defs[id.0].kind = kind;
        }
        Ok(true)
    }

    /// Whether a union of two kinds fits; the definitions that must then be unified too are added to `pairs`.
    fn check(&self, a: &DefKind, b: &DefKind, pairs: &mut Vec<(DefId, DefId)>) -> Result<(), String> {
        match (a, b) {
            (DefKind::Struct(a), DefKind::Struct(b)) => {
                for field in &a.fields {
                    if let Some(other) = b.fields.iter().find(|other| other.json == field.json) {
                        self.check_ty(&field.ty, &other.ty, pairs).map_err(|why| format!("`{}` {why}", field.json))?;
                    }
                }
                match (&a.rest, &b.rest) {
                    (Some(a), Some(b)) => self.check_ty(a, b, pairs),
                    _ => Ok(()),
                }
            }
            (DefKind::Enum(_), DefKind::Enum(_)) => Ok(()),
            (DefKind::Union(a), DefKind::Union(b)) if a.tag == b.tag => {
                for variant in &a.variants {
                    if let Some(other) = b.variants.iter().find(|other| same_variant(variant, other)) {
                        self.check_ty(&variant.ty, &other.ty, pairs)?;
                    }
                }
                Ok(())
            }
            _ => Err("is of another kind".to_owned()),
        }
    }

    fn check_ty(&self, a: &Ty, b: &Ty, pairs: &mut Vec<(DefId, DefId)>) -> Result<(), String> {
        match (a, b) {
            (Ty::Def(a), Ty::Def(b)) => {
                let pair = (self.root(*a), self.root(*b));
                if pair.0 != pair.1 {
                    pairs.push(pair);
                }
                Ok(())
            }
            (Ty::List(a), Ty::List(b)) | (Ty::Map(a), Ty::Map(b)) | (Ty::Nullable(a), Ty::Nullable(b)) => {
                self.check_ty(a, b, pairs)
            }
            (Ty::Tuple(a), Ty::Tuple(b)) if a.len() == b.len() => {
                a.iter().zip(b).try_for_each(|(a, b)| self.check_ty(a, b, pairs))
            }
            (Ty::Hidden(a), Ty::Hidden(b)) => self.check_ty(a, b, pairs),
            (Ty::Nullable(a), b) => self.check_ty(a, b, pairs),
            (a, Ty::Nullable(b)) => self.check_ty(a, b, pairs),
            _ if a == b => Ok(()),
            // One place says less than the other, and an enum is open.
            (Ty::Any, _) | (_, Ty::Any) => Ok(()),
            (Ty::String, Ty::Def(id)) | (Ty::Def(id), Ty::String) if self.is_enum(*id) => Ok(()),
            _ => Err(format!("is {} here and {} there", word(a), word(b))),
        }
    }

    fn is_enum(&self, id: DefId) -> bool {
        matches!(self.def(id).kind, DefKind::Enum(_))
    }

    /// The definitions, and for each the one that stands for it.
    pub(crate) fn finish(self) -> (Vec<Def>, Vec<DefId>) {
        let root = (0..self.defs.len()).map(|id| self.root(DefId(id))).collect();
        (self.defs, root)
    }
}

/// Puts other numbers in a type.
pub(crate) fn renumber(ty: &mut Ty, number: &dyn Fn(DefId) -> DefId) {
    match ty {
        Ty::Def(id) => *id = number(*id),
        Ty::List(inner) | Ty::Map(inner) | Ty::Nullable(inner) | Ty::Hidden(inner) => renumber(inner, number),
        Ty::Tuple(items) => items.iter_mut().for_each(|item| renumber(item, number)),
        _ => {}
    }
}

/// The kind that has the members of both.
fn merged(a: DefKind, b: DefKind) -> DefKind {
    match (a, b) {
        (DefKind::Struct(a), DefKind::Struct(b)) => DefKind::Struct(merged_structs(a, b)),
        (DefKind::Enum(a), DefKind::Enum(b)) => DefKind::Enum(Enum { values: union_of_values(a.values, b.values) }),
        (DefKind::Union(mut a), DefKind::Union(b)) => {
            let b_selects: Vec<_> = b.variants.iter().map(|variant| variant.select.clone()).collect();
            let fresh: Vec<_> = b
                .variants
                .into_iter()
                .filter(|variant| !a.variants.iter().any(|known| same_variant(known, variant)))
                .collect();
            let missing = b.missing.and_then(|index| b_selects.get(index)).cloned();
            a.variants.extend(fresh);
            let missing = missing.and_then(|select| a.variants.iter().position(|variant| variant.select == select));
            DefKind::Union(Union { missing: a.missing.or(missing), ..a })
        }
        (a, _) => a,
    }
}

/// Whether one variant is recognised as the other is.
fn same_variant(a: &Variant, b: &Variant) -> bool {
    a.select == b.select && (a.ty == b.ty || !matches!(a.select, Select::Fits(_)))
}

fn merged_structs(mut a: Struct, b: Struct) -> Struct {
    for field in &mut a.fields {
        match b.fields.iter().find(|other| other.json == field.json) {
            Some(other) => {
                field.required &= other.required;
                field.nullable |= other.nullable;
                field.constant = field.constant.take().filter(|constant| other.constant.as_ref() == Some(constant));
                field.facts = common(field, other);
                field.deprecated &= other.deprecated;
                field.ty = fuller(&field.ty, &other.ty);
            }
            None => field.required = false,
        }
    }
    add_members(&mut a, b);
    a
}

/// Adds the members that a struct lacks; they are optional, since not all that it stands for have them.
pub(crate) fn add_members(to: &mut Struct, from: Struct) {
    for mut field in from.fields {
        if !to.fields.iter().any(|known| known.json == field.json) {
            field.required = false;
            to.fields.push(field);
        }
    }
    to.rest = to.rest.take().or(from.rest);
    to.closed = false;
}

/// Of two types that fit, the one that says more.
fn fuller(a: &Ty, b: &Ty) -> Ty {
    match (a, b) {
        (Ty::Any | Ty::String, Ty::Def(_)) | (Ty::Any, _) => b.clone(),
        (Ty::List(a), Ty::List(b)) => Ty::List(Box::new(fuller(a, b))),
        (Ty::Map(a), Ty::Map(b)) => Ty::Map(Box::new(fuller(a, b))),
        (Ty::Hidden(a), Ty::Hidden(b)) => Ty::Hidden(Box::new(fuller(a, b))),
        (Ty::Nullable(a), Ty::Nullable(b)) => Ty::Nullable(Box::new(fuller(a, b))),
        (Ty::Nullable(a), b) => Ty::Nullable(Box::new(fuller(a, b))),
        (a, Ty::Nullable(b)) => Ty::Nullable(Box::new(fuller(a, b))),
        _ => a.clone(),
    }
}

/// Leaves the facts that hold in both: a limit that only one place has is not one of the type.
fn common_facts(kind: &mut DefKind, other: &DefKind) {
    let (DefKind::Struct(object), DefKind::Struct(other)) = (kind, other) else { return };
    object.closed &= other.closed;
    for field in &mut object.fields {
        if let Some(other) = other.fields.iter().find(|other| other.json == field.json) {
            field.facts = common(field, other);
            field.deprecated &= other.deprecated;
        }
    }
}

pub(crate) fn common(a: &Field, b: &Field) -> crate::model::Facts {
    let same = |a: &Option<String>, b: &Option<String>| a.clone().filter(|_| a == b);
    crate::model::Facts {
        default: same(&a.facts.default, &b.facts.default),
        min: same(&a.facts.min, &b.facts.min),
        max: same(&a.facts.max, &b.facts.max),
        pattern: same(&a.facts.pattern, &b.facts.pattern),
        format: same(&a.facts.format, &b.facts.format),
        unit: same(&a.facts.unit, &b.facts.unit),
        exclusive_min: a.facts.exclusive_min && a.facts.min == b.facts.min,
        exclusive_max: a.facts.exclusive_max && a.facts.max == b.facts.max,
        multiple_of: same(&a.facts.multiple_of, &b.facts.multiple_of),
        values: if a.facts.values == b.facts.values { a.facts.values.clone() } else { Vec::new() },
        access: a.facts.access.filter(|_| a.facts.access == b.facts.access),
    }
}

fn word(ty: &Ty) -> &'static str {
    match ty {
        Ty::Any => "any value",
        Ty::Bool => "a boolean",
        Ty::Int | Ty::Unsigned => "an integer",
        Ty::Float => "a number",
        Ty::String | Ty::Secret | Ty::Extern(_) => "a text",
        Ty::Millis | Ty::Seconds | Ty::DateTime => "a moment",
        Ty::List(_) | Ty::Tuple(_) => "a list",
        Ty::Map(_) => "a map",
        Ty::Nullable(_) => "a value or null",
        Ty::Hidden(_) => "a secret",
        Ty::Def(_) => "a type with a name",
    }
}
