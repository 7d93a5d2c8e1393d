//! Which variant of a union a value fits best, where nothing but its content tells.

use serde_json::Value;

use crate::json::{Json, Mismatch};

/// The variants of a union that can be read from a value.
pub struct Fit<T> {
    value: Value,
    found: Vec<T>,
    misfits: Vec<(&'static str, Mismatch)>,
}

impl<T: Json> Fit<T> {
    /// Before any variant is read.
    pub fn new(value: Value) -> Self {
        Self { value, found: Vec::new(), misfits: Vec::new() }
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
        let read = match other {
            Some((member, only)) => Err(Mismatch::other(member, only)),
            None => read(self.value.clone()),
        };
        match read {
            Ok(found) => self.found.push(found),
            Err(mismatch) => self.misfits.push((variant, mismatch)),
        }
    }

    /// The variant that keeps all that the others keep; the value itself where there is none, or where no variant is of
    /// its JSON type.
    ///
    /// # Errors
    ///
    /// When no variant of its JSON type can be read: why not, for each.
    pub fn finish(mut self, unknown: fn(Value) -> T) -> Result<T, Mismatch> {
        if self.found.len() > 1 {
            let kept: Vec<Value> = self.found.iter().map(T::to_json).collect();
            let best = kept.iter().position(|one| kept.iter().all(|other| covers(one, other)));
            return Ok(match best {
                Some(best) => self.found.swap_remove(best),
                None => unknown(self.value),
            });
        }
        match self.found.pop() {
            Some(found) => Ok(found),
            None if self.misfits.is_empty() => Ok(unknown(self.value)),
            None => Err(Mismatch::of_all(&self.misfits)),
        }
    }
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
