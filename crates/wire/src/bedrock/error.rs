//! Errors: exceptions of the service's model. SDKs go by the header `x-amzn-errortype`, each exception has a status of its
//! own, and the body has a message and nothing that a program would read.

mod names;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use read::{read, read_frame, read_late};
pub use write::{status, word, write, write_frame};
