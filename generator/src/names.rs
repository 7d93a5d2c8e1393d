//! Every name of the generated crate, made by `name` and read by `emit`.

use std::collections::BTreeMap;

/// The names of a model. All are valid Rust identifiers of their kind, raw (`r#type`) where they must be.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// For each type, by [`crate::model::DefId`].
    pub types: Vec<TypeNames>,
    /// For each operation, in the model's order.
    pub operations: Vec<OperationNames>,
    /// For each tag of the document.
    pub tags: BTreeMap<String, TagNames>,
}

/// The names of a type.
#[derive(Debug, Clone, Default)]
pub struct TypeNames {
    /// The type.
    pub name: String,
    /// Its members or variants, in the model's order.
    pub members: Vec<String>,
    /// Names that it was released under before; kept as deprecated aliases.
    pub aliases: Vec<String>,
}

/// The names of an operation.
#[derive(Debug, Clone, Default)]
pub struct OperationNames {
    /// The method on `Client`.
    pub method: String,
    /// The request type, where the operation has optional parameters.
    pub request: String,
    /// The path parameters, in the model's order.
    pub path: Vec<String>,
    /// The query parameters, in the model's order.
    pub query: Vec<String>,
    /// The headers, in the model's order.
    pub headers: Vec<String>,
    /// The cookies, in the model's order.
    pub cookies: Vec<String>,
    /// Multipart parts, in the model's order.
    pub parts: Vec<String>,
    /// The enum of the replies, where there are several; all ways to write a body share it.
    pub reply: String,
    /// Its variants, in the model's order.
    pub answers: Vec<String>,
}

/// The names that a tag gives.
#[derive(Debug, Clone, Default)]
pub struct TagNames {
    /// The module and file (`organization_roles`).
    pub module: String,
    /// The Cargo feature (`organization-roles`).
    pub feature: String,
}
