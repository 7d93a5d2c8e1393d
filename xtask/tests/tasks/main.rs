//! The tasks, on folders and servers of their own.

mod diff;
mod import;
mod regen;
