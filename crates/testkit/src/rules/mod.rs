//! What providers refuse before a model sees it. The texts are this upstream's own.

pub(crate) mod bedrock;
pub(crate) mod cohere;
pub(crate) mod embeddings;
pub(crate) mod gemini;
mod node;
pub(crate) mod openai_completions;
pub(crate) mod openai_responses;
pub(crate) mod proofs;
