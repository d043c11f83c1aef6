//! A request in any dialect, read and written.

use std::borrow::Cow;

use super::Dialect;
use crate::chat::Request;
use crate::envelope::Envelope;
use crate::error::ErrorReply;
use crate::json::Invalid;
use crate::{anthropic, bedrock, bedrock_invoke, cohere, gemini, openai_chat, openai_completions, openai_responses};

/// What the writer of a request must know of where it goes.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// The model's name at the provider.
    pub model: &'a str,
    /// How this provider spells the output ceiling, where the dialect has two spellings.
    pub ceiling: CeilingField,
    /// It takes what of OpenAI's dialects only OpenAI itself is known to take: custom tools, cache breakpoints.
    pub extras: bool,
}

/// The names of the output ceiling. OpenAI's chat has two: newer models of its own refuse the old one, many compatible servers
/// do not know the new one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CeilingField {
    MaxTokens,
    #[default]
    MaxCompletionTokens,
    /// OpenAI Responses.
    MaxOutputTokens,
}

impl CeilingField {
    pub fn name(self) -> &'static str {
        match self {
            Self::MaxTokens => "max_tokens",
            Self::MaxCompletionTokens => "max_completion_tokens",
            Self::MaxOutputTokens => "max_output_tokens",
        }
    }
}

/// A request in a provider's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub body: Vec<u8>,
    /// Paths of what the conversation holds and this dialect cannot say, in the conversation's words (`sampling.seed`).
    pub dropped: Vec<String>,
}

impl Dialect {
    /// The field in which the messages of a request stand.
    pub fn messages_field(self) -> &'static str {
        match self {
            Self::OpenAiChat | Self::Anthropic | Self::Bedrock | Self::BedrockInvoke | Self::Cohere => "messages",
            Self::OpenAiCompletions => "prompt",
            Self::OpenAiResponses => "input",
            Self::Gemini => "contents",
            Self::CohereV1 => "chat_history",
        }
    }

    /// What a provider's body calls `model`, where it names one.
    pub fn model_in_body(self, model: &str) -> Cow<'_, str> {
        match self {
            Self::Gemini => Cow::Owned(gemini::resource(model)),
            Self::OpenAiChat
            | Self::OpenAiCompletions
            | Self::OpenAiResponses
            | Self::Anthropic
            | Self::Bedrock
            | Self::BedrockInvoke
            | Self::Cohere
            | Self::CohereV1 => Cow::Borrowed(model),
        }
    }

    /// Whether the model of that name at a provider of this dialect takes the body that `envelope` is of as it came. One for
    /// Claude means nothing to other models that Bedrock invokes; what an ARN stands for is not known.
    pub fn suits(self, model: &str, envelope: &Envelope) -> bool {
        self != Self::BedrockInvoke || envelope.sealed || bedrock::is_claude(model) || model.starts_with("arn:")
    }

    /// Reads a client's request. Fields without a place in the conversation are named in `Request::unmapped`.
    pub fn read_request(self, body: &str) -> Result<Request, Invalid> {
        match self {
            Self::OpenAiChat => openai_chat::request::read(body),
            Self::OpenAiCompletions => openai_completions::request::read(body),
            Self::OpenAiResponses => openai_responses::request::read(body),
            Self::Anthropic => anthropic::request::read(body),
            Self::Bedrock => bedrock::request::read(body),
            Self::BedrockInvoke => bedrock_invoke::request::read(body),
            Self::Gemini => gemini::request::read(body),
            Self::Cohere => cohere::request::read(body),
            Self::CohereV1 => cohere::v1::request::read(body),
        }
    }

    /// Writes a request for a provider. An error means that the request cannot be said in this dialect at all.
    pub fn write_request(self, request: &Request, target: &Target<'_>) -> Result<Written, Invalid> {
        let mut written = match self {
            Self::OpenAiChat => openai_chat::request::write(request, target),
            Self::OpenAiCompletions => openai_completions::request::write(request, target),
            Self::OpenAiResponses => openai_responses::request::write(request, target),
            Self::Anthropic => anthropic::request::write(request, target),
            Self::Bedrock => bedrock::request::write(request, target),
            Self::BedrockInvoke => bedrock_invoke::request::write(request, target),
            Self::Gemini => gemini::request::write(request, target),
            Self::Cohere | Self::CohereV1 => cohere::request::write(request, target),
        }?;
        if request.single_call {
            written.dropped.retain(|path| path != "parallel_tools");
        }
        Ok(written)
    }

    /// What a client must be told, whatever may be dropped otherwise, when `lost` cannot be carried: without it the call would
    /// be another one, and the client knows how to ask differently.
    pub fn cannot_lose(self, lost: &[String]) -> Option<ErrorReply> {
        match self {
            Self::OpenAiChat | Self::Bedrock | Self::Gemini | Self::Cohere => None,
            Self::OpenAiCompletions => {
                lost.iter().any(|field| field == "suffix").then(openai_completions::request::no_suffix)
            }
            Self::CohereV1 => lost.iter().any(|field| field == "conversation_id").then(cohere::v1::no_history),
            Self::OpenAiResponses => lost
                .iter()
                .any(|field| field.ends_with("(compaction_trigger)"))
                .then(openai_responses::error::no_compaction),
            Self::Anthropic | Self::BedrockInvoke => {
                lost.iter().any(|field| field == "thread").then(anthropic::error::thread_refusal)
            }
        }
    }

    /// The field that binds the output in a request to a provider whose own spelling is `theirs`.
    pub fn ceiling_field(self, theirs: CeilingField) -> CeilingField {
        match self {
            Self::OpenAiChat => theirs,
            Self::OpenAiResponses => CeilingField::MaxOutputTokens,
            Self::OpenAiCompletions
            | Self::Anthropic
            | Self::Bedrock
            | Self::BedrockInvoke
            | Self::Gemini
            | Self::Cohere
            | Self::CohereV1 => CeilingField::MaxTokens,
        }
    }

    /// The least output ceiling that it takes (OpenAI's Responses refuse less than 16).
    pub fn least_ceiling(self) -> u64 {
        if self == Self::OpenAiResponses { 16 } else { 1 }
    }

    /// How much of `most` a request asks for that says no ceiling: where prompt and answer share the window, each gets a half.
    pub fn share(self, most: u64) -> u64 {
        if self == Self::OpenAiCompletions { most / 2 } else { most }
    }
}
