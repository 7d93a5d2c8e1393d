//! Errors about a document: what is wrong, where, and what to do.
//!
//! A pass collects every problem that it finds before it gives up, so that a person sees them all at once.

use std::fmt;

use crate::markdown::written_out;

/// How many problems are told; nobody reads more of them.
const MOST_TOLD: usize = 200;

/// What a pass returns.
pub type Result<T> = std::result::Result<T, Error>;

/// Everything that is wrong with a document, at least one problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// The problems, in the order they were found.
    pub problems: Vec<Problem>,
}

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// JSON pointer (RFC 6901) into the document; empty for the document itself.
    pub pointer: String,
    /// What is wrong and what to do about it.
    pub message: String,
    /// The line of the text, from 1, where it is known.
    pub line: Option<usize>,
}

impl Problem {
    /// A problem at a place of the document.
    pub fn at(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), message: message.into(), line: None }
    }

    /// A problem of the document as a whole.
    pub fn new(message: impl Into<String>) -> Self {
        Self::at("", message)
    }

    /// Adds the line of the text, from 1; 0 means that it is unknown.
    #[must_use]
    pub fn on_line(mut self, line: usize) -> Self {
        self.line = (line > 0).then_some(line);
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        if !self.pointer.is_empty() {
            write!(f, "{}: ", written_out(&self.pointer))?;
        }
        f.write_str(&written_out(&self.message))
    }
}

impl Error {
    /// The same with each problem changed.
    #[must_use]
    pub fn map(mut self, change: impl FnMut(&mut Problem)) -> Self {
        self.problems.iter_mut().for_each(change);
        self
    }

    /// `Err` with the problems if there are any, else `Ok` with the value.
    pub fn check<T>(value: T, problems: Vec<Problem>) -> Result<T> {
        if problems.is_empty() { Ok(value) } else { Err(Self { problems }) }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().take(MOST_TOLD).enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            problem.fmt(f)?;
        }
        match self.problems.len().saturating_sub(MOST_TOLD) {
            0 => Ok(()),
            more => write!(f, "\nand {more} more"),
        }
    }
}

impl std::error::Error for Error {}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self { problems: vec![problem] }
    }
}

/// Appends a step to a JSON pointer, escaped as RFC 6901 asks.
pub fn push(pointer: &str, step: impl fmt::Display) -> String {
    let step = step.to_string().replace('~', "~0").replace('/', "~1");
    format!("{pointer}/{step}")
}
