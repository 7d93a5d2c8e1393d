//! The integration tests of the workspace, one binary.

mod fake;
mod fault;
mod sample;
