//! How a dialect goes over HTTP: media types, headers, statuses.

use super::Dialect;
use crate::chat::Usage;
use crate::error::ErrorReply;
use crate::frame::Framing;
use crate::{bedrock, bedrock_invoke, cohere, gemini};

impl Dialect {
    /// Whether it is one of AWS's: its streams are AWS's own, and its SDKs look for ids and the types of errors in headers.
    fn is_of_aws(self) -> bool {
        match self {
            Self::Bedrock | Self::BedrockInvoke => true,
            Self::OpenAiChat
            | Self::OpenAiCompletions
            | Self::OpenAiResponses
            | Self::Anthropic
            | Self::Gemini
            | Self::Cohere
            | Self::CohereV1 => false,
        }
    }

    /// Whether headers say what stands in the body elsewhere: settings of a request, and what was used.
    fn speaks_in_headers(self) -> bool {
        match self {
            Self::BedrockInvoke => true,
            Self::OpenAiChat
            | Self::OpenAiCompletions
            | Self::OpenAiResponses
            | Self::Anthropic
            | Self::Bedrock
            | Self::Gemini
            | Self::Cohere
            | Self::CohereV1 => false,
        }
    }

    /// How its streams are cut into events.
    pub fn framing(self) -> Framing {
        if self.is_of_aws() { Framing::EventStream } else { Framing::Sse }
    }

    /// Whether its streams tell usage only to those who ask for it, by `stream_options.include_usage`.
    pub fn usage_is_wished_for(self) -> bool {
        matches!(self, Self::OpenAiChat | Self::OpenAiCompletions)
    }

    /// The media type of its streams.
    pub fn stream_type(self) -> &'static str {
        if self == Self::CohereV1 { cohere::v1::stream::CONTENT_TYPE } else { self.framing().content_type() }
    }

    /// The headers of a stream beside its media type.
    pub fn stream_headers(self) -> &'static [(&'static str, &'static str)] {
        // the type of what stands in its frames
        if self.speaks_in_headers() { &[("x-amzn-bedrock-content-type", "application/json")] } else { &[] }
    }

    /// Headers of a whole answer that tell its usage.
    pub fn usage_headers(self, usage: &Usage, latency_ms: u64) -> Vec<(&'static str, String)> {
        if self.speaks_in_headers() { bedrock_invoke::headers::of(usage, latency_ms) } else { Vec::new() }
    }

    /// The usage that the headers of a provider's whole answer tell; `header` finds one by its name.
    pub fn usage_in_headers<'a>(self, header: impl Fn(&str) -> Option<&'a str>) -> Usage {
        if self.speaks_in_headers() { bedrock_invoke::headers::usage(header) } else { Usage::default() }
    }

    /// The headers of a request that say something of how it is to be answered, as fields of the body do elsewhere.
    pub fn settings_in_headers(self) -> &'static [&'static str] {
        if self.speaks_in_headers() { bedrock_invoke::headers::SETTINGS } else { &[] }
    }

    /// The headers of a request that say which form a body has that only the model reads, and its answer is to have.
    pub fn forms_in_headers(self, stream: bool) -> &'static [&'static str] {
        if self.speaks_in_headers() { bedrock_invoke::headers::forms(stream) } else { &[] }
    }

    /// The header in which a provider says which form the answer to such a body has.
    pub fn form_header(self, stream: bool) -> Option<&'static str> {
        self.speaks_in_headers().then(|| bedrock_invoke::headers::form(stream))
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
        self.is_of_aws().then_some("x-amzn-requestid")
    }

    /// The header that names an error's type, where the dialect has one: its SDKs go by it, not by the body.
    pub fn error_header(self) -> Option<&'static str> {
        self.is_of_aws().then_some("x-amzn-errortype")
    }

    /// The value of that header.
    pub fn error_word(self, error: &ErrorReply) -> Option<&'static str> {
        self.is_of_aws().then(|| bedrock::error::word(error))
    }

    /// The status that goes with an error: the dialect's own where its words have fixed ones.
    pub fn error_status(self, error: &ErrorReply) -> u16 {
        match self {
            Self::Bedrock | Self::BedrockInvoke => bedrock::error::status(error),
            Self::Gemini => gemini::error::status(error),
            Self::OpenAiChat
            | Self::OpenAiCompletions
            | Self::OpenAiResponses
            | Self::Anthropic
            | Self::Cohere
            | Self::CohereV1 => error.status,
        }
    }
}
