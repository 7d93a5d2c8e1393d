//! From an OpenAPI 3.0 or 3.1 document to a Rust crate: text in, files out, no IO.
//!
//! [`generate`] is the whole line; [`pipeline`] is the list of its passes.

pub mod analyze;
pub mod build;
pub mod calls;
pub mod compare;
pub mod config;
pub mod dedupe;
pub mod docs;
pub mod emit;
pub mod error;
mod generate;
mod graph;
pub mod load;
pub mod lock;
pub mod lower;
pub mod markdown;
mod merge;
pub mod model;
pub mod name;
pub mod names;
pub mod order;
pub mod overlay;
pub mod pipeline;
mod place;
pub mod prose;
pub mod released;
mod report;
pub mod rules;
pub mod sample;
mod size;
mod template;
mod ties;
mod told;
pub mod walk;

pub use config::Config;
pub use emit::File;
pub use generate::{HEADER, Output, Project, Sources, check_name, generate, project, stated_version};
pub use report::Summary;
