//! How the type of a member shows that it may be absent.

use super::{Def, Field};

/// How the type of a member shows that it may be absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Always there: `T`.
    Required,
    /// Always there, `null` allowed: `Option<T>`, and `None` is written as `null`.
    Nullable,
    /// May be absent: `Option<T>`, and `None` is not written.
    Optional,
    /// May be absent, and `null` means something else: `Patch<T>`.
    Patch,
}

impl Presence {
    /// The one table of `required`, `nullable`, sent and received.
    pub fn of(field: &Field, def: &Def) -> Self {
        match (field.required, field.nullable) {
            _ if field.young && def.received && !(def.sent && field.nullable) => Self::Optional,
            (true, false) => Self::Required,
            (true, true) => Self::Nullable,
            (false, true) if def.sent => Self::Patch,
            (false, _) => Self::Optional,
        }
    }

    /// Its sign in the lock: whether it must be given, and whether it may be `null`.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Required => "!",
            Self::Nullable => "!?",
            Self::Optional => "?",
            Self::Patch => "??",
        }
    }

    /// What a sign of the lock stands for.
    pub fn from_sign(sign: &str) -> Option<Self> {
        [Self::Required, Self::Nullable, Self::Optional, Self::Patch].into_iter().find(|own| own.sign() == sign)
    }
}
