//! How well a value fits a type: what is wrong, and what of the value would be dropped.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::Value;

use crate::json::{Mismatch, type_of};

/// The most faults of one value that are listed; more of them are only counted as wrong.
const MOST_FAULTS: usize = 1 << 16;

/// A value of the JSON that is judged, by where it lies in memory: it does not move meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct At(usize);

impl At {
    pub(crate) fn of(value: &Value) -> Self {
        Self(std::ptr::from_ref(value).addr())
    }
}

/// What is wrong with a value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum What {
    /// It is of another type.
    Type(&'static str, &'static str),
    /// It lacks a member.
    Missing(&'static str),
    /// It is a list of another length.
    Length(usize),
    /// It is not the only value.
    Constant(&'static [&'static str]),
    /// It is a value that is not listed.
    Unlisted(&'static [&'static str]),
    /// It is `null`.
    Null,
    /// It is outside of the limits.
    Limit,
    /// There must be no such member.
    Extra,
    /// It is of no known variant.
    Variant,
    /// Several variants fit, and each drops what another keeps.
    Ambiguous,
}

impl What {
    /// Whether the value is not of the type at all: the others are what a newer server may send.
    fn is_hard(self) -> bool {
        matches!(self, Self::Type(..) | Self::Missing(_) | Self::Length(_) | Self::Constant(_))
    }

    /// Whether it is about which values there are.
    pub(crate) fn is_of_values(self) -> bool {
        matches!(self, Self::Constant(_) | Self::Unlisted(_))
    }

    fn reason(self) -> String {
        match self {
            Self::Type(found, expected) => format!("invalid type: {found}, expected {expected}"),
            Self::Missing(name) => format!("missing field `{name}`"),
            Self::Length(expected) => format!("invalid length, expected a sequence of {expected}"),
            Self::Constant(only) => format!("is not {}", only.join(" or ")),
            Self::Unlisted(_) => "is none of the listed values".to_owned(),
            Self::Null => "is null".to_owned(),
            Self::Limit => "is outside of the limits".to_owned(),
            Self::Extra => "is not a member that may be there".to_owned(),
            Self::Variant => "no variant fits".to_owned(),
            Self::Ambiguous => "several variants fit, and each drops members that another keeps".to_owned(),
        }
    }
}

/// A step into a value.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Member(&'static str),
    Key(String),
    Item(usize),
}

/// The first thing that is wrong, with its path from the inside out.
#[derive(Debug, Clone)]
struct Why {
    what: What,
    path: Vec<Step>,
}

/// What of a value is dropped when it is read as a type.
#[derive(Debug, Clone, Default)]
pub(crate) enum Lost {
    #[default]
    Nothing,
    All,
    Within(Rc<BTreeMap<At, Lost>>),
}

impl Lost {
    /// Whether all that the other keeps is kept.
    pub(crate) fn keeps_what(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Nothing, _) | (_, Self::All) => true,
            (Self::All, _) | (_, Self::Nothing) => false,
            (Self::Within(own), Self::Within(others)) => {
                own.iter().all(|(at, lost)| others.get(at).is_some_and(|other| lost.keeps_what(other)))
            }
        }
    }
}

/// How well a value fits a type.
#[derive(Debug, Clone, Default)]
pub(crate) struct Verdict {
    /// What is wrong, and where.
    pub faults: Vec<(At, What)>,
    /// Whether the value is not of the type at all.
    pub is_hard: bool,
    why: Option<Why>,
    /// What is dropped.
    pub lost: Lost,
    /// How many known members are there and right themselves.
    pub evidence: usize,
}

impl Verdict {
    /// A value of which something is wrong.
    pub(crate) fn wrong(value: &Value, what: What) -> Self {
        let mut verdict = Self::default();
        verdict.add(value, what);
        verdict
    }

    /// A value of another type.
    pub(crate) fn other_type(value: &Value, expected: &'static str) -> Self {
        Self::wrong(value, What::Type(type_of(value), expected))
    }

    /// Adds what is wrong with the value itself.
    pub(crate) fn add(&mut self, value: &Value, what: What) {
        self.note(what.is_hard(), || Why { what, path: Vec::new() });
        if self.faults.len() < MOST_FAULTS {
            self.faults.push((At::of(value), what));
        }
    }

    /// Whether the value is valid.
    pub(crate) fn is_valid(&self) -> bool {
        self.faults.is_empty()
    }

    /// Whether nothing is wrong with the value itself, whatever is new inside.
    pub(crate) fn is_right_itself(&self, value: &Value) -> bool {
        !self.is_hard && self.faults.iter().all(|(at, _)| *at != At::of(value))
    }

    /// Whether a tolerant reader may take the value: nothing is wrong that only another type has.
    pub(crate) fn is_tolerable(&self) -> bool {
        !self.is_hard && self.faults.len() < MOST_FAULTS
    }

    /// Keeps the first reason, and the first one for which the value is not of the type at all before all others.
    fn note(&mut self, is_hard: bool, why: impl FnOnce() -> Why) {
        if self.why.is_none() || is_hard && !self.is_hard {
            self.why = Some(why());
        }
        self.is_hard |= is_hard;
    }

    /// Adds what was found of a value inside.
    pub(crate) fn add_inner(&mut self, inner: Self, step: impl FnOnce() -> Step) {
        if let Some(mut why) = inner.why {
            self.note(inner.is_hard, || {
                why.path.push(step());
                why
            });
        }
        let free = MOST_FAULTS.saturating_sub(self.faults.len());
        self.faults.extend(inner.faults.into_iter().take(free));
    }

    /// What is wrong first, with its path.
    pub(crate) fn mismatch(&self) -> Option<Mismatch> {
        let why = self.why.as_ref()?;
        let within = |mismatch: Mismatch, step: &Step| match step {
            Step::Member(name) => mismatch.in_member(name),
            Step::Key(name) => mismatch.in_key(name),
            Step::Item(index) => mismatch.in_item(*index),
        };
        Some(why.path.iter().fold(Mismatch::because(why.what.reason()), within))
    }
}
