//! Enums that keep a value they do not know.

/// Gives an enum of texts its reading and writing.
///
/// The enum lists its variants and a last one, `Unknown(String)`, which keeps any other text and writes it back
/// unchanged. The macro adds `as_str`, `Display`, `AsRef<str>`, `From<&str>`, `From<String>`, serde's traits and
/// [`QueryValue`](crate::QueryValue); with `default Variant` at the end also `Default`.
///
/// ```
/// #[derive(Debug, Clone, PartialEq)]
/// enum Shade { Light, Dark, Unknown(String) }
/// logto_runtime::open_enum!(Shade { Light = "light", Dark = "dark" });
///
/// assert_eq!(Shade::from("dark"), Shade::Dark);
/// assert_eq!(Shade::from("dim").as_str(), "dim");
/// ```
#[macro_export]
macro_rules! open_enum {
    ($name:ident { $($variant:ident = $text:literal),+ $(,)? } $(default $default:ident)?) => {
        impl $name {
            /// The text on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Unknown(text) => text,
                }
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                match text.as_str() {
                    $($text => Self::$variant,)+
                    _ => Self::Unknown(text),
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::from(text.to_owned())
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl $crate::Json for $name {
            fn from_json(value: $crate::__private::Value) -> Result<Self, $crate::Mismatch> {
                <String as $crate::Json>::from_json(value).map(Self::from)
            }

            fn shape() -> $crate::Shape {
                $crate::Shape::Texts(&[$($text),+])
            }

            fn to_json(&self) -> $crate::__private::Value {
                $crate::__private::Value::from(self.as_str())
            }
        }

        impl $crate::QueryValue for $name {
            fn append(&self, name: &str, query: &mut $crate::Query) {
                query.push(name, self.as_str());
            }
        }

        $crate::json_serde!($name);

        $(impl Default for $name {
            fn default() -> Self {
                Self::$default
            }
        })?
    };
}
