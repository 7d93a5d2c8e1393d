//! What keeps the files of a store from being somebody else's.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

/// Opens a file without following a link and without waiting for what is not a file.
#[cfg(unix)]
pub(super) fn open(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    options.custom_flags(flags.bits().cast_signed()).open(path)
}

/// Refuses an open file that is not a regular one of this user alone.
#[cfg(unix)]
pub(super) fn check_file(file: &File, path: &Path) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let found = file.metadata()?;
    let (mode, owner) = (found.mode() & 0o7777, found.uid());
    let what = if !found.is_file() {
        "is not a regular file; remove it".to_owned()
    } else if owner != user() {
        format!("belongs to the user {owner}, not to this one; remove it")
    } else if mode & 0o077 != 0 {
        format!("has the mode {mode:04o}, so others may read or write it; remove it, or `chmod 600`")
    } else {
        return Ok(());
    };
    Err(refused(path, &what))
}

/// Refuses a directory into which others could put files.
#[cfg(unix)]
pub(super) fn check_directory(directory: &Path) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    // An empty name is the working directory.
    let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
    let found = std::fs::metadata(directory)?;
    let (mode, owner) = (found.mode() & 0o7777, found.uid());
    let what = if !found.is_dir() {
        "is not a directory".to_owned()
    } else if owner != user() && owner != 0 {
        format!("belongs to the user {owner}, neither to this one nor to root; use a directory of your own")
    } else if mode & 0o022 != 0 {
        format!("has the mode {mode:04o}, so others may write into it; `chmod 700` it")
    } else {
        return Ok(());
    };
    Err(refused(directory, &what))
}

#[cfg(unix)]
fn user() -> u32 {
    rustix::process::geteuid().as_raw()
}

#[cfg(unix)]
fn refused(path: &Path, what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, format!("{} {what}", path.display()))
}

#[cfg(not(unix))]
pub(super) fn open(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    options.open(path)
}

#[cfg(not(unix))]
pub(super) fn check_file(_: &File, _: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
pub(super) fn check_directory(_: &Path) -> io::Result<()> {
    Ok(())
}
