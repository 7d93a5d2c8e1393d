//! Unions that keep what they do not know.
//!
//! A tag chooses the variant where there is one, and only then is the content read: a known tag whose content does not
//! fit is an error with its path, never `Unknown`. Without a tag the variant is the one that the value fits, and a value
//! that fits none is `Unknown`; `why_unknown` says for each variant what does not fit.

/// Gives a union that is told apart by a member its reading and writing.
///
/// The enum's last variant is `Unknown(serde_json::Value)`. A variant written `Name = value` holds the content without
/// the tag, which is added on writing, the first where it names several; one written `Name keeps value | value` holds it with
/// the tag, which is still added on writing where it is absent and can have one value only. `missing Name` at the end names
/// the variant that is meant when the tag is absent. serde's traits come with it, and a `Debug` that shows of an unknown value
/// its tag and the names of its members: what else is in it may be secret.
///
/// ```
/// #[derive(Debug, PartialEq)]
/// struct Circle { radius: i64 }
/// logto_runtime::object!(Circle { radius: "radius" });
///
/// #[derive(PartialEq)]
/// enum Shape { Circle(Circle), Unknown(serde_json::Value) }
/// logto_runtime::tagged_union!(Shape, "kind" { Circle = "circle" });
///
/// let shape: Shape = serde_json::from_str(r#"{"kind": "circle", "radius": 2}"#)?;
/// assert_eq!(shape, Shape::Circle(Circle { radius: 2 }));
/// let shape: Shape = serde_json::from_str(r#"{"kind": "square", "side": 2}"#)?;
/// assert_eq!(format!("{shape:?}"), r#"Unknown { kind: "square", side: .. }"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[macro_export]
macro_rules! tagged_union {
    ($name:ident, $tag:literal { $($variant:ident $mode:tt $($value:literal)|+),+ $(,)? } $(missing $missing:ident)?) => {
        impl $crate::Json for $name {
            fn from_json(value: $crate::__private::Value) -> Result<Self, $crate::Mismatch> {
                let tag = $crate::__private::tag(&value, $tag);
                $(if $(tag == $value)||+ {
                    return $crate::Json::from_json($crate::tagged_union!(@content $mode value $tag)).map(Self::$variant);
                })+
                $(if tag.is_null() && value.is_object() {
                    return $crate::Json::from_json(value).map(Self::$missing);
                })?
                <$crate::__private::Value as $crate::Json>::from_json(value).map(Self::Unknown)
            }

            fn shape() -> $crate::Shape {
                $crate::Shape::Tagged(const { &$crate::__private::shape::Tagged {
                    tag: $tag,
                    variants: &[$($crate::__private::shape::Variant::of(
                        |tag| $(tag == $value)||+,
                        $crate::tagged_union!(@keeps $mode),
                        Self::$variant,
                    )),+],
                    missing: $crate::tagged_union!(@missing $($missing)?),
                } })
            }

            fn to_json(&self) -> $crate::__private::Value {
                match self {
                    $(Self::$variant(content) => $crate::tagged_union!(@write $mode content $tag $($value)|+),)+
                    Self::Unknown(value) => value.clone(),
                }
            }
        }
        $crate::union_debug!($name { $($variant)+ } $tag);
        $crate::json_serde!($name);
    };
    (@keeps =) => { false };
    (@keeps or) => { true };
    (@keeps keeps) => { true };
    (@missing) => { None };
    (@missing $missing:ident) => { Some($crate::__private::shape::content(Self::$missing)) };
    (@content = $content:ident $tag:literal) => { $crate::__private::without($content, $tag) };
    (@content or $content:ident $tag:literal) => { $content };
    (@content keeps $content:ident $tag:literal) => { $content };
    (@write = $content:ident $tag:literal $value:literal $(| $other:literal)*) => {
        $crate::__private::tagged($crate::Json::to_json($content), $tag, $crate::__private::Value::from($value))
    };
    (@write or $content:ident $tag:literal $value:literal $(| $other:literal)*) => {
        $crate::__private::tagged_unless($crate::Json::to_json($content), $tag, $crate::__private::Value::from($value))
    };
    // One value only: it is written also where the content does not say it.
    (@write keeps $content:ident $tag:literal $value:literal) => {
        $crate::__private::tagged_unless($crate::Json::to_json($content), $tag, $crate::__private::Value::from($value))
    };
    (@write keeps $content:ident $tag:literal $($value:literal)|+) => { $crate::Json::to_json($content) };
}

/// Gives a union without a tag its reading and writing.
///
/// Each variant names the JSON type that it is made of: `bool`, `number`, `string`, `array` or `object`. The variant is
/// the one that the value fits, by all that its type says of members: their JSON types, their values, whether they must
/// be there and may be `null`, their limits. Of several the first is taken that keeps all that the others keep. The
/// enum's last variant is `Unknown(serde_json::Value)`, which keeps a value that fits none. serde's traits come with it,
/// `why_unknown`, and a `Debug` that shows of an unknown value the names of its members.
///
/// ```
/// #[derive(PartialEq)]
/// enum Audience { One(String), Numbers(Vec<i64>), Texts(Vec<String>), Unknown(serde_json::Value) }
/// logto_runtime::untagged_union!(Audience { One: string, Numbers: array, Texts: array });
///
/// let audience: Audience = serde_json::from_str(r#"["a", "b"]"#)?;
/// assert_eq!(audience, Audience::Texts(vec!["a".to_owned(), "b".to_owned()]));
/// let audience: Audience = serde_json::from_str(r#"["a", 1]"#)?;
/// assert!(audience.why_unknown().is_some_and(|why| why.reason().contains("Texts: at `[1]`: invalid type")));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[macro_export]
macro_rules! untagged_union {
    ($name:ident { $($variant:ident: $kind:ident),+ $(,)? }) => {
        impl $crate::Json for $name {
            fn from_json(value: $crate::__private::Value) -> Result<Self, $crate::Mismatch> {
                let read: &[fn($crate::__private::Value) -> Result<Self, $crate::Mismatch>] =
                    &[$(|value| $crate::Json::from_json(value).map(Self::$variant)),+];
                $crate::__private::read_chosen::<Self>(value, read, Self::Unknown)
            }

            fn shape() -> $crate::Shape {
                $crate::Shape::Untagged(const { &[$($crate::__private::shape::Alternative::of(
                    stringify!($variant),
                    $crate::__private::kind::$kind,
                    Self::$variant,
                )),+] })
            }

            fn to_json(&self) -> $crate::__private::Value {
                match self {
                    $(Self::$variant(content) => $crate::Json::to_json(content),)+
                    Self::Unknown(value) => value.clone(),
                }
            }
        }
        $crate::union_debug!($name { $($variant)+ } "");
        $crate::json_serde!($name);
    };
}

/// Gives a union its `Debug`, which does not show what is in a value that the union does not know, and `why_unknown`.
#[doc(hidden)]
#[macro_export]
macro_rules! union_debug {
    ($name:ident { $($variant:ident)+ } $tag:literal) => {
        impl $name {
            /// Why the value is `Unknown`: for each variant what does not fit, without the value itself; `None` for a known
            /// variant. A variant that the server added and data that is broken read the same, so whoever must tell them
            /// apart looks here.
            pub fn why_unknown(&self) -> Option<$crate::Mismatch> {
                match self {
                    Self::Unknown(value) => Some($crate::__private::why(<Self as $crate::Json>::shape(), value)),
                    _ => None,
                }
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    $(Self::$variant(content) => f.debug_tuple(stringify!($variant)).field(content).finish(),)+
                    Self::Unknown(value) => $crate::__private::outline(f, "Unknown", value, $tag),
                }
            }
        }
    };
}
