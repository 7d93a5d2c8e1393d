//! Objects that nothing tells apart, or that may hold at once: one struct that has the members of all.

use super::union::Alternative;
use super::{Builder, Typed, scalar, union_of_values};
use crate::model::{DefId, DefKind, Enum, Field, JsonType, Place, Select, Struct, Ty, Union, Variant};

/// Pairs of definitions that are being merged: a recursion comes back to them.
type Open = Vec<(DefId, DefId)>;

impl<'a> Builder<'a> {
    /// One struct from objects: members that not all require are optional.
    pub(super) fn one_struct(&mut self, objects: &[Alternative<'a>], place: &Place) -> Typed {
        let types: Vec<Ty> = objects.iter().map(|object| self.whole(&object.whole, &object.place).ty).collect();
        let mut merged: Option<Struct> = None;
        for ty in &types {
            let object = match self.settled(ty) {
                Some(Ty::Def(id)) => match self.defs[id.0].kind.clone() {
                    DefKind::Struct(object) => object,
                    DefKind::Enum(_) | DefKind::Union(_) => return self.no_struct(place),
                },
                _ => return self.no_struct(place),
            };
            merged = Some(match merged {
                None => object,
                Some(merged) => self.both(merged, object, place, &mut Open::new()),
            });
        }
        let object = merged.unwrap_or_default();
        self.define(place, DefKind::Struct(object), false).into()
    }

    fn no_struct(&mut self, place: &Place) -> Typed {
        self.note(place, "not all alternatives are objects with known members: any value is taken");
        Ty::Any.into()
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
        field.facts = crate::merge::common(field, other);
        field.ty = self.either(&field.ty, &other.ty, place, open);
    }

    /// A type for what is of one of two types. A definition that must change becomes a new one: others may use it.
    fn either(&mut self, a: &Ty, b: &Ty, place: &Place, open: &mut Open) -> Ty {
        if a == b {
            return a.clone();
        }
        let (Some(a), Some(b)) = (self.settled(a), self.settled(b)) else { return self.any_of_name(place) };
        match (&a, &b) {
            _ if a == b => a,
            (Ty::Any, _) | (_, Ty::Any) => Ty::Any,
            (Ty::Int, Ty::Float) | (Ty::Float, Ty::Int) => Ty::Float,
            (Ty::List(a), Ty::List(b)) => Ty::List(Box::new(self.either(a, b, &place.step("[]"), open))),
            (Ty::Map(a), Ty::Map(b)) => Ty::Map(Box::new(self.either(a, b, &place.step("{}"), open))),
            (Ty::Def(x), Ty::Def(y)) if open.contains(&(*x, *y)) => a,
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
                _ if self.same_shape(*x, *y) => a,
                _ => self.one_of(&a, &b, place, open),
            },
            // A free object beside a known one is the known one with nothing required.
            (Ty::Def(known), Ty::Map(free)) | (Ty::Map(free), Ty::Def(known)) if **free == Ty::Any => {
                let DefKind::Struct(mut object) = self.defs[known.0].kind.clone() else {
                    return self.one_of(&a, &b, place, open);
                };
                object.fields.iter_mut().for_each(|field| field.required = false);
                self.define(place, DefKind::Struct(object), false)
            }
            // An enum is open.
            (Ty::Def(id), Ty::String) | (Ty::String, Ty::Def(id)) if self.is_enum(&Ty::Def(*id)) => Ty::Def(*id),
            (Ty::String | Ty::DateTime | Ty::Secret, Ty::String | Ty::DateTime | Ty::Secret) => Ty::String,
            _ => self.one_of(&a, &b, place, open),
        }
    }

    /// One of two types that their JSON type tells apart.
    fn one_of(&mut self, a: &Ty, b: &Ty, place: &Place, open: &mut Open) -> Ty {
        let (Some(mut told), Some(others)) = (self.told(a), self.told(b)) else { return self.any_of_name(place) };
        if told.len() + others.len() == 2 && told.first().map(|(json, _)| json) == others.first().map(|(json, _)| json)
        {
            return self.any_of_name(place);
        }
        for (json, ty) in others {
            match told.iter().position(|(known, _)| *known == json) {
                None => told.push((json, ty)),
                Some(index) => {
                    let known = told[index].1.clone();
                    let merged = self.either(&known, &ty, &place.step(&format!("|{}", json.as_str())), open);
                    if merged == Ty::Any {
                        return Ty::Any;
                    }
                    told[index].1 = merged;
                }
            }
        }
        let variant = |(json, ty)| Variant { select: Select::Json(json), ty, boxed: false, dropped: false };
        let variants = told.into_iter().map(variant).collect();
        self.define(place, DefKind::Union(Union { tag: None, variants, missing: None }), false)
    }

    /// The types that a type is one of, each of a JSON type of its own.
    fn told(&self, ty: &Ty) -> Option<Vec<(JsonType, Ty)>> {
        if let Ty::Def(id) = ty
            && let DefKind::Union(Union { tag: None, variants, .. }) = &self.defs[id.0].kind
        {
            let told = variants.iter().map(|variant| match variant.select {
                Select::Json(json) => Some((json, variant.ty.clone())),
                Select::Tag(_) | Select::Keys(_) | Select::Fits(_) => None,
            });
            return told.collect();
        }
        Some(vec![(scalar::json_of(ty, &self.defs)?, ty.clone())])
    }

    fn any_of_name(&mut self, place: &Place) -> Ty {
        self.note(place, "members of one name are of several types: any value is taken");
        Ty::Any
    }

    fn same_shape(&self, a: DefId, b: DefId) -> bool {
        crate::dedupe::same_shape(&self.defs, a, b)
    }
}
