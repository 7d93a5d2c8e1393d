//! What concerns the whole process.

mod lints;
mod network;
mod sizes;
mod soak;
