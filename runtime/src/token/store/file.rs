//! A store in files.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{StoreFuture, StoreLock, StoredToken, TokenKey, TokenStore};
use crate::token::TokenError;

/// The most bytes of a file that are read: a token has 16 KiB at most.
const LONGEST_FILE: u64 = 64 * 1024;
