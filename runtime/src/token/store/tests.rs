//! Stores: what goes in comes out, for one key and one holder of its lock, and for nobody else.

#[cfg(unix)]
mod hostile;

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, UNIX_EPOCH};

use super::{FileTokenStore, MemoryTokenStore, StoredToken, TokenKey, TokenStore};
use crate::token::Token;

fn key(number: u32) -> TokenKey {
    TokenKey {
        server: "https://auth.example.com".to_owned(),
        client_id: format!("canary {number}"),
        secret_fingerprint: "canary".to_owned(),
        resource: Some("https://api.example.com".to_owned()),
        scope: Some("all".to_owned()),
        organization_id: None,
    }
}

fn token(text: &str) -> StoredToken {
    StoredToken::new(Token::new(text, Duration::from_secs(3600)).scope("all"), UNIX_EPOCH + Duration::from_millis(1500))
}

async fn text(store: &impl TokenStore, key: &TokenKey) -> Option<String> {
    store.load(key).await.unwrap().map(|stored| stored.token.access_token.expose().to_owned())
}

/// What every store must do.
async fn behaves(store: impl TokenStore, other: impl TokenStore) {
    assert_eq!(text(&store, &key(1)).await, None);
    store.save(&key(1), &token("a")).await.unwrap();
    store.save(&key(2), &token("b")).await.unwrap();
    store.save(&key(1), &token("c")).await.unwrap();
    assert_eq!(text(&other, &key(1)).await.as_deref(), Some("c"), "the last one, for others as well");
    assert_eq!(text(&other, &key(2)).await.as_deref(), Some("b"));
    let found = other.load(&key(1)).await.unwrap().unwrap();
    assert_eq!((found.issued, found.token.lifetime), (token("c").issued, token("c").token.lifetime));
    assert_eq!(found.token.scope.as_deref(), Some("all"));

    let lock = store.try_lock(&key(1)).await.unwrap();
    assert!(lock.is_some());
    assert!(other.try_lock(&key(1)).await.unwrap().is_none(), "held");
    assert!(other.try_lock(&key(2)).await.unwrap().is_some(), "another key");
    drop(lock);
    assert!(other.try_lock(&key(1)).await.unwrap().is_some(), "free again");
}

fn files() -> (tempfile::TempDir, FileTokenStore) {
    let directory = tempfile::tempdir().unwrap();
    let store = FileTokenStore::new(directory.path().join("deep").join("tokens"));
    (directory, store)
}

fn only_file(store: &FileTokenStore) -> PathBuf {
    store.path(&key(1), "json")
}

#[tokio::test]
async fn stores_behave() {
    let memory = MemoryTokenStore::new();
    behaves(memory.clone(), memory).await;
    let (_directory, store) = files();
    behaves(store.clone(), store.clone()).await;
    let left: Vec<_> = fs::read_dir(&store.directory).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().ends_with("new")), "{left:?}");
}

#[cfg(unix)]
#[tokio::test]
async fn files_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (_directory, store) = files();
    store.save(&key(1), &token("a")).await.unwrap();
    drop(store.try_lock(&key(1)).await.unwrap());
    let mode = |path: &PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&store.directory), 0o700);
    for ending in ["json", "lock"] {
        assert_eq!(mode(&store.path(&key(1), ending)), 0o600, "{ending}");
    }
    // One that others could have read or written is not taken.
    for open in [0o640, 0o604, 0o620, 0o666] {
        fs::set_permissions(only_file(&store), fs::Permissions::from_mode(open)).unwrap();
        assert!(store.load(&key(1)).await.is_err(), "{open:o}");
    }
    store.save(&key(1), &token("b")).await.unwrap();
    assert_eq!(text(&store, &key(1)).await.as_deref(), Some("b"), "replaced by one that is private");
    assert_eq!(mode(&only_file(&store)), 0o600);
}

#[tokio::test]
async fn damaged_files_are_errors_and_foreign_ones_are_none() {
    let (_directory, store) = files();
    store.save(&key(1), &token("a")).await.unwrap();
    for text in ["", "{", "null", "[]", r#"{"key":{},"stored":{}}"#] {
        // Written in place, so its rights stay.
        fs::write(only_file(&store), text).unwrap();
        assert!(store.load(&key(1)).await.is_err(), "{text}");
    }
    store.save(&key(2), &token("b")).await.unwrap();
    fs::copy(store.path(&key(2), "json"), only_file(&store)).unwrap();
    assert_eq!(text(&store, &key(1)).await, None, "the file of another key with the same hash");
    store.save(&key(1), &token("c")).await.unwrap();
    assert_eq!(text(&store, &key(1)).await.as_deref(), Some("c"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_reads_half_a_file() {
    let (_directory, store) = files();
    let long = |number: usize| format!("{number}{}", "x".repeat(4000 * number));
    store.save(&key(1), &token(&long(0))).await.unwrap();
    let writers: Vec<_> = (0..3)
        .map(|number| {
            let (store, text) = (store.clone(), long(number));
            tokio::spawn(async move {
                for _ in 0..30 {
                    store.save(&key(1), &token(&text)).await.unwrap();
                }
            })
        })
        .collect();
    for _ in 0..100 {
        let found = text(&store, &key(1)).await.unwrap();
        assert!((0..3).any(|number| found == long(number)), "{} bytes", found.len());
    }
    for writer in writers {
        writer.await.unwrap();
    }
}

#[tokio::test]
async fn r6_what_has_expired_is_forgotten() {
    let at = |seconds: u64| {
        StoredToken::new(Token::new("a", Duration::from_secs(60)), UNIX_EPOCH + Duration::from_secs(seconds))
    };
    let memory = MemoryTokenStore::new();
    let (_directory, store) = files();
    for number in 0..200 {
        memory.save(&key(number), &at(number.into())).await.unwrap();
        store.save(&key(number), &at(number.into())).await.unwrap();
    }
    for (number, is_kept) in [(0, false), (100, false), (139, false), (140, true), (199, true)] {
        assert_eq!(text(&memory, &key(number)).await.is_some(), is_kept, "{number}");
        assert_eq!(text(&store, &key(number)).await.is_some(), is_kept, "{number}");
    }
    assert_eq!(fs::read_dir(&store.directory).unwrap().count(), 60);
    assert_eq!(format!("{memory:?}"), "MemoryTokenStore { tokens: 60 }");
}

/// FNV-1a of 64 bits, by which files were named, can be undone: whoever chooses an id chose the file.
#[test]
fn r18_files_are_named_by_a_wide_hash() {
    let store = FileTokenStore::new("tokens");
    let name = |number| store.path(&key(number), "json").file_stem().unwrap().to_str().unwrap().to_owned();
    assert_eq!(name(1).len(), 64);
    assert_ne!(name(1), name(2));
    let hash = ring::digest::digest(&ring::digest::SHA256, key(1).to_string().as_bytes());
    assert!(name(1).starts_with(&format!("{:02x}{:02x}", hash.as_ref()[0], hash.as_ref()[1])), "{}", name(1));
}

#[test]
fn keys_differ_where_any_part_does() {
    let plain = key(1);
    let others = [
        TokenKey { server: "https://auth.example.com/".to_owned(), ..key(1) },
        key(2),
        TokenKey { resource: None, ..key(1) },
        TokenKey { resource: Some(String::new()), ..key(1) },
        TokenKey { scope: None, ..key(1) },
        TokenKey { organization_id: Some("all".to_owned()), scope: None, ..key(1) },
        TokenKey { client_id: "canary 1\",\"resource\":null".to_owned(), ..key(1) },
    ];
    for (number, other) in others.iter().enumerate() {
        assert_ne!(plain.to_string(), other.to_string(), "{number}");
        assert!(others[..number].iter().all(|earlier| earlier.to_string() != other.to_string()), "{number}");
    }
}

#[test]
fn nothing_secret_is_shown() {
    let shown = format!("{:?} {:?} {:?}", key(1), token("canary"), MemoryTokenStore::new());
    assert!(!shown.contains("canary"), "{shown}");
}
