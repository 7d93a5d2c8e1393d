//! What each pass makes of small documents.

mod hostile;
mod leftovers;
mod load;
mod lock;
mod lower;
mod markdown;
mod model;
mod openapi;
mod operations;
mod overlay;
mod prose;
mod refs;
mod releases;
mod schemas;
mod specs;
mod support;
