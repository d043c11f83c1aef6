//! Amazon Bedrock Converse and ConverseStream, version 2023-09-30 of the service (its model as botocore 1.44.5 has it).
//!
//! The model and the wish for a stream stand in the URL, not in the body. Blobs are base64 text and stay so.

mod block;
mod citation;
pub mod error;
mod media;
pub mod reply;
pub mod request;
mod stop;
pub mod stream;
mod union;
mod usage;

/// Whether the model is one of Claude, which knows fields of Anthropic's own. The id of an inference profile that somebody made
/// tells nothing of its model.
pub(crate) fn is_claude(model: &str) -> bool {
    model.contains("anthropic.claude")
}
