//! The tasks, on folders and servers of their own.

mod corpus;
mod diff;
mod documents;
mod generate;
mod hostile;
mod import;
mod regen;
