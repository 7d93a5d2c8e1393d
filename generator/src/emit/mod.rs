//! Prints the model: the last pass. It decides nothing but layout.
//!
//! | module | prints |
//! |---|---|
//! | `types`, `structs`, `enums`, `unions` | `src/types/` |
//! | `operations`, `parameters` | `src/operations/` |
//! | `client`, `servers` | `src/client.rs` |
//! | `crate_files` | `src/lib.rs`, `Cargo.toml` and its features |
//! | `inventory` | `operations.json` |
//! | `driver`, `replies`; `served` | `tests/operations/`: of Logto's crate; of any other |
//!
//! `check` refuses names that cannot be printed, so that the others need no errors of their own.

mod about;
mod answers;
mod bodies;
mod check;
mod client;
mod crate_files;
mod doc;
mod driver;
mod enums;
mod format;
mod ident;
mod imports;
mod inventory;
mod operation;
mod operations;
mod parameters;
mod replies;
mod rust_type;
mod served;
mod servers;
mod structs;
mod types;
mod unions;

use serde::Deserialize;

use crate::docs::Docs;
use crate::error::{Error, Problem};
use crate::model::Model;
use crate::names::{Names, TagNames};

pub use client::ClientInput;
pub(crate) use crate_files::{DEPENDENCIES, agreeing};
pub use crate_files::{FEATURES_BEGIN, FEATURES_END, features, manifest};
pub use driver::{DriverInput, SampleCall, UnionSamples, driver};
pub use format::HEADER;
pub use served::served;

/// The longest file of the generated crate, in lines.
pub const LONGEST_FILE: usize = 2_000;

/// A file is split when it would have about this many lines.
const SPLIT_ABOVE: usize = 1_800;

/// What the generated crate is made from.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The model.
    pub model: &'a Model,
    /// Its names.
    pub names: &'a Names,
    /// Our own words.
    pub docs: &'a Docs,
    /// The name of the crate, as in its `Cargo.toml`.
    pub crate_name: &'a str,
    /// The docs of the crate, in Markdown.
    pub about: &'a str,
    /// Where an operation is documented, with `{id}` for its id in lower case.
    pub reference: Option<&'a str>,
    /// The modules of the crate that people write.
    pub modules: &'a [HandWritten],
}

/// A module of the generated crate that people write.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HandWritten {
    /// Its name.
    pub name: String,
    /// Whether it is public itself.
    pub public: bool,
    /// What of it is at the root of the crate.
    pub exports: Vec<String>,
}

/// A file of the generated crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its path in the crate, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// Every file of the generated crate but `Cargo.toml` and what people write.
///
/// # Errors
///
/// Names that cannot be printed, and docs that are no sentences.
pub fn emit(input: &Input<'_>) -> Result<Vec<File>, Error> {
    check::names(input)?;
    input.docs.check()?;
    let mut files = vec![crate_files::lib(input)?];
    files.extend(types::files(input)?);
    files.extend(operations::files(input)?);
    files.push(inventory::file(input));
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(files)
}

/// Checks that no file is longer than [`LONGEST_FILE`].
///
/// # Errors
///
/// Every file that is.
pub fn check_lengths(files: &[File]) -> Result<(), Error> {
    let long = files.iter().filter(|file| file.path.ends_with(".rs") && file.text.lines().count() > LONGEST_FILE);
    let problems = long.map(|file| Problem::new(format!("{} has more than {LONGEST_FILE} lines", file.path))).collect();
    Error::check((), problems)
}

/// `src/client.rs`, and the module as it is declared in `src/lib.rs`.
///
/// # Errors
///
/// The tokens cannot be formatted.
pub fn client(input: &Input<'_>, client: ClientInput<'_>) -> Result<(File, HandWritten), Error> {
    let (file, exports) = client::file(client, input)?;
    Ok((file, HandWritten { name: "client".to_owned(), public: false, exports }))
}

/// A name of the client that users write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientName {
    /// `builder`: a method for credentials; `server`: a variant of `Server`.
    pub what: &'static str,
    /// The method or variant.
    pub name: String,
    /// Its arguments or variables.
    pub takes: String,
}

/// The names that a generated client has by what the document says.
pub fn client_names(model: &Model) -> Vec<ClientName> {
    client::names(model)
}

/// What the printing functions look things up in.
type Context<'a> = Input<'a>;

impl Input<'_> {
    /// The names of a tag; `check` has seen that it has some.
    fn tag(&self, tag: &str) -> TagNames {
        self.names.tags.get(tag).cloned().unwrap_or_default()
    }
}
