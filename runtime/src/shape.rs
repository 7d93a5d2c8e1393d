//! What types say of their values, as static data: the choice between the variants of a union goes by it.
//!
//! The macros of this crate derive it from what they are given anyway, so a generated type says nothing twice.

use serde_json::Value;

use crate::json::Json;

/// The shape of a type.
#[derive(Debug, Clone, Copy)]
pub enum Of {
    /// Made when asked for: types may contain themselves.
    Type(fn() -> Shape),
    /// Made beforehand, for what has no Rust type.
    Made(&'static Shape),
}

impl Of {
    pub(crate) fn get(self) -> Shape {
        match self {
            Self::Type(of) => of(),
            Self::Made(shape) => *shape,
        }
    }
}

/// What a type says of its values.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// Any JSON value.
    Any,
    /// `true` or `false`.
    Bool,
    /// A whole number of 64 bits.
    Whole {
        /// Whether it may be below 0.
        signed: bool,
    },
    /// A number.
    Number,
    /// A text.
    Text,
    /// One of these texts; another one is kept.
    Texts(&'static [&'static str]),
    /// A list of one type.
    List(Of),
    /// A list whose items each have a type of their own.
    Tuple(&'static [Of]),
    /// An object whose members are of one type.
    Map(Of),
    /// A value or nothing. As a member, `null` is accepted but not said.
    Optional(Of),
    /// A value or `null`.
    Nullable(Of),
    /// An object with known members.
    Object(&'static Object),
    /// A union that a member tells apart.
    Tagged(&'static Tagged),
    /// A union that the content tells apart.
    Untagged(&'static [Alternative]),
}

/// An object with known members.
#[derive(Debug)]
pub struct Object {
    /// The members.
    pub members: &'static [Member],
    /// The map of all other members, where they are kept.
    pub rest: Option<Of>,
    /// Whether there must be no other members.
    pub closed: bool,
}

/// A member of an object.
#[derive(Debug)]
pub struct Member {
    pub(crate) name: &'static str,
    pub(crate) shape: Of,
    pub(crate) may_be_absent: fn() -> bool,
    pub(crate) nullable: bool,
    pub(crate) required: bool,
    pub(crate) limits: Limits,
}

impl Member {
    /// A member by its name and the field that holds it.
    pub const fn of<S, T: Json>(name: &'static str, _: fn(&S) -> &T) -> Self {
        Self {
            name,
            shape: Of::Type(T::shape),
            may_be_absent: || T::absent().is_some(),
            nullable: false,
            required: false,
            limits: Limits::NONE,
        }
    }

    /// A member that no field holds.
    pub const fn made(name: &'static str, shape: Of, may_be_absent: bool) -> Self {
        let may_be_absent: fn() -> bool = if may_be_absent { || true } else { || false };
        Self { name, shape, may_be_absent, nullable: false, required: false, limits: Limits::NONE }
    }

    /// The same, always there though it may be `null`.
    #[must_use]
    pub const fn null(self) -> Self {
        Self { nullable: true, required: true, ..self }
    }

    /// The same with limits.
    #[must_use]
    pub const fn within(self, limits: Limits) -> Self {
        Self { nullable: self.nullable || limits.nullable, limits, ..self }
    }
}

/// What a schema says of a value beyond its type.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub(crate) only: &'static [&'static str],
    pub(crate) min: Option<f64>,
    pub(crate) max: Option<f64>,
    pub(crate) above: bool,
    pub(crate) below: bool,
    pub(crate) step: Option<f64>,
    nullable: bool,
}

impl Limits {
    /// None at all.
    pub const NONE: Self =
        Self { only: &[], min: None, max: None, above: false, below: false, step: None, nullable: false };

    /// The only values, each as JSON.
    #[must_use]
    pub const fn only(self, only: &'static [&'static str]) -> Self {
        Self { only, ..self }
    }

    /// The least number, length of a text or count of items.
    #[must_use]
    pub const fn min(self, min: f64) -> Self {
        Self { min: Some(min), ..self }
    }

    /// The greatest number, length of a text or count of items.
    #[must_use]
    pub const fn max(self, max: f64) -> Self {
        Self { max: Some(max), ..self }
    }

    /// A number below all.
    #[must_use]
    pub const fn above(self, min: f64) -> Self {
        Self { min: Some(min), above: true, ..self }
    }

    /// A number above all.
    #[must_use]
    pub const fn below(self, max: f64) -> Self {
        Self { max: Some(max), below: true, ..self }
    }

    /// The number of which all are multiples.
    #[must_use]
    pub const fn step(self, step: f64) -> Self {
        Self { step: Some(step), ..self }
    }

    /// `null` is one of the values.
    #[must_use]
    pub const fn nullable(self) -> Self {
        Self { nullable: true, ..self }
    }
}

/// A union that a member tells apart.
#[derive(Debug)]
pub struct Tagged {
    /// The name of the member.
    pub tag: &'static str,
    /// The variants.
    pub variants: &'static [Variant],
    /// The variant that is meant where the member is absent.
    pub missing: Option<Of>,
}

/// Which values of the tag select a variant.
#[derive(Debug)]
enum Selects {
    Those(fn(&Value) -> bool),
    Listed(&'static [Value]),
}

/// A variant of a union that a member tells apart.
#[derive(Debug)]
pub struct Variant {
    selects: Selects,
    pub(crate) keeps: bool,
    pub(crate) shape: Of,
}

impl Variant {
    /// A variant by the values of the tag, whether its content has the tag among its members, and its constructor.
    pub const fn of<S, T: Json>(selects: fn(&Value) -> bool, keeps: bool, _: fn(T) -> S) -> Self {
        Self { selects: Selects::Those(selects), keeps, shape: Of::Type(T::shape) }
    }

    /// A variant without a constructor.
    pub const fn made(values: &'static [Value], keeps: bool, shape: Of) -> Self {
        Self { selects: Selects::Listed(values), keeps, shape }
    }

    pub(crate) fn is_selected_by(&self, tag: &Value) -> bool {
        match self.selects {
            Selects::Those(is) => is(tag),
            Selects::Listed(values) => values.contains(tag),
        }
    }
}

/// The shape of the content of a variant, by its constructor.
pub const fn content<S, T: Json>(_: fn(T) -> S) -> Of {
    Of::Type(T::shape)
}

/// The shape of a field.
pub const fn field<S, T: Json>(_: fn(&S) -> &T) -> Of {
    Of::Type(T::shape)
}

/// A variant of a union that the content tells apart.
#[derive(Debug)]
pub struct Alternative {
    pub(crate) name: &'static str,
    pub(crate) is: fn(&Value) -> bool,
    pub(crate) shape: Of,
}

impl Alternative {
    /// A variant by its name, its JSON type and its constructor.
    pub const fn of<S, T: Json>(name: &'static str, is: fn(&Value) -> bool, _: fn(T) -> S) -> Self {
        Self { name, is, shape: Of::Type(T::shape) }
    }

    /// A variant without a constructor.
    pub const fn made(name: &'static str, is: fn(&Value) -> bool, shape: Of) -> Self {
        Self { name, is, shape }
    }
}
