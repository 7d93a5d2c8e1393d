//! What is generated, against what lies on the disk: one comparison for writing and for checking.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path};

use anyhow::{Context, Result, ensure};

use crate::files;

/// The first line of every file of Rust that the generator makes begins so.
pub const HEADER: &str = "// @generated";

/// How the disk differs from what is generated now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// Files with another text, with the text that they should have.
    pub stale: Vec<(String, String)>,
    /// Files that are not there, with their text.
    pub missing: Vec<(String, String)>,
    /// Files that were generated once and are no longer.
    pub extra: Vec<String>,
}

impl Difference {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.stale.is_empty() && self.missing.is_empty() && self.extra.is_empty()
    }
}

/// How what is below `root` differs from the files that are wanted there. Files of Rust below `folder` that carry the header
/// and are not wanted are extra, and so is every file in the folders that are owned.
pub fn compare(root: &Path, mut wanted: Vec<(String, String)>, folder: &str, owned: &[&str]) -> Result<Difference> {
    wanted.sort();
    let mut difference = Difference::default();
    let mut paths = BTreeSet::new();
    for (path, text) in wanted {
        let plain = Path::new(&path).components().all(|part| matches!(part, Component::Normal(_)));
        ensure!(plain, "the generator made a file outside of its folder: {path}");
        ensure!(paths.insert(path.clone()), "the generator made two files of one name: {path}");
        match files::read(root, &path)? {
            None => difference.missing.push((path, text)),
            Some(old) if old != text => difference.stale.push((path, text)),
            Some(_) => {}
        }
    }
    find_extra(root, folder, &paths, owned, &mut difference.extra)?;
    Ok(difference)
}

fn find_extra(
    root: &Path,
    folder: &str,
    wanted: &BTreeSet<String>,
    owned: &[&str],
    extra: &mut Vec<String>,
) -> Result<()> {
    let path = root.join(folder);
    if !path.is_dir() {
        return Ok(());
    }
    let context = || format!("cannot list {}", path.display());
    let mut names: Vec<_> =
        fs::read_dir(&path).with_context(context)?.collect::<Result<_, _>>().with_context(context)?;
    names.sort_by_key(|entry| entry.file_name());
    for entry in names {
        let own = entry.file_name().to_string_lossy().into_owned();
        let name = if folder.is_empty() { own } else { format!("{folder}/{own}") };
        if entry.file_type().with_context(context)?.is_dir() {
            if entry.file_name() != "target" {
                find_extra(root, &name, wanted, owned, extra)?;
            }
        } else if owned.iter().any(|owned| name.starts_with(owned)) && !wanted.contains(&name) {
            extra.push(name);
        } else if name.ends_with(".rs") && !wanted.contains(&name) {
            let text = files::read(root, &name)?.unwrap_or_default();
            if text.starts_with(HEADER) {
                extra.push(name);
            }
        }
    }
    Ok(())
}

/// Makes the disk as it should be; folders that become empty go too.
pub fn write(root: &Path, difference: &Difference) -> Result<()> {
    let new: Vec<_> = difference.stale.iter().chain(&difference.missing).cloned().collect();
    files::write_all(root, &new)?;
    for path in &difference.extra {
        fs::remove_file(root.join(path)).with_context(|| format!("cannot delete {path}"))?;
        // Fails where the folder still holds something, which is as it should be.
        let _ = root.join(path).parent().map(fs::remove_dir);
    }
    Ok(())
}
