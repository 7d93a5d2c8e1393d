//! A secret is wiped when it is dropped.

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::Secret;

#[test]
fn f10_a_secret_is_wiped_when_it_is_dropped() {
    fn wipes<T: ZeroizeOnDrop>(_: &T) {}
    let mut secret = Secret::new("canary");
    let Secret(text) = &secret;
    wipes::<Zeroizing<String>>(text);
    assert_eq!(size_of::<Secret>(), size_of::<String>(), "no second copy");
    secret.0.zeroize();
    assert_eq!(secret.expose(), "");
}

/// Memory that was given back is read as a debugger would read it, since Rust itself must not look there any more.
#[cfg(all(target_os = "linux", not(miri)))]
#[test]
fn f10_nothing_of_a_dropped_secret_is_left_in_memory() {
    use std::os::unix::fs::FileExt;

    let memory = std::fs::File::open("/proc/self/mem").unwrap();
    // Larger than the secret, so that it is not given the memory that the secret has left.
    let mut seen = vec![0_u8; 64 * 1024];
    let mut shows = |place: *const u8| {
        let seen = &mut seen[..1100];
        // An allocator may have given the page back to the system; then there is nothing to read.
        memory.read_exact_at(seen, place.addr() as u64).is_ok() && seen.windows(11).any(|part| part == b"nightingale")
    };

    let secret = Secret::new("nightingale".repeat(100));
    let place = secret.expose().as_ptr();
    assert!(shows(place), "it is found while it lives");
    drop(secret);
    assert!(!shows(place), "it is found after it was dropped");
}

#[test]
fn f10_a_clone_is_a_secret_of_its_own() {
    let first = Secret::from("canary".to_owned());
    let second = first.clone();
    assert_ne!(first.expose().as_ptr(), second.expose().as_ptr());
    drop(first);
    assert_eq!(second.expose(), "canary");
}

#[test]
fn f10_taking_a_text_over_makes_no_copy() {
    let text = "canary".to_owned();
    let place = text.as_ptr();
    assert_eq!(Secret::new(text).expose().as_ptr(), place);
}
