//! What each pass makes of small documents.

mod hostile;
mod leftovers;
mod load;
mod lock;
mod lock_breaks;
mod lower;
mod markdown;
mod model;
mod new_names;
mod openapi;
mod operations;
mod overlay;
mod parts;
mod printed;
mod prose;
mod refs;
mod releases;
mod removals;
mod schemas;
mod shared;
mod specs;
mod spelling;
mod support;
mod words;
