//! `diff`: what changed between two documents for those who use the crate, and what of it breaks their code.
//!
//! The comparing is the generator's: `regen` and `generate` report the same breaking changes.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use logto_generator::compare::{self, Changes, Side, Specs};
use logto_generator::load::{self, Document, Files};
use logto_generator::lock::Lock;
use semver::Version;
use serde_json::Value;

use crate::generate::{self, Given};
use crate::source::{self, Hosts, Source};
use crate::{files, import};

/// What to compare.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The old document: a file or an http(s) URL.
    pub old: String,
    /// The new document.
    pub new: String,
    /// The release of the old document; `None`: found out.
    pub old_release: Option<String>,
    /// The release of the new document; `None`: found out.
    pub new_release: Option<String>,
    /// The configuration of a crate for another API, as `generate` takes it; `None`: documents of Logto.
    pub config: Option<PathBuf>,
    /// Which hosts they may come from.
    pub hosts: Hosts,
}

/// Compares two documents.
///
/// # Errors
///
/// Something cannot be read, or one of the documents cannot be generated.
pub fn run(root: &Path, options: &Options) -> Result<Changes> {
    let (old, new) = (source::read(&options.old, options.hosts)?, source::read(&options.new, options.hosts)?);
    match &options.config {
        Some(config) => of_another_api(config, options, &old, &new),
        None => of_logto(root, options, &old, &new),
    }
}

/// With what lies in `specs/`, each document as `import` would keep it.
fn of_logto(root: &Path, options: &Options, old: &Source, new: &Source) -> Result<Changes> {
    let text = |path| anyhow::Ok(files::read(root, path)?.unwrap_or_default());
    let (overlay, rules, lock) = (text(files::OVERLAY)?, text(files::RULES)?, text(files::LOCK)?);
    let (mut before, mut after) = (document(old)?, document(new)?);
    let last = Lock::parse(&lock)?.last_release().map(str::to_owned);
    let first = options.old_release.clone().or_else(|| stated_release(&before.value, &old.origin)).or(last.clone());
    let first = first.unwrap_or_else(|| "1.0.0".to_owned());
    let second = options.new_release.clone().or_else(|| stated_release(&after.value, &new.origin));
    let second = second.unwrap_or_else(|| following([&first].into_iter().chain(&last)));
    import::prepare(&mut before.value, &first, false);
    import::prepare(&mut after.value, &second, false);
    let specs = Specs { overlay: &overlay, rules: &rules, lock: &lock, client: false, features: true };
    let side = |document, release| Side { document, release, files: Files::NONE };
    compare::compare(specs, side(before, first), side(after, second)).with_context(|| cannot(old, new))
}

/// With the files that a configuration names, each document as it is.
fn of_another_api(config: &Path, options: &Options, old: &Source, new: &Source) -> Result<Changes> {
    let given = Given::read(Some(config), Path::new(""))?;
    let overlay = given.text(given.config.overlay.as_deref())?.unwrap_or_default();
    let rules = given.text(given.config.rules.as_deref())?.unwrap_or_default();
    let lock = given.lock()?;
    let specs = Specs { overlay: &overlay, rules: &rules, lock: &lock, client: true, features: given.config.features };
    let (before, after) = (document(old)?, document(new)?);
    let release = |stated: &Option<String>, document: &Document| {
        stated.clone().unwrap_or_else(|| logto_generator::stated_version(&document.value))
    };
    let first = release(&options.old_release, &before);
    let second = release(&options.new_release.clone().or(given.config.release.clone()), &after);
    let (old_folder, new_folder) = (generate::folder_of(&options.old), generate::folder_of(&options.new));
    let (old_file, new_file) =
        (|path: &str| source::next_to(&old_folder, path), |path: &str| source::next_to(&new_folder, path));
    let before = Side {
        document: before,
        release: first,
        files: Files { document: &old.origin, read: &old_file, lenient: true },
    };
    let after = Side {
        document: after,
        release: second,
        files: Files { document: &new.origin, read: &new_file, lenient: true },
    };
    compare::compare(specs, before, after).with_context(|| cannot(old, new))
}

fn document(source: &Source) -> Result<Document> {
    load::document(&source.bytes).with_context(|| format!("cannot read {}", source.origin))
}

fn cannot(old: &Source, new: &Source) -> String {
    format!("cannot compare {} with {}", old.origin, new.origin)
}

/// The release that a document of Logto is of: what `import` has written into it, else a version in the name of its file.
/// A published document does not say.
fn stated_release(document: &Value, origin: &str) -> Option<String> {
    let own = document["info"]["version"].as_str().filter(|version| Version::parse(version).is_ok());
    let stem = origin.rsplit('/').next().unwrap_or_default().trim_end_matches(".json").trim_end_matches(".yaml");
    let named = || stem.split(['-', '_', ' ']).find(|word| Version::parse(word.trim_start_matches('v')).is_ok());
    own.or_else(|| named().map(|word| word.trim_start_matches('v'))).map(str::to_owned)
}

/// A release after all of these: nothing in a document of an unknown release is older than what is known.
fn following<'a>(releases: impl Iterator<Item = &'a String>) -> String {
    let newest = releases.filter_map(|release| Version::parse(release).ok()).max();
    newest.map_or_else(|| "1.0.0".to_owned(), |last| Version::new(last.major, last.minor + 1, 0).to_string())
}
