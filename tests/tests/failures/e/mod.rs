//! Response bodies.

mod content;
mod errors;
mod size;
mod values;
mod wire;
