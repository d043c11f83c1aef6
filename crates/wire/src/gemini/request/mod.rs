//! Requests: the body of `POST /v1beta/models/{model}:generateContent` and `…:streamGenerateContent`, both directions. The model
//! and the wish for a stream stand in the path: whoever reads a request fills them in, and who writes one finds no trace of
//! them here.

mod harmless;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use read::read;
pub(crate) use write::wants_proofs;
pub use write::write;
