//! Which variant of a union a value fits best, where nothing but its content tells.
//!
//! A union tries its variants, and each of them may have such unions inside, which try theirs. So that the tries do
//! not multiply with the depth of a value, a try looks only [`DEPTH`] unions deep and takes what is below as it is;
//! the variant that was chosen is then read again, as a whole. The work grows with the size and the depth of a value.

use std::cell::Cell;

use serde_json::Value;

use crate::json::{Json, Mismatch};

/// How many unions inside of the one that tries are looked into, one below the other. With each, the work is multiplied
/// by the number of variants.
const DEPTH: u8 = 1;

/// The try that the thread is in.
#[derive(Clone, Copy)]
struct Try {
    /// How many unions are still looked into; `None` where nothing is tried.
    left: Option<u8>,
    /// Whether a union was not looked into.
    is_cut: bool,
}

thread_local! {
    static TRY: Cell<Try> = const { Cell::new(Try { left: None, is_cut: false }) };
}

/// The variants of a union that can be read from a value.
pub struct Fit<T> {
    value: Value,
    /// How many unions are still looked into, this one too; `None` where it is read for good.
    left: Option<u8>,
    /// Whether a variant was not looked into.
    is_cut: bool,
    found: Vec<Found<T>>,
    misfits: Vec<(&'static str, Mismatch)>,
}

/// A variant that fits, as far as was looked.
struct Found<T> {
    content: T,
    /// Whether a union in it was not looked into.
    is_cut: bool,
    read: fn(Value) -> Result<T, Mismatch>,
}

impl<T: Json> Fit<T> {
    /// Before any variant is read.
    pub fn new(value: Value) -> Self {
        Self { value, left: TRY.get().left, is_cut: false, found: Vec::new(), misfits: Vec::new() }
    }

    /// Reads a variant, if the value is of its JSON type. Members that are there must have the values that are fixed.
    pub fn read(
        &mut self,
        variant: &'static str,
        kind: fn(&Value, &[&str]) -> bool,
        fixed: &[(&str, Value)],
        read: fn(Value) -> Result<T, Mismatch>,
    ) {
        if !kind(&self.value, &[]) {
            return;
        }
        let other = fixed.iter().find(|(member, only)| self.value.get(member).is_some_and(|value| value != only));
        if let Some((member, only)) = other {
            self.misfits.push((variant, Mismatch::other(member, only)));
            return;
        }
        let Some(left) = self.left.map_or(Some(DEPTH), |left| left.checked_sub(1)) else {
            self.is_cut = true;
            return;
        };
        match tried(left, || read(self.value.clone())) {
            (Ok(content), is_cut) => self.found.push(Found { content, is_cut, read }),
            (Err(mismatch), _) => self.misfits.push((variant, mismatch)),
        }
    }

    /// The variant that keeps all that the others keep; the value itself where there is none, or where no variant is of
    /// its JSON type.
    ///
    /// # Errors
    ///
    /// When no variant of its JSON type can be read: why not, for each. When the best one cannot be read below what was
    /// tried.
    pub fn finish(mut self, unknown: fn(Value) -> T) -> Result<T, Mismatch> {
        if self.is_cut {
            TRY.set(Try { is_cut: true, ..TRY.get() });
            return Ok(unknown(self.value));
        }
        let Some(best) = self.best() else {
            let is_known = self.found.is_empty() && !self.misfits.is_empty();
            return if is_known { Err(Mismatch::of_all(&self.misfits)) } else { Ok(unknown(self.value)) };
        };
        if best.is_cut && self.left.is_none() { (best.read)(self.value) } else { Ok(best.content) }
    }

    fn best(&mut self) -> Option<Found<T>> {
        if self.found.len() > 1 {
            let kept: Vec<Value> = self.found.iter().map(|one| one.content.to_json()).collect();
            let best = kept.iter().position(|one| kept.iter().all(|other| covers(one, other)))?;
            return Some(self.found.swap_remove(best));
        }
        self.found.pop()
    }
}

/// What a try gives that looks into so many unions, and whether one was not looked into.
fn tried<T>(left: u8, read: impl FnOnce() -> T) -> (T, bool) {
    /// Ends the try, also where `read` panics.
    struct Ends(Try);

    impl Drop for Ends {
        fn drop(&mut self) {
            TRY.set(Try { is_cut: self.0.is_cut || TRY.get().is_cut, ..self.0 });
        }
    }

    let ends = Ends(TRY.replace(Try { left: Some(left), is_cut: false }));
    let read = read();
    let is_cut = TRY.get().is_cut;
    drop(ends);
    (read, is_cut)
}

/// Whether all that a value holds is in another one too.
fn covers(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (_, Value::Null) => true,
        (Value::Object(whole), Value::Object(part)) => part
            .iter()
            .all(|(name, value)| value.is_null() || whole.get(name).is_some_and(|other| covers(other, value))),
        (Value::Array(whole), Value::Array(part)) => {
            whole.len() == part.len() && whole.iter().zip(part).all(|(whole, part)| covers(whole, part))
        }
        (Value::Number(whole), Value::Number(part)) => whole == part || whole.as_f64() == part.as_f64(),
        (whole, part) => whole == part,
    }
}
