//! One view of a schema, whichever case of `openapiv3` it is.

use indexmap::IndexMap;
use openapiv3::{AdditionalProperties, ReferenceOr, Schema, SchemaKind, StringFormat, Type, VariantOrUnknownOrEmpty};
use serde_json::{Number, Value};

use crate::model::JsonType;

/// A schema or a reference to one, wherever it stands.
#[derive(Debug, Clone, Copy)]
pub(super) enum Node<'a> {
    /// A schema.
    Schema(&'a Schema),
    /// A schema without what it is `allOf`, `oneOf` and `anyOf`.
    Own(&'a Schema),
    /// A reference.
    Ref(&'a str),
}

impl<'a> From<&'a ReferenceOr<Schema>> for Node<'a> {
    fn from(schema: &'a ReferenceOr<Schema>) -> Self {
        match schema {
            ReferenceOr::Item(schema) => Self::Schema(schema),
            ReferenceOr::Reference { reference } => Self::Ref(reference),
        }
    }
}

impl<'a> From<&'a ReferenceOr<Box<Schema>>> for Node<'a> {
    fn from(schema: &'a ReferenceOr<Box<Schema>>) -> Self {
        match schema {
            ReferenceOr::Item(schema) => Self::Schema(schema),
            ReferenceOr::Reference { reference } => Self::Ref(reference),
        }
    }
}

/// What `type` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    String,
    Integer,
    Number,
    Boolean,
    Array,
    Object,
}

impl Kind {
    fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "string" => Self::String,
            "integer" => Self::Integer,
            "number" => Self::Number,
            "boolean" => Self::Boolean,
            "array" => Self::Array,
            "object" => Self::Object,
            _ => return None,
        })
    }

    /// The type of JSON that its values have.
    pub(super) fn json(self) -> JsonType {
        match self {
            Self::String => JsonType::String,
            Self::Integer | Self::Number => JsonType::Number,
            Self::Boolean => JsonType::Bool,
            Self::Array => JsonType::Array,
            Self::Object => JsonType::Object,
        }
    }

    /// What a value of both is: a whole number is a number.
    pub(super) fn and(self, other: Self) -> Option<Self> {
        match (self, other) {
            (a, b) if a == b => Some(a),
            (Self::Integer, Self::Number) | (Self::Number, Self::Integer) => Some(Self::Integer),
            _ => None,
        }
    }
}

/// What one schema says of its values itself.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct View<'a> {
    /// `type`, where it is one of the specification's.
    pub kind: Option<Kind>,
    pub properties: Option<&'a IndexMap<String, ReferenceOr<Box<Schema>>>>,
    pub required: &'a [String],
    pub additional: Option<&'a AdditionalProperties>,
    pub items: Option<&'a ReferenceOr<Box<Schema>>>,
    pub min_items: Option<usize>,
    pub max_items: Option<usize>,
    pub one_of: &'a [ReferenceOr<Schema>],
    pub any_of: &'a [ReferenceOr<Schema>],
    pub all_of: &'a [ReferenceOr<Schema>],
    pub not: Option<&'a ReferenceOr<Schema>>,
}

impl<'a> View<'a> {
    pub(super) fn of(schema: &'a Schema) -> Self {
        match &schema.schema_kind {
            SchemaKind::Type(Type::Object(object)) => Self {
                kind: Some(Kind::Object),
                properties: Some(&object.properties),
                required: &object.required,
                additional: object.additional_properties.as_ref(),
                ..Self::default()
            },
            SchemaKind::Type(Type::Array(array)) => Self {
                kind: Some(Kind::Array),
                items: array.items.as_ref(),
                min_items: array.min_items,
                max_items: array.max_items,
                ..Self::default()
            },
            SchemaKind::Type(Type::String(_)) => Self { kind: Some(Kind::String), ..Self::default() },
            SchemaKind::Type(Type::Integer(_)) => Self { kind: Some(Kind::Integer), ..Self::default() },
            SchemaKind::Type(Type::Number(_)) => Self { kind: Some(Kind::Number), ..Self::default() },
            SchemaKind::Type(Type::Boolean(_)) => Self { kind: Some(Kind::Boolean), ..Self::default() },
            SchemaKind::OneOf { one_of } => Self { one_of, ..Self::default() },
            SchemaKind::AnyOf { any_of } => Self { any_of, ..Self::default() },
            SchemaKind::AllOf { all_of } => Self { all_of, ..Self::default() },
            SchemaKind::Not { not } => Self { not: Some(not), ..Self::default() },
            SchemaKind::Any(any) => Self {
                kind: any.typ.as_deref().and_then(Kind::parse),
                properties: Some(&any.properties),
                required: &any.required,
                additional: any.additional_properties.as_ref(),
                items: any.items.as_ref(),
                min_items: any.min_items,
                max_items: any.max_items,
                one_of: &any.one_of,
                any_of: &any.any_of,
                all_of: &any.all_of,
                not: any.not.as_deref(),
            },
        }
    }

    pub(super) fn has_properties(&self) -> bool {
        self.properties.is_some_and(|properties| !properties.is_empty())
    }

    /// Whether it says of an object what its members are.
    pub(super) fn says_members(&self) -> bool {
        self.has_properties() || !self.required.is_empty() || self.additional.is_some()
    }

    /// Whether no value is valid: the schema `false`.
    pub(super) fn is_never(&self) -> bool {
        matches!(self.not, Some(ReferenceOr::Item(not)) if says_nothing(not))
    }
}

/// Whether a schema allows every value and says nothing of it.
pub(super) fn says_nothing(schema: &Schema) -> bool {
    matches!(&schema.schema_kind, SchemaKind::Any(any) if *any == openapiv3::AnySchema::default())
}

/// The values of `enum`; `None`: any.
pub(super) fn values(schema: &Schema) -> Option<Vec<Value>> {
    fn list<T: Clone + Into<Value>>(values: &[Option<T>]) -> Vec<Value> {
        values.iter().flatten().cloned().map(Into::into).collect()
    }
    let values = match &schema.schema_kind {
        SchemaKind::Type(Type::String(string)) => list(&string.enumeration),
        SchemaKind::Type(Type::Integer(integer)) if integer.enumeration.is_empty() => {
            // Where no `i64` holds one of them.
            let kept = schema.schema_data.extensions.get("x-enum").and_then(Value::as_array);
            kept.cloned().unwrap_or_default()
        }
        SchemaKind::Type(Type::Integer(integer)) => list(&integer.enumeration),
        SchemaKind::Type(Type::Boolean(boolean)) => list(&boolean.enumeration),
        SchemaKind::Type(Type::Number(number)) => {
            number.enumeration.iter().flatten().map(|value| float(*value)).collect()
        }
        SchemaKind::Any(any) => any.enumeration.iter().filter(|value| !value.is_null()).cloned().collect(),
        _ => Vec::new(),
    };
    (!values.is_empty()).then_some(values)
}

/// A number as JSON has it: without a fraction where it has none.
pub(super) fn float(value: f64) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53, so exact")]
    let whole = (value.fract() == 0.0 && value.abs() < 9_007_199_254_740_992.0).then_some(value as i64);
    match whole {
        Some(whole) => whole.into(),
        None => Number::from_f64(value).map_or(Value::Null, Value::Number),
    }
}

/// `{nullable: true, enum: [null]}` and its like: what 3.1's `type: "null"` is lowered to.
pub(super) fn is_null(schema: &Schema) -> bool {
    match &schema.schema_kind {
        SchemaKind::Any(any) => !any.enumeration.is_empty() && any.enumeration.iter().all(Value::is_null),
        _ => false,
    }
}

/// `format`, as it is written.
pub(super) fn format(schema: &Schema) -> Option<&str> {
    use openapiv3::{IntegerFormat, NumberFormat};
    fn of<T: Copy>(format: &VariantOrUnknownOrEmpty<T>, known: impl Fn(T) -> &'static str) -> Option<&str> {
        match format {
            VariantOrUnknownOrEmpty::Item(format) => Some(known(*format)),
            VariantOrUnknownOrEmpty::Unknown(format) => Some(format),
            VariantOrUnknownOrEmpty::Empty => None,
        }
    }
    match &schema.schema_kind {
        SchemaKind::Type(Type::String(string)) => of(&string.format, |format| match format {
            StringFormat::Date => "date",
            StringFormat::DateTime => "date-time",
            StringFormat::Password => "password",
            StringFormat::Byte => "byte",
            StringFormat::Binary => "binary",
        }),
        SchemaKind::Type(Type::Integer(integer)) => of(&integer.format, |format| match format {
            IntegerFormat::Int32 => "int32",
            IntegerFormat::Int64 => "int64",
        }),
        SchemaKind::Type(Type::Number(number)) => of(&number.format, |format| match format {
            NumberFormat::Float => "float",
            NumberFormat::Double => "double",
        }),
        SchemaKind::Any(any) => any.format.as_deref(),
        _ => None,
    }
}
