//! Whether two types are one: replies that are the same need no enum.

use super::Builder;
use crate::model::{DefId, DefKind, Ty};

impl Builder<'_> {
    /// Whether two types are the same but for their names. `open` are pairs that are being compared: a recursion comes back
    /// to them.
    pub(super) fn same_type(&self, a: &Ty, b: &Ty, open: &mut Vec<(DefId, DefId)>) -> bool {
        match (a, b) {
            (Ty::Def(a), Ty::Def(b)) if a == b || open.contains(&(*a, *b)) => true,
            (Ty::Def(a), Ty::Def(b)) => {
                open.push((*a, *b));
                self.same_kind(&self.defs[a.0].kind, &self.defs[b.0].kind, open)
            }
            (Ty::List(a), Ty::List(b))
            | (Ty::Map(a), Ty::Map(b))
            | (Ty::Nullable(a), Ty::Nullable(b))
            | (Ty::Hidden(a), Ty::Hidden(b)) => self.same_type(a, b, open),
            (Ty::Tuple(a), Ty::Tuple(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| self.same_type(a, b, open))
            }
            (a, b) => a == b,
        }
    }

    fn same_kind(&self, a: &DefKind, b: &DefKind, open: &mut Vec<(DefId, DefId)>) -> bool {
        match (a, b) {
            (DefKind::Struct(a), DefKind::Struct(b)) => {
                let rest = match (&a.rest, &b.rest) {
                    (Some(a), Some(b)) => self.same_type(a, b, open),
                    (a, b) => a.is_none() && b.is_none(),
                };
                rest && a.fields.len() == b.fields.len()
                    && a.fields.iter().all(|field| {
                        b.fields.iter().any(|other| {
                            (&field.json, field.required, field.nullable, &field.constant)
                                == (&other.json, other.required, other.nullable, &other.constant)
                                && self.same_type(&field.ty, &other.ty, open)
                        })
                    })
            }
            (DefKind::Enum(a), DefKind::Enum(b)) => a == b,
            (DefKind::Union(a), DefKind::Union(b)) => {
                (&a.tag, a.missing, a.variants.len()) == (&b.tag, b.missing, b.variants.len())
                    && a.variants
                        .iter()
                        .zip(&b.variants)
                        .all(|(a, b)| a.select == b.select && self.same_type(&a.ty, &b.ty, open))
            }
            _ => false,
        }
    }
}
