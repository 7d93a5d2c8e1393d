//! The tasks of this repository. `cargo xtask` lists them; each module is one.
//!
//! Everything that touches disk, network or clock around the generator is here; the generator itself does no IO.

pub mod attack;
pub mod ci;
pub mod corpus;
pub mod diff;
pub mod files;
pub mod generate;
pub mod import;
pub mod regen;
pub mod soak;
pub mod source;
pub mod timings;
pub mod tree;
