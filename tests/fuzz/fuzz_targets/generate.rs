//! What it does is in `tests/src/fuzz.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| logto_tests::fuzz::generate(bytes));
