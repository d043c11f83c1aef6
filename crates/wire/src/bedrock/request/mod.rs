//! Requests: the body of `POST /model/{modelId}/converse` and `…/converse-stream`, both directions. The model and the wish for
//! a stream stand in the path: whoever reads a request fills them in, and who writes one finds no trace of them here.

mod harmless;
mod read;
mod write;

pub use read::read;
pub use write::write;

#[cfg(test)]
mod tests;
