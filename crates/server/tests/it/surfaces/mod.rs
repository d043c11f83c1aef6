//! Routes for clients of models, answered by the built-in one.

mod cohere;
mod counting;
mod embeddings;
mod gemini;
mod invoke;
mod refusals;
