//! What is generated, against what lies on the disk: one comparison for writing and for checking.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path};

use anyhow::{Context, Result, ensure};

use crate::files;

/// Where files may be that were generated once and are no longer. All else is somebody else's.
#[derive(Debug, Clone, Copy)]
pub struct Places<'a> {
    /// What the first line of a file of Rust says that was generated.
    pub header: &'a str,
    /// Folders in which files are told by that line; what is in folders below is not looked at.
    pub folders: &'a [&'a str],
    /// Folders in which every file is the generator's, also in folders below.
    pub owned: &'a [&'a str],
}

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

/// How what is below `root` differs from the files that are wanted there.
pub fn compare(root: &Path, mut wanted: Vec<(String, String)>, places: &Places<'_>) -> Result<Difference> {
    wanted.sort();
    let mut difference = Difference::default();
    let mut paths = BTreeSet::new();
    for (path, text) in wanted {
        let plain = Path::new(&path).components().all(|part| matches!(part, Component::Normal(_)));
        ensure!(plain, "the generator made a file outside of its folder: {path}");
        ensure!(paths.insert(path.clone()), "the generator made two files of one name: {path}");
        files::check_no_link(root, &path)?;
        match files::read(root, &path)? {
            None => difference.missing.push((path, text)),
            Some(old) if old != text => difference.stale.push((path, text)),
            Some(_) => {}
        }
    }
    for folder in places.folders {
        let is_ours = |name: &str| {
            let text = if name.ends_with(".rs") { files::read(root, name)? } else { None };
            Ok(text.is_some_and(|text| begins_with(&text, "// ", places.header)))
        };
        find_extra(root, folder, false, &paths, &is_ours, &mut difference.extra)?;
    }
    for folder in places.owned {
        find_extra(root, folder, true, &paths, &|_| Ok(true), &mut difference.extra)?;
    }
    Ok(difference)
}

/// Whether the first line of a text is a comment that says this.
pub fn begins_with(text: &str, comment: &str, header: &str) -> bool {
    text.strip_prefix(comment).is_some_and(|text| text.starts_with(header))
}

fn find_extra(
    root: &Path,
    folder: &str,
    below: bool,
    wanted: &BTreeSet<String>,
    is_ours: &dyn Fn(&str) -> Result<bool>,
    extra: &mut Vec<String>,
) -> Result<()> {
    files::check_no_link(root, folder)?;
    let path = root.join(folder);
    if !path.is_dir() {
        return Ok(());
    }
    let context = || format!("cannot list {}", path.display());
    let mut names: Vec<_> =
        fs::read_dir(&path).with_context(context)?.collect::<Result<_, _>>().with_context(context)?;
    names.sort_by_key(|entry| entry.file_name());
    for entry in names {
        let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.file_type().with_context(context)?.is_dir() {
            if below {
                find_extra(root, &name, below, wanted, is_ours, extra)?;
            }
        } else if !wanted.contains(&name) && is_ours(&name)? {
            extra.push(name);
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
