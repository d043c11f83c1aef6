//! What holds over all languages at once.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::string_slice,
    reason = "a test that fails may panic, in its helpers too"
)]

mod answers;
mod fields;
pub mod kept;
