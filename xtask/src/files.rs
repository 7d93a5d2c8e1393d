//! Where things are, and writing so that nobody sees half a file.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use tempfile::TempPath;

/// The document that the crate is generated from.
pub const DOCUMENT: &str = "specs/management.json";
/// What is known of the document: release, origin, sha256, date.
pub const META: &str = "specs/management.meta.json";
/// Corrections to the document.
pub const OVERLAY: &str = "specs/overlay.yaml";
/// Facts that the document does not say.
pub const RULES: &str = "specs/rules.yaml";
/// A sentence for each operation.
pub const DOCS_OPERATIONS: &str = "specs/docs/operations.yaml";
/// A sentence for each type.
pub const DOCS_TYPES: &str = "specs/docs/types.yaml";
/// The names that were released.
pub const LOCK: &str = "specs/names.lock";
/// The manifest of the generated crate, whose list of features is generated.
pub const MANIFEST: &str = "generated/Cargo.toml";

/// The text of a file; `None`: there is none.
pub fn read(root: &Path, path: &str) -> Result<Option<String>> {
    match fs::read_to_string(root.join(path)) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {path}")),
    }
}

/// Writes files so that each is either the old one or the new one, and on an error none is new, as far as a file system
/// allows: all are written beside their places first, then renamed.
pub fn write_all(root: &Path, files: &[(String, String)]) -> Result<()> {
    let mut ready = Vec::new();
    for (path, text) in files {
        ready.push((path, stage(root, path, text)?, read(root, path)?));
    }
    let mut done: Vec<(&String, Option<String>)> = Vec::new();
    for (path, file, old) in ready {
        if let Err(error) = file.persist(root.join(path)) {
            for (path, old) in done {
                restore(root, path, old);
            }
            return Err(error).with_context(|| format!("cannot write {path}"));
        }
        done.push((path, old));
    }
    Ok(())
}

/// Refuses a path that leads through a link below `root`: it would be written elsewhere.
///
/// # Errors
///
/// A folder of the path, or the file itself, is a link.
pub fn check_no_link(root: &Path, path: &str) -> Result<()> {
    let mut here = PathBuf::from(root);
    for step in Path::new(path).components() {
        here.push(step);
        // What is not there yet is made here.
        let Ok(found) = fs::symlink_metadata(&here) else { return Ok(()) };
        ensure!(
            !found.is_symlink(),
            "{} is a link, and nothing is read or written through links: put a folder or a file in its place",
            here.display()
        );
    }
    Ok(())
}

/// Writes a file beside its place, and closes it: there may be more files than a process can hold open.
fn stage(root: &Path, path: &str, text: &str) -> Result<TempPath> {
    let context = || format!("cannot write {path}");
    let target = root.join(path);
    let folder = target.parent().with_context(context)?;
    fs::create_dir_all(folder).with_context(context)?;
    let mut file = tempfile::Builder::new()
        .prefix(".writing-")
        .permissions(permissions())
        .tempfile_in(folder)
        .with_context(context)?;
    file.write_all(text.as_bytes()).with_context(context)?;
    file.flush().with_context(context)?;
    Ok(file.into_temp_path())
}

/// Temporary files are for their owner alone; what takes their place is for everybody.
#[cfg(unix)]
fn permissions() -> fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    fs::Permissions::from_mode(0o644)
}

/// Best effort: the error that led here is the one to report.
fn restore(root: &Path, path: &str, old: Option<String>) {
    let _ = match old {
        Some(old) => fs::write(root.join(path), old),
        None => fs::remove_file(root.join(path)),
    };
}
