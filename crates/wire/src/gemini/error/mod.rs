//! Errors: `{"error":{"code":…,"message":…,"status":…,"details":[…]}}`, where `status` is one of gRPC's words.

mod pause;
mod read;
#[cfg(test)]
mod tests;
mod word;
mod write;

pub use pause::pause;
pub use read::{read, read_late};
pub use write::{status, write, write_frame};
