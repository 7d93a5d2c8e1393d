//! The integration tests of the workspace, one binary.

mod fake;
mod fault;
mod recorded;
mod sample;
