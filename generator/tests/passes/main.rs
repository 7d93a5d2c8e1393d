//! What each pass makes of small documents.

mod load;
mod lock;
mod lower;
mod markdown;
mod model;
mod operations;
mod overlay;
mod prose;
mod releases;
mod specs;
mod support;
