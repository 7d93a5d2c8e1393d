//! Unions that keep what they do not know.
//!
//! The variant is chosen by a tag, by members or by JSON type, and only then is the content read. So a known variant
//! whose content does not fit is an error with its path, never `Unknown`.

/// Gives a union that is told apart by a member its reading and writing.
///
/// The enum's last variant is `Unknown(serde_json::Value)`. A variant written `Name = value` holds the content without
/// the tag, which is added on writing, the first where it names several; one written `Name keeps value | value` holds it with the tag. `missing Name` at
/// the end names the variant that is meant when the tag is absent. serde's traits come with it, and a `Debug` that shows of
/// an unknown value its tag and the names of its members: what else is in it may be secret.
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
                Ok(Self::Unknown(value))
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
    (@content = $content:ident $tag:literal) => { $crate::__private::without($content, $tag) };
    (@content keeps $content:ident $tag:literal) => { $content };
    (@write = $content:ident $tag:literal $value:literal $(| $other:literal)*) => {
        $crate::__private::tagged($crate::Json::to_json($content), $tag, $crate::__private::Value::from($value))
    };
    (@write keeps $content:ident $tag:literal $($value:literal)|+) => { $crate::Json::to_json($content) };
}

/// Gives a union without a tag its reading and writing.
///
/// Each variant names the JSON type that it is made of: `bool`, `number`, `string`, `array` or `object`; an object may
/// name members that it must have. The first variant that fits is taken. Where several are of one JSON type and nothing
/// else tells them apart, `fits` before it takes the variant that keeps all that the others keep of the value too, and
/// the value itself where there is none; members of an object after it must have these values where they are there. If
/// none can be read, the error says for each why not. The enum's last variant is `Unknown(serde_json::Value)`. serde's
/// traits come with it, and a `Debug` that shows of an unknown value the names of its members.
///
/// ```
/// #[derive(PartialEq)]
/// enum Audience { One(String), Numbers(Vec<i64>), Texts(Vec<String>), Unknown(serde_json::Value) }
/// logto_runtime::untagged_union!(Audience { One: string, Numbers: fits array, Texts: fits array });
///
/// let audience: Audience = serde_json::from_str(r#"["a", "b"]"#)?;
/// assert_eq!(audience, Audience::Texts(vec!["a".to_owned(), "b".to_owned()]));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[macro_export]
macro_rules! untagged_union {
    ($name:ident { $($variant:ident: $kind:ident $($member:literal)*),+ $(,)? }) => {
        impl $crate::Json for $name {
            fn from_json(value: $crate::__private::Value) -> Result<Self, $crate::Mismatch> {
                $(if $crate::__private::kind::$kind(&value, &[$($member),*]) {
                    return $crate::Json::from_json(value).map(Self::$variant);
                })+
                Ok(Self::Unknown(value))
            }

            $crate::untagged_union!(@write $($variant)+);
        }
        $crate::union_debug!($name { $($variant)+ } "");
        $crate::json_serde!($name);
    };
    ($name:ident { $($variant:ident: $first:ident $($second:ident)? $($member:literal $(= $only:literal)?)*),+ $(,)? }) => {
        impl $crate::Json for $name {
            fn from_json(value: $crate::__private::Value) -> Result<Self, $crate::Mismatch> {
                $($crate::untagged_union!(@exact value $variant $first $($second)? $($member)*);)+
                let mut fit = $crate::__private::Fit::new(value);
                $($crate::untagged_union!(@fit fit $variant $first $($second)? $($member $(= $only)?)*);)+
                fit.finish(Self::Unknown)
            }

            $crate::untagged_union!(@write $($variant)+);
        }
        $crate::union_debug!($name { $($variant)+ } "");
        $crate::json_serde!($name);
    };
    (@exact $value:ident $variant:ident fits $kind:ident $($member:literal)*) => {};
    (@exact $value:ident $variant:ident $kind:ident $($member:literal)*) => {
        if $crate::__private::kind::$kind(&$value, &[$($member),*]) {
            return $crate::Json::from_json($value).map(Self::$variant);
        }
    };
    (@fit $fit:ident $variant:ident fits $kind:ident $($member:literal = $only:literal)*) => {
        $fit.read(
            stringify!($variant),
            $crate::__private::kind::$kind,
            &[$(($member, $crate::__private::Value::from($only))),*],
            |value| $crate::Json::from_json(value).map(Self::$variant),
        );
    };
    (@fit $fit:ident $variant:ident $kind:ident $($member:literal)*) => {};
    (@write $($variant:ident)+) => {
        fn to_json(&self) -> $crate::__private::Value {
            match self {
                $(Self::$variant(content) => $crate::Json::to_json(content),)+
                Self::Unknown(value) => value.clone(),
            }
        }
    };
}

/// Gives a union its `Debug`, which does not show what is in a value that the union does not know.
#[doc(hidden)]
#[macro_export]
macro_rules! union_debug {
    ($name:ident { $($variant:ident)+ } $tag:literal) => {
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
