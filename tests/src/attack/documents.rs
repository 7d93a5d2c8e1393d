//! Documents of our own, changed at random places: each becomes a crate or an error, within its bounds.

use std::path::Path;
use std::time::Duration;

use fastrand::Rng;
use serde_json::Value;

use super::mutation::mutate;
use super::{Attack, Case, Error};
use crate::fuzz;

pub(super) const NAME: &str = "documents";

/// A case takes milliseconds; without optimisation and on a busy machine, a second.
const BOUND: Duration = Duration::from_secs(30);

/// The attack.
pub(super) struct Documents(Vec<Value>);

impl Documents {
    pub(super) fn read(folder: &Path) -> Result<Self, Error> {
        Ok(Self(read(folder)?))
    }
}

impl Attack for Documents {
    fn bound(&self) -> Duration {
        BOUND
    }

    fn case<'a>(&'a mut self, _: u64, chance: &'a mut Rng) -> Case<'a> {
        Box::pin(async {
            let mut document = self.0[chance.usize(0..self.0.len())].clone();
            for _ in 0..chance.usize(1..=4) {
                mutate(&mut document, chance);
            }
            let bytes = document.to_string().into_bytes();
            Ok(if fuzz::generates(&bytes) { "crates" } else { "errors" })
        })
    }
}

/// The documents in `documents` of a folder, in the order of their names.
///
/// # Errors
///
/// When they cannot be read, or there are none.
pub(super) fn read(folder: &Path) -> Result<Vec<Value>, Error> {
    let folder = folder.join("documents");
    let files = std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths = files.map(|file| file.map(|file| file.path())).collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    let mut documents = Vec::new();
    for path in paths.iter().filter(|path| path.is_file()) {
        let value = logto_generator::load::value(&std::fs::read(path)?)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        // A configuration lies beside its document.
        if value.get("openapi").is_some() {
            documents.push(value);
        }
    }
    if documents.is_empty() {
        return Err(format!("there is no document in {}", folder.display()).into());
    }
    Ok(documents)
}
