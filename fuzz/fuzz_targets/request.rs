//! The target `request`: `fuzz/src/request.rs` says what is looked at.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| wire_fuzz::request(input));
