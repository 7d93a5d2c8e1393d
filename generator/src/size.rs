//! How large a value of a type is in memory, roughly: enough to see which variant of a union should be boxed.

use crate::model::{DefId, DefKind, Model, Ty};

/// A box.
pub(crate) const BOX: usize = 8;

/// How much larger than the second largest a variant may be, in bytes.
const MARGIN: usize = 160;

/// The stack that must be left for one more type, and how much is added, in bytes.
const RED_ZONE: usize = 64 * 1024;
const STACK: usize = 1024 * 1024;

/// The sizes of the types of a model, each worked out once.
pub(crate) struct Sizes {
    known: Vec<Option<usize>>,
}

impl Sizes {
    pub(crate) fn new(model: &Model) -> Self {
        Self { known: vec![None; model.defs.len()] }
    }

    /// The size of a type, in bytes.
    pub(crate) fn of(&mut self, ty: &Ty, model: &Model) -> usize {
        match ty {
            Ty::Bool => 1,
            Ty::Int | Ty::Unsigned | Ty::Float | Ty::Millis | Ty::Seconds => 16,
            Ty::String | Ty::Secret | Ty::DateTime | Ty::List(_) | Ty::Map(_) | Ty::Extern(_) => 24,
            Ty::Any => 32,
            Ty::Tuple(items) => items.iter().map(|item| self.of(item, model)).sum(),
            Ty::Nullable(inner) | Ty::Hidden(inner) => self.of(inner, model),
            Ty::Def(id) => self.of_def(*id, model),
        }
    }

    fn of_def(&mut self, id: DefId, model: &Model) -> usize {
        if let Some(known) = self.known[id.0] {
            return known;
        }
        // A type within itself is boxed.
        self.known[id.0] = Some(BOX);
        // A long chain of types is deep recursion: the stack grows with it.
        let size = stacker::maybe_grow(RED_ZONE, STACK, || self.of_kind(&model.def(id).kind, model));
        self.known[id.0] = Some(size);
        size
    }

    fn of_kind(&mut self, kind: &DefKind, model: &Model) -> usize {
        match kind {
            DefKind::Struct(object) => {
                let fields = object.fields.iter();
                let fields = fields.map(|field| if field.boxed { BOX } else { self.of(&field.ty, model) });
                fields.sum::<usize>() + object.rest.as_ref().map_or(0, |_| 24)
            }
            DefKind::Enum(_) => 24,
            DefKind::Union(union) => {
                let variants = union.variants.iter();
                let sizes = variants.map(|variant| if variant.boxed { BOX } else { self.of(&variant.ty, model) });
                sizes.max().unwrap_or_default() + 8
            }
        }
    }
}

/// The variant that is much larger than all others.
pub(crate) fn outlier(sizes: &[usize]) -> Option<usize> {
    let (index, largest) = sizes.iter().enumerate().max_by_key(|(_, size)| **size)?;
    let second = sizes.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, size)| *size).max()?;
    (*largest > second + MARGIN).then_some(index)
}
