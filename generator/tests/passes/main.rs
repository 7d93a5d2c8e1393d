//! What each pass makes of small documents.

mod leftovers;
mod load;
mod lock;
mod lower;
mod markdown;
mod model;
mod operations;
mod overlay;
mod prose;
mod refs;
mod releases;
mod schemas;
mod specs;
mod support;
