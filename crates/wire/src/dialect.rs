//! The languages, and one door to each. Matches over `Dialect` are here and in the rooms behind (`dialect/`), but for these: the
//! fields of the envelope and which of them must be there (`envelope/scan.rs`, `envelope/scan/fields.rs`), what is cut out on the
//! same dialect (`foreign.rs`), what functions stand in for (`stand_in/ability.rs`), what is repaired for providers
//! (`chat/repair.rs`), which of them have embeddings (`embeddings/dialect.rs`), the URLs of the endpoint and of a call
//! (`providers`, `provider.rs`), what a provider's body must say (`engine`, `upstream/request.rs`), where the credential stands
//! (`server`, `surfaces/mod.rs`) and the list of models (`server`, `surfaces/models.rs`).

mod count;
mod echo;
mod error;
mod field;
mod http;
mod request;
mod stream;

pub use self::count::Counted;
pub use self::echo::Echo;
pub use self::request::{CeilingField, Target, Written};
pub use self::stream::{StreamReader, StreamWriter};
use crate::chat::{Reply, Usage};
use crate::json::Invalid;
use crate::{anthropic, bedrock, bedrock_invoke, cohere, gemini, openai_chat, openai_completions, openai_responses};

/// A wire language. A client's and a provider's dialect are the same thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dialect {
    /// OpenAI Chat Completions.
    OpenAiChat,
    /// OpenAI's text completions.
    OpenAiCompletions,
    /// OpenAI Responses.
    OpenAiResponses,
    /// Anthropic Messages.
    Anthropic,
    /// Amazon Bedrock Converse and ConverseStream.
    Bedrock,
    /// Amazon Bedrock InvokeModel and InvokeModelWithResponseStream.
    BedrockInvoke,
    /// Gemini's generateContent and streamGenerateContent.
    Gemini,
    /// Cohere's chat API, its second version.
    Cohere,
    /// Cohere's first chat API, which only clients speak: what it asks of providers is asked in the second.
    CohereV1,
}

/// How a client wants its answer.
#[derive(Clone, Debug, Default)]
pub struct Style {
    /// Send usage as its own last chunk (OpenAI's `stream_options.include_usage`).
    pub include_usage: bool,
    /// Seconds since 1970, for dialects that tell a time and providers that do not.
    pub created: i64,
    /// The call's id, which an error in the middle of a stream names.
    pub request_id: String,
    /// What of the request the answer says again.
    pub echo: Echo,
}

impl Dialect {
    /// Those that can say whatever a conversation holds: each of them as the client's language goes with each of them as the
    /// provider's.
    pub const SQUARE: [Self; 6] =
        [Self::OpenAiChat, Self::OpenAiResponses, Self::Anthropic, Self::Bedrock, Self::Gemini, Self::Cohere];

    /// Those of clients.
    pub const ALL: [Self; 9] = [
        Self::OpenAiChat,
        Self::OpenAiResponses,
        Self::Anthropic,
        Self::Bedrock,
        Self::Gemini,
        Self::Cohere,
        Self::CohereV1,
        Self::BedrockInvoke,
        Self::OpenAiCompletions,
    ];

    /// The name in configuration, the catalogue, logs and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::OpenAiChat => "openai_chat",
            Self::OpenAiCompletions => "openai_completions",
            Self::OpenAiResponses => "openai_responses",
            Self::Anthropic => "anthropic",
            Self::Bedrock => "bedrock",
            Self::BedrockInvoke => "bedrock_invoke",
            Self::Gemini => "gemini",
            Self::Cohere => "cohere",
            Self::CohereV1 => "cohere_v1",
        }
    }

    /// The dialect of that name that providers speak.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dialect| dialect.name() == name && *dialect != Self::CohereV1)
    }

    /// Reads a provider's whole answer.
    pub fn read_reply(self, body: &str) -> Result<Reply, Invalid> {
        match self {
            Self::OpenAiChat => openai_chat::reply::read(body),
            Self::OpenAiCompletions => openai_completions::reply::read(body),
            Self::OpenAiResponses => openai_responses::reply::read(body),
            Self::Anthropic => anthropic::reply::read(body),
            Self::Bedrock => bedrock::reply::read(body),
            Self::BedrockInvoke => bedrock_invoke::reply::read(body),
            Self::Gemini => gemini::reply::read(body),
            Self::Cohere | Self::CohereV1 => cohere::reply::read(body),
        }
    }

    /// What of a request its answer says again, read from the client's body.
    pub fn echo(self, body: &str) -> Echo {
        match self {
            Self::OpenAiChat if openai_chat::request::declares_functions(body) => Echo::Functions,
            Self::OpenAiResponses => Echo::Responses(openai_responses::Echo::of(body).into()),
            Self::Cohere => Echo::Cohere(cohere::Echo::of(body).into()),
            Self::CohereV1 => Echo::CohereV1(cohere::v1::Echo::of(body).into()),
            Self::OpenAiChat
            | Self::OpenAiCompletions
            | Self::Anthropic
            | Self::Bedrock
            | Self::BedrockInvoke
            | Self::Gemini => Echo::None,
        }
    }

    /// Writes a whole answer for a client. `latency_ms` is the time that the provider took.
    pub fn write_reply(self, reply: &Reply, style: &Style, latency_ms: u64) -> Vec<u8> {
        match self {
            Self::OpenAiChat => openai_chat::reply::write(reply, style),
            Self::OpenAiCompletions => openai_completions::reply::write(reply, style.created),
            Self::OpenAiResponses => openai_responses::reply::write(reply, style),
            Self::Anthropic => anthropic::reply::write(reply),
            Self::Bedrock => bedrock::reply::write(reply, latency_ms),
            Self::BedrockInvoke => bedrock_invoke::reply::write(reply),
            Self::Gemini => gemini::reply::write(reply),
            Self::Cohere => cohere::reply::write(reply, &style.echo.cohere()),
            Self::CohereV1 => cohere::v1::reply::write(reply, &style.echo.cohere_v1()),
        }
    }

    /// The usage in a whole answer, by a cheap scan; empty when it has none.
    pub fn scan_usage(self, body: &str) -> Usage {
        match self {
            Self::OpenAiChat | Self::OpenAiCompletions => openai_chat::reply::scan_usage(body),
            Self::OpenAiResponses => openai_responses::reply::scan_usage(body),
            Self::Anthropic => anthropic::reply::scan_usage(body),
            Self::Bedrock => bedrock::reply::scan_usage(body),
            Self::BedrockInvoke => bedrock_invoke::reply::scan_usage(body),
            Self::Gemini => gemini::reply::scan_usage(body),
            Self::Cohere | Self::CohereV1 => cohere::reply::scan_usage(body),
        }
    }
}

#[cfg(test)]
mod tests;
