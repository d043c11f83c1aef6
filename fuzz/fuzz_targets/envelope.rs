//! The target `envelope`: `fuzz/src/envelope.rs` says what is looked at.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| wire_fuzz::envelope(input));
