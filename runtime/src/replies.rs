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
    /// With this media type: its parameters decide between several.
    pub media_type: Option<&'static str>,
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
/// A status goes before its class, and that before `default`. Several of one status are told apart by content type, which can
/// be said in full: `= 200 json "application/vnd.example+json"`. A success that none of them is, is an error.
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
    ($name:ident {
        $($variant:ident = $status:tt $kind:ident $($form:ident)? $($media_type:literal)?),+ $(,)?
    }) => {
        impl $crate::FromReply for $name {
            const CASES: &'static [$crate::__private::replies::Case<Self>] = &[
                $($crate::reply_case!($variant $status $kind $($form)? [$($media_type)?])),+
            ];
        }
    };
}

/// A variant of [`replies!`](crate::replies).
#[doc(hidden)]
#[macro_export]
macro_rules! reply_case {
    ($variant:ident default $form:ident $media_type:tt) => {
        $crate::reply_case!(@ $variant $form $media_type Default)
    };
    ($variant:ident $class:tt xx $form:ident $media_type:tt) => {
        $crate::reply_case!(@ $variant $form $media_type Class($class))
    };
    ($variant:ident $status:tt $form:ident $media_type:tt) => {
        $crate::reply_case!(@ $variant $form $media_type Status($status))
    };
    (@ $variant:ident json $media_type:tt $($when:tt)+) => {
        $crate::reply_case!(@ Json $media_type $($when)+; |reply| {
            $crate::__private::replies::json(reply).map(Self::$variant)
        })
    };
    (@ $variant:ident text $media_type:tt $($when:tt)+) => {
        $crate::reply_case!(@ Text $media_type $($when)+; |reply| {
            $crate::__private::replies::text(reply).map(Self::$variant)
        })
    };
    (@ $variant:ident bytes $media_type:tt $($when:tt)+) => {
        $crate::reply_case!(@ Bytes $media_type $($when)+; |reply| {
            $crate::__private::replies::bytes(reply).map(Self::$variant)
        })
    };
    (@ $variant:ident empty $media_type:tt $($when:tt)+) => {
        $crate::reply_case!(@ Empty $media_type $($when)+; |_| Ok(Self::$variant))
    };
    (@ $form:ident [$($media_type:literal)?] $when:ident $(($status:tt))?; $read:expr) => {
        $crate::__private::replies::Case {
            accepts: $crate::__private::replies::Accepts {
                when: $crate::__private::replies::When::$when $(($status))?,
                body: $crate::__private::replies::Form::$form,
                media_type: $crate::reply_case!(@@ $($media_type)?),
            },
            read: $read,
        }
    };
    (@@) => { None };
    (@@ $media_type:literal) => { Some($media_type) };
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
        let named = self.media_type.zip(content_type).map_or(0, |(meant, found)| likeness(meant, found));
        let essence = content_type.map(essence);
        match (self.body, essence.as_deref()) {
            (Form::Empty, _) if is_empty => 9,
            _ if named > 0 => named,
            (Form::Json, Some(found)) if is_json(found) => 2,
            (Form::Text, Some(found)) if is_text(found) => 2,
            (Form::Bytes, Some(found)) if !is_json(found) && !is_text(found) => 2,
            (Form::Json, None) if !is_empty => 1,
            (Form::Bytes, _) => 1,
            _ => 0,
        }
    }
}

/// How much a media type is the one that is meant: 0 for another one, else 3 to 5, by its parameters.
fn likeness(meant: &str, found: &str) -> u8 {
    if essence(meant) != essence(found) {
        return 0;
    }
    let [meant, found] = [meant, found].map(|media_type| parameters(media_type).collect::<Vec<_>>());
    match meant.as_slice() {
        [] => 4,
        all if all.iter().all(|parameter| found.contains(parameter)) => 5,
        _ => 3,
    }
}

/// A media type without parameters, in lower case.
fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The parameters of a media type, in lower case and without quotes.
fn parameters(media_type: &str) -> impl Iterator<Item = (String, String)> {
    let parameters = media_type.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    parameters
        .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().trim_matches('"').to_ascii_lowercase()))
}

#[cfg(test)]
mod tests;
