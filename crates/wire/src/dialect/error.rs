//! Errors in any dialect, read and written.

use std::time::Duration;

use super::Dialect;
use crate::error::ErrorReply;
use crate::frame::Frame;
use crate::{anthropic, bedrock, cohere, gemini, openai_chat, openai_responses};

impl Dialect {
    /// Whether a whole answer with status 200 is an error in disguise: it has nothing of an answer.
    pub fn is_error_reply(self, body: &str) -> bool {
        let contains = |word: &str| memchr::memmem::find(body.as_bytes(), word.as_bytes()).is_some();
        // plain answers pay for a search, not for reading them once more
        match self {
            Self::OpenAiChat | Self::OpenAiCompletions => {
                (contains("\"error\"") || contains("\\u00")) && openai_chat::reply::is_error(body)
            }
            Self::OpenAiResponses => {
                let open = ["\"failed\"", "\"cancelled\"", "\"queued\"", "\"in_progress\""].into_iter().any(contains);
                (open || !contains("\"output\"")) && openai_responses::reply::is_error(body)
            }
            Self::Anthropic | Self::BedrockInvoke => {
                (contains("\"error\"") || contains("\\u00")) && anthropic::reply::is_error(body)
            }
            Self::Bedrock => !contains("\"output\"") && bedrock::reply::is_error(body),
            Self::Gemini => (contains("\"error\"") || contains("\\u00")) && gemini::reply::is_error(body),
            Self::Cohere | Self::CohereV1 => {
                (contains("\"ERROR\"") || !contains("\"finish_reason\"")) && cohere::reply::is_error(body)
            }
        }
    }

    /// Reads a provider's error answer. Whatever the body is, something sensible comes out. `word` is the value of
    /// `error_header`.
    pub fn read_error(self, status: u16, word: Option<&str>, body: &[u8]) -> ErrorReply {
        match self {
            Self::OpenAiChat | Self::OpenAiCompletions => openai_chat::error::read(status, body),
            Self::OpenAiResponses => openai_responses::error::read(status, body),
            Self::Anthropic => anthropic::error::read(status, body),
            Self::Bedrock | Self::BedrockInvoke => bedrock::error::read(status, word, body),
            Self::Gemini => gemini::error::read(status, body),
            Self::Cohere | Self::CohereV1 => cohere::error::read(status, body),
        }
    }

    /// How long a provider's error answer asks to wait, in dialects that say it in the body.
    pub fn pause_in_error(self, body: &[u8]) -> Option<Duration> {
        if self == Self::Gemini { gemini::error::pause(body) } else { None }
    }

    /// Reads an error that came behind the status of a success: a whole answer, or the data of an event. Either way its words
    /// say what it is and which status it stands for; a failure of which they say no more is `Internal`, as one with status
    /// 500 is. What no provider calls an error (no answer, or one that ends in the middle) is `BadUpstream`.
    pub fn read_late_error(self, text: &str) -> ErrorReply {
        match self {
            Self::OpenAiChat | Self::OpenAiCompletions => openai_chat::error::read_late(text),
            Self::OpenAiResponses => openai_responses::error::read_late(text),
            Self::Anthropic => anthropic::error::read_late(text),
            Self::Bedrock | Self::BedrockInvoke => bedrock::error::read_late(text),
            Self::Gemini => gemini::error::read_late(text),
            Self::Cohere | Self::CohereV1 => cohere::error::read_late(text),
        }
    }

    /// Reads the error event of a stream.
    pub fn read_stream_error(self, frame: &Frame) -> ErrorReply {
        match frame {
            Frame::EventStream(frame) => bedrock::error::read_frame(frame),
            Frame::Sse(frame) => self.read_late_error(&frame.data().unwrap_or_default()),
        }
    }

    /// Writes the body of an error answer.
    pub fn write_error(self, error: &ErrorReply, request_id: &str) -> Vec<u8> {
        match self {
            Self::OpenAiChat | Self::OpenAiCompletions | Self::OpenAiResponses => openai_chat::error::write(error),
            Self::Anthropic => anthropic::error::write(error, request_id),
            Self::Bedrock | Self::BedrockInvoke => bedrock::error::write(error),
            Self::Gemini => gemini::error::write(error),
            Self::Cohere | Self::CohereV1 => cohere::error::write(error, request_id),
        }
    }
}
