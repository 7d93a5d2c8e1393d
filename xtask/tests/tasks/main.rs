//! The tasks, on folders and servers of their own.

mod diff;
mod generate;
mod import;
mod regen;
