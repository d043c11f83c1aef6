//! How a dialect goes over HTTP: media types, headers, statuses.

use super::Dialect;
use crate::chat::Usage;
use crate::error::ErrorReply;
use crate::frame::Framing;
use crate::{bedrock, bedrock_invoke, cohere, gemini};

impl Dialect {
    /// How its streams are cut into events.
    pub fn framing(self) -> Framing {
        match self {
            Self::Bedrock | Self::BedrockInvoke => Framing::EventStream,
            _ => Framing::Sse,
        }
    }

    /// Whether its streams tell usage only to those who ask for it, by `stream_options.include_usage`.
    pub fn usage_is_wished_for(self) -> bool {
        matches!(self, Self::OpenAiChat | Self::OpenAiCompletions)
    }

    /// The media type of its streams.
    pub fn stream_type(self) -> &'static str {
        match self {
            Self::CohereV1 => cohere::v1::stream::CONTENT_TYPE,
            _ => self.framing().content_type(),
        }
    }

    /// The headers of a stream beside its media type.
    pub fn stream_headers(self) -> &'static [(&'static str, &'static str)] {
        match self {
            // the type of what stands in its frames
            Self::BedrockInvoke => &[("x-amzn-bedrock-content-type", "application/json")],
            _ => &[],
        }
    }

    /// Headers of a whole answer that tell its usage.
    pub fn usage_headers(self, usage: &Usage, latency_ms: u64) -> Vec<(&'static str, String)> {
        match self {
            Self::BedrockInvoke => bedrock_invoke::headers::of(usage, latency_ms),
            _ => Vec::new(),
        }
    }

    /// The usage that the headers of a provider's whole answer tell; `header` finds one by its name.
    pub fn usage_in_headers<'a>(self, header: impl Fn(&str) -> Option<&'a str>) -> Usage {
        match self {
            Self::BedrockInvoke => bedrock_invoke::headers::usage(header),
            _ => Usage::default(),
        }
    }

    /// The headers of a request that say something of how it is to be answered, as fields of the body do elsewhere.
    pub fn settings_in_headers(self) -> &'static [&'static str] {
        match self {
            Self::BedrockInvoke => bedrock_invoke::headers::SETTINGS,
            _ => &[],
        }
    }

    /// The id of an answer whose provider gave none, made from the call's.
    pub fn answer_id(self, call: &str) -> String {
        match self {
            Self::OpenAiChat => format!("chatcmpl-{call}"),
            Self::OpenAiCompletions => format!("cmpl-{call}"),
            Self::OpenAiResponses => format!("resp_{call}"),
            Self::Anthropic => format!("msg_{call}"),
            // its answers have none
            Self::Bedrock => String::new(),
            Self::BedrockInvoke => format!("msg_bdrk_{call}"),
            Self::Gemini | Self::Cohere | Self::CohereV1 => call.to_owned(),
        }
    }

    /// The header that its SDKs take for the id of a call, beside the usual ones.
    pub fn request_id_header(self) -> Option<&'static str> {
        match self {
            Self::Bedrock | Self::BedrockInvoke => Some("x-amzn-requestid"),
            _ => None,
        }
    }

    /// The header that names an error's type, where the dialect has one: its SDKs go by it, not by the body.
    pub fn error_header(self) -> Option<&'static str> {
        match self {
            Self::Bedrock | Self::BedrockInvoke => Some("x-amzn-errortype"),
            _ => None,
        }
    }

    /// The value of that header.
    pub fn error_word(self, error: &ErrorReply) -> Option<&'static str> {
        match self {
            Self::Bedrock | Self::BedrockInvoke => Some(bedrock::error::word(error)),
            _ => None,
        }
    }

    /// The status that goes with an error: the dialect's own where its words have fixed ones.
    pub fn error_status(self, error: &ErrorReply) -> u16 {
        match self {
            Self::Bedrock | Self::BedrockInvoke => bedrock::error::status(error),
            Self::Gemini => gemini::error::status(error),
            _ => error.status,
        }
    }
}
