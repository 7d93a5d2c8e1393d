//! A store in files.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use fs4::{FileExt, TryLockError};
use serde::{Deserialize, Serialize};

use super::{StoreFuture, StoreLock, StoredToken, TokenKey, TokenStore};
use crate::token::TokenError;

/// The most bytes of a file that are read: a token has 16 KiB at most.
const LONGEST_FILE: u64 = 64 * 1024;

/// Tokens in the files of a directory, for the processes of one machine: each takes what another has fetched, also after a
/// restart.
///
/// Every key has a file with its token in clear text and a file that is locked during a fetch. On Unix both can be read
/// and written by their owner alone (mode 0600), a directory that has to be made is open to its owner alone (0700), and a
/// token that others could have read or written is not taken. Elsewhere the directory's own rights apply.
///
/// A file is replaced in one step, so no process ever reads half of one; a lock ends with its process. Locks are advisory
/// (`flock`) and may not work on a network file system, which only means that two processes may fetch at once.
///
/// ```
/// use logto_runtime::token::FileTokenStore;
/// use logto_runtime::{Client, Profile};
///
/// # fn main() -> Result<(), logto_runtime::Error> {
/// let client = Client::builder(Profile { token_path: Some("/oidc/token"), ..Profile::new("example/1.0") })
///     .base_url("http://127.0.0.1:3001")
///     .client_credentials("app-id", "app-secret")
///     .token_store(FileTokenStore::new("/var/lib/my-service/tokens"))
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct FileTokenStore {
    pub(super) directory: PathBuf,
}

#[derive(Serialize)]
struct Written<'a> {
    key: &'a TokenKey,
    stored: &'a StoredToken,
}

#[derive(Deserialize)]
struct Found {
    key: TokenKey,
    stored: StoredToken,
}

impl FileTokenStore {
    /// A store in this directory, which is made when the first token is stored. No IO.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self { directory: directory.into() }
    }

    pub(super) fn path(&self, key: &TokenKey, ending: &str) -> PathBuf {
        self.directory.join(format!("{:016x}.{ending}", hash(&key.to_string())))
    }
}

impl TokenStore for FileTokenStore {
    fn load<'a>(&'a self, key: &'a TokenKey) -> StoreFuture<'a, Option<StoredToken>> {
        let (path, key) = (self.path(key, "json"), key.clone());
        blocking(move || read(&path, &key))
    }

    fn save<'a>(&'a self, key: &'a TokenKey, token: &'a StoredToken) -> StoreFuture<'a, ()> {
        let path = self.path(key, "json");
        let new = self.path(key, &format!("{:016x}.new", fastrand::u64(..)));
        let text = serde_json::to_vec(&Written { key, stored: token });
        blocking(move || {
            make_directory(&path)?;
            let written = write(&new, &zeroize::Zeroizing::new(text?)).and_then(|()| fs::rename(&new, &path));
            if written.is_err() {
                // What is left of it is of no use to anybody; that it cannot be removed changes nothing.
                let _ = fs::remove_file(&new);
            }
            Ok(written?)
        })
    }

    fn try_lock<'a>(&'a self, key: &'a TokenKey) -> StoreFuture<'a, Option<StoreLock>> {
        let path = self.path(key, "lock");
        blocking(move || {
            make_directory(&path)?;
            let file = options().create(true).truncate(false).open(&path)?;
            match FileExt::try_lock(&file) {
                // The lock ends when the file is closed.
                Ok(()) => Ok(Some(Box::new(file) as StoreLock)),
                Err(TryLockError::WouldBlock) => Ok(None),
                Err(TryLockError::Error(error)) => Err(error.into()),
            }
        })
    }
}

/// Runs what waits for the disk where it holds nobody up.
fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, TokenError> + Send + 'static,
) -> StoreFuture<'static, T> {
    Box::pin(async move { tokio::task::spawn_blocking(work).await? })
}

fn read(path: &Path, key: &TokenKey) -> Result<Option<StoredToken>, TokenError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    if !is_private(&file)? {
        return Err("the file is open to others than its owner".into());
    }
    let mut bytes = zeroize::Zeroizing::new(Vec::new());
    file.take(LONGEST_FILE).read_to_end(&mut bytes)?;
    let found: Found = serde_json::from_slice(&bytes)?;
    Ok((found.key == *key).then_some(found.stored))
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // What a crash leaves behind need not be whole: a damaged file is read as none.
    options().create_new(true).open(path)?.write_all(bytes)
}

/// How a file is opened for writing: by its owner alone.
fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn make_directory(file: &Path) -> io::Result<()> {
    let Some(directory) = file.parent() else { return Ok(()) };
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

#[cfg(unix)]
fn is_private(file: &File) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(file.metadata()?.permissions().mode() & 0o077 == 0)
}

#[cfg(not(unix))]
fn is_private(_: &File) -> io::Result<bool> {
    Ok(true)
}

/// FNV-1a, which is the same everywhere and for ever: processes of different builds must find the same file. Two keys that
/// fall on one file are told apart by the key in it.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
