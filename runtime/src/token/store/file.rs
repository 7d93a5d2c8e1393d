//! A store in files.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use fs4::{FileExt, TryLockError};
use serde::{Deserialize, Serialize};

use super::guard;
use super::{StoreFuture, StoreLock, StoredToken, TokenKey, TokenStore};
use crate::token::TokenError;

/// The most bytes of a file that are read: a token has 16 KiB at most.
const LONGEST_FILE: u64 = 64 * 1024;
/// How old a file is that is not yet whole when nobody writes it any more.
const LEFT_BEHIND: Duration = Duration::from_secs(60);
/// How old a lock is that is removed.
const UNUSED: Duration = Duration::from_secs(24 * 3600);
/// How long a token is kept whose end no clock can tell.
const ENDLESS: Duration = Duration::from_secs(365 * 24 * 3600);

/// Tokens in the files of a directory, for the processes of one machine: each takes what another has fetched, also after a
/// restart.
///
/// Every key has a file with its token in clear text and a file that is locked during a fetch. On Unix both can be read
/// and written by their owner alone (mode 0600), and a directory that has to be made is open to its owner alone (0700). A
/// directory into which others than its owner may write is refused, and so is one of another user than this one or root; a
/// file is taken only where it is a regular file of this user that others could not have read or written. Links are not
/// followed, and nothing waits for what lies in place of a file. Elsewhere none of this is checked, and the directory's own
/// rights apply.
///
/// When a token is stored, tokens that have expired are removed, and so is what processes left behind that were killed.
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
        self.directory.join(format!("{}.{ending}", name(&key.to_string())))
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
        let (issued, expires) = (token.issued, token.expires());
        blocking(move || {
            make_directory(&path)?;
            let written = write(&new, &zeroize::Zeroizing::new(text?)).and_then(|file| {
                let now = file.metadata()?.modified()?;
                fs::rename(&new, &path)?;
                // From here on its time is that when it expires, so that nobody has to read it to know.
                file.set_modified(expires.or_else(|| now.checked_add(ENDLESS)).unwrap_or(now))?;
                Ok(now)
            });
            match (written, path.parent()) {
                (Ok(now), Some(directory)) => sweep(directory, now, issued),
                (Ok(_), None) => {}
                (Err(error), _) => {
                    // What is left of it is of no use to anybody; that it cannot be removed changes nothing.
                    let _ = fs::remove_file(&new);
                    return Err(error.into());
                }
            }
            Ok(())
        })
    }

    fn try_lock<'a>(&'a self, key: &'a TokenKey) -> StoreFuture<'a, Option<StoreLock>> {
        let path = self.path(key, "lock");
        blocking(move || {
            make_directory(&path)?;
            let file = guard::open(options().create(true).truncate(false), &path)?;
            guard::check_file(&file, &path)?;
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
    if let Some(directory) = path.parent()
        && directory.exists()
    {
        guard::check_directory(directory)?;
    }
    let file = match guard::open(OpenOptions::new().read(true), path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    guard::check_file(&file, path)?;
    let mut bytes = zeroize::Zeroizing::new(Vec::new());
    file.take(LONGEST_FILE).read_to_end(&mut bytes)?;
    let found: Found = serde_json::from_slice(&bytes)?;
    Ok((found.key == *key).then_some(found.stored))
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<File> {
    // What a crash leaves behind need not be whole: a damaged file is read as none.
    let mut file = options().create_new(true).open(path)?;
    file.write_all(bytes)?;
    Ok(file)
}

/// Removes tokens that have expired when another was issued, and by the time of the file system what a process that was
/// killed left behind and locks that nobody uses. What cannot be removed now is removed another time.
fn sweep(directory: &Path, now: SystemTime, issued: SystemTime) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    for path in entries.flatten().map(|entry| entry.path()).filter(|path| is_ours(path)) {
        let Ok(time) = fs::symlink_metadata(&path).and_then(|found| found.modified()) else { continue };
        let age = now.duration_since(time).unwrap_or_default();
        let is_old = match path.extension().and_then(|ending| ending.to_str()) {
            Some("json") => time <= issued,
            Some("new") => age > LEFT_BEHIND,
            _ => age > UNUSED && is_free(&path),
        };
        if is_old {
            let _ = fs::remove_file(&path);
        }
    }
}

/// Whether a file has a name as this store gives them.
fn is_ours(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let Some((stem, ending)) = name.split_once('.') else { return false };
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let ending = ending.rsplit_once('.').filter(|(random, _)| is_hex(random)).map_or(ending, |(_, ending)| ending);
    matches!(stem.len(), 16 | 64) && is_hex(stem) && ["json", "lock", "new"].contains(&ending)
}

/// Whether nobody holds a lock.
fn is_free(path: &Path) -> bool {
    guard::open(&mut options(), path).is_ok_and(|file| FileExt::try_lock(&file).is_ok())
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
    builder.create(directory)?;
    guard::check_directory(directory)
}

/// SHA-256 in hexadecimal: nobody finds an id whose file is that of another.
fn name(text: &str) -> String {
    let hash = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
    hash.as_ref().iter().fold(String::new(), |name, byte| name + &format!("{byte:02x}"))
}
