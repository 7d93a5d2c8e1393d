//! Structs that read and write JSON.

/// Gives a struct its reading and writing: each field with its name on the wire.
///
/// A field that is absent is left out when written; `or null` writes `null` instead. `| name` is another name that it may have
/// when it is read. `..rest` names the map that keeps members that are not listed. serde's traits come with it. What else a
/// schema says of a member follows `if`, and `closed` at the end where there must be no other members: it changes nothing
/// about what is read, but tells the variants of a union apart (`only` with values as JSON, `min`, `max`, `above`, `below`,
/// `step`, `nullable`).
///
/// ```
/// use std::collections::BTreeMap;
///
/// #[derive(Debug, PartialEq)]
/// struct User { id: String, avatar: Option<String>, rest: BTreeMap<String, serde_json::Value> }
/// logto_runtime::object!(User { id: "id", avatar: "avatarUrl" or null, ..rest });
///
/// let user: User = serde_json::from_str(r#"{"id": "first"}"#)?;
/// assert_eq!(user.avatar, None);
/// assert_eq!(serde_json::to_value(&user)?, serde_json::json!({"id": "first", "avatarUrl": null}));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[macro_export]
macro_rules! object {
    ($name:ident {
        $($field:ident: $wire:literal $(| $other:literal)* $(or $null:ident)? $(if $($limit:ident($($given:expr),*))+)?),*
        $(,)? $(..$rest:ident)?
    } $($closed:ident)?) => {
        impl $crate::Json for $name {
            fn from_json(value: $crate::__private::Value) -> Result<Self, $crate::Mismatch> {
                let mut members = $crate::Members::of(value)?;
                $($(members.rename($other, $wire);)*)*
                Ok(Self { $($field: members.take($wire)?,)* $($rest: members.rest()?)? })
            }

            fn shape() -> $crate::Shape {
                $crate::Shape::Object(const { &$crate::__private::shape::Object {
                    members: &[$($crate::__private::shape::Member::of($wire, |of: &Self| &of.$field)
                        $(.$null())?
                        $(.within($crate::__private::shape::Limits::NONE$(.$limit($($given),*))+))?
                    ),*],
                    rest: $crate::object!(@rest $($rest)?),
                    closed: $crate::object!(@closed $($closed)?),
                } })
            }

            fn to_json(&self) -> $crate::__private::Value {
                let mut members = $crate::Members::default();
                $($(members.$null($wire);)? members.put($wire, &self.$field);)*
                $(members.put_rest(&self.$rest);)?
                members.into_value()
            }
        }
        $crate::json_serde!($name);
    };
    (@rest) => { None };
    (@rest $rest:ident) => { Some($crate::__private::shape::field(|of: &Self| &of.$rest)) };
    (@closed) => { false };
    (@closed closed) => { true };
}

/// Bridges a type that reads and writes JSON to serde.
#[doc(hidden)]
#[macro_export]
macro_rules! json_serde {
    ($name:ident) => {
        impl $crate::__private::Serialize for $name {
            fn serialize<S: $crate::__private::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::__private::write(self, serializer)
            }
        }

        impl<'de> $crate::__private::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__private::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::__private::read(deserializer)
            }
        }
    };
}
