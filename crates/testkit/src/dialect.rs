//! The languages that this upstream speaks.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::read;
use crate::rules;
use crate::turn::Turn;
use crate::write::{self, Answer, Job};

/// A language of requests and replies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dialect {
    /// OpenAI chat completions.
    OpenaiChat,
    /// Anthropic Messages.
    Anthropic,
    /// Amazon Bedrock Converse and ConverseStream.
    Bedrock,
}

impl Dialect {
    /// What a provider of this dialect refuses before it looks at the conversation.
    pub(crate) fn refusal(self, body: &Value, request_id: &str) -> Option<Answer> {
        match self {
            Self::OpenaiChat => write::openai_chat::refusal(body),
            Self::Anthropic => write::anthropic::refusal(body, request_id),
            Self::Bedrock => rules::check(body).err().map(|broken| write::bedrock::error(400, &broken)),
        }
    }

    pub(crate) fn read(self, body: &Value) -> Turn {
        match self {
            Self::OpenaiChat => read::openai_chat::turn(body),
            Self::Anthropic => read::anthropic::turn(body),
            Self::Bedrock => read::bedrock::turn(body),
        }
    }

    pub(crate) fn write(self, job: &Job<'_>) -> Answer {
        match self {
            Self::OpenaiChat => write::openai_chat::answer(job),
            Self::Anthropic => write::anthropic::answer(job),
            Self::Bedrock => write::bedrock::answer(job),
        }
    }

    pub(crate) fn error(self, status: u16, message: &str, request_id: &str) -> Answer {
        match self {
            Self::OpenaiChat => write::openai_chat::error(status, message),
            Self::Anthropic => write::anthropic::error(status, message, request_id),
            Self::Bedrock => write::bedrock::error(status, message),
        }
    }
}
