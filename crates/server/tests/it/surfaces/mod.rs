//! Routes for clients of models, answered by the built-in one.

mod counting;
mod gemini;
mod refusals;
