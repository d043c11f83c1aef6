//! Routes for clients of models, answered by the built-in one.

mod cohere;
mod counting;
mod customers;
mod embeddings;
mod gemini;
mod invoke;
mod models;
mod pass_through;
mod refusals;
