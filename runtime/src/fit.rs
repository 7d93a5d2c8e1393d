//! Which variant of a union a value is, where no tag says it.
//!
//! The choice looks at the whole of a buffered value and at all that the variants say of it (see [`Shape`]):
//!
//! 1. Among the variants for which the value is valid, the first that keeps all that the others keep of it. Where each
//!    drops something that another keeps, the value is [`Unknown`](crate::untagged_union), so that nothing is lost.
//! 2. Where it is valid for none, a newer server may have sent it: a value that is not listed, `null`, or a variant of a
//!    union inside. The one variant that stands out is taken: members tell that it is meant, and no other variant lists
//!    other values in the place of what is new.
//! 3. Else the value is `Unknown`, and [`why`] says for each variant what does not fit.
//!
//! A union may have unions inside, and these others. Each is judged once for each value, however many variants lead to
//! it, so that the work grows with the size of the value and not with the number of ways through it.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use serde_json::Value;

use crate::json::{Mismatch, whole};
use crate::memory;
use crate::shape::{Alternative, Limits, Member, Object, Of, Shape, Tagged};
use crate::verdict::{At, Lost, Step, Verdict, What};

/// The variant of an untagged union that a value is, by its index; `None`: none of them.
pub fn choose(shape: Shape, value: &Value) -> Option<usize> {
    let Shape::Untagged(alternatives) = shape else { return None };
    Judge::default().choose(alternatives, value).chosen
}

/// Why a value is of no variant of a union: for each variant what does not fit.
pub fn why(shape: Shape, value: &Value) -> Mismatch {
    let mut judge = Judge::default();
    match shape {
        Shape::Untagged(alternatives) => {
            let tried = alternatives.iter().filter(|alternative| (alternative.is)(value));
            let reason = |alternative: &Alternative| {
                let verdict = judge.shape(alternative.shape.get(), value);
                (alternative.name, verdict.mismatch().unwrap_or_else(ambiguous))
            };
            let reasons: Vec<(&str, Mismatch)> = tried.map(reason).collect();
            if reasons.is_empty() { Mismatch::expected("another type", value) } else { Mismatch::of_all(&reasons) }
        }
        Shape::Tagged(tagged) => {
            let reason = match value.get(tagged.tag) {
                None => format!("the tag `{}` is absent", tagged.tag),
                Some(_) => format!("the tag `{}` has a value that is not listed", tagged.tag),
            };
            Mismatch::because(reason)
        }
        shape => judge.shape(shape, value).mismatch().unwrap_or_else(ambiguous),
    }
}

/// What a choice takes that is remembered, and what a part does that is dropped.
const KNOWN: usize = 2 * size_of::<((*const Alternative, At), Choice)>();
const LOST: usize = 11 * size_of::<(At, Lost)>() + 64;

fn ambiguous() -> Mismatch {
    Mismatch::because("it fits as others do, and each drops members that another keeps".to_owned())
}

/// The variant that was chosen, and how well the value fits it.
#[derive(Clone)]
struct Choice {
    chosen: Option<usize>,
    verdict: Verdict,
}

/// What is known of the values that are judged.
#[derive(Default)]
struct Judge {
    /// The choices in the unions inside, by union and value.
    known: HashMap<(*const Alternative, At), Choice>,
}

impl Judge {
    fn shape(&mut self, shape: Shape, value: &Value) -> Verdict {
        let is = |fits: bool, expected| match fits {
            true => Verdict::default(),
            false => Verdict::other_type(value, expected),
        };
        match shape {
            Shape::Any => Verdict::default(),
            Shape::Bool => is(value.is_boolean(), "a boolean"),
            Shape::Whole { signed: true } => is(whole(value).is_some(), "a whole number of 64 bits"),
            Shape::Whole { signed: false } => {
                let fits = value.is_u64() || whole(value).is_some_and(|whole| whole >= 0);
                is(fits, "a whole number of 64 bits, not below 0")
            }
            Shape::Number => is(value.is_number(), "a number"),
            Shape::Text => is(value.is_string(), "a string"),
            Shape::Texts(listed) => texts(listed, value),
            Shape::List(of) => self.list(of, value),
            Shape::Tuple(items) => self.tuple(items, value),
            Shape::Map(of) => self.map(of, value),
            Shape::Optional(_) | Shape::Nullable(_) if value.is_null() => Verdict::default(),
            Shape::Optional(of) | Shape::Nullable(of) => self.shape(of.get(), value),
            Shape::Object(object) => self.object(object, value, None),
            Shape::Tagged(tagged) => self.tagged(tagged, value),
            Shape::Untagged(alternatives) => {
                let key = (alternatives.as_ptr(), At::of(value));
                if let Some(known) = self.known.get(&key) {
                    return known.verdict.clone();
                }
                let choice = self.choose(alternatives, value);
                if memory::bytes(KNOWN).is_ok() {
                    self.known.insert(key, choice.clone());
                }
                choice.verdict
            }
        }
    }

    fn list(&mut self, of: Of, value: &Value) -> Verdict {
        let Value::Array(items) = value else { return Verdict::other_type(value, "a sequence") };
        let shape = of.get();
        self.parts(items.iter().enumerate().map(|(index, item)| (shape, item, Step::Item(index))))
    }

    fn tuple(&mut self, shapes: &[Of], value: &Value) -> Verdict {
        let Value::Array(items) = value else { return Verdict::other_type(value, "a sequence") };
        if items.len() != shapes.len() {
            return Verdict::wrong(value, What::Length(shapes.len()));
        }
        let parts = shapes.iter().zip(items).enumerate();
        self.parts(parts.map(|(index, (of, item))| (of.get(), item, Step::Item(index))))
    }

    fn map(&mut self, of: Of, value: &Value) -> Verdict {
        let Value::Object(members) = value else { return Verdict::other_type(value, "a map") };
        let shape = of.get();
        self.parts(members.iter().map(|(name, member)| (shape, member, Step::Key(name.clone()))))
    }

    fn parts<'v>(&mut self, parts: impl Iterator<Item = (Shape, &'v Value, Step)>) -> Verdict {
        let mut whole = Whole::default();
        for (shape, part, step) in parts {
            let verdict = self.shape(shape, part);
            whole.add(part, verdict, || step);
        }
        whole.finish()
    }

    /// An object; without the tag of a union, which is no member of the content.
    fn object(&mut self, object: &'static Object, value: &Value, tag: Option<&str>) -> Verdict {
        let Value::Object(members) = value else { return Verdict::other_type(value, "a map") };
        let mut whole = Whole::default();
        let mut known: Vec<At> =
            members.get(tag.unwrap_or_default()).filter(|_| tag.is_some()).map(At::of).into_iter().collect();
        for member in object.members {
            match members.get(member.name) {
                Some(found) => {
                    known.push(At::of(found));
                    let verdict = self.member(member, found);
                    let is_right = verdict.is_right_itself(found) && !found.is_null();
                    whole.verdict.evidence = whole.verdict.evidence.saturating_add(usize::from(is_right));
                    whole.add(found, verdict, || Step::Member(member.name));
                }
                None if member.required || !(member.may_be_absent)() => {
                    whole.verdict.add(value, What::Missing(member.name));
                }
                None => {}
            }
        }
        if known.len() < members.len() {
            known.sort_unstable();
            for (name, found) in members.iter().filter(|(_, found)| known.binary_search(&At::of(found)).is_err()) {
                let verdict = match object.rest.map(Of::get) {
                    Some(Shape::Map(of)) => self.shape(of.get(), found),
                    Some(_) => Verdict::default(),
                    None => dropped(object.closed, found),
                };
                whole.add(found, verdict, || Step::Key(name.clone()));
            }
        }
        whole.finish()
    }

    fn member(&mut self, member: &Member, found: &Value) -> Verdict {
        let shape = member.shape.get();
        if found.is_null() && matches!(shape, Shape::Optional(_) | Shape::Nullable(_)) {
            let may = member.nullable || matches!(shape, Shape::Nullable(_));
            return if may { Verdict::default() } else { Verdict::wrong(found, What::Null) };
        }
        let mut verdict = self.shape(shape, found);
        if let Some(what) = beyond(&member.limits, found) {
            verdict.add(found, what);
        }
        verdict
    }

    fn tagged(&mut self, tagged: &'static Tagged, value: &Value) -> Verdict {
        let tag = value.get(tagged.tag).unwrap_or(&Value::Null);
        let variant = tagged.variants.iter().find(|variant| variant.is_selected_by(tag));
        match (variant, tagged.missing) {
            (Some(variant), _) => match variant.shape.get() {
                Shape::Object(object) if !variant.keeps => self.object(object, value, Some(tagged.tag)),
                shape => self.shape(shape, value),
            },
            (None, Some(missing)) if tag.is_null() && value.is_object() => self.shape(missing.get(), value),
            _ => Verdict::wrong(value, What::Variant),
        }
    }

    fn choose(&mut self, alternatives: &'static [Alternative], value: &Value) -> Choice {
        let candidates = alternatives.iter().enumerate().filter(|(_, alternative)| (alternative.is)(value));
        let judged: Vec<(usize, Verdict)> =
            candidates.map(|(index, alternative)| (index, self.shape(alternative.shape.get(), value))).collect();
        let valid: Vec<&(usize, Verdict)> = judged.iter().filter(|(_, verdict)| verdict.is_valid()).collect();
        let chosen = if valid.is_empty() { standing_out(&judged) } else { keeping_most(&valid) };
        match chosen {
            Some((index, verdict)) => Choice { chosen: Some(*index), verdict: verdict.clone() },
            None => {
                let what = if valid.is_empty() { What::Variant } else { What::Ambiguous };
                Choice { chosen: None, verdict: Verdict::wrong(value, what) }
            }
        }
    }
}

/// The first that keeps all that the others keep.
fn keeping_most<'v>(valid: &[&'v (usize, Verdict)]) -> Option<&'v (usize, Verdict)> {
    let better = |one: &&(usize, Verdict), other: &&(usize, Verdict)| one.1.lost.keeps_what(&other.1.lost);
    let most = valid.iter().copied().reduce(
        |best, next| {
            if better(&next, &best) && !better(&best, &next) { next } else { best }
        },
    )?;
    valid.iter().all(|other| better(&most, other)).then_some(most)
}

/// The one that a newer server means, where only one can be.
fn standing_out(judged: &[(usize, Verdict)]) -> Option<&(usize, Verdict)> {
    // Where variants list other values, a new one tells of a new variant.
    let mut values: HashMap<At, Vec<What>> = HashMap::new();
    for (at, what) in judged.iter().flat_map(|one| &one.1.faults).filter(|(_, what)| what.is_of_values()) {
        let known = values.entry(*at).or_default();
        if !known.contains(what) {
            known.push(*what);
        }
    }
    let tells = |(at, what): &(At, What)| what.is_of_values() && values.get(at).is_some_and(|known| known.len() > 1);
    let is_meant =
        |one: &&(usize, Verdict)| one.1.is_tolerable() && one.1.evidence > 0 && !one.1.faults.iter().any(tells);
    let rank = |one: &(usize, Verdict)| (one.1.faults.len(), std::cmp::Reverse(one.1.evidence));
    let meant: Vec<&(usize, Verdict)> = judged.iter().filter(is_meant).collect();
    let best = meant.iter().copied().min_by_key(|one| rank(one))?;
    let best: Vec<&(usize, Verdict)> = meant.into_iter().filter(|one| rank(one) == rank(best)).collect();
    // What is new to all alike tells none of them apart.
    let is_alike = best.iter().all(|one| best.first().is_some_and(|first| first.1.faults == one.1.faults));
    if is_alike { keeping_most(&best) } else { None }
}

fn texts(listed: &'static [&'static str], value: &Value) -> Verdict {
    match value {
        Value::String(text) if listed.contains(&text.as_str()) => Verdict::default(),
        Value::String(_) if listed.len() == 1 => Verdict::wrong(value, What::Constant(listed)),
        Value::String(_) => Verdict::wrong(value, What::Unlisted(listed)),
        _ => Verdict::other_type(value, "a string"),
    }
}

/// A member that the type does not have.
fn dropped(is_closed: bool, found: &Value) -> Verdict {
    let mut verdict = if is_closed { Verdict::wrong(found, What::Extra) } else { Verdict::default() };
    if !found.is_null() {
        verdict.lost = Lost::All;
    }
    verdict
}

/// What is wrong with a value by its limits.
fn beyond(limits: &Limits, value: &Value) -> Option<What> {
    let is_listed = |value: &Value| limits.only.is_empty() || limits.only.iter().any(|text| is_written(value, text));
    let all_listed = match value {
        Value::Array(items) => items.iter().all(is_listed),
        value => is_listed(value),
    };
    if !all_listed {
        let is_one = limits.only.len() == 1 && !value.is_array();
        return Some(if is_one { What::Constant(limits.only) } else { What::Unlisted(limits.only) });
    }
    let size = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => count(text.chars().count()),
        Value::Array(items) => count(items.len()),
        Value::Null | Value::Bool(_) | Value::Object(_) => return None,
    };
    let short = limits.min.is_some_and(|min| size < min || limits.above && size <= min);
    let long = limits.max.is_some_and(|max| size > max || limits.below && size >= max);
    let between = limits.step.is_some_and(|step| {
        let rounds = size / step;
        (rounds - rounds.round()).abs() > 1e-9
    });
    (short || long || value.is_number() && between).then_some(What::Limit)
}

/// Whether a value is what a JSON text says.
fn is_written(value: &Value, text: &str) -> bool {
    match value {
        Value::Number(number) => {
            number.to_string() == text || text.parse().ok().is_some_and(|other: f64| number.as_f64() == Some(other))
        }
        Value::Null => text == "null",
        Value::Bool(value) => text == if *value { "true" } else { "false" },
        value => serde_json::from_str::<Value>(text).is_ok_and(|other| other == *value),
    }
}

#[expect(clippy::cast_precision_loss, reason = "no text or list is that long")]
fn count(count: usize) -> f64 {
    count as f64
}

/// A value of which the parts are judged one after the other.
#[derive(Default)]
struct Whole {
    verdict: Verdict,
    lost: BTreeMap<At, Lost>,
}

impl Whole {
    fn add(&mut self, part: &Value, mut verdict: Verdict, step: impl FnOnce() -> Step) {
        match std::mem::take(&mut verdict.lost) {
            Lost::Nothing => {}
            // Where no memory is left, the reading is an error whatever is chosen.
            lost => {
                if memory::bytes(LOST).is_ok() {
                    self.lost.insert(At::of(part), lost);
                }
            }
        }
        self.verdict.add_inner(verdict, step);
    }

    fn finish(mut self) -> Verdict {
        if !self.lost.is_empty() {
            self.verdict.lost = Lost::Within(Rc::new(self.lost));
        }
        self.verdict
    }
}
