//! How large a value of a type is in memory, roughly: enough to see which variant of a union should be boxed.

use crate::model::{DefKind, Model, Ty};

/// A box.
pub(crate) const BOX: usize = 8;

/// How much larger than the second largest a variant may be, in bytes.
const MARGIN: usize = 200;

/// The size of a type, in bytes.
pub(crate) fn of(ty: &Ty, model: &Model) -> usize {
    within(ty, model, 0)
}

/// The variant that is much larger than all others.
pub(crate) fn outlier(sizes: &[usize]) -> Option<usize> {
    let (index, largest) = sizes.iter().enumerate().max_by_key(|(_, size)| **size)?;
    let second = sizes.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, size)| *size).max()?;
    (*largest > second + MARGIN).then_some(index)
}

fn within(ty: &Ty, model: &Model, depth: usize) -> usize {
    match ty {
        Ty::Bool => 1,
        Ty::Int | Ty::Float | Ty::Millis | Ty::Seconds => 16,
        Ty::String | Ty::Secret | Ty::DateTime | Ty::List(_) | Ty::Map(_) | Ty::Extern(_) => 24,
        Ty::Any => 32,
        Ty::Tuple(items) => items.iter().map(|item| within(item, model, depth + 1)).sum(),
        Ty::Nullable(inner) | Ty::Hidden(inner) => within(inner, model, depth),
        // A type within itself is boxed.
        Ty::Def(_) if depth > 16 => BOX,
        Ty::Def(id) => match &model.def(*id).kind {
            DefKind::Struct(object) => {
                let fields = object
                    .fields
                    .iter()
                    .map(|field| if field.boxed { BOX } else { within(&field.ty, model, depth + 1) });
                fields.sum::<usize>() + object.rest.as_ref().map_or(0, |_| 24)
            }
            DefKind::Enum(_) => 24,
            DefKind::Union(union) => {
                let largest = union.variants.iter().map(|variant| within(&variant.ty, model, depth + 1)).max();
                largest.unwrap_or_default() + 8
            }
        },
    }
}
