//! The integration tests of the workspace, one binary.

mod client;
mod failures;
mod fake;
mod fault;
mod fuzz;
mod recorded;
mod sample;
mod served;
mod unions;
