//! The tasks, on folders and servers of their own.

mod corpus;
mod diff;
mod documents;
mod generate;
mod import;
mod regen;
