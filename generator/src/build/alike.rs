//! Objects that nothing tells apart: one struct that has the members of all.

use openapiv3::Schema;

use super::{Builder, Typed, union_of_values};
use crate::model::{DefId, DefKind, Enum, Field, Place, Struct, Ty};

/// Pairs of definitions that are being merged: a recursion comes back to them.
type Open = Vec<(DefId, DefId)>;

impl<'a> Builder<'a> {
    /// One struct from objects that nothing tells apart: members that only some have are optional.
    pub(super) fn one_struct(&mut self, objects: &[(&'a Schema, Place)], place: &Place) -> Typed {
        let types: Vec<Ty> = objects.iter().map(|(schema, place)| self.at(schema, place).ty).collect();
        let mut merged: Option<Struct> = None;
        for ty in &types {
            let Ty::Def(id) = ty else { return Ty::Any.into() };
            let DefKind::Struct(object) = self.defs[id.0].kind.clone() else { return Ty::Any.into() };
            merged = Some(match merged {
                None => object,
                Some(merged) => self.both(merged, object, place, &mut Open::new()),
            });
        }
        self.note(place, format!("{} alternatives that nothing tells apart became one struct", objects.len()));
        let object = merged.unwrap_or(Struct { fields: Vec::new(), rest: None });
        self.define(place, DefKind::Struct(object), false).into()
    }

    fn both(&mut self, mut a: Struct, b: Struct, place: &Place, open: &mut Open) -> Struct {
        for field in &mut a.fields {
            match b.fields.iter().find(|other| other.json == field.json) {
                Some(other) => self.widen(field, other, &place.step(&field.json.clone()), open),
                None => field.required = false,
            }
        }
        crate::merge::add_members(&mut a, b);
        a
    }

    fn widen(&mut self, field: &mut Field, other: &Field, place: &Place, open: &mut Open) {
        field.required &= other.required;
        field.nullable |= other.nullable;
        field.constant = field.constant.take().filter(|constant| other.constant.as_ref() == Some(constant));
        field.ty = self.either(&field.ty, &other.ty, place, open);
    }

    /// A type for what is of one of two types. A definition that must change becomes a new one: others may use it.
    fn either(&mut self, a: &Ty, b: &Ty, place: &Place, open: &mut Open) -> Ty {
        match (a, b) {
            _ if a == b => a.clone(),
            (Ty::List(a), Ty::List(b)) => Ty::List(Box::new(self.either(a, b, &place.step("[]"), open))),
            (Ty::Map(a), Ty::Map(b)) => Ty::Map(Box::new(self.either(a, b, &place.step("{}"), open))),
            (Ty::Def(x), Ty::Def(y)) if open.contains(&(*x, *y)) => a.clone(),
            (Ty::Def(x), Ty::Def(y)) => match (self.defs[x.0].kind.clone(), self.defs[y.0].kind.clone()) {
                (DefKind::Struct(left), DefKind::Struct(right)) => {
                    open.push((*x, *y));
                    let merged = self.both(left, right, place, open);
                    open.pop();
                    self.define(place, DefKind::Struct(merged), false)
                }
                (DefKind::Enum(left), DefKind::Enum(right)) => {
                    let values = union_of_values(left.values, right.values);
                    self.define(place, DefKind::Enum(Enum { values }), false)
                }
                _ if crate::dedupe::same_shape(&self.defs, *x, *y) => a.clone(),
                _ => Ty::Any,
            },
            // A free object beside a known one is the known one with nothing required.
            (Ty::Def(known), Ty::Map(free)) | (Ty::Map(free), Ty::Def(known)) if **free == Ty::Any => {
                let DefKind::Struct(mut object) = self.defs[known.0].kind.clone() else { return Ty::Any };
                object.fields.iter_mut().for_each(|field| field.required = false);
                self.define(place, DefKind::Struct(object), false)
            }
            _ => Ty::Any,
        }
    }
}
