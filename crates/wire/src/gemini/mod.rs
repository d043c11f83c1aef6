//! Gemini's generateContent and streamGenerateContent (v1beta of the API, as google-genai 3.4.0 has it).
//!
//! The model and the wish for a stream stand in the URL, not in the body. Google takes each field in two spellings,
//! `maxOutputTokens` and `max_output_tokens`; both are read, the first is written. Bytes are base64 in either alphabet.

pub mod array;
pub mod count;
pub mod error;
mod finish;
mod grounding;
mod logprobs;
mod media;
mod part;
pub(crate) mod proof;
pub mod reply;
pub mod request;
mod schema;
mod speech;
pub(crate) mod spelling;
pub mod stream;
pub(crate) mod usage;

/// A model's name as a resource of Google's: `models/gemini-3`, where the name does not say another kind itself
/// (`tunedModels/x`).
pub fn resource(model: &str) -> String {
    if model.contains('/') { model.to_owned() } else { format!("models/{model}") }
}
