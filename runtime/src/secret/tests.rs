//! A secret is wiped when it is dropped.

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::Secret;

/// What wipes is `zeroize`; this holds the secret to it, and to keeping no other copy. The memory itself cannot be looked at
/// after it was given back without unsafe code, so what is looked at is the text that is wiped in place.
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
