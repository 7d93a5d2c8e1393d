//! Folders into which somebody else put something, and disks that are full.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

use super::{files, key, only_file, text, token};
use crate::token::store::{FileTokenStore, TokenStore};

/// Long enough for anything that does not hang.
async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), future).await.expect("it hangs")
}

fn fifo(path: &Path) {
    assert!(Command::new("mkfifo").args(["-m", "600"]).arg(path).status().unwrap().success());
}

/// What is said where a token is read, and where a key is locked.
async fn refusals(store: &FileTokenStore) -> [String; 2] {
    let load = soon(store.load(&key(1))).await.expect_err("it is read").to_string();
    let lock = soon(store.try_lock(&key(1))).await.map(|lock| lock.is_some()).expect_err("it is locked").to_string();
    [load, lock]
}

#[tokio::test]
async fn r6_a_fifo_in_place_of_a_file_holds_nobody_up() {
    let (_directory, store) = files();
    store.save(&key(2), &token("other")).await.unwrap();
    ["json", "lock"].iter().for_each(|ending| fifo(&store.path(&key(1), ending)));
    let [load, _] = refusals(&store).await;
    assert!(load.contains("is not a regular file; remove it"), "{load}");
    soon(store.save(&key(1), &token("a"))).await.unwrap();
    assert_eq!(text(&store, &key(1)).await.as_deref(), Some("a"), "replaced");
}

#[tokio::test]
async fn r6_links_are_not_followed() {
    let (directory, store) = files();
    store.save(&key(1), &token("a")).await.unwrap();
    let (elsewhere, moved) = (directory.path().join("elsewhere"), directory.path().join("moved"));
    fs::rename(only_file(&store), &moved).unwrap();
    symlink(&moved, only_file(&store)).unwrap();
    symlink(&elsewhere, store.path(&key(1), "lock")).unwrap();
    refusals(&store).await;
    assert!(!elsewhere.exists(), "nothing was made where the link points");
    store.save(&key(1), &token("b")).await.unwrap();
    assert!(!fs::symlink_metadata(only_file(&store)).unwrap().is_symlink());
    assert!(fs::read_to_string(&moved).unwrap().contains("\"a\""), "nothing was written through the link");
}

#[tokio::test]
async fn r6_files_of_other_users_are_refused() {
    let (_directory, store) = files();
    store.save(&key(1), &token("planted")).await.unwrap();
    drop(store.try_lock(&key(1)).await.unwrap());
    for ending in ["json", "lock"] {
        if chown(store.path(&key(1), ending), Some(12_345), None).is_err() {
            eprintln!("SKIPPED: only root can give a file to another user");
            return;
        }
    }
    for told in refusals(&store).await {
        assert!(told.contains("belongs to the user 12345") && told.contains("remove it"), "{told}");
    }
    chown(&store.directory, Some(12_345), None).unwrap();
    let [load, _] = refusals(&store).await;
    assert!(load.contains("neither to this one nor to root"), "{load}");
}

#[tokio::test]
async fn r6_a_folder_that_others_may_write_to_is_refused() {
    let (_directory, store) = files();
    store.save(&key(1), &token("a")).await.unwrap();
    for mode in [0o770, 0o702, 0o1777] {
        fs::set_permissions(&store.directory, Permissions::from_mode(mode)).unwrap();
        let [load, lock] = refusals(&store).await;
        let save = store.save(&key(1), &token("b")).await.unwrap_err().to_string();
        for told in [load, lock, save] {
            let expected = format!("{} has the mode {mode:04o}", store.directory.display());
            assert!(told.contains(&expected) && told.contains("`chmod 700` it"), "{told}");
        }
    }
    fs::set_permissions(&store.directory, Permissions::from_mode(0o755)).unwrap();
    assert_eq!(text(&store, &key(1)).await.as_deref(), Some("a"), "others may look into it");
}

#[tokio::test]
async fn r6_what_killed_processes_left_behind_is_swept() {
    let (_directory, store) = files();
    store.save(&key(1), &token("a")).await.unwrap();
    let held = store.try_lock(&key(2)).await.unwrap();
    // Names; how old they are; whether they stay.
    let day = 24 * 3600;
    let cases = [
        (store.path(&key(1), "0123456789abcdef.new"), 3600, false),
        (store.path(&key(1), "fedcba9876543210.new"), 5, true),
        (store.path(&key(3), "lock"), 2 * day, false),
        (store.path(&key(2), "lock"), 2 * day, true),
        (store.path(&key(4), "lock"), 3600, true),
        (store.directory.join("0123456789abcdef.json"), 30_000 * day, false),
        (store.directory.join("notes.json"), 30_000 * day, true),
        (store.directory.join("notes.new"), 3600, true),
    ];
    let now = fs::metadata(&store.directory).unwrap().modified().unwrap();
    for (path, age, _) in &cases {
        let file = File::options().create(true).truncate(false).write(true).open(path).unwrap();
        file.set_permissions(Permissions::from_mode(0o600)).unwrap();
        file.set_modified(now - Duration::from_secs((*age).min(20_600 * day))).unwrap();
    }
    let old = File::options().write(true).open(&cases[5].0).unwrap();
    old.set_modified(SystemTime::UNIX_EPOCH).unwrap();
    store.save(&key(5), &token("b")).await.unwrap();
    for (path, _, stays) in &cases {
        assert_eq!(path.exists(), *stays, "{}", path.display());
    }
    drop(held);
}

/// Says to the test below that it is a process of its own, which can write no more than half a kilobyte to a file.
const FULL: &str = "LOGTO_RUNTIME_TESTS_FULL";

#[test]
fn r6_a_full_disk_leaves_no_half_token() {
    let (_directory, store) = files();
    let output = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\""])
        .arg(std::env::current_exe().unwrap())
        .args(["token::store::tests::hostile::r6_where_the_disk_is_full", "--exact", "--nocapture"])
        .env(FULL, &store.directory)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && told.contains("was refused"),
        "{told}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[tokio::test]
async fn r6_where_the_disk_is_full() {
    let Ok(directory) = std::env::var(FULL) else { return };
    let store = FileTokenStore::new(&directory);
    store.save(&key(1), &token("short")).await.unwrap();
    let error = store.save(&key(1), &token(&"long".repeat(2000))).await.unwrap_err();
    println!("was refused: {error}");
    assert_eq!(text(&store, &key(1)).await.as_deref(), Some("short"), "the one before stays");
    assert_eq!(fs::read_dir(&directory).unwrap().count(), 1, "nothing half-written is left");
}
