//! Content blocks as Bedrock spells them: the one place that writes them, for requests and answers alike. Each is a union of
//! one member, as its serialised form has it: `{"text":"…"}`.

mod read;

use std::borrow::Cow;

use serde::Serialize;

pub(super) use read::spoken;

use super::citation;
use super::media::Source;
use crate::chat::{self, CacheMark, Thinking};
use crate::json::Raw;

/// A block of a message, of instructions or of a tool's result; not every kind may stand everywhere.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Block<'a> {
    Text(&'a str),
    Image(Medium<'a>),
    Document(Document<'a>),
    Video(Medium<'a>),
    Audio(Medium<'a>),
    ToolUse(ToolUse<'a>),
    ToolResult(ToolResult<'a>),
    GuardContent(Guarded<'a>),
    CachePoint(CachePoint),
    ReasoningContent(Reasoning<'a>),
    CitationsContent(citation::Content<'a>),
    SearchResult(SearchResult<'a>),
    /// In results of tools only.
    Json(Cow<'a, Raw>),
}

/// An image, a film or a sound.
#[derive(Debug, Serialize)]
pub(super) struct Medium<'a> {
    pub(super) format: &'static str,
    pub(super) source: Source<'a>,
}

#[derive(Debug, Serialize)]
pub(super) struct Document<'a> {
    pub(super) format: &'static str,
    pub(super) name: String,
    pub(super) source: Source<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) context: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) citations: Option<Enabled>,
}

/// A wish for citations; its absence says that there is none.
#[derive(Debug, Serialize)]
pub(super) struct Enabled {
    enabled: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the name on the wire")]
pub(super) struct ToolUse<'a> {
    pub(super) tool_use_id: Cow<'a, str>,
    pub(super) name: &'a str,
    pub(super) input: Raw,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ToolResult<'a> {
    pub(super) tool_use_id: Cow<'a, str>,
    pub(super) content: Vec<Block<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<&'static str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Guarded<'a> {
    Text {
        text: &'a str,
        #[serde(skip_serializing_if = "<[String]>::is_empty")]
        qualifiers: &'a [String],
    },
    Image(Medium<'a>),
}

/// A place up to which the prompt may be cached.
#[derive(Debug, Serialize)]
pub(super) struct CachePoint {
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ttl: Option<&'static str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Reasoning<'a> {
    ReasoningText {
        text: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        signature: Option<Cow<'a, str>>,
    },
    RedactedContent(&'a str),
}

#[derive(Debug, Serialize)]
pub(super) struct SearchResult<'a> {
    source: &'a str,
    title: &'a str,
    content: Vec<Block<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    citations: Option<Enabled>,
}

impl<'a> Block<'a> {
    /// A text with what it rests on.
    pub(super) fn text(text: &'a str, citations: &'a [chat::Citation]) -> Self {
        if citations.is_empty() {
            Self::Text(text)
        } else {
            Self::CitationsContent(citation::Content::of(text, citations))
        }
    }

    /// Reasoning, signed or not.
    pub(super) fn thinking(thinking: &'a Thinking) -> Self {
        Self::ReasoningContent(match thinking {
            Thinking::Redacted { data } => Reasoning::RedactedContent(data),
            Thinking::Plain { text, .. } | Thinking::Sealed { text, .. } | Thinking::Bound { text, .. } => {
                Reasoning::ReasoningText { text, signature: thinking.as_signature().map(Cow::Owned) }
            }
        })
    }

    pub(super) fn search_result(result: &'a chat::SearchResult) -> Self {
        Self::SearchResult(SearchResult {
            source: &result.source,
            title: &result.title,
            content: result.texts.iter().map(|text| Self::Text(text)).collect(),
            citations: Enabled::of(result.citations),
        })
    }
}

impl Enabled {
    pub(super) fn of(enabled: bool) -> Option<Self> {
        enabled.then_some(Self { enabled })
    }
}

impl CachePoint {
    /// The point of `mark`, and whether its lifetime is one that Bedrock knows.
    pub(super) fn of(mark: &CacheMark) -> (Self, bool) {
        let ttl = match mark.ttl.as_deref() {
            Some("5m") => Some("5m"),
            Some("1h") => Some("1h"),
            _ => None,
        };
        (Self { r#type: "default", ttl }, ttl.is_some() || mark.ttl.is_none())
    }
}
