//! From an OpenAPI 3.0 or 3.1 document to a Rust crate: text in, files out, no IO.

pub mod model;
pub mod names;
pub mod sample;
pub mod error;
pub mod load;
pub mod lower;
pub mod order;
pub mod overlay;
pub mod prose;
pub mod walk;
pub mod analyze;
pub mod build;
pub mod dedupe;
pub mod lock;
mod merge;
pub mod name;
pub mod pipeline;
mod place;
pub mod released;
pub mod rules;
