//! One door to every language that has embeddings.

use super::{Reply, Request, Style, gemini, openai};
use crate::Dialect;
use crate::chat::Usage;
use crate::dialect::Written;
use crate::envelope::Span;
use crate::json::Invalid;

impl Dialect {
    /// Whether embeddings can be asked for in it.
    pub fn embeds(self) -> bool {
        matches!(self, Self::OpenAiChat | Self::Gemini)
    }

    /// Reads a client's request. Fields without a place are named in `Request::unmapped`.
    pub fn read_embedding_request(self, body: &str) -> Result<Request, Invalid> {
        match self {
            Self::OpenAiChat => openai::read(body),
            Self::Gemini => gemini::read(body),
            _ => Err(none()),
        }
    }

    /// Where a client's request names its model.
    pub fn models_in_embedding(self, body: &str) -> Vec<Span> {
        match self {
            Self::OpenAiChat => openai::models(body),
            Self::Gemini => gemini::models(body),
            _ => Vec::new(),
        }
    }

    /// Writes a request for a provider, who knows the model by this name.
    pub fn write_embedding_request(self, request: &Request, model: &str) -> Result<Written, Invalid> {
        match self {
            Self::OpenAiChat => openai::write(request, model),
            Self::Gemini => gemini::write(request, model),
            _ => Err(none()),
        }
    }

    /// Reads a provider's answer.
    pub fn read_embeddings(self, body: &str) -> Result<Reply, Invalid> {
        match self {
            Self::OpenAiChat => openai::read_reply(body),
            Self::Gemini => gemini::read_reply(body),
            _ => Err(none()),
        }
    }

    /// The usage in a provider's answer; empty when it has none.
    pub fn scan_embedding_usage(self, body: &str) -> Usage {
        match self {
            Self::OpenAiChat => openai::usage(body),
            Self::Gemini => gemini::usage(body),
            _ => Usage::default(),
        }
    }

    /// Writes an answer for a client.
    pub fn write_embeddings(self, reply: &Reply, style: Style) -> Vec<u8> {
        match self {
            Self::OpenAiChat => openai::write_reply(reply, style),
            Self::Gemini => gemini::write_reply(reply, style),
            _ => Vec::new(),
        }
    }
}

fn none() -> Invalid {
    Invalid::new("model", "has no embeddings in this API")
}
