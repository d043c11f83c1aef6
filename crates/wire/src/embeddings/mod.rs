//! Texts as vectors: OpenAI's embeddings, Gemini's embedContent and batchEmbedContents.
//!
//! Like the conversation, a request and its answer are no dialect's own; each file reads one language into them and writes it.

mod dialect;
mod gemini;
mod openai;
mod vector;

pub use self::vector::Vector;
use crate::chat::Usage;

/// What is to be made vectors of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    pub model: String,
    /// In order; each gets a vector.
    pub inputs: Vec<Input>,
    /// How many numbers a vector has.
    pub dimensions: Option<u64>,
    /// What the vectors are for, in Gemini's words (`RETRIEVAL_QUERY`).
    pub task: Option<String>,
    /// The title of the document that the texts are of (Gemini).
    pub title: Option<String>,
    /// The end user, as an id that the provider may use against abuse.
    pub user: Option<String>,
    pub form: Form,
    /// Paths of fields that have no place here.
    pub unmapped: Vec<String>,
}

/// One thing that gets a vector.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    Text(String),
    /// Numbers of tokens, whose meaning only the model's own provider knows.
    Tokens(Vec<u64>),
}

/// How the client wants its answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// Numbers as base64 of 32-bit floats, the lowest byte first (OpenAI's `encoding_format`).
    pub base64: bool,
    /// One vector alone, not a list (Gemini's embedContent).
    pub single: bool,
}

/// The vectors, in the order of the inputs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reply {
    pub model: String,
    pub vectors: Vec<Vector>,
    /// Empty where the provider tells none.
    pub usage: Usage,
}

#[cfg(test)]
mod tests;
