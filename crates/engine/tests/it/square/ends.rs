//! Why an answer ended, in the words of each dialect.

use wire::Dialect::{
    self, Anthropic, Bedrock, BedrockInvoke, Cohere, CohereV1, Gemini, OpenAiChat, OpenAiCompletions, OpenAiResponses,
};

#[derive(Clone, Copy, Debug)]
pub(crate) enum End {
    Done,
    Calls,
    Sequence,
    Length,
    /// The model's window is full.
    Window,
    Filtered,
    Guarded,
    /// The model failed: no dialect but Bedrock's and Gemini's has a word for it, and nobody may take it for a finished turn.
    MalformedOutput,
    MalformedCall,
}

impl End {
    /// What clients of `dialect` are told. Responses say whether the answer is whole.
    pub(crate) fn word(self, dialect: Dialect) -> &'static str {
        match dialect {
            OpenAiChat => match self {
                Self::Done | Self::Sequence => "stop",
                Self::Calls => "tool_calls",
                Self::Length | Self::Window => "length",
                Self::Filtered | Self::Guarded | Self::MalformedOutput | Self::MalformedCall => "content_filter",
            },
            OpenAiResponses => match self {
                Self::Done | Self::Sequence | Self::Calls => "completed",
                Self::Length | Self::Window => "max_output_tokens",
                Self::Filtered | Self::Guarded | Self::MalformedOutput | Self::MalformedCall => "content_filter",
            },
            OpenAiCompletions => match self {
                Self::Done | Self::Sequence | Self::Calls => "stop",
                Self::Length | Self::Window => "length",
                Self::Filtered | Self::Guarded | Self::MalformedOutput | Self::MalformedCall => "content_filter",
            },
            Anthropic | BedrockInvoke => match self {
                Self::Done => "end_turn",
                Self::Sequence => "stop_sequence",
                Self::Calls => "tool_use",
                Self::Length => "max_tokens",
                Self::Window => "model_context_window_exceeded",
                Self::Filtered | Self::Guarded | Self::MalformedOutput | Self::MalformedCall => "refusal",
            },
            Bedrock => match self {
                Self::Done => "end_turn",
                Self::Sequence => "stop_sequence",
                Self::Calls => "tool_use",
                Self::Length => "max_tokens",
                Self::Window => "model_context_window_exceeded",
                Self::Filtered => "content_filtered",
                Self::Guarded => "guardrail_intervened",
                Self::MalformedOutput => "malformed_model_output",
                Self::MalformedCall => "malformed_tool_use",
            },
            Gemini => match self {
                Self::Done | Self::Sequence | Self::Calls => "STOP",
                Self::Length | Self::Window => "MAX_TOKENS",
                Self::Filtered => "SAFETY",
                Self::Guarded => "MODEL_ARMOR",
                Self::MalformedOutput => "MALFORMED_RESPONSE",
                Self::MalformedCall => "MALFORMED_FUNCTION_CALL",
            },
            Cohere => match self {
                Self::Done => "COMPLETE",
                Self::Sequence => "STOP_SEQUENCE",
                Self::Calls => "TOOL_CALL",
                Self::Length | Self::Window => "MAX_TOKENS",
                // of the API's first version: the second has no word for it
                Self::Filtered | Self::Guarded => "ERROR_TOXIC",
                Self::MalformedOutput | Self::MalformedCall => "ERROR",
            },
            CohereV1 => match self {
                Self::Done | Self::Calls => "COMPLETE",
                Self::Sequence => "STOP_SEQUENCE",
                Self::Length => "MAX_TOKENS",
                Self::Window => "ERROR_LIMIT",
                Self::Filtered | Self::Guarded => "ERROR_TOXIC",
                Self::MalformedOutput | Self::MalformedCall => "ERROR",
            },
        }
    }
}
