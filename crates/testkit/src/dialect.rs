//! The languages that this upstream speaks.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::json::Object;
use crate::read;
use crate::rules;
use crate::turn::Turn;
use crate::write::{self, Answer, Ids, Job};

/// A language of requests and replies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dialect {
    /// OpenAI chat completions.
    OpenaiChat,
    /// OpenAI's text completions.
    OpenaiCompletions,
    /// OpenAI Responses.
    OpenaiResponses,
    /// Anthropic Messages.
    Anthropic,
    /// Amazon Bedrock Converse and ConverseStream.
    Bedrock,
    /// Amazon Bedrock InvokeModel and InvokeModelWithResponseStream: Anthropic's bodies for Claude, anything for others.
    BedrockInvoke,
    /// Gemini's generateContent and streamGenerateContent.
    Gemini,
    /// Cohere's chat, in the second version of its API.
    Cohere,
}

/// Where dialects say how long an answer may be.
const CEILINGS: [&str; 5] = [
    "/max_completion_tokens",
    "/max_tokens",
    "/max_output_tokens",
    "/generationConfig/maxOutputTokens",
    "/inferenceConfig/maxTokens",
];

impl Dialect {
    /// What a provider of this dialect refuses before it looks at the conversation.
    pub(crate) fn refusal(self, body: &Value, request_id: &str) -> Option<Answer> {
        match self {
            Self::OpenaiChat => write::openai_chat::refusal(body),
            Self::OpenaiCompletions => rules::openai_completions::check(body).err().map(|broken| broken.answer()),
            Self::OpenaiResponses => rules::openai_responses::check(body).err().map(|broken| broken.answer()),
            Self::Anthropic => write::anthropic::refusal(body, request_id),
            Self::Bedrock => rules::bedrock::check(body).err().map(|broken| write::bedrock::error(400, &broken)),
            Self::BedrockInvoke => {
                rules::bedrock::check_invoked(body).err().map(|broken| write::bedrock::error(400, &broken))
            }
            Self::Gemini => rules::gemini::check(body).err().map(|broken| write::gemini::error(400, &broken)),
            Self::Cohere => rules::cohere::check(body).err().map(|broken| broken.answer(request_id)),
        }
    }

    /// The same for a request to count tokens; Cohere and text completions have none, and InvokeModel's stand in Converse's.
    pub(crate) fn count_refusal(self, body: &Value, request_id: &str) -> Option<Answer> {
        match self {
            Self::OpenaiChat => write::openai_chat::refusal(body),
            Self::OpenaiResponses => rules::openai_responses::check_count(body).err().map(|broken| broken.answer()),
            Self::Anthropic => write::anthropic::count_refusal(body, request_id),
            Self::Bedrock => rules::bedrock::check_count(body).err().map(|broken| write::bedrock::error(400, &broken)),
            Self::Gemini => rules::gemini::check_count(body).err().map(|broken| write::gemini::error(400, &broken)),
            Self::OpenaiCompletions | Self::BedrockInvoke | Self::Cohere => None,
        }
    }

    /// What `model` at a provider of this dialect refuses because it is a proof that it did not give, or because one is
    /// missing.
    pub(crate) fn forgery(self, body: &Value, model: &str, ids: &Ids, request_id: &str) -> Option<Answer> {
        let broken = match self {
            Self::OpenaiChat | Self::OpenaiCompletions | Self::Cohere => return None,
            Self::OpenaiResponses => {
                return rules::proofs::openai_responses(body, ids).err().map(|broken| broken.answer());
            }
            Self::Anthropic | Self::BedrockInvoke => rules::proofs::anthropic(body),
            Self::Bedrock => rules::proofs::bedrock(body),
            Self::Gemini => rules::gemini::proofs(body, model),
        };
        broken.err().map(|broken| self.error(400, &broken, request_id))
    }

    pub(crate) fn read(self, body: &Value) -> Turn {
        let turn = match self {
            Self::OpenaiChat => read::openai_chat::turn(body),
            Self::OpenaiCompletions => read::openai_completions::turn(body),
            Self::OpenaiResponses => read::openai_responses::turn(body),
            Self::Anthropic | Self::BedrockInvoke => read::anthropic::turn(body),
            Self::Bedrock => read::bedrock::turn(body),
            Self::Gemini => read::gemini::turn(body),
            Self::Cohere => read::cohere::turn(body),
        };
        Turn { ceiling: CEILINGS.iter().find_map(|path| body.pointer(path)?.as_u64()), ..turn }
    }

    pub(crate) fn write(self, job: &Job<'_>) -> Answer {
        match self {
            Self::OpenaiChat => write::openai_chat::answer(job),
            Self::OpenaiCompletions => write::openai_completions::answer(job),
            Self::OpenaiResponses => write::openai_responses::answer(job),
            Self::Anthropic => write::anthropic::answer(job),
            Self::Bedrock => write::bedrock::answer(job),
            Self::BedrockInvoke => write::bedrock::invoke::answer(job),
            Self::Gemini => write::gemini::answer(job),
            Self::Cohere => write::cohere::answer(job),
        }
    }

    pub(crate) fn error(self, status: u16, message: &str, request_id: &str) -> Answer {
        match self {
            Self::OpenaiChat | Self::OpenaiCompletions | Self::OpenaiResponses => {
                write::openai_chat::error(status, message)
            }
            Self::Anthropic => write::anthropic::error(status, message, request_id),
            Self::Bedrock | Self::BedrockInvoke => write::bedrock::error(status, message),
            Self::Gemini => write::gemini::error(status, message),
            Self::Cohere => write::cohere::error(status, message, request_id),
        }
    }

    /// What a request to count tokens has in the place of a whole request, and the dialect of that.
    pub(crate) fn counted(self, body: &Value) -> (Self, Cow<'_, Value>) {
        match self {
            Self::Bedrock => match body.pointer("/input/invokeModel") {
                Some(invoked) => (Self::BedrockInvoke, Cow::Owned(read::bedrock::invoked(invoked).unwrap_or_default())),
                None => (self, Cow::Borrowed(body.pointer("/input/converse").unwrap_or(&Value::Null))),
            },
            Self::Gemini => (self, Cow::Borrowed(body.get("generateContentRequest").unwrap_or(body))),
            _ => (self, Cow::Borrowed(body)),
        }
    }

    pub(crate) fn write_count(self, tokens: u64) -> Answer {
        let count = match self {
            Self::OpenaiChat | Self::OpenaiCompletions | Self::OpenaiResponses => {
                Object::new().with("object", "response.input_tokens").with("input_tokens", tokens)
            }
            Self::Anthropic | Self::Cohere => Object::new().with("input_tokens", tokens),
            Self::Bedrock | Self::BedrockInvoke => Object::new().with("inputTokens", tokens),
            Self::Gemini => Object::new().with("totalTokens", tokens),
        };
        Answer::reply(&count, None)
    }
}
