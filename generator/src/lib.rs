//! From an OpenAPI 3.0 or 3.1 document to a Rust crate: text in, files out, no IO.

pub mod model;
pub mod names;
