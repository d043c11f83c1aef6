//! One door to the languages that have embeddings.

use super::{Form, Reply, Request, gemini, openai};
use crate::Dialect;
use crate::chat::Usage;
use crate::dialect::Written;
use crate::envelope::Span;
use crate::json::Invalid;

/// A language that has embeddings.
#[derive(Clone, Copy)]
enum Language {
    OpenAi,
    Gemini,
}

impl Dialect {
    fn of_vectors(self) -> Option<Language> {
        match self {
            Self::OpenAiChat => Some(Language::OpenAi),
            Self::Gemini => Some(Language::Gemini),
            Self::OpenAiCompletions
            | Self::OpenAiResponses
            | Self::Anthropic
            | Self::Bedrock
            | Self::BedrockInvoke
            | Self::Cohere
            | Self::CohereV1 => None,
        }
    }

    /// Whether embeddings can be asked for in it.
    pub fn embeds(self) -> bool {
        self.of_vectors().is_some()
    }

    /// Reads a client's request. Fields without a place are named in `Request::unmapped`.
    pub fn read_embedding_request(self, body: &str) -> Result<Request, Invalid> {
        match self.of_vectors() {
            Some(Language::OpenAi) => openai::read(body),
            Some(Language::Gemini) => gemini::read(body),
            None => Err(none()),
        }
    }

    /// Where a client's request names its model.
    pub fn models_in_embedding(self, body: &str) -> Vec<Span> {
        match self.of_vectors() {
            Some(Language::OpenAi) => openai::models(body),
            Some(Language::Gemini) => gemini::models(body),
            None => Vec::new(),
        }
    }

    /// Writes a request for a provider, who knows the model by this name.
    pub fn write_embedding_request(self, request: &Request, model: &str) -> Result<Written, Invalid> {
        match self.of_vectors() {
            Some(Language::OpenAi) => openai::write(request, model),
            Some(Language::Gemini) => gemini::write(request, model),
            None => Err(none()),
        }
    }

    /// Reads a provider's answer.
    pub fn read_embeddings(self, body: &str) -> Result<Reply, Invalid> {
        match self.of_vectors() {
            Some(Language::OpenAi) => openai::read_reply(body),
            Some(Language::Gemini) => gemini::read_reply(body),
            None => Err(none()),
        }
    }

    /// The usage in a provider's answer; empty when it has none.
    pub fn scan_embedding_usage(self, body: &str) -> Usage {
        match self.of_vectors() {
            Some(Language::OpenAi) => openai::usage(body),
            Some(Language::Gemini) => gemini::usage(body),
            None => Usage::default(),
        }
    }

    /// Writes an answer for a client.
    pub fn write_embeddings(self, reply: &Reply, form: Form) -> Vec<u8> {
        match self.of_vectors() {
            Some(Language::OpenAi) => openai::write_reply(reply, form),
            Some(Language::Gemini) => gemini::write_reply(reply, form),
            None => Vec::new(),
        }
    }
}

fn none() -> Invalid {
    Invalid::new("model", "has no embeddings in this API")
}
