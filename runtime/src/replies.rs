//! Replies that come in several forms.

use reqwest::StatusCode;
use reqwest::header::CONTENT_TYPE;

use crate::decode::{self, is_json};
use crate::error::Error;
use crate::reply::Reply;

/// A type with a variant for each reply of an operation; [`replies!`](crate::replies) makes it one.
pub trait FromReply: Sized + 'static {
    /// The replies that there may be.
    #[doc(hidden)]
    const CASES: &'static [Case<Self>];
}

/// A reply that there may be.
#[doc(hidden)]
pub struct Case<T: 'static> {
    /// Which one it is.
    pub accepts: Accepts,
    /// How it becomes a value.
    pub read: fn(&mut Reply) -> Result<T, Error>,
}

/// Which replies are meant.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Accepts {
    /// With which status.
    pub when: When,
    /// With what body.
    pub body: Form,
}

/// The status of a reply.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// This one.
    Status(u16),
    /// All that begin with this digit.
    Class(u16),
    /// Any.
    Default,
}

/// The body of a reply.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// JSON.
    Json,
    /// Text.
    Text,
    /// Bytes.
    Bytes,
    /// None.
    Empty,
}

/// Says which replies the variants of an enum are: a status, a class of them (`2 xx`) or `default`, and how the body is
/// read: `json`, `text`, `bytes` or `empty`, the last one for a variant without a value.
///
/// A status goes before its class, and that before `default`. Several of one status are told apart by content type. A
/// success that none of them is, is an error.
///
/// ```
/// # use logto_runtime::{Client, Error, Method};
/// # use std::collections::BTreeMap;
/// /// What comes of an import.
/// #[derive(Debug)]
/// pub enum ImportReply {
///     /// It is done; so many rows.
///     Done(BTreeMap<String, i64>),
///     /// It will be done.
///     Accepted,
///     /// A table of what was left out.
///     LeftOut(String),
/// }
/// logto_runtime::replies!(ImportReply { Done = 200 json, Accepted = 202 empty, LeftOut = 2 xx text });
///
/// # async fn example(client: Client) -> Result<(), Error> {
/// match client.request(Method::POST, "Import", "/api/import").reply::<ImportReply>().send().await? {
///     ImportReply::Done(rows) => println!("{rows:?}"),
///     ImportReply::Accepted => println!("later"),
///     ImportReply::LeftOut(table) => println!("{table}"),
/// }
/// # Ok(())
/// # }
/// ```
#[macro_export]
macro_rules! replies {
    ($name:ident { $($variant:ident = $status:tt $kind:ident $($form:ident)?),+ $(,)? }) => {
        impl $crate::FromReply for $name {
            const CASES: &'static [$crate::__private::replies::Case<Self>] = &[
                $($crate::reply_case!($variant $status $kind $($form)?)),+
            ];
        }
    };
}

/// A variant of [`replies!`](crate::replies).
#[doc(hidden)]
#[macro_export]
macro_rules! reply_case {
    ($variant:ident default $form:ident) => {
        $crate::reply_case!(@ $variant $form Default)
    };
    ($variant:ident $class:tt xx $form:ident) => {
        $crate::reply_case!(@ $variant $form Class($class))
    };
    ($variant:ident $status:tt $form:ident) => {
        $crate::reply_case!(@ $variant $form Status($status))
    };
    (@ $variant:ident json $($when:tt)+) => {
        $crate::reply_case!(@ Json $($when)+; |reply| $crate::__private::replies::json(reply).map(Self::$variant))
    };
    (@ $variant:ident text $($when:tt)+) => {
        $crate::reply_case!(@ Text $($when)+; |reply| $crate::__private::replies::text(reply).map(Self::$variant))
    };
    (@ $variant:ident bytes $($when:tt)+) => {
        $crate::reply_case!(@ Bytes $($when)+; |reply| $crate::__private::replies::bytes(reply).map(Self::$variant))
    };
    (@ $variant:ident empty $($when:tt)+) => {
        $crate::reply_case!(@ Empty $($when)+; |_| Ok(Self::$variant))
    };
    (@ $form:ident $when:ident $(($status:tt))?; $read:expr) => {
        $crate::__private::replies::Case {
            accepts: $crate::__private::replies::Accepts {
                when: $crate::__private::replies::When::$when $(($status))?,
                body: $crate::__private::replies::Form::$form,
            },
            read: $read,
        }
    };
}

/// Reads a reply as the one of several that it is.
pub(crate) fn decode<T: FromReply>(reply: &mut Reply) -> Result<T, Error> {
    let status = reply.head.status;
    let content_type = reply.head.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let cases = T::CASES.iter().map(|case| case.accepts);
    let number = best(cases, status, content_type, reply.body.is_empty());
    match number.and_then(|number| T::CASES.get(number)) {
        Some(case) => (case.read)(reply),
        None => {
            Err(decode::fail(reply, format!("the server answered {status}, a success that the document does not list")))
        }
    }
}

/// The number of the case that a reply is.
fn best(
    cases: impl Iterator<Item = Accepts>,
    status: StatusCode,
    content_type: Option<&str>,
    is_empty: bool,
) -> Option<usize> {
    let mut best: Option<(usize, (u8, u8))> = None;
    for (number, case) in cases.enumerate() {
        let Some(closeness) = case.when.closeness(status) else { continue };
        let rank = (closeness, case.likeness(content_type, is_empty));
        if best.is_none_or(|(_, other)| rank > other) {
            best = Some((number, rank));
        }
    }
    best.map(|(number, _)| number)
}

impl When {
    /// How closely it names a status, if it does.
    fn closeness(self, status: StatusCode) -> Option<u8> {
        match self {
            Self::Status(code) => (code == status.as_u16()).then_some(2),
            Self::Class(class) => (class == status.as_u16() / 100).then_some(1),
            Self::Default => Some(0),
        }
    }
}

impl Accepts {
    /// Whether a body is JSON, if there is one.
    pub(crate) fn is_json(self) -> bool {
        matches!(self.body, Form::Json | Form::Empty)
    }

    /// How much a body looks like the one that is meant.
    fn likeness(self, content_type: Option<&str>, is_empty: bool) -> u8 {
        let is_text = |found: &str| found.starts_with("text/") || found.ends_with("xml");
        let essence = content_type.map(essence);
        match (self.body, essence.as_deref()) {
            (Form::Empty, _) if is_empty => 3,
            (Form::Json, Some(found)) if is_json(found) => 2,
            (Form::Text, Some(found)) if is_text(found) => 2,
            (Form::Bytes, Some(found)) if !is_json(found) && !is_text(found) => 2,
            (Form::Json, None) if !is_empty => 1,
            (Form::Bytes, _) => 1,
            _ => 0,
        }
    }
}

/// A media type without parameters, in lower case.
fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests;
